"""`counterclaim --store URL demo`: the sample newsroom in a store of one's own, and in no store that holds something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from processing.store import Batch, open_store
from schemas.records import Alert, Page, digest_id
from tests.records import NOON


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
