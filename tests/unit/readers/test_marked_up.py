"""Works that a file marks up by name: pages with classes or properties, Org headings with drawers, cells with lists."""

from __future__ import annotations

import pytest

from enrich.readers import read_files

PAPERS = [
    ("Wells of the Northern Sea", "Ann Lee, Bo Ek"),
    ("On Tides", "Cy Ito"),
    ("Salt and Its Measurement in Small Rooms", "Di Roe, Ed Poe, Fay Moe"),
]


def read(name, text):
    return read_files({name: text.encode()}, name="list", source=name).entries


PAGES = {
    "classes": '<p class="paper"><b class="title">{0}</b><br><span class="authors">{1}</span></p>',
    "prefixed": '<li><a href="/{2}"><span class="paper-title">{0}</span></a> <i class="paperAuthors">{1}</i></li>',
    "h-cite": '<div class="h-cite"><a class="p-title" href="/{2}">{0}</a><span class="p-author">{1}</span></div>',
    "schema.org": '<article itemscope><h3 itemprop="headline">{0}</h3><span itemprop="author">{1}</span></article>',
    "rows": '<tr><td class="pub_title">{0}</td><td class="pub_authors">{1}</td></tr>',
    "cells": '<td><p><b class="title">{0}</b><span class="authors">{1}</span></p></td>',
}


@pytest.mark.parametrize("form", PAGES)
def test_a_page_that_names_the_fields_of_its_works_is_read_by_their_names(form):
    items = "".join(PAGES[form].format(title, names, place) for place, (title, names) in enumerate(PAPERS))
    around = {"rows": f"<table>{items}</table>", "cells": f"<table><tr>{items}</tr></table>"}.get(form, items)
    entries = read("page.html", f"<!doctype html><html><body><h1>Accepted papers</h1>{around}</body></html>")
    assert [entry.title for entry in entries] == [title for title, _ in PAPERS]
    assert [entry.authors for entry in entries] == [tuple(names.split(", ")) for _, names in PAPERS]


def test_a_quotation_beside_a_work_is_none_of_its_fields():
    item = (
        '<article><b class="title">{0}</b> by <span class="author">{1}</span><blockquote>Fine!'
        '<a href="https://example.org/status/1" class="comment-author">@reader</a></blockquote></article>'
    )
    page = "".join(item.format(title, names) for title, names in PAPERS)
    entries = read("page.html", f"<html><body>{page}</body></html>")
    assert [entry.authors for entry in entries] == [tuple(names.split(", ")) for _, names in PAPERS]
    assert not any(entry.links for entry in entries)


def test_two_such_elements_are_no_layout():
    page = "".join(PAGES["classes"].format(title, names) for title, names in PAPERS[:2])
    assert all(entry.family != "F15" for entry in read("page.html", f"<html><body>{page}</body></html>"))


def test_an_org_heading_with_the_fields_of_a_work_in_its_drawer_is_a_record():
    text = "".join(
        f"* {state}{title}\n{closed}:PROPERTIES:\n:AUTHOR: {names}\n:YEAR: 2019\n:SHOP: https://example.org/{place}\n:END:\n\n"
        for place, ((title, names), (state, closed)) in enumerate(
            zip(PAPERS, (("READ ", "CLOSED: [2020-01-02]\n"), ("READ ", ""), ("", "")), strict=True)
        )
    )
    entries = read("list.org", text)
    assert [entry.title for entry in entries] == [title for title, _ in PAPERS]
    assert [entry.authors for entry in entries] == [tuple(names.split(", ")) for _, names in PAPERS]
    assert [entry.year for entry in entries] == [2019] * 3
    assert [entry.links[0].url for entry in entries] == [f"https://example.org/{place}" for place in range(3)]


@pytest.mark.parametrize("cite", ["[[cite:lee-2019][Lee 2019: Wells]]", "[cite:@lee-2019]", "[[parencite:lee-2019]]"])
def test_an_org_heading_above_a_citation_is_the_work_that_it_cites(cite):
    (entry,) = read("notes.org", f"* TODO Wells of the Northern Sea\n{cite}\nSome words.\n")
    assert (entry.title, entry.key, entry.links) == ("Wells of the Northern Sea", "lee-2019", ())


def test_emphasis_goes_over_a_line_end():
    text = "* Papers\n- *Salt and Its\n  Measurement* [[https://arxiv.org/abs/1806.07366][pdf]]\n- *On Tides* [[https://arxiv.org/abs/1806.07367][pdf]]\n"
    assert [entry.title for entry in read("list.org", text)] == ["Salt and Its Measurement", "On Tides"]


LINKED = [f"[{title}](https://arxiv.org/abs/1806.0736{place})" for place, (title, _) in enumerate(PAPERS)]


def test_cells_that_hold_lists_of_titles_are_a_title_an_entry():
    table = (
        "| Date | Required | Optional |\n|---|---|---|\n"
        f"| 2019-09-01 | {LINKED[0]}<br>{LINKED[1]} | |\n| 2019-09-08 | | {LINKED[2]} |\n| 2019-09-15 | holiday | |\n"
    )
    entries = read("list.md", table)
    assert [entry.title for entry in entries] == [title for title, _ in PAPERS]
    assert [entry.date for entry in entries] == ["2019-09-01", "2019-09-01", "2019-09-08"]


def test_cells_with_fields_below_their_title_are_one_entry():
    rows = "".join(f"| {link}<br>{names}<br>ICML 2019 |\n" for link, (_, names) in zip(LINKED, PAPERS, strict=True))
    assert [entry.title for entry in read("list.md", f"| Paper |\n|---|\n{rows}")] == [title for title, _ in PAPERS]


@pytest.mark.parametrize("item", ["\t{}. {}: {}", "   {}) {}: {}", "    - {1}: {2}"])
def test_indented_items_of_a_plain_text_are_items(item):
    lines = [
        item.format(place, title, f"https://arxiv.org/abs/1806.0736{place}")
        for place, (title, _) in enumerate(PAPERS, 1)
    ]
    entries = read("list.txt", "Waters:\n" + "\n".join(lines) + "\n")
    assert [entry.title for entry in entries] == [title for title, _ in PAPERS]
    assert [entry.line for entry in entries] == [2, 3, 4]
