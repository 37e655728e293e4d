"""The desk's own figure, and the claim that leaves it behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processing.compare.explanation import explain_desk
from processing.compare.findings import as_one_unit
from processing.compare.phrases import say_at, say_date, say_difference, say_subject, say_value
from processing.compare.sides import Side
from processing.compare.statements import Statement, known_on
from processing.corrections import SAMPLE_CLAIM, DeskFigure
from processing.intervals import apart, gap
from schemas.records import Claim, Figure, Finding, digest_id

__all__ = ["as_claim", "desk_finding", "overtaken"]


def as_claim(desk: DeskFigure, figure: Figure) -> Claim | None:
    """The desk's value as a claim in the figure's unit, so that it can be compared and said; None where it has no
    number."""
    if desk.low is None and desk.high is None:
        return None
    approx = (
        "exact"
        if desk.low == desk.high
        else "at_least"
        if desk.high is None
        else "at_most"
        if desk.low is None
        else "range"
    )
    id = digest_id(
        "desk", desk.author, desk.at.isoformat(), desk.low, desk.high
    )  # without the figure, which may be made anew
    return replace(
        SAMPLE_CLAIM,
        id=id,
        low=desk.low,
        high=desk.high,
        approx=approx,  # type: ignore[arg-type]
        unit=figure.unit,
        published=desk.at,
    )


def overtaken(desk: DeskFigure, figure: Figure, statements: Sequence[Statement]) -> Statement | None:
    """The newest claim, printed after the desk adopted its figure, that stands apart from it; None where there is none.

    Denials and claims whose source stays unclear overtake nothing.
    """
    own = as_claim(desk, figure)
    if own is None:
        return None
    later = [
        s
        for s in as_one_unit(figure, statements)
        if s.claim.published is not None
        and s.claim.published > desk.at
        and s.claim.stance == "asserts"
        and s.claim.source_status != "unresolved"
        and apart(own, s.claim)
    ]
    return max(later, key=lambda s: (s.claim.published or desk.at, s.claim.id), default=None)


def desk_finding(desk: DeskFigure, figure: Figure, statements: Sequence[Statement]) -> Finding | None:
    """A low `updates` finding that says what left the desk's figure behind; None where nothing did.

    `earlier` is the id of the desk's figure itself, which no claim has: all that overtakes it is one alert, until the
    desk adopts another."""
    own, newest = as_claim(desk, figure), overtaken(desk, figure, statements)
    if own is None or newest is None:
        return None
    side = Side(newest)
    difference = say_difference(own, newest.claim)
    signed = f"{desk.author}, {say_date(desk.at.date())}: {desk.reason}"
    text = (
        f"The desk put {say_subject(figure)} {say_at(say_value(own))} ({signed}); {side.who} said "
        f"{side.value} {side.where(False)}"
    )
    return Finding(
        id=digest_id("desk", figure.id, own.id, newest.claim.id),
        finding="updates",
        figure=figure.id,
        earlier=own.id,
        later=newest.claim.id,
        severity="low",
        gap=gap(own, newest.claim),
        text=f"{text}{', ' + difference if difference else ''}.",
        explanation=explain_desk(say_value(own), signed, newest),
        rule="desk figure overtaken",
        topic=figure.topic,
        day=known_on(newest.claim),
    )
