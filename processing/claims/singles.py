"""Single numbers with their signs and units: what stands at one number, before ranges, bounds and reasons are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from processing.claims.bounds import read_bound_before
from processing.claims.excluded import excluded_words, why_year
from processing.claims.numbers import Number, comma_decimals, read_number
from processing.claims.tokens import Words, near
from processing.claims.units import Unit, read_currency_before, read_unit
from processing.measures import dimension
from processing.words import load_words
from schemas.records import Approx

__all__ = ["Cut", "Found", "between", "counts_noun", "read_singles", "starts"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into words, with what holds for all of it: the outlet's country, decimals with commas, capitals that say nothing (a
    headline), and the words that belong to dates, names, idioms and the like, with the reason."""

    words: Words
    country: str | None
    commas: bool
    headline: bool
    excluded: dict[int, str]

    @classmethod
    def of(cls, words: Words, country: str | None) -> Cut:
        """Look over a text once."""
        letters = [w for w, k in zip(words.word, words.kind, strict=True) if k == "w" and len(w) > 3]
        capitals = sum(w[0].isupper() for w in letters)
        return cls(words, country, "," in words.text and comma_decimals(words.text), len(letters) > 3 and capitals > 0.7 * len(letters), excluded_words(words))


@dataclass(slots=True)
class Found:
    """A quantity while it is read. `number` is its (first) number, `upper` the second of a range; `first`..`last` are the words of the
    number with its sign and unit, `start`..`stop` also with its bound."""

    number: Number
    first: int
    last: int
    unit: str = "count"
    factor: Decimal = Decimal(1)
    negative: bool = False
    signed: bool = False
    money_sign: bool = False
    unit_words: tuple[int, int] | None = None
    upper: Number | None = None
    upper_first: int = 0
    approx: Approx | None = None
    start: int = 0
    stop: int = 0
    per: str | None = None
    per_stop: int = 0
    change: Literal["up", "down"] | None = None
    moved: bool = False
    change_by: str | None = None
    reason: str | None = None
    rule: str = ""
    conversion_of: int | None = None
    old_of: int | None = None
    ratio: bool = False
    notes: set[str] = field(default_factory=set)

    @property
    def value(self) -> Decimal | None:
        if self.number.value is None:
            return None
        return self.number.value * self.factor * (-1 if self.negative else 1)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    numbers = load_words("numbers")
    words = ("ones", "tens", "vague", "multiples")
    return {
        "multiples": {w: Decimal(str(v)) for w, v in numbers["multiples"].items()},
        "zero": frozenset(numbers["zero_counts"]),
        "starts": frozenset(w for name in words for w in numbers[name]) | {"a", "an", "half", "no", "nobody", "none", "quarter"},
    }


def starts() -> frozenset[str]:
    """Words in lower case that a number may start with."""
    found: frozenset[str] = _data()["starts"]
    return found


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


def read_singles(cut: Cut) -> list[Found]:
    words, found, i = cut.words, [], 0
    while i < words.size:
        kind = words.kind[i]
        if kind == "s" or (kind == "w" and words.low[i] not in starts()):
            i += 1
            continue
        item = _atom(cut, i)
        if item is None:
            i += 1
            continue
        found.append(item)
        i = max(item.last, i + 1)
    return found


def _atom(cut: Cut, i: int) -> Found | None:
    words = cut.words
    currency = read_currency_before(words, i, cut.country)
    number = read_number(words, i, commas=cut.commas, money=currency is not None)
    if number is None:
        return _multiple(cut, i) or _none(cut, i) or _one_unit(cut, i)
    first = currency[0].at if currency else i
    item = Found(number, first, number.last)
    if number.value is None and number.kind == "odd":
        item.reason = "code"
        return item
    if currency:
        item.unit, item.money_sign = currency[0].name, True
        item.unit_words = (currency[0].at, i)
        _money_after(cut, item, currency[1])
    else:
        _unit_after(cut, item)
    if item.unit == "foot":
        _inches(cut, item)
    _sign(cut, item)
    _odds(cut, item)
    if number.kind == "fraction" and item.unit == "count":
        item.unit = "share"
    return item


def _inches(cut: Cut, item: Found) -> None:
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


def _sign(cut: Cut, item: Found) -> None:
    words, i = cut.words, item.first
    if i and words.word[i - 1] in "-−–+±" and words.glued(i) and (i == 1 or not words.glued(i - 1) or words.word[i - 2] in "($"):
        item.signed = True
        item.negative = words.word[i - 1] in "-−–"
        item.first = i - 1
    elif i and words.low[i - 1] == "minus" and words.at(i - 2) not in ("or", "/") and item.number.kind != "vague":
        item.negative = item.signed = True
        item.first = i - 1


def _money_after(cut: Cut, item: Found, bare: bool) -> None:
    """ "$76 US", "$84 million USD", "£5 million pounds", "$5 a barrel"."""
    words, j = cut.words, item.last
    unit = read_unit(words, j, cut.country)
    if unit and dimension(unit.name) == "money" and unit.factor == 1 and not (words.word[j] in "$€£¥" and words.kind[j] == "s"):
        if unit.name != item.unit and bare and words.low[unit.at - 1] not in ("dollar", "dollars"):
            item.unit = unit.name
        item.last = unit.at
    elif bare and words.at(j) in _DOLLARS and words.word[j][:1].isupper() and words.at(j + 1) not in ("dollar", "dollars") and not (
        j + 1 < words.size and words.word[j + 1][:1].isupper() and words.kind[j + 1] == "w" and words.low[j] not in ("usd", "aud", "cad")
    ):  # fmt: skip
        item.unit = _DOLLARS[words.low[j]]
        item.last = j + 1
    elif bare and words.low[j : j + 4] == ["u", ".", "s", "."]:
        item.unit, item.last = "USD", j + 4


def _unit_after(cut: Cut, item: Found) -> None:
    words, number = cut.words, item.number
    unit = read_unit(words, number.last, cut.country, spelled=number.kind in ("words", "vague"))
    if unit is None and words.at(number.last) in ("us", "u.s", "imperial", "metric", "short", "long", "troy"):
        unit = read_unit(words, number.last + 1, cut.country, spelled=True)
        unit = unit if unit and dimension(unit.name) in ("volume", "mass", "length") else None
    if unit is None and _bound_then_unit(cut, item):
        return
    if unit is None:
        _measure_words(cut, item)
        return
    item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
    item.unit_words = (number.last, unit.at)
    if unit.name == "degree" and not near("quakes").isdisjoint(words.low[unit.at : unit.at + 2]):
        item.unit = "magnitude"  # "a 6.7 degree quake"
    elif unit.name == "degree":
        _degrees(cut, item)


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
    """ "tens of millions of dollars", "half a mile", "half of the dollars", "two more years", "5 full days", "a quarter of a mile"."""
    words, j = cut.words, item.last
    at = words.at(j)
    skip = 0
    if at == "of" and (item.number.kind == "vague" or item.number.scale != 1 or item.number.of):
        skip = 2 if words.at(j + 1) in ("a", "an") else 1
        if words.at(j + skip) in ("us", "u.s", "imperial", "metric", "full", "nautical"):
            skip += 1
    elif (item.number.of and at in ("a", "an") and item.number.kind == "fraction") or (
        at
        in (
            "more",
            "full",
            "previous",
            "past",
            "separate",
            "additional",
            "extra",
            "further",
            "straight",
            "consecutive",
            "long",
            "whole",
            "solid",
            "calendar",
            "working",
            "of",
            "successive",
            "other",
            "fewer",
            "short",
            "odd",
            "entire",
            "billion",
        )
        and at not in ("of", "billion")
    ):
        skip = 1
    if skip:
        unit = read_unit(words, j + skip, cut.country, spelled=True)
        if unit and (item.number.kind != "fraction" or words.at(j + skip - 1) in ("a", "an") or words.at(j + 1) in ("a", "an")):
            item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
            item.unit_words = (j + skip, unit.at)
            if item.number.of:
                item.notes.add("part of a unit")
            return
    if words.at(j) in ("magnitude",) or (words.hyphen(j) and words.at(j + 1) == "magnitude"):
        item.unit, item.last = "magnitude", j + (2 if words.hyphen(j) else 1)
        item.unit_words = (item.last - 1, item.last)
    elif _magnitude_before(cut, item):
        item.unit = "magnitude"
    elif words.at(j) in ("times", "x", "×", "-") or (words.at(j) == "fold") or (words.hyphen(j) and words.at(j + 1) in ("fold", "times")):
        _times(cut, item)


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
        compared = after in (
            "more",
            "as",
            "the",
            "higher",
            "larger",
            "that",
            "its",
            "greater",
            "over",
            "what",
            "less",
            "faster",
            "bigger",
            "likelier",
            "fewer",
            "lower",
            "stronger",
            "those",
            "their",
            "longer",
            "smaller",
            "his",
            "her",
            "earnings",
            "revenue",
            "worse",
            "better",
            "normal",
            "leverage",
        )
        item.unit_words, item.last = (j, end), end
        item.unit = "times" if compared else "count"
        item.notes.add("times")
    elif at in ("x", "×") and words.glued(j) and not (j + 1 < words.size and words.glued(j + 1) and words.kind[j + 1] in "dw"):
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


def _odds(cut: Cut, item: Found) -> None:
    """ "one in five", "1 in 10", "two out of three" are shares; "2-to-1", "3:1" are multiples."""
    words, j, number = cut.words, item.last, item.number
    if item.unit != "count" or number.value is None or number.value != number.value.to_integral_value() or number.scale != 1:
        return
    k = j + 1 if words.at(j) == "in" else j + 2 if (words.at(j), words.at(j + 1)) == ("out", "of") else 0
    if words.at(j) in ("in", "of") and words.at(j + 1) == "every":
        k = j + 2
    elif words.at(j) == "of" and words.at(j + 1) in ("10", "ten", "100") and not words.glued(j + 2):
        k = j + 1
    if words.low[j : j + 3] == ["out", "of", "every"]:
        k = j + 3
    if k and k < words.size:
        if words.at(k) == "the":
            return
        other = read_number(words, k, commas=cut.commas) if words.kind[k] in "dw" else None
        if other and other.value and other.value > number.value and number.value >= 1 and not why_year(words, k, other.last):
            unit = read_unit(words, other.last, cut.country, spelled=True)
            if (unit is None or words.at(j) in ("out", "of")) and not (
                words.at(j) == "in" and (words.at(other.last) in ("-", "separate", "different") or words.at(item.first - 1) in ("the", "least"))
            ):
                if words.at(j) == "in" and number.value > 9 and words.kind[item.first] == "d" and other.value > 100 and other.value % 10:
                    return
                share = number.value / other.value
                item.number = Number(share, number.first, other.last, "fraction", Decimal("0.001"), of=True)
                item.last = other.last
                item.unit, item.ratio = "share", True
            return
    k = j + 3 if words.hyphen(j) and words.at(j + 1) == "to" and words.word[j + 2] in "-–" else j + 1 if words.at(j) == "to" else 0
    if words.at(j) == ":" and words.glued(j) and words.glued(j + 1):
        k = j + 1
    if not k or k >= words.size or words.at(k) not in ("1", "one") or number.value <= 1 or (words.glued(k + 1) and words.kind[k + 1] == "d"):
        return
    after = words.at(k + 1)
    if after == "." or (read_unit(words, k + 1, cut.country) is None and after not in ("million", "billion", "hundred", "thousand")):
        item.unit, item.ratio = "times", True
        item.last = k + 1


def _multiple(cut: Cut, i: int) -> Found | None:
    """ "double", "tripled", "twice as many"."""
    words = cut.words
    word = words.low[i]
    factor = _data()["multiples"].get(word)
    if factor is None or words.hyphen(i + 1) or (words.hyphen(i - 1) and i):
        return None
    after = words.at(i + 1)
    if word in ("twice", "thrice"):
        if after not in ("as", "the", "that", "its", "their", "his", "her", "what", "more", "those"):
            return None
    elif (
        (
            word in ("double", "triple", "treble", "quadruple", "halve", "doubles")
            and words.at(i - 1) in ("a", "the", "his", "her", "their", "its")
            and after not in ("the", "that")
        )
        or (word in ("doubles",) and after in ("", ",", ".", "title", "final", "match", "team"))
        or word in ("halves",)
    ):
        return None
    item = Found(Number(factor, i, i + 1, "words", Decimal(1)), i, i + 1, unit="times")
    item.rule = "multiple"
    item.unit_words = (i, i + 1)
    if word.endswith(("d", "ing")) or word in ("double", "triple", "treble", "quadruple", "halve"):
        item.notes.add("change of multiple")
    return item


def _one_unit(cut: Cut, i: int) -> Found | None:
    """ "about a minute", "more than a mile", "up to a year in prison": an article behind a bound is one."""
    words = cut.words
    if words.low[i] not in ("a", "an") or read_bound_before(words, i) is None:
        return None
    unit = read_unit(words, i + 1, cut.country, spelled=True)
    if unit is None or dimension(unit.name) not in ("time", "length", "mass", "volume", "area") or words.at(unit.at) in ("ago", "old", "long"):
        return None
    return Found(Number(Decimal(1), i, i + 1, "words", Decimal(1)), i, unit.at, unit=unit.name, unit_words=(i + 1, unit.at))


def _none(cut: Cut, i: int) -> Found | None:
    """ "no survivors", "no deaths", "nobody was killed", "no-one was hurt": zero where a count is expected. What was only not reported
    ("no casualties were reported", "no immediate reports of casualties") is none."""
    words = cut.words
    word, after = words.low[i], words.at(i + 1)
    last = i + 1
    if word == "no" and after in _data()["zero"]:
        if not {"reported", "known", "reports", "confirmed", "immediately"}.isdisjoint(words.low[i + 2 : i + 6]):
            return None
    elif word == "none" and _none_of(cut, i + 1):
        pass
    elif word == "nobody" or (
        word == "no" and (after in ("one", "people", "person", "civilians", "passengers", "soldiers") or words.low[i + 1 : i + 3] == ["-", "one"])
    ):
        last = i + 3 if after == "-" else i + 2 if after == "one" else i + 1
        if word == "nobody" or after in ("one", "-"):
            named = words.at(last) in ("on", "in", "at", "aboard", "inside", "from", "else", "of")
            verb = next((k for k in range(last, min(last + 7, words.size)) if words.low[k] in ("was", "were", "died")), last) if named else last
            if not _harmed(cut, verb):
                return None
        elif not _harmed(cut, last if word == "nobody" or after in ("one", "-") else i + 2):
            return None
    else:
        return None
    return Found(Number(Decimal(0), i, last, "words", Decimal(1)), i, last, rule="zero")


def _none_of(cut: Cut, j: int) -> bool:
    """Whether "none" says that nobody did or suffered something: "none survived", "none of the crew was hurt"."""
    words = cut.words
    if words.at(j) == "of":
        verbs = near("none_verbs") | {"was", "were", "has", "have", "had"}
        j = next((k for k in range(j + 1, min(j + 7, words.size)) if words.low[k] in verbs), j)
    return words.at(j) in near("none_verbs") or _harmed(cut, j)


def _harmed(cut: Cut, j: int) -> bool:
    words = cut.words
    return (
        words.at(j) in ("was", "were", "has", "have", "had", "is")
        and any(words.at(k) in ("killed", "injured", "hurt", "wounded", "harmed", "died", "missing", "arrested", "evacuated") for k in range(j + 1, j + 5))
    ) or words.at(j) in ("died",)


def between(cut: Cut, a: Found, b: Found) -> list[str]:
    return cut.words.low[a.last : b.first] if b.first - a.last < 7 else ["..."] * 7


def counts_noun(cut: Cut, b: Found) -> bool:
    """Whether a bare number counts a noun of its own."""
    words, j = cut.words, b.last
    return j < words.size and words.kind[j] == "w" and words.word[j][0].islower() and words.low[j] not in near("after_bare")
