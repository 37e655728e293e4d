"""When a number is part of a name, a law or a grade, or counts an item of a list: "Boeing 737", "Section 427", "Level
3", "week 12"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.noun_follows import counts_on
from processing.words import load_words
from processing.words.calendar import month_words, weekday_words

__all__ = ["why_name"]

COUNTS = ""  # a rule's answer: it counts something after all, whatever the later rules say


@dataclass(frozen=True, slots=True)
class _Number:
    """A number at word `i`; `first` to `last` are its words with its sign; `bare`: no unit, currency, scale, bound or
    decimals. `headline`: most words have capitals, so that capitals say nothing."""

    words: Words
    i: int
    first: int
    last: int
    bare: bool
    headline: bool

    @property
    def previous(self) -> str:
        return self.words.at(self.i - 1)

    @property
    def capital(self) -> bool:
        """Whether the word before begins with a capital."""
        return self.words.word[self.i - 1][:1].isupper()

    @property
    def digits(self) -> bool:
        return self.words.kind[self.i] == "d"

    def is_word(self, k: int) -> bool:
        return 0 <= k < self.words.size and self.words.kind[k] == "w"

    def is_title(self, k: int) -> bool:
        """Whether word `k` is written with a capital."""
        return self.is_word(k) and self.words.word[k][:1].isupper()


def why_name(words: Words, number: int, first: int, last: int, bare: bool, headline: bool) -> str | None:
    """ "name", "law", "grade", "list" or "age" for a number that is part of a name or counts an item; None where it may
    count."""
    item = _Number(words, number, first, last, bare, headline)
    for rule in _ANY if not bare or number == 0 else (*_ANY, *_BARE):
        reason = rule(item)
        if reason is not None:
            return reason or None
    return None


# ---------------------------------------------------------------- glued to what it belongs to


def _behind_letters(item: _Number) -> str | None:
    """ "F16", "B52"."""
    return "name" if item.words.glued(item.i) and item.is_word(item.i - 1) and item.first == item.i else None


def _firm(item: _Number) -> str | None:
    """ "3M said": a firm whose name is a digit and a letter; "3M people" are three million."""
    words, i = item.words, item.i
    name = "".join(words.word[i : i + 2])
    if name not in _names("firms") or not words.glued(i + 1):
        return None
    after = words.at(i + 2)
    return None if after.endswith("s") or after == "people" else "name"


def _before_letters(item: _Number) -> str | None:
    """ "5G", "4x4"."""
    words, last = item.words, item.last
    glued = last < words.size and words.glued(last) and words.kind[last] == "w"
    if not glued or not item.bare or not item.digits:
        return None
    return "grade" if words.word[last] in _names("grade_letters") else "name"


def _behind_hyphen(item: _Number) -> str | None:
    """ "Covid-19", "MH/370"; not "mid-20", "up to-12"."""
    words, i = item.words, item.i
    tied = words.glued(i) and words.word[i - 1] in "-–‑/&" and i >= 2 and words.glued(i - 1) and item.is_word(i - 2)
    if not tied or item.first != i:
        return None
    left = words.low[i - 2]
    return None if left in month_words() or left in near("before_hyphened_number") or left.endswith("ly") else "name"


def _numbered(item: _Number) -> str | None:
    """ "3. Boil the water"."""
    words = item.words
    opens = item.bare and item.i == 0 and item.digits and len(words.word[0]) < 3
    return "list" if opens and words.at(item.last) in (".", ")") and words.glued(item.last) else None


# ---------------------------------------------------------------- bare numbers behind a word


def _behind_dot(item: _Number) -> str | None:
    """ "ID.3", "No. 10", "vol. 4"."""
    words, i = item.words, item.i
    if words.word[i - 1] != "." or i < 2:
        return None
    glued = words.glued(i) and words.glued(i - 1) and item.is_word(i - 2)
    return "name" if glued or words.low[i - 2] in _names("abbreviated") else None


def _number_sign(item: _Number) -> str | None:
    """ "#12", "no 12"."""
    return "name" if item.previous == "#" or (item.digits and item.previous in ("no", "nos")) else None


def _told_us(item: _Number) -> str | None:
    """ "They told us 400 would go", not "US 101"."""
    return COUNTS if item.words.word[item.i - 1] == "us" else None


def _law(item: _Number) -> str | None:
    """ "Section 427", "act 12" only with a capital."""
    named = item.previous in _names("law") and item.digits
    small = item.previous in _names("law_with_capital") and counts_on(item.words, item.last)
    return "law" if named and (item.capital or not small) else None  # "in order 300 men", but "error code 404"


def _behind_acronym(item: _Number) -> str | None:
    """ "SDG 7 predicts", "SDGs 7 and 11"; not "told CNN 300 were hurt"."""
    words, i = item.words, item.i
    word = words.word[i - 1]
    many = len(word) > 2 and word.endswith("s") and word[:-1].isupper()
    if item.headline or not item.digits or not (many or (len(word) > 1 and word.isupper() and word.isalpha())):
        return None
    following = words.at(item.last)
    if following in near("plural_auxiliaries") and i > 1 and not many:
        return COUNTS
    if counts_on(words, item.last) or words.at(i - 2) in ("the", "told"):
        return None
    ends = item.last >= words.size or words.kind[item.last] == "s" or following in near("lower_verb")
    return "name" if len(words.word[i]) < 4 and (many or ends or following.endswith("s")) else None


def _index(item: _Number) -> str | None:
    """ "The FTSE 100"."""
    return "name" if item.previous in _names("index") and (item.capital or item.digits) else None


def _numbered_thing(item: _Number) -> str | None:
    """ "Platform 9", "Level 3", "week one"; but "in the US 300 people", "two weeks"."""
    previous = item.previous
    if previous.endswith("s") and previous.removesuffix("s") in _names("number") and previous not in _names("number"):
        joined = (
            item.words.at(item.last) in ("and", "to", "or", "-", "–")
            and item.words.kind[item.last + 1 : item.last + 2] == "d"
        )
        return "name" if joined and item.digits else None  # "between junctions 8 and 11"
    if previous not in _names("number"):
        return None
    counts = counts_on(item.words, item.last)
    if not item.capital and previous in near("need_capital") and not (item.digits and not counts):
        return None
    spelled = item.is_word(item.i) and not item.capital and previous in near("spelled_counts")
    if spelled or (previous in near("before_counts") and counts):
        return COUNTS
    return "grade" if previous in near("grades") else "name"


def _spelled_title(item: _Number) -> str | None:
    """ "On Zero Hedge", "Kick Six", "the Big Ten"."""
    words, i = item.words, item.i
    if item.headline or not item.is_title(i) or not item.is_word(i - 1):
        return None
    if item.is_title(item.last):
        return "name"
    behind = item.capital and words.word[i - 1].isalpha() and i >= 2 and words.kind[i - 2] in "wd"
    return "name" if behind else None


def _behind_capital(item: _Number) -> str | None:
    """ "Planet 9 is", "Windows 10."; "Jo Lund 44 has" is an age."""
    words, i, last = item.words, item.i, item.last
    if item.headline or not item.capital or not item.digits or not _may_be_named(item):
        return None
    whole = words.word[i].isdigit()
    if i == 1 and not words.word[i].endswith(".0"):
        alone = words.at(last) in ("is", "was", "has", "does") and words.word[i] != "1"
        return "name" if alone else COUNTS  # "Horus 4 was lost": four of them would be "were"
    following = words.at(last)
    if item.is_title(i - 2) and whole and 15 < int(words.word[i]) < 100 and following in near("behind_aged_name"):
        return "age"
    verb = following in near("lower_verb") or (following.endswith("ed") and following not in near("happened"))
    ends = last >= words.size or words.kind[last] == "s"
    return "name" if ends or verb or words.word[last][:1].isupper() else None


def _may_be_named(item: _Number) -> bool:
    """Whether the word with a capital before a number is no first word, month, weekday or verb of a headline."""
    words, i, previous = item.words, item.i, item.previous
    return (
        item.is_word(i - 1)
        and (words.word[i].isdigit() or words.word[i].endswith(".0"))
        and words.at(i - 2) not in (".", "!", "?", ":", '"', "“", "‘")
        and previous not in month_words()
        and previous not in weekday_words()
        and previous not in near("headline_verbs")
        and not words.hyphen(item.last)
    )


@lru_cache(maxsize=16)
def _names(kind: str) -> frozenset[str]:
    return frozenset(load_words("excluded")["names"][kind])


_Rule = Callable[[_Number], str | None]
_ANY: tuple[_Rule, ...] = (_behind_letters, _firm, _before_letters, _behind_hyphen, _numbered)
_BARE: tuple[_Rule, ...] = (
    _behind_dot,
    _number_sign,
    _told_us,
    _law,
    _behind_acronym,
    _index,
    _numbered_thing,
    _spelled_title,
    _behind_capital,
)
