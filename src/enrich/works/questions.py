"""What a search asks: by which text a work without identifier is looked for, and remembered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from enrich.text.abstracts import is_searchable
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from enrich.model.entry import Entry


def title_question(title: str) -> str:
    """The question that a title search asks."""
    return f"title:{normalize_title(title)}"


def quote_question(quote: str) -> str:
    """The question that a search for a quoted abstract asks."""
    return f"abstract:{hashlib.sha256(normalize_title(quote).encode()).hexdigest()[:16]}"


def search_question(entry: Entry) -> str | None:
    """The question by which an entry without identifier is searched for: its title, or the abstract that it quotes."""
    if entry.title:
        return title_question(entry.title)
    return quote_question(entry.quote) if entry.quote and is_searchable(entry.quote) else None


def near_question(question: str) -> str:
    """Under which name the store keeps what came nearest to a title.

    >>> near_question("title:a name")
    'near:a name'
    """
    return f"near:{question.removeprefix('title:')}"
