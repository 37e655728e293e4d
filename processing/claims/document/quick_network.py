"""The language model's network, faster for reading alone: same numbers, fewer steps.

Three things, all measured on one core: numpy's BLAS multiplies the matrices (three times as fast as the library that
spaCy brings, which knows few processors); the vector of a word outside its sentence, two fifths of the network's work,
is remembered; and a layer over a word and its neighbours keeps nothing for training. Only the layers that are known
here are replaced; of another model the rest works as it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import NORM, ORTH, SPACY

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["quicken"]

_EMBEDDING = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")
_LAYER = "residual(expand_window>>maxout>>layernorm>>dropout)"
_FOLLOW_FROM = {
    "NORM",
    "PREFIX",
    "SUFFIX",
    "SHAPE",
    "SPACY",
    "IS_SPACE",
    "LOWER",
    "ORTH",
}  # features that a word, its norm and the space behind it settle
_MOST = 100_000  # vectors remembered, of 96 numbers each: 40 MB


def quicken(nlp: Language) -> Language:
    """Make a pipeline's networks faster; returns the pipeline. Its networks cannot be trained any more."""
    from thinc.api import NumpyOps

    ops = NumpyOps(use_blis=False)
    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        for part in list(model.walk()) if model is not None else ():
            part.ops = ops
            names = tuple(layer.name.split("(")[0] for layer in part.layers)
            if names == _EMBEDDING and set(part.layers[0].attrs["columns"]) <= _FOLLOW_FROM:
                part._func = _Remembered(part)
            elif part.name == _LAYER and _part(part, "expand_window").attrs["window_size"] == 1:
                part._func = _Layer(part)
    return nlp


def _part(layer: Any, name: str) -> Any:
    """The part of a layer that has a name."""
    return next(part for part in layer.walk() if part.name == name)


def _read_only(is_train: bool) -> None:
    if is_train:
        raise RuntimeError("a quickened network cannot be trained")


def _nothing(*_: Any) -> None:
    """In the place of the step backwards, which is for training."""


class _Remembered:
    """Vectors of words, each worked out once by the layers that it stands for."""

    def __init__(self, chain: Any):
        self.columns = chain.layers[0].attrs["columns"]
        self.layers = chain.layers[2:4]
        self.places: dict[int, int] = {}
        self.vectors = np.zeros((0, 0), dtype="float32")

    def __call__(self, _: Any, docs: Any, is_train: bool) -> tuple[list[Any], Any]:
        _read_only(is_train)
        if len(self.places) > _MOST:
            self.places.clear()
        looks = [doc.to_array((ORTH, NORM, SPACY)) for doc in docs]
        keys = np.concatenate([*looks, np.zeros((0, 3), dtype="uint64")]) * np.array((1, 3, 5), dtype="uint64")
        found = keys.sum(axis=1).tolist()
        places = self.places
        new = {key: at for at, key in enumerate(found) if key not in places}
        if new:
            self._learn(docs, new)
        rows = (
            self.vectors[[places[key] for key in found]]
            if found
            else np.zeros((0, self.vectors.shape[1]), dtype="float32")
        )
        ends = np.cumsum([len(look) for look in looks]).tolist()
        return [rows[end - len(look) : end] for look, end in zip(looks, ends, strict=True)], _nothing

    def _learn(self, docs: Any, new: dict[int, int]) -> None:
        """Work out the vectors of new words, given with a place of theirs among all words of the texts."""
        from thinc.types import Ragged

        features: Any = np.concatenate([doc.to_array(self.columns) for doc in docs])[list(new.values())]
        lengths: Any = np.array([len(features)], dtype="int32")
        made: Any = Ragged(features, lengths)
        for layer in self.layers:
            made = layer.predict(made)
        known = len(self.places)
        if known + len(new) > len(self.vectors):
            room = np.zeros((2 * (known + len(new)), made.dataXd.shape[1]), dtype="float32")
            if known:
                room[:known] = self.vectors[:known]
            self.vectors = room
        self.vectors[known : known + len(new)] = made.dataXd
        self.places.update(zip(new, range(known, known + len(new)), strict=True))


class _Layer:
    """A layer over each word and its two neighbours: the largest of some sums, levelled, added to what came in."""

    def __init__(self, residual: Any):
        self.maxout, self.norm = _part(residual, "maxout"), _part(residual, "layernorm")
        self.weights: Any = None

    def _prepare(self) -> None:
        """Weights in the order that is quick to take the largest of."""
        weights = self.maxout.get_param("W")  # width, pieces, inputs
        self.width, self.pieces, inputs = weights.shape
        self.bias = np.ascontiguousarray(self.maxout.get_param("b").T).reshape(-1)
        self.scale, self.shift = self.norm.get_param("G"), self.norm.get_param("b")
        self.weights = np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(-1, inputs).T

    def __call__(self, _: Any, words: Any, is_train: bool) -> tuple[Any, Any]:
        _read_only(is_train)
        if self.weights is None:
            self._prepare()
        width = self.width
        near = np.zeros((len(words), 3 * width), dtype="float32")
        near[1:, :width] = words[:-1]
        near[:, width : 2 * width] = words
        near[:-1, 2 * width :] = words[1:]
        sums = near @ self.weights
        sums += self.bias
        top = sums[:, :width]
        for piece in range(1, self.pieces):
            top = np.maximum(top, sums[:, piece * width : (piece + 1) * width])
        top = top - top.mean(axis=1, keepdims=True)
        spread = (top * top).mean(axis=1, keepdims=True)
        spread += 1e-08
        top *= spread**-0.5
        top *= self.scale
        top += self.shift
        top += words
        return top, _nothing
