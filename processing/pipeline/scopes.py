"""A scope, "topic:NAME" or "story:ID": its claims with their sources and corrections, and which scopes a correction
touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from processing.compare import Statement, mask_numbers
from processing.corrections import as_corrected, correct_claims, same_name
from processing.figures import full_names, resolve_sources, source_grade, source_type
from processing.pipeline.work import Work
from processing.store import ById, KeysOf, Records, Sharing, Store, Where
from schemas.config import Topic
from schemas.records import Claim, Correction, Denial, Figure, SourceType, Story

__all__ = [
    "Scope",
    "active_corrections",
    "figures_in",
    "figures_of",
    "load_scope",
    "load_scopes",
    "scope_of",
    "scopes_of_articles",
    "scopes_touched",
    "source_kind",
    "statements_of",
    "told_statements",
    "topics_of",
]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one topic or story has: its claims (sources resolved, corrected), denials, the copy group of each article
    id, and the full name of the source of each claim (by id) that names it briefly."""

    name: str
    claims: dict[str, Claim]
    denials: dict[str, Denial]
    copies: dict[str, str]
    topic: Topic | None
    story: Story | None
    names: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, Claim] = field(default_factory=dict)  # the claims as they lie in the store
    topics: Mapping[str, Sequence[str]] = field(default_factory=dict)  # names of topics by article key

    @property
    def started(self) -> date | None:
        """When the story began; None for a topic."""
        return self.story.started if self.story else None


def active_corrections(store: Store) -> list[Correction]:
    """All corrections that nobody took back, by time."""
    return [c for c in store.find(Correction) if c.undone is None]


def scope_of(figure: Figure) -> str:
    """The name of the scope that a figure belongs to."""
    return f"topic:{figure.topic}" if figure.topic else f"story:{figure.story}"


def figures_of(store: Store, scope: str) -> list[Figure]:
    """The figures of a scope."""
    return figures_in(store, [scope])[scope]


def figures_in(store: Store, scopes: Sequence[str]) -> dict[str, list[Figure]]:
    """The figures of scopes, by scope."""
    found: dict[str, list[Figure]] = {scope: [] for scope in scopes}
    names: dict[str, list[str]] = {"topic": [], "story": []}
    for scope in sorted(found):
        kind, _, name = scope.partition(":")
        names[kind].append(name)
    kinds = [kind for kind, some in names.items() if some]
    asked = (Records(Figure, (Where(kind, "in", names[kind]),)) for kind in kinds)
    for kind, figures in zip(kinds, store.ask(*asked), strict=True):
        for figure in figures:
            found[f"{kind}:{figure.topic if kind == 'topic' else figure.story}"].append(figure)
    return found


def load_scope(
    work: Work, scope: str, corrections: Sequence[Correction] | None = None, *, more: Iterable[Claim] = ()
) -> Scope:
    """All that is known of a scope; a topic or story that is no more is empty. `corrections`: None reads those of the
    store. `more`: claims that are not kept, beside those of the scope."""
    return load_scopes(work, [scope], corrections, more=more)[scope]


def load_scopes(
    work: Work, scopes: Sequence[str], corrections: Sequence[Correction] | None = None, *, more: Iterable[Claim] = ()
) -> dict[str, Scope]:
    """As `load_scope`, of several: the store is asked as often for many as for one."""
    if not scopes:
        return {}
    store = work.store
    corrections = active_corrections(store) if corrections is None else corrections
    stories = [scope.partition(":")[2] for scope in scopes if scope.startswith("story:")]
    topics = [scope.partition(":")[2] for scope in scopes if scope.startswith("topic:")]
    members, on_topics, told = store.ask(
        KeysOf("story-member", stories), Sharing("topic", topics), ById(Story, stories)
    )
    keys = sorted({key for of_story in members.values() for key in of_story} | set(on_topics))
    here = (Where("article_key", "in", keys),)
    on, claims, denials, grouped = store.ask(
        KeysOf("topic", keys), Records(Claim, here), Records(Denial, here), Sharing("copy-member", keys)
    )
    groups = _copy_groups(store, grouped)
    made = {}
    for scope in scopes:
        kind, _, name = scope.partition(":")
        own = set(members.get(name, ())) if kind == "story" else {key for key, names in on.items() if name in names}
        stored = {c.id: c for c in claims if c.article_key in own} | {c.id: c for c in more}
        its_topics = _topics_among(work, {k: on[k] for k in own if k in on}, name if kind == "topic" else None)
        sourced, names_of = _sourced(stored, its_topics, corrections)
        copies = {c.article_id: groups[c.article_key] for c in sourced.values() if c.article_key in groups}
        made[scope] = Scope(
            scope,
            sourced,
            {d.id: d for d in denials if d.article_key in own},
            copies,
            work.topics.get(name) if kind == "topic" else None,
            told.get(name) if kind == "story" else None,
            names_of,
            stored,
            {key: on[key] for key in own if key in on},
        )
    return made


def _sourced(
    claims: dict[str, Claim], topics: Sequence[Topic], corrections: Sequence[Correction]
) -> tuple[dict[str, Claim], dict[str, str]]:
    """Claims with corrections and the ids of their sources, and the full names of those that are named briefly.

    A corrected source is looked up; a corrected id stands, also for who is meant by "the officials" where their full
    name was corrected."""
    made, _, _ = correct_claims(claims, [c for c in corrections if c.kind == "claim"])
    resolved = resolve_sources(list(made.values()), topics)
    for id, source in resolved.items():
        if made[id].source_id != source:
            made[id] = replace(made[id], source_id=source)
    names = full_names(list(made.values()), topics)
    for correction in corrections:
        if correction.kind == "source":
            briefly = [id for id, name in names.items() if same_name(name, correction.target)]
            made.update((id, replace(made[id], source_id=correction.changes["source_id"])) for id in briefly)
    made = correct_claims(made, corrections)[0] if corrections else made
    for id, claim in made.items():
        told = source_kind(claim, claim.source_id, topics), source_grade(claim.source_id, topics)
        if told != (claim.source_type, claim.source_grade):
            made[id] = replace(claim, source_type=told[0], source_grade=told[1])
    return made, names


def source_kind(
    claim: Claim, source_id: str | tuple[str, ...] | None, topics: Sequence[Topic] = ()
) -> SourceType | None:
    """What kind of source a claim has, whose id is told; None where it is unknown, or unclear who speaks."""
    return None if claim.source_status == "unresolved" else source_type(source_id, topics, claim.source)


def topics_of(work: Work, keys: list[str], name: str | None = None) -> list[Topic]:
    """The topics that articles are on, or the one that is named."""
    return _topics_among(work, {} if name else work.store.keys_of("topic", keys), name)


def _topics_among(work: Work, on: Mapping[str, Sequence[str]], name: str | None) -> list[Topic]:
    if name is not None:
        return [work.topics[name]] if name in work.topics else []
    names = {topic for topics in on.values() for topic in topics}
    return [work.topics[topic] for topic in sorted(names) if topic in work.topics]


def _copy_groups(store: Store, grouped: Iterable[str]) -> dict[str, str]:
    """The copy group of each article of these groups, by article key."""
    groups = sorted(grouped)
    copied = store.keys_of("copy-member", groups) if groups else {}
    return {key: group for group, members in sorted(copied.items()) for key in members}


def statements_of(scope: Scope, figure: Figure) -> list[Statement]:
    """The figure's claims with what comparing needs of their copies, and the full names of their sources."""
    found = (scope.claims[id] for id in figure.claims if id in scope.claims)
    named = (replace(c, source=scope.names[c.id]) if c.id in scope.names else c for c in found)
    return [
        Statement(c, scope.copies.get(c.article_id), mask_numbers(c.sentence) if c.article_id in scope.copies else None)
        for c in named
    ]


def told_statements(store: Store, figure: Figure) -> list[Statement]:
    """As `statements_of`, of the claims as they were when the figure was made last: what a page shows, without reading
    the whole scope. Raises: StoreError."""
    claims = {id: as_corrected(claim) for id, claim in store.get_many(Claim, list(figure.claims)).items()}
    (grouped,) = store.ask(Sharing("copy-member", sorted({claim.article_key for claim in claims.values()})))
    groups = _copy_groups(store, grouped)
    copies = {c.article_id: groups[c.article_key] for c in claims.values() if c.article_key in groups}
    names = {id: claim.source_name for id, claim in claims.items() if claim.source_name}
    return statements_of(Scope(scope_of(figure), claims, {}, copies, None, None, names), figure)


def scopes_of_articles(store: Store, keys: Iterable[str]) -> list[str]:
    """The topics (first) and stories that articles belong to."""
    wanted = sorted(set(keys))
    on, stories = store.ask(KeysOf("topic", wanted), Sharing("story-member", wanted))
    topics = {name for names in on.values() for name in names}
    return [f"topic:{name}" for name in sorted(topics)] + [f"story:{id}" for id in sorted(stories)]


def scopes_touched(store: Store, correction: Correction) -> list[str]:
    """The scopes whose figures a correction changes. One of a source's name looks through all claims once."""
    if correction.kind == "source":
        found: Iterable[Claim] = (c for c in store.find(Claim) if c.source and same_name(c.source, correction.target))
    elif correction.kind == "claim":
        found = store.get_many(Claim, [correction.target]).values()
    else:
        changes = correction.changes
        named = [id for key in ("claims", "merge", "split", "remove") for id in changes.get(key, ())]
        found = store.get_many(Claim, named).values()
    return scopes_of_articles(store, {c.article_key for c in found})
