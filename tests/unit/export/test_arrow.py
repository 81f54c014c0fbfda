from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import chain

import pyarrow as pa
import pytest
from support.bibliographies import nasty

from enrich.export.arrow import read_parquet, to_arrow, to_schema, to_values, write_parquet
from enrich.export.columns import CITATION_COUNTS, RUNS, TABLES, WORKS
from enrich.export.rows import ROWS
from enrich.export.schema import Column, Dtype, Table

BEFORE_1970 = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
ELSEWHERE = datetime(2026, 11, 20, 3, 0, 0, 1, tzinfo=timezone(timedelta(hours=-5)))
VALUES = {
    Dtype.STRING: ["", "ü \U0001f9e0", None],
    Dtype.INT16: [-32_768, 32_767, None, 0],
    Dtype.INT32: [-(2**31), 2**31 - 1, None],
    Dtype.INT64: [-(2**63), 2**63 - 1, None],
    Dtype.FLOAT64: [0.1, -1e300, None, 3],
    Dtype.BOOLEAN: [True, False, None, *[True] * 9],
    Dtype.DATE: [date(1, 1, 1), date(1969, 12, 31), date(2026, 11, 20), None],
    Dtype.TIMESTAMP: [BEFORE_1970, ELSEWHERE, datetime(9999, 12, 31, tzinfo=UTC), None],
    Dtype.STRINGS: [(), ("a", ""), ["b"]],
}


def one_column(kind, *, is_required=False):
    return Table(
        name="t",
        description="t",
        key=(),
        columns=(Column(name="c", kind=kind, description="c", is_required=is_required or kind is Dtype.STRINGS),),
    )


@pytest.mark.parametrize("kind", VALUES)
def test_a_column_holds_what_pyarrow_itself_makes_of_its_values(kind):
    table = one_column(kind)
    schema = to_schema(table)
    for values in (VALUES[kind], VALUES[kind][:1], VALUES[kind][:-1] * 3, []):
        made = to_arrow(table, ((value,) for value in values))
        made.validate(full=True)
        assert made.equals(pa.table({"c": pa.array(values, schema.field("c").type)}, schema=schema))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_whole_and_reads_back_equal(table, tmp_path):
    made = to_arrow(table, ROWS[table.name](nasty()))
    made.validate(full=True)
    write_parquet(made, tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet").equals(made, check_metadata=True)


@pytest.mark.parametrize(("kind", "value"), [(Dtype.INT16, 32_768), (Dtype.INT32, 2**31), (Dtype.INT16, -32_769)])
def test_a_number_that_does_not_fit_is_an_error_and_not_another_number(kind, value):
    with pytest.raises(OverflowError):
        to_arrow(one_column(kind), [(value,)])


def test_moments_are_read_as_they_were_written():
    moments = [BEFORE_1970, ELSEWHERE, None]
    column = to_arrow(one_column(Dtype.TIMESTAMP), ((moment,) for moment in moments)).column("c")
    assert to_values(column) == moments
    assert [moment.tzinfo for moment in to_values(column)[:2]] == [UTC, UTC]


def test_an_unknown_list_of_structs_is_null_and_an_empty_one_is_empty():
    health = ("dblp", 1, 0, 0, 0, 0.5, 7, None)
    rows = [("r", BEFORE_1970, None, "1", "d", 1, 0, 0, 0, sources) for sources in (None, [], [health], None)]
    column = to_arrow(RUNS, rows).column("sources")
    names = [known and [one["source"] for one in known] for known in column.to_pylist()]
    assert names == [None, [], ["dblp"], None]


def test_only_columns_that_a_file_has_are_read(tmp_path):
    write_parquet(to_arrow(CITATION_COUNTS, [("w", "s", BEFORE_1970, 1)]), tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet", ["count", "source"]).column_names == ["source"]


def test_half_of_a_surrogate_pair_becomes_a_question_mark():
    assert to_arrow(one_column(Dtype.STRING), [("a\ud800b",), (None,)]).column("c").to_pylist() == ["a?b", None]


def test_every_kind_of_column_is_tried_here():
    columns = chain.from_iterable(
        (*table.columns, *chain.from_iterable(c.fields for c in table.columns)) for table in TABLES
    )
    assert {column.kind for column in columns} == {*VALUES, Dtype.STRUCTS}
    assert WORKS in TABLES
