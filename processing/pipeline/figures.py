"""Claims into figures, figures into findings, findings into alerts; each for one scope: a topic or a story.

A scope is named "topic:NAME" or "story:ID". Its figures and findings are made whole each time, so that any order of
arrival gives the same result; what is no longer found is deleted, with its findings and days. What people corrected is
applied each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from processing.alert import decide_alerts, side_keys
from processing.compare import compare_across, compare_figure, desk_finding, figure_days
from processing.corrections import correct_figures, desk_figures
from processing.figures import found_figures, topic_figures
from processing.notify import deliveries
from processing.pipeline.aside import go_through
from processing.pipeline.scopes import (
    Scope,
    active_corrections,
    figures_in,
    load_scope,
    load_scopes,
    scope_of,
    statements_of,
)
from processing.pipeline.second_reading import SecondReading, would_be
from processing.pipeline.topics import missing_topics
from processing.pipeline.understood import placed, with_findings
from processing.pipeline.work import Counts, Work
from processing.store import Batch, Records, Sharing, Store, Where, record_id
from schemas.records import Alert, Claim, Correction, Figure, FigureDay, Finding

__all__ = ["Scope", "alert", "compare", "figures", "load_scope", "make_findings", "statements_of"]

_CHUNK = 500
_SCOPES = 50  # that are worked on together


def figures(work: Work) -> Counts:
    """Make the figures of each topic and story that waits. A story's figures leave out the claims that a topic's figure
    has. Those of a topic whose file is not there stay as they are: nobody took it away."""
    told = _Told(work)

    def make(scopes: list[str], counts: Counts) -> Batch:
        counts.done += len(scopes)
        return _make_figures(work, scopes, told.corrections, told.missing)

    return go_through(work, "figures", _SCOPES, make, made=True)


class _Told:
    """What people said, read when the first scopes are worked on: corrections, and the scopes of topics whose file is
    missing."""

    def __init__(self, work: Work):
        self._work = work

    @cached_property
    def corrections(self) -> list[Correction]:
        """All that nobody took back."""
        return active_corrections(self._work.store)

    @cached_property
    def missing(self) -> set[str]:
        """Scopes that are left as they are."""
        return {f"topic:{name}" for name in missing_topics(self._work)}


def _make_figures(work: Work, names: Sequence[str], corrections: Sequence[Correction], missing: set[str]) -> Batch:
    """What the figures of scopes change; topics first, for what they take stories leave. A topic whose file is missing
    keeps what it has: nobody took it away."""
    scopes = sorted((s for s in names if s not in missing), key=lambda s: (not s.startswith("topic:"), s))
    batch = Batch(enqueue=[("compare", name) for name in scopes])
    loaded, old = load_scopes(work, scopes, corrections), figures_in(work.store, scopes)
    taken = _taken(work.store, loaded.values())
    now: dict[str, Claim] = {}  # claims as the scopes before left them
    gone: list[str] = []
    moved: set[str] = set()  # articles with a claim that a topic took or gave back
    for name in scopes:
        scope = replace(loaded[name], stored={id: now.get(id, c) for id, c in loaded[name].stored.items()})
        grouped = correct_figures(_group(scope, taken), scope.claims, corrections)[0]
        new = {f.id: replace(f, teasers=_teasers(f, scope.claims)) for f in grouped}
        before = {f.id: f for f in old[name]}
        gone += [id for id in before if id not in new]
        batch.put.extend(f for f in new.values() if before.get(f.id) != f)
        now.update((c.id, c) for c in placed(scope, new.values(), corrections))
        if scope.name.startswith("topic:"):
            taken[scope.name.partition(":")[2]] = {id for f in new.values() for id in f.claims}
            moved |= _moved(scope, before.values(), new.values())
    batch.put.extend(now.values())
    _delete(work.store, gone, batch)
    stories = work.store.lookup("story-member", sorted(moved)) if moved else {}
    batch.enqueue.extend(("figures", f"story:{id}") for id in sorted(stories) if f"story:{id}" not in loaded)
    return batch


def _taken(store: Store, scopes: Iterable[Scope]) -> dict[str, set[str]]:
    """The claims that topics' figures have, by topic, of all topics that the stories' articles are on."""
    names = sorted({topic for s in scopes if s.story is not None for topics in s.topics.values() for topic in topics})
    found: dict[str, set[str]] = {name: set() for name in names}
    for figure in store.find(Figure, Where("topic", "in", names)) if names else ():
        found[str(figure.topic)].update(figure.claims)
    return found


def _delete(store: Store, gone: Sequence[str], batch: Batch) -> None:
    """Take figures away with what was found about them; their alerts are left for the step that decides on alerts."""
    batch.delete.extend((Figure, id) for id in gone)
    if gone:
        batch.delete.extend((type(r), record_id(r)) for r in _about(store, gone))


def _about(store: Store, figures: Sequence[str]) -> list[Finding | FigureDay]:
    """The findings and days of figures."""
    here = (Where("figure", "in", list(figures)),)
    findings, days = store.ask(Records(Finding, here), Records(FigureDay, here))
    return [*findings, *days]


def _group(scope: Scope, taken: Mapping[str, set[str]]) -> list[Figure]:
    if scope.topic is not None:
        return topic_figures(scope.topic, list(scope.claims.values()), list(scope.denials.values()))
    if scope.story is None:
        return []
    here = {c.article_key for c in scope.claims.values()}
    topics = {topic for key, topics in scope.topics.items() if key in here for topic in topics}
    theirs = set().union(*(taken.get(topic, set()) for topic in topics))
    rest = [claim for id, claim in scope.claims.items() if id not in theirs]
    return found_figures(scope.story, rest, list(scope.denials.values()), scope.copies)


def _teasers(figure: Figure, claims: Mapping[str, Claim]) -> tuple[str, ...]:
    """The figure's claims that were read from the beginning of an article only."""
    return tuple(id for id in figure.claims if id in claims and claims[id].teaser)


def _moved(scope: Scope, old: Iterable[Figure], new: Iterable[Figure]) -> set[str]:
    """The articles with a claim that was in a figure and is in none, or the other way."""
    before = {id for figure in old for id in figure.claims}
    after = {id for figure in new for id in figure.claims}
    return {scope.claims[id].article_key for id in before ^ after if id in scope.claims}


def compare(work: Work) -> Counts:
    """Compare the claims of each figure of the scopes that wait; findings and days that no longer hold are deleted."""
    told = _Told(work)

    def find(scopes: list[str], counts: Counts) -> Batch:
        counts.done += len(scopes)
        return _compare_figures(work, scopes, told.corrections, told.missing)

    return go_through(work, "compare", _SCOPES, find, made=True)


def _compare_figures(work: Work, names: Sequence[str], corrections: Sequence[Correction], missing: set[str]) -> Batch:
    """What comparing the figures of scopes changes."""
    batch = Batch(enqueue=[("alert", name) for name in names])
    held = {name: f for name, f in figures_in(work.store, names).items() if f and name not in missing}
    now: dict[str, Claim] = {}
    figures, findings, days = list[Figure](), list[Finding](), list[FigureDay]()
    for name, scope in load_scopes(work, list(held), corrections).items():
        scope = replace(scope, stored={id: now.get(id, c) for id, c in scope.stored.items()})
        some, their_days = make_findings(scope, held[name], corrections)
        now.update((c.id, c) for c in with_findings(scope, held[name], some))
        figures += held[name]
        findings += some
        days += their_days
    batch.put.extend(now.values())
    _replace(work, figures, findings, days, batch)
    return batch


def make_findings(
    scope: Scope, found: Sequence[Figure], corrections: Sequence[Correction]
) -> tuple[list[Finding], list[FigureDay]]:
    """What stands against what in a scope's figures, the desk's own figures included, and low / central / high by
    day."""
    statements = {figure.id: statements_of(scope, figure) for figure in found}
    desks = desk_figures(found, corrections)
    findings: list[Finding] = []
    days: list[FigureDay] = []
    for figure in found:
        denials = [scope.denials[id] for id in figure.denials if id in scope.denials]
        findings += compare_figure(figure, statements[figure.id], denials, story_started=scope.started)
        days += figure_days(figure, statements[figure.id], story_started=scope.started)
        overtaken = desk_finding(desks[figure.id], figure, statements[figure.id]) if figure.id in desks else None
        findings += [overtaken] if overtaken else []
    findings += compare_across(found, statements, story_started=scope.started)
    return findings, days


def _replace(
    work: Work, found: Sequence[Figure], findings: Sequence[Finding], days: Sequence[FigureDay], batch: Batch
) -> None:
    ids = [figure.id for figure in found]
    kept = {record_id(r) for r in (*findings, *days)}
    old = _about(work.store, ids) if ids else []
    batch.delete.extend((type(r), record_id(r)) for r in old if record_id(r) not in kept)
    batch.put.extend((*findings, *days))


# ---------------------------------------------------------------- alerts


def alert(work: Work, *, asking: bool = True) -> Counts:
    """Decide which findings of the scopes that wait somebody must see, and put their notices into the outbox, in one
    transaction.

    The scopes are decided together: a contradiction that moved from one of them to another keeps its alert. `asking`:
    whether the second reader, where there is one, is asked; what it answered before counts anyway.
    """
    second = SecondReading.of(work, asking=asking)
    counts = go_through(work, "alert", _CHUNK, lambda scopes, counts: _decide(work, scopes, counts, second))
    second.tell(counts)
    return counts


def _decide(work: Work, scopes: list[str], counts: Counts, second: SecondReading) -> Batch:
    batch = Batch()
    found = {f.id: f for some in figures_in(work.store, scopes).values() for f in some}
    here = (Where("figure", "in", sorted(found)),)
    every, alerts, of_scopes = work.store.ask(
        Records(Finding, here), Records(Alert, here), Sharing("alert-scope", scopes)
    )
    findings = [finding for finding in every if finding.severity is not None]
    loaded = _scopes_with(work, findings, found)
    claims = {id: c for scope in loaded.values() for id, c in scope.claims.items()}
    denials = {id: d for scope in loaded.values() for id, d in scope.denials.items()}
    own = {alert.id: alert for alert in alerts}
    existing, elsewhere = _known(work.store, own, set(of_scopes), found, side_keys(findings, claims, denials))
    known = {**elsewhere, **existing}

    def decided(findings: Sequence[Finding]) -> list[Alert]:
        return decide_alerts(findings, claims, found, existing, now=work.now(), denials=denials, elsewhere=elsewhere)

    changed = decided(findings)
    if quiet := second.silence(would_be(changed, known), findings, {**denials, **claims}, found):
        silent = {f.id for f in quiet}
        changed = decided([f for f in findings if f.id not in silent])
        batch.put.extend((*quiet, *_quieter(quiet, every, found, loaded)))
    batch.put.extend(changed)
    for one in changed:
        batch.keys.append(("alert-side", one.id, list(one.sides)))
        if one.figure in found:
            batch.keys.append(("alert-scope", one.id, [scope_of(found[one.figure])]))
    now_known = {**existing, **{a.id: a for a in changed}}
    batch.put.extend(deliveries(now_known.values(), work.settings.receivers, work.topics, work.store, now=work.now()))
    counts.made += sum(a.id not in known for a in changed)
    counts.done += len(scopes)
    return batch


def _quieter(
    quiet: Sequence[Finding], every: Sequence[Finding], found: Mapping[str, Figure], loaded: Mapping[str, Scope]
) -> list[Claim]:
    """The claims that are of another severity now that findings of their figures (of `every` one) are silent."""
    names = {scope_of(found[f.figure]) for f in quiet}
    ours = {id: f for id, f in found.items() if scope_of(f) in names}
    now = {f.id: f for f in quiet}
    findings = [now.get(f.id, f) for f in every if f.figure in ours]
    changed: dict[str, Claim] = {}
    for name in sorted(names):
        here = [f for f in ours.values() if scope_of(f) == name]
        theirs = {f.id for f in here}
        told = with_findings(loaded[name], here, [f for f in findings if f.figure in theirs])
        changed.update((c.id, c) for c in told)
    return list(changed.values())


def _scopes_with(work: Work, findings: Sequence[Finding], found: Mapping[str, Figure]) -> dict[str, Scope]:
    """The scopes that findings speak of; those without any are not read."""
    corrections = active_corrections(work.store) if findings else []
    return load_scopes(work, sorted({scope_of(found[f.figure]) for f in findings}), corrections)


def _known(
    store: Store, own: dict[str, Alert], more: set[str], found: dict[str, Figure], sides: set[str]
) -> tuple[dict[str, Alert], dict[str, Alert]]:
    """The alerts of scopes by id (`own`: those of their figures; `more`: ids of all); and those of figures that are no
    more, whose sides are found again here."""
    beside = set(store.lookup("alert-side", sorted(sides))) if sides else set[str]()
    asked = sorted((more | beside) - set(own))
    read = store.get_many(Alert, asked) if asked else {}
    own = {**own, **{id: a for id, a in read.items() if id in more}}
    others = {id: a for id, a in read.items() if id not in own}
    gone = sorted({a.figure for a in (*own.values(), *others.values())} - set(found))
    alive = store.get_many(Figure, gone) if gone else {}
    # an alert told of a scope by its key, whose figure lives on in another scope, belongs there
    return {id: a for id, a in own.items() if a.figure not in alive}, {
        id: a for id, a in others.items() if a.figure not in alive
    }
