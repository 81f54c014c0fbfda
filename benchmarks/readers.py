"""How well lists are read that nobody tuned on, and what the model of slots learns from.

``python -m benchmarks.readers measure FOLDER``  shares of right entries; a folder holds one JSON object a file:
                                               ``markup``, ``text``, ``entries`` with title, link, authors, year, venue
``python -m benchmarks.readers leave-out FOLDER…`` the same, each list read by weights that were learned without it
``python -m benchmarks.readers collect FOLDER…`` what their slots and entries show into ``slots.json.xz``: no text;
                                               lists that were collected before and are in no folder stay in it;
                                               what entries show depends on the weights, so train before and after
``python -m benchmarks.readers train``           the weights from these and from random layouts: ``roles.json``
                                               of slots, ``verdicts.json`` of what is an entry
``python -m benchmarks.readers ablate``          rules without which the lists at hand are read as well
``python -m benchmarks.readers validate``        the same with every tenth of the lists left out in turn
"""

from __future__ import annotations

import inspect
import itertools
import json
import lzma
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks import generated, layouts
from enrich.errors import InputError
from enrich.files import write_text
from enrich.knowledge import read_table
from enrich.readers import read_files, roles, verdicts
from enrich.readers.fields.titles import clean_title
from enrich.readers.judging import is_sure
from enrich.readers.markups import read_text
from enrich.readers.outline import Kind, plain_lines
from enrich.readers.pieces import text_of, to_pieces
from enrich.readers.reading import candidates_of_outline
from enrich.readers.slots import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.entry import Entry
    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block, Line
    from enrich.readers.pieces import Piece

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

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("slots.json.xz")
WEIGHTS = ROOT / "src/enrich/readers/roles.json"
VERDICTS = ROOT / "src/enrich/readers/verdicts.json"
SNAPSHOT = ROOT.parent / "shared/snapshot/arxiv-metadata-2020-01-01.jsonl.xz"
GOLDEN = ROOT / "tests/golden"
LAYOUTS = ROOT / "tests/unit/readers/layouts.yaml"
NO_SPAN = Span(0, 0, 0, 0, 0, "")
MOST_UNITS, MOST_ITEMS, MOST_COLUMNS = 150, 30, 8
"""Units of a list, and of a run, that are learned from."""
N_DRAWN, SHARE_OF_WORKS = 3000, 0.06
"""Random layouts, and the share of arXiv's works they are of."""
DRAWN, HAND_READ, OWN = 0.2, 1.0, 12.0
"""The weight of a unit of theirs, of a hand-read one, and of one of a layout that has to be read right."""
FEWEST_SEEN, FEWEST_LISTS, PENALTY, STEPS, LEAST, N_FOLDS = 3, 5, 1.0, 120, 0.02, 5
"""A feature that fewer lists show is a word of theirs."""


MOST_CASES, SHARE_OF_OTHERS, VERDICT_PENALTY = 25, 1.0, 25.0
"""Entries of a list that count in full, what one counts that is none, and what keeps weights small."""
STRANGE, AT_HAND = ("readme", "train", "fresh", "two", "three"), 16.0
"""Lists that are not at hand, by their names, and what a candidate of the others counts beside one of theirs."""
MOST_ALONE = 6
SHORTEST_README, LONGEST_README = 1500, 12000
FEWEST_LETTERS = 12


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


def read(markup: str, text: str, path: str = "") -> Sequence[Entry]:
    """Read a text as the file that it stands in."""
    suffix = Path(path).suffix.lower() if Path(path).suffix.lower() in {".bbl", ".tsv"} else SUFFIXES[markup]
    name = f"list{suffix}"
    try:
        return read_files({name: text.encode()}, name="list", source=name).entries
    except InputError:
        return ()


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
        scores.append(score(name, excerpt["entries"], reading))
    for one in scores:
        print(f"{one.name:40} {one.n_right:3}/{one.n_expected:<3} whole {one.n_whole:3}  read {one.n_read:3}")
        if is_verbose:
            print(*(f"      {mistake}" for mistake in one.mistakes), sep="\n")
    print(summary(scores))
    return scores


def leave_out(folders: Sequence[str]) -> list[Score]:
    """Print the shares of folders, a fifth of whose lists is left out in turn from what reads it."""
    texts = {f"{Path(folder).name} {name}": excerpt for folder in folders for name, excerpt in excerpts(Path(folder))}
    names = sorted(texts)
    random.Random(5).shuffle(names)
    lists, cases, drawn_lists = stored(), stored_cases(), drawn(N_DRAWN)
    scores = []
    for fold in range(N_FOLDS):
        left = names[fold::N_FOLDS]
        model = learn({name: runs for name, runs in lists.items() if name not in left} | drawn_lists)
        judging = learn_verdicts({name: rows for name, rows in cases.items() if name not in left})
        with (
            patch.object(roles, "weights", lambda model=model: (model["slots"], model["siblings"], model["share"])),
            patch.object(verdicts, "weights", lambda judging=judging: judging),
        ):
            for name in left:
                excerpt = texts[name]
                reading = read(excerpt["markup"], excerpt["text"], excerpt.get("path", ""))
                scores.append(score(name, excerpt["entries"], reading))
        print(f"{fold + 1} of {N_FOLDS}: {summary(scores)}", flush=True)
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


Unit = tuple[list[list[list[str]]], list[tuple[str, ...]], list[int]]
"""Features of each candidate in groups, its signature, and which candidates are right."""
Run = list[Unit]
Rows = list[tuple[list[list[str]], list[float], list[int], float]]
"""Features and evidence of each candidate, which are right, and the weight of the unit."""


def runs_of(blocks: Sequence[Block], heading: str = "") -> Iterator[tuple[str, list[list[Piece]]]]:
    """The runs that the reader reads, each with its heading: items, paragraphs, headings, cells of a column."""
    for is_run, group in itertools.groupby(blocks, lambda block: block.kind is Kind.PARAGRAPH):
        run = list(group)
        if is_run:
            yield heading, [to_pieces(block.lines) for block in run]
            continue
        for block in run:
            if block.kind is Kind.HEADING:
                heading = plain_lines(block.lines)
            elif block.kind is Kind.LIST:
                yield heading, [to_pieces(own_lines(item)) for item in block.children]
                for item in block.children:
                    yield from runs_of([inner for inner in item.children if inner.kind is not Kind.PARAGRAPH], heading)
            elif block.kind is Kind.TABLE and block.rows:
                for index in range(min(MOST_COLUMNS, max(len(row.cells) for row in block.rows))):
                    yield "", [to_pieces(row.cells[index].lines) for row in block.rows if index < len(row.cells)]
            elif block.kind in {Kind.QUOTE, Kind.DETAILS}:
                yield from runs_of(block.children, heading)
    levels: dict[int, list[list[Piece]]] = {}
    for block in blocks:
        if block.kind is Kind.HEADING:
            levels.setdefault(block.level, []).append(to_pieces(block.lines))
    yield from (("", run) for run in levels.values())


def own_lines(item: Block) -> list[Line]:
    return [line for block in item.children if block.kind is Kind.PARAGRAPH for line in block.lines]


def labelled(units: Sequence[Sequence[Piece]], titles: set[str], heading: str = "") -> Run:
    """The units of a run with the candidates that are right: a title, or none where no title stands in it."""
    found = []
    for unit in units:
        if not any(piece.text.strip() for piece in unit):
            continue
        candidates = roles.candidates_of(unit, heading=heading)
        right = [n for n, one in enumerate(candidates) if one.span and bare(clean_title(one.span.text)) in titles]
        said = bare(text_of(unit))
        if not right and not any(title in said for title in titles if len(title) > 3):
            right = [0]
        groups = [[list(group) for group in one.features] for one in candidates]
        found.append((groups, [one.signature for one in candidates], right))
    return found


def runs_of_text(text: str, suffix: str, titles: Sequence[str]) -> list[Run]:
    outline = read_text(text, path=f"list{suffix}", where="list")
    right = {bare(title) for title in titles if title}
    runs = [labelled(units, right, heading) for heading, units in runs_of(outline.blocks)]
    return [run for run in runs if run]


def collect(folders: Sequence[str]) -> tuple[dict[str, list[Run]], dict[str, list[Case]]]:
    """Runs of the lists of folders and of our own, by list, at most so many of each; and what their entries show."""
    found: dict[str, list[Run]] = {}
    cases: dict[str, list[Case]] = {}
    for name, suffix, text, rows in texts_of(folders):
        try:
            cases[name] = cases_of(suffix, text, rows)
        except InputError:
            continue
        if rows is not None:
            found[name] = runs_of_text(text, suffix, [row.get("title") or "" for row in rows])
    rng = random.Random(1)
    for name, runs in found.items():
        rng.shuffle(runs)
        sizes = itertools.accumulate(map(len, runs))
        found[name] = [run[:MOST_ITEMS] for run, size in zip(runs, sizes, strict=True) if size <= MOST_UNITS] or runs[
            :1
        ]
    return found, {name: rows for name, rows in cases.items() if rows}


Case = tuple[dict[str, str], bool]
"""What a candidate shows, and whether it is an entry."""


def texts_of(folders: Sequence[str]) -> Iterator[tuple[str, str, str, list[dict[str, Any]] | None]]:
    """Name, suffix, text and entries of the lists of folders, of our own, and of texts that hold no list (None)."""
    for folder in folders:
        for name, excerpt in excerpts(Path(folder)):
            suffix = Path(excerpt.get("path", "")).suffix or SUFFIXES[excerpt["markup"]]
            yield f"{Path(folder).name} {name}", suffix, excerpt["text"], excerpt["entries"]
    for layout in yaml.safe_load(LAYOUTS.read_text(encoding="utf-8")):
        yield f"layouts {layout['name']}", layout.get("suffix", ".md"), layout["text"], layout["entries"]
    for path in sorted(path for path in GOLDEN.glob("lists/*") if path.suffix in SUFFIXES.values()):
        expected = (GOLDEN / "expected" / f"{path.stem}.jsonl").read_text(encoding="utf-8").splitlines()
        yield f"golden {path.stem}", path.suffix, path.read_text(encoding="utf-8"), list(map(json.loads, expected))
    for package in sorted(distributions(), key=lambda one: one.name):
        described = package.metadata
        text = described.get_payload()
        if isinstance(text, str) and len(text) > SHORTEST_README:
            is_rst = "rst" in (described["Description-Content-Type"] or "")
            yield f"readme {package.name}", ".rst" if is_rst else ".md", text[:LONGEST_README], None


def cases_of(suffix: str, text: str, rows: Sequence[Mapping[str, Any]] | None) -> list[Case]:
    """What the candidates of a text show, and whether each is an entry; those that need no verdict left out.

    Some of them stand once more by themselves, as in a list of one entry.
    """
    outline = read_text(text, path=f"list{suffix}", where="list")
    candidates = candidates_of_outline(outline).candidates
    alone = candidates[:: max(1, len(candidates) // MOST_ALONE)][:MOST_ALONE]
    shown = [*zip(candidates, verdicts.facts_of(candidates), strict=True)]
    shown += [(one, verdicts.facts_of([one])[0]) for one in alone]
    return [
        (facts, is_entry)
        for one, facts in shown
        if not is_sure(one.draft) and (is_entry := _is_entry(one.draft, facts, rows)) is not None
    ]


def _is_entry(draft: Draft, facts: Mapping[str, str], rows: Sequence[Mapping[str, Any]] | None) -> bool | None:
    """Whether a candidate is one of these entries, also under more or fewer words; None if unsure."""
    if rows is None:
        is_about_work = facts["leads"] in {"paper", "pdf", "book"} or (draft.authors and draft.year)
        return None if is_about_work else False
    said = bare(draft.title)
    right = {bare(row.get("title")) for row in rows if row.get("line", draft.line) == draft.line} - {""}
    names = {said, bare(draft.acronym), bare((draft.title or "").partition(":")[0])} - {""}
    return not names.isdisjoint(right) or any(
        len(title) > FEWEST_LETTERS and (title in said or (2 * len(said) > len(title) and said in title))
        for title in right
    )


def learn_verdicts(lists: Mapping[str, Sequence[Case]]) -> dict[str, float]:
    """The weights of what speaks for an entry; that nothing does is the other choice."""
    rows: Rows = [
        (
            [[], ["", *(feature for feature, _ in verdicts.features_of(facts))]],
            [0.0, 0.0],
            [int(is_entry)],
            (min(1.0, (MOST_CASES / len(cases)) ** 0.5) if is_entry else SHARE_OF_OTHERS)
            * (1.0 if name.startswith(STRANGE) else AT_HAND),
        )
        for name, cases in lists.items()
        for facts, is_entry in cases
    ]
    return fit(rows, is_scaled=False, penalty=VERDICT_PENALTY)[0]


def store(lists: dict[str, list[Run]], cases: dict[str, list[Case]]) -> None:
    """Write the table of features: every feature is a number. What is not collected anew stays."""
    lists, cases = stored() | lists, stored_cases() | cases
    names: dict[str, int] = {}
    table = {
        name: [
            [
                [[[names.setdefault(one, len(names)) for one in group] for group in groups] for groups in unit[0]],
                [[names.setdefault(part, len(names)) for part in signature] for signature in unit[1]],
                unit[2],
            ]
            for run in runs
            for unit in [*run, ([], [], [])]
        ]
        for name, runs in lists.items()
    }
    judged = {
        name: [
            [
                [
                    [names.setdefault(key, len(names)), names.setdefault(value, len(names))]
                    for key, value in facts.items()
                ],
                int(is_entry),
            ]
            for facts, is_entry in found
        ]
        for name, found in cases.items()
    }
    content = json.dumps(
        {"names": list(names), "lists": table, "cases": judged}, separators=(",", ":"), ensure_ascii=False
    )
    TABLE.write_bytes(lzma.compress(content.encode(), preset=9))


def stored() -> dict[str, list[Run]]:
    """Read the table of features."""
    content = json.loads(lzma.decompress(TABLE.read_bytes()))
    names = content["names"]
    lists: dict[str, list[Run]] = {}
    for name, units in content["lists"].items():
        runs: list[Run] = [[]]
        for groups, signatures, right in units:
            if not groups:
                runs.append([])
                continue
            shown = [[[names[one] for one in group] for group in candidate] for candidate in groups]
            runs[-1].append((shown, [tuple(names[part] for part in one) for one in signatures], right))
        lists[name] = [run for run in runs if run]
    return lists


def stored_cases() -> dict[str, list[Case]]:
    """Read what candidates show, and whether each is an entry, by list."""
    content = json.loads(lzma.decompress(TABLE.read_bytes()))
    names = content["names"]
    return {
        name: [({names[key]: names[value] for key, value in facts}, bool(is_entry)) for facts, is_entry in cases]
        for name, cases in content.get("cases", {}).items()
    }


def drawn(count: int) -> dict[str, list[Run]]:
    """Runs in random layouts, of works in arXiv's metadata."""
    rng = random.Random(1)
    with lzma.open(SNAPSHOT, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if rng.random() < SHARE_OF_WORKS]
    venues = [(names[min(1, len(names) - 1)], names[0]) for names in generated.VENUES]
    venues += [(row["name"], row["full"] or row["name"]) for row in read_table("venues")]
    works = layouts.works_of(rows, venues, rng)
    found = {}
    for number in range(count):
        items = layouts.draw_run(rng, works)
        heading = rng.choice(("Papers", "2019", "Methods", "References", ""))
        run: Run = []
        for item in items:
            run += labelled([item.pieces], {bare(item.title)} if item.title else set(), heading)
        found[f"drawn {number}"] = [run]
    return found


def fit(rows: Rows, *, is_scaled: bool, penalty: float = PENALTY) -> tuple[dict[str, float], float]:
    """The weights of features that make the right candidates likeliest, and of the evidence that is there already."""
    counts = Counter(feature for candidates, _, _, _ in rows for one in candidates for feature in one)
    places = {name: place for place, (name, count) in enumerate(sorted(counts.items())) if count >= FEWEST_SEEN}
    places = {name: place for place, name in enumerate(places)}
    indices, ends, starts, right, evidence, shares = [], [0], [0], [], [], []
    for candidates, said, wanted, weight in rows:
        for number, one in enumerate(candidates):
            indices += [places[feature] for feature in one if feature in places]
            ends.append(len(indices))
            right.append(number in wanted)
        evidence += said
        starts.append(len(ends) - 1)
        shares.append(weight)
    table = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(right), len(places)))
    offset, is_right, share = np.array(evidence), np.array(right), np.array(shares)
    first = np.array(starts[:-1])
    unit = np.repeat(np.arange(len(rows)), np.diff(starts))

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ values[1:] + (values[0] if is_scaled else 1.0) * offset
        scores = np.exp(scores - np.maximum.reduceat(scores, first)[unit])
        whole = np.add.reduceat(scores, first)
        good = scores * is_right
        part = np.add.reduceat(good, first) + 1e-300
        change = (scores / whole[unit] - good / part[unit]) * share[unit]
        slope = np.concatenate([[change @ offset if is_scaled else 0.0], table.T @ change])
        excess = values.copy()
        excess[0] -= 1.0
        return float(-(share * np.log(part / whole)).sum() + penalty / 2 * excess @ excess), slope + penalty * excess

    begin = np.zeros(len(places) + 1)
    begin[0] = 1.0
    best = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    weights = {name: round(float(best[place + 1]), 2) for name, place in places.items()}
    return {name: value for name, value in weights.items() if abs(value) >= LEAST}, round(float(best[0]), 3)


def learn(lists: dict[str, list[Run]]) -> dict[str, Any]:
    """The two stages of the model: slots alone, then among their siblings."""
    counts = Counter(itertools.chain.from_iterable(map(features_of, lists.values())))
    rows: Rows = []
    for name, runs in lists.items():
        weight = weight_of(name, runs)
        for unit in itertools.chain.from_iterable(runs):
            if unit[2]:
                flat = [
                    [one for one in itertools.chain.from_iterable(groups) if counts[one] >= FEWEST_LISTS]
                    for groups in unit[0]
                ]
                rows.append((flat, [0.0] * len(flat), unit[2], weight))
    slots, _ = fit(rows, is_scaled=False)
    rows = []
    for name, runs in lists.items():
        weight = weight_of(name, runs)
        sample = [unit for run in runs for unit in run][:: max(1, sum(map(len, runs)) // 24)]
        for run in runs:
            more = sample if len(run) < roles.FEWEST and not name.startswith("drawn") else []
            weighed, extra = among(run, more, slots)
            for unit, totals, features in zip(run, weighed, extra, strict=False):
                if unit[2]:
                    rows.append((features, totals, unit[2], weight))
    siblings, share = fit(rows, is_scaled=True)
    return {"slots": slots, "siblings": siblings, "share": share}


def features_of(runs: Sequence[Run]) -> set[str]:
    """What the candidates of a list show."""
    return {one for run in runs for unit in run if unit[2] for groups in unit[0] for group in groups for one in group}


def among(run: Run, more: Run, slots: Mapping[str, float]) -> tuple[list[list[float]], list[list[list[str]]]]:
    """The evidence of each candidate, and its features among its siblings."""
    whole = [*run, *more]
    candidates = [
        [
            roles.TitleCandidate(None if not n else NO_SPAN, groups, signature)
            for n, (groups, signature) in enumerate(zip(*unit[:2], strict=True))
        ]
        for unit in whole
    ]
    totals = [roles.weigh(one, slots) for one in candidates]
    extra = roles.among_siblings(candidates, [roles.softmax(one) for one in totals], len(run))
    return totals[: len(run)], extra


def weight_of(name: str, runs: Sequence[Run]) -> float:
    """The weight of a unit: lists count alike, whether they are long or not."""
    if name.startswith("drawn"):
        return DRAWN
    share = min(1.0, (40 / max(1, sum(map(len, runs)))) ** 0.5)
    if name.startswith(("silver small", "silver awesome-n", "golden", "layouts")):
        return share * OWN
    return share * (1.0 if name.startswith("silver") else HAND_READ)


def validate(lists: dict[str, list[Run]], drawn_lists: dict[str, list[Run]]) -> None:
    """Print the share of right decisions on lists that were left out."""
    names = sorted(lists)
    random.Random(1).shuffle(names)
    counts: Counter[tuple[str, str, bool]] = Counter()
    for fold in range(N_FOLDS):
        left = names[fold::N_FOLDS]
        model = learn({name: runs for name, runs in lists.items() if name not in left} | drawn_lists)
        for name in left:
            for run in lists[name]:
                weighed, extra = among(run, [], model["slots"])
                for unit, totals, features in zip(run, weighed, extra, strict=True):
                    sums = [
                        model["share"] * total + sum(model["siblings"].get(feature, 0.0) for feature in row)
                        for total, row in zip(totals, features, strict=True)
                    ]
                    if unit[2]:
                        kind = "nothing" if unit[2] == [0] else "title"
                        counts[name.partition(" ")[0], kind, int(np.argmax(sums)) in unit[2]] += 1
    for group, kind in sorted({key[:2] for key in counts}):
        right, wrong = counts[group, kind, True], counts[group, kind, False]
        print(f"{group:10} {kind:8} {right / (right + wrong):.1%} of {right + wrong}")


def rules() -> Iterator[tuple[object, str, object]]:
    """Where each rule of the readers stands, its name, and what it says when it never holds."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("enrich.readers.")]
    for module in modules:
        owners = [module, *(one for one in vars(module).values() if inspect.isclass(one))]
        for owner in (one for one in owners if one is module or one.__module__ == module.__name__):
            for name, value in list(vars(owner).items()):
                if getattr(value, "__module__", None) == module.__name__ and callable(value):
                    said = str(getattr(value, "__annotations__", {}).get("return"))
                    if said == "bool" or said.endswith("| None"):
                        yield owner, name, False if said == "bool" else None


def forget() -> None:
    """Empty the caches of the readers."""
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.startswith("enrich.readers") else ():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def ablate() -> None:
    """Print the rules without which nothing that is expected of the lists at hand changes."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support import readings

    whole = [part() for part in readings.PARTS]
    for owner, name, said in list(rules()):
        original = getattr(owner, name)
        users = [
            module
            for known, module in sys.modules.items()
            if known.startswith("enrich.readers") and vars(module).get(name) is original
        ]
        for user in {id(one): one for one in (owner, *users)}.values():
            setattr(user, name, lambda *_, said=said, **__: said)
        forget()
        try:
            is_idle = all(part() == right for part, right in zip(readings.PARTS, whole, strict=True))
        except Exception:  # noqa: BLE001 (a rule that others cannot do without)
            is_idle = False
        for user in (owner, *users):
            setattr(user, name, original)
        forget()
        if is_idle:
            print(f"{getattr(owner, '__qualname__', owner.__name__)}.{name}", flush=True)  # type: ignore[attr-defined]


def main(arguments: list[str]) -> int:
    command, *rest = arguments or [""]
    if command == "measure" and rest:
        measure(Path(rest[0]), is_verbose="-v" in rest)
    elif command == "leave-out" and rest:
        leave_out(rest)
    elif command == "collect" and rest:
        store(*collect(rest))
    elif command == "train":
        model = learn(stored() | drawn(N_DRAWN))
        write_text(WEIGHTS, json.dumps(model, ensure_ascii=False, indent=0) + "\n")
        write_text(VERDICTS, json.dumps(learn_verdicts(stored_cases()), ensure_ascii=False, indent=0) + "\n")
    elif command == "ablate":
        ablate()
    elif command == "validate":
        validate(stored(), drawn(N_DRAWN))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
