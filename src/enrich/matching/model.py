"""The probability that two descriptions are one work, from their features, and what each feature speaks in bits.

The weights are an ensemble of small decision trees that ``python -m benchmarks.identity train`` learned; they stand in
``weights.json`` with their date, their training sets and their measured calibration. Each step down a tree changes
what is expected, and the change is credited to the feature that was asked, so that the credits add up to the evidence.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import isnan
from operator import getitem
from struct import unpack
from typing import TYPE_CHECKING, Any

from enrich.matching.features import FEATURES
from enrich.model.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Tree = Sequence[Sequence[float]]

_MOST_BITS = 60.0
_UNIT = 10_000
"""Weights have four decimals: as whole numbers they add up exactly."""
_LEAVES, _WIDTH = 16, 32
"""Bits of a word: for the leaves of a tree, which are no more, and for the sum of a feature."""
_ZERO = 1 << (_WIDTH - 1)
"""In a word of a sum, which may be negative."""


@dataclass(frozen=True, slots=True)
class Model:
    """Trees and thresholds.

    All trees are walked at once (QuickScorer, Lucchese and others 2015). One long number has a word for each tree, and
    in it a bit for each leaf, from the left. A test that leads to the right strikes out the leaves on its left; the
    first leaf that remains is where the walk ends.
    """

    start: float
    """Bits before anything is asked."""
    tests: tuple[tuple[list[float], list[int], int], ...]
    """Of each feature: thresholds, ascending; the leaves that remain for a value above none, one, two … of them; and
    those that remain where the value is unknown."""
    leaves: tuple[dict[int, int], ...]
    """Of each tree: by the bit of a leaf what the steps to it say, a word for each feature."""
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
        remaining = -1
        for (thresholds, left, unknown), value in zip(self.tests, features.values(), strict=True):
            remaining &= unknown if isnan(value) else left[bisect_left(thresholds, value)]
        n_trees, n_features = len(self.leaves), len(FEATURES)
        ends = remaining & ~(remaining - _repeat(1, _LEAVES, n_trees))
        reached = unpack(f"<{n_trees}H", ends.to_bytes(n_trees * _LEAVES // 8, "little"))
        said = sum(map(getitem, self.leaves, reached), _repeat(_ZERO, _WIDTH, n_features))
        words = unpack(f"<{n_features}I", said.to_bytes(n_features * _WIDTH // 8, "little"))
        parts = [(word - _ZERO) / _UNIT for word in words]
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
        strongest = sorted(
            (-abs(told := round(bits, 2)), name, value, told)
            for (name, value), bits in zip(features.items(), parts, strict=True)
            if not -least < bits < least
        )
        evidence = (
            Evidence(name, None if isnan(value) else round(float(value), 2), bits) for _, name, value, bits in strongest
        )
        return self.to_probability(total), tuple(evidence)


@cache
def load_model() -> Model:
    """Return the model that ships with the package."""
    return parse_model(json.loads(files("enrich.matching").joinpath("weights.json").read_text(encoding="utf-8")))


def parse_model(data: Mapping[str, Any]) -> Model:
    """Return the model in the JSON of ``weights.json``.

    Raises:
        ValueError: it was trained on other features, or a tree has more leaves than a word has bits.
    """
    if data["features"] != list(FEATURES):
        raise ValueError("weights.json was trained on other features: python -m benchmarks.identity train")
    trees = data["trees"]
    tests: list[list[Test]] = [[] for _ in FEATURES]
    leaves = tuple(_read(tree, tests, _LEAVES * number) for number, tree in enumerate(trees))
    learned, seen = zip(*data["calibration"], strict=True)
    return Model(
        data["prior"] + sum(tree[0][-1] for tree in trees), tuple(_join(found, len(trees)) for found in tests),
        leaves, (learned, seen), **data["thresholds"],
    )  # fmt: skip


Test = tuple[float, bool, int]
"""A threshold, whether unknown values go to the left, and the leaves on the left."""


def _read(tree: Tree, tests: Sequence[list[Test]], shift: int) -> dict[int, int]:
    """The leaves of a tree whose word begins at a bit; its tests go to those of their features."""
    leaves: dict[int, int] = {}

    def walk(place: int, said: int) -> None:
        if len(tree[place]) == 1:
            leaves[1 << len(leaves)] = said
            return
        test, threshold, is_unknown_left, *ways, bits = tree[place]
        feature, first = int(test), 1 << len(leaves)
        left, right = ((int(way), round((tree[int(way)][-1] - bits) * _UNIT) << _WIDTH * feature) for way in ways)
        walk(left[0], said + left[1])
        tests[feature].append((threshold, bool(is_unknown_left), ((1 << len(leaves)) - first) << shift))
        walk(right[0], said + right[1])

    walk(0, 0)
    if len(leaves) > _LEAVES:
        raise ValueError(f"a tree of weights.json has more than {_LEAVES} leaves")
    return leaves


def _join(tests: list[Test], n_trees: int) -> tuple[list[float], list[int], int]:
    """What all tests of a feature leave, as ``Model.tests`` has it."""
    struck: dict[float, int] = {}
    unknown = everything = (1 << _LEAVES * n_trees) - 1
    for threshold, is_unknown_left, leaves in tests:
        struck[threshold] = struck.get(threshold, 0) | leaves
        if not is_unknown_left:
            unknown &= ~leaves
    thresholds = sorted(struck)
    remaining = accumulate(thresholds, lambda left, threshold: left & ~struck[threshold], initial=everything)
    return thresholds, list(remaining), unknown


@cache
def _repeat(word: int, width: int, n: int) -> int:
    """The number that has a word n times."""
    return sum(word << width * place for place in range(n))
