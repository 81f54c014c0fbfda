"""For all tests and doctests: the sources are known, as they are in every run."""

import enrich.sources  # noqa: F401
