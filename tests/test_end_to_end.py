"""The whole way by the real command in processes of its own: real pages served as if by their outlets, and runs that are killed."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from demo.newsroom import plan
from processing.store import Store, Where, open_store
from processing.store.protocol import FIELDS
from schemas.records import Alert, Article, Claim, Figure, Finding, Outcome, Page, Run, Story
from spiders import read_body
from tests.support.sites import Site, put_saved_pages, serve

COMMAND = Path(sys.executable).with_name("counterclaim")
STEPS = ("clean", "dedup", "stories", "claims", "figures", "compare", "alert", "notify")


def call(home: Path, *args: object, codes: tuple[int, ...] = (0,)) -> str:
    """The command with its home and working folder there; returns what it prints."""
    done = subprocess.run(
        [COMMAND, "--home", home, *map(str, args)], cwd=home.parent, capture_output=True, text=True, timeout=600
    )
    assert done.returncode in codes, f"{args}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    assert "Traceback" not in done.stderr
    return done.stdout


@contextmanager
def store_of(home: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    yield store
    store.close()


# ---------------------------------------------------------------- saved pages of real outlets


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as found:
        yield found


def settle(folder: Path, site: Site, saved: dict[str, dict[str, bytes]]) -> None:
    """Outlet files and settings of a desk that reads nothing but the site."""
    (folder / "counterclaim.toml").write_text('ship_outlets = false\nallow_private_hosts = true\noutlets = "outlets"\n')
    for id in saved:
        name = id.partition("/")[2]
        path = folder / "outlets" / f"{id}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"name: {name}\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: {site.url}\nsitemaps: ['{site.url}/{name}.xml']\n"
            "delay: 0\nexpect: {articles_per_day: 0}\n"
        )


@pytest.mark.eval
def test_saved_pages_go_the_whole_way(tmp_path: Path, site: Site, eval_folder: Path) -> None:
    """Thirty pages of real outlets: each archived byte for byte, an article, its claims in its text; and again nothing new."""
    saved = put_saved_pages(site, eval_folder / "pages" / "en")
    settle(tmp_path, site, saved)
    home = tmp_path / "home"
    run = json.loads(call(home, "run", "--json"))
    assert {
        c["outlet"]: (c["fetched"], c["articles"], c["unread"], c["failed"], c["reason"]) for c in run["outlets"]
    } == {id: (len(pages), len(pages), 0, 0, None) for id, pages in saved.items()}
    assert (run["errors"], [step for step in STEPS if step not in run["counts"]]) == ([], [])
    with store_of(home) as store:
        pages = list(store.find(Page))
        assert len(pages) == 30
        assert [p.url for p in pages if read_body(home, p) != saved[p.outlet][p.url.removeprefix(site.url)]] == []
        assert list(store.find(Outcome, Where("outcome", "=", "failed"))) == []
        articles = {a.id: a for a in store.find(Article)}
        assert all(a.title and len(a.text) > 200 and a.published and a.language == "en" for a in articles.values())
        claims = list(store.find(Claim))
        before = {a.id: a for a in store.find(Alert)}
        assert store.info().waiting == {}
    for claim in claims:
        article = articles[claim.article_id]
        text = (article.title or "") if claim.field == "title" else article.text
        assert text[claim.start : claim.end] == claim.text
        assert text[claim.sentence_start : claim.sentence_end] == claim.sentence
    reading = [c.article_id for c in claims]
    assert 60 <= len(reading) <= 900, "of thirty news articles"
    assert len(set(reading)) >= 20, "most articles state some figure"
    assert max(map(reading.count, reading)) <= 120

    site.asked.clear()
    again = json.loads(call(home, "run", "--json"))
    assert {c["outlet"]: (c["fetched"], c["unchanged"], c["failed"], c["articles"]) for c in again["outlets"]} == {
        id: (0, len(pages), 0, 0) for id, pages in saved.items()
    }
    assert [path for path, headers in site.asked if path != "/robots.txt" and "if-none-match" not in headers] == []
    assert {step: count["made"] for step, count in again["counts"].items() if count["made"]} == {}
    with store_of(home) as store:
        assert store.count(Page) == 30
        assert {a.id: a for a in store.find(Alert)} == before


# ---------------------------------------------------------------- kill -9

_WHEN = {
    "run",
    "fetched_at",
    "raised_at",
    "updated_at",
    "created_at",
    "at",
    "started_at",
    "ended_at",
    "history",
    "warc_path",
    "warc_offset",
}


def contents(home: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Every record of a store by class and id, without what tells when and by which run it was made."""
    with store_of(home) as store:
        classes: list[Any] = [cls for cls in FIELDS if cls not in (Run, Outcome)]
        assert store.info().waiting == {}
        found = {
            cls.__name__: {
                getattr(r, "id", "") or f"{r.figure} {r.day}": {
                    f.name: getattr(r, f.name) for f in fields(r) if f.name not in _WHEN
                }
                for r in store.find(cls)
            }
            for cls in classes
        }
        found["Outcome"] = {
            o.id: {"step": o.step, "item": o.item, "outcome": o.outcome, "code": o.code} for o in store.find(Outcome)
        }
    return found


def write_articles(path: Path, count: int | None) -> int:
    """Articles of the sample newsroom as JSON lines, those with planted contradictions first; returns how many."""
    pieces = sorted(plan(0).pieces, key=lambda p: (p.ordinary, p.published, p.id))[:count]
    lines = [
        {
            "url": f"https://{p.outlet.partition('/')[2]}.example/{p.id}", "title": p.title, "text": "\n\n".join(p.paragraphs),
            "published": p.published.isoformat(), "outlet": p.outlet, "author": p.author,
        }
        for p in pieces
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)


def killed(home: Path, chance: random.Random, seconds: float, *args: object) -> bool:
    """Start the command and kill it at a random moment within so many seconds; whether it was killed before it ended."""
    process = subprocess.Popen(
        [COMMAND, "--home", home, *map(str, args)],
        cwd=home.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=chance.uniform(0.2 * seconds, seconds))
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -9


def killed_at(home: Path, table: str, *args: object) -> bool:
    """Start the command and kill it as soon as the store has a row in a table; whether it was killed before it ended."""
    process = subprocess.Popen(
        [COMMAND, "--home", home, *map(str, args)],
        cwd=home.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with closing(sqlite3.connect(f"file:{home / 'counterclaim.db'}?mode=ro", uri=True)) as looking:
        while process.poll() is None:
            if looking.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                process.kill()
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.01)
    return process.wait() == -9


def undisturbed(tmp_path: Path, file: Path) -> tuple[dict[str, Any], float]:
    """What a store holds after a run that nothing disturbs, and how long that took."""
    home = tmp_path / "undisturbed" / "home"
    home.parent.mkdir()
    call(home, "ingest", file)
    started = monotonic()
    call(home, "run", "--no-fetch")
    return contents(home), monotonic() - started


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, records in expected.items():
        assert sorted(found[name]) == sorted(records), name
        assert [id for id in records if found[name][id] != records[id]] == [], name


def test_runs_that_are_killed_give_what_an_undisturbed_run_gives(tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    count = write_articles(file, 40)
    expected, _ = undisturbed(tmp_path, file)
    assert len(expected["Page"]) == len(expected["Article"]) == count
    assert min(len(expected[cls.__name__]) for cls in (Claim, Figure, Finding, Alert, Story)) > 5
    home = tmp_path / "killed" / "home"
    home.parent.mkdir()
    chance = random.Random(3)
    killed(home, chance, 1.0, "ingest", file)
    call(home, "ingest", file)
    for table in ("article", "claim", "figure"):  # while it cleans, reads, and groups
        assert killed_at(home, table, "run", "--no-fetch"), f"ended before it was killed at the first {table}"
    call(home, "run", "--no-fetch")
    same(contents(home), expected)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_many_times_gives_what_an_undisturbed_run_gives(tmp_path: Path, seed: int) -> None:
    """All of the newsroom; each step is killed as a command of its own, too."""
    file = tmp_path / "articles.jsonl"
    write_articles(file, None)
    expected, seconds = undisturbed(tmp_path, file)
    home = tmp_path / "killed" / "home"
    home.parent.mkdir()
    chance = random.Random(seed)
    for _ in range(5):
        killed(home, chance, 1.5, "ingest", file)
    call(home, "ingest", file)
    for _ in range(4):
        for step in chance.sample(STEPS, len(STEPS)):
            killed(home, chance, seconds, step)
        killed(home, chance, seconds, "run", "--no-fetch")
    call(home, "run", "--no-fetch")
    same(contents(home), expected)
