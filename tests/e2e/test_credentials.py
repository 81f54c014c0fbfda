"""Passwords and tokens in addresses go to their service and into nothing that anybody keeps or reads."""

from __future__ import annotations

import base64
import json
import os
from urllib.parse import quote

import pytest
from support.services import Answer, environment

from enrich.cli import main
from enrich.config import load_settings
from enrich.errors import ConfigError, InputError
from enrich.model.credentials import credentials_of, to_public, to_public_base
from enrich.nightly import run_night
from enrich.session.session import Session

SHORT = "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"
PASSWORD, TOKEN, LIST_TOKEN = "PLANTED-passw0rd", "PLANTED-t0ken", "PLANTED+l1st/token=="
SECRETS = (
    PASSWORD,
    TOKEN,
    LIST_TOKEN,
    quote(LIST_TOKEN, safe=""),
    base64.b64encode(f"ann:{PASSWORD}".encode()).decode(),
)


@pytest.fixture
def settings(services, tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        monkeypatch.delenv(name)
    variables = environment(
        services.port, ENRICH_STATE_DIR=str(tmp_path / "state"), ENRICH_OUT_DIR=str(tmp_path / "out")
    )
    base = f"http://ann:{PASSWORD}@127.0.0.1:{services.port}"
    variables["ENRICH_SOURCES__OPENALEX__BASE_URL"] = f"{base}/openalex/?key={TOKEN}"
    variables["ENRICH_SOURCES__ARXIV__BASE_URL"] = f"{base}/api/query"
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def echo(asked):
        """An answer that repeats in its headers and its text what it was asked with."""
        told = f"{asked.path} {asked.headers.get('authorization')} {PASSWORD} {LIST_TOKEN} somebody@example.org"
        return Answer(403, json.dumps({"error": told}).encode(), {"ETag": f'"{told}"', "Link": f"<{told}>"})

    services.faults["openalex"] = echo
    services.faults["unknown"] = lambda asked: (
        Answer(body=SHORT.encode(), content_type="text/plain", headers={"ETag": f'"{asked.path} somebody@example.org"'})
        if quote(LIST_TOKEN, safe="") in asked.path
        else Answer(401)
    )
    return load_settings


def address(services):
    return f"http://127.0.0.1:{services.port}/lists/papers.md?raw=1&access_token={quote(LIST_TOKEN, safe='')}"


def check_nothing_kept(tmp_path, capsys):
    said = capsys.readouterr()
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "run.json" for path in files)
    for secret in (*SECRETS, "somebody@example.org"):
        assert secret not in said.out + said.err
        assert not [path for path, content in files.items() if secret.encode() in content]


def test_a_run_keeps_no_credentials(services, settings, tmp_path, capsys):
    with Session(settings()) as run:
        bibliography, _ = run.run([address(services)], tmp_path / "out")
        for warning in bibliography.warnings:
            print(warning)
    asked = {one.service: one for one in services.asked}
    assert asked["unknown"].path.endswith(f"&access_token={quote(LIST_TOKEN, safe='')}")
    assert f"key={TOKEN}" in asked["openalex"].path
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    assert asked["openalex"].headers["authorization"] == asked["arxiv"].headers["authorization"] == basic
    assert "authorization" not in asked["semantic_scholar"].headers
    assert bibliography.works[0].title == "Neural Ordinary Differential Equations"
    check_nothing_kept(tmp_path, capsys)


def test_a_night_keeps_no_credentials_and_knows_its_lists_again(services, settings, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ENRICH_LISTS", json.dumps([address(services)]))
    first = run_night(settings(), on_list=print)
    again = run_night(settings(), on_list=print)
    assert [one.name for one in first.lists] == [one.name for one in again.lists] == ["papers"]
    assert [one.exit_code for one in (*first.lists, *again.lists)] == [0, 0]
    check_nothing_kept(tmp_path, capsys)


@pytest.mark.parametrize(
    "given", ["http://ann:PLANTED@[bad", "https://ann:PLANTED@example.org:0/x", "ftp://a:PLANTED@h/x"]
)
def test_an_address_that_is_none_is_named_without_its_password(settings, monkeypatch, given):
    with Session(settings()) as run, pytest.raises(InputError) as caught:
        run.read([given])
    assert "PLANTED" not in str(caught.value)
    monkeypatch.setenv("ENRICH_SOURCES__ARXIV__BASE_URL", given)
    with pytest.raises(ConfigError) as caught:
        settings()
    assert "PLANTED" not in str(caught.value)


def test_an_address_that_is_none_is_one_line(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["enrich", "run", "http://[bad"])
    monkeypatch.setattr("enrich.cli.watch_signals", lambda: None)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        "enrich: http://[bad: no address that a list can be read from; give https://HOST/PATH\n"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("list.md", "list.md"),
        ("https://example.org/list.md?raw=1&ref=main", "https://example.org/list.md?raw=1&ref=main"),
        ("https://h/x?author=Chen&format=csv&gid=0", "https://h/x?author=Chen&format=csv&gid=0"),
        ("https://h/x?name=awesome-neural-ode-2020-01-01", "https://h/x?name=awesome-neural-ode-2020-01-01"),
        ("https://tok@github.com/a/b", "https://github.com/a/b"),
        ("https://h/x?X-Amz-Signature=ab&X-Amz-Date=1", "https://h/x?X-Amz-Signature=redacted-fb8e&X-Amz-Date=1"),
        ("https://h/x?apiKey=ab", "https://h/x?apiKey=redacted-fb8e"),
        ("https://h/x?d=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "https://h/x?d=redacted-91b3"),
    ],
)
def test_what_is_split_off_an_address(given, shown):
    public = to_public(given)
    assert public == shown
    assert to_public(public) is public
    assert credentials_of(public).restore(public) == given.replace("tok@", "")


def test_two_addresses_that_differ_in_their_token_alone_stay_two():
    assert to_public("https://h/share?token=a") != to_public("https://h/share?token=b")
    base = to_public_base("https://ann:p%40w@h/api/?a=1&b=2")
    assert (base, credentials_of(base).user) == ("https://h/api", "ann:p@w")
    assert credentials_of(base).restore("https://h/api/works?x=1") == "https://h/api/works?x=1&a=1&b=2"
    assert "p@w" not in repr(credentials_of(base))
