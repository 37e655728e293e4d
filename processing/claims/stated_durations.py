"""Which quantities of a sentence are claims (figures.md section 2).

`read_quantities` already says what is no number of the world (dates, ages, names); this module decides what needs the
sentence:
durations that are stated against those that only place the event in time, and counts that only point back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.document.tokens import Words
from processing.measures import dimension
from processing.words import load_words
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc

__all__ = ["select_claims"]


@lru_cache(maxsize=1)
def _data() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in load_words("durations").items()}


def select_claims(quantities: Sequence[Quantity], sentence: str, doc: Doc | None) -> list[Quantity]:
    """The quantities that are claims, in their order. Offsets count characters of `sentence`; `doc` is its parse, or
    None.

    Without a parse the words around a duration decide alone.
    """
    words: Words | None = None
    chosen = []
    for quantity in quantities:
        if quantity.not_claim is not None:
            continue
        if dimension(quantity.unit) == "time":
            words = words or Words(sentence)
            if not _states(words, quantity):
                continue
        chosen.append(quantity)
    return chosen


def _states(words: Words, quantity: Quantity) -> bool:
    """Whether a duration is what the sentence states, and not when something was or how something is described in
    passing."""
    data = _data()
    first = next((i for i, a in enumerate(words.start) if a >= quantity.start), words.size)
    last = next((i for i, a in enumerate(words.start) if a >= quantity.end), words.size)
    if quantity.per is not None:
        return True  # "every 11 minutes", "eight hours a day"
    compound = "-" in quantity.text or (last < words.size and words.hyphen(last))
    if words.at(first) in ("within",) or words.at(first - 1) == "within":
        return True
    if compound:
        return any(words.at(j) in data["stated"] for j in range(last, last + 3)) and words.at(first - 1) not in (
            "the",
            "this",
            "that",
        )
    if quantity.aspect == "change" and words.at(last) not in ("later", "earlier", "before", "after", "ago"):
        return True
    before = [words.at(j) for j in range(first - 1, first - 7, -1)]
    if any(words.at(j) in ("ago",) for j in range(last, last + 2)) or (
        words.at(last) in data["after"] and not _went_on(words, first, last)
    ):
        return words.at(last) in ("in", "on", "from", "into") and words.at(last + 1) in (
            "prison",
            "jail",
            "custody",
            "hospital",
            "detention",
            "probation",
            "remand",
        )
    if before[0] == "last" and before[1] in (
        "will",
        "to",
        "would",
        "could",
        "may",
        "can",
        "should",
        "must",
        "might",
        "only",
        "often",
        "usually",
    ):
        return True
    if before[0] in data["pointing"] or (before[0] in ("'s", "s") and before[1] in data["pointing"]):
        return False
    for word in before:
        if word in data["placing"]:
            return False
        if word not in data["between"]:
            break
    if words.at(last) == "of" and words.at(last + 1) in (
        "mourning",
        "prison",
        "jail",
        "imprisonment",
        "detention",
        "probation",
        "house",
        "community",
        "quarantine",
        "isolation",
    ):
        return True
    if words.at(last) in ("in",) and words.at(last + 1) in ("prison", "jail", "custody"):
        return True
    if before[0] == "for" or "for" in before[:4]:
        clause = set(words.low[max(0, first - 12) : first])
        return quantity.unit in data["short"] or bool(clause & data["for_stated"])
    return any(word in data["takes"] for word in before[:5]) or words.at(last) in ("behind", "without", "late")


def _went_on(words: Words, first: int, last: int) -> bool:
    """Whether a place follows what went on for so long: "burning for eight days in the East China Sea", "survived two
    days on the ridge"."""
    before = {words.at(j) for j in range(first - 1, first - 7, -1)}
    if before & _data()["endured"] and words.at(last) in ("in", "on", "before"):
        return True
    placed = words.at(last) in ("in", "on") and words.at(last + 1) in ("the", "a", "an", "its", "his", "her", "their")
    return placed and "for" in before and bool(before & _data()["for_stated"])
