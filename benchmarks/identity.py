"""``python -m benchmarks.identity train`` learns the weights of identity and measures them on unseen pairs.

``words`` counts in how many titles each word stands.

Writes ``src/enrich/matching/weights.json`` and the measured part of ``docs/identity.md``. The same data give the same
bytes: seeds are fixed, the order is that of the files, one thread adds up, and weights are rounded.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import log, log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import generated
from enrich.files import write_text
from enrich.matching.authors import AuthorRelation
from enrich.matching.candidates import can_name_alone
from enrich.matching.description import describe_fields
from enrich.matching.features import FEATURES, Pair
from enrich.matching.model import parse_model
from enrich.matching.peers import Peers
from enrich.matching.verify import AGREEING, is_limited, judge
from enrich.matching.vetoes import veto
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.model.verdict import Verdict

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SNAPSHOT = SHARED / "snapshot/arxiv-metadata-2020-01-01.jsonl.xz"
FEWEST_TITLES = 5
WORDS = ROOT / "src/enrich/matching/word_bits.txt"
WEIGHTS = ROOT / "src/enrich/matching/weights.json"
DOCS = ROOT / "docs/identity.md"
LABELLED = ROOT / "tests/labelled"
KINDS = {"DBLP-ACM": 3.0, "DBLP-Scholar": 8.0, "labelled": 6.5, "variants": 1.2, "swapped words": 0.3, "siblings": 1.0,
         "namesakes": 0.7, "bare titles": 0.7}  # fmt: skip
"""Training sets, and the weight of a pair of each, so that none drowns another."""
LABELS = {"same": 1.0, "different": 0.0, "open": 0.5}
TREES, DEPTH, LEAVES, RATE, PENALTY, LEAST, SHARE = 180, 5, 12, 0.1, 1.0, 10, 0.5
N_FOLDS = 10
SEEDS = (0, 1, 2)
"""Of folds and trees: each pair is judged several times, since a threshold from one partition is partly chance."""
TRAINED = "2026-11-28"
"""The day of the data; a day read from a clock would make other bytes of the same weights."""
KNOTS = (-8, -5, -3, -2, -1, 0, 1, 2, 3, 4.5, 6)
"""Bits between the groups by which evidence is calibrated."""
Calibration = list[list[float]]
PRECISION, PRECISION_ALONE, MISSED = 0.995, 0.99, 0.003
PRECISION_EACH = {"DBLP-ACM": 0.99, "DBLP-Scholar": 0.99, "labelled": 0.975}
"""What accepted pairs, those of each set as it comes and lone titles must reach; the share of one work among rejected.
Labelled pairs were gathered because they are hard."""
MADE = 0.5
"""What a generated pair counts beside one as it comes, where evidence is calibrated."""


@dataclass
class Example:
    """A pair with its label: 1 one work, 0 two, 0.5 open."""

    kind: str
    label: float
    group: str
    fields: dict[str, Any] = field(repr=False)
    peers: Peers | None = field(default=None, repr=False)
    """The pairs of its set."""

    @cached_property
    def pair(self) -> Pair:
        return Pair(describe_fields(self.fields["left"]), describe_fields(self.fields["right"]), self.peers)

    @cached_property
    def features(self) -> list[float]:
        return [float(value) for value in self.pair.features.values()]

    @cached_property
    def is_vetoed(self) -> bool:
        return veto(self.pair) is not None


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def examples() -> list[Example]:
    """All pairs that are trained on; those without a title on both sides are judged by identifiers alone."""
    found = (*shared_pairs(), *labelled_pairs(), *_generated_pairs())
    return [one for one in found if one.pair.is_titled]


def shared_pairs() -> Iterator[Example]:
    for kind, names in (("DBLP-ACM", ("dblp-acm-train", "dblp-acm-valid")), ("DBLP-Scholar", ("dblp-scholar-valid",))):
        rows = [row for name in names for row in read_lines(SHARED / f"labelled/{name}.jsonl")]
        peers = gather(rows)
        for row in rows:
            yield Example(kind, float(row["same"]), row["left"].get("title") or "", row, peers)


def gather(rows: Sequence[dict[str, Any]]) -> Peers:
    """The pairs of a set as peers."""
    return Peers((describe_fields(row["left"]), describe_fields(row["right"])) for row in rows)


def labelled_pairs() -> Iterator[Example]:
    """Those of ``tests/labelled/pairs.jsonl``; ``held_out.jsonl`` is never trained on."""
    for row in read_lines(LABELLED / "pairs.jsonl"):
        yield Example("labelled", LABELS[row["label"]], (row["left"].get("title") or "").lower(), row)


def _generated_pairs() -> Iterator[Example]:
    records = generated.read_snapshot(SNAPSHOT)
    rng = random.Random(1)
    for record in generated.sample(records, 5_000, 11, held_out=False, n_words=2):
        yield _example("variants", generated.vary(record, rng))
    for record in generated.sample(records, 2_500, 12, held_out=False):
        if pair := generated.swap(record, rng):
            yield _example("swapped words", pair)
    for pair in generated.siblings(records, 3_000, 13):
        yield _example("siblings", pair)
    names = list(generated.namesakes(records, 5_000, 14))
    for left, right in names[:2_000]:
        yield _example("namesakes", generated.describe(left, right, rng, same=False, same_place=rng.random() < 0.5))
    for left, right in names[2_000:]:
        if not generated.are_titles_equal(left, right):
            yield _example("bare titles", generated.bare(left["title"], right, same=False, rng=rng))
    for record in generated.sample(records, 3_500, 15, held_out=False, n_words=2):
        title = generated.change_title(record["title"], rng)
        yield _example("bare titles", generated.bare(title, record, same=True, rng=rng))


def _example(kind: str, pair: dict[str, Any]) -> Example:
    return Example(kind, float(pair["same"]), pair["group"], pair)


def fit(known: Sequence[Example], seed: int = 0) -> Any:
    """The trees that tell one work from two; an open pair is half of each. Vetoed pairs need no weights."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    rows, labels, weights = [], [], []
    for one in known:
        # An open pair without people is too little to say, and no even chance: it is left open by rule.
        is_mute = one.label == 0.5 and one.pair.authors.relation is AuthorRelation.UNKNOWN
        if not one.is_vetoed and not is_mute:
            for label, part in ((1, one.label), (0, 1 - one.label)):
                if part:
                    rows.append(one.features)
                    labels.append(label)
                    weights.append(KINDS[one.kind] * part)
    forest = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=DEPTH, max_leaf_nodes=LEAVES, learning_rate=RATE, l2_regularization=PENALTY,
        min_samples_leaf=LEAST, early_stopping=False, random_state=seed, monotonic_cst=list(FEATURES.values()),
        max_features=SHARE,
    )  # fmt: skip
    with threadpool_limits(1):
        return forest.fit(np.array(rows), np.array(labels), sample_weight=np.array(weights))


def _to_tree(nodes: Any) -> list[list[float]]:
    """Nodes in bits; an inner one expects the mean of its leaves."""
    expected = [0.0] * len(nodes)
    for place in reversed(range(len(nodes))):
        node = nodes[place]
        if node["is_leaf"]:
            expected[place] = float(node["value"]) / log(2)
        else:
            left, right = int(node["left"]), int(node["right"])
            counts = int(nodes[left]["count"]), int(nodes[right]["count"])
            expected[place] = (expected[left] * counts[0] + expected[right] * counts[1]) / sum(counts)
    tree: list[list[float]] = []
    for node, bits in zip(nodes, expected, strict=True):
        if node["is_leaf"]:
            tree.append([bits])
        else:
            step = [int(node["feature_idx"]), min(float(node["num_threshold"]), 1e9), int(node["missing_go_to_left"])]
            tree.append([*step, int(node["left"]), int(node["right"]), bits])
    return tree


def to_data(forest: Any, thresholds: dict[str, float], calibration: Calibration) -> dict[str, Any]:
    """The JSON of the model, in bits and rounded."""
    trees = [_to_tree(one[0].nodes) for one in forest._predictors]  # noqa: SLF001 (the only way to the trees)
    return {
        "features": list(FEATURES),
        "prior": round(float(forest._baseline_prediction[0, 0]) / log(2), 4),  # noqa: SLF001
        "thresholds": thresholds,
        "calibration": calibration,
        "depth": DEPTH,
        "trees": [[[*(round(value, 6) for value in node[:-1]), round(node[-1], 4)] for node in tree] for tree in trees],
    }


def cross_validate(known: Sequence[Example], seed: int) -> np.ndarray:
    """Bits of each pair by a model that saw no pair of its work."""
    from sklearn.model_selection import GroupKFold

    groups = {name: number for number, name in enumerate(dict.fromkeys(one.group for one in known))}
    numbers = np.array([groups[one.group] for one in known])
    bits = np.zeros(len(known))
    folds = GroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(numbers, groups=numbers):
        forest = fit([known[place] for place in train], seed)
        bits[test] = forest.decision_function(np.array([known[place].features for place in test])) / log(2)
        print(".", end="", flush=True, file=sys.stderr)
    return bits


def calibrate(known: Sequence[Example], bits: np.ndarray) -> Calibration:
    """The evidence of groups of pairs as learned, and as the shares of one work among them say, in bits."""
    kept = [place for place, one in enumerate(known) if not one.is_vetoed and not is_limited(one.pair)]
    weights = np.array([_share(known[place]) for place in kept])
    labels = np.array([known[place].label for place in kept])
    groups = np.digitize(bits[kept], KNOTS)
    found: Calibration = []
    for group in range(len(KNOTS) + 1):
        part = groups == group
        share = (np.sum((weights * labels)[part]) + 0.5) / (np.sum(weights[part]) + 1)
        seen = log(share / (1 - share)) / log(2)
        found.append([round(float(np.average(bits[kept][part], weights=weights[part])), 4),
                      round(max(seen, found[-1][1] if found else seen), 4)])  # fmt: skip
    return found


def _share(one: Example) -> float:
    """What a pair counts among all pairs."""
    return KINDS[one.kind] * (1.0 if one.kind in PRECISION_EACH else MADE)


@dataclass
class Judged:
    """What a cross-validated model says of one example."""

    example: Example
    verdict: Verdict

    @property
    def probability(self) -> float:
        return self.verdict.probability or 0.0

    @property
    def is_accepted(self) -> bool:
        return self.verdict.is_accepted

    @property
    def can_name_alone(self) -> bool:
        """Whether a search would take a lone title for it; two works with one title leave a search open."""
        pair = self.example.pair
        is_shared = self.example.label != 1 and pair.titles.relation in AGREEING
        return not is_shared and can_name_alone(pair.left, pair.right, self.verdict)


def judge_all(
    known: Sequence[Example], bits: np.ndarray, thresholds: dict[str, float], calibration: Calibration
) -> list[Judged]:
    """The verdicts with the vetoes and the limits of the room, by the cross-validated evidence."""
    model = parse_model({"features": list(FEATURES), "prior": 0.0, "depth": 0, "trees": [],
                         "thresholds": thresholds, "calibration": calibration})  # fmt: skip
    found = []
    for one, value in zip(known, bits, strict=True):
        found.append(Judged(one, judge(one.pair, replace(model, start=float(value)))))
    return found


def find_thresholds(known: Sequence[Example], bits: np.ndarray, calibration: Calibration) -> dict[str, float]:
    """The least probabilities that keep the promised precisions, and the greatest below which nothing is missed."""
    candid = judge_all(known, bits, {"accepted": 0.5, "accepted_alone": 0.5, "rejected": 0.0}, calibration)
    accepted = [one for one in candid if one.is_accepted]
    alone = [one for one in candid if one.example.kind == "bare titles" and one.can_name_alone]
    rejected = next(
        value / 100
        for value in range(30, 0, -1)
        if _missed([one for one in candid if one.probability < value / 100]) <= MISSED
    )
    return {
        "accepted": max(
            _least(accepted, PRECISION),
            *(
                _least([one for one in accepted if one.example.kind == kind], precision)
                for kind, precision in PRECISION_EACH.items()
            ),
        ),
        "accepted_alone": _least(alone, PRECISION_ALONE),
        "rejected": rejected,
    }


def _missed(judged: Sequence[Judged]) -> float:
    return sum(one.example.label == 1 for one in judged) / max(1, len(judged))


def _least(judged: Sequence[Judged], precision: float) -> float:
    """The least probability from which on the pairs reach a precision."""
    for value in range(600, 1000):
        kept = [one.example.label == 1 for one in judged if one.probability >= value / 1000]
        if kept and sum(kept) >= precision * len(kept):
            return value / 1000
    return 0.999


def report(judged: Sequence[Judged], data: dict[str, Any]) -> str:
    """The tables for the docs."""
    lines = ["| set | pairs | of one work | F1 at 0.5 | accepted: precision | recall |", "|---|---|---|---|---|---|"]
    for kind in KINDS:
        part = [one for one in judged if one.example.kind == kind]
        same = [one for one in part if one.example.label == 1]
        guessed = [one for one in part if one.probability >= 0.5 and one.example.label != 0.5]
        accepted = [one for one in part if one.is_accepted]
        right = sum(one.example.label == 1 for one in guessed)
        f1 = 2 * right / (len(guessed) + len(same)) if same else None
        sure = sum(one.example.label == 1 for one in accepted)
        cells = (
            f"{f1:.3f}" if f1 else "",
            f"{sure / len(accepted):.4f}" if same and accepted else f"{len(accepted) / len(SEEDS):.1f} accepted",
            f"{sure / len(same):.3f}" if same else "",
        )
        n_pairs, n_same = (len(side) // len(SEEDS) for side in (part, same))
        lines.append(f"| {kind} | {n_pairs:,} | {n_same:,} | {' | '.join(cells)} |")
    lines += ["", "| probability | pairs | said | observed |", "|---|---|---|---|"]
    for low, high, n, said, observed in reliability(judged):
        lines.append(f"| {low:.2f} to {high:.2f} | {n:,} | {said:.3f} | {observed:.3f} |")
    thresholds = data["thresholds"]
    limits = (
        f"Accepted from {thresholds['accepted']:g}, a lone title from {thresholds['accepted_alone']:g}, rejected below"
    )
    lines += ["", f"{limits} {thresholds['rejected']:g}; {len(data['trees'])} trees of at most {LEAVES} leaves."]
    return "\n".join(lines)


EDGES = (0.0, 0.02, 0.2, 0.5, 0.8, 0.95, 1.0)


def reliability(judged: Sequence[Judged]) -> Iterator[tuple[float, float, int, float, float]]:
    """Bounds, number of pairs, mean probability and observed share of one work; kinds count by their weights."""
    for low, high in pairwise(EDGES):
        part = [one for one in judged if low <= one.probability < high + (high == 1) and not one.example.is_vetoed]
        weights = [_share(one.example) for one in part]
        said = float(np.average([one.probability for one in part], weights=weights))
        observed = float(np.average([one.example.label for one in part], weights=weights))
        yield low, high, len(part) // len(SEEDS), said, observed


def train() -> None:
    """Learn, measure, and write the weights and the tables."""
    known = examples()
    bits = np.concatenate([cross_validate(known, seed) for seed in SEEDS])
    repeated = known * len(SEEDS)
    calibration = calibrate(repeated, bits)
    thresholds = find_thresholds(repeated, bits, calibration)
    data = to_data(fit(known), thresholds, calibration)
    judged = judge_all(repeated, bits, thresholds, calibration)
    sets = {kind: sum(one.kind == kind for one in known) for kind in KINDS}
    tables = report(judged, data)
    about = {
        "trained": TRAINED,
        "sets": sets,
        "reliability": [
            [low, high, n, round(said, 4), round(seen, 4)] for low, high, n, said, seen in reliability(judged)
        ],
    }
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data.pop("trees"))
    head = json.dumps({**about, **data}, indent=1)
    write_text(WEIGHTS, f'{head[:-2]},\n "trees": [\n{trees}\n]}}\n')
    print(tables)
    text = DOCS.read_text(encoding="utf-8")
    start, end = "<!-- measured: identity -->\n", "<!-- /measured -->"
    if start in text:
        before, _, rest = text.partition(start)
        write_text(DOCS, f"{before}{start}{tables}\n{end}{rest.partition(end)[2]}")


def count_words() -> None:
    """Write the document frequencies of the words of the snapshot's titles, in bits, the commonest first."""
    records = generated.read_snapshot(SNAPSHOT)
    counts = Counter(word for record in records for word in set(normalize_title(record["title"]).split()))
    by_bits: dict[float, list[str]] = {}
    for word, n in counts.items():
        if n >= FEWEST_TITLES:
            by_bits.setdefault(round(2 * log2(len(records) / n)) / 2, []).append(word)
    write_text(WORDS, "".join(f"{bits} {' '.join(sorted(words))}\n" for bits, words in sorted(by_bits.items())))


COMMANDS = {"train": train, "words": count_words}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit("usage: python -m benchmarks.identity train|words")
    COMMANDS[sys.argv[1]]()
