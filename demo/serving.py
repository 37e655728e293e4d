"""The sample newsroom as a service for other processes: `python -m demo.serving`. Day after day goes online by the
clock."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from demo.server import serve
from demo.sites import SITES

__all__ = ["main"]


def main(argv: Sequence[str] | None = None, *, stop: threading.Event | None = None) -> None:
    """Serve until SIGTERM, Ctrl-C or `stop`; a further day is online every `--day-seconds`, the last one stays."""
    parser = argparse.ArgumentParser(prog="python -m demo.serving", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="outlet files are written here")
    parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--host", default=None, help="name under which others reach this machine; default: the address")
    parser.add_argument("--first-port", type=int, default=18711, help="port of the first outlet, the others follow")
    parser.add_argument("--day-seconds", type=float, default=600, help="how long a day of the plan takes")
    parser.add_argument("--seed", type=int, default=0, help="redraws the newsroom")
    given = parser.parse_args(argv)
    ended = stop or threading.Event()
    if stop is None:
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ports = {outlet: given.first_port + number for number, outlet in enumerate(SITES)}
    with serve(given.seed, folder=given.folder, ports=ports, bind=given.bind, host=given.host) as newsroom:
        for day in range(len(newsroom.days)):
            newsroom.set_day(day)
            print(f"sample newsroom: day {day + 1} of {len(newsroom.days)} is online", flush=True)
            if ended.wait(given.day_seconds):
                return
        ended.wait()


if __name__ == "__main__":
    main()
