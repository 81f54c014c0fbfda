from __future__ import annotations

import re

import pytest

from enrich.export.arrow import to_schema
from enrich.export.columns import CITATION_COUNTS, TABLES
from enrich.export.rows import ROWS

TABLES_AND_HISTORY = [*TABLES, CITATION_COUNTS]


def test_the_schema_of_the_history_never_changes():
    fields = [(field.name, str(field.type), field.nullable) for field in to_schema(CITATION_COUNTS)]
    assert fields == [
        ("work_id", "string", False),
        ("source", "string", False),
        ("observed_at", "timestamp[us, tz=UTC]", False),
        ("citation_count", "int32", False),
    ]


@pytest.mark.parametrize("table", TABLES_AND_HISTORY, ids=lambda table: table.name)
def test_every_table_says_what_its_columns_mean(table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert table.not_in_csv <= set(names)
    parts = [part for column in table.columns for part in column.fields]
    for column in (*table.columns, *parts):
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", column.name)
        assert column.description
        assert column.example or column.name in {"abstract", "quote"}
        assert not column.values or column.example in column.values
    required = {column.name for column in table.columns if column.is_required}
    assert set(table.key) <= required


def test_references_name_keys_of_other_tables_and_every_table_has_rows():
    by_name = {table.name: table for table in TABLES}
    for table in TABLES:
        for reference in table.references:
            assert reference.target == by_name[reference.table].key
    assert set(ROWS) == set(by_name)
