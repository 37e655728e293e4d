"""Findings between two figures: a part above its whole, one measure taken for another, and one thing told in two units.

Nothing here lays every figure beside every other: candidates meet by article, by origin and day, or by origin and
number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from processing.compare.findings import as_one_unit, event_over, finding_of, sorted_findings
from processing.compare.pairs import Pair, Voice, number_key, orient, voices
from processing.compare.sides import Sides
from processing.compare.statements import Statement, days_between, origins, undecided
from processing.compare.table import QUIET, TABLE, Quiet, Row
from processing.compare.units import in_unit, rates_of, slip_factors
from processing.measures import dimension
from processing.words import load_words
from schemas.records import Figure, Finding

__all__ = ["compare_across", "pairs_across"]


@dataclass(frozen=True, slots=True)
class _Side:
    """A figure with its voices in order, each known by its statements."""

    figure: Figure
    over: bool
    voices: tuple[Voice, ...]


def compare_across(
    figures: Sequence[Figure],
    statements: Mapping[str, Sequence[Statement]],
    *,
    story_started: date | None = None,
    table: Sequence[Row] = TABLE,
    quiet: Sequence[Quiet] = QUIET,
) -> list[Finding]:
    """Every finding between two of these figures, by day. `statements` maps figure ids to what was said of them."""
    found = pairs_across(figures, statements, story_started=story_started)
    sides = Sides()
    made = (finding_of(pair, table=table, quiet=quiet, sides=sides) for pair in found)
    return sorted_findings(_one_each(f for f in made if f is not None))


def pairs_across(
    figures: Sequence[Figure], statements: Mapping[str, Sequence[Statement]], *, story_started: date | None = None
) -> list[Pair]:
    """Every pair of claims of two of these figures that is compared."""
    sides: dict[str, _Side] = {}
    for figure in sorted(figures, key=lambda f: f.id):
        said = as_one_unit(figure, statements.get(figure.id, ()))
        over = event_over(figure, said, story_started)
        made = voices(said, cumulative=figure.kind == "cumulative" and not over)
        sides[figure.id] = _Side(replace(figure, background=over), over, tuple(v for v in made if v.asserts))
    return [*_parts(sides), *_told_parts(sides), *_mixed_up(sides), *_two_units(figures, statements, sides)]


def _one_each(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding a pair of claims and name, however it was come by."""
    seen: set[tuple[str, ...]] = set()
    for finding in findings:
        key = (finding.finding, *sorted((finding.earlier, finding.later)))
        if key not in seen:
            seen.add(key)
            yield finding


def _across(first: _Side, second: _Side, a: Statement, b: Statement, *, part: str | None = None, **given: Any) -> Pair:
    """The pair of a claim of one figure and one of another, oriented; `part`: id of the claim that is the part."""
    running = first if first.figure.kind == "cumulative" else second
    pair = orient(running.figure, a, b, over=running.over)
    swapped = pair.p is b
    figure, other = (second, first) if swapped else (first, second)
    role: Literal["p", "n"] | None = None if part is None else "p" if pair.p.claim.id == part else "n"
    return replace(pair, figure=figure.figure, other=other.figure, part=role, **given)


# ---------------------------------------------------------------- part and whole


def _parts(sides: Mapping[str, _Side]) -> Iterator[Pair]:
    for part in sides.values():
        whole = sides.get(part.figure.part_of or "")
        if whole is not None and whole.figure.unit == part.figure.unit and whole.figure.id != part.figure.id:
            yield from _in_one_article(part, whole)
            yield from _by_one_origin(part, whole)


def _top(statement: Statement) -> tuple[float, float]:
    claim = statement.claim
    return (float("inf") if claim.high is None else claim.high, claim.low or 0)


def _in_one_article(part: _Side, whole: _Side) -> Iterator[Pair]:
    """In each article revision the largest part beside the largest whole: a whole that the article raises further down
    holds its parts."""
    wholes: dict[str, Statement] = {}
    for member in (m for v in whole.voices for m in v.members):
        old = wholes.get(member.claim.article_id)
        if old is None or _top(member) > _top(old):
            wholes[member.claim.article_id] = member
    parts: dict[str, Statement] = {}
    for member in (m for v in part.voices for m in v.members):
        old = parts.get(member.claim.article_id)
        if member.claim.article_id in wholes and (old is None or (member.claim.low or 0) > (old.claim.low or 0)):
            parts[member.claim.article_id] = member
    for article, member in parts.items():
        yield _across(part, whole, member, wholes[article], part=member.claim.id, tie="part_of")


def _by_one_origin(part: _Side, whole: _Side) -> Iterator[Pair]:
    """Each part beside the largest whole that its origin gave within the window."""
    days: dict[tuple[str, date], Statement] = {}
    for voice in whole.voices:
        claim = voice.first.claim
        for origin in origins(voice.first):
            if claim.as_of is not None and not undecided(claim):
                key = (origin, claim.as_of[1])
                if key not in days or _top(voice.first) > _top(days[key]):
                    days[key] = voice.first
    by_origin: dict[str, list[Statement]] = {}
    for (origin, _), statement in sorted(days.items(), key=lambda item: item[0]):
        by_origin.setdefault(origin, []).append(statement)
    for voice in part.voices:
        for origin in origins(voice.first):
            near = _within(voice.first, by_origin.get(origin, ()), part.figure.window_days)
            if near:
                best = max(near, key=_top)
                yield _across(part, whole, voice.first, best, part=voice.first.claim.id, tie="part_of")


def _within(statement: Statement, others: Sequence[Statement], window: int) -> list[Statement]:
    """Those of `others` (by day) whose as-of lies within the window of the statement's."""
    claim = statement.claim
    if claim.as_of is None:
        return []
    at = bisect_left(others, claim.as_of[1], key=lambda s: s.claim.as_of[1] if s.claim.as_of else date.min)
    near = others[max(0, at - window - 1) : at + window + 1]
    return [s for s in near if abs(days_between(claim, s.claim) or 0) <= window]


def _told_parts(sides: Mapping[str, _Side]) -> Iterator[Pair]:
    """A claim whose own phrase makes it a part of another ("1,000 of the 11,000 men")."""
    where = {m.claim.id: (side, m) for side in sides.values() for v in side.voices for m in v.members}
    for side, member in where.values():
        found = where.get(member.claim.part_of or "")
        if found is None or found[0].figure.id == side.figure.id or found[1].claim.unit != member.claim.unit:
            continue
        if _of_one_kind(member, found[1], side.figure, found[0].figure):
            yield _across(side, found[0], member, found[1], part=member.claim.id, tie="part_of")


def _of_one_kind(part: Statement, whole: Statement, figure: Figure, other: Figure) -> bool:
    """Whether a part may be counted in its whole: 120,000 children are no part of 280 schools, nor the hurt of the
    dead, however they are told together. A noun that was left out is the whole's."""
    if figure.harm and other.harm and figure.event != other.event and figure.part_of != other.id:
        return False
    head = part.claim.what_head
    return head is None or head == whole.claim.what_head or whole.claim.what_head is None or head in other.what


# ---------------------------------------------------------------- one measure taken for another


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[frozenset[str], ...], tuple[frozenset[str], ...]]:
    data = load_words("confusable")
    return tuple(map(frozenset, data["events"].values())), tuple(map(frozenset, data["things"].values()))


def _easily_confused(a: Figure, b: Figure) -> bool:
    """Whether two figures are a part and its whole, measures of one group, or one measure in a narrower and a wider
    place."""
    if b.id == a.part_of or a.id == b.part_of:
        return True
    events, things = _groups()
    first, second = set(a.event), set(b.event)
    one_thing = not a.what or not b.what or bool(set(a.what) & set(b.what))
    if any(first & group and second & group for group in events) and first != second and one_thing:
        return a.place == b.place or None in (a.place, b.place)
    if any(set(a.what) & group and set(b.what) & group for group in things) and not set(a.what) & set(b.what):
        return first == second
    return first == second != set() and one_thing and a.place != b.place and None in (a.place, b.place)


def _mixed_up(sides: Mapping[str, _Side]) -> Iterator[Pair]:
    """One origin's number in two figures that are easily confused, in two articles."""
    given: dict[tuple[str, str, str, str], list[tuple[_Side, Voice]]] = {}
    both: dict[tuple[str, str], set[str]] = {}
    for side in sides.values():
        scope = side.figure.topic or side.figure.story or ""
        for voice in side.voices:
            number = number_key(voice.first.claim)
            for member in voice.members:
                both.setdefault((member.claim.article_key, number), set()).add(side.figure.id)
            if not undecided(voice.first.claim):
                for origin in origins(voice.first):
                    given.setdefault((scope, side.figure.unit, origin, number), []).append((side, voice))
    for (_, _, _, number), found in given.items():
        seen: dict[str, tuple[_Side, Voice]] = {}
        for side, voice in found:
            seen.setdefault(side.figure.id, (side, voice))
        items = list(seen.values())
        for index, (first, a) in enumerate(items):
            for second, b in items[index + 1 :]:
                if _easily_confused(first.figure, second.figure):
                    figures = {first.figure.id, second.figure.id}
                    apart = any(both[(m.claim.article_key, number)] >= figures for m in (*a.members, *b.members))
                    yield _across(first, second, a.first, b.first, tie="confusable", told_apart=apart)


# ---------------------------------------------------------------- one thing in two units


def _two_units(
    figures: Sequence[Figure], statements: Mapping[str, Sequence[Statement]], sides: Mapping[str, _Side]
) -> Iterator[Pair]:
    """Claims of figures tied by `same_thing`, after conversion: each beside the newest one of every origin in the
    others."""
    tied: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda f: f.id):
        if figure.same_thing is not None:
            tied.setdefault(figure.same_thing, []).append(figure)
    for group in tied.values():
        if len(group) > 1:
            yield from _converted_pairs(group, statements, sides)


def _converted_pairs(
    group: Sequence[Figure], statements: Mapping[str, Sequence[Statement]], sides: Mapping[str, _Side]
) -> Iterator[Pair]:
    everything = [s for figure in group for s in statements.get(figure.id, ())]
    money = dimension(group[0].unit) == "money"
    rates = rates_of(everything) if money else {}
    unit = group[0].unit
    factors = (
        tuple(sorted({max(r, 1 / r) for r in rates.values() if abs(r - 1) > 0.04})) if money else slip_factors(unit)
    )
    where: dict[str, _Side] = {}
    told: list[Statement] = []
    for figure in group:
        for statement in statements.get(figure.id, ()):
            converted = in_unit(statement, unit, rates)
            if converted is not None:
                where[statement.claim.id] = sides[figure.id]
                told.append(converted)
    newest: dict[tuple[str, str], Voice] = {}
    main = sides[group[0].id]
    for n in (v for v in voices(told, cumulative=main.figure.kind == "cumulative" and not main.over) if v.asserts):
        home = where[n.first.claim.id]
        done: set[str] = set()
        for (figure_id, _), p in newest.items():
            other = where[p.first.claim.id]
            if figure_id == home.figure.id or p.first.claim.id in done or _is_conversion(p, n):
                continue
            done.add(p.first.claim.id)
            yield _across(other, home, p.first, n.first, tie="same_thing", factors=factors)
        newest.update({(home.figure.id, origin): n for origin in origins(n.first)})


def _is_conversion(p: Voice, n: Voice) -> bool:
    """Whether one is the other's conversion in brackets."""
    first, second = {m.claim.id for m in p.members}, {m.claim.id for m in n.members}
    return any(m.claim.same_as in second for m in p.members) or any(m.claim.same_as in first for m in n.members)
