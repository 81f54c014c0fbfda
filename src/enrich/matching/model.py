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

import numpy as np

from enrich.matching.features import FEATURES
from enrich.model.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

_MOST_BITS = 60.0


@dataclass(frozen=True, slots=True)
class Model:
    """The nodes of all trees, one behind the other, and thresholds."""

    prior: float
    """Bits before anything is asked."""
    roots: npt.NDArray[np.intp]
    feature: npt.NDArray[np.intp]
    threshold: npt.NDArray[np.float64]
    is_unknown_left: npt.NDArray[np.bool_]
    children: npt.NDArray[np.intp]
    """Left and right child by node; a leaf is its own."""
    bits: npt.NDArray[np.float64]
    """What is expected at each node."""
    calibration: npt.NDArray[np.float64]
    """Evidence as learned, and as the shares of one work among unseen pairs say, by row; bits."""
    depth: int
    accepted: float
    """The least probability at which two descriptions are taken as one work."""
    accepted_alone: float
    """The same for a title that nothing stands beside, when no other work answers to it."""
    rejected: float
    """The probability below which they are taken as two."""

    def weigh(self, features: Mapping[str, float]) -> tuple[float, npt.NDArray[np.float64]]:
        """Return the evidence in bits, and the part of each feature."""
        values = np.fromiter(features.values(), np.float64, len(features))
        node = self.roots
        parts = np.zeros(len(values))
        for _ in range(self.depth):
            asked = self.feature[node]
            value = values[asked]
            is_right = np.where(np.isnan(value), ~self.is_unknown_left[node], value > self.threshold[node])
            child = self.children[node, is_right.astype(np.intp)]
            parts += np.bincount(asked, self.bits[child] - self.bits[node], len(values))
            node = child
        return self.prior + float(self.bits[self.roots].sum() + parts.sum()), parts

    def to_probability(self, bits: float) -> float:
        """Return the calibrated probability (0 to 1) for evidence in bits."""
        learned, seen = self.calibration
        inside = min(max(bits, learned[0]), learned[-1])
        calibrated = float(np.interp(inside, learned, seen)) + bits - inside
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
    nodes: list[Sequence[float]] = []
    roots = []
    for tree in data["trees"]:
        start = len(nodes)
        roots.append(start)
        for place, node in enumerate(tree, start):
            is_leaf = len(node) == 1
            nodes.append(
                (0, 0, 0, place, place, node[0]) if is_leaf else (*node[:3], start + node[3], start + node[4], node[5])
            )
    table = np.array(nodes, dtype=np.float64).reshape(-1, 6)
    whole = table.astype(np.intp)
    return Model(
        data["prior"], np.array(roots, dtype=np.intp), whole[:, 0], table[:, 1], table[:, 2] > 0, whole[:, 3:5],
        table[:, 5], np.array(data["calibration"]).T, data["depth"], **data["thresholds"],
    )  # fmt: skip
