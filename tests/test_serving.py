"""The sample newsroom as a service of its own: reachable by another name and port, day after day online."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import ExitStack
from pathlib import Path

from demo.serving import main
from demo.sites import SITES
from schemas.config import load_outlet


class AfterTheLastDay(threading.Event):
    """Ends the service when it waits for nothing more, however long that took."""

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None:
            self.set()
        return super().wait(timeout)


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on now."""
    for first in range(21_000 + os.getpid() % 8000, 32_000, count):
        with ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            return first
    raise AssertionError("no free ports")


def test_outlet_files_name_the_host_and_every_day_comes_online(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    first = free_ports(len(SITES))
    arguments = ["--folder", str(tmp_path), "--host", "localhost", "--first-port", str(first), "--day-seconds", "0"]
    main(arguments, stop=AfterTheLastDay())
    outlets = [load_outlet(tmp_path / f"{id}.yml") for id in SITES]
    assert [str(o.home).rstrip("/") for o in outlets] == [f"http://localhost:{first + n}" for n in range(len(SITES))]
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"sample newsroom: day {len(said)} of {len(said)} is online"
