"""The feed of changes, read as a feed reader does, against what RFC 4287 asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from support.bibliographies import LATER, nasty
from support.hostile import PAYLOADS

from enrich.export import write
from enrich.export.feed import NAME
from enrich.model.work import Change, ChangeKind

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("_no_charts")]

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HARDENED = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
PUBLISHED = Change(
    kind=ChangeKind.PUBLISHED, list="nasty", work_id="arxiv:1", title="On Flows", after="NeurIPS", source="crossref",
    url="https://doi.org/10.1000/flows",
)  # fmt: skip


def night(day, *changes):
    moment = LATER + timedelta(days=day)
    return replace(nasty(), started_at=moment, run_id=f"night{day}", changes=changes, changes_since=LATER.date())


def read(folder):
    """The feed, which must hold what the RFC requires."""
    content = (folder / NAME).read_bytes()
    feed = etree.fromstring(content, HARDENED)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    assert len(content) < 1_000_000
    entries = feed.findall("a:entry", ATOM)
    for one in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = one.findall(f"a:{name}", ATOM)
            assert found.text.strip()
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext("a:id", None, ATOM))
        assert datetime.fromisoformat(one.findtext("a:updated", None, ATOM)).tzinfo is not None
        links = one.findall("a:link", ATOM)
        assert all(link.get("href") and not re.search(r"\s", link.get("href")) for link in links)
        told = [
            (link.get("rel"), link.get("type"), link.get("hreflang"))
            for link in links
            if link.get("rel") == "alternate"
        ]
        assert len(told) == len(set(told))
    assert feed.findtext("a:author/a:name", None, ATOM)
    assert [link.get("href") for link in feed.findall("a:link[@rel='self']", ATOM)] == [NAME]
    assert all(one.find("a:content", ATOM) is not None for one in entries)
    ids = [one.findtext("a:id", None, ATOM) for one in entries]
    assert len(ids) == len(set(ids))
    return feed, entries


def titles(entries):
    return [one.findtext("a:title", None, ATOM) for one in entries]


def test_a_first_run_leaves_a_feed_without_entries_that_the_page_names(tmp_path):
    write(night(0), tmp_path)
    feed, entries = read(tmp_path)
    assert entries == []
    told = max(one.updated_at for one in nasty().works if one.updated_at).date()
    assert feed.findtext("a:updated", None, ATOM) == f"{told}T00:00:00Z"
    assert f'<link rel="alternate" type="application/atom+xml" title="Changes" href="{NAME}">' in (
        tmp_path / "report.html"
    ).read_text("utf-8")


def test_changes_of_many_nights_keep_their_ids_and_days_and_the_newest_come_first(tmp_path):
    retracted = replace(PUBLISHED, kind=ChangeKind.RETRACTED)
    write(night(1, PUBLISHED), tmp_path)
    _, before = read(tmp_path)
    down = Change(kind=ChangeKind.SOURCE_DOWN, source="dblp", detail="HTTP 503")
    write(night(2, retracted, down), tmp_path)
    feed, entries = read(tmp_path)
    assert titles(entries) == ["Retracted: On Flows", "Sources that went down: dblp", "Preprints published: On Flows"]
    days = [(LATER + timedelta(days=day)).astimezone(UTC).date() for day in (2, 2, 1)]
    assert [one.findtext("a:updated", None, ATOM) for one in entries] == [f"{day}T00:00:00Z" for day in days]
    assert feed.findtext("a:updated", None, ATOM) == f"{days[0]}T00:00:00Z"
    assert etree.tostring(entries[-1]) == etree.tostring(before[0])
    link = entries[-1].find("a:link", ATOM)
    assert (link.get("rel"), link.get("href")) == ("alternate", "https://doi.org/10.1000/flows")
    content = (tmp_path / NAME).read_bytes()
    write(night(3), tmp_path)
    assert (tmp_path / NAME).read_bytes() == content


def test_hostile_texts_are_texts_and_the_feed_stays_short(tmp_path):
    changes = [
        replace(PUBLISHED, title=f"{text} {number}", after=text, url=f"https://x.org/{text}" if number % 2 else text)
        for number in range(60)
        for text in PAYLOADS.values()
    ]
    write(night(1, *changes), tmp_path)
    _, entries = read(tmp_path)
    assert len(entries) == 200
    assert any("<script>alert(1)</script>" in one for one in titles(entries))
    assert max(map(len, titles(entries))) <= 500
    assert all(one.find("a:content", ATOM).get("type") == "text" for one in entries)
    hrefs = [link.get("href") for one in entries for link in one.findall("a:link", ATOM)]
    assert hrefs
    assert all(one.startswith("https://x.org/") for one in hrefs)
