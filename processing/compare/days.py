"""Low, central and high of a figure at the end of a day: each origin counts once, by its newest claim that was known by
then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from processing.compare.facts import at_one_moment
from processing.compare.findings import as_one_unit, event_over
from processing.compare.pairs import Number, Voice, number_of, orient, voices
from processing.compare.statements import Statement, end_day, known_on, origins, own_voice
from processing.intervals import point
from schemas.records import Figure, FigureDay

__all__ = ["figure_days"]


def figure_days(
    figure: Figure, statements: Sequence[Statement], *, story_started: date | None = None
) -> list[FigureDay]:
    """One record for each day on which something became known (or, of a level, grew too old), in order; between them
    nothing changes.

    Denied claims and parts of the figure's own scope stay out, and so does an outlet that says in its own voice what a
    named source is known to have said: it is no origin of its own. `low` is the lowest closed low, "up to" ignored;
    `high` the highest closed high; `central` the newest of a running total (the lower median among those of one
    moment), else the lower median, without vague words, which are no one number. None: not known."""
    said = as_one_unit(figure, statements)
    cumulative = figure.kind == "cumulative" and not event_over(figure, said, story_started)
    own = {s.claim.id for s in said}
    whole = [v for v in voices(said, cumulative=cumulative) if v.asserts and v.first.claim.part_of not in own]
    known = _by_day(whole)
    days = sorted(known)
    if figure.kind == "level":
        ends = {
            day + timedelta(days=figure.window_days + 1)
            for day in (end_day(v.first.claim) for v in whole)
            if day is not None
        }
        days = sorted({*days, *(day for day in ends if days and day > days[0])})
    rank = {id(v): index for index, v in enumerate(whole)}
    newest: dict[str, Voice] = {}
    cited: set[Number] = set()
    found: list[FigureDay] = []
    for day in days:
        cited |= {number_of(v) for v in known.get(day, ()) if not own_voice(v.first.claim)}
        for voice in known.get(day, ()):
            for origin in origins(voice.first):
                if origin not in newest or rank[id(newest[origin])] < rank[id(voice)]:
                    newest[origin] = voice
        heard = {o: v for o, v in newest.items() if not (own_voice(v.first.claim) and number_of(v) in cited)}
        record = _day(figure, day, heard, rank, cumulative=cumulative)
        if not found or (record.claims, record.origins) != (found[-1].claims, found[-1].origins):
            found.append(record)
    return found


def _by_day(said: Sequence[Voice]) -> dict[date, list[Voice]]:
    """The voices by the day on which each was first known; what has no date at all is known from no day on."""
    known: dict[date, list[Voice]] = {}
    for voice in said:
        days = [day for day in (known_on(m.claim) for m in voice.members) if day is not None]
        if days:
            known.setdefault(min(days), []).append(voice)
    return known


def _day(figure: Figure, day: date, newest: dict[str, Voice], rank: dict[int, int], *, cumulative: bool) -> FigureDay:
    counted = {o: v for o, v in newest.items() if figure.kind != "level" or _fresh(v, day, figure.window_days)}
    said = sorted({id(v): v for v in counted.values()}.values(), key=lambda v: rank[id(v)])
    claims = [v.first.claim for v in said]
    lows = [c.low for c in claims if c.low is not None and c.approx not in ("at_most", "less_than")]
    highs = [c.high for c in claims if c.high is not None]
    return FigureDay(
        figure.id,
        day,
        low=min(lows, default=None),
        central=_central(figure, said, cumulative=cumulative),
        high=max(highs, default=None),
        high_open=any(c.high is None for c in claims),
        origins=len(counted),
        claims=tuple(c.id for c in claims),
    )


def _fresh(voice: Voice, day: date, window: int) -> bool:
    ended = [d for d in (end_day(m.claim) for m in voice.members) if d is not None]
    return not ended or (day - max(ended)).days <= window


def _central(figure: Figure, said: Sequence[Voice], *, cumulative: bool) -> float | None:
    if not said:
        return None
    if cumulative:
        last = said[-1].first
        said = [v for v in said if v.first is last or at_one_moment(orient(figure, v.first, last, over=False))]
    values = sorted(value for value in (point(v.first.claim) for v in said) if value is not None)
    return values[(len(values) - 1) // 2] if values else None
