"""``python -m benchmarks.readers measure FOLDER``: how many entries of lists that nobody tuned on are read right.

A folder holds one JSON object a file: ``markup``, ``text`` and ``entries`` with title, link, authors, year, venue.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers import read_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.entry import Entry, Reading

SUFFIXES = {
    "markdown": ".md",
    "html": ".html",
    "rst": ".rst",
    "org": ".org",
    "asciidoc": ".adoc",
    "latex": ".tex",
    "yaml": ".yml",
    "json": ".json",
    "csv": ".csv",
    "wikitext": ".wiki",
    "txt": ".txt",
    "ipynb": ".ipynb",
    "bibtex": ".bib",
}


@dataclass(slots=True)
class Score:
    """What was read of one list."""

    name: str
    n_right: int = 0
    n_titled: int = 0
    n_whole: int = 0
    n_expected: int = 0
    n_read: int = 0
    n_true: int = 0
    mistakes: list[str] = field(default_factory=list)


def excerpts(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the content of every excerpt."""
    for path in sorted(folder.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def read(markup: str, text: str, path: str = "") -> Reading | None:
    """Read a text as the file that it stands in."""
    suffix = Path(path).suffix.lower() if Path(path).suffix.lower() in {".bbl", ".tsv"} else SUFFIXES[markup]
    name = f"list{suffix}"
    try:
        return read_files({name: text.encode()}, name="list", source=name)
    except InputError:
        return None


def bare(text: object) -> str:
    return re.sub(r"[\W_]+", "", str(text or "").lower())


def url_of(text: str | None) -> str:
    return re.sub(r"^https?://(www\.)?|/+$", "", text or "").lower()


def surnames(value: Sequence[str]) -> set[str]:
    parts = re.split(r",|;|&|\band\b", re.sub(r"\bet al\b\.?", "", ", ".join(value)))
    return {bare(part) for part in parts if bare(part)}


def score(name: str, expected: Sequence[Mapping[str, Any]], found: Sequence[Entry]) -> Score:
    """Compare entries with what is right; every entry is used once."""
    result = Score(name, n_expected=len(expected), n_read=len(found))
    left = list(found)
    for row in expected:
        same = [one for one in left if bare(one.title) == bare(row["title"])]
        if not same:
            result.mistakes.append(f"missing {row['title']!r}")
            continue
        one = min(same, key=lambda entry: entry.primary_link is None)
        left.remove(one)
        result.n_titled += 1
        primary = one.primary_link.url if one.primary_link else None
        is_linked = url_of(primary) == url_of(row.get("link"))
        if not row.get("link"):
            is_linked = True  # whatever else it links to stands beside it
        result.n_right += is_linked
        wrong = {} if is_linked else {"link": (primary, row.get("link"))}
        if surnames(one.authors) != surnames(row.get("authors") or ()):
            wrong["authors"] = (one.authors, row.get("authors"))
        if one.year != row.get("year"):
            wrong["year"] = (one.year, row.get("year"))
        said, right = bare(one.venue), bare(row.get("venue"))
        if said != right and not (right and (bare(one.label).startswith(right) or (said and said in right))):
            wrong["venue"] = (one.venue, row.get("venue"))
        result.n_whole += not wrong
        if wrong:
            result.mistakes.append(f"{row['title'][:50]!r}: {wrong}")
    result.n_true = result.n_titled
    result.mistakes += [f"too many {one.title!r} [{one.family}]" for one in left]
    return result


def measure(folder: Path, *, is_verbose: bool) -> list[Score]:
    """Print the shares of a folder."""
    scores = []
    for name, excerpt in excerpts(folder):
        reading = read(excerpt["markup"], excerpt["text"], excerpt.get("path", ""))
        scores.append(score(name, excerpt["entries"], reading.entries if reading else ()))
    for one in scores:
        print(f"{one.name:40} {one.n_right:3}/{one.n_expected:<3} whole {one.n_whole:3}  read {one.n_read:3}")
        if is_verbose:
            print(*(f"      {mistake}" for mistake in one.mistakes), sep="\n")
    print(summary(scores))
    return scores


def summary(scores: Sequence[Score]) -> str:
    n = sum(one.n_expected for one in scores) or 1
    n_read = sum(one.n_read for one in scores) or 1
    return (
        f"{len(scores)} lists, {n} entries: title and link {sum(one.n_right for one in scores) / n:.1%}, "
        f"title {sum(one.n_titled for one in scores) / n:.1%}, "
        f"every field {sum(one.n_whole for one in scores) / n:.1%}, "
        f"precision {sum(one.n_true for one in scores) / n_read:.1%}"
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["measure"] and len(arguments) > 1:
        measure(Path(arguments[1]), is_verbose="-v" in arguments)
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
