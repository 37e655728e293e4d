"""The run lock on a real node: a holder that is frozen is taken over, writes nothing when it wakes, and leaves its successor's lock alone."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from elastic_transport import ConnectionTimeout, Urllib3HttpNode
from elasticsearch import Elasticsearch

from processing.store import Batch
from processing.store.elastic import ElasticStore
from processing.store.elastic.connection import read_address
from schemas.errors import StoreLocked
from schemas.records import Figure
from tests.support.records import NOON, make_figure

LEASE = 3.0
HOLDER = """
import sys, datetime
from processing.store import Batch
from processing.store.elastic import ElasticStore
from schemas.errors import StoreError
from tests.support.records import make_figure
store = ElasticStore(sys.argv[1], lease_seconds=float(sys.argv[2]))
store.apply(Batch(enqueue=[("figures", f"i{n}") for n in range(3000)]))
try:
    with store.hold_run("first", datetime.datetime.now(datetime.UTC)):
        for n in range(3000):
            store.queued("figures", 1)
            store.apply(Batch(put=[make_figure(id="shared", title=f"first {n}")], done=[("figures", f"i{n}")]))
            print(n, flush=True)
except StoreError as error:
    print(f"{type(error).__name__}: {error}", flush=True)
    sys.exit(3)
"""


@contextmanager
def holder(address: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and writes one document again and again."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, address, str(LEASE)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def frozen_and_taken_over(address: str, pause: float) -> None:
    store = ElasticStore(address, lease_seconds=LEASE)
    with holder(address) as first:
        time.sleep(pause)
        os.kill(first.pid, signal.SIGSTOP)
        with store.hold_run("second", NOON):
            waiting = set(store.queued("figures", 5000))
            store.apply(Batch(put=[make_figure(id="shared", title="second")]))
            os.kill(first.pid, signal.SIGCONT)
            told, _ = first.communicate(timeout=60)
            assert first.returncode == 3
            assert "was taken over by another (second on" in told.splitlines()[-1]
            # what the first had sent off before it froze may land late; then what it worked on waits again
            assert store.get(Figure, "shared").title == "second" or set(store.queued("figures", 5000)) - waiting
            again = ElasticStore(address, lease_seconds=LEASE)
            with pytest.raises(StoreLocked, match=r"another run is at work \(second"), again.hold_run("third", NOON):
                pass
            again.close()
    with store.hold_run("fourth", NOON):
        pass
    store.close()


def test_a_holder_that_was_frozen_writes_nothing_and_frees_nothing(empty_elastic: str) -> None:
    frozen_and_taken_over(empty_elastic, 0.5)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(25))
def test_a_holder_frozen_at_random_moments(empty_elastic: str, seed: int) -> None:
    frozen_and_taken_over(empty_elastic, random.Random(seed).uniform(0, 2))


def test_a_holder_that_lives_keeps_the_lock_however_long_it_is_watched(empty_elastic: str) -> None:
    """Elsewhere: its process is not one of this host, so only its signs of life tell."""
    store = ElasticStore(empty_elastic, lease_seconds=LEASE)
    with holder(empty_elastic), pytest.raises(StoreLocked, match="first"), store.hold_run("second", NOON):
        pass
    store.close()


@pytest.mark.parametrize("beat", ["1999-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"])
def test_the_clock_of_another_host_plays_no_part(empty_elastic: str, beat: str) -> None:
    """A lock that nobody keeps fresh is taken over after it was watched, whatever time its holder believed it to be."""
    hosts, prefix = read_address(empty_elastic)
    client = Elasticsearch(hosts)
    lock = {"owner": "gone", "since": beat, "host": "elsewhere", "pid": 1, "beat": beat}
    client.index(index=f"{prefix}-lock", id="run", document=lock)
    store = ElasticStore(empty_elastic, lease_seconds=1.5)
    before = time.monotonic()
    with store.hold_run("second", NOON):
        assert time.monotonic() - before >= 1.5
    assert not client.exists(index=f"{prefix}-lock", id="run")
    store.close()
    client.close()


def test_a_lock_that_somebody_else_took_is_not_given_back(empty_elastic: str) -> None:
    hosts, prefix = read_address(empty_elastic)
    client = Elasticsearch(hosts)
    store = ElasticStore(empty_elastic, lease_seconds=60)
    with store.hold_run("first", NOON):
        client.index(
            index=f"{prefix}-lock",
            id="run",
            document={"owner": "other", "since": NOON, "host": "elsewhere", "pid": 1, "beat": NOON},
        )
    assert client.get(index=f"{prefix}-lock", id="run")["_source"]["owner"] == "other"
    client.delete(index=f"{prefix}-lock", id="run")
    store.close()
    client.close()


def test_a_holder_whose_signs_of_life_are_not_answered_keeps_the_lock(
    empty_elastic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written, but neither the first answer nor that to the second attempt comes back."""
    perform, sent = Urllib3HttpNode.perform_request, itertools.count()
    store, other = (ElasticStore(empty_elastic, lease_seconds=LEASE) for _ in range(2))

    def late(node: Urllib3HttpNode, method: str, target: str, *rest: Any, **named: Any) -> Any:
        answer = perform(node, method, target, *rest, **named)
        if "-lock/_doc/" in target and method == "PUT" and next(sent) % 4 < 3:
            raise ConnectionTimeout("too late")
        return answer

    monkeypatch.setattr(Urllib3HttpNode, "perform_request", late)
    with store.hold_run("first", NOON):
        until = time.monotonic() + 2 * LEASE
        while time.monotonic() < until:
            store.apply(Batch(put=[make_figure(id="shared", title="first")]))
            time.sleep(LEASE / 6)
    assert next(sent) > 6
    with other.hold_run("second", NOON):
        assert store.get(Figure, "shared").title == "first"
    for opened in (store, other):
        opened.close()
