"""The first page: what changed of the figures that are followed, and the contradictions that wait for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from console.alerts import STATES, alert_parts
from console.app import day as day_given
from console.tables import central_words, high_words, short_value
from console.web.cited import cited_in
from console.web.query import Query, Shown, choice, outlet_names, page_number, titles
from console.web.shown import bars, contradiction
from processing.alert import ACTIONS, NEEDS_REASON
from processing.figures import SOURCE_TYPES
from processing.pipeline.searches import new_hits
from processing.pipeline.silence import silent_findings
from processing.pipeline.work import Work
from processing.store import Where
from schemas.people import Assignment
from schemas.records import FINDINGS, Alert, Article, Figure, FigureDay

__all__ = ["Change", "age", "changes_of", "last_look", "today_page"]

_A_PAGE = 40
_COUNTED = 500  # alerts over which outlets and sources are counted: the newest
_SEARCHED = 5000  # alerts looked through for an outlet, a source or a day
_FACETS = 12  # outlets and sources offered


@dataclass(frozen=True, slots=True)
class Change:
    """A followed figure's last change: what was known before and what is known now, as text; the day of the change."""

    figure: Figure
    before: str | None
    now: str
    spread: str
    day: date
    fresh: bool
    bar: Any


def age(day: date | None, today: date) -> str:
    """How old: "today", "3 days", "5 weeks", "14 months"."""
    if day is None:
        return "no date"
    days = (today - day).days
    if days < 1:
        return "today"
    for size, name in ((365 * 2, "year"), (61, "month"), (21, "week"), (1, "day")):
        if days >= size:
            count = days // {"year": 365, "month": 30, "week": 7, "day": 1}[name]
            return f"{count} {name}{'' if count == 1 else 's'}"
    return ""


# ---------------------------------------------------------------- figures that are followed


def changes_of(work: Work, since: date | None) -> list[Change]:
    """Every followed figure that has a value, with its last change; those that changed after `since` first."""
    figures = {f.id: f for f in work.store.find(Figure, Where("topic", "!=", None)) if f.claims}
    days: dict[str, list[FigureDay]] = {}
    where = Where("figure", "in", sorted(figures))
    for d in work.store.find(FigureDay, where, order="day") if figures else ():
        if d.origins and d.central is not None:
            days.setdefault(d.figure, []).append(d)
    made = [_change(figures[id], known, since) for id, known in days.items()]
    return sorted(made, key=lambda c: (not c.fresh, -c.day.toordinal(), c.figure.title))


def _change(figure: Figure, known: Sequence[FigureDay], since: date | None) -> Change:
    told = [(d.day, _value(d, figure.unit), _spread(d, figure.unit)) for d in known]
    starts = [i for i in range(len(told)) if i == 0 or told[i][1:] != told[i - 1][1:]]
    last = starts[-1]
    before = told[last - 1][1] if last else None
    shown = [b for b in bars(figure, known)[0] if b.at is not None]
    day = told[last][0]
    return Change(figure, before, told[last][1], told[last][2], day, since is not None and day >= since, shown[-1])


def _value(d: FigureDay, unit: str) -> str:
    return central_words(d, unit)


def _spread(d: FigureDay, unit: str) -> str:
    low, high = short_value(d.low, unit), high_words(d, unit)
    return "" if low == high == _value(d, unit) else f"{low} to {high}"


# ---------------------------------------------------------------- contradictions


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for."""

    state: str
    severity: str | None
    finding: str | None
    topic: str | None
    outlet: str | None
    source: str | None
    type: str | None
    user: str | None
    first: date | None
    last: date | None
    page: int

    @classmethod
    def of(cls, query: Query) -> _Asked:
        """Raises: UsageError."""
        return cls(
            choice(query, "state", (*STATES, "all")) or "open",
            choice(query, "severity", ("high", "low")),
            choice(query, "finding", tuple(FINDINGS)),
            query.get("topic") or None,
            query.get("outlet") or None,
            query.get("source") or None,
            choice(query, "type", SOURCE_TYPES),
            query.get("user") or None,
            day_given(query.get("from") or None, "from"),
            day_given(query.get("to") or None, "to"),
            page_number(query),
        )

    @property
    def query(self) -> dict[str, Any]:
        """As the address says it, without the page."""
        return {
            "state": None if self.state == "open" else self.state,
            **{
                name: getattr(self, name)
                for name in ("severity", "finding", "topic", "outlet", "source", "type", "user")
            },
            "from": self.first,
            "to": self.last,
        }

    @property
    def narrow(self) -> bool:
        """Whether something is asked for that the store cannot select by."""
        return any((self.outlet, self.source, self.type, self.user, self.first, self.last))

    def where(self, *but: str) -> list[Where]:
        """The conditions that the store can tell."""
        named = {
            "state": None if self.state == "all" else self.state,
            "severity": self.severity,
            "finding": self.finding,
            "topic": self.topic,
        }
        return [Where(name, "=", value) for name, value in named.items() if value and name not in but]


def _states(work: Work) -> list[tuple[str, int]]:
    """Each state, and "all", with the number of alerts in it."""
    return [(s, work.store.count(Alert, *([] if s == "all" else [Where("state", "=", s)]))) for s in (*STATES, "all")]


def today_page(work: Work, query: Query, *, since: date | None = None) -> Shown:
    """What changed, and contradictions by state, severity, topic, rule, outlet, source and day: the gravest first, then
    the newest. Raises UsageError."""
    asked = _Asked.of(query)
    recent = list(work.store.find(Alert, *asked.where(), order="-raised_at", limit=_COUNTED))
    cited = cited_in(work, recent)
    outlets = _common((o for a in recent for o in a.outlets), asked.outlet)
    shown, count, high = _narrowed(work, asked) if asked.narrow else _counted(work, asked)
    claims, findings, denials = alert_parts(work, shown)
    today = work.now().date()
    any_alert = bool(recent) or work.store.count(Alert) > 0
    return {
        "asked": asked,
        "states": _states(work),
        "severities": _store_counts(work, asked, "severity", ("high", "low")),
        "topics": _store_counts(work, asked, "topic", sorted(work.topics)),
        "rules": _store_counts(work, asked, "finding", FINDINGS),
        "outlets": outlets,
        "sources": _common((s for a in recent for s in cited[a.id].names), asked.source),
        "types": _common((t for a in recent for t in cited[a.id].types), asked.type),
        "users": _turns(work, asked.user),
        "turn": {a.id: a.user for a in work.store.get_many(Assignment, [a.id for a in shown]).values()},
        "names": outlet_names(work, (id for id, _ in outlets)),
        "titles": titles(work),
        "findings": FINDINGS,
        "count": count,
        "high": high,
        "shown": [(contradiction(a, claims, findings, denials), age(a.day, today)) for a in shown],
        "page": asked.page,
        "pages": max(1, -(-count // _A_PAGE)),
        "any": any_alert,
        "actions": [(n, n in NEEDS_REASON) for n in ("acknowledge", "reconcile", "false_positive", "close", "reopen")],
        "possible": {s: [n for n, (states, _) in ACTIONS.items() if s in states] for s in STATES},
        "changed": changes_of(work, since) if asked.page == 1 and not any(asked.query.values()) else [],
        "since": since,
        "hits": new_hits(work) if asked.page == 1 else [],
        "silent": len(silent_findings(work)) if asked.page == 1 else 0,
        "empty": not any_alert and not work.store.count(Article),
    }


def _store_counts(work: Work, asked: _Asked, field: str, values: Iterable[str]) -> list[tuple[str, int]]:
    """How many alerts each value of a field would leave, given all else that is asked; the commonest first."""
    chosen = getattr(asked, field)
    where = asked.where(field)
    counted = [(value, work.store.count(Alert, *where, Where(field, "=", value))) for value in values]
    return sorted(((v, n) for v, n in counted if n or v == chosen), key=lambda pair: -pair[1])


def _common(values: Iterable[str], chosen: str | None) -> list[tuple[str, int]]:
    counted = Counter(values)
    found = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_FACETS]
    return found if chosen is None or any(v == chosen for v, _ in found) else [*found, (chosen, counted[chosen])]


def _turns(work: Work, chosen: str | None) -> list[tuple[str, int]]:
    """How many alerts are whose turn."""
    return _common((a.user for a in work.store.find(Assignment, order="-at", limit=_SEARCHED)), chosen)


def _counted(work: Work, asked: _Asked) -> tuple[list[Alert], int, int]:
    """A page of alerts, how many there are, how many of them are high: only the page is read."""
    counts = {
        grave: work.store.count(Alert, *asked.where("severity"), Where("severity", "=", grave))
        for grave in ("high", "low")
        if asked.severity in (None, grave)
    }
    shown: list[Alert] = []
    start = (asked.page - 1) * _A_PAGE
    for severity, there in counts.items():
        end = min(there, start + _A_PAGE - len(shown))
        if start < end:
            where = (*asked.where("severity"), Where("severity", "=", severity))
            shown += islice(work.store.find(Alert, *where, order="-raised_at", limit=end), start, None)
        start = max(0, start - there)
    return shown, sum(counts.values()), counts.get("high", 0)


def _narrowed(work: Work, asked: _Asked) -> tuple[list[Alert], int, int]:
    """The same for what the store cannot select by, over the newest alerts."""
    given = {a.id for a in work.store.find(Assignment, Where("user", "=", asked.user))} if asked.user else set[str]()
    found = [
        a
        for a in work.store.find(Alert, *asked.where(), order="-raised_at", limit=_SEARCHED)
        if (asked.user is None or a.id in given)
        and (asked.outlet is None or asked.outlet in a.outlets)
        and (asked.first is None or (a.day is not None and a.day >= asked.first))
        and (asked.last is None or (a.day is not None and a.day <= asked.last))
    ]
    if asked.source is not None or asked.type is not None:
        cited = cited_in(work, found)
        found = [a for a in found if asked.source is None or asked.source in cited[a.id].names]
        found = [a for a in found if asked.type is None or asked.type in cited[a.id].types]
    found.sort(key=lambda a: a.severity != "high")  # stable: the newest of each first
    start = (asked.page - 1) * _A_PAGE
    return found[start : start + _A_PAGE], len(found), sum(a.severity == "high" for a in found)


# ---------------------------------------------------------------- since when


_PAUSE = timedelta(minutes=30)


def last_look(cookie: str, now: datetime) -> tuple[datetime | None, str]:
    """When the reader's visit before this one ended, and the cookie that keeps it: "BEFORE|NOW". A visit ends with half
    an hour without a page."""
    before, last = (_moment(part) for part in (cookie.partition("|")[0], cookie.partition("|")[2]))
    if last is not None and now - last > _PAUSE:
        before = last
    return before, f"{before.isoformat() if before else ''}|{now.isoformat()}"


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
