"""Notices from the outbox to their receivers, the day's brief among them."""

from __future__ import annotations

from collections.abc import Sequence

from processing.notify import send
from processing.pipeline.briefing import queue_digests
from processing.pipeline.work import Counts, Work
from processing.store import Batch, Where
from schemas.records import Delivery

__all__ = ["notify"]


def notify(work: Work) -> Counts:
    """Send every notice that is due. Each result is stored at once, so that a crash repeats one notice at most.

    What failed before and waits for its next attempt counts as failed too. Notices of a receiver that left the
    configuration are taken out."""
    counts = Counts()
    queue_digests(work)
    waiting = list(work.store.find(Delivery, Where("sent_at", "=", None)))
    _take_out(work, [d for d in waiting if d.receiver not in work.settings.receivers], counts)
    kept = [d for d in waiting if d.receiver in work.settings.receivers]
    due = [d for d in kept if d.next_at is None or d.next_at <= work.now()]
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
    for later in (d for d in kept if d.error and d not in due):
        counts.failed += 1
        when = f"{later.next_at:%Y-%m-%d %H:%M} UTC" if later.next_at else "the next call"
        counts.problems.append(f"{later.error} (tried {later.attempts} times; again after {when})")
    return counts


def _take_out(work: Work, orphans: Sequence[Delivery], counts: Counts) -> None:
    if not orphans:
        return
    work.store.apply(Batch(delete=[(Delivery, d.id) for d in orphans]))
    names = sorted({d.receiver for d in orphans})
    counts.failed += len(orphans)
    counts.problems.append(
        f"receiver {', '.join(names)} is not in the configuration any more: {len(orphans)} notices taken out unsent"
    )
