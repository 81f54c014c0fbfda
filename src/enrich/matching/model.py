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
from math import isnan
from typing import TYPE_CHECKING, Any

from enrich.matching.features import FEATURES
from enrich.model.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_BITS = 60.0

Node = tuple[int, float, bool, "Step", "Step"]
"""The place of the feature that is asked, its threshold, whether an unknown value goes left, and both ways on."""
Step = tuple[float, Node | None]
"""The change in bits on the way, and the next node; None at the end."""


@dataclass(frozen=True, slots=True)
class Model:
    """Trees and thresholds; plain Python, for an array library takes longer to import than a list to judge."""

    start: float
    """Bits before anything is asked."""
    trees: tuple[Node | None, ...]
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
        parts = [0.0] * len(values)
        for root in self.trees:
            node = root
            while node:
                asked, threshold, is_unknown_left, left, right = node
                value = values[asked]
                is_known = value == value  # noqa: PLR0124 (only NaN is not itself; the call of isnan costs a third)
                bits, node = right if (value > threshold if is_known else not is_unknown_left) else left
                parts[asked] += bits
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
        named = zip(FEATURES, features.values(), parts, strict=True)
        least = 0.3
        told = [
            Evidence(name, None if isnan(value) else round(float(value), 2), round(float(bits), 2))
            for name, value, bits in named
            if abs(bits) >= least
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
        data["prior"] + sum(tree[0][-1] for tree in trees), tuple(_to_node(tree, 0) for tree in trees),
        (learned, seen), **data["thresholds"],
    )  # fmt: skip


def _to_node(tree: Sequence[Sequence[float]], place: int) -> Node | None:
    """The node at a place of a tree as it stands in the file, with all below it; None for a leaf."""
    node = tree[place]
    if len(node) == 1:
        return None
    feature, threshold, is_unknown_left, *ways, bits = node
    left, right = ((tree[int(way)][-1] - bits, _to_node(tree, int(way))) for way in ways)
    return int(feature), threshold, is_unknown_left > 0, left, right
