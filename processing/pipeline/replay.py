"""Back-testing: what today's rules would have sent when, over what the archive holds, and how that differs from what
was sent.

Pure functions. Claims are taken as they are read and grouped now, and are let in day by day as they were published; so
a change of the rules, of sources or of corrections can be judged before it is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from processing.alert import decide_alerts
from processing.compare import Statement, compare_across, compare_figure
from processing.compare.statements import known_on
from schemas.records import Alert, Denial, Figure, Finding

__all__ = ["Difference", "ReplayScope", "Sent", "difference", "replay"]


@dataclass(frozen=True, slots=True)
class ReplayScope:
    """What one topic or story has: its figures, what was said of each (by figure id), its denials by id, and when its
    story began."""

    figures: Sequence[Figure]
    statements: Mapping[str, Sequence[Statement]]
    denials: Mapping[str, Denial]
    started: date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What would have been sent on a day: an alert as it then stood, because it was raised, came back, or grew
    louder."""

    day: date
    why: Literal["raised", "came back", "grew louder"]
    alert: Alert


@dataclass(frozen=True, slots=True)
class Difference:
    """Alerts of today's rules that were not sent then, alerts sent then that today's rules do not raise, and those of
    another severity."""

    added: tuple[Alert, ...]
    gone: tuple[Alert, ...]
    changed: tuple[tuple[Alert, Alert], ...]  # (as sent, as replayed)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)


def _denied_on(denial: Denial) -> date | None:
    return denial.published.astimezone(UTC).date() if denial.published else None


class _Archive:
    """One scope as it stood at the end of a day. A figure is compared again only where something new was said of it."""

    def __init__(self, scope: ReplayScope):
        self.scope = scope
        self.alerts: dict[str, Alert] = {}
        self.findings: dict[str, list[Finding]] = {}
        self.claims = {s.claim.id: s.claim for said in scope.statements.values() for s in said}
        self.figures = {f.id: f for f in scope.figures}

    def news(self, after: date | None, day: date) -> set[str]:
        """Ids of figures of which something became known after one day, up to another."""

        def new(known: date | None) -> bool:
            return known is not None and known <= day and (after is None or known > after)

        found = {id for id, said in self.scope.statements.items() if any(new(known_on(s.claim)) for s in said)}
        denied = {id for id, d in self.scope.denials.items() if new(_denied_on(d))}
        return found | {f.id for f in self.scope.figures if denied & set(f.denials)}

    def advance(self, after: date | None, day: date) -> list[Alert]:
        """The alerts that change when all that was published after one day, up to another, comes in."""
        touched = self.news(after, day)
        if not touched:
            return []
        known = {
            id: [s for s in said if (known_on(s.claim) or day) <= day] for id, said in self.scope.statements.items()
        }
        denials = {id: d for id, d in self.scope.denials.items() if (_denied_on(d) or day) <= day}
        for id in sorted(touched & set(self.figures)):
            figure = self.figures[id]
            against = [denials[d] for d in figure.denials if d in denials]
            self.findings[id] = compare_figure(figure, known.get(id, ()), against, story_started=self.scope.started)
        across = compare_across(self.scope.figures, known, story_started=self.scope.started)
        findings = [*(f for found in self.findings.values() for f in found), *across]
        changed = decide_alerts(findings, self.claims, self.figures, self.alerts, now=_end_of(day), denials=denials)
        self.alerts.update((a.id, a) for a in changed)
        return changed


def _why(old: Alert | None, new: Alert) -> Literal["raised", "came back", "grew louder"] | None:
    if new.state != "open":
        return None
    if old is None:
        return "raised"
    if old.state != "open":
        return "came back"
    return "grew louder" if new.severity == "high" != old.severity else None


def replay(scopes: Iterable[ReplayScope], start: date, end: date) -> list[Sent]:
    """What today's rules would have sent from one day to another (both included), in order of time.

    What was known before `start` raises its alerts silently, as it would have done then.
    """
    sent: list[Sent] = []
    for scope in scopes:
        archive = _Archive(scope)
        before: date | None = None
        day = start - timedelta(days=1)
        while day <= end:
            known = dict(archive.alerts)
            for alert in archive.advance(before, day):
                why = _why(known.get(alert.id), alert)
                if why is not None and day >= start:
                    sent.append(Sent(day, why, alert))
            before, day = day, day + timedelta(days=1)
    return sorted(sent, key=lambda s: (s.day, s.alert.severity != "high", s.alert.id))


def difference(replayed: Iterable[Sent], sent: Iterable[Alert]) -> Difference:
    """How a replay differs from the alerts that were sent in the same days (any state; who judged them plays no part).

    An alert is the same by its id, or by kind and both sides, where its figure was made anew since.
    """
    now = {s.alert.id: s.alert for s in replayed}
    then = {a.id: a for a in sent}
    by_sides = {(a.finding, a.sides): id for id, a in sorted(then.items()) if a.sides}
    same = {id: id if id in then else by_sides.get((a.finding, a.sides)) for id, a in now.items()}
    met = set(same.values())
    pairs = [(then[old], now[id]) for id, old in sorted(same.items()) if old is not None]
    return Difference(
        added=tuple(now[id] for id in sorted(now) if same[id] is None),
        gone=tuple(then[id] for id in sorted(then) if id not in met),
        changed=tuple((old, new) for old, new in pairs if old.severity != new.severity),
    )
