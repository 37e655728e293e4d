"""The table of findings: how one claim can stand to another. One finding a pair, the first row that holds.

Read it from top to bottom. A row holds when all its `needs` hold and, where it has `ways`, at least one of those.
`alert` says how loud it is: HIGH, LOW, SILENT, or a fact that decides between two. QUIET lists what silences an alert
whatever the row says. The words are predicates of facts.py, alone or joined by `both` and `negate`; to change a rule,
change a row here, and its cases in tests/test_compare_table.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processing.compare.facts import (
    apart,
    at_one_moment,
    at_two_moments,
    both_assert,
    both_in_own_voice,
    both_on_top,
    both_vague,
    bound_or_hedge_lost,
    confusable,
    copies,
    different_origins,
    far_down,
    first_told,
    followed_or_harm,
    grew,
    in_background,
    in_headline,
    in_slip_ratio,
    inside,
    jumped,
    known_kind,
    large_number,
    later_for_certain,
    later_revision,
    long_after,
    lower,
    merely_grew,
    n_denies,
    narrow_gap,
    not_cumulative,
    number_changed,
    number_kept,
    of_cumulative,
    of_event,
    of_level,
    one_day_and_relay,
    one_origin,
    one_quotation,
    one_revision,
    one_sentence,
    one_side_in_own_voice,
    only_possibly_one,
    ordered,
    part_above_whole,
    said_to_be_correction,
    same_digits,
    same_sentence,
    some_undecided,
    some_unresolved,
    states_its_day,
    told_apart,
    told_as_contrast,
    told_as_growth,
    told_as_parts,
    two_articles,
    two_outlets,
    unlike_or_ignored,
    wide_gap,
    within_one_figure,
    zero_against_count,
)
from processing.compare.pairs import Pair
from schemas.records import FindingName, Severity

__all__ = ["CURED_BY_FOLLOWING", "QUIET", "TABLE", "Alarm", "Judgement", "Quiet", "Row", "judge"]


Fact = Callable[[Pair], bool]


def negate(fact: Fact) -> Fact:
    """The opposite of a fact, under a name that says so."""

    def opposite(pair: Pair) -> bool:
        return not fact(pair)

    opposite.__name__ = f"not {fact.__name__}"
    opposite.__doc__ = f"Not: {fact.__doc__}"
    return opposite


def both(*facts: Fact) -> Fact:
    """All of several facts."""

    def all_hold(pair: Pair) -> bool:
        return all(fact(pair) for fact in facts)

    all_hold.__name__ = " and ".join(fact.__name__ for fact in facts)
    all_hold.__doc__ = " ".join(fact.__doc__ or fact.__name__ for fact in facts)
    return all_hold


def anyhow(_pair: Pair) -> bool:
    """Nothing more is needed."""
    return True


@dataclass(frozen=True, slots=True)
class Alarm:
    """How loud a finding is: `then` where all facts hold, else `otherwise`. None raises no alert."""

    then: Severity | None
    when: tuple[Fact, ...] = ()
    otherwise: Severity | None = None

    def of(self, pair: Pair) -> Severity | None:
        """The severity for a pair."""
        return self.then if all(fact(pair) for fact in self.when) else self.otherwise


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of finding: holds when all `needs` hold and, where there are `ways`, one of them.

    `copies`: said of copies of one text too, which meet no other row. `across`: said of two figures, which meet no
    other row. `denials`: said where one side does not assert its number, and only there."""

    name: FindingName
    needs: tuple[Fact, ...]
    ways: tuple[Fact, ...] = ()
    alert: Alarm = Alarm(None)
    copies: bool = False
    across: bool = False
    denials: bool = False

    def holds(self, pair: Pair) -> Fact | None:
        """The way that holds, `anyhow` where the row has none, None where the row does not hold."""
        if not all(need(pair) for need in self.needs):
            return None
        return next((way for way in self.ways or (anyhow,) if way(pair)), None)


@dataclass(frozen=True, slots=True)
class Quiet:
    """What silences an alert, or makes it low at most; `but` names the findings that stay as they are."""

    when: Fact
    why: str
    but: tuple[FindingName, ...] = ()
    at_most: Severity | None = None


HIGH, LOW, SILENT = Alarm("high"), Alarm("low"), Alarm(None)

TABLE: tuple[Row, ...] = (
    Row("denies", needs=(n_denies,), alert=LOW, denials=True),
    Row("edited", needs=(later_revision, number_changed), alert=Alarm("low", when=(grew,), otherwise="high")),
    Row("altered", needs=(copies, same_sentence, number_changed, negate(merely_grew)), alert=HIGH, copies=True),
    Row(
        "inconsistent",
        needs=(one_revision, apart, negate(told_as_parts), negate(told_as_growth), negate(told_as_contrast)),
        ways=(one_origin, one_side_in_own_voice),
        alert=LOW,
    ),
    Row(
        "exceeds_whole",
        across=True,
        needs=(part_above_whole,),
        ways=(one_sentence, both(one_origin, at_one_moment)),
        alert=HIGH,
    ),
    Row(
        "conflates",
        across=True,
        needs=(confusable, number_kept, large_number, one_origin, two_articles, negate(told_apart)),
        alert=HIGH,
    ),
    Row(
        "slips",
        needs=(known_kind, apart, in_slip_ratio),
        ways=(
            at_one_moment,
            one_quotation,
            both(not_cumulative, one_origin),
            both(not_cumulative, both_in_own_voice),
            same_digits,
        ),
        alert=HIGH,
    ),
    Row(
        "misquotes",
        needs=(known_kind, apart, one_origin, two_outlets),
        ways=(one_quotation, both(not_cumulative, one_day_and_relay)),
        alert=HIGH,
    ),
    Row(
        "conflicts",
        needs=(apart, different_origins),
        ways=(
            of_event,
            at_one_moment,
            both(of_cumulative, lower, states_its_day),
            both(of_cumulative, lower, long_after),
            both(of_cumulative, lower, both_on_top),
            zero_against_count,
        ),
        alert=Alarm("high", when=(wide_gap, followed_or_harm), otherwise="low"),
    ),
    Row(
        "falls",
        needs=(one_origin, of_cumulative, lower, later_for_certain),
        alert=Alarm("low", when=(said_to_be_correction,), otherwise="high"),
    ),
    Row("moved", needs=(apart, one_origin, of_event, two_articles), alert=LOW),
    Row(
        "revises",
        needs=(known_kind, apart, one_origin),
        ways=(said_to_be_correction, both(of_level, at_one_moment)),
        alert=LOW,
    ),
    Row("lags", needs=(of_cumulative, lower), alert=SILENT),
    Row(
        "hardens",
        needs=(known_kind, ordered, number_kept, one_origin, bound_or_hedge_lost, negate(in_headline)),
        alert=SILENT,
    ),
    Row(
        "jumps",
        needs=(at_two_moments, ordered, jumped, first_told),
        ways=(of_cumulative, of_level),
        alert=LOW,
    ),
    Row("updates", needs=(), ways=(both(negate(copies), apart), both(copies, grew)), alert=SILENT, copies=True),
    Row("narrows", needs=(known_kind, ordered, inside), alert=SILENT),
    Row("agrees", needs=(), alert=SILENT),
)

_BACKGROUND = "the event was over before the story began"
_NOT_FOLLOWED = "nobody follows it, and it is not on the list of what a desk follows unasked"
CURED_BY_FOLLOWING = (_BACKGROUND, _NOT_FOLLOWED)  # reasons for silence that a topic file takes away
_WITHOUT_GAP: tuple[FindingName, ...] = ("denies", "edited", "altered", "exceeds_whole", "conflates")
QUIET: tuple[Quiet, ...] = (
    Quiet(some_unresolved, "a source stays unclear"),
    Quiet(both_vague, "both numbers are vague words"),
    Quiet(in_background, _BACKGROUND),
    Quiet(unlike_or_ignored, _NOT_FOLLOWED),
    Quiet(only_possibly_one, "the two are only possibly one thing", but=("edited", "altered")),
    Quiet(far_down, "one stands far down in its article"),
    Quiet(narrow_gap, "the numbers lie less than a fifth apart", but=_WITHOUT_GAP),
    Quiet(
        some_undecided, "who a source is cannot be decided", but=("edited", "altered", "exceeds_whole"), at_most="low"
    ),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the table says of a pair: the row, the way that held, the severity, and what lowered or silenced it."""

    name: FindingName
    way: str
    why: str  # the same for people
    severity: Severity | None
    hushed: str | None = None


def judge(pair: Pair, *, table: Sequence[Row] = TABLE, quiet: Sequence[Quiet] = QUIET) -> Judgement | None:
    """How n stands to p: the first row that holds, None where none does (an assertion after a denial, copies that say
    the same)."""
    of_copies, of_two, of_denials = copies(pair), not within_one_figure(pair), not both_assert(pair)
    for row in table:
        if row.across != of_two or row.denials != of_denials or (of_copies and not of_two and not row.copies):
            continue
        way = row.holds(pair)
        if way is not None:
            severity, hushed = _alarm(row, pair, quiet)
            return Judgement(
                row.name,
                way.__name__ if row.ways else "",
                " ".join((way.__doc__ or "").split()) if row.ways else "",
                severity,
                hushed,
            )
    return None


def _alarm(row: Row, pair: Pair, quiet: Sequence[Quiet]) -> tuple[Severity | None, str | None]:
    severity = row.alert.of(pair)
    hushed = None
    for rule in quiet:
        if severity is None or row.name in rule.but or severity == rule.at_most or not rule.when(pair):
            continue
        severity, hushed = rule.at_most, rule.why
    return severity, hushed
