"""What is asked for a list by address, and what is said when it cannot be had: without a socket."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from enrich.errors import InputError
from enrich.fetch.fetcher import Access
from enrich.fetch.list_download import fetch_list, fetch_page, parse_repository
from enrich.model.credentials import Credentials, to_public
from enrich.model.request import Outcome, Reply, Request

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


class Recorder:
    """Stands for a fetcher: keeps what it was asked, and answers with what it was given by the end of the address."""

    def __init__(self, answers, kept=None):
        self.answers, self.kept = answers, kept
        self.admitted, self.asked, self.warnings = [], [], []

    def admit(self, access):
        self.admitted.append(access)

    def fetch(self, request, *, not_before):
        assert not_before == BEFORE
        self.asked.append(request)
        given = next(known for end, known in self.answers.items() if request.url.endswith(end))
        return given if isinstance(given, Reply) else reply_to(request, given)

    def find_kept(self, request):
        assert request == self.asked[-1]
        return self.kept


def reply_to(request, content=b"", outcome=Outcome.OK, **more):
    return Reply(request=request, outcome=outcome, status=200, content=content, retrieved_at=BEFORE, **more)


def failure(**more):
    return reply_to(Request(source="x", url=""), **{"outcome": Outcome.THROTTLED, "message": "too many", **more})


def file(path, text):
    return json.dumps({"path": path, "content": base64.b64encode(text.encode()).decode()}).encode()


@pytest.mark.parametrize(
    ("url", "hosts", "name"),
    [
        ("https://x.org/papers/my%20list.md", "x.org", "my list.md"),
        ("http://X.org:8080/", "x.org:8080", "index.html"),
        ("https://x.org", "x.org", "index.html"),
        ("https://x.org/list.md?raw=1", "x.org", "list.md"),
    ],
)
def test_a_page_is_asked_of_its_own_host_alone_a_second_apart(url, hosts, name):
    fetcher = Recorder({"": b"text"})
    assert fetch_page(fetcher, url, not_before=BEFORE) == {name: b"text"}
    assert fetcher.admitted == [Access(name="list x.org", hosts=frozenset({hosts}), min_interval_s=1.0)]
    assert fetcher.asked == [
        Request(source="list x.org", url=url, accept="text/html, text/*;q=0.9, */*;q=0.1"),
    ]


def test_the_credentials_of_a_page_go_with_its_access():
    url = to_public("https://x.org/list.md?token=s3cr3ts3cr3t")
    fetcher = Recorder({"": b"text"})
    fetch_page(fetcher, url, not_before=BEFORE)
    assert fetcher.admitted[0].credentials == url.credentials != Credentials()
    with pytest.raises(InputError):
        fetch_page(fetcher, to_public("https://ann:pw@x.org/list.md"), not_before=BEFORE)
    assert len(fetcher.asked) == 1


@pytest.mark.parametrize("url", ["ftp://x.org/a.md", "https:///a.md", "https://x.org:0/a.md", "https://x.org:99999/"])
def test_what_is_no_address_is_said_with_an_example(url):
    with pytest.raises(InputError) as refused:
        fetch_page(Recorder({}), url, not_before=BEFORE)
    assert str(refused.value) == f"{url}: no address that a list can be read from; give https://HOST/PATH"


@pytest.mark.parametrize("url", ["https://github.com/o", "https://gitlab.com/o/n"])
def test_what_is_no_repository_is_said_with_an_example(url):
    with pytest.raises(InputError) as refused:
        parse_repository(url)
    assert str(refused.value) == f"{url}: no repository on GitHub; give https://github.com/OWNER/NAME"


def test_what_is_not_there_is_said_even_where_a_copy_was_kept():
    fetcher = Recorder({"": failure(outcome=Outcome.NOT_FOUND)}, kept=failure(outcome=Outcome.OK))
    with pytest.raises(InputError) as refused:
        fetch_page(fetcher, "https://x.org/a.md", not_before=BEFORE)
    assert str(refused.value) == "https://x.org/a.md: there is no such page, file or repository"
    assert fetcher.warnings == []


@pytest.mark.parametrize(
    ("retry_at", "until"), [(None, ""), (NOW.replace(hour=4, minute=30), " until 2026-11-22 04:30 UTC")]
)
@pytest.mark.parametrize("kept", [None, failure(outcome=Outcome.NOT_FOUND, content=b"old")])
def test_what_cannot_be_had_is_said_with_the_time_of_another_try(retry_at, until, kept):
    fetcher = Recorder({"": failure(retry_at=retry_at, content=b"busy")}, kept=kept)
    with pytest.raises(InputError) as refused:
        fetch_page(fetcher, "https://x.org/a.md", not_before=BEFORE)
    said = f"https://x.org/a.md: cannot be fetched: too many{until}; try again later, or give a local copy"
    assert str(refused.value) == said
    assert fetcher.warnings == []


def test_a_kept_copy_is_read_with_a_warning_only_where_there_is_no_new_one():
    kept = failure(outcome=Outcome.OK, content=b"old")
    fetcher = Recorder({"": failure()}, kept=kept)
    assert fetch_page(fetcher, "https://x.org/a.md", not_before=BEFORE) == {"a.md": b"old"}
    assert fetcher.warnings == ["https://x.org/a.md: too many; the copy of 2026-11-20 17:05 UTC is read"]
    fetcher = Recorder({"": b"new"}, kept=kept)
    assert fetch_page(fetcher, "https://x.org/a.md", not_before=BEFORE) == {"a.md": b"new"}
    assert fetcher.warnings == []


def list_of(fetcher, url, links=None):
    linked = []

    def linked_files(text, path):
        linked.append((text, path))
        return (links or {}).get(path, ())

    return fetch_list(fetcher, url, api_url="https://api", linked_files=linked_files, not_before=BEFORE), linked


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
def test_a_file_of_a_repository_is_asked_of_the_interface(place, asked, ref):
    fetcher = Recorder({"": file("x.md", "text")})
    found, linked = list_of(fetcher, f"https://github.com/o/n{place}")
    assert (found, linked) == ({"x.md": b"text"}, [("text", "x.md")])
    assert fetcher.asked == [
        Request(
            source="github", url=f"https://api/repos/o/n/{asked}", params=(("ref", ref),) if ref else (),
            headers=(("X-GitHub-Api-Version", "2022-11-28"),), accept="application/vnd.github+json",
        )
    ]  # fmt: skip


def test_files_that_the_first_one_points_to_are_asked_for_once_and_their_links_are_not_followed():
    fetcher = Recorder({"readme": file("README.md", "\u00e4"), "": file("any", "more")})
    links = {"README.md": ("a b.md", "a.png", "README.md", "a b.md", "c.BIB"), "a b.md": ("d.md",)}
    found, linked = list_of(fetcher, "https://github.com/o/n/tree/dev", links)
    assert found == {"README.md": "\u00e4".encode(), "a b.md": b"more", "c.BIB": b"more"}
    assert linked == [("\u00e4", "README.md")]
    assert [one.url.partition("/n/")[2] for one in fetcher.asked] == ["readme", "contents/a%20b.md", "contents/c.BIB"]
    assert {one.params for one in fetcher.asked} == {(("ref", "dev"),)}


def test_a_list_has_two_hundred_files_at_most():
    fetcher = Recorder({"": file("README.md", "")})
    found, _ = list_of(fetcher, "https://github.com/o/n", {"README.md": [f"{n}.md" for n in range(300)]})
    assert len(found) == len(fetcher.asked) == 200


def test_bytes_that_are_no_text_do_not_keep_a_list_from_being_read():
    content = base64.b64encode(b"a\xffb").decode()
    found, linked = list_of(
        Recorder({"": json.dumps({"path": "x.md", "content": content}).encode()}), "https://github.com/o/n"
    )
    assert (found, linked) == ({"x.md": b"a\xffb"}, [("a\ufffdb", "x.md")])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"path": "x"}', b'{"path": "x", "content": "a"}', b'{"path": "x", "content": 1}']
)
def test_an_answer_that_holds_no_file_names_the_list(body):
    with pytest.raises(InputError) as refused:
        list_of(Recorder({"": body}), "https://github.com/o/n")
    assert str(refused.value) == "https://github.com/o/n: GitHub's answer holds no file"


def test_a_file_that_cannot_be_had_is_named_by_the_list():
    with pytest.raises(InputError, match=r"^https://github.com/o/n: cannot be fetched: too many; try again"):
        list_of(Recorder({"": failure()}), "https://github.com/o/n")
    fetcher = Recorder({"readme": file("README.md", ""), "": failure(outcome=Outcome.NOT_FOUND)})
    with pytest.raises(InputError, match=r"^https://github.com/o/n: there is no such page, file or repository$"):
        list_of(fetcher, "https://github.com/o/n", {"README.md": ["a.md"]})
