"""Remembered word classes and lemmas are those of the pipes that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import spacy
from spacy.tokens import Doc

from processing.claims.document.document import model_name
from processing.claims.document.remembered_forms import remember_forms

if TYPE_CHECKING:
    from spacy.language import Language

SENTENCES = [
    "Rescuers found 12 bodies, and officials have said they do not know how many men are missing.",
    "There were 40 people aboard, there's no doubt.",
    "It ain't over; let's say they're gon na lose 12 seats that the party won.",
    "Men  and   women met\nin Orlo.",
    "But he had nothing but debts, which did grow by 3.5% once it rained.",
    "Have they been working? They have 3,000 workers who worked.",
    "",
]


def looks(docs: list[Doc]) -> list[list[tuple[str, ...]]]:
    return [[(t.text, t.tag_, t.pos_, t.dep_, t.lemma_) for t in doc] for doc in docs]


@pytest.fixture(scope="module")
def asked() -> list[list[tuple[str, ...]]]:
    return looks(list(spacy.load(model_name(), exclude=["ner"]).pipe(SENTENCES)))


@pytest.fixture(scope="module")
def remembering() -> Language:
    return remember_forms(spacy.load(model_name(), exclude=["ner"]))


def test_new_words(asked: list[Any], remembering: Language) -> None:
    """Worked out for the first time, one sentence at a time and in a batch."""
    assert looks([remembering(sentence) for sentence in SENTENCES]) == asked
    assert looks(list(remembering.pipe(SENTENCES))) == asked


def test_known_words(asked: list[Any], remembering: Language) -> None:
    """Looked up: in another order and a batch of another size."""
    assert looks(list(remembering.pipe(SENTENCES[::-1], batch_size=2)))[::-1] == asked
