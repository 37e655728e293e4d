"""How many requests the store on Elasticsearch makes an article, and how long the sample newsroom takes on it beside
SQLite: `python -m bench.requests`. Needs a node as the tests start it, or ES_URL."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from elastic_transport import Transport

from demo.run import run_newsroom
from processing.store import open_store
from schemas.records import Article
from tests.elastic_node import cluster


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts requests by method, index and end point, of this process."""
    counts: Counter[str] = Counter()
    before = Transport.perform_request

    def perform(self: Transport, method: str, target: str, **more: object) -> object:
        parts = target.partition("?")[0].strip("/").split("/")
        index = parts[0].rpartition("-")[2] if not parts[0].startswith("_") and "," not in parts[0] else ""
        counts[f"{method} {index} {next((p for p in reversed(parts) if p.startswith('_')), '')}"] += 1
        return before(self, method, target, **more)  # type: ignore[arg-type]

    Transport.perform_request = perform  # type: ignore[assignment,method-assign]
    try:
        yield counts
    finally:
        Transport.perform_request = before  # type: ignore[method-assign]


def main(url: str) -> None:
    """Plays the newsroom on both stores."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "warm").mkdir()
        run_newsroom(Path(folder) / "warm", 0)
        began = time.monotonic()
        (Path(folder) / "sqlite").mkdir()
        run_newsroom(Path(folder) / "sqlite", 0)
        embedded = time.monotonic() - began
        (Path(folder) / "elastic").mkdir()
        address = f"{url}/bench-{uuid4().hex[:8]}"
        open_store(address).close()
        with counted() as counts:
            began = time.monotonic()
            run_newsroom(Path(folder) / "elastic", 0, store=address)
            elastic = time.monotonic() - began
        store = open_store(address)
        articles = store.count(Article)
        store.close()
    for what, n in counts.most_common(40):
        print(f"{n:6} {what}")
    total = sum(counts.values())
    print(f"{total} requests for {articles} articles: {total / articles:.2f} an article")
    print(f"SQLite {embedded:.1f} s, Elasticsearch {elastic:.1f} s: {elastic / embedded:.2f} times")


if __name__ == "__main__":
    if os.environ.get("ES_URL"):
        main(os.environ["ES_URL"])
    else:
        with tempfile.TemporaryDirectory() as data, cluster(Path(data)) as running:
            main(running.url)
