"""kill -9 within each step, at random moments: what the step leaves when it is done again equals what an undisturbed one leaves, records,
look-up keys and queues alike. Once over all of the sample newsroom, once over its last day on top of the days before."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from demo.newsroom import plan
from processing.pipeline.run import STEPS
from processing.store import open_store
from processing.store.protocol import FIELDS
from schemas.records import Run, digest_id
from tests.support.loopback import serve

ALL = ("ingest", *STEPS)
KILLS = 6  # of each step, over each of the two amounts of work
_CLOCK = {"warc_path", "warc_offset"}  # an archive that was begun by a killed step is another file


class Desk:
    """A newsroom's home before each step, as an undisturbed run leaves it, and the receiver's notices."""

    def __init__(self, folder: Path, taken: list[str], url: str):
        self.folder, self.taken, self.url = folder, taken, url
        self.seconds: dict[str, float] = {}
        self.notices: dict[str, set[str]] = {}

    def home(self, work: str, step: str) -> Path:
        return self.folder / work / "before" / step

    def start(self, home: Path, step: str, file: Path) -> subprocess.Popen[str]:
        """The step's process, once it has begun its work."""
        command = [
            sys.executable,
            "-m",
            "tests.support.killed_step",
            str(home),
            step,
            *([str(file)] if step == "ingest" else []),
        ]
        process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], env={**os.environ, "DESK_URL": self.url}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        return process

    def run(self, home: Path, step: str, file: Path) -> float:
        """The step undisturbed; how long it took."""
        process = self.start(home, step, file)
        began = monotonic()
        assert process.wait(600) == 0, step
        process.stdout.close()  # type: ignore[union-attr]
        return monotonic() - began

    def prepare(self, work: str, home: Path, file: Path) -> None:
        """Keep the home as it is before each step."""
        for step in ALL:
            shutil.copytree(home, self.home(work, step))
            self.taken.clear()
            self.seconds[f"{work} {step}"] = self.run(home, step, file)
            self.notices[f"{work} {step}"] = set(self.taken)
        shutil.copytree(home, self.home(work, "end"))


def state(home: Path) -> dict[str, Any]:
    """All that a store holds but its runs: records, keys, queues."""
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    classes: list[Any] = [cls for cls in FIELDS if cls is not Run]
    held: dict[str, Any] = {
        cls.__name__: sorted(
            str({f.name: getattr(r, f.name) for f in fields(r) if f.name not in _CLOCK}) for r in store.find(cls)
        )
        for cls in classes
    }
    held |= {f"keys {space}": dict(store.all_keys(space)) for space in store.spaces()}
    held["waiting"] = {step: sorted(store.queued(step, 100_000)) for step in STEPS}
    store.close()
    return held


def written(path: Path, last: bool) -> Path:
    """The newsroom's articles as JSON lines: those of its last day, or those before it."""
    made = plan(0)
    chosen = [p for p in made.pieces if (p.published.date() >= made.days[-1]) == last]
    lines = [
        {
            "url": f"https://{p.outlet.partition('/')[2]}.example/{p.id}", "title": p.title, "text": "\n\n".join(p.paragraphs),
            "published": p.published.isoformat(), "outlet": p.outlet, "author": p.author,
        }
        for p in chosen
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    taken: list[str] = []

    def answer(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        taken.append(str(headers.get("Idempotency-Key")))
        return 200, {}, {}

    folder = tmp_path_factory.mktemp("kills")
    files = {"first": written(folder / "first.jsonl", False), "last day": written(folder / "last day.jsonl", True)}
    with serve(answer) as url:
        made = Desk(folder, taken, url.replace("http://", "json://"))
        home = folder / "home"
        home.mkdir()
        for work, file in files.items():
            made.prepare(work, home, file)
        yield made


def kill(desk: Desk, work: str, step: str, chance: random.Random, times: int) -> int:
    """Kill a step so often at random moments of its work, each time from the state before it, or from what the kill before left; returns how
    many tries it took. Then let it end, and compare."""
    file, home = desk.folder / f"{work}.jsonl", desk.folder / "now"
    order = list(ALL)
    after = desk.home(work, order[order.index(step) + 1] if step != order[-1] else "end")
    expected = state(after)
    kills = tries = 0
    while kills < times:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(desk.home(work, step), home)
        desk.taken.clear()
        for _ in range(chance.randint(2, 6)):  # several kills on one home: what the first left is what the second meets
            tries += 1
            assert tries < 40 * times, f"{step} ends before it can be killed"
            process = desk.start(home, step, file)
            with suppress(subprocess.TimeoutExpired):
                sleep(chance.uniform(0, desk.seconds[f"{work} {step}"]))
                process.wait(0)
            process.kill()
            kills += process.wait() == -9
            process.stdout.close()  # type: ignore[union-attr]
        desk.run(home, step, file)
        found = state(home)
        assert {name: len(held) for name, held in found.items()} == {name: len(held) for name, held in expected.items()}
        assert [name for name in expected if found[name] != expected[name]] == []
        assert set(desk.taken) == desk.notices[f"{work} {step}"], "each notice at least once"
    return kills


def test_the_last_days_copies_outlive_a_kill(desk: Desk) -> None:
    assert kill(desk, "last day", "dedup", random.Random(1), 1) >= 1


@pytest.mark.soak
def test_every_step_outlives_kills_at_any_moment(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    survived: Counter[str] = Counter()
    for work in ("first", "last day"):
        for step in ALL:
            survived[step] += kill(desk, work, step, random.Random(digest_id(work, step)), KILLS)
            with capsys.disabled():
                print(f"{work}, {step}: {survived[step]} kills survived so far", flush=True)
    with capsys.disabled():
        print(
            f"\nkills survived: {sum(survived.values())} ({', '.join(f'{step} {n}' for step, n in survived.items())})"
        )
    assert sum(survived.values()) >= 100
    assert min(survived.values()) >= 2 * KILLS
