"""A node that was away and answers from what it knew before is not believed: real HTTP nodes on loopback, of which one lags behind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from processing.store.elastic.connection import connect, store_errors
from processing.store.elastic.freshness import Place, Seen, careful
from schemas.errors import StoreError
from tests.support.loopback import serve

HEADERS = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/vnd.elasticsearch+json;compatible-with=9"}


class Node:
    """Answers every read by id from `holds`: the sequence number of each document."""

    def __init__(self, name: str, **holds: int):
        self.name, self.holds, self.status, self.asked = name, holds, 200, list[str]()

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.asked.append(path)
        if path.startswith("/_mget"):
            assert headers["Authorization"] == "ApiKey a2V5"
            ids = [(d["_index"], d["_id"]) for d in json.loads(body)["docs"]]
            return self.status, {"docs": [self.document(index, id) for index, id in ids]}, HEADERS
        return 200, {"count": 0, "_shards": {"failed": 0}, "node": self.name}, HEADERS

    def document(self, index: str, id: str) -> dict[str, Any]:
        if index == "gone":
            return {
                "_index": index,
                "_id": id,
                "error": {"type": "index_not_found_exception", "reason": "no such index"},
            }
        if index == "away":
            return {
                "_index": index,
                "_id": id,
                "error": {"type": "no_shard_available_action_exception", "reason": None},
            }
        return {"_index": index, "_id": id, "found": id in self.holds} | (
            {"_seq_no": self.holds[id]} if id in self.holds else {}
        )


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], Node, Node]]:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", "a2V5")
    behind, whole = Node("behind", a=1, c=9), Node("whole", a=7, b=2)
    with serve(behind.answer) as one, serve(whole.answer) as two:
        yield [one, two], behind, whole


CASES = [
    ([Place("i", "a", 7, False)], {"whole"}),  # an older state of the document
    ([Place("i", "b", 2, False)], {"whole"}),  # not there yet
    ([Place("i", "c", 12, True)], {"whole"}),  # still there, and was deleted
    ([Place("i", "a", 1, False)], {"whole", "behind"}),  # as written, or written again by somebody
    ([Place("i", "x", 3, True)], {"whole", "behind"}),
    ([Place("gone", "a", 9, False)], {"whole", "behind"}),  # the request itself will tell
    ([], {"whole", "behind"}),
]


@pytest.mark.parametrize(("written", "believed"), CASES)
def test_who_is_believed(written: list[Place], believed: set[str], nodes: tuple[list[str], Node, Node]) -> None:
    hosts, behind, whole = nodes
    seen = Seen()
    seen.wrote(written)
    client = connect(hosts, seen=seen)
    assert {client.count(index="i")["node"] for _ in range(6)} == believed
    client.close()
    checks = [path for path in behind.asked + whole.asked if path.startswith("/_mget")]
    assert (len(checks) >= 2) == bool(written)
    assert set(checks) <= {"/_mget?preference=_local"}


def test_where_no_node_is_in_step_the_store_says_so(nodes: tuple[list[str], Node, Node]) -> None:
    hosts, *_ = nodes
    seen = Seen()
    seen.wrote([Place("away", "a", 1, False)])
    client = connect(hosts, seen=seen, retries=1)
    with (
        pytest.raises(
            StoreError,
            match=r"cannot be reached \(the node was away and has not come up with the others yet\); the run can be repeated",
        ),
        store_errors("x"),
    ):
        client.count(index="i")
    client.close()


def test_a_node_that_answers_all_the_time_is_not_asked_again(nodes: tuple[list[str], Node, Node]) -> None:
    hosts, behind, whole = nodes
    seen = Seen()
    client = Elasticsearch(hosts, node_class=careful(seen, silent=600))
    for _ in range(4):
        client.count(index="i")
    seen.wrote([Place("i", "a", 7, False)])
    for _ in range(4):
        client.count(index="i")
    client.close()
    assert {path.split("/")[1] for path in behind.asked + whole.asked} == {"i"}


@pytest.mark.parametrize(("status", "believed"), [(403, {"behind", "whole"}), (503, {"whole"})])
def test_a_check_that_is_not_answered(status: int, believed: set[str], nodes: tuple[list[str], Node, Node]) -> None:
    """Who may not ask cannot know; a node that is not ready is not believed."""
    hosts, behind, _ = nodes
    behind.status = status
    seen = Seen()
    seen.wrote([Place("i", "a", 7, False)])
    client = connect(hosts, seen=seen)
    assert {client.count(index="i")["node"] for _ in range(6)} == believed
    client.close()
