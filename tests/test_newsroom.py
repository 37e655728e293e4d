"""The sample newsroom from end to end: real HTTP, the real crawl in a process of its own, every step, and exactly the planted alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.feeds import TRAP
from demo.pieces import Expected, Piece, Span
from demo.run import Result, newsroom_settings, run_newsroom
from demo.server import Newsroom
from processing.store import Store, Where, open_store
from schemas.errors import UsageError
from schemas.records import Alert, Article, Claim, CopyGroup, Figure, Outcome, UrlState

UNSEEN = (101, 202, 303)  # seeds that played no part while the newsroom was built


@dataclass(frozen=True, slots=True)
class Found:
    """An alert as the plan describes them."""

    finding: str
    severity: str
    earlier: Span
    later: Span | None
    topic: str | None
    figure: str | None


@dataclass(frozen=True, slots=True)
class Played:
    result: Result
    store: Store
    home: Path

    def article_of(self, piece: Piece) -> list[Article]:
        """The revisions of a piece, oldest first."""
        path = Newsroom(self.result.plan, self.home).path_of(piece)
        found = (
            a
            for a in self.store.find(Article, Where("outlet", "=", piece.outlet))
            if a.url.split("/", 3)[3] == path[1:]
        )
        return sorted(found, key=lambda a: a.revision)


def play(home: Path, seed: int) -> Iterator[Played]:
    result = run_newsroom(home, seed)
    store = open_store(result.settings.store_url)
    yield Played(result, store, home)
    store.close()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from play(tmp_path_factory.mktemp("newsroom"), 0)


def rounded(span: Span) -> Span:
    return tuple(None if edge is None else round(edge, 3) for edge in span)  # type: ignore[return-value]


def raised(store: Store) -> list[Found]:
    figures = {f.id: f for f in store.find(Figure)}
    claims = {c.id: c for c in store.find(Claim)}
    found = []
    for alert in store.find(Alert):
        p, n, figure = claims[alert.earlier], claims.get(alert.later), figures[alert.figure]
        later = rounded((n.low, n.high)) if n else None
        found.append(Found(alert.finding, alert.severity, rounded((p.low, p.high)), later, figure.topic, figure.name))
    return sorted(found, key=repr)


def wanted(expected: tuple[Expected, ...]) -> list[Found]:
    return sorted(
        (Found(e.finding, e.severity, rounded(e.earlier), rounded(e.later) if e.later else None, e.topic, e.figure) for e in expected), key=repr
    )  # fmt: skip


def test_exactly_what_is_planted_is_found(played: Played) -> None:
    assert raised(played.store) == wanted(played.result.plan.expected)


@pytest.mark.parametrize("seed", [UNSEEN[0], *(pytest.param(seed, marks=pytest.mark.soak) for seed in UNSEEN[1:])])
def test_exactly_what_is_planted_is_found_whatever_the_seed(seed: int, tmp_path: Path) -> None:
    for other in play(tmp_path, seed):
        assert raised(other.store) == wanted(other.result.plan.expected)


def test_alerts_name_the_outlets_behind_them(played: Played) -> None:
    behind = {(a.finding, outlet) for a in played.store.find(Alert) for outlet in a.outlets}
    assert [
        e for e in played.result.plan.expected if not any((e.finding, outlet) in behind for outlet in e.outlets)
    ] == []


def test_no_ordinary_article_is_behind_an_alert(played: Played) -> None:
    ordinary = {p.paragraphs[0] for p in played.result.plan.pieces if p.ordinary}
    claims = {c.id: c for c in played.store.find(Claim)}
    articles = {a.key: a for a in played.store.find(Article)}
    texts = [
        articles[claims[side].article_key].text.split("\n")[0] for a in played.store.find(Alert) for side in (a.earlier, a.later) if side in claims
    ]  # fmt: skip
    assert len(ordinary) >= 40
    assert [text for text in texts if any(text.endswith(first) for first in ordinary)] == []


def test_every_piece_is_read_once(played: Played) -> None:
    revisions = {p.id: [a.revision for a in played.article_of(p)] for p in played.result.plan.pieces}
    assert {id: n for id, n in revisions.items() if n != [1]} == {played.result.plan.edited: [1, 2]}


def test_titles_times_and_texts_are_those_of_the_newsroom(played: Played) -> None:
    odd = []
    for piece in played.result.plan.pieces:
        first = played.article_of(piece)[0]
        text = "\n\n".join(piece.paragraphs)
        said = (
            first.published,
            first.published_precision,
            first.text.endswith(text) and len(first.text) <= len(text) + 30,
        )
        if said != (piece.published, "minute", True):
            odd.append((piece.id, said))
    assert odd == []


def test_the_page_behind_robots_txt_is_never_asked_for(played: Played) -> None:
    assert [asked for asked in played.result.asked if TRAP in asked.path] == []


def test_nothing_unchanged_is_sent_twice(played: Played) -> None:
    sent = Counter((asked.outlet, asked.path) for asked in played.result.asked if asked.status == 200)
    articles = [
        key
        for key in sent
        if any(mark in key[1] for mark in ("/article/", "/story/", "/text/", "-a-"))
        or "/2025/" in key[1]
        or "/2024/" in key[1]
    ]
    edited = next(p for p in played.result.plan.pieces if p.id == played.result.plan.edited)
    assert {key: sent[key] for key in articles if sent[key] > 1 and key[0] != edited.outlet} == {}
    assert any(asked.status == 304 for asked in played.result.asked)


def test_the_crawler_says_who_it_is(played: Played) -> None:
    assert {asked.user_agent.split("/")[0].lower() for asked in played.result.asked} == {"counterclaim"}


def test_a_wire_report_and_its_copies_are_one_group(played: Played) -> None:
    outlets = {a.id: a.outlet for a in played.store.find(Article)}
    groups = [[outlets[m] for m in g.members] for g in played.store.find(CopyGroup)]
    planted = sorted(p.outlet for p in played.result.plan.pieces if p.id.startswith("flood/wire/"))
    (group,) = played.store.find(CopyGroup)
    assert [sorted(group) for group in groups] == [planted]
    assert outlets[group.original] == "us/taw"


def test_an_outlet_that_stops_publishing_is_named(played: Played) -> None:
    outlet, since = played.result.plan.silent
    silent = {
        (run.started_at.date(), c.outlet)
        for run in played.result.runs
        for c in run.outlets
        if c.reason and "silent" in c.reason
    }
    assert {name for _, name in silent} == {outlet}
    assert min(day for day, _ in silent) >= since
    assert (played.result.plan.days[-1], outlet) in silent


def test_an_article_that_vanishes_stays_in_the_archive(played: Played) -> None:
    piece = next(p for p in played.result.plan.pieces if p.id == played.result.plan.vanished)
    (article,) = played.article_of(piece)
    (state,) = played.store.find(UrlState, Where("url", "=", article.url))
    assert state.status == 410


def test_articles_in_another_language_are_stored_and_counted_as_unread(played: Played) -> None:
    german = [a for a in played.store.find(Article) if a.outlet == played.result.plan.unread]
    skipped = {
        o.item
        for o in played.store.find(Outcome, Where("step", "=", "claims"))
        if o.outcome == "skipped" and o.code == "language"
    }
    assert len(german) == len(played.result.plan.days)
    assert {a.id for a in german} == skipped


def test_playing_again_asks_only_for_changes_and_alerts_nobody(played: Played) -> None:
    before = {a.id: a for a in played.store.find(Alert)}
    again = run_newsroom(played.home, 0)
    assert len(again.runs) == 1
    assert again.runs[0].counts["fetch"]["made"] == 0
    assert again.runs[0].counts["alert"]["made"] == 0
    assert {a.id: a for a in played.store.find(Alert)} == before
    articles = [
        asked.path
        for asked in again.asked
        if asked.status == 200 and any(asked.path == path for path in _article_paths(played))
    ]
    assert articles == []


def _article_paths(played: Played) -> set[str]:
    return {"/" + a.url.split("/", 3)[3] for a in played.store.find(Article)}


def test_another_seed_is_not_mixed_in(played: Played) -> None:
    with pytest.raises(UsageError, match="of seed 0"):
        run_newsroom(played.home, 1)


def test_a_store_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "counterclaim.db").write_bytes(b"")
    with pytest.raises(UsageError, match="not the sample newsroom's"):
        run_newsroom(tmp_path, 0)


def test_the_environment_cannot_point_the_newsroom_at_a_real_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERCLAIM_STORE", "sqlite:/nowhere/real.db")
    assert newsroom_settings(tmp_path).store_url == f"sqlite:{tmp_path / 'counterclaim.db'}"
