"""Lists by address: a repository's README and what it points to, conditionally, and from the kept copy when needed."""

from __future__ import annotations

import base64
import json

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
    assert "there is no such repository or file" in missing.stderr
    foreign = enrich("run", "https://example.org/list", "--out", "out")
    assert foreign.returncode == 2
    assert "only lists in GitHub repositories are read by address" in foreign.stderr
    assert len(services.asked) == 1


def test_parse_reads_an_address_too(enrich, services):
    serve_readme(services)
    result = enrich("parse", "https://github.com/someone/awesome-papers")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["title"] == "Neural Ordinary Differential Equations"
