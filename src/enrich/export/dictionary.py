"""The data dictionary: ``docs/tables.md``, made from the definitions of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.export.columns import HISTORY_TABLES, SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.export.schema import Column, Table


_WITH_TABLES = 3
"""The last version that brought tables."""


def _new_tables() -> str:
    return ", ".join(f"`{table.name}`" for table in TABLES if table.since == _WITH_TABLES)


_HEAD = f"""# Tables

Schema version {SCHEMA_VERSION}. Each table is a Parquet file, also a CSV file where that is said; rows are sorted.
This page is made from `src/enrich/export/columns.py` by `python -m enrich.export.dictionary`; a test compares them.

In CSV, lists are joined by `; `, an empty cell is an unknown value, arXiv identifiers carry the prefix `arXiv:`, and
text that a spreadsheet would take for a formula starts with `'`. Counts that nobody states are empty, never 0.

Which table answers which question: [questions.md](questions.md).

## From schema 3 to 4

Folders of schema 2 and 3 are read as before; the next run into such a folder writes schema 4 beside the history, whose
tables are the same.

- `works.status` has a fourth value, `not_asked`: before, such a work was `not_found`. `runs.n_not_asked` counts them.
- `works.venue` is the series or journal; where a volume's title stood there, it is in `works.volume_title` now, which
  is new.
- `claims.source` of a citation count is who counted, as in `works.citation_count_source` and in the history, also where
  a catalogue passed it on; `method` says so.
- `works.type` of a work of which only an arXiv link is known is `preprint`, no longer `unknown`.
- `history/changes` has a partition without rows while there are no changes.

## From schema 2 to 3

Folders of schema 2 are read as before: `enrich export` and `enrich show` work on them, what they do not hold is empty.

- `authorships.affiliation`, one text, is now `authorships.affiliations`, a list.
- `works` has new columns, and all are in another order: name them, do not count them.
- New tables: {_new_tables()}.
"""


def to_markdown() -> str:
    """The text of the data dictionary."""
    return "\n".join([_HEAD, *(line for table in (*TABLES, *HISTORY_TABLES) for line in _section(table))]) + "\n"


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    files = "Parquet and CSV" if table.has_csv else "Parquet"
    yield f"{table.description}. {files}; key: {', '.join(f'`{name}`' for name in table.key)}."
    for reference in table.references:
        target = ", ".join(reference.target)
        yield f"{', '.join(f'`{name}`' for name in reference.columns)} → `{reference.table}` ({target})."
    yield "\n| column | type | null | meaning | example |\n|---|---|---|---|---|"
    for column in table.columns:
        yield _row(column, is_in_csv=column.name not in table.not_in_csv or not table.has_csv)
        for part in column.fields:
            yield _row(part, prefix=f"{column.name}[].")
    yield ""


def _row(column: Column, *, prefix: str = "", is_in_csv: bool = True) -> str:
    meaning = column.description + (f", in {column.unit}" if column.unit and "=" not in column.unit else "")
    if column.unit and "=" in column.unit:
        meaning += f" ({column.unit})"
    if column.values:
        meaning += f": {', '.join(f'`{value}`' for value in column.values)}"
    if not is_in_csv:
        meaning += " (not in CSV)"
    example = f"`{column.example}`" if column.example else ""
    return (
        f"| `{prefix}{column.name}` | {column.kind} | {'' if column.is_required else 'yes'} | {meaning} | {example} |"
    )


if __name__ == "__main__":
    print(to_markdown(), end="")  # noqa: T201 (a command)
