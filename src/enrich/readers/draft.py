"""An entry while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.model.addresses import identifiers_in_url
from enrich.model.entry import Entry, EntryKind, Link, LinkRole
from enrich.model.identifier_fields import malformed_identifier
from enrich.model.identifiers import Identifier, Scheme, find_identifiers, parse_url
from enrich.readers.fields.labels import bare_label, role_of
from enrich.readers.fields.written_names import ET_AL
from enrich.readers.pieces import Part, Piece, text_of
from enrich.text.tex import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.model.entry import StatedField
    from enrich.model.record import Record
    from enrich.readers.family import Family

_WORK_ROLES = frozenset({LinkRole.PAPER, LinkRole.PDF, LinkRole.REVIEW})
_PAGE_ROLES = (*sorted(_WORK_ROLES), LinkRole.LINK, LinkRole.PROJECT, LinkRole.REPO, LinkRole.CODE)


@dataclass(slots=True)
class Draft:
    """What has been found out about one entry so far."""

    line: int
    title: str | None
    family: Family
    evidence: str = ""
    """Why the family claims it, in a few words."""
    kind: EntryKind = EntryKind.PAPER
    label: str | None = None
    venue: str | None = None
    year: int | None = None
    authors: tuple[str, ...] = ()
    """As written, ``ET_AL`` among them where the list says that there are more."""
    authors_truncated: bool = False
    remarks: list[str] = field(default_factory=list)
    topic_labels: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    quote: str | None = None
    acronym: str | None = None
    keywords: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    date: str | None = None
    key: str | None = None
    type: str | None = None
    fields: tuple[StatedField, ...] = ()
    stated: Record | None = None
    problems: list[str] = field(default_factory=list)
    section_path: tuple[str, ...] = ()
    text: list[str] = field(default_factory=list)
    """Everything that may hold an identifier in words."""
    extra_identifiers: list[Identifier] = field(default_factory=list)
    is_title_linked: bool = False
    is_voted: bool = False
    """Whether its siblings show that it is an entry, whatever the heading above it says."""
    is_weak: bool = False
    """Whether only siblings of the same shape can show that it is no prose."""
    doubt: float = 0.0
    """The probability that what it was read from has no title, among its siblings."""
    first_label: str | None = None
    """Text of the first link behind the title, also of one whose target is lost."""

    def add_link(self, piece: Piece, *, word: str = "", role: LinkRole | None = None) -> None:
        """Append the link of a piece; ``word`` is what stands before it, such as ``Code``."""
        url = piece.url.strip()
        if self.first_label is None and piece.image is None:
            self.first_label = bare_label(piece.text) or None
        if not url or url.startswith("#") or url.lower() in _NO_TARGET:
            return
        text = "" if piece.text == url else bare_label(piece.text)
        label = word or text
        if role is None:
            role = role_of(label, url)
            if word and role is LinkRole.LINK:
                role = role_of(text, url)
        self.links.append(Link(url, label or text, role))

    @property
    def has_work_link(self) -> bool:
        """Whether a link leads to the work itself."""
        return any(link.role in _WORK_ROLES for link in self.links)

    def identifiers(self) -> tuple[Identifier, ...]:
        """Identifiers of the entry's own work: those of its code, data or videos are not."""
        primary = next((link for link in self.links if link.role in _WORK_ROLES), self.links[0] if self.links else None)
        ordered = [primary, *(link for link in self.links if link is not primary)] if primary else []
        # What the fields of a structured entry state comes before what its addresses lead to; a preprint stays itself.
        stated = self.extra_identifiers if self.fields else []
        found: list[Identifier] = sorted(stated, key=lambda one: one.scheme is not Scheme.ARXIV)
        for link in ordered:
            for known in identifiers_in_url(link.url):
                if known.scheme is Scheme.GITHUB and (link is not primary or self.kind is EntryKind.PAPER):
                    continue
                if link is primary or link.role in _WORK_ROLES or self._stands_alone(known, found):
                    found.append(known)
        found += self.extra_identifiers
        found += find_identifiers(" ".join(self.text)) if self.text else ()
        if not found and primary and primary.role in _PAGE_ROLES:
            found += _page(primary.url)
        return tuple(dict.fromkeys(found))

    @staticmethod
    def _stands_alone(known: Identifier, found: list[Identifier]) -> bool:
        """Whether an identifier behind a link of another role is all that there is."""
        return not found and known.scheme not in {Scheme.GITHUB, Scheme.URL}

    def _malformed_links(self) -> Iterator[str]:
        for link in self.links:
            if what := malformed_identifier("url", link.url):
                yield f"malformed_identifier: {what}"

    def to_entry(self, order: int, file: str | None) -> Entry:
        """Return the entry."""
        return Entry(
            order=order,
            line=self.line,
            title=self.title and normalize_text(self.title),
            kind=self.kind,
            section_path=self.section_path,
            label=self.label,
            venue=self.venue,
            year=self.year,
            authors=tuple(name for name in self.authors if name != ET_AL),
            authors_truncated=self.authors_truncated or ET_AL in self.authors,
            remarks=tuple(dict.fromkeys(self.remarks)),
            topic_labels=tuple(dict.fromkeys(self.topic_labels)),
            links=tuple(dict.fromkeys(self.links)),
            identifiers=self.identifiers(),
            quote=self.quote,
            acronym=self.acronym,
            keywords=tuple(dict.fromkeys(self.keywords)),
            notes=" ".join(self.notes) or None,
            date=self.date,
            file=file,
            family=self.family.code,
            key=self.key,
            type=self.type,
            fields=self.fields,
            stated=self.stated,
            problems=tuple(dict.fromkeys((*self.problems, *self._malformed_links()))),
        )


_NO_TARGET = frozenset({"nan", "none", "null", "n/a", "na", "-", "tbd", "todo", "url", "link", "."})


def _page(url: str) -> tuple[Identifier, ...]:
    try:
        return (parse_url(url),)
    except ValueError:
        return ()


def note_text(draft: Draft, pieces: Iterable[Piece]) -> None:
    """Keep the text of pieces that can hold an identifier in words."""
    text = text_of([piece for piece in pieces if piece.part is not Part.LINK or piece.text != piece.url])
    if "rxiv" in text.lower() or "abs/" in text or "10." in text:
        draft.text.append(text)
