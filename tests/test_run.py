"""`counterclaim run`: exit code, record and notices where outlets or steps fail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import app
from processing.store import open_store
from schemas.records import Delivery, Run
from tests.support.loopback import serve
from tests.support.sites import article, rss
from tests.support.sites import serve as serve_site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a store, a dead outlet, and a receiver that wants to hear of trouble."""
    for name, value in {
        "HOME": str(tmp_path), "OUTLETS": str(tmp_path / "outlets"), "SHIP_OUTLETS": "false", "ALLOW_PRIVATE_HOSTS": "true",
        "RECEIVERS__DESK__URL_ENV": "DESK_URL", "RECEIVERS__DESK__TROUBLE": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"COUNTERCLAIM_{name}", value)
    outlet(tmp_path, "dead", "http://127.0.0.1:9")
    open_store(f"sqlite:{tmp_path / 'counterclaim.db'}").close()
    return tmp_path


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The subjects of the notices that the receiver took."""
    found: list[str] = []

    def take(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        found.append(json.loads(body)["title"])
        return 200, {}, {}

    with serve(take) as address:
        monkeypatch.setenv("DESK_URL", address.replace("http://", "json://"))
        yield found


def outlet(home: Path, name: str, address: str) -> None:
    (home / "outlets" / "gb").mkdir(parents=True, exist_ok=True)
    (home / "outlets" / "gb" / f"{name}.yml").write_text(
        f"name: {name}\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: {address}/\nfeeds: [{address}/feed]\ndelay: 0\n"
    )


def found(home: Path, cls: type) -> list[Any]:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    records = list(store.find(cls))
    store.close()
    return records


def test_one_dead_outlet_beside_a_living_one_is_an_item_that_failed(home: Path, taken: list[str]) -> None:
    with serve_site() as site:
        site.put("/feed", rss(site, "/a"), "application/rss+xml")
        site.put("/a", article("/a"))
        outlet(home, "living", site.url)
        assert CliRunner().invoke(app, ["run"]).exit_code == 1
    (run,) = found(home, Run)
    assert (run.failed, run.counts["fetch"]["made"]) == ((), 1)
    assert [c.outlet for c in run.outlets if c.reason] == ["gb/dead"]


def test_where_nothing_could_be_fetched_the_run_failed(home: Path, taken: list[str]) -> None:
    assert CliRunner().invoke(app, ["run"]).exit_code == 3
    (run,) = found(home, Run)
    assert run.failed == ("fetch",)
    assert "nothing could be fetched" in run.errors
    assert [d.subject for d in found(home, Delivery)] == ["by hand: fetch failed"]
    told = CliRunner().invoke(app, ["metrics"]).stdout
    assert 'counterclaim_run_failed_steps{trigger="by hand"} 1.0' in told


def test_a_step_that_stops_the_run_is_in_its_record(home: Path, taken: list[str]) -> None:
    with sqlite3.connect(home / "counterclaim.db") as database:
        database.execute("create trigger full before insert on outcome begin select raise(abort, 'no room'); end")
    result = CliRunner().invoke(app, ["run"])
    assert (result.exit_code, "no room" in result.stderr) == (3, True)
    (run,) = found(home, Run)
    assert run.failed == ("fetch",)
    assert run.errors[-1].startswith("the run stopped: fetch: Store")
    assert [d.subject for d in found(home, Delivery)] == ["the run stopped"]


def test_where_the_store_is_the_trouble_the_receiver_hears_of_it(home: Path, taken: list[str]) -> None:
    (home / "counterclaim.db").write_text("this is no database, however long it is read")
    assert [CliRunner().invoke(app, ["run"]).exit_code for _ in range(2)] == [1, 1]  # no store of ours: no step began
    assert taken == ["the run stopped"]


def test_wrong_use_is_no_failed_run(home: Path, taken: list[str]) -> None:
    assert CliRunner().invoke(app, ["run", "--outlet", "gb/nobody"]).exit_code == 2
    assert (found(home, Run), taken) == ([], [])
