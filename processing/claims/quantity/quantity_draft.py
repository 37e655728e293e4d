"""A text cut into words, and a quantity while it is read: what the readers of quantities hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.digits import comma_decimals
from processing.claims.quantity.excluded_spans import excluded_words
from processing.claims.quantity.numbers import Number
from schemas.records import Approx

__all__ = ["Cut", "Found", "between", "counts_noun"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into words, with what holds for all of it: the outlet's country, decimals with commas, capitals that
    say nothing (a headline), and the words that belong to dates, names, idioms and the like, with the reason."""

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
        return cls(
            words,
            country,
            "," in words.text and comma_decimals(words.text),
            len(letters) > 3 and capitals > 0.7 * len(letters),
            excluded_words(words),
        )


@dataclass(slots=True)
class Found:
    """A quantity while it is read. `number` is its (first) number, `upper` the second of a range; `first`..`last` are
    the words of the number with its sign and unit, `start`..`stop` also with its bound."""

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


def between(cut: Cut, a: Found, b: Found) -> list[str]:
    return cut.words.low[a.last : b.first] if b.first - a.last < 7 else ["..."] * 7


def counts_noun(cut: Cut, b: Found) -> bool:
    """Whether a bare number counts a noun of its own."""
    words, j = cut.words, b.last
    return (
        j < words.size
        and words.kind[j] == "w"
        and words.word[j][0].islower()
        and words.low[j] not in near("after_bare")
    )
