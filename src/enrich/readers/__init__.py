"""Reading lists of any layout → ``ReadingList``: text to outline by markup, outline to entries by family."""

from __future__ import annotations

from enrich.readers.folders import linked_files
from enrich.readers.lists import list_name, read_files, read_path

__all__ = ["linked_files", "list_name", "read_files", "read_path"]
