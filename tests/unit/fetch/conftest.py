"""What tests of fetch share."""

from __future__ import annotations

import pytest
from support.services import Facts, Services, serve


@pytest.fixture(scope="module")
def running():
    """Services that know nothing, for all tests of a file."""
    with serve(Services(Facts({}))) as made:
        yield made
