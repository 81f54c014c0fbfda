"""Detection of fabricated references, and false alarms on valid ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hallmark import SET, in_other_forms, judge, kind_of, measure, read_rows
from benchmarks.harness import Row


def run() -> Iterator[Row]:
    if not SET.exists():
        return
    rows = read_rows()
    valid = [row for row in rows if row["label"] == "VALID"]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(rows, judge(rows, valid, Path(folder)))
    kinds = sorted({kind_of(row) for row in rows} - {"VALID"})
    note = ", ".join(f"{kind} {measured.rate(kind):.2f}" for kind in kinds)
    yield Row(name="fabricated, contradicted", value=measured.rate(), unit="of 1", bound=0.92, at_least=True, note=note)
    yield Row(name="valid, contradicted", value=measured.rate("VALID"), unit="of 1", bound=0.01)
    yield Row(name="F1", value=measured.f1, unit="of 1", bound=0.95, at_least=True)
    others = in_other_forms(valid)
    with tempfile.TemporaryDirectory() as folder:
        retold = measure(others, judge(others, valid, Path(folder)))
    yield Row(name="valid in other words, contradicted", value=retold.rate("VALID"), unit="of 1", bound=0.01)
