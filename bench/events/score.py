"""Figures, findings and alerts on made events, by share and by kind of event.

    python bench/events/score.py [--share dev] [--kind flood ...] [--errors]

grouping: B-cubed over the mentions that two or more articles make (Bagga and Baldwin 1998); a mention that the gold
does not have has precision 0, one that is lacking has recall 0, unsure ones count for nothing. findings: those other
than agrees, narrows and hardens within one figure; right where both mentions are of one gold figure, of two articles,
and their intervals with tolerance do not overlap. disputed: gold figures with such a pair of which one is found.
alerts: the findings of severity high or low; right where an editor lists a contradiction of that figure. found:
listed contradictions (figure and pair of articles' values) that an alert tells."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.events.reading import SHARES, Event, Figure, Mention, read_share
from processing.pipeline.archive import read_archive

QUIET = {"agrees", "narrows", "hardens"}
Placed = tuple[Figure, Mention]


@dataclass
class Tally:
    """Sums over events; `table` gives the shares."""

    gold: int = 0
    system: int = 0
    recall: float = 0.0
    precision: float = 0.0
    said: int = 0
    right: int = 0
    disputed: int = 0
    caught: int = 0
    silent: int = 0
    silent_right: int = 0
    alerts: int = 0
    alerts_right: int = 0
    high: int = 0
    high_right: int = 0
    listed: int = 0
    told: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def measures(self) -> dict[str, float]:
        """The shares that the module's docstring defines, 0 to 1; 0 where there is nothing to count."""
        p, r = _share(self.precision, self.system), _share(self.recall, self.gold)
        return {
            "grouping": _share(2 * p * r, p + r),
            "findings_precision": _share(self.right, self.said),
            "disputed_recall": _share(self.caught, self.disputed),
            "alerts_precision": _share(self.alerts_right, self.alerts),
            "silent_precision": _share(self.silent_right, self.silent),
            "low_precision": _share(self.alerts_right - self.high_right, self.alerts - self.high),
            "high_precision": _share(self.high_right, self.high),
            "contradictions_found": _share(self.told, self.listed),
        }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _ends(m: Mention, unit: str) -> tuple[Decimal, Decimal, Decimal]:
    """The interval with its tolerance (figures.md 3), and the tolerance."""
    tolerance = Decimal(0)
    if m.low is not None and m.low == m.high and m.low:
        value = abs(Decimal(str(m.low)))
        value = value if unit == "magnitude" else value.normalize()
        if unit != "count" or value >= 100:
            tolerance = min(Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2, value / 10)
    low = Decimal("-Infinity") if m.low is None else Decimal(str(m.low)) - tolerance
    high = Decimal("Infinity") if m.high is None else Decimal(str(m.high)) + tolerance
    return low, high, tolerance


def apart(a: Mention, b: Mention, unit: str) -> bool:
    """Whether two intervals with their tolerance do not overlap; touching at a widened end is apart."""
    (a0, a1, ta), (b0, b1, tb) = _ends(a, unit), _ends(b, unit)
    return a1 < b0 or b1 < a0 or (bool(ta or tb) and (a1 == b0 or b1 == a0))


def placed(event: Event, mention: dict[str, Any]) -> Placed | str | None:
    """The gold mention under one of ours; "unsure" where the gold is; None where it has none of two articles."""
    doc, start, end = int(str(mention["id"]).rsplit("-", 1)[1]), mention["start"], mention["end"]
    hits = [(f, m) for f in event.figures for m in f.mentions if m.doc == doc and m.start < end and start < m.end]
    if hits:
        return min(hits, key=lambda hit: abs(hit[1].start - start))
    return "unsure" if any(m.doc == doc and m.start < end and start < m.end for m in event.unsure) else None


def score_event(event: Event, objects: Iterable[dict[str, Any]]) -> Tally:
    """What the objects of the `figures` command score on an event."""
    tally = Tally()
    where: dict[Mention, set[Placed]] = {}
    figures = [f for f in objects if "mentions" in f]
    rows = [[placed(event, m) for m in figure["mentions"]] for figure in figures]
    for row, figure in zip(rows, figures, strict=True):
        members = [hit for hit in row if hit != "unsure"]
        held = {hit for hit in members if isinstance(hit, tuple)}
        for hit in members:
            tally.system += 1
            if isinstance(hit, tuple):
                tally.precision += len({m for f, m in held if f.id == hit[0].id}) / len(members)
                where.setdefault(hit[1], held)
        _findings(event, figure, row, tally)
    for gold in event.figures:
        for mention in gold.mentions:
            tally.gold += 1
            held = where.get(mention, set())
            tally.recall += len({m for f, m in held if f.id == gold.id}) / len(gold.mentions)
    _disputed(event, figures, rows, tally)
    return tally


def _pairs(figure: dict[str, Any], row: Sequence[Placed | str | None]) -> list[tuple[dict[str, Any], Any, Any]]:
    loud = [x for x in figure["findings"] if x["finding"] not in QUIET and not _is_bare_denial(x, row)]
    return [
        (x, row[x["earlier"]], row[x["later"]]) for x in loud if "unsure" not in (row[x["earlier"]], row[x["later"]])
    ]


def _is_bare_denial(finding: dict[str, Any], row: Sequence[Placed | str | None]) -> bool:
    """Whether a number is only denied, or altered in a copy, to one that is not apart: the gold has no such pairs."""
    if finding["finding"] not in ("denies", "altered"):
        return False
    a, b = row[finding["earlier"]], row[finding["later"]]
    return not (isinstance(a, tuple) and isinstance(b, tuple) and apart(a[1], b[1], a[0].unit))


def _is_right(a: Any, b: Any) -> bool:
    """Whether two gold mentions are of one figure and two articles, and apart."""
    if not (isinstance(a, tuple) and isinstance(b, tuple)) or a[0].id != b[0].id or a[1].doc == b[1].doc:
        return False
    return apart(a[1], b[1], a[0].unit)


def _findings(event: Event, figure: dict[str, Any], row: Sequence[Placed | str | None], tally: Tally) -> None:
    listed = {c.figure for c in event.contradictions}
    for finding, a, b in _pairs(figure, row):
        right = _is_right(a, b)
        tally.said += 1
        tally.right += right
        if finding["severity"] is None:
            tally.silent += 1
            tally.silent_right += right
            continue
        real = right and a[0].id in listed
        tally.alerts += 1
        tally.alerts_right += real
        tally.high += finding["severity"] == "high"
        tally.high_right += real and finding["severity"] == "high"
        if not real:
            tally.misses.append(f"{event.name}: {finding['severity']} {finding['text']}")


def _disputed(event: Event, figures: list[dict[str, Any]], rows: list[list[Any]], tally: Tally) -> None:
    """Disputed figures of which a finding is told, and listed contradictions of which an alert is."""
    caught: set[str] = set()
    alerted: list[tuple[str, Mention, Mention]] = []
    for figure, row in zip(figures, rows, strict=True):
        for finding, a, b in _pairs(figure, row):
            if _is_right(a, b):
                caught.add(a[0].id)
                if finding["severity"] is not None:
                    alerted.append((a[0].id, a[1], b[1]))
    for gold in event.figures:
        ms = gold.mentions
        if any(a.doc != b.doc and apart(a, b, gold.unit) for a in ms for b in ms):
            tally.disputed += 1
            tally.caught += gold.id in caught
    for pair in event.contradictions:
        tally.listed += 1
        values = [
            {(m.low, m.high) for f in event.figures if f.id == pair.figure for m in f.mentions if m.doc == d}
            for d in pair.docs
        ]
        tally.told += any(
            id == pair.figure
            and (
                ((a.low, a.high) in values[0] and (b.low, b.high) in values[1])
                or ((b.low, b.high) in values[0] and (a.low, a.high) in values[1])
            )
            for id, a, b in alerted
        )


def score_share(share: str, kinds: Sequence[str] = ()) -> dict[str, Tally]:
    """Tallies by kind of event, and over all under "all"."""
    found: dict[str, Tally] = defaultdict(Tally)
    for event in read_share(share):
        if kinds and event.kind not in kinds:
            continue
        tally = score_event(event, read_archive(event.articles, one_story=True))
        found[event.kind].add(tally)
        found["all"].add(tally)
    return dict(found)


def main() -> int:
    """Print the table by kind; with --errors each alert that no editor would raise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", default="dev", choices=SHARES)
    parser.add_argument("--kind", nargs="*", default=())
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--json", action="store_true", help="the measures by kind as JSON, nothing else")
    args = parser.parse_args()
    found = score_share(args.share, args.kind)
    if args.json:
        print(json.dumps({kind: tally.measures() for kind, tally in sorted(found.items())}, indent=1))
        return 0
    names = (
        "grouping",
        "findings_precision",
        "disputed_recall",
        "silent_precision",
        "alerts_precision",
        "low_precision",
        "high_precision",
        "contradictions_found",
    )
    print(f"{'':<24}" + "".join(f"{name.replace('_', ' '):>22}" for name in names))
    for kind, tally in sorted(found.items(), key=lambda item: (item[0] == "all", item[0])):
        counts = {
            "findings_precision": tally.said,
            "disputed_recall": tally.disputed,
            "silent_precision": tally.silent,
            "alerts_precision": tally.alerts,
            "low_precision": tally.alerts - tally.high,
            "high_precision": tally.high,
            "contradictions_found": tally.listed,
        }
        shown = (f"{v:.3f}" + (f" of {counts[n]}" if n in counts else "") for n, v in tally.measures().items())
        print(f"{kind:<24}" + "".join(f"{cell:>22}" for cell in shown))
    if args.errors:
        print("\n".join(found["all"].misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
