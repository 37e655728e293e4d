"""Worker processes: whatever an item does to the process that reads it, the others come back in order, and equal to what one process gives."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from processing.claims import read_articles, read_many
from processing.workers import Lost, Task, close_workers, run_in_workers
from schemas.errors import MachineError
from tests.support.records import make_article


def ready() -> None:
    """Nothing to load."""


def unable() -> None:
    raise OSError("no model here")


def play(items: Sequence[str], given: int) -> list[int]:
    """What each word tells the worker to do."""
    for item in items:
        if item == "hang":
            time.sleep(60)
        elif item == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif item == "leave":
            os._exit(7)
        elif item == "eat":
            bytearray(4 << 30)
        elif item == "raise":
            raise ValueError("odd")
        elif item == "deep":
            play_deep(0)
    return [len(item) + given for item in items]


def play_deep(n: int) -> int:
    return play_deep(n + 1) + 1


TASK = Task("play", "tests.test_workers:play", "tests.test_workers:ready", memory_mb=1500)


@pytest.fixture(autouse=True)
def _no_worker_is_left() -> Iterator[None]:
    yield
    close_workers()


def run(items: Sequence[str], workers: int = 2, size: int = 4) -> list[Any]:
    return run_in_workers(TASK, items, 10, workers=workers, seconds=1.5, size=size, weights=[1] * len(items))


@pytest.mark.parametrize(
    ("bad", "code", "reason"),
    [
        ("hang", "timeout", "was not read within 1.5 s"),
        ("die", "crash", "ended the process that read it (exit -9)"),
        ("leave", "crash", "ended the process that read it (exit 7)"),
        ("eat", "memory", "needs more than the 1,500 MB that one process may have"),
        ("raise", "error", "ValueError: odd (tests/test_workers.py:"),
        ("deep", "error", "RecursionError: maximum recursion depth exceeded"),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_an_item_costs_itself_alone(bad: str, code: str, reason: str, workers: int) -> None:
    items = ["a", "bb", bad, "ccc", "dddd", "e"]
    lost = run(items, workers).pop(2)
    assert isinstance(lost, Lost)
    assert (lost.code, lost.reason[: len(reason)]) == (code, reason)
    assert [r for r in run(items, workers) if not isinstance(r, Lost)] == [11, 12, 13, 14, 11]


def test_several_bad_items_beside_each_other() -> None:
    found = run(["raise", "die", "a", "leave", "raise", "bb"], size=6)
    assert [f.code if isinstance(f, Lost) else f for f in found] == ["error", "crash", 11, "crash", "error", 12]


@pytest.mark.parametrize("size", [1, 2, 5, 50])
@pytest.mark.parametrize("workers", [1, 3])
def test_any_batches_give_the_same_in_order(size: int, workers: int) -> None:
    items = ["x" * n for n in range(20)]
    assert run(items, workers, size) == [n + 10 for n in range(20)]
    assert run([], workers, size) == []


def test_a_worker_that_cannot_start_is_nobodys_item() -> None:
    broken = Task("play", "tests.test_workers:play", "tests.test_workers:unable", memory_mb=1500)
    with pytest.raises(MachineError, match=r"a process for play did not start: OSError: no model here"):
        run_in_workers(broken, ["a"], 1, workers=1, seconds=1, size=1, weights=[1])


def test_a_worker_that_died_while_it_was_idle_is_replaced() -> None:
    assert run(["a"]) == [11]
    from processing.workers import _idle

    for worker in _idle[TASK]:
        worker.process.kill()
        worker.process.wait()
    assert run(["a"]) == [11]


@pytest.mark.parametrize(("items", "first"), [(["a", "bb", "ccc"], [11, 12, 13]), (["a"], ["timeout"])])
def test_a_worker_that_is_frozen_is_replaced(items: list[str], first: list[Any]) -> None:
    """A batch is done again item by item by others; an item that was alone with it is lost once, and read when it is tried again."""
    from processing.workers import _idle

    assert run(["a"], workers=1) == [11]
    (worker,) = _idle[TASK]
    worker.process.send_signal(signal.SIGSTOP)
    assert [r.code if isinstance(r, Lost) else r for r in run(items, workers=1)] == first
    assert worker.process.poll() == -signal.SIGKILL
    assert run(items, workers=1) == [len(item) + 10 for item in items]


TEXTS = [
    "At least {n} people were killed when the river burst its banks in Kentor on Monday, the mayor said.",
    "Police detained {n} people at a march to the harbour, the Lawyers' Union said, up from 12 a day before.",
    "Sales rose {n}% to $3.4 billion in the third quarter, the company said on Tuesday.",
    "The ministry denied that anybody was killed. Of the {n} injured, 3 were in a serious condition.",
]


@pytest.mark.parametrize("workers", [1, 2])
def test_articles_are_read_as_in_one_process(workers: int) -> None:
    articles = [make_article(url=f"https://x.example/{n}", text=TEXTS[n % 4].format(n=n + 5)) for n in range(19)]
    articles[7] = make_article(url="https://x.example/7", text="Kein Wort davon.", language="de")
    found = read_articles(articles, run="r1", workers=workers)
    assert found == read_many(articles, run="r1")
    assert sum(len(r.claims) for r in found if not isinstance(r, Lost)) >= 18
