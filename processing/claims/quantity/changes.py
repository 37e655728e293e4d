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
    compared = movement("compared")
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
    if words.at(j) == "between" and words.at(j - 1) == "by":
        j -= 1  # "fall by between $48 and $121"
    if item.signed and item.unit == "count" and words.word[item.first] in "+-−–" and item.number.kind == "digits":
        item.moved, item.change, item.change_by = True, "down" if item.negative else "up", "sign"
        return
    if (
        before is not None
        and before.moved
        and words.at(j) == "from"
        and words.at(j - 1) in near("paces")
        and before.unit == item.unit
    ):
        item.moved, item.change, item.change_by = True, before.change, "old pace"  # "rose 2.7%, easing from 2.9%"
        return
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
    lower_down = words.at(item.last + 1) in ("down", "up") and words.at(item.last) in ("lower", "higher", "further")
    if words.at(item.last) in compared and not lower_down and _compares(cut, item, share):
        item.moved, item.change = True, compared[words.at(item.last)]
        item.change_by = "verb" if words.at(item.last) in _listed("compared", "states") else "compared"
        return
    if _by_verb(cut, item, j, by, share):
        return
    _by_noun(cut, item, j, share)


def _by_noun(cut: Cut, item: Found, j: int, share: bool) -> None:
    """ "a 19% drop", "an increase of 5%", "a 1.9 million increase", "the last rise was 15 cents"."""
    words, nouns = cut.words, movement("nouns")
    if words.at(item.last) in near("lower_verb"):
        return  # "two-thirds had cut staff"
    many = item.unit == "count" and words.at(item.last).endswith("s")  # "31 falls in March" are counted
    for k in (item.last, item.last + 1, item.last + 2) if item.unit != "count" else () if many else (item.last,):
        if words.at(k) in nouns and (k == item.last or words.kind[item.last] in "ws") and words.kind[k] == "w":
            if not share and words.at(k) in near("amounts_of_money"):
                break
            if any(words.at(m) in near("parts_phrases") for m in range(item.last, k)):
                break
            item.moved, item.change, item.change_by = True, nouns[words.low[k]], "noun"
            return
    before = words.at(j - 1)
    linked = words.at(j) in ("of", "by", "at") or (words.at(j) in ("was", "is") and dimension(item.unit) == "money")
    if linked and before in nouns and (share or before not in near("amounts_after_of")):
        item.moved, item.change, item.change_by = True, nouns[before], "noun"


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
    way = _near_verb(cut, item, j, by, share)
    if way is not None:
        item.moved, item.change, item.change_by = True, way, "verb"
        return True
    if not (by or item.unit in ("share", "percentage_point")):
        return False
    return _by_far_verb(cut, item, j, by)


def _near_verb(cut: Cut, item: Found, j: int, by: bool, share: bool) -> Way | None:
    """The way of a verb of movement that stands at the number, where it says by how much; None where it takes the
    number for an object ("lost 300 men") or does not move ("gave up 517 yards")."""
    words, verbs, adverbs = cut.words, movement("verbs"), _listed("verbs", "adverbs")
    k, seen = j, 0
    while k >= 0 and seen < 4 and words.low[k] not in verbs and words.low[k] in adverbs:
        k, seen = k - 1, seen + 1
    if k < 0 or words.low[k] not in verbs:
        return None
    word = words.low[k]
    if word in ("higher", "lower") and k != j and not by:
        return None
    way, particle = verbs[word], word in ("up", "down")
    if particle and words.at(j) == "to":
        return None
    kind = dimension(item.unit)
    if particle and words.at(k - 1) in verbs:
        word = words.at(k - 1)  # "edged down"
        if kind == "money":
            return way  # "crept up 2.2 kroner"
    elif particle and kind == "length" and words.at(k - 1) not in ("is", "are", "was", "were"):
        return None  # "it came down about 3 km short"
    elif particle and words.at(k - 1) in near("phrasal") and not (share and words.at(k - 1) in near("closing")):
        return None  # "gave up 517 yards"; "ended up 2.3%" moved
    if share and not by and words.at(item.last) == "of" and word in _listed("verbs", "of_whole"):
        return None  # "lost 80 % of its customers": how large a part, no change of a level
    if not any(rule(cut, item, k, word) for rule in _SAYS_HOW_MUCH) and not (share or by):
        return None
    spelled = item.unit == "count" and words.kind[item.number.first] != "d"
    if word == "shot" or (not share and not by and particle and spelled):
        return None
    return way


def _of_body(cut: Cut, item: Found, _: int, word: str) -> bool:
    """ "Gained 4 kilos", but "sheds 90 tonnes of ice"."""
    return word in near("body") and dimension(item.unit) == "mass" and cut.words.at(item.last) != "of"


def _particle(cut: Cut, item: Found, k: int, word: str) -> bool:
    """ "Debt down ₱300 million"."""
    return word in ("up", "down") and item.unit != "count" and cut.words.at(k + 1) != "to"


def _intransitive(_: Cut, item: Found, __: int, word: str) -> bool:
    """Verbs that take no object ("rose 300") and changes of temperature ("plunged 19 degrees")."""
    return word not in _listed("verbs", "transitive") or item.unit in _DEGREES


_DEGREES = ("degree", "degree_celsius", "degree_fahrenheit", "kelvin")


def _of_market(cut: Cut, item: Found, k: int, word: str) -> bool:
    """ "Fell 18 cents"; "were cut R210"; a loss of money is none ("the club lost £3m"), one in pence is."""
    if dimension(item.unit) != "money":
        return False
    if word in near("losing"):
        return item.factor < 1
    passive = cut.words.at(k - 1) in ("was", "were", "been", "be", "being") and word in _listed("verbs", "transitive")
    return word in near("market") or passive


def _of_holding(cut: Cut, item: Found, _: int, word: str) -> bool:
    """ "Gained 11 seats", "lost two seats", but "lost 300 men"."""
    if item.unit != "count":
        return False
    held = cut.words.at(item.last) in near("held") or cut.words.at(item.last + 1) in near("held")
    return word in near("gaining") or (word in (*near("losing"), *near("body")) and held)


def _taken_off(cut: Cut, item: Found, _: int, word: str) -> bool:
    """ "Trims 11 minutes off the run"."""
    return cut.words.at(item.last) == "off" and word in _listed("verbs", "transitive")


def _to_level(_: Cut, item: Found, __: int, ___: str) -> bool:
    return "leads to a level" in item.notes


_SAYS_HOW_MUCH = (_of_body, _particle, _intransitive, _of_market, _of_holding, _taken_off, _to_level)


def _by_far_verb(cut: Cut, item: Found, j: int, by: bool) -> bool:
    """The verb stands further off: "cut emissions 42.6 per cent", "raise rates by 25 basis points"."""
    words, verbs = cut.words, movement("verbs")
    stop = near("far_verb_stops_by") if by else near("far_verb_stops")
    for k in range(j - (1 if by else 0), max(-1, j - (16 if by else 6)), -1):
        word = words.low[k]
        if word in stop:
            return False
        if word in verbs and word not in near("no_far_verbs"):
            item.moved, item.change, item.change_by = True, verbs[word], "far verb"
            return True
        if by and word in movement("nouns"):
            item.moved, item.change, item.change_by = True, movement("nouns")[word], "noun"
            return True
    return False
