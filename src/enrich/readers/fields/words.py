"""A piece of plain text beside a title: authors, venue, date, keywords, remarks; what is none of these is a note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.knowledge import read_words
from enrich.readers.fields.labels import find_label_at_end, is_names_and_year
from enrich.readers.fields.titles import REMARK, set_date, set_label, take_mark, take_marks
from enrich.readers.fields.written_names import is_name, is_names, parse_names
from enrich.readers.pieces import without_symbols
from enrich.text.venues import VenueLabel, find_label, find_venue, parse_label
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.readers.draft import Draft

EDGES = " \t\n*_|:,;.·•–—-/\\&[](){}<>\"'“”`+"
KEY = re.compile(r"^\W*([A-Za-z][A-Za-z /()&-]{1,30}?)\s*[:：]\s*(.*)$", re.DOTALL)
_GROUP = re.compile(r"\(([^()]{1,90})\)|\[([^\[\]]{1,90})\]")
_GROUP_AT_END = re.compile(r"(?<!\s)\s*\(([^()]{1,200})\)[\s.,;]*$")
_ACRONYM = re.compile(r"(?=[^\s]*[A-Z][^\s]*[A-Z])[\w+.-]{2,20}")
_CAPITALS = re.compile(r"[A-Z]{3,8}")
"""Behind full names the acronym of a venue, and no name."""
_CAPITALS_AND_YEAR = re.compile(r"[A-Z]{3,8}(?:\s|['’-])?(?:19|20)\d{2}")
_YEAR_AT_END = re.compile(r"([^\d]{3,600}?)[\s,(]+(?:19|20)\d{2}\)?\.?")
_CREDIT = re.compile(r"([^\d()]{2,200}?)[\s,]+(?:\d{1,2}[-/.])?((?:19|20)\d{2})(?:[a-z]|[-/.]\d{1,2})?(?:,\s*(\S.*))?")
_SEVERAL = re.compile(r"\bet al\b|&|\band\b")
_INITIAL = re.compile(r"\b[A-Z]\.")
_DATED = re.compile(r"([^\W\d_][^\d()]{1,80}?)[\s,]+((?:19|20)\d{2})")
_OF_INSTITUTE = re.compile(r"(?<=[\w.]) (?:of|at|from) (?:the )?[A-ZÀ-Þ][^,;]{1,60}?(?=,|;|\.?$| and [A-ZÀ-Þ])")
_BY = re.compile(
    rf"(?:(?:^|[\s,])by|^(?-i:With)|^\W*(?:{'|'.join(sorted(read_words('names', 'credits')))}))\s+(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r"^(?:and|&)\s+")
_NAME_ENDS = re.compile(r"\s*[,;(|]\s*|\s[-–—]\s|(?<![A-ZÀ-ÞА-ЯЁ])[.:]\s|$")
_APART = re.compile(r"\s[·•|]\s")
"""Marks that set fields apart and nothing else."""
_LEADING_IN = re.compile(
    r"^(?:in|at|published in|accepted (?:by|to|at)|to appear (?:in|at)|appeared in)\s+", re.IGNORECASE
)
_KEYWORDS = frozenset("keyword keywords tag tags topic topics categories category task tasks".split()) | {"key words"}
_AUTHORS = frozenset({"author", "authors", "by"})
_VENUES = frozenset(
    {"venue", "conference", "journal", "published", "publication", "published in", "publisher", "source", "where"}
)
_DATES = frozenset(
    {"date", "year", "published on", "submitted", "time", "published date", "publish date", "publication date", "when"}
)
_QUOTES = frozenset({"abstract", "tl;dr", "tldr"})
_ALL_KEYS = _KEYWORDS | _AUTHORS | _VENUES | _DATES | _QUOTES
_INITIALS_BEGIN = re.compile(r"\w\s[^\W\d_][^\s,]*,\s*(?:and\s)?(?:[^\W\d_a-z]\.\s?)*[^\W\d_a-z]$")
"""Initials behind a name that has its given name already."""
_ENDS_WITH_INITIAL = re.compile(r"(?:^|[\s.-])[A-Z]$")
_INITIALS_LAST = re.compile(r"[^\W\d_]{2,} [A-Z](?: [A-Z])*,")
_NAMES_THEN_YEAR = re.compile(r"([^()\d]{3,400}?)\s*\(((?:19|20)\d{2})(?:,[^()]{1,30})?\)")
_NAME_AND_YEAR = re.compile(
    r"([A-Z][\w&.'’-]{1,30}(?: (?:[A-Z][\w&.'’-]{0,30}|of|and|on|in|the|for|&)){0,7})\s*\(((?:19|20)\d{2})\)"
)
"""``Some Journal (2021)``"""
_NARROW = str.maketrans("（）【】［］：，\\", "()[][]:, ")
_PUBLISHED = re.compile(
    r"(?:published|appeared|to appear) in (?:the )?([A-Z][^.;()]{2,160}?)"
    r"(?:,?\s+(?:in\s+)?((?:[A-Z][a-z]+\s+)?(?:19|20)\d{2}))?\.?",
    re.IGNORECASE,
)
_SEPARATORS = (" | ", " - ", " – ", " — ", " · ", ". ", ", ", " ")
SERIALS = "|".join(sorted(read_words("venues", "serials")))
_VENUE_WORD = re.compile(rf"\b(?:{SERIALS}|conf\.|trans\.|systems)", re.IGNORECASE)
_PLACE = re.compile(r"[A-Z]{3}|\d|[a-z]{2}\. [A-Z]")
"""What a venue behind names has and no name."""
_FULL_VENUE = re.compile(r"([A-Z][^\d]{3,160}?)[,.]?\s+\(?((?:19|20)\d{2})\)?")
_MOST_VENUE_WORDS = 20
_MOST_LABEL_WORDS = 12
_ET_AL_BEHIND_STOP = re.compile(r"(?<=[a-z]{3})\. et al")
_ET_AL_APART = re.compile(r"et al\.(?=[^\s,;.)])")
_BEHIND_NAMES = re.compile(r"[.:]\s+(?=\S)|(?<!\s)\s+[-–—|]\s+|(?<!\s)\s*\(|,\s+(?=in\s)|$")
_ALL_PARTICLES = read_words("names", "particles")
_PARTICLES = "|".join(sorted(_ALL_PARTICLES))
_NAME_WITH_INITIALS = (
    rf"(?>(?!J\. (?:[A-Z]\w*[. ]{{1,2}}){{1,6}}\d)(?:[A-ZÀ-ÞА-ЯЁ]\.[ -]?){{1,4}}(?:(?:{_PARTICLES}) ){{0,2}}"
    r"[^\W\d_a-z][\w’'-]+(?:[ -][^\W\d_a-z][\w’'-]+)?)"
)
_INITIALS_FIRST = re.compile(
    rf"{_NAME_WITH_INITIALS}(?:(?:,? (?:and|und|et|y|e|и|&) |, ){_NAME_WITH_INITIALS}){{1,80}}(?=[,.:;]? |[,.;]?$)"
)
"""Names that all have their initials in front end at a part that has none, or is a journal's: a venue follows."""
_MOST_PARTS = 60
_MOST_LAST_PARTS = 5
_MOST_LAST_WORDS = 4
_MOST_NAMES = 600


def is_key(text: str) -> bool:
    """Whether a text begins with the name of a field and a colon."""
    match = KEY.match(text)
    return bool(match) and " ".join(match[1].lower().split()) in _ALL_KEYS  # type: ignore[index]


def read_keyed(draft: Draft, key: str, value: str) -> bool:
    """Read a field that carries its name; False when nobody knows the name."""
    key, value = " ".join(key.lower().split()), value.strip(" \t*_")
    if key in _KEYWORDS:
        draft.keywords += [word for part in re.split(r"[,;，、]", value) if (word := part.strip(" .*_`"))]
    elif key in _AUTHORS:
        draft.authors = draft.authors or parse_names(value)
    elif key in _VENUES:
        text = value.strip(" .")
        label = label_of(text) or VenueLabel(text, find_year(text), is_known=False)
        if not text or len(text.split()) > _MOST_VENUE_WORDS:
            return False
        draft.label = None
        set_label(draft, value.strip(" ."), label)
    elif key in _DATES:
        date = find_date(value)
        if date is not None:
            set_date(draft, str(date))
        draft.year = draft.year or find_year(value)
    elif key in _QUOTES:
        draft.quote = draft.quote or value or None
    else:
        return False
    return True


def label_of(text: str) -> VenueLabel | None:
    """What a text says that stands where a label is expected, or None."""
    try:
        return parse_label(text)
    except ValueError:
        return None


def read_text(draft: Draft, text: str) -> None:
    """Read a piece of plain text: fields where it has their shape, else a note."""
    text = _with_et_al_apart(" ".join(without_symbols(text).translate(_NARROW).split()).rstrip(" [("))
    bare = text.strip(EDGES)
    if not bare or (len(bare) == 1 and not bare.isalnum()):
        return
    if _read_lead(draft, text):
        return
    if "(" in text or "[" in text:
        start = len(text) - len(text.lstrip(" *_,.;:–—-"))
        text = _GROUP.sub(
            lambda found: (
                " " if _take_group(draft, found[1] or found[2], is_first=found.start() <= start) else found[0]
            ),
            text,
        )
        bare = text.strip(EDGES)
        if not bare:
            return
    if _read_by(draft, text):
        return
    remark = text.strip(" ,;|–—.")
    if REMARK.fullmatch(remark):
        draft.remarks.append(remark)
        return
    tail = _GROUP_AT_END.search(text)
    if tail and tail.start() and _read_fields(draft, text[: tail.start()]):
        draft.notes.append(tail[1])
    elif not _read_fields(draft, text):
        draft.notes.append(_tidy(text))


def _read_lead(draft: Draft, text: str) -> bool:
    """Whether a text is a keyed value, names and a year, or one name and a year."""
    match = KEY.match(text)
    if match and read_keyed(draft, match[1], match[2]):
        return True
    published = _PUBLISHED.fullmatch(text.strip(" -–—,;*_"))
    if published and draft.label is None and read_keyed(draft, "venue", published[1]):
        return published[2] is None or take_mark(published[2], draft)
    if _read_names_then_year(draft, text):
        return True
    dated = _NAME_AND_YEAR.fullmatch(text.strip(" -–—,;.*_"))
    if not dated or draft.label is not None or is_names(dated[1]):
        return False
    set_label(draft, dated[0], VenueLabel(find_venue(dated[1]) or dated[1], int(dated[2]), is_known=False))
    return True


def _with_et_al_apart(text: str) -> str:
    if "et al" not in text:
        return text
    return _ET_AL_APART.sub("et al. ", _ET_AL_BEHIND_STOP.sub(" et al", text))


def _read_names_then_year(draft: Draft, text: str) -> bool:
    """Read ``Tom Leinster (2014), 190 pages``."""
    text = text.lstrip(" -–—|,")
    match = _NAMES_THEN_YEAR.match(text)
    if draft.authors or not match or not (is_names(match[1]) or is_name(match[1].strip(" ,*_"))):
        return False
    draft.authors, draft.year = parse_names(match[1]), int(match[2])
    read_text(draft, text[match.end() :])
    return True


def _tidy(text: str) -> str:
    text = text.strip(" ,;|–—-\n\t")
    while text and text[-1] in "[(":
        text = text[:-1].rstrip()
    return text.lstrip("]) ,;:")


def _take_group(draft: Draft, text: str, *, is_first: bool) -> bool:
    """Whether the text in brackets behind a title is a label, a date, a remark, names or an acronym."""
    is_credit = is_first and not draft.authors and _take_credit(draft, text)
    if is_credit or take_marks(text, draft) or take_mark(text, draft):
        return True
    label = find_label_at_end(text)
    if label is not None:
        set_label(draft, text, label)
        return True
    if is_first and not draft.authors and is_names_and_year(text):
        return _read_names_and_year(draft, text)
    dated = _DATED.fullmatch(text)
    if dated and draft.label is None and not is_names_and_year(text):
        draft.label, draft.venue, draft.year = text, find_venue(dated[1]) or dated[1], int(dated[2])
        return True
    if not draft.authors and is_names(text):
        draft.authors = parse_names(text)
        return True
    if is_first and draft.acronym is None and _ACRONYM.fullmatch(text.strip()):
        draft.acronym = text.strip()
        return True
    return False


def _take_credit(draft: Draft, text: str) -> bool:
    """Whether a group is names and a year, with or without a venue behind them: ``(Ann Author 2019, Some Journal)``."""
    credit = _CREDIT.fullmatch(text)
    if credit is None or find_label(credit[1]) is not None or not (credit[3] or _SEVERAL.search(credit[1])):
        return False  # one name and a year may be a journal
    if not (is_names(credit[1], allow_surnames=True) or is_name(credit[1], allow_surname=True)):
        return False
    draft.authors, draft.year = parse_names(credit[1]), draft.year or int(credit[2])
    venue, *remarks = (credit[3] or "").split(", ")
    if venue and not take_mark(venue, draft) and draft.label is None:
        draft.label, draft.venue = venue, find_venue(venue) or venue
    draft.remarks += remarks
    return True


def _read_by(draft: Draft, text: str) -> bool:
    match = _BY.search(text)
    if not match or draft.authors or _begins_with_particle(text):
        return False
    names, rest = names_first(match[1])
    if not names:
        names, rest = _OF_INSTITUTE.sub("", match[1]), ""
        if not (is_names(names) or is_name(names.strip(" .,"))):
            names, rest = _names_before_venue(match[1])
    if not names:
        return False
    draft.authors = parse_names(names)
    read_text(draft, text[: match.start()])
    read_text(draft, rest)
    return True


def _names_before_venue(text: str) -> tuple[str, str]:
    """The names that a text begins with, up to a part that is no name or a venue, and the rest."""
    begin = last = 0
    for cut in _NAME_ENDS.finditer(text):
        part = _AND.sub("", text[begin : cut.start()])
        if find_label(part) is not None or not (is_name(part) or is_names(part)):
            break
        begin, last = cut.end(), cut.start()
        if cut[0].strip() != "," or is_names(part):
            break
    return text[:last], text[last:]


def _begins_with_particle(text: str) -> bool:
    """Whether a word that also means by is part of the first of several names: ``von Neumann, J., Smith, A.``."""
    return text.split(maxsplit=1)[0] in _ALL_PARTICLES and is_names(text)


def names_first(text: str) -> tuple[str, str]:
    """The names at the beginning of a text, and the rest."""
    alike = _INITIALS_FIRST.match(text)
    if alike:
        return alike[0], text[alike.end() :]
    first = ("", text)
    for cut in _BEHIND_NAMES.finditer(text, 0, _MOST_NAMES + 1):
        names = text[: cut.start()]
        if len(names) > _MOST_NAMES:
            break
        if not (is_names(names, allow_surnames=True) or is_name(names.strip(" ,."))):
            continue
        rest = (
            text[cut.start() :] if text[cut.start() : cut.end()].lstrip().startswith(("(", ",")) else text[cut.end() :]
        )
        if _INITIALS_BEGIN.search(names):
            continue  # "Bo Li, C. D. Evans"
        # "Michael P. Wellman" goes on, "Powers R, Grenager T. Artificial Intelligence" does not.
        if not _ENDS_WITH_INITIAL.search(names) or _INITIALS_LAST.search(names):
            return names, rest
        first = first if first[0] else (names, rest)
    return first


def _is_long_venue(text: str) -> bool:
    """Whether a text of any length is the name of a journal or a meeting and does not begin with a person."""
    return _VENUE_WORD.search(text) is not None and not is_name(text.partition(",")[0])


def _is_sure_mark(text: str) -> bool:
    is_label = find_label(text) is not None or _CAPITALS_AND_YEAR.fullmatch(text) is not None
    return is_label or find_date(text) is not None or REMARK.fullmatch(text) is not None


def _is_dated_label(text: str) -> bool:
    label = find_label(text)
    return label is not None and label.year is not None


def _read_fields(draft: Draft, text: str) -> bool:
    """Whether a text was read as fields; the surest reading comes first."""
    bare = _LEADING_IN.sub("", text.strip(EDGES))
    if take_mark(bare, draft):
        return True
    names = text.strip(" ,;|–—-").lstrip(". ")
    before, _, last = names.rstrip(" .").rpartition(", ")
    is_mark = _CAPITALS.fullmatch(last) is not None or _is_sure_mark(last)
    is_dated = find_date(last) is not None
    if not draft.authors and is_mark and (are_all_names(before, allow_surnames=is_dated) or is_name(before)):
        draft.authors = parse_names(before)
        if not take_mark(last, draft) and draft.label is None:
            draft.label, draft.venue = last, find_venue(last) or last
        return True
    if not draft.authors and is_names(names):
        draft.authors = parse_names(names)
        return True
    return (
        _read_names_before_year(draft, bare)
        or _read_names_and_label(draft, text)
        or _read_names_and_year(draft, bare)
        or _read_label(draft, bare)
        or _read_parts(draft, text)
        or _read_note_and_label(draft, text)
    )


def _read_parts(draft: Draft, text: str) -> bool:
    """Read each part of ``2026-06-10 · Research Article · Science Robotics 11``."""
    parts = _APART.split(text)
    for part in parts if len(parts) > 1 else ():
        read_text(draft, part)
    return len(parts) > 1


def _read_names_and_year(draft: Draft, text: str) -> bool:
    """Read ``Ann Author (2014)``."""
    if draft.authors or not is_names_and_year(text):
        return False
    draft.authors = parse_names(re.split(r"[(\d]", text, maxsplit=1)[0])
    draft.year = draft.year or find_year(text)
    return True


def _read_names_before_year(draft: Draft, text: str) -> bool:
    """Read ``Ann Author and Bob Author 2014``, or ``Ann B. Author 2014``, whose initial shows that it is no venue."""
    dated = _YEAR_AT_END.fullmatch(text)
    if draft.authors or dated is None:
        return False
    is_one = _INITIAL.search(dated[1]) is not None and is_name(dated[1])
    if not is_one and not are_all_names(dated[1]):
        return False
    draft.authors = parse_names(dated[1])
    take_mark(text[dated.end(1) :], draft)
    return True


def _cuts(text: str) -> Iterator[tuple[str, str, str]]:
    """Head, tail and separator of every way to take a few parts off the end; of words, the longest end first."""
    for separator in _SEPARATORS:
        parts = text.split(separator)
        if 1 < len(parts) <= _MOST_PARTS:
            most = min(_MOST_LAST_WORDS if separator == " " else _MOST_LAST_PARTS, len(parts) - 1)
            for n_last in range(most, 0, -1) if separator == " " else range(1, most + 1):
                yield separator.join(parts[:-n_last]).strip(" ,;|-–—"), separator.join(parts[-n_last:]), separator


def _read_names_and_label(draft: Draft, text: str) -> bool:
    """Read ``Ann Author, Bob Author, CVPR 2019``."""
    if draft.authors:
        return False
    cuts = []
    for head, tail, separator in _cuts(text):
        bare = _LEADING_IN.sub("", tail.strip(EDGES))
        names = head.rstrip(".") if separator == ". " else head
        is_alone = separator in {". ", " "} and is_name(names)
        if is_alone and separator == " " and not _is_dated_label(bare):
            continue
        if not (is_alone or are_all_names(names, allow_surnames=separator != " ")):
            continue
        if _is_sure_mark(bare) and take_mark(bare, draft):
            draft.authors = parse_names(names)
            return True
        cuts.append((names, bare))
    for names, bare in cuts:
        if take_mark(bare, draft):
            draft.authors = parse_names(names)
            return True
        may_be_venue = find_year(bare) is not None and bare[:1].isupper() and not is_names(bare)
        if may_be_venue and _read_venue(draft, bare):
            draft.authors = parse_names(names)
            return True
    return False


def _read_label(draft: Draft, text: str) -> bool:
    """Read ``Journal of Something 2019``: a label of a venue that nobody knows, shown by its year."""
    if (
        len(text.split()) > (_MOST_VENUE_WORDS if _is_long_venue(text) else _MOST_LABEL_WORDS)
        or not find_year(text)
        or draft.label is not None
        or not text[:1].isupper()
    ):
        return False
    return _read_venue(draft, text)


def _read_venue(draft: Draft, text: str) -> bool:
    """Whether a text with a year is the name of a venue, known or not."""
    label = label_of(text)
    full = _FULL_VENUE.fullmatch(text) if label is None and _is_long_venue(text) else None
    if full is not None:
        label = VenueLabel(find_venue(full[1]) or full[1], int(full[2]), is_known=False)
    if label is None or not label.venue or is_names(label.venue):
        return False
    set_label(draft, text, label)
    return True


def are_all_names(text: str, *, allow_surnames: bool = False) -> bool:
    """Whether a text is a list of names whose last part is one too, and no venue behind names."""
    last = text.rpartition(",")[2].strip()
    is_place = _PLACE.search(last) or _VENUE_WORD.search(last) or find_venue(last) is not None
    return not is_place and is_names(text, allow_surnames=allow_surnames)


def _read_note_and_label(draft: Draft, text: str) -> bool:
    """Read ``some note, CVPR 2019``: only a sure label is taken off."""
    for head, tail, separator in _cuts(text):
        bare = _LEADING_IN.sub("", tail.strip(EDGES))
        if separator == " " or not head:
            continue
        label = find_label(bare)
        if label is not None or (find_date(bare) is not None and separator != ", "):
            take_mark(bare, draft)
            if not _read_label(draft, head.strip(EDGES)):
                draft.notes.append(_tidy(head))
            return True
        if find_date(bare) is not None and _read_dated(draft, head, bare):
            return True
    return False


def _read_dated(draft: Draft, head: str, date: str) -> bool:
    """Read ``European Conf. Computer Vision, 2016`` where the venue is known already."""
    if draft.label is None or draft.year is not None or len(head.split()) > _MOST_LABEL_WORDS:
        return False
    take_mark(date, draft)
    draft.notes.append(_tidy(head))
    return True
