"""The work of a run that a user's words mean, for the commands that show one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from enrich.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.model.work import Bibliography, Work

_MOST_HITS = 8


def newest_run() -> Path:
    """The output folder that was written last, wherever it is: by the store, and among those of the settings.

    Raises:
        InputError: there is none.
    """
    from enrich.config import load_settings
    from enrich.store.store import Store, find_damage

    settings = load_settings()
    folders = [path.parent for path in settings.out_dir.glob("*/run.json")]
    store = settings.store_path
    if store.is_file() and find_damage(store) is None:
        with suppress(OutputError), Store(store) as opened:
            folders += map(Path, opened.folders())
    runs = [one / "run.json" for one in folders if (one / "run.json").is_file()]
    if not runs:
        raise InputError("there is no run yet", path=settings.out_dir, advice="name an output folder with --run")
    return max(runs, key=lambda path: path.stat().st_mtime).parent


def find_work(bibliography: Bibliography, asked: str) -> Work:
    """The one work that a citation key, an identifier, an address or words of a title mean.

    Raises:
        InputError: none does, or several do.
    """
    found: list[Work] = next((hits for hits in _searches(bibliography, asked) if hits), [])
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"no work is called {asked!r}", advice="use a citation key of works.bib or words of a title")
    known = ", ".join(work.citation_key for work in found[:_MOST_HITS]) + (", …" if len(found) > _MOST_HITS else "")
    raise InputError(f"{len(found)} works match {asked!r}: {known}", advice="name one by its key")


def _searches(bibliography: Bibliography, asked: str) -> Iterator[list[Work]]:
    """The works that match, by one reading of the question after the other."""
    from enrich.model.addresses import identifiers_in_url
    from enrich.model.identifiers import find_identifiers, parse_arxiv, parse_doi

    text = asked.strip()
    yield [work for work in bibliography.works if text in (work.work_id, work.citation_key)]
    identifiers = {*find_identifiers(text), *(identifiers_in_url(text) if "://" in text else ())}
    for parse in (parse_arxiv, parse_doi):
        try:
            identifiers.add(parse(text))
        except ValueError:
            continue
    yield [work for work in bibliography.works if identifiers & set(work.identifiers)]
    yield [work for work in bibliography.works if work.title.casefold() == text.casefold()]
    words = text.casefold().split()
    yield [work for work in bibliography.works if words and all(word in work.title.casefold() for word in words)]
