"""reStructuredText: what docutils has as text, heading, item, cell or code is that here."""

from __future__ import annotations

import pytest

from enrich.readers.outline import CODE, Kind, all_lines, plain, walk
from enrich.readers.rst import read_rst


def texts(source):
    """Line and text of all lines."""
    return [(line.number, plain(line.runs)) for block in read_rst(source).blocks for line in all_lines(block)]


def runs(source):
    return [run for block in read_rst(source).blocks for line in all_lines(block) for run in line.runs]


def urls(source):
    return [run.url for run in runs(source) if run.url is not None]


def test_text_has_the_line_where_it_stands():
    source = "====\nList\n====\n\n* `A title\n  over lines <https://a.org>`_\n  Ann Author\n\n    | one\n    | two\n"
    assert texts(source) == [(2, "List"), (5, "A title over lines"), (7, "Ann Author"), (9, "one"), (10, "two")]
    assert texts("a\x0bb\x85c\u2028d\r\n\re\n")[-1] == (3, "e")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"*Ann\*, Bob*", [("Ann*, Bob", True)]),
        (r"**Ann\*\*, Bob*, C** d", [("Ann**, Bob*, C", True), (" d", False)]),
        (r"**Ann**\ \*, \*b\*, a\_b", [("Ann", True), ("*, *b*, a_b", False)]),
        (r"\*a *b* \`c\`_ ``d\e``",
         [("*a ", False), ("b", True), (" `c`_ ", False), (r"d\e", True)]),
        (r"`Q\*: \<a\> b <https://a.org/b\_c>`_", [("Q*: <a> b", False)]),
    ],
)  # fmt: skip
def test_a_sign_behind_a_backslash_is_text(source, expected):
    assert [(run.text, bool(run.style)) for run in runs(source)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("`t`_ `u <tt_>`_ vv_\n\n.. _t: https://t.org\n.. _tt: t_\n.. _vv: t_\n", ["https://t.org"] * 3),
        ("`t`__ `u`__ vv__\n\n__ https://t.org\n.. __: https://u.org\n\n__ t_\n\n.. _t: https://v.org\n",
         ["https://t.org", "https://u.org", "https://v.org"]),
        ("`t`__\n\ntext\n__ https://t.org\n", ["https://t.org"]),
        ("`t <https://t.org>`__(`u <https://u.org/a_b>`_) `v`__\n\n__ https://v.org\n",
         ["https://t.org", "https://u.org/a_b", "https://v.org"]),
        ("`t`__ vv__ `u`__\n\n__ https://t.org\n", ["https://t.org", ""]),
    ],
)  # fmt: skip
def test_references_lead_where_they_say(source, expected):
    assert urls(source) == expected


@pytest.mark.parametrize(
    ("source", "is_list"),
    [
        ("M. Jordan. A title. 2000.\n", [False]),
        ("- a\n\nM. Jordan. A title. 2000.\n", [True, False]),
        ("A. Turing. A title. 1950.\n\nM. Jordan. A title. 2000.\n", [False, False]),
        ("M. Jordan. A title. 2000.\nB. Lake. A title. 2001.\n", [False, False]),
        ("M. Jordan, A. Turing,\nB. Lake. A title. 2001.\n", [False]),
        ("Wet boats\n   M. Jordan\n", [False]),
        ("A. a\n\n   - b\n\nB. b\n\nC. c\n", [True]),
        ("M. m\nN. n\n", [True]),
        ("b) b\n\nc. c\n\n7. d\n", [True]),
    ],
)  # fmt: skip
def test_an_initial_is_no_bullet(source, is_list):
    assert [block.kind is Kind.LIST for block in read_rst(source).blocks] == is_list


def test_cells_of_grids_may_span_columns_and_rows():
    grid = "+---+---+\n| a | b |\n+===+===+\n| c     |\n+---+---+\n| d | e |\n|   +---+\n|   | f |\n+---+---+\n"
    [block] = read_rst(grid).blocks
    assert [(row.line, [cell.is_continued for cell in row.cells]) for row in block.rows] == [
        (2, [False, False]), (4, [False, True]), (6, [False, False]), (8, [True, False]),
    ]  # fmt: skip


def test_cells_of_list_tables_may_be_empty_and_have_several_lines():
    source = (
        ".. list-table:: x\n   :header-rows: 1\n\n   * - Title\n     - Note\n     - Year\n   * - a\n       b\n"
        "     -\n     - c\n\n       - d\n   * -\n     - e\n     -\n"
    )
    [block] = read_rst(source).blocks
    assert [(row.line, [cell.is_header for cell in row.cells]) for row in block.rows] == [
        (4, [True] * 3), (7, [False] * 3), (13, [False] * 3),
    ]  # fmt: skip
    assert [[plain(line.runs) for line in cell.lines] for row in block.rows[1:] for cell in row.cells] == [
        ["a", "b"], [], ["c", "d"], [], ["e"], [],
    ]  # fmt: skip


def test_headings_may_have_numbers_and_lines_of_any_length():
    source = "A\n===\n\n- a\n\n2. 🔥 日本\n-------\n\n- b\n\nB. C\n~~~~\n\n"
    source += "=====\nF\n======\n\n- c\n\n====\nNo heading\n\ntext\n"
    found = [(block.line, block.level) for block in read_rst(source).blocks if block.kind is Kind.HEADING]
    assert found == [(1, 1), (6, 2), (11, 3), (15, 4)]
    assert (21, "No heading") in texts(source)


def test_what_is_indented_below_two_colons_is_code():
    source = "a::\n\n  - `b <https://b.org>`_\n\n    c\n\nd ::\n\n- e\n\n  ::\n\n     f\n\n- g: \n"
    blocks = list(walk(read_rst(source).blocks))
    assert [(block.line, block.text) for block in blocks if block.kind is Kind.CODE] == [
        (3, "- `b <https://b.org>`_\n\n  c\n"), (13, "f\n"),
    ]  # fmt: skip
    assert texts(source) == [(1, "a:"), (7, "d"), (9, "e"), (15, "g:")]


def test_roles_literals_and_substitutions():
    source = "``a`` `b` :doi:`10.1/x` |c| d\n\n.. |c| replace:: said\n"
    assert [(run.text, run.style, run.role) for run in runs(source) if run.text.strip()] == [
        ("a", CODE, ""), ("b", CODE, ""), ("10.1/x", 0, "doi"), ("  d", 0, ""),
    ]  # fmt: skip


def test_notes_stand_where_they_are_cited_and_else_are_a_list():
    cited, uncited = read_rst("A [#one]_ b\n\n.. [#one] Liu, F.T. 2008. *Forest*.\n.. [2] Else\n.. [Key] More\n").blocks
    assert [run.text for run in cited.lines[0].runs if run.role == "citation"] == ["Liu, F.T. 2008. *Forest*."]
    assert [item.line for item in uncited.children] == [4, 5]


@pytest.mark.parametrize(
    "damage",
    ["- " * 5000 + "a", "".join(" " * depth + f"- {depth}\n" for depth in range(0, 400, 2)), "9" * 5000 + ". x",
     "*a " * 2000, "**a*b \\" * 2000, "+--" * 3000 + "+\n" + "|a " * 3000 + "|\n" + "+--" * 3000 + "+",
     "M. a\n" * 2000, "::\n\n" * 2000, "-\n" * 2000],
)  # fmt: skip
def test_damage_costs_no_other_entry(damage):
    assert urls(f"- `One <https://a.org>`_\n\n{damage}\n\n- `Two <https://b.org>`_\n") == [
        "https://a.org", "https://b.org",
    ]  # fmt: skip
