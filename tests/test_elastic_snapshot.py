"""A snapshot of a real node, restored after everything was lost: the store opens, and holds what it held."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from elasticsearch import Elasticsearch

from processing.store import Batch, open_store
from schemas.records import Article, Claim
from tests.conftest import lack
from tests.support.elastic_node import Missing, cluster
from tests.support.records import make_article, make_claim


def test_what_was_lost_is_restored(tmp_path: Path) -> None:
    policy = json.loads((resources.files("schemas") / "elastic" / "slm.json").read_text("utf8"))
    try:
        with cluster(tmp_path / "node", settings={"path.repo": str(tmp_path / "snapshots")}) as running:
            restore(running.url, policy, tmp_path / "snapshots")
    except Missing as error:
        lack("elasticsearch", str(error))


def restore(url: str, policy: dict[str, object], folder: Path) -> None:
    client = Elasticsearch(url, request_timeout=60)
    articles = [make_article(id=f"a{n}", key=f"k{n}", canonical_url=f"https://x.example/{n}") for n in range(40)]
    claims = [make_claim(id=f"c{n}", article_id=f"a{n}", article_key=f"k{n}") for n in range(40)]
    store = open_store(url)
    store.apply(Batch(put=[*articles, *claims], keys=[("topic", "k1", ["flood"])], enqueue=[("claims", "a1")]))
    store.close()
    # as docs/elastic.md has it
    client.snapshot.create_repository(
        name="counterclaim", repository={"type": "fs", "settings": {"location": str(folder)}}
    )
    config = {k: v for k, v in dict(policy["config"]).items() if k != "feature_states"}  # Kibana's are not here
    client.snapshot.create(repository="counterclaim", snapshot="night", wait_for_completion=True, **config)
    for index in client.indices.get(index="counterclaim-*"):
        client.indices.delete(index=index)
    client.snapshot.restore(
        repository="counterclaim", snapshot="night", indices="counterclaim-*", wait_for_completion=True
    )
    store = open_store(url)
    assert {a.id: a for a in store.find(Article)} == {a.id: a for a in articles}
    assert {c.id: c for c in store.find(Claim)} == {c.id: c for c in claims}
    assert (store.lookup("topic", ["flood"]), store.queued("claims")) == ({"k1": 1}, ["a1"])
    assert store.apply(Batch(put=[articles[0]])) == 0  # and is written on
    store.close()
    client.close()


def test_the_policy_moves_and_merges_nothing_that_is_written() -> None:
    policy = json.loads((resources.files("schemas") / "elastic" / "policy.json").read_text("utf8"))["policy"]
    for name, phase in policy["phases"].items():
        actions = set(phase["actions"])
        assert not actions & {"forcemerge", "readonly", "shrink", "delete", "searchable_snapshot"}, name
        assert name == "hot" or phase["actions"]["migrate"] == {"enabled": False}


def test_what_grows_is_rolled_over_and_merged_only_afterwards() -> None:
    phases = json.loads((resources.files("schemas") / "elastic" / "growing.json").read_text("utf8"))["policy"]["phases"]
    assert {name: sorted(phase["actions"]) for name, phase in phases.items()} == {
        "hot": ["rollover", "set_priority"], "warm": ["forcemerge", "set_priority"],
    }  # fmt: skip
    assert set(phases["hot"]["actions"]["rollover"]) == {"max_age", "max_primary_shard_size"}
