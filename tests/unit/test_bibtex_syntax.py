"""The blocks of a BibTeX text cover it, and one mistake costs one entry."""

import pytest

from enrich.text.bibtex_syntax import BibKind, parse_bibliography


def told(text):
    return [
        (block.kind, block.key, *(what for _, what in block.problems))
        for block in parse_bibliography(text).blocks
        if block.type
    ]


def values(text):
    found = parse_bibliography(text)
    return [{field.name: found.value(field) for field in entry.fields} for entry in found.entries]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no entry at all, but me@example.org {x}",
        "% Encoding: UTF-8\n@misc{a, title={x}} @misc{b, title={y}}\n\n@comment{jabref-meta: groups;}\n",
        "@misc{a, title={x\r\n@misc{b, title={y}}\r\n",
        '@preamble{"\\newcommand{\\x}{1}"}\n@string(acm = {ACM})\n@misc(a, publisher = acm)\n',
        "@misc{a, note={@misc{b, title={c}}}}",
    ],
)
def test_the_spans_of_the_blocks_are_the_text(text):
    blocks = parse_bibliography(text).blocks
    assert "".join(text[block.start : block.end] for block in blocks) == text


def test_an_entry_inside_a_value_and_one_that_is_commented_out_are_no_entries():
    assert told("@misc{a, note={@misc{b, title={c}}}}\n%@misc{c, title={d}}\n@comment{\n@misc{e, title={f}}\n}") == [
        (BibKind.ENTRY, "a"),
        (BibKind.COMMENT, ""),
    ]


def test_macros_are_replaced_and_parts_are_joined():
    text = '@string{acm = "ACM"}@string(sosp = acm # { Symposium})'
    text += '@book{a, booktitle = SOSP # " 1", month = 10 # "~" # jan, x = unknown}'
    assert values(text) == [{"booktitle": "ACM Symposium 1", "month": "10~January", "x": "unknown"}]


def test_macros_that_double_stay_small():
    text = '@string{a0 = "ha"}' + "".join(f"@string{{a{i} = a{i - 1} # a{i - 1}}}" for i in range(1, 60))
    assert max(map(len, parse_bibliography(text).macros.values())) <= 1 << 16


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@misc{a, title={x} year=2001}", "a comma is missing behind the field title"),
        ("@misc{a title={x}, year=2001}", "a comma is missing behind the citation key"),
        ("@misc{a, title={x}, year=2001\n", "a '}' is missing at the end"),
        ("@misc{a, title={x}}, year=2001}", "a '}' too many"),
        ("@misc{a, title={x}, year=two thousand}", "a value stands without braces or quotes"),
    ],
)
def test_a_slip_is_named_and_the_entry_is_read(text, problem):
    assert told(text) == [(BibKind.ENTRY, "a", problem)]
    assert values(text)[0]["title"] == "x"
    assert "year" in values(text)[0]


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{a, title={The {x}, year={2001}}",
        "@misc{a, title={x, year={2001}}",
        '@misc{a, title="x, year="2001"}',
        "@misc{a, title}",
    ],
)
def test_what_cannot_be_read_costs_itself_only(broken):
    kinds = told(f"@misc{{z, title={{z}}}}\n{broken}\n@misc{{b, title={{y}}}}\n")
    assert [kind for kind, *_ in kinds] == [BibKind.ENTRY, BibKind.BROKEN, BibKind.ENTRY]
    assert kinds[1][1] == "a"
    assert len(kinds[1]) > 2


def test_lines_are_those_of_the_file():
    found = parse_bibliography("\n\n@misc{a,\n title={x}\n year=1}\n\n@misc{b, year=2}")
    assert [(entry.line, entry.problems) for entry in found.entries] == [
        (3, ((4, "a comma is missing behind the field title"),)),
        (7, ()),
    ]


def test_keys_may_hold_blanks_or_be_absent():
    assert [
        entry.key
        for entry in parse_bibliography("@misc{a key, year=1}\n@misc{, year=1}\n@misc{year=1}\n@misc{k}").entries
    ] == [
        "a key",
        "",
        "",
        "k",
    ]


@pytest.mark.thorough
def test_unclosed_braces_and_comments_are_read_in_linear_time():
    from time import perf_counter

    def seconds(n):
        text = "@misc{a, title={{{{x, \n" * n + "@comment{ {\n" * n + "@misc{a, title = \n" * n
        start = perf_counter()
        parse_bibliography(text)
        return perf_counter() - start

    seconds(1000)
    assert seconds(8000) < 20 * max(seconds(2000), 0.001)
