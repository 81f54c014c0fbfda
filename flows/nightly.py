"""The Prefect flow ``enrich.flows.nightly``, run by path."""

from enrich.flows.nightly import app, nightly

__all__ = ["nightly"]

if __name__ == "__main__":
    app()
