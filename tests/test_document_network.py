"""A quickened network gives the parses and the cuts of the one that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import spacy

from processing.claims.document.document import model_name
from processing.claims.document.quick_network import quicken

if TYPE_CHECKING:
    from spacy.language import Language

TEXTS = [
    "Rescuers found 12 bodies on Tuesday, and officials have said they do not know how many men are missing. It rained.",
    '"We lost four billion," the minister said; who\'d believe her?',
    "",
    "Snow.",
    "Men  and   women met\nin Orlo, where snow  fell.",
]


GIVEN = {"parser": ["ner", "senter"], "cutter": ["ner", "parser", "tagger", "tok2vec", "lemmatizer", "attribute_ruler"]}


@pytest.fixture(scope="module", params=GIVEN)
def pair(request: pytest.FixtureRequest) -> tuple[Language, Language]:
    """The parser as it comes and a quickened one; the same for the cutter into sentences."""
    stock, quick = (spacy.load(model_name(), exclude=GIVEN[request.param]) for _ in range(2))
    for nlp in (stock, quick):
        if "senter" in nlp.disabled:
            nlp.enable_pipe("senter")
    return stock, quicken(quick)


@pytest.mark.parametrize(
    "texts", [TEXTS, TEXTS[::-1], ["Floods fell."], [""], []], ids=["new", "known", "some new", "empty", "none"]
)
def test_same_reading(pair: tuple[Language, Language], texts: list[str]) -> None:
    """In batches of all sizes, of words met for the first time and again."""
    stock, quick = pair
    for size in (1, 2, 64):
        told = [
            [[(t.tag_, t.dep_, t.head.i, t.is_sent_start) for t in doc] for doc in nlp.pipe(texts, batch_size=size)]
            for nlp in (stock, quick)
        ]
        assert told[0] == told[1]


def test_same_vectors() -> None:
    """To rounding, which differs between batches of the stock network as well."""
    stock, quick = (spacy.load(model_name(), exclude=["ner", "senter"]) for _ in range(2))
    quicken(quick)
    for theirs, ours in zip(
        *([nlp.get_pipe("tok2vec").predict([nlp.make_doc(text) for text in TEXTS]) for nlp in (stock, quick)]),
        strict=True,
    ):
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, atol=1e-4)


def test_no_training() -> None:
    """What was left out for speed is not trained in silence."""
    quick = quicken(spacy.load(model_name(), exclude=["ner", "senter"]))
    with pytest.raises(RuntimeError, match="trained"):
        quick.get_pipe("tok2vec").model([quick.make_doc("Snow fell.")], is_train=True)
