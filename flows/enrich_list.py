"""The Prefect flow ``enrich.flows.enrich_list``, run by path."""

from enrich.flows.enrich_list import app, enrich_list

__all__ = ["enrich_list"]

if __name__ == "__main__":
    app()
