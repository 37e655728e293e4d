"""What speaks for and against two numbers being of one thing, as numbers that a model weighs.

Each of `FEATURES` has a name, what it is, and its unit; `read_pair` gives their values in that order. They are the same
for (a, b) and (b, a). What is said by a sentence comes in pairs of "agree" and "differ", both 0 where one side says
nothing. How far two values lie apart has features of its own, so that a model can weigh pairs whose numbers are apart
by all that is not the number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from processing.agreement import FACETS
from processing.figures.belligerents import one_side
from processing.figures.scopes import wider
from processing.figures.story_view import Seen, StoryView
from processing.figures.value_distance import whole
from processing.intervals import same_number, shared_digits, turned_digits

__all__ = ["FEATURES", "Feature", "read_pair"]


@dataclass(frozen=True, slots=True)
class Feature:
    """`name` as the model's file has it, `unit` of its value, and what a page says of it. `shown`: whether it is told
    as a reason; what only describes the numbers is not."""

    name: str
    unit: str
    says: str
    shown: bool = True


_YES = "1 or 0"
_COUNT = "of the two, 0 to 2"
FEATURES: tuple[Feature, ...] = (
    # the two values
    Feature("apart", _YES, "the numbers are apart", shown=False),
    Feature("equal", _YES, "the same number is stated"),
    Feature("digits", "significant digits of an equal number, else 0", "the number is a rare one"),
    Feature("ratio", "log10 of the larger over the smaller, at most 4", "how far the numbers lie apart"),
    Feature(
        "tenfold",
        "significant digits of the same number ten, a hundred ... times as large, else 0",
        "only noughts differ",
    ),
    Feature(
        "turned", "significant digits of a number whose digits are turned round, else 0", "two digits are turned round"
    ),
    Feature("vague", _COUNT, "vague words", shown=False),
    Feature("bounded", _COUNT, "bounded numbers (at least, about)", shown=False),
    Feature("fraction", _YES, "one is whole, the other not", shown=False),
    # what is counted
    Feature("noun_same", _YES, "the counted noun is the same"),
    Feature("class_same", _YES, "the counted nouns are of one class"),
    Feature("class_part", _YES, "one counted class is a part of the other"),
    Feature("class_differ", _YES, "the counted nouns are of two classes"),
    Feature("noun_differ", _YES, "the counted nouns differ"),
    Feature("parts_differ", _YES, "two parts of one class are counted"),
    Feature("what_shared", "cosine by rarity, 0 to 1", "the counted phrases share words"),
    Feature("what_known", _COUNT, "the counted phrase is known", shown=False),
    Feature("event_same", _YES, "the event is the same"),
    Feature("event_near", _YES, "the events say the same"),
    Feature("verb_same", _YES, "the verb is the same"),
    Feature("event_differ", _YES, "the events differ"),
    Feature("event_part", _YES, "one event is a part of the other"),
    Feature("verb_differ", _YES, "the verbs differ"),
    Feature("event_known", _COUNT, "the event is known", shown=False),
    Feature("harm", _COUNT, "people are harmed"),
    Feature("crowd", _COUNT, "a crowd is counted"),
    Feature("role_agree", _YES, "the measure is the same"),
    Feature("role_differ", _YES, "the measures differ"),
    Feature("count", _YES, "a count", shown=False),
    Feature("money", _YES, "money", shown=False),
    Feature("share", _YES, "a share", shown=False),
    Feature("change", _YES, "a change", shown=False),
    Feature("rate", _YES, "a rate", shown=False),
    # which incident, whose number, how much of it
    Feature("past", _COUNT, "an earlier event"),
    Feature("past_differ", _YES, "one is of an earlier event, the other not"),
    Feature("dates_agree", _YES, "the earlier event has the same date"),
    Feature("dates_differ", _YES, "the earlier events have two dates"),
    *(
        Feature(f"{name}_{how}", _YES, f"{said} {verb}")
        for name, said in (
            ("incident", "the incident"),
            ("holder", "whose number it is"),
            ("role_in", "who does it and who suffers it"),
            ("scope", "how much of the whole it covers"),
            ("site", "the place beside the number"),
            ("institution", "the institution"),
            ("group", "the group of people"),
            ("severity", "how severe"),
            ("time", "the stretch of time"),
            ("modality", "whether it is done or only foretold"),
        )
        for how, verb in (("agree", "agrees"), ("differ", "differs"))
    ),
    Feature("other_incident", _COUNT, "of another incident"),
    Feature("part_said", _COUNT, "said to be a part"),
    Feature("not_done", _COUNT, "offered, planned or foretold"),
    Feature("partial_differ", _YES, "one is a part, the other not"),
    Feature("span_differ", _YES, "one adds up more than the event at hand"),
    Feature("wide_differ", _YES, "one is of a wider whole"),
    Feature("wider_larger", _YES, "the larger number is of the country or the world"),
    Feature("place_agree", _YES, "the place is the same"),
    Feature("place_differ", _YES, "the places differ"),
    Feature("minor_differ", _YES, "one is of a part of where the story plays"),
    Feature("elsewhere_differ", _YES, "one is of another country or shock"),
    Feature("beside_agree", _YES, "the names beside the numbers agree"),
    Feature("beside_differ", _YES, "the names beside the numbers differ"),
    Feature("whole_agree", _YES, "the share is of the same whole"),
    Feature("whole_differ", _YES, "the shares are of two wholes"),
    Feature("side_agree", _YES, "the same side's people are counted"),
    Feature("side_differ", _YES, "two sides' people are counted"),
    Feature("side_one", _YES, "one side's people, and people at large"),
    # the words around
    Feature("names_shared", "cosine by rarity, 0 to 1", "the sentences share names"),
    Feature("names_differ", _YES, "the sentences share no name"),
    Feature("words_shared", "cosine by rarity, 0 to 1", "the clauses share words"),
    Feature("near_shared", "cosine by rarity, 0 to 1", "the words next to the numbers agree"),
    Feature("sentence_same", _YES, "the sentences are the same but for their numbers"),
    Feature("words_few", "words of the shorter clause", "the length of the clauses", shown=False),
    Feature("grows", _COUNT, "a number that changed"),
    # who says it
    Feature("origin_same", _YES, "one source"),
    Feature("own_voice", _COUNT, "in the outlet's own voice", shown=False),
    Feature("article_same", _YES, "one article", shown=False),
    # where they stand
    Feature("title", _COUNT, "in the headline"),
    Feature("lead", _COUNT, "in headline or lead"),
    Feature("depth_min", "log2 of sentences", "how near the top one stands"),
    Feature("depth_max", "log2 of sentences", "how near the top both stand"),
    Feature("rank_min", "log2 of the number's place", "how early one comes"),
    Feature("rank_max", "log2 of the number's place", "how early both come"),
    Feature("unit_rank_max", "log2 of the place among numbers of its dimension", "how early both come of their kind"),
    Feature("before_min", "values of its class before it", "the first of its class in one article"),
    Feature("before_max", "values of its class before it", "the first of its class in both articles"),
    Feature("rivals_min", "other values of its class in the article", "how many such numbers one article has"),
    Feature("rivals_max", "other values of its class in the article", "how many such numbers an article has"),
    Feature("dense", "numbers in the fuller sentence", "how many numbers the sentences have", shown=False),
    Feature("said_of_another", _COUNT, "its article has the other number too"),
    Feature("told_apart", _COUNT, "its article has the other number of another such thing"),
    Feature("single", _YES, "each article has one such number"),
    # the rules of similarity.py
    Feature("rules", "their score, -1.5 to 1.5", "by rule they are alike", shown=False),
    Feature("rules_never", _YES, "by rule they are two things", shown=False),
)
_LOG = [math.log2(1 + n) for n in range(1025)]


def _log(n: int) -> float:
    return _LOG[min(n, 1024)]


def _tri(a: frozenset[str], b: frozenset[str]) -> tuple[float, float]:
    if not a or not b:
        return 0.0, 0.0
    return (1.0, 0.0) if a & b else (0.0, 1.0)


def read_pair(a: Seen, b: Seen, view: StoryView) -> list[float]:
    """The values of FEATURES for two numbers of one unit, rate and aspect."""
    return [
        *_values(a, b, view),
        *_counted(a, b, view),
        *_scoped(a, b, view),
        *_worded(a, b, view),
        *_standing(a, b, view),
        *_ruled(a, b, view),
    ]


def _ruled(a: Seen, b: Seen, view: StoryView) -> list[float]:
    score = view.likeness.score(a.facet, b.facet)
    return [round(min(1.5, max(-1.5, score)), 6), float(score <= -1.5)]


def _values(a: Seen, b: Seen, view: StoryView) -> list[float]:
    """Of the two values."""
    x, y = a.facet.claim, b.facet.claim
    apart = view.values_apart(a.facet, b.facet)
    vague = "vague" in (x.approx, y.approx)  # "hundreds" and "hundreds" are no equal numbers
    equal = not apart and not vague and (a.facet.values == b.facet.values or same_number(x, y))
    first, second = abs(a.value or 0.0), abs(b.value or 0.0)
    small, large = (first, second) if first <= second else (second, first)
    ratio = 0.0 if equal or large == small else min(4.0, math.log10(large / small)) if small else 4.0
    digits = len(f"{small:.6g}".replace(".", "").strip("0")) if equal and small else 0
    return [
        float(apart),
        float(equal),
        float(digits),
        ratio,
        float(shared_digits(first, second)) if apart and ratio > 0.9 else 0.0,
        float(turned_digits(first, second)) if apart else 0.0,
        float((x.approx == "vague") + (y.approx == "vague")),
        float((x.approx not in ("exact", "vague")) + (y.approx not in ("exact", "vague"))),
        float(whole(x) != whole(y)),
    ]


def _nouns(a: Seen, b: Seen) -> list[float]:
    """How the counted nouns stand to each other: the same, one class, one part of the other, two classes, not known;
    and whether both are parts of one class."""
    p, q = a.facet, b.facet
    told = [0.0] * 6
    if p.head is None or q.head is None:
        return told
    if p.head == q.head:
        told[0] = 1.0
    elif p.thing == q.thing or (a.thing is not None and a.thing is b.thing):
        told[1] = 1.0
    elif a.thing is not None and b.thing is not None:
        told[2 if a.thing.name == b.thing.part_of or b.thing.name == a.thing.part_of else 3] = 1.0
        told[5] = float(a.thing.part_of is not None and a.thing.part_of == b.thing.part_of)
    else:
        told[4] = 1.0
    return told


def _events(a: Seen, b: Seen) -> list[float]:
    """How the events stand to each other: the same of the lists, alike or of one group, the same verb, two events, one
    part of the other, one of no list."""
    told = [0.0] * 6
    if a.facet.event is None or b.facet.event is None:
        return told
    if a.facet.event == b.facet.event:
        told[0 if a.event is not None else 2] = 1.0
    elif a.event is None or b.event is None:
        told[5] = 1.0
    elif a.event.name in b.event.like or b.event.name in a.event.like:
        told[1] = 1.0
    elif a.event.group is not None and a.event.group == b.event.group:
        told[1] = 0.5
    elif a.event.name == b.event.part_of or b.event.name == a.event.part_of:
        told[4] = 1.0
    else:
        told[3] = 1.0
    return told


def _counted(a: Seen, b: Seen, view: StoryView) -> list[float]:
    p, q = a.facet, b.facet
    one, two = a.event, b.event
    return [
        *_nouns(a, b),
        view.overlap(a.what, b.what),
        float(bool(a.what)) + float(bool(b.what)),
        *_events(a, b),
        float(one is not None) + float(two is not None),
        float(one is not None and one.harm) + float(two is not None and two.harm),
        float(one is not None and one.crowd) + float(two is not None and two.crowd),
        float(p.role is not None and p.role == q.role),
        float(p.role is not None and q.role is not None and p.role != q.role),
        float(p.dimension == "count"),
        float(p.dimension == "money"),
        float(p.dimension == "share"),
        float(p.aspect == "change"),
        float(p.claim.per is not None),
    ]


_RULES = tuple(FACETS.values())


def _scoped(a: Seen, b: Seen, view: StoryView) -> list[float]:
    p, q, said, other = a.facet, b.facet, a.said, b.said
    past = (p.occurrence.past, q.occurrence.past)
    values = [float(past[0]) + float(past[1]), float(past[0] != past[1]), *_tri(a.dates, b.dates)]
    for rule in _RULES:
        found = rule(said, other)
        values += (0.0, 0.0) if found is None else (1.0, 0.0) if found == "agree" else (0.0, 1.0)
    one_wide = view.widened and p.event == q.event and p.event in view.widened and wider(p, q)
    sides = bool(p.side) + bool(q.side)
    same_side = sides == 2 and one_side(p.side, q.side)
    return [
        *values,
        float(said.incident == "other") + float(other.incident == "other"),
        float(said.scope == "part") + float(other.scope == "part"),
        float(said.modality not in (None, "done")) + float(other.modality not in (None, "done")),
        float(p.partial != q.partial),
        float(p.span != q.span),
        float(p.wide != q.wide),
        float(bool(one_wide)),
        *_tri(a.place, b.place),
        float(a.minor != b.minor and not a.minor & b.minor),
        float(not any(past) and a.elsewhere != b.elsewhere),
        *_tri(p.anchors, q.anchors),
        *_tri(p.holder, q.holder),
        float(same_side),
        float(sides == 2 and not same_side),
        float(sides == 1 and p.event in view.sided),
    ]


def _worded(a: Seen, b: Seen, view: StoryView) -> list[float]:
    p, q = a.facet, b.facet
    return [
        view.overlap(a.names, b.names),
        float(bool(a.names) and bool(b.names) and not a.names & b.names),
        view.overlap(p.words, q.words),
        view.overlap(p.near, q.near),
        float(p.mask == q.mask and len(p.mask) > 30),
        float(min(len(p.words), len(q.words), 30)),
        float(p.grows) + float(q.grows),
    ]


def _standing(a: Seen, b: Seen, view: StoryView) -> list[float]:
    p, q, said, other = a.facet.claim, b.facet.claim, a.said, b.said
    equal = a.facet.values == b.facet.values
    swapped = 0.0
    if not equal:
        swapped += b.value is not None and (p.article_id, a.facet.unit, b.value) in view.stated
        swapped += a.value is not None and (q.article_id, a.facet.unit, a.value) in view.stated
    apart_there = 0.0 if equal else float(view.told_apart(a, b)) + float(view.told_apart(b, a))
    return [
        float(a.facet.origin == b.facet.origin),
        float((p.source_status == "outlet") + (q.source_status == "outlet")),
        float(p.article_id == q.article_id),
        float((p.field == "title") + (q.field == "title")),
        float((said.zone != "body") + (other.zone != "body")),
        min(a.depth, b.depth),
        max(a.depth, b.depth),
        _log(min(said.first_rank, other.first_rank)),
        _log(max(said.first_rank, other.first_rank)),
        _log(max(said.rank_in_unit, other.rank_in_unit)),
        float(min(a.before, b.before, 5)),
        float(min(max(a.before, b.before), 5)),
        float(min(a.rivals, b.rivals, 8)),
        float(min(max(a.rivals, b.rivals), 8)),
        float(min(max(a.dense, b.dense), 6)),
        float(swapped),
        apart_there,
        float(a.single and b.single),
    ]
