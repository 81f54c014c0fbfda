"""Reading lists by address: any page or file, and GitHub repositories.

The latter through <https://docs.github.com/en/rest/repos/contents>.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from enrich.errors import InputError
from enrich.fetch.fetcher import Access
from enrich.fetch.wire import host_of
from enrich.model.credentials import credentials_of
from enrich.model.request import Outcome, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from enrich.fetch.fetcher import Fetcher

_REPOSITORY = re.compile(
    r"/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?(?:/(?:blob|tree|raw)/(?P<ref>[^/]+)(?:/(?P<path>.+))?)?/?$"
)
_GITHUB = ("github.com", "www.github.com")
_LIST_ENDINGS = (".md", ".markdown", ".rst", ".org", ".bib", ".csv", ".tsv", ".yaml", ".yml", ".json", ".txt")
_MOST_FILES = 200
_PAGE_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class RepositoryAddress:
    """A repository, or a file or folder in it."""

    owner: str
    name: str
    ref: str | None
    path: str | None


def is_address(argument: str) -> bool:
    """Whether a command's argument is an address and not a path."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", argument) is not None


def expand_lists(arguments: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lists with those that a pattern such as ``papers/*.md`` stands for, sorted; and the patterns for none.

    What is there under its own name is no pattern.
    """
    found: list[str] = []
    empty: list[str] = []
    for one in arguments:
        if is_address(one) or not has_magic(one) or Path(one).exists():
            found.append(one)
        elif matches := sorted(glob(one, recursive=True)):  # noqa: PTH207 (a pattern may begin at the root)
            found += matches
        else:
            empty.append(one)
    return tuple(dict.fromkeys(found)), tuple(empty)


def is_in_repository(url: str) -> bool:
    """Whether an address leads to GitHub, where lists are read through its API."""
    with suppress(ValueError):
        return (urlsplit(url).hostname or "").lower() in _GITHUB
    return False


def fetch_page(fetcher: Fetcher, url: str, *, not_before: datetime) -> dict[str, bytes]:
    """The page or file at an address by its name. The user named the host, so it may be asked, and no other.

    The address goes without its credentials (``model.credentials``), and the request with them.

    Raises:
        InputError: the address is none, or nothing can be had there now.
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    credentials = credentials_of(url)
    if not is_good or credentials.user is not None:
        raise InputError("no address that a list can be read from", path=url, advice="give https://HOST/PATH")
    name = f"list {parts.hostname}"
    hosts = frozenset({host_of(url)})
    fetcher.admit(Access(name=name, hosts=hosts, min_interval_s=_PAGE_INTERVAL_S, credentials=credentials))
    reply = _fetch(fetcher, Request(source=name, url=url, accept="text/html, text/*;q=0.9, */*;q=0.1"), url, not_before)
    return {unquote(parts.path).rpartition("/")[2] or "index.html": reply.content}


def parse_repository(url: str) -> RepositoryAddress:
    """The repository that an address names.

    Raises:
        InputError: it names none.

    >>> parse_repository("https://github.com/Zymrael/awesome-neural-ode/blob/main/README.md").path
    'README.md'
    """
    match = _REPOSITORY.match(unquote(urlsplit(url).path))
    if not is_in_repository(url) or not match:
        raise InputError("no repository on GitHub", path=url, advice="give https://github.com/OWNER/NAME")
    return RepositoryAddress(match["owner"], match["name"], match["ref"], match["path"])


def fetch_list(
    fetcher: Fetcher,
    url: str,
    *,
    api_url: str,
    linked_files: Callable[[str, str], Iterable[str]],
    not_before: datetime,
) -> dict[str, bytes]:
    """The files of a list by their path in the repository, its README or the named file first.

    ``linked_files`` maps text and path of a file to the paths of the files that it only points to.

    Raises:
        InputError: the repository has no such file, or it cannot be had now.
    """
    address = parse_repository(url)
    repository = f"{api_url}/repos/{address.owner}/{address.name}"
    ref = (("ref", address.ref),) if address.ref else ()
    if address.path and address.path.lower().endswith(_LIST_ENDINGS):
        first = f"{repository}/contents/{quote(address.path)}"
    else:
        first = f"{repository}/readme/{quote(address.path)}" if address.path else f"{repository}/readme"
    path, content = _fetch_file(fetcher, first, ref, url, not_before)
    files = {path: content}
    queue = list(linked_files(content.decode("utf-8", "replace"), path))
    while queue and len(files) < _MOST_FILES:
        wanted = queue.pop(0)
        if wanted in files or not wanted.lower().endswith(_LIST_ENDINGS):
            continue
        _, content = _fetch_file(fetcher, f"{repository}/contents/{quote(wanted)}", ref, url, not_before)
        files[wanted] = content
    return files


def _fetch_file(
    fetcher: Fetcher, url: str, params: tuple[tuple[str, str], ...], shown: str, not_before: datetime
) -> tuple[str, bytes]:
    headers = (("X-GitHub-Api-Version", "2022-11-28"),)
    request = Request(source="github", url=url, params=params, headers=headers, accept="application/vnd.github+json")
    reply = _fetch(fetcher, request, shown, not_before)
    try:
        document = json.loads(reply.content)
        return str(document["path"]), base64.b64decode(document["content"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise InputError("GitHub's answer holds no file", path=shown) from error


def _fetch(fetcher: Fetcher, request: Request, shown: str, not_before: datetime) -> Reply:
    """The answer, or the last one that was kept where none can be had now."""
    reply = fetcher.fetch(request, not_before=not_before)
    if reply.outcome is Outcome.NOT_FOUND:
        raise InputError("there is no such page, file or repository", path=shown)
    kept = fetcher.find_kept(request) if reply.outcome is not Outcome.OK else None
    if kept is not None and kept.outcome is Outcome.OK:
        fetcher.warnings.append(f"{shown}: {reply.message}; the copy of {kept.retrieved_at:%Y-%m-%d %H:%M} UTC is read")
        reply = kept
    if reply.outcome is not Outcome.OK:
        until = f" until {reply.retry_at:%Y-%m-%d %H:%M} UTC" if reply.retry_at else ""
        advice = "try again later, or give a local copy"
        raise InputError(f"cannot be fetched: {reply.message}{until}", path=shown, advice=advice)
    return reply
