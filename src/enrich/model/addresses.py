"""Addresses of works: which identifiers a link holds, and the page of an identifier.

NeurIPS numbers: <https://papers.nips.cc> (up to 2006 the hash of a paper is the MD5 of its old number, 1997 excepted).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from enrich.errors import IdentifierError
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_url, trim_doi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The first old paper number of each year from 1987 on; the last one closes 2006.
_NEURIPS_FIRST_NUMBER = (
    1, 93, 190, 294, 441, 587, 717, 878, 1021, 1176, 1331, 1482, 1636, 1789, 1941, 2138, 2345, 2543, 2750, 2957, 3161,
)  # fmt: skip
_NEURIPS_1997 = 1997
_NEURIPS_TRACKS_SINCE = 2022

_NEURIPS_HASH = re.compile(
    r"/paper(?:_files/paper)?/(?P<year>\d{4})/(?:hash|file)/(?P<hash>[0-9a-f]{32})"
    r"(?:-(?:Abstract|Paper|Bibtex|Metadata|Supplemental|AuthorFeedback|MetaReview|Review)(?:-(?P<track>\w+))?)?"
)
_NEURIPS_NUMBER = re.compile(r"/paper/(?P<number>\d{1,5})(?:-[^/]*)?(?:/.*)?$")
_PMLR = re.compile(
    r"/(?:proceedings/papers/)?(?P<volume>v\d{1,4})/(?P<key>[A-Za-z0-9_-]+?)(?:-supp)?(?:\.html|\.pdf|/.*)?$"
)
_ACL_OLD = re.compile(r"/([A-Z]\d{2}-\d{4,5})(?:v\d+)?(?:\.\w+|/)?$", re.IGNORECASE)
_ACL_NEW = re.compile(r"/(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?:v\d+)?(?:\.\w+|/)?$")
_CVF = re.compile(
    r"/(?P<folder>content[^?#]*?)/(?:html|papers)/(?P<rest>(?:[^/]+/)*)(?P<stem>[^/]+?)_paper\.(?:html|pdf)$",
    re.IGNORECASE,
)
_DBLP = re.compile(
    r"/rec/(?:html/|bibtex/|xml/|bib\d?/)?(?P<key>[a-z]+(?:/[^/?#]+?){2,})(?:\.(?:html|bib|xml|rdf|nt|ttl|ris|json))?$"
)
_S2_SHA = re.compile(r"/(?:paper|reader)/(?:[^/]+/)?([0-9a-f]{40})(?:/|$)")
_S2_CORPUS = re.compile(r"/(?:corpus|p)?id:?(\d+)$", re.IGNORECASE)
_GITHUB = re.compile(r"^/(?P<owner>[A-Za-z0-9][A-Za-z0-9-]*)/(?P<name>[A-Za-z0-9._-]+)")
_GITHUB_PAGES = frozenset(
    {
        "about",
        "apps",
        "collections",
        "contact",
        "customer-stories",
        "enterprise",
        "events",
        "explore",
        "features",
        "issues",
    }
    | {
        "join",
        "login",
        "marketplace",
        "notifications",
        "orgs",
        "organizations",
        "pricing",
        "pulls",
        "search",
        "security",
    }
    | {"settings", "site", "sponsors", "stars", "team", "topics", "trending", "users"}
)
_DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/[^?#]+)")
_DOI_TAIL = re.compile(
    r"(?:v\d+)?(?:\.(?:full|abstract|short))?(?:\.(?:pdf|html?|xml|epub))?"
    r"(?:/(?:full|pdf|abstract|epdf|meta|html|summary|fulltext|references))*/?$",
    re.IGNORECASE,
)
_PREPRINT_SERVERS = ("biorxiv.org", "medrxiv.org")


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


def _arxiv(url: str, _host: str, _path: str) -> Iterator[Identifier]:
    yield parse_arxiv(url)


def _openreview(url: str, _host: str, path: str) -> Iterator[Identifier]:
    if path.rstrip("/") in {"/forum", "/pdf", "/attachment", "/references/pdf", "/revisions", "/notes"}:
        yield from (Identifier(Scheme.OPENREVIEW, value) for value in parse_qs(urlsplit(url).query).get("id", ())[:1])
    elif match := re.fullmatch(r"/pdf/([0-9a-f]{40})\.pdf", path):
        raise IdentifierError(f"an OpenReview file, which names no forum: {match[1]}")


def _neurips(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _NEURIPS_HASH.search(path):
        yield Identifier(Scheme.NEURIPS, f"{match['year']}/{match['hash']}", match["track"])
    elif match := _NEURIPS_NUMBER.match(path):
        yield neurips_from_number(int(match["number"]))


def _pmlr(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _PMLR.match(path):
        yield Identifier(Scheme.PMLR, f"{match['volume']}/{match['key'].lower()}")


def _acl(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _ACL_NEW.search(path):
        yield Identifier(Scheme.ACL, match[1])
    elif match := _ACL_OLD.search(path):
        yield Identifier(Scheme.ACL, match[1].upper())


def _cvf(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _CVF.match(path):
        yield Identifier(Scheme.CVF, f"{match['folder']}/{match['rest']}{match['stem']}")


def _dblp(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _DBLP.search(path):
        yield Identifier(Scheme.DBLP, match["key"])


def _s2(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := _S2_SHA.search(path):
        yield Identifier(Scheme.S2, match[1])
    elif match := re.search(r"/CorpusId:(\d+)$", path, re.IGNORECASE):
        yield Identifier(Scheme.S2, f"CorpusId:{match[1]}")


def _openalex(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := re.search(r"/(W\d+)$", path, re.IGNORECASE):
        yield Identifier(Scheme.OPENALEX, match[1].upper())


def _github(_url: str, host: str, path: str) -> Iterator[Identifier]:
    match = _GITHUB.match(path)
    if match and host in {"github.com", "www.github.com"} and match["owner"].lower() not in _GITHUB_PAGES:
        name = match["name"].removesuffix(".git")
        if name.strip("."):
            yield Identifier(Scheme.GITHUB, f"{match['owner']}/{name}".lower())


def _nature(_url: str, _host: str, path: str) -> Iterator[Identifier]:
    if match := re.fullmatch(r"/articles/([a-z0-9.-]+?)(?:\.pdf|\.epdf)?/?", path):
        yield parse_doi(f"10.1038/{match[1]}")


def _doi_in_path(_url: str, host: str, path: str) -> Iterator[Identifier]:
    if match := _DOI_IN_PATH.search(path):
        doi = match[1]
        if not is_host(host, "doi.org"):
            tail = _DOI_TAIL.search(doi)
            end = tail.start() if tail else len(doi)
            # A "v1" belongs to the DOI everywhere but at the preprint servers, which append it to the address.
            if re.match(r"v\d", doi[end:]) and not is_host(host, *_PREPRINT_SERVERS):
                end += len(re.match(r"v\d+", doi[end:])[0])  # type: ignore[index]
            doi = doi[:end]
        yield parse_doi(trim_doi(doi))


_OWNERS: tuple[tuple[tuple[str, ...], Callable[[str, str, str], Iterator[Identifier]]], ...] = (
    (("arxiv.org", "arkiv.org", "ar5iv.org", "alphaxiv.org", "huggingface.co"), _arxiv),
    (("openreview.net",), _openreview),
    (("nips.cc", "neurips.cc"), _neurips),
    (("proceedings.mlr.press", "jmlr.org", "jmlr.csail.mit.edu"), _pmlr),
    (("aclanthology.org", "aclweb.org", "aclanthology.info", "aclanthology.coli.uni-saarland.de"), _acl),
    (("thecvf.com",), _cvf),
    (("dblp.org", "dblp.uni-trier.de", "dblp.dagstuhl.de", "dblp1.uni-trier.de", "dblp2.uni-trier.de"), _dblp),
    (("semanticscholar.org",), _s2),
    (("openalex.org",), _openalex),
    (("github.com",), _github),
    (("nature.com",), _nature),
)


def identifiers_in_url(url: str) -> tuple[Identifier, ...]:
    """Return the identifiers that an address holds, the issuer's own first; empty when no scheme owns it.

    >>> [str(found) for found in identifiers_in_url("http://papers.nips.cc/paper/1033-gradient-and-hamiltonian.pdf")]
    ['neurips:1995/e17184bcb70dcf3942c54e0b537ffc6d']
    >>> [str(found) for found in identifiers_in_url("https://doi.org/10.18653/v1/N19-1423")]
    ['doi:10.18653/v1/n19-1423', 'acl:N19-1423']
    """
    url = url.strip().replace("\\_", "_")
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    path = unquote(parts.path)
    found: list[Identifier] = []
    for owners, parse in _OWNERS:
        if is_host(host, *owners):
            found += _collect(parse, url, host, path)
    if not found:
        found += _collect(_doi_in_path, url, host, path)
    for known in tuple(found):
        if known.scheme is Scheme.DOI:
            found += _implied_by_doi(known)
    if any(known.scheme is Scheme.ARXIV for known in found):
        found = [known for known in found if not known.value.startswith("10.48550/arxiv.")]
    return tuple(dict.fromkeys(found))


def _collect(
    parse: Callable[[str, str, str], Iterator[Identifier]], url: str, host: str, path: str
) -> list[Identifier]:
    try:
        return list(parse(url, host, path))
    except IdentifierError:
        return []


def _implied_by_doi(doi: Identifier) -> list[Identifier]:
    if doi.value.startswith("10.48550/arxiv."):
        return _collect(lambda *_: iter((parse_arxiv(doi.value),)), "", "", "")
    if match := re.fullmatch(r"10\.(?:18653|3115)/v1/(.+)", doi.value):
        return _collect(_acl, "", "", f"/{match[1]}")
    return []


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
        Scheme.DOI: f"https://doi.org/{value}",
        Scheme.OPENREVIEW: f"https://openreview.net/forum?id={value}",
        Scheme.PMLR: f"https://proceedings.mlr.press/{value}.html",
        Scheme.ACL: f"https://aclanthology.org/{value}/",
        Scheme.DBLP: f"https://dblp.org/rec/{value}.html",
        Scheme.S2: f"https://api.semanticscholar.org/{'' if ':' in value else 'paper/'}{value}",
        Scheme.OPENALEX: f"https://openalex.org/{value}",
        Scheme.GITHUB: f"https://github.com/{value}",
        Scheme.URL: value,
    }
    return templates[identifier.scheme]


def _neurips_url(identifier: Identifier) -> str:
    year, _, key = identifier.value.partition("/")
    if year == "number":
        return f"https://papers.nips.cc/paper/{key}"
    track = identifier.qualifier or ("Conference" if int(year) >= _NEURIPS_TRACKS_SINCE else "")
    return f"https://papers.nips.cc/paper_files/paper/{year}/hash/{key}-Abstract{'-' + track if track else ''}.html"


def _split_cvf(value: str) -> tuple[str, str, str]:
    first, edition, rest = value.split("/", 2)
    return f"{first}/{edition}", "", rest


def primary_identifiers(url: str) -> tuple[Identifier, ...]:
    """Return the identifiers in an address, or the address itself where no scheme owns it; empty for no address."""
    found = identifiers_in_url(url)
    return found or tuple(_collect(lambda *_: iter((parse_url(url),)), "", "", ""))
