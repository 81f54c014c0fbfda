"""From settings to the parts of a run: sources, the way to the network, freshness, export options."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

from enrich import DISTRIBUTION
from enrich.config import PROJECT_URL, Settings
from enrich.errors import ConfigError
from enrich.export.options import BibMath, ExportOptions
from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.fetch.wire import host_of
from enrich.model.credentials import credentials_of
from enrich.rounds.freshness import FreshnessRules
from enrich.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.fetch.zotero import ZoteroApi
    from enrich.sources.base import Source

GITHUB_API = "https://api.github.com"


def new_clock(settings: Settings) -> Callable[[], datetime]:
    """The clock of the machine, or one that goes on from the instant that the settings pretend."""
    began = datetime.now(UTC)
    return lambda: (settings.now or began) + (datetime.now(UTC) - began)


def new_sources(settings: Settings) -> list[Source]:
    """The sources that are switched on, in the order in which they are asked."""
    sources = []
    for name, make in SOURCES.items():
        one = settings.sources[name]
        if one.enabled:
            sources.append(make(one.base_url, has_key=one.api_key is not None))
    return sources


def new_fetcher(settings: Settings, sources: Sequence[Source], clock: Callable[[], datetime]) -> Fetcher:
    """The way to the network for these sources."""
    accesses = [_access(source, settings) for source in sources]
    if not any(access.name == "github" for access in accesses):
        accesses.append(_access(SOURCES["github"](None), settings))  # lists are read there even if it is switched off
    return Fetcher(
        accesses,
        state_dir=settings.state_dir,
        user_agent=_user_agent(settings),
        patience=_patience(settings),
        clock=clock,
    )


def new_zotero(
    settings: Settings, library: str, clock: Callable[[], datetime], *, only_reads: bool = False
) -> ZoteroApi:
    """The way to a Zotero library.

    Raises:
        ConfigError: there is no key, without which nothing can be written.
    """
    from enrich.fetch.zotero import ZoteroApi  # noqa: PLC0415 (no run needs it)

    zotero = settings.zotero
    if zotero.api_key is None and not only_reads:
        advice = "set ENRICH_ZOTERO__API_KEY to one that may write (https://www.zotero.org/settings/keys)"
        raise ConfigError("no key for Zotero", advice=advice)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return ZoteroApi(
        zotero.base_url,
        library,
        zotero.api_key.get_secret_value() if zotero.api_key else None,
        user_agent=_user_agent(settings),
        patience=_patience(settings),
        min_interval_s=zotero.min_interval_s,
        state_file=settings.state_dir / "limits.sqlite",
        clock=clock,
    )


def _patience(settings: Settings) -> Patience:
    manners = settings.manners
    return Patience(
        connect_timeout_s=manners.connect_timeout_s,
        read_timeout_s=manners.read_timeout_s,
        exchange_deadline_s=manners.exchange_deadline_s,
        unreachable_after_s=manners.unreachable_after_s,
        retry_after_cap_s=manners.retry_after_cap_s,
        attempts=manners.attempts,
        backoff_s=manners.backoff_s,
        max_bytes=manners.max_reply_mib << 20,
    )


def _user_agent(settings: Settings) -> str:
    contact = f"; mailto:{settings.contact}" if settings.contact else ""
    return f"enrich/{version(DISTRIBUTION)} (+{PROJECT_URL}{contact})"


def freshness_rules(settings: Settings) -> FreshnessRules:
    """For how long values are not asked for again."""
    days = settings.freshness
    return FreshnessRules(
        citation_count=timedelta(days=days.citation_count_days),
        preprint_venue=timedelta(days=days.preprint_venue_days),
        published=timedelta(days=days.published_days),
        not_found=timedelta(days=days.not_found_days),
        repository=timedelta(days=days.repository_days),
        retraction=timedelta(days=days.retraction_days),
    )


def export_options(settings: Settings) -> ExportOptions:
    """What the outputs look like."""
    exports = settings.exports
    formats = None if exports.formats is None else frozenset(exports.formats)
    return ExportOptions(
        formats=formats,
        bib_math=BibMath(exports.bib_math),
        bib_abstract=exports.bib_abstract,
        bib_keywords=exports.bib_keywords,
    )


def _access(source: Source, settings: Settings) -> Access:
    traits = source.traits
    one = settings.sources[traits.name]
    credentials = credentials_of(one.base_url)
    secret = {"Authorization": credentials.authorization} if credentials.authorization else {}
    if one.api_key is not None and traits.key_header:
        secret[traits.key_header] = f"{traits.key_prefix}{one.api_key.get_secret_value()}"
    interval = traits.min_interval_s if one.min_interval_s is None else one.min_interval_s
    hosts = frozenset({host_of(one.base_url)} if one.base_url else traits.hosts)
    return Access(
        name=traits.name, hosts=hosts, min_interval_s=interval, secret_headers=secret, credentials=credentials
    )
