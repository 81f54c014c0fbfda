"""What ``enrich check`` prints is read by programs: titles and file names must not break it."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from enrich.cli.checked import PRINTERS, Checked
from enrich.editing.edits import to_diff
from enrich.model.finding import Finding, Severity
from enrich.readers import read_files
from enrich.updating.healing import HEALABLE, Document, heal

HOSTILE = "A `b` | <img src=x>\x1b[31m *c* ::error::100%, {d}"


@pytest.fixture
def printed(capsys):
    def run(format_, path="my list: 50%, ü.md", references=()):
        finding = Finding(
            list="my-list",
            order=1,
            line=7,
            kind="title_typo",
            severity=Severity.DEFECT,
            list_says=HOSTILE,
            record_says="Two\nlines",
            fix="B",
        )
        PRINTERS[format_](Checked({"my-list": path}, [finding], references))
        return capsys.readouterr().out

    return run


def test_text_is_one_line_per_finding_and_tells_the_terminal_nothing(printed):
    line, summary = printed("text").splitlines()
    assert line.startswith("my list: 50%, ü.md:7: defect title_typo: A `b` | <img src=x> *c*")
    assert "\x1b" not in line
    assert summary == "1 findings: 1 defect, 0 stale, 0 style, 0 note"


def test_markdown_is_a_table_of_one_row_without_markup(printed):
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(printed("markdown"))
    cells = [one.children for one in tokens if one.type == "inline"]
    assert len(cells) == 12
    assert {child.type for some in cells for child in some} <= {"text", "text_special"}
    assert cells[9][0].content.startswith("A `b` | <img src=x>")


def test_an_annotation_is_one_command_whose_properties_are_apart(printed):
    (line,) = printed("github").splitlines()
    command, _, data = line.removeprefix("::").partition("::")
    name, _, properties = command.partition(" ")
    assert name == "error"
    assert dict(one.split("=") for one in properties.split(",")) == {
        "file": "my list%3A 50%25%2C ü.md",
        "line": "7",
        "title": "title_typo",
    }
    assert data.endswith("100%25, {d} | Two%0Alines")


def test_sarif_names_files_by_addresses(printed):
    (result,) = json.loads(printed("sarif"))["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "my%20list%3A%2050%25%2C%20%C3%BC.md"
    assert result["message"]["text"] == f"{HOSTILE} | Two\nlines"


def test_json_holds_findings_and_references(printed):
    content = json.loads(printed("json"))
    (row,) = content["findings"]
    assert content["references"] == []
    assert list(row)[:8] == ["order", "line", "kind", "severity", "list_says", "record_says", "evidence", "fix"]
    assert row["list_says"] == HOSTILE


@pytest.mark.parametrize("letter", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028"])
def test_letters_that_only_python_takes_for_the_end_of_a_line_move_no_edit(letter):
    text = f"# L\n\nIntro{letter}{' and so on' * 30}\n\n* A titel{letter}: [x](https://arxiv.org/abs/1806.07366)\n"
    finding = Finding(
        list="l",
        order=1,
        line=5,
        kind="title_typo",
        severity=Severity.DEFECT,
        list_says=f"A titel{letter}",
        record_says="",
        fix=f"A title{letter}",
    )
    entries = {one.order: one for one in read_files({"l.md": text.encode()}, name="l", source="l.md").entries}
    healed = heal(Document(text, "markdown", entries), [finding], HEALABLE)
    assert healed.text == text.replace("titel", "title")
    removed = [
        line for line in to_diff(text, healed.edits, "l.md", "l.md (healed)").split("\n") if line.startswith("-")
    ]
    assert removed == ["--- l.md", f"-* A titel{letter}: [x](https://arxiv.org/abs/1806.07366)"]
