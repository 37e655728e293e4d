"""The pages of an outlet, a source, a topic and the stories: how each stands to what else is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from console.alerts import alert_order
from console.tables import capital, short_value, source_kind
from console.web.query import Query, Shown
from console.web.shown import bars, outward, side_of
from processing.pipeline.work import Work, latest_articles
from processing.store import Where
from schemas.errors import StoreNotFound
from schemas.records import (
    FINDINGS,
    Alert,
    Article,
    Claim,
    Coverage,
    Figure,
    FigureDay,
    Outcome,
    Run,
    Story,
)

__all__ = ["outlet_page", "outlets_page", "source_address", "source_page", "stories_page", "told_in", "topic_page"]

_RUNS = 30
_ROWS = 40
_SAID = 400  # newest claims of a source
_MEMBERS = 30  # articles of a story whose claims are looked at
_CLAIMS = 3000
_ARTICLES = 500  # of a topic, looked through for the newest


def source_address(source: str | tuple[str, ...] | None) -> str | None:
    """The page of a source; None for who has no id."""
    if source is None:
        return None
    return f"/sources/{quote(','.join(source) if isinstance(source, tuple) else source, safe='')}"


# ---------------------------------------------------------------- outlets


def _coverage(work: Work) -> dict[str, list[tuple[Run, Coverage]]]:
    """What the last runs had of each outlet, the newest first."""
    found: dict[str, list[tuple[Run, Coverage]]] = {}
    for run in work.store.find(Run, order="-started_at", limit=_RUNS):
        for c in run.outlets:
            found.setdefault(c.outlet, []).append((run, c))
    return found


def outlets_page(work: Work, query: Query) -> Shown:
    """Every outlet that was asked or gave an article, with when it last did."""
    coverage = _coverage(work)
    rows = []
    seen = {a.outlet for a in work.store.find(Article, order="-fetched_at", limit=_ARTICLES)}  # ingested ones too
    for id in sorted({*work.outlets, *coverage, *seen}):
        count = work.store.count(Article, Where("outlet", "=", id))
        if not count and id not in coverage:
            continue
        last = coverage.get(id, [(None, None)])[0][1]
        newest = _newest(work, id)
        rows.append((id, _name(work, id, newest), count, newest, last))
    return {"rows": rows, "idle": len(work.outlets) - sum(id in work.outlets for id, *_ in rows)}


def _newest(work: Work, outlet: str) -> Article | None:
    return next(iter(work.store.find(Article, Where("outlet", "=", outlet), order="-fetched_at", limit=1)), None)


def _name(work: Work, id: str, article: Article | None) -> str:
    return work.outlets[id].name if id in work.outlets else article.outlet_name if article else id


def outlet_page(work: Work, id: str) -> Shown:
    """One outlet: how fresh it is, what was refused and why, what it edited, what it stands against. Raises
    StoreNotFound."""
    where, newest = Where("outlet", "=", id), _newest(work, id)
    runs = _coverage(work).get(id, [])
    if newest is None and id not in work.outlets and not runs:
        raise StoreNotFound(f"nothing is known of an outlet {id!r}")
    ended = [
        o
        for kind in ("rejected", "failed")
        for o in work.store.find(Outcome, where, Where("outcome", "=", kind), order="-at", limit=_ARTICLES)
    ]
    ended.sort(key=lambda o: o.at, reverse=True)
    edits = list(work.store.find(Article, where, Where("revision", ">=", 2), order="-fetched_at", limit=_ROWS))
    alerts = [a for a in work.store.find(Alert, order="-raised_at", limit=_ARTICLES) if id in a.outlets]
    outlet = work.outlets.get(id)
    return {
        "id": id,
        "name": _name(work, id, newest),
        "outlet": outlet,
        "home": outward(str(outlet.home)) if outlet else None,
        "newest": newest,
        "counts": (work.store.count(Article, where), work.store.count(Claim, where)),
        "runs": runs[:10],
        "refused": Counter((o.step, o.code) for o in ended).most_common(12),
        "failures": ended[:15],
        "edits": edits,
        "alerts": alerts[:_ROWS],
        "findings": FINDINGS,
        "articles": list(work.store.find(Article, where, order="-published", limit=15)),
    }


# ---------------------------------------------------------------- sources


@dataclass(frozen=True, slots=True)
class Against:
    """What a source said of a figure, and what stands on the figure's last day. `verdict`: how the two stand."""

    figure: Figure
    side: Any
    now: str
    verdict: str
    held: bool


def _verdict(claim: Claim, day: FigureDay) -> tuple[str, bool]:
    """How a claim stands to low and high of a later day, and whether it holds."""
    low, high = claim.low, claim.high
    if day.high is not None and not day.high_open and low is not None and low > day.high:
        return f"above it{_times(low, day.high)}", False
    if day.low is not None and high is not None and high < day.low:
        return f"below it{_times(day.low, high)}", False
    return "within it", True


def _times(more: float, less: float) -> str:
    return f", {more / less:.2g} times" if less > 0 and more / less >= 1.1 else ""


def source_page(work: Work, id: str) -> Shown:
    """Who said which numbers, and what was said of the same things since. Raises StoreNotFound."""
    claims = list(work.store.find(Claim, Where("source_id", "=", id), order="-published", limit=_SAID))
    if not claims:
        raise StoreNotFound(f"no claim is of a source {id!r}")
    figures = work.store.get_many(Figure, sorted({c.figure for c in claims if c.figure}))
    days: dict[str, FigureDay] = {}
    where = Where("figure", "in", sorted(figures))
    for d in work.store.find(FigureDay, where, order="day") if figures else ():
        if d.origins:
            days[d.figure] = d
    rows = []
    told = set()
    for c in claims:
        figure, day = figures.get(c.figure or ""), days.get(c.figure or "")
        if figure is None or day is None or c.aspect != "level":
            continue
        if c.published is not None and day.day <= c.published.date():
            continue
        if (said := (figure.id, c.low, c.high, c.published and c.published.date())) in told:
            continue  # the same number on the same day, carried by another outlet
        told.add(said)
        verdict, held = _verdict(c, day)
        rows.append(Against(figure, side_of(c), _spread(day, figure.unit), verdict, held))
    names = Counter(c.source for c in claims if c.source)
    shown = Counter(c.source_name or c.source for c in claims if c.source)  # as it is called elsewhere
    name = capital(shown.most_common(1)[0][0]) if shown else id
    others = {n.casefold(): n for n, _ in reversed(names.most_common(8))}  # one of "The agency" and "the agency"
    others.pop(name.casefold(), None)
    return {
        "name": name,
        "others": list(reversed(others.values())),
        "kind": _kind(claims),
        "outlets": Counter(c.outlet_name for c in claims).most_common(12),
        "claims": [side_of(c) for c in claims],
        "rows": rows,
        "held": sum(r.held for r in rows),
        "most": _ROWS,
    }


def _kind(claims: Sequence[Claim]) -> str | None:
    """The type and grade that its newest claims give a source; None where none does."""
    types = (c.source_type for c in claims if c.source_type)
    grades = (c.source_grade for c in claims if c.source_grade)
    return source_kind(next(types, None), next(grades, None))


def _spread(day: FigureDay, unit: str) -> str:
    low, high = short_value(day.low, unit), short_value(day.high, unit)
    return f"{low or '?'} to {high}{' and above' if day.high_open else ''}" if low != high else low


# ---------------------------------------------------------------- topics, stories


def topic_page(work: Work, name: str) -> Shown:
    """A topic file's figures, what contradicts in them, and its newest articles. Raises StoreNotFound."""
    if name not in work.topics:
        raise StoreNotFound(f"no topic {name!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    topic = work.topics[name]
    figures = sorted(work.store.find(Figure, Where("topic", "=", name)), key=lambda f: f.title)
    keys = sorted(work.store.lookup("topic", [name]))
    newest = sorted(
        latest_articles(work.store, keys[:_ARTICLES]).values(), key=lambda a: (str(a.published), a.id), reverse=True
    )
    return {
        "topic": topic,
        "figures": last_bars(work, [f for f in figures if f.claims]),
        "silent": [f for f in topic.figures if f not in {g.name for g in figures if g.claims}],
        "alerts": sorted(work.store.find(Alert, Where("topic", "=", name)), key=alert_order)[:_ROWS],
        "findings": FINDINGS,
        "articles": newest[:_ROWS],
        "count": len(keys),
    }


def last_bars(work: Work, figures: Sequence[Figure]) -> list[tuple[Figure, Any]]:
    """Each figure with its last bar; None where no day is known."""
    days: dict[str, list[FigureDay]] = {}
    for d in work.store.find(FigureDay, Where("figure", "in", [f.id for f in figures]), order="day") if figures else ():
        days.setdefault(d.figure, []).append(d)
    rows = []
    for f in figures:
        known = [b for b in bars(f, days.get(f.id, []))[0] if b.at is not None]
        rows.append((f, known[-1] if known else None))
    return rows


def told_in(work: Work, story: Story) -> tuple[list[Figure], list[Alert]]:
    """The figures that a story's articles have claims of, those that a topic follows too, by how many; and the alerts
    of which one side stands in it."""
    where = Where("article_id", "in", sorted(story.members))
    claims = list(work.store.find(Claim, where, limit=_CLAIMS)) if story.members else []
    told = Counter(c.figure for c in claims if c.figure)
    figures = list(work.store.get_many(Figure, sorted(told)).values())
    figures.sort(key=lambda f: (-told[f.id], f.title))
    here = {c.id for c in claims}
    found = work.store.find(Alert, Where("figure", "in", [f.id for f in figures])) if figures else ()
    return figures, sorted((a for a in found if a.earlier in here or a.later in here), key=alert_order)


def stories_page(work: Work, query: Query) -> Shown:
    """The newest stories, each with its figures (those that a topic follows too) and what contradicts in it."""
    stories = list(work.store.find(Story, order="-ended", limit=_ROWS))
    story_of = {member: s.id for s in stories for member in s.members[:_MEMBERS]}
    where = Where("article_id", "in", sorted(story_of))
    told: dict[str, dict[str, set[str]]] = {}  # by story and figure, the claims
    for claim in work.store.find(Claim, where, limit=_CLAIMS) if story_of else ():
        if claim.figure:
            told.setdefault(story_of[claim.article_id], {}).setdefault(claim.figure, set()).add(claim.id)
    ids = sorted({id for of in told.values() for id in of})
    figures = [f for f in work.store.get_many(Figure, ids).values() if len(f.claims) > 1]
    barred = {figure.id: (figure, bar) for figure, bar in last_bars(work, figures)}
    where = Where("figure", "in", sorted(barred))
    alerts = sorted(work.store.find(Alert, where), key=alert_order) if barred else []
    alerts = [a for a in alerts if a.state in ("open", "acknowledged")]
    rows = []
    for s in stories:
        own = told.get(s.id, {})
        shown = sorted((barred[id] for id in own if id in barred), key=lambda r: (-len(own[r[0].id]), r[0].title))
        here = {id for claims in own.values() for id in claims}
        rows.append((s, shown, [a for a in alerts if a.earlier in here or a.later in here]))
    return {"stories": rows, "findings": FINDINGS}
