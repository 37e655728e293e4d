"""A newer layout on a real node: built beside, filled, compared, switched by alias while others write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from processing.store import Batch, Part, open_store
from processing.store.elastic import layout
from processing.store.elastic.connection import read_address
from processing.store.elastic.locks import held
from processing.store.elastic.migration import _Move
from schemas.errors import StoreError, StoreLocked, StoreVersion
from schemas.records import Alert, Article, Figure, Finding, dump_json
from tests.support.records import NOON, make_alert, make_article, make_claim, make_figure, make_finding


def migrate(address: str, tell: Callable[[str], None] = lambda line: None) -> list[str]:
    with closing(open_store(address, as_it_is=True)) as store:
        return store.migrate(tell)


def read_state(address: str) -> list[Part]:
    with closing(open_store(address, as_it_is=True)) as store:
        return store.status()


class Old:
    """A store of which one index has an older layout: number 0, whose mapping knows only the id and the record."""

    def __init__(self, address: str, name: str):
        self.address = address
        hosts, self.prefix = read_address(address)
        self.client = Elasticsearch(hosts, request_timeout=60)
        self.name, self.old, self.new = name, f"{self.prefix}-{name}-v0", layout.first_index(self.prefix, name)
        with_records(address)
        mapping: dict[str, Any] = {"dynamic": False, "properties": {"id": {"type": "keyword"}}}
        template = {"mappings": mapping, "settings": {"number_of_replicas": 0}}
        self.client.indices.put_index_template(
            name=f"{self.prefix}-before", index_patterns=[self.old], template=template, priority=300
        )
        self.client.indices.create(index=self.old)
        self.client.indices.refresh(index=self.new)
        for hit in self.client.search(index=self.new, size=1000)["hits"]["hits"]:
            source = (
                hit["_source"] if name == "latest" else {"id": hit["_source"]["id"], "record": hit["_source"]["record"]}
            )
            self.client.index(index=self.old, id=hit["_id"], document=source)
        self.client.indices.refresh(index=self.old)
        self.switch(self.new, self.old)
        self.client.indices.delete(index=self.new)

    def switch(self, away: str, to: str) -> None:
        alias = f"{self.prefix}-{self.name}"
        self.client.indices.update_aliases(
            actions=[{"remove": {"index": away, "alias": alias}}, {"add": {"index": to, "alias": alias}}]
        )

    def behind(self) -> list[str]:
        return list(self.client.indices.get_alias(name=f"{self.prefix}-{self.name}").body)

    def close(self) -> None:
        """Leave the store as other tests expect it."""
        self.client.indices.delete(index=[self.old, self.new], ignore_unavailable=True)
        own = {"is_write_index": True} if layout.grows(self.name) else {}
        self.client.indices.create(index=self.new, aliases={f"{self.prefix}-{self.name}": own})
        self.client.close()


def with_records(address: str) -> None:
    store = open_store(address)
    first, second = make_article(text="Twelve drowned."), make_article(text="Fourteen drowned.", revision=2)
    claims = [
        make_claim(article_id=first.id, id="c1", text="12"),
        make_claim(article_id=second.id, id="c2", text="24", outlet_name="The Herald"),
    ]
    several = [make_finding(id=f"n{n}", gap=1 + n / 100) for n in range(600)]
    store.apply(Batch(put=[second, first, *claims, make_figure(), *several, make_alert()]))
    store.close()


@pytest.fixture
def old(request: pytest.FixtureRequest, empty_elastic: str) -> Iterator[Old]:
    made = Old(empty_elastic, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("old", ["finding"], indirect=True)
def test_an_older_index_is_moved_and_its_documents_are_made_anew(old: Old) -> None:
    with pytest.raises(StoreVersion, match=r"finding-v0: has an older layout; run `counterclaim store migrate`"):
        open_store(old.address)
    assert [(s.version, s.wanted, s.documents) for s in read_state(old.address) if s.place == old.old] == [(0, 1, 600)]
    told: list[str] = []
    alias = f"{old.prefix}-finding"
    assert migrate(old.address, tell=told.append) == told == [f"{alias}: {old.old} -> {old.new}, 600 documents"]
    assert old.behind() == [old.new]
    assert old.client.count(index=old.old)["count"] == 600  # the old one stays
    query = {
        "bool": {
            "filter": [
                {"term": {"earlier.text": "12"}},
                {"term": {"later.outlet": "The Herald"}},
                {"range": {"gap": {"gte": 6.99}}},
            ]
        }
    }
    assert old.client.search(index=alias, query=query)["hits"]["hits"][0]["_source"]["figure_title"] == "people killed"
    store = open_store(old.address)
    assert store.get(Finding, "n7") == make_finding(id="n7", gap=1.07)
    store.close()
    assert migrate(old.address) == []


@pytest.mark.parametrize("old", ["latest"], indirect=True)
def test_the_newest_revision_stays_the_one_that_is_found(old: Old) -> None:
    migrate(old.address)
    store = open_store(old.address)
    store.apply(Batch(put=[make_article(text="Twelve drowned.")]))  # the older revision, put again
    assert [hit.article.revision for hit in store.search("drowned")] == [2]
    store.close()


@pytest.mark.parametrize("old", ["alert"], indirect=True)
def test_what_others_write_meanwhile_is_kept(old: Old) -> None:
    """A desk acknowledges alerts without the run lock: between reading and switching nothing of it gets lost."""
    (state,) = (s for s in read_state(old.address) if s.place == old.old)
    calls = 0

    def write(id: str, text: str) -> None:
        record = json.loads(dump_json(make_alert(id=id, text=text)))
        old.client.index(index=f"{old.prefix}-alert", id=id, document={"id": id, "record": record})

    class Writing(_Move):
        """Others write after each time that documents were brought over."""

        def _bring(self, after: Sequence[int], *, unless_after: Sequence[int] | None = None) -> list[int]:
            nonlocal calls
            calls += 1
            if (
                unless_after is not None
            ):  # switched by now: what came before the switch lies in the old index, what comes now in the new one
                store = open_store(old.address)
                store.apply(Batch(put=[make_alert(id="late", text="after the switch")]))
                store.close()
                return super()._bring(after, unless_after=unless_after)
            seen = super()._bring(after)
            if calls == 1:
                write("al1", "changed while it was filled")
                write("new", "came while it was filled")
                write("gone", "x")
            if calls == 2:
                old.client.delete(index=f"{old.prefix}-alert", id="gone")
            return seen

        def _compare(self) -> None:
            super()._compare()
            write("al1", "changed in the last moment")
            write("late", "came in the last moment")

    Writing(old.client, old.prefix, state).run()
    store = open_store(old.address)
    assert {a.id: a.text for a in store.find(Alert)} == {
        "al1": "changed in the last moment", "new": "came while it was filled", "late": "after the switch",
    }  # fmt: skip
    store.close()


@pytest.mark.parametrize("old", ["figure"], indirect=True)
def test_a_document_that_the_new_layout_refuses_stops_it(old: Old) -> None:
    record = json.loads(dump_json(make_figure(id="long", title="x", name="n" * 40_000)))  # no keyword may be so long
    old.client.index(index=old.old, id="long", document={"id": "long", "record": record}, refresh=True)
    with pytest.raises(
        StoreError, match=rf"{old.new}: 1 documents are refused, first long: 400 .*the alias still points to {old.old}"
    ):
        migrate(old.address)
    assert old.behind() == [old.old]
    old.client.delete(index=old.old, id="long", refresh=True)
    migrate(old.address)
    store = open_store(old.address)
    assert [f.id for f in store.find(Figure)] == ["f1"]
    assert store.count(Article) == 2
    store.close()


@pytest.mark.parametrize("old", ["story"], indirect=True)
def test_no_migration_beside_a_run(old: Old) -> None:
    with (
        held(old.client, layout.alias(old.prefix, "lock"), "run", "run 7", NOON, old.address),
        pytest.raises(StoreLocked, match="run 7"),
    ):
        migrate(old.address)
    assert old.behind() == [old.old]


CUT = {"while it is filled": "_documents", "before it is compared": "_compare", "after the switch": "finish"}


@pytest.mark.parametrize("old", ["alert"], indirect=True)
@pytest.mark.parametrize("where", CUT)
def test_a_migration_that_was_cut_off_is_taken_up(where: str, old: Old) -> None:
    (state,) = (s for s in read_state(old.address) if s.place == old.old)

    def cut(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    class Late(_Move):
        """Somebody writes in the last moment before the switch."""

        def _compare(self) -> None:
            super()._compare()
            record = json.loads(dump_json(make_alert(text="changed in the last moment")))
            old.client.index(index=f"{old.prefix}-alert", id="al1", document={"id": "al1", "record": record})

    with pytest.raises(KeyboardInterrupt):
        type("Cut", (Late,), {CUT[where]: cut})(old.client, old.prefix, state).run()
    assert old.behind() == [old.new if where == "after the switch" else old.old]
    assert migrate(old.address) == [f"{old.prefix}-alert: {old.old} -> {old.new}, 1 documents"]
    assert old.behind() == [old.new]
    store = open_store(old.address)
    assert [a.text for a in store.find(Alert)] == [
        "changed in the last moment" if where == "after the switch" else make_alert().text
    ]
    store.close()
    assert migrate(old.address) == []
