"""Alerts out of the door: notices wait in the store's outbox until a receiver took them.

A notice is written in the transaction that raises its alert and marked as sent after the receiver accepted it, so none
is lost; after a crash between the two it is sent again. Receivers are Apprise addresses (mail, chat, webhook and many
more), kept in environment variables that the configuration names. Each receiver is served by itself: one that is dead
or hangs costs one attempt a call, and holds up nobody. Taken is what the receiver itself answers with success (2xx)."""

from __future__ import annotations

import logging
import os
import re
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

__all__ = [
    "PATIENCE",
    "deliveries",
    "digest_due",
    "has_address",
    "is_sum",
    "occasion",
    "quiet_until",
    "send",
    "send_test",
    "sum_up",
]

PATIENCE = 30.0  # seconds that one notice may take, whatever the receiver does
_SUMMED = 20  # notices that a sum of them names
_PAUSES = (1, 5, 15, 60, 240)  # minutes before the next attempt
_LONGEST = 300  # characters of a server's answer that are kept
_ERROR = re.compile(r"notification(?:[^:]*)?: (.*?)(?:error=(\d+))?\.?$")  # "... notification: ..."
_CAUSE = re.compile(  # of a connection that failed; the rest of what is logged then holds the address
    r"connection refused|timed out|name or service not known|network is unreachable|certificate verify failed|"
    r"authentication (?:failed|unsuccessful)|\(\d{3}, b'[^']*'\)",
    re.IGNORECASE,
)
_SECRET = 6  # characters from which on a part of an address may be a password or token
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
            found[id] = Delivery(
                id, alert.id, name, subject, alert.text, now, next_at=later or now, severity=alert.severity
            )
    told = known.get_many(Delivery, list(found)) if found else {}
    return [delivery for id, delivery in found.items() if id not in told]


# ---------------------------------------------------------------- receivers without an address


def has_address(receiver: Receiver) -> bool:
    """Whether a receiver's variable is not set to nothing: `DESK_URL=` means that nobody is to be told for now."""
    return os.environ.get(receiver.url_env) != ""


def sum_up(name: str, old: Sequence[Delivery], before: Delivery | None, now: datetime) -> list[Delivery]:
    """One notice in place of those that a receiver without an address was owed for too long, which count as done.

    `before`: the sum that waits already, which is added to. Returns that notice first, then the old ones."""
    number = len(old) + (int(before.subject.split()[0].replace(",", "")) if before else 0)
    told = [f"{d.created_at:%Y-%m-%d %H:%M} {d.subject}" for d in sorted(old, key=lambda d: (d.created_at, d.id))]
    lines = [*(before.body.splitlines()[2:] if before else ()), *told][-_SUMMED:]
    one = Delivery(
        before.id if before else digest_id("sum", name, min(d.id for d in old)),
        None,
        name,
        f"{number:,} notice{'' if number == 1 else 's'} from when there was no address",
        "\n".join(("The last of them; all are in the list of alerts, by day.\n", *lines)),
        before.created_at if before else now,
        next_at=now,
    )
    return [one, *(replace(d, sent_at=now, error=f"summed up in {one.id}") for d in old)]


def is_sum(delivery: Delivery) -> bool:
    """Whether a delivery sums up others."""
    return delivery.alert_id is None and delivery.subject.endswith("from when there was no address")


# ---------------------------------------------------------------- sending


def send(
    waiting: Iterable[Delivery], receivers: Mapping[str, Receiver], *, now: datetime, patience: float | None = None
) -> Iterator[Delivery]:
    """Try every notice that is due; yields each as it stands afterwards: sent, or with the error and the time of the
    next attempt.

    Receivers are served at the same time, each by one sender, which gives its notices one after another and stops at
    the first that is not taken; the others wait for its next attempt. The one that was tried least comes first, so that
    no notice can stand in the way of the others. `patience`: seconds that one notice may take; None: what the
    receiver's settings say. A notice that is taken after that, while others are being sent, counts as sent."""
    _load_apprise()
    due = _due(waiting, now)
    answers: Queue[tuple[str, str, str | None]] = Queue()
    limits = {name: patience or (receivers[name].timeout if name in receivers else PATIENCE) for name in due}
    senders = {}
    for name, notices in due.items():
        senders[name] = _Sender(name, receivers.get(name), tuple(notices), answers, limits[name])
        senders[name].start()
    late: dict[str, Delivery] = {}  # by id: given up, but perhaps still taken
    since = dict.fromkeys(due, monotonic())
    while due:
        first = min(since[name] + limits[name] for name in due) - monotonic()
        try:
            name, id, error = answers.get(timeout=max(0.0, first))
        except Empty:
            name = min(due, key=lambda n: (since[n] + limits[n], n))
            senders[name].give_up()
            id, error = due[name][0].id, f"receiver {name}: no answer within {limits[name]:g} s"
            late[id] = due[name][0]
        if name not in due or due[name][0].id != id:
            if error is None and id in late:  # better late: it was told already that it was not taken
                yield _sent(late.pop(id), now)
            continue
        since[name] = monotonic()
        yield from _answered(due[name], error, now)
        if not due[name]:
            del due[name]


def _due(waiting: Iterable[Delivery], now: datetime) -> dict[str, deque[Delivery]]:
    """The notices that are due, by receiver, the one that was tried least first."""
    due: dict[str, deque[Delivery]] = {}
    for delivery in sorted(waiting, key=lambda d: (d.attempts, d.created_at, d.id)):
        if delivery.sent_at is None and (delivery.next_at is None or delivery.next_at <= now):
            due.setdefault(delivery.receiver, deque()).append(delivery)
    return due


def _answered(notices: deque[Delivery], error: str | None, now: datetime) -> Iterator[Delivery]:
    """What a receiver's answer to its first notice makes of its notices: that one is sent; or all wait."""
    tried = notices.popleft()
    if error is None:
        yield _sent(tried, now)
        return
    again = now + timedelta(minutes=_PAUSES[min(tried.attempts, len(_PAUSES) - 1)])
    yield replace(tried, attempts=tried.attempts + 1, error=error, next_at=again)
    yield from (replace(left, error=f"not tried, for {error}", next_at=again) for left in notices)
    notices.clear()


def send_test(receivers: Mapping[str, Receiver], *, now: datetime) -> Iterator[Delivery]:
    """A test notice to every receiver, past quiet hours and the outbox; yields each as it stands afterwards."""
    body = "This is a test of Counterclaim's notices. Contradictions between figures in the news will arrive here."
    waiting = [
        Delivery(digest_id("test", name, now), None, name, "Test of Counterclaim's notices", body, now)
        for name in receivers
    ]
    return send(waiting, receivers, now=now)


def _sent(delivery: Delivery, now: datetime) -> Delivery:
    return replace(delivery, sent_at=now, attempts=delivery.attempts + 1, error=None, next_at=None)


def _load_apprise() -> None:
    """Once, before any thread needs it; its plugins import parts of Python that are on their way out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise().add("json://localhost")  # the first address loads all plugins


_serving: dict[str, _Sender] = {}  # by receiver: who gives it notices now, or has been given up and still waits


class _Sender(threading.Thread):
    """Gives one receiver its notices, one after another, until one is not accepted; every answer goes into the queue.

    There is one a receiver in this process: while one that was given up still waits for its answer, the receiver gets
    nothing else, so that nothing reaches it twice because it is slow."""

    def __init__(
        self,
        receiver_name: str,
        receiver: Receiver | None,
        notices: Sequence[Delivery],
        answers: Queue[tuple[str, str, str | None]],
        seconds: float,
    ):
        super().__init__(name=f"notices to {receiver_name}", daemon=True)
        self._receiver, self._notices, self._answers, self._seconds = receiver, notices, answers, seconds
        self._name = receiver_name
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """Send nothing more after the notice that is on its way."""
        self._given_up.set()

    def run(self) -> None:
        """See the class."""
        name, first = self._name, self._notices[0].id
        before = _serving.get(name)
        if before is not None and before.is_alive():
            self._answers.put((name, first, f"receiver {name}: still no answer to the notice before"))
            return
        _serving[name] = self
        door, error = self._open()
        if door is None:
            self._answers.put((name, first, error))
            return
        for notice in self._notices:
            if self._given_up.is_set():
                return
            error = _give(name, door, notice, os.environ.get(self._receiver.url_env, "") if self._receiver else "")
            self._answers.put((name, notice.id, error))
            if error is not None:
                return

    def _open(self) -> tuple[Any, str | None]:
        error = _lack(self._name, self._receiver)
        if error is not None or self._receiver is None:
            return None, error
        try:
            door = _door(self._receiver, self._seconds)
        except Exception as fault:  # a thread that dies says nothing
            return None, f"receiver {self._name}: {type(fault).__name__}: {fault}"
        known = f"receiver {self._name}: {self._receiver.url_env} holds no address that Apprise knows"
        return door, None if door is not None else known


def _door(receiver: Receiver, seconds: float) -> Any:
    """What gives notices to a receiver; None where its address is none that Apprise knows.

    A redirect is not followed: a webhook that sends to a log-in page has taken nothing."""
    import apprise

    door = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if not door.add(os.environ[receiver.url_env]):
        return None
    for server in door:
        server.redirects = False
        server.socket_connect_timeout = server.socket_read_timeout = seconds + 1  # patience ends first, and says so
    return door


def _name_notice(door: Any, notice: Delivery) -> None:
    """Put a notice's id, which every attempt has, where a receiver can see that it has had it: the header
    Idempotency-Key (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/) and, in a webhook's
    body, `id`."""
    for server in door:
        if isinstance(getattr(server, "headers", None), dict):
            server.headers["Idempotency-Key"] = notice.id
        if isinstance(getattr(server, "payload_extras", None), dict):
            server.payload_extras["id"] = notice.id


def _give(name: str, door: Any, notice: Delivery, address: str) -> str | None:
    kind = ("warning" if notice.alert_id else "failure") if notice.severity == "high" else "info"
    answer = _Answer(door, address)
    try:
        _name_notice(door, notice)
        taken = door.notify(
            title=notice.subject,
            body=notice.body,
            body_format="markdown" if notice.markdown else "text",
            notify_type=kind,
        )
    except Exception as fault:  # a plugin of Apprise that fails in its own way must not stop the others
        return f"receiver {name}: not accepted: {type(fault).__name__}"
    return None if taken else f"receiver {name}: not accepted{answer.told}"


class _Answer(logging.Handler):
    """What an Apprise plugin logs while it gives a notice: the only place where it says what the server answered. What
    stands in the address, which holds the password, is left out."""

    def __init__(self, door: Any, address: str) -> None:
        super().__init__(logging.DEBUG)
        self._lines = list[str]()
        self._secrets = [part for part in re.split(r"[/:@?&=]", address) if len(part) >= _SECRET]
        self._logger = logging.Logger("counterclaim.receiver", logging.DEBUG)  # of this receiver alone
        self._logger.addHandler(self)
        for server in door:
            server.logger = self._logger

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        text = " ".join(record.getMessage().split())
        if record.levelno >= logging.WARNING and (found := _ERROR.search(text)):
            self._lines.append(
                ", ".join(filter(None, (found[1].strip(" ,."), f"error {found[2]}" if found[2] else "")))
            )
        elif cause := _CAUSE.search(text):
            self._lines.append(cause.group().lower())
        elif text.startswith("Response Details:"):
            self._lines.append(text.removeprefix("Response Details:").strip().removeprefix("b").strip("'\""))

    @property
    def told(self) -> str:
        """ ": Forbidden, error 403: token expired"; empty where nothing was said."""
        said = ": ".join(line for line in dict.fromkeys(self._lines) if line)
        for secret in self._secrets:
            said = said.replace(secret, "…")
        said = said[:_LONGEST]
        return f": {said}" if said else ""


def _lack(name: str, receiver: Receiver | None) -> str | None:
    if receiver is None:
        return f"receiver {name} is not in the configuration any more"
    if not os.environ.get(receiver.url_env):
        return f"receiver {name}: the environment variable {receiver.url_env} is not set"
    return None
