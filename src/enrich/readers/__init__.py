"""Reading lists of any layout → ``ReadingList``: text to outline by markup, outline to entries by family."""

from __future__ import annotations

from enrich.readers.lists import list_name, read_files, read_path, read_stream
from enrich.readers.markups import markup_of

__all__ = ["linked_files", "list_name", "markup_of", "read_files", "read_path", "read_stream"]


def linked_files(text: str, *, path: str) -> tuple[str, ...]:
    """Return the relative paths of further list files that a text points to, in order, each once."""
    from enrich.readers import folders  # noqa: PLC0415 (only for lists of many files)

    return folders.linked_files(text, path=path)
