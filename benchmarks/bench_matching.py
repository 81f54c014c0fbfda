"""Precision and recall of resolving titles against 527,053 records, and of verifying pairs.

Needs the shared material beside the checkout; what is absent is left out.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import tempfile
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from benchmarks import generated
from benchmarks.harness import Row
from enrich.catalogue.build import build_catalogue
from enrich.catalogue.catalogue import Catalogue
from enrich.catalogue.resolve import resolve
from enrich.catalogue.written_queries import parse_query
from enrich.matching.description import describe_fields
from enrich.matching.verify import verify
from enrich.model.identifiers import Scheme
from enrich.readers import read_path
from enrich.text.title_forms import normalize_title, split_subtitle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.model.entry import Entry

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SNAPSHOT = SHARED / "snapshot/arxiv-metadata-2020-01-01.jsonl.xz"
_ACCEPTED = ("exact", "strong")


def run() -> Iterator[Row]:
    yield from _pairs()
    yield from _speed()
    if not SNAPSHOT.exists():
        return
    yield from _siblings()
    with tempfile.TemporaryDirectory() as folder:
        build_catalogue([SNAPSHOT], Path(folder))
        with Catalogue.open(Path(folder)) as catalogue:
            yield from _titles_of_lists(catalogue)
            yield from _typos(catalogue)
            yield from _later_titles(catalogue)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _pairs() -> Iterator[Row]:
    for name, least in (("pairs", 0.985), ("held_out", 0.98)):
        pairs = _read(ROOT / f"tests/labelled/{name}.jsonl")
        verdicts = [verify(describe_fields(pair["left"]), describe_fields(pair["right"])) for pair in pairs]
        accepted = [pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict.is_accepted]
        same = [pair for pair in pairs if pair["label"] == "same"]
        right = sum(pair["label"] == "same" for pair in accepted)
        note = f"{len(pairs)} pairs, {len(same)} of one work"
        yield Row(
            name=f"{name}: precision", value=right / len(accepted), unit="", bound=least, at_least=True, note=note
        )
        yield Row(name=f"{name}: recall", value=right / len(same), unit="", bound=0.90, at_least=True)


def _speed() -> Iterator[Row]:
    """Pairs a second of this process, titles that were not compared before."""
    records = _read(ROOT / "tests/labelled/records.jsonl")
    rng = random.Random(5)
    pairs = [generated.vary(record, rng) for record in records]
    described = [(describe_fields(pair["left"]), describe_fields(pair["right"])) for pair in pairs]
    verify(*described[0])
    start = time.process_time()
    for left, right in described:
        verify(left, right)
    rate = len(described) / (time.process_time() - start)
    yield Row(name="verify: pairs a second of processor time", value=rate, unit="pairs/s", bound=1_000, at_least=True)


def _siblings() -> Iterator[Row]:
    """Two works of the same people with titles alike, one described as a preprint and one as an article."""
    alike, most_works, most_years = 70, 60, 2
    works: dict[str, list[tuple[str, int]]] = {}
    with lzma.open(SNAPSHOT, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            year = int(record["versions"][0]["created"][:4])
            works.setdefault(record["authors"], []).append((record["title"], year))
    n_pairs = n_accepted = 0
    for authors, titles in works.items():
        for (mine, year), (other, later) in combinations(titles if len(titles) <= most_works else (), 2):
            are_near = abs(year - later) <= most_years and fuzz.ratio(mine.lower(), other.lower()) >= alike
            if not are_near or normalize_title(mine) == normalize_title(other):
                continue
            people = {"authors": authors.split(", ")}
            preprint = describe_fields({"title": mine, "year": year, "type": "preprint", **people})
            article = describe_fields({"title": other, "year": later, "type": "article-journal", **people})
            n_pairs += 1
            n_accepted += verify(preprint, article).is_accepted
    note = f"{n_accepted:,} of {n_pairs:,} pairs from the snapshot, some of them versions of one work"
    yield Row(name="next papers of a group: accepted", value=n_accepted / n_pairs, unit="", bound=0.05, note=note)


def _describe(fields: dict[str, Any]) -> Any:
    known = {name: fields.get(name) for name in ("title", "year", "doi")}
    return describe_fields(
        {**known, "authors": fields.get("author", "").split(" and "), "venue": fields.get("booktitle")}
    )


def _outcome(catalogue: Catalogue, query: str, title: str, arxiv_id: str) -> str:
    decision = resolve(catalogue, parse_query({"text": query}).readings)
    if not decision.record:
        return "open"
    found = {known.value for record in decision.records for known in record.identifiers}
    is_right = arxiv_id in found or normalize_title(decision.record.title or "") == normalize_title(title)
    return "right" if is_right else "wrong"


def _titles_of_lists(catalogue: Catalogue) -> Iterator[Row]:
    rows = _read(SHARED / "labelled/title-to-arxiv.jsonl")
    start = time.process_time()
    for row in rows * 20:
        resolve(catalogue, parse_query({"text": row["title"]}).readings)
    rate = 20 * len(rows) / (time.process_time() - start)
    yield Row(name="titles of lists: resolved a second", value=rate, unit="titles/s", bound=445, at_least=True)
    counts = Counter(
        (row["kind"], _outcome(catalogue, row["title"], row["record_title"], row["arxiv_id"])) for row in rows
    )
    wrong = sum(n for (_, outcome), n in counts.items() if outcome == "wrong")
    named = [(kind, outcome) for kind, outcome in counts if kind in ("same", "variant")]
    recall = sum(counts[each] for each in named if each[1] == "right") / sum(counts[each] for each in named)
    yield Row(name="titles of lists: wrong works", value=wrong, unit="of 123", bound=0)
    yield Row(name="titles of lists: recall, same and variant", value=recall, unit="", bound=0.97, at_least=True)
    n_citations = counts["citation", "right"]
    yield Row(name="titles of lists: references resolved", value=n_citations, unit="of 7", bound=7, at_least=True)


def _edit(title: str, n_edits: int, rng: random.Random) -> str:
    letters = list(title)
    for _ in range(n_edits):
        place, letter = rng.randrange(len(letters)), rng.choice("abcdefghijklmnopqrstuvwxyz")
        kind = rng.choice("ird")
        letters[place : place + (kind != "i")] = [letter] if kind != "d" else []
    return "".join(letters)


def _swap(title: str, _: random.Random) -> str:
    words = title.split()
    middle = len(words) // 2
    words[middle - 1 : middle + 1] = reversed(words[middle - 1 : middle + 1])
    return " ".join(words)


_CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "1 edit": lambda title, rng: _edit(title, 1, rng),
    "2 edits": lambda title, rng: _edit(title, 2, rng),
    "no subtitle": lambda title, _: split_subtitle(title)[0],
    "swapped word": _swap,
}


def _typos(catalogue: Catalogue) -> Iterator[Row]:
    rng = random.Random(3)
    rows = _read(SHARED / "labelled/title-to-arxiv.jsonl")
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for name, change in _CHANGES.items():
            changed = change(row["record_title"], rng)
            if changed != row["record_title"]:
                counts[name, _outcome(catalogue, changed, row["record_title"], row["arxiv_id"])] += 1
    right = sum(n for (_, outcome), n in counts.items() if outcome == "right")
    accepted = right + sum(n for (_, outcome), n in counts.items() if outcome == "wrong")
    note = ", ".join(
        f"{name} {counts[name, 'right']} of {sum(n for (other, _), n in counts.items() if other == name)}"
        for name in _CHANGES
    )
    yield Row(
        name="changed titles: recall", value=right / counts.total(), unit="", bound=0.95, at_least=True, note=note
    )
    yield Row(name="changed titles: precision", value=right / accepted, unit="", bound=0.999, at_least=True)


_LATER_ID = re.compile(r"2[0-9]\d\d\.\d{5}")
"""The snapshot ends on the day on which 2001.00001 could have been given."""
_LATER_EDITION = re.compile(
    r"aclanthology\.org/202[2-9]\.|(?:neurips|nips)\.cc/paper(?:_files/paper)?/202[2-9]|(?:CVPR|ICCV|WACV)_?202[2-9]"
    r"|eccv_?202[2-9]|ijcai\.org/proceedings/202[2-9]",
    re.IGNORECASE,
)
_LATER_YEAR = 2022
"""By then most of what is printed was not yet a preprint when the snapshot was taken."""


def _later_titles(catalogue: Catalogue) -> Iterator[Row]:
    """Titles of works that are younger than the snapshot: those that it holds all the same are left out by equality."""
    titles: dict[str, tuple[str, str]] = {}
    for title, evidence in (*_later_entries(), *_later_references()):
        titles.setdefault(normalize_title(title), (title, evidence))
    accepted, held = [], 0
    for normalized, (title, _) in titles.items():
        record = resolve(catalogue, parse_query({"text": title}).readings).record
        is_held = record is not None and normalize_title(record.title or "") == normalized
        held += is_held
        if record is not None and not is_held:
            accepted.append(f"{title} -> {record.title}")
    counts = Counter(evidence for _, evidence in titles.values())
    kinds = ", ".join(f"{n:,} by {evidence}" for evidence, n in counts.items())
    note = f"of {len(titles) - held:,} titles ({kinds}; {held} that the snapshot holds left out): {'; '.join(accepted)}"
    yield Row(name="later titles: accepted", value=len(accepted), unit="titles", bound=2, note=note)


def _later_entries() -> Iterator[tuple[str, str]]:
    for path in sorted((SHARED / "lists").glob("*__*")):
        for entry in read_path(path).entries:
            if entry.title and (evidence := _evidence(entry)):
                yield entry.title, evidence


def _evidence(entry: Entry) -> str | None:
    """What tells that an entry's work is younger than the snapshot."""
    known = [each.value for each in entry.identifiers if each.scheme is Scheme.ARXIV]
    if known:
        return "arXiv id" if all(map(_LATER_ID.match, known)) else None
    if any(_LATER_EDITION.search(link.url) for link in entry.links):
        return "edition linked"
    return "year" if (entry.year or 0) >= _LATER_YEAR else None


def _later_references() -> Iterator[tuple[str, str]]:
    for row in _read(SHARED / "labelled/hallmark-dev.jsonl"):
        fields = row["fields"]
        if row["label"] == "VALID" and int(fields.get("year") or 0) >= _LATER_YEAR:
            yield fields["title"], "reference of HALLMARK"
