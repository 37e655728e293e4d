"""How fast the steps are on one core, beside what else does the same, in one run: ratios hold where seconds do not.

    python bench/speed.py [--quantulum PYTHON] [--only NAME ...] [--rounds N]

Every program runs in processes of its own, in turn with its rival, is loaded and has seen one item before its clock
starts, and is measured in processor time of one core, so that a busy machine slows both alike. `first` is one pass over
all items after loading, `warm` a second pass in the same process; the best of the rounds counts. PYTHON is an
interpreter that has quantulum3 (a virtual environment of its own: `pip install quantulum3`). The evaluation texts are
taken where they are present, else generated ones alone."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVAL = Path(os.environ.get("COUNTERCLAIM_EVAL") or ROOT / "../shared/eval").resolve()
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# ---------------------------------------------------------------- what is measured on

_WHO = (
    "The ministry",
    "A spokesman for the port",
    "The regional health office",
    "Police in Kelno",
    "The opposition mayor",
    "The rescue service",
)
_SAID = ("said", "reported", "told reporters", "estimated", "warned")
_THINGS = (
    "people",
    "houses",
    "tonnes of wheat",
    "soldiers",
    "jobs",
    "cases of measles",
    "school buses",
    "litres of fuel",
)
_VERBS = ("were lost in", "had reached", "were counted in", "were moved out of", "were seized at")
_PLACES = ("the northern valley", "Orlo", "the port of Sarna", "three districts of the capital", "the border camps")
_TAILS = (
    "",
    " since Monday",
    ", up from {b} a year earlier",
    ", or {p} per cent of the total",
    " at a cost of ${m} million",
)
_PLAIN = (
    "The road along the river stayed closed.",
    "Nobody from the company answered calls.",
    "Officials have promised to publish the full list of names.",
)


def made_sentences(count: int, seed: int = 7) -> list[str]:
    """News-like sentences, each with one to three figures."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        tail = draw.choice(_TAILS).format(
            b=f"{draw.randrange(200, 90000):,}", p=draw.randrange(2, 70), m=draw.randrange(2, 900) / 10
        )
        made.append(
            f"{draw.choice(_WHO)} {draw.choice(_SAID)} that "
            f"{draw.choice(('', 'at least ', 'about ', 'more than '))}{draw.randrange(12, 9000):,} "
            f"{draw.choice(_THINGS)} {draw.choice(_VERBS)} {draw.choice(_PLACES)}{tail}."
        )
    return made


def sentences() -> list[str]:
    """Sentences with figures: the evaluation's and made ones."""
    file = EVAL / "quantities" / "newsquant-dev.json"
    real = [item["text"] for item in json.loads(file.read_text("utf8"))] if file.exists() else []
    return real + made_sentences(len(real) or 400)


def texts() -> list[str]:
    """Running news text: the evaluation's articles, else made ones in which every third sentence has a figure."""
    files = sorted((EVAL / "attribution" / "text").glob("*.txt"))[:40]
    if files:
        return [file.read_text("utf8") for file in files]
    told = made_sentences(240)
    return [
        "\n\n".join(f"{told[i + k]} {_PLAIN[k % 3]} {_PLAIN[(k + 1) % 3]}" for k in range(8)) for i in range(0, 240, 8)
    ]


def pages() -> list[str]:
    """Saved pages of outlets, else plain made ones."""
    files = sorted((EVAL / "pages" / "en").rglob("*.html.gz"))
    if files:
        return [gzip.decompress(file.read_bytes()).decode("utf8", "replace") for file in files]
    bodies = ["".join(f"<p>{line}</p>" for line in text.split("\n\n")) for text in texts()]
    return [
        f"<html><head><title>Flood {i}</title></head><body><nav>Home</nav><article><h1>Flood "
        f"{i}</h1>{body}</article></body></html>"
        for i, body in enumerate(bodies)
    ]


# ---------------------------------------------------------------- what is run: each loads and gives a pass over items

Pass = Callable[[Sequence[str]], None]


def our_quantities() -> Pass:
    """Numbers with units and bounds, the parse, what is counted and what it is about: all that bench/quantities.py asks
    for."""
    from processing.claims.counted.counted import read_counted
    from processing.claims.document.document import parse_sentences
    from processing.claims.quantity.quantities import read_quantities

    def once(items: Sequence[str]) -> None:
        found = [read_quantities(item) for item in items]
        wanted = [index for index, quantities in enumerate(found) if quantities]
        for index, doc in zip(wanted, parse_sentences([items[index] for index in wanted]), strict=True):
            read_counted(doc, found[index])

    return once


def our_numbers() -> Pass:
    """Numbers with units and bounds alone, which is what quantulum3 gives."""
    from processing.claims.quantity.quantities import read_quantities

    def once(items: Sequence[str]) -> None:
        for item in items:
            read_quantities(item)

    return once


def quantulum() -> Pass:
    """quantulum3's quantities with units."""
    import warnings

    warnings.simplefilter("ignore")
    from quantulum3 import parser  # type: ignore[import-not-found,unused-ignore]

    def once(items: Sequence[str]) -> None:
        for item in items:
            parser.parse(item)

    return once


def our_claims() -> Pass:
    """Whole claims of articles: quantities, speakers, times, places, links, denials."""
    from processing.claims import read_text

    def once(items: Sequence[str]) -> None:
        for item in items:
            read_text(item, file="bench")

    return once


def our_batches() -> Pass:
    """The same of many articles at once, as the daily job reads them."""
    from bench.copies import as_article
    from processing.claims import read_many

    def once(items: Sequence[str]) -> None:
        read_many([as_article(str(index), item) for index, item in enumerate(items)])

    return once


def our_pages() -> Pass:
    """Pages into titles, texts, authors and times."""
    from contextlib import suppress
    from datetime import UTC, datetime

    from processing.clean.article import extract_page
    from processing.clean.body import warm_up
    from schemas.errors import PageError

    warm_up()  # as every process that cleans pages does before its first one

    def once(items: Sequence[str]) -> None:
        for item in items:
            with suppress(PageError):
                extract_page(item.encode(), "https://outlet.example/a", now=datetime(2027, 1, 1, tzinfo=UTC))

    return once


def stock_trafilatura() -> Pass:
    """trafilatura as it comes, with metadata."""
    from trafilatura import bare_extraction

    def once(items: Sequence[str]) -> None:
        for item in items:
            bare_extraction(item, url="https://outlet.example/a", with_metadata=True)

    return once


def our_copies() -> Pass:
    """Keys of articles, candidates by shared keys, scores: as bench/copies.py does."""
    from collections import Counter, defaultdict

    from bench.copies import CANDIDATES, as_article
    from processing.dedup import copy_keys, copy_score, is_copy

    def once(items: Sequence[str]) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        articles = [as_article(str(index), item) for index, item in enumerate(items)]
        for index, article in enumerate(articles):
            keys = copy_keys(article)
            shared = Counter(other for key in keys for other in holders[key])
            for other, _ in shared.most_common(CANDIDATES):
                is_copy(copy_score(article, articles[other]))
            for key in keys:
                holders[key].append(index)

    return once


def count_sentences(items: Sequence[str]) -> int:
    """Sentences of running text."""
    from processing.claims.document.document import read_document

    return sum(len(read_document(item).sentences) for item in items)


Count = Callable[[Sequence[str]], int]
PROGRAMS: dict[str, tuple[Callable[[], Pass], Callable[[], list[str]], Count, str]] = {
    "quantities": (our_quantities, sentences, len, "sentences"),
    "numbers": (our_numbers, sentences, len, "sentences"),
    "quantulum3": (quantulum, sentences, len, "sentences"),
    "claims": (our_claims, texts, count_sentences, "sentences"),
    "batches": (our_batches, texts, count_sentences, "sentences"),
    "pages": (our_pages, pages, len, "pages"),
    "trafilatura": (stock_trafilatura, pages, len, "pages"),
    "copies": (our_copies, lambda: [f"Copy {n}\n{text}" for text in texts() for n in range(3)], len, "articles"),
}
# measure: (ours, rival)
MEASURES = {
    "quantities": ("quantities", "quantulum3"),
    "numbers": ("numbers", "quantulum3"),
    "claims": ("claims", None),
    "batches": ("batches", None),
    "pages": ("pages", "trafilatura"),
    "copies": ("copies", None),
}


def work(name: str) -> None:
    """In a process of its own: load, see an item (and a few figures, without which no model is loaded), then two
    passes; prints what was done and the processor seconds of each."""
    sys.path.insert(0, str(ROOT))
    begin, data, count, _ = PROGRAMS[name]
    items = data()
    once = begin()
    once([*items[:1], "\n".join(made_sentences(3, seed=1))] if data in (sentences, texts) else items[:1])
    seconds = []
    for _ in range(2):
        started = time.process_time()
        once(items)
        seconds.append(time.process_time() - started)
    print(json.dumps({"done": count(items), "seconds": seconds}))


def timed(name: str, python: str) -> tuple[float, float] | None:
    """Things a second of a program in a new process, (first pass, second pass); None where it is not installed. Raises
    SystemExit where it fails."""
    command = [python, str(Path(__file__).resolve()), "--work", name]
    told = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ONE_CORE}, cwd=ROOT)
    if told.returncode:
        if "ModuleNotFoundError" in told.stderr and name == "quantulum3":
            return None
        sys.exit(f"{name} failed:\n{told.stderr[-2000:]}")
    found = json.loads(told.stdout.splitlines()[-1])
    first, second = found["seconds"]
    return found["done"] / first, found["done"] / second


def best(runs: list[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The best of the rounds, pass by pass."""
    kept = [run for run in runs if run is not None]
    return (max(run[0] for run in kept), max(run[1] for run in kept)) if kept else None


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quantulum", default=sys.executable, help="an interpreter that has quantulum3")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", choices=list(PROGRAMS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return 0
    print(f"{'measure':<12} {'first /s':>9} {'warm /s':>9} {'rival':<12} {'first /s':>9} {'warm /s':>9} {'ratio':>12}")
    for measure in given.only or MEASURES:
        ours, rival = MEASURES[measure]
        mine, theirs = [], []
        for _ in range(given.rounds):
            mine.append(timed(ours, sys.executable))
            theirs.append(timed(rival, given.quantulum if rival == "quantulum3" else sys.executable) if rival else None)
        a, b = best(mine), best(theirs)
        assert a is not None
        line = f"{measure:<12} {a[0]:>9.1f} {a[1]:>9.1f} {rival or '':<12} "
        if b is not None:
            line += f"{b[0]:>9.1f} {b[1]:>9.1f} {a[0] / b[0]:>5.2f} {a[1] / b[1]:>6.2f}"
        elif rival:
            line += (
                "not installed: pip install quantulum3 into an environment and give its interpreter with --quantulum"
            )
        print(f"{line}   {PROGRAMS[ours][3]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
