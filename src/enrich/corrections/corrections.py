"""The four kinds of corrections, and to which entries, works and findings they apply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from enrich.model.entry import Entry, ReadingList
    from enrich.model.finding import Finding
    from enrich.model.identifiers import Identifier
    from enrich.model.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a correction is about: an entry, by its title or its line, or a work, by one of its identifiers."""

    list: str | None = None
    """Only entries of this list; None = of every list."""
    title: str | None = None
    """Normalized."""
    line: int | None = None
    work: Identifier | None = None

    def is_entry(self, name: str, entry: Entry) -> bool:
        """Whether it names this entry of the list of a name; never for a work."""
        if self.list not in (None, name):
            return False
        if self.line is not None:
            return entry.line == self.line
        return self.title is not None and entry.title is not None and _normalized(entry.title) == self.title

    def fits(self, entries: Iterable[tuple[str, Entry]], identifiers: Container[Identifier]) -> bool:
        """Whether it names a work with these entries, as (list name, entry), and identifiers."""
        if self.work is None:
            return any(self.is_entry(name, entry) for name, entry in entries)
        return self.work in identifiers and any(self.list in (None, name) for name, _ in entries)

    def overlaps(self, other: Target) -> bool:
        """Whether both name the same thing in some list."""
        is_same = (self.title, self.line, self.work) == (other.title, other.line, other.work)
        return is_same and (self.list is None or other.list is None or self.list == other.list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What all corrections have."""

    target: Target
    reason: str
    """The curator's, for those who read the claims."""
    path: str
    line: int
    """Of the table in the file."""

    @property
    def source_url(self) -> str:
        """Where it stands: ``data/raw/corrections.toml#L12``."""
        return f"{self.path}#L{self.line}"

    def refuted_by(self, other: Correction, what: str) -> ConfigError:
        """The error for another correction that says the contrary."""
        advice = f"remove one of the two; the other stands in line {self.line}"
        return ConfigError(what, path=other.path, line=other.line, advice=advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Correction):
    """An entry's identity, whatever its links and its title lead to."""

    identifier: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection(Correction):
    """An identifier whose records are never the work's."""

    record: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Correction):
    """The value of one field of a work."""

    field: str
    value: Any

    def contradicts(self, other: Override) -> bool:
        """Whether both give one field different values."""
        return self.field == other.field and self.value != other.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored(Correction):
    """A kind of finding that the curator does not want to hear of here."""

    kind: str

    def covers(self, finding: Finding, entry: Entry | None, identifiers: Container[Identifier]) -> bool:
        """Whether a finding is meant: about this entry, which names a work with these identifiers."""
        if finding.kind != self.kind or self.target.list not in (None, finding.list):
            return False
        if self.target.line is not None:
            return finding.line == self.target.line
        return entry is not None and self.target.fits([(finding.list, entry)], identifiers)


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of a file, in its order."""

    pins: tuple[Pin, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    overrides: tuple[Override, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    def __iter__(self) -> Iterator[Correction]:
        yield from (*self.pins, *self.rejections, *self.overrides, *self.ignored)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def pin_of(self, name: str, entry: Entry) -> Pin | None:
        """The pin of an entry of the list of a name.

        Raises:
            ConfigError: two pins, one by title and one by line, contradict each other.
        """
        found = [one for one in self.pins if one.target.is_entry(name, entry)]
        for one in found[1:]:
            if one.identifier != found[0].identifier:
                raise found[0].refuted_by(one, f"pins line {entry.line} of {name} to a second identifier")
        return found[0] if found else None

    def rejections_for(self, entries: Sequence[tuple[str, Entry]]) -> tuple[Rejection, ...]:
        """The rejections that concern entries of a work, or will once the work is known to bear their identifier."""
        return tuple(
            one
            for one in self.rejections
            if one.target.fits(entries, () if one.target.work is None else (one.target.work,))
        )

    def overrides_for(
        self, entries: Sequence[tuple[str, Entry]], identifiers: Container[Identifier]
    ) -> tuple[Override, ...]:
        """The overrides of a work, one per field.

        Raises:
            ConfigError: two of them contradict each other.
        """
        found: dict[str, Override] = {}
        for one in self.overrides:
            if one.target.fits(entries, identifiers):
                known = found.setdefault(one.field, one)
                if known.contradicts(one):
                    raise known.refuted_by(one, f"gives a work a second {one.field}")
        return tuple(found.values())

    def matched(
        self, works: Sequence[tuple[Sequence[tuple[str, Entry]], Container[Identifier]]]
    ) -> frozenset[Correction]:
        """The corrections that match one of these works, each given by its entries and identifiers."""
        return frozenset(
            one for one in self if any(one.target.fits(entries, identifiers) for entries, identifiers in works)
        )

    def unmatched(
        self, matched: Container[Correction], names: Container[str], *, only_named: bool = False
    ) -> Iterator[str]:
        """A warning for each correction that matched no work of the lists of these names, or of any list.

        With ``only_named`` those that name no list are left out; ``unmatched_lines`` tells of findings in lines.
        """
        for one in self:
            target = one.target
            is_by_line = isinstance(one, Ignored) and target.line is not None
            is_read = not only_named if target.list is None else target.list in names
            if is_read and not is_by_line and one not in matched:
                said = f"no work of these lists is {target.work}" if target.work else "no such entry in these lists"
                yield f"{one.path}:{one.line}: {said}; the correction has no effect"

    def unmatched_lines(self, reading_list: ReadingList, findings: Iterable[Finding]) -> Iterator[str]:
        """A warning for each finding that is to be ignored in a line of a list that holds neither entry nor finding."""
        mine = [one for one in self.ignored if one.target.line and one.target.list == reading_list.name]
        lines = {one.line for one in reading_list.entries}.union(one.line for one in findings) if mine else set()
        for one in mine:
            if one.target.line not in lines:
                said = f"nothing stands in line {one.target.line} of {reading_list.name}"
                yield f"{one.path}:{one.line}: {said}; the correction has no effect"

    def sift(
        self, reading_list: ReadingList, works: Mapping[int, Work], findings: Sequence[Finding]
    ) -> tuple[Finding, ...]:
        """The findings about a list without the ignored ones; ``works`` maps entry orders to works."""
        if not self.ignored:
            return tuple(findings)
        entries = {one.order: one for one in reading_list.entries}

        def is_ignored(finding: Finding) -> bool:
            entry = entries.get(finding.order or 0)
            work = works.get(finding.order or 0)
            return any(one.covers(finding, entry, work.identifiers if work else ()) for one in self.ignored)

        return tuple(one for one in findings if not is_ignored(one))

    def to_facts(self, names: Container[str]) -> list[str]:
        """What a digest of a run over the lists of these names takes in."""
        return [repr(one) for one in self if one.target.list is None or one.target.list in names]


@lru_cache(maxsize=65_536)
def _normalized(title: str) -> str:
    return normalize_title(title)
