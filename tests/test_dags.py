"""The DAGs under a real Airflow: they load without a warning, and do by schedule what a run by hand does."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from processing.store import Where, open_store
from schemas.records import Alert, Article, Claim, Delivery, Outcome, Page, Run
from tests.conftest import lack

ROOT = Path(__file__).parents[1]
DAGS = ROOT / "dags"
NAMES = ["backfill", "brief", "housekeeping", "monitor_daily", "monitor_hourly", "reprocess"]
pytestmark = pytest.mark.filterwarnings(
    "ignore"
)  # Airflow's own; ours are looked at in test_dags_load_without_a_warning


@pytest.fixture(scope="module")
def dags() -> Iterator[dict[str, Any]]:
    """All DAGs, loaded into a fresh Airflow."""
    if importlib.util.find_spec("airflow") is None:
        lack("airflow", "Airflow is not installed: pip install 'counterclaim[airflow]'")
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            AIRFLOW_HOME=home, AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__CORE__DAGS_FOLDER=str(DAGS), AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR",
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{home}/a.db",
        )  # fmt: skip
        from airflow.dag_processing.dagbag import DagBag
        from airflow.utils.db import upgradedb

        upgradedb()
        bag = DagBag(str(DAGS))
        assert bag.import_errors == {}
        yield dict(bag.dags)


def play(dag: Any, *, tries: bool = False, **conf: Any) -> dict[str, str]:
    """Run a DAG in this process, retries without a pause; states by task, with the number of `tries` where asked.

    The DAG is left as it was: Airflow keeps the answers that a run was given in the form in the DAG's own
    parameters, where the next run in this process would find them."""
    forms = [form.get_param(name) for form in (dag.params, *(t.params for t in dag.tasks)) for name in form]
    defaults = [(param, param.value) for param in forms]
    for task in dag.tasks:
        task.retry_delay = timedelta(0)
    kept, dag.deadline = dag.deadline, None  # Airflow's test runs cannot keep one
    try:
        run = dag.test(run_conf=conf or None)
    finally:
        dag.deadline = kept
        for param, value in defaults:
            param.value = value
    states = {
        f"{t.task_id}[{t.map_index}]" if t.map_index >= 0 else t.task_id: str(t.state)
        + (f" {t.try_number}" if tries else "")
        for t in run.get_task_instances()
    }
    return {"": str(run.state), **states}


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The sample newsroom on loopback, and settings in the environment that read it."""
    from demo.server import serve

    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COUNTERCLAIM_OUTLETS", json.dumps([str(tmp_path / "outlets")]))
    monkeypatch.setenv("COUNTERCLAIM_SHIP_OUTLETS", "false")
    monkeypatch.setenv("COUNTERCLAIM_ALLOW_PRIVATE_HOSTS", "true")
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__URL_ENV", "NOBODY_SETS_THIS")
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__TROUBLE", "true")
    with serve(3, folder=tmp_path / "outlets") as served:
        yield served


def said(home: Path) -> tuple[set[str], set[tuple[str, str]]]:
    """Claims and alerts of a store."""
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    found = {c.id for c in store.find(Claim)}, {(a.finding, a.text) for a in store.find(Alert)}
    store.close()
    return found


def test_the_dags_are_these_and_documented(dags: dict[str, Any]) -> None:
    assert sorted(dags) == NAMES
    pools = json.loads((DAGS / "pools.json").read_text("utf8"))
    for name, dag in dags.items():
        assert dag.doc_md, f"{name} has no documentation"
        assert not dag.catchup
        assert dag.max_active_runs == 1
        for task in dag.tasks:
            assert task.retries >= 1, f"{name}.{task.task_id} is not retried"
            assert task.pool in {"default_pool", *pools}, (
                f"{name}.{task.task_id} waits for a pool that nobody makes: {task.pool}"
            )
            assert task.execution_timeout is not None, f"{name}.{task.task_id} may run for ever"


def test_dags_load_without_a_warning(dags: dict[str, Any]) -> None:
    from airflow.dag_processing.dagbag import DagBag

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        DagBag(str(DAGS))
    ours = [w for w in caught if str(ROOT) in str(w.filename) and ".venv" not in str(w.filename)]
    assert [str(w.message) for w in ours] == []


def test_dag_files_are_short_and_import_no_step() -> None:
    for path in DAGS.glob("*.py"):
        tree = ast.parse(path.read_text("utf8"))
        assert len(path.read_text("utf8").splitlines()) <= 60, path.name
        imported = {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
        assert not {m for m in imported if m.split(".")[0] in ("processing", "spiders", "schemas")}, (
            f"{path.name} does work when it is parsed"
        )


def test_no_file_or_folder_of_ours_shadows_a_package() -> None:
    ours = {"schemas", "spiders", "processing", "console", "demo", *(p.stem for p in DAGS.glob("*.py"))}
    installed = {name for name, owners in metadata.packages_distributions().items() if set(owners) != {"counterclaim"}}
    assert not ours & installed
    assert not ours & set(sys.stdlib_module_names)


def test_three_daily_runs_a_backfill_and_a_run_by_hand_say_the_same(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from processing.pipeline.run import run_daily
    from processing.pipeline.surroundings import open_work
    from schemas.settings import load_settings

    for day in (0, 1, 2):
        newsroom.set_day(day)
        states = play(dags["monitor_daily"])
        assert set(states.values()) == {"success"}, states
    first = min(piece.published for piece in newsroom.plan.pieces).date()
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "backfill"))
    states = play(dags["backfill"], since=first.isoformat())
    assert set(states.values()) == {"success"}, states
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "by-hand"))
    with open_work(load_settings()) as work:
        run_daily(work, since=first)
    assert said(tmp_path / "backfill") == said(tmp_path / "by-hand")
    claims, alerts = said(tmp_path / "home")
    assert claims == said(tmp_path / "backfill")[0]
    assert len(claims) > 50
    assert alerts
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    runs = list(store.find(Run))
    assert [r.trigger for r in runs] == ["airflow: daily"] * 3
    assert all(r.ended_at and r.counts["claims"]["made"] and len(r.outlets) >= 8 for r in runs)
    assert {c.run for c in store.find(Claim)} == {r.id for r in runs}
    store.close()


def test_a_dead_outlet_fails_nothing_and_is_told(dags: dict[str, Any], newsroom: Any, tmp_path: Path) -> None:
    dead_outlet(tmp_path / "outlets")
    newsroom.set_day(0)
    states = play(dags["monitor_daily"])
    assert states[""] == "success", states
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    (run,) = store.find(Run)
    assert {c.outlet for c in run.outlets if c.reason} >= {"gb/dead"}
    assert any("gb/dead" in d.body for d in store.find(Delivery))
    store.close()


def dead_outlet(folder: Path, name: str = "dead", country: str = "gb") -> None:
    (folder / country).mkdir(parents=True, exist_ok=True)
    (folder / country / f"{name}.yml").write_text(
        f"name: {name}\ncountry: {country}\nlanguage: en\ntimezone: Europe/London\nhome: http://127.0.0.1:9/\nfeeds: [http://127.0.0.1:9/rss]\ndelay: 0\n"
    )


def test_a_dead_outlet_alone_in_its_batch_fails_nothing(dags: dict[str, Any], newsroom: Any, tmp_path: Path) -> None:
    assert len(list((tmp_path / "outlets").rglob("*.yml"))) == 8  # the size of a batch
    dead_outlet(tmp_path / "outlets", country="zw")
    newsroom.set_day(0)
    states = play(dags["monitor_daily"])
    assert (states[""], states["fetch[0]"], states["fetch[1]"]) == ("success", "success", "failed")
    (run,) = found(tmp_path / "home", Run)
    assert run.failed == ()
    assert run.counts["fetch"]["made"] > 5


def found(home: Path, cls: type) -> list[Any]:
    """All records of a class."""
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    records = list(store.find(cls))
    store.close()
    return records


def test_where_every_outlet_is_dead_the_record_says_why_and_the_run_fails(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        dead_outlet(tmp_path / "dead", f"d{n}")
    monkeypatch.setenv("COUNTERCLAIM_OUTLETS", str(tmp_path / "dead"))
    states = play(dags["monitor_daily"])
    assert (states[""], states["fetch[0]"], states["notify"], states["finish"]) == (
        "failed",
        "failed",
        "success",
        "failed",
    )
    (run,) = found(tmp_path / "home", Run)
    assert run.failed == ("fetch",)
    assert [c.outlet for c in run.outlets if "refused" in (c.reason or "")] == ["gb/d0", "gb/d1", "gb/d2"]
    assert run.errors[0].startswith("fetch: nothing could be fetched: gb/d0: ")
    assert {d.subject for d in found(tmp_path / "home", Delivery)} == {
        "airflow: daily: fetch failed", "3 outlets gave less than expected",
    }  # fmt: skip


def test_a_step_that_fails_fails_the_run_and_the_record_says_which(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path
) -> None:
    newsroom.set_day(0)
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    store.close()
    with sqlite3.connect(tmp_path / "home" / "counterclaim.db") as database:
        # no article's fault, so none is set aside: the store itself cannot write claims
        database.execute(
            "create trigger no_claims before insert on claim begin insert into claims_of_today values (1); end"
        )
    states = play(dags["monitor_daily"])
    assert {t: s for t, s in states.items() if s != "success"} == {
        "": "failed", "claims": "failed", "finish": "failed",
        **dict.fromkeys(("figures", "compare", "alert", "notify"), "upstream_failed"),
    }  # fmt: skip
    (run,) = found(tmp_path / "home", Run)
    assert run.failed == ("claims", "figures", "compare", "alert", "notify")
    assert "no such table: main.claims_of_today" in run.errors[0]
    assert len(run.outlets) >= 8
    assert run.counts["clean"]["made"] > 5


def test_where_a_run_cannot_begin_nothing_is_cleaned(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.set_day(0)
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "broken.yml").write_text("name: broken\n")
    monkeypatch.setenv("COUNTERCLAIM_TOPICS", json.dumps([str(tmp_path / "topics")]))
    states = play(dags["monitor_daily"])
    assert (states[""], states["begin"], states["clean"], states["finish"]) == (
        "failed",
        "failed",
        "upstream_failed",
        "failed",
    )


def test_the_form_chooses_outlets_and_whether_to_fetch(dags: dict[str, Any], newsroom: Any, tmp_path: Path) -> None:
    newsroom.set_day(0)
    states = play(dags["monitor_daily"], outlets=["gb/lantern"])
    assert states[""] == "success", states
    (run,) = found(tmp_path / "home", Run)
    assert [c.outlet for c in run.outlets] == ["gb/lantern"]
    states = play(dags["monitor_daily"], fetch=False)
    assert (states[""], states["fetch[0]"], states["claims"]) == ("success", "success", "success")
    assert sorted(len(run.outlets) for run in found(tmp_path / "home", Run)) == [0, 1]
    states = play(dags["monitor_daily"], outlets=["gb/nobody"])
    assert states[""] == "failed", states


def test_backfilling_the_daily_run_is_refused_with_the_right_name(dags: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from console.airflow_tasks import begin

    with pytest.raises(AirflowFailException, match="Trigger the DAG `backfill`"):
        begin.function("airflow: daily", "key", "backfill")


def test_the_deadline_is_told_by_what_the_triggerer_can_import(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path
) -> None:
    import asyncio
    from importlib import import_module

    for name, hours in (("monitor_daily", 4), ("monitor_hourly", 2)):
        (alert,) = dags[name].deadline
        module, _, function = alert.callback.path.rpartition(".")
        for _ in range(2):
            asyncio.run(getattr(import_module(module), function)(**alert.callback.kwargs, context={}))
        assert alert.callback.kwargs == {"dag": name, "hours": hours}
    assert sorted(d.subject for d in found(tmp_path / "home", Delivery)) == [
        "monitor_daily is late",
        "monitor_hourly is late",
    ]


def test_old_history_and_logs_go(dags: dict[str, Any], newsroom: Any) -> None:
    from console.stack import clean_airflow

    newsroom.set_day(0)
    assert play(dags["brief"])[""] == "success"
    logs = Path(os.environ["AIRFLOW_HOME"]) / "logs" / "dag_id=brief" / "run"
    logs.mkdir(parents=True, exist_ok=True)
    for name, days in (("old.log", 91), ("young.log", 1)):
        (logs / name).write_text("x")
        stamp = (datetime.now(UTC) - timedelta(days=days)).timestamp()
        os.utime(logs / name, (stamp, stamp))
    assert clean_airflow(logs.parents[1], 90, now=datetime.now(UTC)) == 1
    assert [f.name for f in logs.iterdir()] == ["young.log"]
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    def runs() -> int:
        with create_session() as session:
            return int(session.query(DagRun).filter(DagRun.dag_id == "brief").count())

    assert runs() >= 1
    clean_airflow(logs.parents[1], 1, now=datetime.now(UTC) + timedelta(days=2))
    assert runs() <= 1  # Airflow keeps the last run of a DAG


def test_mapped_tasks_carry_names(dags: dict[str, Any]) -> None:
    from airflow.sdk.bases.operator import BaseOperator  # noqa: F401  the templates are Airflow's

    assert "batch" in dags["monitor_daily"].get_task("fetch").partial_kwargs["map_index_template"]


def test_the_hourly_run_asks_for_breaking_topics_alone(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.set_day(2)
    (tmp_path / "topics").mkdir()
    topic = tmp_path / "topics" / "flood.yml"
    topic.write_text("name: flood\ntitle: Flood\nmatch: [[flood, floods, Vessa]]\n")
    monkeypatch.setenv("COUNTERCLAIM_TOPICS", json.dumps([str(topic.parent)]))
    monkeypatch.setenv("COUNTERCLAIM_SHIP_TOPICS", "false")
    address = f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}"

    def pages(dag: str, expected: str = "success") -> int:
        states = play(dags[dag])
        assert states.pop("") == states.pop("breaking_topics", "success") == "success"
        assert set(states.values()) == {expected}
        store = open_store(address)
        found = store.count(Page)
        store.close()
        return found

    open_store(address).close()
    assert pages("monitor_hourly", "skipped") == 0  # no topic is breaking
    topic.write_text(topic.read_text() + "breaking: true\n")
    breaking = pages("monitor_hourly")
    assert 0 < breaking < pages("monitor_daily")
    store = open_store(address)
    hourly = {run.id for run in store.find(Run) if run.trigger == "airflow: hourly"}
    early = [a for a in store.find(Article) if a.run in hourly]
    assert early
    assert [a.title for a in early if not a.topics] == []
    store.close()


def test_a_wrong_configuration_fails_at_once_and_a_later_try_succeeds(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.set_day(0)
    broken = tmp_path / "outlets" / "gb" / "broken.yml"
    broken.write_text("name: Broken\n")
    states = play(dags["monitor_daily"])
    assert (states[""], states["begin"]) == ("failed", "failed")
    broken.unlink()
    assert play(dags["monitor_daily"])[""] == "success"


def test_reprocessing_reports_and_raises_nothing(dags: dict[str, Any], newsroom: Any, tmp_path: Path) -> None:
    newsroom.set_day(1)
    assert play(dags["backfill"], since="2024-10-01")[""] == "success"
    before = said(tmp_path / "home")
    states = play(dags["reprocess"], start="2024-10-01", end=datetime.now(UTC).date().isoformat(), alerts=False)
    assert set(states.values()) == {"success"}, states
    assert said(tmp_path / "home") == before
    assert play(dags["housekeeping"])[""] == "success"


def test_a_crawl_that_gets_nothing_is_tried_again(
    dags: dict[str, Any], tmp_path: Path, newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.sites import Answer, article, rss, serve

    def robots(_: dict[str, str]) -> Answer:
        """Out of order until the first crawl was judged."""
        store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
        judged = store.count(Outcome, Where("step", "=", "fetch"))
        store.close()
        return (
            Answer(b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})
            if judged
            else Answer(status=503)
        )

    with serve() as site:
        site.routes["/robots.txt"] = robots
        site.put("/feed", rss(site, "/a"), "application/rss+xml")
        site.put("/a", article("/a"))
        (tmp_path / "one" / "gb").mkdir(parents=True)
        (tmp_path / "one" / "gb" / "one.yml").write_text(
            f"name: One\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: {site.url}/\nfeeds: [{site.url}/feed]\ndelay: 0\n"
        )
        monkeypatch.setenv("COUNTERCLAIM_OUTLETS", str(tmp_path / "one"))
        states = play(dags["monitor_daily"], tries=True)
    assert states == {**dict.fromkeys(states, "success 1"), "": "success", "fetch[0]": "success 2"}
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    assert [p.url for p in store.find(Page)] == [f"{site.url}/a"]
    store.close()


def test_the_brief_goes_to_each_receiver_once_a_day(
    dags: dict[str, Any], newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERCLAIM_RECEIVERS__DESK__DIGEST", "00:00")
    for _ in range(2):
        assert set(play(dags["brief"]).values()) == {"success"}
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    assert [(d.receiver, d.subject[:9]) for d in store.find(Delivery)] == [("desk", "Brief of ")]
    store.close()


@pytest.mark.parametrize(("store", "pool", "readers"), [("", "write", "1"), ("http://127.0.0.1:9200", "crawl", "3")])
def test_tasks_run_beside_each_other_where_the_store_takes_it(
    dags: dict[str, Any], store: str, pool: str, readers: str, tmp_path: Path
) -> None:
    """Also: what is read whenever Airflow parses a DAG is light; the pipeline is imported by tasks alone."""
    heavy = "{'spacy', 'scrapy', 'trafilatura', 'elasticsearch', 'processing.pipeline'} & set(sys.modules)"
    program = f"import sys; from console.airflow_tasks import READERS, fetch; print({heavy} or '', fetch.kwargs['pool'], READERS)"
    environment = {**os.environ, "COUNTERCLAIM_STORE": store, "COUNTERCLAIM_READERS": "3"}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert told.stdout.split() == [pool, readers]
