"""How what an entry says of its authors, year and place stands to what records say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.distance import JaroWinkler

from enrich.knowledge import read_words
from enrich.model.identifiers import Scheme
from enrich.model.record import WorkType
from enrich.text.name_matches import NameMatch, compare_names, compare_surnames
from enrich.text.publication import is_preprint_server
from enrich.text.title_forms import fold, normalize_title
from enrich.text.venues import find_label, find_venue, is_workshop, venue_names, venue_type
from enrich.text.written_dates import find_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from enrich.model.persons import Author
    from enrich.model.record import Record

_NEARLY_EQUAL = 0.92
_FEW = 3
_TO_APPEAR = 3
"""Years from a preprint to its article, at most."""
_SPELLED_ORDINAL = re.compile(
    r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-]*)?(?:first|second|third|fourth|fifth|sixth|"
    r"seventh|eighth|ninth|tenth|eleventh|twelfth|\w{3,6}teenth)\b|\b(?:twen|thir|for|fif|six|seven|eigh|nine)tieth\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:first|second|third|fourth|fifth|sixth|last|next|other|another|main|lead|senior|corresponding|co|primary|"
    r"anonymous|unknown|placeholder|sample|example|test|dummy|fake|some|various|authors?|names?|firstname|lastname|"
    r"forename|surname|family|given|initials?|person|writer|doe|foo|bar|baz|tbd|tba|todo|xxx+|lorem|ipsum|[a-z]|"
    r"one|two|three|four|five|\d+)"
)
_ROLE = re.compile(
    r"authors?|names?|firstname|lastname|forename|surname|placeholder|tbd|tba|todo|xxx+|lorem|ipsum|foo|doe"
)
_FIRST_OF_DOE = re.compile(r"jo(?:h?n|hnny)|jane|janie|richard|baby")


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The verifier's way to compare places; True where two agree, None where that is open."""

    venues: Callable[[str, str], bool | None]
    numbers: Callable[[str | None, str | None], bool | None]
    pages: Callable[[str | None, str | None], bool | None]


class AuthorsDiffer(StrEnum):
    """How the authors of an entry stand to a record's."""

    REPLACED = "others in their place"
    ADDED = "more than the record has"
    DROPPED = "some left out"
    SWAPPED = "in another order"
    PLACEHOLDER = "placeholders"
    SPELLED = "one is spelled otherwise"


def are_placeholders(authors: Sequence[Author]) -> bool:
    """Whether names only stand for names that were never filled in.

    >>> from enrich.text.names import parse_name
    >>> [are_placeholders([parse_name(name)]) for name in ("First Author", "John Doe", "A. First")]
    [True, True, False]
    """
    return bool(authors) and all(_is_placeholder(one.name) for one in authors)


def _is_placeholder(name: str) -> bool:
    words = re.findall(r"\w+", fold(name))
    if len(words) > 1 and words[-1] == "doe":
        return all(len(word) == 1 or _FIRST_OF_DOE.fullmatch(word) for word in words[:-1])
    is_role = any(_ROLE.fullmatch(word) and word != "doe" for word in words)
    return is_role and all(_PLACEHOLDER.fullmatch(word) for word in words)


def compare_authors(
    mine: Sequence[Author],
    theirs: Sequence[Author],
    *,
    is_cut: bool = False,
    are_theirs_cut: bool = False,
    is_same_work: bool = False,
) -> AuthorsDiffer | None:
    """How an entry's authors differ from a record's; None where they agree or nobody can tell.

    ``is_cut``: the entry says that there are more; ``are_theirs_cut``: the record does. Groups are no people: whom they
    stand for nobody tells. ``is_same_work``: identifier and title agree, so that a surname says who is meant.

    >>> from enrich.text.names import parse_name
    >>> chen, duvenaud, kidger = map(parse_name, ("Chen, Ricky T. Q.", "D. Duvenaud", "Patrick Kidger"))
    >>> compare_authors([chen], [chen, duvenaud]).name, compare_authors([chen], [chen, duvenaud], is_cut=True)
    ('DROPPED', None)
    >>> compare_authors([duvenaud, chen], [chen, duvenaud]).name, compare_authors([kidger], [chen]).name
    ('SWAPPED', 'REPLACED')
    >>> compare_authors([kidger], [parse_name("Kidger, Pat")], is_same_work=True)
    >>> compare_authors([kidger], [parse_name("Kidger, Rory")], is_same_work=True).name
    'SPELLED'
    """
    people, others = ([one for one in side if not one.is_organization] for side in (mine, theirs))
    if not people or not others:
        return None
    places = _places(people, others)
    lost = [place for place, found in enumerate(places) if found is None]
    n_slips = _match_slips(people, others, places, is_same_work=is_same_work) if lost else 0
    lost = [place for place, found in enumerate(places) if found is None]
    found = [place for place in places if place is not None]
    if lost:
        is_tail = are_theirs_cut and len(found) == len(others)
        if not is_tail:
            is_behind = len(found) == len(others) and len(people) > len(others)
            return AuthorsDiffer.ADDED if is_behind else AuthorsDiffer.REPLACED
    if found != sorted(found):
        return AuthorsDiffer.SWAPPED
    if len(found) < len(others) and not is_cut:
        return AuthorsDiffer.DROPPED
    return AuthorsDiffer.SPELLED if n_slips else None


def _places(people: Sequence[Author], others: Sequence[Author]) -> list[int | None]:
    """The place in a record of each author of an entry: the same one if it can be, else the first that is free."""
    places: list[int | None] = [None] * len(people)
    free = dict.fromkeys(range(len(others)))
    for is_same_place in (True, False):
        for place, one in enumerate(people):
            if places[place] is not None:
                continue
            tried = [place] if is_same_place else list(free)
            matches = (at for at in tried if at in free and compare_names(one, others[at]) is not NameMatch.DIFFERENT)
            at = next(matches, None)
            if at is not None:
                places[place] = at
                del free[at]
    return places


def _match_slips(
    people: Sequence[Author], others: Sequence[Author], places: list[int | None], *, is_same_work: bool
) -> int:
    """Fill in the places of names that are the record's but for a slip, and return how many there are.

    A slip of the pen is a letter or two; one person may bear another given name by now, where the others or an
    identifier say that the work is meant.
    """
    n_slips = 0
    lost = [place for place, found in enumerate(places) if found is None and place < len(others)]
    taken = {found for found in places if found is not None}
    for place in lost:
        if place in taken:
            continue
        one, other = people[place], others[place]
        is_slip = JaroWinkler.similarity(fold(one.name), fold(other.name)) >= _NEARLY_EQUAL
        surnames = compare_surnames(one.family or one.name, other.family or other.name)
        is_renamed = surnames is NameMatch.SAME and len(lost) == 1 and (is_same_work or len(people) >= _FEW)
        if is_slip or is_renamed:
            places[place] = place
            n_slips += 1
    return n_slips


def is_preprint(record: Record) -> bool:
    """Whether a record, or what an entry states, is that of a preprint."""
    return record.type is WorkType.PREPRINT or bool(record.venue and is_server(record.venue))


def is_server(venue: str) -> bool:
    """Whether a venue is a server for preprints."""
    known = find_venue(venue)
    return is_preprint_server(venue) or (known is not None and venue_type(known) == "preprint")


def places_of(record: Record) -> list[str]:
    """Where a record says that the work appeared; a server for preprints is no such place."""
    names = (record.venue, record.venue_short, record.series)
    return list(dict.fromkeys(name for name in names if name and not is_server(name)))


def compare_venue(written: str, known: str, comparisons: Comparisons) -> bool | None:
    """Whether a venue is the one of a record; None where that is open.

    A known venue goes by all its names. A series that carries the proceedings of many conferences tells none apart, and
    the workshops of a conference are not its main track.
    """
    written, known = (_SPELLED_ORDINAL.sub(" ", one) for one in (written, known))
    names = [find_venue(one) for one in (written, known)]
    if "proceedings" in [venue_type(name) for name in names if name] and names[0] != names[1]:
        return None
    if is_workshop(written) != is_workshop(known) and all(map(host_of, (written, known))):
        return False
    answer = comparisons.venues(written, known)
    if answer is not None or (names[0] is None) == (names[1] is None):
        return answer
    other, name = (known, names[0]) if names[0] else (written, names[1])
    aliases = venue_names(name or "")
    answers = [comparisons.venues(other, one) for one in aliases]
    if any(answers):
        return True
    return False if False in answers or _has_other_words(other, aliases) else None


def host_of(venue: str) -> str | None:
    """The conference that a venue is, or whose workshop it is.

    >>> host_of("CVPR Workshops"), host_of("Workshop on Lattices at ICML 2020"), host_of("Workshop on Lattices")
    ('CVPR', 'ICML', None)
    """
    heads = (venue, _IN_PARENTHESES.sub(" ", venue), *_IN_PARENTHESES.findall(venue), *_AT.split(venue)[1:])
    labels = (find_label(one.strip()) for one in heads if one.strip())
    return find_venue(venue) or next((one.venue for one in labels if one), None)


_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_AT = re.compile(r"\s(?:at|@|with)\s")


_FILLERS = read_words("venues", "fillers")
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th)?")


def _has_other_words(written: str, names: Iterable[str]) -> bool:
    """Whether a venue has a word too many or too few to be another name of a known one.

    >>> names = venue_names("ICML")
    >>> [_has_other_words(f"{one} Machine Learning", names) for one in ("Conference on Quantum", "Proc. Int. Conf. on")]
    [True, False]
    >>> _has_other_words("Conference on Empirical Methods in NLP", ["Empirical Methods in Natural Language Processing"])
    False
    """
    head = re.sub(r"\([^()]*\)", " ", written).partition(",")[0]
    mine = _telling_words(head)
    acronyms = {one.lower() for one in names if " " not in one}
    if len(mine) < 2 or acronyms & set(re.findall(r"\w+", written.lower())):  # noqa: PLR2004 (an acronym may be any)
        return False
    return not any(_are_same_words(mine, _telling_words(one)) for one in names)


def _telling_words(venue: str) -> list[str]:
    words = normalize_title(venue).split()
    return [word for word in words if word not in _FILLERS and not _NUMBER.fullmatch(word)]


def _are_same_words(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether each word is one of the other name, cut short or as an initial among others."""
    place = 0
    for word in mine:
        rest = theirs[place:]
        if rest and (rest[0].startswith(word) or word.startswith(rest[0])):
            place += 1
        elif len(word) > 1 and word == "".join(one[0] for one in rest[: len(word)]):
            place += len(word)
        else:
            return False
    return place == len(theirs)


def years_of(record: Record) -> set[int]:
    """The years that a record gives its version, that of the edition in its venue's name among them."""
    years = {record.year, record.date.year if record.date else None, find_year(record.venue or "")}
    return {year for year in years if year}


def agrees_in_year(year: int, stated: Record, records: Sequence[Record]) -> bool | None:
    """Whether a year is one that a version of the work bears; None where no record has a year, or tells of revisions.

    A conference's year is that of its edition. Elsewhere the year of issue, that of the first publication on line and
    that of the preprint are all in use, and those between them. What a preprint became may be of a later year; who
    cites the preprint may name the year of any of its versions, as arXiv's own export does that of the last one.
    """
    is_early = is_preprint(stated)
    every: set[int] = set().union(*map(years_of, records))
    every |= {found for one in records if is_early or is_preprint(one) for found in _submitted(one)}
    if not every:
        return None
    if year in every:
        return True
    first, last = min(every), max(every)
    is_published = any(map(years_of, (one for one in records if not is_preprint(one))))
    venue = find_venue(stated.venue or "")
    if is_published and not is_early and venue is not None and venue_type(venue) == "conference":
        return False
    latest = last + (1 if is_published else _TO_APPEAR)
    if is_early:
        revisions = [one.revised.year for one in records if one.revised]
        if year > latest and not revisions:
            return None
        latest = max((latest, *revisions))
    return first - 1 <= year <= latest


def _submitted(record: Record) -> Iterator[int]:
    """The years that arXiv identifiers tell: <https://info.arxiv.org/help/arxiv_identifier.html>."""
    for one in record.identifiers:
        if one.scheme is Scheme.ARXIV and (found := _ARXIV_MONTH.match(one.value)):
            number = int(found[1])
            yield number + (_CENTURIES[0] if number >= _FIRST_OF_ARXIV else _CENTURIES[1])


_ARXIV_MONTH = re.compile(r"(?:[a-z.-]+/)?(\d{2})\d{2}")
_FIRST_OF_ARXIV = 91
_CENTURIES = (1900, 2000)


def are_near_pages(written: str, known: str) -> bool:
    """Whether two ranges of pages overlap by half and more: another printing counts other pages before them.

    >>> are_near_pages("6000--6010", "5998--6008"), are_near_pages("511--520", "11--20"), are_near_pages("7", "8")
    (True, False, False)
    """
    ranges = [_RANGE.fullmatch(one.replace(" ", "")) for one in (written, known)]
    if not ranges[0] or not ranges[1]:
        return False
    (first, last), (other_first, other_last) = sorted((int(one[1]), int(one[2])) for one in ranges if one)
    shared = min(last, other_last) - max(first, other_first) + 1
    return 2 * shared >= max(last - first, other_last - other_first) + 1


_RANGE = re.compile(r"(\d{1,9})[-–—]+(\d{1,9})")


def may_be_another_edition(stated: Record, record: Record, fields: AbstractSet[str]) -> bool:
    """Whether a record of the title by the same people may be of another edition than the entry, by what differs.

    Reports, theses and books appear again as something else or anew; an article may be printed again or in translation,
    in another journal with another year or other pages, and so may a paper that went from a conference to a journal. A
    conference takes no paper that another one had.
    """
    if not fields or not fields <= {"year", "venue", "pages"}:
        return False
    kinds = [_GROUPS.get(one.type, one.type) for one in (stated, record)]
    if kinds[0] == kinds[1] == WorkType.CONFERENCE:
        return False
    if kinds[0] != WorkType.CONFERENCE and not {*kinds}.isdisjoint(_ANEW):
        return True
    return "venue" in fields and len(fields) > 1


_GROUPS = {WorkType.CHAPTER: WorkType.CONFERENCE}
_ANEW = frozenset({WorkType.REPORT, WorkType.THESIS, WorkType.BOOK})
"""What is published again as it is."""
