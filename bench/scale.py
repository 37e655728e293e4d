"""What a day's articles cost as the days go on: all steps of a daily run over a made archive (bench/archive.py), in an
embedded store of its own or in one that is given.

    python bench/scale.py [--days N] [--a-day N] [--batch N] [--seed N] [--store URL] [--result FILE] [--profile STEP]

Prints for every day the processor milliseconds an article by step, memory, the store's size, and how well its stories
are those that were told (B-cubed precision, "purity", and recall). `--batch` cuts a day into runs of so many articles.
`--result` writes the same as JSON, with the command and the machine. `--store`: the address of an empty Elasticsearch
store ("http://127.0.0.1:9200/bench"), whose own processor time is not in the numbers; wall time is, beside them."""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

from bench.archive import Made, make_archive  # noqa: E402 - found by the path above, and threads are set first
from processing.pipeline.articles import clean, dedup, stories  # noqa: E402
from processing.pipeline.claims import claims  # noqa: E402
from processing.pipeline.figures import alert, compare, figures  # noqa: E402
from processing.pipeline.ingest import ingest  # noqa: E402
from processing.pipeline.topics import rematch_topics  # noqa: E402
from processing.pipeline.work import Counts, Work  # noqa: E402
from processing.store import Store, open_store  # noqa: E402
from schemas.config import Topic  # noqa: E402
from schemas.records import Article, Claim, Figure, Finding, Story  # noqa: E402
from schemas.settings import Settings  # noqa: E402

Spent = dict[str, tuple[float, float]]
Step = Callable[[Work], Counts]
STEPS: tuple[Step, ...] = (clean, dedup, stories, claims, figures, compare, alert)
_FOLLOWED: dict[str, Any] = {
    "name": "people-harmed",
    "title": "People harmed anywhere",
    "match": [["killed", "died", "dead", "injured"]],
    "figures": {
        "killed": {"what": ["person", "people"], "event": ["kill", "die"], "kind": "cumulative"},
        "injured": {"what": ["person", "people"], "event": ["injure", "wound"], "kind": "cumulative"},
    },
}
TOPICS = {"people-harmed": Topic.model_validate(_FOLLOWED)}


def score_stories(store: Store, truth: dict[str, int]) -> tuple[float, float, int]:
    """B-cubed precision and recall of the stored stories against the told ones (by article key's URL), and the size
    of the largest."""
    placed: dict[str, str] = {}
    url_of = {article.id: article.url for article in store.find(Article)}
    for story in store.find(Story):
        placed.update((url_of[id], story.id) for id in story.members if url_of.get(id) in truth)
    both = Counter((placed[url], truth[url]) for url in placed)
    ours, theirs = Counter(placed.values()), Counter(truth[url] for url in placed)
    total = len(placed) or 1
    purity = sum(n * n / ours[a] for (a, _), n in both.items()) / total
    recall = sum(n * n / theirs[b] for (_, b), n in both.items()) / total
    return purity, recall, max(ours.values(), default=0)


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(sys.argv),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }


def run_day(work: Work, made: Sequence[Made], batch: int, spent: Spent, profiler: Any) -> None:
    """One day's articles through all steps; `spent` gathers processor and wall seconds by step."""
    for start in range(0, len(made), batch):
        file = Path(work.home) / "day.jsonl"
        file.write_text("".join(json.dumps(article.line()) + "\n" for article in made[start : start + batch]), "utf8")
        for name, do in (("ingest", partial(ingest, paths=[file])), *((step.__name__, step) for step in STEPS)):
            begun, wall = time.process_time(), time.perf_counter()
            with profiler if profiler is not None and name == work.run else nullcontext():
                do(work)
            cpu, so_far = spent.get(name, (0.0, 0.0))
            spent[name] = cpu + time.process_time() - begun, so_far + time.perf_counter() - wall


def size_of(store: Store) -> int:
    """Bytes on disk; 0 where the store is no file."""
    path = Path(getattr(store, "address", ""))
    return sum(p.stat().st_size for p in path.parent.glob(path.name + "*")) if path.is_file() else 0


def tell(day: int, count: int, spent: Spent, rest: dict[str, Any]) -> None:
    """A line for people."""
    each = {name: cpu / count * 1000 for name, (cpu, _) in spent.items()}
    steps = "  ".join(f"{name} {value:.1f}" for name, value in each.items())
    others = ", ".join(f"{name} {value}" for name, value in rest.items())
    print(f"{day:>4}  all {sum(each.values()):6.1f}  {steps}   ({others})", flush=True)


def measure(given: argparse.Namespace, folder: Path) -> Iterable[dict[str, Any]]:
    """A row a day."""
    store = open_store(given.store or f"sqlite:{folder}/archive.db")
    topics = {} if given.no_topic else TOPICS
    work = Work(store, Settings(home=folder, workers=1), {}, topics, run=given.profile)
    rematch_topics(work)
    profiler = cProfile.Profile() if given.profile else None
    truth: dict[str, int] = {}
    archive = make_archive(given.days, given.a_day, given.seed)
    for day, group in groupby(archive, key=lambda article: article.day):
        made = list(group)
        truth.update((str(article.line()["url"]), article.story) for article in made)
        spent: Spent = {}
        run_day(work, made, given.batch or len(made), spent, profiler if day >= given.days - 3 else None)
        purity, recall, largest = score_stories(store, truth)
        rest = {
            "purity": round(purity, 3),
            "recall": round(recall, 3),
            "largest": largest,
            "stories": store.count(Story),
            "claims": store.count(Claim),
            "figures": store.count(Figure),
            "findings": store.count(Finding),
            "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "disk MB": size_of(store) >> 20,
        }
        tell(day + 1, len(made), spent, rest)
        times = {n: {"cpu_ms": c / len(made) * 1000, "wall_ms": w / len(made) * 1000} for n, (c, w) in spent.items()}
        yield {"day": day + 1, "articles": len(made), "steps": times, **rest}
    store.close()
    if profiler is not None:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> int:
    """Print a line a day; write the result file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--a-day", type=int, default=333)
    parser.add_argument("--batch", type=int, help="articles of one run; by default all of a day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="another store than an embedded one that is made and deleted")
    parser.add_argument("--no-topic", action="store_true", help="stories' figures alone")
    parser.add_argument("--result", type=Path, help="a JSON file to write")
    parser.add_argument("--profile", metavar="STEP", help="where a step's time goes, over the last three days")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(given, Path(folder)))
    if given.result:
        given.result.write_text(json.dumps({**machine(), "days": rows}, indent=1) + "\n", "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
