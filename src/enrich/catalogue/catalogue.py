"""A catalogue: complete segments under one manifest, read by any number of threads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from enrich.catalogue.completeness import RECORDS, SEGMENTS, TITLES, read_manifest
from enrich.catalogue.record_lines import parse_line
from enrich.catalogue.segment import Segment
from enrich.errors import InputError
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv
from enrich.text.abstracts import telling_words
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from enrich.catalogue.record_lines import Line
    from enrich.model.record import Record
    from enrich.model.reference import Completeness

_QUOTED_WORDS = 24
_ARXIV_DOI = "10.48550/arxiv."


class Catalogue:
    """Records by identifier and by title; a context manager that closes its files.

    Segments come in the order in which they were built: a record of a later one replaces the same of an earlier one.
    """

    def __init__(self, segments: Sequence[Segment], complete: Sequence[Completeness] = ()) -> None:
        self._segments = tuple(segments)
        self.complete = tuple(complete)
        """What its manifest says that it holds without a gap."""

    @classmethod
    def open(cls, folder: Path, *, shard: int = 0, n_shards: int = 1) -> Self:
        """Open a catalogue that ``enrich catalogue build`` made, or every ``n_shards``-th segment of it.

        Raises:
            InputError: there is no complete catalogue of this version in the folder.
        """
        manifest = read_manifest(folder)
        segments = []
        for entry in manifest.segments[shard::n_shards]:
            place = folder / SEGMENTS / entry.name
            path = place / RECORDS
            if not path.exists() or path.stat().st_size != entry.n_bytes or not (place / TITLES).is_dir():
                advice = "build the catalogue again"
                raise InputError("a segment is missing or of another size", path=path, advice=advice)
            segments.append(
                Segment(
                    f"{path.resolve().as_uri()}?immutable=1",
                    titles=place / TITLES,
                    retrieved_at=datetime.fromisoformat(entry.snapshot_at),
                )
            )
        return cls(segments, manifest.complete)

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
        found: dict[Identifier, list[tuple[Segment, Line]]] = {}
        names = list(asked)
        for segment in self._segments:
            for name, line in segment.find(names):
                found.setdefault(asked[name], []).append((segment, line))
        return {identifier: _records(lines) for identifier, lines in found.items()}

    def versions(self, record: Record) -> tuple[Record, ...]:
        """Return the records of the other versions that a record names, such as the article of a preprint."""
        versions: list[Record] = []
        for records in self.find(relation.identifier for relation in record.relations).values():
            versions += [each for each in records if each != record and each not in versions]
        return tuple(versions)

    def find_title(self, title: str) -> tuple[Record, ...]:
        """Return the records whose title is this one in normal form."""
        return self._find_normalized(normalize_title(title), is_main=False)

    def find_main_title(self, title: str) -> tuple[Record, ...]:
        """Return the records whose title before the subtitle is this one in normal form."""
        return self._find_normalized(normalize_title(title), is_main=True)

    def _find_normalized(self, normalized: str, *, is_main: bool) -> tuple[Record, ...]:
        if not normalized:
            return ()
        return self._gather(lambda segment: segment.find_title(normalized, is_main=is_main))

    def candidates(self, title: str, *, limit: int = 10) -> tuple[Record, ...]:
        """Return the records with the most similar titles, of each segment at most ``limit``, nearest first in each."""
        normalized = normalize_title(title)
        return self._gather(lambda segment: segment.search(normalized, limit=limit)) if normalized else ()

    def find_quoted(self, quote: str, *, limit: int = 10) -> tuple[Record, ...]:
        """Return the records whose abstracts share the most words with a quotation, each segment's nearest first."""
        words = telling_words(quote, most=_QUOTED_WORDS)
        return self._gather(lambda segment: segment.search_abstracts(words, limit=limit)) if words else ()

    def _gather(self, ask: Callable[[Segment], Iterator[Line]]) -> tuple[Record, ...]:
        return _records([(segment, line) for segment in self._segments for line in ask(segment)])


def _records(found: list[tuple[Segment, Line]]) -> tuple[Record, ...]:
    """The records of lines; of two with the same own identifier and type, the later segment's."""
    latest: dict[object, tuple[Segment, Line]] = {}
    for place, (segment, line) in enumerate(found):
        key = (line["identifiers"][0], line.get("type")) if line["identifiers"] else place
        latest[key] = (segment, line)
    return tuple(parse_line(line, retrieved_at=segment.retrieved_at) for segment, line in latest.values())


def _name(identifier: Identifier) -> str:
    if identifier.scheme is Scheme.DOI and identifier.value.startswith(_ARXIV_DOI):
        return str(parse_arxiv(identifier.value))
    return str(identifier)
