"""Addresses of works: which identifiers a link holds, and the page of an identifier.

NeurIPS numbers: <https://papers.nips.cc> (up to 2006 the hash of a paper is the MD5 of its old number, 1997 excepted).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

from enrich.errors import IdentifierError
from enrich.knowledge import read_words
from enrich.model.address_grammars import GRAMMARS, WRAPPERS
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_identifier, trim_doi
from enrich.model.notation import plain_notation
from enrich.patterns import lazy_re

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from urllib.parse import SplitResult

    from enrich.model.address_grammars import AddressGrammar

_PLAIN_IN_DOIS = "/:;()._-~!$&'*+,=@[]"
_NOT_IN_ADDRESSES = lazy_re(r"[\x00-\x20\x7f<>\"{}|\\^`]")
# The first old paper number of each year from 1987 on; the last one closes 2006.
_NEURIPS_FIRST_NUMBER = (
    1, 93, 190, 294, 441, 587, 717, 878, 1021, 1176, 1331, 1482, 1636, 1789, 1941, 2138, 2345, 2543, 2750, 2957, 3161,
)  # fmt: skip
_NEURIPS_1997 = 1997
_NEURIPS_TRACKS_SINCE = 2022

_GITHUB = lazy_re(r"^/(?P<owner>[A-Za-z0-9][A-Za-z0-9-]*)/(?P<name>[A-Za-z0-9._-]+)")
_GITHUB_PAGES = read_words("addresses", "github_pages")
_DOI_IN_ADDRESS = lazy_re(r"(?:/|[?&](?:\w*doi|id|uri|doid)=)(?:doi:)?(10\.\d{4,9}(?:\.\d+)*/[^?#&\s]+)", re.IGNORECASE)
_DOI_TAIL = lazy_re(
    r"(?:\.(?:full|abstract|short|full-text|supplementary-material|article-info|article-metrics))?(?:\.(?:pdf|html?|xml|epub|svg))?(?:\+html)?"
    r"(?:/(?:full|pdf|abstract|epdf|pdfdirect|epub|meta|html|summary|fulltext|references|(?:tables|figures)(?:/\d+)?|suppinfo|ampdf|xml|asset|issuetoc"
    r"|full/html|supporting-information|suppl_file(?:/.*)?|media(?:/.*)?))*/?$",
    re.IGNORECASE,
)
_PLOS_COMPONENT = lazy_re(r"(?<=\.\d{7})\.[gste]\d{3}$")
_OXFORD_NUMBER = lazy_re(r"(?<=[a-z0-9])/\d{5,9}(?:/[\w.-]+)?$")
_VERSION = lazy_re(r"v\d+(?=$|[./])")
_PREPRINT_SERVERS = ("biorxiv.org", "medrxiv.org")
_PROXY = lazy_re(
    r"^(?P<label>[a-z0-9-]+-(?:org|com|net|edu|gov|uk|de|fr))\.[^/]*$|^(?P<plain>.+?\.[a-z]{2,4})\.(?:[a-z0-9-]*proxy[a-z0-9-]*|libproxy|idm|remotexs)\.[^/]+$"
)
_MOST_WRAPPERS = 3


@lru_cache(maxsize=8192)
def is_host(host: str, *owners: str) -> bool:
    """Whether a host is one of the owners or below one of them."""
    return any(host == owner or host.endswith(f".{owner}") for owner in owners)


def neurips_from_number(number: int) -> Identifier:
    """Return the identifier of an old NeurIPS paper number: year and hash where the MD5 rule holds, else the number.

    >>> neurips_from_number(1033).value
    '1995/e17184bcb70dcf3942c54e0b537ffc6d'
    >>> neurips_from_number(9431).value  # from 2007 on the hash comes from another number: the site must be asked
    'number/9431'
    """
    if _NEURIPS_FIRST_NUMBER[0] <= number < _NEURIPS_FIRST_NUMBER[-1]:
        year = 1986 + bisect_right(_NEURIPS_FIRST_NUMBER, number)
        if year != _NEURIPS_1997:
            digest = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
            return Identifier(Scheme.NEURIPS, f"{year}/{digest}")
    return Identifier(Scheme.NEURIPS, f"number/{number}")


def _github(_url: str, host: str, path: str) -> Iterator[Identifier]:
    match = _GITHUB.match(path)
    if match and host in {"github.com", "www.github.com"} and match["owner"].lower() not in _GITHUB_PAGES:
        name = match["name"].removesuffix(".git")
        if name.strip("."):
            yield Identifier(Scheme.GITHUB, f"{match['owner']}/{name}".lower())


def _doi_in_address(_url: str, host: str, path: str) -> Iterator[Identifier]:
    match = _DOI_IN_ADDRESS.search(path)
    if not match:
        return
    doi = trim_doi(match[1].replace("\\", ""))
    if not is_host(host, "doi.org"):
        doi = _DOI_TAIL.sub("", doi)
        if is_host(host, *_PREPRINT_SERVERS):  # everywhere else a "v1" belongs to the DOI
            version = _VERSION.search(doi)
            doi = doi[: version.start()] if version else doi
        elif is_host(host, "plos.org"):
            doi = _PLOS_COMPONENT.sub("", doi)
        elif is_host(host, "oup.com"):
            doi = _OXFORD_NUMBER.sub("", doi)
    yield parse_doi(doi)


_ROWS: dict[str, list[tuple[re.Pattern[str], AddressGrammar]]] = {}
for _row in GRAMMARS:
    for _owner in _row.hosts or ("",):
        _ROWS.setdefault(_owner, []).append((lazy_re(_row.pattern, re.IGNORECASE), _row))


def _owners(host: str) -> Iterator[str]:
    """The host, all above it, and the names of sites with a domain in each country (``amazon``, ``hal``)."""
    labels = host.split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels)))
    yield from labels[:-1]
    yield from (".".join(pair) for pair in pairwise(labels[:-1]))


def _by_grammar(_url: str, host: str, path: str) -> Iterator[Identifier]:
    """What the first row says that owns the address; rows of one owner exclude each other."""
    for owner in _owners(host) if host else ("",):
        for pattern, row in _ROWS.get(owner, ()):
            if match := pattern.search(path.partition("?")[0]) or pattern.search(path):
                value = match.expand(row.value)
                if value.startswith("number/") and row.scheme is Scheme.NEURIPS:
                    yield neurips_from_number(int(match[1]))
                else:
                    yield parse_identifier(
                        row.scheme, value.upper() if row.scheme is Scheme.ACL and match[1][0].isalpha() else value
                    )
                return


def _unwrapped(parts: SplitResult, host: str) -> str | None:
    """The address that a redirector, an archive or a proxy carries."""
    owners = set(_owners(host))
    for wrapper in WRAPPERS:
        if wrapper.hosts and owners.isdisjoint(wrapper.hosts):
            continue
        match = (
            re.search(wrapper.path, unquote(parts.path) + (f"?{parts.query}" if parts.query and wrapper.hosts else ""))
            if wrapper.path
            else None
        )
        if match and match.groups():
            return re.sub(r"^(https?:)/+", r"\1//", str(match[1]))
        if match or wrapper.hosts:
            query = parse_qs(parts.query)
            found = next((query[name][0] for name in wrapper.parameters if name in query), "")
            if re.match(r"https?://|www\.", found):
                return found
    if proxy := _PROXY.match(host):
        inner: str = proxy["plain"] or proxy["label"].replace("--", "\0").replace("-", ".").replace("\0", "-")
        return urlunsplit(("https", inner, parts.path, parts.query, parts.fragment))
    return None


@lru_cache(maxsize=16384)
def identifiers_in_url(url: str) -> tuple[Identifier, ...]:
    """Return the identifiers that an address holds, the issuer's own first; empty when no scheme owns it.

    >>> [str(found) for found in identifiers_in_url("http://papers.nips.cc/paper/1033-gradient-and-hamiltonian.pdf")]
    ['neurips:1995/e17184bcb70dcf3942c54e0b537ffc6d']
    >>> [str(found) for found in identifiers_in_url("https://doi.org/10.18653/v1/N19-1423")]
    ['doi:10.18653/v1/n19-1423', 'acl:N19-1423']
    """
    return _read_url(trim_url(plain_notation(url)), _MOST_WRAPPERS)


def trim_url(url: str) -> str:
    """Return an address without the punctuation and unbalanced brackets that prose or markup put around it.

    >>> trim_url("<https://arxiv.org/abs/1706.03762>."), trim_url("https://example.org/a_(b)")
    ('https://arxiv.org/abs/1706.03762', 'https://example.org/a_(b)')
    """
    url = url.strip(" \t\r\n<\"'“”‘’`").lstrip("([")
    while url and (
        url[-1] in ".,;:!'\"*>”’`|" or (url[-1] in ")]" and url.count(url[-1]) > url.count("(["[url[-1] == "]"]))
    ):
        url = url[:-1]
    return url


def _read_url(url: str, n_wrappers: int) -> tuple[Identifier, ...]:
    if re.match(r"(?:(?:info:|urn:)?doi[:/]|doi\.org/)", url, re.IGNORECASE):
        return with_implied(_collect(lambda *_: iter((parse_doi(url),)), "", "", ""))
    if re.match(r"arxiv:", url, re.IGNORECASE):
        return tuple(_collect(lambda *_: iter((parse_arxiv(url),)), "", "", ""))
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    path = unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else "")
    if parts.fragment.startswith(("abs/", "search/", "!")):  # addresses of pages that are one script
        path += f"/{unquote(parts.fragment)}"
    found = [*_collect(_by_grammar, url, host, path), *_collect(_github, url, host, path)]
    if not found and n_wrappers and (inner := _unwrapped(parts, host)):
        found += _read_url(inner, n_wrappers - 1)
    if not found and is_host(host, "doi.org"):
        found += _collect(lambda *_: iter((parse_doi(unquote(url)),)), "", "", "")
    elif not found:
        found += _collect(_doi_in_address, url, host, path) or _collect(_by_grammar, url, "", path)
    return with_implied(found)


def _collect(
    parse: Callable[[str, str, str], Iterator[Identifier]], url: str, host: str, path: str
) -> list[Identifier]:
    try:
        return list(parse(url, host, path))
    except IdentifierError:
        return []


_IMPLIED = (
    (Scheme.DOI, r"10\.(?:18653|3115)/v1/([a-z]\d{2}-\d{4,5})", Scheme.ACL, r"\1"),
    (Scheme.DOI, r"10\.(?:18653|3115)/v1/(\d{4}\..+)", Scheme.ACL, r"\1"),
    (Scheme.DOI, r"10\.2307/(\d{4,10})", Scheme.JSTOR, r"\1"),
    (Scheme.JSTOR, r"(\d{4,10})", Scheme.DOI, r"10.2307/\1"),
    (Scheme.ADS, r"\d{4}arxiv(\d{4})\.?(\d{4,5})[a-z.]", Scheme.ARXIV, r"\1.\2"),
)
"""Identifiers of one work that follow from another one by the rule of its issuer."""


def with_implied(identifiers: Sequence[Identifier]) -> tuple[Identifier, ...]:
    """Return the identifiers and those that follow from them, without duplicates."""
    return tuple(dict.fromkeys((*identifiers, *(implied for known in identifiers for implied in _implied_by(known)))))


def _implied_by(known: Identifier) -> Iterator[Identifier]:
    for scheme, pattern, implied, template in _IMPLIED:
        if scheme is known.scheme and (match := re.fullmatch(pattern, known.value, re.IGNORECASE)):
            value = match.expand(template)
            yield parse_identifier(implied, value.upper() if implied is Scheme.ACL and value[0].isalpha() else value)


def doi_url(doi: str) -> str:
    """Return the address of a DOI, percent-encoded: <https://www.doi.org/doi-handbook/HTML/encoding-in-urls.html>.

    >>> doi_url("10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1")
    'https://doi.org/10.1002/(sici)1096-8644(199601)99:1%3C1::aid-ajpa1%3E3.0.co;2-1'
    """
    return f"https://doi.org/{quote(doi, safe=_PLAIN_IN_DOIS)}"


def plain_url(url: str) -> str:
    """Return an address in which nothing stands that no address may hold (RFC 3986), encoded as browsers do.

    >>> plain_url("https://a.org/b c?d={e}"), plain_url("https://a.org/50%25")
    ('https://a.org/b%20c?d=%7Be%7D', 'https://a.org/50%25')
    """
    return _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0], safe=""), url)


def to_url(identifier: Identifier) -> str:
    """Return the page of an identifier for people.

    >>> to_url(neurips_from_number(1033))
    'https://papers.nips.cc/paper_files/paper/1995/hash/e17184bcb70dcf3942c54e0b537ffc6d-Abstract.html'
    """
    value = identifier.value
    if identifier.scheme is Scheme.NEURIPS:
        return _neurips_url(identifier)
    if identifier.scheme is Scheme.CVF:
        folder, _, rest = value.partition("/") if not value.startswith("content/") else _split_cvf(value)
        return f"https://openaccess.thecvf.com/{folder}/html/{rest}_paper.html"
    templates = {
        Scheme.ARXIV: f"https://arxiv.org/abs/{value}{identifier.qualifier or ''}",
        Scheme.DOI: doi_url(value),
        Scheme.OPENREVIEW: f"https://openreview.net/forum?id={value}",
        Scheme.PMLR: f"https://proceedings.mlr.press/{value}.html",
        Scheme.ACL: f"https://aclanthology.org/{value}/",
        Scheme.PMID: f"https://pubmed.ncbi.nlm.nih.gov/{value}/",
        Scheme.PMCID: f"https://pmc.ncbi.nlm.nih.gov/articles/{value}/",
        Scheme.IACR: f"https://eprint.iacr.org/{value}",
        Scheme.HAL: f"https://hal.science/{value}",
        Scheme.JSTOR: f"https://www.jstor.org/stable/{value}",
        Scheme.INSPIRE: f"https://inspirehep.net/literature/{value}",
        Scheme.ADS: f"https://ui.adsabs.harvard.edu/abs/{value}/abstract",
        Scheme.ISBN: f"https://openlibrary.org/isbn/{value}",
        Scheme.DBLP: f"https://dblp.org/rec/{value}.html",
        Scheme.S2: f"https://{'api' if ':' in value else 'www'}.semanticscholar.org/{_s2_path(value)}",
        Scheme.OPENALEX: f"https://openalex.org/{value}",
        Scheme.GITHUB: f"https://github.com/{value}",
        Scheme.URL: value,
    }
    return templates[identifier.scheme]


def _s2_path(value: str) -> str:
    return value if ":" in value else f"paper/{value}"


def _neurips_url(identifier: Identifier) -> str:
    year, _, key = identifier.value.partition("/")
    if year == "number":
        return f"https://papers.nips.cc/paper/{key}"
    track = identifier.qualifier or ("Conference" if int(year) >= _NEURIPS_TRACKS_SINCE else "")
    return f"https://papers.nips.cc/paper_files/paper/{year}/hash/{key}-Abstract{'-' + track if track else ''}.html"


def _split_cvf(value: str) -> tuple[str, str, str]:
    first, edition, rest = value.split("/", 2)
    return f"{first}/{edition}", "", rest
