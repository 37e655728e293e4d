"""What can never be one thing, whatever else speaks for it: what one sentence or article tells apart, a part and its
whole, things that have nothing in common."""

from __future__ import annotations

from processing.figures.lexicon import scope_words
from processing.figures.read_facets import Facet
from processing.figures.story_view import Seen, StoryView
from processing.figures.value_distance import telling
from processing.intervals import same_number, shared_digits, typical

__all__ = ["held_apart"]


def held_apart(a: Facet, b: Facet, view: StoryView) -> bool | None:
    """True: two numbers of one sentence that no two sources give, a rise and a fall, two periods, quakes,
    towns or harms. False: two numbers of one
    article and source, which does not contradict itself unasked. None: neither."""
    x, y = a.claim, b.claim
    differ = view.values_apart(a, b)
    if _part_and_whole(a, b, view) or _two_things(a, b, view):
        return True
    if differ and (a.other_period != b.other_period or _two_modalities(a, b)) and not _by_noughts(a, b):
        return True  # this year's crop and last year's; what is asked for and what is offered
    if differ and (
        {x.change, y.change} == {"up", "down"}
        or view.shocks.differ(a, b)
        or _from_two_towns(a, b)
        or _two_harms(a, b, view)
    ):
        return True
    if x.article_id != y.article_id:
        return None
    if x.id == b.against or y.id == a.against:
        return True if not differ else None  # the sentence itself sets one value against the other
    sources_differ = a.origin != b.origin and x.source_status != "outlet" and y.source_status != "outlet"
    if (x.field, x.sentence_start) == (y.field, y.sentence_start):
        two_clauses = a.clause != b.clause and a.origin != b.origin and {x.source_status, y.source_status} != {"outlet"}
        return None if differ and (two_clauses or sources_differ) else True
    if differ and a.event != b.event and "title" not in (x.field, y.field):
        return True  # 19 dead and 190 passengers, each by a source of its own
    if not differ or sources_differ or x.correction or y.correction or "title" in (x.field, y.field):
        return None
    return None if "vague" in (x.approx, y.approx) or a.grows or b.grows else False


def _part_and_whole(a: Facet, b: Facet, view: StoryView) -> bool:
    """Whether one counts what is only a part of the other, be the numbers the same: the killed, and casualties."""
    one, two = view.seen[a.claim.id].event, view.seen[b.claim.id].event
    return one is not None and two is not None and (one.part_of == two.name or two.part_of == one.name)


def _two_things(a: Facet, b: Facet, view: StoryView) -> bool:
    """Whether two counts are of things that have nothing in common: buildings and aftershocks, banks and petrol bombs.
    Two nouns that no list knows may mean one thing where the number is telling, or what happens to them is the same."""
    if a.unit != "count" or a.head is None or b.head is None or a.head == b.head or a.thing == b.thing:
        return False
    same = a.values == b.values or same_number(a.claim, b.claim)
    if same and telling(a.claim):
        return False
    x, y = view.seen[a.claim.id], view.seen[b.claim.id]
    if x.thing is not None and y.thing is not None:
        return x.thing is not y.thing and not _akin(x, y)
    return same and not x.what & y.what and not (a.event is not None and a.event == b.event)


def _akin(x: Seen, y: Seen) -> bool:
    """Whether two classes of things may be one: a class and a part of it, people by what they hold or do, what the
    event itself makes one."""
    one, two = x.thing, y.thing
    if one is None or two is None:
        return False
    people = [t.name == "person" or t.part_of == "person" for t in (one, two)]
    if all(people) or {one.part_of, two.part_of} & {one.name, two.name} or (one.part_of and one.part_of == two.part_of):
        return True
    by_heads = scope_words("by_heads")
    if (any(people) and (one.name if people[1] else two.name) in by_heads) or {one.name, two.name} <= by_heads:
        return True
    return x.event is not None and x.event is y.event and {one.name, two.name} <= x.event.one


def _two_harms(a: Facet, b: Facet, view: StoryView) -> bool:
    """Whether two different numbers are of two things that the lists tell apart: killed and injured, the army's and
    civilians, cocaine and heroin."""
    x, y = view.seen[a.claim.id], view.seen[b.claim.id]
    one, two = x.event, y.event
    if one is not None and two is not None and one is not two and one.harm and two.harm:
        return two.name not in one.like and one.name not in two.like
    first, second = view.lists.things.get(a.thing or ""), view.lists.things.get(b.thing or "")
    if first is None or second is None or first is second:
        return False
    if first.name in second.never or second.name in first.never:
        return True
    strict = (first.strict and first.part_of == second.name) or (second.strict and second.part_of == first.name)
    return strict or (first.part_of is not None and first.part_of == second.part_of and x.thing is not y.thing)


# what is offered or a target is not what is done; "planned", "forecast", "needed" beside "done" may be one dispute
_APART = {
    frozenset(pair)
    for pair in (
        ("asked", "offered"),
        ("asked", "planned"),
        ("asked", "hypothetical"),
        ("done", "offered"),
        ("done", "target"),
        ("done", "threshold"),
        ("done", "capacity"),
    )
}


def _two_modalities(a: Facet, b: Facet) -> bool:
    """Whether the clauses say that one number is asked for, offered, a target, a threshold or a capacity, and the other
    something else that is never the same: of 227 such pairs of train whose numbers are apart one is of one thing."""
    x, y = a.claim.facets, b.claim.facets
    return x is not None and y is not None and frozenset((x.modality, y.modality)) in _APART


def _by_noughts(a: Facet, b: Facet) -> bool:
    """Whether only noughts differ behind two digits and more that are the same: that is a slip, whatever is said."""
    return shared_digits(typical(a.claim) or 0.0, typical(b.claim) or 0.0) >= 2


def _from_two_towns(a: Facet, b: Facet) -> bool:
    """Whether two distances are from towns of two names, or two measures of one unit are of two kinds (a depth, a
    distance)."""
    if a.role is None or b.role is None:
        return False
    towns = a.role == b.role == "distance" and bool(a.anchors) and bool(b.anchors) and not a.anchors & b.anchors
    return a.role != b.role or towns
