"""The brief from a store: what changed since a moment; and the day's brief into the outbox of those who asked for
it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from processing.batches import in_batches
from processing.brief import Brief, brief, to_markdown
from processing.corrections import DeskFigure, as_corrected, desk_figures
from processing.notify import digest_due, has_address
from processing.pipeline.scopes import active_corrections
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
    Story,
    digest_id,
)

__all__ = ["morning_brief", "queue_digests"]

_DAY = timedelta(days=1)
_CHUNK = 500
_TOGETHER = 25  # figures whose claims are read together


@dataclass(slots=True)
class _Told:
    """What the brief tells of: figures with the claims and denials that are told of them, and the desk's own figures;
    `more`: whether further figures changed."""

    figures: list[Figure] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    denials: dict[str, Denial] = field(default_factory=dict)
    desks: dict[str, DeskFigure] = field(default_factory=dict)
    more: bool = False


def _title(work: Work, topic: str | None) -> str:
    """What a brief of the topic (None: of all) is called. Raises UsageError for a topic that is not there."""
    if topic is None:
        return "Counterclaim brief"
    if topic not in work.topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    return f"Counterclaim brief: {work.topics[topic].title}"


def morning_brief(
    work: Work,
    topic: str | None = None,
    since: datetime | None = None,
    *,
    page: int = 1,
    size: int | None = None,
) -> Brief:
    """What changed since a moment (None: in the last 24 hours): the followed figures first, then the found ones that a
    desk would follow, then the open disputes, the loud and new ones first.

    `topic`: only this topic's figures and alerts. `size`: so many figures and disputes a page (None: all on one);
    `page` counts from 1. Raises: UsageError for a topic that is not there, StoreError.
    """
    title = _title(work, topic)
    now = work.now()
    start = since or now - _DAY
    told = _gather(work, topic, start, now, page, size)
    alerts, counts = _disputes(work, topic, start, page, size)
    sides = sorted({id for a in alerts for id in (a.earlier, a.later)} - set(told.claims))
    told.claims.update((id, as_corrected(c)) for id, c in work.store.get_many(Claim, sides).items())
    told.denials.update(work.store.get_many(Denial, sides))
    return brief(
        title=title,
        figures=told.figures,
        claims=told.claims,
        denials=told.denials,
        days=_days(work, told.figures, start, now),
        alerts=alerts,
        coverage=_coverage(work, start),
        unread=_unread(work, start),
        since=start,
        now=now,
        pages=_pages(work, told),
        outlet_names={id: o.name for id, o in work.outlets.items()},
        desks=told.desks,
        disputed=counts,
        came=_came(work, start),
        more_figures=told.more,
    )


def _disputes(
    work: Work, topic: str | None, since: datetime, page: int, size: int | None
) -> tuple[list[Alert], tuple[int, int]]:
    """The alerts of a page that wait for somebody, the loudest first; and how many there are, open in all and new."""
    about = [Where("topic", "=", topic)] if topic is not None else []
    first = 0 if size is None else (page - 1) * size
    found: list[Alert] = []
    total = new = 0
    for severity in ("high", "low"):
        for state in ("open", "acknowledged"):
            where = (Where("state", "=", state), Where("severity", "=", severity), *about)
            here = work.store.count(Alert, *where)
            new += work.store.count(Alert, *where, Where("raised_at", ">=", since))
            total += here
            left = None if size is None else first + size - len(found)
            if here and (left is None or left > 0):
                found += work.store.find(Alert, *where, order="-raised_at", limit=left)
    return found[first:], (total, new)


def _gather(work: Work, topic: str | None, since: datetime, now: datetime, page: int, size: int | None) -> _Told:
    """The figures of topics, and those of stories of which something was printed since then, with what is told of
    them."""
    told = _Told()
    corrections = active_corrections(work.store)
    figures = _followed(work, topic) + ([] if topic is not None else _of_new_stories(work, since))
    told.desks = desk_figures(figures, corrections)
    figures = _worth_telling(work, figures, told.desks)
    skipped = 0 if size is None else (page - 1) * size
    for part in in_batches(figures, _TOGETHER):
        claims, denials = _said_of(work, part, told.desks, since)
        for figure in part:
            if figure.topic is None and not _is_new(figure, claims, denials, since, now):
                continue
            if skipped:
                skipped -= 1
            elif size is not None and len(told.figures) == size:
                told.more = True
                return told
            else:
                told.figures.append(figure)
                told.claims.update((id, claims[id]) for id in figure.claims if id in claims)
                told.denials.update((id, denials[id]) for id in figure.denials if id in denials)
    return told


def _followed(work: Work, topic: str | None) -> list[Figure]:
    names = [topic] if topic is not None else sorted(work.topics)
    return [f for f in work.store.find(Figure, Where("topic", "in", names)) if f.claims] if names else []


def _of_new_stories(work: Work, since: datetime) -> list[Figure]:
    """The figures that nobody follows of the stories that went on since a moment (a day earlier, for time zones)."""
    ids = [s.id for s in work.store.find(Story, Where("ended", ">=", since.date() - _DAY))]
    return [figure for figure in work.store.find(Figure, Where("story", "in", ids)) if figure.claims] if ids else []


def _worth_telling(work: Work, figures: Sequence[Figure], desks: Mapping[str, DeskFigure]) -> list[Figure]:
    """Those that are followed, that a desk has a value of or would follow, or with an open alert; in reading order."""

    def known(figure: Figure) -> bool:
        return figure.topic is not None or figure.id in desks or (figure.alerts and len(figure.claims) > 1)

    others = [figure.id for figure in figures if not known(figure)]
    alerted = {
        alert.figure
        for alert in work.store.find(Alert, Where("figure", "in", others))
        if alert.state in ("open", "acknowledged")
    }
    kept = [figure for figure in figures if known(figure) or figure.id in alerted]
    return sorted(kept, key=lambda f: (f.topic is None, f.topic or "", -len(f.claims), f.title, f.id))


def _said_of(
    work: Work, figures: Sequence[Figure], desks: Mapping[str, DeskFigure], since: datetime
) -> tuple[dict[str, Claim], dict[str, Denial]]:
    """Claims and denials of figures: all of them, but of a figure of very many claims, of which the desk has no value
    of its own, only those that were printed since then."""
    many = [f for f in figures if len(f.claims) > _CHUNK and f.id not in desks]
    few = [id for f in figures if f not in many for id in f.claims]
    claims = {id: as_corrected(claim) for id, claim in work.store.get_many(Claim, few).items()}
    if many:
        wanted = {id for f in many for id in f.claims}
        keys = sorted({a.key for a in work.store.find(Article, Where("published", ">=", since))})
        on = [key for key, topics in work.store.keys_of("topic", keys).items() if {f.topic for f in many} & {*topics}]
        recent = work.store.find(Claim, Where("article_key", "in", on))
        claims.update((claim.id, as_corrected(claim)) for claim in recent if claim.id in wanted)
    return claims, work.store.get_many(Denial, [id for f in figures for id in f.denials])


def _is_new(
    figure: Figure, claims: Mapping[str, Claim], denials: Mapping[str, Denial], since: datetime, now: datetime
) -> bool:
    """Whether anything was said of a figure since a moment."""
    said: list[Claim | Denial | None] = [*map(claims.get, figure.claims), *map(denials.get, figure.denials)]
    return any(one is not None and one.published is not None and since <= one.published <= now for one in said)


def _days(work: Work, figures: Iterable[Figure], since: datetime, now: datetime) -> dict[str, list[FigureDay]]:
    """The last day of each figure before a moment, and its last one."""
    ends = (since.astimezone(UTC).date(), now.astimezone(UTC).date() + _DAY)
    return {
        figure.id: [
            day
            for end in ends
            for day in work.store.find(
                FigureDay, Where("figure", "=", figure.id), Where("day", "<", end), order="-day", limit=1
            )
        ]
        for figure in figures
    }


def _coverage(work: Work, since: datetime) -> list[Coverage]:
    return [c for run in work.store.find(Run, Where("started_at", ">=", since)) for c in run.outlets]


def _came(work: Work, since: datetime) -> int:
    """How many article revisions the runs since then made, of outlets that were asked and of files."""
    runs = [run.id for run in work.store.find(Run, Where("started_at", ">=", since))]
    return work.store.count(Article, Where("run", "in", runs)) if runs else 0


def _unread(work: Work, since: datetime) -> Mapping[str, int]:
    """Articles that were not read because of their language, by language code."""
    found: Counter[str] = Counter()
    where = (Where("at", ">=", since), Where("step", "=", "claims"), Where("outcome", "=", "skipped"))
    items = [o.item for o in work.store.find(Outcome, *where) if o.code == "language"]
    for some in in_batches(items, _CHUNK):
        found.update(a.language or "und" for a in work.store.get_many(Article, some).values())
    return found


def _pages(work: Work, told: _Told) -> dict[str, str]:
    """Where the bytes of each article are archived, as the WARC file and the place in it."""
    wanted = sorted({r.article_id for records in (told.claims, told.denials) for r in records.values()})
    found: dict[str, str] = {}
    for some in in_batches(wanted, _CHUNK):
        articles = work.store.get_many(Article, some)
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
