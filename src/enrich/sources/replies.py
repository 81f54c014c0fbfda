"""Reading replies defensively: a damaged row costs only that row, a value of another kind only itself."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from enrich.model.facts import FACTS, Keyword, facts_of_type
from enrich.model.persons import Institution
from enrich.sources.base import Parsed, ReplyError, Source
from enrich.text.author_lists import clean_authors
from enrich.text.publication import split_title_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.model.persons import Author
    from enrich.model.record import Record
    from enrich.model.request import Reply

_TEXT_FIELDS = (*facts_of_type("str | None"), "source_url")
_COUNT_FIELDS = tuple(name for name in facts_of_type("int | None") if name != "year")
_FLOAT_FIELDS = facts_of_type("float | None")
_FLAG_FIELDS = facts_of_type("bool | None")
_LIST_FIELDS = facts_of_type("tuple[str, ...]")
_CLOSED_FIELDS = {name: frozenset(meaning.values) for name, meaning in FACTS.items() if meaning.values}
_MOST = 2**31 - 1
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_LONGEST_TEXT = 100_000

DAMAGE = (AttributeError, TypeError, ValueError, KeyError, IndexError, OverflowError, RecursionError)
"""What parsing raises on a value of another kind than documented."""


def read_reply(source: Source, reply: Reply) -> Parsed:
    """What a reply says, with nothing in it that is not of the kind that the model promises.

    Raises:
        ReplyError: the bytes are not what the source documents.
    """
    try:
        parsed = source.parse_reply(reply)
    except DAMAGE as error:
        raise ReplyError("a value of another kind than documented") from error
    return replace(parsed, records=tuple(to_sane(record) for record in parsed.records))


def read_rows(
    rows: Iterable[Any], convert: Callable[[dict[str, Any]], Record | None]
) -> tuple[tuple[Record, ...], bool]:
    """The records of the rows, and whether a row was damaged and passed over."""
    records: list[Record] = []
    is_damaged = False
    for row in rows:
        if not isinstance(row, dict):
            is_damaged |= row is not None
            continue
        try:
            record = convert(row)
        except DAMAGE:
            is_damaged = True
            continue
        if record is not None:
            records.append(record)
    return tuple(records), is_damaged


def to_sane(record: Record) -> Record:
    """The record with every field of its kind: texts are text, counts are whole and not negative, years are years."""
    changed: dict[str, Any] = {}
    for name in _TEXT_FIELDS:
        _set(changed, record, name, to_text(getattr(record, name)))
    # What became of an article is no part of its title.
    title, mark = split_title_mark(changed.get("title", record.title) or "")
    if mark:
        changed |= {"title": title, "remarks": tuple(sorted({*record.remarks, mark}))}
    for name in _COUNT_FIELDS:
        _set(changed, record, name, to_count(getattr(record, name)))
    _set(changed, record, "year", to_year(record.year))
    for name in _FLOAT_FIELDS:
        _set(changed, record, name, to_float(getattr(record, name)))
    for name in _FLAG_FIELDS:
        value = getattr(record, name)
        _set(changed, record, name, value if isinstance(value, bool) else None)
    for name in _LIST_FIELDS:
        _set(changed, record, name, tuple(text for one in getattr(record, name) if (text := to_text(one))))
    for name, allowed in _CLOSED_FIELDS.items():
        value = changed.get(name, getattr(record, name))
        _set(changed, record, name, value if value in allowed else None)
    if record.retraction_status is None and (status := retraction_status(changed.get("remarks", record.remarks))):
        changed["retraction_status"] = status
    scored = tuple(
        Keyword(text, to_float(one.score)) for one in record.keyword_scores if (text := to_text(one.keyword))
    )
    _set(changed, record, "keyword_scores", scored)
    titles = tuple(to_text(title) or "" for title in record.reference_titles)
    _set(changed, record, "reference_titles", titles)
    _set(changed, record, "links", tuple(replace(one, url=to_text(one.url) or "") for one in record.links))
    if (state := record.repository) is not None:
        language, topics = to_text(state.language), tuple(to_text(one) or "" for one in state.topics)
        _set(changed, record, "repository", replace(state, language=language, topics=topics))
    years = tuple((year, n) for year, n in record.counts_by_year if to_year(year) == year and to_count(n) == n)
    _set(changed, record, "counts_by_year", years)
    authors, is_truncated = clean_authors(_to_sane_author(one) for one in record.authors)
    _set(changed, record, "authors", authors)
    _set(changed, record, "authors_truncated", record.authors_truncated or is_truncated)
    return replace(record, **changed) if changed else record


def to_text(value: object) -> str | None:
    r"""A text or number as text without lone surrogates and NUL; None for anything else.

    >>> to_text(12), to_text("a\ud800b"), to_text(["x"])
    ('12', 'a?b', None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode().replace("\0", "") or None


def to_float(value: object) -> float | None:
    """A finite number; None for anything else.

    >>> to_float(3), to_float(float("nan")), to_float("1")
    (3.0, None, None)
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) else None  # type: ignore[arg-type]


def retraction_status(remarks: Iterable[str]) -> str | None:
    """The gravest thing that remarks say of what became of a work.

    >>> retraction_status(("corrected", "oral", "retracted"))
    'retracted'
    """
    known = set(remarks)
    return next((status for status in FACTS["retraction_status"].values if status in known), None)


def to_count(value: object) -> int | None:
    """A whole number that can be a count, also from its digits; None for anything else."""
    if isinstance(value, str) and value.isdigit() and len(value) <= len(str(_MOST)):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST else None


def to_year(value: object) -> int | None:
    """A year that a work can have, also from its digits; None for anything else.

    >>> to_year("2018"), to_year(True), to_year(-1)
    (2018, None, None)
    """
    number = to_count(value)
    return number if number is not None and _FIRST_YEAR <= number <= _LAST_YEAR else None


def _set(changed: dict[str, Any], record: Record, name: str, value: object) -> None:
    if value != getattr(record, name) or type(value) is not type(getattr(record, name)):
        changed[name] = value


def _to_sane_author(author: Author) -> Author:
    def texts() -> Iterator[tuple[str, str | None]]:
        for name in ("family", "given", "suffix", "orcid", "openalex_author_id", "s2_author_id"):
            yield name, to_text(getattr(author, name))

    affiliations = tuple(text for one in author.affiliations if (text := to_text(one)))
    institutions = tuple(_to_sane_institution(one) for one in author.institutions if to_text(one.name))
    is_corresponding = author.is_corresponding if isinstance(author.is_corresponding, bool) else None
    sane: dict[str, Any] = dict(texts())
    return replace(
        author,
        name=to_text(author.name) or "?",
        affiliations=affiliations,
        institutions=institutions,
        is_corresponding=is_corresponding,
        **sane,
    )


def _to_sane_institution(one: Institution) -> Institution:
    return Institution(to_text(one.name) or "?", to_text(one.ror), to_text(one.country), to_text(one.type))
