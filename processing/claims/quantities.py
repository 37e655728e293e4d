"""Every quantity of a text: numbers with their units, bounds, ranges, changes and rates, and why some of them claim nothing.

`read_quantities` cuts the text into words once, reads numbers at them, and lets small rules look left and right; no parser is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from processing.claims.bounds import interval, read_bound_after, read_bound_before
from processing.claims.excluded import excluded_words, why_age, why_name, why_word, why_year
from processing.claims.numbers import Number, comma_decimals, read_number
from processing.claims.tokens import Words
from processing.claims.units import read_currency_before, read_per, read_unit
from processing.measures import currencies, dimension
from processing.words import load_words
from schemas.records import Approx, Quantity

__all__ = ["read_quantities"]

LONGEST = 50_000  # characters read at once
TIMES = frozenset({"second", "minute", "hour", "day", "night", "week", "fortnight", "month", "quarter", "year", "decade", "century", "millennium"})


@dataclass(slots=True)
class _Found:
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
    data = load_words("bounds")
    numbers = load_words("numbers")
    verbs: dict[str, Literal["up", "down"]] = {w: "up" for w in data["verbs"]["up"]}
    verbs |= {w: "down" for w in data["verbs"]["down"]}
    nouns: dict[str, Literal["up", "down"]] = {w: "up" for w in data["nouns"]["up"]}
    nouns |= {w: "down" for w in data["nouns"]["down"]}
    compared: dict[str, Literal["up", "down"]] = {w: "up" for w in data["compared"]["up"]}
    compared |= {w: "down" for w in data["compared"]["down"]}
    return {
        "verbs": verbs, "nouns": nouns, "compared": compared, "adverbs": frozenset(data["verbs"]["adverbs"]), "transitive": frozenset(data["verbs"]["transitive"]),
        "more_before": frozenset(data["more"]["before"]), "more_after": frozenset(data["more"]["after"]), "multiples": {w: Decimal(str(v)) for w, v in numbers["multiples"].items()},
        "zero": frozenset(numbers["zero_counts"]),
        "starts": frozenset(numbers["ones"]) | frozenset(numbers["tens"]) | frozenset(numbers["vague"]) | frozenset(numbers["multiples"]) | frozenset({"a", "an", "half", "no", "nobody", "quarter", "once"}),
    }  # fmt: skip


def read_quantities(text: str, *, country: str | None = None) -> list[Quantity]:
    """Every quantity of a text in text order, also those that are no claims (`not_claim` says why); offsets count characters of `text`.

    `country`: ISO 3166 alpha-2 code of the outlet, whose "dollar" a bare $ is; None reads US dollars. An empty list where there is none.
    """
    if len(text) > LONGEST:
        return _in_pieces(text, country)
    words = Words(text)
    starts = _data()["starts"]
    if "d" not in words.kind and "f" not in words.kind and starts.isdisjoint(words.low):
        return []
    reader = _Reader(words, country)
    found = reader.find()
    return [reader.record(item) for item in found]


def _in_pieces(text: str, country: str | None) -> list[Quantity]:
    """The quantities of a text too long for one reading: cut at white space, offsets and indexes moved on."""
    found: list[Quantity] = []
    position = 0
    while position < len(text):
        end = min(len(text), position + LONGEST)
        if end < len(text):
            cut = max(text.rfind(" ", position, end), text.rfind("\n", position, end))
            end = cut if cut > position else end
        base = len(found)
        found.extend(
            replace(
                q, start=q.start + position, end=q.end + position, number_start=q.number_start + position, number_end=q.number_end + position,
                conversion_of=None if q.conversion_of is None else q.conversion_of + base, old_of=None if q.old_of is None else q.old_of + base,
            )
            for q in read_quantities(text[position:end], country=country)
        )  # fmt: skip
        position = end
    return found


class _Reader:
    """The reading of one text."""

    def __init__(self, words: Words, country: str | None):
        self.words = words
        self.country = country
        self.commas = "," in words.text and comma_decimals(words.text)
        self.excluded = excluded_words(words)
        letters = [w for w, k in zip(words.word, words.kind, strict=True) if k == "w" and len(w) > 3]
        self.headline = len(letters) > 3 and sum(w[0].isupper() for w in letters) > 0.7 * len(letters)

    def find(self) -> list[_Found]:
        """All quantities, joined to ranges, with bounds, rates, changes, conversions and reasons."""
        found = self._ranges(self._atoms())
        for item in found:
            self._bound(item)
            self._per(item)
        found = self._without_bases(found)
        for index, item in enumerate(found):
            self._change(item, found[index - 1] if index else None)
        self._conversions(found)
        for index, item in enumerate(found):
            self._reason(item)
            if index:
                self._ages(found[index - 1], item)
            self._owed(item)
        return found

    # ------------------------------------------------------------ single numbers

    def _atoms(self) -> list[_Found]:
        words, found, i = self.words, [], 0
        starts = _data()["starts"]
        while i < words.size:
            kind = words.kind[i]
            if kind == "s" or (kind == "w" and words.low[i] not in starts):
                i += 1
                continue
            item = self._atom(i)
            if item is None:
                i += 1
                continue
            found.append(item)
            i = max(item.last, i + 1)
        return found

    def _atom(self, i: int) -> _Found | None:
        words = self.words
        currency = read_currency_before(words, i, self.country)
        number = read_number(words, i, commas=self.commas, money=currency is not None)
        if number is None:
            return self._multiple(i) or self._none(i)
        first = currency[0].at if currency else i
        item = _Found(number, first, number.last)
        if number.value is None and number.kind == "odd":
            item.reason = "code"
            return item
        if currency:
            item.unit, item.money_sign = currency[0].name, True
            item.unit_words = (currency[0].at, i)
            self._money_after(item, currency[1])
        else:
            self._unit_after(item)
        self._sign(item)
        self._odds(item)
        if number.kind == "fraction" and item.unit == "count":
            item.unit = "share"
        return item

    def _sign(self, item: _Found) -> None:
        words, i = self.words, item.first
        if i and words.word[i - 1] in "-−–+±" and words.glued(i) and (i == 1 or not words.glued(i - 1) or words.word[i - 2] in "($"):
            item.signed = True
            item.negative = words.word[i - 1] in "-−–"
            item.first = i - 1
        elif i and words.low[i - 1] == "minus" and words.at(i - 2) not in ("or", "/") and item.number.kind != "vague":
            item.negative = item.signed = True
            item.first = i - 1

    _DOLLARS = {"us": "USD", "usd": "USD", "australian": "AUD", "aud": "AUD", "au": "AUD", "canadian": "CAD", "cad": "CAD", "nz": "NZD", "nzd": "NZD", "sgd": "SGD", "hkd": "HKD"}

    def _money_after(self, item: _Found, bare: bool) -> None:
        """ "$76 US", "$84 million USD", "£5 million pounds", "$5 a barrel"."""
        words, j = self.words, item.last
        unit = read_unit(words, j, self.country)
        if unit and dimension(unit.name) == "money" and unit.factor == 1 and not (words.word[j] in "$€£¥" and words.kind[j] == "s"):
            if unit.name != item.unit and bare and words.low[unit.at - 1] not in ("dollar", "dollars"):
                item.unit = unit.name
            item.last = unit.at
        elif bare and words.at(j) in self._DOLLARS and words.word[j][:1].isupper() and words.at(j + 1) not in ("dollar", "dollars") and not (
            j + 1 < words.size and words.word[j + 1][:1].isupper() and words.kind[j + 1] == "w" and words.low[j] not in ("usd", "aud", "cad")
        ):  # fmt: skip
            item.unit = self._DOLLARS[words.low[j]]
            item.last = j + 1
        elif bare and words.low[j : j + 4] == ["u", ".", "s", "."]:
            item.unit, item.last = "USD", j + 4

    def _unit_after(self, item: _Found) -> None:
        words, number = self.words, item.number
        unit = read_unit(words, number.last, self.country, spelled=number.kind in ("words", "vague"))
        if unit is None and words.at(number.last) in ("us", "u.s", "imperial", "metric", "short", "long", "troy"):
            unit = read_unit(words, number.last + 1, self.country, spelled=True)
            unit = unit if unit and dimension(unit.name) in ("volume", "mass", "length") else None
        if unit is None and self._bound_then_unit(item):
            return
        if unit is None:
            self._measure_words(item)
            return
        item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
        item.unit_words = (number.last, unit.at)
        if unit.name == "degree":
            self._degrees(item)

    def _bound_then_unit(self, item: _Found) -> bool:
        """ "15-plus years", "50+ miles", "20-odd kilometres": the unit stands behind the bound."""
        words, j = self.words, item.last
        if words.hyphen(j) and words.at(j + 1) in ("plus", "odd"):
            end = j + 2
        elif words.at(j) == "+" and words.glued(j):
            end = j + 1
        else:
            return False
        unit = read_unit(words, end, self.country, spelled=True)
        if unit:
            item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
            item.unit_words = (end, unit.at)
        else:
            item.last = end
        item.approx = "about" if words.low[end - 1] == "odd" else "at_least"
        return True

    def _measure_words(self, item: _Found) -> None:
        """ "tens of millions of dollars", "half a mile", "half of the dollars", "two more years", "5 full days", "a quarter of a mile"."""
        words, j = self.words, item.last
        at = words.at(j)
        skip = 0
        if at == "of" and (item.number.kind == "vague" or item.number.scale != 1 or item.number.of):
            skip = 2 if words.at(j + 1) in ("a", "an") else 1
            if words.at(j + skip) in ("us", "u.s", "imperial", "metric", "full", "nautical"):
                skip += 1
        elif item.number.of and at in ("a", "an") and item.number.kind == "fraction":
            skip = 1
        elif at in ("more", "full", "previous", "past", "separate", "additional", "extra", "further", "straight", "consecutive", "long", "whole", "solid", "calendar", "working", "of", "successive", "other", "fewer", "short", "odd", "entire", "billion") and at not in ("of", "billion"):
            skip = 1
        if skip:
            unit = read_unit(words, j + skip, self.country, spelled=True)
            if unit and (item.number.kind != "fraction" or words.at(j + skip - 1) in ("a", "an") or words.at(j + 1) in ("a", "an")):
                item.unit, item.factor, item.last = unit.name, Decimal(str(unit.factor)), unit.at
                item.unit_words = (j + skip, unit.at)
                if item.number.of:
                    item.notes.add("part of a unit")
                return
        if words.at(j) in ("magnitude",) or (words.hyphen(j) and words.at(j + 1) == "magnitude"):
            item.unit, item.last = "magnitude", j + (2 if words.hyphen(j) else 1)
            item.unit_words = (item.last - 1, item.last)
        elif self._magnitude_before(item):
            item.unit = "magnitude"
        elif words.at(j) in ("times", "x", "×", "-") or (words.at(j) == "fold") or (words.hyphen(j) and words.at(j + 1) in ("fold", "times")):
            self._times(item)

    def _magnitude_before(self, item: _Found) -> bool:
        words, i = self.words, item.number.first
        before = [words.at(k) for k in range(i - 5, i)]
        if words.kind[i] != "d" or item.number.value is None or not 0 < item.number.value < 11:
            return False
        if before[-1] == "magnitude" or (before[-2] == "magnitude" and before[-1] in "-–" and before[-1]) or (before[-2:] == ["magnitude", "of"]) or ("magnitude" in before[-4:] and before[-1] in ("about", "around", "at", "was", "a")):
            return True
        near = words.low[max(0, i - 12) : i + 12]
        return "." in words.word[i] and (("richter" in near) or (before[-1] in ("a", "measuring", "measured", "registered", "of") and bool({"quake", "earthquake", "aftershock", "tremor", "temblor"} & set(words.low[i : i + 4])))) or (
            "." in words.word[i] and before[-1] in ("measuring", "measured", "registered") and bool({"quake", "earthquake", "aftershock", "tremor", "temblor"} & set(near))
        )  # fmt: skip

    def _times(self, item: _Found) -> None:
        words, j = self.words, item.last
        at = words.at(j)
        if at == "times" or (words.hyphen(j) and words.at(j + 1) == "times"):
            end = j + (2 if words.hyphen(j) else 1)
            after = words.at(end)
            compared = after in ("more", "as", "the", "higher", "larger", "that", "its", "greater", "over", "what", "less", "faster", "bigger", "likelier", "fewer", "lower", "stronger", "those", "their", "longer", "smaller", "his", "her", "earnings", "revenue", "worse", "better", "normal", "leverage")
            item.unit_words, item.last = (j, end), end
            item.unit = "times" if compared else "count"
            item.notes.add("times")
        elif at in ("x", "×") and words.glued(j) and not (j + 1 < words.size and words.glued(j + 1) and words.kind[j + 1] in "dw"):
            item.unit, item.unit_words, item.last = "times", (j, j + 1), j + 1
        elif at == "fold" or (words.hyphen(j) and words.at(j + 1) == "fold"):
            end = j + (2 if words.hyphen(j) else 1)
            item.unit, item.unit_words, item.last = "times", (end - 1, end), end

    _ANGLES = frozenset("angle angles turn turned turning rotate rotated rotation latitude longitude tilt tilted slope incline departure breakover approach arc circle camera view lens bend axis north south east west hinge".split())
    _WARMTH = frozenset("temperature temperatures warm warmer warming warmest heat heatwave hot hotter cold colder cool cooler freezing frost fever climate celsius fahrenheit global thermometer thermometers weather forecast mercury paris pre-industrial preindustrial industrial chill sweltering".split())

    def _degrees(self, item: _Found) -> None:
        """Bare degrees: an angle, or a temperature in the outlet's scale where the text speaks of heat."""
        near = set(self.words.low[max(0, item.first - 25) : item.last + 25])
        if near & self._ANGLES and not near & self._WARMTH:
            return
        if near & self._WARMTH:
            value = item.number.value or Decimal(0)
            american = self.country is not None and self.country.lower() == "us"
            climate = near & {"warming", "industrial", "preindustrial", "paris", "global", "climate"}
            item.unit = "degree_fahrenheit" if american and not (climate and value <= 5) else "degree_celsius"
            item.notes.add("bare degrees")

    def _odds(self, item: _Found) -> None:
        """ "one in five", "1 in 10", "two out of three" are shares; "2-to-1", "3:1" are multiples."""
        words, j, number = self.words, item.last, item.number
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
            other = read_number(words, k, commas=self.commas) if words.kind[k] in "dw" else None
            if other and other.value and other.value > number.value and number.value >= 1 and not why_year(words, k, other.last):
                unit = read_unit(words, other.last, self.country, spelled=True)
                if (unit is None or words.at(j) in ("out", "of")) and not (words.at(j) == "in" and (words.at(other.last) in ("-", "separate", "different") or words.at(item.first - 1) in ("the", "least"))):
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
        if k and k < words.size and words.at(k) in ("1", "one") and not (k + 1 < words.size and words.glued(k + 1) and words.kind[k + 1] == "d") and number.value > 1:
            if read_unit(words, k + 1, self.country) is None and words.at(k + 1) not in (".", "million", "billion", "hundred", "thousand") or words.at(k + 1) == ".":
                item.unit, item.ratio = "times", True
                item.last = k + 1

    def _multiple(self, i: int) -> _Found | None:
        """ "double", "tripled", "twice as many"."""
        words = self.words
        word = words.low[i]
        factor = _data()["multiples"].get(word)
        if factor is None or words.hyphen(i + 1) or (words.hyphen(i - 1) and i):
            return None
        after = words.at(i + 1)
        if word in ("twice", "thrice"):
            if after not in ("as", "the", "that", "its", "their", "his", "her", "what", "more", "those"):
                return None
        elif word in ("double", "triple", "treble", "quadruple", "halve", "doubles") and words.at(i - 1) in ("a", "the", "his", "her", "their", "its") and after not in ("the", "that"):
            return None
        elif word in ("doubles",) and after in ("", ",", ".", "title", "final", "match", "team"):
            return None
        elif word in ("halves",):
            return None
        item = _Found(Number(factor, i, i + 1, "words", Decimal(1)), i, i + 1, unit="times")
        item.rule = "multiple"
        item.unit_words = (i, i + 1)
        if word.endswith(("d", "ing")) or word in ("double", "triple", "treble", "quadruple", "halve"):
            item.notes.add("change of multiple")
        return item

    def _none(self, i: int) -> _Found | None:
        """ "no survivors", "no deaths", "no casualties", "nobody was killed": zero where a count is expected."""
        words = self.words
        word = words.low[i]
        if word == "no" and words.at(i + 1) in _data()["zero"] and words.at(i - 1) not in ("there", "reported") or (
            word == "no" and words.at(i + 1) in _data()["zero"] and words.at(i - 2) in ("were", "was", "are", "have", "with", "had")
        ):  # fmt: skip
            item = _Found(Number(Decimal(0), i, i + 1, "words", Decimal(1)), i, i + 1)
        elif (word == "nobody" or (word == "no" and words.at(i + 1) in ("one", "people", "person", "civilians", "passengers", "soldiers"))) and self._harmed(i + (1 if word == "nobody" else 2)):
            last = i + 1
            item = _Found(Number(Decimal(0), i, last, "words", Decimal(1)), i, last)
        else:
            return None
        item.rule = "zero"
        return item

    def _harmed(self, j: int) -> bool:
        words = self.words
        return words.at(j) in ("was", "were", "has", "have", "had", "is") and any(words.at(k) in ("killed", "injured", "hurt", "wounded", "harmed", "died", "missing", "arrested", "evacuated") for k in range(j + 1, j + 5)) or words.at(j) in ("died",)

    # ------------------------------------------------------------ ranges

    def _ranges(self, atoms: list[_Found]) -> list[_Found]:
        joined: list[_Found] = []
        for item in atoms:
            before = joined[-1] if joined else None
            if before is not None and self._join(before, item):
                continue
            if before is not None:
                self._old_and_new(before, item, len(joined))
            joined.append(item)
        return joined

    def _between(self, a: _Found, b: _Found) -> list[str]:
        return self.words.low[a.last : b.first] if b.first - a.last < 7 else ["..."] * 7

    def _join(self, a: _Found, b: _Found) -> bool:
        """Whether two numbers are the ends of one range; `a` becomes the range."""
        words = self.words
        if self._in_span(a) or self._in_span(b) or why_year(self.words, b.number.first, b.number.last):
            return False
        if a.upper is not None or a.reason or b.reason or a.number.value is None or b.number.value is None or a.ratio or b.ratio or b.number.kind == "fraction" and b.unit == "count":
            return False
        gap = self._between(a, b)
        before = words.at(a.first - 1)
        link = gap[0] if len(gap) == 1 else "to" if gap in (["-", "to", "-"], ["to", "-"], ["-", "to"], ["-", "or"], ["–", "to", "–"]) else " ".join(gap)
        if b.signed and not gap and words.word[b.first] in "-–−" and words.glued(b.first):
            link = "-"
        dash = link in ("-", "–", "‑", "‐", "—", "−")
        before = self._governor(a)
        if not (
            dash and (words.glued(a.last) or link != "—") and (words.glued(a.last) or a.unit == b.unit or a.unit == "count")
            or link in ("to", "through", "and up to", "to as many as", "to about", "to around", "to perhaps", "to nearly", "up to", "to over", "to more than", "to almost")
            or (link in ("and", "and about", "and around") and before == "between")
            or (link == "or" and self._neighbours(a, b))
        ):  # fmt: skip
            return False
        if dash and a.unit == "count" and not a.money_sign and why_name(words, a.number.first, a.first, a.last, True, self.headline):
            a.reason = b.reason = "name"  # "Boeing 737-800"
            return False
        if dash and not words.glued(a.last) and (a.unit_words or not (words.glued(b.first) is False)) and a.unit != b.unit:
            return False
        if not self._compatible(a, b, dash or link == "or" or before == "between"):
            return False
        if link == "to" and before in ("from", "up", "down") and self._moves(a, b):
            return False
        if link == "to" and before == "by" and a.value and b.value and b.value >= 3 * a.value:  # "rose by 300 to 1,200"
            return False
        low, high = self._ends(a, b)
        if low is None or high is None or low.value is None or high.value is None:
            return False
        if b.signed and link == "-":
            b.negative = False
        if low.value * (-1 if a.negative else 1) >= high.value:
            return False
        if link in ("to", "up to") and not before == "from" and self._votes(a, b):
            return False
        a.number, a.upper, a.upper_first = low, high, b.first
        a.last = b.last
        a.rule = "range"
        if b.unit != "count" or a.unit == "count":
            a.unit_words = b.unit_words or a.unit_words
            a.unit = b.unit if b.unit != "count" else a.unit
            a.factor = b.factor
        a.notes |= b.notes
        return True

    def _in_span(self, item: _Found) -> bool:
        return any(self.excluded.get(k) in ("date", "year", "time", "phone", "code", "name") for k in range(item.number.first, item.number.last))

    def _governor(self, a: _Found) -> str:
        """The word before a number, or before the bound that stands at it."""
        words, i = self.words, a.first
        bound = read_bound_before(words, i)
        if bound:
            i = bound[1]
        return words.at(i - 1)

    def _neighbours(self, a: _Found, b: _Found) -> bool:
        x, y = a.number.value, b.number.value
        return x is not None and y is not None and a.unit in ("count", b.unit) and (x < y <= 3 * x + 1 or (b.number.scale > 1 and x < y / b.number.scale)) and x > 0

    def _votes(self, a: _Found, b: _Found) -> bool:
        near = set(self.words.low[max(0, a.first - 5) : b.last + 4])
        return bool(near & {"voted", "vote", "votes", "against", "verdict", "ruling"}) and a.unit == "count"

    def _compatible(self, a: _Found, b: _Found, tight: bool) -> bool:
        if a.unit == b.unit:
            if a.factor != b.factor and a.unit_words:
                return False  # "18 sen to RM23.50"
            return a.money_sign == b.money_sign or tight or not b.money_sign or a.unit_words is not None
        if a.unit == "count":
            return not b.money_sign or tight
        if b.unit == "count":
            return a.money_sign and not self._counts(b) or (tight and a.unit != "share") or (a.unit_words is not None and not self._counts(b) and not a.money_sign and a.unit != "share")
        return False

    def _counts(self, b: _Found) -> bool:
        """Whether a bare number counts a noun of its own."""
        words, j = self.words, b.last
        return j < words.size and words.kind[j] == "w" and words.word[j][0].islower() and words.low[j] not in _AFTER_BARE

    def _ends(self, a: _Found, b: _Found) -> tuple[Number | None, Number | None]:
        """Both numbers, the first with the second's scale where it has none of its own ("11 to 12 thousand", "$3-4bn")."""
        x, y = a.number, b.number
        if x.value is None or y.value is None:
            return None, None
        if x.scale == 1 and y.scale > 1 and x.value * y.scale <= y.value:
            x = Number(x.value * y.scale, x.first, x.last, x.kind, (x.digit or Decimal(1)) * y.scale, scale=y.scale)
        return x, y

    def _moves(self, a: _Found, b: _Found) -> bool:
        """Whether "from a to b" says an old and a new value: a word of change stands before it, or the value falls."""
        words = self.words
        x, y = a.value, b.value
        low, _ = self._ends(a, b)
        if low is not None and low.value is not None and y is not None and low.value * a.factor > y:
            return True
        for j in range(a.first - 1, max(-1, a.first - 14), -1):
            word = words.low[j]
            if word in _RANGING:
                return False
            if word in _data()["verbs"] or word in _data()["nouns"] or word in _MOVING:
                return word not in ("pop", "shot", "contract", "dive", "down", "up") or j >= a.first - 3
            if word in (".", ";", ":"):
                break
        return False

    def _old_and_new(self, a: _Found, b: _Found, index: int) -> None:
        """ "from R11bn to R5.5bn", "from 208 pounds to 193", "to 6.7% from 6.29%": two values of one thing; the old one names the new."""
        words = self.words
        if a.reason or b.reason or a.number.kind == "vague" or b.number.kind == "vague":
            return
        gap = self._between(a, b)
        before = self._governor(a)
        if before == "from" and len(gap) <= 4 and "to" in gap and all(g not in (",", ".", ";") for g in gap) and self._moves(a, b):
            if b.unit == "count" and a.unit != "count" and not self._counts(b) and not a.money_sign:
                b.unit, b.factor = a.unit, a.factor
            elif a.unit == "count" and b.unit != "count" and not b.money_sign:
                a.unit, a.factor = b.unit, b.factor
            if a.number.scale == 1 and b.number.scale > 1 and a.unit == b.unit and not a.money_sign:
                low, _ = self._ends(a, b)
                a.number = low or a.number
            if a.unit == b.unit:
                a.old_of = index
                a.notes.add("old")
                b.notes.add("new")
        elif gap == ["to"] and a.unit == b.unit and dimension(a.unit) not in ("count", "share", "percentage_point", "points", "money", "time", "times") and a.unit_words and b.unit_words and a.value and b.value and a.value > b.value and a.factor == b.factor:
            a.old_of = index  # "1.3 kV to 0.3 kV"
            a.notes.add("old")
            b.notes.add("new")
        elif gap[-1:] == ["from"] and before in ("to", "at") and len(gap) <= 2 and a.unit == b.unit:
            b.old_of = index - 1
            b.notes.add("old")
            a.notes.add("new")

    # ------------------------------------------------------------ bounds, rates

    def _bound(self, item: _Found) -> None:
        item.start, item.stop = item.first, item.last
        time = item.unit in TIMES
        before = read_bound_before(self.words, item.first, time=time, share=item.unit == "share")
        after = read_bound_after(self.words, item.last)
        if after is None and item.upper is None and item.unit == "count" and item.last + 1 < self.words.size and self.words.kind[item.last] == "w":
            later = read_bound_after(self.words, item.last + 1)
            if later and self.words.low[item.last + 1] == "or":
                item.approx = later[0]
        if item.number.kind == "vague" and before and before[0] == "about":
            item.start = before[1]
            before = None
        if before:
            item.approx, item.start = item.approx or before[0], before[1]
            if before[0] == "about" and item.number.kind == "vague":
                item.approx = None
            if self.words.low[before[1]] in ("average", "averaging", "averaged", "averages") or self.words.low[max(0, item.first - 2) : item.first] in (["average", "of"], ["on", "average"]):
                item.notes.add("average")
        if after and not (item.unit in TIMES and self.words.low[item.last] == "or" and self.words.at(item.last + 1) == "older"):
            item.approx, item.stop = item.approx or after[0], after[1]
        if item.unit == "count" and before is None and self.words.at(item.last) == "+" and self.words.glued(item.last):
            item.approx, item.stop = "at_least", item.last + 1

    def _per(self, item: _Found) -> None:
        words = self.words
        after = item.last + 1 if item.first and words.word[item.first - 1] == "(" and words.at(item.last) == ")" else item.last
        per = read_per(words, after, money=item.money_sign or item.unit != "count")
        if per is None and item.unit == "count" or (per is None and item.money_sign):
            for j in range(item.last + 1, min(item.last + 5, words.size)):
                if words.kind[j - 1] != "w" or words.low[j - 1] in ("and", "in", "on", "at", "for", "to", "was", "were", "is", "are", "of", "by", "with", "from", "or", "but"):
                    break
                per = read_per(words, j)
                if per:
                    break
        if per:
            item.per, item.per_stop = per

    def _without_bases(self, found: list[_Found]) -> list[_Found]:
        """The quantities without the numbers that only say what a rate is per ("16 per 100,000")."""
        bases = [(item.last, item.per_stop) for item in found if item.per and item.per[0].isdigit()]
        if not bases:
            return found
        covered = {k for a, b in bases for k in range(a, b)}
        kept = [item for item in found if item.first not in covered]
        moved = {id(item): index for index, item in enumerate(kept)}
        for item in kept:
            if item.old_of is not None:
                item.old_of = moved.get(id(found[item.old_of]))
        return kept

    # ------------------------------------------------------------ changes

    def _change(self, item: _Found, before: _Found | None) -> None:
        """Whether the number says by how much something moved, and which way."""
        words = self.words
        verbs, nouns, compared = _data()["verbs"], _data()["nouns"], _data()["compared"]
        if item.signed and item.unit in ("share", "percentage_point", "point"):
            item.moved, item.change = True, "down" if item.negative else "up"
            item.change_by = "sign"
            return
        if "old" in item.notes or "new" in item.notes or item.rule == "zero":
            return
        if item.rule == "multiple":
            if "change of multiple" in item.notes:
                item.moved, item.change = True, "down" if item.number.value and item.number.value < 1 else "up"
                item.change_by = "verb"
            return
        share = item.unit in ("share", "percentage_point", "point", "times")
        j = item.start - 1
        if before is not None and before.moved and before.change_by in ("verb", "far verb") and share and words.low[before.stop : item.start] in ([",", "or"], ["or"], ["("], ["/"]):
            item.moved, item.change, item.change_by = True, before.change, before.change_by
            return
        if words.at(j) in ("to", "at", "from"):
            return
        by = words.at(j) == "by"
        # another 50, an additional 11,000
        if words.at(j) in _data()["more_before"] or (words.at(item.first - 1) in _data()["more_before"]) or (words.at(item.last) in _data()["more_after"] and words.at(item.last + 1) != "than" and words.at(item.last) != "new"):
            item.moved, item.change, item.change_by = True, "up", "more"
            return
        if words.at(item.last) in compared and not (words.at(item.last) in ("more", "above", "below", "under", "off", "up", "down", "better", "further") and not (words.at(item.last + 1) in ("than", "the", "its", "from", "on", "in", "last", "") or share)):
            item.moved = True
            item.change, item.change_by = compared[words.at(item.last)], "compared"
            return
        if self._by_verb(item, j, by, share):
            return
        # "a 19% drop", "an increase of 5%"
        for k in (item.last, item.last + 1, item.last + 2) if item.unit != "count" else ():
            if words.at(k) in nouns and (k == item.last or words.kind[item.last] in "ws") and words.kind[k] == "w":
                if not share and words.at(k) in ("loss", "growth", "premium", "boost", "advance", "raise", "collapse", "gain", "gains", "rally", "discount"):
                    break
                if any(words.at(m) in ("in", "of", "on", "to", "and", "for", "the", ",", ".", "(", ")") for m in range(item.last, k)):
                    break
                item.moved, item.change = True, nouns[words.low[k]]
                item.change_by = "noun"
                return
        if words.at(j) in ("of", "by") and words.at(j - 1) in nouns and (share or words.at(j - 1) not in ("loss", "growth", "gain", "gains", "raise", "cut", "cuts")):
            item.moved, item.change = True, nouns[words.at(j - 1)]
            item.change_by = "noun"

    def _by_verb(self, item: _Found, j: int, by: bool, share: bool) -> bool:
        """ "rose 5%", "fell by about 300", "boost the range by 35 miles", "cut emissions 42.6 per cent"."""
        words, data = self.words, _data()
        verbs, adverbs = data["verbs"], data["adverbs"]
        k, seen = j, 0
        while k >= 0 and seen < 4 and words.low[k] not in verbs and words.low[k] in adverbs:
            k, seen = k - 1, seen + 1
        if k >= 0 and words.low[k] in verbs and (words.low[k] not in ("up", "down", "higher", "lower") or k == j or by or words.low[k] in ("up", "down")):
            word = words.low[k]
            way = verbs[word]
            if word in ("up", "down") and words.at(k - 1) in verbs:
                word = words.at(k - 1)  # "edged down"
            elif word in ("up", "down") and words.at(k - 1) in _PHRASAL:
                return False  # "gave up 517 yards"
            money = item.unit in ("count",) or dimension(item.unit) in ("money",)
            if share or by or (word in _BODY and dimension(item.unit) == "mass") or (word in ("up", "down") and item.unit != "count" and words.at(k + 1) != "to") or (word not in data["transitive"]) or (money and item.unit != "count" and word in _MARKET):
                if word in ("up", "down") and words.at(j) == "to":
                    return False
                if word == "shot" or (not share and not by and word in ("up", "down") and item.unit == "count" and words.kind[item.number.first] != "d"):
                    return False
                item.moved, item.change, item.change_by = True, way, "verb"
                return True
        if not (by or item.unit in ("share", "percentage_point")):
            return False
        # the verb stands further off: "cut emissions 42.6 per cent", "raise rates by 25 basis points", "to cut costs by R2bn"
        stop = {".", ";", ":", "that", "which", "who", "while", "but"} if by else {".", ",", ";", ":", "of", "to", "at", "in", "than", "with", "that", "and", "for", "is", "was", "were", "are", "from", "has", "have", "said", "who", "which"}
        for k in range(j - (1 if by else 0), max(-1, j - (12 if by else 6)), -1):
            word = words.low[k]
            if word in stop:
                return False
            if word in verbs and word not in ("up", "down", "higher", "lower", "pop", "shot", "added", "contract", "gains", "lost", "lose"):
                item.moved, item.change = True, verbs[word]
                item.change_by = "far verb"
                return True
            if by and word in data["nouns"]:
                item.moved, item.change, item.change_by = True, data["nouns"][word], "noun"
                return True
        return False

    # ------------------------------------------------------------ conversions

    def _conversions(self, found: list[_Found]) -> None:
        """ "165 km (100 miles)", "9 billion shekels ($2.4 billion)": the bracket says the same in another unit and takes over the bound."""
        words = self.words
        for index in range(1, len(found)):
            a, b = found[index - 1], found[index]
            if b.reason or a.reason or a.unit == b.unit:
                continue
            gap = words.low[a.stop : b.start]
            opens = gap in (["("], ["[", ""], ["["], ["(", "or"], ["/"], [",", "or"]) or (len(gap) <= 4 and gap[-1:] == ["("] and "." not in gap and a.per is not None)
            same = dimension(a.unit) == dimension(b.unit) and dimension(a.unit) not in (None, "count", "share")
            if not same or not opens or (gap == [",", "or"] and dimension(a.unit) == "time"):
                continue
            b.conversion_of = a.conversion_of if a.conversion_of is not None else index - 1
            source = found[b.conversion_of]
            if b.approx is None and b.upper is None:
                b.approx = source.approx
            b.per = b.per or source.per
            source.per = source.per or b.per
            if b.change is None:
                b.moved, b.change, b.change_by = source.moved, source.change, source.change_by

    # ------------------------------------------------------------ what is no claim

    def _reason(self, item: _Found) -> None:
        words, number = self.words, item.number
        if item.reason:
            return
        for k in range(number.first, number.last):
            reason = self.excluded.get(k)
            if reason is None or (reason == "ordinal" and item.unit != "count") or (item.money_sign and reason in ("date", "year", "ordinal", "address", "phone")):
                continue
            if reason in ("idiom", "one") and number.last - number.first > 1 and not all(self.excluded.get(m) == reason for m in range(number.first, number.last)):
                continue
            item.reason = reason
            return
        value = float(number.value) if number.value is not None else None
        counted = item.unit == "count" and "times" not in item.notes
        bare = counted and not item.money_sign and number.scale == 1 and item.approx is None and item.upper is None and number.kind in ("digits", "words") and not item.signed
        if counted and item.upper is None and number.kind == "digits" and number.scale == 1:
            item.reason = why_year(words, number.first, number.last)
        unit = None if item.unit == "count" else item.unit
        if item.reason is None and item.rule not in ("zero", "multiple") and not item.money_sign:
            item.reason = why_age(words, number.first, item.start, number.last if unit is None else item.last, value, item.last, unit)
        if item.reason is None and item.rule not in ("zero", "multiple") and not item.money_sign and item.unit not in ("share", "percentage_point", "magnitude"):
            item.reason = why_name(words, number.first, item.first, item.last, bare and number.value is not None, self.headline)
        if item.reason is None and item.rule not in ("zero", "multiple", "range"):
            item.reason = why_word(words, number.first, item.start, item.last, value, counted, item.approx not in (None, "about"))
        if item.reason is None:
            self._odd_reason(item, bare)

    def _ages(self, a: _Found, b: _Found) -> None:
        """ "ages of 17 and 20", "27 and 29 years old": what is coordinated with an age is one."""
        gap = self._between(a, b)
        if gap not in (["and"], ["or"], ["to"], ["-"], ["–"], ["-", "to"], [","]):
            return
        if a.reason is None and a.unit == "count" and b.reason == "age" and b.unit != "count" and a.number.kind in ("digits", "words") and a.number.scale == 1:
            a.reason = "age"
        elif b.reason is None and b.unit == "count" and a.reason == "age" and a.unit == "count" and gap != [","] and not self._counts(b) and (b.value or 200) < 120:
            b.reason = "age"

    def _owed(self, item: _Found) -> None:
        """ "chase billions owed", "cost millions": money without a sign, in the outlet's currency."""
        words, number = self.words, item.number
        if item.reason or item.unit != "count" or number.kind != "vague" or number.low is None or number.low < 1000000 or words.at(item.last) == "of":
            return
        before = {words.at(j) for j in range(item.start - 1, item.start - 4, -1)}
        if before & _SPENDS or words.at(item.last) in ("owed", "in", "owing") and words.at(item.last + 1) in ("to", "cash", "damages", "funding", "revenue", "debt", "taxes", "aid", "loans", "unpaid", "lost"):
            others = [code for code in (_money_of(country=self.country),) if code]
            if others:
                item.unit = others[0]

    def _odd_reason(self, item: _Found, bare: bool) -> None:
        words, number = self.words, item.number
        before = words.at(item.start - 1)
        if item.unit == "share" and before in ("top", "bottom", "richest", "poorest", "wealthiest", "middle"):
            item.reason = "name"
        elif number.value is not None and item.unit == "count" and before == "of" and words.at(item.start - 2) in _PARENTS and not self._counts(item):
            item.reason = "idiom"
        elif bare and self._turns(item):
            item.reason = "age"
        elif item.unit in ("millimetre", "inch") and words.at(item.last) in _calibres():
            item.reason = "calibre"
        elif item.ratio and item.unit == "times" and words.at(item.last) in ("odds", "shot", "outsider", "favourite", "favorite"):
            item.reason = "score"
        elif item.unit == "count" and before == "by" and words.at(item.last) in ("wickets", "wicket", "runs", "strokes", "lengths", "frames", "sets", "shots"):
            item.reason = "score"
        elif bare and self._score(item):
            item.reason = "score"
        elif bare and number.kind == "digits" and len(words.word[number.first]) > 1 and words.word[number.first][0] == "0" and words.word[number.first].isdigit():
            item.reason = "code"
        elif bare and words.at(item.last) == "/" and words.at(item.last + 1) in ("1", "2") and words.glued(item.last):
            item.reason = "score"
        elif bare and number.first and words.word[number.first - 1] == "/" and words.glued(number.first):
            item.reason = "code"

    def _turns(self, item: _Found) -> bool:
        """ "who is 70", "she turned 30"."""
        words, value = self.words, item.value
        if value is None or not 15 < value < 110 or words.kind[item.number.first] != "d" or self._counts(item):
            return False
        before, second = words.at(item.start - 1), words.at(item.start - 2)
        return (before in ("is", "was") and second in ("who", "he", "she")) or (before in ("turned", "turns", "turning") and second in ("who", "he", "she", "just", "recently"))

    def _score(self, item: _Found) -> bool:
        """ "2-1", "6-4": two numbers with a dash that are no range; votes are not scores."""
        words, i, j = self.words, item.number.first, item.last
        left = words.hyphen(i - 1) and i >= 2 and words.kind[i - 2] == "d"
        right = words.hyphen(j) and words.kind[j + 1] == "d"
        if not (left or right):
            return False
        near = set(words.low[max(0, i - 8) : j + 8])
        return near.isdisjoint(_VOTING)

    # ------------------------------------------------------------ records

    def record(self, item: _Found) -> Quantity:
        """The finished record of one quantity."""
        words, number = self.words, item.number
        approx: Approx = item.approx or "exact"
        digit = number.digit
        low: Decimal | None
        high: Decimal | None
        low_open = high_open = False
        scaled = digit * item.factor if digit is not None else None
        if number.value is None:
            low, high = number.low, number.high
            if low is not None and high is not None:
                low, high = low * item.factor, high * item.factor
                low, high, low_open, high_open = _vague_bound(low, high, item.approx)
            approx, scaled = "vague", None
        elif item.upper is not None and item.upper.value is not None:
            low, high = number.value * item.factor * (-1 if item.negative else 1), item.upper.value * item.factor
            approx = "range"
            scaled = (item.upper.digit or Decimal(1)) * item.factor
        else:
            value = item.value
            assert value is not None
            low, high, low_open, high_open = interval(value, approx, scaled, item.unit, item.moved)
        start, end = words.start[item.start], words.end[item.stop - 1]
        first, last = number.first, (item.upper.last if item.upper else number.last)
        unit_words = item.unit_words
        moved = item.moved and item.reason is None
        return Quantity(
            start=start, end=end, text=words.text[start:end], low=_float(low), high=_float(high), approx=approx, unit=item.unit,
            number_start=words.start[first], number_end=words.end[last - 1], low_open=low_open, high_open=high_open,
            unit_text=words.text[words.start[unit_words[0]] : words.end[unit_words[1] - 1]].strip("-– ") if unit_words and unit_words[1] > unit_words[0] else None,
            per=item.per, aspect="change" if moved else "level", change=item.change if moved else None, change_by=item.change_by if moved else None, last_digit=_float(scaled),
            conversion_of=item.conversion_of, old_of=item.old_of, not_claim=item.reason, rule=item.rule or number.kind,
        )  # fmt: skip


def _vague_bound(low: Decimal, high: Decimal, approx: Approx | None) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    """A bound at a vague word moves the end that it speaks of: "more than a dozen" is open above."""
    if approx in ("more_than", "at_least"):
        return low, None, approx == "more_than", False
    if approx in ("less_than", "at_most"):
        return Decimal(0), high, False, approx == "less_than"
    return low, high, False, False


def _float(value: Decimal | None) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if abs(number) < 1e300 else None


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


_RANGING = frozenset("range ranges ranging ranged vary varies varying varied priced prices pricing between anywhere everything sizes aged ages scale estimates starting runs run costing costs anything spans spanning spanned".split())
_MOVING = frozenset("went going goes go moved move moves moving changed change changes revised revise upgraded downgraded extended extend extends extending switched shift shifted doubled tripled bring brought bringing taking took takes take narrowed widened up down adjusted upped brings converted ranking".split())
_AFTER_BARE = frozenset("in on at by for from to and or as of with after before this last per a an the over since during while but if when than because that which who is was were are has have had will would can could compared according year-on-year next within following versus against by".split())
_MARKET = frozenset("rise rises rose risen rising fall falls fell fallen climb climbs climbed jump jumps jumped slide slides slid gain gains gained lose loses lost shed sheds surge surged plunge plunged plunges tumble tumbled soar soared ease eased advance advanced add adds added drop drops dropped dip dipped slip slipped sink sank decline declined retreat retreated climb rebound rebounded grow grew grown increase increased decrease decreased up down".split())
_SPENDS = frozenset("cost costs costing owe owes owed owing worth pay pays paid paying spend spends spent spending raise raises raised raising lent lend save saves saved saving earn earns earned earning invest invests invested investing poured pumped chase fined fine donate donated embezzled stole stolen".split())
_VOTING = frozenset("vote voted votes ruling majority committee senate court council parliament bill judges ruled justices decision motion amendment referendum verdict panel".split())
_PARENTS = frozenset("mother father mum mom dad parent parents grandmother grandfather mother- father-".split())
_PHRASAL = frozenset("gave give gives given giving set sets take takes took make makes made making pick picked blow blew end ended line lined hand handed rack racked put turn turned break broke broken pull pulled racking piled pile cough coughed offer offered sum sums rounding round rounded".split())
_BODY = frozenset("lose loses lost losing gain gains gained gaining shed sheds shedding".split())
