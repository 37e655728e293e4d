"""Three real nodes, and what can befall them at a point of a run's progress: killed, paused, and back again."""

from __future__ import annotations

import json
import re
import shutil
import signal
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from processing.store import open_store
from processing.store.elastic import ElasticStore
from tests.conftest import empty, lack
from tests.support.elastic_node import Cluster, Missing, cluster
from tests.support.small_pipeline import begin, until_done

QUICK = {
    "cluster.fault_detection.follower_check.interval": "1s",
    "cluster.fault_detection.follower_check.timeout": "2s",
    "cluster.fault_detection.follower_check.retry_count": "2",
    "cluster.fault_detection.leader_check.interval": "1s",
    "cluster.fault_detection.leader_check.timeout": "2s",
    "cluster.fault_detection.leader_check.retry_count": "2",
    "cluster.publish.timeout": "6s",
    "cluster.routing.allocation.node_concurrent_recoveries": "12",
    "cluster.info.update.interval": "10s",
}  # a node that does not answer is given up within seconds, not after half a minute
SAID = re.compile(
    r"(cannot be reached|no answer in time|is not ready|cannot be read|is away|were refused \d+ times).*(goes on where it was|stays pending)"
)


@contextmanager
def three_nodes(places: Sequence[tuple[str, tuple[str, ...]]] = ()) -> Iterator[Cluster]:
    """Three nodes of a test module's own, for they are killed; their data lies in memory where there is room. `places` as in `cluster`. Skips
    where none can run."""
    memory = Path("/dev/shm")
    try:
        with (
            tempfile.TemporaryDirectory(
                prefix="counterclaim-", dir=memory if memory.is_dir() and room(memory) > 2**30 else None
            ) as folder,
            cluster(Path(folder), nodes=3, heap="256m", settings=QUICK, places=places) as running,
        ):
            ElasticStore(running.url).close()
            yield running
    except Missing as error:
        lack("elasticsearch", f"no Elasticsearch node: {error}")


def room(folder: Path) -> int:
    """Free bytes."""
    return shutil.disk_usage(folder).free


def filled(three: Cluster, n: int) -> str:
    """The address of a store whose work for a run is queued, on a cluster of which every copy of everything is in place."""
    three.wait(status="green")
    address = empty(three.url)
    store = open_store(address)
    begin(store, n)
    store.close()
    return address


def connected(three: Cluster) -> Elasticsearch:
    return Elasticsearch(three.url.split(","), request_timeout=60)


Relieve = Callable[[], None]


@dataclass
class Fault:
    """Strikes before one batch and is relieved before a later one, or after so many stops of the run, whichever comes first."""

    strike: Callable[[], Relieve]
    at: int
    until: int
    stops: int
    batches: int = 0
    struck: bool = False
    left: list[Relieve] = field(default_factory=list)

    def hook(self, written: int) -> None:
        """Called before each batch, of whatever attempt."""
        self.batches += 1
        if self.batches > self.at and not self.struck:
            self.struck = True
            self.left.append(self.strike())
        elif self.batches > self.until:
            self.relieve()

    def stopped(self) -> None:
        """Called after each stop of the run."""
        self.stops -= 1
        if self.stops <= 0:
            self.relieve()

    def relieve(self) -> None:
        """End the fault, once."""
        while self.left:
            self.left.pop()()


def ask(running: Cluster, question: str) -> Any:
    """The answer of the first node that gives one."""
    for n in running.nodes:
        try:
            with urllib.request.urlopen(f"{n.url}/{question}", timeout=30) as answer:
                return json.loads(answer.read())
        except OSError:
            continue
    raise AssertionError("no node answers")


def master(running: Cluster) -> int:
    """Which node is the master."""
    name = ask(running, "_cat/master?h=node&format=json")[0]["node"]
    return next(i for i, node in enumerate(running.nodes) if node.name == name)


def busiest(running: Cluster) -> int:
    """Which node that is not the master takes the writes of most indices."""
    shards = Counter(
        s["node"] for s in ask(running, "_cat/shards/counterclaim-*?h=node,prirep&format=json") if s["prirep"] == "p"
    )
    leader = master(running)
    return max((i for i in range(3) if i != leader), key=lambda i: shards[running.nodes[i].name])


def kill(running: Cluster, *which: int) -> Relieve:
    """Kill nodes at once; the relief starts them again."""
    for i in which:
        running.nodes[i].stop(signal.SIGKILL)
    return lambda: [running.nodes[i].start() for i in which].clear()


def pause(running: Cluster, which: int) -> Relieve:
    """Stop a node's process, so that it keeps its connections and answers nothing; the relief lets it go on."""
    process = running.nodes[which].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    return lambda: process.send_signal(signal.SIGCONT)


FAULTS: dict[str, Callable[[Cluster], Relieve]] = {
    "a node killed": lambda c: kill(c, busiest(c)),
    "the master killed": lambda c: kill(c, master(c)),
    "all nodes down": lambda c: kill(c, 0, 1, 2),
    "a node that answers slowly": lambda c: pause(c, busiest(c)),
    "a master that answers slowly": lambda c: pause(c, master(c)),
}


def disturbed(three: Cluster, address: str, fault: Fault) -> list[str]:
    """Run to the end with a fault in the middle; returns what the stops said, each in words to act on."""
    said = until_done(
        address, fault.hook, stopped=fault.stopped, attempts=300, retries=3, timeout=5
    )  # nodes take their time to come up
    assert (fault.struck, fault.left) == (True, [])
    three.wait(status="green")
    assert [s for s in said if not SAID.search(s)] == []
    return said
