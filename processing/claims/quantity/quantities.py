"""Every quantity of a text: numbers with their units, bounds, ranges, changes and rates, and why some of them claim
nothing.

`read_quantities` cuts the text into words once, reads numbers at them, and lets small rules look left and right; no
parser is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.bounds import interval, read_bound_after, read_bound_before
from processing.claims.quantity.changes import read_change
from processing.claims.quantity.exclusions import read_owed, read_reason, spread_ages, spread_names
from processing.claims.quantity.number_with_unit import read_singles, starts
from processing.claims.quantity.per import read_per
from processing.claims.quantity.quantity_draft import Cut, Found
from processing.claims.quantity.ranges import carry_units, join_ranges
from processing.measures import dimension
from schemas.records import Approx, Quantity

__all__ = ["read_quantities"]

LONGEST = 50_000  # characters read at once
TIMES = frozenset(
    {
        "second",
        "minute",
        "hour",
        "day",
        "night",
        "week",
        "fortnight",
        "month",
        "quarter",
        "year",
        "decade",
        "century",
        "millennium",
    }
)


def read_quantities(text: str, *, country: str | None = None) -> list[Quantity]:
    """Every quantity of a text in text order, also those that are no claims (`not_claim` says why); offsets count
    characters of `text`.

    `country`: ISO 3166 alpha-2 code of the outlet, whose "dollar" a bare $ is; None reads US dollars. An empty list
    where there is none."""
    if len(text) > LONGEST:
        return _in_pieces(text, country)
    words = Words(text)
    if "d" not in words.kind and "f" not in words.kind and starts().isdisjoint(words.low):
        return []
    return [_record(words, item) for item in _find(Cut.of(words, country))]


def _find(cut: Cut) -> list[Found]:
    """All quantities, joined to ranges, with bounds, rates, changes, conversions and reasons."""
    found = join_ranges(cut, read_singles(cut))
    for item in found:
        _bound(cut, item)
        _per(cut, item)
    for item in found:
        if item.old_of is not None and not found[item.old_of].reason and item.unit == found[item.old_of].unit:
            new = found[item.old_of]
            item.per = item.per or new.per  # "from R530 to R560 a month"
    for before, item in pairwise(found):
        if item.per is None and before.per and item.unit == before.unit != "count" and _set_against(cut, before, item):
            item.per = before.per  # "$18.40 an hour, from $17.10"
    found = _without_bases(found)
    for index, item in enumerate(found):
        read_change(cut, item, found[index - 1] if index else None)
    carry_units(cut, found)
    _conversions(cut, found)
    for index, item in enumerate(found):
        read_reason(cut, item)
        if index:
            spread_ages(cut, found[index - 1], item)
            spread_names(cut, found[index - 1], item)
        read_owed(cut, item)
    return found


def _set_against(cut: Cut, before: Found, item: Found) -> bool:
    """Whether an amount without a rate is set against the one before it, whose rate ends right before the comma."""
    gap = [w for w in cut.words.low[before.last : item.start] if w != ","]
    return len(gap) <= 5 and any(gap[-len(words) :] == list(words) for words in _AGAINST)


_AGAINST = (("from",), ("against",), ("versus",), ("compared", "with"), ("compared", "to"))


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
                q,
                start=q.start + position,
                end=q.end + position,
                number_start=q.number_start + position,
                number_end=q.number_end + position,
                conversion_of=None if q.conversion_of is None else q.conversion_of + base,
                old_of=None if q.old_of is None else q.old_of + base,
            )
            for q in read_quantities(text[position:end], country=country)
        )
        position = end
    return found


def _bound(cut: Cut, item: Found) -> None:
    item.start, item.stop = item.first, item.last
    if item.unit == "magnitude" and _bound_of_magnitude(cut, item):
        return
    time = item.unit in TIMES
    before = read_bound_before(cut.words, item.first, time=time, share=item.unit == "share")
    after = read_bound_after(cut.words, item.last)
    if (
        after is None
        and item.upper is None
        and item.unit == "count"
        and item.last + 1 < cut.words.size
        and cut.words.kind[item.last] == "w"
    ):
        later = read_bound_after(cut.words, item.last + 1)
        if later and cut.words.low[item.last + 1] == "or":
            item.approx = later[0]
    if before and before[0] == "exact" and cut.words.hyphen(item.number.last):
        before = None  # "the average 30-year rate" is an average of rates
    if item.number.kind == "vague" and before and before[0] == "about":
        item.start = before[1]
        before = None
    if before:
        item.approx, item.start = item.approx or before[0], before[1]
        if before[0] == "about" and item.number.kind == "vague":
            item.approx = None
    if after and not (
        item.unit in TIMES and cut.words.low[item.last] == "or" and cut.words.at(item.last + 1) == "older"
    ):
        item.approx, item.stop = item.approx or after[0], after[1]
    if item.unit == "count" and before is None and cut.words.at(item.last) == "+" and cut.words.glued(item.last):
        item.approx, item.stop = "at_least", item.last + 1


def _bound_of_magnitude(cut: Cut, item: Found) -> bool:
    """ "At least magnitude 5.9": the bound stands before the word of the scale."""
    words, i = cut.words, item.first - 1
    while words.at(i) in ("-", "–", "of"):
        i -= 1
    before = read_bound_before(words, i) if words.at(i) == "magnitude" else None
    if before is None:
        return False
    item.approx, item.start = before
    return True


def _per(cut: Cut, item: Found) -> None:
    words = cut.words
    after = (
        item.last + 1 if item.first and words.word[item.first - 1] == "(" and words.at(item.last) == ")" else item.last
    )
    per = read_per(words, after, money=item.money_sign or item.unit != "count")
    if (per is None and item.unit == "count") or (per is None and item.money_sign):
        for j in range(item.last + 1, min(item.last + 5, words.size)):
            if words.kind[j - 1] != "w" or words.low[j - 1] in near("ends_rate"):
                break
            given = words.at(item.start - 1) in near("giving")  # "gave 300 students a grant"
            per = read_per(words, j, money=words.low[j - 1].endswith("s") and not given)
            if per:
                break
    if per is None and item.unit not in ("share", "percentage_point", "point") and words.at(item.last) == "of":
        per = _per_behind_of(cut, item.last + 1)
    if per:
        item.per, item.per_stop = per


def _per_behind_of(cut: Cut, i: int) -> tuple[str, int] | None:
    """The rate of an amount behind what it is of: "80 tonnes of methane an hour", "310 micrograms of fine dust per
    cubic metre"."""
    words = cut.words
    for j in range(i + 1, min(i + 5, words.size)):
        if words.kind[j - 1] != "w" or words.low[j - 1] in near("after_bare"):
            return None
        per = read_per(words, j, money=True)
        if per:
            return per
    return None


def _without_bases(found: list[Found]) -> list[Found]:
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


def _conversions(cut: Cut, found: list[Found]) -> None:
    """ "165 km (100 miles)", "9 billion shekels ($2.4 billion)": the bracket says the same in another unit and takes
    over the bound."""
    words = cut.words
    for index in range(1, len(found)):
        a, b = found[index - 1], found[index]
        if b.reason or a.reason or a.unit == b.unit:
            continue
        gap = words.low[a.stop : b.start]
        opens = gap in (["("], ["[", ""], ["["], ["(", "or"], ["/"], [",", "or"]) or (
            len(gap) <= 4 and gap[-1:] == ["("] and "." not in gap and a.per is not None
        )
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


@dataclass(frozen=True, slots=True)
class _Meant:
    """The interval that a number stands for, in its unit. `digit`: what one of its last written digit is worth."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool
    high_open: bool
    approx: Approx
    digit: Decimal | None


def _meant(item: Found) -> _Meant:
    """The interval of a vague word, of a range, or of a number under its bound."""
    number, factor = item.number, item.factor
    if number.value is None:
        if number.low is None or number.high is None:
            return _Meant(number.low, number.high, False, False, "vague", None)
        return _Meant(*_vague_bound(number.low * factor, number.high * factor, item.approx), "vague", None)
    if item.upper is not None and item.upper.value is not None:
        low, high = number.value * factor * (-1 if item.negative else 1), item.upper.value * factor
        return _Meant(low, high, False, False, "range", (item.upper.digit or Decimal(1)) * factor)
    assert item.value is not None
    approx: Approx = item.approx or "exact"
    digit = number.digit * factor if number.digit is not None else None
    return _Meant(*interval(item.value, approx, digit, item.unit, item.moved), approx, digit)


def _record(words: Words, item: Found) -> Quantity:
    """The finished record of one quantity."""
    number = item.number
    meant = _meant(item)
    start, end = words.start[item.start], words.end[item.stop - 1]
    first, last = number.first, (item.upper.last if item.upper else number.last)
    moved = item.moved and item.reason is None
    reached = item.change_by == "reached" and item.reason is None
    return Quantity(
        start=start,
        end=end,
        text=words.text[start:end],
        low=_float(meant.low),
        high=_float(meant.high),
        approx=meant.approx,
        unit=item.unit,
        number_start=words.start[first],
        number_end=words.end[last - 1],
        low_open=meant.low_open,
        high_open=meant.high_open,
        unit_text=_written(words, item.unit_words),
        per=item.per,
        aspect="change" if moved else "level",
        change=item.change if moved or reached else None,
        change_by=item.change_by if moved or reached else None,
        last_digit=_float(meant.digit),
        conversion_of=item.conversion_of,
        old_of=item.old_of,
        not_claim=item.reason,
        rule=item.rule or number.kind,
    )


def _written(words: Words, span: tuple[int, int] | None) -> str | None:
    """A unit as it is written."""
    if span is None or span[1] <= span[0]:
        return None
    return words.text[words.start[span[0]] : words.end[span[1] - 1]].strip("-– ")


def _vague_bound(
    low: Decimal, high: Decimal, approx: Approx | None
) -> tuple[Decimal | None, Decimal | None, bool, bool]:
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
