"""Learns the matcher from the events of bench/events/train and writes processing/figures/matcher.json.

    python bench/train_matcher.py [--check]

The same events give the same file, to the byte. With --check nothing is written: exits 1 where the file is another one.

Two numbers are one thing where the gold has them in one figure. Learned are: a weighted sum of the features (logistic
regression), then small boosted trees that also know how the pair stands beside its rivals by that sum, then a line that
makes of their sum a probability (Platt 1999). What the trees and the line learn from are sums and trees of the other
kinds of event, so that they know how surely such things are known of a kind that nobody has seen. Pairs whose numbers
are apart have a model of their own; those of them that are one thing are what a desk looks for, and weigh more."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss

from bench.events.matching import read_stories
from bench.events.reading import HERE
from processing.figures.matcher import MODEL, RELATIONS
from processing.figures.node_pairs import Judged, Node, judge_nodes, make_nodes, relations
from processing.figures.pair_features import FEATURES

Array = np.ndarray[Any, Any]
FOLDS = 10  # of kinds of event
DISPUTED = 2.0  # what a pair weighs that is one thing and apart
TREES, DEPTH, RATE, LEAF, RIDGE, COLUMNS = 150, 3, 0.06, 30, 5.0, 0.3
STRENGTH = 0.01  # inverse of the penalty on weights
RARE = 0.2  # least spread that a feature is scaled by: what is seldom said is not trusted on a few cases
TOGETHER, DOUBT, SURE = 0.35, 0.06, 0.67  # set on bench/events/dev


@dataclass
class Bucket:
    """The numbers of one event in one unit: its nodes, their pairs, and which of these are one thing."""

    kind: str
    nodes: list[Node]
    judged: list[Judged]
    rows: slice  # of all pairs


@dataclass
class Pairs:
    """All pairs: features, whether one thing, kind of event."""

    buckets: list[Bucket]
    values: Array
    one: Array
    kinds: Array

    @property
    def apart(self) -> Array:
        return self.values[:, 0] == 1


def read_pairs(share: str) -> Pairs:
    """The pairs of a share that the program would judge, without those whose gold is unsure."""
    buckets: list[Bucket] = []
    values: list[list[float]] = []
    one: list[bool] = []
    kinds: list[str] = []
    for story in read_stories(share):
        for members in story.buckets():
            nodes = make_nodes(members)
            judged, _ = judge_nodes(nodes, story.view)
            start = len(values)
            kept = []
            for pair in judged:
                same = story.same(nodes[pair.a].first.claim, nodes[pair.b].first.claim)
                if same is not None:
                    kept.append(pair)
                    values.append(pair.values)
                    one.append(same)
                    kinds.append(story.event.kind)
            buckets.append(Bucket(story.event.kind, nodes, kept, slice(start, len(values))))
    return Pairs(buckets, np.array(values), np.array(one), np.array(kinds))


# ---------------------------------------------------------------- models

Model = Callable[[Array], Array]  # features -> log odds


def _weights(pairs: Pairs) -> Array:
    return np.where(pairs.apart & pairs.one, DISPUTED, 1.0)


@dataclass
class Linear:
    bias: float
    weights: Array

    def __call__(self, values: Array) -> Array:
        return np.asarray(np.clip(self.bias + values @ self.weights, -9, 9))


def fit_linear(values: Array, one: Array, weights: Array) -> Linear:
    mean, spread = values.mean(0), np.maximum(values.std(0), RARE)
    fitted = LogisticRegression(C=STRENGTH, max_iter=5000, tol=1e-8).fit((values - mean) / spread, one, weights)
    slopes = np.round(fitted.coef_[0] / spread, 4)
    return Linear(round(float(fitted.intercept_[0] - (fitted.coef_[0] / spread) @ mean), 4), slopes)


@dataclass
class Forest:
    start: float
    trees: list[list[tuple[int, float, int, int]]]

    def __call__(self, values: Array) -> Array:
        total = np.full(len(values), self.start)
        for tree in self.trees:
            at = np.zeros(len(values), dtype=int)
            nodes = np.array(tree)
            for _ in range(DEPTH + 1):
                feature = nodes[at, 0].astype(int)
                left = values[np.arange(len(values)), np.maximum(feature, 0)] <= nodes[at, 1]
                step = np.where(left, nodes[at, 2], nodes[at, 3]).astype(int)
                at = np.where(feature >= 0, step, at)
            total += nodes[at, 1]
        return np.asarray(total)


def fit_forest(values: Array, one: Array, weights: Array) -> Forest:
    fitted = HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=TREES,
        max_depth=DEPTH,
        min_samples_leaf=LEAF,
        l2_regularization=RIDGE,
        max_features=COLUMNS,
        max_bins=64,
        early_stopping=False,
        random_state=0,
    ).fit(values, one, weights)
    trees = []
    for (predictor,) in fitted._predictors:
        trees.append(
            [
                (-1, round(float(n["value"]), 4), 0, 0)
                if n["is_leaf"]
                else (int(n["feature_idx"]), round(float(n["num_threshold"]), 4), int(n["left"]), int(n["right"]))
                for n in predictor.nodes
            ]
        )
    return Forest(round(float(fitted._baseline_prediction[0, 0]), 4), trees)


@dataclass
class Two:
    """A model for pairs that are apart, and one for the others."""

    apart: Any
    meet: Any

    def __call__(self, values: Array) -> Array:
        told = np.zeros(len(values))
        apart = values[:, 0] == 1
        for part, rows in ((self.apart, apart), (self.meet, ~apart)):
            if rows.any():
                told[rows] = part(values[rows])
        return told


def fit_two(fit: Callable[[Array, Array, Array], Any], values: Array, one: Array, weights: Array) -> Two:
    apart = values[:, 0] == 1
    return Two(*(fit(values[rows], one[rows], weights[rows]) for rows in (apart, ~apart)))


def folds(pairs: Pairs) -> Iterator[tuple[Array, Array]]:
    """(learn from, try on) for each fold; a fold holds whole kinds of event."""
    kinds = sorted(set(pairs.kinds))
    for fold in range(FOLDS):
        held = np.isin(pairs.kinds, kinds[fold::FOLDS])
        yield ~held, held


def held_out(fit: Callable[[Array, Array, Array], Any], values: Array, pairs: Pairs) -> Array:
    """What a model says of each pair that has not seen its kind of event."""
    told = np.zeros(len(values))
    weights = _weights(pairs)
    for learn, held in folds(pairs):
        told[held] = fit_two(fit, values[learn], pairs.one[learn], weights[learn])(values[held])
    return told


def with_relations(pairs: Pairs, guesses: Array) -> Array:
    """The features with RELATIONS behind them."""
    rows: list[tuple[float, ...]] = []
    for bucket in pairs.buckets:
        rows += relations(bucket.judged, list(guesses[bucket.rows]), bucket.nodes)
    return np.hstack([pairs.values, np.array(rows)])


def fit_line(told: Array, one: Array) -> tuple[float, float]:
    """Slope and shift that make log odds of what was told."""
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(told[:, None], one)
    return round(float(fitted.coef_[0, 0]), 4), round(float(fitted.intercept_[0]), 4)


# ---------------------------------------------------------------- the file


def _part(first: Linear, trees: Forest, names: list[str], means: Array, line: tuple[float, float]) -> dict[str, Any]:
    """One of the two models as matcher.json holds it. `line`: slope and shift of the calibration."""
    return {
        "bias": first.bias,
        "weights": dict(zip(names, map(float, first.weights), strict=True)),
        "means": dict(zip(names, (round(float(m), 3) for m in means), strict=True)),
        "start": trees.start,
        "slope": line[0],
        "shift": line[1],
        "trees": trees.trees,
    }


def _scores(likely: Array, one: Array) -> dict[str, Any]:
    """How good the likelihoods of held out pairs are. `one`: whether each pair is of one thing."""
    return {
        "pairs": len(one),
        "one thing": int(one.sum()),
        "average precision": round(float(average_precision_score(one, likely)), 3),
        "log loss": round(float(log_loss(one, likely)), 4),
        "calibration": _calibration(likely, one),
    }


def learn() -> dict[str, Any]:
    """The content of matcher.json."""
    pairs = read_pairs("train")
    weights = _weights(pairs)
    linear = fit_two(fit_linear, pairs.values, pairs.one, weights)
    related = with_relations(pairs, held_out(fit_linear, pairs.values, pairs))
    forest = fit_two(fit_forest, related, pairs.one, weights)
    told = held_out(fit_forest, related, pairs)
    names = [f.name for f in FEATURES]
    parts: dict[str, Any] = {}
    scores: dict[str, Any] = {"pairs": len(pairs.one), "one thing": int(pairs.one.sum())}
    for name, rows in (("apart", pairs.apart), ("meet", ~pairs.apart)):
        slope, shift = fit_line(told[rows], pairs.one[rows])
        means = pairs.values[rows].mean(0)
        parts[name] = _part(getattr(linear, name), getattr(forest, name), names, means, (slope, shift))
        scores[name] = _scores(1 / (1 + np.exp(-(slope * told[rows] + shift))), pairs.one[rows])
    about = "Learned by bench/train_matcher.py; scores are those on kinds of event that were held out."
    return {
        "about": about,
        "data": {"events": "bench/events/train", "sha256": data_hash("train")},
        "scores": scores,
        "together": TOGETHER,
        "doubt": DOUBT,
        "sure": SURE,
        "features": [*names, *RELATIONS],
        **parts,
    }


def _calibration(likely: Array, one: Array) -> dict[str, str]:
    """By tenths of the probability: how many of the pairs are one thing."""
    rows = {}
    for low in range(10):
        held = (likely >= low / 10) & (likely < (low + 1) / 10 + (low == 9))
        if held.any():
            rows[f"{low / 10:.1f}"] = f"{one[held].mean():.2f} of {int(held.sum())}"
    return rows


def data_hash(share: str) -> str:
    """SHA-256 of the events of a share, by name."""
    digest = hashlib.sha256()
    for path in sorted((HERE / share).glob("*.txt")):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def as_text(data: dict[str, Any]) -> str:
    """JSON with a feature or a tree a line."""

    def told(value: Any, depth: int) -> str:
        pad = " " * (depth + 1)
        if isinstance(value, dict):
            lines = (f"{pad}{json.dumps(key)}: {told(v, depth + 1)}" for key, v in value.items())
            return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}"
        if isinstance(value, list) and value and isinstance(value[0], list | str):
            return "[\n" + ",\n".join(pad + json.dumps(v) for v in value) + "\n" + " " * depth + "]"
        return json.dumps(value)

    return told(data, 0) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the file is another one")
    args = parser.parse_args(argv)
    data = learn()
    text = as_text(data)
    print(json.dumps(data["scores"], indent=1))
    if args.check:
        same = MODEL.read_text("utf8") == text
        print("the same file" if same else f"{MODEL} is another file")
        return 0 if same else 1
    MODEL.write_text(text, "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
