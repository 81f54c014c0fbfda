"""Knowledge is data that a program reads as a person does: whole hosts, whole words, and where they come from."""

import ast
import re
import tomllib
from itertools import pairwise

import pytest
from support.shared import ROOT

from enrich.knowledge import read_table, read_words
from enrich.model.entry import LinkRole
from enrich.text.hosts import is_paper_url, url_role

FOLDER = ROOT / "src/enrich/knowledge"
TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
WORDS = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
KINDS = [(subject, kind) for subject, kinds in WORDS.items() for kind in kinds]


def _calls() -> set[tuple[str, ...]]:
    """The constant arguments of each call of a reader of knowledge in the sources."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    trees = (ast.parse(text) for text in texts if "read_table" in text or "read_words" in text)
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"read_table", "read_words"})
    return {tuple(one.value for one in call.args if isinstance(one, ast.Constant)) for call in named}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_its_origin_and_has_no_row_twice(name):
    assert (FOLDER / f"{name}.csv").read_text(encoding="utf-8").startswith("# ")
    rows = [tuple(row.items()) for row in read_table(name)]
    assert rows
    assert len(rows) == len(set(rows))
    assert all(None not in dict(row) and None not in dict(row).values() for row in rows), "a row of another width"


def test_whatever_is_known_is_asked():
    assert _calls() >= {(name,) for name in TABLES} | set(KINDS)


@pytest.mark.parametrize(("subject", "kind"), KINDS)
def test_words_are_whole_and_stand_once(subject, kind):
    words = WORDS[subject][kind].split()
    assert len(words) == len(set(words)) == len(read_words(subject, kind))
    assert not [word for word in words if word.endswith("-")], "broken at its hyphen"


def test_hosts_are_hosts_in_order_each_with_a_role():
    rows = read_table("hosts")
    label = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    assert not [row["host"] for row in rows if not re.fullmatch(rf"{label}(?:\.{label})+", row["host"])]
    assert {row["role"] for row in rows} <= set(LinkRole)
    for one, other in pairwise(rows):
        assert one["role"] != other["role"] or one["host"] < other["host"]


@pytest.mark.parametrize("row", read_table("hosts"), ids=lambda row: row["host"])
def test_a_page_below_a_host_has_its_role(row):
    for host in (row["host"], f"www.{row['host']}"):
        assert url_role(f"https://{host}/some/page") == row["role"]
        assert is_paper_url(f"https://{host}/some/page") == (row["role"] == LinkRole.PAPER)
