"""A real Elasticsearch cluster of one node or several for tests: jars from Maven Central, a JDK of 21 or newer.

`ES_URL` names a running cluster instead. Prepared once in the cache folder (`COUNTERCLAIM_ELASTIC_CACHE`, else the user's cache).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

SOURCES = Path(__file__).parent / "elastic"
PROPERTIES = """description=analyzers of languages
version=9.2.0
name=languages
classname=Languages
java.version=21
elasticsearch.version=9.2.0
"""


class Missing(Exception):
    """Something that the node needs is not on this machine; the message says what to install."""


def find_java() -> Path:
    """The `java` of a JDK of 21 or newer. Raises Missing."""
    named = [Path(os.environ[n]) for n in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(n)]
    on_path = shutil.which("java")
    homes = [
        *named,
        *([Path(on_path).resolve().parents[1]] if on_path else []),
        *sorted(Path("/usr/lib/jvm").glob("*")),
    ]
    for home in homes:
        java = home / "bin" / "java"
        if not (java.exists() and (home / "bin" / "javac").exists()):
            continue
        told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
        found = re.search(r'version "(\d+)', told)
        if found and int(found.group(1)) >= 21:
            return java
    raise Missing("no JDK of version 21 or newer: install one, such as temurin-25-jdk, or name it in JAVA_HOME")


def prepare() -> tuple[Path, Path]:
    """The folder of jars and the home to copy for each node, built where they are not there yet. Raises Missing."""
    java = find_java()
    sources = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(SOURCES.iterdir()))).hexdigest()[:12]
    cache = Path(
        os.environ.get("COUNTERCLAIM_ELASTIC_CACHE")
        or Path(platformdirs.user_cache_dir("counterclaim")) / f"elastic-9.2.0-{sources}"
    )
    done = cache / f"prepared-{sources}"
    if done.exists():
        return java, cache
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("no Maven: install it (apt-get install maven)")
    shutil.rmtree(cache, ignore_errors=True)
    lib, transport, languages = cache / "lib", cache / "modules" / "transport-netty4", cache / "modules" / "languages"
    for folder in (lib, transport, languages):
        folder.mkdir(parents=True)
    command = [maven, "-q", "-B", "-f", SOURCES / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={lib}"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if told.returncode:
        raise Missing(f"Maven cannot get the server from Maven Central: {told.stdout[-400:]}{told.stderr[-400:]}")
    for jar in lib.glob("*netty*.jar"):
        jar.rename(transport / jar.name)
    plugin = next(transport.glob("transport-netty4-*.jar"))
    subprocess.run([java.with_name("jar"), "xf", plugin, "META-INF/es-plugins"], cwd=cache, check=True)
    descriptor = next((cache / "META-INF").rglob("plugin-descriptor.properties")).read_text()
    unnamed = "".join(
        line for line in descriptor.splitlines(keepends=True) if not line.startswith("modulename")
    )  # all jars are on the class path
    (transport / "plugin-descriptor.properties").write_text(unnamed)
    classes = cache / "classes"
    classes.mkdir()
    compile_ = [
        java.with_name("javac"),
        "-nowarn",
        "-cp",
        f"{lib}/*",
        "-d",
        classes,
        SOURCES / "Launcher.java",
        SOURCES / "Languages.java",
    ]
    subprocess.run(compile_, check=True, capture_output=True)
    subprocess.run(
        [java.with_name("jar"), "cf", languages / "languages.jar", "-C", classes, "Languages.class"], check=True
    )
    (classes / "Languages.class").unlink()
    (languages / "plugin-descriptor.properties").write_text(PROPERTIES)
    done.touch()
    return java, cache


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Node:
    """One server process."""

    name: str
    home: Path
    port: int
    command: list[str]
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        """Its HTTP address."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Start the process; its output goes to a file in its home."""
        self.log = self.home / "out.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)  # one that was paused ends too
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.process = None


@dataclass
class Cluster:
    """Nodes that form one cluster."""

    nodes: list[Node]

    @property
    def url(self) -> str:
        """Addresses of all nodes, joined by commas."""
        return ",".join(node.url for node in self.nodes)

    def wait(self, *, nodes: int | None = None, status: str = "yellow", seconds: float = 300) -> None:
        """Wait until the cluster answers with so many nodes and a health. Raises TimeoutError with the end of a log."""
        until = time.monotonic() + seconds
        wanted = len(self.nodes) if nodes is None else nodes
        while time.monotonic() < until:
            for node in self.nodes:
                if node.process is None:
                    continue
                if node.process.poll() is not None:
                    raise TimeoutError(
                        f"{node.name} ended with {node.process.returncode}\n{node.log.read_text(errors='replace')[-3000:]}"
                    )
                try:
                    question = f"{node.url}/_cluster/health?wait_for_nodes={wanted}&wait_for_status={status}&timeout=5s"
                    with urllib.request.urlopen(question, timeout=8) as answer:
                        if answer.status == 200:
                            return
                except OSError:
                    time.sleep(0.3)
        tail = "\n".join(
            f"{n.name}: {n.log.read_text(errors='replace')[-1500:]}" for n in self.nodes if n.log.is_file()
        )
        raise TimeoutError(f"no cluster of {wanted} nodes after {seconds} s\n{tail}")


def until(holds: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Wait until something holds. Raises TimeoutError, saying what was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.3)


@contextmanager
def cluster(
    folder: Path,
    *,
    nodes: int = 1,
    heap: str = "512m",
    settings: Mapping[str, str] | None = None,
    places: Sequence[tuple[str, tuple[str, ...]]] = (),
) -> Iterator[Cluster]:
    """A running cluster whose data lies in a folder; `settings` for each node. `places`: for each node its address and
    what its command begins with (a network namespace); none: loopback. Raises Missing, TimeoutError."""
    java, cache = prepare()
    places = places or [("127.0.0.1", ())] * nodes
    transports = [free_port() for _ in range(nodes)]
    names = [f"node-{i + 1}" for i in range(nodes)]
    made = []
    for name, transport, (host, before) in zip(names, transports, places, strict=True):
        home = folder / name
        for part in ("config", "plugins", "data", "logs"):
            (home / part).mkdir(parents=True, exist_ok=True)
        if not (home / "modules").exists():
            (home / "modules").symlink_to(cache / "modules")
        port = free_port()
        given = {
            "path.data": home / "data", "path.logs": home / "logs", "node.name": name, "cluster.name": "counterclaim-test", "http.port": port,
            "transport.port": transport, "network.host": host, "cluster.routing.allocation.disk.threshold_enabled": "false", **(settings or {}),
        }  # fmt: skip
        if nodes == 1:
            given["discovery.type"] = "single-node"
        else:
            given["discovery.seed_hosts"] = ",".join(f"{p[0]}:{t}" for p, t in zip(places, transports, strict=True))
            given["cluster.initial_master_nodes"] = ",".join(names)
        flags = [
            f"-Xms{heap}",
            f"-Xmx{heap}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",  # halves what a node costs to start
            "-Des.nativelibs=false",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
        ]
        command = [
            *before,
            str(java),
            *flags,
            "-cp",
            f"{cache}/classes:{cache}/lib/*",
            "Launcher",
            str(home),
            *(f"{k}={v}" for k, v in given.items()),
        ]
        made.append(Node(name, home, port, command, host))
    running = Cluster(made)
    try:
        for node in made:
            node.start()
        running.wait()
        yield running
    finally:
        for node in made:
            node.stop()
