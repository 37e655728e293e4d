"""The brief from a store: what changed since a moment; and the day's brief into the outbox of those who asked for
it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from processing.brief import Brief, brief, to_markdown
from processing.corrections import DeskFigure, desk_figures
from processing.notify import digest_due, has_address
from processing.pipeline.scopes import Scope, active_corrections, figures_of, load_scope, scopes_of_articles
from processing.pipeline.work import Work
from processing.store import Batch, Where
from schemas.errors import UsageError
from schemas.records import (
    Alert,
    Article,
    Claim,
    Coverage,
    Delivery,
    Denial,
    Figure,
    FigureDay,
    Outcome,
    Page,
    Run,
    digest_id,
)

__all__ = ["morning_brief", "queue_digests"]

_DAY = timedelta(days=1)
_CHUNK = 500


@dataclass(slots=True)
class _Told:
    """What the brief tells of: figures with their claims, denials, days, alerts and the desk's own figures."""

    figures: list[Figure] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    denials: dict[str, Denial] = field(default_factory=dict)
    desks: dict[str, DeskFigure] = field(default_factory=dict)


def morning_brief(work: Work, topic: str | None = None, since: datetime | None = None) -> Brief:
    """What changed since a moment (None: in the last 24 hours): the followed figures first, then the found ones that a
    desk would follow.

    `topic`: only this topic's figures and alerts. Raises: UsageError for a topic that is not there, StoreError.
    """
    if topic is not None and topic not in work.topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    now = work.now()
    start = since or now - _DAY
    alerts = [a for state in ("open", "acknowledged") for a in work.store.find(Alert, Where("state", "=", state))]
    alerts = [a for a in alerts if topic is None or a.topic == topic]
    told = _gather(work, topic, start, alerts)
    shown = [f.id for f in told.figures]
    days: dict[str, list[FigureDay]] = {}
    for at in range(0, len(shown), _CHUNK):
        for day in work.store.find(FigureDay, Where("figure", "in", shown[at : at + _CHUNK]), order="day"):
            days.setdefault(day.figure, []).append(day)
    title = f"Counterclaim brief: {work.topics[topic].title}" if topic else "Counterclaim brief"
    return brief(
        title=title,
        figures=told.figures,
        claims=told.claims,
        denials=told.denials,
        days=days,
        alerts=alerts,
        coverage=_coverage(work, start),
        unread=_unread(work, start),
        since=start,
        now=now,
        pages=_pages(work, told),
        outlet_names={id: o.name for id, o in work.outlets.items()},
        desks=told.desks,
    )


def _gather(work: Work, topic: str | None, since: datetime, alerts: Iterable[Alert]) -> _Told:
    """The figures of topics, and those of stories of which something was printed since then or an alert stands open;
    with what they need."""
    told = _Told()
    corrections = active_corrections(work.store)
    known = work.store.get_many(Figure, sorted({a.figure for a in alerts}))
    names = {f"topic:{t}" for t in ([topic] if topic else work.topics)}
    if topic is None:
        recent = {c.article_key for c in work.store.find(Claim, Where("published", ">=", since))}
        names |= set(scopes_of_articles(work.store, recent)) | {f"story:{f.story}" for f in known.values() if f.story}
    for name in sorted(names, key=lambda n: (not n.startswith("topic:"), n)):
        found = figures_of(work.store, name)
        if not found:
            continue
        scope = load_scope(work, name, corrections)
        told.claims.update(_named(scope))
        told.denials.update(scope.denials)
        told.desks.update(desk_figures(found, corrections))
        told.figures += [
            f
            for f in found
            if f.claims and (f.topic or f.id in told.desks or f.id in known or (f.alerts and len(f.claims) > 1))
        ]
    told.figures.sort(key=lambda f: (f.topic is None, f.topic or "", -len(f.claims), f.title, f.id))
    return told


def _named(scope: Scope) -> dict[str, Claim]:
    return {id: replace(c, source=scope.names[id]) if id in scope.names else c for id, c in scope.claims.items()}


def _coverage(work: Work, since: datetime) -> list[Coverage]:
    return [c for run in work.store.find(Run, Where("started_at", ">=", since)) for c in run.outlets]


def _unread(work: Work, since: datetime) -> Mapping[str, int]:
    """Articles that were not read because of their language, by language code."""
    found: Counter[str] = Counter()
    where = (Where("at", ">=", since), Where("step", "=", "claims"), Where("outcome", "=", "skipped"))
    items = [o.item for o in work.store.find(Outcome, *where) if o.code == "language"]
    for at in range(0, len(items), _CHUNK):
        found.update(a.language or "und" for a in work.store.get_many(Article, items[at : at + _CHUNK]).values())
    return found


def _pages(work: Work, told: _Told) -> dict[str, str]:
    """Where the bytes of each article are archived, as the WARC file and the place in it."""
    ids = {claim for figure in told.figures for claim in (*figure.claims, *figure.denials)}
    wanted = sorted({r.article_id for records in (told.claims, told.denials) for id, r in records.items() if id in ids})
    found: dict[str, str] = {}
    for at in range(0, len(wanted), _CHUNK):
        articles = work.store.get_many(Article, wanted[at : at + _CHUNK])
        pages = work.store.get_many(Page, sorted({a.page_id for a in articles.values() if a.page_id}))
        for id, article in articles.items():
            page = pages.get(article.page_id or "")
            if page is not None and page.warc_path:
                found[id] = (
                    f"{page.warc_path} at {page.warc_offset}" if page.warc_offset is not None else page.warc_path
                )
    return found


# ---------------------------------------------------------------- the daily digest


def queue_digests(work: Work) -> int:
    """Put the day's brief into the outbox of each receiver that gets one and has not got today's; returns how many.

    A receiver that is bound to topics gets a brief of each of them. A brief tells of what changed since the receiver's
    last one, at most a week."""
    now = work.now()
    made: dict[tuple[str | None, datetime], str] = {}
    batch = Batch()
    for name, receiver in work.settings.receivers.items():
        day = digest_due(receiver, now)
        if day is None or not has_address(receiver):
            continue
        topics: tuple[str | None, ...] = (
            tuple(t for t in receiver.topics if t in work.topics) if receiver.topics else (None,)
        )
        ids = {topic: digest_id("digest", name, topic, day) for topic in topics}
        there = work.store.get_many(Delivery, list(ids.values()))
        for topic, id in ids.items():
            if id in there:
                continue
            since = _last_digest(work, name, topic, now)
            if (topic, since) not in made:
                made[topic, since] = to_markdown(morning_brief(work, topic, since))
            about = work.topics[topic].title if topic else "all that is followed"
            batch.put.append(
                Delivery(
                    id, None, name, f"Brief of {day}: {about}", made[topic, since], now, markdown=True, next_at=now
                )
            )
    if batch:
        work.store.apply(batch)
    return len(batch.put)


def _last_digest(work: Work, receiver: str, topic: str | None, now: datetime) -> datetime:
    """When the receiver's brief before this one was made; the last 24 hours where there was none in a week."""
    for back in range(1, 8):
        zone_day = (
            digest_due(work.settings.receivers[receiver], now - back * _DAY) or (now - back * _DAY).date().isoformat()
        )
        id = digest_id("digest", receiver, topic, zone_day)
        found = work.store.get_many(Delivery, [id]).get(id)
        if found is not None:
            return found.created_at
    return now - _DAY
