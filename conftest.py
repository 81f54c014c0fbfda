"""For all tests and doctests: the sources are known, as they are in every run."""

import os

import pytest

import enrich.sources  # noqa: F401

if "MUTANT_UNDER_TEST" in os.environ:
    # mutmut 3.7 asks for a name that pytest 9 no longer has.
    pytest.Item._nodeid = property(lambda item: item.nodeid)  # type: ignore[attr-defined]  # noqa: SLF001
