"""Terms of the sources whose values stand in the outputs: they travel with the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.traits import Terms, traits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_CATALOGUE = Terms(
    title="Catalogue bundled with enrich",
    licence="bibliographic facts; the origin of each stands in its claim",
    url="data/raw/catalogue",
    attribution="Facts gathered from public records.",
)


def _terms_of(source: str) -> Terms | None:
    traits = traits_of(source)
    return _CATALOGUE if source == "catalogue" else traits.terms if traits else None


def terms_of(sources: Iterable[str]) -> tuple[Terms, ...]:
    """The terms of those of the named sources that have any, in the order of their names."""
    return tuple(terms for source in sorted(set(sources)) if (terms := _terms_of(source)) is not None)


def shares_abstracts(source: str) -> bool:
    """Whether an abstract that a source sent may stand in a page that people pass on; a list's own quotation may."""
    terms = _terms_of(source)
    return terms is None or terms.shares_abstracts
