"""Alerts out of the door: notices wait in the store's outbox until a receiver took them.

A notice is written in the transaction that raises its alert and marked as sent after the receiver accepted it, so none is lost;
after a crash between the two it is sent again. Receivers are Apprise addresses (mail, chat, webhook and many more), kept in
environment variables that the configuration names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from schemas.config import Topic
from schemas.records import FINDINGS, Alert, Delivery, digest_id
from schemas.settings import Receiver

__all__ = ["deliveries", "quiet_until", "send"]

_PAUSES = (1, 5, 15, 60, 240)  # minutes before the next attempt


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


def deliveries(alerts: Iterable[Alert], receivers: Mapping[str, Receiver], topics: Mapping[str, Topic], known: Known, *, now: datetime) -> list[Delivery]:
    """Notices that open alerts still owe to receivers: one for each alert and receiver, ever. High ones go at once, the others
    wait for the end of a receiver's quiet hours."""
    found: dict[str, Delivery] = {}
    for alert in alerts:
        if alert.state != "open":
            continue
        for name, receiver in receivers.items():
            if not _wants(name, receiver, alert, topics):
                continue
            later = quiet_until(receiver, now) if alert.severity != "high" else None
            id = digest_id("delivery", alert.id, name)
            subject = f"{FINDINGS[alert.finding]}: {alert.title}"
            found[id] = Delivery(id, alert.id, name, subject, alert.text, now, next_at=later or now)
    return [found[id] for id in found.keys() - known.get_many(Delivery, list(found)).keys()]


def send(waiting: Iterable[Delivery], receivers: Mapping[str, Receiver], *, now: datetime) -> Iterator[Delivery]:
    """Try every notice that is due; yields each as it stands afterwards: sent, or with the error and the time of the next attempt."""
    import apprise

    doors: dict[str, apprise.Apprise] = {}
    for delivery in waiting:
        if delivery.sent_at is not None or (delivery.next_at is not None and delivery.next_at > now):
            continue
        receiver = receivers.get(delivery.receiver)
        error = _lack(delivery.receiver, receiver)
        if error is None and receiver is not None:
            door = doors.get(delivery.receiver)
            if door is None:
                door = doors[delivery.receiver] = apprise.Apprise()
                if not door.add(os.environ[receiver.url_env]):
                    error = f"receiver {delivery.receiver}: {receiver.url_env} holds no address that Apprise knows"
            if error is None and not door.notify(title=delivery.subject, body=delivery.body):
                error = f"receiver {delivery.receiver}: not accepted"
        if error is None:
            yield replace(delivery, sent_at=now, attempts=delivery.attempts + 1, error=None, next_at=None)
        else:
            pause = timedelta(minutes=_PAUSES[min(delivery.attempts, len(_PAUSES) - 1)])
            yield replace(delivery, attempts=delivery.attempts + 1, error=error, next_at=now + pause)


def _lack(name: str, receiver: Receiver | None) -> str | None:
    if receiver is None:
        return f"receiver {name} is not in the configuration any more"
    if not os.environ.get(receiver.url_env):
        return f"receiver {name}: the environment variable {receiver.url_env} is not set"
    return None
