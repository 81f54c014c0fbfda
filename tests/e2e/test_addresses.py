"""Lists by address: a repository's README and what it points to, conditionally, and from the kept copy when needed."""

from __future__ import annotations

import base64
import json

import pytest
from support.services import Answer

README = "# Papers\n\n- [Neural Ordinary Differential Equations](https://arxiv.org/abs/1806.07366)\n"


def serve_readme(services, text=README):
    body = json.dumps({"path": "README.md", "content": base64.b64encode(text.encode()).decode()}).encode()

    def answer(asked):
        if not asked.path.endswith("/readme"):
            return None
        if asked.headers.get("if-none-match") == '"one"':
            return Answer(304, headers={"ETag": '"one"'})
        return Answer(body=body, headers={"ETag": '"one"'})

    services.faults["github"] = answer


@pytest.mark.slow
def test_a_repository_is_read_and_asked_for_conditionally(enrich, services, tmp_path):
    serve_readme(services)
    address = "https://github.com/someone/awesome-papers"
    first = enrich("run", address, "--out", "out")
    assert first.returncode == 0, first.stderr
    assert "awesome-papers" in (tmp_path / "out" / "entries.csv").read_text("utf-8-sig")
    services.asked.clear()
    assert enrich("run", address, "--out", "out").returncode == 0
    (asked,) = services.asked
    assert asked.headers["if-none-match"] == '"one"'


@pytest.mark.slow
def test_the_kept_copy_is_read_when_github_is_down(enrich, services):
    serve_readme(services)
    address = "https://github.com/someone/awesome-papers"
    assert enrich("run", address, "--out", "out").returncode == 0
    services.faults["github"] = lambda _: Answer(403, b"{}", {"X-RateLimit-Remaining": "0"})
    result = enrich("run", address, "--out", "out")
    assert result.returncode == 0, result.stderr
    assert "someone/awesome-papers: too many requests; the copy of" in result.stderr


def test_what_is_no_repository_is_one_line(enrich, services):
    services.faults["github"] = lambda _: Answer(404, b'{"message": "Not Found"}')
    missing = enrich("run", "https://github.com/someone/nothing", "--out", "out")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "there is no such page, file or repository" in missing.stderr
    for address in ("ftp://example.org/list", "https://name:word@example.org/list", "https://github.com/someone"):
        foreign = enrich("run", address, "--out", "out")
        assert (foreign.returncode, foreign.stderr.count("\n")) == (2, 1)
        assert "no address that a list can be read from" in foreign.stderr or "no repository" in foreign.stderr
    assert len(services.asked) == 1


@pytest.mark.slow
def test_a_page_is_read_from_the_host_that_the_user_named_and_from_no_other(enrich, services, tmp_path):
    services.faults["unknown"] = lambda asked: (
        Answer(body=README.encode(), content_type="text/plain", headers={"ETag": '"one"'})
        if asked.path.startswith("/lists/papers.md")
        else Answer(302, headers={"Location": "http://localhost:9/lists/papers.md"})
    )
    address = f"http://127.0.0.1:{services.port}/lists/papers.md"
    first = enrich("run", address, "--out", "out")
    assert first.returncode == 0, first.stderr
    assert "Neural Ordinary Differential Equations" in (tmp_path / "out" / "entries.csv").read_text("utf-8-sig")
    services.faults["unknown"] = lambda _: Answer(503)
    kept = enrich("run", address, "--out", "out")
    assert kept.returncode == 0, kept.stderr
    assert "the copy of" in kept.stderr
    services.faults["unknown"] = lambda _: Answer(302, headers={"Location": "http://localhost:9/lists/papers.md"})
    moved = enrich("run", f"http://127.0.0.1:{services.port}/moved.md")
    assert (moved.returncode, moved.stderr.count("\n")) == (2, 1)
    assert "cannot be fetched" in moved.stderr


def test_parse_reads_an_address_too(enrich, services):
    serve_readme(services)
    result = enrich("parse", "https://github.com/someone/awesome-papers")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["title"] == "Neural Ordinary Differential Equations"
