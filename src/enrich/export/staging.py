"""Files that appear together: written under temporary names in their folder and renamed when all are whole."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from enrich.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_log = logging.getLogger(__name__)
_PREFIX = ".enrich-"
_SUFFIX = ".part"


class Staging:
    """A folder under renewal; leaving the block without an error publishes its files, with an error drops them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: dict[str, Path] = {}

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for folder in ("", "lists/", "history/*/*/"):
                for left_over in self.folder.glob(f"{folder}{_PREFIX}*{_SUFFIX}"):
                    left_over.unlink()
        except OSError as error:
            raise _cannot_write(self.folder, error) from error
        return self

    def path(self, name: str) -> Path:
        """Where to write the file that will be called ``name``, a path below the folder."""
        target = self.folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(target, error) from error
        self._parts[name] = target.with_name(f"{_PREFIX}{target.name}{_SUFFIX}")
        return self._parts[name]

    @property
    def parts(self) -> dict[str, Path]:
        """Name of each file so far to where it is for now."""
        return dict(self._parts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for part in self._parts.values():
                with suppress(OSError):  # a file system that is read-only says so of files that are not there, too
                    part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _cannot_write(error.filename or self.folder, error) from error
            return
        for name, part in self._parts.items():
            _flush(part)
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
