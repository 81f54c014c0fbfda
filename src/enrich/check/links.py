"""Links whose form or target is out of date: legacy addresses, moved and archived repositories."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.check.evidence import evidence_of, is_certain, on_entry
from enrich.model.addresses import identifiers_in_url, is_host, to_url
from enrich.model.finding import Severity
from enrich.model.identifiers import Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from enrich.model.entry import Entry, Link, ReadingList
    from enrich.model.finding import Finding
    from enrich.model.work import Work

_LEGACY = (
    (("nips.cc", "neurips.cc"), re.compile(r"^/paper/\d+-"), Scheme.NEURIPS),
    (("aclweb.org",), re.compile(r"^/anthology/"), Scheme.ACL),
    (("jmlr.org",), re.compile(r"^/proceedings/papers/v\d+/"), Scheme.PMLR),
)


def find_old_links(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Links in a form that a service has left, and repositories that have moved."""
    for entry in reading_list.entries:
        work = works.get(entry.order)
        for link in entry.links:
            successor = _successor(link, work)
            if successor and successor != link.url:
                name, kind = reading_list.name, "legacy_link"
                yield on_entry(name, entry, kind, Severity.STALE, link.url, successor, fix=successor)
        if work is not None:
            yield from _check_repository(reading_list.name, entry, work)
            yield from _check_dead(reading_list.name, entry, work)


def _successor(link: Link, work: Work | None) -> str | None:
    try:
        parts = urlsplit(link.url)
    except ValueError:
        return None
    for hosts, path, scheme in _LEGACY:
        if is_host(parts.hostname or "", *hosts) and path.match(parts.path):
            known = [one for one in work.identifiers if one.scheme is scheme] if work else []
            found = [*identifiers_in_url(link.url), *known]
            return next((to_url(one) for one in found if not one.value.startswith("number/")), None)
    return None


def _check_dead(name: str, entry: Entry, work: Work) -> Iterator[Finding]:
    """Links where nothing is by the word of the service, with another address of the work if one is sure."""
    urls = {link.url for link in entry.links}
    gone = {one.identifier for one in work.dead_links}
    others = [one for one in work.identifiers if one not in gone] if is_certain(work) else []
    for one in work.dead_links:
        if one.url in urls:
            says = f"nothing under {one.identifier}"
            evidence = (f"{one.source}: not found ({one.missed_at:%Y-%m-%d})",)
            fix = to_url(others[0]) if others else None
            yield on_entry(name, entry, "dead_link", Severity.DEFECT, one.url, says, evidence=evidence, fix=fix)


def _check_repository(name: str, entry: Entry, work: Work) -> Iterator[Finding]:
    asked = {one for one in entry.identifiers if one.scheme is Scheme.GITHUB}
    now = next((record.url for record in work.records if record.url and "renamed" in record.remarks), None)
    evidence = evidence_of(work, "url")
    if asked and now and not asked & set(identifiers_in_url(now)):
        link = next(one for one in entry.links if asked & set(identifiers_in_url(one.url)))
        kind = "stale_repository_address"
        yield on_entry(name, entry, kind, Severity.STALE, link.url, now, evidence=evidence, fix=now)
        own = now.rstrip("/").rpartition("/")[2].removesuffix(".jl").removesuffix(".py")
        if entry.title and own.casefold() != entry.title.casefold():
            yield on_entry(name, entry, "stale_name", Severity.STALE, entry.title, own, evidence=evidence, fix=own)
    if asked and "archived" in work.remarks:
        yield on_entry(
            name, entry, "repository_archived", Severity.NOTE, entry.title or "", "archived", evidence=evidence
        )
