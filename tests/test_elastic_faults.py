"""What becomes of a run when the cluster fails in the middle of it: three real nodes that are killed, paused, blocked, mapped wrongly.

Each case strikes at a point of the run's progress and is over at a later one, never at a moment of the clock. Afterwards nothing is lost and
nothing doubled: every document of every index is compared with those that an undisturbed run left.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from demo.run import run_newsroom
from processing.store import FIELDS, Batch, Store, open_store, record_id
from processing.store.elastic import ElasticStore
from processing.store.elastic.connection import read_address
from processing.store.elastic.layout import layout_of, template
from processing.store.elastic.migration import migrate
from schemas.errors import StoreError, StoreFull, StoreVersion
from schemas.records import Figure, Run
from tests.conftest import empty, lack
from tests.elastic_node import Cluster, Missing, cluster
from tests.newsroom_records import timeless
from tests.records import make_figure
from tests.small_pipeline import SIZE, begin, claims, clean, contents, documents, go_on, nothing, undisturbed, until_done

FEW, MANY = 60, 1500
QUICK = {
    "cluster.fault_detection.follower_check.interval": "1s",
    "cluster.fault_detection.follower_check.timeout": "2s",
    "cluster.fault_detection.follower_check.retry_count": "2",
    "cluster.fault_detection.leader_check.interval": "1s",
    "cluster.fault_detection.leader_check.timeout": "2s",
    "cluster.fault_detection.leader_check.retry_count": "2",
    "cluster.publish.timeout": "6s",
    "cluster.routing.allocation.node_concurrent_recoveries": "12",
}  # a node that does not answer is given up within seconds, not after half a minute
SAID = re.compile(r"(cannot be reached|no answer in time|is not ready|cannot be read|were refused \d+ times).*(goes on where it was|stays pending)")


@pytest.fixture(scope="module")
def three() -> Iterator[Cluster]:
    """Three nodes of this module's own, for they are killed; their data lies in memory where there is room."""
    memory = Path("/dev/shm")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="counterclaim-", dir=memory if memory.is_dir() and room(memory) > 2**30 else None) as folder,
            cluster(Path(folder), nodes=3, heap="256m", settings=QUICK) as running,
        ):
            ElasticStore(running.url, settings={"gc_deletes": "0s"}).close()
            yield running
    except Missing as error:
        lack("elasticsearch", f"no Elasticsearch node: {error}")


def room(folder: Path) -> int:
    """Free bytes."""
    return shutil.disk_usage(folder).free


def filled(three: Cluster, n: int) -> str:
    """The address of a store whose work for a run is queued, on a cluster of which every copy of everything is in place."""
    three.wait(status="green")
    address = empty(three.url)
    store = open_store(address)
    begin(store, n)
    store.close()
    return address


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


Relieve = Callable[[], None]


@dataclass
class Fault:
    """Strikes before one batch and is relieved before a later one, or after so many stops of the run, whichever comes first."""

    strike: Callable[[], Relieve]
    at: int
    until: int
    stops: int
    batches: int = 0
    struck: bool = False
    left: list[Relieve] = field(default_factory=list)

    def hook(self, written: int) -> None:
        """Called before each batch, of whatever attempt."""
        self.batches += 1
        if self.batches > self.at and not self.struck:
            self.struck = True
            self.left.append(self.strike())
        elif self.batches > self.until:
            self.relieve()

    def stopped(self) -> None:
        """Called after each stop of the run."""
        self.stops -= 1
        if self.stops <= 0:
            self.relieve()

    def relieve(self) -> None:
        """End the fault, once."""
        while self.left:
            self.left.pop()()


def ask(running: Cluster, question: str) -> Any:
    """The answer of the first node that gives one."""
    for n in running.nodes:
        try:
            with urllib.request.urlopen(f"{n.url}/{question}", timeout=30) as answer:
                return json.loads(answer.read())
        except OSError:
            continue
    raise AssertionError("no node answers")


def master(running: Cluster) -> int:
    """Which node is the master."""
    name = ask(running, "_cat/master?h=node&format=json")[0]["node"]
    return next(i for i, node in enumerate(running.nodes) if node.name == name)


def busiest(running: Cluster) -> int:
    """Which node that is not the master takes the writes of most indices."""
    shards = Counter(s["node"] for s in ask(running, "_cat/shards/counterclaim-*?h=node,prirep&format=json") if s["prirep"] == "p")
    leader = master(running)
    return max((i for i in range(3) if i != leader), key=lambda i: shards[running.nodes[i].name])


def kill(running: Cluster, *which: int) -> Relieve:
    """Kill nodes at once; the relief starts them again."""
    for i in which:
        running.nodes[i].stop(signal.SIGKILL)
    return lambda: [running.nodes[i].start() for i in which].clear()


def pause(running: Cluster, which: int) -> Relieve:
    """Stop a node's process, so that it keeps its connections and answers nothing; the relief lets it go on."""
    process = running.nodes[which].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    return lambda: process.send_signal(signal.SIGCONT)


FAULTS: dict[str, Callable[[Cluster], Relieve]] = {
    "a node killed": lambda c: kill(c, busiest(c)),
    "the master killed": lambda c: kill(c, master(c)),
    "all nodes down": lambda c: kill(c, 0, 1, 2),
    "a node that answers slowly": lambda c: pause(c, busiest(c)),
    "a master that answers slowly": lambda c: pause(c, master(c)),
}


def disturbed(three: Cluster, address: str, fault: Fault) -> list[str]:
    """Run to the end with a fault in the middle; returns what the stops said, each in words to act on."""
    said = until_done(address, fault.hook, stopped=fault.stopped, retries=3, timeout=5)
    assert (fault.struck, fault.left) == (True, [])
    three.wait(status="green")
    assert [s for s in said if not SAID.search(s)] == []
    return said


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "a master that answers slowly"])
def test_a_run_outlives(name: str, wanted: dict[tuple[str, str], Any], address: str, three: Cluster) -> None:
    fault = Fault(lambda: FAULTS[name](three), at=3, until=8, stops=1 if name == "all nodes down" else 9)
    said = disturbed(three, address, fault)
    assert said or name != "all nodes down"
    assert documents(address) == wanted


# ---------------------------------------------------------------- runs that are cut, or two at once


def test_a_run_that_is_cut_between_writing_and_marking_done(address: str, wanted: dict[tuple[str, str], Any]) -> None:
    """The work is done again, with the same effect: the process dies after each batch's records were written."""

    class Cut(ElasticStore):
        def _take_off(self, batch: Batch) -> None:
            raise KeyboardInterrupt

    for _ in range(2):
        store = Cut(address)
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
    found = documents(address)  # which articles were there when a group of copies was written differs with the order of the two
    assert {k: v for k, v in found.items() if k[0] != "copy_group"} == {k: v for k, v in wanted.items() if k[0] != "copy_group"}


# ---------------------------------------------------------------- indices that refuse


def connected(three: Cluster) -> Elasticsearch:
    return Elasticsearch(three.url.split(","), request_timeout=60)


def put_settings(three: Cluster, index: str, **given: Any) -> None:
    client = connected(three)
    client.indices.put_settings(index=f"counterclaim-{index}", settings=given)
    client.close()


@pytest.mark.parametrize(("index", "block"), [("article", "index.blocks.write"), ("queue", "index.blocks.read_only_allow_delete")])
def test_an_index_made_read_only(index: str, block: str, address: str, wanted: dict[tuple[str, str], Any], three: Cluster) -> None:
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
    with pytest.raises(StoreError, match=r"counterclaim-outcome-v1: is closed; open it; the work stays pending"):
        go_on(store, lambda written: client.indices.close(index="counterclaim-outcome").clear() if written == 3 else None)
    assert store.waiting("clean") == FEW - 3 * SIZE
    store.close()
    client.indices.open(index="counterclaim-outcome-v1")
    client.close()
    three.wait(status="green")
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


CONFLICTS = {
    "a field of another type": ({"low": {"type": "boolean"}}, "low is boolean, not double", r"failed to parse field \[low\] of type \[boolean\]"),
    "a field that is not there": ({"low": None}, "low is missing", r"mapping set to strict, dynamic introduction of \[low\]"),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_mapping_conflict(name: str, address: str, wanted: dict[tuple[str, str], Any], three: Cluster) -> None:
    """In the middle of a run the index of claims is replaced by one whose mapping is not the layout's."""
    changed, told, refused = CONFLICTS[name]
    mapping = template("claim")["template"]["mappings"]
    mapping = {**mapping, "properties": {k: v for k, v in {**mapping["properties"], **changed}.items() if v is not None}}
    client = connected(three)
    old, other = next(iter(client.indices.get_alias(name="counterclaim-claim"))), f"restored-claim-v{layout_of('claim')}"

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
    assert {k["document"]: k["record"] for k in kept} == {id: wanted["claim", id] for id in (k["document"] for k in kept)}
    assert [(k["index"], k["status"]) for k in kept] == [(other, 400)] * SIZE
    assert all(re.search(refused, k["reason"]) for k in kept)

    (line,) = migrate(address)
    assert line.startswith(f"counterclaim-claim: {other} -> counterclaim-claim-v{layout_of('claim')}")
    client.indices.delete(index=other)
    client.close()
    assert until_done(address, nothing) == []
    assert documents(address) == wanted


def test_a_document_that_is_refused_is_kept_with_its_reason_and_named(address: str) -> None:
    store = open_store(address)
    bad, good = make_figure(id="bad", name="n" * 40_000), make_figure(id="good")
    with pytest.raises(StoreError, match=r"1 documents were rejected and are kept in counterclaim-rejected: counterclaim-figure-v1/bad: 400 .*immense term"):
        store.apply(Batch(put=[bad, good], done=[("clean", "p00000")]))
    assert store.get(Figure, "good") == good
    assert "p00000" not in store.queued("clean")  # the next run goes on with what is next
    store.close()
    client = Elasticsearch(address.split(","))
    client.indices.refresh(index="counterclaim-rejected")
    (hit,) = client.search(index="counterclaim-rejected")["hits"]["hits"]
    client.close()
    assert (hit["_source"]["index"], hit["_source"]["document"], hit["_source"]["status"]) == ("counterclaim-figure-v1", "bad", 400)
    assert "immense term" in hit["_source"]["reason"]
    assert hit["_source"]["record"]["record"]["name"] == bad.name


# ---------------------------------------------------------------- the same, long


@pytest.mark.soak
@pytest.mark.parametrize("name", FAULTS)
def test_three_nodes_lose_and_double_nothing(name: str, three: Cluster) -> None:
    address = filled(three, MANY)
    disturbed(three, address, Fault(lambda: FAULTS[name](three), at=30, until=200, stops=2 if name == "all nodes down" else 9))
    store = open_store(address)
    assert contents(store) == undisturbed(MANY)
    store.close()


@pytest.mark.soak
def test_the_newsroom_on_three_nodes_of_which_one_dies(three: Cluster, tmp_path: Path) -> None:
    """The sample newsroom, seven days: a node is killed while claims of the second day are read, and comes back on the fourth day."""
    embedded = run_newsroom(tmp_path / "one", 0)
    state = json.loads((tmp_path / "one" / "newsroom.json").read_text("utf8"))
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "newsroom.json").write_text(json.dumps({**state, "played": 0}))
    three.wait(status="green")
    address = empty(three.url)
    done: list[str] = []
    relief: list[Relieve] = []

    def day_done(line: str) -> None:
        done.append(line)
        if len(done) == 4:
            relief.pop()()

    def report(step: str, *_: int) -> None:
        if len(done) == 1 and step == "claims" and not relief:
            relief.append(kill(three, busiest(three)))

    said: list[str] = []
    while len(done) < 7:
        try:
            run_newsroom(tmp_path / "two", 0, day_done, report=report, store=address)
        except StoreError as error:
            said.append(str(error))
            assert len(said) < 20, said
    assert (len(done), relief) == (7, [])
    assert [s for s in said if not SAID.search(s)] == []
    three.wait(status="green")
    stores = [open_store(embedded.settings.store_url), open_store(address)]
    for cls in (cls for cls in FIELDS if cls is not Run):
        one, two = ({record_id(r): timeless(r) for r in store.find(cls)} for store in stores)
        assert two == one
    for space in stores[0].spaces():
        assert dict(stores[1].all_keys(space)) == dict(stores[0].all_keys(space))
    assert stores[1].info().waiting == {}
    for opened in stores:
        opened.close()
