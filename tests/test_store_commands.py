"""`counterclaim store`: what an operator types, on both engines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from typer.testing import CliRunner, Result

from console.cli import app
from processing.store import Batch, open_store
from processing.store.elastic.connection import read_address
from processing.store.elastic.layout import layout_of
from processing.store.sqlite import _layouts
from tests.support.records import make_article, make_claim

Call = Callable[..., Result]
RUN = layout_of("run")


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
    return (
        f"sqlite:{tmp_path / 'store.db'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("empty_elastic"))
    )


def test_a_store_is_made_and_shown(call: Call, address: str) -> None:
    layout = _layouts()[-1][0] if address.startswith("sqlite:") else layout_of("claim")
    assert f"ready, layout {layout}, 0 records" in call("--store", address, "store", "init").stdout
    store = open_store(address)
    article = make_article()
    store.apply(Batch(put=[article, make_claim(article_id=article.id)], enqueue=[("figures", "topic:flood")]))
    store.close()
    assert f"ready, layout {layout}, 2 records" in call("--store", address, "store", "init").stdout
    shown = lines(call("--store", address, "store", "status", "--json"))
    assert {k: n for k, n in shown[-1]["counts"].items() if n} == {"Article": 1, "Claim": 1}
    assert (shown[-1]["waiting"], shown[-1]["layout"]) == ({"figures": 1}, layout)
    assert "waiting: 1 for figures" in call("--store", address, "store", "status").stdout
    assert "what this program writes" in call("--store", address, "store", "migrate").stdout.replace(
        "that this", "what this"
    )


@pytest.fixture
def guessed(empty_elastic: str) -> Iterator[str]:
    """A store whose index of runs was made by something else, which guessed the fields; returns its address."""
    hosts, prefix = read_address(empty_elastic)
    client = Elasticsearch(hosts, request_timeout=60)
    kept, alias, other = f"{prefix}-run-v{RUN}", f"{prefix}-run", f"guessed-v{RUN}"
    client.indices.create(index=other, mappings={"properties": {"id": {"type": "text"}}})
    client.indices.update_aliases(
        actions=[{"remove": {"index": kept, "alias": alias}}, {"add": {"index": other, "alias": alias}}]
    )
    yield empty_elastic
    client.indices.delete(index=[other, f"{kept}-2"], ignore_unavailable=True)
    client.indices.put_alias(index=kept, name=alias)
    client.close()


def test_an_index_with_another_mapping_is_told_and_set_right(call: Call, guessed: str) -> None:
    alias = f"{read_address(guessed)[1]}-run"
    told = call("--store", guessed, "store", "status", code=1)
    assert re.search(rf"{alias} +guessed-v{RUN} +{RUN}, with another mapping +0", told.stdout)
    wrong = "@timestamp is missing; ended_at is missing; errors is missing"
    assert f"not as this program writes it: {alias}: {wrong}; run `counterclaim store migrate`" in told.stderr
    assert (
        f"guessed-v{RUN}: its mapping is not the one of its layout ({wrong}; and 7 more)"
        in call("--store", guessed, "store", "init", code=1).stderr
    )
    assert (
        f"{alias}: guessed-v{RUN} -> {alias}-v{RUN}-2, 0 documents"
        in call("--store", guessed, "store", "migrate").stdout
    )
    assert "ready" in call("--store", guessed, "store", "init").stdout


def test_an_alias_that_stands_for_two_indices_is_told(call: Call, guessed: str) -> None:
    hosts, prefix = read_address(guessed)
    client = Elasticsearch(hosts, request_timeout=60)
    client.indices.put_alias(index=f"{prefix}-run-v{RUN}", name=f"{prefix}-run")
    client.close()
    told = call("--store", guessed, "store", "status", code=1).stderr
    assert re.search(
        rf"{prefix}-run: stands for \S+-v{RUN} and \S+-v{RUN}; take the alias off the one that is not to be used", told
    )


def test_there_and_back(call: Call, tmp_path: Path, empty_elastic: str) -> None:
    one, two = f"sqlite:{tmp_path / 'one.db'}", f"sqlite:{tmp_path / 'two.db'}"
    store = open_store(one)
    article = make_article()
    store.apply(
        Batch(
            put=[article, make_claim(article_id=article.id)],
            keys=[("copy", "a", ["k"])],
            enqueue=[("figures", "topic:flood")],
        )
    )
    store.close()
    there = lines(call("store", "copy", "--from", one, "--to", empty_elastic, "--json"))
    back = lines(call("store", "copy", "--from", empty_elastic, "--to", two, "--json"))
    assert [(p["part"], p["count"]) for p in there if p["count"]] == [
        ("Article", 1),
        ("Claim", 1),
        ("keys: copy", 1),
        ("queue: figures", 1),
    ]
    assert back == there
    assert "4 items are the same in both stores" in call("store", "copy", "--from", one, "--to", two).stdout


def test_wrong_addresses_are_told(call: Call, tmp_path: Path) -> None:
    assert (
        "no store at"
        in call("store", "copy", "--from", f"sqlite:{tmp_path / 'none.db'}", "--to", "sqlite:x.db", code=2).stderr
    )
    assert "the same store" in call("store", "copy", "--from", "sqlite:x.db", "--to", "sqlite:x.db", code=2).stderr
    assert "is no store address" in call("store", "copy", "--from", "ftp://x", "--to", "sqlite:x.db", code=2).stderr
    assert not (tmp_path / "none.db").exists()
