"""The report in a real browser without a network: silent, searchable, sortable, copyable, and small."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}


def rows(page):
    return page.locator("tr.row")


def status(page):
    return page.locator("#status").inner_text()


def search(page, text):
    page.get_by_role("searchbox").fill(text)


def test_all_works_are_there_and_hostile_titles_are_only_text(open_report):
    page = open_report("nasty")
    assert status(page) == "52 works"
    expect(rows(page)).to_have_count(52)
    search(page, "</script><script>")
    assert page.locator("tr.row .title").all_inner_texts() == ["</script><script>alert(1)</script>"]
    assert page.locator("main script").count() == 0


def test_the_search_ignores_accents_and_order_and_the_filters_narrow_it(open_report):
    page = open_report("nasty")
    search(page, "zivkovic uber")
    assert rows(page).count() == 1
    search(page, "")
    page.locator("[name=kind]").select_option("software")
    assert page.locator("tr.row .title").all_inner_texts() == ["PyTorch"]
    page.get_by_role("button", name="Clear").click()
    expect(rows(page)).to_have_count(52)
    page.locator("[name=label]").select_option("oral")
    assert status(page) == "10 of 52 works"
    page.locator("[name=label]").select_option("arXiv23")
    assert status(page) == "52 works"
    page.locator("[name=section]").select_option("One / Two")
    assert rows(page).count() == 1
    assert status(page) == "1 of 52 works"
    assert "section=" in page.evaluate("location.hash")


def test_heads_sort_up_down_and_back_to_the_order_of_the_list(open_report):
    page = open_report("nasty")
    first = page.locator("tr.row .title").first
    listed = first.inner_text()
    head = page.get_by_role("columnheader", name="Citations")
    button = page.get_by_role("button", name="Citations")
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    expect(rows(page)).to_have_count(52)
    counts = [int(text) for text in page.locator("tr.row .count").all_inner_texts() if text != "–"]
    assert counts == sorted(counts, reverse=True)
    button.click()
    assert head.get_attribute("aria-sort") == "ascending"
    button.click()
    assert head.get_attribute("aria-sort") == "none"
    assert first.inner_text() == listed


def test_details_show_each_value_with_source_date_and_the_other_claims(open_report):
    page = open_report("nasty")
    search(page, "Gaussian processes")
    button = page.get_by_role("button", name="Details")
    button.click()
    detail = page.locator("tr.detail")
    detail.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    title = detail.locator(".claims tbody tr", has_text="as listed")
    assert "passed over: a record knows better" in title.inner_text()
    assert "2026-11-20" in title.inner_text()
    source = detail.get_by_role("link", name="arxiv").first
    assert source.get_attribute("href") == "https://arxiv.org/abs/2301.10140"
    button.click()
    assert detail.count() == 0


def test_a_key_and_a_bibtex_entry_can_be_copied_and_pasted(open_report):
    page = open_report("nasty")
    search(page, "Gaussian processes")
    page.get_by_role("button", name="Copy key").click()
    expect(page.locator("#status")).to_contain_text("Copied")
    assert status(page) == "Copied the key heinonen2018learning"
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press("Control+V")
    assert page.get_by_role("searchbox").input_value() == "heinonen2018learning"
    page.get_by_role("button", name="Copy BibTeX").click()
    expect(page.locator("#status")).to_contain_text("BibTeX")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press("Control+V")
    assert page.get_by_role("searchbox").input_value().startswith("@misc{heinonen2018learning,")


def test_everything_works_from_the_keyboard(open_report):
    page = open_report("nasty")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_role("searchbox").focus()
    page.keyboard.type("PyTorch")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == "details":
            break
    page.keyboard.press("Enter")
    page.locator("tr.detail").wait_for()


def test_the_page_tells_a_screen_reader_what_it_is(open_report):
    page = open_report("nasty")
    names = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, a[href]')].filter((element) =>
            !(element.ariaLabel || element.textContent.trim() || element.closest('label, svg')))
            .map((element) => element.outerHTML)"""
    )
    assert names == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.locator("#table caption").inner_text()
    expect(page.locator("tr.row th[scope=row]")).to_have_count(52)
    assert page.get_by_role("status").count() == 1
    assert {"main", "search", "navigation"} <= {
        role for role in ("main", "search", "navigation") if page.get_by_role(role).count()
    }


def test_text_stands_out_from_its_ground_in_light_and_in_dark(open_report):
    for scheme in ("light", "dark"):
        page = open_report("changed", color_scheme=scheme)
        page.locator("#changes summary").first.click()
        ratios = page.evaluate(
            """() => {
              const luminance = (color) => {
                const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((value) => value / 255)
                  .map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ground = (element) => {
                for (; element; element = element.parentElement) {
                  const color = getComputedStyle(element).backgroundColor;
                  if (!/, 0\\)$/.test(color)) return color;
                }
                return 'rgb(255, 255, 255)';
              };
              return ['.lede', '.changes summary', '.changes a', '.change', '.changes .count', '.title a', '.authors',
                '.tag', '.links a', '.buttons button', '.status', 'thead button']
                .map((selector) => document.querySelector(selector)).filter(Boolean).map((element) => {
                  const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort();
                  return [element.className || element.tagName, (b + 0.05) / (a + 0.05)];
                });
            }"""
        )
        assert all(ratio >= 4.5 for _, ratio in ratios), (scheme, ratios)


def test_a_phone_shows_everything_without_scrolling_sideways(open_report):
    for name in ("nasty", "changed", "founding", "600"):
        page = open_report(name, **PHONE)
        page.locator("[data-act=details]").first.click()
        page.locator("tr.detail").wait_for()
        for heading in page.locator("#changes summary").all():
            heading.click()
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]


def test_print_shows_every_row_and_no_controls(open_report, tmp_path):
    page = open_report("600")
    expect(rows(page)).to_have_count(100)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert rows(page).count() == 600
    assert not page.locator("#filters").is_visible()
    assert not page.locator("[data-act=key]").first.is_visible()
    page.pdf(path=tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size > 10_000


def test_a_bar_of_a_chart_leads_to_its_works(open_report):
    page = open_report("600")
    bar = page.locator("#chart-years a").first
    assert re.fullmatch(r"#year=\d{4}", bar.get_attribute("xlink:href"))
    bar.click()
    expect(page.locator("#status")).to_contain_text(" of 600 works")
    years = set(page.locator("tr.row .year").all_inner_texts())
    assert len(years) == 1
    assert page.locator("[name=year]").input_value() in years


def test_changes_open_by_kind_and_lead_to_their_works(open_report):
    page = open_report("changed")
    changes = page.get_by_role("region", name="Changes since 2026-11-19")
    assert changes.locator("summary").first.inner_text().split() == ["Entries", "added", "4"]
    assert not changes.get_by_role("listitem").first.is_visible()
    changes.locator("summary").first.focus()
    page.keyboard.press("Enter")
    link = changes.get_by_role("link").first
    expect(link).to_be_visible()
    title = link.inner_text()
    link.click()
    page.locator("tr.detail").wait_for()
    assert page.locator("tr.row:has(+ tr.detail) .title").inner_text() == title
    removed = changes.locator("details", has_text="Entries removed")
    assert removed.get_by_text("Gone").locator("xpath=ancestor-or-self::a").count() == 0
    assert page.locator("main script").count() == 0


def test_no_headline_number_runs_into_the_next(open_report):
    page = open_report("changed")
    assert page.locator(".figures div").count() == 6
    ends = page.evaluate(
        """() => [...document.querySelectorAll('.figures div')].map((figure) => {
          const range = document.createRange();
          range.selectNodeContents(figure.querySelector('dd'));
          return [range.getBoundingClientRect().right, figure.getBoundingClientRect().right];
        })"""
    )
    assert all(text <= box + 8 for text, box in ends), ends


def test_a_quiet_night_is_one_line_above_the_works(open_report):
    page = open_report("quiet")
    expect(page.locator("#changes")).to_have_text("Nothing changed since 2026-11-19.")
    assert page.locator("#changes").bounding_box()["y"] < page.locator("#works").bounding_box()["y"]


def test_an_address_with_a_work_opens_it(open_report):
    page = open_report("nasty", "#work=heinonen2018learning")
    page.locator("tr.detail").wait_for()
    assert "heinonen2018learning" in page.locator("tr.detail pre").inner_text()


def test_without_scripts_the_works_can_still_be_read(browser, report_of):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_of("nasty").as_uri())
    assert page.locator("noscript ol li, ol li").count() == 52
    context.close()


def test_the_policy_forbids_what_is_not_in_the_file(browser, report_of):
    text = report_of("600").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    assert "default-src &#39;none&#39;" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r'(?:src|srcset|data)="http|url\(|@import|<link|<iframe|<object| on\w+="',
        text.partition("<script")[0].replace("url(#", ""),
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


def test_5000_works_are_filtered_within_a_tenth_of_a_second(open_report):
    page = open_report("5000")
    assert status(page) == "5,000 works"
    script = """(value) => {
      const field = document.querySelector('[name=q]');
      field.value = value;
      const start = performance.now();
      field.dispatchEvent(new Event('input', {bubbles: true}));
      document.body.offsetHeight;
      return performance.now() - start;
    }"""
    times = [page.evaluate(script, text) for text in ("neural", "neural flow", "a", "", "garcia 2019")]
    assert sorted(times)[len(times) // 2] < 100, times
    search(page, "")
    expect(rows(page)).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    assert rows(page).count() == 200


def test_the_values_in_the_page_are_those_of_the_works(open_report):
    page = open_report("founding")
    rows_in_page = json.loads(page.locator("#rows").text_content())["rows"]
    assert len(rows_in_page) == 84
    assert rows_in_page[0]["k"].startswith("che2018")


def test_works_of_several_lists_can_be_told_apart(open_report):
    page = open_report("two lists")
    page.locator("[name=list]").select_option("other-list")
    assert status(page) == "3 of 52 works"
