"""Numbers of one sentence that stand side by side share what they count: two values of one thing, shares of one
whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.counted.thing import as_other
from processing.claims.counted.what import What
from processing.claims.quantity.changes import movement

if TYPE_CHECKING:
    from processing.claims.counted.noun_phrase import Group
    from processing.claims.counted.thing import Counted
    from processing.claims.document.tree import Doc
    from schemas.records import Quantity

__all__ = [
    "about_both",
    "change_behind_level",
    "level_led_to",
    "noun_of_earlier",
    "second_of_pair",
    "share_of_same_whole",
]

_BESIDE = re.compile(
    r"\b(?:versus|vs\.?|against|compared (?:with|to)|up from|down from)\s+(?:(?:last|the previous|the prior) "
    r"(?:year|month|week|quarter)(?:['’]?s)?\s+)?$",
    re.IGNORECASE,
)
_REACH = 40  # characters before a number in which such words stand


def about_both(
    doc: Doc, quantities: Sequence[Quantity], found: Sequence[Counted], index: int, counted: Counted
) -> tuple[str, ...]:
    """What number `index` is about by the one before it, against which it is set ("6 percent versus 4 percent", "41
    cranes, up from 37"); empty where it is not. `found` is what the earlier numbers count, `counted` what this one
    does."""
    if not index or quantities[index].unit != quantities[index - 1].unit:
        return ()
    start = quantities[index].start
    if counted.by is What.PAIR:
        return found[index - 1].concepts
    if _BESIDE.search(doc.text[max(quantities[index - 1].end, start - _REACH) : start]) is None:
        return ()
    first = found[index - 1]
    if first.span is None or counted.span is not None or not counted.implied:
        return first.concepts
    nouns = [t.text for t in doc if first.span[0] <= t.idx < first.span[1] and t.pos_ in ("NOUN", "PROPN")]
    return tuple(dict.fromkeys([*first.concepts, *nouns]))


def second_of_pair(
    doc: Doc, quantities: Sequence[Quantity], found: Sequence[Counted], index: int, counted: Counted
) -> Counted:
    """A count right behind "votes to" counts votes: "by 112 votes to 61", "from 12 seats to 19". What it counts
    otherwise stays."""
    if not index or not quantities[index].unit == quantities[index - 1].unit == "count":
        return counted
    first, start = found[index - 1], quantities[index].start
    if (
        first.span is None
        or first.span[0] < quantities[index - 1].end
        or (counted.span is not None and counted.span[0] >= start)
    ):
        return counted
    if (
        doc.text[first.span[1] : start].strip() != "to"
        or quantities[index - 1].aspect == "change"
        or first.event in movement("verbs")
    ):
        return counted  # "the toll rose by 12 people to 340": the toll
    return as_other(first, What.PAIR, 0.85)


def level_led_to(
    doc: Doc, quantities: Sequence[Quantity], found: Sequence[Counted], index: int, counted: Counted
) -> Counted:
    """A level without a noun of its own that a change leads to is of what changed: "headcount up 140 to 3,600",
    "fell by £38m to £71m"."""
    if not index or counted.what is not None:
        return counted
    change, level = quantities[index - 1], quantities[index]
    between = doc.text[change.end : level.start].strip()
    if change.aspect != "change" or level.aspect == "change" or between not in ("to", ", to", "at"):
        return counted
    return counted if found[index - 1].what is None else as_other(found[index - 1], What.LED_TO, 0.75)


_TRAILING = re.compile(
    r"[^.;:]*,\s(?:or\s)?(?:up|down)(?:\s(?:by|about|some|around|nearly|almost|more than))*\s$", re.IGNORECASE
)


def change_behind_level(
    doc: Doc, quantities: Sequence[Quantity], found: Sequence[Counted], index: int, counted: Counted
) -> Counted:
    """A change behind a level and a comma is of what the level counts: "9,000 births last year, down 4%"."""
    if not index or quantities[index].aspect != "change" or counted.by not in (What.SUBJECT, What.NOTHING, What.OBJECT):
        return counted
    level, start = quantities[index - 1], quantities[index].start
    between = doc.text[level.end : start]
    counts = level.unit == "count" and level.aspect == "level" and found[index - 1].by is What.BEHIND
    if not counts or len(between) > 60 or _TRAILING.fullmatch(between) is None:
        return counted
    return as_other(found[index - 1], What.LED_TO, 0.75)


def noun_of_earlier(quantities: Sequence[Quantity], found: Sequence[Counted], index: int, counted: Counted) -> Counted:
    """An old value or a part without a noun counts what the count right before it does: "3.9 million headsets, up from
    2.4 million", "6 million homes, including 1.5 million in the capital"."""
    if not index or counted.by not in (What.EARLIER, What.PART_OF_EARLIER):
        return counted
    first, same = found[index - 1], quantities[index - 1].unit == quantities[index].unit == "count"
    if not same or first.span is None or first.span[0] < quantities[index - 1].end:
        return counted
    larger = (quantities[index].low or 0) > 20 * (
        quantities[index - 1].low or 0
    )  # "in six provinces, including 310,000"
    made = as_other(first, What.PAIR, 0.7)
    return counted if larger else replace(made, event=counted.event or first.event)


def _alone(group: Group) -> bool:
    """Whether a share stands without a noun as a subject, or in a list with "for" or "against" behind it ("31% for the
    right")."""
    top = group.top
    behind = top.doc[group.last + 1].lower_ if group.last + 1 < len(top.doc) else ""
    return top.dep_ in ("nsubj", "nsubjpass") or (top.dep_ in ("appos", "conj") and behind in ("for", "against"))


def share_of_same_whole(
    quantities: Sequence[Quantity], found: Sequence[Counted], group: Group, counted: Counted
) -> Counted:
    """A share that is a subject without a noun is of the whole of the share before it: "45% of voters backed it, while
    38% were against"."""
    if group.quantity.unit != "share" or counted.what is not None or not _alone(group):
        return counted
    for quantity, earlier in zip(reversed(quantities[: len(found)]), reversed(found), strict=True):
        whole_before = earlier.by is What.WHOLE_BEFORE
        if whole_before and quantity.unit == "share":
            return replace(counted, by=What.WHOLE_BEFORE, rule=What.WHOLE_BEFORE.value, sure=0.5)
        if (
            quantity.unit == "share"
            and quantity.aspect == "level"
            and earlier.span is not None
            and earlier.span[0] >= quantity.end
        ):
            return replace(
                counted,
                what=earlier.what,
                span=earlier.span,
                head=earlier.head,
                qualifiers=earlier.qualifiers,
                by=What.WHOLE_OF_SHARE,
                rule=What.WHOLE_OF_SHARE.value,
                sure=0.8,
            )
    return counted
