"""What tests of fetch share."""

from __future__ import annotations

import pytest
from support.services import Facts, Services, serve


@pytest.fixture(scope="module")
def running():
    """Services that know nothing, for all tests of a file."""
    with serve(Services(Facts({}))) as made:
        yield made


@pytest.fixture
def services():
    """Services that know nothing, for one test alone."""
    with serve(Services(Facts({}))) as made:
        yield made
