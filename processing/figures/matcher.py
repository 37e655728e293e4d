"""The learned matcher: how surely two numbers are of one thing, from the features of the pair.

`matcher.json` holds what `python bench/train_matcher.py` learned: a first guess, which is a weighted sum of the
features, then small decision trees that also know how the pair stands beside its rivals, then the line that makes
their sum a probability. Pairs whose numbers are apart have weights and trees of their own: for them the numbers say
nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processing.figures.pair_features import FEATURES

__all__ = ["MODEL", "RELATIONS", "Matcher", "Part", "load_matcher", "matcher"]

MODEL = Path(__file__).with_name("matcher.json")
RELATIONS = ("guess", "lead_min", "lead_max", "third")
_MOST = 9.0  # a guess is cut off there on both sides

Tree = tuple[tuple[int, float, int, int], ...]  # (feature, threshold, left, right); a leaf: (-1, value, 0, 0)


@dataclass(frozen=True, slots=True)
class _Tables:
    """Trees as tables by tree and node: feature, threshold (of a leaf its value), left, right; a leaf leads to itself.
    `depth`: of the deepest."""

    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    depth: int

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> _Tables:
        """Of trees as the model's file has them."""
        shape = (len(trees), max((len(tree) for tree in trees), default=0))
        feature, left, right = (np.zeros(shape, dtype=np.intp) for _ in range(3))
        threshold, deepest = np.zeros(shape), 0
        for number, tree in enumerate(trees):
            depths = {0: 0}
            for node, (of, value, low, high) in enumerate(tree):
                threshold[number, node] = value
                left[number, node], right[number, node] = (node, node) if of < 0 else (low, high)
                if of >= 0:
                    feature[number, node] = of
                    depths[low] = depths[high] = depths[node] + 1
            deepest = max(deepest, *depths.values())
        return cls(feature, threshold, left, right, deepest)


@dataclass(frozen=True, slots=True)
class Part:
    """One model, for pairs that are apart or for pairs that meet."""

    bias: float
    weights: tuple[float, ...]
    means: tuple[float, ...]  # of the features, over the pairs learned from
    start: float
    trees: tuple[Tree, ...]
    slope: float
    shift: float
    tables: _Tables = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", _Tables.of(self.trees))

    def guess(self, values: Sequence[float]) -> float:
        """Log odds of one thing by the weights alone, -9 to 9."""
        total = self.bias + math.fsum(w * v for w, v in zip(self.weights, values, strict=True) if v)
        return min(_MOST, max(-_MOST, total))

    def probability(self, values: Sequence[float]) -> float:
        """From the features with RELATIONS behind them: 0 to 1."""
        total = self.start
        for tree in self.trees:
            feature, threshold, left, right = tree[0]
            while feature >= 0:
                feature, threshold, left, right = tree[left if values[feature] <= threshold else right]
            total += threshold
        return 1 / (1 + math.exp(-(self.slope * total + self.shift)))

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """`probability` of several pairs, the same to the last bit: all trees of all pairs are walked down together."""
        if not rows:
            return []
        trees, values = self.tables, np.asarray(rows, dtype=np.float64)
        pair, tree = np.arange(len(rows))[:, None], np.arange(len(self.trees))[None, :]
        at = np.zeros((len(rows), len(self.trees)), dtype=np.intp)
        for _ in range(trees.depth):
            low = values[pair, trees.feature[tree, at]] <= trees.threshold[tree, at]
            at = np.where(low, trees.left[tree, at], trees.right[tree, at])
        told = np.concatenate([np.full((len(rows), 1), self.start), trees.threshold[tree, at]], axis=1)
        totals = np.add.accumulate(told, axis=1)[:, -1].tolist()  # one after the other, as `probability` adds them
        return [1 / (1 + math.exp(-(self.slope * total + self.shift))) for total in totals]


@dataclass(frozen=True, slots=True)
class Matcher:
    """`together`: the probability from which on two groups are one figure; pairs that are apart need `doubt` more.
    `sure`: from which on two claims of a figure may raise an alert."""

    apart: Part
    meet: Part
    together: float
    doubt: float
    sure: float

    def part(self, values: Sequence[float]) -> Part:
        """The model for a pair; its first feature says whether the numbers are apart."""
        return self.apart if values[0] else self.meet

    def reasons(self, values: Sequence[float], most: int = 4) -> list[tuple[str, float]]:
        """What speaks most for and against one thing: (what it is, log odds that it adds), the strongest first."""
        part = self.part(values)
        told = [
            (f.says, w * (v - m))
            for f, w, v, m in zip(FEATURES, part.weights, values, part.means, strict=True)
            if f.shown and v
        ]
        return sorted(told, key=lambda x: (-abs(x[1]), x[0]))[:most]

    def words(self, values: Sequence[float], likely: float) -> str:
        """Why a pair is taken for one thing, for people: "83 %: the event is the same; against it: the counted nouns
        differ"."""
        told = self.reasons(values)
        sides = ("; ".join(says for says, _ in found) for found in _by_sign(told))
        words = "; against it: ".join(side for side in sides if side)
        return f"{likely:.0%}: {words}" if words else f"{likely:.0%}"


def _by_sign(told: Sequence[tuple[str, float]]) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """What speaks for, and what against."""
    return [x for x in told if x[1] > 0], [x for x in told if x[1] <= 0]


def load_matcher(data: dict[str, Any]) -> Matcher:
    """Raises: ValueError where the file was learned from other features than the program reads."""
    names = [f.name for f in FEATURES]
    if data["features"] != [*names, *RELATIONS]:
        raise ValueError(f"{MODEL}: its features are not those of pair_features.py; run bench/train_matcher.py")

    def part(given: dict[str, Any]) -> Part:
        return Part(
            given["bias"],
            tuple(given["weights"][name] for name in names),
            tuple(given["means"][name] for name in names),
            given["start"],
            tuple(tuple(tuple(node) for node in tree) for tree in given["trees"]),
            given["slope"],
            given["shift"],
        )

    return Matcher(part(data["apart"]), part(data["meet"]), data["together"], data["doubt"], data["sure"])


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    """The shipped matcher, loaded once."""
    return load_matcher(json.loads(MODEL.read_text("utf8")))
