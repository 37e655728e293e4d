"""The command line as a stranger meets it: real processes, their output, errors and exit codes."""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from console.cli import app
from console.commands import COMMANDS, OnDemand
from processing.store import Batch, open_store
from tests.support.records import make_alert, make_article, make_claim, make_figure, make_finding

ROOT = Path(__file__).parents[1]
TEXT = """Floods kill 12 in Kentor

At least 12 people were killed and 30 injured in floods in Kentor, the rescue service said on Monday.
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Calls the command in an empty working folder with its home there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def run(*args: object, code: int = 0):  # type: ignore[no-untyped-def]
        result = runner.invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


def commands() -> list[str]:
    """Every command, those of groups as "alerts list"."""
    group = typer.main.get_command(app)
    assert isinstance(group, OnDemand)
    return [name for each in COMMANDS for name in _within(group.load(each), each)]


def _within(command: Any, path: str) -> list[str]:
    inner = getattr(command, "commands", None)
    return [path] if inner is None else [n for name, c in inner.items() for n in _within(c, f"{path} {name}")]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_list_says_of_a_command_is_what_it_says_itself(name: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, OnDemand)
    listed, command = COMMANDS[name], group.load(name)
    assert (" ".join((command.help or "").split()), command.rich_help_panel) == (listed.help, listed.panel)


def test_no_module_has_a_command_that_is_not_listed() -> None:
    for module in {listed.module for listed in COMMANDS.values()}:
        holder = typer.Typer()
        holder.callback()(lambda: None)
        importlib.import_module(module).register(holder)
        there = typer.main.get_group(holder).commands
        assert set(there) == {name for name, listed in COMMANDS.items() if listed.module == module}


def test_the_list_of_commands_loads_none_of_them() -> None:
    code = "import sys, console.cli; sys.argv[1:] = ['--help']; import atexit\n" + (
        "atexit.register(lambda: print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('processing', 'spiders', 'pydantic', 'spacy', 'airflow', 'elasticsearch'))))\nconsole.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Set up" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help_and_stands_in_the_readme(command: str, call) -> None:  # type: ignore[no-untyped-def]
    assert "Usage: " in call(*command.split(), "--help").output
    assert f"counterclaim {command}" in (ROOT / "README.md").read_text("utf8"), (
        f"README.md does not name `counterclaim {command}`"
    )


def test_the_installed_command_runs() -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("counterclaim"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert re.fullmatch(r"counterclaim \d+\.\d+\.\d+\n", told)


def test_importing_the_name_loads_no_model() -> None:
    told = "import counterclaim, sys; print(sorted({'spacy', 'scrapy', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_claims_of_a_file_are_json_lines(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(TEXT)
    claims = [
        json.loads(line)
        for line in call("claims", tmp_path / "a.txt", "--json", "--published", "2025-01-20").stdout.splitlines()
    ]
    assert [(c["text"], c["approx"], c["low"], c["event"]) for c in claims] == [
        ("12", "exact", 12, "kill"), ("At least 12", "at_least", 12, "kill"), ("30", "exact", 30, "injure"),
    ]  # fmt: skip
    assert {c["file"] for c in claims} == {str(tmp_path / "a.txt")}
    assert all(TEXT[c["start"] : c["end"]] == c["text"] for c in claims)
    assert claims[2]["source"] == "the rescue service"


def test_a_bad_file_is_named_and_the_others_are_read(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_bytes(b"caf\xe9 12 people")
    result = call("claims", "none.txt", "b.txt", "a.txt", "--json", code=1)
    assert len(result.stdout.splitlines()) == 3
    assert "none.txt: cannot be read: No such file" in result.stderr
    assert "b.txt: is not UTF-8 text: byte 3 is 0xe9" in result.stderr


ARTICLES = [
    {
        "id": f"e-{n}",
        "url": f"https://{o}.example/a",
        "outlet": o,
        "published": "2025-01-20",
        "title": t,
        "text": t + "\n" + x,
    }
    for n, (o, t, x) in enumerate(
        [
            (
                "courier",
                "Police detain 100 at harbour march in Kentor",
                "Police detained 100 people at a march to the harbour in Kentor on Monday, police said.",
            ),
            (
                "ledger",
                "300 detained in Kentor harbour march",
                "Police in Kentor detained 300 people at a march to the harbour on Monday, the Lawyers' Union said.",
            ),
        ]
    )
]


def test_figures_of_a_file(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    packed = tmp_path / "articles.jsonl.gz"
    packed.write_bytes(gzip.compress("".join(json.dumps(a) + "\n" for a in ARTICLES).encode() + b"[1]\n"))
    result = call("figures", packed, "--one-story", "--json", code=1)
    assert f"{packed}:3: is not a JSON object" in result.stderr
    figure = next(json.loads(line) for line in result.stdout.splitlines() if "mentions" in line)
    assert {(m["id"], m["low"]) for m in figure["mentions"]} >= {("e-0", 100), ("e-1", 300)}
    assert [f["finding"] for f in figure["findings"] if f["severity"] == "high"] == ["conflicts"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["claims", "a.txt", "--published", "yesterday"], "--published: 'yesterday' is no ISO date or time"),
        (["claims", "a.txt", "--country", "england"], "--country: 'england' is no two-letter country code"),
        (["claims", "a.txt", "--json", "--explain"], "--explain, --stages and --json exclude each other"),
        (["figures", "a.jsonl", "--topic", "nothing"], "no topic 'nothing'; there are kursk-troops"),
        (["export", "pages"], "'pages' is none of articles, claims, figures, findings, alerts"),
        (["export", "claims", "--format", "xlsx"], "--format: 'xlsx' is none of jsonl, csv, parquet"),
        (["export", "claims", "--format", "parquet"], "--format parquet needs a file"),
        (["alerts", "list", "--state", "gone"], "--state: 'gone' is none of open"),
        (["alerts", "false-positive", "x"], "--reason must say why"),
        (["run", "--outlet", "xx/none"], "no outlet 'xx/none'"),
        (["run", "--topic", "nothing"], "no topic 'nothing'"),
        (["outlets", "check", "xx/none"], "no outlet 'xx/none'"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_and_ends_with_2(args: list[str], message: str, call) -> None:  # type: ignore[no-untyped-def]
    assert message in " ".join(call(*args, code=2).stderr.split())


def test_a_wrong_configuration_names_file_and_line(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "counterclaim.toml").write_text('log_level = "loud"\n[fetch]\ntimout = 3\n')
    told = call("doctor", code=1).stdout + call("runs", "list", code=2).stderr
    assert "counterclaim.toml:1: log_level: Input should be 'debug', 'info', 'warning' or 'error'" in told
    assert re.search(r"counterclaim\.toml:3: fetch\.timout: unknown key \(allowed: .*timeout", told)


def test_a_wrong_topic_file_names_every_fault(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "t.yml").write_text(
        "name: t\ntitle: T\nmatch: [[a]]\nwindow: soon\nfigures:\n  killed: {what: man, kin: level}\n"
    )
    told = call("topics", "check", tmp_path / "t.yml", code=2).stderr
    assert "t.yml:4: window:" in told
    assert "t.yml:6: figures.killed.kin: unknown key (allowed: what, event" in told


def filled(home: Path) -> None:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    article = make_article()
    first, second = (
        make_claim(article_id=article.id, article_key=article.key, id=f"c{n}", low=n, high=n, text=str(n))
        for n in (12, 24)
    )
    finding = make_finding(earlier="c12", later="c24")
    store.apply(
        Batch(
            put=[
                article,
                first,
                second,
                make_figure(claims=("c12", "c24")),
                finding,
                make_alert(earlier="c12", later="c24", findings=(finding.id,)),
            ]
        )
    )
    store.close()


def test_what_is_kept_can_be_shown_searched_and_exported(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    filled(tmp_path / "home")
    assert "Floods kill 12" in call("search", "valley").stdout
    assert json.loads(call("show", "c12", "--json").stdout)["low"] == 12
    assert "sources disagree" in call("show", "al1").stdout
    assert "no record has the id 'nobody'" in call("show", "nobody", code=1).stderr
    rows = list(csv.DictReader(io.StringIO(call("export", "claims", "--format", "csv").stdout)))
    assert [(row["id"], row["low"], row["as_of"]) for row in rows] == [
        ("c12", "12.0", "2025-01-22; 2025-01-22"),
        ("c24", "24.0", "2025-01-22; 2025-01-22"),
    ]
    call("export", "claims", "--format", "parquet", "-o", "c.parquet")
    from pyarrow import parquet

    assert parquet.read_table(tmp_path / "c.parquet").column("low").to_pylist() == [12, 24]
    assert not list(tmp_path.glob("*.part"))


def test_a_desk_says_what_came_of_an_alert(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    filled(tmp_path / "home")
    call("alerts", "ack", "al1", "--by", "Ada")
    call("alerts", "false-positive", "al1", "--by", "Ada", "--reason", "two different valleys")
    alert = json.loads(call("alerts", "list", "--state", "false_positive", "--json").stdout)
    assert [(e["by"], e["reason"]) for e in alert["history"]][-2:] == [("Ada", ""), ("Ada", "two different valleys")]
    assert json.loads(call("alerts", "review", "--json").stdout)["false_share"] == 1
    assert call("alerts", "list").stdout.startswith("no such alert")


def test_steps_on_an_empty_store_do_nothing_twice(call) -> None:  # type: ignore[no-untyped-def]
    for step in ("clean", "dedup", "stories", "claims", "figures", "compare", "alert", "notify"):
        for _ in range(2):
            told = json.loads(call(step, "--json").stdout)
            assert (told["step"], told["failed"], told["problems"]) == (step, 0, [])


def test_doctor_says_what_is_there(call) -> None:  # type: ignore[no-untyped-def]
    checks = {c["name"]: c["state"] for c in map(json.loads, call("doctor", "--json").stdout.splitlines())}
    assert {name: checks[name] for name in ("language model", "configuration", "store", "outlets", "last run")} == {
        "language model": "ok", "configuration": "ok", "store": "ok", "outlets": "ok", "last run": "missing",
    }  # fmt: skip


def test_ingested_articles_go_through_the_whole_pipeline(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(a) + "\n" for a in ARTICLES) + "{not json\n")
    assert "a.jsonl:3: is not JSON" in call("ingest", tmp_path / "a.jsonl", code=1).stderr
    told = call("run", "--no-fetch").stdout
    assert "sources disagree" in told
    assert "100 people" in told
    assert "300 people" in told
    assert "no new alert" in call("run", "--no-fetch").stdout


@pytest.mark.parametrize(
    "looks", [("dam port", "vote port dam"), ("vote", "dam", "port vote"), ("port vote dam", "port vote dam")]
)
def test_pages_that_all_call_one_address_their_own_are_articles_each(call, tmp_path: Path, looks) -> None:  # type: ignore[no-untyped-def]
    """In whatever order they come, and at each further look; a real change of one of them is its own."""
    told = {
        "dam": (
            "Dam breaks at Orle",
            "The dam at Orle broke on Monday night. Twelve people died, the fire service said. ",
        ),
        "port": (
            "Dockers walk out",
            "Dockers in Tarne walked out at noon. The union counted 4,000 of them at the gates. ",
        ),
        "vote": (
            "Sorvik goes to the polls",
            "Turnout reached 61% by the evening, the election board of Sorvik said later. ",
        ),
    }

    def page(name: str, more: str = "") -> str:
        title, text = told[name]
        body = "".join(f"<p>{text}{more}More on the {name} at {n} in the evening.</p>" for n in (5, 7, 9))
        head = '<link rel="canonical" href="https://www.courier.example/world/port">'
        html = f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        return json.dumps({"url": f"https://www.courier.example/world/{name}", "html": html}) + "\n"

    for number, names in enumerate(looks):
        (tmp_path / f"{number}.jsonl").write_text("".join(page(name) for name in names.split()))
        call("ingest", tmp_path / f"{number}.jsonl")
        call("run", "--no-fetch")
    (tmp_path / "edit.jsonl").write_text(page("vote", "Nobody counted twice. "))
    call("ingest", tmp_path / "edit.jsonl")
    call("run", "--no-fetch")
    kept = [json.loads(line) for line in call("export", "articles").stdout.splitlines()]
    assert sorted((a["title"], a["revision"]) for a in kept) == [
        ("Dam breaks at Orle", 1), ("Dockers walk out", 1), ("Sorvik goes to the polls", 1), ("Sorvik goes to the polls", 2),
    ]  # fmt: skip
    assert len({a["key"] for a in kept}) == 3


def test_the_doctor_looks_for_the_models_that_the_reader_takes() -> None:
    from console.doctor import _MODELS
    from processing.claims.document.document import MODELS

    assert _MODELS == MODELS
