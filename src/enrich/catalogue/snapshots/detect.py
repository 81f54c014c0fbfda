"""Which shape a snapshot has, by its content."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.catalogue.snapshots.snapshot import CountingFile, SnapshotItem, read_lines
from enrich.errors import InputError
from enrich.files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PARQUET = b"PAR1"


@dataclass(slots=True)
class Reading:
    """The pieces of one snapshot, and how far it was read."""

    pieces: Iterator[SnapshotItem]
    size: int
    """Bytes on the disk."""
    _file: CountingFile | None = None
    _part: float = 0.0

    def tell(self) -> int:
        """Bytes of ``size`` that were read."""
        return self._file.tell() if self._file else int(self._part * self.size)

    def follow(self, pieces: Iterator[tuple[SnapshotItem, float]]) -> Iterator[SnapshotItem]:
        """The pieces, while their place in the file is noted."""
        for piece, self._part in pieces:
            yield piece


@contextmanager
def open_snapshot(path: Path, *, start: int = 0) -> Iterator[Reading]:
    """The pieces of a snapshot after the first ``start`` lines or rows.

    Raises:
        InputError: the file is missing, empty, truncated or of no known shape.
    """
    try:
        with open_regular(path) as probe:
            head = probe.read(len(_PARQUET))
    except FileNotFoundError:
        raise InputError("no such file", path=path) from None
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path) from error
    if head == _PARQUET:
        from enrich.catalogue.snapshots.parquet import read_parquet  # noqa: PLC0415 (loads pyarrow)

        reading = Reading(iter(()), path.stat().st_size)
        reading.pieces = reading.follow(read_parquet(path, start=start))
        yield reading
        return
    first = _first_byte(path)
    file = CountingFile(path)
    with file.decompressed() as stream:
        if first == b"<":
            from enrich.catalogue.snapshots.dblp_dump import read_dblp  # noqa: PLC0415 (loads lxml)

            pieces = read_dblp(file, stream, start=start)
        elif first in (b"@", b"%"):
            from enrich.catalogue.snapshots.bibtex_files import read_bibtex  # noqa: PLC0415

            pieces = read_bibtex(file, stream, start=start)
        elif first in (b"{", b"\xff", b"\xfe"):
            from enrich.catalogue.snapshots.json_lines import read_json_lines  # noqa: PLC0415

            pieces = read_json_lines(file, stream, start=start)
        else:
            advice = "give JSON lines (arXiv, OpenAlex), Parquet, DBLP XML or BibTeX, plain or as .gz, .xz or .bz2"
            raise InputError("not a snapshot of a known shape", path=path, advice=advice)
        yield Reading(pieces, file.size, file)


def _first_byte(path: Path) -> bytes:
    file = CountingFile(path)
    with file.decompressed() as stream:
        lines = (line.removeprefix(b"\xef\xbb\xbf").strip() for _, line in read_lines(file, stream))
        head = next(filter(None, lines), b"")
    if not head:
        raise InputError("the file is empty", path=path, line=1, advice="download it again")
    return b"@" if path.name.endswith(".bib") else head[:1]
