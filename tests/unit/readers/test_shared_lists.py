"""Twenty public lists: entry counts, hand-checked entries of six, and every link to a paper accounted for."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from support.shared import SHARED, needs_shared

from enrich.model.entry import EntryKind
from enrich.readers import read_path
from enrich.readers.fields.labels import is_generic
from enrich.readers.inline import trim_url
from enrich.text.hosts import is_paper_url

pytestmark = [needs_shared, pytest.mark.slow]

LISTS = SHARED / "lists"
COUNTS = {
    "ChanganVR__awesome-embodied-vision.md": (198, 3),
    "D-X-Y__Awesome-AutoDL.md": (178, 3),
    "DeepGraphLearning__LiteratureDL4Graph.rst": (327, 1),
    "RenzeLou__awesome-instruction-learning.md": (163, 3),
    "Westlake-AI__Awesome-Mixup.md": (259, 3),
    "XiaoxinHe__Awesome-Graph-LLM.md": (178, 3),
    "atfortes__Awesome-LLM-Reasoning.md": (145, 3),
    "benedekrozemberczki__awesome-fraud-detection-papers.md": (159, 3),
    "eugeneyan__applied-ml.md": (544, 3),
    "facundoolano__software-papers.md": (316, 3),
    "hibayesian__awesome-automl-papers.md": (92 + 3, 3),  # papers, and the rows below "Books"
    "hindupuravinash__the-gan-zoo.md": (501, 3),
    "idrl-lab__PINNpapers.md": (103, 3),
    "janosh__awesome-normalizing-flows.md": (68, 2),
    "opendilab__awesome-RLHF.md": (124 + 2, 2),  # papers and books
    "pliang279__awesome-multimodal-ml.md": (418, 3),
    "qingsongedu__awesome-AI-for-time-series-papers.md": (654, 2),
    "rguo12__awesome-causality-algorithms.md": (103, 1),
    "yenchenlin__awesome-NeRF.md": (55, 3),
    "zhaoxin94__awesome-domain-adaptation.md": (801, 3),
}
"""Entries by hand count, and how many percent may be missed."""
EXPECTED = [name for name in COUNTS if (LISTS / "expected" / f"{name.rpartition('.')[0]}.jsonl").exists()]
WELL_SAID = 0.98
DETAILS = 0.95


@cache
def reading(name):
    return read_path(LISTS / name)


def bare(text):
    return re.sub(r"[\W_]+", "", text.lower())


def name_set(text):
    """The names; that there are more is kept apart from them."""
    named = re.sub(r"\bet al\b\.?", "", text)
    return {bare(part) for part in re.split(r",|;|\band\b", named) if bare(part)}


@cache
def pairs(name):
    """Each expected row with the entry that has its title, nearest by line; None for a row without one."""
    rows = [
        json.loads(line) for line in (LISTS / "expected" / f"{name.rpartition('.')[0]}.jsonl").read_text().splitlines()
    ]
    found = []
    for row in rows:
        same = [entry for entry in reading(name).entries if entry.title and bare(entry.title) == bare(row["title"])]
        found.append((row, min(same, key=lambda entry: abs(entry.line - row["line"]), default=None)))
    return found


def share(name, holds, wanted=lambda _row: True):
    judged = [entry is not None and holds(row, entry) for row, entry in pairs(name) if wanted(row)]
    return sum(judged) / len(judged) if judged else 1.0


def primary(entry):
    return entry.primary_link.url if entry.primary_link else None


def further(row, entry):
    """The links that do not stand for the paper."""
    return {link.url for link in entry.links if row["primary_url"] is None or link.url != row["primary_url"]}


def arxiv_ids(entry):
    return [known.value for known in entry.identifiers if known.scheme == "arxiv"]


@pytest.mark.parametrize("name", COUNTS)
def test_entries_are_as_many_as_counted_by_hand(name):
    wanted, percent = COUNTS[name]
    assert abs(len(reading(name).entries) - wanted) <= wanted * percent / 100


@pytest.mark.parametrize("name", EXPECTED)
def test_title_link_identifier_and_section_are_right(name):
    further_urls = {id(row): {other["url"] for other in row["other_urls"]} for row, _ in pairs(name)}
    assert share(name, lambda _row, _entry: True) >= WELL_SAID
    assert share(name, lambda row, entry: entry.line == row["line"]) >= WELL_SAID
    assert (
        share(
            name,
            lambda row, entry: (
                primary(entry) == row["primary_url"]
                or (row["primary_url"] is None and (primary(entry) is None or primary(entry) in further_urls[id(row)]))
            ),
        )
        >= WELL_SAID
    )
    assert (
        share(name, lambda row, entry: arxiv_ids(entry)[:1] == [row["arxiv_id"]][: bool(row["arxiv_id"])]) >= WELL_SAID
    )
    assert share(name, lambda row, entry: entry.section_path[-1] == row["section"]) >= WELL_SAID


@pytest.mark.parametrize("name", EXPECTED)
def test_authors_venue_year_and_further_links_are_right(name):
    assert (
        share(
            name,
            lambda row, entry: name_set(", ".join(entry.authors)) == name_set(row["authors"]),
            lambda row: row["authors"],
        )
        >= DETAILS
    )
    assert (
        share(name, lambda row, entry: bare(entry.venue or "") == bare(row["venue"]), lambda row: row["venue"])
        >= DETAILS
    )
    assert share(name, lambda row, entry: entry.year == row["year"], lambda row: row["year"]) >= DETAILS
    assert (
        share(name, lambda row, entry: further(row, entry) == {other["url"] for other in row["other_urls"]}) >= DETAILS
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_keywords_and_acronyms_are_right(name):
    keywords = lambda entry: {bare(word) for word in (*entry.keywords, *entry.topic_labels)}  # noqa: E731
    assert (
        share(
            name, lambda row, entry: {bare(tag) for tag in row["tags"]} <= keywords(entry), lambda row: row.get("tags")
        )
        >= DETAILS
    )
    assert (
        share(
            name, lambda row, entry: bare(entry.acronym or "") == bare(row["acronym"]), lambda row: row.get("acronym")
        )
        >= DETAILS
    )


@pytest.mark.parametrize("name", COUNTS)
def test_links_to_papers_are_in_an_entry_or_explained(name):
    text = (LISTS / name).read_text(encoding="utf-8")
    written = {trim_url(url) for url in re.findall(r"https?://[^\s<>()\"'\]|`]+", text)}
    papers = {url for url in written if is_paper_url(url) and not url.endswith((".svg", ".png"))}
    told = {link.url for entry in reading(name).entries for link in entry.links}
    told |= {url for omission in reading(name).omissions for url in omission.urls}
    beginnings = "\n".join(told)
    lost = {url for url in papers if url not in beginnings}
    assert len(lost) <= 0.01 * len(papers), sorted(lost)


def test_hardly_a_title_is_a_label():
    titles = [entry.title for name in COUNTS for entry in reading(name).entries if entry.kind is EntryKind.PAPER]
    labels = [title for title in titles if not title or is_generic(title)]
    assert len(labels) < 0.005 * len(titles), labels
