"""F17: an item or a line that is a DOI, an arXiv id, a PMID … and nothing else, and names a work too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.addresses import identifiers_in_url
from enrich.model.entry import Link, LinkRole, Omission, StatedField
from enrich.model.identifier_fields import identifiers_in_field
from enrich.model.identifiers import Identifier, Scheme
from enrich.readers.draft import Draft
from enrich.readers.family import Family
from enrich.readers.fields.labels import label_role
from enrich.readers.outline import Block, Kind, Outline
from enrich.readers.pieces import Part, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.pieces import Piece

_MARKED = re.compile(
    r"(?:(doi|arxiv|pmid|pmcid|isbn|hal|openreview|eprint)\s*[:=]?\s+|(pmid|isbn|hal|openreview):)?(\S.*)",
    re.IGNORECASE,
)
_CLASS = re.compile(r"(?<!\s)\s*\[[a-z-]+(?:\.[A-Za-z-]+)?\]$")
_BULLET = re.compile(r"(?<!\s)\s*(?:[-*+•]|\d{1,4}[.)])\s+")
_SHAPES = (
    ("doi", re.compile(r"(?:doi:)?10\.\d{4,9}/\S+", re.IGNORECASE)),
    (
        "arxiv",
        re.compile(r"(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE),
    ),
    ("hal", re.compile(r"(?:hal|tel|inria|halshs|cea|insu|pasteur)-\d{6,9}(?:v\d+)?", re.IGNORECASE)),
    ("ads", re.compile(r"[12]\d{3}[A-Za-z&.]{5}[\w.]{9}[A-Z]")),
    ("pmcid", re.compile(r"PMC\d{4,9}", re.IGNORECASE)),
    ("isbn", re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dX]", re.IGNORECASE)),
)
_PUBMED = re.compile(r"\s*\d{5,8}\s*")
_MOST_OTHERS = 0.6
_NO_WORKS = frozenset({Scheme.URL, Scheme.GITHUB})


def bare_identifier(text: str) -> Identifier | None:
    """Return the identifier that a text is, and nothing else.

    >>> str(bare_identifier("arXiv:1806.07366")), str(bare_identifier("https://doi.org/10.1103/PhysRevLett.103.268103"))
    ('arxiv:1806.07366', 'doi:10.1103/physrevlett.103.268103')
    >>> bare_identifier("10.1103/PhysRevLett.103.268103 and more") is None
    True
    """
    match = _MARKED.fullmatch(_CLASS.sub("", text.strip().strip("<>\"'").rstrip(".,;")))
    if match is None:
        return None
    name, value = (match[1] or match[2] or "").lower(), match[3]
    if value.startswith(("http://", "https://")) and " " not in value:
        found = identifiers_in_url(value)
    else:
        shapes = [field for field, shape in _SHAPES if shape.fullmatch(value)]
        if not name and not shapes:
            return None
        if name and " " in value and name != "isbn":
            return None
        found = identifiers_in_field(name or shapes[0], value)
    return next((one for one in found if one.scheme not in _NO_WORKS), None)


def read(pieces: Sequence[Piece]) -> Draft | None:
    """Return the entry of an item that is only an identifier; its title is for a source to say."""
    text = text_of(pieces).strip()
    links = [piece.url for piece in pieces if piece.part is Part.LINK and piece.url]
    if len(links) > 1 or not text:
        return None
    is_labelled = len(links) == 1 and label_role(text.strip(" []().")) in {LinkRole.PAPER, LinkRole.PDF, LinkRole.LINK}
    identifier = bare_identifier(links[0] if is_labelled else text)
    if identifier is None:
        return None
    draft = Draft(pieces[0].line, None, IDENTIFIER, "an identifier and nothing else")
    draft.extra_identifiers = [identifier]
    draft.links = [Link(url, "", LinkRole.PAPER) for url in links]
    return draft


IDENTIFIER = Family(
    code="F17", shape="an identifier and nothing else; its title is for a source to say", read_unit=read
)


def are_identifiers(text: str) -> bool:
    """Whether the lines of a text are identifiers, empty, or comments; an odd one among them does not decide."""
    lines = [line for line in text[:65536].split("\n")[:200] if line.strip() and not line.startswith("#")]
    if lines and all(map(_PUBMED.fullmatch, lines)):
        return True
    known = sum(bare_identifier(_BULLET.sub("", line, count=1)) is not None for line in lines)
    return bool(lines) and known > _MOST_OTHERS * len(lines)


def read_identifiers(text: str, where: str) -> Outline:  # noqa: ARG001 (every reader takes it)
    """Return the outline of a text of one identifier a line, in bullets or not."""
    outline = Outline([], "identifiers")
    lines = text.split("\n")
    is_pubmed = all(_PUBMED.fullmatch(line) for line in lines if line.strip() and not line.startswith("#"))
    for number, line in enumerate(lines, 1):
        said = _BULLET.sub("", line, count=1).strip()
        identifier = bare_identifier(f"PMID {said}" if is_pubmed else said)
        if identifier is not None:
            field = StatedField(str(identifier.scheme), said)
            outline.blocks.append(Block(Kind.DATA, number, text="misc", fields=(field,)))
        elif said and not said.startswith("#"):
            what = f"line {number}: no identifier that is known: {said[:40]!r}"
            outline.omissions.append(Omission(line=number, reason="no identifier", text=said[:200], detail=what))
    return outline
