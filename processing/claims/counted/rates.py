"""Rates that the subject sets: "each weaver earns 420 rupees", "every hectare gives nine tonnes"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import find_group, head_lemma
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["set_rates"]

_EACH = ("each", "every")


def set_rates(doc: Doc, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities, where an object of a verb whose subject is "each X" is per X."""
    if not any(t.lower_ in _EACH for t in doc):
        return list(quantities)
    made = []
    for quantity in quantities:
        subject = None
        if quantity.not_claim is None and quantity.per is None and quantity.unit not in ("share", "times", "magnitude"):
            subject = _each(doc, quantity)
        made.append(quantity if subject is None else replace(quantity, per=head_lemma(subject)))
    return made


def _each(doc: Doc, quantity: Quantity) -> Token | None:
    group = find_group(doc, quantity)
    if group is None:
        return None
    token = group.top
    if token.dep_ in ("nummod", "compound") and token.head.i > token.i:
        token = token.head
    if token.dep_ not in ("dobj", "npadvmod") or token.head.pos_ != "VERB":
        return None
    subject = next((t for t in token.head.children if t.dep_ == "nsubj"), None)
    if subject is None or not any(t.dep_ == "det" and t.lower_ in _EACH for t in subject.children):
        return None
    return subject
