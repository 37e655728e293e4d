"""What a story as a whole tells of its numbers, and what of each number is read once for all pairs: how rare its words
are, what its article says before it, which names are common to all.

Everything that a pair of numbers is judged by is prepared here, so that judging a pair is cheap."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from processing.figures.lexicon import Event, Lexicon, Thing, stem
from processing.figures.read_facets import Facet
from processing.figures.scopes import scope_of, stated_place
from processing.figures.shocks import Shocks, read_shocks
from processing.figures.similarity import Likeness
from processing.figures.story_context import thing_key
from processing.intervals import typical
from schemas.facets import Facets

__all__ = ["Seen", "StoryView"]

_NOTHING = Facets(sentence=0, paragraph=0, zone="body", rank=1, rank_in_unit=1, first_rank=1)
_WORD = re.compile(r"[\w'’-]+")


@dataclass(slots=True)
class Seen:
    """One number as its story shows it. `facet`: what its own words show; the rest is read from the whole story."""

    facet: Facet
    said: Facets  # what was read with the parse; the empty reading where the claim has none
    value: float | None
    thing: Thing | None  # the class of what is counted, "person" for people whom the story does not tell apart
    event: Event | None
    what: frozenset[str]  # stems of the counted phrase
    names: frozenset[str]  # of the sentence, without those that most articles have
    place: frozenset[str]  # likewise
    dates: frozenset[str]  # years and months that an earlier event is known by
    minor: frozenset[str]  # the parts of where the story plays that the number is of
    elsewhere: frozenset[str]  # what sets its event apart from the story's own
    depth: float  # log2 of the sentence's place, the title 0
    before: int = 0  # other values of its class that its article gives before it
    rivals: int = 0  # other values of its class that its article gives
    dense: int = 1  # numbers in its sentence
    single: bool = False  # of its class each article gives one number at most


@dataclass(slots=True)
class StoryView:
    """Numbers of one story by claim id. `rarity` weighs a word by how few of the story's articles have it."""

    likeness: Likeness  # the rules, with what they know of the whole story
    lists: Lexicon
    rarity: Mapping[str, float]
    common: frozenset[str]  # names that most of the articles have: they tell no two occurrences apart
    sided: frozenset[str]  # events of which the story counts the people or arms of two sides
    widened: frozenset[str]  # events that an article counts both here and in the whole country or world
    narrowed: frozenset[tuple[str, str]]  # (event, class of people) that the story tells apart from other people
    stated: frozenset[tuple[str, str, float]]  # (article id, unit, value) of all numbers
    told: frozenset[tuple[object, ...]]  # (article id, unit, origin, thing, event, value) of all numbers
    shocks: Shocks = field(default_factory=Shocks)
    seen: dict[str, Seen] = field(default_factory=dict)
    fits: dict[str, float] = field(default_factory=dict)  # claim id -> how surely it belongs to its group, 0 to 1
    why: dict[str, tuple[str, str]] = field(default_factory=dict)  # claim id -> (the claim it is likest to, why)
    compared: int = 0

    @classmethod
    def of(cls, facets: Sequence[Facet], copies: Mapping[str, str] | None = None) -> StoryView:
        """For the facets of one story; articles of one copy group (`copies`: article id -> group) count as one
        article."""
        rules = Likeness.of(facets, copies)
        view = cls(
            rules,
            rules.lists,
            rules.rarity,
            rules.common,
            rules.sided,
            rules.widened,
            rules.narrowed,
            frozenset((f.claim.article_id, f.unit, v) for f in facets if (v := typical(f.claim)) is not None),
            frozenset(
                (f.claim.article_id, f.unit, f.origin, f.thing, f.event, v)
                for f in facets
                if f.against is None and (v := typical(f.claim)) is not None
            ),
            read_shocks(facets),
        )
        for facet in facets:
            view.seen[facet.claim.id] = view._look(facet)
        _stand(view.seen.values())
        return view

    def _look(self, facet: Facet) -> Seen:
        rules = self.likeness
        land, shock, shaken = rules.land, rules.shock, rules.shaken
        claim, when = facet.claim, facet.occurrence
        elsewhere = frozenset() if land is None or land in facet.lands else facet.lands
        if (
            facet.shock is not None
            and shock is not None
            and abs(facet.shock - shock) >= 0.3
            and claim.article_id in shaken
        ):
            elsewhere |= {f"magnitude {facet.shock}"}
        said = claim.facets or _NOTHING
        months = when.months | frozenset(said.incident_months)
        years = {str(y) for y in (*when.years, *said.incident_years)} | {m[:4] for m in months}
        return Seen(
            facet,
            said,
            typical(claim),
            self.lists.things.get(self._class_of(facet) or ""),
            self.lists.events.get(facet.event or ""),
            _stems(claim.what or "", self.lists),
            facet.names - self.common,
            facet.place - self.common,
            frozenset(months | years) if facet.occurrence.past or said.incident == "other" else frozenset(),
            scope_of(stated_place(facet), rules.minor),
            elsewhere if not when.past else frozenset(),
            0.0 if claim.field == "title" else math.log2(2 + claim.sentence_start / 120),
            single=(facet.unit, facet.aspect, thing_key(facet, self.lists)) in rules.single,
        )

    def _class_of(self, a: Facet) -> str | None:
        """The class of what is counted; "person" for people whom the story does not tell apart from others."""
        thing = self.lists.things.get(a.thing or "")
        if thing is not None and thing.part_of == "person" and self.lists.event_words.get(a.head or "") == a.event:
            return "person"  # evacuees are people evacuated
        if thing is not None and thing.name == "civilian" and a.event in self.sided:
            return "person"  # where two armies lose soldiers, residents are civilians
        if thing is None or not thing.specific or thing.strict or (a.event or "", thing.name) in self.narrowed:
            return a.thing
        return "person"

    def told_apart(self, a: Seen, b: Seen) -> bool:
        """Whether the article of one number gives the other's value too, by the source of the first and of the same
        kind of thing: then it tells of two things."""
        one = a.facet
        if b.value is None or a.value == b.value:
            return False
        return (one.claim.article_id, one.unit, one.origin, one.thing, one.event, b.value) in self.told

    def values_apart(self, a: Facet, b: Facet) -> bool:
        """Whether the two intervals with their tolerance do not overlap."""
        return self.likeness.values_apart(a, b)

    def overlap(self, first: frozenset[str], second: frozenset[str]) -> float:
        """Cosine of two sets of words, rare words weighing more: 0 to 1."""
        return self.likeness.overlap(first, second)


@lru_cache(maxsize=16384)
def _stems_of(what: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in _WORD.findall(what))


def _stems(what: str, lists: Lexicon) -> frozenset[str]:
    return frozenset(s for s in _stems_of(what) if s not in lists.empty)


def _stand(seen: Iterable[Seen]) -> None:
    """Counts, in each article, the values of each class (unit, aspect, thing, event) and those that come first."""
    order = sorted(
        seen,
        key=lambda s: (
            s.facet.claim.article_id,
            s.facet.claim.field != "title",
            s.facet.claim.sentence_start,
            s.facet.claim.start,
            s.facet.claim.id,
        ),
    )
    told: dict[tuple[object, ...], list[tuple[float | None, float | None]]] = {}
    dense: Counter[tuple[str, str, int]] = Counter()
    for one in order:
        values = told.setdefault(_class(one), [])
        if one.facet.values not in values:
            values.append(one.facet.values)
        claim = one.facet.claim
        dense[(claim.article_id, claim.field, claim.sentence_start)] += 1
    for one in order:
        values, claim = told[_class(one)], one.facet.claim
        one.before, one.rivals = values.index(one.facet.values), len(values) - 1
        one.dense = dense[(claim.article_id, claim.field, claim.sentence_start)]


def _class(one: Seen) -> tuple[object, ...]:
    facet = one.facet
    return (facet.claim.article_id, facet.unit, facet.aspect, facet.thing, facet.event)
