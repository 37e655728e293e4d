"""The plan of a seed: seven days of news from eight outlets, and the alerts that must come of it, no more and no
fewer."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache

from demo.pieces import Piece, Plan
from demo.plots import DAYS, Desk, incidents, model_case, vessa_flood
from demo.sites import SITES
from demo.texts import Names, read_texts

__all__ = ["changed_at", "current", "evening", "plan"]

_SILENT = "gb/fenland"
_SILENT_FROM = 4
_VANISHING = "us/ledger"
_UNREAD = "de/tagblatt"


def evening(day: date) -> datetime:
    """When the daily job of a day runs: 22:00 UTC."""
    return datetime.combine(day, time(22), UTC)


@lru_cache(maxsize=8)
def plan(seed: int = 0) -> Plan:
    """Everything that the sample newsroom of this seed publishes, and what must be found in it.

    The seed redraws wording, names, numbers, times and outlets; what is planted stays the same.
    """
    chance = random.Random(f"newsroom/{seed}")
    desk = Desk(seed, chance, Names(chance))
    days = tuple(date.fromisoformat(day) for day in DAYS)
    model_case(desk)
    tolls = vessa_flood(desk)
    edited = incidents(desk)
    _everyday(desk, days)
    _german(desk, days, tolls)
    vanished = next(
        p.id for p in desk.pieces if p.ordinary and p.outlet == _VANISHING and p.published.date() == days[2]
    )
    gone = datetime.combine(days[3], time(6), UTC)
    pieces = sorted(
        (replace(p, gone=gone) if p.id == vanished else p for p in desk.pieces), key=lambda p: (p.published, p.id)
    )
    return Plan(
        seed, days, tuple(pieces), tuple(desk.expected), (_SILENT, days[_SILENT_FROM]), edited, vanished, _UNREAD
    )


def _everyday(desk: Desk, days: tuple[date, ...]) -> None:
    """One ordinary article of each English outlet a day, no text twice."""
    for carriers in ("gb", "us", "xb"):
        texts = [text for text in read_texts("everyday") if text.carriers == carriers]
        desk.chance.shuffle(texts)
        sites = [site for site in SITES.values() if site.country == carriers]
        for index, day in enumerate(days):
            for site in sites:
                if site.id == _SILENT and index >= _SILENT_FROM:
                    continue
                text = next((t for t in texts if t.section in site.sections), texts[0])
                texts.remove(text)
                desk.write(text, site.id, desk.moment(day.isoformat(), 7, 20), f"everyday/{text.name}", ordinary=True)


def _german(desk: Desk, days: tuple[date, ...], tolls: tuple[str, ...]) -> None:
    given = dict(zip(("a", "b", "t1", "t2"), tolls, strict=True))
    for day, text in zip(days, read_texts("german"), strict=True):
        desk.write(
            text,
            _UNREAD,
            desk.moment(day.isoformat(), 8, 20),
            f"german/{text.name}",
            given,
            ordinary=text.name.startswith("alltag"),
        )


def current(piece: Piece, now: datetime) -> Piece | None:
    """The piece as it reads at a time; None where it is not yet published or gone."""
    if piece.published > now or (piece.gone is not None and piece.gone <= now):
        return None
    for edit in reversed(piece.edits):
        if edit.at <= now:
            return replace(piece, title=edit.title, paragraphs=edit.paragraphs)
    return piece


def changed_at(piece: Piece, now: datetime) -> datetime:
    """When the piece was last changed, as known at a time."""
    return max([piece.published, *(edit.at for edit in piece.edits if edit.at <= now)])
