"""The change report: what a curator wants to know since the run whose files stand in the folder."""

from enrich.export.changes.comparison import read_changes, to_json_lines, with_changes

__all__ = ["read_changes", "to_json_lines", "with_changes"]
