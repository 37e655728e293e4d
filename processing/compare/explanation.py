"""The long form of a finding: the rule, both sides with their sentences and numbers, the gap, and why its alert is as
loud as it is.

Both numbers stand between `[[` and `]]`.
"""

from __future__ import annotations

import re

from processing.compare.pairs import Pair
from processing.compare.sides import Side, Sides
from processing.compare.statements import Statement, days_between
from processing.compare.table import Judgement
from processing.intervals import gap
from schemas.records import FINDINGS, Denial

__all__ = ["explain", "explain_denial", "explain_desk", "why_silent"]

_SHORT = (
    "lags",
    "hardens",
    "updates",
    "narrows",
    "agrees",
)  # never an alert, and by far the most: told without both sides


def explain(judgement: Judgement, pair: Pair, sides: Sides | None = None) -> str:
    """Rule and way, both sides with sentence, chain of relays, interval, tolerance and link, the gap, and why the alert
    is as loud as it is.

    What never raises an alert is explained without its two sides.
    """
    sides = sides or Sides()
    days = days_between(pair.p.claim, pair.n.claim)
    ratio = gap(pair.p.claim, pair.n.claim)
    apart = "" if days is None else f"; as-of dates {abs(days)} days apart, window {pair.figure.window_days}"
    way = f" Why: {judgement.why}" if judgement.why else ""
    loud = f"{judgement.severity} alert" if judgement.severity else "no alert"
    lines = [
        f"Rule: {judgement.name} ({FINDINGS[judgement.name]}); figure of kind {pair.kind}.{way}",
        *(() if judgement.name in _SHORT else (*sides.of(pair.p).long("Earlier"), *sides.of(pair.n).long("Later"))),
        f"Gap: {'infinite' if ratio == float('inf') else f'{ratio:.3g}'} between the nearest "
        f"edges{apart}{'' if pair.ordered else '; no date orders the two'}.",
        f"Alert: {loud}{f' ({judgement.hushed})' if judgement.hushed else ''}.",
    ]
    return "\n".join(lines)


def explain_denial(p: Statement, denial: Denial, loud: str) -> str:
    """The long form for a denial without a number."""
    sentence = " ".join(denial.sentence.split())
    lines = [
        f"Rule: denies ({FINDINGS['denies']}), because somebody {denial.stance} the event without a number.",
        *Side(p).long("Earlier"),
        f"Later: “{sentence}”",
        f"  chain: {denial.outlet_name} <- {denial.source or 'a source that stays unclear'}",
        f"  link: {denial.url}",
        f"Alert: {loud}.",
    ]
    return "\n".join(lines)


def explain_desk(value: str, signed: str, newest: Statement) -> str:
    """The long form for a desk's figure that a claim left behind."""
    lines = [
        "Rule: the desk's figure is overtaken by the newest claim that stands apart from it.",
        f"Desk: {value} ({signed})",
        *Side(newest).long("Later"),
    ]
    return "\n".join([*lines, "Alert: low alert."])


_SILENT = re.compile(r"^Alert: no alert \((.+)\)\.$", re.MULTILINE)


def why_silent(explanation: str) -> str | None:
    """Why a finding that would have raised an alert raised none, as `explain` put it; None where it raised one, or is
    of a kind that never does."""
    found = _SILENT.search(explanation)
    return found.group(1) if found else None
