"""The Prefect flow ``enrich.flows.bulk_resolve``, run by path."""

from enrich.flows.bulk_resolve import app, bulk_resolve

__all__ = ["bulk_resolve"]

if __name__ == "__main__":
    app()
