"""What the address of a link shows: a paper, code, a video, a page, or a place in the list itself."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from enrich.knowledge import read_table
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


@lru_cache(maxsize=16384)
def host_of(url: str) -> str:
    """Return the host of an address in lower case, empty for none."""
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=16384)
def _role_of_host(host: str) -> str | None:
    """The role in ``hosts.csv`` of a host or of the nearest one above it."""
    while host:
        if host in _roles():
            return _roles()[host]
        host = host.partition(".")[2]
    return None


@cache
def _roles() -> dict[str, str]:
    return {row["host"]: row["role"] for row in read_table("hosts")}


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
    if _role_of_host(host) == LinkRole.PAPER:
        return "?" in url or bool(path.partition("://")[2].partition("/")[2].strip("/"))
    return path.endswith((".pdf", ".ps", ".ps.gz")) and not is_host(host, "githubusercontent.com")


@lru_cache(maxsize=16384)
def url_role(url: str) -> LinkRole | None:
    """Return the role that an address alone shows, or None."""
    if is_paper_url(url):
        return LinkRole.PAPER
    host = host_of(url)
    if is_host(host, "huggingface.co") and "/papers/" in url:
        return LinkRole.PAPER
    role = _role_of_host(host)
    if role is None or role == LinkRole.PAPER:
        return None
    return LinkRole.LINK if role == LinkRole.CODE and url.lower().endswith(".md") else LinkRole(role)
