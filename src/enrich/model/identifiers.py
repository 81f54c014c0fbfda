"""Identifiers of works: one normalized value per scheme, made only by the parsers of this module.

Syntax: arXiv <https://info.arxiv.org/help/arxiv_identifier.html>, DOI <https://www.doi.org/doi-handbook/HTML/>,
ACL <https://aclanthology.org/info/ids/>. The parsers of proceedings and publisher addresses are in ``model.addresses``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from enrich.errors import IdentifierError


class Scheme(StrEnum):
    """Who issues the identifier; the order is the order of preference for a work's own identifier."""

    ARXIV = "arxiv"
    DOI = "doi"
    OPENREVIEW = "openreview"
    NEURIPS = "neurips"
    PMLR = "pmlr"
    ACL = "acl"
    CVF = "cvf"
    DBLP = "dblp"
    S2 = "s2"
    OPENALEX = "openalex"
    GITHUB = "github"
    URL = "url"


_NORMAL = {
    Scheme.ARXIV: r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)*/\d{7}",
    Scheme.DOI: r"10\.\d{4,9}/[^\sA-Z]+",
    Scheme.OPENREVIEW: r"[A-Za-z0-9_-]{5,40}",
    Scheme.NEURIPS: r"(?:19|20)\d{2}/[0-9a-f]{32}|number/\d{1,5}",
    Scheme.PMLR: r"v\d{1,4}/[a-z0-9_-]+",
    Scheme.ACL: r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+",
    Scheme.CVF: r"content[^\s]*/[^\s/]+",
    Scheme.DBLP: r"(?:conf|journals|books|phd|series|reference|homepages|tr|www|data)/[^\s/]+(?:/[^\s/]+)+",
    Scheme.S2: r"[0-9a-f]{40}|CorpusId:\d+",
    Scheme.OPENALEX: r"W\d+",
    Scheme.GITHUB: r"[a-z0-9][a-z0-9-]*/[a-z0-9._-]+",
    Scheme.URL: r"https?://[^\s]+",
}
_NORMAL_RE = {scheme: re.compile(pattern) for scheme, pattern in _NORMAL.items()}
_QUALIFIER = {Scheme.ARXIV: re.compile(r"v[1-9]\d*"), Scheme.NEURIPS: re.compile(r"[A-Za-z0-9_]+")}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A scheme and a value in its one normal form; anything else raises ``IdentifierError``.

    >>> str(parse_arxiv("https://arxiv.org/pdf/1806.07366v5.pdf"))
    'arxiv:1806.07366'
    """

    scheme: Scheme
    value: str
    qualifier: str | None = field(default=None, compare=False)
    """What tells forms of one work apart and is no part of its identity: arXiv version ``v2``, NeurIPS track."""

    def __post_init__(self) -> None:
        if not _NORMAL_RE[self.scheme].fullmatch(self.value):
            raise IdentifierError(f"not a normalized {self.scheme} identifier: {self.value!r}")
        pattern = _QUALIFIER.get(self.scheme)
        if self.qualifier is not None and not (pattern and pattern.fullmatch(self.qualifier)):
            raise IdentifierError(f"not a {self.scheme} qualifier: {self.qualifier!r}")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def arxiv_doi(self) -> str | None:
        """The DOI that DataCite registers for an arXiv id, lower case; None for other schemes."""
        return f"10.48550/arxiv.{self.value}" if self.scheme is Scheme.ARXIV else None


_ARXIV_ID = r"(?P<new>\d{4}\.\d{4,5})|(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[A-Za-z-]{2,})?/(?P<number>\d{7})"
_ARXIV_BARE = re.compile(rf"(?:{_ARXIV_ID})(?P<version>v[1-9]\d*)?")
_ARXIV_PREFIX = re.compile(
    r"(?:(?:https?://)?(?:[a-z]+\.)?(?:ar[xk]iv\.org|ar5iv(?:\.labs\.arxiv)?\.org|alphaxiv\.org)/"
    r"(?:abs|pdf|html|format|src|e-print|ps|overview)/"
    r"|(?:https?://)?huggingface\.co/papers/"
    r"|(?:https?://)?(?:dx\.)?(?:doi\.org/)?10\.48550/arxiv\.|(?:ar[xk]iv|abs)\s*[:/]\s*)",
    re.IGNORECASE,
)
_ARXIV_SUFFIX = re.compile(r"(?:\.pdf|\.html|\.full)?/?(?:[?#].*)?$", re.IGNORECASE)


def parse_arxiv(text: str) -> Identifier:
    """Return the arXiv identifier of an id, address, DOI or citation text; its version is the qualifier.

    Raises:
        IdentifierError: the text is none of these.

    >>> parse_arxiv("arXiv:math.GT/0309136v2").value, parse_arxiv("10.48550/arXiv.2006.00001").value
    ('math/0309136', '2006.00001')
    """
    rest = _ARXIV_PREFIX.sub("", text.strip(), count=1) if _ARXIV_PREFIX.match(text.strip()) else text.strip()
    rest = _ARXIV_SUFFIX.sub("", unquote(rest))
    match = _ARXIV_BARE.fullmatch(rest)
    if not match:
        raise IdentifierError(f"not an arXiv identifier: {text!r}")
    value = match["new"] or f"{match['archive']}/{match['number']}"
    return Identifier(Scheme.ARXIV, value, match["version"])


_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_DOI_CLOSERS = {")": "(", "]": "[", "}": "{"}
_DOI_PREFIX = re.compile(r"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?", re.IGNORECASE)


def trim_doi(text: str) -> str:
    """Return a DOI without the punctuation and unbalanced brackets that prose or markup put behind it."""
    while text:
        last = text[-1]
        opener = _DOI_CLOSERS.get(last)
        if last in ".,;:'*_\\" or (opener and text.count(last) > text.count(opener)):
            text = text[:-1]
        else:
            break
    return text


def parse_doi(text: str) -> Identifier:
    """Return the DOI, lower case and bare, of a DOI or of an address at doi.org.

    Raises:
        IdentifierError: the text is not a DOI.

    >>> parse_doi("https://doi.org/10.1038/S41598-018-24271-9").value
    '10.1038/s41598-018-24271-9'
    >>> parse_doi("doi:10.1000/xyz_(1)<2>123").value  # SICI-like suffixes hold brackets
    '10.1000/xyz_(1)<2>123'
    """
    stripped = text.strip()
    rest = unquote(stripped[_DOI_PREFIX.match(stripped).end() :].replace("\\_", "_"))  # type: ignore[union-attr]
    rest = trim_doi(rest)
    if not re.fullmatch(r"10\.\d{4,9}/\S+", rest):
        raise IdentifierError(f"not a DOI: {text!r}")
    return Identifier(Scheme.DOI, rest.lower())


_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|ref|spm)=", re.IGNORECASE)


def parse_url(text: str) -> Identifier:
    """Return the address in normal form: https, host in lower case, no fragment, tracking or closing slash.

    Raises:
        IdentifierError: it is no absolute http address with a host.

    >>> parse_url("HTTP://Www.Example.org:80/a/?utm_source=x#top").value
    'https://www.example.org/a'
    """
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise IdentifierError(f"not an address: {text!r}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host or re.search(r"\s", text.strip()):
        raise IdentifierError(f"not an http address: {text!r}")
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.match(part))
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._%").rstrip("/")
    return Identifier(Scheme.URL, urlunsplit(("https", netloc, path, query, "")))


def parse_identifier(scheme: Scheme | str, text: str) -> Identifier:
    """Return the identifier of a scheme from its bare value; the inverse of ``format_identifier``.

    An arXiv id or a DOI may be an address too; ``addresses.identifiers_in_url`` reads those of all schemes.

    Raises:
        IdentifierError: the text does not belong to the scheme.

    >>> parse_identifier("neurips", "1995/e17184bcb70dcf3942c54e0b537ffc6d").value
    '1995/e17184bcb70dcf3942c54e0b537ffc6d'
    """
    scheme = Scheme(scheme)
    direct = {Scheme.ARXIV: parse_arxiv, Scheme.DOI: parse_doi, Scheme.URL: parse_url}.get(scheme)
    if direct:
        return direct(text)
    text = text.strip()
    value, _, qualifier = text.partition("#") if scheme is Scheme.NEURIPS else (text, "", "")
    if scheme is Scheme.GITHUB:
        value = value.lower()
    if _NORMAL_RE[scheme].fullmatch(value):
        return Identifier(scheme, value, qualifier or None)
    raise IdentifierError(f"not a {scheme} identifier: {text!r}")


def format_identifier(identifier: Identifier) -> str:
    """Return the bare value with its qualifier, as ``parse_identifier`` reads it back.

    >>> format_identifier(parse_arxiv("1806.07366v5"))
    '1806.07366v5'
    """
    if identifier.qualifier is None:
        return identifier.value
    return f"{identifier.value}{'' if identifier.scheme is Scheme.ARXIV else '#'}{identifier.qualifier}"


_ARXIV_IN_TEXT = re.compile(
    rf"(?:\bar[xk]iv\s*(?:preprint\s*)?(?:ar[xk]iv\s*)?[:\s]\s*|\babs/|ar[xk]iv\.org/(?:abs|pdf|html)/|\bar[xk]iv\.)"
    rf"(?:{_ARXIV_ID})(?P<version>v[1-9]\d*)?(?![\d.]\d)",
    re.IGNORECASE,
)


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Return the arXiv identifiers and DOIs that stand in prose or a citation, in order, without duplicates.

    >>> [str(found) for found in find_identifiers("CoRR, abs/1806.07366 (2018), doi:10.1145/3377930.3390200.")]
    ['arxiv:1806.07366', 'doi:10.1145/3377930.3390200']
    """
    found: dict[int, Identifier] = {}
    for match in _ARXIV_IN_TEXT.finditer(text):
        value = match["new"] or f"{(match['archive'] or '').lower()}/{match['number']}"
        if _NORMAL_RE[Scheme.ARXIV].fullmatch(value):
            found[match.start()] = Identifier(Scheme.ARXIV, value, match["version"])
    for match in _DOI.finditer(text.replace("\\_", "_")):
        doi = trim_doi(match[0]).lower()
        if _NORMAL_RE[Scheme.DOI].fullmatch(doi) and not doi.startswith("10.48550/arxiv."):
            found[match.start()] = Identifier(Scheme.DOI, doi)
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def identifiers_in_field(name: str, text: str) -> tuple[Identifier, ...]:
    """Return the identifiers that the value of a named field states."""
    from enrich.model.addresses import identifiers_in_url  # noqa: PLC0415

    found: list[Identifier] = []
    if name == "doi" and re.search(r"10\.\d{4,9}/", text):
        try:
            found.append(parse_doi(text))
        except IdentifierError:
            return ()
    for url in re.findall(r"https?://[^\s{}]+", text):
        found += identifiers_in_url(url)
    found += find_identifiers(text)
    return tuple(dict.fromkeys(found))


def eprint_identifiers(eprint: str, archive: str = "", primary_class: str = "") -> tuple[Identifier, ...]:  # noqa: ARG001
    """Return the identifiers that an ``eprint`` states."""
    try:
        return (parse_arxiv(eprint),)
    except IdentifierError:
        return ()


def malformed_identifier(name: str, text: str) -> str | None:
    """Return what is wrong with a field that should hold an identifier and holds none."""
    return f"not a DOI: {text!r}" if name == "doi" and not identifiers_in_field(name, text) else None
