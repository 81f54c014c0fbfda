"""Chromium without a network, with the report page in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support.bibliographies import RETRIEVED, enriched, founding, generated, nasty, two_lists
from support.programs import need_program
from support.shared import SHARED

from enrich.export import ExportOptions, write
from enrich.model.work import Change, ChangeKind, Claim, StatedLink, WorkStatus

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
_HERE = Path(__file__).parent
_NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
_OWN = ("file:", "blob:")
_HTML = ExportOptions(formats=frozenset({"html"}))


def _changed():
    """The nasty list with a change of each of its titles, one of each kind and one of a work that left."""
    known = nasty()
    kinds = [kind for kind in ChangeKind if not kind.value.startswith("source")]
    changes = [
        Change(
            kind=kinds[place % len(kinds)],
            list="nasty",
            order=place + 1,
            line=3,
            work_id=work.work_id,
            title=work.title,
            field="title",
            before=f"{work.title} " * 3,
            after=work.title,
            source="crossref",
            detail="+3",
            url="https://example.org/" + "a-long-address/" * 12,
        )
        for place, work in enumerate(known.works)
    ]
    gone = Change(kind=ChangeKind.ENTRY_REMOVED, list="nasty", work_id="arxiv:gone", title="Gone", before="Plain")
    down = Change(kind=ChangeKind.SOURCE_DOWN, source="dblp", detail="HTTP 503")
    return replace(known, changes=(*changes, gone, down), changes_since=date(2026, 11, 19))


def _told():
    """The nasty list with abstracts, dates, findings, statuses, open access and code, and several sources of a year."""
    known = _changed()
    statuses = list(WorkStatus)
    works = tuple(
        replace(
            work,
            abstract=f"The {'quokka' if place % 7 == 3 else 'wombat'} number {place} learns." if place % 2 else None,
            status=statuses[place % len(statuses)],
            oa_status=("gold", "closed", None)[place // 3 % 3],
            links=(StatedLink("code", f"https://github.com/owner/{place}", "list"),) if place % 4 == 0 else (),
            claims=(*work.claims, *_years(work)),
        )
        for place, work in enumerate(known.works)
    )
    return replace(known, works=works, new_work_ids=frozenset(work.work_id for work in works[:9]))


def _years(work):
    said = {"arxiv": "2023", "openalex": "2023", "dblp": "2023", "crossref": "2022"}
    return tuple(
        Claim(
            work_id=work.work_id,
            field="year",
            value=value,
            source=source,
            retrieved_at=RETRIEVED,
            is_selected=value == "2023",
            reason="all agree",
        )
        for source, value in said.items()
    )


def _many_findings():
    """The nasty list with more findings than stand open."""
    known = nasty()
    return replace(known, findings=known.findings * 101)


def _quiet():
    return replace(nasty(), changes=(), changes_since=date(2026, 11, 19))


@pytest.fixture(scope="session")
def browser():
    if "PLAYWRIGHT_NODEJS_PATH" not in os.environ:
        os.environ["NODE_OPTIONS"] = "--no-deprecation"
    playwright = pytest.importorskip("playwright.sync_api")
    path = need_program("chromium", "chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def report_of(tmp_path_factory):
    """A function that writes the report of a bibliography and returns its path; equal names are written once."""
    makers = {
        "nasty": nasty,
        "two lists": two_lists,
        "changed": _changed,
        "told": _told,
        "quiet": _quiet,
        "many findings": _many_findings,
        "founding": founding,
        "600": lambda: generated(600),
        "5000": lambda: enriched(generated(5_000)),
    }
    written = {}

    def report(name):
        if name == "founding" and not SHARED.is_dir():
            pytest.skip("the shared material is not beside the checkout")
        if name not in written:
            folder = tmp_path_factory.mktemp(f"report-{name}")
            write(makers[name](), folder, options=_HTML)
            written[name] = folder / "report.html"
        return written[name]

    return report


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core, which tests put into a page."""
    path = _HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed")
        done = subprocess.run(_NPM, cwd=_HERE, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            pytest.skip(f"npm ci failed: {done.stderr.strip()[-200:]}")
    return path.read_text("utf-8")


@pytest.fixture
def open_report(browser, report_of):
    """A function that opens a report; at the end the page must have been silent: no error, no request."""
    contexts, noise = [], []

    def open_page(name, fragment="", **kind):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **kind})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on("request", lambda request: None if request.url.startswith(_OWN) else noise.append(request.url))
        page.goto(f"{report_of(name).as_uri()}{fragment}")
        page.wait_for_selector("#status:not(:empty)")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []
