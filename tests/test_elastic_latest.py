"""The newest revision that a search finds, with several workers on one article, on a real node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from processing.store.elastic import ElasticStore
from processing.store.elastic.latest import put_latest
from processing.store.elastic.writing import ATTEMPTS, Action, Written
from processing.store.protocol import Batch
from schemas.errors import StoreError
from tests.support.records import make_article

FIRST, SECOND, THIRD = (make_article(text=f"{n} drowned.", revision=n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("before", "meanwhile", "found"),
    [([FIRST], [], 2), ([], [THIRD], 3), ([FIRST], [THIRD], 3), ([THIRD], [], 3), ([], [FIRST, SECOND, THIRD], 3)],
)
def test_what_another_worker_puts_between_reading_and_writing_is_seen(
    empty_elastic: str, before: list[Any], meanwhile: list[Any], found: int
) -> None:
    mine, other = ElasticStore(empty_elastic), ElasticStore(empty_elastic)
    for article in before:
        other.apply(Batch(put=[article]))
    waiting = list(meanwhile)
    reader = mine._reader

    def read(keys: list[str]) -> dict[str, Any]:
        return reader.by_ids(("latest", keys, True))["latest"]

    def write(actions: Iterable[Action]) -> Written:
        if waiting:
            other.apply(Batch(put=[waiting.pop(0)]))
        return mine._batches.write(actions)

    assert put_latest(reader.index("latest"), [SECOND], read, write) == []
    assert [d["_source"]["revision"] for d in read([SECOND.key]).values()] == [found]
    mine.close()
    other.close()


def test_an_article_that_never_stands_still_stays_pending() -> None:
    tried: list[int] = []

    def write(actions: Iterable[Action]) -> Written:
        tried.append(len(list(actions)))
        return Written(conflicts=[("latest-v1", SECOND.key)])

    with pytest.raises(
        StoreError,
        match=rf"c-latest: 1 articles were changed by others {ATTEMPTS} times, first {SECOND.key}; the work stays pending",
    ):
        put_latest("c-latest", [SECOND], lambda keys: {}, write)
    assert tried == [1] * ATTEMPTS
