"""What becomes of a run when the cluster fails in the middle of it: real nodes that are killed, stopped, blocked; afterwards nothing is
lost and nothing doubled, compared with an undisturbed run on the embedded store, record by record."""

from __future__ import annotations

import json
import signal
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from processing.store import FIELDS, Batch, Store, open_store
from processing.store.elastic import ElasticStore
from processing.store.elastic.writing import write
from schemas.errors import StoreError, StoreFull
from schemas.records import Article, Claim, CopyGroup, Figure, FigureDay, Outcome
from tests.conftest import empty, lack
from tests.elastic_node import Cluster, Missing, cluster
from tests.loopback import serve
from tests.records import NOON, make_article, make_claim, make_figure, make_finding

Hook = Callable[[int], None]
FEW, MANY = 40, 1500
SIZE = 10


# ---------------------------------------------------------------- a small pipeline, and what it must leave behind


def begin(store: Store, n: int) -> None:
    store.apply(Batch(enqueue=[("clean", f"p{i:05}") for i in range(n)], put=[make_figure(id="stale"), make_finding(id="stale", figure="stale")]))


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
        batch.put += [replace(make_figure(id=item), claims=tuple(c.id for c in these)), FigureDay(item, NOON.date(), 1, 2, 3, False, len(these), ())]
        batch.put += [make_finding(id=f"n{item}{n}", figure=item, earlier=a.id, later=b.id) for n, (a, b) in enumerate(pairwise(these[:4]))]
    batch.delete.append((Figure, "stale"))


def contents(store: Store) -> dict[str, Any]:
    held: dict[str, Any] = {cls.__name__: sorted(store.find(cls), key=str) for cls in FIELDS}
    held |= {f"keys {space}": dict(store.all_keys(space)) for space in store.spaces()}
    return held | {"waiting": store.info().waiting, "search": sorted(hit.article.id for hit in store.search("floods", limit=9999))}


def undisturbed(n: int) -> dict[str, Any]:
    store = open_store("sqlite::memory:")
    begin(store, n)
    go_on(store, lambda written: None)
    held = contents(store)
    store.close()
    return held


def nothing(written: int) -> None:
    """No disturbance."""


def until_done(address: str, hook: Hook, *, attempts: int = 30, retries: int = 6, timeout: float = 30) -> list[str]:
    """Start the run again after each stop, as a schedule does; returns what each stop said."""
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
    raise AssertionError(f"not done after {attempts} attempts: {said}")


def held_by(address: str) -> dict[str, Any]:
    store = open_store(address)
    held = contents(store)
    store.close()
    return held


def once(at: int, do: Callable[[], None]) -> Hook:
    """A hook that disturbs once, before the given batch."""
    left = [do]

    def hook(written: int) -> None:
        if written >= at and left:
            left.pop()()

    return hook


# ---------------------------------------------------------------- one node, short


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A node of this module's own, for it is killed."""
    try:
        with cluster(tmp_path_factory.mktemp("killed"), heap="400m") as running:
            ElasticStore(running.url, settings={"gc_deletes": "0s"}).close()
            yield running
    except Missing as error:
        lack("elasticsearch", f"no Elasticsearch node: {error}")


@pytest.fixture
def address(node: Cluster) -> str:
    made = empty(node.url)
    store = open_store(made)
    begin(store, FEW)
    store.close()
    return made


def settings(node: Cluster, index: str, **given: Any) -> None:
    client = Elasticsearch(node.url, request_timeout=60)
    client.indices.put_settings(index=f"counterclaim-{index}", settings=given)
    client.close()


def test_a_node_that_is_killed_and_comes_back(address: str, node: Cluster) -> None:
    def kill() -> None:
        node.nodes[0].stop(signal.SIGKILL)
        node.nodes[0].start()

    said = until_done(address, once(5, kill))
    assert all("cannot be reached" in line or "no answer" in line or "503" in line for line in said)
    assert held_by(address) == undisturbed(FEW)


def test_a_run_that_is_cut_between_writing_and_marking_done(address: str) -> None:
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
    assert held_by(address) == undisturbed(FEW)


@pytest.mark.parametrize(("index", "block"), [("article", "index.blocks.write"), ("queue", "index.blocks.read_only_allow_delete")])
def test_an_index_made_read_only(index: str, block: str, address: str, node: Cluster) -> None:
    hook = once(3, lambda: settings(node, index, **{block: True}))
    store = open_store(address)
    with pytest.raises(StoreFull, match=rf"counterclaim-{index}: is blocked for writing \(.*the work stays pending"):
        go_on(store, hook)
    assert store.waiting("clean") == FEW - 3 * SIZE
    store.close()
    settings(node, index, **{block: None})
    assert until_done(address, nothing) == []
    assert held_by(address) == undisturbed(FEW)


def test_a_cluster_that_refuses_work_for_a_while(address: str, node: Cluster) -> None:
    """Elasticsearch's circuit breaker answers 429 to every request."""

    def limit(value: str | None) -> None:
        client = Elasticsearch(node.url, request_timeout=60, max_retries=0)
        client.cluster.put_settings(persistent={"network.breaker.inflight_requests.limit": value})
        client.close()

    store = ElasticStore(address, retries=1)
    try:
        with pytest.raises(StoreFull, match=r"the cluster refuses work \(429: .*try again when it is less busy"):
            go_on(store, once(3, lambda: limit("1b")))
    finally:
        limit(None)
        store.close()
    assert until_done(address, nothing) == []
    assert held_by(address) == undisturbed(FEW)


def test_a_document_that_is_refused_is_kept_with_its_reason_and_named(address: str) -> None:
    store = open_store(address)
    bad, good = make_figure(id="bad", name="n" * 40_000), make_figure(id="good")
    with pytest.raises(StoreError, match=r"1 documents were rejected and are kept in counterclaim-rejected: counterclaim-figure-v1/bad: 400 .*immense term"):
        store.apply(Batch(put=[bad, good], done=[("clean", "p00000")]))
    assert store.get(Figure, "good") == good
    assert "p00000" not in store.queued("clean")  # the next run goes on with what is next
    store.close()
    client = Elasticsearch(address)
    client.indices.refresh(index="counterclaim-rejected")
    (hit,) = client.search(index="counterclaim-rejected")["hits"]["hits"]
    client.close()
    assert (hit["_source"]["index"], hit["_source"]["document"], hit["_source"]["status"]) == ("counterclaim-figure-v1", "bad", 400)
    assert "immense term" in hit["_source"]["reason"]


def test_two_workers_on_the_same_items_end_in_one_state(address: str) -> None:
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
        stores.pop().close()
    assert said == []
    assert until_done(address, nothing) == []
    held, wanted = held_by(address), undisturbed(FEW)
    assert {k: held[k] for k in held if k != "CopyGroup"} == {k: wanted[k] for k in wanted if k != "CopyGroup"}


# ---------------------------------------------------------------- items that are refused for now


class Busy:
    """Answers bulk requests: each item is refused with 429 so many times before it is taken."""

    def __init__(self, times: int):
        self.times, self.taken, self.requests = times, list[str](), 0

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        ids = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        self.requests += 1
        busy = {"type": "es_rejected_execution_exception", "reason": "rejected execution of coordinating operation"}
        items: list[dict[str, Any]] = []
        for n, id in enumerate(ids):
            if n % 2 and self.requests <= self.times:
                items.append({"index": {"_index": "a", "_id": id, "status": 429, "error": busy}})
            else:
                self.taken.append(id)
                items.append({"index": {"_index": "a", "_id": id, "status": 201, "result": "created"}})
        content = "application/vnd.elasticsearch+json;compatible-with=9"
        return 200, {"took": 1, "errors": True, "items": items}, {"X-Elastic-Product": "Elasticsearch", "Content-Type": content}


def test_items_that_are_refused_for_now_are_sent_again_with_pauses() -> None:
    busy, pauses = Busy(2), list[float]()
    actions = [({"index": {"_index": "a", "_id": str(n)}}, {"n": n}) for n in range(8)]
    with serve(busy.answer) as url:
        client = Elasticsearch(url)
        written = write(client, actions, rejected_index="r", pause=pauses.append)
        client.close()
    assert (written.created, sorted(busy.taken), pauses) == (8, [str(n) for n in range(8)], [0.5, 1.0])


def test_items_that_stay_refused_stop_the_run_with_a_clear_message() -> None:
    busy, pauses = Busy(99), list[float]()
    actions = [({"index": {"_index": "a", "_id": str(n)}}, {"n": n}) for n in range(256)]
    with serve(busy.answer) as url:
        client = Elasticsearch(url)
        with pytest.raises(StoreFull, match=r"2 documents were refused 7 times \(rejected execution .*\); the work stays pending"):
            write(client, actions, rejected_index="r", pause=pauses.append)
        client.close()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0]


# ---------------------------------------------------------------- three nodes, long


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    try:
        with cluster(tmp_path_factory.mktemp("three"), nodes=3, heap="400m") as running:
            ElasticStore(running.url, settings={"gc_deletes": "0s"}).close()
            yield running
    except Missing as error:
        lack("elasticsearch", f"no Elasticsearch node: {error}")


def master(running: Cluster) -> int:
    """Which node is the master."""
    for n in running.nodes:
        try:
            with urllib.request.urlopen(f"{n.url}/_cat/master?h=node", timeout=20) as answer:
                name = answer.read().decode().strip()
                return next(i for i, other in enumerate(running.nodes) if other.name == name)
        except OSError:
            continue
    raise AssertionError("no node answers")


@contextmanager
def killed(running: Cluster, *which: int, seconds: float) -> Iterator[None]:
    """Nodes that are killed at once, and started again after some time while the run goes on."""
    for i in which:
        running.nodes[i].stop(signal.SIGKILL)
    timer = threading.Timer(seconds, lambda: [running.nodes[i].start() for i in which])
    timer.start()
    yield
    timer.join()
    running.wait()


@contextmanager
def paused(running: Cluster, which: int, seconds: float) -> Iterator[None]:
    """A node that does not answer for some time."""
    process = running.nodes[which].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    timer = threading.Timer(seconds, lambda: process.send_signal(signal.SIGCONT))
    timer.start()
    yield
    timer.join()
    running.wait()


def other(running: Cluster) -> int:
    return next(i for i in range(3) if i != master(running))


FAULTS: dict[str, Callable[[Cluster], Any]] = {
    "a node": lambda c: killed(c, other(c), seconds=15),
    "the master": lambda c: killed(c, master(c), seconds=15),
    "all nodes": lambda c: killed(c, 0, 1, 2, seconds=20),
    "a slow node": lambda c: paused(c, other(c), 25),
    "a slow master": lambda c: paused(c, master(c), 25),
}


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
def test_three_nodes_lose_and_double_nothing(fault: str, three: Cluster) -> None:
    address = empty(three.url)
    store = open_store(address)
    begin(store, MANY)
    store.close()
    ends: list[Any] = []

    def disturb() -> None:
        context = FAULTS[fault](three)
        context.__enter__()
        ends.append(context)

    said = until_done(address, once(30, disturb), timeout=10)
    for context in ends:
        context.__exit__(None, None, None)
    assert len(ends) == 1
    assert all("cannot be reached" in s or "no answer" in s or "503" in s or "cannot be read" in s or "refused" in s for s in said), said
    assert held_by(address) == undisturbed(MANY)


@pytest.mark.soak
def test_the_newsroom_on_three_nodes_of_which_one_dies(three: Cluster, tmp_path: Path) -> None:
    from demo.run import run_newsroom
    from schemas.records import Alert, Finding

    embedded = run_newsroom(tmp_path / "one", 0)
    state = json.loads((tmp_path / "one" / "newsroom.json").read_text("utf8"))
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "newsroom.json").write_text(json.dumps({**state, "played": 0}))
    address = empty(three.url)
    timer = threading.Timer(20, lambda: three.nodes[other(three)].stop(signal.SIGKILL))
    timer.start()
    for _ in range(10):
        try:
            run_newsroom(tmp_path / "two", 0, store=address)
            break
        except StoreError:
            continue
    timer.join()
    stores = [open_store(embedded.settings.store_url), open_store(address)]
    for cls in (Claim, Figure, FigureDay, Finding, Alert):
        one, two = ({str(replace(r, run=None) if cls is Claim else r) for r in store.find(cls)} for store in stores)
        assert two == one
    for opened in stores:
        opened.close()
    for n in three.nodes:
        if n.process is None:
            n.start()
    three.wait()
