"""What grows is rolled over on a real node: records are found, changed and deleted wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from processing.store import Batch, Store, open_store
from processing.store.elastic import layout
from processing.store.elastic.connection import read_address
from processing.store.elastic.rolling import roll_over
from schemas.records import Article, Claim, Coverage, Finding, Outcome, Page, Run
from tests.support.records import NOON, make_article, make_claim, make_figure, make_finding, make_page

NOW: dict[str, Any] = {"max_docs": 1}


@pytest.fixture
def address(elastic_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_SHARDS", "2")
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_REPLICAS", "0")
    made = f"{elastic_url}/roll-{uuid4().hex[:12]}"
    yield made
    hosts, prefix = read_address(made)
    client = Elasticsearch(hosts, request_timeout=60)
    client.indices.delete(index=sorted(client.indices.get(index=f"{prefix}-*")))
    client.close()


@pytest.fixture
def client(address: str) -> Iterator[Elasticsearch]:
    made = Elasticsearch(read_address(address)[0], request_timeout=60)
    yield made
    made.close()


def fill(store: Store, numbers: range) -> None:
    articles = [make_article(id=f"a{n}", key=f"k{n}", text=f"Number {n} drowned.") for n in numbers]
    claims = [make_claim(id=f"c{n}", article_id=f"a{n}", article_key=f"k{n}") for n in numbers]
    pages = [make_page(id=f"p{n}") for n in numbers]
    findings = [make_finding(id=f"f{n}", earlier=f"c{n}", later=f"c{n}") for n in numbers]
    outcomes = [Outcome(f"o{n}", "clean", f"p{n}", "done", "cleaned", "", None, NOON) for n in numbers]
    keys: list[Any] = [("topic", f"k{n}", ["flood"]) for n in numbers]
    store.apply(Batch(put=[*pages, *articles, *claims, make_figure(), *findings, *outcomes], keys=keys))


def test_records_are_found_changed_and_deleted_wherever_they_lie(address: str, client: Elasticsearch) -> None:
    prefix = read_address(address)[1]
    store = open_store(address)
    fill(store, range(20))
    store.close()
    rolled = roll_over(client, prefix, NOW)
    assert f"{prefix}-claim: {prefix}-claim-v{layout.layout_of('claim')}-000002 takes what is new" in "\n".join(rolled)
    assert not any(f"{prefix}-{name}:" in line for line in rolled for name in ("queue", "figure", "lock"))
    store = open_store(address)
    fill(store, range(15, 40))  # five of them again
    for cls in (Page, Article, Claim, Finding, Outcome):
        assert store.count(cls) == 40, cls
    assert len(store.lookup("topic", ["flood"])) == 40
    assert len(store.get_many(Claim, [f"c{n}" for n in range(40)])) == 40
    changed = make_claim(id="c3", article_id="a3", article_key="k3", what="residents")
    given = tuple(Coverage(f"gb/{n}", 1, 0, 0, 1, 0, None) for n in range(3))
    run = Run("r1", NOON, NOON, "by hand", {}, given)
    store.apply(Batch(put=[changed, make_article(id="a3b", key="k3", revision=2, text="Nobody drowned."), run]))
    assert store.get(Claim, "c3") == changed
    assert [hit.article.id for hit in store.search("nobody")] == ["a3b"]
    store.apply(
        Batch(delete=[(Claim, "c4"), (Article, "a5"), (Page, "p30")], drop_keys=[("topic", "k6"), ("topic", "k36")])
    )
    assert (store.count(Claim), store.count(Article), store.count(Page)) == (38, 40, 39)  # a5 took its claim along
    assert len(store.lookup("topic", ["flood"])) == 38
    roll_over(client, prefix, NOW)
    store.apply(Batch(put=[run]))
    assert store.count(Run) == 1
    assert client.count(index=f"{prefix}-coverage")["count"] == len(run.outlets)
    store.close()


def test_a_run_that_began_before_finds_what_was_rolled_over_meanwhile(address: str, client: Elasticsearch) -> None:
    prefix = read_address(address)[1]
    store = open_store(address)
    fill(store, range(3))
    roll_over(client, prefix, NOW)  # by somebody else: this store does not know of it
    fill(store, range(5))
    assert (store.count(Claim), store.count(Article)) == (5, 5)
    assert store.get(Claim, "c0").id == "c0"
    store.close()


def test_an_older_layout_in_several_indices_is_moved(address: str, client: Elasticsearch) -> None:
    """Each index by itself, the one that is written stays the one that is written; with more shards than one."""
    prefix = read_address(address)[1]
    store = open_store(address)
    fill(store, range(10))
    store.close()
    roll_over(client, prefix, NOW)
    store = open_store(address)
    fill(store, range(10, 15))
    store.close()
    name = f"{prefix}-claim"
    old = layout.behind(client, prefix)["claim"]
    for index in old:  # another mapping than the layout's: one of the fields is not what it should be
        body = client.indices.get(index=index)[index]
        kept = [h["_source"] | {"_id": h["_id"]} for h in client.search(index=index, size=100)["hits"]["hits"]]
        flag = body["aliases"][name]["is_write_index"]
        client.indices.delete(index=index)
        mapping = {"dynamic": False, "properties": {"id": {"type": "keyword"}}}
        template = {"settings": {"number_of_shards": 3, "number_of_replicas": 0}, "mappings": mapping}
        client.indices.put_index_template(name=f"{prefix}-cut", index_patterns=[index], template=template, priority=900)
        client.indices.create(index=index, aliases={name: {"is_write_index": flag}})
        client.indices.delete_index_template(name=f"{prefix}-cut")
        for source in kept:
            client.index(index=index, id=source.pop("_id"), document=source)
        client.indices.refresh(index=index)
    moving = open_store(address, as_it_is=True)
    assert len(moving.migrate()) == 2
    assert [part.is_old for part in moving.status() if part.name == name] == [False, False]
    moving.close()
    new = layout.behind(client, prefix)["claim"]
    assert set(new).isdisjoint(old)
    settings = client.indices.get_settings(index=new[0])[new[0]]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("2", "0")
    store = open_store(address)
    fill(store, range(12, 17))
    assert store.count(Claim) == 17
    store.close()
