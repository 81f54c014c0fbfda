"""Which candidates are entries, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from enrich.knowledge import read_words
from enrich.model.entry import BlockNote, EntryKind, LinkRole, Omission
from enrich.model.identifiers import Scheme
from enrich.readers.families.bare import IDENTIFIER
from enrich.readers.families.citation import CITATION
from enrich.readers.families.data_records import RECORD
from enrich.readers.fields.titles import count_words, set_date
from enrich.readers.fields.words import SERIALS
from enrich.readers.fields.written_names import is_name
from enrich.readers.verdicts import judged
from enrich.text.hosts import is_book_url, is_paper_url
from enrich.text.venues import find_label, find_venue, venue_type
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from enrich.readers.draft import Draft
    from enrich.readers.entry_candidates import EntryCandidate, FileReading
    from enrich.readers.grammar import Grammar

_CODE_ROLES = frozenset({LinkRole.CODE, LinkRole.REPO, LinkRole.DOCS})
_DATA_ROLES = frozenset({LinkRole.DATA, LinkRole.LINK, LinkRole.PROJECT, LinkRole.VIDEO, LinkRole.DOCS})
_PAGE_ROLES = frozenset({LinkRole.LINK, LinkRole.PROJECT, LinkRole.VIDEO, LinkRole.SLIDES})
_KINDS = {"tool": EntryKind.SOFTWARE, "blog post": EntryKind.WEBSITE}
_DATA_HEADING = re.compile(r"\b(?:data ?sets?|corpora|corpus)\b", re.IGNORECASE)
_THREE_NUMBERS = re.compile(r"(?<!\d)(\d\d)[./-](0[1-9]|1[0-2])[./-](0[1-9]|[12]\d|3[01])(?!\d)")
_PUBLISHERS = frozenset(read_words("publishers", "words"))
_PUBLISHING = tuple(read_words("publishers", "endings"))
_CITY = r"[^\W\d_a-z][^\W\d_A-Z][\w.'’-]{0,30}"
_IMPRINT = re.compile(rf"(?:[A-ZА-ЯЁ]\w{{0,4}}\.|{_CITY}(?:,? {_CITY}){{0,2}}(?:, [A-Z]{{2}})?): (?=[^\W\d_a-z])")
"""A city, also cut short, in front of a publisher: ``М.: Наука``, ``Madrid: Luis Campo`` (ISBD 4.1)."""
_OF_SERIALS = re.compile(rf"{SERIALS}|notes|arxiv", re.IGNORECASE)
_MOST_NAME_WORDS = 2
_FEWEST_RUN = 3
_MOST_TEXT = 200
_OF_BOOKS = re.compile(
    r"(?:[\w&-]+ )?(?:text)?books?(?: (?:and|&) [\w ]+)?|书籍|教材|図書|도서|livres|libros|bücher|книги", re.IGNORECASE
)
_TITLE_WORDS = 4
_MOSTLY = 0.6


def judge(reading: FileReading, file: str | None) -> tuple[list[Draft], list[BlockNote]]:
    """Return the drafts that are entries and a note per block; the others become omissions."""
    accepted: list[Draft] = []
    blocks: dict[tuple[int, str], list[Draft]] = {}
    for candidate, verdict in zip(reading.candidates, judged(reading.candidates), strict=True):
        draft = candidate.draft
        if verdict.reason and not is_sure(draft):
            urls = tuple(dict.fromkeys((*candidate.urls, *(link.url for link in draft.links))))
            text = (draft.title or "")[:_MOST_TEXT]
            reading.omissions.append(Omission(line=draft.line, reason=verdict.reason, text=text, file=file, urls=urls))
            continue
        _tell_date(draft)
        _tell_publisher(draft)
        _set_kind(candidate)
        accepted.append(draft)
        blocks.setdefault((candidate.group, draft.family.code), []).append(draft)
    runs: dict[int, list[Draft]] = {}
    for (group, _), members in blocks.items():
        runs.setdefault(group, []).extend(members)
    for members in runs.values():
        _tell_authors(members)
        _tell_papers(members)
    are_venues = _parents_of_venues(accepted)
    for draft in accepted:
        _take_from_heading(draft, are_venues)
    notes = [_note(family, members, file, reading.grammars.get(group)) for (group, family), members in blocks.items()]
    return accepted, notes


def is_sure(draft: Draft) -> bool:
    """Whether an entry needs no verdict: a structured one, an identifier, one whose title is lost."""
    return bool(draft.fields) or draft.family is IDENTIFIER or draft.title is None


def _tell_authors(members: list[Draft]) -> None:
    """A single name is the author where most siblings have authors or another such name: ``A Title (Carl Stone)``."""
    n_known = sum(bool(draft.authors) for draft in members)
    alone = {_full_name(draft) for draft in members if not draft.authors} - {None}
    n_known += len(alone) if n_known > 1 or len(alone) >= _FEWEST_RUN else 0
    is_in_front = 2 * sum(draft.family is CITATION for draft in members) > len(members)
    if len(members) < _FEWEST_RUN or n_known < _MOSTLY * len(members):
        return
    for draft in members:
        if draft.authors or draft.family.is_table:
            continue  # the columns of a table say themselves what they hold
        note = _first_note(draft)
        label, mark, _ = (draft.label or "").rpartition(", ")
        if not mark and draft.year and draft.label == f"{draft.venue} {draft.year}":
            label, mark = draft.venue or "", " "
        if draft.acronym and is_name(draft.acronym, allow_surname=is_in_front):
            draft.authors, draft.acronym = (draft.acronym,), None
        elif mark and label == draft.venue and find_venue(label) is None and is_name(label, allow_surname=True):
            draft.authors, draft.label, draft.venue = (label,), None, None
        elif is_name(note, allow_surname=True):
            draft.authors = (note,)
            del draft.notes[0]


def _first_note(draft: Draft) -> str:
    return draft.notes[0].strip(" .,;()[]") if draft.notes else ""


def _full_name(draft: Draft) -> str | None:
    """The one name of several words that stands beside a title, or None."""
    name = draft.acronym or _first_note(draft)
    return name if " " in name and is_name(name) else None


def _tell_date(draft: Draft) -> None:
    """``15.05.03`` beside arXiv 1505.00001 is 3 May 2015: the identifier says which number is the year."""
    if draft.year is not None:
        return
    preprint = next(
        (one.value for one in draft.identifiers() if one.scheme is Scheme.ARXIV and one.value[0].isdigit()), ""
    )
    for index, note in enumerate(draft.notes):
        found = _THREE_NUMBERS.search(note)
        if found and preprint.startswith(found[1] + found[2]):
            set_date(draft, f"20{found[1]}-{found[2]}-{found[3]}")
            draft.notes[index] = note.replace(found[0], "").strip(" ()[],;")
            draft.notes = [one for one in draft.notes if one]
            return


def _tell_publisher(draft: Draft) -> None:
    """The publisher of a book is no venue; it stays in the label as the list writes it."""
    venue = draft.venue or ""
    words = {word.strip(".,:;()’'\"").lower() for word in venue.split()}
    is_house = not words.isdisjoint(_PUBLISHERS) or venue.endswith(_PUBLISHING) or _IMPRINT.match(venue) is not None
    if is_house and find_venue(venue) is None and not _OF_SERIALS.search(venue):
        draft.label, draft.venue = draft.label or venue, None


def _tell_papers(members: list[Draft]) -> None:
    """An entry that is written as its siblings are, which are papers, is one whatever page it leads to."""
    n_papers = sum(map(_leads_to_paper, members))
    if len(members) < _FEWEST_RUN or n_papers < _MOSTLY * len(members):
        return
    for draft in members:
        is_page = draft.kind in {EntryKind.SOFTWARE, EntryKind.WEBSITE}
        is_shown = all(link.role in {LinkRole.VIDEO, LinkRole.SLIDES} for link in draft.links)
        if is_page and not is_shown and count_words(draft.title or "") >= _TITLE_WORDS:
            draft.kind = EntryKind.PAPER


def _parents_of_venues(accepted: list[Draft]) -> frozenset[tuple[str, ...]]:
    """The sections whose own sections are venues for the most part; elsewhere "Machine Learning" is a subject."""
    below: dict[tuple[str, ...], set[str]] = {}
    for path in {draft.section_path[:depth] for draft in accepted for depth in range(1, len(draft.section_path) + 1)}:
        below.setdefault(path[:-1], set()).add(path[-1])
    return frozenset(
        parent
        for parent, headings in below.items()
        if 2 * sum(find_label(heading) is not None for heading in headings) > len(headings)
    )


def _note(family: str, members: list[Draft], file: str | None, grammar: Grammar | None) -> BlockNote:
    evidence = Counter(member.evidence for member in members).most_common(1)[0][0]
    evidence = f"{evidence}; {grammar}" if grammar else evidence
    return BlockNote(line=members[0].line, family=family, evidence=evidence, n_entries=len(members), file=file)


def _leads_to_paper(draft: Draft) -> bool:
    return any(is_paper_url(link.url) for link in draft.links)


def _set_kind(candidate: EntryCandidate) -> None:
    draft = candidate.draft
    roles = {link.role for link in draft.links}
    if _says_its_kind(draft):
        return
    if draft.has_work_link and not (
        draft.is_title_linked and draft.links[0].role not in {LinkRole.PAPER, LinkRole.PDF}
    ):
        return
    if candidate.purpose in _KINDS:
        draft.kind = _KINDS[candidate.purpose]
    elif (
        not roles or draft.authors or draft.text or draft.extra_identifiers or (draft.label and find_label(draft.label))
    ):
        return
    elif roles <= _CODE_ROLES:
        draft.kind = EntryKind.SOFTWARE
    elif any(_DATA_HEADING.search(heading) for heading in draft.section_path[1:]) and roles <= _DATA_ROLES:
        draft.kind = EntryKind.DATASET
    elif roles <= _PAGE_ROLES:
        draft.kind = EntryKind.WEBSITE
    if draft.kind is EntryKind.SOFTWARE:
        _name_apart(draft)
    if draft.kind is not EntryKind.PAPER and draft.label is None and not draft.is_title_linked:
        draft.label = draft.first_label


def _says_its_kind(draft: Draft) -> bool:
    """Whether an entry itself shows its kind: a thesis, a book in a shop, a record with code or without."""
    is_sold = bool(draft.links) and is_book_url(draft.links[0].url)
    if draft.kind is EntryKind.PAPER and (is_sold or _is_among_books(draft)):
        draft.kind = EntryKind.BOOK
    is_described = draft.family is RECORD and bool(draft.authors or draft.year or draft.venue)
    return is_described or draft.kind in {EntryKind.BOOK, EntryKind.THESIS}


def _is_among_books(draft: Draft) -> bool:
    """Whether an entry stands below a heading of books, and neither its venue nor its identifiers are a paper's."""
    heading = draft.section_path[-1].strip(" :.#*0123456789") if draft.section_path else ""
    is_below = _OF_BOOKS.fullmatch(heading) is not None
    is_paper = draft.label is not None and find_label(draft.label) is not None
    return (
        is_below and not is_paper and not any(one.scheme in {Scheme.ARXIV, Scheme.DOI} for one in draft.identifiers())
    )


def _name_apart(draft: Draft) -> None:
    """``name: description`` of a software taken apart."""
    if draft.acronym and not draft.is_title_linked and not draft.family.is_table:
        draft.notes.insert(0, draft.title or "")
        draft.title, draft.acronym = draft.acronym, None
        return
    name, mark, description = (draft.title or "").partition(": ")
    if mark and len(name.split()) <= _MOST_NAME_WORDS and not draft.is_title_linked:
        draft.title = name
        draft.notes.insert(0, description)


def _take_from_heading(draft: Draft, parents_of_venues: frozenset[tuple[str, ...]]) -> None:
    """Venue and year that only stand in the nearest heading, such as ``### KDD 2020`` or ``## 2019``."""
    for depth in range(len(draft.section_path) - 1, -1, -1):
        if draft.venue is not None and draft.year is not None:
            return
        heading = draft.section_path[depth]
        date = find_date(heading)
        if date is not None:
            if draft.year is None and draft.date is None:
                draft.year = date.year
                draft.date = str(date) if date.month else None
            continue
        label = find_label(heading)
        is_short = heading.count(" ") == 0 and sum(map(str.isupper, heading)) > 1
        is_server = label is not None and venue_type(label.venue or "") == "preprint"
        is_among = is_short or is_server or draft.section_path[:depth] in parents_of_venues
        # The title of the list is no venue, even if it is a word such as "Log" that one goes by.
        is_named = label is not None and (label.year or (depth and is_among))
        if label is not None and is_named and draft.label is None:
            draft.venue = draft.venue or label.venue
            draft.year = draft.year or label.year
