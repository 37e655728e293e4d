"""Notices from the outbox to their receivers, the day's brief among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from processing.batches import in_batches
from processing.brief.notice import MOST, notice_body, notice_subject
from processing.notify import has_address, is_sum, send, sum_up
from processing.pipeline.aside import is_ours
from processing.pipeline.briefing import queue_digests
from processing.pipeline.work import Counts, Work
from processing.raised import one_line
from processing.store import Batch, Where
from schemas.records import Alert, Claim, Delivery, Denial, Figure, digest_id

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
    together = _messages(work, due)
    for result in send([message for message, _ in together.values()], receivers, now=work.now()):
        message, members = together[result.id]
        tried = result.attempts - message.attempts
        after = [
            replace(d, attempts=d.attempts + tried, error=result.error, next_at=result.next_at, sent_at=result.sent_at)
            for d in members
        ]
        work.store.apply(Batch(put=list(after)))
        counts.done += len(members)
        if result.sent_at is not None:
            counts.made += len(members)
        else:
            counts.failed += len(members)
            counts.problems.append(result.error or f"receiver {result.receiver}: not sent")
        work.report("notify", counts.done, len(due))
    for later in (d for d in kept if d.error and d not in due):
        counts.failed += 1
        when = f"{later.next_at:%Y-%m-%d %H:%M} UTC" if later.next_at else "the next call"
        counts.problems.append(f"{later.error} (tried {later.attempts} times; again after {when})")
    return counts


def _messages(work: Work, due: Sequence[Delivery]) -> dict[str, tuple[Delivery, list[Delivery]]]:
    """The messages to send, by id, each with the notices that it stands for: those of one receiver and one topic or
    story go together, at most ten. What is no alert's, or whose alert is no more, goes as it is."""
    alerts = work.store.get_many(Alert, sorted({d.alert_id for d in due if d.alert_id}))
    figures = work.store.get_many(Figure, sorted({a.figure for a in alerts.values()}))
    groups: dict[tuple[str, ...], list[Delivery]] = {}
    for d in due:
        alert = alerts.get(d.alert_id or "")
        figure = figures.get(alert.figure) if alert else None
        about = (alert.topic or (figure.story if figure else None) or alert.figure) if alert else d.id
        groups.setdefault((d.receiver, about), []).append(d)
    claims, denials = _printed(work, alerts.values())
    found = {}
    for group in groups.values():
        for members in in_batches(group, MOST):
            message = _message(members, alerts, claims, denials, work.settings.page_url)
            found[message.id] = (message, members)
    return found


def _printed(work: Work, alerts: Iterable[Alert]) -> tuple[dict[str, Claim], dict[str, Denial]]:
    ids = sorted({id for a in alerts for id in (a.earlier, a.later)})
    return work.store.get_many(Claim, ids), work.store.get_many(Denial, ids)


def _message(
    members: Sequence[Delivery],
    alerts: Mapping[str, Alert],
    claims: Mapping[str, Claim],
    denials: Mapping[str, Denial],
    page: str | None,
) -> Delivery:
    """What stands for several notices. Its id is made of theirs, so that a receiver that had some of them before does
    not take it for what it had."""
    first = members[0]
    own = [alerts[d.alert_id] for d in members if d.alert_id is not None and d.alert_id in alerts]
    if not own:
        return first
    one = len(members) == 1
    return replace(
        first,
        id=first.id if one else digest_id("together", *sorted(d.id for d in members)),
        subject=first.subject if one else notice_subject(own),
        body=notice_body(own, claims, denials, page=page),
        attempts=max(d.attempts for d in members),
        created_at=min(d.created_at for d in members),
        severity="high" if any(a.severity == "high" for a in own) else "low",
    )


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
