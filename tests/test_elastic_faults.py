"""What becomes of a run when the cluster fails in the middle of it: three real nodes that are killed, paused, blocked, mapped wrongly.

Each case strikes at a point of the run's progress and is over at a later one, never at a moment of the clock. Afterwards nothing is lost and
nothing doubled: every document of every index is compared with those that an undisturbed run left.
"""

from __future__ import annotations

import itertools
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from elastic_transport import ConnectionTimeout, Urllib3HttpNode
from elasticsearch import Elasticsearch

from processing.store import Batch, Store, open_store
from processing.store.elastic import ElasticStore
from processing.store.elastic.connection import read_address
from processing.store.elastic.layout import layout_of, template
from schemas.errors import StoreError, StoreFull, StoreVersion
from schemas.records import Figure
from tests.support.broken_cluster import FAULTS, Fault, connected, disturbed, filled, three_nodes
from tests.support.elastic_node import Cluster
from tests.support.records import make_figure
from tests.support.small_pipeline import (
    SIZE,
    begin,
    claims,
    clean,
    contents,
    documents,
    go_on,
    nothing,
    undisturbed,
    until_done,
)

FEW = 60


@pytest.fixture(scope="module")
def three() -> Iterator[Cluster]:
    with three_nodes() as running:
        yield running


@pytest.fixture
def address(three: Cluster) -> str:
    return filled(three, FEW)


@pytest.fixture(scope="module")
def wanted(three: Cluster) -> dict[tuple[str, str], Any]:
    """The documents that an undisturbed run leaves; they hold what such a run on SQLite leaves."""
    address = filled(three, FEW)
    assert until_done(address, nothing) == []
    store = open_store(address)
    assert contents(store) == undisturbed(FEW)
    store.close()
    found = documents(address)
    assert Counter(name for name, _ in found) == {
        "article": FEW, "outcome": FEW, "claim": FEW, "latest": FEW, "lookup_key": 2 * FEW, "copy_group": FEW // 3, "figure": 7, "figure_day": 7, "finding": 21,
    }  # fmt: skip
    return found


# ---------------------------------------------------------------- nodes that die or do not answer


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "a master that answers slowly"])
def test_a_run_outlives(name: str, wanted: dict[tuple[str, str], Any], address: str, three: Cluster) -> None:
    fault = Fault(lambda: FAULTS[name](three), at=3, until=8, stops=1 if name == "all nodes down" else 9)
    said = disturbed(three, address, fault)
    assert said or name != "all nodes down"
    assert until_done(address, nothing) == []  # a write that a slow node carries out late may queue an item once more
    assert documents(address) == wanted


def test_answers_that_are_lost(
    address: str, wanted: dict[tuple[str, str], Any], three: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster does what it is asked, but every other answer to a write comes too late; the client then asks the same again."""
    client = connected(three)
    dead = {
        "owner": "run",
        "since": "2025-01-22T12:00:00+00:00",
        "host": "elsewhere",
        "pid": 1,
        "beat": "2025-01-22T12:00:00+00:00",
    }
    client.index(index="counterclaim-lock", id="run", document=dead)
    client.close()
    perform = Urllib3HttpNode.perform_request
    lost = itertools.count()

    def late(node: Urllib3HttpNode, method: str, target: str, *rest: Any, **named: Any) -> Any:
        answer = perform(node, method, target, *rest, **named)
        if re.search(r"_bulk|/_doc/|/_create/", target) and method != "GET" and next(lost) % 2 == 0:
            raise ConnectionTimeout("too late")
        return answer

    monkeypatch.setattr(Urllib3HttpNode, "perform_request", late)

    assert until_done(address, nothing) == []
    assert next(lost) > 20
    assert documents(address) == wanted


# ---------------------------------------------------------------- runs that are cut, or two at once


def test_a_run_that_is_cut_between_writing_and_marking_done(address: str, wanted: dict[tuple[str, str], Any]) -> None:
    """The work is done again, with the same effect: the process dies after each batch's records were written."""

    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        store = ElasticStore(address)
        store._batches._queue = cut  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            go_on(store, nothing)
        store.close()
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


def test_two_workers_on_the_same_items_end_in_one_state(address: str, wanted: dict[tuple[str, str], Any]) -> None:
    stores = [ElasticStore(address) for _ in range(2)]
    said: list[str] = []

    def work(store: Store) -> None:
        try:
            for step, do in (("clean", clean), ("claims", claims)):
                while items := store.queued(step, SIZE):
                    batch = Batch(done=[(step, item) for item in items])
                    do(store, items, batch)
                    store.apply(batch)
        except Exception as error:
            said.append(str(error))

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for opened in stores:
        opened.close()
    assert said == []
    assert until_done(address, nothing) == []
    found = documents(
        address
    )  # which articles were there when a group of copies was written differs with the order of the two
    assert {k: v for k, v in found.items() if k[0] != "copy_group"} == {
        k: v for k, v in wanted.items() if k[0] != "copy_group"
    }


# ---------------------------------------------------------------- indices that refuse


def put_settings(three: Cluster, index: str, **given: Any) -> None:
    client = connected(three)
    client.indices.put_settings(index=f"counterclaim-{index}", settings=given)
    client.close()


@pytest.mark.parametrize(
    ("index", "block"), [("article", "index.blocks.write"), ("queue", "index.blocks.read_only_allow_delete")]
)
def test_an_index_made_read_only(
    index: str, block: str, address: str, wanted: dict[tuple[str, str], Any], three: Cluster
) -> None:
    store = open_store(address)
    with pytest.raises(StoreFull, match=rf"counterclaim-{index}: is blocked for writing \(.*the work stays pending"):
        go_on(store, lambda written: put_settings(three, index, **{block: True}) if written == 3 else None)
    assert store.waiting("clean") == FEW - 3 * SIZE
    store.close()
    put_settings(three, index, **{block: None})
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


def test_a_cluster_that_refuses_work_for_a_while(empty_elastic: str) -> None:
    """Elasticsearch's circuit breaker answers 429 to every request. On one node: between several it stops what they say to each other too."""
    if os.environ.get("ES_URL"):
        pytest.skip("a cluster that others may use is not made to refuse work")
    store = open_store(empty_elastic)
    begin(store, FEW)
    store.close()

    def limit(value: str | None) -> None:
        client = Elasticsearch(read_address(empty_elastic)[0], request_timeout=60)
        client.cluster.put_settings(persistent={"network.breaker.inflight_requests.limit": value})
        client.close()

    store = ElasticStore(empty_elastic, retries=1)
    try:
        with pytest.raises(StoreFull, match=r"the cluster refuses work \(429: .*try again when it is less busy"):
            go_on(store, lambda written: limit("1b") if written == 3 else None)
    finally:
        limit(None)
        store.close()
    assert until_done(empty_elastic, nothing) == []
    store = open_store(empty_elastic)
    assert contents(store) == undisturbed(FEW)
    store.close()


def test_a_closed_index(address: str, wanted: dict[tuple[str, str], Any], three: Cluster) -> None:
    """What is wrong with an index is no fault of the documents: none is given up."""
    client = connected(three)
    store = open_store(address)
    with pytest.raises(StoreError, match=r"counterclaim-outcome-v1-000001: is closed; open it; the work stays pending"):
        go_on(
            store, lambda written: client.indices.close(index="counterclaim-outcome").clear() if written == 3 else None
        )
    assert store.waiting("clean") == FEW - 3 * SIZE
    store.close()
    client.indices.open(index="counterclaim-outcome-v1-000001")
    client.close()
    three.wait(status="green")
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


CONFLICTS = {
    "a field of another type": (
        {"low": {"type": "boolean"}},
        "low is boolean, not double",
        r"failed to parse field \[low\] of type \[boolean\]",
    ),
    "a field that is not there": (
        {"low": None},
        "low is missing",
        r"mapping set to strict, dynamic introduction of \[low\]",
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_mapping_conflict(name: str, address: str, wanted: dict[tuple[str, str], Any], three: Cluster) -> None:
    """In the middle of a run the index of claims is replaced by one whose mapping is not the layout's."""
    changed, told, refused = CONFLICTS[name]
    mapping = template("claim")["template"]["mappings"]
    mapping = {
        **mapping,
        "properties": {k: v for k, v in {**mapping["properties"], **changed}.items() if v is not None},
    }
    client = connected(three)
    old, other = (
        next(iter(client.indices.get_alias(name="counterclaim-claim"))),
        f"restored-claim-v{layout_of('claim')}",
    )

    def swap(written: int) -> None:
        if written == FEW // SIZE:  # every article is there, and no claim
            client.indices.create(index=other, mappings=mapping, settings={"number_of_replicas": 1})
            put = {"add": {"index": other, "alias": "counterclaim-claim"}}
            client.indices.update_aliases(actions=[{"remove_index": {"index": old}}, put])

    store = open_store(address)
    message = rf"{other}: its mapping is not the one of its layout \({told}\); run `counterclaim store migrate`.*{SIZE} documents .*{refused}.*stays pending"
    with pytest.raises(StoreVersion, match=message):
        go_on(store, swap)
    assert store.waiting("claims") == FEW
    store.close()
    with pytest.raises(StoreVersion, match=rf"{other}: its mapping is not .*run `counterclaim store migrate`"):
        open_store(address)

    client.indices.refresh(index="counterclaim-rejected")
    kept = [hit["_source"] for hit in client.search(index="counterclaim-rejected", size=100)["hits"]["hits"]]
    assert {k["document"]: k["record"] for k in kept} == {
        id: wanted["claim", id] for id in (k["document"] for k in kept)
    }
    assert [(k["index"], k["status"]) for k in kept] == [(other, 400)] * SIZE
    assert all(re.search(refused, k["reason"]) for k in kept)

    with closing(open_store(address, as_it_is=True)) as moved:
        (line,) = moved.migrate()
    assert line.startswith(f"counterclaim-claim: {other} -> counterclaim-claim-v{layout_of('claim')}")
    client.indices.delete(index=other)
    client.close()
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


def test_a_document_that_is_refused_is_kept_with_its_reason_and_named(address: str) -> None:
    store = open_store(address)
    bad, good = make_figure(id="bad", name="n" * 40_000), make_figure(id="good")
    with pytest.raises(
        StoreError,
        match=r"1 documents were rejected and are kept in counterclaim-rejected: counterclaim-figure-v1/bad: 400 .*immense term",
    ):
        store.apply(Batch(put=[bad, good], done=[("clean", "p00000")]))
    assert store.get(Figure, "good") == good
    assert "p00000" not in store.queued("clean")  # the next run goes on with what is next
    store.close()
    client = Elasticsearch(address.split(","))
    client.indices.refresh(index="counterclaim-rejected")
    (hit,) = client.search(index="counterclaim-rejected")["hits"]["hits"]
    client.close()
    assert (hit["_source"]["index"], hit["_source"]["document"], hit["_source"]["status"]) == (
        "counterclaim-figure-v1",
        "bad",
        400,
    )
    assert "immense term" in hit["_source"]["reason"]
    assert hit["_source"]["record"]["record"]["name"] == bad.name
