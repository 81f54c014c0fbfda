import re
import sys
from pathlib import Path

import pytest
from docs_tables import TABLES

from enrich.readers import families, read_files

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLE = re.search(r"## A format family.*?```python\n(.*?)```", (DOCS / "extending.md").read_text("utf-8"), re.DOTALL)[
    1
]
FOUND = (families.known_families, families.unit_readers, families.block_readers)


@pytest.fixture
def add_family(monkeypatch, tmp_path):
    """Put a file beside the families."""
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])

    def add(text):
        (tmp_path / "stranger.py").write_text(text, "utf-8")
        for found in FOUND:
            found.cache_clear()

    yield add
    sys.modules.pop("enrich.readers.families.stranger", None)
    vars(families).pop("stranger", None)
    for found in FOUND:
        found.cache_clear()


def read(text, name="list.md"):
    return read_files({name: text.encode()}, name="list", source=name).entries


def test_a_family_is_one_file(add_family):
    add_family(EXAMPLE)
    (entry,) = read("# Papers\n\n- Deep Equilibrium Models <- Shaojie Bai, J. Zico Kolter, Vladlen Koltun\n")
    assert (entry.family, entry.title) == ("F18", "Deep Equilibrium Models")
    assert entry.authors == ("Shaojie Bai", "J. Zico Kolter", "Vladlen Koltun")
    assert "| F18 | title, an arrow, names |" in TABLES["reading.md", "families"]()


def test_a_family_keeps_its_name_in_every_markup(add_family):
    add_family(EXAMPLE)
    assert read("Papers\n======\n\n* Deep Equilibrium Models <- Shaojie Bai, Zico Kolter\n", "a.rst")[0].family == "F18"


def test_a_later_family_reads_blocks_before_earlier_ones(add_family):
    add_family("""
from enrich.readers.draft import Draft
from enrich.readers.family import Family
from enrich.readers.outline import Kind

def read(block):
    return [Draft(block.line, block.record["what"], FAMILY)] if "what" in block.record else []

FAMILY = Family(code="F98", shape="records of whats", read_block=read, kinds=frozenset({Kind.DATA}))
""")
    text = """
- {title: A Record That Says What, what: Deep Equilibrium Models, url: "https://arxiv.org/abs/1909.01377"}
- {title: Neural Ordinary Differential Equations, url: "https://arxiv.org/abs/1806.07366"}
"""
    assert [(one.family, one.title) for one in read(text, "list.yaml")] == [
        ("F98", "Deep Equilibrium Models"),
        ("F15", "Neural Ordinary Differential Equations"),
    ]


def test_a_code_is_given_once(add_family):
    add_family('from enrich.readers.family import Family\nAGAIN = Family(code="F17", shape="again")\n')
    with pytest.raises(ValueError, match="two families have the code F17"):
        families.known_families()
