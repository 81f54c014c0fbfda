"""The report in a real browser without a network: silent, searchable, shareable, and open to everyone."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
VIEWS = ("list", "timeline", "map", "authors", "venues")


def rows(page):
    return page.locator("#results article.row")


def titles(page):
    return page.locator("#results .title").all_inner_texts()


def status(page):
    return page.locator("#status").inner_text()


def search(page, text):
    page.get_by_role("searchbox", name="Search titles").fill(text)


def box_of(page, facet):
    """The box of filters of a facet, opened."""
    box = page.locator("details.box", has=page.locator("summary", has_text=re.compile(f"^{facet}$")))
    if not box.evaluate("box => box.open"):
        box.locator("summary").click()
    expect(box.locator(".choice").first).to_be_visible()
    return box


def choose(page, facet, value):
    box = box_of(page, facet)
    choice = box.locator(".choice", has=page.locator(".name", has_text=re.compile(f"^{re.escape(value)}$")))
    if choice.count() == 0:
        box.get_by_role("button", name=re.compile("Show all")).click()
    choice.click()


def counts(page, facet):
    """What a box of filters says, by value."""
    box = box_of(page, facet)
    names = box.locator(".choice .name").all_inner_texts()
    return dict(zip(names, map(int, box.locator(".choice .n").all_inner_texts()), strict=True))


def asked(page):
    """The address of the view, once the typing has settled."""
    page.wait_for_timeout(250)
    return page.evaluate("location.hash")


def embedded(page):
    return json.loads(page.locator("#rows").text_content())["rows"]


def works_per_list(page):
    return len(embedded(page))


# --- the works come first


def test_the_works_come_first(open_report):
    bottom = "[...document.querySelectorAll('article.row')].map((row) => row.getBoundingClientRect().bottom)"
    page = open_report("founding")
    assert sum(one <= 900 for one in page.evaluate(bottom)) >= 5
    page = open_report("changed")
    assert sum(one <= 900 for one in page.evaluate(bottom)) >= 4
    assert page.locator("#works").bounding_box()["y"] < page.locator("#changes").bounding_box()["y"]
    phone = open_report("changed", **PHONE)
    assert phone.locator("article.row").first.bounding_box()["y"] < 700


def test_all_works_are_there_and_hostile_titles_are_only_text(open_report):
    page = open_report("nasty")
    assert status(page) == "52 works"
    search(page, "</script><script>")
    assert titles(page) == ["</script><script>alert(1)</script>"]
    assert page.locator("#works script, #changes script").count() == 0


def test_sections_are_headings_with_their_works_below(open_report):
    page = open_report("founding")
    heads = page.locator("#results h3.group").all_inner_texts()
    data = json.loads(page.locator("#rows").text_content())
    expected = list(dict.fromkeys(data["sections"][row["s"][0]] for row in data["rows"]))
    assert [re.sub(r"\s*\d+$", "", head) for head in heads] == expected[: len(heads)]
    assert len(heads) >= 2
    assert page.locator("#results h4.title").count() >= 20
    page.get_by_label("Sort").select_option("title")
    assert page.locator("#results h3.group").count() == 0
    page.get_by_label("Sort").select_option("newest")
    assert re.fullmatch(r"\d{4}\s*\d+", page.locator("#results h3.group").first.inner_text())


# --- filters


def test_the_search_ignores_accents_and_order(open_report):
    page = open_report("nasty")
    search(page, "zivkovic uber")
    assert rows(page).count() == 1
    assert status(page) == "1 of 52 works"


def test_what_is_pasted_into_the_search_is_found(open_report):
    page = open_report("told")
    bert = "BERT: Pre-Training of Deep Bidirectional Transformers"
    pasted = """arXiv:1810.04805
https://arxiv.org/abs/1810.04805v2
http://arxiv.org/pdf/1810.04805v1.pdf
doi:10.18653/v1/N19-1423
https://doi.org/10.18653/v1/n19-1423
“deep bidirectional”
BERT, transformers;"""
    for text in pasted.splitlines():
        search(page, text)
        (title,) = titles(page)
        assert title.startswith(bert), text
    search(page, '"bidirectional deep"')
    assert titles(page) == []
    search(page, 'unclosed "')
    search(page, '"')
    assert status(page) == "52 works"


def test_words_of_abstracts_are_searched_and_abstracts_unfold(open_report):
    page = open_report("told")
    search(page, "QUOKKA learns")
    expect(page.locator("#status")).to_have_text(re.compile("^[1-9] of 52 works"))  # once the abstracts are unpacked
    assert not any("quokka" in title.lower() for title in titles(page))
    button = page.get_by_role("button", name="Abstract:").first
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    expect(page.locator(".abstract")).to_contain_text("quokka")
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    expect(page.locator(".abstract")).to_have_count(0)


def test_facets_take_several_choices_and_their_counts_follow_each_other(open_report):
    page = open_report("told")
    data = embedded(page)
    whole = counts(page, "Status")
    assert whole == {
        name: sum(row["w"] == value for row in data)
        for value, name in (
            ("ok", "complete"),
            ("partial", "incomplete"),
            ("not_found", "not found"),
            ("not_asked", "not asked"),
        )
    }
    choose(page, "Status", "complete")
    choose(page, "Status", "not found")
    both = [row for row in data if row["w"] in ("ok", "not_found")]
    assert status(page) == f"{len(both)} of 52 works"
    assert counts(page, "Status") == whole
    open_access = counts(page, "Open access")
    assert open_access["gold"] == sum(row.get("z") == "gold" for row in both)
    choose(page, "Open access", "gold")
    chosen = [row for row in both if row.get("z") == "gold"]
    assert status(page) == f"{len(chosen)} of 52 works"
    assert counts(page, "Open access") == open_access
    assert counts(page, "Status").get("incomplete", 0) == sum(
        row["w"] == "partial" and row.get("z") == "gold" for row in data
    )
    choose(page, "Code", "with")
    coded = [row for row in chosen if any(label == "Code" for label, _ in row.get("u", []))]
    assert status(page) == f"{len(coded)} of 52 works"
    page.get_by_role("button", name="Remove the filter Code: with").click()
    assert status(page) == f"{len(chosen)} of 52 works"
    page.get_by_role("button", name="Clear all").click()
    assert status(page) == "52 works"


def test_a_section_holds_what_stands_below_it_and_labels_and_pdfs_filter(open_report):
    page = open_report("nasty")
    choose(page, "Section", "One")
    assert rows(page).count() == 1
    page.get_by_role("button", name="Clear all").click()
    choose(page, "Label", "oral")
    assert status(page) == "10 of 52 works"
    choose(page, "PDF", "with")
    with_pdf = sum(any(label == "PDF" for label, _ in row["u"]) for row in embedded(page))
    page.get_by_role("button", name="Remove the filter Label: oral").click()
    assert status(page) == f"{with_pdf} of 52 works"


def test_years_are_a_range_and_their_bars_follow_the_other_filters(open_report):
    page = open_report("600")
    data = embedded(page)
    choose(page, "Kind", "journal")
    page.locator("select[data-end=from]").select_option("2015")
    page.locator("select[data-end=to]").select_option("2018")
    chosen = [row for row in data if row["p"] == "journal" and 2015 <= row["y"] <= 2018]
    assert status(page) == f"{len(chosen)} of 600 works"
    assert "year=2015-2018" in asked(page)
    told = page.locator(".bars title").all_text_contents()
    n = sum(row["p"] == "journal" and row["y"] == 2020 for row in data)
    assert f"2020: {n} works" in told
    bars = page.locator(".bars").bounding_box()
    page.mouse.click(bars["x"] + 1, bars["y"] + 20)
    assert "year=2012" in asked(page)


def test_a_facet_of_many_values_can_be_searched(open_report):
    page = open_report("600")
    box = box_of(page, "Author")
    assert box.locator(".choice").count() == 8
    box.get_by_role("searchbox").fill("mull")
    assert all("Müller" in name for name in box.locator(".name").all_inner_texts())
    assert status(page) == "600 works"
    box.get_by_role("searchbox").fill("")
    box.get_by_role("button", name=re.compile("Show all")).click()
    assert box.locator(".choice").count() > 100


def test_works_of_several_lists_can_be_told_apart(open_report):
    page = open_report("two lists")
    choose(page, "List", "Another List")
    assert status(page) == "3 of 52 works"
    assert "list=other-list" in asked(page)


# --- the address


def test_the_address_shows_the_same_view_again(open_report):
    page = open_report("told")
    search(page, "e")
    choose(page, "Status", "complete")
    choose(page, "Status", "incomplete")
    page.get_by_label("Sort").select_option("title")
    page.locator("[data-act=details]").nth(2).click()
    page.locator(".detail").wait_for()
    address = asked(page)
    assert {"q=e", "status=ok", "status=partial", "sort=title"} <= set(address[1:].split("&"))
    again = open_report("told", address)
    again.locator(".detail").wait_for()
    expect(again.locator("#status")).to_have_text(status(page))
    assert titles(again)[:20] == titles(page)[:20]
    assert again.locator("article.row:has(.detail)").get_attribute("data-place") == page.locator(
        "article.row:has(.detail)"
    ).get_attribute("data-place")
    assert again.get_by_label("Sort").input_value() == "title"
    assert again.get_by_role("searchbox", name="Search titles").input_value() == "e"


def test_a_view_stands_in_the_address_and_the_way_back_works(open_report):
    page = open_report("told", "#kind=preprint")
    preprints = status(page)
    page.get_by_role("button", name="Venues").click()
    assert "view=venues" in asked(page)
    page.get_by_role("button", name="Timeline").click()
    page.go_back()
    expect(page.get_by_role("button", name="Venues")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(page.get_by_role("button", name="List", exact=True)).to_have_attribute("aria-pressed", "true")
    assert status(page) == preprints


def test_an_address_with_a_work_opens_it_and_nonsense_is_ignored(open_report):
    page = open_report("nasty", "#work=heinonen2018learning")
    page.locator(".detail").wait_for()
    expect(page.locator(".detail pre")).to_contain_text("@misc{heinonen2018learning,")
    page = open_report("nasty", "#year=x&kind=nothing&sort=__proto__&view=constructor&work=none")
    assert status(page) == "52 works"


# --- a row and its details


def test_details_show_each_value_with_who_says_so_and_agreement_on_one_line(open_report):
    page = open_report("told")
    search(page, "Gaussian processes")
    button = page.get_by_role("button", name="Details")
    button.click()
    detail = page.locator(".detail")
    detail.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    title = detail.locator(".claims tbody tr", has_text="as listed")
    assert "passed over: a record knows better" in title.inner_text()
    assert "2026-11-20" in title.inner_text()
    source = detail.locator(".claims").get_by_role("link", name="arxiv").first
    assert source.get_attribute("href") == "https://arxiv.org/abs/2301.10140"
    years = [line.split("\t") for line in detail.locator(".claims tbody tr").all_inner_texts() if "year" in line]
    said = {line[1].strip(): line[2].strip() for line in years}
    assert said["2023"] == "arxiv, openalex, dblp"
    assert said["2022"] == "crossref"
    assert detail.get_by_role("heading", name="Cites 1 work of this page").count() == 1
    button.click()
    assert detail.count() == 0


def test_no_target_is_linked_twice_in_a_row(open_report):
    for name in ("nasty", "founding", "told"):
        page = open_report(name)
        links = page.evaluate(
            """() => [...document.querySelectorAll('article.row')]
              .map((row) => [...row.querySelectorAll('a')].map((a) => a.href))"""
        )
        assert all(len(set(some)) == len(some) for some in links)
        targets = [[re.sub(r"^https?://|v\d+$|\.pdf$|/$", "", one) for one in some] for some in links]
        assert all(len(set(some)) == len(some) for some in targets)


def test_findings_lead_to_their_line_and_their_work(open_report):
    page = open_report("told")
    finding = page.locator("#findings tbody tr").first
    expect(finding.locator(".line code")).to_have_text("nasty.md:3")
    finding.get_by_role("link", name="garciamarquez1999uber").click()
    page.locator(".detail").wait_for()
    assert page.locator("article.row:has(.detail) .title").inner_text().startswith("Über die Schrödinger")


def test_many_findings_fold_until_they_are_asked_for(open_report):
    page = open_report("many findings")
    table = page.locator("#findings table")
    expect(table).not_to_be_visible()
    page.get_by_role("link", name="Findings 101").click()
    expect(table).to_be_visible()
    expect(open_report("many findings", "#findings").locator("#findings table")).to_be_visible()


# --- what leaves the page


def test_a_key_and_a_bibtex_entry_can_be_copied_and_pasted(open_report):
    page = open_report("nasty")
    search(page, "Gaussian processes")
    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Copy key").click()
    expect(page.locator("#status")).to_have_text("Copied the key heinonen2018learning")
    field = page.get_by_role("searchbox", name="Search titles")
    field.fill("")
    field.press("Control+V")
    assert field.input_value() == "heinonen2018learning"
    page.get_by_role("button", name="Copy BibTeX").click()
    expect(page.locator("#status")).to_contain_text("BibTeX")
    field.fill("")
    field.press("Control+V")
    assert field.input_value().startswith("@misc{heinonen2018learning,")


def copied(page, what):
    """What a choice of the menu puts on the clipboard."""
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.evaluate("document.getElementById('status').textContent = ''")
    page.locator("summary", has_text="Copy").click()
    page.get_by_role("button", name=what, exact=True).click()
    expect(page.locator("#status")).to_contain_text("Copied")
    return page.evaluate("window.copied")


def test_selected_works_are_copied_else_all_that_are_shown(open_report):
    page = open_report("nasty", "#q=of")
    shown = status(page).split()[0]
    assert copied(page, "Citation keys").count(",") == int(shown) - 1
    boxes = page.locator("article.row .pick input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    assert status(page).startswith("2 selected")
    keys = copied(page, "Citation keys").split(", ")
    assert len(keys) == 2
    assert re.findall(r"^@\w+\{([^,]+),", copied(page, "BibTeX"), re.MULTILINE) == keys
    assert len(copied(page, "References as text").splitlines()) == 2
    assert "q=" in copied(page, "Link to this view")
    page.locator("#all").check()
    assert status(page).startswith(f"{shown} selected")
    page.locator("#all").uncheck()
    assert "selected" not in status(page)


def downloaded(page, what):
    page.locator("summary", has_text="Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=what, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes().decode("utf-8")


def test_the_filtered_works_are_downloaded_as_bibtex_ris_and_csv(open_report):
    page = open_report("told", "#status=partial")
    n = int(status(page).split()[0])
    keys = [row["k"] for row in embedded(page) if row["w"] == "partial"]
    assert n == len(keys)
    name, bib = downloaded(page, "BibTeX")
    assert name == "works.bib"
    assert re.findall(r"^@\w+\{([^,]+),", bib, re.MULTILINE) == keys
    name, ris = downloaded(page, "RIS")
    assert name == "works.ris"
    assert re.findall(r"^ID  - (.+)$", ris, re.MULTILINE) == keys
    name, text = downloaded(page, "CSV")
    assert name == "works.csv"
    assert text.startswith("\ufeff")
    table = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["citation_key"] for row in table] == keys
    assert not any(cell and cell[0] in "=+-@" and not cell[1:].isdigit() for row in table for cell in row.values())
    assert "wombat" not in bib + ris + text
    page.locator("article.row .pick input").nth(1).check()
    assert re.findall(r"^@\w+\{([^,]+),", downloaded(page, "BibTeX")[1], re.MULTILINE) == [keys[1]]


def test_print_is_a_bibliography_of_all_filtered_works_and_nothing_else(open_report, tmp_path):
    page = open_report("600", "#kind=journal")
    n = sum(row["p"] == "journal" for row in embedded(page))
    page.evaluate(
        """() => addEventListener('beforeprint', () => {
          window.printed = [...document.querySelectorAll('#paper li')].map((line) => line.textContent);
        })"""
    )
    page.pdf(path=tmp_path / "report.pdf")
    printed = page.evaluate("window.printed")
    assert len(printed) == n
    assert re.fullmatch(
        r"A\w+ \S+.* and A\w+ \S+ \(\d{4}\)\. .*: Part \d+\. .*\. https://doi\.org/10\.1000/\d+", printed[0]
    )
    assert (tmp_path / "report.pdf").stat().st_size > 10_000
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("#filters").is_visible()
    assert page.locator("#paper li").first.is_visible()
    assert page.locator("#paper > p").inner_text() == f"{n} works · Kind: journal"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#paper li").count() == 0


# --- other views


def test_the_timeline_has_a_dot_for_each_dated_work_at_its_time(open_report):
    page = open_report("600", "#view=timeline&kind=journal")
    dated = [row for row in embedded(page) if row["p"] == "journal" and row.get("y")]
    dots = page.locator("#view a.dot")
    expect(dots).to_have_count(len(dated))
    places = page.evaluate(
        """() => {
          const rows = JSON.parse(document.getElementById('rows').textContent).rows;
          return [...document.querySelectorAll('#view a.dot')].map((dot) =>
            [Date.parse(rows[dot.dataset.place].d), Number(dot.querySelector('circle').getAttribute('cx'))]);
        }"""
    )
    (t0, x0), (t1, x1) = min(places), max(places)
    assert all(abs(x0 + (t - t0) / (t1 - t0) * (x1 - x0) - x) < 0.2 for t, x in places)
    assert page.locator("#view .lane").count() == 12


def test_dots_are_walked_with_the_arrows_and_shown_below(open_report):
    page = open_report("600", "#view=timeline&year=2019")
    dots = page.locator("#view a.dot")
    assert page.locator("#view a.dot[tabindex='0']").count() == 1
    page.locator("#view a.dot[tabindex='0']").focus()
    xs = []
    for _ in range(5):
        xs.append(float(page.locator("a.dot:focus circle").get_attribute("cx")))
        page.keyboard.press("ArrowRight")
    assert xs == sorted(xs)
    assert dots.count() > 20
    name = page.locator("a.dot:focus").get_attribute("aria-label")
    expect(page.locator(".panel .title")).to_have_text(name.rpartition(", ")[0])
    page.locator(".panel").get_by_role("link", name="Show in the list").click()
    page.locator("#results .detail").wait_for()


def test_the_map_draws_who_cites_whom_among_the_works_that_are_shown(open_report):
    page = open_report("600", "#view=map&year=2012-2016")
    data = embedded(page)
    shown = {place for place, row in enumerate(data) if 2012 <= row["y"] <= 2016}
    links = [(place, cited) for place in shown for cited in data[place].get("r", []) if cited in shown]
    expect(page.locator("#view path.cite")).to_have_count(len(links))
    ends = {end for link in links for end in link}
    expect(page.locator("#view a.dot")).to_have_count(len(ends))
    citing, cited = links[0]
    page.locator(f"#view a.dot[data-place='{cited}']").focus()
    into = sum(end == cited for _, end in links)
    expect(page.locator("#view path.cite.into")).to_have_count(into)
    expect(page.locator(".panel")).to_contain_text(data[citing]["t"])


def test_authors_and_venues_lead_to_their_works(open_report):
    page = open_report("600", "#kind=journal&view=authors")
    line = page.locator("#view tbody tr").first
    name, n = line.locator("th").inner_text(), line.locator("td").first.inner_text()
    line.get_by_role("link").click()
    expect(page.locator("#status")).to_have_text(f"{n} of 600 works")
    assert all(name in who for who in page.locator("#results .authors").all_inner_texts())
    expect(page.locator("#profile")).to_contain_text(f"{name} {n} works")
    page.locator("#profile").get_by_role("link").first.click()
    expect(page.locator("#status")).not_to_have_text(f"{n} of 600 works")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Venues").click()
    lines = page.locator("#view tbody")
    names, numbers = lines.locator("th").all_inner_texts(), lines.locator("td:nth-child(2)").all_inner_texts()
    venues = dict(zip(names, numbers, strict=True))
    data = embedded(page)
    assert venues == {name: str(sum(row.get("v") == name for row in data)) for name in venues}


def test_a_bar_of_a_chart_leads_to_its_works(open_report):
    page = open_report("600")
    bar = page.locator("#chart-years a").first
    assert re.fullmatch(r"#year=\d{4}", bar.get_attribute("xlink:href"))
    bar.click()
    expect(page.locator("#status")).to_contain_text(" of 600 works")
    expect(page.locator("article.row").first).to_be_visible()
    assert len(set(page.locator("article.row .year").all_inner_texts())) == 1


# --- for everyone


def test_everything_works_from_the_keyboard(open_report):
    page = open_report("told")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_role("searchbox", name="Search titles").focus()
    page.keyboard.type("e")
    page.locator("article.row .title a").first.focus()
    for key in ("ArrowDown", "j", "k"):
        page.keyboard.press(key)
    second = page.locator("article.row").nth(1)
    assert page.evaluate("document.activeElement.closest('article').dataset.place") == second.get_attribute(
        "data-place"
    )
    page.keyboard.press("x")
    assert status(page).startswith("1 selected")
    page.keyboard.press("o")
    second.locator(".detail").wait_for()
    page.locator("summary", has_text="Download").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="RIS")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="RIS")).not_to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "Download"
    page.locator(".choice input").first.focus()
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.type + document.activeElement.checked") == "checkboxtrue"


def test_the_arrows_reach_every_work_of_the_list(open_report):
    page = open_report("nasty")
    page.locator("article.row .title a").first.focus()
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('article').getAttribute('aria-posinset')") == "52"


@pytest.mark.parametrize(
    ("scheme", "device"),
    [
        pytest.param("light", {}, id="desk-light"),
        pytest.param("dark", PHONE, id="phone-dark"),
        pytest.param("dark", {}, id="desk-dark", marks=pytest.mark.exhaustive),
        pytest.param("light", PHONE, id="phone-light", marks=pytest.mark.exhaustive),
    ],
)
def test_axe_finds_nothing(open_report, axe, scheme, device):
    found = []
    for name in ("told", "600"):
        for view in VIEWS:
            page = open_report(name, f"#view={view}", color_scheme=scheme, **device)
            if view == "list":
                search(page, "e")
                page.locator("[data-act=details]").first.click()
                page.locator(".detail pre").wait_for()
                for button in page.get_by_role("button", name="Abstract:").all()[:1]:
                    button.click()
                page.evaluate("for (const one of document.querySelectorAll('details:not(.menu)')) one.open = true")
                page.locator("summary", has_text="Download").click()
            elif view in ("timeline", "map"):
                page.locator("a.dot[tabindex='0']").focus()
                page.locator(".panel .title").wait_for()
            page.evaluate(f"{axe}; 0")
            violations = page.evaluate(
                """async () => (await axe.run({ resultTypes: ['violations'] })).violations.map(
                    ({ id, impact, nodes }) => [id, impact, nodes[0].html])"""
            )
            found += [(name, view, *violation) for violation in violations]
    assert found == []


def test_text_stands_out_from_its_ground_in_light_and_in_dark(open_report):
    for theme in ("light", "dark"):
        page = open_report("told", color_scheme=theme)
        colors = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        ink, paper = (sum(map(int, re.findall(r"\d+", color))) for color in colors)
        assert (ink < paper) == (theme == "light")


def test_the_theme_can_be_chosen_against_the_system(open_report):
    page = open_report("nasty", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    button = page.get_by_role("button", name="Theme: auto")
    button.click()
    assert page.evaluate(ground) == light
    page.get_by_role("button", name="Theme: light").click()
    assert page.evaluate(ground) != light
    assert page.get_by_role("button", name="Theme: dark").count() == 1


def test_the_page_tells_a_screen_reader_what_it_is(open_report):
    page = open_report("nasty")
    names = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, a[href]')].filter((element) =>
            element.checkVisibility() && !element.ariaLabel && !element.textContent.trim() &&
            !element.closest('label, svg')).map((element) => element.outerHTML)"""
    )
    assert names == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.locator("article.row[aria-setsize='52'][aria-labelledby]").count() >= 20
    assert page.get_by_role("status").count() == 1
    assert {"main", "search", "navigation"} <= {
        role for role in ("main", "search", "navigation") if page.get_by_role(role).count()
    }


def test_a_phone_shows_everything_without_scrolling_sideways(open_report):
    for name in ("told", "changed", "founding", "600"):
        page = open_report(name, **PHONE)
        for view in VIEWS:
            page.evaluate(f"location.hash = 'view={view}'")
            page.locator(f"[data-view={view}][aria-pressed=true]").wait_for(state="attached")
            if view == "list":
                page.locator("[data-act=details]").first.click()
                page.locator(".detail").wait_for()
                page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert widths[0] <= widths[1], (name, view)


def test_filters_fold_on_a_phone_and_stand_open_on_a_desk(open_report):
    phone = open_report("nasty", **PHONE)
    assert not phone.locator(".choice").first.is_visible()
    phone.locator("#facets > summary").click()
    assert phone.locator(".choice").first.is_visible()
    phone.locator(".choice", has_text="journal").first.click()
    expect(phone.locator("#facets > summary")).to_have_text("Filters (1)")
    assert open_report("nasty").locator(".choice").first.is_visible()


# --- changes


def test_changes_open_by_kind_and_lead_to_their_works(open_report):
    page = open_report("changed")
    changes = page.get_by_role("region", name="Changes since 2026-11-19")
    changes.scroll_into_view_if_needed()
    assert changes.locator("summary").first.text_content().split() == ["Entries", "added", "4"]
    assert not changes.get_by_role("listitem").first.is_visible()
    changes.locator("summary").first.focus()
    page.keyboard.press("Enter")
    link = changes.get_by_role("link").first
    expect(link).to_be_visible()
    title = link.inner_text()
    link.click()
    page.locator(".detail").wait_for()
    assert page.locator("article.row:has(.detail) .title").inner_text() == title
    removed = changes.locator("details", has_text="Entries removed")
    assert removed.get_by_text("Gone").locator("xpath=ancestor-or-self::a").count() == 0
    assert page.locator("#works script, #changes script").count() == 0


def test_a_quiet_night_is_one_line(open_report):
    page = open_report("quiet")
    expect(page.locator("#changes")).to_have_text("Nothing changed since 2026-11-19.")


# --- the file


def test_without_scripts_the_works_can_still_be_read(browser, report_of):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_of("nasty").as_uri())
    assert page.locator("noscript ol li, ol li").count() == 52
    context.close()


FEED = '<link rel="alternate" type="application/atom+xml" title="Changes" href="changes.atom">'
"""Names a file beside the page and loads nothing."""


def test_the_policy_forbids_what_is_not_in_the_file(browser, report_of):
    text = report_of("600").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    assert "default-src &#39;none&#39;" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r'(?:src|srcset|data)="http|url\(|@import|<link|<iframe|<object| on\w+="',
        text.partition("<script")[0].replace("url(#", "").replace(FEED, "", 1),
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(report_of("600").as_uri())
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    context.close()


def test_600_works_fit_into_two_and_a_half_megabytes(report_of):
    assert report_of("600").stat().st_size <= 2_500_000


def test_5000_works_are_all_in_the_list_and_few_of_them_in_the_page(open_report):
    page = open_report("5000")
    assert status(page) == "5,000 works"
    assert rows(page).count() <= 120
    page.get_by_label("Sort").select_option("title")
    ordered = sorted(embedded(page), key=lambda row: row["t"].lower())
    for share in (0.5, 1, 0):
        page.evaluate(
            """(share) => {
              const { bottom } = document.getElementById('results').getBoundingClientRect();
              scrollTo({ top: bottom * share, behavior: 'instant' });
            }""",
            share,
        )
        page.wait_for_timeout(400)
        assert 10 <= rows(page).count() <= 160
    page.locator("article.row .title a").first.focus()
    assert page.locator("article.row .title").first.inner_text() == ordered[0]["t"]
    last = len(embedded(page)) - 1
    page.evaluate(f"location.hash = '#work={embedded(page)[last]['k']}'")
    page.locator(f"article.row[data-place='{last}'] .detail").wait_for()


def test_rows_that_come_and_go_do_not_move_what_is_read(open_report):
    page = open_report("5000", "#sort=title")
    page.locator("[data-act=abstract]").first.click()
    page.locator(".abstract").wait_for()
    top = "Object.fromEntries([...document.querySelectorAll('article.row')].map((row) => [row.dataset.place, row.getBoundingClientRect().top]))"  # noqa: E501
    page.evaluate("scrollTo({ top: document.body.scrollHeight * 0.6, behavior: 'instant' })")
    page.wait_for_timeout(400)
    for step in (*[-500] * 25, *[500] * 5):
        before = {place: at for place, at in page.evaluate(top).items() if 0 < at < 900}
        page.evaluate(f"scrollBy({{ top: {step}, behavior: 'instant' }})")
        page.wait_for_timeout(120)
        after = page.evaluate(top)
        moved = {round(before[place] - after[place]) for place in before if place in after}
        assert moved <= {step - 1, step, step + 1}
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    assert page.locator(".abstract").is_visible()


def test_the_values_in_the_page_are_those_of_the_works(open_report):
    page = open_report("founding")
    assert works_per_list(page) == 84
    assert embedded(page)[0]["k"].startswith("che2018")
