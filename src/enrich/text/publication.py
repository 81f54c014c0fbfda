"""What short texts of services say about a publication: withdrawn or not, where it appeared, which pages, which server.

arXiv on comments and journal references: <https://info.arxiv.org/help/prep.html>.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.knowledge import read_words
from enrich.patterns import lazy_re

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAPER = (
    r"(?:paper|article|submission|manuscript|pre-?print|e-?print|work|note|letter|report|document|draft|version|text)"
)
_THIS = rf"(?:(?:this|the|our|my|present|current|whole|entire|above)\s+)*{_PAPER}s?"
_BE = (
    r"(?:has|have|had|is|was|are|were|be|been|being|to|must|now|hereby|therefore|thus|"
    r"temporarily|permanently|voluntarily)"
)
_WHO = (
    r"(?:the\s+)?(?:(?:first|corresponding|submitting|original)\s+)?"
    r"(?:author|submitter|arxiv|administrator|admin)s?(?:\(s\))?"
)
_WITHDRAWN = lazy_re(
    rf"""(?:^|[.;:!\n(\[*-])\s*(?:note\s*:\s*)?
        (?: (?:{_THIS}\s*(?:\([^()]*\)\s*|,\s*)?)?(?:{_BE}\s+)*withdrawn\b
          | (?:{_WHO}|we|i)\s+(?:{_BE}\s+)*withd(?:raw|rawn|rew)\s+(?:this|the|our|my)\s+{_PAPER}
          | withdrawal\s+(?:of|notice)\b )
      | \bwithdrawn\s+(?:from\s+arxiv\s+)?(?:by|at\s+the\s+request\s+of)\s+{_WHO}""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_ANOTHER = lazy_re(
    r"\b(?:not|never|no\s+longer|nor|un|replac\w+|supersed\w+|updat\w+|instead\s+of|previous\w*|earlier|older|old|first|"
    r"former\w*|original\w*|parts?|section|appendix|theorem|lemma|claim|conjecture|proof|companion|other|another|"
    r"which|that|whose|version\s+\d+|v\d+)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_FROM_ELSEWHERE = lazy_re(
    r"\s*(?:as\s+a\s+submission\s+)?from\s+(?!arxiv|the\s+arxiv|publication|consideration)\w", re.IGNORECASE
)


def is_withdrawn(comment: str) -> bool:
    """Whether a comment says that the paper itself is withdrawn; not another one, a part, or a submission elsewhere.

    >>> is_withdrawn("This paper has been withdrawn by the author due to a crucial error in eq. 3")
    True
    >>> is_withdrawn("Replaces the withdrawn paper hep-th/9901001"), is_withdrawn("12 pages. Not withdrawn.")
    (False, False)
    """
    for match in _WITHDRAWN.finditer(comment):
        before = re.split(r"[.;\n]", comment[: match.end() - len("withdrawn")])[-1]
        if not _OF_ANOTHER.search(before) and not _FROM_ELSEWHERE.match(comment, match.end()):
            return True
    return False


_TITLE_MARK = lazy_re(
    r"^\W*(?P<mark>retracted|withdrawn|removed)(?:\s+(?:article|paper|chapter|manuscript))?\s*"
    r"(?:[:\])}–—]+|-+(?=\s)|\*+)\s*",
    re.IGNORECASE,
)
_TITLE_MARK_BEHIND = lazy_re(
    r"\s*(?:[\[(]\s*(?i:(?P<mark>retracted|withdrawn))\b[^\[\]]*[\])]|[\s:][–—-]+\s*(?P<shouted>RETRACTED|WITHDRAWN)"
    r"(?:\s+ARTICLE)?)[\s.]*$"
)
"""``Wells of Hof (Retracted article. See vol. 9, 2011)``, as indexes have it."""
_NOTICE = lazy_re(
    r"^\W*(?:(?:notice|statement)\s+of\s+)?(?:retraction|withdrawal|removal|expression\s+of\s+concern|erratum|corrigendum|"
    r"correction|addendum)s?\b(?:\s+(?:note|notice|statement))?(?:\s+(?:to|for|of|on|regarding)\b|\s*[:\u2013\u2014-])",
    re.IGNORECASE,
)


def split_title_mark(title: str) -> tuple[str, str | None]:
    """Return a title without the publisher's mark of a retracted or withdrawn article, and the remark that it makes.

    >>> split_title_mark("RETRACTED ARTICLE: Wells of Hof"), split_title_mark("Retraction Note to: Wells of Hof")[1]
    (('Wells of Hof', 'retracted'), None)
    >>> split_title_mark("Wells of Hof (Withdrawn)"), split_title_mark("Removed-Atom Models")[1]
    (('Wells of Hof', 'withdrawn'), None)
    """
    match = _TITLE_MARK.match(title)
    rest = title[match.end() :] if match else ""
    if match is None and (match := _TITLE_MARK_BEHIND.search(title)):
        rest = title[: match.start()]
    if match is None or not rest.strip():
        return title, None
    mark = next(filter(None, match.groups())).lower()
    return rest, "retracted" if mark == "retracted" else "withdrawn"


def without_title_mark(title: str) -> str:
    """Return a title as it was before the publisher marked it.

    >>> without_title_mark("RETRACTED: Wells of Hof")
    'Wells of Hof'
    """
    return split_title_mark(title)[0]


def is_notice(title: str) -> bool:
    """Whether a title is that of a notice about another article.

    >>> is_notice("Retraction: Wells of Hof"), is_notice("Retraction of the vocal folds in singers")
    (True, True)
    """
    return bool(_NOTICE.match(title))


@dataclass(frozen=True, slots=True)
class JournalReference:
    """What an author's journal reference says of the published version."""

    venue: str
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None


_YEAR = lazy_re(r"(?<![\d.:/-])((?:19|20)\d{2})(?![\d:]|[-–/]\d{3})")
_UNPUBLISHED = lazy_re(
    r"\b(?:submitted|to\s+be\s+submitted|under\s+(?:review|revision|consideration)|in\s+(?:preparation|review|prep)|preprint|"
    r"unpublished|not\s+(?:yet\s+)?published|draft|arxiv)\b",
    re.IGNORECASE,
)
_THESIS = lazy_re(
    r"\b(?:ph\.?\s?d\.?|doctoral|master'?s?|m\.?\s?sc\.?|bachelor'?s?|diploma|habilitation)\b.{0,20}\b(?:thesis|dissertation)"
    r"|\b(?:thesis|dissertation|diplomarbeit|doktorarbeit|habilitationsschrift)\b",
    re.IGNORECASE,
)
_LEAD = lazy_re(
    r"^(?:(?:to\s+)?(?:appear|be\s+published)(?:s|ed)?(?:\s+in)?|accepted(?:\s+(?:by|in|for|at|to))?(?:\s+publication(?:\s+(?:by|in))?)?|"
    r"published(?:\s+in)?|in\s*:|in|appeared\s+in|presented\s+at|(?:19|20)\d{2})\b[\s,:;.]*",
    re.IGNORECASE,
)
_VOLUME = lazy_re(
    r"""\s+(?:vol(?:ume)?s?\b\.?\s*|v\.?\s?(?=\d))?(?P<series>[A-H](?=\s?\d))?\s?(?P<volume>\d{1,5})(?![\d.]*(?:st|nd|rd|th)\b|\d)
        (?:\s*(?:\((?P<issue>\d{1,4}[A-Za-z]?(?:[-–/]\d{1,4})?)\)|,?\s*(?:no|issue|iss|nr)\b\.?\s*(?P<number>\d{1,4})))?""",
    re.IGNORECASE | re.VERBOSE,
)
_UP_TO_VOLUME = lazy_re(r"[\s,]*(?:vol(?:ume)?\.?)?\s*", re.IGNORECASE)
_END = lazy_re(r"\s*(?:[,;]|\(|\bpp?\.|\bpages?\b|\bvol\b|\bvolume\b|:\s*\d|$)", re.IGNORECASE)
_PAGE_WORDS = lazy_re(r"\b(?:pp?\.?|pages?)\s*(?P<pages>[A-Za-z]?\d+(?:\s*[-–—]+\s*[A-Za-z]?\d+)?)", re.IGNORECASE)
_PAGES_BEHIND = lazy_re(r"^[\s,:;]*(?P<pages>[A-Za-z]?\d{1,7}(?:\s*[-–—]+\s*[A-Za-z]?\d{1,7})?)(?![\d:])")
_EMPTY_WORDS = read_words("venues", "fillers")
_SHORTEST_VENUE = 2


def parse_journal_reference(text: str) -> JournalReference | None:
    """Return what a journal reference says of the published version; None for a submission, a thesis, or no venue.

    >>> parse_journal_reference("Phys. Rev. D 54, 1234 (1996)")
    JournalReference(venue='Phys. Rev. D', year=1996, volume='54', issue=None, pages='1234')
    >>> parse_journal_reference("In Proceedings of the 34th Conference on Machine Learning, pp. 1-10, 2017").venue
    'Proceedings of the 34th Conference on Machine Learning'
    >>> parse_journal_reference("Submitted to Nature"), parse_journal_reference("PhD thesis, University of Hof, 2004")
    (None, None)
    """
    plain = " ".join(text.split())
    if _UNPUBLISHED.search(plain) or _THESIS.search(plain):
        return None
    years = _YEAR.findall(plain)
    in_brackets = re.findall(r"\(\s*(?:[A-Za-z]+\.?\s+)?((?:19|20)\d{2})\s*\)", plain)
    year = int((in_brackets or years)[-1]) if years or in_brackets else None
    rest = plain
    while match := _LEAD.match(rest):
        rest = rest[match.end() :]
    volume = next((found for found in _VOLUME.finditer(rest) if not _is_year(found["volume"])), None)
    end = _END.search(rest)
    cut = min(filter(None, (volume and volume.start(), end and end.start(), _year_start(rest))), default=len(rest))
    if volume and volume.start() > cut and not _UP_TO_VOLUME.fullmatch(rest, cut, volume.start("volume")):
        volume = None
    if volume and volume.start() <= cut and volume["series"]:  # a letter before the volume is part of the name
        cut = volume.end("series")
    venue = rest[:cut].strip(" ,;:-–")
    words = [word for word in re.findall(r"[^\W\d_]+", venue.lower()) if word not in _EMPTY_WORDS]
    if len(venue) < _SHORTEST_VENUE or not words:
        return None
    issue = (volume["issue"] or volume["number"]) if volume else None
    pages = _PAGE_WORDS.search(rest) or (_PAGES_BEHIND.match(rest[volume.end() :]) if volume else None)
    return JournalReference(
        venue=venue,
        year=year,
        volume=volume["volume"] if volume else None,
        issue=None if issue is None or _is_year(issue) else issue,
        pages=normalize_pages(pages["pages"]) if pages and not _is_year(pages["pages"]) else None,
    )


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d{2}", text))


def _year_start(text: str) -> int | None:
    match = re.search(r"[\s'’]+(?:19|20)\d{2}\b(?=\s*(?:[,;.)]|$))", text)
    return match.start() if match else None


_PAGE = r"[A-Za-z]{0,4}\d+(?:[:.]\d+)?[A-Za-z]?"
_RANGE = lazy_re(
    rf"(?<![\w./-])({_PAGE}|[ivxlc]+)\s*[-‐‑‒–—−]+\s*({_PAGE}|[ivxlc]+)(?![\w/]|[-‐‑‒–—−]|\.\d)", re.IGNORECASE
)


def normalize_pages(text: str) -> str:
    """Return pages with ``--`` between first and last page; a hyphen inside of an article number stays.

    >>> [normalize_pages(pages) for pages in ("S12-S20", "15:1–15:24", "1-3, 7-9", "e2020-1-7")]
    ['S12--S20', '15:1--15:24', '1--3, 7--9', 'e2020-1-7']
    """
    return _RANGE.sub(r"\1--\2", " ".join(text.split()))


_SERVERS = lazy_re(
    r"^\W*(?:the\s+)?(?:\w*rxiv\b.*|corr\b(?:\s*[,:]?\s*abs.*)?|computing\s+research\s+repository|research\s+square\b.*|"
    r"ssrn\b.*|social\s+science\s+research\s+network.*|osf\b.*|open\s+science\s+framework.*|hal\b(?!\s*-?\s*\w*journal).*|"
    r"hyper\s+articles?\s+en\s+ligne.*|zenodo\b.*|figshare\b.*|iacr\s+.*e-?print.*|cryptology\s+e-?print\s+archive.*|"
    r"preprints(?:\.org)?\b.*|authorea\b.*|essoar\b.*|earth\s+and\s+space\s+science\s+open\s+archive.*|peerj\s+preprints?\b.*|"
    r"f1000\s*research\s+preprints?.*|openreview(?:\.net)?\b.*|nber\s+working\s+papers?.*|repec\b.*|philsci-?archive\b.*|"
    r"e-?prints?\b|pre-?prints?\b|(?:cern|nasa|ieee)\s+(?:techrxiv|preprints?)\b.*|electronic\s+colloquium\s+on\s+computational\s+complexity.*)$",
    re.IGNORECASE,
)
_SERVER_PREFIXES = tuple(read_words("identifiers", "preprint_dois"))


def is_preprint_server(name: str) -> bool:
    """Whether a name is that of a server for preprints or a repository, whatever a service calls it.

    >>> [is_preprint_server(name) for name in ("Research Square", "SSRN Electronic Journal", "CoRR abs/1701")]
    [True, True, True]
    >>> is_preprint_server("Haldane's Sieve Journal"), is_preprint_server("Journal of Machine Learning Research")
    (False, False)
    """
    return bool(_SERVERS.match(" ".join(name.split())))


def is_preprint_doi(doi: str) -> bool:
    """Whether a DOI, lower case and bare, was registered by a server for preprints.

    >>> is_preprint_doi("10.21203/rs.3.rs-1/v1"), is_preprint_doi("10.1038/nature14539")
    (True, False)
    """
    return doi.startswith(_SERVER_PREFIXES)


_OF_AN_EVENT = lazy_re(
    r"\b(?:19|20)\d{2}\b|\b\d{1,3}(?:st|nd|rd|th)\b|\b(?:conference|symposium|workshop|congress|meeting|colloquium|proceedings|"
    r"konferenz|tagung|colloque)\b|['’]\d\d\b|\(\w*[A-Z]{2}\w*\)",
    re.IGNORECASE,
)


def choose_container(names: Iterable[object], *, is_part: bool) -> tuple[str | None, str | None]:
    """Return the container and the series among the names that a service gives one record, in whatever order.

    A part of a book or of proceedings has its own book and perhaps a series around it: the book is the one that names
    an event, an edition or a year. Of a journal the longest name is the full one.

    >>> choose_container(["Lecture Notes in Computer Science", "MICCAI 2015, Part III"], is_part=True)
    ('MICCAI 2015, Part III', 'Lecture Notes in Computer Science')
    >>> choose_container(["Phys. Rev. D", "Physical Review D"], is_part=False)
    ('Physical Review D', None)
    """
    known = list(dict.fromkeys(" ".join(str(name).split()) for name in names if isinstance(name, str) and name.strip()))
    if not known:
        return None, None
    if not is_part or len(known) == 1:
        return max(known, key=len), None
    telling = [name for name in known if _OF_AN_EVENT.search(name)]
    book = telling[-1] if telling else known[-1]
    return book, next(name for name in known if name != book)


_OF_A_JOURNAL = lazy_re(
    r"\b(?:journal|transactions|letters|annals|annales|acta|bulletin|quarterly|magazine|reviews?|zeitschrift|revue|revista|"
    r"rivista|archiv|gazette)\b",
    re.IGNORECASE,
)


def kind_of_venue(name: str) -> str | None:
    """Return ``conference`` or ``journal`` where the name of a venue says so, else None.

    >>> [kind_of_venue(name) for name in ("Workshop on Wells", "Hof Journal of Wells", "Wells")]
    ['conference', 'journal', None]
    """
    if is_preprint_server(name):
        return None
    if _OF_AN_EVENT.search(name):
        return "conference"
    return "journal" if _OF_A_JOURNAL.search(name) else None
