"""Single numbers with their signs and units: what stands at one number, before ranges, bounds and reasons are looked
at."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from processing.claims.document.tokens import near
from processing.claims.quantity.bounds import read_bound_before
from processing.claims.quantity.number_words import part_behind
from processing.claims.quantity.numbers import Number, read_number
from processing.claims.quantity.odds import read_odds
from processing.claims.quantity.quantity_draft import Cut, Found
from processing.claims.quantity.unit_beside import read_inches, read_money_after, read_sign, read_unit_after
from processing.claims.quantity.units import Unit, read_currency_before, read_unit, smaller_units
from processing.measures import dimension
from processing.words import load_words

__all__ = ["read_singles", "starts"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    numbers = load_words("numbers")
    words = ("ones", "tens", "vague", "multiples")
    return {
        "multiples": {w: Decimal(str(v)) for w, v in numbers["multiples"].items()},
        "parts": {"second": Decimal(2)}
        | {w: Decimal(v) for w, v in numbers["fractions"].items() if not w.endswith(("s", "half", "quarter"))},
        "zero": frozenset(numbers["zero_counts"]),
        "starts": frozenset(w for name in words for w in numbers[name]) | near("zero_starts"),
        "persons": _persons(),
    }


def _persons() -> frozenset[str]:
    """Nouns of people, singular and plural."""
    found = load_words("persons")
    one, many = found["person"], [*found["group"], *found["crowds"]]
    others = load_words("nouns")["people"]["heads"]
    return frozenset([*one, *(w + "s" for w in one), *many, *others, *(w + "s" for w in others)])


def starts() -> frozenset[str]:
    """Words in lower case that a number may start with."""
    found: frozenset[str] = _data()["starts"]
    return found


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
        return _multiple(cut, i) or _none(cut, i) or _one_unit(cut, i) or _every(cut, i)
    first = currency[0].at if currency else i
    item = Found(number, first, number.last)
    if number.value is None and number.kind == "odd":
        item.reason = "code"
        return item
    if currency:
        item.unit, item.money_sign = currency[0].name, True
        item.unit_words = (currency[0].at, i)
        read_money_after(cut, item, currency[1])
    else:
        read_unit_after(cut, item)
    if item.unit == "foot":
        read_inches(cut, item)
    read_sign(cut, item)
    read_odds(cut, item)
    if number.kind == "fraction" and item.unit == "count":
        item.unit = "share"
    return item


def _multiple(cut: Cut, i: int) -> Found | None:
    """ "double", "tripled", "twice as many"."""
    words = cut.words
    word = words.low[i]
    factor = _data()["multiples"].get(word)
    if factor is None or words.hyphen(i + 1) or (words.hyphen(i - 1) and i):
        return None
    after = words.at(i + 1)
    if after == "as" and words.at(i + 2) not in ("many", "much") and word not in ("twice", "thrice"):
        return None  # "who doubles as chairman"
    if word in ("twice", "thrice"):
        if after not in near("after_twice"):
            return None
    elif (
        (
            word in ("double", "triple", "treble", "quadruple", "halve", "doubles")
            and words.at(i - 1) in ("a", "the", "his", "her", "their", "its")
            and after not in ("the", "that")
        )
        or (word in ("doubles",) and after in near("after_doubles"))
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
    """ "about a minute", "more than a mile", "up to a year in prison": an article behind a bound is one; so it is in
    "a day and a half"."""
    words = cut.words
    if words.low[i] not in ("a", "an"):
        return None
    bound = read_bound_before(words, i) is not None
    if not bound and "and" not in words.low[i + 2 : i + 5]:
        return None
    unit = read_unit(words, i + 1, cut.country, spelled=True)
    if unit is None or dimension(unit.name) in ("count", "share", "money", None):
        return None
    one = Number(Decimal(1), i, i + 1, "words", Decimal(1))
    part = part_behind(words, unit.at)
    if part is not None:
        number = Number(1 + part[0], i, part[1], "words", Decimal("0.1"))
        return Found(number, i, part[1], unit=unit.name, unit_words=(i + 1, unit.at))
    if not bound:
        smaller = _goes_on_smaller(cut, unit)
        return Found(one, i, unit.at, unit=unit.name, unit_words=(i + 1, unit.at)) if smaller else None
    if words.at(unit.at) in near("places_in_time"):
        return None
    return Found(one, i, unit.at, unit=unit.name, unit_words=(i + 1, unit.at))


def _goes_on_smaller(cut: Cut, unit: Unit) -> bool:
    """Whether a number of a smaller unit follows: "an hour and ten minutes"."""
    words, i = cut.words, unit.at + 1
    number = read_number(words, i) if words.at(unit.at) == "and" and i < words.size and words.kind[i] in "dw" else None
    part = read_unit(words, number.last, cut.country) if number is not None else None
    return part is not None and (unit.name, part.name) in smaller_units()


def _every(cut: Cut, i: int) -> Found | None:
    """ "Every third household": one of three; not "every third week" or "every second counts"."""
    words = cut.words
    part = _data()["parts"].get(words.at(i + 1)) if words.low[i] == "every" else None
    noun = words.at(i + 2)
    if part is None or not noun.isalpha() or not words.word[i + 2].islower() or noun.endswith("ly"):
        return None
    if noun in near("turns") or read_unit(words, i + 2, None, spelled=True) is not None:
        return None
    return Found(Number(1 / part, i, i + 2, "fraction", Decimal("0.01"), of=True), i, i + 2, unit="share", ratio=True)


def _none(cut: Cut, i: int) -> Found | None:
    """ "no survivors", "no deaths", "nobody was killed", "none of the 40", "not a single vote": zero where a count is
    expected. What was only not reported ("no casualties were reported") is none."""
    words = cut.words
    word = words.low[i]
    last: int | None = i + 1
    if word == "none":
        last = last if _none_of(cut, i + 1) else None
    elif word == "not":
        last = _not_one(cut, i)
    elif word == "neither":
        last = last if _harmed(cut, i + 1) or _harmed(cut, i + 2) else None
    elif word in ("no", "nobody"):
        last = _no(cut, i)
    else:
        last = None
    return Found(Number(Decimal(0), i, last, "words", Decimal(1)), i, last, rule="zero") if last is not None else None


def _no(cut: Cut, i: int) -> int | None:
    """The index after "no", "no one" or "nobody" that says zero; None where it does not."""
    words = cut.words
    word, after = words.low[i], words.at(i + 1)
    if word == "no" and after in _data()["zero"]:
        unsaid = {"reported", "known", "reports", "confirmed", "immediately"}
        return i + 1 if unsaid.isdisjoint(words.low[i + 2 : i + 6]) else None
    nobody = word == "nobody" or after == "one" or words.low[i + 1 : i + 3] == ["-", "one"]
    if nobody:
        last = i + (1 if word == "nobody" else 3 if after == "-" else 2)
        if words.at(i - 1) in near("harmed"):
            return last  # "killed no one"
        named = words.at(last) in near("after_nobody")
        verbs = (k for k in range(last, min(last + 7, words.size)) if words.low[k] in ("was", "were", "died"))
        return last if _harmed(cut, next(verbs, last) if named else last) else None
    return i + 1 if _no_people(cut, i + 1) else None


def _no_people(cut: Cut, j: int) -> bool:
    """Whether people at word `j` did or suffered something that is told of none of them: "no guest has been admitted",
    "no passengers were on board"; behind a verb that harms or holds them, "lost no soldiers"."""
    words = cut.words
    noun = next((k for k in range(j, min(j + 3, words.size)) if words.low[k] in _data()["persons"]), None)
    if noun is None or not all(words.low[k].isalpha() for k in range(j, noun)):
        return False
    if words.at(j - 2) in near("harmed") or words.at(j - 2) in near("lost_people"):
        return True
    verb = words.low[noun + 1 : noun + 4]
    told = verb[:1] in (["was"], ["were"], ["died"]) or verb[:2] in (["has", "been"], ["have", "been"], ["had", "been"])
    behind = words.low[noun + 2 : noun + 6]
    return told and not near("unharmed") & set(behind)


def _not_one(cut: Cut, i: int) -> int | None:
    """The index after "not a single" or, before "of", "not one"; None where no zero is told by it."""
    words = cut.words
    if words.low[i + 1 : i + 3] == ["a", "single"]:
        noun = words.at(i + 3)
        unit = noun.isalpha() and read_unit(words, i + 3, cut.country, spelled=True) is not None
        return i + 3 if noun.isalpha() and not unit and noun not in near("single_idioms") else None
    return i + 2 if words.low[i + 1 : i + 3] == ["one", "of"] and words.at(i + 3) in near("wholes") else None


def _none_of(cut: Cut, j: int) -> bool:
    """Whether "none" says that nobody did or suffered something: "none survived", "none of the crew was hurt"; "none of
    the 40" is told of a number whatever they did not do."""
    words = cut.words
    if words.at(j) == "of" and words.at(j + 1) in ("them", "these", "those", "us", "whom"):
        return True
    if words.at(j) == "of":
        article = words.at(j + 1) in near("wholes")
        if article and j + 2 < words.size and read_number(words, j + 2, commas=cut.commas) is not None:
            return True
        verbs = near("none_verbs") | {"was", "were", "has", "have", "had"}
        j = next((k for k in range(j + 1, min(j + 9, words.size)) if words.low[k] in verbs), j)
    told = words.at(j).endswith("ed") or words.at(j) in ("did", "was", "were", "had")
    return words.at(j) in near("none_verbs") or told or _harmed(cut, j)


def _harmed(cut: Cut, j: int) -> bool:
    words = cut.words
    return (
        words.at(j) in ("was", "were", "has", "have", "had", "is")
        and any(words.at(k) in near("harmed") for k in range(j + 1, j + 5))
    ) or words.at(j) in ("died",)
