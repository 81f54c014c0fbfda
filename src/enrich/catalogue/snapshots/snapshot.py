"""What the readers of snapshots share: the pieces that they yield, and decompression that notices a truncated file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from enrich.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from enrich.catalogue.record_lines import Line

LONGEST_LINE = 16_000_000
"""Bytes: no record of any snapshot is longer, and a file without line ends must not fill the memory."""
_TRUNCATED = "the file ends in the middle (truncated)"
_ADVICE = "download it again"


@dataclass(frozen=True, slots=True)
class SnapshotItem:
    """One record of a snapshot, or why it is none."""

    number: int
    """1-based line of the file; row in a Parquet file."""
    line: Line | None
    """None for a broken or irrelevant record."""
    problem: str | None = None
    """What is wrong with a broken record; None for one that is only irrelevant."""


class CountingFile:
    """A binary file that knows how far it was read, for progress in bytes of what lies on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._file = path.open("rb")

    def tell(self) -> int:
        """Bytes read so far."""
        return self._file.tell()

    @contextmanager
    def decompressed(self) -> Iterator[IO[bytes]]:
        """The content, whatever it is packed with: gzip, xz, bzip2 or nothing."""
        head = self._file.read(6)
        self._file.seek(0)
        opened: Any
        if head.startswith(b"\x1f\x8b"):
            opened = gzip.GzipFile(fileobj=self._file, mode="rb")
        elif head.startswith(b"\xfd7zXZ\x00"):
            opened = lzma.LZMAFile(self._file)  # noqa: SIM115 (closed below)
        elif head.startswith(b"BZh"):
            opened = bz2.BZ2File(self._file)
        else:
            opened = self._file
        try:
            yield opened
        finally:
            opened.close()
            self._file.close()


def read_lines(file: CountingFile, stream: IO[bytes], *, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every line after the first ``start`` ones.

    Raises:
        InputError: the file is truncated, damaged, or has a line beyond all bounds.
    """
    number = 0
    while True:
        try:
            raw = stream.readline(LONGEST_LINE)
        except EOFError as error:
            raise InputError(_TRUNCATED, path=file.path, line=number + 1, advice=_ADVICE) from error
        except (OSError, zlib.error, lzma.LZMAError) as error:
            raise InputError(f"damaged: {error}", path=file.path, line=number + 1, advice=_ADVICE) from error
        if not raw:
            return
        number += 1
        if len(raw) == LONGEST_LINE:
            raise InputError("a line of more than 16 MB", path=file.path, line=number, advice="is it JSON lines?")
        if number > start:
            yield number, raw


def truncated(path: Path, number: int) -> InputError:
    """The error for a last line that ends in the middle."""
    return InputError(_TRUNCATED, path=path, line=number, advice=_ADVICE)
