"""No item may stop a step: what raises is set aside with its reason, the rest goes on, and the next runs try it again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from console.cli import app
from processing.pipeline.aside import TRIES, go_through, is_ours, retry_aside, waiting_aside
from processing.pipeline.ingest import ingest
from processing.pipeline.run import STEPS, run_daily
from processing.pipeline.work import Counts, Work
from processing.raised import one_line
from processing.store import Batch, Store, Where, open_store
from processing.store.questions import Question, one_by_one
from processing.store.sqlite import SqliteStore
from schemas.errors import ConfigError, MachineError, PageError, StoreError, StoreFull, StoreRejected
from schemas.records import Alert, Article, Claim, CopyGroup, Figure, FigureDay, Finding, Outcome, Page, Run, Story
from schemas.settings import Settings
from tests.support.records import NOON, make_article
from tests.test_pipeline import POLICE, UNION, Clock


@contextmanager
def working(store: Store | None = None, run: str | None = None) -> Iterator[Work]:
    """Work in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        held = store or open_store("sqlite::memory:")
        given = Settings(home=Path(folder), ship_topics=False, workers=1)
        yield Work(held, given, {}, {}, now=Clock(), run=run)
        held.close()


# ---------------------------------------------------------------- a live blog


@pytest.mark.parametrize("revisions", [31, 32, 33, 64, 65])
def test_many_waiting_revisions_of_one_page_are_one_article_of_a_story(revisions: int) -> None:
    texts = [f"Floods killed {n} people in the valley, the rescue service said." for n in range(10, 10 + revisions)]
    blog = [make_article(revision=n + 1, text=text) for n, text in enumerate(texts)]
    with working() as work:
        work.store.apply(Batch(put=list(blog), enqueue=[("stories", a.id) for a in blog]))
        assert STEPS["stories"](work).done == revisions
        (story,) = work.store.find(Story)
        assert story.members == (blog[-1].id,)
        assert work.store.waiting("stories") == 0


# ---------------------------------------------------------------- one step, any items


def step_over(work: Work, bad: dict[str, BaseException], size: int = 8) -> Counts:
    """A step that writes an outcome for each item, and raises on some."""

    def do(items: list[str], counts: Counts) -> Batch:
        for item in items:
            if item in bad:
                raise bad[item]
        counts.done += len(items)
        return Batch(put=[Outcome(f"o{item}", "dedup", f"o{item}", "done", "", "", None, NOON) for item in items])

    return go_through(work, "dedup", size, do)


ITEMS = [f"i{n:02}" for n in range(20)]


@settings(deadline=None, max_examples=60)
@given(bad=st.sets(st.sampled_from(ITEMS)), size=st.integers(1, 25))
def test_whatever_items_raise_the_others_are_done_once(bad: set[str], size: int) -> None:
    with working(run="r1") as work:
        work.store.apply(Batch(enqueue=[("dedup", item) for item in ITEMS]))
        counts = step_over(work, {item: ValueError(item) for item in bad}, size)
        assert (counts.done, counts.failed, len(counts.problems)) == (20 - len(bad), len(bad), len(bad))
        done = {o.item[1:] for o in work.store.find(Outcome) if o.outcome == "done"}
        failed = {o.item: o.reason for o in work.store.find(Outcome) if o.outcome == "failed"}
        assert done == set(ITEMS) - bad
        assert set(failed) == bad
        assert all("ValueError: " + item in reason for item, reason in failed.items())
        assert work.store.waiting("dedup") == 0
        assert waiting_aside(work.store) == ({"dedup": len(bad)} if bad else {})


def test_the_next_runs_try_again_and_what_passes_leaves_no_trace() -> None:
    with working(run="r1") as work:
        work.store.apply(Batch(enqueue=[("dedup", item) for item in ITEMS]))
        bad: dict[str, BaseException] = {"i03": ValueError("odd"), "i07": ValueError("odd")}
        step_over(work, bad)
        assert step_over(work, bad).failed == 0  # the same run does not try again
        assert step_over(replace(work, run="r2"), {"i03": bad["i03"]}).as_dict() == {
            **Counts().as_dict(), "done": 1, "failed": 1,
        }  # fmt: skip
        assert [o.item for o in work.store.find(Outcome) if o.outcome == "failed"] == ["i03"]
        assert step_over(replace(work, run="r3"), bad).failed == 1
        assert step_over(replace(work, run="r4"), bad).failed == 0  # it had its tries
        (left,) = [o for o in work.store.find(Outcome) if o.outcome == "failed"]
        assert left.reason.endswith(f"tried {TRIES} times; `counterclaim store retry` tries it again")
        assert retry_aside(work.store, "claims") == {}
        assert retry_aside(work.store) == {"dedup": 1}
        assert step_over(replace(work, run="r5"), {}).done == 1
        assert waiting_aside(work.store) == {}


TROUBLES = [StoreFull("full"), StoreError("away"), ConfigError("wrong"), MachineError("no model"), OSError(28, "full"),
            ImportError("none"), KeyboardInterrupt()]  # fmt: skip


@pytest.mark.parametrize("error", TROUBLES, ids=lambda e: type(e).__name__)
def test_what_is_no_items_fault_stops_the_step_with_everything_queued(error: BaseException) -> None:
    assert is_ours(error)
    with working(run="r1") as work:
        work.store.apply(Batch(enqueue=[("dedup", item) for item in ITEMS]))
        with pytest.raises(type(error)):
            step_over(work, {"i09": error})
        assert work.store.queued("dedup") == ITEMS[8:]
        assert waiting_aside(work.store) == {}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a\n b"), "ValueError: a b"),
        (KeyError(), "KeyError"),
        (MemoryError(), "MemoryError"),
        (RecursionError("deep"), "RecursionError: deep"),
        (PageError("https://x.example/a", "is cut", "cut"), "https://x.example/a: is cut"),
        (StoreRejected("too long"), "too long"),
    ],
)
def test_an_error_in_one_line(error: Exception, told: str) -> None:
    assert not is_ours(error)
    assert one_line(error) == told


def test_an_error_names_its_place() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        go_through_the_year_zero()
    number = go_through_the_year_zero.__code__.co_firstlineno + 1
    assert one_line(caught.value).endswith(f"(tests/test_aside.py:{number})")


def go_through_the_year_zero() -> None:
    NOON.replace(year=0)


# ---------------------------------------------------------------- every step


# how a record is broken: fields that hold what no such field may hold; None: it cannot be read at all
BREAKS: dict[str, dict[str, Any] | None] = {
    "cannot be read": None,
    "no text": {"text": None, "content_type": 7},
    "a number for an address": {"url": 5, "final_url": 5, "key": 5},
    "a word for a time": {"published": "soon", "fetched_at": "soon", "published_day": "soon"},
    "a list for a title": {"title": [1], "meta": [1]},
}


@dataclass
class Broken:
    """A store that gives some records (by id) broken and some scopes (by name) not at all, and refuses pages of some
    addresses."""

    inner: Store
    records: dict[str, str] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _given(self, record: Any) -> Any:
        if not isinstance(record, Article | Page) or record.id not in self.records:
            return record
        changes = BREAKS[self.records[record.id]]
        if changes is None:
            raise RecursionError("a record that cannot be read")
        return replace(record, **{name: value for name, value in changes.items() if hasattr(record, name)})

    def get_many(self, cls: type[Any], ids: Sequence[str]) -> dict[str, Any]:
        return {id: self._given(r) for id, r in self.inner.get_many(cls, ids).items()}

    def find(self, cls: type[Any], *where: Where, **given: Any) -> Iterator[Any]:
        named = {f"{w.field}:{v}" for w in where for v in (w.value if w.op == "in" else [w.value])}
        if cls is Figure and named & self.scopes:
            raise ZeroDivisionError("a scope that nobody can think of")
        yield from map(self._given, self.inner.find(cls, *where, **given))

    def ask(self, *questions: Question) -> list[Any]:
        return one_by_one(self, questions)  # type: ignore[arg-type]

    def apply(self, batch: Batch) -> int:
        if any(isinstance(r, Page) and r.url in self.pages for r in batch.put):
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return self.inner.apply(batch)


PLACES = ("Kentor", "Orlmark", "Vadsund", "Tolby")
ODD_LINES = [
    {"published": "0001-01-01T00:00:00+14:00"}, {"published": "9999-12-31T23:59:59-12:00"}, {"published": "0000-00-00"},
    {"url": "http://[x"}, {"url": "http://x:99999999/"}, {"authors": 3}, {"authors": [{"name": 3}]}, {"text": ["a"]},
    {"published": [1]}, {"fetched_at": 5}, {"title": {"a": 1}},
]  # fmt: skip


def line(n: int, **changes: Any) -> dict[str, Any]:
    """A record of a JSON-lines file: an article of its own, on the flood of one of four places."""
    place = PLACES[n % 4]
    text = (
        f"At least {n + 12} people were killed when the river burst its banks in {place} on Monday, the mayor said. "
        f"Rescue teams of district {n} searched {n + 40} houses, and {place} counted {n + 3} broken bridges by night."
    )
    given = {"url": f"https://outlet{n}.example/{n}", "title": f"Flood in {place} kills {n + 12}", "text": text}
    return {**given, "published": f"2025-01-20T{n:02}:00:00Z", "language": "en", **changes}


def failed(work: Work, step: str) -> set[str]:
    return {o.item for o in work.store.find(Outcome, Where("step", "=", step)) if o.outcome == "failed"}


@settings(deadline=None, max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_breaks_at_any_step_the_others_go_through(data: st.DataObject) -> None:
    with working(store=Broken(open_store("sqlite::memory:")), run="r1") as work:  # type: ignore[arg-type]
        store: Any = work.store
        bad = data.draw(st.sets(st.integers(0, 11), max_size=5), "lines that are odd")
        refused = data.draw(st.sets(st.integers(0, 11), max_size=3), "pages that the store refuses")
        odd = {n: data.draw(st.sampled_from(ODD_LINES)) for n in sorted(bad)}
        store.pages = {f"https://outlet{n}.example/{n}" for n in refused}
        file = work.home / "in.jsonl"
        file.write_text("".join(json.dumps(line(n, **odd.get(n, {}))) + "\n" for n in range(12)), "utf8")
        counts = ingest(work, [file])
        assert failed(work, "ingest") == {f"{file}:{n + 1}" for n in bad | refused}
        assert (counts.failed, store.waiting("clean")) == (len(bad | refused), 12 - len(bad | refused))

        def run(step: str, broken: str) -> set[str]:
            """Run a step with some of its items broken; returns those that it did not set aside."""
            items = store.queued(step)
            how = data.draw(st.dictionaries(st.sampled_from(items), st.sampled_from(list(BREAKS)), max_size=3)) if items else {}  # fmt: skip
            store.records, store.scopes = (how, set()) if broken == "records" else ({}, set(how))
            counts = STEPS[step](work)
            store.records, store.scopes = {}, set()
            aside = failed(work, step)
            assert store.waiting(step) == 0
            assert counts.failed == len(aside) == len(counts.problems)
            assert aside <= set(how)
            assert aside >= {item for item, name in how.items() if broken == "scopes" or BREAKS[name] is None}
            return set(items) - aside

        cleaned = run("clean", "records")
        assert {a.page_id for a in store.find(Article)} >= cleaned
        deduped, placed, read = (run(step, "records") for step in ("dedup", "stories", "claims"))
        copy_keys = store.keys_of("copy", sorted(a.key for a in store.find(Article)))
        assert set(copy_keys) >= {a.key for a in store.find(Article) if a.id in deduped}
        assert {m for s in store.find(Story) for m in s.members} >= placed
        assert {c.article_id for c in store.find(Claim)} >= read
        for step in ("figures", "compare", "alert"):
            run(step, "scopes")


def test_a_broken_article_ends_run_with_1_and_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line(n)) + "\n" for n in range(3)), "utf8")
    call = CliRunner().invoke
    assert call(app, ["ingest", "in.jsonl"]).exit_code == 0
    store = SqliteStore(tmp_path / "home" / "counterclaim.db")
    page = next(store.find(Page, limit=1))
    store.apply(Batch(put=[replace(page, warc_path=f"{page.warc_path}.gone")]))
    first = call(app, ["run", "--no-fetch"])
    assert first.exit_code == 1
    assert f"clean: {page.url}: the archived page cannot be read" in first.stderr
    assert "set aside, the next run tries it again" in first.stderr
    assert store.count(Article) == 2
    assert "1 failure" in call(app, ["runs", "list"]).stdout
    assert "did not end well" not in call(app, ["runs", "list"]).stdout
    assert "1 of clean" in call(app, ["doctor"]).stdout
    assert [call(app, ["run", "--no-fetch"]).exit_code for _ in range(3)] == [1, 1, 0]
    store.apply(Batch(put=[page]))
    store.close()
    assert "1 of clean" in call(app, ["store", "retry"]).stdout
    assert call(app, ["run", "--no-fetch"]).exit_code == 0
    assert call(app, ["store", "retry"]).stdout == "nothing is set aside\n"


def test_a_run_that_an_error_ended_looks_like_one_in_every_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    (tmp_path / "in.jsonl").write_text(json.dumps(line(0)) + "\n", "utf8")
    call = CliRunner().invoke
    assert call(app, ["ingest", "in.jsonl"]).exit_code == 0
    with closing(SqliteStore(tmp_path / "home" / "counterclaim.db")) as store:
        page = next(store.find(Page))
        full = Full(store, full={Article})
        work = Work(full, Settings(home=tmp_path / "home"), {}, {}, now=Clock())  # type: ignore[arg-type]
        with pytest.raises(StoreFull):
            run_daily(work, fetching=False)
        (run,) = store.find(Run)
        assert run.stopped == "clean: StoreFull: the disk is full"
        assert store.queued("clean") == [page.id]
    assert "stopped by an error: clean: StoreFull: the disk is full" in call(app, ["runs", "list"]).stdout
    assert "stopped by an error: clean: StoreFull: the disk is full" in call(app, ["runs", "show", run.id]).stdout
    assert "stopped by an error" in call(app, ["doctor"]).stdout


REJECTED: dict[str, set[type]] = {
    "articles": {Article}, "copy groups": {CopyGroup}, "stories": {Story}, "claims": {Claim}, "figures": {Figure}, "days": {FigureDay},
    "findings": {Finding}, "alerts": {Alert}, "articles, and why": {Article, Outcome}, "claims, and why": {Claim, Outcome}, "all": {Article, CopyGroup, Story, Claim, Figure, Finding, Alert, Outcome},
}  # fmt: skip


@pytest.mark.parametrize("kinds", REJECTED.values(), ids=REJECTED)
def test_a_step_whose_store_rejects_every_record_leaves_no_green_run(
    kinds: set[type], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run exits with 1 or 3, its record says why, and what was rejected is set aside or still queued."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    lines = [
        line(n, **({"text": line(4)["text"], "url": "https://outlet4.example/copy"} if n == 8 else {}))
        for n in range(9)
    ]
    lines += [
        {"url": a.url, "title": a.title, "text": a.text, "published": f"{a.published}", "language": "en"}
        for a in (POLICE, UNION)
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), "utf8")
    call = CliRunner().invoke
    assert call(app, ["ingest", "in.jsonl"]).exit_code == 0
    with monkeypatch.context() as patched:
        patched.setattr(
            "processing.pipeline.surroundings.open_store",
            lambda url, **_: Full(
                SqliteStore(Path(url.removeprefix("sqlite:"))), kinds, StoreRejected("no such field")
            ),
        )
        ended = call(app, ["run", "--no-fetch"])
    # 3: the store cannot even keep why, so the step stops with everything queued
    assert ended.exit_code == (3 if Outcome in kinds else 1), ended.output
    assert "no such field" in ended.stderr
    with closing(SqliteStore(tmp_path / "home" / "counterclaim.db")) as store:
        (run,) = store.find(Run)
        assert run.ended_at is not None
        assert any("no such field" in error for error in run.errors)
        assert store.info().waiting or waiting_aside(store), "what was rejected is not lost"
    assert call(app, ["runs", "show", run.id]).stdout.count("no such field")


@dataclass
class Full:
    """A store that has no room for records of some classes, or refuses them."""

    inner: Store
    full: set[type]
    error: StoreError = field(default_factory=lambda: StoreFull("the disk is full"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def apply(self, batch: Batch) -> int:
        if any(type(r) in self.full for r in batch.put):
            raise self.error
        return self.inner.apply(batch)
