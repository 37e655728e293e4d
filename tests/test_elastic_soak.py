"""Three real nodes that fail in the middle of long runs, of the sample newsroom, and for want of disk; see test_elastic_faults for the short ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.run import run_newsroom
from processing.store import FIELDS, Batch, open_store, record_id
from processing.store.elastic import ElasticStore
from processing.store.elastic.layout import index_names
from schemas.errors import StoreError, StoreFull
from schemas.records import Run
from tests.conftest import empty
from tests.support.broken_cluster import (
    FAULTS,
    SAID,
    Fault,
    Relieve,
    busiest,
    connected,
    disturbed,
    filled,
    kill,
    three_nodes,
)
from tests.support.elastic_node import Cluster, until
from tests.support.newsroom_records import timeless
from tests.support.records import NOON, make_figure
from tests.support.small_pipeline import contents, nothing, undisturbed, until_done

pytestmark = pytest.mark.soak
FEW, MANY = 60, 1500


@pytest.fixture(scope="module")
def three() -> Iterator[Cluster]:
    with three_nodes() as running:
        yield running


@pytest.mark.parametrize("name", FAULTS)
def test_three_nodes_lose_and_double_nothing(name: str, three: Cluster) -> None:
    address = filled(three, MANY)
    disturbed(
        three, address, Fault(lambda: FAULTS[name](three), at=30, until=200, stops=2 if name == "all nodes down" else 9)
    )
    store = open_store(address)
    assert contents(store) == undisturbed(MANY)
    store.close()


def test_a_disk_that_is_full(three: Cluster) -> None:
    """Past its flood stage Elasticsearch blocks the indices, and takes the block off by itself once there is room."""
    address = filled(three, FEW)
    client = connected(three)

    def need(free: str | None) -> None:
        marks = {f"cluster.routing.allocation.disk.watermark.{mark}": free for mark in ("low", "high", "flood_stage")}
        client.cluster.put_settings(
            persistent={"cluster.routing.allocation.disk.threshold_enabled": free and True, **marks}
        )

    def blocked() -> int:
        found = client.indices.get_settings(
            index="counterclaim-*", name="index.blocks.read_only_allow_delete", flat_settings=True
        )
        return len(found.body)

    full = (
        r"is blocked for writing \(.*flood-stage watermark.*\); free disk or take the block off, the work stays pending"
    )
    need("900tb")
    try:
        until(lambda: blocked() == len(index_names()), "indices are blocked")
        store = ElasticStore(address, retries=1)
        with pytest.raises(StoreFull, match=full), store.hold_run("run", NOON):
            pass
        with pytest.raises(StoreFull, match=full):
            store.apply(Batch(put=[make_figure(id="new")]))
        store.close()
    finally:
        need(None)
    until(lambda: blocked() == 0, "indices are free again")
    client.close()
    assert until_done(address, nothing) == []
    store = ElasticStore(address)
    assert contents(store) == undisturbed(FEW)
    store.close()


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
