"""Which work an entry means: named twice, linked to another, or not linked at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.check.evidence import evidence_of, on_entry, page_of
from enrich.model.finding import Severity
from enrich.model.identifiers import Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from enrich.model.entry import Entry, ReadingList
    from enrich.model.finding import Finding
    from enrich.model.work import Work


def find_duplicates(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Entries that name a work which an earlier entry names."""
    first: dict[str, Entry] = {}
    for entry in reading_list.entries:
        work = works.get(entry.order)
        if work is None or not work.identifiers:
            continue
        earlier = first.setdefault(work.work_id, entry)
        if earlier is not entry:
            says = f"also in line {earlier.line}: {earlier.title or 'an entry without title'}"
            known = f"one work, {work.work_id}"
            evidence = evidence_of(work, "title")
            yield on_entry(reading_list.name, entry, "duplicate_entry", Severity.DEFECT, says, known, evidence=evidence)


def find_foreign_links(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Entries whose link leads to another work than their title names."""
    for entry in reading_list.entries:
        work = works.get(entry.order)
        refusals = {one.identifier: one for one in reversed(work.refusals if work else ())}
        for refusal in refusals.values():
            if refusal.identifier not in entry.identifiers:
                continue
            link = next((one for one in entry.links if refusal.identifier.value in one.url.lower()), entry.primary_link)
            says = f"{entry.title} → {link.url if link else refusal.identifier}"
            known = f"{refusal.identifier} is “{refusal.title}”"
            saying = [one for one in work.refusals if one.identifier == refusal.identifier] if work else []
            evidence = tuple(f"{one.source}: {one.title} ({one.reason})" for one in saying)
            fix = page_of(work) if work and work.identifiers else None
            agreed = [
                one for one in entry.identifiers if work and one in work.identifiers and one != refusal.identifier
            ]
            if agreed:
                known = f"{known}, {agreed[0]} is “{work.title if work else entry.title}”"
            yield on_entry(
                reading_list.name,
                entry,
                _foreign_kind(entry, is_agreed=bool(agreed)),
                Severity.DEFECT,
                says,
                known,
                evidence=evidence,
                fix=fix,
            )


def _foreign_kind(entry: Entry, *, is_agreed: bool) -> str:
    """The kind of a finding about an identifier of another work: of a field, or of a link."""
    if is_agreed:
        return "identifiers_disagree"
    return "title_of_another_work" if entry.fields else "link_is_another_work"


def find_missing_links(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Entries whose work is known without any link, or in a bibliography without any identifier."""
    for entry in reading_list.entries:
        work = works.get(entry.order)
        is_found = entry.links or (entry.fields and entry.identifiers)
        if is_found or work is None or not work.identifiers or not entry.title:
            continue
        known = ", ".join(str(one) for one in work.identifiers)
        yield on_entry(
            reading_list.name,
            entry,
            "missing_link",
            Severity.NOTE if entry.fields else Severity.DEFECT,
            "no link",
            known,
            evidence=evidence_of(work, "title"),
            fix=_as_fields(work) if _is_bibtex(entry) else page_of(work),
        )


def _is_bibtex(entry: Entry) -> bool:
    """Whether an entry stands in a BibTeX file."""
    return any(one.tex is not None for one in entry.fields)


def _as_fields(work: Work) -> str | None:
    """The identifier of a work as the fields of a BibTeX entry that state it."""
    first = work.identifiers[0]
    if first.scheme is Scheme.ARXIV:
        return f"eprint = {{{first.value}}}, archiveprefix = {{arXiv}}"
    if first.scheme is Scheme.DOI:
        return f"doi = {{{first.value}}}"
    page = page_of(work)
    return f"url = {{{page}}}" if page else None
