"""The embedded store: one SQLite file in WAL mode, with full-text search and numbered layouts (schemas/sqlite/*.sql).

One writer at a time; a writer that finds the file busy waits up to `BUSY_SECONDS`. The run lock is an operating system
lock on a file beside the database, so that it dies with the process that holds it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from processing.store.grammar import Query, parse
from processing.store.protocol import FIELDS, Batch, Found, Hit, Part, Place, StoreInfo, Where, record_id
from processing.store.questions import Question, one_by_one
from processing.store.sqlite_search import article_rows, claim_rows
from schemas.errors import StoreError, StoreFull, StoreLocked, StoreNotFound, StoreRejected, StoreVersion
from schemas.records import Article, Claim, dump_json, load_json

__all__ = ["SqliteStore"]

R = TypeVar("R")
APPLICATION_ID = 0x434C4D31  # "CLM1"; https://sqlite.org/pragma.html#pragma_application_id
BUSY_SECONDS = 10.0
_PAGE = 500
_ROOM = 131_072  # bytes: SQLite maps the index of its log in pieces of 32 KB


def _table(cls: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def _column(value: Any) -> str | int | float:
    """A field's value as a column: '' for None, ISO 8601 in UTC for times, the parts joined by a comma for tuples."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | float) else str(value)


def _is_full(address: str) -> bool:
    """Whether the disk of a store's file has no room for SQLite's own files beside it."""
    try:
        return shutil.disk_usage(Path(address).parent).free < _ROOM
    except OSError:
        return False


def _wrap(error: sqlite3.Error, address: str) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreLocked(
            f"{address}: another program has been writing for more than {BUSY_SECONDS:.0f} s; try again when it is done"
        )
    # where the log or its index finds no room, SQLite says "disk I/O error" or that a file cannot be opened
    odd = name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and _is_full(address)
    if odd or name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
        return StoreFull(f"{address}: the disk is full; nothing of this batch was written")
    if name.startswith("SQLITE_READONLY"):
        return StoreFull(f"{address}: the file cannot be written (read-only)")
    if name == "SQLITE_NOTADB":
        return StoreVersion(f"{address}: is not a counterclaim store")
    if name.startswith("SQLITE_CANTOPEN"):
        return StoreError(f"{address}: cannot be opened; does the folder exist, and may it be written?")
    if (
        name.startswith(("SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_CONSTRAINT"))
        or isinstance(error, sqlite3.DataError)
        or "binding parameter" in str(error)
    ):
        return StoreRejected(f"{address}: a record cannot be written: {error}")
    return StoreError(f"{address}: {error}")


def _layouts() -> list[tuple[int, str]]:
    folder = resources.files("schemas") / "sqlite"
    return sorted((int(f.name.split(".")[0]), f.read_text("utf8")) for f in folder.iterdir() if f.name.endswith(".sql"))


class SqliteStore:
    """`Store` on one file; `:memory:` for a store that dies with the object. See processing.store.protocol."""

    def __init__(self, path: str | Path):
        """Open or make the file, and bring an older layout up to date.

        Raises: StoreVersion (written by a newer version, or no counterclaim store), StoreLocked, StoreFull, StoreError.
        """
        self.address = str(path)
        self._path = None if self.address == ":memory:" else Path(path)
        try:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.address, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._prepare()
        except sqlite3.Error as error:
            raise _wrap(error, self.address) from error
        except OSError as error:
            raise StoreError(f"{self.address}: its folder cannot be made: {error.strerror or error}") from error

    def _prepare(self) -> None:
        db = self._db
        application, version = (
            db.execute("PRAGMA application_id").fetchone()[0],
            db.execute("PRAGMA user_version").fetchone()[0],
        )
        if application not in (0, APPLICATION_ID) or (
            application == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        ):
            db.close()
            raise StoreVersion(f"{self.address}: is not a counterclaim store")
        layouts = _layouts()
        if version > layouts[-1][0]:
            db.close()
            raise StoreVersion(
                f"{self.address}: has layout {version}, this program knows up to {layouts[-1][0]}; install a "
                f"newer counterclaim"
            )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no bytes behind
        db.execute("PRAGMA temp_store = MEMORY")
        if version < layouts[-1][0]:
            with self._transaction():
                version = db.execute("PRAGMA user_version").fetchone()[0]
                for number, script in layouts:
                    if number > version:
                        for statement in _statements(script):
                            db.execute(statement)
                        db.execute(f"PRAGMA user_version = {number}")
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _wrap(error, self.address) from error

    def close(self) -> None:
        """Release the file. Calling it twice is allowed."""
        self._db.close()

    def info(self) -> StoreInfo:
        """Engine, address, layout, counts by class name, waiting items by step. Raises: StoreError."""
        with self._errors():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            counts = {
                cls.__name__: self._db.execute(f"SELECT count(*) FROM {_table(cls)}").fetchone()[0] for cls in FIELDS
            }
            waiting = dict(self._db.execute("SELECT step, count(*) FROM queue GROUP BY step"))
        return StoreInfo("sqlite", self.address, version, counts, waiting)

    @contextmanager
    def hold_run(self, owner: str, now: datetime) -> Iterator[None]:
        """Be the one pipeline run on this store; `owner` is shown to a second one. Raises: StoreLocked."""
        if self._path is None:
            yield
            return
        note = self._path.with_suffix(".run")
        lock = FileLock(self._path.with_suffix(".lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            holder = note.read_text("utf8").strip() if note.is_file() else "unknown"
            raise StoreLocked(f"{self.address}: another run is at work ({holder}); wait for it or stop it") from error
        try:
            note.write_text(f"{owner}, since {now.isoformat(timespec='seconds')}\n", "utf8")
            yield
        finally:
            note.unlink(missing_ok=True)
            lock.release()

    def copy_to(self, path: Path) -> None:
        """Copy the whole file as it is at one moment, while others go on writing; see
        https://sqlite.org/backup.html. Raises: StoreError."""
        with self._errors():
            other = sqlite3.connect(path)
            try:
                self._db.backup(other, pages=1000, sleep=0.01)
                other.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            finally:
                other.close()

    @property
    def is_shared(self) -> bool:
        """No: one writer at a time, on the machine that has the file."""
        return False

    def init(self) -> list[str]:
        """Opening made the file. Returns nothing to tell."""
        return []

    def status(self) -> list[Part]:
        """The file, which opening brought up to date. Raises: StoreError."""
        info = self.info()
        return [Part(self.address, self.address, info.version, info.version, sum(info.counts.values()))]

    def migrate(self, tell: Callable[[str], None] = lambda line: None) -> list[str]:  # noqa: ARG002
        """Nothing: opening brought the file up to date."""
        return []

    def tidy(self) -> list[str]:
        """Check the file, merge the full-text index, give free pages back. Raises: StoreError where the file is
        damaged."""
        with self._errors():
            told = self._db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if told != "ok":
                raise StoreError(f"{self.address}: the file is damaged: {told}; restore it from a copy")
            for table in ("article_words", "claim_words"):
                self._db.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA optimize")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return []

    # ------------------------------------------------------------ writing

    def apply(self, batch: Batch) -> int:
        """Write a batch in one transaction; returns how many of `put` were not there before. Raises: see the
        protocol."""
        if not batch:
            return 0
        with self._errors(), self._transaction():
            self._db.executemany("DELETE FROM queue WHERE step = ? AND item = ?", batch.done)
            for cls, id in batch.delete:
                self._delete(cls, id)
            new = sum(self._put(record) for record in batch.put)
            for space, id, keys in batch.keys:
                self._db.execute("DELETE FROM lookup_key WHERE space = ? AND id = ?", (space, id))
                self._db.executemany(
                    "INSERT OR IGNORE INTO lookup_key(space, key, id) VALUES (?, ?, ?)",
                    [(space, key, id) for key in keys],
                )
            self._db.executemany("DELETE FROM lookup_key WHERE space = ? AND id = ?", batch.drop_keys)
            self._db.executemany("INSERT OR IGNORE INTO queue(step, item) VALUES (?, ?)", batch.enqueue)
        return new

    def _put(self, record: Any) -> bool:
        cls = type(record)
        table, fields = _table(cls), FIELDS[cls]
        id = record_id(record)
        names = ", ".join(fields)
        marks = ", ".join("?" * (len(fields) + 2))
        updates = ", ".join(f"{name} = excluded.{name}" for name in (*fields, "body"))
        new = self._db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone() is None
        self._db.execute(
            f"INSERT INTO {table}(id, {names}, body) VALUES ({marks}) ON CONFLICT(id) DO UPDATE SET {updates}",
            (id, *(_column(getattr(record, name)) for name in fields), dump_json(record)),
        )
        if isinstance(record, Article):
            self._put_words(record)
        return new

    def _put_words(self, article: Article) -> None:
        known = self._db.execute("SELECT row, revision FROM article_row WHERE key = ?", (article.key,)).fetchone()
        if known is not None and known[1] > article.revision:
            return
        if known is None:
            row = self._db.execute(
                "INSERT INTO article_row(key, article_id, revision) VALUES (?, ?, ?)",
                (article.key, article.id, article.revision),
            ).lastrowid
        else:
            row = known[0]
            self._db.execute(
                "UPDATE article_row SET article_id = ?, revision = ? WHERE row = ?", (article.id, article.revision, row)
            )
            self._db.execute("DELETE FROM article_words WHERE rowid = ?", (row,))
        self._db.execute(
            "INSERT INTO article_words(rowid, title, text) VALUES (?, ?, ?)", (row, article.title or "", article.text)
        )

    def _delete(self, cls: type, id: str) -> None:
        self._db.execute(f"DELETE FROM {_table(cls)} WHERE id = ?", (id,))
        if cls is Article:
            rows = self._db.execute("SELECT row FROM article_row WHERE article_id = ?", (id,)).fetchall()
            self._db.executemany("DELETE FROM article_words WHERE rowid = ?", rows)
            self._db.executemany("DELETE FROM article_row WHERE row = ?", rows)

    # ------------------------------------------------------------ reading

    def get(self, cls: type[R], id: str) -> R:
        """Raises: StoreNotFound, StoreError."""
        with self._errors():
            row = self._db.execute(f"SELECT body FROM {_table(cls)} WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise StoreNotFound(f"no {cls.__name__.lower()} {id!r} in {self.address}")
        return load_json(cls, row[0])

    def get_many(self, cls: type[R], ids: Sequence[str]) -> dict[str, R]:
        """The records found, by id, in the order asked. Raises: StoreError."""
        found: dict[str, R] = {}
        unique = list(dict.fromkeys(ids))
        with self._errors():
            rows = self._db.execute(
                f"SELECT id, body FROM {_table(cls)} WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(unique),),
            )
            found.update((id, load_json(cls, body)) for id, body in rows)
        return {id: found[id] for id in unique if id in found}

    def _conditions(self, cls: type, where: Sequence[Where]) -> tuple[str, list[Any]]:
        parts: list[str] = []
        values: list[Any] = []
        for condition in where:
            if condition.field not in FIELDS[cls]:
                raise StoreError(
                    f"{cls.__name__} cannot be selected by {condition.field!r}; there are {', '.join(FIELDS[cls])}"
                )
            if condition.op == "in":
                parts.append(f"{condition.field} IN (SELECT value FROM json_each(?))")
                values.append(json.dumps([_column(v) for v in condition.value]))
            else:
                parts.append(f"{condition.field} {condition.op} ?")
                values.append(_column(condition.value))
        return " AND ".join(parts) or "1", values

    def find(
        self,
        cls: type[R],
        *where: Where,
        order: str | None = None,
        limit: int | None = None,
        after: Place | None = None,
    ) -> Iterator[R]:
        """Records that meet all conditions, by `order` then id, behind a place, paged so that memory stays bounded.
        Raises: StoreError."""
        name = order or FIELDS[cls][0]
        down = name.startswith("-")
        name = name.removeprefix("-")
        if name not in FIELDS[cls]:
            raise StoreError(f"{cls.__name__} cannot be sorted by {name!r}; there are {', '.join(FIELDS[cls])}")
        condition, values = self._conditions(cls, where)
        sense, than = ("DESC", "<") if down else ("ASC", ">")
        last: tuple[Any, ...] = (_column(after.key), after.id) if after else ()
        left = limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(_PAGE, left)
            seek = f" AND ({name}, id) {than} (?, ?)" if last else ""
            with self._errors():
                rows = self._db.execute(
                    f"SELECT {name}, id, body FROM {_table(cls)} WHERE {condition}{seek} ORDER BY {name} "
                    f"{sense}, id {sense} LIMIT ?",
                    (*values, *last, size),
                ).fetchall()
            for _, _, body in rows:
                yield load_json(cls, body)
            if len(rows) < size:
                return
            last = rows[-1][:2]
            left = None if left is None else left - len(rows)

    def ids_beginning(self, cls: type, start: str, *, limit: int = 2) -> list[str]:
        """Ids of a class that begin with a text, in their order. Raises: StoreError."""
        with self._errors():
            rows = self._db.execute(
                f"SELECT id FROM {_table(cls)} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                (start, start + "\U0010ffff", limit),
            ).fetchall()
        return [id for (id,) in rows]

    def unreadable(self, cls: type) -> Iterator[tuple[str, str]]:
        """The records of a class that cannot be read: id and why. Raises: StoreError."""
        after = ""
        while True:
            with self._errors():
                rows = self._db.execute(
                    f"SELECT id, body FROM {_table(cls)} WHERE id > ? ORDER BY id LIMIT ?", (after, _PAGE)
                ).fetchall()
            if not rows:
                return
            for id, body in rows:
                try:
                    load_json(cls, body)
                except ValueError as error:
                    yield id, str(error)
            after = rows[-1][0]

    def count(self, cls: type, *where: Where) -> int:
        """Raises: StoreError."""
        condition, values = self._conditions(cls, where)
        with self._errors():
            value: int = self._db.execute(f"SELECT count(*) FROM {_table(cls)} WHERE {condition}", values).fetchone()[0]
        return value

    def lookup(self, space: str, keys: Sequence[str]) -> dict[str, int]:
        """Ids that share keys in a space, with how many of the asked keys each has. Raises: StoreError."""
        with self._errors():
            rows = self._db.execute(
                # "+id": so that it reads by the primary key, not by a scan of the whole space
                "SELECT id, count(*) FROM lookup_key WHERE space = ? AND key IN (SELECT value FROM "
                "json_each(?)) GROUP BY +id",
                (space, json.dumps(sorted(set(keys)))),
            ).fetchall()
        return dict(rows)

    def lookups(self, space: str, asked: Sequence[Sequence[str]]) -> list[dict[str, int]]:
        """`lookup` for several lists of keys at once, in their order. Raises: StoreError."""
        return [self.lookup(space, keys) for keys in asked]

    def keys_of(self, space: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of ids in a space. Raises: StoreError."""
        found: dict[str, list[str]] = {}
        with self._errors():
            for id, key in self._db.execute(
                "SELECT id, key FROM lookup_key WHERE space = ? AND id IN (SELECT value FROM json_each(?)) "
                "ORDER BY id, key",
                (space, json.dumps(sorted(set(ids)))),
            ):
                found.setdefault(id, []).append(key)
        return found

    def spaces(self) -> list[str]:
        """The names of the key spaces that hold something, sorted. Raises: StoreError."""
        with self._errors():
            # from one space to the next by the index; DISTINCT would read every key
            rows = self._db.execute(
                "WITH RECURSIVE found(space) AS (SELECT min(space) FROM lookup_key UNION ALL "
                "SELECT (SELECT min(space) FROM lookup_key WHERE space > found.space) FROM found "
                "WHERE found.space IS NOT NULL) SELECT space FROM found WHERE space IS NOT NULL"
            )
            return [space for (space,) in rows]

    def all_keys(self, space: str) -> Iterator[tuple[str, list[str]]]:
        """Every id of a space with its keys (sorted), by id; ids without keys are left out. Raises: StoreError."""
        after = ""
        while True:
            with self._errors():
                rows = self._db.execute(
                    "SELECT DISTINCT id FROM lookup_key WHERE space = ? AND id > ? ORDER BY id LIMIT ?",
                    (space, after, _PAGE),
                ).fetchall()
            if not rows:
                return
            yield from self.keys_of(space, [id for (id,) in rows]).items()
            after = rows[-1][0]

    def ask(self, *questions: Question) -> list[Any]:
        """The answers to several questions, in their order. Raises: StoreError."""
        return one_by_one(self, questions)

    def queued(self, step: str, limit: int = 1000) -> list[str]:
        """Items that wait for a step, in the order they came. Raises: StoreError."""
        with self._errors():
            return [
                item
                for (item,) in self._db.execute(
                    "SELECT item FROM queue WHERE step = ? ORDER BY seq LIMIT ?", (step, limit)
                )
            ]

    def waiting(self, step: str) -> int:
        """How many items wait for a step. Raises: StoreError."""
        with self._errors():
            value: int = self._db.execute("SELECT count(*) FROM queue WHERE step = ?", (step,)).fetchone()[0]
        return value

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Articles (newest revision) that a search finds, best first. Raises: UsageError, StoreError."""
        query = parse(words)
        return [] if query == Query() else self.search_articles(query, limit=limit).hits

    def search_articles(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Hit]:
        """Articles (newest revision), best first; without words the newest first. Raises: StoreError."""
        with self._errors():
            page = article_rows(self._db, query, limit, after)
        articles = self.get_many(Article, [row[0] for row in page.rows])
        hits = [Hit(articles[id], told, score) for id, told, score in page.rows if id in articles]
        return Found(hits, page.total, page.facets, page.capped, page.last)

    def search_claims(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Claim]:
        """Claims of newest revisions, the newest first. Raises: StoreError."""
        with self._errors():
            page = claim_rows(self._db, query, limit, after)
        claims = self.get_many(Claim, page.rows)
        hits = [claims[id] for id in page.rows if id in claims]
        return Found(hits, page.total, page.facets, page.capped, page.last)


def _statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, one by one (executescript would commit the transaction)."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
