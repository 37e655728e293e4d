"""Several workers fetch at the same time on one home: none takes another's spool, and no outlet is asked by two at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from processing.store import open_store
from schemas.errors import FetchError
from schemas.records import Page
from spiders.launch import drop_spool, hold_outlets, leftover_spools, new_plan_paths, own_spools
from tests.support.sites import Answer, article, rss, serve

ROOT = Path(__file__).parents[1]
WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from processing.pipeline.fetch import fetch
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.config import Outlet
from schemas.settings import Settings
home, id, url = sys.argv[1:]
outlet = Outlet(id=id, name="C", country="gb", language="en", timezone="Europe/London", home=url, feeds=(url + "/feed",), delay=0)
store = open_store(f"sqlite:{home}/counterclaim.db")
now = datetime.fromisoformat("2025-01-22T12:00:00+00:00")
counts, coverage = fetch(Work(store, Settings(home=Path(home), allow_private_hosts=True), {id: outlet}, {}, lambda: now))
print(coverage[0].fetched, coverage[0].reason, sorted(counts.problems))
"""


def worker(home: Path, id: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(home), id, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_second_worker_leaves_the_first_one_s_spool_alone(tmp_path: Path) -> None:
    """The first hangs in an article while the second fetches another outlet from beginning to end."""
    hung, go = threading.Event(), threading.Event()

    def late(_: dict[str, str]) -> Answer:
        hung.set()
        assert go.wait(240)
        return Answer(article("/late").encode(), headers={"Content-Type": "text/html"})

    with serve() as slow, serve() as quick:
        slow.put("/feed", rss(slow, "/a", "/late"), "application/rss+xml")
        slow.put("/a", article("/a"))
        slow.routes["/late"] = late
        quick.put("/feed", rss(quick, "/b"), "application/rss+xml")
        quick.put("/b", article("/b"))
        first = worker(tmp_path, "gb/slow", slow.url)
        try:
            assert hung.wait(240)
            second = worker(tmp_path, "gb/quick", quick.url)
            assert second.communicate(timeout=240)[0] == "1 None []\n"
            assert [p.suffix for p in sorted((tmp_path / "spool").glob("*.jsonl"))] == [".jsonl"]
        finally:
            go.set()
        assert first.communicate(timeout=240)[0] == "2 None []\n"
    store = open_store(f"sqlite:{tmp_path / 'counterclaim.db'}")
    assert sorted(p.outlet for p in store.find(Page)) == ["gb/quick", "gb/slow", "gb/slow"]
    store.close()
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_spool_is_left_alone_between_its_crawl_s_end_and_its_import(tmp_path: Path) -> None:
    spool, _ = new_plan_paths(tmp_path, "20250122T120000-a-0")
    spool.write_bytes(b"")
    with own_spools([spool]):
        assert list(leftover_spools(tmp_path)) == []
    assert list(leftover_spools(tmp_path)) == [spool], "its owner is gone"


def test_a_dead_run_s_spool_is_imported_by_one_worker_only(tmp_path: Path) -> None:
    spools = [new_plan_paths(tmp_path, f"20250122T12000{n}-a-0")[0] for n in range(2)]
    for spool in spools:
        spool.write_bytes(b"")
    found = leftover_spools(tmp_path)
    assert next(found) == spools[0]
    assert list(leftover_spools(tmp_path)) == [spools[1]], "the first is in another's hands"
    drop_spool(spools[0])
    drop_spool(spools[1])
    assert list(found) == []
    assert list((tmp_path / "spool").iterdir()) == []


def test_an_outlet_is_asked_by_one_worker_at_a_time(tmp_path: Path) -> None:
    with hold_outlets(tmp_path, ["gb/b", "gb/a"]):
        with hold_outlets(tmp_path, ["gb/c"]):
            pass
        with (
            pytest.raises(FetchError, match="gb/a: another run has been fetching it"),
            hold_outlets(tmp_path, ["gb/a"], patience=0.1),
        ):
            pass
    with hold_outlets(tmp_path, ["gb/a"], patience=0):
        pass
