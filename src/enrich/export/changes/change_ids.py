"""What tells a change apart: the same one has the same id wherever it is told, and however often."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from datetime import date

    from enrich.model.work import Change

_CHANGES = UUID("6f0cb2a5-9c0f-5e0b-8a25-9b2f5a6d3c11")
"""The name space of our ids (RFC 9562); it never changes."""


def stable_id(*parts: object) -> UUID:
    """The id of whatever these parts tell apart.

    >>> stable_id("a", 1) == stable_id("a", 1), stable_id("a", 1) == stable_id("a", 2)
    (True, False)
    """
    return uuid5(_CHANGES, json.dumps(parts, ensure_ascii=True, default=str))


def change_id(change: Change, list_name: str, day: date) -> UUID:
    """The id of a change in a list, found on a day; one of a source is the same in all lists."""
    owner = list_name if change.list is not None else None
    what = (change.work_id, change.title, change.field, change.before, change.after, change.source, change.file)
    return stable_id(change.kind.value, owner, day, *what)
