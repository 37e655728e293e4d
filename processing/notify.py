"""Alerts out of the door: notices wait in the store's outbox until a receiver took them.

A notice is written in the transaction that raises its alert and marked as sent after the receiver accepted it, so none
is lost; after a crash between the two it is sent again. Receivers are Apprise addresses (mail, chat, webhook and many
more), kept in environment variables that the configuration names. Each receiver is served by itself: one that is dead
or hangs costs one attempt a call, and holds up nobody."""

from __future__ import annotations

import os
import threading
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from queue import Empty, Queue
from time import monotonic
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from schemas.config import Topic
from schemas.records import FINDINGS, Alert, Delivery, digest_id
from schemas.settings import Receiver

__all__ = ["PATIENCE", "deliveries", "digest_due", "occasion", "quiet_until", "send"]

PATIENCE = 30.0  # seconds that one notice may take, whatever the receiver does
_PAUSES = (1, 5, 15, 60, 240)  # minutes before the next attempt
_NEWS = {"reopen": "again: ", "raise severity": "now high: "}


class Known(Protocol):
    """What `deliveries` asks of the outbox."""

    def get_many(self, cls: type[Delivery], ids: list[str], /) -> dict[str, Delivery]:
        """The deliveries that exist already."""


def quiet_until(receiver: Receiver, now: datetime) -> datetime | None:
    """When the receiver's quiet hours end, None where it is not quiet now. Hours may run over midnight."""
    if receiver.quiet_hours is None:
        return None
    start, end = (time.fromisoformat(part) for part in receiver.quiet_hours.split("-"))
    local = now.astimezone(ZoneInfo(receiver.timezone))
    clock = local.time().replace(tzinfo=None)
    quiet = start <= clock < end if start <= end else (clock >= start or clock < end)
    if not quiet:
        return None
    finish = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return finish if finish > local else finish + timedelta(days=1)


def _wants(receiver_name: str, receiver: Receiver, alert: Alert, topics: Mapping[str, Topic]) -> bool:
    topic = topics.get(alert.topic or "")
    if receiver.topics and alert.topic not in receiver.topics:
        return False
    if topic is not None and topic.notify and receiver_name not in topic.notify:
        return False
    least = {receiver.severity, topic.severity if topic else "low"}
    if "high" in least and alert.severity != "high":
        return False
    return topic is None or len(alert.outlets) >= topic.min_outlets


def digest_due(receiver: Receiver, now: datetime) -> str | None:
    """The day (ISO, in the receiver's time zone) whose brief is due; None where the receiver gets none, or not yet
    today."""
    if receiver.digest is None:
        return None
    local = now.astimezone(ZoneInfo(receiver.timezone))
    return local.date().isoformat() if local.time() >= time.fromisoformat(receiver.digest) else None


def occasion(alert: Alert) -> tuple[int, str]:
    """How often an alert has become news (1 when it was raised, one more each time it came back or grew louder), and
    how the last one is called."""
    times: dict[datetime, str] = {}
    for event in alert.history:
        if event.action in _NEWS:
            times[event.at] = _NEWS[event.action]
    return 1 + len(times), next(reversed(times.values()), "")


def deliveries(
    alerts: Iterable[Alert],
    receivers: Mapping[str, Receiver],
    topics: Mapping[str, Topic],
    known: Known,
    *,
    now: datetime,
) -> list[Delivery]:
    """Notices that open alerts still owe to receivers: one for each receiver when an alert is raised, and each time it
    comes back or grows louder. High ones go at once, the others wait for the end of a receiver's quiet hours."""
    found: dict[str, Delivery] = {}
    for alert in alerts:
        if alert.state != "open":
            continue
        count, called = occasion(alert)
        for name, receiver in receivers.items():
            if not _wants(name, receiver, alert, topics):
                continue
            later = quiet_until(receiver, now) if alert.severity != "high" else None
            id = digest_id("delivery", alert.id, name, *([count] if count > 1 else []))
            subject = f"{called}{FINDINGS[alert.finding]}: {alert.title}"
            found[id] = Delivery(id, alert.id, name, subject, alert.text, now, next_at=later or now)
    told = known.get_many(Delivery, list(found)) if found else {}
    return [delivery for id, delivery in found.items() if id not in told]


# ---------------------------------------------------------------- sending


def send(
    waiting: Iterable[Delivery], receivers: Mapping[str, Receiver], *, now: datetime, patience: float = PATIENCE
) -> Iterator[Delivery]:
    """Try every notice that is due; yields each as it stands afterwards: sent, or with the error and the time of the
    next attempt.

    Receivers are served at the same time. After one failure a receiver's other notices wait for its next attempt; the
    one that was tried least comes first, so that no notice can stand in the way of the others. `patience`: seconds that
    one notice may take."""
    _load_apprise()
    due: dict[str, deque[Delivery]] = {}
    for delivery in sorted(waiting, key=lambda d: (d.attempts, d.created_at, d.id)):
        if delivery.sent_at is None and (delivery.next_at is None or delivery.next_at <= now):
            due.setdefault(delivery.receiver, deque()).append(delivery)
    answers: Queue[tuple[str, str | None]] = Queue()
    for name, notices in due.items():
        threading.Thread(target=_serve, args=(name, receivers.get(name), tuple(notices), answers), daemon=True).start()
    since = dict.fromkeys(due, monotonic())
    while due:
        first = min(since[name] for name in due) + patience - monotonic()
        try:
            name, error = answers.get(timeout=max(0.0, first))
        except Empty:
            name = min(due, key=lambda n: (since[n], n))
            error = f"receiver {name}: no answer within {patience:g} s"
        if name not in due:
            continue  # it answered after it had been given up; its notice is sent again
        since[name] = monotonic()
        tried = due[name].popleft()
        if error is None:
            yield replace(tried, sent_at=now, attempts=tried.attempts + 1, error=None, next_at=None)
        else:
            again = now + timedelta(minutes=_PAUSES[min(tried.attempts, len(_PAUSES) - 1)])
            yield replace(tried, attempts=tried.attempts + 1, error=error, next_at=again)
            yield from (replace(left, error=f"not tried, for {error}", next_at=again) for left in due[name])
            due[name].clear()
        if not due[name]:
            del due[name]


def _load_apprise() -> None:
    """Once, before any thread needs it; its plugins import parts of Python that are on their way out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise().add("json://localhost")  # the first address loads all plugins


def _serve(
    name: str, receiver: Receiver | None, notices: Sequence[Delivery], answers: Queue[tuple[str, str | None]]
) -> None:
    """Give a receiver its notices, one after another, until one is not accepted; every answer goes into the queue."""
    error = _lack(name, receiver)
    door: Any = None
    if error is None and receiver is not None:
        try:
            door = _door(receiver)
        except Exception as fault:  # a thread that dies says nothing
            error = f"receiver {name}: {type(fault).__name__}: {fault}"
        if error is None and door is None:
            error = f"receiver {name}: {receiver.url_env} holds no address that Apprise knows"
    for notice in notices:
        if error is None:
            error = _give(name, door, notice)
        answers.put((name, error))
        if error is not None:
            return


def _door(receiver: Receiver) -> Any:
    """What gives notices to a receiver; None where its address is none that Apprise knows."""
    import apprise

    door = apprise.Apprise()
    return door if door.add(os.environ[receiver.url_env]) else None


def _give(name: str, door: Any, notice: Delivery) -> str | None:
    try:
        taken = door.notify(
            title=notice.subject, body=notice.body, body_format="markdown" if notice.markdown else "text"
        )
    except Exception as fault:  # a plugin of Apprise that fails in its own way must not stop the others
        return f"receiver {name}: not accepted: {type(fault).__name__}"
    return None if taken else f"receiver {name}: not accepted"


def _lack(name: str, receiver: Receiver | None) -> str | None:
    if receiver is None:
        return f"receiver {name} is not in the configuration any more"
    if not os.environ.get(receiver.url_env):
        return f"receiver {name}: the environment variable {receiver.url_env} is not set"
    return None
