"""Grammars of the addresses of works, as data: whose they are, what they look like, which identifier they mean.

They stand in ``address_grammars.csv``; a row with its own example is all that a further site needs. Paths are matched
decoded, with the query behind them. The first row of the longest host counts; rows without hosts are tried last.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import NamedTuple

from enrich.model.identifiers import Scheme


class Grammar(NamedTuple):
    """One form of address: hosts that own it, a pattern of path and query, and the identifier as a template."""

    hosts: tuple[str, ...]
    """Each with everything below it; none = any host, tried when no owner knows the address."""
    pattern: str
    scheme: Scheme
    value: str
    """Template of ``re.Match.expand``; ``parse_identifier`` reads the result."""
    example: str
    means: str


class Wrapper(NamedTuple):
    """An address that carries another one: the parameters or the part of its path that hold it."""

    hosts: tuple[str, ...]
    parameters: tuple[str, ...]
    path: str
    example: str


def _read() -> tuple[Grammar, ...]:
    text = (files("enrich.model") / "address_grammars.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Grammar(
            tuple(row["hosts"].split()),
            row["pattern"],
            Scheme(row["scheme"]),
            row["value"],
            row["example"],
            row["means"],
        )
        for row in rows
    )


GRAMMARS = _read()
_ARXIV = "https://arxiv.org/abs/1706.03762"
_QUOTED = "https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762"

WRAPPERS = (
    Wrapper(
        ("web.archive.org", "archive.org"), (), r"^/web/[^/]+/(.+)$", f"https://web.archive.org/web/2019id_/{_ARXIV}"
    ),
    Wrapper(("archive.ph", "archive.is", "archive.today"), (), r"/(https?:/.+)$", f"https://archive.ph/2020/{_ARXIV}"),
    Wrapper(
        ("r.jina.ai", "12ft.io", "via.hypothes.is"), ("url", "q"), r"^/(https?:/.+)$", f"https://r.jina.ai/{_ARXIV}"
    ),
    Wrapper(("google",), ("q", "url", "u", "imgrefurl"), "", f"https://www.google.com/url?sa=t&q={_QUOTED}&usg=x"),
    Wrapper(("scholar.google",), ("url",), "", f"https://scholar.google.com/scholar_url?url={_ARXIV}&hl=en"),
    Wrapper(("facebook.com",), ("u",), "", f"https://l.facebook.com/l.php?u={_QUOTED}&h=1"),
    Wrapper(("link.zhihu.com", "link.csdn.net"), ("target",), "", f"https://link.zhihu.com/?target={_QUOTED}"),
    Wrapper(("outlook.com",), ("url",), "", f"https://eur01.safelinks.protection.outlook.com/?url={_QUOTED}&data=1"),
    Wrapper(("youtube.com",), ("q",), "", f"https://www.youtube.com/redirect?q={_QUOTED}"),
    Wrapper((), ("url", "qurl"), r"^/(?:login|redirect)/?$", f"https://login.proxy.example.edu/login?url={_ARXIV}"),
)
"""Redirectors, archives and readers that carry an address whole."""
