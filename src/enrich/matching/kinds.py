"""What kind of thing a description is of, from its type, title and DOI, and which kinds are never the same work."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from enrich.model.identifiers import Scheme

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
    ERRATUM = "erratum"
    RETRACTION = "retraction"
    COMMENT = "comment"
    COMPONENT = "component"
    STANDARD = "standard"
    PATENT = "patent"
    PRESENTATION = "presentation"
    WEBSITE = "website"
    MAP = "map"
    MUSIC = "music"
    TRANSLATION = "translation"
    COMPANION = "companion"
    """A workbook, solutions, a guide for teachers: made for a book, under its title."""
    PROTOCOL = "protocol"
    """What a trial is going to do, under the title of its results."""


_TYPES = {
    Kind.PREPRINT: "preprint posted-content postedcontent working-paper unpublished manuscript",
    Kind.ARTICLE: "journal journal-article article-journal journalarticle article letter editorial review-article "
    "article-magazine article-newspaper magazinearticle data-paper datapaper short-communication",
    Kind.PAPER: "conference paper-conference proceedings-article conferencepaper conference-paper inproceedings",
    Kind.CHAPTER: "chapter book-chapter bookchapter incollection inbook book-section booksection book-part entry "
    "entry-encyclopedia reference-entry entry-dictionary",
    Kind.BOOK: "book monograph edited-book reference-book book-set book-series proceedings journal-issue "
    "journal-volume",
    Kind.THESIS: "thesis dissertation phdthesis mastersthesis",
    Kind.REPORT: "report report-component report-series techreport technical-report",
    Kind.ABSTRACT: "abstract meeting-abstract conference-abstract poster",
    Kind.DATASET: "dataset data database",
    Kind.SOFTWARE: "software computerprogram computational-notebook",
    Kind.REVIEW: "review peer-review peerreview review-book book-review",
    Kind.ERRATUM: "erratum correction corrigendum",
    Kind.RETRACTION: "retraction retraction-notice withdrawal",
    Kind.COMMENT: "comment reply commentary discussion response",
    Kind.COMPONENT: "component figure image graphic table supplement supplementary-material supplementary-materials "
    "supplementary-information",
    Kind.STANDARD: "standard",
    Kind.PATENT: "patent",
    Kind.PRESENTATION: "presentation slides speech lecture video audiovisual motion-picture film broadcast",
    Kind.MAP: "map atlas",
    Kind.TRANSLATION: "translation",
    Kind.MUSIC: "musical-score score sound song music",
    Kind.WEBSITE: "website webpage post post-weblog online",
}
_KIND_OF_TYPE = {name: kind for kind, names in _TYPES.items() for name in names.split()}

THESIS_NOTE = re.compile(
    r"[.,:;(\[]\s*(?:[\w ]{3,60} )?(?:ph\.?\s?d\.?|doctoral|master[’']?s?|m\.?\s?sc\.?)\s+(?:thesis|dissertation)\W*$",
    re.IGNORECASE,
)
"""``. PhD thesis`` behind a title."""

_HINTS = {
    Kind.DATASET: (
        r"^\W*(?:data (?:from|for|set for)|dataset (?:for|of|from)|replication data for|raw data (?:for|of))\b",
    ),
    Kind.ERRATUM: (
        r"^\W*(?:erratum|errata|corrigend\w+|addend\w+|(?:publisher'?s?|author) correction)\b(?:\W|$)",
        r"^\W*(?:correction(?=\W*$|\s+to\b|\s*[:.–—-]\s|\s*[\"“])|corrections? and additions\b)",
        r"\b(?:erratum|corrigendum)\)?\W*$|(?:[-–—:.]\s*|[(\[])(?:errata|corrigenda|correction)\W*$",
    ),
    Kind.RETRACTION: (
        r"^\W*(?:(?:notice of )?retraction(?: notice| note| statement)?\b|withdrawal notice|expression of concern)",
    ),
    Kind.COMMENT: (
        r"^\W*(?:a )?(?:comment(?:s|ary)? (?:on|to)|reply to|response to|rejoinder|discussion (?:of|on))\b",
        r"^\W*re\s?: ",
        r"^\W*(?:repl(?:y|ies)\b\s*[:\"“]|authors?'? (?:reply|response)\b)",
        r"(?:[–—:.]\s*|\s-\s*|[(\[])(?:in |a |authors?['’]? )?(?:further )?(?:repl(?:y|ies)|rejoinder|comments?)\W*$",
        r"(?:[–—:.]\s*|\s-\s*|[(\[])authors?['’]? response\W*$",
    ),
    Kind.REVIEW: (
        r"^\W*(?:review of|book reviews?\W|review:\s|rezension|besprechung|comptes? rendu|peer review|decision letter)",
        r"^\W*referee report|^\W*faculty (?:opinions|of 1000) |\bbook review\)?\W*$|[(\[]review[)\]]\W*$",
    ),
    Kind.COMPONENT: (
        r"[-–—:.]\s*(?:supporting information|supplement(?:ary|al) (?:information|materials?|data|text))\W*$",
        r"^\W*(?:supplement(?:ary|al)?\b|supporting information|additional file|appendix|electronic supplementary)",
        r"^\W*(?:(?:inside )?(?:front |back )?cover(?: picture| image| feature)?|frontispiece)\s*[:(]",
        r"^\W*(?:online resource|(?:fig(?:ure)?|table|scheme|movie|video|audio|dataset|text|file)\.?\s*s?\d+[.:\s])",
    ),
    Kind.ABSTRACT: (
        r"^\W*(?:cheminform|graphical|video) abstract\b",
        r"^\W*(?:meeting )?abstract\s+(?:no\.?\s*)?\w{0,5}-?\d[\w-]*\s*[:.]",
    ),
    Kind.COMPANION: (
        (
            r"^\W*(?:(?:complete|student|instructor|teacher|lecturer)\S* )*"
            r"(?:(?:solutions?|instructors?|teachers?) manual|study guide|workbook|test bank|answer key"
            r"|teaching notes?|solutions|exercises|student companion)\b (?:for|to|to accompany|accompanying)\b"
        ),
        (
            r"[-–—:.,;]\s*(?:an? |the )?(?:(?:student|instructor|teacher|solution)\S* )*(?:solutions?(?: manual)?"
            r"|study guide|workbook"
            r"|manual|test bank|answer key|(?:instructor|teacher|student|solution)\S* (?:guide|edition|book"
            r"|companion))\W*$"
        ),
        (
            r"\bsupplementary exercises\W*$|[.:]\s*(?:(?:problems and|key to(?: the)?|answers to) )?exercises\W*$"
            r"|\bflash ?cards\W*$"
        ),
        r"[:.]\s*(?:summary for (?:policy|decision)[- ]?makers|executive summary)\W*$",
    ),
    Kind.PROTOCOL: (
        r"[-–—:.]\s*(?:an? |the )?(?:study |trial |research )?protocol\b(?: (?:for|of) .*)?\W*$",
        r"^\W*(?:study |trial )?protocol (?:for|of) (?:an?|the) (?:\w+[- ]){0,4}(?:trial|study|review|meta-analysis)\b",
    ),
    Kind.THESIS: (THESIS_NOTE.pattern,),
    Kind.PRESENTATION: (r"^\W*(?:slides?|presentation|poster|talk)\s*[:\-–]",),
}
_TITLE_HINTS = tuple((re.compile("|".join(hints), re.IGNORECASE), kind) for kind, hints in _HINTS.items())
_COMPONENT_DOI = re.compile(
    r"(?:\.[gtsc]\d{3,}|\.s\d{3}|/(?:supp|table|fig|abstract|video)-?\d+|(?<=10\.7554/elife\.\d{5})\.\d{3}|\.supp\d*"
    r"|/figure/\d+|/review-?\w*"
    r"|\.(?:r|ed|sa)\d+)$"
)
_PREPRINT_DOI = re.compile(
    r"10\.(?:48550|1101/\d|21203|26434|31234|31219|31235|2139/ssrn|20944|36227|22541|31223|31224|35542|33774"
    r"|7287/peerj\.preprints|32388|55458|51094|12688|5194/\w+-discuss|5194/egusphere|3386/w|5194/(?:acp|amt|bg|cp|hess"
    r"|tc|gmd|os|nhess|se|npg)d-)"
)
_DATASET_DOI = re.compile(r"10\.(?:5061/dryad|7910/dvn|15468|17632|1594/pangaea|3886/icpsr|6073)")
_REVIEW_DOI = re.compile(r"10\.(?:5860/choice|3410/f|14293/s2199)")
_ABSTRACT_DOI = re.compile(r"10\.1149/ma\d{4}")
_PREPRINT_VENUE = re.compile(
    r"^(?:arxiv|corr|bio-?rxiv|med-?rxiv|chem-?rxiv|psy-?arxiv|soc-?arxiv|osf preprints?|ssrn|research square"
    r"|preprints?(?:\.org)?|techrxiv|hal|authorea|nber|vixra)\b"
    r"|\b(?:working|discussion) papers?\b",
    re.IGNORECASE,
)

_WORKING_PAPERS = re.compile(
    r"\b(?:national bureau of economic research|nber|iza|cesifo|cepr|centre for economic policy research|ssrn"
    r"|rand corporation"
    r"|santa fe institute|cowles foundation|(?:working|discussion|research) papers?)\b",
    re.IGNORECASE,
)
"""Who issues reports that are preprints of articles."""
_TEXTS = frozenset({Kind.PREPRINT, Kind.ARTICLE, Kind.PAPER, Kind.CHAPTER})
_DOUBTFUL = frozenset(
    frozenset(pair)
    for pair in (
        (Kind.REPORT, Kind.PREPRINT), (Kind.REPORT, Kind.ARTICLE), (Kind.REPORT, Kind.PAPER), (Kind.REPORT, Kind.BOOK),
        (Kind.THESIS, Kind.PREPRINT), (Kind.THESIS, Kind.BOOK), (Kind.THESIS, Kind.REPORT), (Kind.ABSTRACT, Kind.PAPER),
        (Kind.ABSTRACT, Kind.ARTICLE), (Kind.CHAPTER, Kind.REPORT), (Kind.WEBSITE, Kind.ARTICLE),
        (Kind.WEBSITE, Kind.REPORT), (Kind.WEBSITE, Kind.SOFTWARE), (Kind.STANDARD, Kind.REPORT),
        (Kind.PRESENTATION, Kind.PAPER),
    )
)  # fmt: skip


def kind_of(described: Description) -> Kind | None:
    """Return the kind of a description, or None where nothing tells.

    >>> from enrich.matching.description import describe_fields
    >>> kind_of(describe_fields({"title": "Data from: The bees of Kenya", "type": "article-journal"}))
    <Kind.DATASET: 'dataset'>
    """
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    if any(_COMPONENT_DOI.search(doi) for doi in dois):
        return Kind.COMPONENT
    return hinted_kind(described.title or "") or stated_kind(described)


def stated_kind(described: Description) -> Kind | None:
    """Return the kind that type, DOI and venue name, whatever the title says."""
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    for pattern, kind in ((_DATASET_DOI, Kind.DATASET), (_REVIEW_DOI, Kind.REVIEW), (_ABSTRACT_DOI, Kind.ABSTRACT)):
        if any(pattern.match(doi) for doi in dois):
            return kind
    stated = _KIND_OF_TYPE.get((described.type or "").strip().lower().replace(" ", "-").replace("_", "-"))
    if stated in (None, Kind.ARTICLE, Kind.REPORT) and is_preprint(described):
        return Kind.PREPRINT
    if stated is Kind.REPORT and _WORKING_PAPERS.search(described.publisher or ""):
        return Kind.PREPRINT
    return stated


def hinted_kind(title: str) -> Kind | None:
    """Return the kind that a title itself names.

    >>> hinted_kind("Erratum to: The bees of Kenya"), hinted_kind("The bees of Kenya")
    (<Kind.ERRATUM: 'erratum'>, None)
    """
    return next((kind for hint, kind in _TITLE_HINTS if hint.search(title)), None)


def is_review_article(described: Description) -> bool:
    """Whether ``review`` may mean an article that reviews a field, and not the review of one work."""
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    is_stated = (described.type or "").strip().lower() == "review"
    return is_stated and not hinted_kind(described.title or "") and not any(map(_REVIEW_DOI.match, dois))


def is_preprint(described: Description) -> bool:
    """Whether identifiers or venue say that a preprint server holds it, and nothing that it was published."""
    schemes = {known.scheme for known in described.identifiers}
    dois = [known.value for known in described.identifiers if known.scheme is Scheme.DOI]
    if dois:
        return all(_PREPRINT_DOI.match(doi) for doi in dois)
    if described.venue:
        return bool(_PREPRINT_VENUE.search(described.venue))
    return Scheme.ARXIV in schemes and not described.volume


def is_preprint_doi(doi: str) -> bool:
    """Whether a preprint server registers DOIs like this one."""
    return bool(_PREPRINT_DOI.match(doi))


def is_component_of(left: str, right: str) -> bool:
    """Whether one DOI is the other with a figure, table or supplement behind it.

    >>> is_component_of("10.1371/journal.pone.0001", "10.1371/journal.pone.0001.g002")
    True
    """
    shorter, longer = sorted((left, right), key=len)
    return longer != shorter and longer.startswith(shorter) and bool(re.match(r"[./-]", longer[len(shorter) :]))


class KindRelation(StrEnum):
    """Whether two kinds can be one work."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    NEVER = "never"


def compare_kinds(left: Kind | None, right: Kind | None) -> KindRelation:
    """Return whether two kinds can be one work; unknown ones can.

    >>> compare_kinds(Kind.PREPRINT, Kind.ARTICLE).name, compare_kinds(Kind.ARTICLE, Kind.DATASET).name
    ('SAME', 'NEVER')
    """
    if left is None or right is None or left is right or {left, right} <= _TEXTS:
        return KindRelation.SAME
    return KindRelation.DOUBTFUL if frozenset({left, right}) in _DOUBTFUL else KindRelation.NEVER
