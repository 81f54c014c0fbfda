"""DuckDB, pandas, polars and frictionless read each table with the stated types."""

from __future__ import annotations

import csv
import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.export.arrow import to_schema
from enrich.export.columns import CITATION_COUNTS, TABLES
from enrich.export.schema import Dtype

pytestmark = pytest.mark.consumers

CSV_TABLES = [table for table in TABLES if table.has_csv]
DUCKDB_TYPES = {
    Dtype.STRING: "VARCHAR",
    Dtype.INT16: "SMALLINT",
    Dtype.INT32: "INTEGER",
    Dtype.INT64: "BIGINT",
    Dtype.FLOAT64: "DOUBLE",
    Dtype.BOOLEAN: "BOOLEAN",
    Dtype.DATE: "DATE",
    Dtype.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Dtype.STRINGS: "VARCHAR[]",
}
POLARS_TYPES = {
    Dtype.STRING: pl.String,
    Dtype.INT16: pl.Int16,
    Dtype.INT32: pl.Int32,
    Dtype.INT64: pl.Int64,
    Dtype.FLOAT64: pl.Float64,
    Dtype.BOOLEAN: pl.Boolean,
    Dtype.DATE: pl.Date,
    Dtype.TIMESTAMP: pl.Datetime("us", "UTC"),
    Dtype.STRINGS: pl.List(pl.String),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_parquet_has_the_stated_types_for_every_reader(outputs, table):
    path = outputs.folder / f"{table.name}.parquet"
    schema = pq.read_schema(path)
    assert schema.equals(to_schema(table))
    assert all(field.metadata[b"description"] for field in schema)
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    frame = pl.read_parquet(path)
    for column, row in zip(table.columns, described, strict=True):
        assert row[0] == column.name
        if column.kind is not Dtype.STRUCTS:
            assert row[1] == DUCKDB_TYPES[column.kind], column.name
            assert frame.schema[column.name] == POLARS_TYPES[column.kind], column.name
    arrow = pd.read_parquet(path, dtype_backend="pyarrow")
    assert [str(arrow[column.name].dtype) for column in table.columns if column.kind is Dtype.TIMESTAMP] == [
        "timestamp[us, tz=UTC][pyarrow]" for column in table.columns if column.kind is Dtype.TIMESTAMP
    ]
    assert len(frame) == len(arrow) == pq.read_metadata(path).num_rows


@pytest.mark.parametrize("table", CSV_TABLES, ids=lambda table: table.name)
def test_csv_has_one_row_per_row_for_every_reader(outputs, table):
    path = outputs.folder / f"{table.name}.csv"
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    names = [column.name for column in table.csv_columns]
    n_rows = pq.read_metadata(outputs.folder / f"{table.name}.parquet").num_rows
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n_rows
    assert all(list(row) == names for row in rows)
    frames = [
        pd.read_csv(path, keep_default_na=False),
        pl.read_csv(path, infer_schema_length=None),
        duckdb.sql(f"SELECT * FROM read_csv('{path}', header = true, sample_size = -1)").pl(),
    ]
    for frame in frames:
        assert list(frame.columns) == names
        assert len(frame) == n_rows


def test_no_text_cell_can_be_a_formula(outputs):
    for table in CSV_TABLES:
        text = {
            column.name for column in table.csv_columns if column.kind in (Dtype.STRING, Dtype.STRINGS, Dtype.STRUCTS)
        }
        with (outputs.folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                assert not any(row[name].startswith(("=", "+", "-", "@", "\t", "\r", "\0")) for name in text)


def test_arxiv_ids_keep_their_zeros_in_pandas_polars_and_duckdb(outputs):
    expected = sorted(filter(None, (work.identifier("arxiv") for work in outputs.bibliography.works)))
    csv_path, parquet_path = outputs.folder / "works.csv", outputs.folder / "works.parquet"
    from_csv = [
        pd.read_csv(csv_path)["arxiv_id"].dropna().tolist(),
        pl.read_csv(csv_path)["arxiv_id"].drop_nulls().to_list(),
        [row[0] for row in duckdb.sql(f"SELECT arxiv_id FROM '{csv_path}' WHERE arxiv_id IS NOT NULL").fetchall()],
    ]
    for ids in from_csv:
        assert sorted(text.removeprefix("arXiv:") for text in ids) == expected
    assert sorted(pd.read_parquet(parquet_path)["arxiv_id"].dropna()) == expected


def test_joins_leave_no_orphans(outputs):
    for table in TABLES:
        for reference in table.references:
            on = " AND ".join(
                f"child.{name} = parent.{target}"
                for name, target in zip(reference.columns, reference.target, strict=True)
            )
            parent = outputs.folder / f"{reference.table}.parquet"
            child = outputs.folder / f"{table.name}.parquet"
            known = " AND ".join(f'"{name}" IS NOT NULL' for name in reference.columns)
            orphans = duckdb.sql(
                f"SELECT count(*) FROM (FROM '{child}' WHERE {known}) child ANTI JOIN '{parent}' parent ON {on}"
            ).fetchall()
            assert orphans == [(0,)], table.name


def test_rows_are_sorted_by_a_key_that_is_unique(outputs):
    for table in TABLES:
        rows = pq.read_table(outputs.folder / f"{table.name}.parquet", columns=list(table.key)).to_pylist()
        keys = [tuple(row.values()) for row in rows]
        assert keys == sorted(set(keys)), table.name


def test_tidy_authorships_hold_what_the_nested_column_holds(outputs):
    works = pq.read_table(outputs.folder / "works.parquet").to_pylist()
    rows = pq.read_table(outputs.folder / "authorships.parquet").to_pylist()
    nested = [(work["work_id"], author["position"], author["name"]) for work in works for author in work["authors"]]
    assert nested == [(row["work_id"], row["position"], row["name"]) for row in rows]
    assert all(work["n_authors"] == len(work["authors"]) for work in works)


def test_history_is_one_narrow_table_in_partitions_by_day(outputs):
    paths = sorted(outputs.folder.glob("history/citation_counts/observed_date=*/part-0.parquet"))
    counted = [work for work in outputs.bibliography.works if work.citation_count is not None]
    assert bool(paths) == bool(counted)
    if not paths:
        pytest.skip("no work of this list has a citation count")
    assert all(pq.read_schema(path).equals(to_schema(CITATION_COUNTS)) for path in paths)
    pattern = outputs.folder / "history/citation_counts/**/*.parquet"
    relation = duckdb.sql(f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = true)")
    assert relation.types[relation.columns.index("observed_date")] == "DATE"
    assert len(relation.pl()) == len(counted)


def test_parquet_metadata_carry_version_run_and_licences(outputs):
    metadata = pq.read_schema(outputs.folder / "works.parquet").metadata
    assert metadata[b"schema_version"] == b"4"
    assert metadata[b"run_id"].decode() == outputs.bibliography.run_id
    assert {b"code_version", b"source_digest", b"licence"} <= metadata.keys()
    if "semantic_scholar" in outputs.bibliography.sources_used:
        assert b"non-commercial" in metadata[b"licence"]


def test_strings_are_plain_and_never_dictionaries(outputs):
    for path in outputs.folder.rglob("*.parquet"):
        assert not any(pa.types.is_dictionary(field.type) for field in pq.read_schema(path))
        codecs = {
            pq.read_metadata(path).row_group(0).column(place).compression
            for place in range(pq.read_metadata(path).num_columns)
            if pq.read_metadata(path).num_row_groups
        }
        assert codecs <= {"ZSTD"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_finds_the_shipped_package_valid(outputs):
    import frictionless

    package = json.loads((outputs.folder / "datapackage.json").read_bytes())
    names = {resource["name"] for resource in package["resources"]}
    assert names >= {table.name for table in CSV_TABLES}
    assert {f"{table.name.replace('_', '-')}-parquet" for table in TABLES} <= names
    report = frictionless.Package(str(outputs.folder / "datapackage.json")).validate()
    assert report.flatten(["title", "fieldName", "rowNumber", "message"]) == []
    assert report.stats["tasks"] == len(package["resources"])
