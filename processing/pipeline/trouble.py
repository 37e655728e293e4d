"""Trouble that receivers with `trouble = true` must hear of: through the outbox, or, where the store itself is the
trouble, to the receivers directly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from processing.notify import send
from processing.pipeline.surroundings import open_work
from processing.store import Batch
from schemas.errors import StoreError
from schemas.records import Delivery, digest_id
from schemas.settings import Settings, load_settings

__all__ = ["tell_directly", "tell_trouble"]

log = structlog.get_logger("counterclaim")

_AGAIN = timedelta(hours=6)  # before a receiver is told again that the store is out of order
_MARKS = "told-directly"  # a folder of the home: one empty file a receiver, as old as the last notice


def _now() -> datetime:
    return datetime.now(UTC)


def tell_trouble(
    key: str, subject: str, body: str, *, settings: Settings | None = None, now: Callable[[], datetime] = _now
) -> int:
    """Put a notice of trouble into the outbox, for every receiver with `trouble = true`; once a key. Where the store
    cannot be written the receivers are asked directly. Returns how many notices are new. Raises ConfigError."""
    settings = settings or load_settings()
    try:
        with open_work(settings, now=now, files=({}, {})) as work:  # whatever is wrong with an outlet's file
            made = {digest_id("trouble", key, name): name for name, r in settings.receivers.items() if r.trouble}
            known = work.store.get_many(Delivery, list(made))
            new = [
                Delivery(id, None, name, subject, body, work.now(), next_at=work.now(), severity="high")
                for id, name in made.items()
                if id not in known
            ]
            work.store.apply(Batch(put=list(new)))
        return len(new)
    except StoreError as error:
        return tell_directly(settings, subject, f"{body}\nThe store is out of order: {error}", now=now)


def tell_directly(settings: Settings, subject: str, body: str, *, now: Callable[[], datetime] = _now) -> int:
    """Send a notice to every receiver with `trouble = true` without the outbox, to each at most once in six hours;
    returns how many took it. For when the outbox cannot be had. Raises nothing for a receiver that refuses."""
    at = now()
    folder = Path(settings.home) / _MARKS
    due = [name for name, r in settings.receivers.items() if r.trouble and not _told(folder / name, at)]
    notices = [Delivery(digest_id("direct", name, at), None, name, subject, body, at, severity="high") for name in due]
    taken = 0
    for result in send(notices, settings.receivers, now=at):
        if result.sent_at is None:
            log.warning("notice not sent", receiver=result.receiver, error=result.error)
            continue
        taken += 1
        with suppress(OSError):  # a home that cannot be written costs a repeated notice
            folder.mkdir(parents=True, exist_ok=True)
            (folder / result.receiver).write_text(at.isoformat(), "utf8")
    return taken


def _told(mark: Path, at: datetime) -> bool:
    with suppress(OSError, ValueError):
        return at - datetime.fromisoformat(mark.read_text("utf8")) < _AGAIN
    return False
