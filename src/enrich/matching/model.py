"""The probability that two descriptions are one work, from their features, and what each feature speaks in bits.

The weights are an ensemble of small decision trees that ``python -m benchmarks.identity train`` learned; they stand in
``weights.json`` with their date, their training sets and their measured calibration. Each step down a tree changes
what is expected, and the change is credited to the feature that was asked, so that the credits add up to the evidence.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, isnan, nextafter
from typing import TYPE_CHECKING, Any

from enrich.matching.features import FEATURES
from enrich.model.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Tree = Sequence[Sequence[float]]

_MOST_BITS = 60.0

Node = tuple[int, float, float, "Nodes", float, "Nodes"]
"""A test of all trees that come to it: the place of a value and its threshold; the change in bits and what is asked
next where the value is above it, and the same where it is not, or is unknown."""
Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Trees and thresholds.

    A test that several trees make at the same place is made once. Each value stands a second time, negated: unknown
    ones (NaN) are above no threshold, so that a tree which sends them the other way asks for the negated value.
    """

    start: float
    """Bits before anything is asked."""
    roots: Nodes
    calibration: tuple[tuple[float, ...], tuple[float, ...]]
    """Evidence as learned, and as the shares of one work among unseen pairs say; bits, ascending."""
    accepted: float
    """The least probability at which two descriptions are taken as one work."""
    accepted_alone: float
    """The same for a title that nothing stands beside, when no other work answers to it."""
    rejected: float
    """The probability below which they are taken as two."""

    def weigh(self, features: Mapping[str, float]) -> tuple[float, list[float]]:
        """Return the evidence in bits, and the part of each feature."""
        values = list(features.values())
        values += [-value for value in values]
        bits = [0.0] * len(values)
        nodes = list(self.roots)
        for place, threshold, more, above, less, below in nodes:
            if values[place] > threshold:
                bits[place] += more
                nodes += above
            else:
                bits[place] += less
                nodes += below
        parts = [one + other for one, other in zip(bits[: len(features)], bits[len(features) :], strict=True)]
        return self.start + sum(parts), parts

    def to_probability(self, bits: float) -> float:
        """Return the calibrated probability (0 to 1) for evidence in bits."""
        learned, seen = self.calibration
        inside = min(max(bits, learned[0]), learned[-1])
        place = min(bisect_right(learned, inside), len(learned) - 1)
        share = (inside - learned[place - 1]) / (learned[place] - learned[place - 1])
        calibrated = seen[place - 1] + share * (seen[place] - seen[place - 1]) + bits - inside
        return float(1 / (1 + 2 ** -min(max(calibrated, -_MOST_BITS), _MOST_BITS)))

    def judge(self, features: Mapping[str, float]) -> tuple[float, tuple[Evidence, ...]]:
        """Return the probability of one work (0 to 1), and the evidence, the strongest first."""
        total, parts = self.weigh(features)
        least = 0.3
        told = [
            Evidence(name, None if isnan(value) else round(float(value), 2), round(bits, 2))
            for (name, value), bits in zip(features.items(), parts, strict=True)
            if not -least < bits < least
        ]
        return self.to_probability(total), tuple(sorted(told, key=lambda one: (-abs(one.bits), one.feature)))


@cache
def load_model() -> Model:
    """Return the model that ships with the package."""
    return parse_model(json.loads(files("enrich.matching").joinpath("weights.json").read_text(encoding="utf-8")))


def parse_model(data: Mapping[str, Any]) -> Model:
    """Return the model in the JSON of ``weights.json``.

    Raises:
        ValueError: it was trained on other features.
    """
    if data["features"] != list(FEATURES):
        raise ValueError("weights.json was trained on other features: python -m benchmarks.identity train")
    trees = data["trees"]
    learned, seen = zip(*data["calibration"], strict=True)
    return Model(
        data["prior"] + sum(tree[0][-1] for tree in trees), _joined([(tree, 0) for tree in trees]),
        (learned, seen), **data["thresholds"],
    )  # fmt: skip


def _joined(places: Sequence[tuple[Tree, int]]) -> Nodes:
    """The tests at places of trees as they stand in the file, equal ones as one, with all below; none for leaves."""
    equal: dict[tuple[int, float], list[tuple[float, tuple[Tree, int], float, tuple[Tree, int]]]] = {}
    for tree, place in places:
        if len(tree[place]) == 1:
            continue
        feature, threshold, is_unknown_left, left, right, bits = tree[place]
        ways = [(tree[int(way)][-1] - bits, (tree, int(way))) for way in (right, left)]
        test = (int(feature), threshold)
        if not is_unknown_left:
            test = (int(feature) + len(FEATURES), nextafter(-threshold, -inf))
            ways.reverse()
        equal.setdefault(test, []).append((*ways[0], *ways[1]))
    return tuple(
        (*test, sum(one[0] for one in found), _joined([one[1] for one in found]),
         sum(one[2] for one in found), _joined([one[3] for one in found]))
        for test, found in equal.items()
    )  # fmt: skip
