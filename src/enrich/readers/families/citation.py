"""F9: a citation string, authors first; the title is quoted, else bold, else the part behind the names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.fields.labels import is_generic, is_names_and_year
from enrich.readers.fields.names import VENUE_PART, is_han_name, is_name, is_names, parse_names
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words
from enrich.readers.fields.words import label_of
from enrich.readers.outline import BOLD, ITALIC
from enrich.readers.pieces import Part, Piece, text_of
from enrich.readers.zone import Zone, cut_lead
from enrich.text.dates import find_year
from enrich.text.hosts import url_role
from enrich.text.venues import find_label, find_venue

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "F9"
_NUMBER = re.compile(r"^\s*(?:\[\d{1,4}\]|\(?\d{1,4}[.)])\s*")
_QUOTED = re.compile(
    r"[“\"‟„]\s*(?P<title>[^“”\"]{8,400}?)\s*(?:[”\"]|''|’’)|``\s*(?P<tex>[^`'\"]{8,400}?)\s*''"
    r"|«\s*(?P<guillemets>[^«»]{8,400}?)\s*»|「(?P<brackets>[^「」]{4,200})」"
)
_CAPITALS = re.compile(r"[A-Z]{3}|\d")
"""What no person's name has."""
_COMMA = re.compile(r",\s+(?:(?:and|&)\s+)?")
_AND = re.compile(r"\s+(?:and|&)\s+")
_MORE = re.compile(r"\s*(?:\bet al\b\.?|\bothers\b)\s*")
_COLON = re.compile(r"(?<!\s)\s*:\s+(?=\S)")
_SENTENCE = re.compile(
    r"(?<![A-ZÀ-ÞА-ЯЁ\s])[.?!]\s+(?=\S)|(?<=al)\.\s+"
    r"|(?<=[A-ZÀ-ÞА-ЯЁ]\.)\s+(?=[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё]+ (?!(?:and|und|et|y|e|и) )[a-zà-ÿа-яё])"
)
_STOP_IN_NAMES = re.compile(r"[a-z]{2}[.?!]\s+[A-Z]")
_YEAR_BEHIND_NAMES = re.compile(r"^\s*[(\[]?((?:19|20)\d{2})[a-z]?[)\]]?[.,:]?\s*")
_YEAR_AT_END = re.compile(r"(?<![\s,(\[])[\s,(\[]+((?:19|20)\d{2})[a-z]?(?:,?\s+[A-Z][a-z]+(?:\s+\d+)?)?[)\].,:]*$")
_LABEL_AT_END = re.compile(r"\s*\(([^()]{2,40})\)[,.:]*$")
_VENUE_TAIL = re.compile(
    r"^(?:in\s+|in:\s*|en\s+|dans\s+)?[『«“\"]?(?P<name>.*?)(?:[,.]?\s*\b(?:pages?|pp?\.|vol(?:ume|\.)|no\.|issue|article)\s.*|\s+\d+(?:\.\d+)?\s*[,(:].*|\s*\(\d+\)\s\d.*|[,.]?\s+\d+\s*\(\d+\).*|,?\s*(?:19|20)\d{2}\b.*|\s*\((?:19|20)\d{2}\).*|)$",
    re.IGNORECASE | re.DOTALL,
)
_ASIDE = re.compile(r"\s*(?:\(([^()]{1,200})\)(?:\s+[-–—]\s+[^()\d]{1,100})?|[-–—]\s+([^()\d]{1,200}))(?=\s|$)")
_YEAR_LEADS = re.compile(r"[\s.,;:]*\(((?:19|20)\d{2})[a-z]?\)[.,:;]*\s+(?=\S)")
_MONTH_AT_END = re.compile(
    r"[\s,.]+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?:[-–/][a-z]{3,9}\.?)?(?:\s+\d{1,2})?$",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}[a-z]?")
_YEAR_BEFORE_NAME = re.compile(r"^(?:19|20)\d{2}\s+(?=[A-Z])")
_EDITORS = re.compile(r"(?<!\s)\s*\((?:eds?\.?|hrsg\.?)\)\.?", re.IGNORECASE)
_INITIAL = re.compile(r"(?<![^\W\d_])[A-Z]\.")
_ONE_NAME = re.compile(
    r"[^\W\d_a-z][\w'’-]+,? (?:[A-ZÀ-ÞА-ЯЁ]\.?[ -]?){1,3}|(?:[A-ZÀ-ÞА-ЯЁ]\.[ -]?){1,3}[^\W\d_a-z][\w'’-]+"
)
_DOCUMENT_TYPE = re.compile(r"\s?\[(?:[JCDMRNSPAZG]|DB|CP|EB)(?:/[A-Z]{2})?\]\s?(?://|[.,])?\s?")
"""``[J]``, ``[C]//`` … of GB/T 7714-2015."""
_ARXIV_TAIL = re.compile(r"\b(?:ar[xk]iv|CoRR)\b", re.IGNORECASE)
# 『刊名』: Japanese style guides (SIST 02) put journals and books into double corner brackets.
_QUOTED_VENUE = re.compile(r"『([^『』]{2,80})』")
_PUBLISHER = re.compile(
    r",\s*(?:pp?\.|pages)\s.*$|[,.]\s*(?:ACM|IEEE|PMLR|Springer|Elsevier|Omnipress|Citeseer|JMLR\.org)\b.*$"
)
_LAST_FIRST = re.compile(r"[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)?, [^\W\d_a-z][\w'’-]*\.?(?: [A-Z]\.)?")
_ABBREVIATION = re.compile(r"\(([A-Z][\w&/-]{1,15})\)")
_MARK = re.compile(r"[,:;\"“”„‟`]|\. |\s[-–—]\s|\band\b|\bet al")
_DASH = re.compile(r"(?<!\s)\s+[-–—]\s+(?=\S)")
_AROUND_NAMES = ' ,:“"-–—'
_LONGEST = 4000
_LONGEST_TITLE = 400
_FEWEST_WORDS = 3
_FEWEST_SIGNS = 8
"""Of a title in a script without spaces."""
_SHORT_LABEL = 4
_SHORT_NAME = 4
_MOST_LEAD_WORDS = 8
_MOST_NAMES = 1500
_YEAR_ROOM = 6


def read(pieces: Sequence[Piece], *, may_be_one: bool = False, is_by_commas: bool = False) -> Draft | None:
    """Return the entry in a citation whose names come first, or None.

    ``may_be_one`` says that the siblings are citations: then a single ``Stone C.`` in front is an author.
    ``is_by_commas`` says that a comma stands between names and title.
    """
    if not _can_start_with_names(pieces):
        return None
    lead = Draft(pieces[0].line, None, FAMILY)
    start = cut_lead(lead, Zone(pieces[0].text, [], 0, ())) if pieces[0].part is Part.TEXT else 0
    if lead.label is not None:
        draft = read(
            [pieces[0]._replace(text=pieces[0].text[start:]), *pieces[1:]],
            may_be_one=may_be_one,
            is_by_commas=is_by_commas,
        )
        if draft is not None:
            draft.label, draft.venue, draft.year = lead.label, lead.venue, lead.year or draft.year
        return draft
    if _starts_bold(pieces, may_be_one=may_be_one):
        return _read_led(pieces, may_be_one=may_be_one)
    head = _head(pieces)
    text = text_of(pieces[:head])
    if not text or len(text) > _LONGEST:
        return None
    number = _NUMBER.match(text)
    split = cite_by_commas if is_by_commas else cite
    found = split(text[number.end() :] if number else text, may_be_one=may_be_one)
    if found is None and is_by_commas:
        return None
    styled = _styled_title(pieces, may_be_one=may_be_one) if found is None or not count_words(found[1]) else None
    styled = _bold_title(pieces[:head], found[1]) if found and styled is None else styled
    if styled is not None:
        return _read_styled(pieces, styled)
    if found is None:
        return _read_led(pieces, may_be_one=may_be_one)
    names, title, tail = found
    draft = _draft(pieces[0].line, names, title)
    if not draft.title:
        return None
    read_venue(draft, tail)
    read_pieces(draft, pieces[head:])
    draft.text.append(text)
    return draft


def add_note(draft: Draft, text: str) -> None:
    """Add what a footnote with a citation says about an entry that has its title already."""
    found = cite(text)
    if found is None:
        return
    draft.authors = draft.authors or parse_names(found[0])
    draft.text.append(text)
    if draft.label is None:
        read_venue(draft, found[2])


def _can_start_with_names(pieces: Sequence[Piece]) -> bool:
    """Whether text with a mark that separates names or titles stands before the first link."""
    for piece in pieces:
        if piece.part is Part.LINK:
            return False
        if piece.part is Part.TEXT and _MARK.search(piece.text):
            return True
    return False


def _starts_bold(pieces: Sequence[Piece], *, may_be_one: bool) -> bool:
    """Whether the first words are bold: then they are the title, even if they look like names."""
    first = next((piece for piece in pieces if piece.part is Part.TEXT and count_words(piece.text)), None)
    if first is None or not first.style & BOLD or _NUMBER.fullmatch(first.text.strip() + " "):
        return False
    are_names = _INITIAL.search(first.text) is not None and is_names(first.text)
    if may_be_one and is_name(first.text.strip(" .,")):
        are_names = _QUOTED.match("".join(piece.text for piece in pieces).partition(first.text)[2].lstrip()) is not None
    return not are_names and not _ONE_NAME.fullmatch(first.text.strip(" .,"))


def read_link(piece: Piece) -> Draft | None:
    """Return the entry in a link whose text is a whole citation, or None."""
    if len(piece.text) > _LONGEST:
        return None
    found = cite(piece.text)
    if found is None:
        return None
    draft = _draft(piece.line, found[0], found[1])
    draft.is_title_linked = True
    read_venue(draft, found[2])
    draft.add_link(piece._replace(text=draft.title or ""), role=url_role(piece.url) or LinkRole.PAPER)
    draft.text.append(piece.text)
    return draft if draft.title else None


def _draft(line: int, names: str, title: str) -> Draft:
    draft = Draft(line, None, FAMILY, "names, then the title, then the venue")
    draft.authors = parse_names(_EDITORS.sub("", names))
    draft.title = clean_title(title, draft)
    return draft


def _head(pieces: Sequence[Piece]) -> int:
    """The index of the first link that is no title, or of the first break behind some text."""
    for index, piece in enumerate(pieces):
        if piece.part is Part.LINK and (is_generic(piece.text) or piece.text == piece.url):
            return index
        if piece.part is Part.LINK or piece.part is Part.IMAGE:
            return index
    return len(pieces)


def cite(text: str, *, may_be_one: bool = False) -> tuple[str, str, str] | None:
    """Return names, title and the rest of a citation, or None when it does not begin with names.

    >>> cite('Veitch, Victor, and David M. Blei. "Using embeddings." arXiv preprint arXiv:1902.04114 (2019).')[1]
    'Using embeddings.'
    >>> cite("Ann Author and Bob Author: Another Title of a Paper, ACL 2002.")[1:]
    ('Another Title of a Paper', 'ACL 2002.')
    """
    quoted = _QUOTED.search(text)
    if quoted:
        names = text[: quoted.start()].strip(' ,:(“"-–—')
        year = _YEAR_AT_END.search(names)
        label = _LABEL_AT_END.search(names)
        if label and find_label(label[1]):
            names, year = names[: label.start()].strip(" ,:("), label
        elif year:
            names = names[: year.start()].strip(" ,:(")
        is_one = is_name(names, allow_surname=year is not None) or _LAST_FIRST.fullmatch(names)
        if len(names) < _MOST_NAMES and (is_one or is_names(names, allow_surnames=year is not None)):
            return names, next(filter(None, quoted.groups())), f"{text[quoted.end() :]} {year[1] if year else ''}"
        return None
    colon = _COLON.search(text, 0, _MOST_NAMES)
    names = text[: colon.start()] if colon else ""
    dated = _YEAR_AT_END.search(names)
    if colon and dated and (found := _names_of(names[: dated.start()].strip(" ,("), is_dated=True)):
        title, rest = _split_title(text[colon.end() :])
        return found, title, f"{rest} {dated[1]}"
    if colon and _LAST_FIRST.fullmatch(names):
        return names, *_split_title(text[colon.end() :])
    if (
        colon
        and not _STOP_IN_NAMES.search(names)
        and ((is_names(names) and _ends_with_name(names)) or (may_be_one and is_name(names)))
    ):
        title, rest = _split_title(text[colon.end() :])
        return names, title, rest
    dash = _DASH.search(text, 0, _MOST_NAMES) if may_be_one else None
    if dash and is_name(text[: dash.start()]) and not is_name(text[dash.end() :]):
        return text[: dash.start()], *_split_title(text[dash.end() :])
    return _cite_by_sentences(text, may_be_one=may_be_one)


def _ends_with_name(names: str) -> bool:
    """Whether the last of several names is one as the first is, and no short title: ``Ann Author, SomeNet: …``."""
    first, last = names.split(",", 1)[0], _COMMA.split(names)[-1]
    return first == last or " " not in first or _MORE.fullmatch(last) is not None or _is_name_part(last, is_full=True)


def cite_by_commas(text: str, *, may_be_one: bool = False) -> tuple[str, str, str] | None:
    """Return names, title and the rest of a citation whose fields nothing but commas sets apart, or None.

    >>> cite_by_commas("Ann Author and Bob Author, A Title of a Paper, ICML, 2014.")
    ('Ann Author and Bob Author', 'A Title of a Paper', 'ICML, 2014.')
    """
    if is_names(text):
        return None
    starts = [0]
    for cut in _COMMA.finditer(text, 0, _MOST_NAMES):
        part = text[starts[-1] : cut.start()]
        if not _is_name_part(part, is_full=False) and not (len(starts) > 1 and _MORE.fullmatch(part)):
            break
        starts.append(cut.end())
    if len(starts) > 1 and _is_place(text[starts[-1] :]):
        if _CAPITALS.search(text, starts[-2], starts[-1]) is None:
            return None  # names and a venue without a title
        starts.pop()
    names = text[: starts[-1]].rstrip(" ,").removesuffix(" and").rstrip(" ,")
    if not is_names(names) and not (may_be_one and is_name(names)):
        return None
    title, rest = _split_title(text[starts[-1] :])
    if (_is_name_part(title.strip(" ."), is_full=False) and not _CAPITALS.search(title)) or is_names(title):
        return None
    least = 2 if may_be_one else _FEWEST_WORDS
    is_sure = may_be_one or bool(rest) or bool(find_year(title[-_YEAR_ROOM:])) or names.count(",") > 1
    return (names, title, rest) if is_sure and count_words(title) >= least and not _MORE.fullmatch(title) else None


def _is_name_part(text: str, *, is_full: bool) -> bool:
    """Whether a part between commas is one name, or two with ``and`` between them; ``is_full`` wants two words."""
    return all(is_name(name.strip(), allow_surname=not is_full) for name in _AND.split(text))


def _is_place(text: str) -> bool:
    """Whether a text is where a paper appeared, and no title."""
    return label_of(text.strip(" .")) is not None and (
        find_label(text.strip(" .")) is not None or not text[:1].isalpha()
    )


def _cite_by_sentences(text: str, *, may_be_one: bool) -> tuple[str, str, str] | None:
    for cut in _SENTENCE.finditer(text, 0, _MOST_NAMES):
        names = text[: cut.start() + 1]
        year = _YEAR_AT_END.search(names)
        bare = names[: year.start()] if year else names
        behind = text[cut.end() :]
        lead = _YEAR_BEHIND_NAMES.match(behind)
        is_sure = bool(year or lead) or _is_coded(behind)
        if not _names_of(bare.strip(" .,"), is_dated=is_sure, may_be_one=may_be_one):
            continue
        title, rest = _split_title(behind[lead.end() :] if lead else behind)
        if count_words(title) < 2 and len(title) < _FEWEST_SIGNS and not _is_coded(behind):  # noqa: PLR2004
            return None
        return bare, title, f"{rest} {year[1] if year else ''}{lead[1] if lead else ''}".strip()
    return None


def _names_of(text: str, *, is_dated: bool, may_be_one: bool = False) -> str:
    """The text where it is names, else nothing; beside a year a single name is one, elsewhere among siblings alone."""
    if is_names(text) or (may_be_one and _ONE_NAME.fullmatch(text)):
        return text
    is_one = is_dated and (
        is_name(text) or _LAST_FIRST.fullmatch(text) or _ONE_NAME.fullmatch(text) or is_han_name(text)
    )
    return text if is_one or (is_dated and is_names(text, allow_surnames=True)) else ""


def names_and_year(text: str) -> tuple[str, int | None]:
    """Return the names that a text is, empty where it is none, and the year behind them.

    >>> names_and_year("Author, A., and Bob Writer (2014)"), names_and_year("A Title")
    (('Author, A., and Bob Writer', 2014), ('', None))
    """
    text = _EDITORS.sub("", text)
    dated = _YEAR_AT_END.search(f"{text}.")
    bare = (text[: dated.start()] if dated else text).strip(" ,.:;([")
    year = int(dated[1]) if dated else None
    is_one = is_name(bare, allow_surname=year is not None) or _LAST_FIRST.fullmatch(bare) or _ONE_NAME.fullmatch(bare)
    if is_one or is_names(bare) or (dated and is_names(bare, allow_surnames=True)) or is_han_name(bare):
        return bare, year
    return "", None


def _is_coded(text: str) -> bool:
    """Whether a title with the code of its document type begins a text, as in ``题名[J]. 刊名``."""
    code = _DOCUMENT_TYPE.search(text, 0, _LONGEST_TITLE)
    return code is not None and code.start() > 0


def _split_title(text: str) -> tuple[str, str]:
    """The title at the front of a text, and the venue behind it; the code of a document type ends a title."""
    code = _DOCUMENT_TYPE.search(text)
    if code and (count_words(text[: code.start()]) > 1 or not text[: code.start()].isascii()):
        return text[: code.start()], text[code.end() :]
    title, mark, container = text.partition(" // ")
    if mark:
        return title, container
    for cut in re.finditer(r"[.?!]\s+|,\s+(?=in\s|[A-Z])", text):
        head, tail = text[: cut.start() + (text[cut.start()] in "?!")], text[cut.end() :]
        if count_words(head) < 2 and (head.isascii() or len(head) < _FEWEST_SIGNS):  # noqa: PLR2004
            continue
        if (
            text[cut.start()] in ".?!"
            or find_label(tail.strip(" ."))
            or tail.lower().startswith("in ")
            or _looks_venue(tail)
        ):
            return head, tail
    return text, ""


def _looks_venue(text: str) -> bool:
    label = label_of(text.strip(" ."))
    return label is not None and label.year is not None


def read_venue(draft: Draft, text: str) -> None:
    """Read the part of a citation behind its title: venue, volume, pages, year."""
    text = _behind_front(draft, text).strip(" \t\n.,;”\"'[(")
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1]
    if not text:
        return
    draft.year = find_year(text) or draft.year
    quoted = _QUOTED_VENUE.match(text)
    if quoted:
        draft.label, draft.venue = draft.label or text, draft.venue or quoted[1]
        return
    if _YEAR_ALONE.fullmatch(text):
        return
    if draft.label is None:
        draft.label = text
    if _ARXIV_TAIL.search(text):
        draft.venue = draft.venue or "arXiv"
        return
    label = find_label(text) if len(text.split()) <= _SHORT_LABEL else None
    if label is not None:
        draft.venue, draft.year = label.venue, label.year or draft.year
        return
    short = _ABBREVIATION.search(text)
    if short and (find_venue(short[1]) or (short[1].isupper() and len(short[1]) >= _SHORT_NAME)):
        draft.venue = draft.venue or find_venue(short[1]) or short[1]
        return
    match = _VENUE_TAIL.match(_YEAR_BEFORE_NAME.sub("", text))
    name = _venue_name(match["name"] if match else text)
    if name and not name[0].isdigit() and draft.venue is None and len(name) > 1:
        # A short name is put into its usual form; a full one stays as the citation writes it.
        draft.venue = (find_venue(name) or name) if " " not in name else name


def _behind_front(draft: Draft, text: str) -> str:
    """The part of a citation behind its title without a year or an aside in front of it, which go to the draft."""
    lead = _YEAR_LEADS.match(text)
    if lead:
        draft.year, text = int(lead[1]), text[lead.end() :]
    aside = _ASIDE.match(text)
    said = (aside[1] or aside[2]).strip() if aside else ""
    if aside and find_year(said) is None and find_label(said) is None and not VENUE_PART.search(said):
        draft.notes.append(aside[0].strip(" -–—"))
        text = text[aside.end() :]
    return text


def _venue_name(text: str) -> str:
    """The name of a venue without the publisher, the month and an opened bracket behind it."""
    name = _PUBLISHER.sub("", text).strip(" ,.;:")
    if " " not in name and not name.isupper() and find_venue(name) is None:
        name = text.strip(" ,.;:")  # "Commun. ACM" is one name
    name = _MONTH_AT_END.sub("", name)
    if name.count("(") > name.count(")"):
        name = name.rpartition("(")[0] or name
    return name.strip(" ,.;:()") if name.count("(") != name.count(")") else name.strip(" ,.;:")


def _styled_title(pieces: Sequence[Piece], *, may_be_one: bool = False) -> int | None:
    """The index of a bold or italic or linked title behind names, or None."""
    least = 1 if may_be_one else _FEWEST_WORDS
    for index, piece in enumerate(pieces):
        is_title = (
            piece.part is Part.TEXT
            and piece.style & (BOLD | ITALIC)
            and count_words(piece.text) >= least
            and not is_names(piece.text)
        )
        is_link = (
            piece.part is Part.LINK
            and count_words(piece.text) >= least
            and not is_generic(piece.text)
            and not is_names_and_year(piece.text)
        )
        if is_title or is_link:
            before = _NUMBER.sub("", text_of(pieces[:index])).strip(_AROUND_NAMES)
            year = _YEAR_BEHIND_NAMES.match(before[-6:])
            before = before[:-6].strip(" ,.(") if year else before
            is_one = _is_abbreviated_name(before) or _LAST_FIRST.fullmatch(before) or (may_be_one and is_name(before))
            is_long = count_words(piece.text) >= _FEWEST_WORDS
            return index if before and (is_one or (is_long and is_names(before))) else None
        if piece.part is Part.LINK:
            return None
    return None


def _is_named(text: str) -> bool:
    """Whether a short text is written as the name of a publisher or a journal is."""
    words = [word for word in text.split() if len(word) > _SHORT_NAME - 1]
    return len(text.split()) <= _MOST_LEAD_WORDS and bool(words) and all(word[:1].isupper() for word in words)


def _bold_title(pieces: Sequence[Piece], title: str) -> int | None:
    """The index of a bold title behind names that is another one than was cut from the text, or None."""
    if not any(piece.style & BOLD for piece in pieces):
        return None
    index = _styled_title(pieces)
    is_other = (
        index is not None and pieces[index].style & BOLD and clean_title(pieces[index].text) != clean_title(title)
    )
    return index if is_other else None


def _is_abbreviated_name(text: str) -> bool:
    """Whether a text is one name with an initial: ``C. Stone``."""
    return _INITIAL.search(text) is not None and is_name(text.strip(" .,"))


def _read_led(pieces: Sequence[Piece], *, may_be_one: bool) -> Draft | None:
    """Read ``**DVS (Dynamic Vision Sensor)**: Ann Author, *[A Title](u)*``: a name stands before the citation."""
    for index, piece in enumerate(pieces):
        if piece.part is not Part.TEXT:
            return None
        before, mark, behind = piece.text.partition(":")
        if not mark:
            continue
        lead = text_of([*pieces[:index], piece._replace(text=before)])
        rest = [piece._replace(text=behind, style=0), *pieces[index + 1 :]]
        is_led = count_words(lead) <= _MOST_LEAD_WORDS
        styled = _styled_title(rest, may_be_one=may_be_one) if is_led else None
        draft = _read_styled(rest, styled) if styled is not None else None
        if draft is None and is_led and may_be_one and pieces[0].style & BOLD and _QUOTED.search(behind):
            draft = read(rest, may_be_one=True)
        if draft is not None and pieces[0].style & BOLD:
            draft.acronym = clean_title(pieces[0].text)
        return draft
    return None


def _read_styled(pieces: Sequence[Piece], index: int) -> Draft | None:
    piece = pieces[index]
    names = _NUMBER.sub("", text_of(pieces[:index])).strip(_AROUND_NAMES)
    draft = _draft(piece.line, names, piece.text)
    year = find_year(names)
    if year:
        draft.year = year
        draft.authors = parse_names(names[: names.rfind(str(year))].rstrip(" ,("))
    if not draft.title:
        return None
    if piece.part is Part.LINK:
        draft.is_title_linked = True
        draft.add_link(piece, role=url_role(piece.url) or LinkRole.PAPER)
    rest = list(pieces[index + 1 :])
    venue: list[Piece] = []
    while rest and rest[0].part in {Part.TEXT, Part.BREAK}:
        venue.append(rest.pop(0))
    tail = text_of(venue).strip(' .,;:”"')
    if tail and (find_year(tail) or find_label(tail) or (draft.year and _is_named(tail))):
        read_venue(draft, tail)
    else:
        read_pieces(draft, venue)
    read_pieces(draft, rest)
    note_text(draft, pieces)
    return draft
