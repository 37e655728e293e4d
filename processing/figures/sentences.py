"""A sentence as plain words with offsets: the clause around a number, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from processing.figures.lexicon import scope_words
from processing.words.calendar import full_weekdays, month_numbers
from schemas.records import Claim

__all__ = [
    "DAYS",
    "MONTHS",
    "Token",
    "before_number",
    "behind_number",
    "clause_of",
    "counts_something",
    "names_in",
    "sentence_of",
    "source_at",
    "token_at",
    "tokens_of",
]

_TOKEN = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’\-][^\W\d_]+)*|[;:,()]")
MONTHS = month_numbers()
DAYS = frozenset(full_weekdays())


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int

    @property
    def lower(self) -> str:
        return self.text.lower()


def before_number(claim: Claim) -> str:
    """What the claim's sentence says before its number."""
    return claim.sentence[: claim.start - claim.sentence_start]


def behind_number(claim: Claim) -> str:
    """What the claim's sentence says behind its number."""
    return claim.sentence[claim.end - claim.sentence_start :]


def sentence_of(claim: Claim) -> tuple[str, str, int]:
    """Which sentence a claim stands in: article, field, offset."""
    return claim.article_id, claim.field, claim.sentence_start


@lru_cache(maxsize=4096)
def tokens_of(sentence: str) -> tuple[Token, ...]:
    return tuple(Token(m.group(), m.start()) for m in _TOKEN.finditer(sentence))


def token_at(tokens: Sequence[Token], offset: int) -> int:
    """Index of the token at or after an offset."""
    return next((i for i, t in enumerate(tokens) if t.start + len(t.text) > offset), len(tokens))


_CUT = re.compile(
    r";|,? while |, but |, and (?=[\w',]+ (?:\w+ )?(?:was|were|are|is|had|have|put|said|died)\b)|, with (?=\d)| - - "
    r"|,? (?:up|down) from |,? compared (?:with|to) |, (?:against|versus) ",
    re.IGNORECASE,
)
_ASIDE = re.compile(r", (?:which|who|where|whose)\b[^,;]*(?:,|$)", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|million"
    r"|billion)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} )?(?:{'|'.join(m.capitalize() for m in MONTHS)})\b\.?(?: \d{{1,2}}\b)?(?:,? "
    rf"(?:1[89]|20)\d\d)?|\b(?:1[89]|20)\d\d\b"
)


def counts_something(stretch: str) -> bool:
    """Whether a stretch has a number that is no date."""
    return _NUMBER.search(_DATE.sub("", stretch)) is not None


def clause_of(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the clause that holds a number. A relative clause with a number of its own ("which paid 2 million in
    2017") is a clause by itself."""
    first, last = 0, len(sentence)
    cuts = [(m.start(), m.end()) for m in _CUT.finditer(sentence)]
    for aside in _ASIDE.finditer(sentence):
        if counts_something(aside.group()):
            cuts += [(aside.start(), aside.start() + 2), (max(aside.start(), aside.end() - 1), aside.end())]
    for cut_start, cut_end in sorted(cuts):
        if cut_end <= start:
            first = cut_end
        elif cut_start >= end:
            last = cut_start
            break
    return first, last


def names_in(sentence: str, first: int, last: int, skip: tuple[int, int] | None) -> Iterator[Token]:
    """Capitalised words of a stretch that are no weekday, month or first word of the sentence."""
    tokens = tokens_of(sentence)
    for i, token in enumerate(tokens):
        if not first <= token.start < last or not token.text[0].isupper() or len(token.text) < 2:
            continue
        if skip is not None and skip[0] <= token.start < skip[1]:
            continue
        if token.lower in DAYS or token.lower in MONTHS or (i == 0 and token.lower in scope_words("starters")):
            continue
        yield token


def source_at(claim: Claim) -> tuple[int, int] | None:
    if claim.source_words is None:
        return None
    return claim.source_words[0] - claim.sentence_start, claim.source_words[1] - claim.sentence_start
