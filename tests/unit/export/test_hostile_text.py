"""Whatever stands in any text of any value: files are read as they are meant, and nothing steers terminal or page."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import sqlite3
import sys

import bibtexparser
import lxml.html
import pyarrow.parquet as pq
import pybtex.database
import pybtex.errors
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from support.hostile import PAYLOADS, bibliography, with_texts

from enrich import cli
from enrich.cli.logs import LogFormat, start_logging
from enrich.cli.nightly_command import to_artifact
from enrich.cli.summary import print_summary, to_json, to_markdown, to_summary
from enrich.export import ExportOptions, write
from enrich.export.formats import REFERENCE_FORMATS
from enrich.export.reference_format import families
from enrich.export.report import page
from enrich.nightly import ListOutcome
from enrich.store.journal import RunState
from enrich.text.printable import printable, to_printable

pytestmark = pytest.mark.thorough

PLAIN = bibliography()
STYLE = re.compile(r"\x1b\[[\d;]*m")
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


def hostile(name):
    payload = PAYLOADS[name]
    return with_texts(PLAIN, lambda text: f"{payload} {text}" if name == "formula" else f"{text} {payload}")


def check_printable(text):
    assert printable(text) == text, [hex(ord(sign)) for sign in text if printable(sign) != sign][:5]


@pytest.fixture(scope="module", params=PAYLOADS)
def outputs(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "find_spec", lambda _name: None)
        write(
            hostile(request.param),
            folder,
            options=ExportOptions(formats=frozenset(families(REFERENCE_FORMATS)), bib_keywords=True),
        )
    return folder


def test_no_file_holds_a_control_character(outputs):
    n_texts = 0
    for path in (one for one in outputs.rglob("*") if one.is_file() and one.suffix not in {".parquet", ".sqlite"}):
        text = path.read_bytes().decode("utf-8")
        check_printable(text.removeprefix("\ufeff").replace("\r\n", "\n"))
        n_texts += 1
    assert n_texts > 15
    for path in outputs.rglob("*.parquet"):
        check_printable(json.dumps(pq.read_table(path, partitioning=None).to_pylist(), default=str, ensure_ascii=False))
    with sqlite3.connect(outputs / "bibliography.sqlite") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{name}"'):
                check_printable("\n".join(str(value) for value in row))
    database.close()


def test_bibtex_holds_the_entries_of_the_run_and_no_other(outputs):
    pybtex.errors.set_strict_mode(True)
    n_files = 0
    for path in outputs.rglob("*.bib"):
        text = path.read_text("utf-8")
        library = bibtexparser.parse_string(text)
        assert not library.failed_blocks
        keys = [entry.key for entry in library.entries]
        assert keys == list(pybtex.database.parse_string(text, "bibtex").entries)
        n_works = 1 if path.name.startswith("works-new") else 2
        assert sum("key1" in key or "key2" in key for key in keys) == n_works
        assert len(keys) - n_works <= len(PLAIN.lists[0].parents)
        assert not [key for key in keys if "evil" in key and "key" not in key]
        n_files += 1
    assert n_files == 2


def test_a_category_that_is_none_of_arxivs_makes_no_entry():
    from dataclasses import replace

    from enrich.export.cited_work import to_cited_work
    from enrich.export.formats.bibtex import to_entry

    evil = "cs.LG}, note={x}} @misc{evil, title={y}"
    text = to_entry(to_cited_work(replace(PLAIN.works[0], arxiv_category=evil), ExportOptions()), ExportOptions())
    assert "eprint " in text
    assert "evil" not in text


def test_other_files_hold_the_works_of_the_run_and_no_markup(outputs):
    for path in outputs.glob("*.rdf"):
        assert len(etree.parse(path).getroot().findall("{*}Description")) == (1 if "new" in path.name else 2)
    assert len(json.loads((outputs / "works.csl.json").read_bytes())) == 2
    ris = (outputs / "works.ris").read_text("utf-8").splitlines()
    assert [line for line in ris if line and not re.match(r"[A-Z][A-Z0-9]  - ", line)] == []
    assert sum(line.startswith("TY  - ") for line in ris) == 2
    for path in outputs.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        cells = [cell for row in rows[1:] for cell in row if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        assert not [cell for cell in cells if FORMULA.match(cell) or len(cell) > 32_767]


def test_the_page_holds_no_element_that_a_text_brought(outputs):
    root = lxml.html.fromstring((outputs / "report.html").read_bytes())
    texts = (outputs / "report.html").read_text("utf-8")
    assert "<script>alert" not in texts
    assert "{{7*7}}" in texts or "rich" not in outputs.name
    assert not [one for one in root.iter("script") if "alert(1)" in (one.text or "") and "{" not in one.text[:1]]
    assert not root.xpath("//*[@onclick or @onerror] | //a[starts-with(@href, 'javascript:')] | //b[contains(., 'x')]")
    assert not root.xpath("//img")


def in_process(monkeypatch, *arguments):
    """Run the command here; what it prints goes where the test looks."""
    monkeypatch.setattr(sys, "argv", ["enrich", *map(str, arguments)])
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_commands_print_nothing_that_steers_a_terminal(outputs, monkeypatch, capsys, tmp_path):
    for arguments in (
        ("show", "arxiv:1806.07366", "--run", outputs),
        ("history", "arxiv:1806.07366", "--run", outputs),
        ("export", outputs, "--out", tmp_path / "again", "--format", "csv"),
        ("show", f"nothing {PAYLOADS['controls']}", "--run", outputs),
    ):
        code = in_process(monkeypatch, *arguments)
        told = capsys.readouterr()
        assert code == (2 if "nothing" in str(arguments[1]) else 0), told.err
        check_printable(told.out + told.err)


@pytest.mark.parametrize("name", PAYLOADS)
def test_summaries_artifacts_and_logs_hold_no_control_and_no_markup(name, capsys, tmp_path):
    found = to_printable(hostile(name))
    summary = to_summary(found, tmp_path, lost=[(found.warnings[0], found.warnings[0])])
    print_summary(summary)
    print(to_json(summary))
    told = capsys.readouterr()
    check_printable(told.out + told.err)
    assert max(map(len, (told.out.rpartition("\n{")[0] + "\n" + told.err).splitlines())) < 1_100
    raw = hostile(name)
    common = {"argument": raw.warnings[0], "name": raw.warnings[0], "folder": tmp_path / "x"}
    done = ListOutcome(**common, state=RunState.COMPLETE, changes=raw.changes, findings=raw.findings)
    failed = ListOutcome(**common, state=RunState.FAILED, message=raw.warnings[0], exit_code=2)
    artifacts = [to_artifact(done), to_artifact(failed), (to_markdown(to_summary(raw, tmp_path)), [])]
    for markdown, rows in artifacts:
        check_printable(markdown)
        check_markdown(markdown)
        for value in (str(value) for row in rows for value in row.values()):
            check_printable(value)
            assert len(value) < 1_100
            assert "](" not in value
    for format_ in LogFormat:
        logger = logging.getLogger("enrich")
        before = logger.handlers[:], logger.level, logger.propagate
        start_logging(None, format_)
        logger.warning("%s", raw.warnings[0], extra={"facts": {"path": raw.warnings[0]}})
        logger.handlers[:], logger.level, logger.propagate = before
        line = capsys.readouterr().err
        check_printable(line)
        assert line.count("\n") == 1


def check_markdown(text):
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    inner = [part for token in tokens for part in (token, *(token.children or ()))]
    assert not [part.content[:80] for part in inner if part.type in {"html_block", "html_inline", "image"}]
    links = [part.attrs["href"] for part in inner if part.type == "link_open"]
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert len([part for part in inner if part.type == "heading_open"]) <= 2 + len(PLAIN.changes)
    cells = [part.content for part in inner if part.type == "inline"]
    assert max(map(len, cells)) < 4_000


def test_a_list_and_a_path_that_steer_a_terminal_are_printed_as_text(monkeypatch, capsys, tmp_path):
    path = tmp_path / "list\x1b[31m.md"
    path.write_text(
        f"# L\x1b]0;x\x07\x1b[2J\n\n- [Ti\x1bctle of a Paper {PAYLOADS['rich']}](https://arxiv.org/abs/1806.07366)\n",
        "utf-8",
    )
    for options in (("--format", "table"), ("--format", "csv"), ("--format", "jsonl"), ("--explain",)):
        assert in_process(monkeypatch, "parse", path, *options) == 0
        told = capsys.readouterr()
        assert "tle of a Paper" in told.out or options == ("--explain",)
        check_printable(told.out + told.err)
    assert in_process(monkeypatch, "parse", tmp_path / "no\x1b[31m.md") == 2
    check_printable(capsys.readouterr().err)


def test_on_a_terminal_there_are_styles_of_ours_and_nothing_else(outputs, monkeypatch):
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stdout", screen)
    assert in_process(monkeypatch, "show", "arxiv:1806.07366", "--run", outputs) == 0
    assert STYLE.search(screen.getvalue())
    check_printable(STYLE.sub("", screen.getvalue()))
    assert "\x1b[31m" not in screen.getvalue()
