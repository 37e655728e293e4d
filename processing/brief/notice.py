"""What a notice says: one message for the alerts that belong together, with both quotations, outlets, links, and how to
answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processing.compare.phrases import say_date
from processing.compare.sides import who
from schemas.records import FINDINGS, Alert, Claim, Denial

__all__ = ["MOST", "notice_body", "notice_subject"]

MOST = 10  # alerts of one message
_ID = 8  # characters of an id that commands take


def notice_subject(alerts: Sequence[Alert], called: str = "") -> str:
    """The subject of a message: what one alert is called and of which figure, or how many there are. `called` ("again:
    ") stands before the only one."""
    first = alerts[0]
    if len(alerts) == 1:
        return f"{called}{FINDINGS[first.finding]}: {first.title}"
    titles = list(dict.fromkeys(alert.title for alert in alerts))
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"{len(alerts)} contradictions: {titles[0]}{more}"


def notice_body(
    alerts: Sequence[Alert],
    claims: Mapping[str, Claim],
    denials: Mapping[str, Denial],
    *,
    page: str | None = None,
) -> str:
    """The message in plain text, the loudest alert first: of each its sentence, both sides as they were printed, the
    link to it where `page` (the address of the web page) is known, and the commands that answer it."""
    parts = [_alert(alert, claims, denials, page) for alert in sorted(alerts, key=lambda a: a.severity != "high")]
    return "\n\n----\n\n".join(parts)


def _alert(alert: Alert, claims: Mapping[str, Claim], denials: Mapping[str, Denial], page: str | None) -> str:
    short = alert.id[:_ID]
    sides = [("Before", claims.get(alert.earlier)), ("Now", claims.get(alert.later) or denials.get(alert.later))]
    quoted = [f"{label}: {_side(record)}" for label, record in sides if record is not None]
    link = [f"{page.rstrip('/')}/alerts/{alert.id}"] if page else []
    answer = (
        f"Look into it: counterclaim alerts ack {short}; or: counterclaim alerts reconcile {short} --reason ..; or, "
        f"where it is none: counterclaim alerts false-positive {short} --reason .."
    )
    head = f"{FINDINGS[alert.finding]} ({alert.severity}, id {short})"
    return "\n\n".join([f"{head[:1].upper()}{head[1:]}", alert.text, *quoted, *link, answer])


def _side(record: Claim | Denial) -> str:
    """Who said it in which outlet when, the sentence, the article's address."""
    name = who(record) if isinstance(record, Claim) else record.source or "a source that stays unclear"
    day = say_date(record.published.date() if record.published else None, year=True)
    told = record.outlet_name if name == record.outlet_name else f"{name}, in {record.outlet_name}"
    return f"{told}, {day}\n“{' '.join(record.sentence.split())}”\n{record.url}"
