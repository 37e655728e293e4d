"""What people at a desk change: corrections that are kept and applied at once, and what they ask of the archive: a
replay of its alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from processing.corrections import make_correction
from processing.notify import deliveries
from processing.pipeline.figures import alert, compare, figures
from processing.pipeline.replay import Difference, ReplayScope, Sent, difference, replay
from processing.pipeline.scopes import (
    active_corrections,
    figures_of,
    load_scope,
    scope_of,
    scopes_touched,
    statements_of,
)
from processing.pipeline.topics import rematch_topics
from processing.pipeline.work import Work
from processing.store import Batch, Where
from schemas.errors import StoreLocked, UsageError
from schemas.records import Alert, AlertEvent, Correction, Delivery, Figure, Story

__all__ = [
    "Replayed",
    "add_correction",
    "adopt",
    "apply_now",
    "merge_figures",
    "replay_archive",
    "split_figure",
    "undo_correction",
]


def add_correction(work: Work, correction: Correction) -> list[str]:
    """Keep a correction and put the scopes that it touches on the queue, in one transaction; returns their names."""
    scopes = scopes_touched(work.store, correction)
    work.store.apply(Batch(put=[correction], enqueue=[("figures", name) for name in scopes]))
    return scopes


def undo_correction(work: Work, id: str, by: str, reason: str) -> list[str]:
    """Take a correction back: it is kept, with who did so and why, and has no effect any more; returns the scopes that
    it touched.

    Raises: StoreNotFound, UsageError where it was taken back before or author or reason is missing.
    """
    correction = work.store.get(Correction, id)
    if correction.undone is not None:
        raise UsageError(f"correction {id} was taken back by {correction.undone.by} on {correction.undone.at:%Y-%m-%d}")
    if not by.strip() or not reason.strip():
        raise UsageError(f"correction {id}: taking it back needs an author and a reason")
    return add_correction(work, replace(correction, undone=AlertEvent(work.now(), by.strip(), "undo", reason.strip())))


def apply_now(work: Work) -> bool:
    """Make figures, findings and alerts of what waits; False where another run is at work, which takes it along or
    leaves it to the next."""
    try:
        with work.store.hold_run("desk", work.now()):
            rematch_topics(work)
            figures(work)
            compare(work)
            alert(work, asking=False)  # somebody waits, and knows what is changed
    except StoreLocked:
        return False
    return True


def _with_claims(figure: Figure) -> Figure:
    if not figure.claims:
        raise UsageError(f"figure {figure.id} ({figure.title}) has no claim yet")
    return figure


def merge_figures(work: Work, first: Figure, others: Sequence[Figure], by: str, reason: str) -> Correction:
    """The correction that makes one figure of several of one scope. Raises: UsageError for figures of different topics
    or stories."""
    for other in others:
        if scope_of(other) != scope_of(first):
            raise UsageError(
                f"figures {first.id} ({scope_of(first)}) and {other.id} ({scope_of(other)}) belong to different "
                f"topics or stories"
            )
        if other.id == first.id:
            raise UsageError(f"figure {first.id} is given twice")
    held = [id for other in others for id in _with_claims(other).claims]
    return make_correction(
        "figure",
        first.id,
        {"claims": [_with_claims(first).claims[0]], "merge": held},
        author=by,
        reason=reason,
        at=work.now(),
    )


def split_figure(
    work: Work, figure: Figure, claims: Sequence[str], title: str | None, by: str, reason: str
) -> Correction:
    """The correction that makes some claims of a figure a figure of their own. Raises: UsageError for claims that it
    does not hold, or for all."""
    if foreign := [id for id in claims if id not in figure.claims]:
        raise UsageError(
            f"figure {figure.id} does not hold {', '.join(foreign)}; its claims: {', '.join(figure.claims[:20])}"
        )
    rest = [id for id in figure.claims if id not in claims]
    if not rest:
        raise UsageError(f"figure {figure.id}: all its claims are to leave; one must stay")
    changes = {"claims": [rest[0]], "split": list(claims), **({"title": title} if title else {})}
    return make_correction("figure", figure.id, changes, author=by, reason=reason, at=work.now())


def adopt(work: Work, figure: Figure, low: float | None, high: float | None, by: str, reason: str) -> Correction:
    """The correction that gives a figure the desk's own value."""
    changes = {"claims": [_with_claims(figure).claims[0]], "desk": {"low": low, "high": high}}
    return make_correction("figure", figure.id, changes, author=by, reason=reason, at=work.now())


# ---------------------------------------------------------------- back-testing


@dataclass(frozen=True, slots=True)
class Replayed:
    """What today's rules would have sent, to which receivers each (by alert id and day), and how that differs from what
    was sent."""

    sent: tuple[Sent, ...]
    receivers: dict[tuple[str, date], tuple[str, ...]]
    difference: Difference


class _Nobody:
    """An outbox in which nothing is."""

    def get_many(self, _cls: type[Delivery], _ids: list[str], /) -> dict[str, Delivery]:
        return {}


def _scopes(work: Work, end: date, topic: str | None) -> Iterator[ReplayScope]:
    names = [f"topic:{topic}"] if topic else [f"topic:{name}" for name in sorted(work.topics)]
    if topic is None:
        names += [f"story:{s.id}" for s in work.store.find(Story) if s.started is None or s.started <= end]
    corrections = active_corrections(work.store)
    for name in names:
        found = figures_of(work.store, name)
        if found:
            scope = load_scope(work, name, corrections)
            yield ReplayScope(found, {f.id: statements_of(scope, f) for f in found}, scope.denials, scope.started)


def replay_archive(work: Work, start: date, end: date, topic: str | None = None) -> Replayed:
    """Run compare and alert over the stored archive day by day, as if it came in now; nothing is written.

    Raises: UsageError for a topic that is not there, or where `end` lies before `start`.
    """
    if topic is not None and topic not in work.topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    if end < start:
        raise UsageError(f"--to {end} lies before --from {start}")
    sent = replay(_scopes(work, end, topic), start, end)
    receivers = {
        (s.alert.id, s.day): tuple(
            sorted(
                d.receiver
                for d in deliveries([s.alert], work.settings.receivers, work.topics, _Nobody(), now=s.alert.updated_at)
            )
        )
        for s in sent
    }
    where = [Where("topic", "=", topic)] if topic else []
    told = [a for a in work.store.find(Alert, *where) if a.day is not None and start <= a.day <= end]
    known = {(a.finding, a.sides) for a in told}
    again = [
        a
        for a in work.store.find(Alert, *where)
        if a.day is not None and a.day < start and any(s.alert.id == a.id for s in sent)
    ]
    return Replayed(
        tuple(sent), receivers, difference(sent, [*told, *(a for a in again if (a.finding, a.sides) not in known)])
    )
