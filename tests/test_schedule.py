"""What the scheduler calls, without a scheduler: lateness, trouble told once, batches of outlets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.pipeline.results import Result, faults, forget_results, keep_result, results_of
from processing.pipeline.run import STEPS
from processing.pipeline.schedule import (
    DAILY,
    begin,
    fetch_outlets,
    finish,
    late_notices,
    outlet_batches,
    run_one_step,
    send_due,
    tell_trouble,
)
from processing.pipeline.surroundings import open_work
from processing.store import Batch, open_store
from schemas.records import Claim, Coverage, Delivery, Run
from schemas.settings import load_settings
from tests.support.loopback import serve
from tests.support.records import make_article

NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)


def run(id: str, hours_ago: float, *, ended: bool = True, trigger: str = DAILY) -> Run:
    started = NOW - timedelta(hours=hours_ago)
    return Run(id, started, started + timedelta(minutes=9) if ended else None, trigger, {})


@pytest.mark.parametrize(
    ("runs", "keys"),
    [
        ([], []),
        ([run("a", 8)], []),
        ([run("a", 25)], []),
        ([run("a", 27)], ["late:2025-01-22"]),
        ([run("a", 27), run("b", 3)], []),
        ([run("a", 27), run("b", 3, ended=False)], ["late:2025-01-22"]),
        ([run("a", 27), run("b", 5, ended=False)], ["hangs:b", "late:2025-01-22"]),
        ([run("a", 27, trigger="by hand")], []),
        ([run("a", 5, ended=False, trigger="airflow: hourly")], ["hangs:a"]),
    ],
)
def test_what_is_late(runs: list[Run], keys: list[str]) -> None:
    assert [key for key, _, _ in late_notices(runs, NOW)] == keys


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path))
    monkeypatch.setenv("COUNTERCLAIM_SHIP_OUTLETS", "false")
    monkeypatch.setenv("COUNTERCLAIM_OUTLETS", str(tmp_path / "outlets"))
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__URL_ENV", "NOBODY_SETS_THIS")
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__TROUBLE", "true")
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__CHIEF__URL_ENV", "NOBODY_SETS_THIS")
    return tmp_path


def notices(home: Path) -> list[tuple[str, str]]:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    found = [(d.receiver, d.subject) for d in store.find(Delivery)]
    store.close()
    return found


def test_lateness_is_told_once_to_those_who_want_trouble(home: Path) -> None:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    store.apply(Batch(put=[run("a", 27)]))
    store.close()
    for _ in range(2):
        send_due(now=lambda: NOW)
    assert notices(home) == [("desk", "the daily run is late")]


def test_trouble_is_told_once_a_key(home: Path) -> None:
    assert [tell_trouble(key, "s", "b", now=lambda: NOW) for key in ("x", "x", "y")] == [1, 0, 1]
    assert notices(home) == [("desk", "s")] * 2


def test_outlets_come_in_batches_and_none_is_one_empty_batch(home: Path) -> None:
    assert outlet_batches(3) == [[]]
    (home / "outlets" / "gb").mkdir(parents=True)
    for name in "abcde":
        text = f"name: {name}\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: https://{name}.example/\nfeeds: [https://{name}.example/rss]\n"
        (home / "outlets" / "gb" / f"{name}.yml").write_text(text)
    assert outlet_batches(3) == [["gb/a", "gb/b", "gb/c"], ["gb/d", "gb/e"]]


def queue_articles(run: str) -> None:
    """Fifty articles with a claim each wait to be read."""
    articles = [
        make_article(
            id=f"a{n}", key=f"k{n}", title="Ministry speaks", text=f"The ministry said that {n} people were killed."
        )
        for n in range(10, 60)
    ]
    with open_work(load_settings(), now=lambda: NOW, run=run) as work:
        work.store.apply(Batch(put=list(articles), enqueue=[("claims", a.id) for a in articles]))


def test_parts_of_a_step_share_what_waits(home: Path) -> None:
    run = begin("monitor_daily:one", DAILY, now=lambda: NOW)
    queue_articles(run)
    done = [run_one_step(run, "claims", (part, 3), now=lambda: NOW) for part in range(3)]
    assert sum(d["done"] for d in done) == 50
    assert all(5 < d["done"] < 30 for d in done)
    counts = finish(run, now=lambda: NOW).counts["claims"]
    assert (counts["done"], counts["made"], counts["seconds"]) == (50, 50, max(d["seconds"] for d in done))


class Killed(BaseException):
    """In place of SIGKILL: nothing in the library catches it."""


def test_a_run_counts_what_a_killed_try_of_its_step_had_done(home: Path) -> None:
    run = begin("monitor_daily:one", DAILY, now=lambda: NOW)
    queue_articles(run)

    def die(step: str, done: int, total: int) -> None:
        if done:
            raise Killed

    with open_work(load_settings(), now=lambda: NOW, run=run) as work:
        with pytest.raises(Killed):
            STEPS["claims"](replace(work, attempt="first", report=die))
        assert 0 < work.store.waiting("claims") < 50
    second = run_one_step(run, "claims", now=lambda: NOW)
    assert 0 < second["made"] < 50
    for _ in range(2):  # the task that ends a run may be repeated
        assert finish(run, now=lambda: NOW).counts["claims"] == {
            "done": 50, "made": 50, "rejected": 0, "skipped": 0, "failed": 0, "seconds": second["seconds"],
        }  # fmt: skip
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    assert store.count(Claim) == 50
    store.close()


def outlet(id: str, reason: str | None, fetched: int = 0) -> Coverage:
    return Coverage(id, fetched, 0, 0, 0, 0, reason, 1, id)


DONE = [Result("begin"), *(Result(f"{name} 0/1", {"done": 1}) for name in STEPS)]


@pytest.mark.parametrize(
    ("results", "coverage", "failed"),
    [
        ([*DONE, Result("fetch a")], [outlet("a", None, 3)], {}),
        ([*DONE, Result("fetch a")], [], {}),  # no outlet is configured
        ([*DONE, Result("fetch a")], [outlet("a", "listing 500"), outlet("b", None, 3)], {}),  # a dead one beside one that lives
        ([*DONE, Result("fetch a")], [outlet("a", "silent: 0 new in 2 days")], {}),  # could be read
        ([*DONE, Result("fetch a", coverage=(outlet("a", "500"),), error="x"), Result("fetch b")], [outlet("a", "500"), outlet("b", None, 3)], {}),
        ([*DONE, Result("fetch a", coverage=(outlet("a", "500"),), error="x")], [outlet("a", "500")], {"fetch": "nothing could be fetched: a: 500"}),
        ([*DONE, Result("fetch a", error="StoreError: full"), Result("fetch b")], [outlet("b", None, 3)], {"fetch": "StoreError: full"}),
        ([*DONE, Result("fetch b")], [outlet("a", "its crawl did not end"), outlet("b", None, 3)], {"fetch": "a: its crawl did not end"}),
        ([*DONE[:4], Result("fetch a")], [outlet("a", None, 3)],
         {"claims": "left no word: killed, or out of time", **dict.fromkeys(("figures", "compare", "alert", "notify"), "did not run after claims failed")}),
        ([*DONE[:-1], Result("fetch a"), Result("notify 0/1", error="OSError: x")], [], {"notify": "OSError: x"}),
        ([*DONE[:4], Result("claims 1/3"), Result("claims 0/3"), *DONE[5:], Result("fetch a")], [], {"claims": "left no word: killed, or out of time"}),
        ([*DONE[1:], Result("begin", error="ConfigError: x"), Result("fetch a")], [], {"begin": "ConfigError: x"}),
    ],
)  # fmt: skip
def test_which_steps_failed(results: list[Result], coverage: list[Coverage], failed: dict[str, str]) -> None:
    assert faults(results, coverage, ("begin", "fetch", *STEPS)) == failed


def test_what_parts_left_is_kept_whole_however_long_and_forgotten_in_time(home: Path) -> None:
    run = begin("daily:one", DAILY, now=lambda: NOW)
    told = Result(
        "fetch gb/ä",
        {"done": 1.0},
        (outlet("gb/ä", "“straße” 500"),),
        tuple(f"{n} ÄÖÜ {'x' * 400}" for n in range(90)),
        "no",
    )
    with open_work(load_settings(), now=lambda: NOW) as work:
        for one in (Result("fetch gb/ä", error="the first try"), told):
            keep_result(work.store, run, one)
        assert results_of(work.store, run)[0] == [Result("begin"), told]
        forget_results(work.store, NOW)
        assert len(results_of(work.store, run)[0]) == 2
        forget_results(work.store, NOW + timedelta(seconds=1))
        assert results_of(work.store, run)[0] == []


def test_a_record_is_made_anew_after_failed_parts_were_tried_again(home: Path) -> None:
    run = begin("monitor_daily:one", DAILY, now=lambda: NOW)
    queue_articles(run)
    fetch_outlets(run, [], now=lambda: NOW)
    for name in ("clean", "dedup", "stories"):
        run_one_step(run, name, now=lambda: NOW)
    record = finish(run, [], now=lambda: NOW)
    assert record.failed == ("claims", "figures", "compare", "alert", "notify")
    assert record.errors[0] == "claims: left no word: killed, or out of time"
    for name in record.failed:
        run_one_step(run, name, now=lambda: NOW)
    for _ in range(2):
        record = finish(run, [], now=lambda: NOW)
        assert (record.failed, record.counts["claims"]["made"]) == ((), 50)
    assert notices(home) == [("desk", "airflow: daily: claims, figures, compare, alert, notify failed")]
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    assert [s for s in store.spaces() if s.startswith(("counts:", "result:"))] == []
    store.close()


def test_where_the_store_is_the_trouble_receivers_are_asked_directly_and_not_for_ever(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "counterclaim.db").write_text("this is no database, however long it is read")
    taken: list[dict[str, str]] = []

    def take(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        taken.append(json.loads(body))
        return 200, {}, {}

    with serve(take) as address:
        monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__URL_ENV", "DESK_URL")
        monkeypatch.setenv("DESK_URL", address.replace("http://", "json://"))
        for hours, told in ((0, 1), (1, 0), (7, 1)):
            assert tell_trouble(f"k{hours}", "it failed", "why", now=lambda h=hours: NOW + timedelta(hours=h)) == told
    assert [(t["title"], t["message"].splitlines()[0]) for t in taken] == [("it failed", "why")] * 2
    assert all("The store is out of order: " in t["message"] for t in taken)
