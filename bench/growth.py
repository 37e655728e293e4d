"""What an article costs as the archive grows: the steps of a daily run over batches of articles, in an embedded store
of its own.

    python bench/growth.py [--articles N] [--batch N]

Each event is told by four outlets, each leaving out some paragraphs; 100 events a day. The texts are those of
bench/speed.py; once all are told, their names and long words are exchanged for others, the same throughout an event.
Prints processor milliseconds an article by step."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTLETS, TOLD_BY, EVENTS_A_DAY = 40, 4, 100
START = datetime(2025, 1, 1, tzinfo=UTC)
_LONG = re.compile(r"\b[a-z]{5,}\b")
_NAME = re.compile(r"\b[A-Z][a-z]{4,}\b")


@lru_cache(maxsize=1)
def told_first() -> list[str]:
    """The texts as they are."""
    from bench.speed import texts

    return texts()


@lru_cache(maxsize=4)
def exchange(telling: int) -> dict[str, str]:
    """Which long word stands for which when the texts are told once more: one with the same two last letters."""
    words = sorted({word for text in told_first() for word in _LONG.findall(text)})
    draw = random.Random(telling)
    ending: dict[str, list[str]] = {}
    for word in words:
        ending.setdefault(word[-2:], []).append(word)
    return {
        word: other
        for group in ending.values()
        for word, other in zip(group, draw.sample(group, len(group)), strict=True)
    }


def event_text(event: int) -> str:
    """The text of an event, whole."""
    telling, which = divmod(event, len(told_first()))
    text = told_first()[which]
    if telling == 0:
        return text
    others = exchange(telling)
    text = _LONG.sub(lambda found: others[found[0]], text)
    return _NAME.sub(lambda found: f"{found[0]}{'abcdefghijklmnopqrstuvwxyz'[telling % 26]}", text)


def articles(count: int) -> Iterator[str]:
    """Articles as JSON lines."""
    draw = random.Random(5)
    for number in range(count):
        event = number // TOLD_BY
        paragraphs = [p for p in event_text(event).split("\n") if p.strip()]
        kept = [p for p in paragraphs if draw.random() < 0.75] if number % TOLD_BY else paragraphs
        outlet = f"out{number % OUTLETS}"
        published = START + timedelta(days=event / EVENTS_A_DAY, minutes=draw.randrange(300))
        body = "\n\n".join(kept or paragraphs)[:5000]
        yield json.dumps(
            {
                "id": f"x{number}",
                "url": f"https://{outlet}.example/a/{number}",
                "outlet": outlet,
                "published": published.isoformat(),
                "title": (kept or paragraphs)[0][:90],
                "text": body,
            }
        )


def main() -> int:
    """Print a line a batch."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=3200)
    parser.add_argument("--batch", type=int, default=400)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    from processing.pipeline.articles import clean, dedup, stories
    from processing.pipeline.claims import claims
    from processing.pipeline.figures import alert, compare, figures
    from processing.pipeline.ingest import ingest
    from processing.pipeline.work import Counts, Work
    from processing.store import open_store
    from schemas.records import Claim, Figure, Story
    from schemas.settings import Settings

    steps: tuple[Callable[[Work], Counts], ...] = (clean, dedup, stories, claims, figures, compare, alert)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:{folder}/archive.db")
        work = Work(store, Settings(home=Path(folder)), {}, {})
        lines = list(articles(given.articles))
        for done in range(0, len(lines), given.batch):
            batch = lines[done : done + given.batch]
            file = Path(folder) / f"{done}.jsonl"
            file.write_text("\n".join(batch) + "\n", "utf8")
            ingest(work, [file])
            told = []
            for step in steps:
                started = time.process_time()
                step(work)
                told.append(f"{step.__name__} {(time.process_time() - started) / len(batch) * 1000:.1f}")
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            held = (
                f"{store.count(Story)} stories, {store.count(Claim)} claims, {store.count(Figure)} figures, {memory} MB"
            )
            print(f"{done + len(batch):>6}  {'  '.join(told)}  ({held})", flush=True)
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
