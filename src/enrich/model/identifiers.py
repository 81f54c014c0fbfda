"""Identifiers of works: one normalized value per scheme, made only by the parsers of this module.

Syntax: arXiv <https://info.arxiv.org/help/arxiv_identifier.html>, DOI <https://www.doi.org/doi-handbook/HTML/>,
ACL <https://aclanthology.org/info/ids/>, ISBN <https://www.isbn-international.org/content/isbn-users-manual>, bibcodes
<https://ui.adsabs.harvard.edu/help/actions/bibcode>. ``addresses`` reads addresses, ``identifier_fields`` fields.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from enrich.errors import IdentifierError
from enrich.knowledge import read_words
from enrich.model.notation import plain_notation
from enrich.patterns import lazy_re

if TYPE_CHECKING:
    from collections.abc import Callable


class Scheme(StrEnum):
    """Who issues the identifier; the order is the order of preference for a work's own identifier."""

    ARXIV = "arxiv"
    DOI = "doi"
    OPENREVIEW = "openreview"
    NEURIPS = "neurips"
    PMLR = "pmlr"
    ACL = "acl"
    CVF = "cvf"
    PMID = "pmid"
    PMCID = "pmcid"
    IACR = "iacr"
    HAL = "hal"
    JSTOR = "jstor"
    INSPIRE = "inspire"
    ADS = "ads"
    ISBN = "isbn"
    DBLP = "dblp"
    S2 = "s2"
    OPENALEX = "openalex"
    GITHUB = "github"
    URL = "url"


_ARCHIVES = sorted(read_words("identifiers", "arxiv_archives"))
_CATEGORY = lazy_re(
    rf"(?:{'|'.join(_ARCHIVES)}|econ|eess|q-fin|stat)(?:\.(?:[A-Z]{{2}}|[a-z]{{2,5}}(?:-[a-z]{{2,4}})?))?"
)
_NORMAL = {
    Scheme.ARXIV: rf"\d{{2}}(?:0[1-9]|1[0-2])\.\d{{4,5}}|(?:{'|'.join(_ARCHIVES)})/\d{{7}}",
    Scheme.DOI: r"10\.\d{4,9}(?:\.\d+)*/[^\sA-Z]+|10/[a-z0-9]{3,10}",
    Scheme.OPENREVIEW: r"[A-Za-z0-9_-]{5,40}",
    Scheme.NEURIPS: r"(?:19|20)\d{2}/[0-9a-f]{32}|number/\d{1,5}",
    Scheme.PMLR: r"v\d{1,4}/[a-z0-9_-]+",
    Scheme.ACL: r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+",
    Scheme.CVF: r"content[^\s]*/[^\s/]+",
    Scheme.PMID: r"[1-9]\d{0,8}",
    Scheme.PMCID: r"PMC[1-9]\d{0,8}",
    Scheme.IACR: r"(?:19|20)\d{2}/(?:\d{3}|[1-9]\d{3})",
    Scheme.HAL: r"[a-z][a-z0-9]*(?:-[a-z]+)?[-_]\d{5,9}",
    Scheme.JSTOR: r"\d{4,10}|[a-z]+(?:\.[a-z0-9]+)+|resrep\d+(?:\.\d+)?",
    Scheme.INSPIRE: r"[1-9]\d{0,8}",
    Scheme.ADS: r"\d{4}[A-Za-z0-9.&]{14}[A-Z.]",
    Scheme.ISBN: r"97[89]\d{10}",
    Scheme.DBLP: r"(?:conf|journals|books|phd|series|reference|homepages|tr|www|data)/[^\s/]+(?:/[^\s/]+)+",
    Scheme.S2: r"[0-9a-f]{40}|CorpusId:\d+",
    Scheme.OPENALEX: r"W\d+",
    Scheme.GITHUB: r"[a-z0-9][a-z0-9-]*/[a-z0-9._-]+",
    Scheme.URL: r"https?://[^\s]+",
}
_NORMAL_RE = {scheme: lazy_re(pattern) for scheme, pattern in _NORMAL.items()}
_QUALIFIER = {Scheme.ARXIV: lazy_re(r"v[1-9]\d*"), Scheme.NEURIPS: lazy_re(r"[A-Za-z0-9_]+")}


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
        if self.scheme is Scheme.ISBN and _isbn_digit(self.value) != self.value[-1]:
            raise IdentifierError(f"not an ISBN, its check digit is wrong: {self.value!r}")
        pattern = _QUALIFIER.get(self.scheme)
        if self.qualifier is not None and not (pattern and pattern.fullmatch(self.qualifier)):
            raise IdentifierError(f"not a {self.scheme} qualifier: {self.qualifier!r}")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def arxiv_doi(self) -> str | None:
        """The DOI that DataCite registers for an arXiv id, lower case; None for other schemes."""
        return f"10.48550/arxiv.{self.value}" if self.scheme is Scheme.ARXIV else None


_ARXIV_ID = r"(?P<new>\d{4}\.\d{4,5})|(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[a-z-]{2,})?/(?P<number>\d{7})"
_ARXIV_BARE = lazy_re(rf"(?:{_ARXIV_ID})(?P<version>v[1-9]\d*)?", re.IGNORECASE)
_ARXIV_PREFIX = lazy_re(
    r"(?:(?:https?://)?(?:[a-z]+\.)?(?:ar[xk]iv\.org|ar5iv(?:\.labs\.arxiv)?\.org|alphaxiv\.org)/"
    r"(?:abs|pdf|html|format|src|e-print|ps|overview)/"
    r"|(?:https?://)?huggingface\.co/papers/"
    r"|(?:doi:\s*)?(?:https?://)?(?:dx\.|www\.)?(?:doi\.org/)?10\.48550/arxiv\.|(?:corr,?\s+)?(?:ar[xk]iv|abs)\s*[:/]\s*)+",
    re.IGNORECASE,
)
_ARXIV_SUFFIX = lazy_re(
    r"(?:\.pdf|\.html|\.full)?/?(?:[?#].*)?(?:\s*[\[(][a-z., ;-]{2,60}[\])])?[\s.,;:)\]>'\"]*$", re.IGNORECASE
)


def parse_arxiv(text: str) -> Identifier:
    """Return the arXiv identifier of an id, address, DOI or citation text; its version is the qualifier.

    Raises:
        IdentifierError: the text is none of these.

    >>> parse_arxiv("arXiv:math.GT/0309136v2").value, parse_arxiv("10.48550/arXiv.2006.00001 [cs.LG]").value
    ('math/0309136', '2006.00001')
    """
    rest = plain_notation(text).strip()
    rest = _ARXIV_SUFFIX.sub("", unquote(_ARXIV_PREFIX.sub("", rest, count=1) if _ARXIV_PREFIX.match(rest) else rest))
    match = _ARXIV_BARE.fullmatch(rest)
    if not match:
        raise IdentifierError(f"not an arXiv identifier: {text!r}")
    return _arxiv(match)


def _arxiv(match: re.Match[str]) -> Identifier:
    value = match["new"] or f"{match['archive']}/{match['number']}"
    return Identifier(Scheme.ARXIV, value.lower(), match["version"])


def normalize_category(text: str) -> str | None:
    """The arXiv category that a text is; None for anything else.

    Archives and subject classes: <https://arxiv.org/category_taxonomy>. Classes are added, archives hardly ever.

    >>> normalize_category(" cs.LG "), normalize_category("cond-mat.mtrl-sci"), normalize_category("cs.LG}, note={x")
    ('cs.LG', 'cond-mat.mtrl-sci', None)
    """
    bare = text.strip()
    return bare if _CATEGORY.fullmatch(bare) else None


_ARXIV_DOI = "10.48550/arxiv."
_DOI = lazy_re(
    r"(?<![\w.])10\.\d{4,9}(?:\.\d+)*/"
    r"(?:(?![,;](?:10\.\d{4}|https?:|doi:))[^\s\"<>]|<(?=[\w.]{1,8}:)|>(?=\d\.\d))+",
    re.IGNORECASE,
)
_DOI_WHOLE = lazy_re(r"10\.\d{4,9}(?:\.\d+)*/\S+|10/[a-z0-9]{3,10}", re.IGNORECASE)
_SECOND_DOI = lazy_re(r"[,;|](?:https?:|doi:|10\.\d{4,9}/)", re.IGNORECASE)
_DOI_CLOSERS = {")": "(", "]": "[", "}": "{", ">": "<"}
_DOI_PREFIX = lazy_re(
    r"(?:(?:info:|urn:)?doi(?![.-]org)\b\s*[:=/]?\s*|(?:https?://)?(?:www\.)?doi[.-]org\.[a-z0-9.-]{3,80}/|(?:https?://)?www\.doi\.org/)*"
    r"(?P<resolver>(?:https?://)?(?:dx[.-])?doi[.-]org(?:[.-][a-z0-9.-]{3,80})?/(?:doi[:/])?)?",
    re.IGNORECASE,
)
_DOI_QUERY = lazy_re(r"[?&][A-Za-z_]\w*=.*$|#[A-Za-z].*$", re.DOTALL)


def trim_doi(text: str) -> str:
    """Return a DOI without the query, punctuation and unbalanced brackets that prose or markup put behind it."""
    text = _DOI_QUERY.sub("", text)
    while text:
        last = text[-1]
        opener = _DOI_CLOSERS.get(last)
        if last in ".,;:'*_\\/?”’»`|" or (opener and text.count(last) > text.count(opener)):
            text = text[:-1]
        else:
            break
    return text


_SHARE_MARK = lazy_re(r"#\.[\w-]{4,}$")
"""What share buttons append to an address."""


def parse_doi(text: str) -> Identifier:
    """Return the DOI, lower case and bare, of a DOI or of an address at doi.org; arXiv's DOIs are its ids.

    Raises:
        IdentifierError: the text is not one DOI.

    >>> parse_doi("https://doi.org/10.1038/S41598-018-24271-9").value
    '10.1038/s41598-018-24271-9'
    >>> parse_doi("doi:10.1000/xyz_(1)<2>123").value  # SICI-like suffixes hold brackets
    '10.1000/xyz_(1)<2>123'
    >>> str(parse_doi("10.48550/arXiv.1706.03762")), parse_doi("https://doi.org/aabbe").value  # a short DOI
    ('arxiv:1706.03762', '10/aabbe')
    """
    stripped = plain_notation(text).strip(" \t\r\n\"'“”")
    if stripped.startswith(("<", "(", "[")):
        stripped = stripped[1:]
    prefix = _DOI_PREFIX.match(stripped)
    rest = stripped[prefix.end() :] if prefix else stripped
    if "%" in rest:
        rest = plain_notation(unquote(rest))
    rest = trim_doi(_SHARE_MARK.sub("", rest)).lower()
    if prefix and prefix["resolver"] and re.fullmatch(r"[a-z0-9]{3,10}", rest):
        rest = f"10/{rest}"
    if not _DOI_WHOLE.fullmatch(rest) or _SECOND_DOI.search(rest):
        raise IdentifierError(f"not a DOI: {text!r}")
    return parse_arxiv(rest) if rest.startswith(_ARXIV_DOI) else Identifier(Scheme.DOI, rest)


def parse_isbn(text: str) -> Identifier:
    """Return the ISBN as its 13 digits; one of 10 digits gets the prefix 978.

    Raises:
        IdentifierError: it has another length or a wrong check digit.

    >>> parse_isbn("0-262-03384-4").value, parse_isbn("ISBN 978-0-262-03384-8").value
    ('9780262033848', '9780262033848')
    """
    bare = re.sub(r"^isbn(?:-1[03])?\b[:\s]*|[\s-]", "", plain_notation(text).strip(), flags=re.IGNORECASE).upper()
    if re.fullmatch(r"\d{9}[\dX]", bare):
        total = sum(
            place * (10 if digit == "X" else int(digit)) for place, digit in zip(range(10, 0, -1), bare, strict=True)
        )
        if total % 11 == 0:
            return Identifier(Scheme.ISBN, f"978{bare[:9]}{_isbn_digit(f'978{bare[:9]}')}")
    elif re.fullmatch(r"97[89]\d{10}", bare):
        if _isbn_digit(bare) == bare[-1]:
            return Identifier(Scheme.ISBN, bare)
    else:
        raise IdentifierError(f"not an ISBN: {text!r}")
    raise IdentifierError(f"not an ISBN, its check digit is wrong: {text!r}")


def _isbn_digit(digits: str) -> str:
    """The check digit that the first 12 digits of an ISBN demand."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12])) % 10)


_TRACKING = lazy_re(r"^(?:utm_\w+|fbclid|gclid|ref|spm)=", re.IGNORECASE)


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


_NORMALIZERS: dict[Scheme, Callable[[str], str]] = {
    Scheme.GITHUB: str.lower,
    Scheme.JSTOR: str.lower,
    Scheme.PMID: lambda value: re.sub(r"^pmid[:\s]*", "", value, flags=re.IGNORECASE).lstrip("0"),
    Scheme.PMCID: lambda value: re.sub(
        r"^(?:pmcid[:\s]*)?(?:pmc)?\s*0*(\d+)(?:\.\d+)?$", r"PMC\1", value, flags=re.IGNORECASE
    ),
    Scheme.HAL: lambda value: re.sub(r"v\d+$", "", value.lower()),
    Scheme.IACR: lambda value: re.sub(r"/0*(\d+)$", lambda match: f"/{int(match[1]):03}", value),
    Scheme.INSPIRE: lambda value: re.sub(r"^inspire[:\s]*", "", value, flags=re.IGNORECASE),
}


def parse_identifier(scheme: Scheme | str, text: str) -> Identifier:
    """Return the identifier of a scheme from its bare value; the inverse of ``format_identifier``.

    An arXiv id or a DOI may be an address too; ``addresses.identifiers_in_url`` reads those of all schemes.

    Raises:
        IdentifierError: the text does not belong to the scheme.

    >>> parse_identifier("neurips", "1995/e17184bcb70dcf3942c54e0b537ffc6d").value
    '1995/e17184bcb70dcf3942c54e0b537ffc6d'
    """
    scheme = Scheme(scheme)
    direct = {Scheme.ARXIV: parse_arxiv, Scheme.DOI: parse_doi, Scheme.ISBN: parse_isbn, Scheme.URL: parse_url}.get(
        scheme
    )
    if direct:
        return direct(text)
    text = text.strip()
    value, _, qualifier = text.partition("#") if scheme is Scheme.NEURIPS else (text, "", "")
    value = _NORMALIZERS.get(scheme, str)(value)
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


_ARXIV_IN_TEXT = lazy_re(
    rf"(?:\bar[xk]iv\s*(?:e-?)?(?:pre)?(?:prints?\b)?[,;]?\s*(?:art(?:icle)?\.?\s*)?(?:id\.?\s*|no\.?\s*)?(?:ar[xk]iv\s*)?[:\s/]\s*(?:abs/)?"
    rf"|\babs/|ar[xk]iv\.org/(?:abs|pdf|html)/|\bar[xk]iv\.)"
    rf"(?:{_ARXIV_ID})(?P<version>v[1-9]\d*)?(?![\d.]\d)",
    re.IGNORECASE,
)
_LABELLED = lazy_re(
    r"\bPMID\s*:?\s*(?P<pmid>\d{1,9})\b|\bPMCID\s*:?\s*(?P<pmcid>PMC\d{1,9})\b"
    r"|\bISBN(?:-1[03])?\s*:?\s*(?P<isbn>[\d][\d -]{8,15}[\dXx])\b"
    r"|\bhal\s*(?:id\s*)?:\s*(?P<hal>[a-z]+(?:-[a-z]+)?[-_]\d{5,9})"
    r"|Cryptology ePrint Archive,?\s*(?:Report|Paper)?:?\s*(?P<iacr>(?:19|20)\d{2}/\d{1,4})\b",
    re.IGNORECASE,
)


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Return the identifiers that name themselves in prose or a citation, in order, without duplicates.

    >>> [str(found) for found in find_identifiers("CoRR, abs/1806.07366 (2018), doi:10.1145/3377930.3390200.")]
    ['arxiv:1806.07366', 'doi:10.1145/3377930.3390200']
    >>> [str(found) for found in find_identifiers("Cryptology ePrint Archive, Report 2004/86; PMID: 29456894")]
    ['iacr:2004/086', 'pmid:29456894']
    """
    text = plain_notation(text)
    found: dict[int, Identifier] = {}
    for match in _ARXIV_IN_TEXT.finditer(text):
        with suppress(IdentifierError):
            found[match.start()] = _arxiv(match)
    for match in _LABELLED.finditer(text):
        scheme = match.lastgroup or ""
        with suppress(IdentifierError):
            found[match.start()] = parse_identifier(scheme, match[scheme])
    for match in _DOI.finditer(unquote(text) if "%" in text else text):
        with suppress(IdentifierError):
            found[match.start()] = parse_doi(match[0])
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))
