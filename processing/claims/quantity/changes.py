"""Whether a number says by how much something moved, and which way: "rose by 300", "a 19% drop", "another 50", "3 per
cent higher"."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from processing.claims.document.tokens import near
from processing.claims.quantity.quantity_draft import Cut, Found
from processing.measures import dimension
from processing.words import load_words

__all__ = ["movement", "read_change"]

Way = Literal["up", "down"]


@lru_cache(maxsize=8)
def movement(kind: str) -> dict[str, Way]:
    """Which way words move: kind "verbs", "nouns" or "compared" ("higher")."""
    data = load_words("bounds")[kind]
    table: dict[str, Way] = dict.fromkeys(data["up"], "up")
    table.update(dict.fromkeys(data["down"], "down"))
    return table


@lru_cache(maxsize=8)
def _listed(table: str, name: str) -> frozenset[str]:
    return frozenset(load_words("bounds")[table][name])


def read_change(cut: Cut, item: Found, before: Found | None) -> None:
    """Whether the number says by how much something moved, and which way."""
    words = cut.words
    nouns, compared = movement("nouns"), movement("compared")
    if item.signed and item.unit in ("share", "percentage_point", "point"):
        item.moved, item.change = True, "down" if item.negative else "up"
        item.change_by = "sign"
        return
    if "old" in item.notes or "new" in item.notes or item.rule == "zero":
        if "new" in item.notes and words.at(item.start - 1) == "to":
            _reached(cut, item, item.start - 2)  # "climbed to 6.7% from 6.2%"
        return
    if item.rule == "multiple":
        if "change of multiple" in item.notes:
            item.moved, item.change = True, "down" if item.number.value and item.number.value < 1 else "up"
            item.change_by = "verb"
        return
    share = item.unit in ("share", "percentage_point", "point", "times")
    j = item.start - 1
    if (
        before is not None
        and before.moved
        and before.change_by in ("verb", "far verb")
        and share
        and words.low[before.stop : item.start] in ([",", "or"], ["or"], ["("], ["/"])
    ):
        item.moved, item.change, item.change_by = True, before.change, before.change_by
        return
    if words.at(j) in ("to", "at", "from") or words.at(item.start) in ("below", "above", "beyond", "past"):
        if words.at(j) == "to":
            _reached(cut, item, j - 1)
        return  # "rose to 5", "fell below 5": a level
    by = words.at(j) == "by"
    # another 50, an additional 11,000
    if (
        words.at(j) in _listed("more", "before")
        or (words.at(item.first - 1) in _listed("more", "before"))
        or (
            words.at(item.last) in _listed("more", "after")
            and words.at(item.last + 1) != "than"
            and words.at(item.last) != "new"
        )
    ):
        item.moved, item.change, item.change_by = True, "up", "more"
        return
    if words.at(item.last) in compared and _compares(cut, item, share):
        item.moved, item.change = True, compared[words.at(item.last)]
        item.change_by = "verb" if words.at(item.last) in _listed("compared", "states") else "compared"
        return
    if _by_verb(cut, item, j, by, share):
        return
    # "a 19% drop", "an increase of 5%"
    for k in (item.last, item.last + 1, item.last + 2) if item.unit != "count" else ():
        if words.at(k) in nouns and (k == item.last or words.kind[item.last] in "ws") and words.kind[k] == "w":
            if not share and words.at(k) in (
                "loss",
                "growth",
                "premium",
                "boost",
                "advance",
                "raise",
                "collapse",
                "gain",
                "gains",
                "rally",
                "discount",
            ):
                break
            if any(
                words.at(m) in ("in", "of", "on", "to", "and", "for", "the", ",", ".", "(", ")")
                for m in range(item.last, k)
            ):
                break
            item.moved, item.change = True, nouns[words.low[k]]
            item.change_by = "noun"
            return
    if (
        words.at(j) in ("of", "by")
        and words.at(j - 1) in nouns
        and (share or words.at(j - 1) not in ("loss", "growth", "gain", "gains", "raise", "cut", "cuts"))
    ):
        item.moved, item.change = True, nouns[words.at(j - 1)]
        item.change_by = "noun"


def _reached(cut: Cut, item: Found, k: int) -> None:
    """The direction in which a level was reached, by the verb that ends at word `k`: "climbed to 6.7%", "was cut
    sharply to 40"."""
    words, verbs = cut.words, movement("verbs")
    while words.at(k) not in verbs and words.at(k) in near("beside_movement"):
        k -= 1
    word = words.at(k)
    if word in verbs and word not in ("up", "down", "higher", "lower") and word not in near("no_reaching"):
        item.change, item.change_by = verbs[word], "reached"


def _compares(cut: Cut, item: Found, share: bool) -> bool:
    """Whether the word after a number compares ("3 per cent higher", "76 percent more than") and is no place ("60 miles
    off Oman")."""
    words, i = cut.words, item.last
    if words.at(i) in ("above", "below", "under", "off", "up", "down", "further") and dimension(item.unit) in (
        "length",
        "time",
        "area",
    ):
        return False
    if share or words.at(i) not in ("more", "above", "below", "under", "off", "up", "down", "better", "further"):
        return True
    return words.at(i + 1) in ("than", "the", "its", "from", "on", "in", "last", "")


def _by_verb(cut: Cut, item: Found, j: int, by: bool, share: bool) -> bool:
    """ "rose 5%", "fell by about 300", "boost the range by 35 miles", "cut emissions 42.6 per cent"."""
    words, verbs, adverbs = cut.words, movement("verbs"), _listed("verbs", "adverbs")
    k, seen = j, 0
    while k >= 0 and seen < 4 and words.low[k] not in verbs and words.low[k] in adverbs:
        k, seen = k - 1, seen + 1
    if (
        k >= 0
        and words.low[k] in verbs
        and (words.low[k] not in ("up", "down", "higher", "lower") or k == j or by or words.low[k] in ("up", "down"))
    ):
        word = words.low[k]
        way = verbs[word]
        if word in ("up", "down") and words.at(k - 1) in verbs:
            word = words.at(k - 1)  # "edged down"
        elif word in ("up", "down") and dimension(item.unit) == "length":
            return False  # "it came down about 3 km short"
        elif word in ("up", "down") and words.at(k - 1) in near("phrasal"):
            return False  # "gave up 517 yards"
        if share and not by and words.at(item.last) == "of" and word in _listed("verbs", "of_whole"):
            return False  # "lost 80 % of its customers": how large a part, no change of a level
        money = item.unit in ("count",) or dimension(item.unit) in ("money",)
        if (
            share
            or by
            or (word in near("body") and dimension(item.unit) == "mass")
            or (word in ("up", "down") and item.unit != "count" and words.at(k + 1) != "to")
            or (word not in _listed("verbs", "transitive"))
            or (money and item.unit != "count" and word in near("market"))
            or "leads to a level" in item.notes
        ):
            if word in ("up", "down") and words.at(j) == "to":
                return False
            if word == "shot" or (
                not share
                and not by
                and word in ("up", "down")
                and item.unit == "count"
                and words.kind[item.number.first] != "d"
            ):
                return False
            item.moved, item.change, item.change_by = True, way, "verb"
            return True
    if not (by or item.unit in ("share", "percentage_point")):
        return False
    # the verb stands further off: "cut emissions 42.6 per cent", "raise rates by 25 basis points", "to cut costs by
    # R2bn"
    stop = (
        {".", ";", ":", "that", "which", "who", "while", "but"}
        if by
        else {
            ".",
            ",",
            ";",
            ":",
            "of",
            "to",
            "at",
            "in",
            "than",
            "with",
            "that",
            "and",
            "for",
            "is",
            "was",
            "were",
            "are",
            "from",
            "has",
            "have",
            "said",
            "who",
            "which",
            "while",
            "when",
            "after",
        }
    )
    for k in range(j - (1 if by else 0), max(-1, j - (12 if by else 6)), -1):
        word = words.low[k]
        if word in stop:
            return False
        if word in verbs and word not in (
            "up",
            "down",
            "higher",
            "lower",
            "pop",
            "shot",
            "added",
            "contract",
            "gains",
            "lost",
            "lose",
        ):
            item.moved, item.change = True, verbs[word]
            item.change_by = "far verb"
            return True
        if by and word in movement("nouns"):
            item.moved, item.change, item.change_by = True, movement("nouns")[word], "noun"
            return True
    return False
