"""Bulk writes against a server that refuses: items refused for now are sent again, what is wrong with an index stops the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from processing.store.elastic.writing import write
from schemas.errors import StoreFull
from tests.support.loopback import serve

BUSY = (429, {"type": "es_rejected_execution_exception", "reason": "rejected execution of coordinating operation"})
NO_MASTER = (503, {"type": "cluster_block_exception", "reason": "blocked by: [SERVICE_UNAVAILABLE/2/no master];"})


class Busy:
    """Answers bulk requests: each item is refused so many times before it is taken."""

    def __init__(self, times: int, refusal: tuple[int, dict[str, str]] = BUSY):
        self.times, self.refusal, self.taken, self.requests = times, refusal, list[str](), 0

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        ids = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        self.requests += 1
        status, error = self.refusal
        items: list[dict[str, Any]] = []
        for n, id in enumerate(ids):
            if n % 2 and self.requests <= self.times:
                items.append({"index": {"_index": "a", "_id": id, "status": status, "error": error}})
            else:
                self.taken.append(id)
                items.append({"index": {"_index": "a", "_id": id, "status": 201, "result": "created"}})
        content = "application/vnd.elasticsearch+json;compatible-with=9"
        return (
            200,
            {"took": 1, "errors": True, "items": items},
            {"X-Elastic-Product": "Elasticsearch", "Content-Type": content},
        )


@pytest.mark.parametrize("refusal", [BUSY, NO_MASTER], ids=["busy", "no master"])
def test_items_that_are_refused_for_now_are_sent_again_with_pauses(refusal: tuple[int, dict[str, str]]) -> None:
    busy, pauses = Busy(2, refusal), list[float]()
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
        with pytest.raises(
            StoreFull, match=r"2 documents were refused 7 times \(rejected execution .*\); the work stays pending"
        ):
            write(client, actions, rejected_index="r", pause=pauses.append)
        client.close()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0]
