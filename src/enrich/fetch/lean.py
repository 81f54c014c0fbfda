"""requests-cache with the one backend that is used.

It imports the clients of all its backends that are installed; that of Redis, which comes with Prefect, takes as long
as the rest.
"""

from __future__ import annotations

import sys

_is_hidden = "redis" not in sys.modules
if _is_hidden:
    sys.modules["redis"] = None  # type: ignore[assignment]
try:
    from requests_cache import CacheMixin
    from requests_cache.backends.sqlite import SQLiteCache
finally:
    if _is_hidden:
        del sys.modules["redis"]

__all__ = ["CacheMixin", "SQLiteCache"]
