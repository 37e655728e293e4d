"""The figures that a topic file names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from processing.figures.lexicon import Lexicon, lexicon, stem
from processing.figures.names import AliasList, words_of
from processing.figures.read_facets import Facet, read_facets
from processing.figures.story_figures import in_order, of_denials
from processing.words import load_words
from schemas.config import Topic, TopicFigure
from schemas.records import Claim, Denial, Figure, digest_id

__all__ = ["event_words", "topic_figures"]


@lru_cache(maxsize=1)
def _countries() -> AliasList:
    return AliasList.build(load_words("countries")["countries"])


def _lands(text: str) -> set[str]:
    """Countries that a text names, by name, adjective or capital."""
    words, found = [w for w in words_of(text) if w.key != "the"], set()
    while (match := _countries().find(words)) is not None:
        found.add(match.id)
        words = words[: match.first] + words[match.last :]
    return found


def _figure_id(topic: Topic, name: str) -> str:
    return digest_id("topic", topic.name, name)


def _events(spec: TopicFigure, lists: Lexicon) -> set[str]:
    """Canonical events of a topic's figure; one that names casualties means killed and injured together, neither
    alone."""
    events = {lists.event_of(word) or (word if word in lists.events else stem(word)) for word in spec.event}
    return {"casualty"} if "casualty" in events else events


def event_words(events: Iterable[str], claims: Iterable[Claim]) -> list[str]:
    """Words by which a topic file means these events of the lexicon: their names, and where a name means another event
    as a word ("strike" is an attack) the words of the claims."""
    lists = lexicon()
    said = sorted({c.event for c in claims if c.event})
    made: list[str] = []
    for event in events:
        plain = lists.event_of(event) in (None, event)
        made += [event] if plain else [word for word in said if lists.event_of(word) == event]
    return made


def _counts(facet: Facet, spec: TopicFigure, lists: Lexicon) -> bool:
    """Whether what a claim counts is what the figure counts."""
    if not spec.what:
        return True
    wanted = {stem(w) for w in spec.what}
    said = {stem(w.key) for w in words_of(facet.claim.what or "")} | ({facet.head} if facet.head else set())
    if wanted & said:
        return True
    classes = {lists.thing_of(w) for w in spec.what} - {None}
    # people without a name for them may be those that the figure's events tell of, but not just any who are aboard or
    # present
    return facet.thing in classes and (facet.thing != "person" or (bool(spec.event) and facet.head in (None, "person")))


def _fits(facet: Facet, topic: Topic, spec: TopicFigure, lands: set[str], lists: Lexicon) -> bool:
    claim = facet.claim
    if (claim.unit, claim.aspect, claim.per) != (spec.unit, spec.aspect, spec.per):
        return False
    if spec.event and facet.event not in _events(spec, lists):
        return False
    if not _counts(facet, spec, lists):
        return False
    others = _lands(claim.what or "")
    if lands and others and not others & lands:
        return False
    if (
        topic.since is not None
        and facet.occurrence.past
        and (claim.as_of is None or claim.as_of[1] < topic.since or _before(facet, topic))
    ):
        return False
    elsewhere = (
        claim.place is not None and not _lands(claim.place) & lands
    )  # "the men sent from North Korea" says whose they are
    if (
        spec.place
        and claim.place
        and elsewhere
        and not _same_place(spec.place, claim.place)
        and spec.place.lower() not in claim.sentence.lower()
    ):
        return False
    return not any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", claim.sentence, re.IGNORECASE) for word in spec.not_words
    )


def _before(facet: Facet, topic: Topic) -> bool:
    """Whether the occurrence that a claim names lies before the topic's beginning."""
    since = topic.since
    if since is None:
        return False
    months, years = facet.occurrence.months, facet.occurrence.years
    return (
        bool(months or years)
        and all(m < f"{since.year}-{since.month:02d}" for m in months)
        and all(y < since.year for y in years)
    )


def _same_place(wanted: str, said: str) -> bool:
    return bool({w.key for w in words_of(wanted)} & {w.key for w in words_of(said) if w.capital})


def topic_figures(topic: Topic, claims: Sequence[Claim], denials: Sequence[Denial]) -> list[Figure]:
    """The figures of a topic file with their claims, in the file's order; a figure without claims is there too.

    A claim goes to the figure whose events are fewest (killed before casualties); one that could go to several such
    goes to none."""
    lists = lexicon()
    lands = set().union(*(_lands(" ; ".join(group)) for group in topic.match))
    chosen: dict[str, list[Claim]] = defaultdict(list)
    facets = {facet.claim.id: facet for facet in read_facets(claims)}
    for facet in facets.values():
        whole = facets.get(facet.claim.part_of or "")
        if facet.partial and (whole is None or whole.event == facet.event):
            # "19 of the dead": some of what the figure counts; "4,700 casualties, including 600 killed" is all that
            # were killed
            continue
        fits = [name for name, spec in topic.figures.items() if _fits(facet, topic, spec, lands, lists)]
        if not fits:
            continue
        rank = {
            name: (-_narrow(topic.figures[name], facet), len(_events(topic.figures[name], lists)) or 99)
            for name in fits
        }
        best = min(rank.values())
        names = [name for name in fits if rank[name] == best]
        if len(names) == 1:
            chosen[names[0]].append(facet.claim)
    return of_denials([_figure(topic, name, chosen[name], lists) for name in topic.figures], denials, lists)


def _narrow(spec: TopicFigure, facet: Facet) -> int:
    """How much a figure's description says of the very claim: its counted noun and its place by name."""
    by_noun = facet.head is not None and facet.head in {stem(w) for w in spec.what}
    by_place = bool(spec.place and facet.claim.place and _same_place(spec.place, facet.claim.place))
    return by_noun + by_place


def _figure(topic: Topic, name: str, claims: Sequence[Claim], lists: Lexicon) -> Figure:
    spec = topic.figures[name]
    events = sorted(_events(spec, lists))
    harm = any(lists.events[e].harm for e in events if e in lists.events) and spec.unit == "count"
    return Figure(
        id=_figure_id(topic, name),
        title=spec.title or f"{topic.title}: {name.replace('_', ' ').replace('-', ' ')}",
        kind=spec.kind,
        unit=spec.unit,
        claims=in_order(claims, cumulative=spec.kind == "cumulative"),
        topic=topic.name,
        name=name,
        part_of=_figure_id(topic, spec.part_of) if spec.part_of else None,
        same_thing=digest_id("same", topic.name, spec.same_thing) if spec.same_thing else None,
        what=spec.what,
        event=tuple(events),
        place=spec.place,
        harm=harm,
        alerts=True,
        window_days=topic.window,
        jump=topic.jump,
    )
