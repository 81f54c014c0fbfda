"""Which candidates are entries, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from enrich.model.entry import BlockNote, EntryKind, LinkRole, Omission
from enrich.model.identifiers import Scheme
from enrich.readers.families import bare, records, slotted
from enrich.readers.fields.names import is_name
from enrich.readers.fields.titles import count_words, set_date
from enrich.readers.sections import OF_PAPERS, is_neutral
from enrich.text.hosts import host_of, is_book_url, is_paper_url, url_role
from enrich.text.venues import find_label, find_venue, venue_type
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from enrich.readers.candidates import Candidate, FileReading
    from enrich.readers.draft import Draft
    from enrich.readers.grammar import Grammar

_CODE_ROLES = frozenset({LinkRole.CODE, LinkRole.REPO, LinkRole.DOCS})
_DATA_ROLES = frozenset({LinkRole.DATA, LinkRole.LINK, LinkRole.PROJECT, LinkRole.VIDEO, LinkRole.DOCS})
_PAGE_ROLES = frozenset({LinkRole.LINK, LinkRole.PROJECT, LinkRole.VIDEO, LinkRole.SLIDES})
_KINDS = {"tool": EntryKind.SOFTWARE, "blog post": EntryKind.WEBSITE}
_DATA_HEADING = re.compile(r"\b(?:data ?sets?|corpora|corpus)\b", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?:workshop|challenge|tutorial|seminar|competition|course|lecture|summer school|symposium)s?"
    r"(?:[\s:,(]*\d{0,4}\)?)$",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?:buy (?:an?|the|it)|product (?:page|specification|website)s?|user'?s? guide|knowledge base)\b"
    r"|(?:[\w-]+ ){0,3}specifications?$",
    re.IGNORECASE,
)
_THREE_NUMBERS = re.compile(r"(?<!\d)(\d\d)[./-](0[1-9]|1[0-2])[./-](0[1-9]|[12]\d|3[01])(?!\d)")
_OF_LISTS = re.compile(r"\b(?:awesome|lists?|collections?|papers|resources|links)\b", re.IGNORECASE)
_AWESOME = re.compile(r"\bawesome\b", re.IGNORECASE)
_FIELD_FAMILIES = frozenset({"F4", "F6", "F7", "F10"})
_SHOWS = frozenset({"talk", "course or tutorial"})
_NEUTRAL = frozenset({"blog post", "introduction", "course or tutorial"})
"""What "Articles", "Overview" and "Conferences" name where what stands below them is not cited."""
_TABLES = frozenset({"F6", "F7"})
_MOST_NAME_WORDS = 2
_FEWEST_SIBLINGS = 2
_FEWEST_RUN = 3
_WEIGHED = frozenset({"tool", "talk", "blog post", "course or tutorial", "related list"})
_FEWEST_VETOES = 2
_MOST_VETOED = 10
_MOST_TEXT = 200
_FEWEST_WORDS = 2
_MOST_WORDS = 30
_DEEP_PATH = 3
_PROSE = re.compile(r"\b(?:I|we|you|our|my|your|please|let's|should)\b|[a-z]{2}[.] [A-Z]|[。；]")
_PROSE_END = re.compile(r"[。；]$")
_OF_BOOKS = re.compile(
    r"(?:[\w&-]+ )?(?:text)?books?(?: (?:and|&) [\w ]+)?|书籍|教材|図書|도서|livres|libros|bücher|книги", re.IGNORECASE
)
_NAMES_AT_END = re.compile(r"(?<=\w),\s+(?:(?:and|&)\s+)?|(?<!\s)\s+(?:[-–—]|by)\s+(?=\S)")
_PARTS = re.compile(r"[:,;]")
_TITLE_WORDS = 4
_MOSTLY = 0.6


def judge(reading: FileReading, file: str | None) -> tuple[list[Draft], list[BlockNote]]:
    """Return the drafts that are entries and a note per block; the others become omissions."""
    judged = _Judge(reading)
    reasons = [judged.reason_against(candidate) for candidate in reading.candidates]
    cancelled = _vetoes_of_nearly_all(reading.candidates, reasons)
    for index in _news(reading.candidates):
        reasons[index] = reasons[index] or "news"
    _join_rows(reading.candidates, reasons)
    accepted: list[Draft] = []
    blocks: dict[tuple[int, str], list[Draft]] = {}
    for candidate, reason in zip(reading.candidates, reasons, strict=True):
        draft = candidate.draft
        if reason is not None and reason not in cancelled:
            urls = tuple(dict.fromkeys((*candidate.urls, *(link.url for link in draft.links))))
            text = (draft.title or "")[:_MOST_TEXT]
            reading.omissions.append(Omission(line=draft.line, reason=reason, text=text, file=file, urls=urls))
            continue
        _tell_date(draft)
        _set_kind(candidate)
        accepted.append(draft)
        blocks.setdefault((candidate.group, draft.family), []).append(draft)
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


def _tell_authors(members: list[Draft]) -> None:
    """A single name is the author where most siblings have authors, as in ``Carl Stone. *A Title*``."""
    n_known = sum(bool(draft.authors) for draft in members)
    alone = {_full_name(draft) for draft in members if not draft.authors} - {None}
    n_known += len(alone) if n_known > 1 else 0
    if len(members) < _FEWEST_RUN or n_known < _MOSTLY * len(members):
        return
    for draft in members:
        if draft.authors or draft.family in _TABLES:
            continue  # the columns of a table say themselves what they hold
        note = draft.notes[0].strip(" .,;") if draft.notes else ""
        label, mark, _ = (draft.label or "").rpartition(", ")
        if not mark and draft.year and draft.label == f"{draft.venue} {draft.year}":
            label, mark = draft.venue or "", " "
        if draft.acronym and is_name(draft.acronym):
            draft.authors, draft.acronym = (draft.acronym,), None
        elif is_name(note, allow_surname=True):
            draft.authors = (note,)
            del draft.notes[0]
        elif mark and label == draft.venue and find_venue(label) is None and is_name(label):
            draft.authors, draft.label, draft.venue = (label,), None, None


def _full_name(draft: Draft) -> str | None:
    """The one name of several words that stands beside a title, or None."""
    name = draft.acronym or (draft.notes[0].strip(" .,;") if draft.notes else "")
    return name if " " in name and is_name(name) else None


def _join_rows(candidates: list[Candidate], reasons: list[str | None]) -> None:
    """Keep a row that only the words of a link speak against, in a table of which most rows are entries."""
    rows: dict[int, list[int]] = {}
    for index, candidate in enumerate(candidates):
        if candidate.draft.family in _TABLES:
            rows.setdefault(candidate.group, []).append(index)
    for members in rows.values():
        n_entries = sum(reasons[index] is None for index in members)
        for index in members:
            if reasons[index] in _WEIGHED and 2 * n_entries > len(members):
                reasons[index] = None


def _news(candidates: list[Candidate]) -> list[int]:
    """The places of runs in which every item is dated and none has a linked title, a paper, authors or a venue."""
    runs: dict[int, list[int]] = {}
    for index, candidate in enumerate(candidates):
        runs.setdefault(candidate.group, []).append(index)
    return [
        index
        for members in runs.values()
        if len(members) >= _FEWEST_SIBLINGS and all(_is_news(candidates[index].draft) for index in members)
        for index in members
    ]


def _is_news(draft: Draft) -> bool:
    is_work = draft.is_title_linked or draft.authors or draft.venue or draft.fields or _leads_to_paper(draft)
    return draft.date is not None and draft.family not in _TABLES and not is_work


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


def _vetoes_of_nearly_all(candidates: list[Candidate], reasons: list[str | None]) -> set[str]:
    """The purposes of sections that leave next to nothing of a list: then their headings are wrong, not its entries."""
    n_accepted = reasons.count(None)
    vetoes = Counter(
        candidate.purpose
        for candidate, reason in zip(candidates, reasons, strict=True)
        if reason
        and reason == candidate.purpose
        and reason in _WEIGHED
        and count_words(candidate.draft.title or "") > 1
    )
    return {purpose for purpose, n in vetoes.items() if purpose and n > max(_FEWEST_VETOES, _MOST_VETOED * n_accepted)}


def _note(family: str, members: list[Draft], file: str | None, grammar: Grammar | None) -> BlockNote:
    evidence = Counter(member.evidence for member in members).most_common(1)[0][0]
    evidence = f"{evidence}; {grammar}" if grammar else evidence
    return BlockNote(line=members[0].line, family=family, evidence=evidence, n_entries=len(members), file=file)


def _is_shown(draft: Draft) -> bool:
    """Whether an entry shows more than a title: a link, or the label of one whose target is lost."""
    return bool(draft.links or draft.label or draft.first_label)


def _leads_to_paper(draft: Draft) -> bool:
    return any(is_paper_url(link.url) for link in draft.links)


def _is_scholarly(draft: Draft) -> bool:
    """Whether anything shows that an entry is about a paper: its link, a venue, a year, an abstract, an identifier."""
    return bool(_leads_to_paper(draft) or draft.year or draft.quote or draft.text or draft.extra_identifiers)


def _is_published(draft: Draft) -> bool:
    """Whether a link leads to an archive or a publisher and not just to some PDF."""
    return any(is_paper_url(link.url.split("?", 1)[0].removesuffix(".pdf")) for link in draft.links)


def _is_written_as_title(text: str) -> bool:
    """Whether a text of several words is in the case of titles."""
    return count_words(text) >= _TITLE_WORDS and _is_in_title_case(text)


def _is_in_title_case(text: str) -> bool:
    """Whether a text has a capital in front and in most of its longer words."""
    words = [word for word in text.split() if len(word) > _TITLE_WORDS]
    n_capital = sum(any(map(str.isupper, word)) for word in words)
    return not text[:1].islower() and n_capital >= _MOSTLY * len(words)


def _is_told(draft: Draft) -> bool:
    """Whether a paragraph tells something of its writers, also behind one word: ``**News**: We have …``."""
    title = draft.title or ""
    is_titled = any(len(word) > _TITLE_WORDS for word in title.split()) and _is_in_title_case(title)
    is_other = draft.authors or draft.is_title_linked or is_titled
    is_told = _PROSE.search(f"{title[:1].lower()}{title[1:]}") is not None and not is_other
    notes = (f"{note[:1].lower()}{note[1:]}" for note in draft.notes)
    return draft.family == "F3" and (is_told or (count_words(title) == 1 and any(map(_PROSE.search, notes))))


def _is_list(draft: Draft) -> bool:
    """Whether an entry leads to a repository or says that it is a list."""
    said = " ".join([draft.title or "", *(link.url for link in draft.links)])
    return any(link.role in _CODE_ROLES for link in draft.links) or _OF_LISTS.search(said) is not None


def _links_to_code(draft: Draft) -> bool:
    return draft.is_title_linked and draft.links[:1] != [] and draft.links[0].role in _CODE_ROLES


class _Judge:
    """Knows the sections of a list, to compare a candidate with its neighbours."""

    def __init__(self, reading: FileReading) -> None:
        drafts = [candidate.draft for candidate in reading.candidates]
        self._weak: Counter[tuple[str, ...]] = Counter(draft.section_path for draft in drafts if draft.is_weak)
        shown = {draft.section_path for draft in drafts if _is_shown(draft)}
        self._shown = shown | {path[:-1] for path in shown if len(path) >= _DEEP_PATH}
        self._bare = self._sections_of_titles(drafts)
        self._scholarly = {draft.section_path for draft in drafts if _is_scholarly(draft)}

    @staticmethod
    def _sections_of_titles(drafts: list[Draft]) -> set[tuple[str, ...]]:
        """The sections of papers that hold titles and nothing else: several, written as titles are."""
        sections: dict[tuple[str, ...], list[bool]] = {}
        for draft in drafts:
            if not _is_shown(draft) and any(map(OF_PAPERS.search, draft.section_path)):
                sections.setdefault(draft.section_path, []).append(_is_written_as_title(draft.title or ""))
        return {path for path, found in sections.items() if len(found) > 1 and sum(found) > _MOSTLY * len(found)}

    def reason_against(self, candidate: Candidate) -> str | None:
        """Why a candidate is no entry, or None."""
        draft, purpose = candidate.draft, candidate.purpose
        if draft.fields or draft.family == bare.FAMILY:
            return None
        if purpose == "about the list":
            return purpose
        is_cited = draft.family == slotted.CITED and bool(draft.authors)
        if (purpose == "contents" or (purpose == "introduction" and not is_cited)) and not _leads_to_paper(draft):
            return purpose
        if draft.title is None:
            return None
        if _PROSE_END.search(draft.title) and not _leads_to_paper(draft):
            return "prose"
        if draft.is_voted and draft.links:
            return None
        is_alone = self._weak[draft.section_path] < _FEWEST_SIBLINGS or not _is_written_as_title(draft.title)
        if (draft.is_weak and is_alone) or _is_told(draft):
            return "prose"
        if not _is_shown(draft):
            return self._reason_without_link(candidate)
        if _leads_to_paper(draft) and not self._is_tool_with_paper(draft, purpose):
            return None if purpose not in _SHOWS or _is_published(draft) else purpose
        return self._reason_by_section(draft, purpose) or self._reason_against_page(draft)

    @staticmethod
    def _reason_by_section(draft: Draft, purpose: str | None) -> str | None:
        """Why an entry without a link to a paper does not count in a section of tools, talks or pages, or None."""
        is_labelled = draft.label is not None and find_label(draft.label) is not None
        is_cited = draft.family == slotted.CITED and purpose != "blog post"
        if purpose in _NEUTRAL and draft.authors and (is_cited or is_neutral(draft.section_path)):
            return None
        if purpose in _SHOWS and (draft.is_title_linked or not is_labelled):
            return purpose if purpose != "talk" or not is_labelled or not draft.authors else None
        if purpose == "related list" and count_words(draft.title or "") >= _TITLE_WORDS and not _is_list(draft):
            return None
        if purpose == "tool" and (draft.family in _TABLES or _links_to_code(draft)):
            return purpose
        if purpose and not is_labelled and (draft.is_title_linked or draft.family in _FIELD_FAMILIES):
            return purpose
        return "course or tutorial" if _EVENT.search(draft.title or "") else None

    @staticmethod
    def _is_tool_with_paper(draft: Draft, purpose: str | None) -> bool:
        """Whether a tool only mentions its paper: its name is the title, or leads to the code."""
        if purpose != "tool":
            return False
        return draft.family in _TABLES or (draft.is_title_linked and not is_paper_url(draft.links[0].url))

    def _reason_without_link(self, candidate: Candidate) -> str | None:
        draft = candidate.draft
        if draft.authors and not (draft.year or draft.venue) and _PROSE.search(draft.title or ""):
            return "prose"
        is_short = count_words(draft.title or "") < _TITLE_WORDS and not (draft.year or draft.venue)
        if draft.quote is not None or draft.extra_identifiers or draft.text or (draft.authors and not is_short):
            return None
        years = [draft.year, *(find_year(heading) for heading in draft.section_path[-1:])]
        is_dated = any(years) and not _PROSE.search(draft.title or "")
        headings = draft.section_path[-1:] if draft.year else draft.section_path[-2:]
        if is_dated and candidate.purpose is None and any(map(OF_PAPERS.search, headings)):
            return None
        n_words = count_words(draft.title or "")
        is_worded = (draft.title or "")[:1].isalnum() or (draft.title or "")[:1] in "\"'“‘«「$\\(["
        if candidate.purpose is not None or not is_worded or not _FEWEST_WORDS <= n_words <= _MOST_WORDS or draft.notes:
            return "no link"
        if _PROSE.search(draft.title or ""):
            return "prose"
        if sum(find_venue(part.strip()) is not None for part in _PARTS.split(draft.title or "")) > 1:
            return "venue"
        if draft.section_path in self._bare:
            return None
        is_among = draft.section_path in self._shown or (
            draft.section_path[:-1] in self._shown and _is_written_as_title(draft.title or "")
        )
        return None if is_among else "no link"

    def _reason_against_page(self, draft: Draft) -> str | None:
        """Why an entry without a link to a paper is no entry, or None."""
        if draft.title and find_venue(draft.title) is not None:
            return "venue"
        if _PRODUCT.match(draft.title or ""):
            return "product page"
        if not draft.is_title_linked:
            return None
        url = draft.links[0].url if draft.links else ""
        if draft.authors and (draft.year or _is_among_books(draft)):
            return None
        if host_of(url) == "github.com" and (_AWESOME.search(draft.title or "") or _AWESOME.search(url)):
            return "related list"
        is_of_papers = OF_PAPERS.search(draft.section_path[-1] if draft.section_path else "") is not None
        if is_book_url(url) and (is_of_papers or _is_among_books(draft)):
            return None
        is_front_page = "://" in url and not url.partition("://")[2].partition("/")[2] and url_role(url) is None
        if self._scholarly and (
            draft.section_path not in self._scholarly
            or (is_front_page and count_words(draft.title or "") <= _MOST_NAME_WORDS)
        ):
            return "no paper"
        return None


def _set_kind(candidate: Candidate) -> None:
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
    is_described = draft.family == records.FAMILY and bool(draft.authors or draft.year or draft.venue)
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
    if draft.acronym and not draft.is_title_linked and draft.family not in _TABLES:
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
