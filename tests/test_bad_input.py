"""Bad input at the doors: whatever comes in, the command says what is wrong, stores why, ends with the right code, and the rest goes on."""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.store import Store, Where, open_store
from schemas.records import Article, Outcome, Page
from tests.support.sites import Answer, Site, article, rss, serve

Call = Callable[..., Result]
COMMAND = Path(sys.executable).with_name("counterclaim")
FLOOD = "At least 12 people were killed when the river burst its banks in Kentor on Monday, the rescue service said."
OUTLET = "name: {name}\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: {home}\nfeeds: ['{home}{feed}']\ndelay: 0\nexpect: {{articles_per_day: 0}}\n"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in an empty working folder with its home there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def run(*args: object, code: int = 0) -> Result:
        result = runner.invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as found:
        yield found


def outlets(folder: Path, site: Site, feeds: dict[str, str]) -> None:
    """A desk of outlets on the site, by name and feed."""
    (folder / "counterclaim.toml").write_text(
        "ship_outlets = false\nallow_private_hosts = true\n[fetch]\ntimeout = 60\n"
    )
    own = folder / "home" / "outlets" / "gb"
    own.mkdir(parents=True)
    for name, feed in feeds.items():
        (own / f"{name}.yml").write_text(OUTLET.format(name=name, home=site.url, feed=feed))


def opened(folder: Path) -> Store:
    return open_store(f"sqlite:{folder / 'home' / 'counterclaim.db'}")


# ---------------------------------------------------------------- configuration

CONFIGURATION = {
    "an outlet that is no YAML": ("home/outlets/gb/x.yml", "name: [a\n", "x.yml:2: is not YAML"),
    "an outlet with an unknown key": ("home/outlets/gb/x.yml", OUTLET.format(name="x", home="https://x.example", feed="/f") + "feed: y\n", "x.yml:9: feed: unknown"),
    "a topic that is no YAML": ("home/topics/x.yml", "name: x\n  title: y\n", "x.yml:2: is not YAML"),
    "a topic with a wrong value": ("home/topics/x.yml", "name: x\ntitle: X\nmatch: [[a]]\nmin_outlets: none\n", "x.yml:4: min_outlets: Input should be a valid"),
    "settings that are no TOML": ("counterclaim.toml", "workers = \n", "counterclaim.toml:1: is not TOML"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "message"), CONFIGURATION.values(), ids=CONFIGURATION)
@pytest.mark.parametrize("command", [["run"], ["claims"], ["search", "flood"]], ids=" ".join)
def test_no_work_begins_with_a_wrong_file(
    call: Call, tmp_path: Path, path: str, text: str, message: str, command: list[str]
) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert message in call(*command, code=2).stderr
    assert not (tmp_path / "home" / "counterclaim.db").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "?!"], "'?!' has no word to search for"),
        (["--store", "sqlite:", "runs", "list"], "store: names no file; write sqlite:PATH"),
        (["--log-format", "xml", "runs", "list"], "log_format: Input should be 'text' or 'json', not 'xml'"),
        (["run", "--since", "tomorrow"], "--since: 'tomorrow' is no ISO date or time"),
        (["topics", "check", "none.yml"], "none.yml: cannot be read: No such file or directory"),
        (["outlets", "add", "example"], "'example' is not an http or https address"),
        (["outlets", "check", "xx/none"], "no outlet 'xx/none'"),
    ],
)
def test_wrong_use_is_told_in_a_line(call: Call, args: list[str], message: str) -> None:
    assert message in call(*args, code=2).stderr


# ---------------------------------------------------------------- feeds and pages

GROWING = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "lol">{GROWING}]><rss><channel>&a9;</channel></rss>'
RSS = {"Content-Type": "application/rss+xml"}
FEEDS: dict[str, tuple[Answer, str]] = {
    "html": (Answer(article("Sorry").encode(), headers={"Content-Type": "text/html"}), "is a web page, not a feed"),
    "empty": (Answer(b"", headers=RSS), "is empty"),
    "bomb": (Answer(BOMB.encode(), headers=RSS), "declares XML entities, which no feed needs; it is not read"),
    "gzip-bomb": (
        Answer(gzip.compress(b" " * 200_000_000, 6), headers={**RSS, "Content-Encoding": "gzip"}),
        "unpacks to more than 10 MB",
    ),
    "loop": (Answer(status=302, headers={"Location": "/loop"}), "redirects more than 5 times"),
}


def test_bad_feeds_and_pages_are_told_and_the_rest_goes_on(tmp_path: Path, site: Site) -> None:
    """One run over all of them, by the command in a process of its own; each outlet and page has its reason in the store."""
    for name, (answer, _) in FEEDS.items():
        site.routes[f"/{name}"] = answer
    secret = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{site.url}/secret"><!ENTITY y SYSTEM "file:///etc/passwd">]>'
    site.put(
        "/entity",
        rss(site, "/good").replace("<rss", f"{secret}<rss").replace("<title>Report 1", "<title>&x;&y;Report 1"),
        "application/rss+xml",
    )
    future = article("Tomorrow's floods kill 12", FLOOD).replace(
        "<title>", '<meta property="article:published_time" content="2199-01-01T00:00:00Z"><title>'
    )
    cut = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script><title>'
    pages: dict[str, Answer] = {
        "/good": Answer(article("Floods kill 12 in Kentor", FLOOD).encode(), headers={"Content-Type": "text/html; charset=utf-8"}),
        "/huge": Answer(b"<p>" + b"x" * 30_000_000, headers={"Content-Type": "text/html"}),
        "/packed": Answer(gzip.compress(b"<p>" + b"x" * 200_000_000, 6), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
        "/nothing": Answer(b"", headers={"Content-Type": "text/html"}),
        "/round": Answer(status=301, headers={"Location": "/round"}),
        "/charset": Answer(article("Café floods kill 12", f"{FLOOD} Café owners fled.").encode("cp1252"), headers={"Content-Type": "text/html; charset=utf-8"}),
        "/tomorrow": Answer(future.encode(), headers={"Content-Type": "text/html"}),
        "/ld": Answer(article("Broken floods kill 12", FLOOD).replace("<title>", cut).encode(), headers={"Content-Type": "text/html"}),
        "/nul": Answer(article("Floods\x00 kill 12", FLOOD.replace("river", "ri\x00ver")).encode(), headers={"Content-Type": "text/html"}),
    }  # fmt: skip
    site.routes |= pages
    site.put("/pages", rss(site, *pages), "application/rss+xml")
    outlets(tmp_path, site, {**{name: f"/{name}" for name in FEEDS}, "entity": "/entity", "pages": "/pages"})
    done = subprocess.run(
        [COMMAND, "--home", tmp_path / "home", "run", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    run = json.loads(done.stdout)
    reasons = {c["outlet"].partition("/")[2]: c["reason"] for c in run["outlets"]}
    expected = {name: f"{site.url}/{name} {told}" for name, (_, told) in FEEDS.items()}
    assert reasons == {**expected, "entity": f"{site.url}/entity {FEEDS['bomb'][1]}", "pages": None}
    assert "/secret" not in site.paths()
    store = opened(tmp_path)
    told = {
        o.item.removeprefix(site.url): o.code
        for o in store.find(Outcome, Where("step", "=", "fetch"))
        if o.item.startswith("http")
    }
    found = {a.title: a for a in store.find(Article)}
    kept = {p.url.removeprefix(site.url) for p in store.find(Page)}
    store.close()
    assert told == {"/huge": "too_large", "/packed": "too_large", "/nothing": "empty", "/round": "redirects"}
    assert kept == set(pages) - set(told)
    assert sorted(filter(None, found)) == [
        "Broken floods kill 12", "Café floods kill 12", "Floods kill 12", "Floods kill 12 in Kentor", "Tomorrow's floods kill 12",
    ]  # fmt: skip
    assert "Café owners fled." in found["Café floods kill 12"].text
    assert {a.published for a in found.values()} == {datetime(2025, 1, 22, 9, 30, tzinfo=UTC)}, (
        "the feed's time, not a day that has not come"
    )
    assert "\x00" not in found["Floods kill 12"].text


# ---------------------------------------------------------------- texts


def lines(path: Path, *records: dict[str, Any] | str) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records))
    return path


def test_a_text_of_surrogates_is_a_bad_record_and_one_with_nul_is_read(call: Call, tmp_path: Path) -> None:
    bad = '{"url": "https://a.example/1", "title": "A", "text": "12 \\ud800 people"}'
    file = lines(
        tmp_path / "a.jsonl",
        bad,
        {"url": "https://a.example/2", "title": "Floods kill 12", "text": FLOOD.replace("12", "12\x00")},
    )
    told = call("ingest", file, code=1)
    assert "1 new pages of 1 records, 1 bad" in told.stdout
    assert re.search(r"a\.jsonl:1: is not JSON", told.stderr)
    assert "1 article" in call("run", "--no-fetch").stdout


def test_a_language_that_nobody_reads_is_kept_searched_and_counted(call: Call, tmp_path: Path) -> None:
    german = "Bei dem Hochwasser an der Vessa sind nach Angaben der Polizei 27 Menschen ums Leben gekommen, 300 wurden verletzt, wie das Ministerium mitteilte."
    call(
        "ingest",
        lines(
            tmp_path / "a.jsonl",
            {"url": "https://a.example/1", "title": "Hochwasser", "text": german, "published": "2025-01-22"},
        ),
    )
    run = json.loads(call("run", "--no-fetch", "--json").stdout)
    assert run["counts"]["claims"]["unread"] == {"de": 1}
    assert "Hochwasser" in call("search", "Hochwasser").stdout
    assert "1 German article" not in call("run", "--no-fetch").stdout, "it is told once"
    assert call("export", "claims").stdout == ""


def test_one_line_of_a_megabyte_is_told_and_not_read(call: Call, tmp_path: Path) -> None:
    text = (FLOOD + " ") * 10_000
    (tmp_path / "big.txt").write_text(text)
    (tmp_path / "a.txt").write_text(FLOOD + "\n")
    told = call("claims", "big.txt", "a.txt", "--json", code=1)
    assert {json.loads(line)["file"] for line in told.stdout.splitlines()} == {"a.txt"}
    assert re.search(r"big\.txt: has [\d,]+ characters; at most 200,000 are read at once", told.stderr)
    call(
        "ingest",
        lines(tmp_path / "a.jsonl", {"url": "https://a.example/1", "title": "Big", "text": text, "language": "en"}),
    )
    call("run", "--no-fetch")
    store = opened(tmp_path)
    (outcome,) = store.find(Outcome, Where("step", "=", "claims"))
    store.close()
    assert (outcome.outcome, outcome.code, outcome.reason) == ("skipped", "length", "longer than 200,000 characters")


def test_a_file_name_that_is_not_text_harms_nothing(call: Call, tmp_path: Path) -> None:
    name = os.fsdecode(b"fl\xffod.txt")
    try:
        (tmp_path / name).write_text(FLOOD)
    except OSError:
        pytest.skip("this file system takes no such name")
    claims = [json.loads(line) for line in call("claims", name, "--json").stdout.splitlines()]
    assert {c["file"] for c in claims} == {r"fl\udcffod.txt"}
    assert "1 bad" in call("ingest", name, code=1).stdout


# ---------------------------------------------------------------- the store and the disk


def test_a_second_run_is_told_which_one_is_at_work(call: Call, tmp_path: Path) -> None:
    call("runs", "list")
    store = opened(tmp_path)
    with store.hold_run("by hand", datetime(2025, 1, 22, 12, tzinfo=UTC)):
        for command in (["run", "--no-fetch"], ["clean"], ["ingest", tmp_path], ["fetch"]):
            told = call(*command, code=1).stderr
            assert (
                "another run is at work (by hand, since 2025-01-22T12:00:00+00:00); wait for it or stop it"
                in " ".join(told.split())
            )
        assert "holds no article yet" in call("runs", "list").stdout, "reading goes on meanwhile"
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(call: Call, tmp_path: Path) -> None:
    call("runs", "list")
    with sqlite3.connect(tmp_path / "home" / "counterclaim.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    for command in (["run", "--no-fetch"], ["search", "flood"], ["export", "claims"]):
        assert "has layout 999, this program knows up to" in call(*command, code=1).stderr
    assert "BAD     store" in call("doctor", code=1).stdout


@pytest.mark.parametrize("home", ["/proc/counterclaim", "/dev/null/home"])
def test_a_home_that_cannot_be_made_is_named(call: Call, home: str) -> None:
    assert f"{home}/counterclaim.db: its folder cannot be made: " in call("--home", home, "runs", "list", code=1).stderr
    told = call("--home", home, "doctor", code=1).stdout
    assert f"BAD     home folder: {home}" in told


def test_a_full_disk_ends_the_command_with_a_word_and_loses_nothing(tmp_path: Path) -> None:
    """A limit of the file size stands for the full disk: what no longer fits is refused by the system in the same way."""
    records = [
        {
            "url": f"https://a.example/{n}",
            "title": f"Report {n}",
            "text": f"{FLOOD} Report {n}. " + os.urandom(900).hex(),
        }
        for n in range(600)
    ]
    file = lines(tmp_path / "a.jsonl", *records)
    command: list[str | Path] = [COMMAND, "--home", tmp_path / "home", "ingest", file]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 400; exec "$@"', "-", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert re.search(r"counterclaim: .*(?:disk is full|File too large|No space left)", done.stderr)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    store = opened(tmp_path)
    assert (store.count(Page), store.waiting("clean")) == (600, 600)
    store.close()
