"""What the address of a link shows: a paper, code, a video, a page, or a place in the list itself."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from enrich.model.addresses import is_host
from enrich.model.entry import LinkRole

_ANCHOR = re.compile(
    r"#|(?:https?://github\.com/[^/]+/[^/#]+(?:/(?:blob|tree)/[^#]*)?/?|[\w./-]*readme(?:\.\w+)?)#", re.IGNORECASE
)


def is_anchor(url: str) -> bool:
    """Whether an address leads to a place in the list itself.

    >>> is_anchor("https://github.com/o/r#papers"), is_anchor("https://arxiv.org/abs/1806.07366#top")
    (True, False)
    """
    return "#" in url and _ANCHOR.match(url) is not None


_CODE_HOSTS = (
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "gitee.com",
    "code.google.com",
    "sourceforge.net",
    "codeberg.org",
)
_VIDEO_HOSTS = (
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "bilibili.com",
    "videolectures.net",
    "slideslive.com",
    "youku.com",
)
_PAPER_HOSTS = frozenset(
    (
        "arxiv.org ar5iv.org openreview.net doi.org nips.cc neurips.cc mlr.press aclanthology.org aclweb.org"
        " aclanthology.info thecvf.com ecva.net dl.acm.org ieeexplore.ieee.org computer.org link.springer.com"
        " springer.com sciencedirect.com elsevier.com nature.com science.org sciencemag.org pnas.org biorxiv.org"
        " medrxiv.org chemrxiv.org jmlr.org jmlr.csail.mit.edu jair.org ijcai.org aaai.org usenix.org vldb.org isca-"
        " speech.org bmva.org bmva-archive.org.uk bmvc2020-conference.com tandfonline.com wiley.com oup.com cell.com"
        " mdpi.com frontiersin.org hal.science archives-ouvertes.fr ssrn.com ncbi.nlm.nih.gov pubmed.gov europepmc.org"
        " plos.org acs.org aps.org iop.org iopscience.iop.org siam.org projecteuclid.org jstor.org cambridge.org"
        " royalsocietypublishing.org annualreviews.org worldscientific.com semanticscholar.org citeseerx.ist.psu.edu"
        " dblp.org dblp.uni-trier.de paperswithcode.com roboticsproceedings.org eccv.org cvf.com interspeech2019.org"
        " ojs.aaai.org proceedings.mlr.press distill.pub joss.theoj.org inria.fr zenodo.org researchgate.net"
        " scitation.org aip.org optica.org osapublishing.org spiedigitallibrary.org alphaxiv.org eprint.iacr.org ndss-"
        " symposium.org kdd.org papers.ssrn.com hindawi.com sagepub.com emerald.com"
    ).split()
)
_DOCUMENT_HOSTS = ("readthedocs.io", "readthedocs.org")


@lru_cache(maxsize=16384)
def host_of(url: str) -> str:
    """Return the host of an address in lower case, empty for none."""
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""


def _is_below(host: str, owners: frozenset[str]) -> bool:
    """Whether a host is one of many owners or below one of them."""
    while host:
        if host in owners:
            return True
        host = host.partition(".")[2]
    return False


_BOOK_PATH = re.compile(
    r"https?://(?:[\w-]+\.)*(?:amazon\.[a-z.]{2,6}/|amzn\.(?:to|com)/|goodreads\.com/book|books\.google\.|worldcat\.org/"
    r"|bookshop\.org/|oreilly\.com/library|manning\.com/books|mitpress\.mit\.edu/|crcpress\.com/|routledge\.com/"
    r"|(?:link\.)?springer\.com/(?:[a-z]{2}/)?book/)",
    re.IGNORECASE,
)


def is_book_url(url: str) -> bool:
    """Whether an address is the page of a book in a shop, a catalogue or at its publisher.

    >>> is_book_url("https://www.amazon.com/dp/0262510871"), is_book_url("https://arxiv.org/abs/1806.07366")
    (True, False)
    """
    return _BOOK_PATH.match(url) is not None


@lru_cache(maxsize=16384)
def is_paper_url(url: str) -> bool:
    """Whether an address leads to a paper: a publisher, an archive, proceedings, or any PDF.

    >>> is_paper_url("https://arxiv.org/abs/1806.07366"), is_paper_url("https://github.com/a/b")
    (True, False)
    """
    host = host_of(url)
    path = unquote(url.split("?", 1)[0].split("#", 1)[0]).lower()
    if _is_below(host, _PAPER_HOSTS):
        return "?" in url or bool(path.partition("://")[2].partition("/")[2].strip("/"))
    return path.endswith((".pdf", ".ps", ".ps.gz")) and not is_host(host, "githubusercontent.com")


@lru_cache(maxsize=16384)
def url_role(url: str) -> LinkRole | None:
    """Return the role that an address alone shows, or None."""
    host = host_of(url)
    if is_paper_url(url):
        return LinkRole.PAPER
    if is_host(host, *_CODE_HOSTS):
        return LinkRole.LINK if url.lower().endswith(".md") else LinkRole.CODE
    if is_host(host, *_VIDEO_HOSTS):
        return LinkRole.VIDEO
    if is_host(host, *_DOCUMENT_HOSTS):
        return LinkRole.DOCS
    if is_host(host, "huggingface.co") and "/papers/" in url:
        return LinkRole.PAPER
    if is_host(host, "huggingface.co", "kaggle.com"):
        return LinkRole.DATA
    if is_host(host, "github.io", "sites.google.com", "gitlab.io"):
        return LinkRole.PROJECT
    return None
