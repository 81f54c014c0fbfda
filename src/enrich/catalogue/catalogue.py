"""A catalogue: complete segments under one manifest, read by any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from enrich.catalogue.lines import Line, parse_line
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from enrich.catalogue.segment import Segment
    from enrich.model.record import Record

_ARXIV_DOI = "10.48550/arxiv."
_SCANNED = 20_000
"""Segments up to this many records are small enough to compare every title."""


class Catalogue:
    """Records by identifier and by title; a context manager that closes its files."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = tuple(segments)
        self._scanned: dict[int, dict[int, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files of all threads."""
        for segment in self._segments:
            segment.close()

    def __len__(self) -> int:
        return sum(segment.count() for segment in self._segments)

    def find(self, identifiers: Iterable[Identifier]) -> dict[Identifier, tuple[Record, ...]]:
        """Return the records that bear each identifier; identifiers that none bears are left out."""
        asked = {_name(identifier): identifier for identifier in identifiers}
        found: dict[Identifier, list[Record]] = {}
        names = list(asked)
        for segment in self._segments:
            for name, line in segment.find(names):
                found.setdefault(asked[name], []).append(parse_line(line))
        return {identifier: tuple(records) for identifier, records in found.items()}

    def versions(self, record: Record) -> tuple[Record, ...]:
        """Return the records of the other versions that a record names, such as the article of a preprint."""
        versions: list[Record] = []
        for records in self.find(relation.identifier for relation in record.relations).values():
            versions += [each for each in records if each != record and each not in versions]
        return tuple(versions)

    def find_title(self, title: str) -> tuple[Record, ...]:
        """Return the records whose title is this one in normal form."""
        normalized = normalize_title(title)
        lines = [line for segment in self._segments for line in segment.find_title(normalized)]
        return tuple(parse_line(line) for line in lines)

    def candidates(self, title: str, *, limit: int = 10) -> tuple[Record, ...]:
        """Return the records with the most similar titles, the most similar first."""
        normalized = normalize_title(title)
        if not normalized:
            return ()
        found: list[tuple[float, Line]] = []
        for number, segment in enumerate(self._segments):
            found += self._scan(number, segment, normalized, limit)
        found.sort(key=lambda pair: -pair[0])
        return tuple(parse_line(line) for _, line in found[:limit])

    def _scan(self, number: int, segment: Segment, normalized: str, limit: int) -> list[tuple[float, Line]]:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 (only fuzzy look-up needs it)

        if number not in self._scanned:
            self._scanned[number] = {
                place: normalize_title(line.get("title") or "") for place, line in segment.all_lines()
            }
        best = process.extract(normalized, self._scanned[number], scorer=fuzz.token_set_ratio, limit=limit)
        scores = {place: score for _, score, place in best}
        return list(zip(scores.values(), segment.read(scores), strict=True))


def _name(identifier: Identifier) -> str:
    if identifier.scheme is Scheme.DOI and identifier.value.startswith(_ARXIV_DOI):
        return str(parse_arxiv(identifier.value))
    return str(identifier)
