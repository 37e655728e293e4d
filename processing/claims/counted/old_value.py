"""Whether a number is what something was before, and when it held."""

from __future__ import annotations

import re

from processing.claims.counted.as_of import Moment, When
from processing.claims.counted.thing import Counted
from schemas.records import Quantity

__all__ = ["is_old_value", "old_moment"]

_OLD = re.compile(
    r"\b(?:from|compared (?:with|to)|versus|vs\.?)\s+(?:about |around |some |just |only |nearly |almost |over "
    r"|under |the )*$",
    re.IGNORECASE,
)


def is_old_value(sentence: str, quantity: Quantity, counted: Counted) -> bool:
    """Whether a number is what something was before: "rose from 1,700 to 3,400", "fell to 31.9 % from 32.1 %"; not
    "rescued from 12 villages"."""
    behind = counted.span is not None and counted.span[0] >= quantity.end
    return not behind and _OLD.search(sentence[: quantity.start]) is not None


def old_moment(moment: Moment) -> Moment:
    """When an old value held: at the start of the span over which it changed, where one is stated; else nothing is
    known of it."""
    if moment.rule is When.BESIDE:
        return moment
    if moment.period is None:
        return Moment(None, True, None, When.OLD, None)
    return Moment((moment.period[0], moment.period[0]), False, None, When.OLD_START, 0.6)
