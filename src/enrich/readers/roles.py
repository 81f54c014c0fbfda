"""Which slots of an item are its title: a multinomial model of the slots, of what is around them and of their siblings.

The weights are learned by ``python -m benchmarks.readers train``; they stand in ``roles.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from enrich.knowledge import read_words
from enrich.model.entry import LinkRole
from enrich.readers.families.citation import names_and_year
from enrich.readers.fields.labels import bare_label, is_generic, is_names_and_year, label_role
from enrich.readers.fields.titles import count_words
from enrich.readers.fields.words import SERIALS, is_key
from enrich.readers.fields.written_names import is_han_name, is_name, is_names
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part
from enrich.readers.sections import OF_PAPERS, purpose_of
from enrich.readers.slots import Region, Span, end_of, regions_of, spans_of
from enrich.text.hosts import host_of, is_anchor, is_paper_url, url_role
from enrich.text.venues import find_label
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.readers.pieces import Piece

    IsKnown = Callable[[str], bool]
    """Whether a text is the title of a known work."""

_PROSE = re.compile(r"\b(?:I|we|you|our|my|your|please|let's|should|is|are|was|can|this|these|it)\b")
_VENUE_WORD = re.compile(
    rf"\b(?:{SERIALS.title()}|Conf\.|Trans\.|Proc\.|Press|arXiv|preprint|vol\.|pp\.)|学报|会议|期刊"
)
_CREDITS = ("in", *sorted(read_words("names", "credits")))
_BY = re.compile(rf"^(?:{'|'.join(_CREDITS)})\s+", re.IGNORECASE)
_BY_BEGINS = frozenset({" ", ".", *(word[0] for word in _CREDITS)})
_NUMBER = re.compile(r"[\W\d_]+")
_EDGES = " \t\n*_|:,;.·•–—-()[]“”\"'"
_MOST_PIECES = 60
_FAR, _KNOWN = 9.0, 12.0
"""Evidence within which a candidate is looked up, and what it gains when it is the title of a known work."""
FEWEST = 3
"""Items that make a run."""
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
"""What no person is called by."""
_NAMES = frozenset({"name", "names", "surnames", "dated names", "Han name"})
_PARTED = re.compile(r"[,;&、，·]|\b(?:and|und|et|y|и)\s")
_LONGEST_NAMES = 400
_LONGEST_SITE = 40
_LONGEST_INITIALS = 8
_INITIAL = re.compile(r"[^\W\d_a-z]\.")
_WORD = re.compile(r"[^\W\d_]+")
_SHORT, _MIDDLE, _SHORT_WORD = 3, 8, 4
_STYLES = {0: "plain", BOLD: "bold", ITALIC: "italic", CODE: "code", BOLD | ITALIC: "bold italic"}


def _binned(number: int, bounds: Sequence[int]) -> str:
    return str(next((index for index, bound in enumerate(bounds) if number <= bound), len(bounds)))


_MOST_WORDS = 50
_WORD_BINS = [_binned(number, (1, 2, 3, 4, 6, 9, 13, 18, 25, 35)) for number in range(_MOST_WORDS + 1)]


class TitleCandidate(NamedTuple):
    """A span that may be the title of a unit, or None for a unit that has none, with its features."""

    span: Span | None
    features: Sequence[list[str]]
    """In groups that several candidates share."""
    signature: tuple[str, ...]
    """What siblings in the same place have in common."""


@lru_cache(maxsize=16384)
def kind_of(text: str) -> str:
    """Return what a short text is: a date, a label of a venue, names, a role, words of a title and their number."""
    bare = _BY.sub("", text.strip(_EDGES), count=1) if text[:1].lower() in _BY_BEGINS else text.strip(_EDGES)
    if not bare:
        return "nothing"
    n_words = words_of(bare)
    if n_words <= _MIDDLE and (mark := _mark_of(bare)):
        return mark
    if (
        len(bare) < _LONGEST_NAMES
        and (bare.isupper() or not _ACRONYM.search(bare))
        and (names := _names_of(bare, n_words))
    ):
        return names
    if n_words <= 1:
        return "capitals" if bare.isupper() else "word"
    venue = "venue " if _VENUE_WORD.search(bare) else ""
    dated = "dated " if find_year(bare) else ""
    return venue + dated + ("short" if n_words <= _SHORT else "middle" if n_words <= _MIDDLE else "long")


def _mark_of(bare: str) -> str:
    """What a few words are that say when, where or what: a date, a label, a role, a key; else nothing."""
    if _NUMBER.fullmatch(bare):
        return "date" if find_date(bare) is not None else "number"
    label = find_label(bare)
    if label is not None:
        return "dated label" if label.year else "label"
    if any(map(str.isdigit, bare)) and find_date(bare) is not None:
        return "date"
    if label_role(bare) is not None:
        return "role"
    return "key" if is_key(f"{bare}: x") else "identifier" if is_generic(bare) else ""


def _names_of(bare: str, n_words: int) -> str:
    """What names of people a text is, else nothing."""
    if n_words > _SHORT + 1 and not _PARTED.search(bare):
        return ""
    if is_names(bare):
        return "names"
    if bare[-1:].isdigit() and names_and_year(bare)[1]:
        return "dated names"
    if is_name(bare):
        return "names" if _INITIAL.match(bare) else "name"  # with initials it is surely one
    if is_names_and_year(bare) or is_names(bare, allow_surnames=True):
        return "surnames"
    return "Han name" if not bare.isascii() and is_han_name(bare) else ""


def _joint(kinds: Sequence[str], n_words: int) -> str:
    """What several slots are together."""
    if all(kind in _NAMES for kind in kinds):
        return "names"
    return "parts short" if n_words <= _SHORT else "parts middle" if n_words <= _MIDDLE else "parts long"


def words_of(text: str) -> int:
    """The number of words; in a script without spaces four signs are two words."""
    n_words = count_words(text)
    return n_words if text.isascii() else max(n_words, sum("\u3040" <= one <= "\u9fff" for one in text) // 2)


@lru_cache(maxsize=1024)
def _subject(heading: str) -> str:
    """What a section is about."""
    if not heading:
        return "nothing"
    return purpose_of(heading) or (
        "papers" if OF_PAPERS.search(heading) else "dated" if find_year(heading) else "other"
    )


def _host(url: str) -> str:
    if not url:
        return "none"
    if is_anchor(url):
        return "anchor"
    if is_paper_url(url):
        return "paper"
    role = url_role(url)
    return role.value if role else "page" if "://" in url else "relative"


Shapes = dict[tuple[tuple[object, ...], ...], list["TitleCandidate"]]
"""What the units of a list that are written alike were read as."""
_CLEAR, _ALIKE, _MOST_SEEN = 0.9, 4, 8
_UNCLEAR = TitleCandidate(None, (), ("unclear",))
_NOTHING = TitleCandidate(None, (), ("nothing",))
_SURE = 8.0
"""Evidence for a title that needs no weighing."""
_INNER = frozenset({"colon"})
_TITLES = frozenset({"short", "middle", "long", "word", "capitals"})
_TITLE_WORDS, _LONG_TITLE = 4, 25


class _Facts(NamedTuple):
    """What is counted in a slot."""

    words: int
    long: int
    capital: int
    start: str
    opening: str
    is_prose: bool
    is_venue: bool


@lru_cache(maxsize=16384)
def _facts(text: str) -> _Facts:
    words = [word for word in text.split() if len(word) > _SHORT]
    n_capital = sum(word[0].isupper() for word in words)
    is_prose, is_venue = _PROSE.search(text) is not None, _VENUE_WORD.search(text) is not None
    return _Facts(words_of(text), len(words), n_capital, _beginning(text), _opening(text), is_prose, is_venue)


def _beginning(text: str) -> str:
    first = next((one for one in text if one.isalnum()), "")
    return "digit" if first.isdigit() else "lower" if first.islower() else "upper" if first.isupper() else "other"


def _opening(text: str) -> str:
    """The first word where it is as short as ``In`` and ``von``, else how it begins; that it is an initial."""
    first = text.split(maxsplit=1)[0].lstrip(_EDGES) if text else ""
    if _INITIAL.match(first):
        return "initial"
    first = first.rstrip(_EDGES)
    return first if first.isalpha() and len(first) <= _SHORT_WORD else _beginning(text)


def _case(facts: Sequence[_Facts]) -> str:
    """How the first letter is written, and how many of the longer words have a capital."""
    n_long, n_capital = sum([one.long for one in facts]), sum([one.capital for one in facts])
    return f"{facts[0].start} {'most' if n_capital > 0.6 * n_long else 'some' if n_capital > 0.2 * n_long else 'few'}"


def candidates_of(
    pieces: Sequence[Piece], regions: Sequence[Region] | None = None, heading: str = ""
) -> list[TitleCandidate]:
    """Return the candidates of a unit below a heading; the first is that it has no title."""
    regions = regions_of(pieces) if regions is None else regions
    context = _Context(pieces, regions)
    spans = spans_of(regions, context.others)
    found = [TitleCandidate(None, [context.nothing(_subject(heading))], ("nothing",))]
    found += [context.candidate(span) for span in spans]
    return found


def _leads_to(urls: Sequence[str]) -> str:
    """What the links of a unit lead to, the surest first."""
    if any(map(is_paper_url, urls)):
        return "paper"
    if not urls:
        return "bare"
    if all(map(is_anchor, urls)):
        return "anchors"
    return "code" if any(url_role(url) is LinkRole.CODE for url in urls) else "links"


@lru_cache(maxsize=16384)
def _own_features(  # noqa: PLR0917 (what siblings share is the key)
    kind: str,
    words: str,
    style: str,
    is_among: bool,  # noqa: FBT001
    place: str,
    unit: str,
    before: str,
    after: str,
    is_whole: bool,  # noqa: FBT001
    said: str,
    own: str,
    case: str,
    is_longest: str,
    papers: int,
    is_prose: bool,  # noqa: FBT001
    is_venue: bool,  # noqa: FBT001
    n_joined: int,
) -> list[str]:
    """The features of a title by itself; siblings, which are written alike, share them."""
    return [
        f"kind={kind} words={words}",
        f"style={style} among={is_among}",
        f"place={place} words={words}",
        f"place={place} unit={unit}",
        f"edges={before} {after}",
        f"whole={is_whole} kind={kind}",
        f"whole={is_whole} place={place}",
        f"said={said} place={place}",
        f"words={words}",
        f"own={own} kind={kind}",
        f"case={case} words={words}",
        f"longest={is_longest} kind={kind}",
        f"longest={is_longest} place={place}",
        f"papers={papers} kind={kind}",
        f"prose={is_prose} case={case}",
        f"venue word={is_venue}",
        f"pieces={n_joined}",
    ]


def _kinds_of(region: Region) -> Iterator[str]:
    """What each slot of a region is.

    Beside the others: the name of the site that a link leads to, and initials of the words in front of their brackets.
    """
    site = _site_of(region.url) if region.is_link and len(region.slots) > 1 else frozenset()
    for slot in region.slots:
        text = region.text[slot.start : slot.end]
        letters = "".join(filter(str.isalnum, text.lower())) if site and len(text) < _LONGEST_SITE else ""
        is_site = any(letters in one or one in letters for one in site) if len(letters) >= FEWEST else False
        if slot.before == "bracket" and _are_initials(text, region.text[: slot.start]):
            yield "initials"
        else:
            yield "site" if is_site else kind_of(text)


def _are_initials(short: str, text: str) -> bool:
    """Whether a text ends with the words that a short one is the initials of: ``Out-of-Distribution (OoD``."""
    if not 1 < len(short) <= _LONGEST_INITIALS or not short.isalpha():
        return False
    return "".join(word[0] for word in _WORD.findall(text)[-len(short) :]).lower() == short.lower()


@lru_cache(maxsize=4096)
def _site_of(url: str) -> frozenset[str]:
    """The names in a host that tell it: ``sciencedirect`` of ``www.sciencedirect.com``."""
    labels = host_of(url).split(".")[:-1]
    return frozenset(label.replace("-", "") for label in labels if len(label) >= FEWEST and label != "www")


class _Context:
    """What the candidates of a unit share."""

    def __init__(self, pieces: Sequence[Piece], regions: Sequence[Region]) -> None:
        self._pieces, self._regions = pieces, regions
        self._hosts = [_host(region.url) if region.is_link else "" for region in regions]
        self._generic = [
            region.is_link and (is_generic(region.text) or region.text == region.url) for region in regions
        ]
        self._kinds = [list(_kinds_of(region)) for region in regions]
        self._facts = [[_facts(region.text[slot.start : slot.end]) for slot in region.slots] for region in regions]
        self.others = {number for number, is_one in enumerate(self._generic) if is_one}
        """Regions that are no titles: links whose texts say what they lead to."""
        self._styles = [{slot.style for slot in region.slots} for region in regions]
        self._starts: dict[tuple[int, int], tuple[str, str, list[str]]] = {}
        self._ends: dict[tuple[int, int], list[str]] = {}
        self._papers = sum(
            host == "paper" and sum(one.words for one in facts) > _SHORT and not generic
            for host, facts, generic in zip(self._hosts, self._facts, self._generic, strict=True)
        )
        self._longest = max(
            (
                fact.words
                for facts, generic in zip(self._facts, self._generic, strict=True)
                if not generic
                for fact in facts
            ),
            default=0,
        )
        urls = [piece.url for piece in pieces if piece.part is Part.LINK]
        self._unit = _leads_to(urls)

    def nothing(self, subject: str) -> list[str]:
        """Features of a unit without a title."""
        text = " ".join(region.text for region in self._regions)
        first = self._kinds[0][0] if self._kinds and self._kinds[0] else "nothing"
        n_links = sum(region.is_link for region in self._regions)
        shape = "".join("l" if region.is_link else "t" for region in self._regions[:4])
        n_words = _binned(words_of(text), (0, 1, 2, 3, 5, 8, 12, 20, 35))
        return [
            "0 nothing",
            f"0 below={subject}",
            f"0 below={subject} unit={self._unit}",
            f"0 words={n_words}",
            f"0 unit={self._unit}",
            f"0 unit={self._unit} words={n_words}",
            f"0 first={first}",
            f"0 first={first} unit={self._unit}",
            f"0 shape={shape}",
            f"0 links={_binned(n_links, (0, 1, 2, 4, 8))}",
            f"0 prose={bool(_PROSE.search(text))} unit={self._unit}",
            f"0 end={text.rstrip()[-1:] if text.rstrip()[-1:] in '.:;!?。：' else ''} unit={self._unit}",
            f"0 longest={_binned(self._longest, (0, 1, 2, 3, 5, 8, 12, 20))}",
            f"0 papers={min(self._papers, 2)}",
            f"0 generic={all(self._generic)}",
            f"0 case={_beginning(text)}",
            f"0 names={any(one in {'names', 'name'} for kinds in self._kinds for one in kinds)}",
            f"0 dated={any('date' in one for kinds in self._kinds for one in kinds)}",
            f"0 slots={_binned(sum(map(len, self._kinds)), (0, 1, 2, 4, 8))} unit={self._unit}",
            f"0 venue={any(fact.is_venue for facts in self._facts for fact in facts)} unit={self._unit}",
            f"0 quoted={any(slot.before == 'quote' for region in self._regions for slot in region.slots)}",
            f"0 styled={any(slot.style for region in self._regions for slot in region.slots)} unit={self._unit}",
        ]

    def candidate(self, span: Span) -> TitleCandidate:
        """A span with its features."""
        region = self._regions[span.region]
        slots, kinds = region.slots, self._kinds[span.region]
        first, last = slots[span.first], slots[span.last]
        kind, said, start = self._start(span.region, span.first, span)
        inside = slots[span.first : span.last + 1]
        styles = {slot.style for slot in inside}
        style = _STYLES.get(next(iter(styles)), "code") if len(styles) == 1 else "mixed"
        is_whole = span.first == 0 and span.last == len(slots) - 1
        facts = self._facts[span.region][span.first : span.last + 1]
        n_words = sum([one.words for one in facts])
        words = _WORD_BINS[min(n_words, _MOST_WORDS)]
        is_quoted = first.before == "quote" and last.after == "quote"
        is_longest = "yes" if n_words >= self._longest else "half" if 2 * n_words >= self._longest else "no"
        papers = self._papers - (self._hosts[span.region] == "paper" and n_words > _SHORT)
        place = "link" if region.is_link else f"{style}{' quoted' if is_quoted else ''}"
        case = _case(facts)
        own = kinds[span.first] if span.first == span.last else _joint(kinds[span.first : span.last + 1], n_words)
        shared = _own_features(
            kind,
            words,
            style,
            len(self._styles[span.region]) > len(styles),
            place,
            self._unit,
            first.before,
            last.after,
            is_whole,
            said,
            own,
            case,
            is_longest,
            min(max(papers, 0), 2),
            any(one.is_prose for one in facts),
            any(one.is_venue for one in facts),
            min(span.last - span.first, 5),
        )
        groups = [start, self._end(span.region, span.last), shared]
        if span.last > span.first:
            features = [f"tail={kinds[span.last]} by={last.before}", f"head={kinds[span.first]} by={first.after}"]
            for slot, inner, fact in zip(inside[1:], kinds[span.first + 1 : span.last + 1], facts[1:], strict=True):
                features += (
                    f"inner={slot.before}",
                    f"inner={slot.before}>{inner}",
                    f"inner={slot.before} opens={fact.opening}",
                )
            if len(styles) > 1:
                features.append(
                    f"styles={_STYLES.get(inside[0].style, 'code')}>{_STYLES.get(inside[-1].style, 'code')}"
                )
            groups.append(features)
        signature = (place, "link" if region.is_link else "text", said, first.before, last.after, str(is_whole))
        return TitleCandidate(span, groups, signature)

    def _start(self, number: int, index: int, span: Span) -> tuple[str, str, list[str]]:
        """What a region is, what is said before a slot in it, and the features of a title that starts there."""
        if (number, index) not in self._starts:
            region = self._regions[number]
            kind = f"link {self._hosts[number]}" if region.is_link else "text"
            kind = "generic link" if self._generic[number] else kind
            said, separator = self._said_before(span, region), region.slots[index].before
            before = self._around(number, index, -1)
            of = kind_of(region.text) if len(region.slots) > 1 else ""
            self._starts[number, index] = (
                kind,
                said,
                [
                    f"kind={kind}",
                    f"before={separator}",
                    f"before={separator} opens={self._facts[number][index].opening}",
                    f"of={of} kind={kind}",
                    f"said={said}",
                    f"said={said} before={separator}",
                    f"said={said} kind={kind}",
                    f"prev={before} by={separator}",
                    f"region={min(number, 3)} kind={kind}",
                    f"unit={self._unit} kind={kind}",
                ],
            )
        return self._starts[number, index]

    def _end(self, number: int, index: int) -> list[str]:
        """The features of a title that ends with a slot."""
        if (number, index) not in self._ends:
            separator, behind = self._regions[number].slots[index].after, self._around(number, index, 1)
            facts = self._facts[number][index + 1 : index + 2]
            self._ends[number, index] = [
                f"behind={separator}",
                f"behind={separator} opens={facts[0].opening if facts else ''}",
                f"next={behind}",
                f"next={behind} by={separator}",
            ]
        return self._ends[number, index]

    def _around(self, number: int, slot: int, step: int) -> str:
        """The kind of the slot beside one, in its region or the next."""
        kinds = self._kinds[number]
        if 0 <= slot + step < len(kinds):
            return kinds[slot + step]
        if not 0 <= number + step < len(self._regions):
            return "edge"
        region, kinds = self._regions[number + step], self._kinds[number + step]
        gap = self._pieces[
            min(region.last, self._regions[number].last) : max(region.first, self._regions[number].first)
        ]
        broken = "/" if any(piece.part is Part.BREAK for piece in gap) else ""
        if region.is_link:
            return f"{broken}link {'role' if self._generic[number + step] else 'text'} {self._hosts[number + step]}"
        return f"{broken}{kinds[0 if step > 0 else -1]}" if kinds else f"{broken}nothing"

    def _said_before(self, span: Span, region: Region) -> str:
        """What the whole text before a span is."""
        parts = [one.text if not one.is_link else f"[{one.text}]" for one in self._regions[: span.region]]
        text = "".join([*parts, region.text[: span.start]]).strip(_EDGES)
        if any(one.is_link for one in self._regions[: span.region]):
            return "link role" if all(self._generic[: span.region]) else "link"
        return kind_of(bare_label(text)[:1000])


def weigh(candidates: Sequence[TitleCandidate], weights: Mapping[str, float]) -> list[float]:
    """Return the evidence for each candidate of a unit, as logarithms of odds."""
    known: dict[int, float] = {}
    totals = []
    for one in candidates:
        total = 0.0
        for group in one.features:
            key = id(group)
            if key not in known:
                known[key] = sum([weights.get(feature, 0.0) for feature in group])
            total += known[key]
        totals.append(total)
    return totals


def softmax(totals: Sequence[float]) -> list[float]:
    """Return probabilities in proportion to the exponentials of numbers."""
    most = max(totals)
    shares = [math.exp(total - most) for total in totals]
    whole = sum(shares)
    return [share / whole for share in shares]


def among_siblings(
    run: Sequence[Sequence[TitleCandidate]], shares: Sequence[Sequence[float]], count: int
) -> list[list[list[str]]]:
    """Return the further features of each candidate of the first units: how likely its place is one in the siblings."""
    totals: dict[tuple[str, ...], float] = {}
    own: list[tuple[list[tuple[tuple[str, ...], ...]], dict[tuple[str, ...], float]]] = []
    for candidates, probabilities in zip(run, shares, strict=True):
        best: dict[tuple[str, ...], float] = {}
        rows = list(map(_keys, candidates))
        for keys, share in zip(rows, probabilities, strict=True):
            for key in keys:
                best[key] = best[key] + share if key in best else share
        own.append((rows, best))
        for key, share in best.items():
            best[key] = min(1.0, share)
            totals[key] = totals.get(key, 0.0) + best[key]
    n_others = len(run) - 1
    size = _binned(n_others, (0, 1, 2, 5, 12)) if n_others < FEWEST else "3"
    found: list[list[list[str]]] = []
    for candidates, (rows, best) in zip(run[:count], own[:count], strict=True):
        tenths = {
            key: min(int((totals[key] - share) / n_others * 10), 9) if n_others else 0 for key, share in best.items()
        }
        found.append(
            [
                [_sibling_feature(one.span is None, number, tenths[key], size) for number, key in enumerate(keys)]
                for one, keys in zip(candidates, rows, strict=True)
            ]
        )
    return found


@cache
def _sibling_feature(is_nothing: bool, number: int, tenths: int, size: str) -> str:  # noqa: FBT001
    return f"{'0 ' if is_nothing else ''}siblings {number}={tenths} of {size}"


def _keys(one: TitleCandidate) -> tuple[tuple[str, ...], ...]:
    if one.span is None:
        return (one.signature,)
    return (one.signature, one.signature[:2], one.signature[2:4], (one.signature[0], one.signature[4]))


@cache
def weights() -> tuple[dict[str, float], dict[str, float], float]:
    """The weights of slots, those of their siblings, and what the evidence of a slot counts beside its siblings."""
    found = json.loads(files("enrich.readers").joinpath("roles.json").read_text(encoding="utf-8"))
    return found["slots"], found["siblings"], found["share"]


class Weighed(NamedTuple):
    """The candidates of a unit with the evidence for each."""

    regions: Sequence[Region]
    candidates: Sequence[TitleCandidate]
    totals: list[float]


class Opinion(NamedTuple):
    """What the model says of a unit."""

    regions: Sequence[Region]
    best: TitleCandidate
    """The likeliest title."""
    share: float
    """Its probability."""
    nothing: float
    """The probability that the unit has none."""


def weighed(
    run: Sequence[Sequence[Piece]], is_known: IsKnown | None = None, heading: str = "", shapes: Shapes | None = None
) -> list[Weighed]:
    """Return the candidates of each unit with the evidence for each; none of units that are too long to be items."""
    slots, _, _ = weights()
    found = []
    shapes = {} if shapes is None else shapes
    for unit in run:
        regions = regions_of(unit) if len(unit) <= _MOST_PIECES else []
        shape = _shape(regions)
        seen = shapes.setdefault(shape, [])
        sure = _like(seen, regions) or _sure(regions)
        if sure is not None:
            found.append(Weighed(regions, [_NOTHING, sure], [0.0, _SURE]))
            continue
        candidates = candidates_of(unit, regions, heading) if regions else []
        totals = weigh(candidates, slots)
        found.append(Weighed(regions, candidates, totals))
        if totals and len(seen) < _MOST_SEEN:
            best = max(range(len(totals)), key=totals.__getitem__)
            seen.append(candidates[best] if softmax(totals)[best] > _CLEAR else _UNCLEAR)
    if is_known is not None:
        _look_up(found, is_known)
    return found


def _shape(regions: Sequence[Region]) -> tuple[tuple[object, ...], ...]:
    """What units that are written alike have in common: the slots with their marks, styles and rough sizes."""
    return tuple(
        (
            region.is_link,
            *((slot.before, slot.style, _size(region.text[slot.start : slot.end])) for slot in region.slots[:_ALIKE]),
        )
        for region in regions[:_ALIKE]
    )


def _size(text: str) -> str:
    return "number" if text[0].isdigit() else "words" if " " in text else "word"


def _like(seen: Sequence[TitleCandidate], regions: Sequence[Region]) -> TitleCandidate | None:
    """The title of a unit whose shape several siblings have that are all clear and read alike, else None.

    It has to stand between the same marks, which lie behind what a shape shows where many names stand in front.
    """
    if len(seen) < FEWEST:
        return None
    places = {(one.span and one.span[:3], one.signature[3:]) for one in seen}
    if len(places) > 1 or _UNCLEAR in seen:
        return None
    span = seen[0].span
    if span is None:
        return None  # what is no entry has many shapes
    region = regions[span.region]
    _, _, _, before, after, is_whole = seen[0].signature
    slots = region.slots[span.first : span.last + 1]
    is_alike = len(slots) == span.last - span.first + 1 and (slots[0].before, slots[-1].after) == (before, after)
    if not is_alike or str(len(slots) == len(region.slots)) != is_whole:
        return None
    start, last = slots[0].start, slots[-1].end
    end = end_of(region, start, last)
    return seen[0]._replace(
        span=Span(span.region, span.first, span.last, start, end, region.text[start:end]), features=()
    )


def _sure(regions: Sequence[Region]) -> TitleCandidate | None:
    """The title of a unit that begins with one whole region of a title's words and leads to a paper, else None."""
    if not regions or any(slot.before not in _INNER for slot in regions[0].slots[1:]) or not regions[0].slots:
        return None
    region, first, last = regions[0], regions[0].slots[0], regions[0].slots[-1]
    end = end_of(region, first.start, last.end)
    text = region.text[first.start : end]
    rest = [one for one in regions[1:] if one.is_link]
    is_paper = is_paper_url(region.url) if region.is_link else bool(rest) and is_paper_url(rest[0].url)
    n_words = count_words(text)
    if (
        not is_paper
        or first.before != "edge"
        or not _TITLE_WORDS <= n_words <= _LONG_TITLE
        or first.style != last.style
    ):
        return None
    # A link behind it that reads as a title leaves the choice to the model.
    others = rest if region.is_link else regions[1:]
    if any(count_words(one.text) > _SHORT and not is_generic(one.text) for one in others):
        return None
    if any(kind_of(region.text[slot.start : slot.end]) not in _TITLES for slot in region.slots):
        return None
    place = "link" if region.is_link else _STYLES.get(first.style, "code")
    signature = (place, "link" if region.is_link else "text", "nothing", first.before, last.after, "True")
    return TitleCandidate(Span(0, 0, len(region.slots) - 1, first.start, end, text), (), signature)


def _look_up(run: Sequence[Weighed], is_known: IsKnown) -> None:
    """Add to the evidence of titles that are known, and of those that stand where known ones stand."""
    known: Counter[tuple[str, ...]] = Counter()
    for unit in run:
        least = max(unit.totals, default=0.0) - _FAR
        likely = [one for one, total in zip(unit.candidates, unit.totals, strict=True) if one.span and total > least]
        if len(likely) > 1:  # a title that has no rival needs nobody who knows it
            known.update(one.signature for one in likely if one.span and is_known(one.span.text))
    for unit in run if known else ():
        for place, one in enumerate(unit.candidates):
            unit.totals[place] += _KNOWN * known[one.signature] / len(run)


def decide(units: Sequence[Weighed], more: Sequence[Weighed] = ()) -> list[Opinion | None]:
    """Return what the model says of each unit of a run; ``more`` are others of the list, for a run that is short."""
    _, siblings, share = weights()
    run = [*units, *more] if len(units) < FEWEST else units
    filled = [place for place, one in enumerate(run) if one.candidates]
    found: list[Opinion | None] = [None] * len(units)
    candidates = [run[place].candidates for place in filled]
    count = sum(place < len(units) for place in filled)
    extra = among_siblings(candidates, [softmax(run[place].totals) for place in filled], count)
    for place, own, features in zip(filled, candidates, extra, strict=False):
        totals = [
            share * total + sum([siblings.get(feature, 0.0) for feature in row])
            for total, row in zip(run[place].totals, features, strict=True)
        ]
        shares = softmax(totals)
        best = max(range(1, len(shares)), key=shares.__getitem__, default=0)
        found[place] = Opinion(run[place].regions, own[best], shares[best], shares[0])
    return found
