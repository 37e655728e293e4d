"""Back-testing: what would have been sent when, and how that differs from what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from processing.compare import Statement
from processing.pipeline.replay import ReplayScope, Sent, difference, replay
from schemas.records import Denial
from tests.support.records import make_alert, make_claim, make_denial, make_figure

START = datetime(2025, 1, 10, 9, tzinfo=UTC)
DAY = [date(2025, 1, 10) + timedelta(days=n) for n in range(12)]


def told(number: float, day: int, who: str = "police", **given: Any) -> Statement:
    at = START + timedelta(days=day)
    fields: dict[str, Any] = {
        "id": f"{who}{day}:{number}", "low": number, "high": number, "published": at, "as_of": (at.date(), at.date()), "source": who, "source_id": who,
        "article_key": f"{who}{day}", "outlet": f"xx/{who}",
    }  # fmt: skip
    return Statement(make_claim(**{**fields, **given}))


def scope(*said: Statement, denials: Sequence[Denial] = (), **given: Any) -> ReplayScope:
    figure = make_figure(
        id="f",
        claims=tuple(s.claim.id for s in said),
        denials=tuple(d.id for d in denials),
        **{"kind": "event", **given},
    )
    return ReplayScope([figure], {"f": list(said)}, {d.id: d for d in denials})


def brief(sent: Sequence[Sent]) -> list[tuple[date, str, str, str, str]]:
    return [(s.day, s.why, s.alert.finding, s.alert.severity, s.alert.later) for s in sent]


def test_alerts_come_on_the_day_on_which_they_could_be_seen() -> None:
    said = [told(12, 0), told(20, 2, "army"), told(12, 3, "mayor"), told(40, 5, "hospital")]
    assert brief(replay([scope(*said)], DAY[0], DAY[9])) == [
        (DAY[2], "raised", "conflicts", "high", "army2:20"),
        # on day 3 the mayor repeats a number: the same contradiction
        (DAY[5], "raised", "conflicts", "high", "hospital5:40"),
        (DAY[5], "raised", "conflicts", "high", "hospital5:40"),
    ]


def test_what_was_known_before_is_silent_and_what_comes_after_is_not_seen() -> None:
    said = [told(12, 0), told(20, 2, "army"), told(40, 5, "hospital")]
    assert {s.day for s in replay([scope(*said)], DAY[3], DAY[9])} == {DAY[5]}
    assert replay([scope(*said)], DAY[3], DAY[4]) == []
    assert {s.day for s in replay([scope(*said)], DAY[2], DAY[2])} == {DAY[2]}


def test_an_alert_that_grows_louder_is_sent_again() -> None:
    quiet = told(20, 2, "officials", source_id=None)
    assert brief(replay([scope(told(12, 0), quiet, told(20, 4, "army"))], DAY[0], DAY[9])) == [
        (DAY[2], "raised", "conflicts", "low", "officials2:20"),
        (DAY[4], "grew louder", "conflicts", "high", "army4:20"),
    ]


def test_a_late_arrival_is_seen_when_it_was_published() -> None:
    late = told(30, 6, "army", as_of=(DAY[1], DAY[1]), as_of_guess=False)
    assert brief(replay([scope(told(12, 0), late)], DAY[0], DAY[9])) == [
        (DAY[6], "raised", "conflicts", "high", "army6:30")
    ]


def test_a_denial_is_seen_on_its_day() -> None:
    denial = make_denial(published=START + timedelta(days=3))
    assert brief(replay([scope(told(12, 0), denials=[denial])], DAY[0], DAY[9])) == [
        (DAY[3], "raised", "denies", "low", "d1")
    ]


def test_findings_across_figures_are_replayed_too() -> None:
    part, whole = told(30, 1, article_key="a", article_id="a.1"), told(20, 1, "army", article_key="a", article_id="a.1")
    figures = [make_figure(id="f", part_of="w", claims=(part.claim.id,)), make_figure(id="w", claims=(whole.claim.id,))]
    sent = replay([ReplayScope(figures, {"f": [part], "w": [whole]}, {})], DAY[0], DAY[9])
    assert [(s.day, s.alert.finding) for s in sent] == [(DAY[1], "exceeds_whole")]


def test_the_order_of_what_comes_in_changes_nothing() -> None:
    said = [told(12, 0), told(20, 2, "army"), told(12, 3, "mayor"), told(40, 5, "hospital")]
    assert replay([scope(*reversed(said))], DAY[0], DAY[9]) == replay([scope(*said)], DAY[0], DAY[9])


def test_the_difference_to_what_was_sent() -> None:
    replayed = replay([scope(told(12, 0), told(20, 2, "army"), told(40, 5, "hospital"))], DAY[0], DAY[9])
    first, second, third = sorted((s.alert for s in replayed), key=lambda a: a.id)
    softer = replace(first, severity="low", state="false_positive")
    other = make_alert(id="other")
    found = difference(replayed, [softer, replace(second, state="closed"), other])
    assert (found.added, found.gone, found.changed) == ((third,), (other,), ((softer, first),))
