"""Claims into figures, figures into findings, findings into alerts; each for one scope: a topic or a story.

A scope is named "topic:NAME" or "story:ID". Its figures and findings are made whole each time, so that any order of
arrival gives the same result; what is no longer found is deleted, with its findings and days. What people corrected is
applied each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from processing.alert import decide_alerts, side_keys
from processing.compare import compare_across, compare_figure, desk_finding, figure_days
from processing.corrections import correct_figures, desk_figures
from processing.figures import found_figures, topic_figures
from processing.notify import deliveries
from processing.pipeline.aside import go_through
from processing.pipeline.scopes import (
    Scope,
    active_corrections,
    figures_of,
    load_scope,
    scope_of,
    statements_of,
)
from processing.pipeline.topics import missing_topics
from processing.pipeline.understood import placed, with_findings
from processing.pipeline.work import Counts, Work
from processing.store import Batch, Store, Where, record_id
from schemas.records import Alert, Claim, Correction, Denial, Figure, FigureDay, Finding

__all__ = ["Scope", "alert", "compare", "figures", "load_scope", "make_findings", "statements_of"]

_CHUNK = 500


def figures(work: Work) -> Counts:
    """Make the figures of each topic and story that waits. A story's figures leave out the claims that a topic's figure
    has. Those of a topic whose file is not there stay as they are: nobody took it away."""
    corrections = active_corrections(work.store)
    missing = {f"topic:{name}" for name in missing_topics(work)}

    def make(scopes: list[str], counts: Counts) -> Batch:
        counts.done += len(scopes)
        return Batch() if scopes[0] in missing else _make_figures(work, scopes[0], corrections)

    # topics first: what they take, stories leave
    return go_through(work, "figures", 50, make, made=True, alone=lambda s: (not s.startswith("topic:"), s))


def _make_figures(work: Work, name: str, corrections: Sequence[Correction]) -> Batch:
    batch = Batch(enqueue=[("compare", name)])
    scope = load_scope(work, name, corrections)
    old = {f.id: f for f in figures_of(work.store, name)}
    new = {f.id: f for f in _make(work, scope, corrections)}
    _delete(work.store, [id for id in old if id not in new], batch)
    batch.put.extend(f for f in new.values() if old.get(f.id) != f)
    batch.put.extend(placed(scope, new.values(), corrections))
    if name.startswith("topic:"):
        batch.enqueue.extend(("figures", s) for s in _stories_to_redo(work, scope, old.values(), new.values()))
    return batch


def _delete(store: Store, gone: Sequence[str], batch: Batch) -> None:
    """Take figures away with what was found about them; their alerts are left for the step that decides on alerts."""
    batch.delete.extend((Figure, id) for id in gone)
    for cls in (Finding, FigureDay):
        for start in range(0, len(gone), _CHUNK):
            batch.delete.extend(
                (cls, record_id(r)) for r in store.find(cls, Where("figure", "in", list(gone[start : start + _CHUNK])))
            )


def _make(work: Work, scope: Scope, corrections: Sequence[Correction]) -> tuple[Figure, ...]:
    return correct_figures(_group(work, scope), scope.claims, corrections)[0]


def _group(work: Work, scope: Scope) -> list[Figure]:
    if scope.topic is not None:
        return topic_figures(scope.topic, list(scope.claims.values()), list(scope.denials.values()))
    if scope.story is None:
        return []
    keys = sorted({c.article_key for c in scope.claims.values()})
    names = {topic for topics in work.store.keys_of("topic", keys).values() for topic in topics}
    taken = (
        {id for figure in work.store.find(Figure, Where("topic", "in", sorted(names))) for id in figure.claims}
        if names
        else set()
    )
    rest = [claim for id, claim in scope.claims.items() if id not in taken]
    return found_figures(scope.story, rest, list(scope.denials.values()), scope.copies)


def _stories_to_redo(work: Work, scope: Scope, old: Iterable[Figure], new: Iterable[Figure]) -> list[str]:
    before = {id for figure in old for id in figure.claims}
    after = {id for figure in new for id in figure.claims}
    keys = {scope.claims[id].article_key for id in before ^ after if id in scope.claims}
    return [f"story:{id}" for id in sorted(work.store.lookup("story-member", sorted(keys)))]


def compare(work: Work) -> Counts:
    """Compare the claims of each figure of the scopes that wait; findings and days that no longer hold are deleted."""
    corrections = active_corrections(work.store)
    missing = {f"topic:{name}" for name in missing_topics(work)}

    def find(scopes: list[str], counts: Counts) -> Batch:
        counts.done += len(scopes)
        batch = Batch(enqueue=[("alert", scopes[0])])
        if found := [] if scopes[0] in missing else figures_of(work.store, scopes[0]):
            scope = load_scope(work, scopes[0], corrections)
            findings, days = make_findings(scope, found, corrections)
            batch.put.extend(with_findings(scope, found, findings))
            _replace(work, found, findings, days, batch)
        return batch

    return go_through(work, "compare", 50, find, made=True, alone=str)


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
    for cls in (Finding, FigureDay):
        for start in range(0, len(ids), _CHUNK):
            old = work.store.find(cls, Where("figure", "in", ids[start : start + _CHUNK]))
            batch.delete.extend((cls, record_id(r)) for r in old if record_id(r) not in kept)
    batch.put.extend((*findings, *days))


# ---------------------------------------------------------------- alerts


def alert(work: Work) -> Counts:
    """Decide which findings of the scopes that wait somebody must see, and put their notices into the outbox, in one
    transaction.

    The scopes are decided together: a contradiction that moved from one of them to another keeps its alert.
    """
    return go_through(work, "alert", _CHUNK, lambda scopes, counts: _decide(work, scopes, counts))


def _decide(work: Work, scopes: list[str], counts: Counts) -> Batch:
    batch = Batch()
    found = {figure.id: figure for name in scopes for figure in figures_of(work.store, name)}
    findings = _loud(work.store, sorted(found))
    claims, denials = _sides(work, findings, found)
    existing, elsewhere = _known(work.store, scopes, found, side_keys(findings, claims, denials))
    changed = decide_alerts(findings, claims, found, existing, now=work.now(), denials=denials, elsewhere=elsewhere)
    batch.put.extend(changed)
    for one in changed:
        batch.keys.append(("alert-side", one.id, list(one.sides)))
        if one.figure in found:
            batch.keys.append(("alert-scope", one.id, [scope_of(found[one.figure])]))
    now_known = {**existing, **{a.id: a for a in changed}}
    batch.put.extend(deliveries(now_known.values(), work.settings.receivers, work.topics, work.store, now=work.now()))
    counts.made += sum(a.id not in existing and a.id not in elsewhere for a in changed)
    counts.done += len(scopes)
    return batch


def _loud(store: Store, ids: Sequence[str]) -> list[Finding]:
    parts = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
    return [
        f for part in parts for f in store.find(Finding, Where("figure", "in", list(part))) if f.severity is not None
    ]


def _sides(
    work: Work, findings: Sequence[Finding], found: dict[str, Figure]
) -> tuple[dict[str, Claim], dict[str, Denial]]:
    """The claims and denials of the scopes that findings speak of; scopes without any are not read."""
    claims: dict[str, Claim] = {}
    denials: dict[str, Denial] = {}
    corrections = active_corrections(work.store) if findings else []
    for name in sorted({scope_of(found[f.figure]) for f in findings}):
        scope = load_scope(work, name, corrections)
        claims.update(scope.claims)
        denials.update(scope.denials)
    return claims, denials


def _known(
    store: Store, scopes: Sequence[str], found: dict[str, Figure], sides: set[str]
) -> tuple[dict[str, Alert], dict[str, Alert]]:
    """The alerts of these scopes by id; and those of figures that are no more, whose sides are found again here."""
    ids = sorted(found)
    own = {
        a.id: a
        for start in range(0, len(ids), _CHUNK)
        for a in store.find(Alert, Where("figure", "in", ids[start : start + _CHUNK]))
    }
    own.update(store.get_many(Alert, sorted(set(store.lookup("alert-scope", list(scopes))) - set(own))))
    others = store.get_many(Alert, sorted(set(store.lookup("alert-side", sorted(sides))) - set(own))) if sides else {}
    alive = store.get_many(Figure, sorted({a.figure for a in (*own.values(), *others.values())} - set(found)))
    # an alert told of a scope by its key, whose figure lives on in another scope, belongs there
    return {id: a for id, a in own.items() if a.figure not in alive}, {
        id: a for id, a in others.items() if a.figure not in alive
    }
