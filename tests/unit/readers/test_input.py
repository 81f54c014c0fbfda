"""What users give: files, folders, wrong encodings, files that are no lists."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from support.command import run_enrich

from enrich.errors import InputError
from enrich.readers import linked_files, list_name, read_files, read_path

ENTRY = "- [Deep Equilibrium Models](https://arxiv.org/abs/1909.01377)\n"


def read(text, name="list.md", **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_files({name: content}, name="list", source=name, **options)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a binary file"),
        (b"%PDF-1.7\n%\xe2\xe3", "a binary file"),
        (b"a\x00b" * 9, "a binary file"),
        (b"\xef\xbb\xbf# Title\n\xff\xfe", "not valid UTF-8-SIG"),
        (b"# My list\n\nNothing here but words.\n", "no entry found (read as markdown; saw 1 x prose)"),
        (b"# Contents\n- [A](#a)\n- [B](#b)\n", "no entry found (read as markdown; saw 2 x contents)"),
    ],
)
def test_what_is_no_list_says_so_in_one_line(content, says):
    with pytest.raises(InputError) as caught:
        read(content)
    assert says in str(caught.value)
    assert str(caught.value).startswith("list.md:")
    assert "\n" not in str(caught.value)


def test_missing_and_unreadable_files_are_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.md: no such file"):
        read_path(tmp_path / "gone.md")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="a folder without a list"):
        read_path(empty)


def test_broken_bibtex_has_a_line():
    with pytest.raises(InputError, match=r"refs\.bib:3: no entry found .*a brace is not closed"):
        read("\n\n@article{b, title = {Never closed\n", "refs.bib")


def test_broken_bibtex_costs_itself_only():
    text = "@article{a, title = {A Title}, year = 2020}\n\n\n@article{b, title = {Never closed\n@misc{c, title = {C}}\n"
    found = read(text, "refs.bib")
    assert [(entry.key, entry.line) for entry in found.entries] == [("a", 1), ("c", 5)]
    assert [(one.reason, one.line, one.detail) for one in found.omissions] == [
        ("broken entry", 4, "line 4: a brace is not closed")
    ]


@pytest.mark.parametrize(("name", "text"), [("a.yaml", "a: [1\n"), ("a.json", '{"a": }'), ("a.yml", "- a\n b: c\n")])
def test_broken_data_files_have_a_line(name, text):
    with pytest.raises(InputError, match=rf"{name}:\d+: broken"):
        read(text, name)


def test_yaml_aliases_stand_for_nothing():
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*{'a' if not i else f'b{i - 1}'}, *a]\n" for i in range(40))
    with pytest.raises(InputError, match="no entry found"):
        read(bomb, "a.yaml")


def test_unknown_reader_names_the_known_ones():
    with pytest.raises(InputError, match="no reader 'word'; there are markdown, html, page, rst, org, bibtex"):
        read(ENTRY, reader="word")


def test_reader_can_be_forced():
    assert read(ENTRY, "list.txt", reader="markdown").entries[0].title == "Deep Equilibrium Models"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_other_encodings_are_detected(encoding):
    text = "- [Nießner and Poincaré Maps of Flows](https://arxiv.org/abs/1909.01377) by Loïc Müller, Zoë Brück\n"
    entry = read(text.encode(encoding)).entries[0]
    assert entry.title == "Nießner and Poincaré Maps of Flows"
    assert entry.authors == ("Loïc Müller", "Zoë Brück")


def test_byte_order_mark_and_carriage_returns_change_nothing():
    plain = read("# S\n\n" + ENTRY).entries
    assert read(("\ufeff# S\r\n\r\n" + ENTRY.replace("\n", "\r\n")).encode()).entries == plain


def test_html_saved_as_markdown_is_read_as_html():
    page = (
        "<!DOCTYPE html><html><head><title>x</title></head><body><nav><a href='/x'>Menu</a></nav>"
        "<article class='markdown-body'><h2>Models</h2><ul><li>"
        "<a href='https://arxiv.org/abs/1909.01377'>Deep Equilibrium Models</a>, S. Bai, NeurIPS 2019</li></ul>"
        "</article></body></html>"
    )
    entry = read(page).entries[0]
    assert (entry.title, entry.section_path, entry.venue) == ("Deep Equilibrium Models", ("Models",), "NeurIPS")


def test_bibtex_entries_keep_fields_identifiers_and_lines():
    text = (
        "% a comment\n@inproceedings{chen18,\n  title = {Neural {O}rdinary Differential Equations},\n"
        "  author = {Chen, Ricky T. Q. and Rubanova, Yulia and others},\n  booktitle = {NeurIPS}, year = 2018,\n"
        "  eprint = {1806.07366}, archivePrefix = {arXiv}, doi = {10.1000/X_1}, keywords = {ode, flow}\n}\n"
        '@article{dup, title={First}, year=1999}\n@article{dup, title={Second G{\\"o}del}, year=2001}\n'
    )
    first, second, third = read(text, "refs.bib").entries
    assert (first.title, first.line, first.year, first.venue) == (
        "Neural Ordinary Differential Equations",
        2,
        2018,
        "NeurIPS",
    )
    assert first.authors == ("Chen, Ricky T. Q.", "Rubanova, Yulia")
    assert [str(known) for known in first.identifiers] == ["arxiv:1806.07366", "doi:10.1000/x_1"]
    assert (second.title, third.title) == ("First", "Second Gödel")


@pytest.mark.slow
def test_long_lists_are_read_in_pieces_without_losing_lines_or_references():
    section = "".join(f"- [Paper Number {number} of Many][ref]\n" for number in range(900))
    text = "".join(f"## Part {part}\n{section}\n" for part in range(9)) + "[ref]: https://arxiv.org/abs/1901.00001\n"
    entries = read(text).entries
    lines = text.split("\n")
    assert len(entries) == 8100
    assert all(entry.title in lines[entry.line - 1] for entry in entries[::97])
    assert entries[-1].section_path == ("Part 8",)


def test_names_of_lists_are_slugs():
    assert list_name("https://github.com/Zymrael/awesome-neural-ode/blob/main/README.md") == "awesome-neural-ode"
    assert list_name("/tmp/Reading List/README.md") == "reading-list"
    assert list_name("a/Über Papers.v2.bib") == "ber-papers-v2"


def test_folder_is_read_through_its_readme_once_each_in_order(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(
        "# All\nSee [two](docs/two.md), [one](./docs/one.md#x) and [data](papers.yaml).\n"
    )
    (tmp_path / "docs" / "one.md").write_text(
        "# One\n- [Neural Spline Flows](https://arxiv.org/abs/1906.04032)\n[back](../README.md)\n"
    )
    (tmp_path / "docs" / "two.md").write_text("# Two\n" + ENTRY + "[one](one.md)\n")
    (tmp_path / "papers.yaml").write_text("- title: A Data Paper\n  paper: https://arxiv.org/abs/2001.00001\n")
    (tmp_path / "CONTRIBUTING.md").write_text(ENTRY)
    found = read_path(tmp_path)
    assert [(entry.order, entry.file, entry.title) for entry in found.entries] == [
        (1, "docs/two.md", "Deep Equilibrium Models"),
        (2, "docs/one.md", "Neural Spline Flows"),
        (3, "papers.yaml", "A Data Paper"),
    ]


def test_folder_without_readme_is_read_by_name(tmp_path):
    (tmp_path / "b.md").write_text(ENTRY)
    (tmp_path / "a.csv").write_text("Title,Year,URL\nAlpha of It,2019,https://arxiv.org/abs/1901.00001\n")
    assert [entry.file for entry in read_path(tmp_path).entries] == ["a.csv", "b.md"]


def test_linked_files_stay_inside_the_list():
    text = (
        "[a](../../etc/x.md) [b](/docs/b.md) [c](https://x.org/c.md) [d](d.png) [e](LICENSE.md) <a href='f.rst'>f</a>"
    )
    assert linked_files(text, path="sub/README.md") == ("docs/b.md", "sub/f.rst")


def test_comments_and_front_matter_do_not_break_a_table():
    text = (
        "---\ntitle: x\n---\n| Title | Venue |\n|---|---|\n"
        "| [Neural Spline Flows](https://arxiv.org/abs/1906.04032) | NeurIPS 2019 |\n"
        "<!-- | [Hidden](https://arxiv.org/abs/1906.00001) | x | -->\n"
        "| [Residual Flows for Modeling](https://arxiv.org/abs/1906.02735) | NeurIPS 2019 |\n"
    )
    found = read(text)
    assert [(entry.line, entry.title) for entry in found.entries] == [
        (6, "Neural Spline Flows"),
        (8, "Residual Flows for Modeling"),
    ]
    assert [(omission.line, omission.reason) for omission in found.omissions] == [(7, "comment")]


def parse(*arguments):
    return run_enrich(["parse", *arguments])


@pytest.mark.thorough
def test_command_prints_objects_rows_and_explanations(tmp_path):
    path = tmp_path / "list.md"
    path.write_text("# S\n\nWords with a [link](https://example.org).\n\n" + ENTRY)
    assert parse(path).stdout.count('"title": "Deep Equilibrium Models"') == 1
    assert parse(path, "--format", "csv").stdout.splitlines()[0].startswith("order,line,title,kind,section_path")
    assert "1 entries in list" in parse(path, "--format", "table").stdout
    explained = parse(path, "--explain").stdout
    assert "F1" in explained
    assert re.search(r"left out\n\s+3  prose +Words with a link", explained)


@pytest.mark.parametrize("arguments", [("gone.md",), (__file__, "--format", "xml"), (__file__, "--reader", "word")])
@pytest.mark.thorough
def test_command_answers_mistakes_with_one_line_and_two(arguments):
    run = parse(*arguments)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert run.stdout == ""


@pytest.mark.thorough
def test_command_imports_nothing_heavy(tmp_path):
    path = tmp_path / "list.md"
    path.write_text(ENTRY)
    code = (
        "import sys; sys.argv = ['enrich', 'parse', sys.argv[1]]\n"
        "from enrich.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'prefect', 'requests_cache', 'requests', 'pydantic_settings', 'docutils', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    assert run.stderr.strip() == "[]"


def test_entries_that_lend_to_each_other_in_a_circle_are_all_works():
    found = read("@misc{a, title={A Thing}, crossref={b}}\n@misc{b, title={B Thing}, crossref={a}}\n", "refs.bib")
    assert ([entry.key for entry in found.entries], found.parents) == (["a", "b"], ())


def test_code_that_shows_markup_links_to_nothing():
    entry, example = (
        "- [Deep Sets](https://arxiv.org/abs/1703.06114)",
        "- [Title](https://arxiv.org/abs/1801.00001) - Ann Lee",
    )
    assert [one.title for one in read(f"# P\n\n{entry}\n- Add one: `{example}`\n").entries] == ["Deep Sets"]


def test_identifiers_below_an_entry_without_a_link_are_its_own_or_entries():
    found = read(
        "# P\n\n- Attention Is All You Need, NeurIPS 2017\n- doi:10.1038/nature14539\n- arXiv:2005.14165\n"
    ).entries
    known = [[str(one) for one in entry.identifiers] for entry in found]
    assert known == [["doi:10.1038/nature14539"], ["arxiv:2005.14165"]]
