"""What a desk types: corrections, a value of its own, a figure to follow, a brief, a picture, a replay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.records import Figure
from schemas.settings import Settings
from tests.test_pipeline import POLICE, UNION, Clock, arrive

Call = Callable[..., Result]
BY = ("--by", "Ada", "--reason", "court lists")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command over a store that holds two articles and their one contradiction."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    arrive(Work(store, Settings(home=tmp_path / "home"), {}, {}, now=Clock()), POLICE, UNION)
    store.close()

    def run(*args: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


def figure(call: Call) -> Figure:
    (one,) = [
        json.loads(line) for line in call("figure", "list", "--json").stdout.splitlines() if "people detained" in line
    ]
    return Figure(**one)


def test_a_claim_is_corrected_listed_and_the_correction_undone(call: Call) -> None:
    claims = figure(call).claims
    for id in claims:
        call("correct", "claim", id, "--set", "low=100", "--set", "high=100", *BY)
    assert call("alerts", "list").stdout.startswith("no such alert")
    found = [json.loads(line) for line in call("correct", "list", "--json").stdout.splitlines()]
    assert [(c["target"], c["changes"], c["author"], c["reason"]) for c in found[::-1]] == [
        (id, {"low": 100, "high": 100}, "Ada", "court lists") for id in claims
    ]
    for c in found:
        call("correct", "undo", c["id"], "--by", "Ben", "--reason", "was right")
    assert "300" in call("alerts", "list").stdout
    assert "undone by Ben: was right" in call("correct", "list").stdout


def test_an_alert_shows_both_sentences_and_why(call: Call) -> None:
    id = json.loads(call("alerts", "list", "--json").stdout)["id"]
    shown = " ".join(call("show", id).stdout.split())
    for part in ("100 people", "300 people", "Why:", "conflicts"):
        assert part in shown


def test_a_value_is_adopted_and_a_figure_followed(call: Call) -> None:
    one = figure(call)
    assert "the desk puts it at 100 to open (count)" in call("figure", "adopt", one.id, "100+", *BY).stdout
    assert "4 of 4 claims, 2 of 2 articles" in call("figure", "follow", one.id, "--name", "held").stdout
    assert "people detained" in call("figure", "days", "held/held").stdout
    assert "ok held" in call("topics", "check").stdout


def test_brief_chart_and_replay(call: Call, tmp_path: Path) -> None:
    one = figure(call)
    assert "the Lawyers' Union said 300" in call("brief", "--since", "2025-01-20").stdout
    for name, start in (("b.html", b"<!"), ("b.docx", b"PK"), ("b.md", b"# ")):
        call("brief", "--since", "2025-01-20", "-o", name)
        assert (tmp_path / name).read_bytes().startswith(start)
    for name, start in (("c.svg", b"<svg"), ("c.png", b"\x89PNG")):
        call("chart", one.id, "-o", name)
        assert (tmp_path / name).read_bytes().startswith(start)
    told = call("replay", "--from", "2025-01-19", "--to", "2025-01-21").stdout
    assert "1 alerts would have been sent" in told
    assert "the same as was sent" in told


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["correct", "claim", "x", *BY], "give either --set field=value, once or more, or --drop"),
        (["correct", "claim", "x", "--set", "low", *BY], "--set 'low': write field=value"),
        (["correct", "claim", "x", "--drop", "--by", " ", "--reason", "y"], "--by must say who"),
        (["correct", "claim", "x", "--drop", "--by", "Ada", "--reason", ""], "--reason must say why"),
        (["correct", "figures", "merge", "x", *BY], "give two or more figures"),
        (["figure", "adopt", "x", "many", *BY], "VALUE 'many': write 300"),
        (["figure", "adopt", "x", "400-300", *BY], "the first number must be the lower one"),
        (["brief", "--format", "docx"], "--format docx needs a file"),
        (["brief", "--format", "pdf"], "'pdf': allowed are md, html, docx"),
        (["brief", "--topic", "nothing"], "no topic 'nothing'"),
        (["chart", "x", "-o", "c.gif"], "'gif': allowed are svg, png, html"),
        (["replay", "--from", "2025-01-02", "--to", "2025-01-01"], "lies before --from"),
    ],
)
def test_wrong_use_ends_with_2(args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
