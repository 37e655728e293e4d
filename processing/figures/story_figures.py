"""The figures of a story that nobody asked for, and those of a topic file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from processing.figures.cluster import group_facets
from processing.figures.lexicon import Lexicon, lexicon
from processing.figures.matcher import matcher
from processing.figures.read_facets import Facet, read_facets
from processing.figures.related_figures import link_figures
from processing.figures.story_view import StoryView
from processing.figures.titles import figure_title
from schemas.records import Claim, Denial, Figure, Kind, Story, digest_id

__all__ = ["found_figures", "in_order", "kind_of", "of_denials"]

_EARLY = datetime(1, 1, 1, tzinfo=UTC)


def in_order(claims: Iterable[Claim], *, cumulative: bool) -> tuple[str, ...]:
    """Claim ids in the order of the glossary: end of as-of, publication, revision; of a running total the lower first
    where these do not tell."""

    def key(claim: Claim) -> tuple[date, datetime, int, float, str]:
        value = claim.low if claim.low is not None else claim.high
        return (
            claim.as_of[1] if claim.as_of else date.min,
            claim.published or _EARLY,
            claim.revision,
            (value or 0.0) if cumulative else 0.0,
            claim.id,
        )

    return tuple(claim.id for claim in sorted(claims, key=key))


def kind_of(facet_events: Iterable[str | None], dimension: str, lists: Lexicon) -> Kind | None:
    """The kind of a figure: by the most frequent event of the lexicon, else by its unit; None where neither tells."""
    if dimension in lists.units and dimension not in ("money", "share"):
        return lists.units[dimension]
    events = Counter(e for e in facet_events if e is not None and e in lists.events)
    if events:
        best = sorted(events, key=lambda e: (-events[e], e))[0]
        return lists.events[best].kind
    return lists.units.get(dimension)


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(v for v in values if v)
    return sorted(counts, key=lambda v: (-counts[v], v))[0] if counts else None


def _figure(story: Story, group: Sequence[Facet], view: StoryView, lists: Lexicon) -> Figure:
    claims = [facet.claim for facet in group]
    first = group[0]
    event = _most(f.event for f in group)
    known = lists.events.get(event or "")
    thing = _most(f.thing for f in group)
    kind = kind_of((f.event for f in group), first.dimension, lists)
    past = sum(f.occurrence.past for f in group) * 2 > len(group)
    people = first.unit == "count" and known is not None and known.harm
    follows = (
        known is not None and (known.alerts or known.name in lists.follow_events)
    ) or thing in lists.follow_things
    anchor = min(claims, key=lambda c: (c.published or _EARLY, c.id))
    ordered = in_order(claims, cumulative=kind == "cumulative")
    return Figure(
        id=digest_id("found", story.id, anchor.id),
        title=figure_title(group, event, thing, lists),
        kind=kind,
        unit=first.unit,
        claims=ordered,
        why=tuple((id, *view.why[id]) for id in ordered if id in view.why),
        possibly=tuple(id for id in ordered if view.fits.get(id, 1.0) < matcher().sure),
        story=story.id,
        what=tuple(sorted({f.head for f in group if f.head})),
        event=(event,) if event else (),
        place=_most(c.place for c in claims),
        harm=people,
        alerts=(follows and (first.unit in ("count", "share") or first.dimension in lists.follow_dimensions))
        or (first.dimension == "money" and lists.follow_money),
        background=past,
        window_days=1,
    )


def _kept(group: Sequence[Facet], lists: Lexicon) -> bool:
    """A group of several claims is a figure; a claim by itself only where a desk follows such things unasked."""
    known = lists.events.get(group[0].event or "")
    return len(group) > 1 or (
        known is not None
        and known.alerts
        and group[0].unit == "count"
        and (not group[0].partial or group[0].claim.part_of is not None)
    )


def found_figures(
    story: Story, claims: Sequence[Claim], denials: Sequence[Denial], copies: Mapping[str, str]
) -> list[Figure]:
    """The figures within a story, by id. `copies` maps article ids to copy groups; copies of one text keep their own
    claims.

    The same claims give the same figures in any order. A claim that fits no figure surely is in none.
    """
    lists = lexicon()
    facets = read_facets(claims)
    view = StoryView.of(facets, copies)
    groups = [group for group in group_facets(facets, view) if _kept(group, lists)]
    made = [(_figure(story, group, view, lists), group) for group in groups]
    figures = sorted(link_figures(made, view, lists), key=lambda f: f.id)
    return of_denials(figures, denials, lists)


def of_denials(figures: Sequence[Figure], denials: Sequence[Denial], lists: Lexicon) -> list[Figure]:
    """The figures with the denials of their event; a denial that names no event, or another thing, goes with none."""
    by_event: dict[str, list[Denial]] = defaultdict(list)
    for denial in sorted(denials, key=lambda d: d.id):
        if event := lists.event_of(denial.event):
            by_event[event].append(denial)
    done = []
    for figure in figures:
        events = {lists.event_of(e) or e for e in figure.event}
        things = {lists.thing_of(w) or w for w in figure.what}
        ids = [
            d.id
            for e in sorted(events)
            for d in by_event.get(e, ())
            if not figure.background
            and (
                d.what_head is None or not things or lists.thing_of(d.what_head) in things or d.what_head in figure.what
            )
        ]
        done.append(replace(figure, denials=tuple(ids)) if ids else figure)
    return done
