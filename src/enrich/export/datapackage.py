"""``datapackage.json``: the tables described for programs, after Frictionless Data Package v1.

Standard: <https://specs.frictionlessdata.io/data-package/>, <https://specs.frictionlessdata.io/table-schema/>.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from enrich.export.columns import HISTORY_TABLES, SCHEMA_VERSION, TABLES
from enrich.export.schema import Column, Dtype, Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from enrich.model.traits import Terms

NAME = "datapackage.json"
_TYPES = {
    Dtype.INT16: "integer",
    Dtype.INT32: "integer",
    Dtype.INT64: "integer",
    Dtype.FLOAT64: "number",
    Dtype.BOOLEAN: "boolean",
    Dtype.DATE: "date",
    Dtype.TIMESTAMP: "datetime",
}


def to_datapackage(lists: Collection[tuple[str, str | None]], terms: Collection[Terms], files: Collection[str]) -> str:
    """The text of ``datapackage.json`` of lists by name and title, for those tables whose files are among ``files``."""
    resources = [_csv_resource(table) for table in TABLES if f"{table.name}.csv" in files]
    resources += [_parquet_resource(table) for table in TABLES if f"{table.name}.parquet" in files]
    for table in HISTORY_TABLES:
        if partitions := sorted(path for path in files if path.startswith(f"{table.name}/")):
            resources.append(_parquet_resource(table) | {"path": partitions})
    package = {
        "profile": "data-package",
        "name": "-".join(name for name, _ in lists)[:80],
        "title": "; ".join(title or name for name, title in lists),
        "version": f"{SCHEMA_VERSION}",
        "licenses": [{"name": _licence_name(known), "title": str(known), "path": known.url} for known in terms],
        "sources": [{"title": known.title, "path": known.url} for known in terms],
        "resources": resources,
    }
    return to_text(package)


def to_text(package: dict[str, Any]) -> str:
    """The text of a data package."""
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _licence_name(terms: Terms) -> str:
    first = terms.licence.split(" ")[0]
    return first if first.startswith("CC") else f"other-{re.sub(r'[^a-z0-9]+', '-', terms.title.lower()).strip('-')}"


def _csv_resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_csv_field(table, column) for column in table.csv_columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    keys = [
        {
            "fields": list(reference.columns),
            "reference": {"resource": reference.table, "fields": list(reference.target)},
        }
        for reference in table.references
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.description,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "schema": schema,
    }


def _csv_field(table: Table, column: Column) -> dict[str, Any]:
    """A column as it stands in CSV, where an empty text or list is an empty cell."""
    constraints: dict[str, Any] = {}
    if column.is_required and (column.name in table.key or column.kind in _TYPES or column.values):
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if column.name == "arxiv_id":
        constraints["pattern"] = "arXiv:.+"
    field = {"name": column.name, "type": _TYPES.get(column.kind, "string"), "description": _meaning(column)}
    return (
        field
        | ({"example": column.example} if column.example else {})
        | ({"constraints": constraints} if constraints else {})
    )


def _meaning(column: Column) -> str:
    return f"{column.description} ({column.unit})" if column.unit else column.description


def _parquet_resource(table: Table) -> dict[str, Any]:
    """A file as it is, for the standard's tabular resources are texts: its schema stands inside it.

    The columns have a key of their own, which the standard leaves to the publisher.
    """
    return {
        "name": f"{table.name.replace('/', '-').replace('_', '-')}-parquet",
        "type": "file",
        "path": f"{table.name}.parquet",
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "columns": [
            {
                "name": column.name,
                "type": column.kind.value,
                "nullable": not column.is_required,
                "description": _meaning(column),
            }
            for column in table.columns
        ],
    }
