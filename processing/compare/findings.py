"""The findings of one figure: every pair that is compared, judged by the table and put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

from processing.compare.explanation import explain, explain_denial
from processing.compare.pairs import Pair, Voice, orient, pairs, voices
from processing.compare.sides import Sides
from processing.compare.statements import Statement, known_on, origins
from processing.compare.table import QUIET, TABLE, Quiet, Row, judge
from processing.compare.text import denial_text, finding_text
from processing.compare.units import in_unit, slip_factors
from processing.intervals import gap
from schemas.records import Denial, Figure, Finding, digest_id

__all__ = ["as_one_unit", "compare_figure", "event_over", "finding_of", "pairs_within", "sorted_findings"]

_LONG_AGO = timedelta(days=30)


def event_over(figure: Figure, statements: Iterable[Statement], story_started: date | None) -> bool:
    """Whether the figure's event was over before the story began: marked as background, or every claim states a day a
    month or more before."""
    if figure.background or story_started is None:
        return figure.background
    days = [None if c.as_of is None or c.as_of_guess else c.as_of[1] for c in (s.claim for s in statements)]
    return bool(days) and all(day is not None and day < story_started - _LONG_AGO for day in days)


def as_one_unit(figure: Figure, statements: Iterable[Statement]) -> list[Statement]:
    """The statements in the figure's unit; those that cannot be told in it are not compared."""
    converted = (in_unit(s, figure.unit) for s in statements)
    return [s for s in converted if s is not None]


def finding_of(
    pair: Pair, *, table: Sequence[Row] = TABLE, quiet: Sequence[Quiet] = QUIET, sides: Sides | None = None
) -> Finding | None:
    """The finding of a pair, None where no row of the table holds. `sides` may be shared by the pairs of one
    comparison."""
    judgement = judge(pair, table=table, quiet=quiet)
    if judgement is None:
        return None
    p, n = pair.p.claim, pair.n.claim
    other = pair.other.id if pair.other else None
    days = [day for day in (known_on(p), known_on(n)) if day is not None]
    return Finding(
        id=digest_id(judgement.name, pair.figure.id, other, p.id, n.id),
        finding=judgement.name,
        figure=pair.figure.id,
        earlier=p.id,
        later=n.id,
        severity=judgement.severity,
        gap=_gap(pair),
        text=finding_text(judgement.name, pair, sides),
        explanation=explain(judgement, pair, sides),
        rule=f"{judgement.name}: {judgement.way.replace('_', ' ')}" if judgement.way else judgement.name,
        other_figure=other,
        topic=pair.figure.topic or (pair.other.topic if pair.other else None),
        day=max(days, default=None),
    )


def _gap(pair: Pair) -> float | None:
    p, n = pair.p.claim, pair.n.claim
    return gap(p, n) if p.unit == n.unit and (p.low, p.high) != (None, None) != (n.low, n.high) else None


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by day, then by id."""
    unique = {f.id: f for f in findings}
    return sorted(unique.values(), key=lambda f: (f.day or date.min, f.id))


def compare_figure(
    figure: Figure,
    statements: Sequence[Statement],
    denials: Sequence[Denial] = (),
    *,
    story_started: date | None = None,
    table: Sequence[Row] = TABLE,
    quiet: Sequence[Quiet] = QUIET,
) -> list[Finding]:
    """Every finding of a figure, alerting or silent, by day. The order in which the statements come plays no part.

    `story_started` is the first day of the story that the figure was found in, None for a topic's figure. `table` and
    `quiet` are the rules."""
    over = event_over(figure, statements, story_started)
    figure = replace(figure, background=over)
    same = as_one_unit(figure, statements)
    sides = Sides()
    made = (finding_of(pair, table=table, quiet=quiet, sides=sides) for pair in pairs_within(figure, same, over=over))
    denied = _denied(figure, same, denials, over=over, table=table, quiet=quiet)
    return sorted_findings([*(f for f in made if f is not None), *denied])


def pairs_within(figure: Figure, statements: Sequence[Statement], *, over: bool) -> Iterator[Pair]:
    """Every pair of claims of one figure, in its unit, that is compared."""
    factors = slip_factors(figure.unit)
    return (replace(pair, factors=factors) for pair in pairs(figure, statements, over=over))


# ---------------------------------------------------------------- denials without a number


def _denied(
    figure: Figure,
    statements: Sequence[Statement],
    denials: Sequence[Denial],
    *,
    over: bool,
    table: Sequence[Row],
    quiet: Sequence[Quiet],
) -> Iterator[Finding]:
    """Each denial beside the newest claim of every origin that was known by then."""
    if not denials:
        return
    said = [v for v in voices(statements, cumulative=figure.kind == "cumulative" and not over) if v.asserts]
    for denial in denials:
        for voice in _newest_by(denial, said):
            p = voice.first
            judgement = judge(_as_pair(figure, p, denial, over=over), table=table, quiet=quiet)
            if judgement is None or judgement.name != "denies":
                continue
            severity = judgement.severity
            days = [d for d in (known_on(p.claim), _day(denial)) if d is not None]
            yield Finding(
                id=digest_id("denies", figure.id, None, p.claim.id, denial.id),
                finding="denies",
                figure=figure.id,
                earlier=p.claim.id,
                later=denial.id,
                severity=severity,
                gap=None,
                text=denial_text(figure, p, denial),
                explanation=explain_denial(
                    p, denial, f"{severity} alert" if severity else f"no alert ({judgement.hushed})"
                ),
                rule="denies: the event, without a number",
                topic=figure.topic,
                day=max(days, default=None),
            )


def _day(denial: Denial) -> date | None:
    return denial.published.astimezone(UTC).date() if denial.published else None


def _newest_by(denial: Denial, said: Sequence[Voice]) -> list[Voice]:
    day = _day(denial)
    newest: dict[str, Voice] = {}
    for voice in said:
        known = known_on(voice.first.claim)
        if day is None or known is None or known <= day:
            newest.update((origin, voice) for origin in origins(voice.first))
    return list({id(v): v for v in newest.values()}.values())


def _as_pair(figure: Figure, p: Statement, denial: Denial, *, over: bool) -> Pair:
    """The denial as if it named p's number, so that the table judges it like any other."""
    claim = replace(
        p.claim,
        id=denial.id,
        article_id=denial.article_id,
        article_key=denial.article_key,
        revision=denial.revision,
        stance=denial.stance,
        source=denial.source,
        source_id=denial.source_id,
        source_status="named" if denial.source else "unresolved",
        outlet=denial.outlet,
        outlet_name=denial.outlet_name,
        published=denial.published,
    )
    pair = orient(figure, p, Statement(claim), over=over)
    return replace(pair, p=p, n=Statement(claim))
