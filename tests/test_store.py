"""What every store must do: one body, run on every engine."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.store import FIELDS, Batch, Store, Where, open_store
from processing.store.questions import (
    AllKeys,
    ById,
    KeysOf,
    Number,
    Question,
    Queued,
    Records,
    Sharing,
    one_by_one,
)
from processing.store.sqlite import SqliteStore
from schemas.errors import ConfigError, StoreError, StoreFull, StoreLocked, StoreNotFound, StoreVersion
from schemas.people import Assignment, AuditEntry, Login, SavedSearch, Sight, User
from schemas.records import Alert, Article, Claim, Figure, FigureDay, Finding, Page, dump_json, load_json
from tests.support.records import (
    NOON,
    make_alert,
    make_article,
    make_claim,
    make_delivery,
    make_denial,
    make_figure,
    make_finding,
    make_page,
)


@pytest.fixture(params=["sqlite", "elasticsearch"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("empty_elastic"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    opened = open_store(address)
    yield opened
    opened.close()


RECORDS = [
    make_page(), make_article(), make_claim(), make_denial(), make_figure(), make_finding(), make_finding(gap=float("inf")), make_alert(),
    make_delivery(),
    FigureDay("f1", NOON.date(), 1, 2, None, True, 2, ("c1",)), User("u1", "Eve", "analyst", NOON, "$argon2id$x"),
    Login("l1", "u1", "token", NOON, NOON, "export"), AuditEntry("e1", NOON, "Eve", "log in", "u1", "with a password", "127.0.0.1"),
    Assignment("a1", "Eve", "Otto", NOON), Sight("s1", "a1", "Eve", NOON),
    SavedSearch("q1", "floods", "floods killed", "claims", "Eve", NOON, True, NOON),
]  # fmt: skip


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: type(r).__name__)
def test_a_record_comes_back_whole_as_json(record: object) -> None:
    assert load_json(type(record), dump_json(record)) == record


def test_a_batch_takes_in_another_and_forgets_all() -> None:
    def filled(name: str) -> Batch:
        return Batch(
            [name], [(Page, name)], [("copy", name, ["k"])], [("copy", name)], [("claims", name)], [("dedup", name)]
        )

    one, other = filled("a"), filled("b")
    one.add(other)
    assert (one.put, one.delete, one.keys) == (
        ["a", "b"],
        [(Page, "a"), (Page, "b")],
        [("copy", "a", ["k"]), ("copy", "b", ["k"])],
    )
    assert (one.drop_keys, one.enqueue, one.done) == (
        [("copy", "a"), ("copy", "b")],
        [("claims", "a"), ("claims", "b")],
        [("dedup", "a"), ("dedup", "b")],
    )
    one.clear()
    assert not one
    assert other == filled("b")


def test_a_record_comes_back_whole(store: Store) -> None:
    article = make_article(authors=("A. B.",), topics=("flood",))
    claim = make_claim(article_id=article.id, source_id=("irna", "usgs"), sure={"what": 0.9, "place": None})
    assert store.apply(Batch(put=[article, claim])) == 2
    assert store.get(Article, article.id) == article
    assert store.get(Claim, claim.id) == claim
    assert store.get_many(Claim, [claim.id, "unknown", claim.id]) == {claim.id: claim}
    others = [make_claim(id=id, article_id=article.id) for id in ("b", "c", "a")]
    store.apply(Batch(put=others))
    for ids in (["c", "a", "b"], ["b", "c", "a"]):
        assert list(store.get_many(Claim, ids)) == ids


def test_values_of_any_length_are_kept(store: Store) -> None:
    """Broken markup gives bylines of whole pages; no document is refused for that."""
    article = make_article(authors=("A. B. " * 10_000,), section="s" * 40_000)
    claim = make_claim(article_id=article.id, source="the minister " * 5_000, what="w" * 40_000, text="1" * 40_000)
    store.apply(Batch(put=[article, claim]))
    assert (store.get(Article, article.id), store.get(Claim, claim.id)) == (article, claim)


def test_putting_twice_is_putting_once(store: Store) -> None:
    assert store.apply(Batch(put=[make_page(size=1)])) == 1
    assert store.apply(Batch(put=[make_page(size=2)])) == 0
    assert [page.size for page in store.find(Page)] == [2]


def test_an_unknown_id_is_named(store: Store) -> None:
    with pytest.raises(StoreNotFound, match="'nobody'"):
        store.get(Article, "nobody")


def test_find_selects_sorts_and_pages(store: Store) -> None:
    pages = [
        make_page(url=f"https://a.example/{n}", fetched_at=NOON + timedelta(minutes=n // 2), outlet=f"gb/o{n % 3}")
        for n in range(1300)
    ]
    store.apply(Batch(put=pages))
    assert [p.id for p in store.find(Page)] == [p.id for p in sorted(pages, key=lambda p: (p.fetched_at, p.id))]
    down = [p.id for p in sorted(pages, key=lambda p: (p.fetched_at, p.id), reverse=True)]
    assert [p.id for p in store.find(Page, order="-fetched_at", limit=501)] == down[:501]
    some = {p.id for p in pages if p.outlet in ("gb/o1", "gb/o2") and p.fetched_at >= NOON + timedelta(minutes=600)}
    where = (Where("outlet", "in", ["gb/o1", "gb/o2"]), Where("fetched_at", ">=", NOON + timedelta(minutes=600)))
    assert {p.id for p in store.find(Page, *where)} == some
    assert store.count(Page, *where) == len(some)
    assert store.count(Page, Where("outlet", "!=", "gb/o0")) == sum(p.outlet != "gb/o0" for p in pages)


def test_none_can_be_selected(store: Store) -> None:
    waiting, sent = make_delivery(), make_delivery(id="v2", sent_at=NOON)
    store.apply(Batch(put=[waiting, sent]))
    assert list(store.find(type(waiting), Where("sent_at", "=", None))) == [waiting]


@pytest.mark.parametrize(
    "call", [lambda s: list(s.find(Page, Where("size", "=", 1))), lambda s: list(s.find(Page, order="size"))]
)
def test_a_field_that_cannot_be_selected_is_named(store: Store, call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StoreError, match="'size'; there are fetched_at"):
        call(store)


def test_deleting_a_figure_takes_its_findings_and_days(store: Store) -> None:
    day = FigureDay("f1", NOON.date(), 1, 2, 3, False, 2, ("c1",))
    store.apply(Batch(put=[make_figure(), make_finding(), day, make_alert()]))
    store.apply(Batch(delete=[(Figure, "f1")]))
    assert (store.count(Finding), store.count(FigureDay), store.count(Alert)) == (0, 0, 1)


def test_a_claim_of_no_article_is_refused_and_nothing_of_its_batch_stays(store: Store) -> None:
    with pytest.raises(StoreError):
        store.apply(Batch(put=[make_page(), make_claim(article_id="none")]))
    assert store.count(Page) == 0


def test_keys_replace_the_keys_of_an_id(store: Store) -> None:
    store.apply(Batch(keys=[("copy", "a", ["k1", "k2", "k3"]), ("copy", "b", ["k2", "k3"]), ("story", "a", ["k1"])]))
    assert store.lookup("copy", ["k1", "k3", "k3"]) == {"a": 2, "b": 1}
    store.apply(Batch(keys=[("copy", "a", ["k9"])]))
    assert store.lookup("copy", ["k1", "k3"]) == {"b": 1}
    assert store.keys_of("copy", ["a", "b", "c"]) == {"a": ["k9"], "b": ["k2", "k3"]}
    store.apply(Batch(drop_keys=[("copy", "b")]))
    assert store.lookup("copy", ["k2"]) == {}
    assert store.lookup("story", ["k1"]) == {"a": 1}


def test_the_queue_keeps_order_and_holds_an_item_once(store: Store) -> None:
    store.apply(Batch(enqueue=[("clean", "b"), ("clean", "a"), ("clean", "b"), ("dedup", "a")]))
    assert (store.queued("clean"), store.waiting("clean"), store.queued("clean", 1)) == (["b", "a"], 2, ["b"])
    store.apply(Batch(done=[("clean", "b")], enqueue=[("clean", "b")]))
    assert store.queued("clean") == ["a", "b"]
    assert store.info().waiting == {"clean": 2, "dedup": 1}


def test_search_finds_the_newest_revision(store: Store) -> None:
    first = make_article(text="Twelve people drowned in Überlingen, the brigade said.")
    second = make_article(text="Fourteen people drowned in Überlingen, the brigade said.", revision=2)
    other = make_article(url="https://courier.example/b", title="Budget passed", text="The council passed the budget.")
    store.apply(Batch(put=[first, other]))
    store.apply(Batch(put=[second]))
    store.apply(Batch(put=[first]))  # an older revision that is put again does not come back
    assert [h.article for h in store.search("uberlingen drowned")] == [second]
    assert "[drowned]" in store.search("drowned")[0].snippet
    assert store.search("twelve") == store.search("  ") == store.search('"') == []
    store.apply(Batch(delete=[(Article, second.id)]))
    assert store.search("drowned") == []
    store.apply(Batch(put=[first]))  # fetched again after it was deleted
    assert [h.article for h in store.search("drowned")] == [first]


def test_a_second_run_is_told_who_holds_the_store(store: Store, address: str) -> None:
    other = open_store(address)
    with (
        store.hold_run("run 7", NOON),
        pytest.raises(StoreLocked, match="run 7, since 2025-01-22T12:00:00"),
        other.hold_run("run 8", NOON),
    ):
        pass
    with other.hold_run("run 8", NOON):
        pass
    other.close()


def test_the_lock_of_a_killed_run_is_free(store: Store, address: str) -> None:
    code = (
        "import os, sys, datetime; from processing.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "with store.hold_run('dead', datetime.datetime.now(datetime.UTC)):\n    print('held', flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, address], capture_output=True, text=True, timeout=240)
    assert (done.stdout, done.returncode) == ("held\n", -9)
    with store.hold_run("alive", NOON):
        pass


def test_info_counts(store: Store) -> None:
    store.apply(Batch(put=[make_page(), make_alert()]))
    info = store.info()
    assert {name: n for name, n in info.counts.items() if n} == {"Page": 1, "Alert": 1}
    assert set(info.counts) == {cls.__name__ for cls in FIELDS}


# ---------------------------------------------------------------- SQLite's own


def test_every_field_has_a_column(store: Store) -> None:
    for cls, fields in FIELDS.items():
        assert all(store.count(cls, Where(name, "=", None)) == 0 for name in fields)


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_store(f"sqlite:{tmp_path / 'store.db'}").close()
    with sqlite3.connect(tmp_path / "store.db") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreVersion, match="has layout 99, this program knows up to"):
        open_store(f"sqlite:{tmp_path / 'store.db'}")


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"these are my notes, not a database" * 40)
    with pytest.raises(StoreVersion, match="is not a counterclaim store"):
        open_store(f"sqlite:{path}")
    assert path.read_bytes().startswith(b"these are my notes")
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(StoreVersion, match="is not a counterclaim store"):
        open_store(f"sqlite:{tmp_path / 'other.db'}")


def test_a_full_disk_is_said_and_the_store_stays_whole(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    store.apply(Batch(put=[make_page()]))
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages + 2}")  # the engine's own limit: it answers as on a full disk
    big = make_article(text="word " * 100_000)
    with pytest.raises(StoreFull, match="the disk is full; nothing of this batch was written"):
        store.apply(Batch(put=[replace(make_page(), url="https://courier.example/b", id="p2"), big]))
    assert [p.id for p in store.find(Page)] == [make_page().id]
    store.close()


def test_a_short_write_waits_for_a_busy_store_and_then_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processing.store.sqlite.BUSY_SECONDS", 0.2)
    store, other = SqliteStore(tmp_path / "store.db"), SqliteStore(tmp_path / "store.db")
    other._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked, match="has been writing"):
        store.apply(Batch(put=[make_alert()]))
    other._db.execute("ROLLBACK")
    assert store.apply(Batch(put=[make_alert()])) == 1
    store.close()
    other.close()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(StoreError, match=r"home/store\.db: "):
        open_store(f"sqlite:{tmp_path}/home/store.db")


def test_an_address_of_no_known_store() -> None:
    with pytest.raises(ConfigError, match="write sqlite:PATH"):
        open_store("ftp://example.org")


def test_several_questions_at_once_give_what_each_gives_alone(store: Store) -> None:
    """Also of more than a page, of more ids than one request takes, and of nothing."""
    claims = [make_claim(id=f"c{n:04}", article_id="a1", article_key=f"k{n % 7}", event=None) for n in range(1203)]
    article = make_article(id="a1", key="k1")
    keys: list[Any] = [("topic", f"k{n:04}", ["flood", f"t{n % 5}"]) for n in range(1100)]
    store.apply(Batch(put=[article, *claims], keys=keys, enqueue=[("claims", f"i{n:04}") for n in range(1500)]))
    ids = [f"c{n:04}" for n in reversed(range(1300))]
    where = (Where("article_key", "in", ["k1", "k3", "none"]),)
    here = Where("article_id", "in", [f"x{n}" for n in range(70_000)] + ["a1"])
    asked: list[Question] = [
        Records(Claim, where), Records(Claim), Records(Claim, (here,)), Number(Claim, where), Number(Alert), ById(Claim, ids),
        ById(Article, []), ById(Article, ["a1", "a1"]), Sharing("topic", ["flood"]), Sharing("topic", []),
        Sharing("topic", ["t1", "t2", "x"]), KeysOf("topic", ["k0001", "zz"]), KeysOf("none", ["k0001"]), AllKeys("topic"),
        AllKeys("none"), Queued("claims", 1400), Queued("claims", 3), Queued("stories", 3),
    ]  # fmt: skip
    alone = one_by_one(store, asked)
    assert store.ask(*asked) == alone
    assert [len(found) if not isinstance(found, int) else found for found in alone] == [
        344, 1203, 1203, 344, 0, 1203, 0, 1, 1100, 0, 440, 1, 0, 1100, 0, 1400, 3, 0,
    ]  # fmt: skip
    assert list(alone[5]) == [id for id in ids if id < "c1203"]
    by_id: list[Question] = [q for q in asked if isinstance(q, ById | KeysOf)]
    assert store.ask(*by_id) == one_by_one(store, by_id)
    assert store.ask() == []


def test_several_lookups_at_once_give_what_each_gives_alone(store: Store) -> None:
    keys = [("copy", f"a{n}", [f"k{n % 7}", f"k{n % 11}", "all"]) for n in range(30)]
    store.apply(Batch(keys=[*keys, ("story", "s", ["k1"])]))
    asked = [["k1", "k2"], [], ["nobody"], ["all"], ["k1", "k1", "k10"], [f"k{n}" for n in range(200)]]
    assert store.lookups("copy", asked) == [store.lookup("copy", some) for some in asked]
    assert store.lookups("copy", []) == []
    many = [[f"k{n % 11}"] for n in range(200)]
    assert store.lookups("copy", many) == [store.lookup("copy", some) for some in many]


def test_keys_and_queues_do_not_count_as_new_records(store: Store) -> None:
    article = make_article()
    batch = Batch(put=[article], keys=[("topic", article.key, ["flood"])], enqueue=[("claims", article.id)])
    assert [store.apply(batch), store.apply(batch)] == [1, 0]


def test_ids_by_their_beginning(store: Store) -> None:
    store.apply(
        Batch(
            put=[
                replace(make_article(), id="a1.1"),
                *(make_claim(id=id) for id in ("ab01", "ab02", "ab03", "b1")),
                make_alert(id="ab99"),
            ]
        )
    )
    assert store.ids_beginning(Claim, "ab", limit=9) == ["ab01", "ab02", "ab03"]
    assert store.ids_beginning(Claim, "ab") == ["ab01", "ab02"]
    assert [store.ids_beginning(Claim, start) for start in ("ab02", "c", "a%", "b1x")] == [["ab02"], [], [], []]
