"""What people type to search: words, "phrases", prefix*, OR, -without, fields and ranges of numbers. Read here once, so
that every store understands the same.

    floods drowned            articles with both words, in any form (flood, flooded)
    "dyke broke"              these words in this order, as written
    evacu*                    words that begin so
    killed OR dead floods     one of two, and the third; ( ) group
    -football                 without
    900..1,200  900..  >1.2m  a claim whose number lies there; unit:EUR, unit:kilometre say of what
    source:police place:Kursk event:kill what:soldiers type:union   of one claim; type: the kind of its source
    outlet:gb/courier  from:2025-01-20  to:2025-01-31  language:de  of the article
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import get_args

import snowballstemmer

from schemas.errors import UsageError
from schemas.records import SourceType

__all__ = ["All", "Any", "Not", "Phrase", "Prefix", "Query", "Text", "Word", "forms", "parse", "words_of"]

CLAIM_FIELDS = ("source", "place", "event", "what")
FIELDS = (*CLAIM_FIELDS, "type", "unit", "outlet", "language", "from", "to")
MOST = 50  # words and conditions of one search


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms."""

    word: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, as they are written."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so."""

    start: str


@dataclass(frozen=True, slots=True)
class Not:
    """Without."""

    part: Text


@dataclass(frozen=True, slots=True)
class All:
    """All of the parts."""

    parts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of the parts at least."""

    parts: tuple[Text, ...]


Text = Word | Phrase | Prefix | Not | All | Any


@dataclass(frozen=True, slots=True)
class Query:
    """A search. `text`: None asks for no word. `claim`: what source, place, event or thing of one claim must be named
    by; `low`, `high`: where its number lies (None: open); `unit`: of its number; `type`: the kind of its source."""

    text: Text | None = None
    claim: tuple[tuple[str, Text], ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    outlet: str | None = None
    language: str | None = None
    first: date | None = None
    last: date | None = None
    type: SourceType | None = None

    @property
    def of_claims(self) -> bool:
        """Whether something is asked of a claim."""
        return bool(self.claim) or (self.low, self.high, self.unit, self.type) != (None, None, None, None)


# ---------------------------------------------------------------- forms of a word

_ENDINGS = (
    "",
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "e",
    "er",
    "ers",
    "r",
    "rs",
    "y",
    "ies",
    "ied",
    "ment",
    "ments",
    "'s",
    "’s",
)
_STEMMER = snowballstemmer.stemmer("english")


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[str, ...]:
    """The word and those that Snowball's English stemmer takes for forms of it, the word first: flood, floods, flooded,
    flooding. A name, a number, a word of another script is itself alone."""
    plain = word.casefold()
    if not re.fullmatch(r"[a-z]{3,}", plain):
        return (plain,)
    stem = _STEMMER.stemWord(plain)
    bases = {stem, plain, stem + "e", stem + stem[-1]} | ({stem[:-1]} if stem.endswith("i") else set())
    made = {base + ending for base in bases for ending in _ENDINGS}
    return (plain, *sorted(w for w in made if w != plain and w.isalpha() and _STEMMER.stemWord(w) == stem))


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return re.findall(r"\w+", text.casefold())


# ---------------------------------------------------------------- reading

_SIZES = {"k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12, "%": 0.01}
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)(k|m|bn|tn|%)?"
_RANGE = re.compile(rf"(?:{_NUMBER})?\.\.(?:{_NUMBER})?", re.IGNORECASE)
_MORE = re.compile(rf"(>=?|<=?){_NUMBER}", re.IGNORECASE)
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<open>\()|(?P<close>\))|(?P<minus>-(?=[\w"(]))
    |(?P<field>[a-z_]+):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s()"]+))
    |"(?P<phrase>[^"]*)"
    |(?P<word>[^\s()"]+)
    |(?P<rest>["]))""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    claim: list[tuple[str, Text]] = field(default_factory=list)
    plain: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    count: int = 0


class _Reader:
    """Reads tokens by recursive descent; conditions on fields stand outside of OR, - and groups."""

    def __init__(self, text: str):
        self._tokens = list(_TOKEN.finditer(text))
        self._at = 0
        self.found = _Found()

    def whole(self) -> Text | None:
        parts = []
        while self._at < len(self._tokens):
            parts.append(self._every(deep=False))
            self._at += 1  # a bracket that closes nothing
        return _joined([part for part in parts if part is not None])

    def _peek(self, kind: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].lastgroup == kind

    def _is_or(self) -> bool:
        return self._peek("word") and self._tokens[self._at]["word"] == "OR"

    def _every(self, *, deep: bool) -> Text | None:
        parts: list[Text] = []
        while self._at < len(self._tokens) and not self._peek("close"):
            part = self._either(deep=deep)
            if part is not None:
                parts.append(part)
        return _joined(parts)

    def _either(self, *, deep: bool) -> Text | None:
        """Words joined by OR, which binds closer than a blank: killed OR dead floods."""
        options = [] if self._is_or() else [self._one(deep=deep)]
        while self._is_or():
            self._at += 1
            if self._at < len(self._tokens) and not self._peek("close") and not self._is_or():
                options.append(self._one(deep=True))
        told = [o for o in options if o is not None]
        if len(told) > 1 and any(isinstance(o, Not) for o in told):
            raise UsageError("- cannot stand beside OR")
        return Any(tuple(told)) if len(told) > 1 else told[0] if told else None

    def _one(self, *, deep: bool) -> Text | None:
        token = self._tokens[self._at]
        self._at += 1
        self.found.count += 1
        if token["open"]:
            inner = _positive(self._every(deep=True))
            if self._peek("close"):
                self._at += 1
            return inner
        if token["minus"]:
            part = self._one(deep=True) if self._at < len(self._tokens) else None
            return Not(part) if part is not None else None
        if token["field"] in FIELDS:
            return self._condition(token, deep=deep)
        if token["phrase"] is not None:
            return _phrase(token["phrase"])
        text = token["word"] or " ".join(filter(None, (token["field"], token["quoted"] or token["plain"])))
        return None if self._range(text, deep=deep) else _words(text)

    def _condition(self, token: re.Match[str], *, deep: bool) -> Text | None:
        name, value = token["field"], token["quoted"] if token["quoted"] is not None else token["plain"]
        if deep:
            raise UsageError(f"{name}:{value} cannot stand behind OR or -, or in ( )")
        if name in CLAIM_FIELDS:
            part = _phrase(value) if token["quoted"] is not None else _words(value)
            if part is not None:
                self.found.claim.append((name, part))
        else:
            self.found.plain[name] = value
        return None

    def _range(self, text: str, *, deep: bool) -> bool:
        """Whether a word is a range of numbers; keeps it."""
        found = self.found
        if (match := _RANGE.fullmatch(text)) and (match[1] or match[3]):
            low, high = _value(match[1], match[2] or match[4]), _value(match[3], match[4])  # "3..5bn": both
        elif match := _MORE.fullmatch(text):
            value = _value(match[2], match[3])
            low, high = (value, None) if match[1].startswith(">") else (None, value)
        else:
            return False
        if deep:
            raise UsageError(f"{text} cannot stand behind OR or -, or in ( )")
        found.low = found.low if low is None else low
        found.high = found.high if high is None else high
        if found.low is not None and found.high is not None and found.low > found.high:
            raise UsageError(f"{text}: the first number must be the lower one")
        return True


def _value(digits: str | None, size: str | None) -> float | None:
    return None if digits is None else float(digits.replace(",", "")) * _SIZES.get((size or "").casefold(), 1.0)


def _joined(parts: list[Text]) -> Text | None:
    """All of the parts, each once."""
    told = list(dict.fromkeys(parts))
    return All(tuple(told)) if len(told) > 1 else told[0] if told else None


def _phrase(text: str) -> Text | None:
    words = words_of(text)
    return None if not words else Word(words[0]) if len(words) == 1 else Phrase(tuple(words))


def _words(text: str) -> Text | None:
    """A word as typed: with a star at its end a prefix, with marks inside ("O'Brien", "9/11") its parts in order."""
    words = words_of(text)
    if not words:
        return None
    if text.endswith("*") and len(words) == 1:
        return Prefix(words[0])
    return Word(words[0]) if len(words) == 1 else Phrase(tuple(words))


def parse(text: str) -> Query:
    """The search that a text asks for. Whatever is typed is understood somehow, but for a condition that cannot hold.

    Raises: UsageError for a day or kind of source that is none, a range that is upside down, a field within OR, or too
    many words."""
    reader = _Reader(text)
    told = reader.whole()
    found = reader.found
    if found.count > MOST:
        raise UsageError(f"{found.count} words are too many to search for; at most {MOST}")
    plain = found.plain
    return Query(
        _positive(told),
        tuple(found.claim),
        found.low,
        found.high,
        plain.get("unit"),
        plain.get("outlet"),
        plain.get("language"),
        _day(plain, "from"),
        _day(plain, "to"),
        _source_type(plain.get("type")),
    )


def _source_type(text: str | None) -> SourceType | None:
    found = next((kind for kind in get_args(SourceType) if text and kind == text.casefold().replace(" ", "_")), None)
    if text and found is None:
        raise UsageError(f"type:{text} is none of {', '.join(get_args(SourceType))}")
    return found


def _positive(text: Text | None) -> Text | None:
    """A search for nothing but what is not there finds nothing to begin with. Raises UsageError."""
    if isinstance(text, Not) or (isinstance(text, All) and all(isinstance(p, Not) for p in text.parts)):
        raise UsageError("a search needs a word that is there, beside those with -")
    return text


def _day(plain: dict[str, str], name: str) -> date | None:
    if name not in plain:
        return None
    try:
        return date.fromisoformat(plain[name])
    except ValueError as error:
        raise UsageError(f"{name}:{plain[name]} is no day, such as 2025-01-22") from error
