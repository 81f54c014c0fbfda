"""A field is added, changed, renamed or removed in the style of its entry."""

from __future__ import annotations

import pytest

from enrich.editing.bibtex_edits import FieldEdit, entry_edits, is_faithful
from enrich.editing.edits import Edit, apply_edits, to_diff
from enrich.text.bibtex_syntax import parse_bibliography

DOI = FieldEdit("doi", "10.1/x")


def edited(text, *fields, type_=None):
    book = parse_bibliography(text)
    block = next(book.entries)
    edits = entry_edits(book, block, fields, type_=type_)
    assert is_faithful(book, block, edits, fields)
    return apply_edits(text, edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a}", "@misc{a, doi = {10.1/x}}"),
        ("@misc{a,}", "@misc{a, doi = {10.1/x},}"),
        ("@misc{a,\n}\n", "@misc{a,\n  doi = {10.1/x},\n}\n"),
        ("@misc{a, year=2001}", "@misc{a, year=2001, doi={10.1/x}}"),
        ('@misc(a, year="2001")', '@misc(a, year="2001", doi="10.1/x")'),
        ("@misc{a,\n\tyear = {1},\n}", "@misc{a,\n\tyear = {1},\n\tdoi = {10.1/x},\n}"),
        ("@misc{a,\r\n year = {1}\r\n}", "@misc{a,\r\n doi = {10.1/x},\r\n year = {1}\r\n}"),
        ("@misc{a\n, title = {t}\n, year = {1}\n}", "@misc{a\n, title = {t}\n, doi = {10.1/x}\n, year = {1}\n}"),
        (
            "@misc{a,\n year = 1, % one\n note = {n},\n}",
            "@misc{a,\n year = 1, % one\n doi = {10.1/x},\n note = {n},\n}",
        ),
        (
            "@MISC{a,\n  AUTHOR    = {A},\n  YEAR      = {1},\n}",
            "@MISC{a,\n  AUTHOR    = {A},\n  YEAR      = {1},\n  DOI       = {10.1/x},\n}",
        ),
        (
            "@misc{a,\n  author=    {A},\n  year=      {1},\n}",
            "@misc{a,\n  author=    {A},\n  year=      {1},\n  doi=       {10.1/x},\n}",
        ),
        (
            "@misc{a,\n  Author = {A},\n  Year = {1},\n}",
            "@misc{a,\n  Author = {A},\n  Year = {1},\n  Doi = {10.1/x},\n}",
        ),
    ],
)
def test_a_new_field_takes_the_style_of_the_others(before, after):
    assert edited(before, DOI) == after


def test_values_change_inside_their_delimiters():
    text = '@misc{a, title = "old", year = 2001, journal = jmlr # " x", note = {n}}'
    changes = (
        FieldEdit("title", 'a "new" one'),
        FieldEdit("year", "2002"),
        FieldEdit("journal", "nips", "booktitle", is_macro=True),
    )
    after = '@misc{a, title = "a {"}new{"} one", year = 2002, booktitle = nips, note = {n}}'
    assert edited(text, *changes) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a,\n doi = {d},\n year = 1,\n}", "@misc{a,\n year = 1,\n}"),
        ("@misc{a,\n year = 1,\n doi = {d}\n}", "@misc{a,\n year = 1\n}"),
        ("@misc{doi = {d}, year = 1}", "@misc{year = 1}"),
    ],
)
def test_a_field_goes_with_its_comma(before, after):
    assert edited(before, FieldEdit("doi", None)) == after


@pytest.mark.parametrize(("before", "after"), [("MISC", "ARTICLE"), ("Misc", "Article"), ("misc", "article")])
def test_a_type_keeps_its_capitals(before, after):
    assert edited(f"@{before}{{a, year = 1}}", type_="article") == f"@{after}{{a, year = 1}}"
    assert "@InProceedings" in edited("@Misc{a, year = 1}", type_="inproceedings")


def test_an_entry_that_does_not_end_is_not_edited():
    book = parse_bibliography("@misc{a, year = 1 #\n@misc{b}")
    block = next(book.entries)
    assert not is_faithful(book, block, entry_edits(book, block, [DOI]), [DOI])


def test_a_value_that_would_end_the_entry_is_no_faithful_edit():
    book = parse_bibliography("@misc{a, year = {1}}")
    block = next(book.entries)
    change = FieldEdit("doi", "x}, note = {y")
    assert not is_faithful(book, block, entry_edits(book, block, [change]), [change])


def test_edits_that_overlap_are_a_mistake():
    with pytest.raises(ValueError, match="edits overlap at 1"):
        apply_edits("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])


def test_a_diff_counts_lines_that_come_and_go():
    text = "a\nb\nc\nd\ne\nf\ng\nh"
    edits = [Edit(2, 4, ""), Edit(10, 10, "new\n"), Edit(14, 15, "H")]
    assert to_diff(text, edits, "x", "y") == (
        "--- x\n+++ y\n@@ -1,3 +1,2 @@\n a\n-b\n c\n@@ -5,4 +4,5 @@\n e\n+new\n f\n g\n"
        "-h\n\\ No newline at end of file\n+H\n\\ No newline at end of file\n"
    )
