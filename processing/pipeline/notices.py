"""Notices from the outbox to their receivers."""

from __future__ import annotations

from processing.notify import send
from processing.pipeline.work import Counts, Work
from processing.store import Batch, Where
from schemas.records import Delivery

__all__ = ["notify"]


def notify(work: Work) -> Counts:
    """Send every notice that is due. Each result is stored at once, so that a crash repeats one notice at most."""
    counts = Counts()
    waiting = list(work.store.find(Delivery, Where("sent_at", "=", None)))
    due = [d for d in waiting if d.next_at is None or d.next_at <= work.now()]
    work.report("notify", 0, len(due))
    for result in send(due, work.settings.receivers, now=work.now()):
        work.store.apply(Batch(put=[result]))
        counts.done += 1
        if result.sent_at is not None:
            counts.made += 1
        else:
            counts.failed += 1
            counts.problems.append(result.error or f"receiver {result.receiver}: not sent")
        work.report("notify", counts.done, len(due))
    return counts
