"""All claims on one work, and which of them is selected for each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enrich.merge.claimed_values import FIELDS, field_values, is_published, to_text
from enrich.merge.precedence import CATALOGUE, CORRECTIONS, LIST, PUBLICATION_FIELDS, rank
from enrich.model.facts import facts_of_type
from enrich.model.identifiers import Scheme
from enrich.model.work import Claim
from enrich.text.author_lists import to_authors
from enrich.text.bibfields import WORK_FIELDS
from enrich.text.venues import find_label, full_venue, is_abbreviated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from enrich.model.entry import Entry
    from enrich.model.record import Record

# A work keeps every identifier of these kinds: none displaces another.
_NEVER_COMPETING = frozenset({"identifier", "s2_id", "openalex_id"})
_COUNTS = frozenset(facts_of_type("int | None")) - {"year", "s2_corpus_id"}
# The list's words are kept as claims; only these may stand in for a record that nobody has.
_LIST_FIELDS = ("title", "authors", "venue", "year", "url")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one field with everything that decides on it."""

    field: str
    value: Any
    source: str
    retrieved_at: datetime
    source_url: str | None
    request_key: str
    method: str
    is_published: bool
    is_described: bool = True
    """Whether who says it names the authors, too: others tell where a work lies or how it is used."""
    record: str = ""
    """The identifier of the record that it stands in."""
    is_label: bool = False
    """Whether it is a label of a list of prose, which curators shorten."""
    is_truncated: bool = False
    """Whether it is a list of authors that says that there are more."""
    is_cited: bool = True
    """Whether it is said of the version to cite, or of no version."""
    note: str = ""
    """What a person who corrected it gives as reason."""
    passed_on_by: str = ""
    """Who tells of what ``source`` has counted, such as a catalogue."""

    @property
    def teller(self) -> str:
        """Who said it to us, which decides how far it is trusted."""
        return self.passed_on_by or self.source

    @property
    def order(self) -> tuple[bool, int, bool, bool, int, str, str]:
        """Sort key: a complete list of authors, the most trusted source, the version described, who describes it.

        Of two records of one source that count, the one that counts more speaks; else the identifier of the record and
        the text decide, so that it never matters when something was heard.
        """
        describes_edition = self.field in (*PUBLICATION_FIELDS, "type")
        return (
            self.is_truncated,
            rank(self.field, self.teller),
            self.is_published != describes_edition,
            not self.is_described,
            -self.value if self.field in _COUNTS else 0,
            self.record,
            to_text(self.value),
        )


def record_values(record: Record, method: str, *, is_cited: bool = True) -> Iterator[Value]:
    """The values of a record. A catalogue passes facts on: their origin is named in the address of the claim.

    A count is said by who counted, whoever passes it on.
    """
    published = is_published(record)
    for name, value in field_values(record):
        is_count = name == "citation_count"
        counted_at = record.citation_count_at if is_count else None
        counted_by = record.citation_count_source if is_count else None
        yield Value(
            field=name,
            value=value,
            source=counted_by or record.source,
            passed_on_by=record.source if counted_by else "",
            retrieved_at=counted_at or record.retrieved_at,
            source_url=record.fact_sources.get(name) or record.source_url,
            request_key=record.request_key,
            method=method,
            is_published=published,
            is_described=bool(record.authors),
            record=str(record.identifiers[0]) if record.identifiers else "",
            is_truncated=name == "authors" and record.authors_truncated,
            is_cited=is_cited,
        )


def entry_values(entry: Entry, source: str, read_at: datetime) -> Iterator[Value]:
    """What the list itself says of the work: of a structured entry every field, of another its words and labels."""
    where = f"{source}#L{entry.line}"
    stated = list(_stated_values(entry))
    names = {name for name, _ in stated}
    published = entry.stated is not None and is_published(entry.stated)
    for name, value in stated:
        is_truncated = name == "authors" and entry.authors_truncated
        yield Value(name, value, LIST, read_at, where, "", "list", is_published=published, is_truncated=is_truncated)
    link = entry.primary_link
    authors = to_authors(entry.authors)
    label = find_label(entry.label or "")
    is_workshop = label is not None and label.is_workshop
    said = {
        "title": entry.title,
        "authors": authors,
        "venue": full_venue(entry.venue) if entry.venue and not is_workshop else entry.venue,
        "year": entry.year,
        "url": link and link.url,
    }
    for name in _LIST_FIELDS:
        value = said[name]
        if name not in names and value not in (None, "", ()):
            is_truncated = name == "authors" and entry.authors_truncated
            yield Value(
                name,
                value,
                LIST,
                read_at,
                where,
                "",
                "list",
                is_published=True,
                is_label=True,
                is_truncated=is_truncated,
            )
    for identifier in entry.identifiers:
        if identifier.scheme is not Scheme.URL:
            yield Value("identifier", str(identifier), LIST, read_at, where, "", "list", is_published=True)


def _stated_values(entry: Entry) -> Iterator[tuple[str, Any]]:
    """The fields of a structured entry; what a work has no field for keeps its own name, told from the work's."""
    stated = list(field_values(entry.stated)) if entry.stated is not None else []
    yield from stated
    named = {name for name, _ in stated}
    if entry.key:
        yield "citation_key", entry.key
    for one in entry.fields:
        if WORK_FIELDS.get(one.name) not in named and one.value:
            yield (f"list:{one.name}" if one.name in FIELDS else one.name), one.value


def select(values: Sequence[Value]) -> dict[str, tuple[Value, str]]:
    """The selected value of each field, and the reason.

    What describes an edition comes from the published version to cite where there is one, and from preprints otherwise;
    a field of which only another edition tells has none. The list's venue and year are labels that curators shorten, so
    they count only where nothing else is known.
    """
    has_published = any(one.is_published and one.field == "venue" and not one.is_label for one in values)
    selected: dict[str, tuple[Value, str]] = {}
    for name in dict.fromkeys(one.field for one in values):
        said = candidates = [one for one in values if one.field == name]
        if has_published and name in (*PUBLICATION_FIELDS, "type"):
            published = [one for one in candidates if one.is_published]
            candidates = [one for one in published if one.is_cited] if published else candidates
            if not candidates:
                continue
        elif name in PUBLICATION_FIELDS:
            candidates = [one for one in candidates if not one.is_label] or candidates
        ordered = sorted(candidates, key=lambda one: one.order)
        if name == "venue":
            # Who is trusted most may have cut the words of the name short.
            first = ordered[0].value
            ordered.sort(key=lambda one: not is_abbreviated(first, one.value))
        selected[name] = (ordered[0], _reason(ordered, said))
    return selected


def _reason(ordered: Sequence[Value], said: Sequence[Value]) -> str:
    """Why the first one was selected among those that count; ``said`` are all values of the field."""
    first = ordered[0]
    others = [one for one in ordered[1:] if one.source != first.source]
    # What only other versions or the labels of a list say was passed over, too.
    others = others or [one for one in said if one.source != first.source]
    if first.source == CORRECTIONS:
        return f"corrected by hand: {first.note}"
    if not others:
        return "the only source"
    if all(to_text(one.value) == to_text(first.value) for one in others):
        return f"all {len({first.source, *(one.source for one in others)})} sources agree"
    return f"preferred to {', '.join(dict.fromkeys(one.source for one in others))}"


def to_claims(work_id: str, values: Sequence[Value], selected: dict[str, tuple[Value, str]]) -> tuple[Claim, ...]:
    """A claim for each value of each source, sorted by field, then by trust; the selected one says why."""
    claims = []
    seen: set[tuple[str, str, str, datetime, str]] = set()
    chosen_texts = {name: to_text(value.value) for name, (value, _) in selected.items()}
    for one in sorted(values, key=lambda value: (value.field, *value.order)):
        text = to_text(one.value)
        fingerprint = (one.field, text, one.source, one.retrieved_at, one.method)
        if fingerprint in seen:
            continue
        seen.add(fingerprint)
        chosen, why = selected.get(one.field, (None, "of another version"))
        is_selected = chosen is one or one.field in _NEVER_COMPETING
        if chosen is not None and chosen is not one:
            why = "same as selected" if text == chosen_texts[one.field] else f"{chosen.source} is preferred"
        claims.append(
            Claim(
                work_id=work_id,
                field=one.field,
                value=text,
                source=one.source,
                retrieved_at=one.retrieved_at,
                source_url=one.source_url,
                request_key=one.request_key,
                method=one.method,
                is_selected=is_selected,
                reason="" if is_selected and chosen is not one else why,
            )
        )
    return tuple(claims)


def newest(values: Sequence[Value]) -> datetime | None:
    """When the newest of the values was said; the list, the catalogue and corrections have no part in freshness."""
    times = [one.retrieved_at for one in values if one.teller not in (LIST, CATALOGUE, CORRECTIONS)]
    return max(times, default=None)
