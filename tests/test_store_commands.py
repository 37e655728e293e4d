"""`counterclaim store`: what an operator types, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.store import Batch, open_store
from tests.records import make_article, make_claim

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(params=["sqlite", "elasticsearch"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'store.db'}" if request.param == "sqlite" else str(request.getfixturevalue("empty_elastic"))


def test_a_store_is_made_and_shown(call: Call, address: str) -> None:
    assert "ready, layout 1, 0 records" in call("--store", address, "store", "init").stdout
    store = open_store(address)
    article = make_article()
    store.apply(Batch(put=[article, make_claim(article_id=article.id)], enqueue=[("figures", "topic:flood")]))
    store.close()
    assert "ready, layout 1, 2 records" in call("--store", address, "store", "init").stdout
    shown = lines(call("--store", address, "store", "status", "--json"))
    assert {k: n for k, n in shown[-1]["counts"].items() if n} == {"Article": 1, "Claim": 1}
    assert (shown[-1]["waiting"], shown[-1]["layout"]) == ({"figures": 1}, 1)
    assert "waiting: 1 for figures" in call("--store", address, "store", "status").stdout
    assert "what this program writes" in call("--store", address, "store", "migrate").stdout.replace("that this", "what this")


def test_there_and_back(call: Call, tmp_path: Path, empty_elastic: str) -> None:
    one, two = f"sqlite:{tmp_path / 'one.db'}", f"sqlite:{tmp_path / 'two.db'}"
    store = open_store(one)
    article = make_article()
    store.apply(Batch(put=[article, make_claim(article_id=article.id)], keys=[("copy", "a", ["k"])], enqueue=[("figures", "topic:flood")]))
    store.close()
    there = lines(call("store", "copy", "--from", one, "--to", empty_elastic, "--json"))
    back = lines(call("store", "copy", "--from", empty_elastic, "--to", two, "--json"))
    assert [(p["part"], p["count"]) for p in there if p["count"]] == [("Article", 1), ("Claim", 1), ("keys: copy", 1), ("queue: figures", 1)]
    assert back == there
    assert "4 items are the same in both stores" in call("store", "copy", "--from", one, "--to", two).stdout


def test_wrong_addresses_are_told(call: Call, tmp_path: Path) -> None:
    assert "no store at" in call("store", "copy", "--from", f"sqlite:{tmp_path / 'none.db'}", "--to", "sqlite:x.db", code=2).stderr
    assert "the same store" in call("store", "copy", "--from", "sqlite:x.db", "--to", "sqlite:x.db", code=2).stderr
    assert "is no store address" in call("store", "copy", "--from", "ftp://x", "--to", "sqlite:x.db", code=2).stderr
    assert not (tmp_path / "none.db").exists()
