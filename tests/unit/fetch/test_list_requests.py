"""What is asked for a list by address, and what is said when it cannot be had."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from support.services import Answer

from enrich.errors import InputError
from enrich.fetch import list_download
from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.fetch.list_download import fetch_list, fetch_page, parse_repository
from enrich.model.credentials import Credentials, to_public
from enrich.model.request import Request

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXT = Answer(body=b"text", content_type="text/plain")
BUSY = Answer(503, b"busy", content_type="text/plain")


class Watched(Fetcher):
    """A fetcher that notes what it is asked, and whose clock is set by hand."""

    def __init__(self, *words, **more):
        self.now, self.admitted, self.requests = NOW, [], []
        super().__init__(*words, clock=lambda: self.now, sleep=lambda _: None, **more)

    def admit(self, access):
        self.admitted.append(access)
        super().admit(access)

    def fetch(self, request, *, not_before):
        self.requests.append(request)
        return super().fetch(request, not_before=not_before)


@pytest.fixture
def services(running):
    running.faults = {"webpage": lambda _: TEXT}
    running.asked.clear()
    return running


@pytest.fixture
def base(services):
    return f"http://127.0.0.1:{services.port}"


@pytest.fixture
def fetcher(services, tmp_path):
    access = Access(name="github", hosts=frozenset({f"127.0.0.1:{services.port}"}), min_interval_s=0)
    with Watched([access], state_dir=tmp_path, user_agent="t", patience=Patience(attempts=1)) as made:
        yield made


@pytest.fixture
def _no_turns(monkeypatch):
    monkeypatch.setattr(list_download, "_PAGE_INTERVAL_S", 0)


def page(fetcher, url, not_before=NOW):
    return fetch_page(fetcher, url, not_before=not_before)


def refusal(ask, *words):
    with pytest.raises(InputError) as refused:
        ask(*words)
    return str(refused.value)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("/pages/papers/my%20list.md", "my list.md"),
        ("/pages/list.md?raw=1", "list.md"),
        ("/pages/", "index.html"),
    ],
)
def test_a_page_is_asked_of_its_own_host_alone_a_second_apart(fetcher, services, base, place, name):
    assert page(fetcher, f"{base}{place}") == {name: b"text"}
    hosts = frozenset({base.removeprefix("http://")})
    assert fetcher.admitted == [Access(name="list 127.0.0.1", hosts=hosts, min_interval_s=1.0)]
    accept = "text/html, text/*;q=0.9, */*;q=0.1"
    assert fetcher.requests == [Request(source="list 127.0.0.1", url=f"{base}{place}", accept=accept)]
    assert [(asked.path, asked.headers["accept"]) for asked in services.asked] == [(place, accept)]


def test_the_secrets_of_a_page_go_to_its_host_and_a_password_is_no_address(fetcher, services, base):
    url = to_public(f"{base}/pages/list.md?token=s3cr3ts3cr3t")
    assert page(fetcher, url) == {"list.md": b"text"}
    assert fetcher.admitted[0].credentials == url.credentials != Credentials()
    assert [asked.path for asked in services.asked] == ["/pages/list.md?token=s3cr3ts3cr3t"]
    with_password = to_public(base.replace("//", "//ann:pw@"))
    line = f"{base}: no address that a list can be read from; give https://HOST/PATH"
    assert refusal(page, fetcher, with_password) == line
    assert len(services.asked) == 1


@pytest.mark.parametrize(
    "url", ["ftp://x.org/a.md", "https:///a.md", "https://x.org:0/a.md", "https://x.org:99999/", "https://[x/a.md"]
)
def test_what_is_no_address_is_said_with_an_example(fetcher, url):
    line = f"{url}: no address that a list can be read from; give https://HOST/PATH"
    assert refusal(page, fetcher, url) == line
    assert fetcher.admitted == []


@pytest.mark.parametrize("url", ["https://github.com/o", "https://gitlab.com/o/n"])
def test_what_is_no_repository_is_said_with_an_example(url):
    assert refusal(parse_repository, url) == f"{url}: no repository on GitHub; give https://github.com/OWNER/NAME"


@pytest.mark.usefixtures("_no_turns")
def test_what_is_not_there_is_said_even_where_a_copy_was_kept(fetcher, services, base):
    url = f"{base}/pages/a.md"
    page(fetcher, url)
    services.faults["webpage"] = lambda _: Answer(404, b"gone", content_type="text/plain")
    fetcher.now += timedelta(days=1)
    line = f"{url}: there is no such page, file or repository"
    assert refusal(page, fetcher, url, fetcher.now) == line
    assert fetcher.warnings == []


@pytest.mark.parametrize(("headers", "until"), [({}, ""), ({"Retry-After": "5400"}, " until 2026-11-22 04:30 UTC")])
def test_what_cannot_be_had_is_said_with_the_time_of_another_try(fetcher, services, base, headers, until):
    services.faults["webpage"] = lambda _: Answer(503, b"busy", headers, "text/plain")
    url = f"{base}/pages/a.md"
    line = f"{url}: cannot be fetched: HTTP 503{until}; try again later, or give a local copy"
    assert refusal(page, fetcher, url) == line
    assert fetcher.warnings == []


@pytest.mark.usefixtures("_no_turns")
def test_a_kept_copy_is_read_with_a_warning_only_where_there_is_no_new_one(fetcher, services, base):
    url = f"{base}/pages/a.md"
    page(fetcher, url)
    fetcher.now += timedelta(days=1)
    services.faults["webpage"] = lambda _: BUSY
    assert page(fetcher, url) == {"a.md": b"text"}
    assert (fetcher.warnings, len(services.asked)) == ([], 1), "new enough to be asked for by nobody"
    assert page(fetcher, url, fetcher.now) == {"a.md": b"text"}
    assert fetcher.warnings == [f"{url}: HTTP 503; the copy of 2026-11-22 03:00 UTC is read"]
    services.faults["webpage"] = lambda _: Answer(body=b"new", content_type="text/plain")
    assert page(fetcher, url, fetcher.now) == {"a.md": b"new"}
    assert len(fetcher.warnings) == 1


def file(path, text):
    content = text if isinstance(text, bytes) else text.encode()
    return Answer(body=json.dumps({"path": path, "content": base64.b64encode(content).decode()}).encode())


def answer(services, **files):
    """Answer a question for a file by the end of its address; ``any`` answers all others."""
    services.faults["github"] = lambda asked: next(
        (one for name, one in files.items() if f"/{name}?" in f"{asked.path}?"), files.get("any")
    )


def list_of(fetcher, base, url, links=None):
    linked = []

    def linked_files(text, path):
        linked.append((text, path))
        return (links or {}).get(path, ())

    return fetch_list(fetcher, url, api_url=base, linked_files=linked_files, not_before=NOW), linked


@pytest.mark.parametrize(
    ("place", "asked", "ref"),
    [
        ("", "readme", None),
        ("/tree/dev", "readme", "dev"),
        ("/tree/dev/a%20b", "readme/a%20b", "dev"),
        ("/blob/v1/a%20b.Rst", "contents/a%20b.Rst", "v1"),
        ("/raw/v1/Makefile", "readme/Makefile", "v1"),
    ],
)
def test_a_file_of_a_repository_is_asked_of_the_interface(fetcher, services, base, place, asked, ref):  # noqa: PLR0917
    answer(services, any=file("x.md", "text"))
    found = list_of(fetcher, base, f"https://github.com/o/n{place}")
    assert found == ({"x.md": b"text"}, [("text", "x.md")])
    assert fetcher.requests == [
        Request(
            source="github", url=f"{base}/repos/o/n/{asked}", params=(("ref", ref),) if ref else (),
            headers=(("X-GitHub-Api-Version", "2022-11-28"),), accept="application/vnd.github+json",
        )
    ]  # fmt: skip


def test_files_that_the_first_one_points_to_are_asked_for_once_and_their_links_are_not_followed(
    fetcher, services, base
):
    answer(services, readme=file("README.md", "\u00e4"), any=file("any", "more"))
    links = {"README.md": ("a b.md", "a.png", "README.md", "a b.md", "c.BIB"), "a b.md": ("d.md",)}
    found, linked = list_of(fetcher, base, "https://github.com/o/n/tree/dev", links)
    assert found == {"README.md": "\u00e4".encode(), "a b.md": b"more", "c.BIB": b"more"}
    assert linked == [("\u00e4", "README.md")]
    asked = [one.path.partition("/n/")[2] for one in services.asked]
    assert asked == ["readme?ref=dev", "contents/a%20b.md?ref=dev", "contents/c.BIB?ref=dev"]


def test_a_list_has_so_many_files_at_most(fetcher, services, base, monkeypatch):
    monkeypatch.setattr(list_download, "_MOST_FILES", 4)
    answer(services, any=file("README.md", ""))
    links = {"README.md": [f"{n}.md" for n in range(9)]}
    found, _ = list_of(fetcher, base, "https://github.com/o/n", links)
    assert len(found) == len(services.asked) == 4


def test_bytes_that_are_no_text_do_not_keep_a_list_from_being_read(fetcher, services, base):
    answer(services, any=file("x.md", b"a\xffb"))
    found = list_of(fetcher, base, "https://github.com/o/n")
    assert found == ({"x.md": b"a\xffb"}, [("a\ufffdb", "x.md")])


NO_FILES = [b"[]", b"{}", b'{"path": "x"}', b'{"path": "x", "content": "a"}', b'{"path": "x", "content": 1}']


@pytest.mark.parametrize("body", NO_FILES)
def test_an_answer_that_holds_no_file_names_the_list(fetcher, services, base, body):
    answer(services, any=Answer(body=body))
    url = "https://github.com/o/n"
    assert refusal(list_of, fetcher, base, url) == f"{url}: GitHub's answer holds no file"


def test_a_file_that_cannot_be_had_is_named_by_the_list(fetcher, services, base):
    url = "https://github.com/o/n"
    answer(services, readme=file("README.md", ""), any=Answer(404, b"{}"))
    line = f"{url}: there is no such page, file or repository"
    assert refusal(list_of, fetcher, base, url, {"README.md": ["a.md"]}) == line
    answer(services, any=BUSY)
    line = f"{url}-2: cannot be fetched: HTTP 503; try again later, or give a local copy"
    assert refusal(list_of, fetcher, base, f"{url}-2") == line
