"""What holds of a pair: the words that the table of findings is written in. Each is one predicate on a `Pair`; table.py
joins them.

What a predicate's docstring says is told to people where it decides, so it is in their words: p of a pair is the
earlier claim, n the later."""

from __future__ import annotations

import re

from processing.compare.pairs import Pair
from processing.compare.statements import (
    days_between,
    one_briefing,
    one_relay,
    one_stated_day,
    own_voice,
    slot,
    undecided,
)
from processing.compare.statements import one_origin as _one_origin
from processing.compare.statements import one_quotation as _one_quotation
from processing.intervals import below, contains, gap, is_zero, overlap, same_number, shared_digits, stated, typical
from schemas.facets import Facets
from schemas.records import Approx, Claim

JUMP_FROM = 10  # p must reach it: small numbers double easily
SAME_NUMBER_FROM = 10  # two measures that share a smaller number may do so by chance
SLIP_WITHIN = 0.02
SLIPS = (10.0, 100.0, 1000.0)
HIGH_GAP = 1.5
LEAST_GAP = 1.2
VAGUE_PLURAL = 99  # the high of "dozens": "a few" and "several" are no floors
SOFT_CEILING = 10
TELLING = 2  # digits that two numbers hardly share by chance
TOP = 10  # sentences from the headline on that are near the top

_STRENGTH: dict[Approx, int] = {
    "about": 0,
    "at_most": 0,
    "less_than": 0,
    "nearly": 1,
    "range": 2,
    "exact": 2,
    "at_least": 3,
    "more_than": 4,
}


# ---------------------------------------------------------------- the numbers


def apart(pair: Pair) -> bool:
    """The intervals with tolerance do not overlap; above a vague plural only what exceeds ten times its high."""
    return lower(pair) or higher(pair)


def lower(pair: Pair) -> bool:
    """The later claim lies wholly below the earlier claim."""
    return below(pair.n.claim, pair.p.claim) and not _under_soft_ceiling(pair.n.claim, pair.p.claim)


def higher(pair: Pair) -> bool:
    """The later claim lies wholly above the earlier claim."""
    return below(pair.p.claim, pair.n.claim) and not _under_soft_ceiling(pair.p.claim, pair.n.claim)


def _under_soft_ceiling(vague: Claim, other: Claim) -> bool:
    """Whether `other` starts within ten times the high of a vague plural: "dozens" is in news a floor."""
    if vague.approx != "vague" or vague.high is None or vague.high < VAGUE_PLURAL or other.low is None:
        return False
    return other.low <= SOFT_CEILING * vague.high


def number_changed(pair: Pair) -> bool:
    """The number as written is another one."""
    return pair.p.claim.unit != pair.n.claim.unit or stated(pair.p.claim) != stated(pair.n.claim)


def grew(pair: Pair) -> bool:
    """A running total that stands higher, as written."""
    before, after = typical(pair.p.claim), typical(pair.n.claim)
    return pair.kind == "cumulative" and before is not None and after is not None and after > before


def merely_grew(pair: Pair) -> bool:
    """A running total that stands higher, as written, and not by noughts alone."""
    return grew(pair) and not same_digits(pair)


def number_kept(pair: Pair) -> bool:
    """The number as written is the same."""
    return same_number(pair.p.claim, pair.n.claim)


def in_slip_ratio(pair: Pair) -> bool:
    """The stated numbers stand in the ratio 10, 100, 1,000 or in that of two units of the dimension, within 2 %."""
    return slip_ratio(pair) is not None


def slip_ratio(pair: Pair) -> float | None:
    """The ratio that in_slip_ratio found; None where there is none."""
    first, second = stated(pair.p.claim), stated(pair.n.claim)
    if len(first) != 1 or len(second) != 1 or not first[0] or not second[0]:
        return None
    ratio = abs(float(second[0] / first[0]))
    for wanted in (*SLIPS, *pair.factors):
        for direction in (wanted, 1 / wanted):
            if abs(ratio / direction - 1) <= SLIP_WITHIN:
                return wanted
    return None


def large_number(pair: Pair) -> bool:
    """The stated number is one that two measures hardly share by chance."""
    numbers = stated(pair.n.claim)
    return (
        bool(numbers)
        and abs(numbers[0]) >= SAME_NUMBER_FROM
        and "vague" not in (pair.p.claim.approx, pair.n.claim.approx)
    )


def jumped(pair: Pair) -> bool:
    """The later claim's lowest value is at least jump times the earlier claim's highest value, which is at least 10;
    the earlier claim's lowest value stands for it where the earlier claim is open and somebody follows it."""
    p, n = pair.p.claim, pair.n.claim
    # else "at least 17" allows for what comes
    top = p.high if p.high is not None else p.low if followed(pair) else None
    return n.low is not None and top is not None and top >= JUMP_FROM and n.low >= pair.figure.jump * top


def first_told(pair: Pair) -> bool:
    """Nobody had given a number that the later claim is less than jump times of: the rise is news. Who follows the
    figure is told of each source's own."""
    if followed(pair):
        return True
    low = pair.n.claim.low
    return low is not None and low >= pair.figure.jump * pair.reached


def zero_against_count(pair: Pair) -> bool:
    """The later claim states zero where the earlier claim has a number above it, within window days."""
    return is_zero(pair.n.claim) and (pair.p.claim.low or 0) > 0 and within_window(pair)


def inside(pair: Pair) -> bool:
    """The later claim lies inside the earlier claim and is tighter."""
    return contains(pair.p.claim, pair.n.claim)


def part_above_whole(pair: Pair) -> bool:
    """The part's low lies above the whole's high, or, where the whole is open upwards, above twice its low; a whole of
    zero contradicts the count itself, which is no matter of parts."""
    part, whole = (pair.p.claim, pair.n.claim) if pair.part == "p" else (pair.n.claim, pair.p.claim)
    if pair.tie != "part_of" or pair.part is None or part.low is None or is_zero(whole):
        return False
    if whole.high is not None:
        return part.low > whole.high
    return whole.low is not None and part.low > 2 * whole.low


def bound_or_hedge_lost(pair: Pair) -> bool:
    """The bound was made stronger ("around 50" -> "at least 50"), a marked number became plain, or a hedge was
    dropped."""
    p, n = pair.p.claim, pair.n.claim
    if p.hedged and not n.hedged:
        return True
    if "vague" in (p.approx, n.approx):
        return False
    return _STRENGTH[n.approx] > _STRENGTH[p.approx] or (p.approx != n.approx == "exact")


# ---------------------------------------------------------------- the figure's kind


def of_cumulative(pair: Pair) -> bool:
    """A running total."""
    return pair.kind == "cumulative"


def of_level(pair: Pair) -> bool:
    """A state at a time."""
    return pair.kind == "level"


def of_event(pair: Pair) -> bool:
    """One occurrence."""
    return pair.kind == "event"


def not_cumulative(pair: Pair) -> bool:
    """A level or an event: it does not run up."""
    return pair.kind in ("level", "event")


def known_kind(pair: Pair) -> bool:
    """The figure's kind is known, or the two lie within the window."""
    return pair.kind != "unknown"


# ---------------------------------------------------------------- who


def one_origin(pair: Pair) -> bool:
    """Both come from one origin."""
    return _one_origin(pair.p, pair.n)


def different_origins(pair: Pair) -> bool:
    """They come from different origins, or nobody can say that it is one."""
    return not _one_origin(pair.p, pair.n)


def both_in_own_voice(pair: Pair) -> bool:
    """Two outlets, each in its own voice."""
    return own_voice(pair.p.claim) and own_voice(pair.n.claim)


def one_side_in_own_voice(pair: Pair) -> bool:
    """At least one of the two is the outlet's own voice."""
    return own_voice(pair.p.claim) or own_voice(pair.n.claim)


def two_outlets(pair: Pair) -> bool:
    """Two outlets carry them."""
    return pair.p.claim.outlet != pair.n.claim.outlet


def some_unresolved(pair: Pair) -> bool:
    """Somebody is cited of whom it stays unclear who."""
    return "unresolved" in (pair.p.claim.source_status, pair.n.claim.source_status)


def some_undecided(pair: Pair) -> bool:
    """A source whose identity nobody can decide."""
    return undecided(pair.p.claim) or undecided(pair.n.claim)


# ---------------------------------------------------------------- when


def ordered(pair: Pair) -> bool:
    """The earlier claim precedes the later claim for certain."""
    return pair.ordered


def within_window(pair: Pair) -> bool:
    """Their as-of dates differ by at most window days."""
    days = days_between(pair.p.claim, pair.n.claim)
    return days is not None and abs(days) <= pair.figure.window_days


def at_one_moment(pair: Pair) -> bool:
    """Within the window; of a running total only where both state one as-of or come from one briefing, and so where
    fewer are missing, held or in hospital than an earlier article had: their number falls by the hour."""
    if not within_window(pair) or (_runs_down(pair) and not one_stated_day(pair.p.claim, pair.n.claim)):
        return False
    return pair.kind != "cumulative" or one_stated_day(pair.p.claim, pair.n.claim) or one_briefing(pair.p, pair.n)


def _runs_down(pair: Pair) -> bool:
    return of_level(pair) and pair.figure.harm and pair.ordered and lower(pair)


def at_two_moments(pair: Pair) -> bool:
    """Both have an as-of, and they are not at one moment."""
    return days_between(pair.p.claim, pair.n.claim) is not None and not at_one_moment(pair)


def later_for_certain(pair: Pair) -> bool:
    """The end of the later claim's as-of lies after that of the earlier claim's."""
    days = days_between(pair.p.claim, pair.n.claim)
    return days is not None and days > 0


def states_its_day(pair: Pair) -> bool:
    """The later claim states its own day."""
    return pair.n.claim.as_of is not None and not pair.n.claim.as_of_guess


def long_after(pair: Pair) -> bool:
    """The later claim's as-of lies more than window days after the earlier claim's."""
    days = days_between(pair.p.claim, pair.n.claim)
    return days is not None and days > pair.figure.window_days


def one_day(pair: Pair) -> bool:
    """One as-of."""
    return days_between(pair.p.claim, pair.n.claim) == 0


# ---------------------------------------------------------------- where it stands


def one_revision(pair: Pair) -> bool:
    """One revision of one article."""
    return pair.p.claim.article_id == pair.n.claim.article_id


def two_articles(pair: Pair) -> bool:
    """Two articles."""
    return pair.p.claim.article_key != pair.n.claim.article_key


def later_revision(pair: Pair) -> bool:
    """The later claim stands in a later revision of the earlier claim's article."""
    return pair.p.claim.article_key == pair.n.claim.article_key and pair.p.claim.revision < pair.n.claim.revision


def copies(pair: Pair) -> bool:
    """Two copies of one text."""
    return pair.p.copies is not None and pair.p.copies == pair.n.copies and two_articles(pair)


def same_sentence(pair: Pair) -> bool:
    """The same place of the same sentence, but for the number."""
    return slot(pair.p) == slot(pair.n)


def told_as_parts(pair: Pair) -> bool:
    """One is said to be a part of the other."""
    p, n = pair.p.claim, pair.n.claim
    return n.id == p.part_of or p.id == n.part_of


def told_as_contrast(pair: Pair) -> bool:
    """One sentence sets the one against the other: another day, another incident or another place ("nine arrests on
    Friday, against 60 the night before")."""
    p, n = pair.p.claim, pair.n.claim
    if (p.field, p.sentence_start, p.article_id) != (n.field, n.sentence_start, n.article_id):
        return False
    first, last = sorted((p, n), key=lambda c: c.start)
    between = p.sentence[max(0, first.end - p.sentence_start) : max(0, last.start - p.sentence_start)]
    if _COMPARED.search(between) or _OTHER_DAY.search(p.sentence[max(0, last.end - p.sentence_start) :][:_BEHIND]):
        return True
    a, b = p.facets, n.facets
    return a is not None and b is not None and bool(a.places) and bool(b.places) and not set(a.places) & set(b.places)


_BEHIND = 40
_COMPARED = re.compile(r"\b(?:against|compared (?:with|to)|up from|down from|versus|instead of|rather than)\b", re.I)
_OTHER_DAY = re.compile(
    r"\b(?:the (?:night|day|week|month|year) before|a (?:day|week|month|year) earlier|previously)\b", re.I
)


def one_sentence(pair: Pair) -> bool:
    """One sentence of one article says both."""
    p, n = pair.p.claim, pair.n.claim
    return (p.article_id, p.field, p.sentence_start) == (n.article_id, n.field, n.sentence_start)


def told_as_growth(pair: Pair) -> bool:
    """One article tells how a number moved: between two days, at least one of which it states ("12 on Monday, 20 now"),
    or from an old value ("risen to 49, up from 27")."""
    p, n = pair.p.claim, pair.n.claim
    if any(claim.rules.get("as_of", "").startswith("old value") for claim in (p, n)):
        return True
    moved = of_level(pair) or (of_cumulative(pair) and higher(pair))
    return moved and later_for_certain(pair) and not (p.as_of_guess and n.as_of_guess)


def one_quotation(pair: Pair) -> bool:
    """The same quoted words beside the number, five or more running, or one origin, relay and stated day."""
    return _one_quotation(pair.p, pair.n)


def one_day_and_relay(pair: Pair) -> bool:
    """One day and one relay, named on both sides."""
    return one_day(pair) and one_relay(pair.p.claim, pair.n.claim)


def in_headline(pair: Pair) -> bool:
    """The later claim is a headline: it compresses."""
    return pair.n.claim.field == "title"


def said_to_be_correction(pair: Pair) -> bool:
    """Said to be a correction ("an earlier version said")."""
    return pair.p.claim.correction or pair.n.claim.correction


# ---------------------------------------------------------------- stances


def n_denies(pair: Pair) -> bool:
    """The later claim denies or disputes the earlier claim's quantity, which the earlier claim asserts."""
    return (
        pair.p.claim.stance == "asserts"
        and pair.n.claim.stance in ("denies", "disputes")
        and overlap(pair.p.claim, pair.n.claim)
    )


def both_assert(pair: Pair) -> bool:
    """Both say that it is so."""
    return pair.p.claim.stance == pair.n.claim.stance == "asserts"


# ---------------------------------------------------------------- two figures


def within_one_figure(pair: Pair) -> bool:
    """One figure, or one thing in two units after conversion."""
    return pair.tie in (None, "same_thing")


def confusable(pair: Pair) -> bool:
    """Two measures that are easily taken for each other, or a part and its whole."""
    return pair.tie == "confusable"


def told_apart(pair: Pair) -> bool:
    """One of the articles gives that number for both."""
    return pair.told_apart


# ---------------------------------------------------------------- what raises an alert


def followed(pair: Pair) -> bool:
    """Somebody follows one of the figures: a topic file has it."""
    return any(f is not None and f.topic is not None for f in (pair.figure, pair.other))


def of_interest(pair: Pair) -> bool:
    """Followed, or what a desk would follow unasked."""
    return followed(pair) or any(f is not None and f.alerts for f in (pair.figure, pair.other))


def followed_or_harm(pair: Pair) -> bool:
    """Followed, or people were harmed."""
    return followed(pair) or any(f is not None and f.harm for f in (pair.figure, pair.other))


def unlike_or_ignored(pair: Pair) -> bool:
    """Nobody follows it, it is not on the list of what a desk follows unasked, and the digits are not the same."""
    return not of_interest(pair) and not same_digits(pair)


def wide_gap(pair: Pair) -> bool:
    """The nearest edges stand in a ratio of 1.5 or more."""
    return gap(pair.p.claim, pair.n.claim) >= HIGH_GAP


def narrow_gap(pair: Pair) -> bool:
    """The nearest edges stand in a ratio below 1.2."""
    return gap(pair.p.claim, pair.n.claim) < LEAST_GAP


def both_vague(pair: Pair) -> bool:
    """Both numbers are vague words."""
    return pair.p.claim.approx == pair.n.claim.approx == "vague"


def in_background(pair: Pair) -> bool:
    """Its event was over before the story began, and nobody follows it."""
    return pair.figure.background and not followed(pair)


def only_possibly_one(pair: Pair) -> bool:
    """They are only possibly one thing, and nobody follows it. Two numbers of the same digits, of which one has more
    noughts, are no two things by chance."""
    if followed(pair) or same_digits(pair):
        return False
    ids = (pair.p.claim.id, pair.n.claim.id)
    return any(f is not None and id in f.possibly for f in (pair.figure, pair.other) for id in ids)


def same_digits(pair: Pair) -> bool:
    """They have the same digits, two and more, and only noughts differ."""
    first, second = typical(pair.p.claim), typical(pair.n.claim)
    return first is not None and second is not None and shared_digits(first, second) >= TELLING


def far_down(pair: Pair) -> bool:
    """One stands far down in its article, is not the first number of its kind there, and nothing says that the two
    belong together, their digits neither; nobody follows it."""
    if followed(pair) or same_digits(pair) or _evidence(pair):
        return False
    return any(not _near_top(c.facets) for c in (pair.p.claim, pair.n.claim))


def both_on_top(pair: Pair) -> bool:
    """Both stand in headline or lead, where no older number is repeated, and neither is a vague word."""
    p, n = pair.p.claim, pair.n.claim
    leads = all(c.facets is not None and c.facets.zone != "body" for c in (p, n))
    return leads and "vague" not in (p.approx, n.approx)


def _near_top(facets: Facets | None) -> bool:
    """Also where the claim was read before places were."""
    return facets is None or facets.zone != "body" or facets.sentence <= TOP or facets.rank_in_unit == 1


def _evidence(pair: Pair) -> bool:
    """Whether something says that two claims are of one thing: one place and day named by both, one briefing, copies,
    revisions, or one cites the other's outlet or source as its own relay."""
    p, n = pair.p.claim, pair.n.claim
    if p.article_key == n.article_key or copies(pair) or one_briefing(pair.p, pair.n):
        return True
    if one_stated_day(p, n) and p.place is not None and p.place == n.place:
        return True
    return any(a.outlet_name in b.relay or a.outlet_name == b.source for a, b in ((p, n), (n, p)))
