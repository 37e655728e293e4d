"""What stands around one number: its sign, currency and unit, the bound before the unit, odds ("one in five"), feet
that go on in inches."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from processing.claims.document.tokens import near
from processing.claims.quantity.number_words import part_behind
from processing.claims.quantity.numbers import read_number
from processing.claims.quantity.quantity_draft import Cut, Found, counts_noun
from processing.claims.quantity.units import Unit, read_unit
from processing.measures import dimension

__all__ = ["read_inches", "read_money_after", "read_sign", "read_unit_after"]

_DOLLARS = {
    "us": "USD",
    "usd": "USD",
    "australian": "AUD",
    "aud": "AUD",
    "au": "AUD",
    "canadian": "CAD",
    "cad": "CAD",
    "nz": "NZD",
    "nzd": "NZD",
    "sgd": "SGD",
    "hkd": "HKD",
}


def read_inches(cut: Cut, item: Found) -> None:
    """ "6-foot-2", "5ft 11in", "six feet two inches": a height in feet goes on in inches."""
    words = cut.words
    hyphen = words.hyphen(item.last)
    j = item.last + (1 if hyphen or words.at(item.last) == "and" else 0)
    more = read_number(words, j) if j < words.size and words.kind[j] in "dw" else None
    if more is None or more.value is None or item.number.value is None or not 0 < more.value < 12:
        return
    unit = read_unit(words, more.last, cut.country)
    if unit is None and words.word[more.last : more.last + 1] == ["in"] and words.glued(more.last):
        unit = Unit("inch", 1.0, more.last + 1)
    if (unit is not None and unit.name == "inch") or (hyphen and unit is None):
        item.number = replace(item.number, value=item.number.value + more.value / 12, digit=Decimal(1) / 12)
        item.last = unit.at if unit is not None else more.last


def read_sign(cut: Cut, item: Found) -> None:
    words, i = cut.words, item.first
    if (
        i
        and words.word[i - 1] in "-−–+±"
        and words.glued(i)
        and (i == 1 or not words.glued(i - 1) or words.word[i - 2] in "($")
    ):
        item.signed = True
        item.negative = words.word[i - 1] in "-−–"
        item.first = i - 1
        return
    k = i - 1 if i > 1 and words.hyphen(i - 1) else i  # "minus-38"
    if k and words.low[k - 1] == "minus" and words.at(k - 2) not in ("or", "/") and item.number.kind != "vague":
        item.negative = item.signed = True
        item.first = k - 1


def read_money_after(cut: Cut, item: Found, bare: bool) -> None:
    """ "$76 US", "$84 million USD", "£5 million pounds", "$5 a barrel"."""
    words, j = cut.words, item.last
    unit = read_unit(words, j, cut.country)
    if (
        unit
        and dimension(unit.name) == "money"
        and unit.factor == 1
        and not (words.word[j] in "$€£¥" and words.kind[j] == "s")
    ):
        if unit.name != item.unit and bare and words.low[unit.at - 1] not in ("dollar", "dollars"):
            item.unit = unit.name
        item.last = unit.at
    elif (
        bare
        and words.at(j) in _DOLLARS
        and words.word[j][:1].isupper()
        and words.at(j + 1) not in ("dollar", "dollars")
        and not (
            j + 1 < words.size
            and words.word[j + 1][:1].isupper()
            and words.kind[j + 1] == "w"
            and words.low[j] not in ("usd", "aud", "cad")
        )
    ):
        item.unit = _DOLLARS[words.low[j]]
        item.last = j + 1
    elif bare and words.low[j : j + 4] == ["u", ".", "s", "."]:
        item.unit, item.last = "USD", j + 4


def read_unit_after(cut: Cut, item: Found) -> None:
    words, number = cut.words, item.number
    unit = read_unit(words, number.last, cut.country, spelled=number.kind in ("words", "vague"))
    if unit is None and words.at(number.last) in ("us", "u.s", "imperial", "metric", "short", "long", "troy"):
        unit = read_unit(words, number.last + 1, cut.country, spelled=True)
        unit = unit if unit and dimension(unit.name) in ("volume", "mass", "length") else None
    if unit is None and _bound_then_unit(cut, item):
        return
    if unit is None and _years_of_life(cut, item):
        return
    if unit is None:
        _measure_words(cut, item)
        return
    item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
    item.unit_words = (number.last, unit.at)
    part = part_behind(words, unit.at) if number.value is not None and number.scale == 1 else None
    if part is not None and number.value is not None and number.value == number.value.to_integral_value():
        item.number = replace(number, value=number.value + part[0], digit=Decimal("0.1"))  # "two hours and a half"
        item.last = part[1]
    if unit.name == "degree" and not near("quakes").isdisjoint(words.low[unit.at : unit.at + 2]):
        item.unit = "magnitude"  # "a 6.7 degree quake"
    elif unit.name == "degree":
        _degrees(cut, item)


def _years_of_life(cut: Cut, item: Found) -> bool:
    """ "Life expectancy has crept up to 68": years, though nothing says so."""
    words, value = cut.words, item.number.value
    if value is None or not 15 < value < 120 or words.kind[item.number.first] != "d" or item.number.scale != 1:
        return False
    told = "expectancy" in words.low[max(0, item.first - 9) : item.first]
    if not told or (counts_noun(cut, item) and not words.at(item.last).endswith("ing")):
        return False
    item.unit = "year"
    return True


def _bound_then_unit(cut: Cut, item: Found) -> bool:
    """ "15-plus years", "50+ miles", "20-odd kilometres": the unit stands behind the bound."""
    words, j = cut.words, item.last
    if words.hyphen(j) and words.at(j + 1) in ("plus", "odd"):
        end = j + 2
    elif words.at(j) == "+" and words.glued(j):
        end = j + 1
    else:
        return False
    unit = read_unit(words, end, cut.country, spelled=True)
    if unit:
        item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
        item.unit_words = (end, unit.at)
    else:
        item.last = end
    item.approx = "about" if words.low[end - 1] == "odd" else "at_least"
    return True


def _measure_words(cut: Cut, item: Found) -> None:
    """ "tens of millions of dollars", "half a mile", "half of the dollars", "two more years", "5 full days", "a quarter
    of a mile"."""
    words, j = cut.words, item.last
    if words.at(j) == "of" and _part_of_percent(cut, item):
        return
    if item.number.of and words.at(j) == "as" and words.at(j + 1) in near("as_compared"):
        item.unit, item.rule = "times", "multiple"  # "half as much", "a third as many"
        item.unit_words = (item.number.first, j)
        return
    skip = _words_before_unit(cut, item)
    if skip and _read_unit_behind(cut, item, skip):
        return
    if words.at(j) == "magnitude" or (words.hyphen(j) and words.at(j + 1) == "magnitude"):
        item.unit, item.last = "magnitude", j + (2 if words.hyphen(j) else 1)
        item.unit_words = (item.last - 1, item.last)
    elif _magnitude_before(cut, item):
        item.unit = "magnitude"
    elif words.at(j) in ("times", "x", "×", "-", "fold") or (words.hyphen(j) and words.at(j + 1) in ("fold", "times")):
        _times(cut, item)


def _words_before_unit(cut: Cut, item: Found) -> int:
    """How many words stand between a number and its unit: the "of" of "tens of dollars", the "a" of "half a mile", the
    "more" of "two more years"; 0 where none does."""
    words, j, number = cut.words, item.last, item.number
    at = words.at(j)
    if at == "of" and (number.kind == "vague" or number.scale != 1 or number.of):
        skip = 2 if words.at(j + 1) in ("a", "an") else 1
        return skip + (words.at(j + skip) in near("before_unit_name"))
    part = number.of and number.kind == "fraction" and at in ("a", "an")
    return int(part or at in near("before_unit"))


def _read_unit_behind(cut: Cut, item: Found, skip: int) -> bool:
    """Take the spelled unit so many words behind a number; False where none stands there, or not as that of a
    fraction."""
    words, j = cut.words, item.last
    unit = read_unit(words, j + skip, cut.country, spelled=True)
    led = words.at(j + skip - 1) in ("a", "an") or words.at(j + 1) in ("a", "an")
    if not unit or (item.number.kind == "fraction" and not led):
        return False
    item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
    item.unit_words = (j + skip, unit.at)
    if item.number.of:
        item.notes.add("part of a unit")
    return True


def _part_of_percent(cut: Cut, item: Found) -> bool:
    """ "0.4 of a percentage point", "one tenth of one percent"."""
    words, j = cut.words, item.last
    if words.at(j + 1) not in ("a", "one", "1"):
        return False
    unit = read_unit(words, j + 2, cut.country, spelled=True)
    if unit is None or unit.name not in ("share", "percentage_point"):
        return False
    item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
    item.unit_words = (j + 2, unit.at)
    return True


def _magnitude_before(cut: Cut, item: Found) -> bool:
    words, i = cut.words, item.number.first
    before = [words.at(k) for k in range(i - 5, i)]
    if words.kind[i] != "d" or item.number.value is None or not 0 < item.number.value < 11:
        return False
    if (
        before[-1] == "magnitude"
        or (before[-2] == "magnitude" and before[-1] in "-–" and before[-1])
        or (before[-2:] == ["magnitude", "of"])
        or ("magnitude" in before[-4:] and before[-1] in ("about", "around", "at", "was", "a"))
    ):
        return True
    if "." not in words.word[i]:
        return False
    around = words.low[max(0, i - 12) : i + 12]
    measured = before[-1] in ("measuring", "measured", "registered")
    if measured or before[-1] in ("a", "of"):
        return not near("quakes").isdisjoint(around if measured else words.low[i : i + 4]) or "richter" in around
    return "richter" in around


def _times(cut: Cut, item: Found) -> None:
    words, j = cut.words, item.last
    at = words.at(j)
    if at == "times" or (words.hyphen(j) and words.at(j + 1) == "times"):
        end = j + (2 if words.hyphen(j) else 1)
        after = words.at(end)
        compared = after in near("times_compared")
        item.unit_words, item.last = (j, end), end
        item.unit = "times" if compared else "count"
        item.notes.add("times")
    elif (
        at in ("x", "×")
        and words.glued(j)
        and not (j + 1 < words.size and words.glued(j + 1) and words.kind[j + 1] in "dw")
    ):
        item.unit, item.unit_words, item.last = "times", (j, j + 1), j + 1
    elif at == "fold" or (words.hyphen(j) and words.at(j + 1) == "fold"):
        end = j + (2 if words.hyphen(j) else 1)
        item.unit, item.unit_words, item.last = "times", (end - 1, end), end


def _degrees(cut: Cut, item: Found) -> None:
    """Bare degrees: an angle, or a temperature in the outlet's scale where the text speaks of heat."""
    around = set(cut.words.low[max(0, item.first - 25) : item.last + 25])
    if around & near("angles") and not around & near("warmth"):
        return
    if around & near("warmth"):
        value = item.number.value or Decimal(0)
        american = cut.country is not None and cut.country.lower() == "us"
        climate = around & {"warming", "industrial", "preindustrial", "paris", "global", "climate"}
        item.unit = "degree_fahrenheit" if american and not (climate and value <= 5) else "degree_celsius"
        item.notes.add("bare degrees")
