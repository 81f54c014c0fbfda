"""Settings: file and environment, checked as a whole, with one line for a mistake."""

from __future__ import annotations

import pytest

from enrich.config import load_settings
from enrich.errors import ConfigError


@pytest.fixture(autouse=True)
def _clean(monkeypatch, tmp_path):
    import os

    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(tmp_path, text):
    path = tmp_path / "enrich.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_environment_wins_over_the_file_setting_by_setting(tmp_path, monkeypatch):
    write(tmp_path, '[sources.arxiv]\nmin_interval_s = 9\nbase_url = "http://127.0.0.1:1/api/query/"\n')
    monkeypatch.setenv("ENRICH_SOURCES__ARXIV__MIN_INTERVAL_S", "0")
    arxiv = load_settings().sources.arxiv
    assert (arxiv.min_interval_s, arxiv.base_url) == (0, "http://127.0.0.1:1/api/query")


def test_a_key_never_shows(tmp_path, monkeypatch):
    monkeypatch.setenv("ENRICH_SOURCES__OPENALEX__API_KEY", "PLANTED")
    settings = load_settings()
    assert "PLANTED" not in repr(settings) + settings.model_dump_json()
    assert settings.sources.openalex.api_key.get_secret_value() == "PLANTED"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[sources.arxvi]\nenabled = true\n", "enrich.toml:1: unknown setting sources.arxvi; did you mean arxiv?"),
        ("contact = 'x'\n", "enrich.toml:1: bad value 'x' of contact"),
        ("\n[sources.arxiv]\nenabled = 'perhaps'\n", "enrich.toml:3: bad value 'perhaps' of sources.arxiv.enabled"),
        ("[sources]\narxiv.min_interval_s = -1\n", "enrich.toml:2: bad value -1 of sources.arxiv.min_interval_s"),
        ("[sources.arxiv]\nbase_url = 'ftp://x'\n", "must be an address that starts with http"),
        ("[sources\n", "enrich.toml:1: no valid TOML"),
        ("nwo = 1\n", "enrich.toml:1: unknown setting nwo; did you mean now?"),
        (
            "nwo = 1\n[sources.arxvi]\n",
            "enrich.toml:1: unknown setting nwo; did you mean now?; one more is wrong",
        ),
        (
            "nwo = 1\ncontact = 3\n[sources.arxiv]\nx = 1\n",
            "enrich.toml:1: unknown setting nwo; did you mean now?; 2 more are wrong",
        ),
        ("now = 2026-11-22T03:00:00\n", "must name its time zone"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ENRICH_SOURCES__ARXVI__BASE_URL", "unknown setting sources.arxvi"),
        ("ENRICH_SORCES__ARXIV__BASE_URL", "ENRICH_SORCES__ARXIV__BASE_URL; did you mean sources?"),
        ("ENRICH_FRESHNESS__NOT_FOUND_DAYS", "bad value 'http://x' of freshness.not_found_days (environment variable"),
    ],
)
def test_a_mistyped_variable_is_named(monkeypatch, name, message):
    monkeypatch.setenv(name, "http://x")
    with pytest.raises(ConfigError, match=message.replace("(", r"\(").replace("?", r"\?")):
        load_settings()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read"):
        load_settings(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ENRICH_LISTS", "x", "ENRICH_LISTS holds no JSON"),
        ("ENRICH_SOURCES", "x", "ENRICH_SOURCES holds no JSON"),
        ("ENRICH_SOURCES__ARXIV__BASE_URL", "http://[", "must be an address"),
        ("ENRICH_SOURCES__ARXIV__BASE_URL", "http://x:99999/y", "must be an address"),
        ("ENRICH_SOURCES__ARXIV__BASE_URL", "http://a b/", "must be an address"),
        ("ENRICH_SOURCES__ARXIV__API_KEY", "a\nPLANTED", "must be letters, digits and signs"),
        ("ENRICH_CONTACT", "ж@é.org", "bad value"),
    ],
)
def test_a_strange_value_is_one_line_and_a_key_is_never_shown(monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert message in str(caught.value)
    assert "PLANTED" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_element_of_a_list_in_the_file_is_named_with_its_line(tmp_path):
    with pytest.raises(ConfigError, match=r"enrich\.toml:2: bad value 3 of lists"):
        load_settings(write(tmp_path, "contact = 'a@b.de'\nlists = [3]\n"))
