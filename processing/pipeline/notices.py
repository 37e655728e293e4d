"""Notices from the outbox to their receivers, the day's brief among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from processing.notify import has_address, is_sum, send, sum_up
from processing.pipeline.aside import is_ours
from processing.pipeline.briefing import queue_digests
from processing.pipeline.work import Counts, Work
from processing.raised import one_line
from processing.store import Batch, Where
from schemas.records import Delivery

__all__ = ["notify"]


_SILENT = "no-address"  # the key space of receivers whose address was empty when notices were sent last
_TOO_OLD = timedelta(days=1)  # after which what waits for an address is summed up


def notify(work: Work) -> Counts:
    """Send every notice that is due. Each result is stored at once, so that a crash repeats one notice at most.

    What failed before and waits for its next attempt counts as failed too. Notices of a receiver that left the
    configuration are taken out; those of one whose address is empty wait, and what is older than a day is summed up in
    one."""
    counts = Counts()
    _queue_briefs(work, counts)
    waiting = list(work.store.find(Delivery, Where("sent_at", "=", None)))
    receivers = work.settings.receivers
    _take_out(work, [d for d in waiting if d.receiver not in receivers], counts)
    waiting = _sum_up(work, [d for d in waiting if d.receiver in receivers])
    kept = [d for d in waiting if has_address(receivers[d.receiver])]
    due = [d for d in kept if d.next_at is None or d.next_at <= work.now()]
    work.report("notify", 0, len(due))
    for result in send(due, receivers, now=work.now()):
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


def _queue_briefs(work: Work, counts: Counts) -> None:
    """Briefs that are due; one that cannot be made holds up no notice."""
    try:
        queue_digests(work)
    except Exception as error:
        if is_ours(error):
            raise
        counts.failed += 1
        counts.problems.append(f"the brief of the day cannot be made: {one_line(error)}")


def _sum_up(work: Work, waiting: Sequence[Delivery]) -> list[Delivery]:
    """What waits, with a sum in place of what a receiver without an address was owed for more than a day."""
    told = work.store.keys_of(_SILENT, sorted(work.settings.receivers))
    kept = [d for d in waiting if has_address(work.settings.receivers[d.receiver]) and d.receiver not in told]
    for name, receiver in work.settings.receivers.items():
        silent = not has_address(receiver)
        if not silent and name not in told:
            continue
        own = [d for d in waiting if d.receiver == name]
        sums = [d for d in own if is_sum(d)]
        old = [d for d in own if not is_sum(d) and work.now() - d.created_at > _TOO_OLD]
        batch = Batch(keys=[(_SILENT, name, ["since"])]) if silent else Batch(drop_keys=[(_SILENT, name)])
        if len(old) > 1 or (old and sums):
            one, *done = sum_up(name, old, sums[0] if sums else None, work.now())
            batch.put += [one, *done]
            own = [one, *(d for d in own if d not in old and d.id != one.id)]
        work.store.apply(batch)
        kept += own
    return kept


def _take_out(work: Work, orphans: Sequence[Delivery], counts: Counts) -> None:
    if not orphans:
        return
    work.store.apply(Batch(delete=[(Delivery, d.id) for d in orphans]))
    names = sorted({d.receiver for d in orphans})
    counts.failed += len(orphans)
    counts.problems.append(
        f"receiver {', '.join(names)} is not in the configuration any more: {len(orphans)} notices taken out unsent"
    )
