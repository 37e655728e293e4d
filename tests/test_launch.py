"""Kills of `fetch` and of its crawl processes: no page is lost, none is doubled, nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from processing.pipeline.fetch import fetch
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.config import Outlet
from schemas.records import Page, UrlState
from schemas.settings import Settings
from spiders import read_body
from spiders.launch import drop_spool, leftover_spools, new_plan_paths, run_plans, user_agent
from spiders.plan import OutletTask, Plan
from tests.support.sites import Answer, Site, article, rss, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as found:
        yield found


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    store = open_store(f"sqlite:{tmp_path / 'counterclaim.db'}")
    yield Work(
        store, Settings(home=tmp_path, allow_private_hosts=True), {}, {}, lambda: datetime(2025, 1, 22, 12, tzinfo=UTC)
    )
    store.close()


SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path
from processing.pipeline.fetch import fetch
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.config import Outlet
from schemas.settings import Settings
home, url = sys.argv[1:]
courier = Outlet(id="gb/courier", name="C", country="gb", language="en", timezone="Europe/London", home=url, feeds=(url + "/feed",), delay=0.05)
store = open_store(f"sqlite:{home}/counterclaim.db")
fetch(Work(store, Settings(home=Path(home), allow_private_hosts=True), {courier.id: courier}, {}, lambda: datetime.fromisoformat("2025-01-22T12:00:00+00:00")))
"""


def run_and_kill(work: Work, site: Site, victim: Callable[[int], int | None]) -> None:
    """Fetch in a process of its own; when the fourth article is asked, kill the process that `victim` names by the fetch's id."""
    asked = threading.Event()

    def last(_: dict[str, str]) -> Answer:
        asked.set()
        return Answer(article("/late").encode(), headers={"Content-Type": "text/html"}, hang=60)

    site.routes["/late"] = last
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(work.home), site.url], cwd=Path(__file__).parents[1])
    try:
        assert asked.wait(240)
        if (target := victim(process.pid)) is not None:
            os.kill(target, signal.SIGKILL)
        process.wait(240)
    finally:
        process.kill()
        process.wait()


def crawl_of(pid: int) -> int:
    """The process id of a fetch's crawl."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the crawl's process in /proc")
@pytest.mark.parametrize("victim", ["fetch", "crawl"])
def test_kill_loses_no_page_and_doubles_none(work: Work, site: Site, victim: str) -> None:
    paths = ["/a", "/b", "/c", "/late"]
    site.put("/feed", rss(site, *paths), "application/rss+xml", ETag='"1"')
    for path in paths[:3]:
        site.put(path, article(path))
    run_and_kill(work, site, crawl_of if victim == "crawl" else lambda pid: pid)
    known = work.store.count(Page)
    if victim == "fetch":
        assert known == 0
        assert [path.suffix for path in (work.home / "spool").iterdir() if path.suffix == ".jsonl"] == [".jsonl"]
    site.closing.set()
    site.put("/late", article("/late"))
    courier = Outlet(
        id="gb/courier",
        name="C",
        country="gb",
        language="en",
        timezone="Europe/London",
        home=site.url,
        feeds=(f"{site.url}/feed",),
        delay=0,
    )
    counts, _ = fetch(replace(work, outlets={courier.id: courier}))
    assert sorted(read_body(work.home, page).decode() for page in work.store.find(Page)) == [
        article(path) for path in paths
    ]
    assert work.store.waiting("clean") == 4
    assert known + counts.made == 4
    assert list((work.home / "spool").iterdir()) == []
    assert {s.status for s in work.store.find(UrlState) if s.kind == "page"} == {200}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_kills_at_any_moment(work: Work, site: Site, seed: int) -> None:
    """Fetch is killed ten times at random moments (sometimes its crawl instead); the run after that has every page, once."""
    chance = random.Random(seed)
    paths = [f"/{number}" for number in range(60)]
    site.put("/feed", rss(site, *paths), "application/rss+xml", ETag='"1"')
    for path in paths:
        site.routes[path] = Answer(article(path).encode(), headers={"Content-Type": "text/html"}, hang=0.02)
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(work.home), site.url], cwd=Path(__file__).parents[1]
        )
        try:
            process.wait(chance.uniform(0.5, 6))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(IndexError, OSError):
                os.kill(crawl_of(process.pid) if chance.random() < 0.3 else process.pid, signal.SIGKILL)
            process.wait(240)
    courier = Outlet(
        id="gb/courier",
        name="C",
        country="gb",
        language="en",
        timezone="Europe/London",
        home=site.url,
        feeds=(f"{site.url}/feed",),
        delay=0,
    )
    fetch(replace(work, outlets={courier.id: courier}))
    fetch(replace(work, outlets={courier.id: courier}))
    assert sorted(page.url.removeprefix(site.url) for page in work.store.find(Page)) == sorted(paths)
    assert all(
        read_body(work.home, page).decode() == article(page.url.removeprefix(site.url))
        for page in work.store.find(Page)
    )
    assert work.store.waiting("clean") == 60
    assert list((work.home / "spool").glob("*.jsonl")) == []


def test_spools_of_dead_runs_are_found_oldest_first(tmp_path: Path) -> None:
    names = ["20250122T130000-b-0", "20250122T120000-a-0"]
    spools = [new_plan_paths(tmp_path, name)[0] for name in names]
    for spool in spools:
        spool.write_bytes(b"")
    old, new = tmp_path / "spool" / "old.plan", tmp_path / "spool" / "new.plan"
    for path in (old, new):
        path.write_bytes(b"{}")
    os.utime(old, (0, 0))
    assert list(leftover_spools(tmp_path)) == spools[::-1]
    assert (old.exists(), new.exists()) == (False, True), "a plan whose crawl has not begun yet is left alone"
    new.unlink()
    with FileLock(f"{spools[1]}.lock"):
        assert list(leftover_spools(tmp_path, patience=0.05)) == spools[:1], "one whose crawl still runs is left alone"
    spools[0].with_suffix(".log").write_text("Traceback", "utf8")
    spools[1].with_suffix(".log").write_text("", "utf8")
    for spool in spools:
        drop_spool(spool)
    assert list((tmp_path / "spool").iterdir()) == []
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["fetch-20250122T130000-b-0.log"]


def test_crawl_that_overruns_its_time_is_ended(tmp_path: Path, site: Site) -> None:
    site.put("/feed", rss(site, "/hang"), "application/rss+xml")
    site.routes["/hang"] = Answer(hang=60)
    spool, archive = new_plan_paths(tmp_path, "20250122T120000-a-0")
    task = OutletTask("gb/c", {"feeds": [f"{site.url}/feed"], "delay": 0})
    plan = Plan(
        str(tmp_path),
        str(spool),
        archive,
        "2025-01-22T12:00:00+00:00",
        user_agent(),
        (task,),
        allow_private_hosts=True,
        request_seconds=20,
    )
    (ended,) = run_plans([plan], seconds=2, patience=0.2)
    assert ended.timed_out
    assert ended.code in (-signal.SIGTERM, -signal.SIGKILL), "killed, at the latest, where it does not stop by itself"


def test_user_agent_names_a_contact() -> None:
    assert user_agent("https://newsroom.example/bot").endswith(" (+https://newsroom.example/bot)")
    assert user_agent().startswith("Counterclaim/")
