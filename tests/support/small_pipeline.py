"""A small pipeline in three steps over any store, and what it must leave behind: for tests in which the store fails in the middle of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from elasticsearch import Elasticsearch, helpers

from processing.store import FIELDS, Batch, Store, open_store
from processing.store.elastic import ElasticStore
from processing.store.elastic.connection import read_address
from processing.store.elastic.layout import index_names
from schemas.errors import StoreError
from schemas.records import Article, Claim, CopyGroup, Figure, FigureDay, Outcome
from tests.support.records import NOON, make_article, make_claim, make_figure, make_finding

Hook = Callable[[int], None]
SIZE = 10  # items in a batch


def begin(store: Store, n: int) -> None:
    store.apply(
        Batch(
            enqueue=[("clean", f"p{i:05}") for i in range(n)],
            put=[make_figure(id="stale"), make_finding(id="stale", figure="stale")],
        )
    )


def go_on(store: Store, hook: Hook) -> None:
    """Every step on what waits, as the pipeline does it; `hook(n)` is called before the n-th batch is written."""
    written = 0

    def apply(batch: Batch) -> None:
        nonlocal written
        hook(written)
        store.apply(batch)
        written += 1

    with store.hold_run("run", NOON):
        for step, do in (("clean", clean), ("claims", claims), ("figures", figures)):
            while items := store.queued(step, SIZE):
                batch = Batch(done=[(step, item) for item in items])
                do(store, items, batch)
                apply(batch)


def clean(store: Store, items: list[str], batch: Batch) -> None:
    for item in items:
        article = make_article(url=f"https://courier.example/{item}", text=f"Floods killed {int(item[1:])} people.")
        batch.put += [article, Outcome(f"o{item}", "clean", item, "done", "", "", "gb/courier", NOON)]
        batch.keys += [("copy", article.key, [f"k{int(item[1:]) // 3}"]), ("topic", article.key, ["flood"])]
        batch.enqueue.append(("claims", article.id))


def claims(store: Store, items: list[str], batch: Batch) -> None:
    for article in store.get_many(Article, items).values():
        number = int(article.text.split()[2])
        shared = store.lookup("copy", [f"k{number // 3}"])
        claim = make_claim(id=f"c{article.id}", article_id=article.id, article_key=article.key, low=number, high=number)
        batch.put += [claim, CopyGroup(f"g{number // 3}", tuple(sorted(shared)), min(shared))]
        batch.enqueue.append(("figures", f"f{number % 7}"))


def figures(store: Store, items: list[str], batch: Batch) -> None:
    found: dict[str, list[Claim]] = {}
    for claim in store.find(Claim):
        found.setdefault(f"f{int(claim.low or 0) % 7}", []).append(claim)
    for item in items:
        these = sorted(found[item], key=lambda c: c.id)
        batch.put += [
            replace(make_figure(id=item), claims=tuple(c.id for c in these)),
            FigureDay(item, NOON.date(), 1, 2, 3, False, len(these), ()),
        ]
        batch.put += [
            make_finding(id=f"n{item}{n}", figure=item, earlier=a.id, later=b.id)
            for n, (a, b) in enumerate(pairwise(these[:4]))
        ]
    batch.delete.append((Figure, "stale"))


def contents(store: Store) -> dict[str, Any]:
    held: dict[str, Any] = {cls.__name__: sorted(store.find(cls), key=str) for cls in FIELDS}
    held |= {f"keys {space}": dict(store.all_keys(space)) for space in store.spaces()}
    return held | {
        "waiting": store.info().waiting,
        "search": sorted(hit.article.id for hit in store.search("floods", limit=9999)),
    }


def undisturbed(n: int) -> dict[str, Any]:
    store = open_store("sqlite::memory:")
    begin(store, n)
    go_on(store, lambda written: None)
    held = contents(store)
    store.close()
    return held


def nothing(written: int) -> None:
    """No disturbance."""


def documents(address: str) -> dict[tuple[str, str], Any]:
    """Every document in every index of a store, by index name and id; refused documents and what the clock gives apart."""
    hosts, prefix = read_address(address)
    client = Elasticsearch(hosts, request_timeout=60)
    client.indices.refresh(index=f"{prefix}-*")
    found = {}
    for name in index_names():
        if name not in ("lock", "rejected"):
            for hit in helpers.scan(client, index=f"{prefix}-{name}"):
                found[name, hit["_id"]] = {k: v for k, v in hit["_source"].items() if (name, k) != ("queue", "seq")}
    client.close()
    return found


def until_done(
    address: str,
    hook: Hook,
    *,
    stopped: Callable[[], None] = lambda: None,
    attempts: int = 40,
    retries: int = 6,
    timeout: float = 30,
) -> list[str]:
    """Start the run again after each stop, as a schedule does; returns what each stop said. `stopped` is called after each."""
    said: list[str] = []
    for _ in range(attempts):
        try:
            store = ElasticStore(address, retries=retries, timeout=timeout)
            try:
                go_on(store, hook)
            finally:
                store.close()
            return said
        except StoreError as error:
            said.append(str(error))
            stopped()
    raise AssertionError(f"not done after {attempts} attempts: {said}")
