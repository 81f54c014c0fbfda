"""The probability that two descriptions are one work, from their features, and what each feature speaks in bits.

The weights are an ensemble of small decision trees that ``python -m benchmarks.identity train`` learned; they stand in
``weights.json`` with their date, their training sets and their measured calibration. Each step down a tree changes
what is expected, and the change is credited to the feature that was asked, so that the credits add up to the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isnan
from typing import TYPE_CHECKING, Any

from enrich.matching.features import FEATURES
from enrich.model.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Node = tuple[int, float, bool, int, int, float]
"""Feature, threshold, whether an unknown value goes left, left and right child, expected bits; -1 for no feature."""


@dataclass(frozen=True, slots=True)
class Model:
    """Trees and thresholds."""

    prior: float
    """Bits before anything is asked."""
    trees: tuple[tuple[Node, ...], ...]
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
        total = self.prior
        for tree in self.trees:
            node = tree[0]
            total += node[5]
            while node[0] >= 0:
                value = values[node[0]]
                is_left = node[2] if isnan(value) else value <= node[1]
                child = tree[node[3] if is_left else node[4]]
                step = child[5] - node[5]
                parts[node[0]] += step
                total += step
                node = child
        return total, parts

    def judge(self, features: Mapping[str, float]) -> tuple[float, tuple[Evidence, ...]]:
        """Return the probability of one work (0 to 1), and the evidence, the strongest first."""
        total, parts = self.weigh(features)
        named = zip(FEATURES, features.values(), parts, strict=True)
        least = 0.05
        told = [
            Evidence(name, None if isnan(value) else round(float(value), 2), round(bits, 2))
            for name, value, bits in named
            if abs(bits) >= least
        ]
        return to_probability(total), tuple(sorted(told, key=lambda one: (-abs(one.bits), one.feature)))


def to_probability(bits: float) -> float:
    """Return the probability for evidence in bits.

    >>> to_probability(0), round(to_probability(3), 3)
    (0.5, 0.889)
    """
    most = 60
    return 1 / (1 + 2 ** -max(-most, min(most, bits)))


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
    return Model(data["prior"], tuple(map(_parse_tree, data["trees"])), **data["thresholds"])


def _parse_tree(nodes: Sequence[Sequence[float]]) -> tuple[Node, ...]:
    leaf = (-1, 0.0, False, 0, 0)
    return tuple(
        (*leaf, float(node[0])) if len(node) == 1
        else (int(node[0]), float(node[1]), bool(node[2]), int(node[3]), int(node[4]), float(node[5]))
        for node in nodes
    )  # fmt: skip
