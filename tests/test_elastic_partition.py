"""Three real nodes in network namespaces of their own that are cut off from each other or from the client, and clients that are killed within
a bulk: nothing is lost, nothing doubled. Needs root (`ip netns`)."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest

from processing.store import open_store
from tests.conftest import lack
from tests.support.broken_cluster import Fault, Relieve, busiest, disturbed, filled, master, three_nodes
from tests.support.elastic_node import Cluster
from tests.support.small_pipeline import contents, nothing, undisturbed, until_done

pytestmark = pytest.mark.soak
MANY = 600
BRIDGE, NET = "ccpart", "10.213.77"
KILLS = 30


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def tear_down() -> None:
    for n in range(3):
        subprocess.run(["ip", "netns", "del", f"ccpart{n}"], capture_output=True)
    subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)


@pytest.fixture(scope="module")
def apart() -> Iterator[Cluster]:
    """Each node behind a cable of its own, `ccpart0` to `ccpart2`; the client is on the switch."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        lack("netns", "network namespaces need root and the command ip")
    tear_down()
    try:
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for n in range(3):
            space = f"ccpart{n}"
            ip("netns", "add", space)
            ip("link", "add", space, "type", "veth", "peer", "name", "eth9", "netns", space)
            ip("link", "set", space, "master", BRIDGE, "up")
            ip("-n", space, "addr", "add", f"{NET}.{n + 11}/24", "dev", "eth9")
            ip("-n", space, "link", "set", "eth9", "up")
            ip("-n", space, "link", "set", "lo", "up")
        with three_nodes([(f"{NET}.{n + 11}", ("ip", "netns", "exec", f"ccpart{n}")) for n in range(3)]) as running:
            yield running
    finally:
        tear_down()


def unplugged(which: int) -> Relieve:
    """Pull one node's cable; what is under way is lost without a word."""
    ip("link", "set", f"ccpart{which}", "down")
    return lambda: ip("link", "set", f"ccpart{which}", "up")


def client_cut_off() -> Relieve:
    """The nodes see each other; the client has no way to any."""
    ip("addr", "del", f"{NET}.1/24", "dev", BRIDGE)
    return lambda: ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)


PARTITIONS: dict[str, Callable[[Cluster], Relieve]] = {
    "a node cut off": lambda c: unplugged(busiest(c)),
    "the master cut off": lambda c: unplugged(master(c)),
    "the client cut off": lambda c: client_cut_off(),
}


@pytest.mark.parametrize("name", PARTITIONS)
def test_a_partition_loses_and_doubles_nothing(name: str, apart: Cluster) -> None:
    address = filled(apart, MANY)
    stops = 2 if name == "the client cut off" else 9
    said = disturbed(apart, address, Fault(lambda: PARTITIONS[name](apart), at=20, until=90, stops=stops))
    assert said or name != "the client cut off"
    store = open_store(address)
    assert contents(store) == undisturbed(MANY)
    store.close()


def test_clients_killed_at_any_moment_of_a_bulk(apart: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(5)
    within = between = rounds = 0
    while within < KILLS:
        address = filled(apart, MANY)
        ended = False
        while not ended and within < KILLS:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.killed_client", address],
                cwd=Path(__file__).parents[1],
                stdout=subprocess.PIPE,
            )
            assert process.stdout is not None
            assert process.stdout.read(6) == b"begins"
            with suppress(subprocess.TimeoutExpired):
                sleep(chance.uniform(0, 1.5))
                process.wait(0)
            process.kill()
            told = process.stdout.read()
            process.stdout.close()
            process.wait()
            ended = told.endswith(b"ends")
            within += told.endswith(b"<")
            between += not ended and not told.endswith(b"<")
        assert until_done(address, nothing) == []
        store = open_store(address)
        assert contents(store) == undisturbed(MANY)
        store.close()
        rounds += 1
        assert rounds < 30
    with capsys.disabled():
        print(f"\nclients killed within a bulk: {within}, between two: {between}; {rounds} runs")
