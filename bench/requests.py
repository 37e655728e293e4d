"""How many requests the store on Elasticsearch makes an article, by step, and how long the sample newsroom takes on it
beside SQLite: day by day as it is played, and all its pages in one run: `python -m bench.requests`. Needs a node as the
tests start it, or ES_URL."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import structlog
from elastic_transport import Transport

from demo.run import newsroom_settings, run_newsroom
from processing.pipeline.run import STEPS, run_daily
from processing.pipeline.surroundings import open_work
from processing.store import Batch, open_store
from schemas.records import Article, Page
from tests.support.elastic_node import cluster

_PARTS = {"fetch", "tell_drifts", "rematch_topics", *STEPS}


def _part() -> str:
    """The step of the run that asks, by the functions that are being called."""
    frame = sys._getframe(2)
    while frame is not None and not (
        frame.f_code.co_name in _PARTS and f"{os.sep}pipeline{os.sep}" in frame.f_code.co_filename
    ):
        frame = frame.f_back  # type: ignore[assignment]
    return frame.f_code.co_name if frame is not None else "run"


@contextmanager
def counted() -> Iterator[tuple[Counter[str], Counter[str]]]:
    """Counts requests of this process by step, and by method, index and end point."""
    steps: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    before = Transport.perform_request

    def perform(self: Transport, method: str, target: str, **more: object) -> object:
        parts = target.partition("?")[0].strip("/").split("/")
        index = parts[0].rpartition("-")[2] if not parts[0].startswith("_") and "," not in parts[0] else ""
        kinds[f"{method} {index} {next((p for p in reversed(parts) if p.startswith('_')), '')}"] += 1
        steps[_part()] += 1
        return before(self, method, target, **more)  # type: ignore[arg-type]

    Transport.perform_request = perform  # type: ignore[assignment,method-assign]
    try:
        yield steps, kinds
    finally:
        Transport.perform_request = before  # type: ignore[method-assign]


def _tell(title: str, steps: Counter[str], kinds: Counter[str], address: str) -> None:
    with closing(open_store(address)) as store:
        articles = store.count(Article)
    print(title)
    print("  by step: " + ", ".join(f"{name} {n}" for name, n in steps.most_common()))
    print("  by kind: " + ", ".join(f"{kind} {n}" for kind, n in kinds.most_common(16)))
    total = sum(steps.values())
    print(f"  {total} requests for {articles} articles: {total / articles:.2f} an article")


def _play(home: Path, store: str | None = None) -> float:
    """The newsroom day by day; returns seconds."""
    home.mkdir()
    began = time.monotonic()
    run_newsroom(home, 0, store=store)
    return time.monotonic() - began


def _one_run(home: Path, store: str) -> float:
    """All pages that a newsroom fetched, through the steps in one run into an empty store; returns seconds."""
    with closing(open_store(f"sqlite:{home / 'counterclaim.db'}")) as played:
        pages = list(played.find(Page))
    settings = newsroom_settings(home, store)
    with open_work(settings, now=lambda: max(page.fetched_at for page in pages)) as work:
        work.store.apply(Batch(put=pages, enqueue=[("clean", page.id) for page in pages]))
        began = time.monotonic()
        run_daily(work, fetching=False)
        return time.monotonic() - began


def main(url: str) -> None:
    """Plays the newsroom on both stores."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        _play(here / "warm")
        addresses = [f"{url}/bench-{uuid4().hex[:8]}" for _ in range(2)]
        for address in addresses:
            open_store(address).close()
        embedded = _play(here / "sqlite")
        with counted() as counts:
            elastic = _play(here / "elastic", addresses[0])
        _tell("day by day:", *counts, addresses[0])
        print(f"  SQLite {embedded:.1f} s, Elasticsearch {elastic:.1f} s: {elastic / embedded:.2f} times")
        once = _one_run(here / "sqlite", f"sqlite:{here / 'once.db'}")
        with counted() as counts:
            elastic = _one_run(here / "sqlite", addresses[1])
        _tell("all pages in one run:", *counts, addresses[1])
        print(f"  SQLite {once:.1f} s, Elasticsearch {elastic:.1f} s: {elastic / once:.2f} times")


if __name__ == "__main__":
    if os.environ.get("ES_URL"):
        main(os.environ["ES_URL"])
    else:
        with tempfile.TemporaryDirectory() as data, cluster(Path(data)) as running:
            main(running.url)
