"""The long form of a finding: the rule, both sides with their sentences and numbers, the gap, and why its alert is as
loud as it is.

Both numbers stand between `[[` and `]]`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from processing.compare.pairs import Pair
from processing.compare.sides import Side, Sides
from processing.compare.statements import Statement, days_between
from processing.compare.table import Judgement
from processing.intervals import gap
from schemas.records import FINDINGS, Denial, Finding

__all__ = ["explain", "explain_denial", "explain_desk", "silenced", "why_silent"]

_SHORT = (
    "lags",
    "hardens",
    "updates",
    "narrows",
    "agrees",
)  # never an alert, and by far the most: told without both sides


def explain(judgement: Judgement, pair: Pair, sides: Sides | None = None) -> str:
    """Why the rule held (its name in brackets), both values and how far apart they lie, both sides with sentence,
    source, day, what the number is taken for and link, and why the alert is as loud as it is.

    What never raises an alert is explained without its two sides.
    """
    sides = sides or Sides()
    p, n = sides.of(pair.p), sides.of(pair.n)
    loud = f"{judgement.severity} alert" if judgement.severity else "no alert"
    lines = [
        f"Why: {_reason(judgement, pair)}[{judgement.name}: {FINDINGS[judgement.name]}]",
        f"Apart: “{p.value}” against “{n.value}”{_apart(pair)}.",
        *(() if judgement.name in _SHORT else (*p.long("Earlier"), *n.long("Later"))),
        f"Alert: {loud}{f' ({judgement.hushed})' if judgement.hushed else ''}.",
    ]
    return "\n".join(lines)


def _reason(judgement: Judgement, pair: Pair) -> str:
    """The words of the rule with the figure's own window and jump in them."""
    why = judgement.why.replace("window days", _days(pair.figure.window_days))
    why = why.replace("at least jump times", f"at least {pair.figure.jump:g} times")
    return f"{why} " if why else ""


def _apart(pair: Pair) -> str:
    """How far two numbers lie apart, in size and time: ", 1.67 times apart at their nearest edges, 98 days apart"."""
    ratio = gap(pair.p.claim, pair.n.claim)
    days = days_between(pair.p.claim, pair.n.claim)
    size = "" if ratio == 1 else ", a number against zero" if ratio == float("inf") else f", {ratio:.3g} times"
    if days is None:
        return f"{size}{' apart' if size.endswith('times') else ''}, one of them without a day"
    if days == 0:
        return f"{size}{' apart' if size.endswith('times') else ''}, of one day"
    joint = " and" if size.endswith("times") else ","
    return f"{size}{joint} {_days(abs(days))} apart (up to {_days(pair.figure.window_days)} count as one moment)"


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"


def explain_denial(p: Statement, denial: Denial, loud: str) -> str:
    """The long form for a denial without a number."""
    sentence = " ".join(denial.sentence.split())
    lines = [
        f"Why: Somebody {denial.stance} the event without a number. [denies: {FINDINGS['denies']}]",
        *Side(p).long("Earlier"),
        f"Later: “{sentence}”",
        f"  said by: {denial.source or 'a source that stays unclear'}, in {denial.outlet_name}",
        f"  link: {denial.url}",
        f"Alert: {loud}.",
    ]
    return "\n".join(lines)


def explain_desk(value: str, signed: str, newest: Statement) -> str:
    """The long form for a desk's figure that a claim left behind."""
    lines = [
        "Why: The newest claim stands apart from the desk's own figure. [desk figure overtaken]",
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


_LOUDNESS = re.compile(r"^Alert: .*\Z", re.MULTILINE)


def silenced(finding: Finding, why: str) -> Finding:
    """A finding that raises no alert after all. `why`: the reason, one line, which `why_silent` gives back."""
    line = f"Alert: no alert ({why})."
    told, found = _LOUDNESS.subn(lambda _: line, finding.explanation)
    return replace(finding, severity=None, explanation=told if found else f"{finding.explanation}\n{line}".lstrip())
