"""What a run found out, as Arrow tables: for notebooks, and for programs that read no files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from enrich.model.work import Bibliography
    from enrich.session.stages import LostList


@dataclass(frozen=True, slots=True)
class Result:
    """The tables of a run, each an attribute under its name in docs/tables.md, such as ``works`` and ``claims``."""

    bibliography: Bibliography
    """The same as values of ``enrich.model``."""
    folder: Path | None = None
    """Where the files are; None when none were written."""
    lost: tuple[LostList, ...] = ()
    """Lists that could not be read or resolved beside others that could."""

    def __getattr__(self, name: str) -> pa.Table:
        """The table of a name."""
        from enrich.export.arrow import to_arrow  # noqa: PLC0415 (heavy; a result is made without it)
        from enrich.export.cited_work import tidy  # noqa: PLC0415 (same)
        from enrich.export.columns import TABLES  # noqa: PLC0415 (same)
        from enrich.export.rows import ROWS  # noqa: PLC0415 (same)
        from enrich.export.run_facts import to_metadata  # noqa: PLC0415 (same)

        definition = next((one for one in TABLES if one.name == name), None)
        if definition is None:
            raise AttributeError(f"there is no table {name!r}; there are {', '.join(one.name for one in TABLES)}")
        bibliography = tidy(self.bibliography)
        return to_arrow(definition, ROWS[name](bibliography), to_metadata(bibliography))

    def __dir__(self) -> list[str]:
        from enrich.export.columns import TABLES  # noqa: PLC0415 (heavy)

        return [*object.__dir__(self), *(one.name for one in TABLES)]

    def __repr__(self) -> str:
        known = self.bibliography
        return f"<{len(known.works):,} works of {', '.join(one.name for one in known.lists)}>"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What people should know of the run, in lines."""
        return self.bibliography.warnings

    def to_dict(self) -> dict[str, Any]:
        """All tables by name."""
        from enrich.export.columns import TABLES  # noqa: PLC0415 (heavy)

        return {one.name: getattr(self, one.name) for one in TABLES}
