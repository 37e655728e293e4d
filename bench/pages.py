"""How long each page of the web page takes over a large archive in an embedded store.

    python bench/pages.py [--articles N] [--a-day N] [--days N] [--keep FOLDER] [--rounds N] [--result FILE]

The archive: `--days` days of a made one (bench/archive.py) go through all steps, and what came of them is written again
under other ids and earlier dates until there are `--articles`. Every page is asked for with the server's own code, the
best of the rounds counts; wall and processor
milliseconds, and how many times the home page's they are. `--keep`: the folder of the
store, which is made where it is not there, and used again."""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

from starlette.testclient import TestClient  # noqa: E402 - found by the path above

from bench.archive import make_archive  # noqa: E402
from bench.scale import TOPICS, machine, run_day  # noqa: E402
from console.web.site import make_site  # noqa: E402
from processing.pipeline.topics import rematch_topics  # noqa: E402
from processing.pipeline.work import Work  # noqa: E402
from processing.store import open_store  # noqa: E402
from schemas.settings import Settings  # noqa: E402

_ID = re.compile(r"(?<![0-9A-Za-z.])[0-9a-f]{20}(?![0-9A-Za-z])")
_DAY = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")
_ADDRESS = re.compile(r"(?<=\.example/a/)(?=\d)")
_OPEN = 40  # days back from which on alerts are closed
_TABLES = ("article", "copy_group", "story", "claim", "denial", "figure", "figure_day", "finding", "alert")
_ADDED = 2000  # rows written together


def other(text: str, number: int, days: int) -> str:
    """A column or record as the `number`th copy of the archive has it, `days` earlier."""
    earlier = {day: (date.fromisoformat(day) - timedelta(days=days)).isoformat() for day in set(_DAY.findall(text))}
    text = _DAY.sub(lambda found: earlier[found[0]], _ID.sub(lambda found: f"{number:03x}{found[0][3:]}", text))
    text = _ADDRESS.sub(f"{number}-", text)
    return text.replace('"state":"open"', '"state":"closed"') if days > _OPEN else text


def rows_of(db: sqlite3.Connection, table: str, span: int, copies: int) -> Iterator[list[object]]:
    """The rows of a table as the copies have them."""
    rows = db.execute(f"SELECT {', '.join(columns(db, table))} FROM {table}").fetchall()
    for number in range(1, copies):
        for row in rows:
            told = [v.decode() if isinstance(v, bytes) else v for v in row]
            changed = [other(v, number, number * span) if isinstance(v, str) else v for v in told]
            yield [v.encode() if isinstance(old, bytes) else v for v, old in zip(changed, row, strict=True)]  # type: ignore[union-attr]


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, computed ones left out."""
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def replicate(path: Path, span: int, copies: int) -> None:
    """Write the archive of a store again, `copies` times in all, each `span` days before the one before. Indexes and
    words are made when all is there."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -1000000")
    later = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    db.execute("BEGIN")
    for kind, name, _ in later:
        db.execute(f"DROP {kind} {name}")
    for table in (*_TABLES, "lookup_key"):
        names = columns(db, table)
        marks = ", ".join("?" * len(names))
        insert = f"INSERT OR IGNORE INTO {table}({', '.join(names)}) VALUES ({marks})"
        db.executemany(insert, rows_of(db, table, span, copies))
        print(f"  {table}: {db.execute(f'SELECT count(*) FROM {table}').fetchone()[0]:,}", flush=True)
    db.execute("INSERT OR IGNORE INTO article_row(key, article_id, revision) SELECT key, id, revision FROM article")
    db.execute(
        "INSERT INTO article_words(rowid, title, text) SELECT row, body ->> '$.title', body ->> '$.text' FROM "
        "(SELECT r.row, CAST(a.body AS TEXT) AS body FROM article_row r JOIN article a ON a.id = r.article_id "
        "WHERE r.row NOT IN (SELECT rowid FROM article_words))"
    )
    most = db.execute("SELECT coalesce(max(row), 0) FROM claim_row").fetchone()[0]
    db.execute("INSERT OR IGNORE INTO claim_row(id) SELECT id FROM claim")
    db.execute(
        "INSERT INTO claim_words(rowid, sentence, source, what, place, event) "
        f"SELECT row, sentence, source, what, place, event FROM claim_told WHERE row > {most}"
    )
    for _, _, statement in sorted(later):
        db.execute(statement)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def build(folder: Path, given: argparse.Namespace) -> None:
    """Make the store."""
    store = open_store(f"sqlite:{folder}/counterclaim.db")
    work = Work(store, Settings(home=folder), {}, TOPICS)
    rematch_topics(work)
    made = list(make_archive(given.days, given.a_day))
    for day in range(given.days):
        run_day(work, [article for article in made if article.day == day], given.a_day, {}, None)
    store.close()
    replicate(folder / "counterclaim.db", given.days, -(-given.articles // len(made)))


def addresses(folder: Path) -> dict[str, str]:
    """The pages by name."""
    db = sqlite3.connect(folder / "counterclaim.db")

    def one(statement: str) -> str:
        return str(db.execute(statement).fetchone()[0])

    figure = "SELECT figure FROM finding GROUP BY figure ORDER BY count(*) DESC LIMIT 1"
    fullest = "SELECT article_id FROM claim GROUP BY article_id ORDER BY count(*) DESC LIMIT 1"
    newest = one("SELECT substr(max(published), 1, 10) FROM article")
    week = (date.fromisoformat(newest) - timedelta(days=7)).isoformat()
    return {
        "home": "/",
        "home, page 3": "/?page=3",
        "findings": "/findings",
        "figures": "/figures",
        "figure": f"/figures/{one(figure)}",
        "search": "/search",
        "search, a common word": "/search?q=people",
        "search, a rare word": "/search?q=chemotherapy",
        "search, two words": "/search?q=killed+officials",
        "search, claims": "/search?q=killed&of=claims",
        "search, claims, number": "/search?q=number:100..200&of=claims",
        "article": f"/articles/{one(fullest)}",
        "claim": f"/claims/{one('SELECT id FROM claim LIMIT 1')}",
        "stories": "/stories",
        "story": f"/stories/{one('SELECT story FROM figure GROUP BY story ORDER BY count(*) DESC LIMIT 1')}",
        "runs": "/runs",
        "brief": "/brief",
        "brief, a week": f"/brief?since={week}",
    }


def served(folder: Path, given: argparse.Namespace) -> TestClient:
    """A client of the site over the archive in the folder, which is built where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "counterclaim.db").exists():
        build(folder, given)
    (folder / "topics").mkdir(exist_ok=True)
    for name, topic in TOPICS.items():
        (folder / "topics" / f"{name}.yml").write_text(topic.model_dump_json(exclude={"path"}), "utf8")
    os.environ["COUNTERCLAIM_HOME"] = str(folder)
    settings = Settings(home=folder, topics=(folder / "topics",), store=f"sqlite:{folder}/counterclaim.db")
    return TestClient(make_site(settings, hosts=["*"], changes=False))


def asked(client: TestClient, address: str, rounds: int) -> tuple[float, float, int]:
    """The best of some rounds of one page: milliseconds in all and of the processor, and its bytes. A page that is not
    answered ends the program."""
    best = cpu = float("inf")
    size = 0
    for _ in range(rounds):
        started, spent = time.perf_counter(), time.process_time()
        answer = client.get(address)
        best = min(best, (time.perf_counter() - started) * 1000)
        cpu = min(cpu, (time.process_time() - spent) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{address}: {answer.status_code} {answer.text[:500]}")
        size = len(answer.content)
    return best, cpu, size


def main() -> int:
    """Print a line a page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--a-day", type=int, default=333)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="pages by name")
    parser.add_argument("--result", type=Path, help="a JSON file to write")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        client = served(folder, given)
        times: dict[str, dict[str, float]] = {}
        for name, address in addresses(folder).items():
            if given.only and name not in (*given.only, "home"):
                continue
            best, cpu, size = asked(client, address, given.rounds)
            times[name] = {"wall_ms": best, "cpu_ms": cpu}
            ratio = best / times["home"]["wall_ms"]
            told = f"{best:>8.0f} ms, of the processor {cpu:>7.0f} {ratio:>6.1f} x home {size // 1024:>6} KB"
            print(f"{name:<24} {told}  {address}", flush=True)
    if given.result:
        given.result.write_text(json.dumps({**machine(), "pages": times}, indent=1) + "\n", "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
