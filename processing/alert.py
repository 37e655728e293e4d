"""Which findings somebody must see, and what became of them. A pure decider: what was found and what is known go in,
changed alerts come out.

One contradiction is one alert: two numbers of one figure that stand against each other in one way, however many
outlets, copies or sources repeat them. What each state does when more comes to light:

    open            gathers evidence; a higher severity is noted acknowledged    gathers evidence; opens again when its
    severity rises reconciled      gathers evidence silently; opens again when its severity rises closed          by a
    person: as reconciled; by the program, because nothing supports it any more: opens again when something does
    false_positive  that pair stays quiet, whatever comes

An alert outlives its figure: where late arrivals or corrections make other figures of the same claims, the
contradiction that is found again keeps its alert, with its history and what people said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import get_args

from processing.intervals import stated
from schemas.errors import UsageError
from schemas.records import (
    Alert,
    AlertEvent,
    AlertState,
    Claim,
    Denial,
    Figure,
    Finding,
    FindingName,
    Severity,
    digest_id,
)

__all__ = [
    "ACTIONS",
    "PROGRAM",
    "RuleRecord",
    "change_alert",
    "contradiction",
    "decide_alerts",
    "review_rules",
    "side_keys",
]

DESK_RULE = "desk figure overtaken"
PROGRAM = "counterclaim"  # who acts in the history where no person does

# action -> (states that it may start from, the state it leads to; None: stays)
ACTIONS: Mapping[str, tuple[tuple[AlertState, ...], AlertState | None]] = {
    "acknowledge": (("open",), "acknowledged"),
    "reconcile": (("open", "acknowledged"), "reconciled"),
    "false_positive": (("open", "acknowledged", "reconciled", "closed"), "false_positive"),
    "close": (("open", "acknowledged", "reconciled"), "closed"),
    "reopen": (("acknowledged", "reconciled", "false_positive", "closed"), "open"),
    "note": (get_args(AlertState), None),
}
NEEDS_REASON = ("reconcile", "false_positive", "reopen", "note")
_LOUD: Mapping[Severity, int] = {"low": 0, "high": 1}
_WITHDRAWN = "withdraw"


def change_alert(alert: Alert, action: str, by: str, reason: str, now: datetime) -> Alert:
    """The alert after somebody did something to it, with who, when and why in its history.

    Raises: UsageError where the action is unknown, not allowed from the alert's state, without a name, or without the
    reason that it needs."""
    if action not in ACTIONS:
        raise UsageError(f"alert {alert.id}: {action!r} is no action; allowed: {', '.join(ACTIONS)}")
    starts, to = ACTIONS[action]
    if alert.state not in starts:
        possible = ", ".join(name for name, (states, _) in ACTIONS.items() if alert.state in states)
        raise UsageError(f"alert {alert.id} is {alert.state}: {action} is not possible; possible: {possible}")
    if not by.strip():
        raise UsageError(f"alert {alert.id}: {action} needs the name of who does it")
    if action in NEEDS_REASON and not reason.strip():
        raise UsageError(f"alert {alert.id}: {action} needs a reason")
    event = AlertEvent(now, by.strip(), action, reason.strip())
    return replace(alert, state=to or alert.state, updated_at=now, history=(*alert.history, event))


# ---------------------------------------------------------------- one contradiction


def _number(claim: Claim) -> str:
    return "-".join(f"{x:f}" for x in stated(claim)) or f"{claim.low}..{claim.high}"


def contradiction(finding: Finding, claims: Mapping[str, Claim], denials: Mapping[str, Denial]) -> str:
    """The key that all findings of one contradiction share, and the id of its alert.

    Two numbers of a figure (or of two figures) and how they stand to each other; for a silent edit also the article;
    for a denial, who denies and what number, or the event where it names none."""
    p, n = claims.get(finding.earlier), claims.get(finding.later)
    denial = denials.get(finding.later)
    figures = sorted(filter(None, (finding.figure, finding.other_figure)))
    if finding.finding == "denies":
        denier = n.source_id or n.source if n else denial.source_id or denial.source if denial else None
        return digest_id("alert", "denies", *figures, denier or finding.later, _number(n) if n else "event")
    if finding.rule == DESK_RULE:
        return digest_id("alert", "desk", finding.figure, finding.earlier)
    if p is None or n is None:
        return digest_id("alert", finding.finding, *figures, finding.earlier, finding.later)
    numbers = sorted((_number(p), _number(n)))
    return digest_id(
        "alert", finding.finding, *figures, *numbers, n.article_key if finding.finding == "edited" else None
    )


def _side_of(id: str, claims: Mapping[str, Claim], denials: Mapping[str, Denial]) -> str:
    """One side of a contradiction, known by article, event and number, which outlive the ids of claims and figures."""
    if id in claims:
        claim = claims[id]
        return f"{claim.article_key}|{claim.event or ''}|{_number(claim)}"
    return f"{denials[id].article_key}|{denials[id].event or ''}|denial" if id in denials else id


def side_keys(findings: Iterable[Finding], claims: Mapping[str, Claim], denials: Mapping[str, Denial]) -> set[str]:
    """What the sides of findings are known by, see `Alert.sides`."""
    return {_side_of(id, claims, denials) for f in findings for id in (f.earlier, f.later)}


# ---------------------------------------------------------------- the decider


def decide_alerts(
    findings: Iterable[Finding],
    claims: Mapping[str, Claim],
    figures: Mapping[str, Figure],
    existing: Mapping[str, Alert],
    *,
    now: datetime,
    denials: Mapping[str, Denial] | None = None,
    elsewhere: Mapping[str, Alert] | None = None,
) -> list[Alert]:
    """Alerts that are new or changed, by day. The order in which the findings come plays no part.

    `findings` are all that hold now for these figures; those without a severity raise nothing. `existing` are the
    alerts of these figures by id: what no finding supports any more is closed by the program, with a reason in its
    history. `elsewhere` are alerts of figures that are no more: one whose sides are found again here is the alert of
    that contradiction; the others are left alone."""
    gathered: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is not None:
            gathered.setdefault(contradiction(finding, claims, denials or {}), []).append(finding)
    carried = _carried(gathered, {**(elsewhere or {}), **existing}, claims, denials or {})
    changed: list[Alert] = []
    for id, evidence in gathered.items():
        new = _raised(id, evidence, claims, figures, denials or {}, now)
        old = existing.get(id) or carried.get(id)
        alert = new if old is None else _gathered(old, new, now)
        if alert is not old:
            changed.append(alert)
    supported = {*gathered, *(alert.id for alert in carried.values())}
    changed.extend(
        _withdrawn(alert, now)
        for id, alert in existing.items()
        if id not in supported and alert.state in ("open", "acknowledged")
    )
    return sorted(changed, key=lambda a: (a.day or date.min, a.id))


def _carried(
    gathered: Mapping[str, Sequence[Finding]],
    known: Mapping[str, Alert],
    claims: Mapping[str, Claim],
    denials: Mapping[str, Denial],
) -> dict[str, Alert]:
    """For contradictions that no alert is known by, the one alert of the same kind whose sides all stand in it: its
    figure was made anew."""
    free: dict[str, list[Alert]] = {}
    for alert in known.values():
        if alert.id not in gathered and alert.sides:
            free.setdefault(alert.sides[0], []).append(alert)
    found: dict[str, Alert] = {}
    for id in sorted(gathered.keys() - known.keys()) if free else ():
        sides = side_keys(gathered[id], claims, denials)
        finding = gathered[id][0].finding
        fits = [
            a for side in sorted(sides) for a in free.get(side, ()) if a.finding == finding and set(a.sides) <= sides
        ]
        # what a person judged comes first, then the oldest
        chosen = min(fits, key=lambda a: (a.state == "open", a.raised_at, a.id), default=None)
        if chosen is not None:
            found[id] = chosen
            free[chosen.sides[0]].remove(chosen)
    return found


def _raised(
    id: str,
    evidence: Sequence[Finding],
    claims: Mapping[str, Claim],
    figures: Mapping[str, Figure],
    denials: Mapping[str, Denial],
    now: datetime,
) -> Alert:
    """The alert as if it were raised now. The first of the loudest findings speaks for it."""
    ordered = sorted(evidence, key=lambda f: _when(f, claims))
    severity: Severity = "high" if any(f.severity == "high" for f in ordered) else "low"
    lead = next(f for f in ordered if f.severity == severity)
    figure = figures.get(lead.figure)
    sides = [
        side
        for f in ordered
        for side in (claims.get(f.earlier), claims.get(f.later) or denials.get(f.later))
        if side is not None
    ]
    return Alert(
        id=id,
        finding=lead.finding,
        severity=severity,
        figure=lead.figure,
        title=figure.title if figure else lead.figure,
        text=lead.text,
        findings=tuple(f.id for f in ordered),
        earlier=lead.earlier,
        later=lead.later,
        state="open",
        raised_at=now,
        updated_at=now,
        day=ordered[0].day,
        outlets=tuple(sorted({side.outlet for side in sides})),
        topic=lead.topic or (figure.topic if figure else None),
        sides=tuple(sorted(side_keys([lead], claims, denials))),
        history=(AlertEvent(now, PROGRAM, "raise", lead.rule),),
    )


def _when(finding: Finding, claims: Mapping[str, Claim]) -> tuple[object, ...]:
    later = claims.get(finding.later)
    published = (
        later.published if later is not None and later.published is not None else datetime.min.replace(tzinfo=UTC)
    )
    return (finding.day or date.min, published, finding.id)


def _gathered(old: Alert, new: Alert, now: datetime) -> Alert:
    """The old alert with what the new evidence adds; the old one itself where that is nothing."""
    louder = _LOUD[new.severity] > _LOUD[old.severity]
    returns = old.state == "closed" and bool(old.history) and old.history[-1].action == _WITHDRAWN
    reopens = old.state != "false_positive" and (returns or (louder and old.state != "open"))
    history = list(old.history)
    if louder:
        history.append(
            AlertEvent(now, PROGRAM, "raise severity", f"{old.severity} to {new.severity}: {new.history[0].reason}")
        )
    if reopens:
        history.append(AlertEvent(now, PROGRAM, "reopen", "found again" if returns else "its severity rose"))
    more = len(set(new.outlets) - set(old.outlets))
    if more and old.state in ("open", "acknowledged"):
        history.append(AlertEvent(now, PROGRAM, "gather", f"{more} more outlet{'' if more == 1 else 's'}"))
    merged = replace(
        new,
        id=old.id,
        state="open" if reopens else old.state,
        raised_at=old.raised_at,
        updated_at=old.updated_at,
        history=tuple(history),
    )
    return old if merged == old else replace(merged, updated_at=now)


def _withdrawn(alert: Alert, now: datetime) -> Alert:
    event = AlertEvent(now, PROGRAM, _WITHDRAWN, "no finding supports it any more")
    return replace(alert, state="closed", updated_at=now, history=(*alert.history, event))


# ---------------------------------------------------------------- which rule errs most


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How one rule has fared: its alerts, how many people judged (reconciled, closed or false), how many of these were
    false, and why."""

    finding: FindingName
    alerts: int
    judged: int
    false_positives: int
    reasons: tuple[str, ...]

    @property
    def error_rate(self) -> float | None:
        """Share of the judged alerts that were false, 0 to 1; None where nobody judged any."""
        return self.false_positives / self.judged if self.judged else None


def review_rules(alerts: Iterable[Alert]) -> list[RuleRecord]:
    """One record per rule that raised an alert, the one that errs most on top (by share, then by number)."""
    by_rule: dict[FindingName, list[Alert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.finding, []).append(alert)
    records = [_record(name, raised) for name, raised in by_rule.items()]
    return sorted(records, key=lambda r: (-(r.error_rate or 0), -r.false_positives, -r.alerts, r.finding))


def _record(name: FindingName, raised: Sequence[Alert]) -> RuleRecord:
    judged = [
        a
        for a in raised
        if a.state in ("reconciled", "false_positive")
        or (a.state == "closed" and a.history and a.history[-1].action == "close")
    ]
    false = [a for a in raised if a.state == "false_positive"]
    reasons = [e.reason for a in false for e in reversed(a.history) if e.action == "false_positive"]
    return RuleRecord(name, len(raised), len(judged), len(false), tuple(dict.fromkeys(r for r in reasons if r)))
