"""Readers: time against markdown-it-py on the same text, growth, memory of a long list, hostile texts, cold start."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Row, bare_python_seconds, command_seconds, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FOUNDING = ROOT / "data" / "raw" / "awesome-neural-ode.md"
SHARED = ROOT.parent / "shared" / "lists"
MIB = 1024 * 1024
A_BIG_LIST = 10 * MIB
HOSTILE = {
    "100,000 nested brackets": "'- ' + '[' * 100000 + 'a' + ']' * 100000 + '(https://arxiv.org/abs/1901.00001)'",
    "a line of 5 MB": "'- [A Title of It](https://arxiv.org/abs/1901.00001) ' + 'word ' * 1000000",
    "a line of 5 MB of stars": "'*a ' * 1700000",
    "a table of 10,000 columns": (
        "'|' + 'Title|' * 10000 + '\\n|' + '---|' * 10000 + '\\n|'"
        " + '[A B C](https://arxiv.org/abs/1901.00001)|' * 10000"
    ),
    "unclosed HTML": "'<div><table><tr><td>' * 20000 + '<b>' * 100000",
    "unclosed comments": "'<!--' * 100000",
    "100,000 quotation marks": "'> ' * 50000 + ' a' + '\"' * 100000",
}
MEASURE = """
import resource, sys, time
from enrich.errors import InputError
from enrich.readers import read_files
text = (%s).encode()
start = time.perf_counter()
try:
    n = len(read_files({"list.md": text}, name="list", source="list").entries)
except InputError:
    n = 0
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, n)
"""


def run() -> Iterator[Row]:
    yield from against_markdown_it()
    yield from growth()
    yield from big_list()
    yield from bibliography()
    for name, text in HOSTILE.items():
        taken, _, _ = measured(text)
        yield Row(name=f"hostile: {name}", value=taken, unit="s", bound=5)
    bare = bare_python_seconds()
    parse = command_seconds([str(Path(sys.executable).parent / "enrich"), "parse", str(FOUNDING)])
    yield Row(name="enrich parse of the founding list / python -c pass", value=parse / bare, unit="x", bound=25)


def measured(text: str) -> tuple[float, float, int]:
    """Seconds, peak MiB of the process, entries."""
    done = subprocess.run([sys.executable, "-c", MEASURE % text], check=True, capture_output=True, text=True)
    taken, peak, n_entries = done.stdout.split()
    return float(taken), float(peak), int(n_entries)


def against_markdown_it() -> Iterator[Row]:
    from markdown_it import MarkdownIt

    from enrich.readers import read_files

    parser = MarkdownIt("commonmark").enable("table")
    for path in [
        FOUNDING,
        *(sorted(path for path in SHARED.glob("*__*") if path.is_file()) if SHARED.is_dir() else ()),
    ]:
        content = path.read_bytes()
        text = content.decode()
        files = {path.name: content}
        ours, theirs = [], []
        for _ in range(5):
            theirs.append(seconds(lambda text=text: parser.parse(text), repeat=1))
            ours.append(seconds(lambda files=files: read_files(files, name="list", source="list"), repeat=1))
        yield Row(name=f"{path.stem[:40]} / markdown-it-py", value=min(ours) / min(theirs), unit="x", bound=3)


def a_list_of(size: int) -> str:
    block = FOUNDING.read_text(encoding="utf-8")
    block = block[block.index("## ") :]
    parts, length, number = [], 0, 0
    while length < size:
        number += 1
        part = block.replace("## ", f"## {number} ").replace("arxiv.org/abs/1", f"arxiv.org/abs/{number % 10}")
        parts.append(part)
        length += len(part)
    return "".join(parts)


def growth() -> Iterator[Row]:
    """Time per byte of a list eight times as long."""
    from enrich.readers import read_files

    times = []
    for size in (MIB // 4, 2 * MIB):
        content = a_list_of(size).encode()
        start = time.perf_counter()
        read_files({"list.md": content}, name="list", source="list")
        times.append((time.perf_counter() - start) / len(content))
    yield Row(name="time per byte of 2 MiB / of 256 KiB", value=times[1] / times[0], unit="x", bound=1.6)


def big_list() -> Iterator[Row]:
    code = f"__import__('benchmarks.bench_readers', fromlist=['x']).a_list_of({A_BIG_LIST})"
    done = subprocess.run([sys.executable, "-c", MEASURE % code], check=True, capture_output=True, text=True, cwd=ROOT)
    taken, peak, n_entries = done.stdout.split()
    yield Row(
        name="peak memory with a list of 10 MB",
        value=float(peak),
        unit="MiB",
        bound=300,
        note=f"{n_entries} entries, {float(taken):.0f} s",
    )


def a_bibliography_of(n_entries: int) -> str:
    entry = (
        "@article{{key{0},\n  title = {{A Rare Local {{Study}} of Village Wells {0}}},\n"
        '  author = {{Meyer, Karl and Huber, Anna and van der Berg, J{{\\"o}}rg}},\n'
        '  journal = {{Zeitschrift f{{\\"u}}r Lokalkunde}},'
        " volume = {{12}}, number={{3}}, pages={{45--67}}, year=1987,\n"
        "  doi = {{10.9999/own.{0}}}, url = {{https://example.org/own{0}}},\n  abstract = {{{1}}},\n}}\n"
    )
    return "".join(entry.format(number, "Words about wells. " * 30) for number in range(n_entries))


def bibliography() -> Iterator[Row]:
    """Time of a `.bib`, in itself, against bibtexparser, and as it grows."""
    from bibtexparser.entrypoint import parse_string

    from enrich.readers import read_files

    def ours(text: str) -> float:
        files = {"refs.bib": text.encode()}
        return seconds(lambda: read_files(files, name="list", source="list"), repeat=3)

    small, large = a_bibliography_of(1_250), a_bibliography_of(10_000)
    taken = ours(large)
    yield Row(name="a .bib of 10,000 entries", value=taken / 10, unit="ms/entry", bound=0.5)
    yield Row(name="the same / bibtexparser", value=taken / seconds(lambda: parse_string(large)), unit="x", bound=8)
    yield Row(name="time per entry of 10,000 / of 1,250", value=taken / 8 / ours(small), unit="x", bound=1.5)


if __name__ == "__main__":
    print(json.dumps([(row.name, row.value) for row in run()]))
