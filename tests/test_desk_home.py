"""What a desk follows lies in its home: where a command is called from decides nothing, and a topic file that is not
there closes nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.pipeline.topics import missing_topics
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.records import Alert, Figure
from schemas.settings import load_settings
from tests.test_pipeline import HURT, LATE, POLICE, UNION, Clock, arrive

ROOT = Path(__file__).parents[1]
TOPIC = """\
name: kentor
title: Kentor
match: [[Kentor]]
figures:
  held: {what: [person], event: [detain], title: People held in Kentor}
"""
Call = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a topic and two articles that it takes."""
    home = tmp_path / "home"
    (home / "topics").mkdir(parents=True)
    (home / "topics" / "kentor.yml").write_text(TOPIC)
    return home


@pytest.fixture
def call(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command from another folder every time."""
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(home))
    count = 0

    def run(*args: object, code: int = 0) -> Result:
        nonlocal count
        count += 1
        (tmp_path / f"folder{count}").mkdir()
        monkeypatch.chdir(tmp_path / f"folder{count}")
        result = CliRunner().invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


def files(folder: Path) -> Path:
    """Two articles as JSON lines."""
    lines = [
        json.dumps(
            {"url": a.url, "title": a.title, "text": a.text, "outlet": a.outlet_name, "published": str(a.published)}
        )
        for a in (POLICE, UNION)
    ]
    (folder / "a.jsonl").write_text("\n".join(lines))
    return folder / "a.jsonl"


def alerts(home: Path) -> list[tuple[str | None, str, str]]:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    found = [(a.topic, a.state, a.history[-1].action) for a in store.find(Alert)]
    store.close()
    return found


def test_a_topic_of_the_home_is_seen_from_every_folder(call: Call, home: Path, tmp_path: Path) -> None:
    call("ingest", files(tmp_path))
    call("run", "--no-fetch")
    assert alerts(home) == [("kentor", "open", "raise")]
    assert "no new alert" in call("run", "--no-fetch").stdout
    assert alerts(home) == [("kentor", "open", "raise")]
    assert "People held in Kentor" in call("figure", "days", "kentor/held").stdout


def test_a_topic_that_is_not_there_closes_nothing_and_is_told(call: Call, home: Path, tmp_path: Path) -> None:
    call("ingest", files(tmp_path))
    call("run", "--no-fetch")
    (home / "topics" / "kentor.yml").rename(tmp_path / "kentor.yml")
    for _ in range(2):
        told = call("run", "--no-fetch").stderr
        assert "topic kentor: the last run saw it" in told
        assert "counterclaim topics forget kentor" in told
        assert alerts(home) == [("kentor", "open", "raise")]
    assert "People held in Kentor" in call("figure", "days", "kentor/held").stdout
    (tmp_path / "kentor.yml").rename(home / "topics" / "kentor.yml")
    assert "topic kentor" not in call("run", "--no-fetch").stderr
    assert alerts(home) == [("kentor", "open", "raise")]


def test_what_arrives_while_a_topic_is_away_is_taken_when_it_is_back(home: Path) -> None:
    settings = load_settings(home=home, ship_topics=False, ship_outlets=False)
    from processing.pipeline.desk import apply_now
    from processing.pipeline.surroundings import load_topics

    topics = load_topics(settings.topics, shipped=False)
    store = open_store(settings.store_url)
    work, without = Work(store, settings, {}, topics, now=Clock()), Work(store, settings, {}, {}, now=Clock())
    arrive(work, POLICE, UNION)
    apply_now(work)
    apply_now(without)
    arrive(without, LATE, HURT)
    assert missing_topics(without) == ["kentor"]
    (held,) = [f for f in store.find(Figure) if f.topic == "kentor"]
    assert len(held.claims) > 0
    assert not any(set(f.claims) & set(held.claims) for f in store.find(Figure) if not f.topic)
    before = len(held.claims)
    apply_now(work)
    assert len(store.get(Figure, held.id).claims) > before
    store.close()


def test_a_topic_is_let_go_on_purpose_and_what_that_closed_comes_back(call: Call, home: Path, tmp_path: Path) -> None:
    call("ingest", files(tmp_path))
    call("run", "--no-fetch")
    assert "has a file still" in call("topics", "forget", "kentor", code=2).stderr
    (home / "topics" / "kentor.yml").rename(tmp_path / "kentor.yml")
    assert (
        "no topic 'other' is remembered; those without a file: kentor"
        in call("topics", "forget", "other", code=2).stderr
    )
    call("topics", "forget", "kentor")
    assert "topic kentor" not in call("run", "--no-fetch").stderr
    followed = {topic for topic, state, _ in alerts(home) if state == "open"}
    assert followed == {None}  # the story has found the figure by itself
    (tmp_path / "kentor.yml").rename(home / "topics" / "kentor.yml")
    call("run", "--no-fetch")
    assert [topic for topic, state, _ in alerts(home) if state == "open"] == ["kentor"]


def test_configuration_may_place_the_folders_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counterclaim.toml").write_text('home = "data"\ntopics = ["mine"]\n')
    settings = load_settings()
    assert settings.topics == (tmp_path / "mine",)
    assert settings.outlets == (tmp_path / "data" / "outlets",)


@pytest.mark.parametrize("by", ["option", "environment", "both"])
def test_the_folders_go_with_the_home(by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if by != "option":
        monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / ("home" if by == "environment" else "other")))
    settings = load_settings(home=None if by == "environment" else tmp_path / "home")
    assert settings.topics == (tmp_path / "home" / "topics",)


# ---------------------------------------------------------------- the sample newsroom's home, an empty store


@pytest.mark.parametrize(
    "command",
    [("alerts", "list"), ("figure", "list"), ("findings", "list"), ("search", "flood"), ("runs", "list"), ("alerts", "review")],
)  # fmt: skip
def test_an_empty_store_says_so_and_what_to_do(command: tuple[str, ...], call: Call, home: Path) -> None:
    told = " ".join(call(*command).stdout.split())
    assert f"sqlite:{home / 'counterclaim.db'} holds no article yet" in told.replace(" /", "/")
    for advice in ("counterclaim run", "counterclaim ingest FOLDER", "counterclaim demo", "--home FOLDER"):
        assert advice in told


def test_showing_a_record_of_an_empty_store_says_that_it_is_empty(call: Call) -> None:
    assert "holds no article yet" in call("show", "abc", code=1).stderr


def test_make_run_leaves_a_file_by_which_commands_find_the_newsroom(tmp_path: Path) -> None:
    """The recipe's own line, with the command that it calls put aside."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "counterclaim").write_text("#!/bin/sh\n")
    (bin / "counterclaim").chmod(0o755)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    (tmp_path / "pyproject.toml").touch()
    make = ["make", "-o", ".venv/.installed", f"BIN={bin}", "run"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    settings = load_settings(folder=tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.outlets == (tmp_path / "var" / "newsroom" / "outlets",)
    own = 'home = "mine"\n'
    (tmp_path / "counterclaim.toml").write_text(own)
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "counterclaim.toml").read_text() == own


def test_real_outlets_are_kept_out_of_the_newsrooms_store(call: Call, home: Path) -> None:
    (home / "newsroom.json").write_text("{}")
    for command in (("run",), ("fetch",)):
        assert "holds the sample newsroom; real outlets go to a home of their own" in call(*command, code=2).stderr
    call("run", "--no-fetch")
