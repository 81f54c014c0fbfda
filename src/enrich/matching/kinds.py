"""What kind of thing a description is of, by type, title, venue and identifiers, and which are never one work."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.model.identifiers import Scheme
from enrich.text.publication import is_preprint_server
from enrich.text.venues import find_venue, venue_type

if TYPE_CHECKING:
    from enrich.matching.description import Description


class Genre(StrEnum):
    """Kinds that a catalogue keeps apart."""

    PREPRINT = "preprint"
    ARTICLE = "article"
    PAPER = "conference paper"
    CHAPTER = "chapter"
    BOOK = "book"
    THESIS = "thesis"
    REPORT = "report"
    ABSTRACT = "abstract"
    DATASET = "dataset"
    SOFTWARE = "software"
    REVIEW = "review"
    NOTICE = "notice"
    """An erratum, a retraction."""
    COMMENT = "comment"
    COMPONENT = "component"
    """A figure, a supplement, a cover: part of something else."""
    COMPANION = "companion"
    """A workbook, solutions, a summary, a protocol: made for or from a work, under its title."""
    OTHER = "other"
    """A patent, a map, a score, a page."""


_TYPES = {
    Genre.PREPRINT: "preprint posted-content postedcontent working-paper unpublished manuscript",
    Genre.ARTICLE: "journal journal-article article-journal journalarticle article letter editorial review "
    "review-article article-magazine article-newspaper magazinearticle data-paper datapaper short-communication",
    Genre.PAPER: "conference paper-conference proceedings-article conferencepaper conference-paper inproceedings",
    Genre.CHAPTER: "chapter book-chapter bookchapter incollection inbook book-section booksection book-part entry "
    "entry-encyclopedia reference-entry entry-dictionary",
    Genre.BOOK: "book monograph edited-book reference-book book-set book-series proceedings journal-issue "
    "journal-volume standard",
    Genre.THESIS: "thesis dissertation phdthesis mastersthesis",
    Genre.REPORT: "report report-component report-series techreport technical-report",
    Genre.ABSTRACT: "abstract meeting-abstract conference-abstract poster",
    Genre.DATASET: "dataset data database",
    Genre.SOFTWARE: "software computerprogram computational-notebook",
    Genre.REVIEW: "peer-review peerreview review-book book-review",
    Genre.NOTICE: "erratum correction corrigendum retraction retraction-notice withdrawal",
    Genre.COMMENT: "comment reply commentary discussion response",
    Genre.COMPONENT: "component figure image graphic table supplement supplementary-material supplementary-materials "
    "supplementary-information",
    Genre.OTHER: "patent map atlas musical-score score sound song music translation website webpage post post-weblog "
    "online presentation slides speech lecture video audiovisual motion-picture film broadcast",
}
_KIND_OF_TYPE = {name: kind for kind, names in _TYPES.items() for name in names.split()}
_NOTES = {
    Genre.NOTICE: r"^\W*(?:erratum|errata|corrigend\w+|addend\w+|(?:publisher'?s?|author) correction)\b"
    r"|^\W*correction(?=\W*$|\s+to\b|\s*[:.–—-]\s|\s*[\"“])|^\W*corrections? and additions\b"
    r"|[-–—:.(\[]\s*(?:erratum|errata|corrigend\w+|correction)\W*$"
    r"|^\W*(?:notice of )?retraction(?: notice| note| statement)?\b|^\W*(?:withdrawal notice|expression of concern)",
    Genre.COMMENT: r"^\W*(?:a )?(?:comment(?:s|ary)? (?:on|to)|repl(?:y|ies) to|response to|rejoinder"
    r"|discussion (?:of|on)|re\s?:|repl(?:y|ies)\s*[:\"“]|authors?['’]? (?:reply|response)\b)"
    r"|(?:[–—:.]\s*|\s-\s*|[(\[])(?:in |an? |authors?['’]? )?(?:further )?(?:repl(?:y|ies)|rejoinder|comments?"
    r"|authors?['’]? response)\W*$",
    Genre.REVIEW: r"^\W*(?:review of|book reviews?\W|review:\s|rezension|besprechung|comptes? rendu|peer review"
    r"|decision letter|referee report|faculty (?:opinions|of 1000))|\bbook review\)?\W*$|[(\[]review[)\]]\W*$",
    Genre.COMPONENT: r"^\W*(?:supplement(?:ary|al)?\b|supporting information|additional file|appendix|electronic supp)"
    r"|(?:[–—:.(\[]\s*|\s-\s*)(?:(?:online|technical|electronic) )?(?:supporting information|supplements?"
    r"|appendi(?:x|ces)|supplement(?:ary|al) (?:information|materials?|data|text|appendix))\W*$"
    r"|^\W*(?:(?:inside )?(?:front |back )?cover(?: picture| image| feature)?|frontispiece)\s*[:(]"
    r"|^\W*(?:online resource|(?:fig(?:ure)?|table|scheme|movie|video|audio|dataset|text|file)\.?\s*s?\d+[.:\s])",
    Genre.ABSTRACT: r"^\W*(?:(?:cheminform|graphical|video) abstract\b"
    r"|abstract\s+(?:no\.?\s*)?\w{0,5}-?\d[\w-]*\s*[:.])"
    r"|(?:[–—:.(\[]\s*|\s-\s*)(?:an? )?(?:(?:extended|short|conference|poster|meeting) )?abstract\W*$",
    Genre.SOFTWARE: r"(?:[–—:.(\[]\s*|\s-\s*)(?:(?:source|reference|official) )?(?:code|implementation)\W*$",
    Genre.DATASET: r"^\W*(?:data (?:from|for|set for)|dataset (?:for|of|from)|replication data for"
    r"|raw data (?:for|of))\b",
    Genre.COMPANION: r"^\W*(?:(?:complete|student|instructor|teacher|lecturer)\S* )*"
    r"(?:(?:solutions?|instructors?|teachers?) manual|study guide|workbook|test bank|answer key|teaching notes?"
    r"|solutions|exercises|student companion) (?:for|to|accompanying)\b"
    r"|[-–—:.,;]\s*(?:an? |the )?(?:(?:student|instructor|teacher|solution)\S* )*(?:solutions?(?: manual)?|study guide"
    r"|workbook|manual|test bank|answer key|(?:student|instructor|teacher|solution)\S* (?:guide|edition|book|companion)"
    r"|(?:supplementary |key to(?: the)? |answers to |problems and )?exercises|flash ?cards)\W*$"
    r"|(?:[–—:.(\[]\s*|\s-\s*)(?:(?:lecture|talk|presentation|conference) )?(?:slides?|presentation|talk|poster"
    r"|video)\W*$"
    r"|[:.]\s*(?:summary for (?:policy|decision)[- ]?makers|executive summary)\W*$"
    r"|[-–—:.]\s*(?:an? |the )?(?:study |trial |research )?protocol\b(?: (?:for|of) .*)?\W*$"
    r"|^\W*(?:study |trial )?protocol (?:for|of) (?:an?|the)\b",
    Genre.THESIS: r"[.,:;(\[]\s*(?:[\w ]{3,60} )?(?:ph\.?\s?d\.?|doctoral|master[’']?s?|m\.?\s?sc\.?)\s+"
    r"(?:thesis|dissertation)\W*$",
}
"""What a title itself says: words at either end that name another thing made of, for or about a work."""
_TITLE_NOTES = tuple((re.compile(note, re.IGNORECASE), kind) for kind, note in _NOTES.items())
_PREPRINT_DOI = re.compile(
    r"10\.(?:48550|1101/\d|21203|26434|31234|31219|31235|2139/ssrn|20944|36227|22541|31223|31224|35542|33774"
    r"|7287/peerj\.preprints|32388|55458|51094|12688|5194/\w+-discuss|5194/egusphere|3386/w|5194/(?:acp|amt|bg|cp|hess"
    r"|tc|gmd|os|nhess|se|npg)d-)"
)
_SERIES = re.compile(r"^nber\b|\b(?:working|discussion) papers?\b", re.IGNORECASE)
"""What institutes print before anybody publishes it."""
_MEETING = re.compile(
    r"\b(?:proc|proceedings|conference|conf|symposium|symp|workshop|meeting|congress)\b", re.IGNORECASE
)
_PERIODICAL = re.compile(
    r"\b(?:journal|j|transactions|trans|letters|lett|annals|ann|magazine|quarterly|bulletin|bull|zeitschrift|revue)\b",
    re.IGNORECASE,
)
_TEXTS = frozenset({Genre.PREPRINT, Genre.ARTICLE, Genre.PAPER, Genre.CHAPTER, Genre.REPORT})
_BOOKS = frozenset({Genre.BOOK, Genre.REPORT, Genre.THESIS})
_EXAMINED = frozenset({Genre.PREPRINT, Genre.REPORT, Genre.THESIS})
"""A thesis is posted and deposited; what a journal or a conference prints of it is another work."""


@lru_cache(maxsize=8_192)
def noted_kind(title: str) -> Genre | None:
    """Return the kind that a title itself names.

    >>> noted_kind("Erratum to: The bees of Kenya"), noted_kind("The bees of Kenya")
    (<Genre.NOTICE: 'notice'>, None)
    """
    return next((kind for note, kind in _TITLE_NOTES if note.search(title)), None)


def stated_kind(described: Description) -> Genre | None:
    """Return the kind that type, identifiers and venue name, whatever the title says."""
    name = (described.type or "").strip().lower().replace(" ", "-").replace("_", "-")
    stated = _KIND_OF_TYPE.get(name)
    if stated in (None, Genre.ARTICLE, Genre.REPORT) and is_preprint(described):
        return Genre.PREPRINT
    return stated or (_kind_of_venue(described.venue) if described.venue else None)


@lru_cache(maxsize=8_192)
def _kind_of_venue(venue: str) -> Genre | None:
    known = find_venue(venue)
    if known:
        return {
            "conference": Genre.PAPER,
            "journal": Genre.ARTICLE,
            "preprint": Genre.PREPRINT,
        }.get(venue_type(known) or "")
    if _MEETING.search(venue):
        return None if "academy" in venue.lower() else Genre.PAPER
    return Genre.ARTICLE if _PERIODICAL.search(venue) else None


def is_preprint(described: Description) -> bool:
    """Whether identifiers or venue say that a preprint server holds it, and nothing that it was published."""
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    if dois:
        return all(map(_PREPRINT_DOI.match, dois))
    if described.venue:
        return is_preprint_server(described.venue) or _SERIES.search(described.venue) is not None
    return not described.volume and any(known.scheme is Scheme.ARXIV for known in described.identifiers)


def can_be_one(left: Genre | None, right: Genre | None) -> bool:
    """Whether two kinds can be one work; unknown ones can.

    >>> can_be_one(Genre.PREPRINT, Genre.ARTICLE), can_be_one(Genre.ARTICLE, Genre.DATASET)
    (True, False)
    """
    if left is None or right is None or left is right:
        return True
    return any({left, right} <= group for group in (_TEXTS, _BOOKS, _EXAMINED))
