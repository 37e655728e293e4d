"""The content words that a number is about, wider than what it counts: "driving range" in "boost the driving range by 35 miles"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.phrase import Group

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["read_concepts"]


def read_concepts(doc: Doc, group: Group, span: tuple[int, int] | None) -> tuple[str, ...]:
    """Nouns and their modifiers that the quantity refers to, as written, in text order."""
    if span is None:
        return ()
    return tuple(t.text for t in doc if span[0] <= t.idx < span[1] and t.pos_ in ("NOUN", "PROPN", "ADJ"))
