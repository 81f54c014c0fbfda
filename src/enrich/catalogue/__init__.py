"""The local index of records: bundled facts and snapshots, looked up by identifier and by title, without a network."""

from enrich.catalogue.bundled import open_bundled
from enrich.catalogue.catalogue import Catalogue

__all__ = ["Catalogue", "open_bundled"]
