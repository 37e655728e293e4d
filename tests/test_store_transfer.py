"""Everything of one store into another, from engine to engine, cut off and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.store import FIELDS, Batch, Store, open_store
from processing.store.transfer import Copied, copy_store
from schemas.errors import StoreError, StoreLocked
from schemas.people import Assignment, AuditEntry, Login, SavedSearch, Sight, User
from schemas.records import (
    Article,
    CopyGroup,
    Correction,
    Coverage,
    FigureDay,
    Outcome,
    Page,
    Run,
    Story,
    UrlState,
    digest_id,
)
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


def filled(store: Store) -> None:
    """At least one record of every class, two revisions of an article, keys in two spaces, two queues."""
    first, second = make_article(text="Twelve drowned."), make_article(text="Fourteen drowned.", revision=2)
    run = Run(
        "r1",
        NOON,
        None,
        "by hand",
        {"clean": {"done": 1}},
        (Coverage("gb/courier", 1, 0, 0, 1, 0, None),),
        ("one failed",),
    )
    many = [make_page(url=f"https://courier.example/{n}", fetched_at=NOON + timedelta(seconds=n)) for n in range(1203)]
    records: list[Any] = [
        *many, second, first, make_claim(article_id=first.id, sure={"what": 0.5, "place": None}), make_denial(article_id=second.id), make_figure(),
        make_finding(gap=float("inf"), finding="slips"), make_alert(), make_delivery(), FigureDay("f1", NOON.date(), 1, 2, None, True, 2, ("c1",)), run,
        CopyGroup("g1", (first.id,), first.id, "AP"), Story("s1", (first.id,), "Floods", NOON.date(), None, ("flood",)),
        UrlState("u1", "https://courier.example/a", "gb/courier", None, None, None, NOON, 304),
        Outcome("o1", "clean", "p1", "rejected", "short", "too short", None, NOON),
        Correction("k1", "claim", "c1", {"low": 3, "b": [1.5]}, "eve", "typo", NOON),
        User("u1", "Eve", "analyst", NOON, "$argon2id$x"),
        Login("l1", "u1", "token", NOON, NOON, "export"),
        AuditEntry("e1", NOON, "Eve", "log in", "u1", "with a password", "127.0.0.1"),
        Assignment("a1", "Eve", "Otto", NOON),
        Sight("s1", "a1", "Eve", NOON),
        SavedSearch("q1", "floods", "floods killed", "claims", "Eve", NOON, True, NOON),
    ]  # fmt: skip
    keys = [("copy", f"a{n}", [f"k{n}", f"k{n + 1}"]) for n in range(620)] + [("topic", "a1", ["flood"])]
    store.apply(
        Batch(
            put=records,
            keys=keys,
            enqueue=[("clean", f"p{n * 7 % 1013}") for n in range(1013)] + [("figures", "topic:flood")],
        )
    )


def contents(store: Store) -> dict[str, Any]:
    """All that a store holds, to compare two of them."""
    held: dict[str, Any] = {cls.__name__: list(store.find(cls)) for cls in FIELDS}
    held |= {f"keys {space}": dict(store.all_keys(space)) for space in store.spaces()}
    return held | {step: store.queued(step, 10_000) for step in store.info().waiting}


@pytest.fixture(params=["sqlite to elasticsearch", "elasticsearch to sqlite", "sqlite to sqlite"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """A filled store and an empty one."""
    opened = []
    for side, engine in zip("ab", request.param.split(" to "), strict=True):
        opened.append(
            open_store(
                f"sqlite:{tmp_path / side}.db" if engine == "sqlite" else request.getfixturevalue("empty_elastic")
            )
        )
    filled(opened[0])
    yield opened[0], opened[1]
    for store in opened:
        store.close()


def test_a_copy_holds_the_same_and_a_second_one_writes_nothing(stores: tuple[Store, Store]) -> None:
    source, target = stores
    first = {part.part: part for part in copy_store(source, target, now=NOON)}
    assert contents(target) == contents(source)
    assert {name: (p.count, p.written) for name, p in first.items() if p.count > 1} == {
        "Page": (1203, 1203), "Article": (2, 2), "keys: copy": (620, 620), "queue: clean": (1013, 1013),
    }  # fmt: skip
    assert all(p.count >= 1 for p in first.values())
    assert [h.article.revision for h in target.search("drowned")] == [2]
    assert copy_store(source, target, now=NOON) == [replace(part, written=0) for part in first.values()]


def test_a_copy_that_was_cut_off_goes_on(stores: tuple[Store, Store]) -> None:
    source, target = stores

    def cut(part: str, done: int, total: int) -> None:
        if part == "Page" and done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(source, target, now=NOON, tell=cut)
    assert 0 < target.count(Page) < 1203
    target.apply(Batch(enqueue=[("clean", "p0"), ("clean", "p7")]))  # as if it had come that far
    done = {part.part: part.written for part in copy_store(source, target, now=NOON)}
    assert (done["Page"], done["queue: clean"]) == (1203 - 1000, 1013 - 2)
    assert contents(target) == contents(source)


EXTRA = [
    (Batch(put=[make_page(url="https://other.example/")]), "Page: after copying the target has 1204 where the source has 1203"),
    (Batch(keys=[("copy", "x", ["k"])]), "keys: copy: after copying the target has 621 where the source has 620"),
    (Batch(keys=[("mine", "x", ["k"])]), "keys: mine: after copying the target has 1 where the source has 0"),
    (Batch(enqueue=[("clean", "p5")]), "queue: clean: after copying the target has 1013 as the source, but not the same ones"),
    (Batch(enqueue=[("dedup", "x")]), "queue: dedup: after copying the target has 1 where the source has 0"),
]  # fmt: skip


@pytest.mark.parametrize(("extra", "message"), EXTRA, ids=[m.split(":")[0] + m.split(":")[1] for _, m in EXTRA])
def test_a_target_that_holds_something_else_is_told(extra: Batch, message: str, tmp_path: Path) -> None:
    source, target = open_store(f"sqlite:{tmp_path / 'a.db'}"), open_store(f"sqlite:{tmp_path / 'b.db'}")
    filled(source)
    target.apply(extra)
    with pytest.raises(StoreError, match=message):
        copy_store(source, target, now=NOON)
    source.close()
    target.close()


def test_records_that_differ_are_overwritten(tmp_path: Path) -> None:
    source, target = open_store(f"sqlite:{tmp_path / 'a.db'}"), open_store(f"sqlite:{tmp_path / 'b.db'}")
    filled(source)
    target.apply(Batch(put=[replace(make_alert(), text="as it was once")]))
    done = copy_store(source, target, now=NOON)
    assert [p for p in done if p.part == "Alert"] == [
        Copied("Alert", 1, 1, next(p.checksum for p in done if p.part == "Alert"))
    ]
    assert contents(target) == contents(source)
    source.close()
    target.close()


@pytest.mark.parametrize("busy", [0, 1])
def test_a_store_with_a_run_at_work_is_not_copied(busy: int, tmp_path: Path) -> None:
    addresses = [f"sqlite:{tmp_path / name}.db" for name in "ab"]
    one, two = map(open_store, addresses)
    other = open_store(addresses[busy])
    with other.hold_run("run 7", NOON), pytest.raises(StoreLocked, match="run 7"):
        copy_store(one, two, now=NOON)
    for store in (one, two, other):
        store.close()


def test_an_infinite_gap_survives(stores: tuple[Store, Store]) -> None:
    source, target = stores
    copy_store(source, target, now=NOON)
    found = [list(store.find(type(make_finding()))) for store in stores]
    assert found[0] == found[1] == [make_finding(gap=float("inf"), finding="slips")]


def test_articles_are_found_by_id(stores: tuple[Store, Store]) -> None:
    source, target = stores
    copy_store(source, target, now=NOON)
    id = digest_id(make_article(text="Twelve drowned.").key, make_article(text="Twelve drowned.").digest)
    assert target.get(Article, id) == source.get(Article, id)
