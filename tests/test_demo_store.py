"""`counterclaim --store URL demo`: the sample newsroom in a store of one's own, and in no store that holds something else."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest
from typer.testing import CliRunner

from console.cli import app
from processing.store import Batch, open_store
from schemas.records import Alert, Page, digest_id
from tests.support.records import NOON

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("by", ["option", "variable"])
def test_the_newsroom_plays_into_the_store_that_is_named(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:{tmp_path / 'other.db'}" if by == "variable" else request.getfixturevalue("empty_elastic")
    home = tmp_path / "home"
    if by == "variable":
        monkeypatch.setenv("COUNTERCLAIM_STORE", address)
    told = CliRunner().invoke(app, ["--home", str(home), *(["--store", address] if by == "option" else []), "demo"])
    assert told.exit_code == 0, told.stderr
    assert not (home / "counterclaim.db").exists()
    store = open_store(address)
    assert store.count(Alert) > 5
    store.close()
    assert address in told.stdout


def test_a_store_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'other.db'}"
    store = open_store(address)
    url = "https://courier.example/a"
    store.apply(Batch(put=[Page(digest_id(url), url, url, "gb/courier", NOON, 200, "0", 1)]))
    store.close()
    told = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "--store", address, "demo"])
    assert (told.exit_code, "holds 1 pages that are not" in told.stderr) == (2, True)


def killed_when(home: Path, store: str, met: Callable[[], bool]) -> None:
    """Play the newsroom until something is met, then kill it with all that it started."""
    command = [sys.executable, "-m", "console.cli", "--home", str(home), "--store", store, "demo"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=subprocess.PIPE, start_new_session=True)
    until = monotonic() + 180
    while process.poll() is None and monotonic() < until and not met():
        sleep(0.02)
    ended = process.poll()
    if ended is None:
        os.killpg(process.pid, signal.SIGKILL)
    _, told = process.communicate()
    assert ended is None, told.decode()
    assert met()


@pytest.mark.parametrize("file", ["home/counterclaim.db", "other.db"])
def test_a_newsroom_killed_on_its_first_day_goes_on(file: str, tmp_path: Path) -> None:
    home, state = tmp_path / "home", tmp_path / "home" / "newsroom.json"
    address = f"sqlite:{tmp_path / file}"

    def has_pages() -> bool:
        if not (tmp_path / file).exists():
            return False
        with closing(sqlite3.connect(tmp_path / file)) as store:
            try:
                return store.execute("SELECT 1 FROM page LIMIT 1").fetchone() is not None
            except sqlite3.OperationalError:  # not made yet, or being written
                return False

    killed_when(home, address, has_pages)
    assert json.loads(state.read_text("utf8"))["played"] == 0
    killed_when(home, address, lambda: json.loads(state.read_text("utf8"))["played"] > 0)
