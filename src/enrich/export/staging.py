"""Files that appear together: written under temporary names in their folder and renamed when all are whole."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from enrich.errors import OutputError
from enrich.files import PART_PREFIX, PART_SUFFIX, holding, part_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_log = logging.getLogger(__name__)


class Staging:
    """A folder under renewal; leaving the block without an error publishes its files, with an error drops them.

    No other run writes into the folder meanwhile. Files take their places in the order in which they were begun, once
    all of them are on the disk: the last one, the manifest, tells whether the others are those that it lists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: dict[str, Path] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._stack.enter_context(holding(self.folder)):
                for folder in ("", "lists/", "history/*/*/"):
                    for left_over in self.folder.glob(f"{folder}{PART_PREFIX}*{PART_SUFFIX}"):
                        left_over.unlink()
        except OSError as error:
            self._stack.close()
            raise _cannot_write(self.folder, error) from error
        return self

    def path(self, name: str) -> Path:
        """Where to write the file that will be called ``name``, a path below the folder."""
        target = self.folder / name
        if not target.resolve().is_relative_to(self.folder.resolve()):
            raise OutputError("leads out of the folder", path=target, advice="give the list another name")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(target, error) from error
        if target.is_dir():
            raise OutputError("is a folder where a file belongs", path=target, advice="move it away")
        self._parts[name] = part_of(target)
        return self._parts[name]

    @property
    def parts(self) -> dict[str, Path]:
        """Name of each file so far to where it is for now."""
        return dict(self._parts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if error is None:
                try:
                    self._publish()
                except OSError as problem:
                    error = problem
            if error is None:
                return
            for part in self._parts.values():
                with suppress(OSError):  # a file system that is read-only says so of files that are not there, too
                    part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _cannot_write(error.filename or self.folder, error) from error

    def _publish(self) -> None:
        for part in self._parts.values():
            _flush(part)
        for name, part in self._parts.items():
            part.replace(self.folder / name)
            _log.debug("wrote %s", self.folder / name, extra={"facts": {"path": str(self.folder / name)}})
        facts = {"path": str(self.folder), "files": len(self._parts)}
        _log.info("wrote %d files into %s", len(self._parts), self.folder, extra={"facts": facts})


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _cannot_write(path: object, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).lower()
    return OutputError(f"cannot be written: {reason}", path=path, advice="choose another folder with --out")
