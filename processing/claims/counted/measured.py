"""What an amount, share, rate or measure is of: "35 % of homes", "a $5bn aid package", "emissions fell 42 per cent".

Candidates are ranked by their role: a complement of the number, also across a bracket; what changed under a noun of
change; the object or the purpose of the verb; the subject only of verbs that measure it. Who gives, takes, orders or
plans an amount is never what it is of, and nothing is better than that one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from processing.claims.counted import measured_beside as beside
from processing.claims.counted.arguments import inner_noun, object_of, subject_of
from processing.claims.counted.event import event_of_verb
from processing.claims.counted.measured_governor import by_governor
from processing.claims.counted.noun_phrase import Group, behind, phrase_at, word_set
from processing.claims.counted.what import Measured, What

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc

__all__ = ["measured_token"]

_Rule = Callable[["Doc", Group], Measured | None]


def _ratio_to_whole(doc: Doc, group: Group) -> Measured | None:
    """ "Debt will peak at 77 % of GDP": what is itself given as a ratio to a country's product is what is measured; of
    "spends 5 % of GDP on arms" it is the product."""
    i, top = behind(doc, group), group.top
    if group.quantity.unit not in ("share", "times") or i + 1 >= len(doc) or doc[i].lower_ != "of":
        return None
    phrase = phrase_at(doc, i + 1)
    if phrase is None or phrase.head.lemma_.lower() not in word_set("change", "denominators"):
        return None
    if top.dep_ != "attr" and not (
        top.dep_ == "pobj" and top.head.lower_ in word_set("measured", "ratio_prepositions")
    ):
        return None
    found = by_governor(doc, group)
    return found if found is not None and found.token is not None and found.token.pos_ == "NOUN" else None


# in this order; the first that finds something decides
_RULES: tuple[_Rule, ...] = (
    beside.as_many,
    beside.worth,
    beside.placed,
    beside.noun_behind,
    beside.in_apposition,
    _ratio_to_whole,
    beside.complement,
    beside.of_in_front,
    beside.same_again,
    beside.moved_in_front,
    beside.labelled,
    by_governor,
    beside.right_before,
)


def measured_token(doc: Doc, group: Group) -> Measured | None:
    """What the quantity is of; None where the sentence does not say."""
    if group.top.pos_ == "VERB":  # "profit more than doubled", "triple the size"
        moved = object_of(group.top, group.top) or subject_of(group.top)
        event = event_of_verb(group.top, "ROOT")
        return None if moved is None else Measured(inner_noun(moved), What.SUBJECT, 0.8, event)
    inside = beside.between_numbers(doc, group)
    if inside is not None:
        return inside
    if beside.whole_left_out(doc, group) and beside.of_in_front(doc, group) is None:
        return Measured(None, What.WHOLE_BEFORE, 0.6)
    for rule in _RULES:
        found = rule(doc, group)
        if found is not None:
            own = found.token is not None and group.holds(found.token)
            share = found.token is not None and found.token.lower_ in word_set("measured", "share_words")
            return None if own or share else found
    return None
