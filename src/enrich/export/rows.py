"""The rows of each table, as tuples in the order of its columns."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from enrich.model.identifiers import format_identifier
from enrich.model.work import WorkStatus
from enrich.text.names import to_family_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from enrich.model.dates import PartialDate
    from enrich.model.entry import Entry
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Author
    from enrich.model.work import Bibliography, Change, Work

Row = tuple[Any, ...]
SECTION_SEPARATOR = " / "


def _works(bibliography: Bibliography) -> Iterator[Row]:
    new, run_id = bibliography.new_work_ids, bibliography.run_id
    for work in bibliography.works:
        yield (
            work.work_id,
            work.citation_key,
            work.title,
            work.title_source,
            work.type,
            work.year,
            *_date(work.date),
            work.venue,
            work.venue_short,
            work.publisher,
            work.volume,
            work.issue,
            work.pages,
            tuple(to_family_first(editor) for editor in work.editors),
            work.series,
            work.edition,
            work.place,
            work.isbn,
            work.issn,
            work.identifier("doi"),
            work.identifier("arxiv"),
            work.arxiv_category,
            work.identifier("openalex"),
            work.identifier("s2"),
            work.url,
            work.pdf_url,
            work.license,
            work.is_open_access,
            work.language,
            work.version,
            work.abstract,
            None if work.authors_truncated else len(work.authors),
            [(place, *_author(author)) for place, author in enumerate(work.authors, start=1)],
            work.keywords,
            tuple(dict.fromkeys(name for name, _ in work.sections)),
            tuple(dict.fromkeys(SECTION_SEPARATOR.join(path) for _, path in work.sections if path)),
            work.remarks,
            work.citation_count,
            work.citation_count_source,
            work.citation_count_at,
            work.influential_citation_count,
            work.verdict.status if work.verdict else None,
            work.verdict.reason if work.verdict else None,
            work.status,
            work.work_id in new,
            work.first_seen_at,
            work.updated_at,
            run_id,
        )


def _date(date: PartialDate | None) -> Row:
    return (date.to_date(), date.precision) if date else (None, None)


def _author(author: Author) -> Row:
    return (author.name, author.family, author.given, author.suffix, author.orcid, author.is_organization)


def _authorships(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        for place, author in enumerate(work.authors, start=1):
            yield (work.work_id, place, *_author(author), author.openalex_author_id, author.affiliation)


def _listed(bibliography: Bibliography) -> Iterator[tuple[str, Entry, str]]:
    """Every entry with the name of its list and its work, sorted by list and order."""
    for reading_list in sorted(bibliography.lists, key=lambda known: known.name):
        for entry in sorted(reading_list.entries, key=lambda known: known.order):
            yield reading_list.name, entry, bibliography.entry_works[reading_list.name, entry.order]


def _entries(bibliography: Bibliography) -> Iterator[Row]:
    references = {(one.list, one.order): one for one in bibliography.references}
    for name, entry, work_id in _listed(bibliography):
        judged = references.get((name, entry.order))
        yield (
            name,
            entry.order,
            entry.line,
            entry.title,
            entry.kind,
            entry.section_path,
            entry.label,
            entry.remarks,
            entry.topic_labels,
            [(link.url, link.label, link.role) for link in entry.links],
            tuple(scheme_and_value(identifier) for identifier in entry.identifiers),
            entry.venue,
            entry.year,
            entry.authors,
            entry.authors_truncated,
            entry.quote,
            entry.acronym,
            entry.keywords,
            entry.notes,
            entry.date,
            entry.file,
            entry.family,
            entry.key,
            entry.type,
            [(one.name, one.value, one.tex, one.is_inherited) for one in entry.fields],
            entry.problems,
            judged.status if judged else None,
            [
                (one.kind, one.severity, one.field, one.entry_says, one.record_says, one.source, one.is_contradiction)
                for one in (judged.reasons if judged else ())
            ],
            judged.asked if judged else (),
            work_id,
        )


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


def scheme_and_value(identifier: Identifier) -> str:
    """The identifier with its qualifier, as ``model.identifiers.parse_identifier`` reads it back."""
    return f"{identifier.scheme}:{format_identifier(identifier)}"


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
            yield (
                work.work_id,
                place,
                version.type,
                version.stage,
                version.title,
                version.year,
                *_date(version.date),
                version.venue,
                version.url,
                tuple(scheme_and_value(identifier) for identifier in version.identifiers),
                version.sources,
                version.evidence,
            )


def _citation_links(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        sources = (*work.reference_sources, *[None] * (len(work.references) - len(work.reference_sources)))
        links = {cited: (work.work_id, cited, source) for cited, source in zip(work.references, sources, strict=True)}
        yield from (links[cited] for cited in sorted(links))


def _claims(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        by_field: dict[str, list[Row]] = {}
        for claim in work.claims:
            rows = by_field.setdefault(claim.field, [])
            rows.append(
                (
                    work.work_id,
                    claim.field,
                    len(rows) + 1,
                    claim.value,
                    claim.source,
                    claim.source_url,
                    claim.retrieved_at,
                    claim.request_key or None,
                    claim.method,
                    claim.is_selected,
                    claim.reason or None,
                )
            )
        for field in sorted(by_field):
            yield from by_field[field]


def _findings(bibliography: Bibliography) -> Iterator[Row]:
    places: dict[str, int] = {}
    for finding in sorted(bibliography.findings, key=lambda known: known.list):
        places[finding.list] = places.get(finding.list, 0) + 1
        yield (
            finding.list,
            places[finding.list],
            finding.order,
            finding.line,
            finding.kind,
            finding.severity,
            finding.list_says,
            finding.record_says,
            finding.evidence,
            finding.fix,
            finding.file,
        )


def _dead_links(bibliography: Bibliography) -> Iterator[Row]:
    for work in bibliography.works:
        rows = (
            (work.work_id, scheme_and_value(link.identifier), link.url, link.source, link.missed_at)
            for link in work.dead_links
        )
        yield from sorted(rows)


def _changes(bibliography: Bibliography) -> Iterator[Row]:
    for position, change in enumerate(bibliography.changes or (), start=1):
        yield position, *change_values(change)


def change_values(change: Change) -> Row:
    """The columns that ``changes`` and its history share."""
    return (
        change.kind,
        change.list,
        change.order,
        change.line,
        change.file,
        change.work_id,
        change.title,
        change.field,
        change.before,
        change.after,
        change.source,
        change.since,
        change.detail,
        change.url,
    )


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
            for claim in work.claims
            if claim.field == "citation_count" and claim.value.isdecimal() and not (is_dated and claim.is_selected)
        }
        if is_dated and source:  # the selected claim, under the name of who counted, which may not be who passed it on
            counts[source] = work.work_id, source, counted_at, work.citation_count
        counts.pop("corrections", None)  # a curator does not count
        yield from (counts[source] for source in sorted(counts))


ROWS: dict[str, Callable[[Bibliography], Iterator[Row]]] = {
    "works": _works,
    "authorships": _authorships,
    "entries": _entries,
    "entry_sections": _entry_sections,
    "identifiers": _identifiers,
    "versions": _versions,
    "citation_links": _citation_links,
    "claims": _claims,
    "findings": _findings,
    "dead_links": _dead_links,
    "changes": _changes,
    "runs": _runs,
}
"""Name of each table to its rows, sorted by its key."""
