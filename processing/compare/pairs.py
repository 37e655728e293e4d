"""Which claims stand beside which: voices in their order, and for each the newest preceding one of every origin.

A voice is one number said once by one origin: in one article, in its revisions, and in every copy of its text. What is
compared are voices, so that forty reprints make one comparison. All orders here come from what claims say, never from
when they arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Literal

from processing.compare.statements import Statement, days_between, end_day, origins, precedes, published_span, slot
from processing.intervals import overlap, stated
from schemas.records import Claim, Figure

__all__ = ["Pair", "PairKind", "Voice", "arrange", "number_key", "orient", "pair_kind", "pairs", "voices"]

PairKind = Literal["cumulative", "level", "event", "unknown"]
_UNDATED = date.min
_UNTIMED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Voice:
    """One number said once. `members` are its claims in order, the first one stands for it."""

    members: tuple[Statement, ...]

    @property
    def first(self) -> Statement:
        """The earliest claim."""
        return self.members[0]

    @property
    def asserts(self) -> bool:
        """Whether it states its number, rather than denies or disputes it."""
        return self.first.claim.stance == "asserts"


Number = tuple[str, tuple[Decimal, ...]]  # unit, and the number as stated


@dataclass(frozen=True, slots=True)
class Pair:
    """An earlier and a later claim of one figure, or of two figures that belong together (`other`: the later claim's
    figure).

    `kind` is what the figure is in this comparison; `ordered` says that p precedes n for certain. `part` says which of
    the two is a part of the other, `tie` how two figures belong together."""

    p: Statement
    n: Statement
    figure: Figure
    kind: PairKind
    ordered: bool
    other: Figure | None = None
    tie: Literal["part_of", "confusable", "same_thing"] | None = None
    part: Literal["p", "n"] | None = None
    factors: tuple[float, ...] = ()  # between the units or currencies that the two may have been mixed up in
    told_apart: bool = False  # one of the two articles gives that number for both measures
    reached: float = 0.0  # the highest number of the figure that anybody had given before the later claim


def _value(claim: Claim) -> tuple[float, float]:
    return (
        float("-inf") if claim.low is None else claim.low,
        float("inf") if claim.high is None else claim.high,
    )


def _tie(statement: Statement) -> tuple[object, ...]:
    """Order of claims that no date orders: what is said first, then the lower number, then where it stands."""
    c = statement.claim
    return (c.stance != "asserts", _value(c), c.outlet, c.url, c.revision, c.field, c.start, c.id)


def arrange(statements: Sequence[Statement], *, cumulative: bool) -> list[Statement]:
    """One order that keeps every certain precedence; where dates leave two unordered, the lower number of a running
    total comes first.

    Undated claims come first of all. A claim known only to the day stands among those of that day by its number
    (running totals), else before them. Revisions of one article keep their order."""
    ordered: list[Statement] = []
    by_day = sorted(statements, key=lambda s: (end_day(s.claim) or _UNDATED, _tie(s)))
    for _, group in groupby(by_day, key=lambda s: end_day(s.claim) or _UNDATED):
        ordered.extend(_revisions_in_order(_within_day(list(group), cumulative=cumulative)))
    return ordered


def _within_day(group: list[Statement], *, cumulative: bool) -> list[Statement]:
    def known_to_the_minute(s: Statement) -> bool:
        return s.claim.published is not None and s.claim.published_precision != "day"

    def published(s: Statement) -> datetime:
        span = published_span(s.claim)
        return span[0] if span else _UNTIMED

    made = sorted((s for s in group if known_to_the_minute(s)), key=lambda s: (published(s), _tie(s)))
    loose = [s for s in group if not known_to_the_minute(s)]
    if not cumulative:
        return sorted([*made, *loose], key=lambda s: (published(s), _tie(s)))
    for statement in sorted(loose, key=_tie):
        at = 0
        for index, other in enumerate(made):
            if precedes(statement.claim, other.claim):
                break
            if precedes(other.claim, statement.claim) or _tie(other) < _tie(statement):
                at = index + 1
        made.insert(at, statement)
    return made


def _revisions_in_order(statements: list[Statement]) -> list[Statement]:
    places: dict[str, list[int]] = {}
    for index, statement in enumerate(statements):
        places.setdefault(statement.claim.article_key, []).append(index)
    result = list(statements)
    for indexes in places.values():
        if len(indexes) > 1:
            for index, statement in zip(
                indexes, sorted((statements[i] for i in indexes), key=lambda s: s.claim.revision), strict=True
            ):
                result[index] = statement
    return result


def _voice_key(statement: Statement) -> tuple[object, ...]:
    """What makes two claims one voice: copies of one text with the same number; one article that says the same
    again."""
    c = statement.claim
    if statement.copies is not None:
        return ("copies", statement.copies, origins(statement), stated(c) or c.id, c.unit, c.stance)
    day = None if c.as_of_guess else c.as_of
    return (
        "article",
        c.article_key,
        origins(statement),
        c.low,
        c.high,
        c.approx,
        c.unit,
        c.stance,
        c.hedged,
        c.correction,
        day,
    )


def number_of(voice: Voice) -> Number:
    """The number that a voice states, whatever its bound, by which one can see that another repeats it."""
    claim = voice.first.claim
    return claim.unit, stated(claim)


def voices(statements: Sequence[Statement], *, cumulative: bool) -> list[Voice]:
    """The voices of a figure in the order p precedes n."""
    members: dict[tuple[object, ...], list[Statement]] = {}
    for statement in arrange(statements, cumulative=cumulative):
        members.setdefault(_voice_key(statement), []).append(statement)
    return [Voice(tuple(m)) for m in members.values()]


def pair_kind(figure: Figure, p: Claim, n: Claim, *, over: bool) -> PairKind:
    """What the figure is in this comparison.

    A running total of an event that was `over` before the story began does not run any more: an event. A figure of
    unknown kind counts as an event within the window, and as unknown (it updates or agrees) outside it."""
    if figure.kind is None:
        days = days_between(p, n)
        return "event" if days is not None and abs(days) <= figure.window_days else "unknown"
    return "event" if figure.kind == "cumulative" and over else figure.kind


def orient(figure: Figure, a: Statement, b: Statement, *, over: bool, **given: object) -> Pair:
    """The pair with p before n. Where dates do not order them: a denial is n; of a running total the lower is p."""
    kind = pair_kind(figure, a.claim, b.claim, over=over)
    if precedes(b.claim, a.claim):
        a, b = b, a
    elif not precedes(a.claim, b.claim):
        a, b = sorted((a, b), key=_tie)
        return Pair(a, b, figure, kind, ordered=False, **given)  # type: ignore[arg-type]
    return Pair(a, b, figure, kind, ordered=True, **given)  # type: ignore[arg-type]


def pairs(figure: Figure, statements: Sequence[Statement], *, over: bool) -> Iterator[Pair]:
    """Every pair of one figure that is compared, each once: revisions, copies with different numbers, and origin by
    origin."""
    cumulative = figure.kind == "cumulative" and not over
    said = voices(statements, cumulative=cumulative)
    for p, n in _revision_pairs(statements):
        yield orient(figure, p, n, over=over)
    for p, n in _copy_pairs(said):
        yield orient(figure, p, n, over=over)
    for earlier, later, reached in _origin_pairs(said):
        yield orient(figure, *_instances(earlier, later), over=over, reached=reached)


def _revision_pairs(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """The same place in two successive revisions of one article, where what it says changed."""
    articles: dict[str, dict[int, list[Statement]]] = {}
    for statement in statements:
        articles.setdefault(statement.claim.article_key, {}).setdefault(statement.claim.revision, []).append(statement)
    for key in sorted(articles):
        revisions = [articles[key][r] for r in sorted(articles[key])]
        for old, new in pairwise(revisions):
            yield from _changed_places(old, new)


def _said(statement: Statement) -> tuple[object, ...]:
    c = statement.claim
    return (c.low, c.high, c.approx, c.unit, c.stance, c.hedged)


def _changed_places(old: Sequence[Statement], new: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Claims gone from the old revision beside those new in the later one: of the same sentence first, then of the same
    origin, then in order."""
    stays = {_said(s) for s in old} & {_said(s) for s in new}
    gone = sorted((s for s in old if _said(s) not in stays), key=_tie)
    come = sorted((s for s in new if _said(s) not in stays), key=_tie)
    for same in (slot, lambda s: slot(s)[0], origins, lambda _: None):
        for p in list(gone):
            n = next((n for n in come if same(n) == same(p)), None)
            if n is not None:
                gone.remove(p)
                come.remove(n)
                yield p, n


def _copy_pairs(said: Sequence[Voice]) -> Iterator[tuple[Statement, Statement]]:
    """Different numbers in copies of one text: each number beside the one before it, of the same sentence where that is
    known."""
    groups: dict[str, list[Voice]] = {}
    for voice in said:
        if voice.first.copies is not None and voice.asserts:
            groups.setdefault(voice.first.copies, []).append(voice)
    for group in groups.values():
        for index, n in enumerate(group):
            earlier = [p for p in reversed(group[:index]) if not _share_article(p, n)]
            same = (p for p in earlier if {slot(m) for m in p.members} & {slot(m) for m in n.members})
            found = next(same, earlier[0] if earlier else None)
            if found is not None:
                yield _one_sentence(found, n)


def _share_article(p: Voice, n: Voice) -> bool:
    return bool({m.claim.article_key for m in p.members} & {m.claim.article_key for m in n.members})


def _one_sentence(p: Voice, n: Voice) -> tuple[Statement, Statement]:
    places = {slot(m): m for m in reversed(n.members)}
    return next(((m, places[slot(m)]) for m in p.members if slot(m) in places), (p.first, n.first))


def _origin_pairs(said: Sequence[Voice]) -> Iterator[tuple[Voice, Voice, float]]:
    """Each voice beside the newest preceding one of every origin, a denial beside the newest one that it denies; and
    the highest number that was given before it."""
    newest: dict[str, list[Voice]] = {}
    reached = 0.0
    for n in said:
        mine = origins(n.first)
        done: set[int] = set()
        for behind in newest.values():
            p = _newest(behind, n)
            if p is not None and id(p) not in done:  # a joint source stands for each of its origins
                done.add(id(p))
                yield p, n, reached
        if n.asserts:
            for origin in mine:
                newest.setdefault(origin, []).append(n)
            claim = n.first.claim
            reached = max(reached, (claim.high if claim.high is not None else claim.low) or 0.0)


def _newest(behind: Sequence[Voice], n: Voice) -> Voice | None:
    for p in reversed(behind):
        if _only_revisions_or_copies(p, n):
            continue  # compared as such
        if not n.asserts and not overlap(p.first.claim, n.first.claim):
            continue  # not what it denies
        return p
    return None


def _only_revisions_or_copies(p: Voice, n: Voice) -> bool:
    """Whether these two are one article's revisions, or copies of one text, and share no revision."""
    if {m.claim.article_id for m in p.members} & {m.claim.article_id for m in n.members}:
        return False
    if p.first.copies is not None and p.first.copies == n.first.copies:
        return True
    return _share_article(p, n) and len({m.claim.article_key for m in (*p.members, *n.members)}) == 1


def _instances(p: Voice, n: Voice) -> tuple[Statement, Statement]:
    """The claims that stand for two voices: of one article revision where both have it, else the first ones."""
    by_article = {m.claim.article_id: m for m in reversed(n.members)}
    shared = next(((m, by_article[m.claim.article_id]) for m in p.members if m.claim.article_id in by_article), None)
    return shared or (p.first, n.first)


def number_key(claim: Claim) -> str:
    """The stated number as text, for keys."""
    return "-".join(f"{x:f}" for x in stated(claim)) or f"{claim.low}..{claim.high}"
