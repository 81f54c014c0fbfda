"""``enrich update`` over a file of 102 entries against services on loopback, counted in entries and lines."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def run() -> Iterator[Row]:
    from support.preprints import N_PUBLISHED, OWN_FIELDS, kept_lines, run_update, sample, wrong_entries
    from support.services import Services, serve

    from enrich.text.bibtex_syntax import parse_bibliography

    expected = sample()
    with serve(Services(expected.facts)) as services, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "refs.bib"
        path.write_text(expected.text, "utf-8")
        run_update(path, services.port)
        after = path.read_text("utf-8")
        requests = len(services.asked)
        note = ", ".join(f"{source} {count}" for source, count in sorted(services.counts().items()))
        run_update(path, services.port)
        is_equal = path.read_text("utf-8") == after
    before, now = parse_bibliography(expected.text), parse_bibliography(after)
    keys = {one.key for one in now.blocks if one.key}
    wrong = list(wrong_entries(after, expected))
    missed = [key for key, _ in wrong if key in expected.published]
    own = [
        [book.text[one.start : one.end] for block in book.entries for one in block.fields if one.name in OWN_FIELDS]
        for book in (before, now)
    ]
    comments = [[line for line in text.split("\n") if line.startswith(("%", "@comment", "@preamble", "@string"))]
                for text in (expected.text, after)]  # fmt: skip
    lines = expected.text.rstrip("\n").count("\n") + 1
    kept = kept_lines(expected.text, after)
    yield Row(name="keys kept", value=len(keys), unit="of 102", bound=102, at_least=True)
    share = sum(one in own[1] for one in own[0])
    yield Row(name="own fields kept", value=share, unit=f"of {len(own[0])}", bound=len(own[0]), at_least=True)
    yield Row(name="comments, macros and preamble kept", value=comments[0] == comments[1], unit="(1 = all)", bound=1,
              at_least=True)  # fmt: skip
    right = N_PUBLISHED - len(missed)
    yield Row(name="published versions right", value=right, unit=f"of {N_PUBLISHED}", bound=63, at_least=True,
              note="; ".join(f"{key}: {why}" for key, why in wrong[:3]))  # fmt: skip
    yield Row(name="entries wrong", value=len(wrong) - len(missed), unit="entries", bound=0)
    yield Row(name="lines untouched", value=kept, unit=f"of {lines}", bound=lines * 520 / 780, at_least=True)
    yield Row(name="requests", value=requests, unit="requests", bound=30, note=note)
    yield Row(name="byte-equal when repeated", value=is_equal, unit="(1 = yes)", bound=1, at_least=True)
