"""F9: the parts of a citation around its title: names with their year in front, where it appeared behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.family import Family
from enrich.readers.fields.written_names import VENUE_PART, is_han_name, is_name, is_names
from enrich.text.venues import find_label, find_venue
from enrich.text.written_dates import find_year

if TYPE_CHECKING:
    from enrich.readers.draft import Draft

CITATION = Family(code="F9", shape="citation, names first")
_INITIAL_AT_END = re.compile(r"[\s.\-,][^\W\d_]$")
_YEAR_AT_END = re.compile(r"(?<![\s,(\[])[\s,(\[]+((?:1[4-9]|20)\d{2})[a-z]?(?:,?\s+[A-Z][a-z]+(?:\s+\d+)?)?[)\].,:]*$")
_VENUE_TAIL = re.compile(
    r"^(?:in\s+|in:\s*|en\s+|dans\s+)?[『«“\"]?(?P<name>.*?)(?:[,.]?\s*\b(?:pages?|pp?\.|vol(?:ume|\.)|no\.|issue|article)\s.*|\s+\d+(?:\.\d+)?\s*[,(:].*|\s*\(\d+\)\s\d.*|[,.]?\s+\d+\s*\(\d+\).*|,?\s*(?:19|20)\d{2}\b.*|\s*\((?:19|20)\d{2}\).*|)$",
    re.IGNORECASE | re.DOTALL,
)
_ASIDE = re.compile(r"\s*(?:\(([^()]{1,200})\)(?:\s+[-–—]\s+[^()\d]{1,100})?|[-–—]\s+([^()\d]{1,200}))(?=\s|$)")
_YEAR_LEADS = re.compile(r"[\s.,;:]*\(((?:1[4-9]|20)\d{2})[a-z]?\)[.,:;]*\s+(?=\S)")
_MONTH_AT_END = re.compile(
    r"[\s,.]+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?:[-–/][a-z]{3,9}\.?)?(?:\s+\d{1,2})?$",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(r"(?:1[4-9]|20)\d{2}[a-z]?")
_YEAR_BEFORE_NAME = re.compile(r"^(?:19|20)\d{2}\s+(?=[A-Z])")
_EDITORS = re.compile(r"(?<!\s)\s*\((?:eds?\.?|hrsg\.?)\)\.?", re.IGNORECASE)
_ONE_NAME = re.compile(
    r"[^\W\d_a-z][\w'’-]+,? (?:[A-ZÀ-ÞА-ЯЁ]\.?[ -]?){1,3}|(?:[A-ZÀ-ÞА-ЯЁ]\.[ -]?){1,3}[^\W\d_a-z][\w'’-]+"
)
_ARXIV_TAIL = re.compile(r"\b(?:ar[xk]iv|CoRR)\b", re.IGNORECASE)
# 『刊名』: Japanese style guides (SIST 02) put journals and books into double corner brackets.
_QUOTED_VENUE = re.compile(r"『([^『』]{2,80})』")
_PUBLISHER = re.compile(
    r",\s*(?:pp?\.|pages)\s.*$|[,.]\s*(?:ACM|IEEE|PMLR|Springer|Elsevier|Omnipress|Citeseer|JMLR\.org)\b.*$"
)
_LAST_FIRST = re.compile(r"[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)?, [^\W\d_a-z][\w'’-]*\.?(?: [A-Z]\.)?")
_ABBREVIATION = re.compile(r"\(([A-Z][\w&/-]{1,15})\)")
_SHORT_LABEL = 4
_SHORT_NAME = 4


def names_and_year(text: str) -> tuple[str, int | None]:
    """Return the names that a text is, empty where it is none, and the year behind them.

    >>> names_and_year("Author, A., and Bob Writer (2014)"), names_and_year("A title of five words")
    (('Author, A., and Bob Writer', 2014), ('', None))
    """
    text = _EDITORS.sub("", text)
    dated = _YEAR_AT_END.search(f"{text}.")
    bare = (text[: dated.start()] if dated else text).strip(" ,.:;([")
    if _INITIAL_AT_END.search(bare) and text[text.rindex(bare) + len(bare) :][:1] == ".":
        bare += "."
    year = int(dated[1]) if dated else None
    is_one = is_name(bare, allow_surname=year is not None) or _LAST_FIRST.fullmatch(bare) or _ONE_NAME.fullmatch(bare)
    if is_one or is_names(bare) or (dated and is_names(bare, allow_surnames=True)) or is_han_name(bare):
        return bare, year
    return "", None


def read_venue(draft: Draft, text: str) -> None:
    """Read the part of a citation behind its title: venue, volume, pages, year."""
    text = _behind_front(draft, text).strip(" \t\n.,;”\"'[(")
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1]
    if not text:
        return
    draft.year = draft.year or find_year(text)
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
