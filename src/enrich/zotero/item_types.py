"""Zotero's item types with their fields and creators, as the published schema has them.

Schema: <https://api.zotero.org/schema>, kept in ``schema.json`` with its version. A field that means the same under
another name in some type (``proceedingsTitle``) names its base field (``publicationTitle``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ItemType:
    """What an item of one type can hold."""

    name: str
    fields: Mapping[str, str]
    """Name of the base field to the type's own name."""
    creators: tuple[str, ...]
    """Its creator types, the primary one first."""

    def base_of(self, field: str) -> str:
        """Return the base field of one of its fields; other words as they are."""
        return next((base for base, own in self.fields.items() if own == field), field)


@cache
def item_types() -> Mapping[str, ItemType]:
    """Return the item types by name.

    >>> item_types()["conferencePaper"].fields["publicationTitle"], item_types()["computerProgram"].creators[0]
    ('proceedingsTitle', 'programmer')
    """
    text = files("enrich.zotero").joinpath("schema.json").read_text(encoding="utf-8")
    found = {}
    for name, row in json.loads(text)["item_types"].items():
        pairs = (word.partition("=") for word in row["fields"].split())
        found[name] = ItemType(name, {base or own: own for own, _, base in pairs}, tuple(row["creators"].split()))
    return found
