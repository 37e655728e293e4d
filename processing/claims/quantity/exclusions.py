"""Why a number that was read claims nothing, from its words and its neighbours; the patterns and lists are
`excluded`'s."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from processing.claims.document.tokens import near
from processing.claims.quantity.age_rules import why_age
from processing.claims.quantity.exclusion_rules import why_word, why_year
from processing.claims.quantity.name_rules import why_name
from processing.claims.quantity.quantity_draft import Cut, Found, between, counts_noun
from processing.measures import currencies
from processing.words import load_words
from schemas.records import Quantity

__all__ = ["leave_out_crowd", "read_owed", "read_reason", "spread_ages", "spread_names"]

# what one sentence may hold; more is a table, a listing or no text, and reading it costs more than in proportion
MOST_NUMBERS = 60
MOST_WORDS = 1_000


def leave_out_crowd(quantities: Sequence[Quantity], sentence: str) -> list[Quantity]:
    """The quantities of a sentence, where those beyond `MOST_NUMBERS`, and all of a sentence of more than `MOST_WORDS`
    words, are no claims for the reason "crowd"."""
    room = MOST_NUMBERS if sentence.count(" ") < MOST_WORDS else 0
    if len(quantities) <= room:
        return list(quantities)
    kept, more = quantities[:room], quantities[room:]
    return [*kept, *(replace(q, not_claim=q.not_claim or "crowd") for q in more)]


def read_reason(cut: Cut, item: Found) -> None:
    """Why a number claims nothing, if so, into `item.reason`: by the first rule that says."""
    if item.reason or item.rule == "zero":
        return
    bare = _is_bare(item)
    item.reason = (
        _by_lists(cut, item)
        or _by_year(cut, item)
        or _by_age(cut, item)
        or _by_name(cut, item, bare)
        or _by_words(cut, item)
    )
    if item.reason is None:
        _odd_reason(cut, item, bare)


def _by_lists(cut: Cut, item: Found) -> str | None:
    """The reason that a pattern or list of `excluded` gives for the number's words."""
    number = item.number
    for k in range(number.first, number.last):
        reason = cut.excluded.get(k)
        if reason is not None and _holds(cut, item, reason):
            return reason
    return None


def _holds(cut: Cut, item: Found, reason: str) -> bool:
    """Whether a reason of the lists holds for this number, whose unit the lists do not know."""
    number = item.number
    if reason == "ordinal" and item.unit not in ("count", "stone"):
        return False
    if item.money_sign and reason in ("date", "year", "ordinal", "address", "phone"):
        return False
    if reason == "idiom" and item.unit != "count" and cut.excluded.get(item.last - 1) is None:
        return False  # "takes two" is an idiom, "takes two years" is none
    whole = all(cut.excluded.get(m) == reason for m in range(number.first, number.last))
    return whole or reason not in ("idiom", "one") or number.last - number.first == 1


def _is_bare(item: Found) -> bool:
    """Whether a number stands without unit, currency, sign, scale, bound or range."""
    return (
        _is_counted(item)
        and not item.money_sign
        and item.number.scale == 1
        and item.approx is None
        and item.upper is None
        and item.number.kind in ("digits", "words")
        and not item.signed
    )


def _is_counted(item: Found) -> bool:
    return item.unit == "count" and "times" not in item.notes


def _value(item: Found) -> float | None:
    return float(item.number.value) if item.number.value is not None else None


def _by_year(cut: Cut, item: Found) -> str | None:
    number = item.number
    if not _is_counted(item) or item.upper is not None or number.kind != "digits" or number.scale != 1:
        return None
    return why_year(cut.words, number.first, number.last)


def _by_age(cut: Cut, item: Found) -> str | None:
    if item.rule == "multiple" or item.money_sign:
        return None
    unit = None if item.unit == "count" else item.unit
    stop = item.number.last if unit is None else item.last
    return why_age(cut.words, item.number.first, item.start, stop, _value(item), item.last, unit)


def _by_name(cut: Cut, item: Found, bare: bool) -> str | None:
    if item.rule == "multiple" or item.money_sign or item.unit in ("share", "percentage_point", "magnitude"):
        return None
    known = bare and item.number.value is not None
    return why_name(cut.words, item.number.first, item.first, item.last, known, cut.headline)


def _by_words(cut: Cut, item: Found) -> str | None:
    if item.rule in ("multiple", "range"):
        return None
    bounded = item.approx not in (None, "about")
    return why_word(cut.words, item.number.first, item.start, item.last, _value(item), _is_counted(item), bounded)


def spread_ages(cut: Cut, a: Found, b: Found) -> None:
    """ "ages of 17 and 20", "27 and 29 years old": what is coordinated with an age is one."""
    gap = between(cut, a, b)
    if gap not in (["and"], ["or"], ["to"], ["-"], ["–"], ["-", "to"], [","]):
        return
    if (
        a.reason is None
        and a.unit == "count"
        and b.reason == "age"
        and b.unit != "count"
        and a.number.kind in ("digits", "words")
        and a.number.scale == 1
    ):
        a.reason = "age"
    elif (
        b.reason is None
        and b.unit == "count"
        and a.reason == "age"
        and a.unit == "count"
        and gap != [","]
        and not counts_noun(cut, b)
        and (b.value or 200) < 120
    ):
        b.reason = "age"


def spread_names(cut: Cut, a: Found, b: Found) -> None:
    """ "SDGs 7 and 11", "Articles 5 and 4": what is coordinated with the number of a thing is the number of one."""
    alike = a.reason in ("name", "law") and b.reason is None and a.unit == b.unit == "count"
    digits = a.number.kind == b.number.kind == "digits" and b.number.scale == 1 and b.approx is None
    if not alike or not digits or between(cut, a, b) not in (["and"], ["or"], [","], ["&"], [",", "and"]):
        return
    counts = counts_noun(cut, b) or cut.words.at(b.last) in near("plural_auxiliaries")
    if not counts and (a.value or 0) < 1000 and (b.value or 0) < 1000:
        b.reason = a.reason


def read_owed(cut: Cut, item: Found) -> None:
    """ "chase billions owed", "cost millions": money without a sign, in the outlet's currency."""
    words, number = cut.words, item.number
    if (
        item.reason
        or item.unit != "count"
        or number.kind != "vague"
        or number.low is None
        or number.low < 1000000
        or words.at(item.last) == "of"
    ):
        return
    before = {words.at(j) for j in range(item.start - 1, item.start - 4, -1)}
    if before & near("spends") or (
        words.at(item.last) in ("owed", "in", "owing") and words.at(item.last + 1) in near("after_owed")
    ):
        others = [code for code in (_money_of(country=cut.country),) if code]
        if others:
            item.unit = others[0]


def _odd_reason(cut: Cut, item: Found, bare: bool) -> None:
    """Why a number claims nothing by rules for single forms, the first that holds."""
    item.reason = _by_form(cut, item, bare)
    if item.reason is None:
        item.reason = next((reason for reason, holds in _ODD if holds(cut, item, bare)), None)


def _names_top(cut: Cut, item: Found, _: bool) -> bool:
    """ "The top 1 per cent"."""
    return item.unit == "share" and cut.words.at(item.start - 1) in near("share_named")


def _of_parents(cut: Cut, item: Found, _: bool) -> bool:
    """ "A mother of three"."""
    parent = cut.words.at(item.start - 1) == "of" and cut.words.at(item.start - 2) in near("parents")
    return parent and item.number.value is not None and item.unit == "count" and not counts_noun(cut, item)


def _all_but(cut: Cut, item: Found, _: bool) -> bool:
    """ "All but two were rescued" counts neither."""
    before = cut.words.at(item.start - 1) in near("excepting") and cut.words.at(item.start - 2) == "all"
    return before and item.unit == "count"


def _tells_time(cut: Cut, item: Found, bare: bool) -> bool:
    return bare and _dotted_time(cut, item)


def _turns_age(cut: Cut, item: Found, bare: bool) -> bool:
    return bare and _turns(cut, item)


def _names_calibre(cut: Cut, item: Found, _: bool) -> bool:
    """ "A 9mm pistol"."""
    return item.unit in ("millimetre", "inch") and cut.words.at(item.last) in _calibres()


def _names_odds(cut: Cut, item: Found, _: bool) -> bool:
    """ "5-1 odds"."""
    return item.ratio and item.unit == "times" and cut.words.at(item.last) in near("odds")


def _won_by(cut: Cut, item: Found, _: bool) -> bool:
    """ "Won by three wickets"."""
    by = cut.words.at(item.start - 1) == "by" and cut.words.at(item.last) in near("game_margins")
    return by and item.unit == "count"


def _is_score(cut: Cut, item: Found, bare: bool) -> bool:
    return bare and _score(cut, item)


def _leads_with_zero(cut: Cut, item: Found, bare: bool) -> bool:
    """ "007"."""
    word = cut.words.word[item.number.first]
    return bare and item.number.kind == "digits" and len(word) > 1 and word[0] == "0" and word.isdigit()


def _before_slash(cut: Cut, item: Found, bare: bool) -> bool:
    """ "4/5"."""
    words, last = cut.words, item.last
    return bare and words.at(last) == "/" and words.glued(last) and words.kind[last + 1 : last + 2] == "d"


def _behind_slash(cut: Cut, item: Found, bare: bool) -> bool:
    first = item.number.first
    return bare and bool(first) and cut.words.word[first - 1] == "/" and cut.words.glued(first)


_ODD: tuple[tuple[str, Callable[[Cut, Found, bool], bool]], ...] = (
    ("name", _names_top),
    ("idiom", _of_parents),
    ("rest", _all_but),
    ("time", _tells_time),
    ("age", _turns_age),
    ("calibre", _names_calibre),
    ("score", _names_odds),
    ("score", _won_by),
    ("score", _is_score),
    ("code", _leads_with_zero),
    ("score", _before_slash),
    ("code", _behind_slash),
)


def _by_form(cut: Cut, item: Found, bare: bool) -> str | None:
    """Why a number claims nothing by how it is written beside its neighbours."""
    for reason, rule in _FORMS:
        if rule(cut, item, bare):
            return reason
    return None


def _coded(cut: Cut, item: Found, _: bool) -> bool:
    """ "The 46A leaves", "Runway 25L": a letter glued to the number of a thing, which is no unit."""
    words, i = cut.words, item.number.first
    letter = words.word[item.last - 1] if item.last - item.number.last == 1 else ""
    if len(letter) != 1 or not letter.isupper() or not words.word[i].isdigit() or not words.glued(item.last - 1):
        return False
    before = words.word[i - 1] if i else ""
    named = before[:1].isupper() or before in near("code_carriers")
    run = before == "the" and words.at(item.last) in near("lower_verb")  # "the 46A is late"
    return not cut.headline and (named or run)


def _graded(cut: Cut, item: Found, _: bool) -> bool:
    """ "Grade 2 out of 5", "a level 3 out of 5 rating"."""
    words = cut.words
    return item.ratio and not {words.at(item.first - 1), words.at(item.last)}.isdisjoint(near("graded"))


def _titled(cut: Cut, item: Found, _: bool) -> bool:
    """ "The 100 Percent Club", "the Three-Quarter Moon": a unit with a capital before another capital."""
    words, j = cut.words, item.last
    if cut.headline or item.unit != "share" or j >= words.size or words.kind[j] != "w":
        return False
    return words.word[j - 1][:1].isupper() and words.word[j][:1].isupper() and words.kind[j - 1] == "w"


def _numbered(cut: Cut, item: Found, _: bool) -> bool:
    """ "Weeks 22-24", "pages 3 to 9"."""
    words, i = cut.words, item.first
    return (
        item.upper is not None and item.unit == "count" and words.at(i - 1) in ("weeks", "pages", "chapters", "verses")
    )


def _aged_in_words(cut: Cut, item: Found, bare: bool) -> bool:
    """ "Tom Hale, six, died": behind a name between commas."""
    words, i, j = cut.words, item.first, item.last
    if not bare or words.kind[i] != "w" or words.at(i - 1) != "," or i < 3 or words.at(j) != ",":
        return False
    return (
        all(words.word[k][:1].isupper() and words.kind[k] == "w" for k in (i - 2, i - 3)) and (item.value or 200) < 120
    )


def _jersey(cut: Cut, item: Found, bare: bool) -> bool:
    """ "Guard Mike Roan (7) shoots": in brackets behind a name of two words."""
    words, i, j = cut.words, item.first, item.last
    if not bare or words.at(i - 1) != "(" or words.at(j) != ")" or i < 3 or (item.value or 200) > 110:
        return False
    named = all(words.word[k][:1].isupper() and words.kind[k] == "w" for k in (i - 2, i - 3))
    return named and not cut.headline and j + 1 < words.size and words.word[j + 1].islower()


def _housed(cut: Cut, item: Found, bare: bool) -> bool:
    """ "Tenants at 18 Mercer pay less"."""
    words, i, j = cut.words, item.first, item.last
    if not bare or cut.headline or words.at(i - 1) not in near("places_at") or j >= words.size or words.kind[i] != "d":
        return False
    name = words.word[j]
    if not name[:1].isupper() or name.endswith("s") or not name[1:].islower():
        return False
    return j + 1 >= words.size or words.kind[j + 1] == "s" or words.low[j + 1] in near("lower_verb") | {"pay", "pays"}


_FORMS: tuple[tuple[str, Callable[[Cut, Found, bool], bool]], ...] = (
    ("name", _coded),
    ("grade", _graded),
    ("name", _titled),
    ("name", _numbered),
    ("age", _aged_in_words),
    ("name", _jersey),
    ("address", _housed),
)
_DOTTED = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")


def _dotted_time(cut: Cut, item: Found) -> bool:
    """ "Collapsed at 18.45", "closed until 22.30": a time of day with a dot, where nothing speaks of a level."""
    words, i = cut.words, item.number.first
    if (
        _DOTTED.fullmatch(words.word[i]) is None
        or counts_noun(cut, item)
        or words.at(i - 1) not in near("before_times")
    ):
        return False
    return near("levels").isdisjoint(words.low[max(0, i - 8) : i])


def _turns(cut: Cut, item: Found) -> bool:
    """ "who is 70", "she turned 30"."""
    words, value = cut.words, item.value
    if value is None or not 15 < value < 110 or words.kind[item.number.first] != "d" or counts_noun(cut, item):
        return False
    before, second = words.at(item.start - 1), words.at(item.start - 2)
    return (before in ("is", "was") and second in ("who", "he", "she")) or (
        before in ("turned", "turns", "turning") and second in ("who", "he", "she", "just", "recently")
    )


def _score(cut: Cut, item: Found) -> bool:
    """ "2-1", "6-4": two numbers with a dash that are no range; votes are not scores."""
    words, i, j = cut.words, item.number.first, item.last
    left = words.hyphen(i - 1) and i >= 2 and words.kind[i - 2] == "d"
    right = words.hyphen(j) and words.kind[j + 1] == "d"
    if not (left or right):
        return False
    if not {"voted", "votes", "split"}.isdisjoint(words.low[max(0, i - 4) : i]) and not counts_noun(cut, item):
        return True  # "the council voted 6-3 Tuesday": whom it counts is not said
    around = set(words.low[max(0, i - 8) : j + 8])
    return around.isdisjoint(near("voting"))


@lru_cache(maxsize=64)
def _money_of(country: str | None) -> str | None:
    """The currency of a country; None where it is not known."""
    for code, row in currencies().items():
        if country and country.lower() in row.get("countries", ()):
            return code
    return None


@lru_cache(maxsize=1)
def _calibres() -> frozenset[str]:
    return frozenset(load_words("excluded")["follow"]["calibre"])
