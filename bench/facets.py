"""How well each facet of a claim tells one figure from two, on the made events.

    python bench/facets.py [--share train] [--apart]

Pairs of gold mentions of two articles whose claims have one unit, aspect and event class. `known`: share of the pairs
in which the facet agrees or differs. Precision of "differ": share of those pairs that are of two figures; of "agree":
share that is of one. The first line gives what a facet that knows nothing would have. `lost`: share of the pairs of one
figure that the facet says differ. --apart: only pairs whose intervals do not overlap, which is where false findings
come from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.events.reading import SHARES, Event, Mention, read_share
from processing.agreement import FACETS
from processing.claims import read_text
from processing.figures.read_facets import read_facets
from processing.intervals import apart
from schemas.records import Claim

Pair = tuple[Claim, Claim, bool]  # two claims, and whether they are of one figure


def gold_claims(event: Event) -> dict[Mention, Claim]:
    """The claim that covers each sure gold mention, the nearest where several do."""
    gold = [m for figure in event.figures for m in figure.mentions] + list(event.single)
    found: dict[Mention, Claim] = {}
    for number, article in enumerate(event.articles, 1):
        doc = int(str(article["id"]).rsplit("-", 1)[1])
        given = str(article["published"])
        text = str(article["text"])
        for claim in read_text(text, file=f"{event.name}-{number}", published=_time(given)).claims:
            hits = [m for m in gold if m.doc == doc and m.start < claim.end and claim.start < m.end]
            if hits:
                found.setdefault(min(hits, key=lambda m: abs(m.start - claim.start)), claim)
    return found


def _time(given: str) -> datetime:
    return datetime.fromisoformat(given.replace("Z", "+00:00"))


def pairs_of(event: Event, *, only_apart: bool) -> Iterator[Pair]:
    """The event's pairs of two articles with one unit, aspect and event class."""
    claims = gold_claims(event)
    figure = {m: f.id for f in event.figures for m in f.mentions}
    classes = {f.claim.id: f.event for f in read_facets(list(claims.values()))}
    for (m, a), (n, b) in combinations(claims.items(), 2):
        one_kind = a.unit == b.unit and a.aspect == b.aspect and classes[a.id] == classes[b.id]
        if m.doc != n.doc and one_kind and (apart(a, b) or not only_apart):
            yield a, b, m in figure and figure.get(m) == figure.get(n)


def table(pairs: Sequence[Pair]) -> str:
    """The table as text."""
    one = sum(same for *_, same in pairs)
    lines = [f"{len(pairs)} pairs, of one figure {one / len(pairs):.3f}, of two {1 - one / len(pairs):.3f}"]
    lines.append(f"{'':<12}{'known':>8}{'differ':>9}{'precision':>10}{'agree':>9}{'precision':>10}{'lost':>8}")
    for name, rule in FACETS.items():
        told = [(rule(a.facets, b.facets), same) for a, b, same in pairs if a.facets and b.facets]
        differ = [same for said, same in told if said == "differ"]
        agree = [same for said, same in told if said == "agree"]
        cells = (
            f"{(len(differ) + len(agree)) / len(pairs):>8.3f}",
            f"{len(differ):>9}",
            f"{1 - sum(differ) / len(differ):>10.3f}" if differ else f"{'-':>10}",
            f"{len(agree):>9}",
            f"{sum(agree) / len(agree):>10.3f}" if agree else f"{'-':>10}",
            f"{sum(differ) / max(one, 1):>8.3f}",
        )
        lines.append(f"{name:<12}" + "".join(cells))
    return "\n".join(lines)


def main() -> int:
    """Print the table of a share."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", default="train", choices=SHARES)
    parser.add_argument("--apart", action="store_true")
    args = parser.parse_args()
    found = [pair for event in read_share(args.share) for pair in pairs_of(event, only_apart=args.apart)]
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
