"""What a number leaves out because an earlier one of its sentence has said it: noun, unit, rate, way of a change.

"A permit takes 249 days in Toronto, 75 in Calgary", "coal rose 3%, nickel by 2%", "the left won 48 seats, the centre
31", "25,000 litres of acid, not 40,000". One reading for the unit, for what is counted and for what a number is
about; another subject may stand in the gap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processing.claims.document.tokens import near
from processing.measures import dimension
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["LEFT_OUT", "LeftOut", "complete", "factor_of", "in_unit_of", "read_left_out", "stands_bare"]

LEFT_OUT = "left out"  # the rule of a quantity whose unit is an earlier one's
_WIDEST = 30  # tokens between two numbers that share what is said once
_SUBJECT = 7  # tokens of a subject that stands in the gap
_RATIO = 20.0  # how far apart two numbers of one unit may lie
_NOUNS = ("NOUN", "PROPN")
_NAMING = (*_NOUNS, "ADJ", "DET", "PRON", "NUM", "PART", "ADP")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`base` is the index of the quantity that says what is left out; `subject` the first and last token of the
    subject that stands in the gap, None where there is none; `unit_alone`: what is counted is not shared."""

    base: int
    subject: tuple[int, int] | None
    unit_alone: bool = False


def read_left_out(doc: Doc, quantities: Sequence[Quantity]) -> dict[int, LeftOut]:
    """By index of a quantity, what it shares with an earlier one. Offsets count characters of `doc.text`."""
    found: dict[int, LeftOut] = {}
    starts = [t.idx for t in doc]
    before: int | None = None
    for index, quantity in enumerate(quantities):
        if quantity.not_claim is not None:
            continue
        if before is not None and quantity.conversion_of is None and quantity.old_of is None:
            shared = _shared(doc, starts, quantities[before], quantity, before)
            if shared is not None:
                found[index] = shared
        before = index if quantity.conversion_of is None else before
    return found


def complete(quantities: Sequence[Quantity], shared: Mapping[int, LeftOut]) -> list[Quantity]:
    """The quantities with the units, rates and ways of change that they leave out."""
    made = list(quantities)
    for index in sorted(shared):
        base, quantity = made[shared[index].base], made[index]
        if quantity.unit == "count" and base.unit != "count":
            if not _of_one_size(base, quantity):
                continue
            quantity = in_unit_of(quantity, base)
        elif quantity.unit != base.unit:
            continue
        if base.per is not None and quantity.per is None:
            quantity = replace(quantity, per=base.per)
        moved = base.aspect == "change" and base.change_by not in ("more", "compared")
        if moved and quantity.aspect == "level" and quantity.change_by is None:
            quantity = replace(quantity, aspect="change", change=base.change, change_by=base.change_by)
        made[index] = quantity
    return made


def in_unit_of(quantity: Quantity, base: Quantity) -> Quantity:
    """A bare number in the unit of another."""
    factor = factor_of(base)
    scaled = [None if v is None else v * factor for v in (quantity.low, quantity.high, quantity.last_digit)]
    low, high, digit = scaled
    return replace(
        quantity,
        unit=base.unit,
        unit_text=base.unit_text,
        low=low,
        high=high,
        last_digit=digit,
        rule=LEFT_OUT,
    )


def factor_of(base: Quantity) -> float:
    """What a written number of the base's unit is multiplied by."""
    words = (base.unit_text or "").lower().split()
    minor = dimension(base.unit) == "money" and bool(words) and words[-1] in near("hundredths")
    return 0.01 if base.unit == "share" or minor else 1.0


def _of_one_size(base: Quantity, quantity: Quantity) -> bool:
    x, y = base.low or base.high, quantity.low or quantity.high
    if not x or not y:
        return quantity.low == 0
    widest = _RATIO if base.unit != "share" else 5 * _RATIO
    return 1 / widest <= abs(y * factor_of(base) / x) <= widest


def _shared(doc: Doc, starts: list[int], base: Quantity, quantity: Quantity, index: int) -> LeftOut | None:
    first, last = bisect_left(starts, base.end), bisect_left(starts, quantity.start)
    between = doc[first:last]
    if len(between) > _WIDEST or any(t.text in (".", "!", "?", ":") for t in between):
        return None
    after = bisect_left(starts, quantity.end)
    behind = doc[after] if after < len(doc) else None
    bare = quantity.unit == "count" or quantity.rule == LEFT_OUT
    if bare and _large_money(base, quantity) and (behind is None or behind.pos_ not in (*_NOUNS, "ADJ")):
        return LeftOut(index, None, unit_alone=True)
    if bare:
        if not stands_bare(behind):
            return None
    elif quantity.unit != base.unit:
        return None
    while between and between[-1].lower_ in near("before_left_out"):
        between = between[:-1]
    if len(between) + first == last and not between:
        return None
    cut = next((k for k in range(len(between) - 1, -1, -1) if between[k].lower_ in near("gap_joins")), None)
    if cut is None:
        alone = [t.lower_ for t in doc[first:last]] in (["by"], ["to"]) and bare and base.unit != "count"
        return LeftOut(index, None) if (alone and base.unit != "share") or (alone and _for_side(behind)) else None
    subject = between[cut + 1 :]
    if not subject:
        contrast = any(t.lower_ == "not" for t in doc[first:last])
        return LeftOut(index, None) if bare or contrast else None
    if len(subject) <= _SUBJECT and _names(subject):
        return LeftOut(index, (subject[0].i, subject[-1].i))
    if subject[0].lower_ in near("gap_clauses") or between[cut].lower_ in near("gap_clauses"):
        return LeftOut(index, None) if bare else None
    return None


_LARGE = ("million", "billion", "trillion", "crore", "lakh", "bn", "mn")


def _large_money(base: Quantity, quantity: Quantity) -> bool:
    """ "90 million kroner ... another 12 million": an amount said in the same scale."""
    both = all(any(word in q.text.lower().split() for word in _LARGE) for q in (base, quantity))
    return both and dimension(base.unit) == "money"


def _for_side(behind: Token | None) -> bool:
    return behind is not None and behind.lower_ in ("for", "against")


def stands_bare(behind: Token | None) -> bool:
    """Whether no noun or verb of its own follows a number."""
    if (
        behind is None
        or behind.pos_ in ("PUNCT", "ADP", "CCONJ", "SCONJ", "SPACE")
        or behind.tag_ in ("IN", "CC", "-RRB-")
    ):
        return behind is None or behind.lower_ not in ("of", "-", "–", "/", "%", "(")
    return behind.lower_ in near("behind_left_out")


def _names(tokens: Sequence[Token]) -> bool:
    """Whether tokens are a noun phrase without a verb."""
    return (
        all((t.pos_ in _NAMING and (t.pos_ != "ADP" or t.lower_ == "of")) or t.tag_ == "VBG" for t in tokens)
        and any(t.pos_ in _NOUNS or t.tag_ == "JJ" for t in tokens)
        and tokens[-1].pos_ in (*_NOUNS, "ADJ")
        and tokens[-1].lower_ not in near("no_gap")
    )
