"""The sample newsroom as a service of its own: reachable by another name and port, day after day online."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from demo.serving import main
from demo.sites import SITES
from schemas.config import load_outlet


def test_outlet_files_name_the_host_and_every_day_comes_online(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    stop, first = threading.Event(), 21_000 + os.getpid() % 8000
    arguments = ["--folder", str(tmp_path), "--host", "localhost", "--first-port", str(first), "--day-seconds", "0"]
    threading.Timer(0.5, stop.set).start()
    main(arguments, stop=stop)
    outlets = [load_outlet(tmp_path / f"{id}.yml") for id in SITES]
    assert [str(o.home).rstrip("/") for o in outlets] == [f"http://localhost:{first + n}" for n in range(len(SITES))]
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"sample newsroom: day {len(said)} of {len(said)} is online"
