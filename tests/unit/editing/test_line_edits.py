"""A line is edited in the syntax of its markup, or not at all."""

from __future__ import annotations

import pytest

from enrich.editing.line_edits import EDITORS


@pytest.mark.parametrize(
    ("markup", "line", "after"),
    [
        ("markdown", "- Old: [x](u)\n", "- A \\[b\\] \\*c\\*: [x](u)\n"),
        ("rst", "* `Old <u>`_\n", "* `A [b] \\*c\\* <u>`_\n"),
        ("org", "- [[u][Old]]\n", "- [[u][A {b} *c*]]\n"),
        ("html", "<a href='u'>Old</a>", "<a href='u'>A [b] *c*</a>"),
        ("csv", "Old,2020\r\n", "A [b] *c*,2020\r\n"),
        ("yaml", "- title: Old # sic\n", "- title: A [b] *c* # sic\n"),
    ],
)
def test_a_text_is_escaped_as_its_markup_wants(markup, line, after):
    assert EDITORS[markup].replace_text(line, "Old", "A [b] *c*") == after


@pytest.mark.parametrize(
    ("markup", "line", "new", "after"),
    [
        ("csv", "1,Old\n", 'a "b", c', '1,"a ""b"", c"\n'),
        ("csv", '"Old";x\n', "New", '"New";x\n'),
        ("csv", "Old,Old\n", "New", "Old,Old\n"),
        ("csv", "Older,1\n", "New", "Older,1\n"),
        ("yaml", "title: Old\n", "a: b # c", 'title: "a: b # c"\n'),
        ("yaml", "title: 'Old'\r\n", "it's", "title: 'it''s'\r\n"),
        ("yaml", 'title: "Old"\n', "New", 'title: "New"\n'),
        ("yaml", "title: Old and more\n", "New", "title: Old and more\n"),
        ("yaml", "title: >\n", "New", "title: >\n"),
        ("html", "<b>R&amp;D</b>", "Q&A <x>", "<b>R&amp;D</b>"),
        ("markdown", "Old, Old\n", "New", "Old, Old\n"),
    ],
)
def test_values_keep_their_style_and_what_is_not_sure_stays(markup, line, new, after):
    assert EDITORS[markup].replace_text(line, "Old", new) == after


def test_entities_are_what_they_stand_for():
    editor = EDITORS["html"]
    assert editor.replace_text("<b>R&amp;D</b>", "R&D", "Q&A <x>") == "<b>Q&amp;A &lt;x&gt;</b>"
    assert editor.replace_address('<a href="u?a=1&amp;b">', "u?a=1&b", "v?c&d") == '<a href="v?c&amp;d">'


@pytest.mark.parametrize(
    ("markup", "line", "after"),
    [
        ("markdown", "- T\n", "- T: [l](https://x.org/a%29b)\n"),
        ("rst", "* T\n", "* T: `l <https://x.org/a%29b>`__\n"),
        ("org", "- T\n", "- T: [[https://x.org/a%29b][l]]\n"),
        ("html", "<li>T</li>\n", '<li>T: <a href="https://x.org/a%29b">l</a></li>\n'),
        ("csv", "T,\n", "T,\n"),
        ("markdown", "- T [x](u)\n", "- T [x](u)\n"),
    ],
)
def test_a_link_is_added_in_the_syntax_of_the_list(markup, line, after):
    assert EDITORS[markup].add_link(line, "T", "l", "https://x.org/a)b") == after


@pytest.mark.parametrize(
    ("markup", "line", "after"),
    [
        ("markdown", "- T: [arXiv18](u)", "- T: [ICML19](u)"),
        ("rst", "* T: `arXiv18 <u>`_", "* T: `ICML19 <u>`_"),
        ("org", "- T [[u][arXiv18]]", "- T [[u][ICML19]]"),
        ("html", "T <a href='u'>arXiv18</a>", "T <a href='u'>ICML19</a>"),
        ("csv", "T,arXiv18,u", "T,ICML19,u"),
        ("markdown", "- arXiv18", "- arXiv18"),
    ],
)
def test_a_label_is_the_text_of_a_link(markup, line, after):
    assert EDITORS[markup].replace_label(line, "arXiv18", "ICML19") == after
