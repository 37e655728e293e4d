"""Claims into figures, figures into findings, findings into alerts; each for one scope: a topic or a story.

A scope is named "topic:NAME" or "story:ID". Its figures and findings are made whole each time, so that any order of arrival gives
the same result; what is no longer found is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from processing.alert import decide_alerts
from processing.compare import Statement, compare_across, compare_figure, figure_days, mask_numbers
from processing.figures import found_figures, resolve_sources, topic_figures
from processing.notify import deliveries
from processing.pipeline.work import Counts, Work, flush, pending
from processing.store import Batch, Store, Where, record_id
from schemas.config import Topic
from schemas.records import Alert, Claim, Denial, Figure, FigureDay, Finding, Story

__all__ = ["Scope", "alert", "compare", "figures", "load_scope", "statements_of"]

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What one topic or story has: its claims (sources resolved), denials, and the copy group of each article id."""

    name: str
    claims: dict[str, Claim]
    denials: dict[str, Denial]
    copies: dict[str, str]
    topic: Topic | None
    story: Story | None

    @property
    def started(self) -> date | None:
        """When the story began; None for a topic."""
        return self.story.started if self.story else None


def _article_keys(work: Work, scope: str) -> list[str]:
    kind, _, name = scope.partition(":")
    if kind == "topic":
        return sorted(work.store.lookup("topic", [name]))
    return sorted(work.store.keys_of("story-member", [name]).get(name, []))


def load_scope(work: Work, scope: str) -> Scope:
    """All that is known of a scope; a topic or story that is no more is empty."""
    store = work.store
    kind, _, name = scope.partition(":")
    keys = _article_keys(work, scope)
    claims: dict[str, Claim] = {}
    denials: dict[str, Denial] = {}
    for start in range(0, len(keys), _CHUNK):
        where = Where("article_key", "in", keys[start : start + _CHUNK])
        claims.update((c.id, c) for c in store.find(Claim, where))
        denials.update((d.id, d) for d in store.find(Denial, where))
    topics = _topics_of(work, keys, name if kind == "topic" else None)
    resolved = resolve_sources(list(claims.values()), topics)
    claims = {id: replace(claim, source_id=resolved.get(id, claim.source_id)) for id, claim in claims.items()}
    story = store.get_many(Story, [name]).get(name) if kind == "story" else None
    return Scope(scope, claims, denials, _copies(store, keys, claims), work.topics.get(name) if kind == "topic" else None, story)


def _topics_of(work: Work, keys: list[str], name: str | None) -> list[Topic]:
    if name is not None:
        return [work.topics[name]] if name in work.topics else []
    names = {topic for topics in work.store.keys_of("topic", keys).values() for topic in topics}
    return [work.topics[topic] for topic in sorted(names) if topic in work.topics]


def _copies(store: Store, keys: list[str], claims: Mapping[str, Claim]) -> dict[str, str]:
    groups = store.keys_of("copy-member", list(store.lookup("copy-member", keys)))
    group_of = {key: group for group, members in sorted(groups.items()) for key in members}
    return {c.article_id: group_of[c.article_key] for c in claims.values() if c.article_key in group_of}


def figures(work: Work) -> Counts:
    """Make the figures of each topic and story that waits. A story's figures leave out the claims that a topic's figure has."""
    counts = Counts()
    for scopes in pending(work, "figures", 50):
        # topics first: what they take, stories leave
        for name in sorted(scopes, key=lambda s: (not s.startswith("topic:"), s)):
            batch = Batch(done=[("figures", name)], enqueue=[("compare", name)])
            scope = load_scope(work, name)
            old = {f.id: f for f in _figures_of(work.store, name)}
            new = {f.id: f for f in _make(work, scope)}
            batch.delete.extend((Figure, id) for id in old if id not in new)
            batch.put.extend(f for f in new.values() if old.get(f.id) != f)
            if name.startswith("topic:"):
                batch.enqueue.extend(("figures", s) for s in _stories_to_redo(work, scope, old.values(), new.values()))
            counts.made += flush(work, batch)
            counts.done += 1
    return counts


def _make(work: Work, scope: Scope) -> list[Figure]:
    if scope.topic is not None:
        return topic_figures(scope.topic, list(scope.claims.values()), list(scope.denials.values()))
    if scope.story is None:
        return []
    names = {t for c in _topics_of(work, sorted({c.article_key for c in scope.claims.values()}), None) for t in (c.name,)}
    taken = {id for figure in work.store.find(Figure, Where("topic", "in", sorted(names))) for id in figure.claims} if names else set()
    rest = [claim for id, claim in scope.claims.items() if id not in taken]
    return found_figures(scope.story, rest, list(scope.denials.values()), scope.copies)


def _stories_to_redo(work: Work, scope: Scope, old: Iterable[Figure], new: Iterable[Figure]) -> list[str]:
    before = {id for figure in old for id in figure.claims}
    after = {id for figure in new for id in figure.claims}
    keys = {scope.claims[id].article_key for id in before ^ after if id in scope.claims}
    return [f"story:{id}" for id in sorted(work.store.lookup("story-member", sorted(keys)))]


def _figures_of(store: Store, scope: str) -> list[Figure]:
    kind, _, name = scope.partition(":")
    return list(store.find(Figure, Where(kind, "=", name)))


def statements_of(scope: Scope, figure: Figure) -> list[Statement]:
    """The figure's claims with what comparing needs of their copies."""
    found = (scope.claims[id] for id in figure.claims if id in scope.claims)
    return [
        Statement(c, scope.copies.get(c.article_id), mask_numbers(c.sentence) if c.article_id in scope.copies else None) for c in found
    ]  # fmt: skip


def compare(work: Work) -> Counts:
    """Compare the claims of each figure of the scopes that wait; findings and days that no longer hold are deleted."""
    counts = Counts()
    for scopes in pending(work, "compare", 50):
        for name in scopes:
            batch = Batch(done=[("compare", name)], enqueue=[("alert", name)])
            scope = load_scope(work, name)
            found = _figures_of(work.store, name)
            statements = {figure.id: statements_of(scope, figure) for figure in found}
            findings: list[Finding] = []
            days: list[FigureDay] = []
            for figure in found:
                denials = [scope.denials[id] for id in figure.denials if id in scope.denials]
                findings += compare_figure(figure, statements[figure.id], denials, story_started=scope.started)
                days += figure_days(figure, statements[figure.id], story_started=scope.started)
            findings += compare_across(found, statements, story_started=scope.started)
            _replace(work, found, findings, days, batch)
            counts.made += flush(work, batch)
            counts.done += 1
    return counts


def _replace(work: Work, found: Sequence[Figure], findings: Sequence[Finding], days: Sequence[FigureDay], batch: Batch) -> None:
    ids = [figure.id for figure in found]
    kept = {record_id(r) for r in (*findings, *days)}
    for cls in (Finding, FigureDay):
        for start in range(0, len(ids), _CHUNK):
            old = work.store.find(cls, Where("figure", "in", ids[start : start + _CHUNK]))
            batch.delete.extend((cls, record_id(r)) for r in old if record_id(r) not in kept)
    batch.put.extend((*findings, *days))


def alert(work: Work) -> Counts:
    """Decide which findings of the scopes that wait somebody must see, and put their notices into the outbox."""
    counts = Counts()
    for scopes in pending(work, "alert", 50):
        for name in scopes:
            batch = Batch(done=[("alert", name)])
            scope = load_scope(work, name)
            found = {figure.id: figure for figure in _figures_of(work.store, name)}
            findings = [f for f in work.store.find(Finding, Where("figure", "in", sorted(found))) if f.severity is not None]
            existing = {a.id: a for a in work.store.find(Alert, Where("figure", "in", sorted(found)))} if found else {}
            changed = decide_alerts(findings, scope.claims, found, existing, now=work.now(), denials=scope.denials)
            batch.put.extend(changed)
            now_known = {**existing, **{a.id: a for a in changed}}
            batch.put.extend(deliveries(now_known.values(), work.settings.receivers, work.topics, work.store, now=work.now()))
            counts.made += sum(a.id not in existing for a in changed)
            flush(work, batch)
            counts.done += 1
    return counts
