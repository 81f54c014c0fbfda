"""Settings from ``enrich.toml`` and the environment, checked as a whole before anything runs.

Every setting is also an environment variable: ``sources.arxiv.base_url`` is ``ENRICH_SOURCES__ARXIV__BASE_URL``.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from enrich.errors import ConfigError, suggest
from enrich.files import SETTINGS_FILE, SETTINGS_PREFIX, read_file
from enrich.model.credentials import to_public, to_public_base
from enrich.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

PROJECT_URL = "https://github.com/enrich-bib/enrich"
# Freshness is counted back for a century, and waits on from here.
_FIRST_YEAR, _LAST_YEAR = 1900, 9000

Days = Annotated[float, Field(ge=0, le=36500)]


def check_base_url(value: str) -> str:
    """The address without a slash at its end, and without its credentials.

    Raises:
        ValueError: it is none of a service.
    """
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or not re.fullmatch(r"[!-~]+", value):
        raise ValueError("must be an address that starts with http:// or https://")
    return to_public_base(value)


def check_key(value: SecretStr) -> SecretStr:
    """The key.

    Raises:
        ValueError: it cannot stand in a header.
    """
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError("must be letters, digits and signs of ASCII without spaces")
    return value


BaseUrl = Annotated[str, AfterValidator(check_base_url)]
Key = Annotated[SecretStr, AfterValidator(check_key)]


class SourceSettings(BaseModel):
    """One source. What is left out comes from the source's own file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    """Ask it at all."""
    base_url: BaseUrl | None = None
    """Where it is asked instead; the host of this address is then the only one that it owns."""
    api_key: Key | None = None
    """Sent in a header to the source's own hosts, added below the cache; never stored or printed."""
    min_interval_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Seconds between the starts of two requests to its host."""


class _Sources(BaseModel):
    """The sources by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __getitem__(self, name: str) -> SourceSettings:
        """The settings of the source of a name."""
        found: SourceSettings = getattr(self, name)
        return found

    def every(self) -> list[SourceSettings]:
        """The settings of all sources."""
        return [self[name] for name in type(self).model_fields]


if TYPE_CHECKING:
    Sources = _Sources
else:
    Sources = create_model("Sources", __base__=_Sources, **dict.fromkeys(SOURCES, (SourceSettings, SourceSettings())))


class Freshness(BaseModel):
    """For how many days a value is not asked for again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    citation_count_days: Days = 1
    preprint_venue_days: Days = 30
    published_days: Days = 180
    not_found_days: Days = 7
    repository_days: Days = 30
    retraction_days: Days = 7


class Manners(BaseModel):
    """How patient requests are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5
    read_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30
    exchange_deadline_s: Annotated[float, Field(gt=0, le=86400)] = 120
    """For all exchanges of one question together, whatever comes meanwhile."""
    unreachable_after_s: Annotated[float, Field(gt=0, le=60)] = 2.5
    """A host to which no connection stands by then is left alone for the rest of the run."""
    retry_after_cap_s: Annotated[float, Field(ge=0, le=3600)] = 60
    """A longer wait than this is not waited: the source is left for this run."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    backoff_s: Annotated[float, Field(ge=0, le=600)] = 2
    """Wait before the second attempt where the service names none; each further one is three times as long."""
    max_reply_mib: Annotated[int, Field(ge=1, le=1024)] = 64


class Nightly(BaseModel):
    """How patient an unattended run is with a source that failed after all attempts of a moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_retries_s: tuple[Annotated[float, Field(ge=0, le=21600)], ...] = (60, 600)
    """Waits before each further try of a source's share of a round, under Prefect."""
    source_timeout_s: Annotated[float, Field(gt=0, le=86400)] = 3600
    """A source's share of a round that takes longer is given up."""


class Exports(BaseModel):
    """What the outputs look like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    formats: tuple[str, ...] | None = None
    """Families of files to write; all when left out."""
    bib_math: Annotated[str, Field(pattern="^(unicode|latex)$")] = "unicode"
    bib_abstract: bool = True
    bib_keywords: bool = False

    @field_validator("formats")
    @classmethod
    def _check_formats(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        from enrich.export.formats import REFERENCE_FORMATS  # noqa: PLC0415 (few settings name formats)
        from enrich.export.reference_format import families  # noqa: PLC0415 (with the last)

        known = families(REFERENCE_FORMATS)
        if value and not set(value) <= set(known):
            raise ValueError(f"must be among {', '.join(known)}")
        return value


class Zotero(BaseModel):
    """The Zotero library that is kept in step with the lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    library: Annotated[str, Field(pattern=r"^(users|groups)/\d{1,12}$")] | None = None
    """``users/ID`` or ``groups/ID``; the nightly run keeps it in step when it is given."""
    collection: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The collection that holds the sections; the title of each list when left out."""
    api_key: Key | None = None
    """With write access (https://www.zotero.org/settings/keys); never stored or printed."""
    base_url: BaseUrl = "https://api.zotero.org"
    min_interval_s: Annotated[float, Field(ge=0, le=3600)] = 0.2
    """Seconds between the starts of two requests."""


class Notify(BaseModel):
    """Who is told of what a night brought that should not wait."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...] | str | None = None
    """Program and arguments, or both as one text that is split as a shell would; it gets the JSON on its input."""
    url: SecretStr | None = None
    """Where the same JSON is posted; stored and printed nowhere, for such addresses are keys."""
    after_nights: Annotated[int, Field(ge=1, le=365)] = 3
    """A source that failed for so many nights in a row is told of."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30

    @property
    def argv(self) -> tuple[str, ...]:
        """The words of the command; none where there is none."""
        return tuple(self.command or ())

    @field_validator("command", mode="before")
    @classmethod
    def _check_command(cls, value: Any) -> Any:  # noqa: ANN401 (TOML holds any shape)
        words = shlex.split(value) if isinstance(value, str) else value
        if words is None:
            return None
        if not isinstance(words, (list, tuple)) or not words:
            raise ValueError("must name a program, as a text or a list of texts")
        if not all(isinstance(word, str) and word and "\0" not in word for word in words):
            raise ValueError("must be texts that are not empty")
        return tuple(words)

    @field_validator("url")
    @classmethod
    def _check_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_notify_url(value.get_secret_value()):
            raise ValueError("must be an address that starts with https://, or http:// on this machine")
        return value


def is_notify_url(address: str) -> bool:
    """Whether nobody else can read on the way what is posted to an address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        is_good = bool(re.fullmatch(r"[!-~]+", address)) and bool(host) and parts.port != 0
    except ValueError:
        return False
    if parts.scheme != "http":
        return is_good and parts.scheme == "https"
    try:
        return is_good and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:  # a name
        return False


class Settings(BaseSettings):
    """All settings of a run."""

    model_config = SettingsConfigDict(
        env_prefix=SETTINGS_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    contact: str | None = None
    """E-mail address for the services' operators: part of the User-Agent on the wire, stored nowhere."""
    state_dir: Path = Path("data/state")
    """Cache, store and limiter state; shared by all runs."""
    out_dir: Path = Path("data/out")
    """Parent of the folders that results go to when ``--out`` is not given."""
    catalogue: Path | None = None
    """A catalogue built with ``enrich catalogue build``, asked besides the bundled one."""
    corrections: Path | None = None
    """A file of corrections; ``data/raw/corrections.toml`` when left out and there is one."""
    lists: tuple[str, ...] = ()
    """Files, folders, addresses and patterns (``papers/*.md``) of the nightly run."""
    metrics_file: Path | None = None
    """Where each night leaves its figures for Prometheus, such as a textfile collector's folder."""
    now: datetime | None = None
    """Pretend that it is this instant, for rehearsals; counts on from it."""
    sources: Sources = Sources()
    freshness: Freshness = Freshness()
    manners: Manners = Manners()
    exports: Exports = Exports()
    nightly: Nightly = Nightly()
    notify: Notify = Notify()
    zotero: Zotero = Zotero()

    @property
    def store_path(self) -> Path:
        """What earlier runs learned."""
        return self.state_dir / "store.sqlite"

    @field_validator("contact")
    @classmethod
    def _check_contact(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[!-;=?A-~]+@[!-;=?A-~]+\.[!-;=?A-~]+", value):
            raise ValueError("must be an e-mail address")
        return value

    @field_validator("now")
    @classmethod
    def _check_now(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("must name its time zone, such as 2026-11-22T03:00:00Z")
        if value is not None and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ValueError(f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}")
        return value and value.astimezone(UTC)

    @field_validator("lists")
    @classmethod
    def _hide_credentials(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(to_public, value))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (signature of the base class)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (signature of the base class)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as init arguments."""
        strict = _StrictEnvironment(settings_cls, env_settings)
        return strict, init_settings


class _StrictEnvironment(EnvSettingsSource):
    """The environment, where a variable with our prefix that names no setting is an error instead of silence."""

    def __init__(self, settings_cls: type[BaseSettings], like: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self.env_vars = getattr(like, "env_vars", self.env_vars)

    def __call__(self) -> dict[str, Any]:
        known = set(self.settings_cls.model_fields)
        for name in sorted(self.env_vars):
            if name.startswith(SETTINGS_PREFIX.lower()):
                first = name.removeprefix(SETTINGS_PREFIX.lower()).split("__")[0]
                if first not in known:
                    raise ConfigError(
                        f"unknown setting in the environment variable {name.upper()}", advice=suggest(first, known)
                    )
        return super().__call__()


def load_settings(file: Path | None = None, *, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of a file (``enrich.toml`` of this folder when there is one) and the environment.

    Raises:
        ConfigError: the file is missing or no TOML, or a key or value is not known; it names file and line.
    """
    path = file or (SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    text = ""
    if path is not None:
        try:
            text = read_file(path).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot be read: {_reason(error)}", path=path) from error
    return parse_settings(text, path, overrides=overrides)


def parse_settings(text: str, path: Path | None = None, *, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in the text of a file and in the environment.

    Raises:
        ConfigError: the text is no TOML, or a key or value is not known; it names the line, and the file if given.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ConfigError(f"no valid TOML: {error}", path=path, line=int(line[1]) if line else None) from error
    try:
        return Settings(**{**values, **(overrides or {})})
    except SettingsError as error:
        found = re.search(r'field "(\w+)"', str(error))
        name = f"{SETTINGS_PREFIX}{found[1].upper()}" if found else "a variable"
        advice = f"""write {name}='["a.md"]' for several values, {name}__NAME=… for a part"""
        raise ConfigError(f"the environment variable {name} holds no JSON", advice=advice) from error
    except ValidationError as error:
        raise _to_config_error(error, path, text, values) from error


def _to_config_error(error: ValidationError, path: Path | None, text: str, values: dict[str, Any]) -> ConfigError:
    """The uppermost mistake, with the number of the others."""
    found = [_to_mistake(one, path, text, values) for one in error.errors(include_url=False)]
    first = min(found, key=lambda one: one.line or 0)
    more = {1: None, 2: "one more is wrong"}.get(len(found), f"{len(found) - 1} more are wrong")
    advice = "; ".join(filter(None, (first.advice, more))) or None
    return ConfigError(first.what, path=first.path, line=first.line, advice=advice)


def _to_mistake(first: ErrorDetails, path: Path | None, text: str, values: dict[str, Any]) -> ConfigError:
    keys = [str(part) for part in first["loc"]]
    dotted = ".".join(keys)
    in_file = _holds(values, keys) and f"{SETTINGS_PREFIX}{'__'.join(keys)}".upper() not in os.environ
    place = dotted if in_file else f"{dotted} (environment variable {SETTINGS_PREFIX}{'__'.join(keys).upper()})"
    line = _line_of(text, keys) if in_file else None
    where = path if in_file else None
    if first["type"] == "extra_forbidden":
        return ConfigError(
            f"unknown setting {place}", path=where, line=line, advice=suggest(keys[-1], _names_at(keys[:-1]))
        )
    given = first["input"]
    is_shown = "api_key" not in keys and keys[:2] != ["notify", "url"] and not isinstance(given, (dict, list))
    shown = f" {(str(to_public(given)) if isinstance(given, str) else given)!r}" if is_shown else ""
    what = first["msg"].removeprefix("Value error, ")
    return ConfigError(f"bad value{shown} of {place}: {what[0].lower()}{what[1:]}", path=where, line=line)


def _names_at(keys: list[str]) -> set[str]:
    model: type[BaseModel] = Settings
    for key in keys:
        info = model.model_fields.get(key)
        if info is None or not isinstance(info.annotation, type) or not issubclass(info.annotation, BaseModel):
            return set()
        model = info.annotation
    return set(model.model_fields)


def _holds(values: Any, keys: list[str]) -> bool:  # noqa: ANN401 (TOML holds any shape)
    for key in keys:
        if isinstance(values, list) and key.isdigit() and int(key) < len(values):
            values = values[int(key)]
        elif isinstance(values, dict) and key in values:
            values = values[key]
        else:
            return False
    return True


def _line_of(text: str, keys: list[str]) -> int | None:
    """The line of a key in TOML: the last table header whose path leads to it counts."""
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            table = [part.strip("\"' ") for part in header[1].split(".")]
            if table == keys:
                return number
        elif assignment := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            path = table + [part.strip("\"' ") for part in assignment[1].split(".")]
            if path == keys[: len(path)] and len(path) >= len(keys) - 1:
                return number
    return None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
