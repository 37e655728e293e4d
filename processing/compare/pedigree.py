"""Where a figure's numbers come from: one row per origin, who carried it, where it changed on the way, what overtook
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from processing.compare.facts import bound_or_hedge_lost
from processing.compare.findings import as_one_unit
from processing.compare.pairs import Voice, number_of, orient, voices
from processing.compare.phrases import say_date, say_value
from processing.compare.sides import who
from processing.compare.statements import Statement, end_day, known_on, origins, own_voice, undecided
from processing.intervals import apart, same_number
from processing.words import load_words
from schemas.records import Approx, Claim, Figure

__all__ = ["PedigreeRow", "pedigree"]

_MOST_CHANGES = 4


@dataclass(frozen=True, slots=True)
class PedigreeRow:
    """What one origin said of a figure, by its newest claim.

    `carriers` are names of the outlets that carry its number, the first to carry it first; `articles` counts their
    articles, copies included. `relays` are the chains through which they have it. `changes` tells, in order, how its
    number or bound changed between carriers. `overtaken_by` is the later claim of another origin whose number stands
    above (or, of a level or event, apart), as text, None where there is none. `certain` is False where who the origin
    is cannot be decided."""

    origin: str
    origin_name: str
    claim: str
    text: str
    low: float | None
    high: float | None
    approx: Approx
    unit: str
    scope: str | None
    as_of: date | None
    as_of_guess: bool
    carriers: tuple[str, ...]
    articles: int
    relays: tuple[tuple[str, ...], ...]
    changes: tuple[str, ...]
    first_known: date | None
    overtaken_by: str | None
    overtaken_claim: str | None
    stance: str
    certain: bool


def pedigree(figure: Figure, statements: Sequence[Statement]) -> list[PedigreeRow]:
    """One row per origin, the one heard first on top. An outlet that says in its own voice what a source said carries
    that source's number and is no origin. The order in which the statements come plays no part."""
    cumulative = figure.kind == "cumulative" and not figure.background
    said = voices(as_one_unit(figure, statements), cumulative=cumulative)
    cited = {number_of(v) for v in said if not own_voice(v.first.claim)}
    echoes = [v for v in said if own_voice(v.first.claim) and number_of(v) in cited]
    by_origin: dict[str, list[Voice]] = {}
    for voice in said:
        for origin in origins(voice.first) if voice not in echoes else ():
            by_origin.setdefault(origin, []).append(voice)
    rows = [_row(figure, origin, own, said, echoes, cumulative=cumulative) for origin, own in by_origin.items()]
    return sorted(rows, key=lambda r: (r.first_known or date.max, r.origin))


def _row(
    figure: Figure,
    origin: str,
    own: Sequence[Voice],
    said: Sequence[Voice],
    echoes: Sequence[Voice],
    *,
    cumulative: bool,
) -> PedigreeRow:
    newest = next((v for v in reversed(own) if v.asserts), own[-1])
    claim = newest.first.claim
    members = [m for v in own for m in v.members if same_number(m.claim, claim) or v is newest]
    if not own_voice(claim):
        members += [m for v in echoes if number_of(v) == number_of(newest) for m in v.members]
    after = _overtaker(newest, said, cumulative=cumulative)
    everyone = [m for v in own for m in v.members]
    return PedigreeRow(
        origin=origin,
        origin_name=_name(newest.first, origin),
        claim=claim.id,
        text=say_value(newest.first.shown),
        low=claim.low,
        high=claim.high,
        approx=claim.approx,
        unit=claim.unit,
        scope=_scope(newest.first),
        as_of=end_day(claim),
        as_of_guess=claim.as_of_guess,
        carriers=tuple(dict.fromkeys(m.claim.outlet_name for m in members)),
        articles=len({m.claim.article_key for m in members}),
        relays=tuple(dict.fromkeys(m.claim.relay for m in members if m.claim.relay)),
        changes=_changes(figure, own),
        first_known=min((d for d in (known_on(m.claim) for m in everyone) if d is not None), default=None),
        overtaken_by=None if after is None else _told(after.first),
        overtaken_claim=None if after is None else after.first.claim.id,
        stance=claim.stance,
        certain=not undecided(claim),
    )


def _name(statement: Statement, origin: str) -> str:
    """The name of one origin: of a joint source, the part that its id tells."""
    claim = statement.claim
    return origin if isinstance(claim.source_id, tuple) and not own_voice(claim) else who(claim)


def _scope(statement: Statement) -> str | None:
    claim = statement.claim
    said = claim.event_said if claim.event_said != claim.event else None  # "killed"; a bare verb is set in brackets
    event = said or (f"({claim.event})" if claim.event else None)
    if claim.what and said and said in claim.what:
        event = None
    return " ".join(w for w in (claim.what, event, f"in {claim.place}" if claim.place else None) if w) or None


def _told(statement: Statement) -> str:
    claim = statement.shown
    return f"{who(claim)}: {say_value(claim)} ({say_date(end_day(claim), year=True)})"


def _changes(figure: Figure, own: Sequence[Voice]) -> tuple[str, ...]:
    """What became of the origin's words from one carrier to the next: another number, a bound made stronger, a doubt
    dropped, the same number given for another place or measure. Other words for the same thing, or a place told more
    closely, are no change. At most the last four."""
    steps = []
    for before, after in pairwise(own):
        p, n = before.first, after.first
        pair = orient(figure, p, n, over=figure.background)
        old, new = say_value(p.shown), say_value(n.shown)
        where = f"{n.claim.outlet_name}, {say_date(end_day(n.claim))}"
        if not same_number(p.claim, n.claim):
            steps.append(f"{old} -> {new} ({where})")
            continue
        narrow, wide = _moved(p.claim, n.claim)
        hedge = ", doubt dropped" if p.claim.hedged and not n.claim.hedged else ""
        if narrow or old != new or hedge or bound_or_hedge_lost(pair):
            steps.append(f"{old}{narrow} -> {new}{wide} ({where}{hedge})")
    over = len(steps) - _MOST_CHANGES
    return tuple(steps) if over <= 0 else (f"{over} earlier change{'' if over == 1 else 's'}", *steps[over:])


def _moved(p: Claim, n: Claim) -> tuple[str, str]:
    """The places or measures of one number where they are really others, as words to set after it; empty where they are
    not."""
    first, second = _place_words(p), _place_words(n)
    if first and second and not (first <= second or second <= first):
        return f" in {p.place}", f" in {n.place}"
    if (
        p.event
        and n.event
        and p.event != n.event
        and any(p.event in group and n.event in group for group in _measures())
    ):
        return f" ({p.event})", f" ({n.event})"
    return "", ""


def _place_words(claim: Claim) -> set[str]:
    return set((claim.place or "").casefold().split()) - {"the", "a", "an", "of", "in"}


def _measures() -> list[list[str]]:
    """Groups of events that are measures of one thing and not the same: killed and casualties."""
    groups: dict[str, list[str]] = load_words("confusable")["events"]
    return list(groups.values())


def _overtaker(newest: Voice, said: Sequence[Voice], *, cumulative: bool) -> Voice | None:
    """The newest later claim of another origin that leaves this one behind."""
    mine = set(origins(newest.first))
    behind = said.index(newest)
    for voice in reversed(said[behind + 1 :]):
        if not voice.asserts or mine & set(origins(voice.first)) or not apart(voice.first.claim, newest.first.claim):
            continue
        grown = (voice.first.claim.low or 0) > (newest.first.claim.low or 0)
        if not cumulative or grown:
            return voice
    return None
