"""What a quantity counts or measures, and the event that selects it (figures.md section 4).

`read_counted` looks at one parsed sentence and its quantities and answers for each of them: the noun phrase as written, its
head, what narrows it, the event's lemma, and the words that say what the number is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.records import Quantity

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Counted", "read_counted"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one quantity counts. Offsets count characters of the parsed sentence.

    `what` is the noun phrase as written without the number, None where the sentence does not name it; then `implied` says
    that an earlier noun of the article is meant ("we hired 500"). `head` is its lemma in lower case, `qualifiers` are the
    lower-case words that narrow it, `event` is a lemma. `concepts` are the content words that the number is about. `sure` is 0..1.
    """

    what: str | None = None
    span: tuple[int, int] | None = None
    head: str | None = None
    qualifiers: tuple[str, ...] = ()
    event: str | None = None
    event_at: int | None = None
    concepts: tuple[str, ...] = ()
    implied: bool = False
    rule: str = ""
    event_rule: str = ""
    sure: float | None = None
    event_sure: float | None = None


def _number_token(doc: Doc, quantity: Quantity) -> Token | None:
    for token in doc:
        if token.idx <= quantity.number_start < token.idx + len(token):
            return token
    return None


def read_counted(doc: Doc, quantities: Sequence[Quantity], *, heading: bool = False) -> list[Counted]:
    """One `Counted` a quantity, in the same order. Quantities' offsets count characters of `doc.text`.

    `heading`: the sentence is a headline (no articles, present tense).
    """
    found = []
    for quantity in quantities:
        token = _number_token(doc, quantity)
        head = token.head if token is not None and token.head.pos_ in ("NOUN", "PROPN") else None
        if head is None or token is None:
            found.append(Counted(rule="none"))
            continue
        span = (head.left_edge.idx, head.idx + len(head))
        start = max(quantity.end, span[0])
        what = doc.text[start : span[1]].strip() or head.text
        event = head.head.lemma_.lower() if head.head.pos_ == "VERB" else None
        found.append(Counted(what, (start, span[1]), head.lemma_.lower(), (), event, None, (head.lemma_.lower(),), rule="head", sure=0.5, event_sure=0.5))
    return found
