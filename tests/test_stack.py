"""The production stack for real: PostgreSQL, Redis, Elasticsearch, Airflow's scheduler, API server, DAG processor and a Celery worker."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from elasticsearch import Elasticsearch

from processing.store import open_store
from schemas.records import Alert, Article, Claim, Figure, Run
from tests.conftest import lack
from tests.support.airflow_stack import Stack, airflow_stack
from tests.support.elastic_node import Missing

DAG = "monitor_daily"


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The sample newsroom on loopback, several days in."""
    from demo.server import serve

    with serve(3, folder=tmp_path_factory.mktemp("newsroom")) as served:
        served.set_day(3)
        yield served


@pytest.fixture(scope="module")
def stack(elastic_url: str, newsroom: Any) -> Iterator[Stack]:
    try:
        with airflow_stack(
            COUNTERCLAIM_STORE=f"{elastic_url}/nowhere",
            COUNTERCLAIM_OUTLETS=json.dumps([str(newsroom.outlets)]),
            COUNTERCLAIM_SHIP_OUTLETS="false",
            COUNTERCLAIM_ALLOW_PRIVATE_HOSTS="true",
        ) as running:
            yield running
    except Missing as error:
        lack("stack", str(error))


def content(address: str) -> dict[str, set[Any]]:
    """What a store says, without the times at which it was said."""
    store = open_store(address)
    try:
        return {
            "articles": {(a.id, a.revision, a.text) for a in store.find(Article)},
            "claims": {(c.id, c.text, c.low, c.high, c.source_id, c.what) for c in store.find(Claim)},
            "figures": {f.id for f in store.find(Figure)},
            "alerts": {(a.finding, a.severity, a.text) for a in store.find(Alert)},
            "queue": set(store.info().waiting.items()),
        }
    finally:
        store.close()


def switch_on(stack: Stack) -> None:
    """Un-pause the DAG; the run of today's slot, which Airflow then makes by itself, is marked as done."""
    stack.wait(
        "the DAG in the page",
        lambda: stack.call("PATCH", f"/api/v2/dags/{DAG}?update_mask=is_paused", {"is_paused": False}),
        400,
    )
    runs = stack.wait(
        "the run of today's slot", lambda: stack.call("GET", f"/api/v2/dags/{DAG}/dagRuns")["dag_runs"], 400
    )
    stack.call("PATCH", f"/api/v2/dags/{DAG}/dagRuns/{quote(runs[0]['dag_run_id'])}", {"state": "success"})


def test_a_run_on_the_real_stack_alerts_and_a_killed_worker_changes_nothing(
    stack: Stack, elastic_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # undisturbed
    stamp = f"{time.time_ns():x}"
    calm, rough = f"{elastic_url}/calm-{stamp}", f"{elastic_url}/rough-{stamp}"
    for address in (calm, rough):
        open_store(address).close()
    switch_on(stack)
    worker = stack.worker(COUNTERCLAIM_STORE=calm, COUNTERCLAIM_HOME=str(tmp_path / "calm"))
    run = stack.trigger(DAG)
    assert stack.finished(DAG, run, 600) == "success", stack.told()
    worker.end()
    expected = content(calm)
    assert expected["alerts"]
    assert len(expected["claims"]) > 50
    assert not expected["queue"]

    # the worker dies while claims are read
    worker = stack.worker(COUNTERCLAIM_STORE=rough, COUNTERCLAIM_HOME=str(tmp_path / "rough"))
    run = stack.trigger(DAG)
    store = open_store(rough)

    def reading() -> bool:
        claims = [t for t in stack.tasks(DAG, run) if t["task_id"] == "claims"]
        return any(t["state"] == "running" for t in claims)

    stack.wait("the claims step", reading, 400, pause=0.3)
    worker.end(signal.SIGKILL)
    assert store.waiting("claims") > 0  # it had not come to its end
    worker = stack.worker(COUNTERCLAIM_STORE=rough, COUNTERCLAIM_HOME=str(tmp_path / "rough"))
    assert stack.finished(DAG, run, 600) == "success", stack.told()
    worker.end()  # or it would take tasks of the next test's runs to its own store
    tries = [
        t["try_number"] for t in stack.tasks(DAG, run) if t["task_id"] == "claims"
    ]  # of each of the parts that run beside each other
    assert len(tries) == 2
    assert max(tries) == 2
    after = content(rough)
    assert {name: found for name in expected if (found := after[name] ^ expected[name])} == {}
    (record,) = store.find(Run)
    assert record.ended_at is not None
    assert record.counts["claims"]["made"] == len(expected["claims"])
    store.close()


DEAD = """name: The Dead
country: gb
language: en
timezone: Europe/London
home: http://127.0.0.1:9/
feeds: [http://127.0.0.1:9/feed.xml]
"""


def test_what_fails_is_told_by_the_run_and_by_its_record(
    stack: Stack, elastic_url: str, newsroom: Any, tmp_path: Path
) -> None:
    """One dead outlet fails nothing; no outlet at all, or a store of which an index is closed, fails the DAG's run, and
    the record has what was fetched all the same."""
    (tmp_path / "dead" / "gb").mkdir(parents=True)
    (tmp_path / "dead" / "gb" / "dead.yml").write_text(DEAD, "utf8")
    switch_on(stack)

    def play(name: str, outlets: list[Path], closed: str | None = None) -> tuple[str, Run]:
        address = f"{elastic_url}/{name}-{time.time_ns():x}"
        open_store(address).close()
        client = Elasticsearch(elastic_url, request_timeout=60)
        index = f"{address.rpartition('/')[2]}-{closed}"
        if closed:
            client.indices.close(index=index)
        worker = stack.worker(
            COUNTERCLAIM_STORE=address,
            COUNTERCLAIM_HOME=str(tmp_path / name),
            COUNTERCLAIM_OUTLETS=json.dumps([str(folder) for folder in outlets]),
        )
        ended = stack.finished(DAG, stack.trigger(DAG), 600)
        worker.end()
        if closed:
            client.indices.open(index=index)
            client.cluster.health(index=index, wait_for_status="yellow")
        client.close()
        store = open_store(address)
        (record,) = store.find(Run)
        store.close()
        assert record.ended_at is not None
        return ended, record

    ended, record = play("one", [Path(newsroom.outlets), tmp_path / "dead"])
    assert (ended, record.failed) == ("success", ()), stack.told()
    reasons = {c.outlet: c.reason for c in record.outlets if c.reason and not c.reason.startswith("silent")}
    assert set(reasons) == {"gb/dead"}
    assert sum(c.fetched for c in record.outlets) > 5

    ended, record = play("none", [tmp_path / "dead"])
    assert (ended, record.failed) == ("failed", ("fetch",)), stack.told()
    assert [c.outlet for c in record.outlets] == ["gb/dead"]
    assert "refused" in str(record.outlets[0].reason)

    ended, record = play("closed", [Path(newsroom.outlets)], "claim")
    assert (ended, record.failed[0]) == ("failed", "claims"), stack.told()
    assert "is closed" in record.errors[0]
    assert sum(c.fetched for c in record.outlets) > 5
    assert record.counts["dedup"]["done"] > 5
