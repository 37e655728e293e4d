"""Whether a number says by how much something moved, and which way: "rose by 300", "a 19% drop", "another 50", "3 per
cent higher"."""

from __future__ import annotations

from collections.abc import Callable
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
    """Whether the number says by how much something moved, and which way: by the first rule that speaks of it.
    `before`: the number that stands before it in the sentence."""
    for rule in _RULES:
        if rule(cut, item, before):
            return


def _signed_share(_: Cut, item: Found, __: Found | None) -> bool:
    """ "+3.2%": a share with a sign moved."""
    if not item.signed or item.unit not in ("share", "percentage_point", "point"):
        return False
    return _moves(item, "down" if item.negative else "up", "sign")


def _old_or_new(cut: Cut, item: Found, _: Found | None) -> bool:
    """Of an old and a new value none is a change; the new one is reached."""
    if "old" not in item.notes and "new" not in item.notes and item.rule != "zero":
        return False
    if "new" in item.notes and cut.words.at(item.start - 1) == "to":
        _reached(cut, item, item.start - 2)  # "climbed to 6.7% from 6.2%"
    return True


def _multiple(_: Cut, item: Found, __: Found | None) -> bool:
    """ "Doubled" is a change, "twice as many" is none."""
    if item.rule != "multiple":
        return False
    if "change of multiple" in item.notes:
        _moves(item, "down" if item.number.value and item.number.value < 1 else "up", "verb")
    return True


def _signed_count(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "+300": a count in digits with a sign moved."""
    if not item.signed or item.unit != "count" or item.number.kind != "digits":
        return False
    return cut.words.word[item.first] in "+-−–" and _moves(item, "down" if item.negative else "up", "sign")


def _old_pace(cut: Cut, item: Found, before: Found | None) -> bool:
    """ "Rose 2.7%, easing from 2.9%": what it rose by before."""
    words, j = cut.words, _last_before(cut, item)
    if before is None or not before.moved or before.unit != item.unit:
        return False
    return words.at(j) == "from" and words.at(j - 1) in near("paces") and _moves(item, before.change, "old pace")


def _like_before(cut: Cut, item: Found, before: Found | None) -> bool:
    """ "Fell 3.1 points, or 2%": the same change in another unit."""
    if before is None or not before.moved or before.change_by not in ("verb", "far verb"):
        return False
    beside = cut.words.low[before.stop : item.start] in ([",", "or"], ["or"], ["("], ["/"])
    return beside and _is_share(item) and _moves(item, before.change, before.change_by)


def _level(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "Rose to 5", "fell below 5": a level, no change."""
    words, j = cut.words, _last_before(cut, item)
    if words.at(j) == "to":
        _reached(cut, item, j - 1)
    return words.at(j) in ("to", "at", "from") or words.at(item.start) in ("below", "above", "beyond", "past")


def _more(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "Another 50", "an additional 11,000", "50 more", but not "50 more than"."""
    words, after = cut.words, cut.words.at(item.last)
    led = {words.at(_last_before(cut, item)), words.at(item.first - 1)} & _listed("more", "before")
    behind = after in _listed("more", "after") and words.at(item.last + 1) != "than" and after != "new"
    return (bool(led) or behind) and _moves(item, "up", "more")


def _compared(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "3 per cent higher"."""
    words, after = cut.words, cut.words.at(item.last)
    way = movement("compared").get(after)
    lower_down = words.at(item.last + 1) in ("down", "up") and after in ("lower", "higher", "further")
    if way is None or lower_down or not _compares(cut, item, _is_share(item)):
        return False
    return _moves(item, way, "verb" if after in _listed("compared", "states") else "compared")


def _told_by_verb(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "Rose by 300"."""
    j = _last_before(cut, item)
    return _by_verb(cut, item, j, cut.words.at(j) == "by", _is_share(item))


def _told_by_noun(cut: Cut, item: Found, _: Found | None) -> bool:
    """ "A 19% drop"."""
    _by_noun(cut, item, _last_before(cut, item), _is_share(item))
    return True


_RULES: tuple[Callable[[Cut, Found, Found | None], bool], ...] = (
    _signed_share,
    _old_or_new,
    _multiple,
    _signed_count,
    _old_pace,
    _like_before,
    _level,
    _more,
    _compared,
    _told_by_verb,
    _told_by_noun,
)  # each says whether it has settled the matter


def _moves(item: Found, way: Way | None, by: str) -> bool:
    """Note that a number is a change, which way, and by which rule; always True."""
    item.moved, item.change, item.change_by = True, way, by
    return True


def _is_share(item: Found) -> bool:
    return item.unit in ("share", "percentage_point", "point", "times")


def _last_before(cut: Cut, item: Found) -> int:
    """The index of the word before a number; the "by" of "fall by between $48 and $121"."""
    j = item.start - 1
    return j - 1 if cut.words.at(j) == "between" and cut.words.at(j - 1) == "by" else j


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
    if words.at(i) in near("beside_place") and dimension(item.unit) in (
        "length",
        "time",
        "area",
    ):
        return False
    if share or words.at(i) not in near("compares_or_places"):
        return True
    return words.at(i + 1) in near("after_comparison")


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
