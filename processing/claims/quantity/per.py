"""What a rate is per: "per day", "a barrel", "/kg", "per 100,000"."""

from __future__ import annotations

from functools import lru_cache

from processing.claims.document.tokens import Words, near
from processing.measures import all_units
from processing.words import load_words

__all__ = ["read_per"]


@lru_cache(maxsize=1)
def _per_words() -> dict[str, str]:
    rows: dict[str, str] = {}
    for unit in all_units().values():
        for name in unit.names:
            rows[name.lower()] = unit.name
        for sign in unit.signs:
            rows.setdefault(sign.lower(), unit.name)
    del rows["second"]
    rows["second"] = "second"
    data = load_words("bounds")["per"]
    rows |= {word: word for word in data["things"]}
    rows |= data["same"]
    return rows


def _ends_rate(words: Words, k: int) -> bool:
    """Whether the noun at word `k` behind an amount and an article ends what the amount is per ("$275 a vial in 2019"),
    and begins no clause ("a spokesman said")."""
    noun, after = words.at(k), words.at(k + 1)
    if not words.word[k].islower() or noun in near("no_rate") or words.kind[k] != "w":
        return False
    return k + 1 >= words.size or words.kind[k + 1] == "s" or after in near("after_rate")


def read_per(words: Words, i: int, *, money: bool = False) -> tuple[str, int] | None:
    """What a rate is per, from word `i`: "per day", "a barrel", "/kg", "-a-day", "per 100,000", "every year"; and the
    index after it."""
    if i >= words.size:
        return None
    data = load_words("bounds")["per"]
    j = i + 1 if words.hyphen(i) else i
    word = words.at(j)
    if word in data["adverbs"]:
        return data["adverbs"][word], j + 1
    if word == "for" and words.at(j + 1) == "every":
        j, word = j + 1, "per"
    if word not in data["openers"] or (word == "/" and not words.glued(j)):
        return None
    if word == "apiece" or (word == "each" and money and words.at(j + 1) not in _per_words()):
        return "piece", j + 1
    k = j + 2 if words.hyphen(j + 1) else j + 1
    fixed = _fixed(words, j, k) if word == "per" else None
    if fixed is not None or _goes_on(words, k):
        return fixed
    return _thing(words, word, k, money)


def _fixed(words: Words, j: int, k: int) -> tuple[str, int] | None:
    """ "Per annum", "per head", "per 100,000", "per million"."""
    thing = words.at(j + 1)
    if thing == "annum":
        return "year", j + 2
    if thing in ("capita", "head"):
        return "person", j + 2
    powers: dict[str, str] = load_words("bounds")["per"]["powers"]
    if k < words.size and words.kind[k] == "d":
        digits, scale = "".join(c for c in words.word[k] if c.isdigit()), words.at(k + 1)
        if scale in ("million", "thousand"):
            return digits + powers[scale].removeprefix("1"), k + 2
        return digits, k + 1
    return (powers[words.at(k)], k + 1) if words.at(k) in powers else None


def _goes_on(words: Words, k: int) -> bool:
    """Whether the words behind say that no rate is meant: "a year or so", "a week from now", "a year ago"."""
    after, second = words.at(k + 1), words.at(k + 2)
    if after == "or" and second in ("so", "more", "less", "two"):
        return True
    if after == "from" and second in ("now", "today", "then"):
        return True
    things = load_words("bounds")["per"]["things"]
    return words.at(k) in things and after in load_words("bounds")["per"]["places_thing"]


def _thing(words: Words, word: str, k: int, money: bool) -> tuple[str, int] | None:
    """The unit or thing at word `k` that a rate is per, behind "a", "per", "each" ..."""
    data, thing = load_words("bounds")["per"], words.at(k)
    name = _per_words().get(thing)
    two = _per_words().get(f"{thing} {words.at(k + 1)}")
    if two:
        return two, k + 2
    article = word in ("a", "an")
    if name is None:
        may = (word == "per" or (money and article)) and thing.isalpha()
        return (thing, k + 1) if may and (word == "per" or _ends_rate(words, k)) else None
    if article and name in data["times"] and words.at(k + 1) in data["places_time"]:
        return None
    if word in ("a", "an", "each") and not money and name not in data["times"]:
        return None
    return name, k + 1
