"""Two numbers that are one range ("5 to 10", "£3-4bn"), or an old and a new value of one thing ("from 12 to 19")."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from processing.claims.document.tokens import near
from processing.claims.quantity.bounds import read_bound_before
from processing.claims.quantity.changes import movement
from processing.claims.quantity.digits import ONE
from processing.claims.quantity.exclusion_rules import why_year
from processing.claims.quantity.name_rules import why_name
from processing.claims.quantity.numbers import Number
from processing.claims.quantity.quantity_draft import Cut, Found, between, counts_noun
from processing.claims.quantity.units import smaller_units
from processing.measures import dimension

__all__ = ["carry_units", "join_ranges"]


def join_ranges(cut: Cut, atoms: list[Found]) -> list[Found]:
    joined: list[Found] = []
    for item in atoms:
        before = joined[-1] if joined else None
        if before is not None and (_goes_on_smaller(cut, before, item) or _all_but(cut, before, item)):
            continue
        if before is not None and _join(cut, before, item):
            continue
        if before is not None and between(cut, before, item) in (["-", "or"], ["-", "and"]) and before.unit == "count":
            before.unit, before.factor = item.unit, item.factor  # "a 7- or 8-inch screen"
        if before is not None:
            _old_and_new(cut, before, item, len(joined))
        joined.append(item)
    return joined


def _goes_on_smaller(cut: Cut, a: Found, b: Found) -> bool:
    """Whether a measure goes on in a smaller unit, so that both are one number: "two years and six months", "2 minutes
    15 seconds", "8st 4lb", "4 hrs 20"; `a` then holds all of it in the smaller unit."""
    words, x, y = cut.words, a.value, b.value
    gap = between(cut, a, b)
    if x is None or y is None or a.upper or b.upper or b.signed or a.money_sign or b.money_sign or a.unit == b.unit:
        return False
    if gap not in ([], ["and"], [","], [",", "and"]) or x != x.to_integral_value():
        return False
    unit = b.unit
    if b.unit == "count" and a.unit == "hour" and not gap and not counts_noun(cut, b) and words.kind[b.first] == "d":
        unit = "minute"
    ratio = smaller_units().get((a.unit, unit))
    if ratio is None or not 0 < y < ratio:
        return False
    a.number = replace(a.number, value=x * ratio + y, last=b.number.last, digit=b.number.digit, scale=ONE)
    a.unit, a.factor, a.last = unit, ONE, b.last
    a.unit_words = b.unit_words or a.unit_words
    a.rule = "two units"
    return True


def _all_but(cut: Cut, a: Found, b: Found) -> bool:
    """Whether two numbers say one by what is left out: "all but two of the 33 miners" are 31; `a` becomes it."""
    words, i = cut.words, a.first
    if (
        not (words.at(i - 2) == "all" and words.at(i - 1) in near("excepting"))
        or a.unit != "count"
        or b.unit != "count"
    ):
        return False
    gap = between(cut, a, b)
    x, y = a.value, b.value
    if gap[:1] != ["of"] or len(gap) > 3 or x is None or y is None or not x < y or a.upper or b.upper:
        return False
    a.number = replace(a.number, value=y - x, last=b.number.last, digit=b.number.digit, scale=ONE)
    a.first, a.last, a.rule = i - 2, b.last, "all but"
    return True


def _join(cut: Cut, a: Found, b: Found) -> bool:
    """Whether two numbers are the ends of one range; `a` becomes the range."""
    if _no_ends(cut, a, b):
        return False
    link = _link(cut, a, b)
    if link is None:
        return False
    dash, before = link in _DASHES, governor(cut, a)
    if dash and _is_name(cut, a):
        a.reason = b.reason = "name"  # "Boeing 737-800"
        return False
    if dash and not cut.words.glued(a.last) and (a.unit_words or cut.words.glued(b.first)) and a.unit != b.unit:
        return False
    if not _compatible(cut, a, b, dash or link == "or" or before == "between"):
        return False
    if link == "to" and before in ("from", "up", "down") and _moves(cut, a, b):
        return False
    if link in _TO and _leads_to(cut, a, b):
        return False
    low, high = range_ends(cut, a, b)
    if low is None or high is None or low.value is None or high.value is None:
        return False
    if b.signed and link == "-":
        b.negative = False
    if low.value * (-1 if a.negative else 1) >= high.value:
        return False
    if link in ("to", "up to") and before != "from" and _votes(cut, a, b):
        return False
    _make_range(a, b, low, high)
    return True


_DASHES = ("-", "–", "‑", "‐", "—", "−")
_TO = ("to", "to about", "to around", "to nearly", "to almost", "to over", "to more than")


def _no_ends(cut: Cut, a: Found, b: Found) -> bool:
    """Whether one of two numbers can be no end of a range: part of a span, a year, a range already, set aside, without
    a value, a ratio, a multiple, a part of something."""
    if _in_span(cut, a) or _in_span(cut, b) or why_year(cut.words, b.number.first, b.number.last):
        return True
    if cut.words.at(a.first - 1) in near("before_years") and why_year(cut.words, a.number.first, a.number.last):
        return True  # "grew in 2019 to 2,300"
    return bool(
        a.upper is not None
        or a.reason
        or b.reason
        or a.number.value is None
        or b.number.value is None
        or a.ratio
        or b.ratio
        or a.rule == "multiple"  # "cases double to 3,400"
        or (b.number.kind == "fraction" and b.unit == "count")
    )


def _link(cut: Cut, a: Found, b: Found) -> str | None:
    """What stands between two ends of a range ("-", "to", "and" behind "between"); None where it makes no range."""
    words, gap = cut.words, between(cut, a, b)
    link = "to" if gap in (["-", "to", "-"], ["to", "-"], ["-", "to"], ["–", "to", "–"]) else " ".join(gap)
    if b.signed and not gap and words.word[b.first] in "-–−" and words.glued(b.first):
        link = "-"
    if link in _DASHES:
        joined = words.glued(a.last) or (link != "—" and (a.unit == b.unit or a.unit == "count"))
        return link if joined or link in near("links") else None
    linked = (
        link in near("links")
        or (link in ("and", "and about", "and around") and governor(cut, a) == "between")
        or (link == "or" and _neighbours(a, b))
    )
    return link if linked else None


def _is_name(cut: Cut, a: Found) -> bool:
    """Whether the first of two numbers with a dash between them is part of a name."""
    plain = a.unit == "count" and not a.money_sign
    return plain and bool(why_name(cut.words, a.number.first, a.first, a.last, True, cut.headline))


def _make_range(a: Found, b: Found, low: Number, high: Number) -> None:
    """Make `a` the range from `low` to `high`, with the unit that either end names."""
    a.number, a.upper, a.upper_first = low, high, b.first
    a.last = b.last
    a.rule = "range"
    if b.unit != "count" or a.unit == "count":
        a.unit_words = b.unit_words or a.unit_words
        a.unit = b.unit if b.unit != "count" else a.unit
        a.factor = b.factor
    a.notes |= b.notes


def _leads_to(cut: Cut, a: Found, b: Found) -> bool:
    """Whether an amount of change leads to a level: "rose by 300 to 1,200", "slipped 14p to 732p", "fell 2.5 metres to
    1.1"; not "rose 4 to 6 percent"."""
    x, y = a.value, b.value
    if not x or not y or a.number.kind == "fraction" or (a.unit == "count" != b.unit):
        return False
    i = a.first - 1
    bound = read_bound_before(cut.words, a.first)
    i = bound[1] - 1 if bound else i
    by = cut.words.at(i) == "by"
    own = a.unit == b.unit and a.money_sign and b.money_sign
    if by and (y >= 3 * x or (own and _happened(cut, i))):
        return True  # "fell by £38m to £71m", but "is to rise by £20m to £50m"
    if _counts_things(cut, a) or (a.unit == "share" and b.unit == "share"):
        return False
    owned = bool(a.unit_words or a.money_sign)
    steps = 0
    while steps < 3 and cut.words.at(i) in ("by", *near("beside_movement")):
        i, steps = i - 1, steps + 1
    word = cut.words.at(i)
    if word not in movement("verbs"):
        return False
    if not owned:  # "rose 14 to 7,846"
        return word not in near("taking") and y >= 3 * x and not counts_noun(cut, b)
    return (b.unit == a.unit and bool(b.unit_words or b.money_sign) and (y >= 2 * x or y < x)) or (
        y >= 3 * x and not counts_noun(cut, b)
    )


def _happened(cut: Cut, i: int) -> bool:
    """Whether a verb of movement in the past stands within some words before word `i`."""
    return any(
        word in movement("verbs") and (word.endswith("ed") or word in near("past_moves"))
        for word in cut.words.low[max(0, i - 3) : i]
    )


def _counts_things(cut: Cut, a: Found) -> bool:
    """Whether a noun stands behind the first number ("cut 14 jobs to 20")."""
    return a.unit == "count" and counts_noun(cut, a)


def _in_span(cut: Cut, item: Found) -> bool:
    return any(
        cut.excluded.get(k) in ("date", "year", "time", "phone", "code", "name")
        for k in range(item.number.first, item.number.last)
    )


def governor(cut: Cut, a: Found) -> str:
    """The word before a number, or before the bound that stands at it."""
    words, i = cut.words, a.first
    bound = read_bound_before(words, i)
    if bound:
        i = bound[1]
    k = i - 1
    while i - k < 4 and words.at(k) in near("before_old"):
        k -= 1
    dated = not near("dated").isdisjoint(words.low[k + 1 : i])
    return "from" if words.at(k) == "from" and dated else words.at(i - 1)  # "from the present $38 to $45"


def _neighbours(a: Found, b: Found) -> bool:
    x, y = a.number.value, b.number.value
    return (
        x is not None
        and y is not None
        and a.unit in ("count", b.unit)
        and (x < y <= 3 * x + 1 or (b.number.scale > 1 and x < y / b.number.scale))
        and x > 0
    )


def _votes(cut: Cut, a: Found, b: Found) -> bool:
    if a.unit != "count" or b.unit != "count":
        return False
    before, after = set(cut.words.low[max(0, a.first - 5) : a.first]), set(cut.words.low[b.last : b.last + 4])
    return bool((before | after) & {"voted", "vote", "votes", "verdict", "ruling"}) or "against" in after


def _compatible(cut: Cut, a: Found, b: Found, tight: bool) -> bool:
    if a.unit == b.unit:
        if a.factor != b.factor and a.unit_words:
            return False  # "18 sen to RM23.50"
        return a.money_sign == b.money_sign or tight or not b.money_sign or a.unit_words is not None
    if a.unit == "count":
        return not b.money_sign or tight
    if b.unit == "count":
        return (
            (a.money_sign and not counts_noun(cut, b))
            or (tight and a.unit != "share")
            or (a.unit_words is not None and not counts_noun(cut, b) and not a.money_sign and a.unit != "share")
        )
    return False


def range_ends(cut: Cut, a: Found, b: Found) -> tuple[Number | None, Number | None]:
    """Both numbers, the first with the second's scale where it has none of its own ("11 to 12 thousand", "$3-4bn")."""
    x, y = a.number, b.number
    if x.value is None or y.value is None:
        return None, None
    if x.scale == 1 and y.scale > 1 and x.value * y.scale <= y.value:
        x = Number(x.value * y.scale, x.first, x.last, x.kind, (x.digit or Decimal(1)) * y.scale, scale=y.scale)
    elif x.value is not None and x.kind == "digits" and _thousands_left_out(cut, x, y):
        x = Number(x.value * 1000, x.first, x.last, x.kind, (x.digit or ONE) * 1000)
    return x, y


def _thousands_left_out(cut: Cut, x: Number, y: Number) -> bool:
    """Whether the first end is said in thousands that only the second writes out: "5-8,000", "20 to 30,000"."""
    if x.value is None or y.value is None or y.kind != "digits" or not cut.words.word[y.last - 1].endswith("000"):
        return False
    written = cut.words.word[y.last - 1]
    return (
        len(written) > 4 and not written[-4].isdigit() and x.value < 1000 and x.value < y.value / 1000 <= 10 * x.value
    )


def _moves(cut: Cut, a: Found, b: Found) -> bool:
    """Whether "from a to b" says an old and a new value: a word of change stands before it, or the value falls."""
    words = cut.words
    _x, y = a.value, b.value
    low, _ = range_ends(cut, a, b)
    if low is not None and low.value is not None and y is not None and low.value * a.factor > y:
        return True
    for j in range(a.first - 1, max(-1, a.first - 14), -1):
        word = words.low[j]
        if word in near("ranging"):
            return False
        if word in movement("verbs") or word in movement("nouns") or word in near("moving"):
            return word not in ("pop", "shot", "contract", "dive", "down", "up") or j >= a.first - 3
        if word in (".", ";", ":"):
            break
    return False


def carry_units(cut: Cut, found: list[Found]) -> None:
    """A number without unit or noun takes those of the level that it is set against: "412 million crowns, from 367
    million", "120 billion shillings, of which 45 billion", "6.2 per cent, down from 5.9". Both must be of one size."""
    for index, item in enumerate(found):
        if index and item.unit == "count" and not item.reason and _carry_span(cut, found[index - 1], item):
            continue
        if item.unit == "count" and not item.reason and _carry_parallel(cut, item, found[max(0, index - 4) : index]):
            continue
        other = next((o for o in reversed(found[max(0, index - 3) : index]) if not o.reason), None)
        if (
            item.unit != "count"
            or item.reason
            or item.ratio
            or other is None
            or other.rule == "multiple"
            or dimension(other.unit) in ("count", None)
        ):
            continue
        large = item.number.scale >= 1_000_000
        if (
            _set_against(cut, item, large)
            and _of_one_size(other, item, large)
            and {".", ";"}.isdisjoint(cut.words.low[other.last : item.start])
        ):
            item.unit, item.factor, item.unit_words = other.unit, other.factor, other.unit_words


def _carry_span(cut: Cut, span: Found, item: Found) -> bool:
    """ "Dug for 19 hours; the boy had been trapped for 31": a bare number behind "for" at a clause's end."""
    words = cut.words
    ends = item.last >= words.size or words.kind[item.last] == "s"
    spans = dimension(span.unit) == "time" and not span.reason and words.at(span.start - 1) == "for"
    if not (ends and spans and words.at(item.start - 1) == "for") or item.number.scale != 1 or item.money_sign:
        return False
    item.unit, item.factor, item.unit_words = span.unit, span.factor, span.unit_words
    return True


def _carry_parallel(cut: Cut, item: Found, earlier: list[Found]) -> bool:
    """ "The highest bid is 84.75 cents, while the lowest is 74.07.": decimals that end their clause are of the unit of
    a number of their size."""
    words = cut.words
    ends = item.last >= words.size or words.kind[item.last] == "s"
    if not ends or "." not in words.word[item.number.first] or words.at(item.start - 1) not in near("before_level"):
        return False
    for other in reversed(earlier):
        x, y = other.number.value, item.number.value
        if x is None or y is None or x == 0:
            continue
        alike = (
            not other.moved
            and other.unit_words
            and dimension(other.unit) not in ("count", "share", "times", "time", None)
        )
        if alike and Decimal("0.5") <= y / x <= 2 and {".", ";"}.isdisjoint(words.low[other.last : item.start]):
            item.unit, item.factor, item.unit_words = other.unit, other.factor, other.unit_words
            return True
    return False


def _set_against(cut: Cut, item: Found, large: bool) -> bool:
    """Whether a bare number is set against an earlier one: "from 367 million", "compared with 40", "almost 700 million
    more"."""
    words = cut.words
    if words.at(item.last) in ("more", "less", "higher", "lower"):
        return large
    before = words.at(item.start - 1)
    return (
        before in near("set_against")
        and words.at(item.last) != "of"
        and not counts_noun(cut, item)
        and (before != "with" or words.at(item.start - 2) == "compared")
    )


def _of_one_size(other: Found, item: Found, large: bool) -> bool:
    x, y = other.number.value, item.number.value
    if x is None or y is None or not x:
        return False
    if dimension(other.unit) == "money" and large != (other.number.scale >= 1_000_000):
        return False
    return not other.moved and Decimal("0.02") <= abs(y / x) <= 20


def _old_and_new(cut: Cut, a: Found, b: Found, index: int) -> None:
    """ "from R11bn to R5.5bn", "from 208 pounds to 193", "to 6.7% from 6.29%": two values of one thing; the old one
    names the new."""
    if a.reason or b.reason or a.number.kind == "vague" or b.number.kind == "vague":
        return
    gap = between(cut, a, b)
    before = governor(cut, a)
    closed = not {",", ".", ";"} & set(gap)
    if before == "from" and len(gap) <= 4 and "to" in gap and closed and _moves(cut, a, b):
        _share_unit(cut, a, b)
        if a.unit == b.unit:
            a.old_of = index
            a.notes.add("old")
            b.notes.add("new")
    elif gap == ["to"] and _leads_to(cut, a, b):
        a.notes.add("leads to a level")
        no_measure = dimension(a.unit) in ("count", "share", "percentage_point", "time")
        if b.unit == "count" and not no_measure and b.number.kind != "fraction":
            b.unit, b.factor = a.unit, a.factor  # "edged up 14 points to 7,846"
    elif gap == ["to"] and _falls_in_measure(a, b):
        a.old_of = index  # "1.3 kV to 0.3 kV"
        a.notes.add("old")
        b.notes.add("new")
    elif (
        gap[-1:] == ["from"]
        and before in ("to", "at")
        and len(gap) <= 5
        and a.unit == b.unit
        and closed
        and ":" not in gap
    ):
        b.old_of = index - 1
        b.notes.add("old")
        a.notes.add("new")


def _share_unit(cut: Cut, a: Found, b: Found) -> None:
    """ "From 208 pounds to 193", "from R11bn to 5.5bn", "from 2.1 to 3 million": what one of two values leaves out, the
    other says."""
    if b.unit == "count" and a.unit != "count" and not counts_noun(cut, b) and not a.money_sign:
        b.unit, b.factor = a.unit, a.factor
    elif a.unit == "count" and b.unit != "count" and not b.money_sign:
        a.unit, a.factor = b.unit, b.factor
    if a.number.scale == 1 and b.number.scale > 1 and a.unit == b.unit and not a.money_sign:
        low, _ = range_ends(cut, a, b)
        a.number = low or a.number


def _falls_in_measure(a: Found, b: Found) -> bool:
    """Whether two values of one measure stand in falling order, so that "to" makes no range of them."""
    plain = ("count", "share", "percentage_point", "points", "money", "time", "times")
    if a.unit != b.unit or dimension(a.unit) in plain or not a.unit_words or not b.unit_words:
        return False
    return bool(a.value and b.value and a.value > b.value and a.factor == b.factor)
