"""The rows of each table, as tuples in the order of its columns."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, combinations
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from enrich.export.columns import ABSENT_WORKS, CHANGES, CLAIMS, ENTRIES, FINDINGS, VERSIONS, WORKS
from enrich.export.fact_columns import FACT_CELLS, to_date_cells, to_fact_cells
from enrich.model.addresses import to_url
from enrich.model.entry import Entry
from enrich.model.identifiers import format_identifier
from enrich.model.plain import write_identifier
from enrich.model.record import Repository
from enrich.model.work import WorkStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from enrich.export.schema import Column
    from enrich.model.persons import Author
    from enrich.model.work import Bibliography, Work

Row = tuple[Any, ...]
SECTION_SEPARATOR = " / "


def _cells(columns: Iterable[Column], **own: Callable[[Any], Any]) -> Callable[[Any], Row]:
    """A function from a value to cells: its attributes of the columns' names, unless a column has a cell of its own."""
    getters = [own.get(column.name) or _cell(column) for column in columns]
    return lambda one: tuple([get(one) for get in getters])


def _cell(column: Column) -> Callable[[Any], Any]:
    get = attrgetter(column.name)
    if column.name == "identifiers":
        return lambda one: tuple(map(write_identifier, one.identifiers))
    if column.fields:
        get_parts = attrgetter(*(part.name for part in column.fields))
        return lambda one: [get_parts(part) for part in get(one)]
    return get


def _works(bibliography: Bibliography) -> Iterator[Row]:
    new, run_id = bibliography.new_work_ids, bibliography.run_id
    for work in bibliography.works:
        own = tuple(cell(work) for cell in _WORK_CELLS.values())
        yield _in_order((*to_fact_cells(work), *own, work.work_id in new, run_id))


_WORK_CELLS: dict[str, Callable[[Work], Any]] = {
    **{
        name: attrgetter(name)
        for name in (
            *("work_id", "citation_key", "title_source", "type", "citation_count_source", "citation_count_at"),
            *("remarks", "status", "first_seen_at", "updated_at"),
        )
    },
    "doi": lambda work: work.identifier("doi"),
    "arxiv_id": lambda work: work.identifier("arxiv"),
    "openalex_id": lambda work: work.identifier("openalex"),
    "s2_id": lambda work: work.identifier("s2"),
    "n_authors": lambda work: None if work.authors_truncated else len(work.authors),
    "authors": lambda work: [(place, *_author(author)) for place, author in enumerate(work.authors, start=1)],
    "lists": lambda work: tuple(dict.fromkeys(name for name, _ in work.sections)),
    "sections": lambda work: tuple(dict.fromkeys(SECTION_SEPARATOR.join(path) for _, path in work.sections if path)),
    "verdict_status": lambda work: work.verdict.status if work.verdict else None,
    "verdict_reason": lambda work: work.verdict.reason if work.verdict else None,
}
"""Columns of ``works`` that are no fields of ``model.facts``."""
_cell_names = (*FACT_CELLS, *_WORK_CELLS, "is_new", "run_id")
_in_order = itemgetter(*(_cell_names.index(column.name) for column in WORKS.columns))


def _author(author: Author) -> Row:
    return (author.name, author.family, author.given, author.suffix, author.orcid, author.is_organization)


def _authorships(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for place, author in enumerate(work.authors, start=1):
            identifiers = author.openalex_author_id, author.s2_author_id
            said = author.affiliations, author.is_corresponding, author.sources
            yield (work.work_id, place, *_author(author), *identifiers, *said)


def _affiliations(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for place, author in enumerate(work.authors, start=1):
            for number, one in enumerate(author.institutions, start=1):
                yield work.work_id, place, number, author.name, one.name, one.ror, one.country, one.type


def _listed(bibliography: Bibliography) -> Iterator[tuple[str, Entry, str]]:
    """Every entry with the name of its list and its work, sorted by list and order."""
    for reading_list in sorted(bibliography.lists, key=lambda known: known.name):
        for entry in sorted(reading_list.entries, key=lambda known: known.order):
            yield reading_list.name, entry, bibliography.entry_works[reading_list.name, entry.order]


def _entries(bibliography: Bibliography) -> Iterator[Row]:
    references = {(one.list, one.order): one for one in bibliography.references}
    for name, entry, work_id in _listed(bibliography):
        judged = references.get((name, entry.order))
        yield name, *_entry_cells(entry), *(_judged_cells(judged) if judged else (None, [], ())), work_id


_entry_cells = _cells(column for column in ENTRIES.columns if column.name in Entry.__dataclass_fields__)
_judged_cells = _cells(ENTRIES.columns[-4:-1], verdict=attrgetter("status"))


def _entry_sections(bibliography: Bibliography) -> Iterator[Row]:
    numbers: dict[tuple[str, tuple[str, ...]], str] = {}
    children: dict[tuple[str, tuple[str, ...]], int] = {}
    for name, entry, work_id in _listed(bibliography):
        for level, path in enumerate(accumulate((section,) for section in entry.section_path), start=1):
            if (name, path) not in numbers:
                parent = name, path[:-1]
                children[parent] = children.get(parent, 0) + 1
                numbers[name, path] = ".".join(filter(None, (numbers.get(parent), str(children[parent]))))
            yield name, entry.order, level, work_id, numbers[name, path], SECTION_SEPARATOR.join(path), path[-1]


def _identifiers(bibliography: Bibliography) -> Iterator[Row]:
    listed = {(work_id, identifier) for _, entry, work_id in _listed(bibliography) for identifier in entry.identifiers}
    for work in bibliography.works:
        sources = {identifier: record.source for record in reversed(work.records) for identifier in record.identifiers}
        sources |= dict(zip(work.identifiers, work.identifier_sources, strict=False))
        seen: set[str] = set()
        for place, identifier in enumerate(work.identifiers, start=1):
            fallback = "list" if (work.work_id, identifier) in listed else "derived"
            source = sources.get(identifier, fallback)
            is_primary = identifier.scheme not in seen
            yield work.work_id, place, identifier.scheme, format_identifier(identifier), is_primary, source
            seen.add(identifier.scheme)


def _versions(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for place, version in enumerate(work.versions, start=1):
            yield work.work_id, place, *_version_cells(version)


_version_cells = _cells(
    VERSIONS.columns[2:],
    published_date=lambda version: to_date_cells(version.date)[0],
    published_precision=lambda version: to_date_cells(version.date)[1],
)


def _citation_links(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        sources = (*work.reference_sources, *[None] * (len(work.references) - len(work.reference_sources)))
        links = {cited: (work.work_id, cited, source) for cited, source in zip(work.references, sources, strict=True)}
        yield from (links[cited] for cited in sorted(links))


def _references(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        rows = {
            (work.work_id, one.source, one.identifier.scheme, format_identifier(one.identifier)): one
            for one in work.stated_references
        }
        yield from ((*key, rows[key].title, rows[key].work_id) for key in sorted(rows))


def _co_citations(bibliography: Bibliography) -> Iterator[Row]:
    pairs = Counter(pair for work in bibliography.works for pair in combinations(sorted(set(work.references)), 2))
    yield from ((*pair, n) for pair, n in sorted(pairs.items()) if n > 1)


def _absent_works(bibliography: Bibliography) -> Iterator[Row]:
    places: Counter[str] = Counter()
    for one in sorted(bibliography.absent_works, key=lambda known: known.list):
        places[one.list] += 1
        yield one.list, places[one.list], *_absent_cells(one)


_absent_cells = _cells(
    ABSENT_WORKS.columns[2:],
    scheme=attrgetter("identifier.scheme"),
    value=lambda one: format_identifier(one.identifier),
    url=lambda one: to_url(one.identifier),
    n_citing=lambda one: len(one.citing_work_ids),
)


def _citations_by_year(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for one in sorted(work.citations_by_year, key=lambda known: (known.source, known.year)):
            yield work.work_id, one.source, one.year, one.count, one.observed_at


def _work_links(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for place, link in enumerate(work.links, start=1):
            identifier = write_identifier(link.identifier) if link.identifier else None
            state = link.repository or Repository()
            facts = state.stars, state.language, state.topics, state.pushed_at
            yield (work.work_id, place, link.role, link.url, identifier, link.source, *facts)


def _claims(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        by_field: dict[str, list[Row]] = {}
        for claim in work.claims:
            rows = by_field.setdefault(claim.field, [])
            rows.append((work.work_id, claim.field, len(rows) + 1, *_claim_cells(claim)))
        for field in sorted(by_field):
            yield from by_field[field]


_claim_cells = _cells(
    CLAIMS.columns[3:],
    request_key=lambda claim: claim.request_key or None,
    reason=lambda claim: claim.reason or None,
)


def _findings(bibliography: Bibliography) -> Iterator[Row]:
    places: Counter[str] = Counter()
    for finding in sorted(bibliography.findings, key=lambda known: known.list):
        places[finding.list] += 1
        yield finding.list, places[finding.list], *_finding_cells(finding)


_finding_cells = _cells(FINDINGS.columns[2:])


def _dead_links(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        rows = (
            (work.work_id, write_identifier(link.identifier), link.url, link.source, link.missed_at)
            for link in work.dead_links
        )
        yield from sorted(rows)


def _changes(bibliography: Bibliography) -> Iterator[Row]:
    for position, change in enumerate(bibliography.changes or (), start=1):
        yield position, *change_values(change)


change_values = _cells(CHANGES.columns[1:])
"""The cells that ``changes`` and its history share."""


def _runs(bibliography: Bibliography) -> Iterator[Row]:
    statuses = [work.status for work in bibliography.works]
    yield (
        bibliography.run_id,
        bibliography.started_at,
        bibliography.finished_at,
        bibliography.code_version,
        bibliography.config_digest,
        len(statuses),
        statuses.count(WorkStatus.PARTIAL),
        statuses.count(WorkStatus.NOT_FOUND),
        statuses.count(WorkStatus.NOT_ASKED),
        source_health(bibliography.ledger, dict(bibliography.source_failures)),
    )


def source_health(ledger: Iterable[Mapping[str, Any]], failures: Mapping[str, str]) -> list[Row]:
    """How each source fared that was asked, or that could not be; sorted by name."""
    asked = {str(row["source"]): row for row in ledger}
    return [
        (
            name,
            *(int(row.get(column, 0)) for column in ("requests", "cached", "failed", "throttled")),
            float(row.get("waited_s", 0)),
            int(row.get("bytes", 0)),
            failures.get(name),
        )
        for name in sorted(asked.keys() | failures.keys())
        for row in [asked.get(name, {})]
    ]


def citation_counts(works: Iterable[Work]) -> Iterator[Row]:
    """Every citation count that a source stated: work, who counted, moment, count."""
    for work in works:
        source, counted_at = work.citation_count_source, work.citation_count_at
        is_dated = work.citation_count is not None and source is not None and counted_at is not None
        counts: dict[str, Row] = {
            claim.source: (work.work_id, claim.source, claim.retrieved_at, int(claim.value))
            for claim in sorted(work.claims, key=lambda one: one.retrieved_at)
            if claim.field == "citation_count" and claim.value.isdecimal() and not (is_dated and claim.is_selected)
        }
        if is_dated and source:  # the selected claim: before schema 4 under the name of who passed it on
            counts[source] = work.work_id, source, counted_at, work.citation_count
        counts.pop("corrections", None)  # a curator does not count
        yield from (counts[source] for source in sorted(counts))


ROWS: dict[str, Callable[[Bibliography], Iterator[Row]]] = {
    "works": _works,
    "authorships": _authorships,
    "affiliations": _affiliations,
    "entries": _entries,
    "entry_sections": _entry_sections,
    "identifiers": _identifiers,
    "versions": _versions,
    "citation_links": _citation_links,
    "references": _references,
    "co_citations": _co_citations,
    "absent_works": _absent_works,
    "citations_by_year": _citations_by_year,
    "work_links": _work_links,
    "claims": _claims,
    "findings": _findings,
    "dead_links": _dead_links,
    "changes": _changes,
    "runs": _runs,
}
"""Name of each table to its rows, sorted by its key."""
