"""What kind of thing a description is of, by type, title, venue and identifiers, and which are never one work."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.model.identifiers import Scheme
from enrich.text.publication import is_preprint_doi, is_preprint_server, kind_of_venue
from enrich.text.venues import find_venue, venue_type

if TYPE_CHECKING:
    from enrich.matching.description import Description


class Kind(StrEnum):
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
    COMPANION = "companion"
    """Made for, from or as a part of a work, under its title: a supplement, a figure, a workbook, slides."""
    OTHER = "other"
    """A patent, a map, a score, a page."""


_TYPES = {
    Kind.PREPRINT: "preprint posted-content postedcontent working-paper unpublished manuscript",
    Kind.ARTICLE: "journal journal-article article-journal journalarticle article letter editorial review "
    "review-article article-magazine article-newspaper magazinearticle data-paper datapaper short-communication",
    Kind.PAPER: "conference paper-conference proceedings-article conferencepaper conference-paper inproceedings",
    Kind.CHAPTER: "chapter book-chapter bookchapter incollection inbook book-section booksection book-part entry "
    "entry-encyclopedia reference-entry entry-dictionary",
    Kind.BOOK: "book monograph edited-book reference-book book-set book-series proceedings journal-issue "
    "journal-volume standard",
    Kind.THESIS: "thesis dissertation phdthesis mastersthesis",
    Kind.REPORT: "report report-component report-series techreport technical-report",
    Kind.ABSTRACT: "abstract meeting-abstract conference-abstract poster",
    Kind.DATASET: "dataset data database",
    Kind.SOFTWARE: "software computerprogram computational-notebook",
    Kind.REVIEW: "peer-review peerreview review-book book-review",
    Kind.NOTICE: "erratum correction corrigendum retraction retraction-notice withdrawal",
    Kind.COMMENT: "comment reply commentary discussion response",
    Kind.COMPANION: "component figure image graphic table supplement supplementary-material supplementary-materials "
    "supplementary-information",
    Kind.OTHER: "patent map atlas musical-score score sound song music translation website webpage post post-weblog "
    "online presentation slides speech lecture video audiovisual motion-picture film broadcast",
}
_KIND_OF_TYPE = {name: kind for kind, names in _TYPES.items() for name in names.split()}
_BEFORE = {
    Kind.NOTICE: r"errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|corrections?|expression of concern"
    r"|retraction(?: note| notice| statement)?|withdrawal notice",
    Kind.COMMENT: r"comments?|commentary|repl(?:y|ies)|response|rejoinder|discussion|re(?= ?:)",
    Kind.REVIEW: r"(?:book |peer )?reviews?(?: #\d)?|rezension|besprechung|comptes? rendu|decision letter"
    r"|referee report|faculty opinions recommendation|faculty \w+ 1000 evaluation",
    Kind.ABSTRACT: r"(?:cheminform |graphical |video )?abstract(?: (?:no\.? ?)?\w{0,5}-?\d[\w-]*)?",
    Kind.SOFTWARE: r"source code",
    Kind.DATASET: r"(?:raw |replication )?data(?: ?set)?(?!-)",
    Kind.COMPANION: r"supplement(?:ary|al)?(?: \w+)?|supporting information|additional file \d*|online resource"
    r"|appendix|frontispiece|(?:inside )?(?:front |back )?cover(?: \w+)?|(?:study |trial )?protocol|study guide"
    r"|workbook|(?:fig(?:ure)?|table|scheme|movie|video|audio|file)\.? ?s?\d+|test bank|answer key|teaching notes?"
    r"|(?:\w+ ){0,4}(?:solutions?|instructor\S*|teacher\S*) manual|student companion",
}
"""What a title begins with that names another thing, made of, for or about the work that it names then."""
_BEHIND = {
    Kind.NOTICE: r"errat(?:um|a)|corrigend(?:um|a)|corrections?",
    Kind.COMMENT: r"(?:\S+ )?(?:repl(?:y|ies)|rejoinder|comments?|response)",
    Kind.REVIEW: r"book review",
    Kind.ABSTRACT: r"(?:an? )?(?:extended |short |conference |poster |meeting )?abstract",
    Kind.SOFTWARE: r"(?:source )?code|implementation",
    Kind.COMPANION: r"(?:[\w’'/-]+ ){0,2}(?:supplements?|supplementa\w+ \w+|appendi(?:x|ces)|supporting information"
    r"|manual|solutions|study guide|workbook|test bank|answer key|exercises|flash ?cards|slides?|talk|poster|video"
    r"|presentation|protocol(?: for .*)?|executive summary|summary for \w+[ -]makers"
    r"|(?:student|teacher|instructor)\S* \w+)",
    Kind.THESIS: r"(?:\S+ ){0,6}(?:ph\.? ?d|doctoral|master[’']?s?|m\.? ?sc)\.? (?:thesis|dissertation)",
}
"""What a title ends in to the same effect, behind a mark."""
_TITLE_NOTES = {
    kind: re.compile(
        rf"^\W*(?:(?:an?|authors?[’']?|publisher\S*) )?(?:{_BEFORE.get(kind, '(?!)')})"
        r"(?:\s*[:.–—([\"“-]|\s-\s|\W*$|,? (?:for|of|to|on|from|accompanying)\b)"
        rf"|(?:[–—:.,;([]|\s-)\s*(?:{_BEHIND.get(kind, '(?!)')})\W*$",
        re.IGNORECASE,
    )
    for kind in _BEFORE | _BEHIND
}
_TEXTS = frozenset({Kind.PREPRINT, Kind.ARTICLE, Kind.PAPER, Kind.CHAPTER, Kind.REPORT, Kind.THESIS, Kind.ABSTRACT})
_BOOKS = frozenset({Kind.BOOK, Kind.REPORT, Kind.THESIS})


@lru_cache(maxsize=8_192)
def noted_kind(title: str) -> Kind | None:
    """Return the kind that a title itself names.

    >>> noted_kind("Erratum to: The bees of Kenya"), noted_kind("The bees of Kenya")
    (<Kind.NOTICE: 'notice'>, None)
    """
    return next((kind for kind, note in _TITLE_NOTES.items() if note.search(title)), None)


def stated_kind(described: Description) -> Kind | None:
    """Return the kind that type, identifiers and venue name, whatever the title says."""
    name = (described.type or "").strip().lower().replace(" ", "-").replace("_", "-")
    stated = _KIND_OF_TYPE.get(name)
    if stated in (None, Kind.ARTICLE, Kind.REPORT) and _is_preprint(described):
        return Kind.PREPRINT
    return stated or (_kind_of_venue(described.venue) if described.venue else None)


@lru_cache(maxsize=8_192)
def _kind_of_venue(venue: str) -> Kind | None:
    kind = venue_type(find_venue(venue) or "") or kind_of_venue(venue) or ""
    return {"conference": Kind.PAPER, "journal": Kind.ARTICLE, "preprint": Kind.PREPRINT}.get(kind)


def _is_preprint(described: Description) -> bool:
    """Whether identifiers or venue say that a preprint server holds it, and nothing that it was published."""
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    if dois:
        return all(map(is_preprint_doi, dois))
    if described.venue:
        return is_preprint_server(described.venue)
    return not described.volume and any(known.scheme is Scheme.ARXIV for known in described.identifiers)


def can_be_one(left: Kind | None, right: Kind | None) -> bool:
    """Whether two kinds can be one work; unknown ones can.

    >>> can_be_one(Kind.PREPRINT, Kind.ARTICLE), can_be_one(Kind.ARTICLE, Kind.DATASET)
    (True, False)
    """
    if left is None or right is None or left is right:
        return True
    return any({left, right} <= group for group in (_TEXTS, _BOOKS))
