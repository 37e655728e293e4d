"""Every scorer on the evaluation data, one table: ours, the best known, what we reach for. Fails below
bench/floors.toml.

    python bench/accuracy.py [--only NAME ...] [--eval FOLDER]

Deterministic, no timing. A floor may only rise: raise it in the commit that earns it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
EVAL = Path(os.environ.get("COUNTERCLAIM_EVAL") or HERE.parent / "../shared/eval").resolve()
Numbers = dict[str, float]

# measure: (best known before us, what we reach for); sources in bench/README.md
KNOWN: dict[str, tuple[float | None, float]] = {
    "quantities.value": (0.904, 0.95),
    "quantities.value+change": (0.858, 0.92),
    "quantities.value+unit": (0.823, 0.90),
    "quantities.value+concept": (0.731, 0.82),
    "attribution.accuracy": (0.56, 0.75),
    "attribution.precision": (0.92, 0.90),
    "attribution.true_speaker": (0.94, 0.94),
    "claims.found": (0.79, 0.92),
    "claims.joined": (0.28, 0.75),
    "figures.grouping": (0.45, 0.80),
    "figures.interval": (0.63, 0.95),
    "figures.disputed_precision": (0.04, 0.90),
    "figures.disputed_recall": (0.51, 0.80),
    "mixed.grouping": (None, 0.75),
    "events.grouping": (None, 0.75),
    "events.findings_precision": (None, 0.80),
    "events.disputed_recall": (None, 0.55),
    "events.alerts_precision": (None, 0.90),
    "events.contradictions_found": (None, 0.30),
    "clean.title": (0.63, 0.97),
    "clean.day": (1.0, 1.0),
    "clean.minute": (0.10, 0.80),
    "clean.authors": (0.79, 0.90),
    "clean.body": (0.957, 0.957),
    "copies.f1": (0.99, 0.98),
    "second.claims.found": (None, 0.92),
    "second.claims.joined": (None, 0.75),
    "second.quantities.value": (None, 0.95),
    "second.quantities.value+change": (None, 0.88),
    "second.quantities.value+unit": (None, 0.84),
    "second.quantities.value+concept": (None, 0.80),
    "own.all.found": (None, 0.95),
    "own.all.joined": (None, 0.75),
}


def run(*command: object) -> str:
    """Standard output of a command. Raises SystemExit with what it said where it failed."""
    folder = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=env, cwd=HERE.parent)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(str(c) for c in command)}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout


def score(name: str, *args: object) -> str:
    """What a scorer prints."""
    return run(sys.executable, EVAL / "score" / f"{name}.py", *args)


def first(pattern: str, text: str) -> float:
    """The number that a pattern finds. Raises SystemExit where the scorer printed no such line."""
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"no {pattern!r} in what the scorer printed:\n{text[-2000:]}")
    return float(found.group(1))


def quantities(folder: Path, share: Path = EVAL) -> Numbers:
    """The authors' way of counting, on NewsQuant sentences."""
    gold = next(iter(sorted((share / "quantities").glob("newsquant-*.json"))))
    run(sys.executable, HERE / "quantities.py", gold, folder / "q.json")
    told = score("quant_score", "--gold", gold, "--pred", folder / "q.json", "--json")
    rows = {row["metric"]: row["F1"] for row in json.loads(told.splitlines()[-1])["rows"] if row["mode"] == "authors"}
    names = {
        "value": "value",
        "value+change": "value+change",
        "value+unit": "value+unit",
        "value+concept": "value+concept_partial",
    }
    return {ours: round(rows[theirs] / 100, 3) for ours, theirs in names.items()}


def attribution(folder: Path) -> Numbers:
    """Who says a figure, on PolNeAR articles; `true_speaker` is one minus the share of false speakers."""
    run(sys.executable, HERE / "attribution.py", EVAL / "attribution" / "text", folder / "a.json")
    told = score("attr_score", "--split", EVAL / "attribution", "--pred", folder / "a.json")
    return {
        "accuracy": first(r"accuracy \d+/\d+ = ([\d.]+)", told),
        "precision": first(r"precision (?:\d+/\d+ = )?([\d.]+)", told),
        "true_speaker": round(1 - first(r"false speaker \d+/\d+ = ([\d.]+)", told), 3),
    }


def claims(folder: Path, share: Path = EVAL) -> Numbers:
    """Whole claims on annotated articles."""
    score("run", "claims", folder / "c.json", share / "claims" / "text")
    told = score("claims_score", "--gold", share / "claims" / "gold", "--pred", folder / "c.json", "--json")
    found = json.loads(told.splitlines()[-1])["rows"]
    rows = found if isinstance(found, dict) else {row["level"]: row for row in found}
    return {level: round(rows[level]["F1"] / 100, 3) for level in ("found", "joined")}


def second(folder: Path) -> Numbers:
    """Whole claims and quantities of the second share, which was not looked at while the first rules were written."""
    found: Numbers = {}
    for name, bench in (("claims", claims), ("quantities", quantities)):
        found |= {f"{name}.{key}": value for key, value in bench(folder, EVAL / "second").items()}
    return found


def own(_folder: Path) -> Numbers:
    """Our own sentences (bench/claims), by kind of figure: found, and wholly right ("joined"); all field by field."""
    from bench.claims.score import count, shares

    found: Numbers = {}
    for (what, name), tally in count("dev").items():
        if what == "kind":
            found |= {f"{name}.{key}": round(shares(tally)[key], 3) for key in ("found", "joined")}
        elif not what:
            found |= {f"all.{key}": round(value, 3) for key, value in shares(tally).items()}
    return dict(sorted(found.items()))


def figures(folder: Path) -> Numbers:
    """Figures across outlets, one event a run."""
    score("run", "figures", folder / "f", EVAL / "clusters" / "articles")
    told = score("clusters_score", EVAL / "clusters" / "articles", EVAL / "clusters" / "gold", folder / "f")
    return {
        "grouping": first(r"grouping.* F1 ([\d.]+)", told),
        "interval": first(r"interval right ([\d.]+)", told),
        "disputed_precision": first(r"disputed  precision ([\d.]+)", told),
        "disputed_recall": first(r"recall ([\d.]+) of \d+ figures", told),
    }


def mixed(folder: Path) -> Numbers:
    """Figures across outlets, all events in one archive."""
    score("run", "mixed", folder / "m", EVAL / "clusters" / "articles")
    told = score("clusters_score", EVAL / "clusters" / "articles", EVAL / "clusters" / "gold", folder / "m")
    return {"grouping": first(r"grouping.* F1 ([\d.]+)", told)}


def clean(folder: Path) -> Numbers:
    """Saved English pages of real outlets."""
    pages = sorted(p.parent for p in (EVAL / "pages" / "en").rglob("meta.info"))
    score("run", "clean", folder / "p.json", *pages)
    told = score("clean_score", "--benchmark", "fundus", "--gold", *pages, "--pred", folder / "p.json")
    shares = {name: first(rf"{label}\s+\d+/\d+\s+([\d.]+) %", told) / 100 for name, label in _LABELS.items()}
    return {**{name: round(value, 3) for name, value in shares.items()}, "body": first(r"body F1 ([\d.]+)", told)}


_LABELS = {"title": "title", "day": "date", "minute": "minute", "authors": "author all"}


def copies(folder: Path) -> Numbers:
    """Near-duplicates with known edits."""
    score(
        "neardup_bench",
        "make",
        "--texts",
        EVAL / "attribution" / "text",
        "--out",
        folder / "n",
        "--truth",
        folder / "n.json",
    )
    run(sys.executable, HERE / "copies.py", folder / "n", folder / "np.json")
    return {
        "f1": first(
            r"F1 ([\d.]+)", score("neardup_bench", "score", "--truth", folder / "n.json", "--pred", folder / "np.json")
        )
    }


def events(_folder: Path) -> Numbers:
    """Figures and alerts on made events that the matcher has not learned from, and on those told as daily news is;
    findings that are silent, low and high apart."""
    found: Numbers = {}
    for share, before in (("dev", ""), ("daily", "daily.")):
        told = run(sys.executable, HERE / "events" / "score.py", "--share", share, "--json")
        found |= {before + name: round(value, 3) for name, value in json.loads(told)["all"].items()}
    return found


BENCHES: dict[str, Callable[[Path], Numbers]] = {
    "quantities": quantities,
    "attribution": attribution,
    "claims": claims,
    "second": second,
    "own": own,
    "figures": figures,
    "mixed": mixed,
    "events": events,
    "clean": clean,
    "copies": copies,
}


def measure(only: list[str] | None = None) -> Numbers:
    """All measures by name."""
    found: Numbers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in only or BENCHES:
            found.update({f"{name}.{key}": value for key, value in BENCHES[name](Path(folder)).items()})
    return found


def main() -> int:
    """Print the table; 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(BENCHES))
    args = parser.parse_args()
    if not (EVAL / "score").is_dir():
        sys.exit(f"no evaluation data at {EVAL}; set COUNTERCLAIM_EVAL to its folder")
    floors = {
        f"{a}.{b}": v
        for a, table in tomllib.loads((HERE / "floors.toml").read_text("utf8")).items()
        for b, v in table.items()
    }
    found = measure(args.only)
    low = []
    print(f"{'measure':<30} {'ours':>6} {'floor':>6} {'known':>6} {'reach':>6}")
    for name, value in found.items():
        known, reach = KNOWN.get(name, (None, None))
        floor = floors.get(name)
        missed = floor is not None and value < floor - 1e-9
        low += [name] if missed else []
        mark = "  BELOW ITS FLOOR" if missed else "" if reach is None or value >= reach else "  short of the reach"
        print(
            f"{name:<30} {value:>6.3f} {floor if floor is not None else '':>6} "
            f"{known if known is not None else '':>6} {reach if reach is not None else '':>6}{mark}"
        )
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
