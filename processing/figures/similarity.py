"""How surely two claims speak of one thing: a score from what is counted, event, occurrence, scope, value and the words
around.

The weights were set by hand on events of several kinds. The learned matcher takes the score as one of its features,
and what these rules hold alike is together where the model does not speak against it (cluster.py)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from processing.figures.belligerents import one_side, sided_events
from processing.figures.lexicon import Lexicon, lexicon
from processing.figures.read_facets import Facet, Occurrence
from processing.figures.scopes import minor_places, narrowed_things, scope_of, stated_place, widened_events, wider
from processing.figures.story_context import main_land, main_shock, money_key, single_things, thing_key
from processing.figures.value_distance import distance, far, meet, of_two_sizes, shown, whole
from processing.intervals import apart, same_number, typical

__all__ = ["Likeness"]

BARRED = -1.5  # one article's two numbers of one source: two things, unless much else speaks against it
_NEVER = -4.0  # outweighs three pairs that fit
_SINGLE = 0.22
_ANOTHER = 0.35
_OTHERWISE = 0.65  # two events that the lists tell apart, of two different numbers
_MANY, _RECOUNT = 100, 1.25  # votes from which on a recount changes less than this factor
_SOME = 6  # times that the number of all exceeds that of some
_AMOUNTS = {"area", "mass", "volume"}
_MEASURES = {"length", "area", "speed", "temperature", "time", "mass", "volume"}


@dataclass(slots=True)
class Likeness:
    """Scores pairs of facets of one story. `rarity` weighs a word by how few of the story's articles have it."""

    rarity: Mapping[str, float]
    shock: float | None  # the magnitude that most articles give the story's quake
    shaken: frozenset[str]  # the articles that give it
    land: str | None  # the country that most articles name: where the story plays
    single: frozenset[
        tuple[str, str, str]
    ]  # (unit, aspect, thing, or of money "event <event>") of which no article gives two numbers
    minor: frozenset[str]  # names of places that are only a part of where the story plays
    common: frozenset[str]  # names that most of the articles have: they tell no two occurrences apart
    narrowed: frozenset[tuple[str, str]]  # (event, class of people) that the story tells apart from other people
    lists: Lexicon
    sided: frozenset[str] = frozenset()  # events of which the story counts the people or arms of two sides
    widened: frozenset[str] = frozenset()  # events that an article counts both here and in the whole country or world
    stated: frozenset[tuple[str, str, str, float]] = frozenset()  # (article id, unit, origin, value) of all numbers
    apart_known: dict[tuple[object, ...], bool] = field(default_factory=dict)
    weights: dict[frozenset[str], float] = field(default_factory=dict)

    @classmethod
    def of(cls, facets: Sequence[Facet], copies: Mapping[str, str] | None = None) -> Likeness:
        """For the facets of one story; articles of one copy group (`copies`: article id -> group) count as one
        article."""
        groups = copies or {}
        seen: dict[str, set[str]] = {}
        articles: set[str] = set()
        for facet in facets:
            article = groups.get(facet.claim.article_id, facet.claim.article_id)
            articles.add(article)
            for word in facet.words:
                seen.setdefault(word, set()).add(article)
        total = max(len(articles), 1)
        rarity = {word: math.log(1 + total / len(where)) for word, where in seen.items()}
        common = frozenset(word for word, where in seen.items() if total > 2 and len(where) >= 0.4 * total)
        shock, shaken = main_shock(facets)
        lists = lexicon()
        narrowed = narrowed_things(facets, lists)
        stated = frozenset(
            (f.claim.article_id, f.unit, f.origin, value)
            for f in facets
            if f.against is None and (value := typical(f.claim)) is not None
        )
        return cls(
            rarity,
            shock,
            shaken,
            main_land(facets, groups),
            single_things(facets, lists),
            minor_places(facets, lists),
            common,
            narrowed,
            lists,
            sided_events(facets),
            widened_events(facets),
            stated,
        )

    def values_apart(self, a: Facet, b: Facet) -> bool:
        """Whether the two intervals with their tolerance do not overlap; decimal arithmetic only where it is close, and
        once a pair of values."""
        x, y = a.claim, b.claim
        if meet(x, y):
            return False
        if far(x, y) or far(y, x):
            return True
        first, second = shown(x), shown(y)
        key = (a.unit, *((first, second) if repr(first) <= repr(second) else (second, first)))
        if key not in self.apart_known:
            self.apart_known[key] = apart(x, y)
        return self.apart_known[key]

    def score(self, a: Facet, b: Facet) -> float:
        """From well below 0 (never one thing) to above 1 (surely one thing). The same for (a, b) and (b, a)."""
        if a.unit != b.unit or a.claim.per != b.claim.per or a.aspect != b.aspect:
            return _NEVER
        differ = self.values_apart(a, b)
        equal = not differ and (a.values == b.values or same_number(a.claim, b.claim))
        if a.mask == b.mask and a.claim.article_id != b.claim.article_id and len(a.mask) > 30:
            return 1.2  # one sentence, told twice
        if differ and {a.claim.change, b.claim.change} == {"up", "down"}:
            return _NEVER  # a rise and a fall
        barred = self._barred(a, b, differ)
        if barred is not None:
            return barred
        alike = self._occurrence(a.occurrence, b.occurrence, differ)
        if alike <= _NEVER:
            return _NEVER
        if a.unit == "magnitude":
            return self._magnitude(a, b, differ) + alike
        if a.dimension in _MEASURES:
            return self._measure(a, b, differ, equal) + alike
        return self._counted(a, b, differ, equal) + alike

    # ------------------------------------------------------------ what can never be

    def _barred(self, a: Facet, b: Facet, differ: bool) -> float | None:
        """Two numbers of one sentence are two things, unless two sources give them; an article does not contradict
        itself unasked."""
        x, y = a.claim, b.claim
        if x.article_id != y.article_id:
            return None
        if x.id == b.against or y.id == a.against:
            return None if not differ else 1.0  # the sentence itself sets one value against the other
        same_sentence = (x.field, x.sentence_start) == (y.field, y.sentence_start)
        sources_differ = a.origin != b.origin and x.source_status != "outlet" and y.source_status != "outlet"
        two_clauses = a.clause != b.clause and a.origin != b.origin and {x.source_status, y.source_status} != {"outlet"}
        if same_sentence and differ and two_clauses:
            return None  # "it burnt 800 hectares; the survey says 950"
        if same_sentence and not (differ and sources_differ):
            return _NEVER
        if differ and not sources_differ and not (x.correction or y.correction) and "title" not in (x.field, y.field):
            return BARRED if "vague" not in (x.approx, y.approx) and not (a.grows or b.grows) else None
        return None

    def _occurrence(self, a: Occurrence, b: Occurrence, differ: bool) -> float:
        if not a.past and not b.past:
            return 0.1
        if a.past != b.past:
            return _NEVER if differ else -0.45
        if a.months and b.months and not a.months & b.months:
            return _NEVER if differ else -0.6
        years_a = a.years | {int(m[:4]) for m in a.months}
        years_b = b.years | {int(m[:4]) for m in b.months}
        if years_a and years_b and not years_a & years_b:
            return _NEVER if differ else -0.6
        shared = (a.names & b.names) - self.common
        if a.months & b.months or shared:
            return 0.2
        if years_a & years_b:
            return 0.1
        own = (a.names - self.common, b.names - self.common)
        return (-0.5 if all(own) else -0.25) if differ else -0.05

    # ------------------------------------------------------------ by what is counted

    def _magnitude(self, a: Facet, b: Facet, differ: bool) -> float:
        if a.event != b.event:
            return _NEVER if differ else -0.2
        if a.event == "aftershock":
            return 0.1 if differ else 0.7
        if differ and abs((a.claim.low or a.claim.high or 0.0) - (b.claim.low or b.claim.high or 0.0)) >= 1:
            return -0.5  # a shock that much weaker is another one
        return 0.75 if not differ else 0.6

    def _measure(self, a: Facet, b: Facet, differ: bool, equal: bool) -> float:
        """A length, area, duration and so on: by its role, the names beside it and the words around."""
        total = 0.0
        if a.role and b.role:
            if a.role != b.role:
                return _NEVER if differ else -0.6
            total += 0.25
        near_a, near_b = a.anchors, b.anchors
        if near_a and near_b and a.role == b.role == "distance" and not near_a & near_b:
            return _NEVER if differ else -0.6  # from two towns
        if near_a and near_b:
            total += 0.35 if near_a & near_b else -0.5
        elif a.role == b.role and a.role not in (None, "distance"):
            total += 0.4
        if a.event == b.event and a.event is not None:
            total += 0.25
            if a.dimension in _AMOUNTS and a.event in self.lists.events and None in (a.role, b.role):
                total += 0.3  # so many hectares burnt
        elif differ and a.dimension == "time" and {a.event, b.event} <= self.lists.events.keys():
            total -= 0.4  # sentenced to 12 years, 15 years sought
        if a.role is None and b.role is None and a.head is not None and a.thing == b.thing:
            total += 0.25 + (
                _SINGLE if self._is_single(a) and self._is_single(b) else 0.0
            )  # 12 tonnes of fish, 18 tonnes of fish
        elif differ and self._two_stuffs(a.thing, b.thing):
            return _NEVER  # cocaine and heroin
        if differ and a.span != b.span:
            total -= 0.4  # so much in this haul, so much this year
        total += self._value(a, b, differ, equal)
        return total + 0.8 * self._context(a, b)

    def _two_stuffs(self, a: str | None, b: str | None) -> bool:
        """Whether two classes of things are told apart: two parts of one class, or a strict part and its whole."""
        first, second = self.lists.things.get(a or ""), self.lists.things.get(b or "")
        if (
            first is not None
            and second is not None
            and any(x.strict and x.part_of == y.name for x, y in ((first, second), (second, first)))
        ):
            return True
        return (
            first is not None
            and second is not None
            and first.part_of is not None
            and first.part_of == second.part_of
            and first is not second
        )

    def _counted(self, a: Facet, b: Facet, differ: bool, equal: bool) -> float:
        things = self._things(a, b, differ)
        events = self._events(a, b, differ)
        single = things >= 0.2 and self._is_single(a) and self._is_single(b)
        if single and -0.15 < events < 0 and not (a.event in self.lists.events and b.event in self.lists.events):
            events = 0.0  # verbs of no list, of a thing of which there is one number
        if min(things, events) <= _NEVER or self._told_apart(a, b, differ):
            return _NEVER
        if a.side and b.side and not one_side(a.side, b.side):
            return _NEVER if differ else -0.6  # the losses of two armies
        if a.dimension == "share" and a.anchors and b.anchors and not a.anchors & b.anchors:
            things -= 0.3  # of the traffic to one country, and to another
        if a.dimension == "money":
            things = max(
                things, 0.2 if self._named(a, b) else -0.05
            )  # the amount's noun is often the buyer, the shop or the thief
            if a.event == b.event and (a.unit, a.aspect, money_key(a)) in self.single:
                things += 2 * _SINGLE
        if single:
            things += _SINGLE
        if things < 0.2 and events < 0.2:
            things -= 0.12  # nothing but the number
        total = things + events + self._value(a, b, differ, equal) + 0.7 * self._context(a, b)
        total += self._scopes(a, b, differ) + self._places(a, b, differ)
        if self._one_toll(a, b):
            total = max(total, 0.8 + self._places(a, b, differ))
        return total

    def _told_apart(self, a: Facet, b: Facet, differ: bool) -> bool:
        """Whether two numbers that differ cannot be of one thing."""
        if not differ:
            return False
        if a.unit == "count" and whole(a.claim) != whole(b.claim):
            return True  # 3.6 and 1353 count no one thing
        if a.holder and b.holder and not a.holder & b.holder:
            return True  # two parts of one whole
        return a.event == b.event and a.unit == "count" and self._two_counts(a, b)  # the votes of two candidates

    def _scopes(self, a: Facet, b: Facet, differ: bool) -> float:
        """What is added because both numbers cover as much, or one covers less, another span, side or household."""
        added = 0.0
        if a.partial != b.partial:
            known = self.lists.events.get(a.event or "")
            added -= 0.5 if differ else 0.35 if known is not None and known.harm else 0.1
        if a.span != b.span and differ:
            added -= 0.15
        if differ and a.event == b.event and a.event in self.sided and bool(a.side) != bool(b.side):
            added -= 0.5
        if a.event == b.event == "live":
            added += (0.3 if a.anchors & b.anchors else -0.6) if a.anchors and b.anchors else 0.15
        return added

    def _named(self, a: Facet, b: Facet) -> bool:
        """Whether two amounts are of one event that their noun names: "a shortfall of", "the deficit is"."""
        event = self.lists.events.get(a.event or "")
        return event is not None and a.event == b.event and event.by_noun and event.kind == "level"

    def _two_counts(self, a: Facet, b: Facet) -> bool:
        """Whether two numbers of what is counted to the last one are too far apart to be one."""
        event = self.lists.events.get(a.event or "")
        first, second = typical(a.claim), typical(b.claim)
        if event is None or not event.exact or not first or not second or min(first, second) < _MANY:
            return False
        return max(first, second) > _RECOUNT * min(first, second)

    def _one_toll(self, a: Facet, b: Facet) -> bool:
        """People harmed by the story's own event, or a crowd: one figure however it grows and whoever counts."""
        event = self.lists.events.get(a.event or "")
        if event is None or not (event.harm or event.crowd) or a.event != b.event or a.unit != "count":
            return False
        told_apart = (
            a.occurrence.past
            or b.occurrence.past
            or a.partial
            or b.partial
            or of_two_sizes(a.claim, b.claim)
            or self._of_some(a, b)
        )
        return (
            not told_apart
            and self._toll_thing(a)
            and self._toll_thing(b)
            and (a.event not in self.sided or bool(a.side) == bool(b.side))
        )

    def _of_some(self, a: Facet, b: Facet) -> bool:
        """Whether the far smaller of two numbers is of some people only: "318 health workers", "8,000 people"."""
        small, large = (a, b) if (typical(a.claim) or 0) < (typical(b.claim) or 0) else (b, a)
        thing = self.lists.things.get(small.thing or "")
        narrower = thing is not None and thing.specific and small.thing != large.thing
        return narrower and (typical(large.claim) or 0) > _SOME * (typical(small.claim) or 0)

    def _toll_thing(self, a: Facet) -> bool:
        if a.thing == "robber" and self._takes_all(a.event, a.event):
            return True
        return (
            a.thing is None
            or self._class_of(a) == "person"
            or a.thing == a.event
            or self.lists.event_words.get(a.head or "") == a.event
        )

    def _things(self, a: Facet, b: Facet, differ: bool) -> float:
        if a.head is None or b.head is None:
            return 0.05
        if a.head == b.head:
            return 0.3
        if a.thing == b.thing:
            return 0.22
        event = self.lists.events.get(a.event or "")
        if event is not None and a.event == b.event and {a.thing, b.thing} <= event.one:
            return 0.2
        first, second = self.lists.things.get(self._class_of(a) or ""), self.lists.things.get(self._class_of(b) or "")
        if first and first is second:
            return 0.2
        if first and second:
            names, wholes = {first.name, second.name}, {first.part_of, second.part_of}
            if "person" in names and ("person" in wholes or "robber" in names):
                if differ and not ("robber" in names and self._takes_all(a.event, b.event)):
                    return _NEVER
                return (
                    0.05 if (first.specific or second.specific) and (a.claim.low or 0) < 13 else 0.2
                )  # "two killed", "two children killed"
            return _NEVER if differ else -0.35
        if not differ and a.event == b.event and event is not None and event.harm:
            return 0.05  # four managers arrested, four people arrested
        return -0.3 if differ else -0.15

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

    def _is_single(self, a: Facet) -> bool:
        return (a.unit, a.aspect, thing_key(a, self.lists)) in self.single

    def _takes_all(self, first: str | None, second: str | None) -> bool:
        """Whether the event itself makes people into protesters or suspects: a crowd, arrests."""
        event = self.lists.events.get(first or "")
        return event is not None and first == second and (event.crowd or event.name == "detain")

    def _events(self, a: Facet, b: Facet, differ: bool) -> float:
        if a.event is None and b.event is None and a.claim.event is not None and a.claim.event == b.claim.event:
            return 0.15
        if a.event is None or b.event is None:
            return 0.0
        if a.event == b.event:
            return 0.3
        first, second = self.lists.events.get(a.event), self.lists.events.get(b.event)
        if first and second:
            if second.name == first.part_of or first.name == second.part_of:
                return _NEVER  # casualties are not the killed, be the number the same
            if second.name in first.like or first.name in second.like:
                return 0.3
            if first.group and first.group == second.group:
                return 0.05 if differ else 0.2
            if differ:
                return _NEVER if first.harm and second.harm else -_OTHERWISE
            return -0.2
        return -0.1 if differ else -0.05  # verbs of no list may say the same

    def _value(self, a: Facet, b: Facet, differ: bool, equal: bool) -> float:
        """The same number is a hint, and a strong one where it is a rare number: 923 more than 26, 26 more than 3."""
        first, second = typical(a.claim), typical(b.claim)
        if differ:
            return -distance(first, second) - self._said_of_another(a, b)
        close = first is not None and second is not None and abs(first - second) <= 0.25 * max(abs(first), abs(second))
        if not equal:
            loose = {a.claim.approx, b.claim.approx} & {"at_most", "less_than"}
            return -0.05 if loose and not close else 0.1  # "up to 75 %" takes in 55 %, and need not be the same thing
        value = abs(a.claim.low if a.claim.low is not None else a.claim.high or 0.0)
        digits = len(f"{value:.6g}".replace(".", "").strip("0")) if value else 1
        if a.dimension == "money":
            return 0.35 + min(0.15, 0.1 * (digits - 1))
        if value < 13 and digits == 1:
            return 0.2
        return 0.28 + min(0.24, 0.12 * (digits - 1))

    def _said_of_another(self, a: Facet, b: Facet) -> float:
        """What speaks against one thing where the article of the one number also has the other, then likely of
        something else; small numbers say little."""
        if a.grows or b.grows or a.against is not None or b.against is not None:
            return 0.0
        for x, y in ((a, b), (b, a)):
            value = typical(y.claim)
            if value is not None and abs(value) >= 13 and (x.claim.article_id, x.unit, x.origin, value) in self.stated:
                return _ANOTHER
        return 0.0

    def _places(self, a: Facet, b: Facet, differ: bool) -> float:
        if differ and not (a.occurrence.past or b.occurrence.past) and self._elsewhere(a) != self._elsewhere(b):
            return -0.7
        if differ and a.event == b.event and a.event in self.widened and wider(a, b):
            return -1.2
        narrow_a, narrow_b = scope_of(stated_place(a), self.minor), scope_of(stated_place(b), self.minor)
        if a.event != "live" and narrow_a != narrow_b and not (narrow_a & narrow_b):
            return -1.2 if differ else -0.2
        first, second = a.place - self.common, b.place - self.common
        if not differ or first == second or first & second:
            return 0.0
        return -0.5 if first and second else -0.2

    def _elsewhere(self, a: Facet) -> frozenset[str]:
        """What sets a claim's event apart from the story's own: another country; another shock, where the article tells
        of both."""
        found = frozenset() if self.land is None or self.land in a.lands else a.lands
        other_shock = (
            a.shock is not None
            and self.shock is not None
            and abs(a.shock - self.shock) >= 0.3
            and a.claim.article_id in self.shaken
        )
        return found | {f"magnitude {a.shock}"} if other_shock else found

    def _context(self, a: Facet, b: Facet) -> float:
        """Overlap of the words around, rare words weighing more: 0 to 1. The words next to the number count as much as
        all the others."""
        return (self.overlap(a.words, b.words) + self.overlap(a.near, b.near)) / 2

    def overlap(self, first: frozenset[str], second: frozenset[str]) -> float:
        """Cosine of two sets of words, rare words weighing more: 0 to 1."""
        shared = math.fsum(
            self.rarity.get(w, 1.0) for w in first & second
        )  # exact, so that the order of a set plays no part
        return shared / math.sqrt(self._weight(first) * self._weight(second)) if shared else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        if words not in self.weights:
            self.weights[words] = math.fsum(self.rarity.get(w, 1.0) for w in words)
        return self.weights[words]
