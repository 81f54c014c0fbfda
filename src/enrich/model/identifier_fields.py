"""Identifiers in the fields of structured entries, as BibTeX, biblatex, CSL, Zotero, Mendeley and tables name them.

biblatex <https://ctan.org/pkg/biblatex>, section 3.14.7 (eprints); REVTeX and INSPIRE write bare numbers with a class.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache

from enrich.errors import IdentifierError
from enrich.model.addresses import identifiers_in_url, trim_url, with_implied
from enrich.model.identifiers import (
    Identifier,
    Scheme,
    find_identifiers,
    parse_arxiv,
    parse_doi,
    parse_identifier,
    parse_isbn,
)
from enrich.model.notation import plain_notation
from enrich.patterns import lazy_re

_SCHEMES = {
    **dict.fromkeys("doi dois digitalobjectidentifier doiurl doilink".split(), Scheme.DOI),
    **dict.fromkeys("arxiv arxivid arxivnumber arxivurl arxivlink".split(), Scheme.ARXIV),
    **dict.fromkeys("pmid pubmed pubmedid medline".split(), Scheme.PMID),
    **dict.fromkeys("pmcid pmc pubmedcentral europepmc".split(), Scheme.PMCID),
    **dict.fromkeys("isbn isbn10 isbn13 eisbn".split(), Scheme.ISBN),
    **dict.fromkeys("hal halid".split(), Scheme.HAL),
    **dict.fromkeys("jstor jstorid".split(), Scheme.JSTOR),
    **dict.fromkeys("iacr iacreprint cryptologyeprintarchive".split(), Scheme.IACR),
    **dict.fromkeys("inspire inspirehep inspireid recid".split(), Scheme.INSPIRE),
    **dict.fromkeys("ads bibcode adsbibcode".split(), Scheme.ADS),
    **dict.fromkeys("openreview openreviewid".split(), Scheme.OPENREVIEW),
    **dict.fromkeys("openalex openalexid".split(), Scheme.OPENALEX),
    **dict.fromkeys("acl aclid anthologyid".split(), Scheme.ACL),
    **dict.fromkeys("s2 corpusid semanticscholar semanticscholarid s2id".split(), Scheme.S2),
    **dict.fromkeys("dblp dblpkey".split(), Scheme.DBLP),
}
"""Name of a field or an archive, letters and digits only, to the scheme of its value."""
_TEXTS = frozenset(
    "url urls link links paper paperurl paperlink pdf pdfurl html website ee howpublished note notes extra addendum"
    " annote journal journaltitle booktitle volume number issue eid pages institution publisher source adsurl biburl"
    " slaccitation archive venue published publication code file localurl bdskurl1 bdskurl2".split()
)
"""Fields that may name an identifier beside other words."""
_NOTHING = frozenset(
    ",no doi,not available,not applicable,to appear,in press,n/a,na,n.a.,none,null,nan,nil,-,--,\u2013,\u2014"
    ",?,x,tbd,tba,todo,unknown,unavailable,missing,pending".split(",")
)
_URL = lazy_re(r"(?:https?://|www\.)(?:(?![,;]\s*https?:)[^\s<>\"]|<\d[^\s<>]*>)+", re.IGNORECASE)
_MAY_HOLD = lazy_re(r"\d\.|\d/|/\d|[a-z]:|://|\.\w+/|pmc|isbn", re.IGNORECASE)
"""What every identifier beside other words shows."""
_SPLIT_LINE = lazy_re(r"(?<=[/._:-])\s*\n\s*(?=\S)")
_AFTER_PREFIX = lazy_re(r"(10\.\d{4,9}/)\s+(?=\S)")
_DOI_APART = lazy_re(r"[\s,;]+(?=(?:https?://|doi:?\s*)?(?:[\w.-]+/)?10\.\d{4})|\s+", re.IGNORECASE)
_REMARK = lazy_re(r"[\[(][^\[\]()]*[\])](?=\s|$)")
_DOI_LABELS = frozenset({"doi", "dx", "and", "also", "see", "or", "&", "pii"})
_ARXIV_GROUP = lazy_re(r"[a-z]+(?:-[a-z]+)+|math|cs|stat|eess|econ|gr-qc|nlin|physics")
_OLD_NUMBER = lazy_re(r"(\d{7})(v\d+)?")
_RESOLVERS = lazy_re(
    r"(?:https?://)?(?:www\.|dx\.|export\.)?(?:(?P<arxiv>arxiv\.org/(?:abs|pdf)/)|(?P<doi>doi\.org/(?=10[./])))(?P<value>\S+)",
    re.IGNORECASE,
)
_NOUNS = {
    Scheme.ARXIV: "an arXiv identifier",
    Scheme.DOI: "a DOI",
    Scheme.ISBN: "an ISBN",
    Scheme.HAL: "a HAL identifier",
}
_STRICT = frozenset({Scheme.DOI, Scheme.ARXIV, Scheme.PMID, Scheme.PMCID, Scheme.ISBN, Scheme.HAL})
_MOST_SHOWN = 80


def identifiers_in_field(name: str, text: str) -> tuple[Identifier, ...]:
    r"""Return the identifiers that the value of a named field states, in its order; empty for none and other fields.

    Total. An ISBN names the book: of a chapter or a paper it is its container's.

    >>> [str(one) for one in identifiers_in_field("doi", r"10.1007/978-3-319-55696-3{\_}16")]
    ['doi:10.1007/978-3-319-55696-3_16']
    >>> [str(one) for one in identifiers_in_field("volume", "abs/1810.04805")], identifiers_in_field("title", "10.1/x")
    (['arxiv:1810.04805'], ())
    """
    name = _plain_name(name)
    if name == "eprint":
        return eprint_identifiers(text)
    scheme = _SCHEMES.get(name)
    if (scheme is None and name not in _TEXTS) or text.strip().lower() in _NOTHING:
        return ()
    if scheme is None and not _MAY_HOLD.search(text):
        return ()
    if scheme is Scheme.DOI:
        text = _AFTER_PREFIX.sub(r"\1", _SPLIT_LINE.sub("", text))
    text = plain_notation(text).strip()
    found: list[Identifier] = []
    if scheme is not None:
        found += _of_scheme(scheme, text)
    if not found:
        found += _in_text(text)
    return with_implied(found)


def eprint_identifiers(eprint: str, archive: str = "", primary_class: str = "") -> tuple[Identifier, ...]:
    """Return the identifiers that an ``eprint`` states, with its archive and class where they are given.

    >>> [str(one) for one in eprint_identifiers("0309136", "arXiv", "math.GT")]
    ['arxiv:math/0309136']
    >>> [str(one) for one in (*eprint_identifiers("hal-01234567v2", "HAL"), *eprint_identifiers("12345678", "pubmed"))]
    ['hal:hal-01234567', 'pmid:12345678']
    """
    text, archive = plain_notation(eprint).strip(), plain_notation(archive).strip().lower()
    if text.lower() in _NOTHING:
        return ()
    scheme = Scheme.ARXIV if archive.startswith("arxiv") else _SCHEMES.get(_plain_name(archive))
    number = _OLD_NUMBER.fullmatch(text)
    if number and scheme in {None, Scheme.ARXIV}:
        group = plain_notation(primary_class).strip().lower().partition(".")[0] or (
            archive if "arxiv" not in archive else ""
        )
        found = _of_scheme(Scheme.ARXIV, f"{group}/{text}")
    elif scheme is not None:
        found = _of_scheme(scheme, text)
    elif not archive or _ARXIV_GROUP.fullmatch(archive):
        found = [one for known in (Scheme.ARXIV, Scheme.DOI) for one in _of_scheme(known, text)]
    else:  # an archive that is not known gives numbers of its own
        return ()
    return with_implied(found or _in_text(text))


def malformed_identifier(name: str, text: str) -> str | None:
    """Return what is wrong with a field that should hold an identifier and holds none, in a clause; None for nothing.

    An address of a resolver counts as such a field. That there is no identifier (``n/a``) is nothing wrong.

    >>> malformed_identifier("doi", "10.48550/arXiv.2310.xxxx"), malformed_identifier("doi", "n/a")
    ("not a DOI: '10.48550/arXiv.2310.xxxx'", None)
    >>> malformed_identifier("url", "https://arxiv.org/abs/2310.xxxxx"), malformed_identifier("isbn", "9780262033849")
    ("not an arXiv identifier: '2310.xxxxx'", "not an ISBN, its check digit is wrong: '9780262033849'")
    >>> malformed_identifier("doi", "10.1234/a b?c"), malformed_identifier("doi", "doi: 10.1234/a, 10.1234/b [doi]")
    ("not a DOI as a whole: '10.1234/a b?c', of which 10.1234/a was read", None)
    """
    name = _plain_name(name)
    scheme = _SCHEMES.get(name)
    if scheme not in _STRICT and name != "eprint" and (name not in _TEXTS or ".org/" not in text):
        return None
    plain = plain_notation(text).strip()
    if plain.lower() in _NOTHING:
        return None
    if scheme in _STRICT:
        found = identifiers_in_field(name, text)
        rest = _beside_doi(plain) if found and found[0].scheme is Scheme.DOI else ""
        if rest:
            return f"not a DOI as a whole: {plain[:_MOST_SHOWN]!r}, of which {found[0].value} was read"
        return None if found else _complaint(scheme, plain)
    if name == "eprint" and re.fullmatch(r"(?:arxiv:)?\d{4}\.\S*", plain, re.IGNORECASE):
        return None if eprint_identifiers(text) else _complaint(Scheme.ARXIV, plain)
    for match in _RESOLVERS.finditer(plain) if name in _TEXTS else ():
        if not identifiers_in_url(match[0]):
            return _complaint(Scheme.ARXIV if match["arxiv"] else Scheme.DOI, trim_url(match["value"]))
    return None


def _beside_doi(text: str) -> str:
    """What stands beside the DOIs of a field and is no label or remark in brackets: it may belong to one of them."""
    text = _AFTER_PREFIX.sub(r"\1", _SPLIT_LINE.sub("", text))
    if _is_doi(text):
        return ""
    rest = [one for one in _DOI_APART.split(_REMARK.sub(" ", text)) if one.strip(" .,;:") and not _is_doi(one)]
    return " ".join(one for one in rest if one.strip(" .,;:").lower() not in _DOI_LABELS)


def _is_doi(text: str) -> bool:
    with suppress(IdentifierError):
        return bool(parse_doi(text))
    return bool(identifiers_in_url(text))


def _complaint(scheme: Scheme, text: str) -> str:
    if scheme is Scheme.ISBN:
        for part in _isbns(text):
            try:
                parse_isbn(part)
            except IdentifierError as error:
                return str(error)
    return f"not {_NOUNS.get(scheme, f'a {scheme.upper()}')}: {text[:_MOST_SHOWN]!r}"


@lru_cache(maxsize=1024)
def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _isbns(text: str) -> list[str]:
    return re.findall(r"(?:97[89][ -]?)?(?:\d[ -]?){9}[\dXx](?![\d-])", text) or [text]


def _of_scheme(scheme: Scheme, text: str) -> list[Identifier]:
    """The identifiers of a scheme that are all of a text, or stand apart in it."""
    found: list[Identifier] = []
    parts = (
        _isbns(text) if scheme is Scheme.ISBN else [text, *_DOI_APART.split(text)] if scheme is Scheme.DOI else [text]
    )
    parse = {Scheme.DOI: parse_doi, Scheme.ARXIV: parse_arxiv}.get(scheme)
    for part in dict.fromkeys(parts):
        with suppress(IdentifierError):
            found.append(parse(part) if parse else parse_identifier(scheme, part.strip(" .,;")))
            if part == text:
                break
    return found


def _in_text(text: str) -> list[Identifier]:
    """The identifiers in words and addresses."""
    found = [one for match in _URL.finditer(text) for one in identifiers_in_url(match[0])]
    rest = _URL.sub(" ", text)
    if not found and re.fullmatch(r"[\w-]+(?:\.[\w-]+)+/\S+", rest.strip()):
        found += identifiers_in_url(rest.strip())
    return [*found, *find_identifiers(rest)]
