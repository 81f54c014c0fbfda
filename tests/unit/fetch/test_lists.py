"""Lists by address: patterns, repositories and pages, the last two over a real socket."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from support.services import Answer

from enrich.errors import InputError
from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.fetch.list_download import (
    RepositoryAddress,
    expand_lists,
    fetch_list,
    is_address,
    is_in_repository,
    parse_repository,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://github.com/o/n", ("o", "n", None, None)),
        ("https://www.github.com/o/n.git", ("o", "n", None, None)),
        ("https://GitHub.com/o.o/n-1/", ("o.o", "n-1", None, None)),
        ("https://github.com/o/n/tree/dev", ("o", "n", "dev", None)),
        ("https://github.com/o/n/tree/dev/a/b", ("o", "n", "dev", "a/b")),
        ("https://github.com/o/n/raw/v1/a%20b.md", ("o", "n", "v1", "a b.md")),
    ],
)
def test_an_address_names_a_repository_a_folder_or_a_file(url, found):
    assert is_in_repository(url)
    assert parse_repository(url) == RepositoryAddress(*found)


@pytest.mark.parametrize(
    "url", ["https://github.com/o", "https://gitlab.com/o/n", "https://github.com/o/n/issues/1", "https://[bad/o/n"]
)
def test_any_other_address_names_none(url):
    with pytest.raises((InputError, ValueError)):
        parse_repository(url)
    assert is_in_repository(url) is url.startswith("https://github.com/")


def test_an_address_is_no_path():
    assert is_address("https://x.org")
    assert is_address("git+ssh://x")
    assert not any(map(is_address, ("list.md", "C://x", "a/https://x", "//x", "1a://x")))


def test_patterns_stand_for_files_and_what_is_there_for_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.md", "a.md", "odd[1].md", "deep/c.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    given = ["b.md", "*.md", "odd[1].md", "**/c.md", "none*.bib", "https://x.org/*.md", "missing.md"]
    assert expand_lists(given) == (
        ("b.md", "a.md", "odd[1].md", "deep/c.md", "https://x.org/*.md", "missing.md"),
        ("none*.bib",),
    )


@pytest.fixture
def fetcher(services, tmp_path):
    access = Access(name="github", hosts=frozenset({f"127.0.0.1:{services.port}"}), min_interval_s=0)
    return Fetcher(
        [access], state_dir=tmp_path, user_agent="t", patience=Patience(attempts=1), clock=lambda: NOW,
        sleep=lambda _: None,
    )  # fmt: skip


def file(path, text):
    return Answer(200, json.dumps({"path": path, "content": base64.b64encode(text.encode()).decode()}).encode())


def fetched(fetcher, services, url, links):
    base = f"http://127.0.0.1:{services.port}"
    return fetch_list(fetcher, url, api_url=base, linked_files=lambda text, _: links.get(text, ()), not_before=NOW)


def test_the_files_of_a_repository_follow_its_first_one_each_once(services, fetcher):
    texts = {"readme": "first", "contents/a%20b.md": "second", "contents/c.bib": "third"}

    def answer(asked):
        place = asked.path.partition("?")[0].removeprefix("/repos/o/n/")
        return file(
            "README.md" if place == "readme" else place.removeprefix("contents/").replace("%20", " "), texts[place]
        )

    services.faults["github"] = answer
    links = {"first": ("a b.md", "logo.png", "a b.md", "c.bib"), "second": ("README.md",)}
    found = fetched(fetcher, services, "https://github.com/o/n/tree/dev", links)
    assert {name: text.decode() for name, text in found.items()} == {
        "README.md": "first", "a b.md": "second", "c.bib": "third",
    }  # fmt: skip
    assert next(iter(found)) == "README.md"
    assert [one.path for one in services.asked] == [
        f"/repos/o/n/{place}?ref=dev" for place in ("readme", "contents/a%20b.md", "contents/c.bib")
    ]
    assert services.asked[0].headers["x-github-api-version"] == "2022-11-28"
    assert services.asked[0].headers["accept"] == "application/vnd.github+json"


def test_what_cannot_be_had_is_one_line_and_what_was_kept_is_read_in_its_place(services, fetcher):
    url = "https://github.com/o/n"
    services.faults["github"] = lambda _: file("x.md", "text")
    assert fetched(fetcher, services, url, {}) == {"x.md": b"text"}
    services.faults["github"] = lambda _: Answer(429, b"{}", {"Retry-After": "3600"})
    later = f"http://127.0.0.1:{services.port}"
    kept = fetch_list(fetcher, url, api_url=later, linked_files=lambda *_: (), not_before=NOW.replace(year=2027))
    assert kept == {"x.md": b"text"}
    assert fetcher.warnings == [f"{url}: too many requests; the copy of 2026-11-22 03:00 UTC is read"]
    with pytest.raises(InputError) as refused:
        fetched(fetcher, services, "https://github.com/o/other", {})
    assert refused.value.advice == "try again later, or give a local copy"
    assert str(refused.value).startswith(
        "https://github.com/o/other: cannot be fetched: too many requests until 2026-11-22 04:00 UTC"
    )
