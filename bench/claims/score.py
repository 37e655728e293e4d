"""Whole claims on own sentences and passages, by kind of figure and by form of source.

    python bench/claims/score.py [--share dev] [--kind money ...] [--form poll ...] [--errors]

Gold: `<share>/*.jsonl`, told in README.md. A gold claim is found where a claim of ours overlaps its figure; it is
joined where value, bound, unit, aspect, what, source and stance are all right. What the gold marks as unsure counts as
right. Claims of ours that overlap no gold claim count against precision ("false"), more so in a `none` span."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from processing.claims import read_text
from processing.measures import convert, dimension

HERE = Path(__file__).parent
FIELDS = ("value", "unit", "aspect", "what", "source", "stance")


def items(share: str) -> list[dict[str, Any]]:
    """The items of a share, with `file` (the kind they were written for)."""
    found = []
    for path in sorted((HERE / share).glob("*.jsonl")):
        found += [{**json.loads(line), "file": path.stem} for line in path.read_text("utf8").splitlines() if line]
    return found


def _near(a: float | None, b: float | None) -> bool:
    return a is b or (a is not None and b is not None and abs(a - b) <= 0.011 * max(abs(a), abs(b)))


def _unit(unit: str | None) -> str:
    return re.sub(r"[ -]", "_", unit or "").lower()


def _word(text: str | None) -> str:
    """The last word of a name or phrase, singular as far as a plain s or es tells, in small letters."""
    words = re.findall(r"[\w.&-]+", (text or "").lower())
    last = words[-1].strip(".") if words else ""
    return last[:-1] if last.endswith("s") and not last.endswith("ss") else last


def _heads(text: str | None) -> set[str]:
    """Every word of a phrase, singular: a gold head is met where it is one of them."""
    return {_word(word) for word in re.findall(r"[\w.&-]+", text or "")}


_SAME = {"basis_point": ("percentage_point", 0.01)}  # units that have another name here, and what one of them is


def _in_gold_unit(gold: dict[str, Any], ours: Any) -> tuple[str, float | None, float | None]:
    """Unit, low and high of our claim in the gold's unit, where both measure one thing ("14.9 Mt" is 14.9 million
    tonnes), else as they are."""
    unit, low, high = _unit(ours.unit), ours.low, ours.high
    wanted = _unit(gold["unit"])
    if unit == wanted or not gold["unit"]:
        return unit, low, high
    if wanted in _SAME and _SAME[wanted][0] == unit:
        factor = 1 / _SAME[wanted][1]
        return wanted, *(None if v is None else v * factor for v in (low, high))
    for name in (gold["unit"], gold["unit"].replace("_", " "), gold["unit"].replace("_", "-")):
        if dimension(ours.unit) == dimension(name) not in (None, "money", "count"):
            return wanted, *(None if v is None else convert(v, ours.unit, name) for v in (low, high))
    return unit, low, high


def right(gold: dict[str, Any], ours: Any) -> dict[str, bool]:
    """Whether each field of a claim is as the gold has it; what the gold is unsure of is right."""
    unsure = set(gold.get("unsure", ()))
    unit, low, high = _in_gold_unit(gold, ours)
    bound = {"at_most": "high", "less_than": "high"}.get(gold["approx"])
    same = _near(gold["high"], high) if bound else _near(gold["low"], low) and _near(gold["high"], high)
    what = {_word(head) for head in gold["what_heads"] or ()}
    source = {_word(head) for head in gold["source_heads"] or ()}
    said = ours.source if ours.source_status != "outlet" else None
    found = {
        "value": same,
        "unit": _unit(gold["unit"]) == unit and (gold.get("per") is None) == (ours.per is None),
        "aspect": gold["aspect"] == ours.aspect,
        "what": bool(what & (_heads(ours.what) | {_word(ours.what_head)})) if what else ours.what is None,
        "source": bool(source & (_heads(said) | {_word(ours.source_head)})) if source else not said,
        "stance": gold["stance"] == ours.stance,
    }
    aliases = {"value": {"low", "high", "approx", "fig"}, "unit": {"unit", "per"}}
    return {k: v or bool(({k, "claim"} | aliases.get(k, set())) & unsure) for k, v in found.items()}


def score_item(item: dict[str, Any]) -> tuple[list[tuple[dict[str, Any], Any, dict[str, bool]]], list[Any]]:
    """(gold claim, our claim or None, fields right) for every gold claim, and our claims that no gold claim has."""
    ours = list(read_text(item["text"], file=item["id"], country=item.get("country")).claims)
    left, rows = list(ours), []
    for gold in item["claims"]:
        start = item["text"].index(gold["ctx"]) + gold["ctx"].index(gold["fig"])
        end = start + len(gold["fig"])
        hits = [c for c in left if c.start < end and start < c.end]
        best = max(hits, key=lambda c: sum(right(gold, c).values()), default=None)
        if best is not None:
            left.remove(best)
        rows.append((gold, best, right(gold, best) if best is not None else {}))
    return rows, left


Tally = dict[str, int]
Key = tuple[str, str]


def count(share: str, kinds: Sequence[str] = (), forms: Sequence[str] = (), errors: bool = False) -> dict[Key, Tally]:
    """How many gold claims, found and right by field, by ("kind", name), ("form", name) and ("", "all")."""
    told: dict[Key, Tally] = defaultdict(lambda: defaultdict(int))
    for item in items(share):
        if (kinds and item["file"] not in kinds) or (forms and item["form"] not in forms):
            continue
        rows, extra = score_item(item)
        for key in (("kind", item["file"]), ("form", item["form"]), ("", "all")):
            tally = told[key]
            tally["false"] += len(extra)
            for _, ours, fields in rows:
                tally["gold"] += 1
                tally["found"] += ours is not None
                tally["joined"] += bool(fields) and all(fields.values())
                for name in FIELDS:
                    tally[name] += fields.get(name, False)
        if errors:
            _print_errors(item, rows, extra)
    return told


def shares(tally: Tally) -> dict[str, float]:
    """Found and joined of the gold claims; each field of those found."""
    made = {"found": tally["found"] / max(tally["gold"], 1)}
    made |= {name: tally[name] / max(tally["found"], 1) for name in FIELDS}
    return made | {"joined": tally["joined"] / max(tally["gold"], 1)}


def main() -> int:
    """Print the table by kind and by form; with --errors each miss in a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", default="dev")
    parser.add_argument("--kind", nargs="*", default=())
    parser.add_argument("--form", nargs="*", default=())
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    told = count(args.share, args.kind, args.form, args.errors)
    print(f"{'':<6}{'':<15}" + "".join(f"{n:>8}" for n in ("gold", "found", *FIELDS, "joined", "false")))
    for (what, name), tally in sorted(told.items(), key=lambda row: (row[0][0] == "", row[0])):
        found = shares(tally)
        columns = [found["found"], *(found[f] for f in FIELDS), found["joined"]]
        print(
            f"{what:<6}{name:<15}{tally['gold']:>8}" + "".join(f"{v:>8.3f}" for v in columns) + f"{tally['false']:>8}"
        )
    return 0


def _print_errors(
    item: dict[str, Any], rows: list[tuple[dict[str, Any], Any, dict[str, bool]]], extra: list[Any]
) -> None:
    bad = [(g, o, f) for g, o, f in rows if o is None or not all(f.values())]
    if bad or extra:
        print(f"\n{item['id']} [{item['form']}] {item['text']}")
    for gold, ours, fields in bad:
        if ours is None:
            print(f"   not found: {gold['fig']!r}")
            continue
        wrong = [name for name, good in fields.items() if not good]
        want = {
            "value": (gold["low"], gold["high"]),
            "unit": (gold["unit"], gold.get("per")),
            "what": gold["what_heads"],
        }
        want |= {"source": gold["source_heads"], "aspect": gold["aspect"], "stance": gold["stance"]}
        have = {"value": (ours.low, ours.high), "unit": (ours.unit, ours.per), "what": ours.what, "source": ours.source}
        have |= {"aspect": ours.aspect, "stance": ours.stance}
        print(f"   {gold['fig']!r}: " + "; ".join(f"{name} {have[name]!r}, right {want[name]!r}" for name in wrong))
    for claim in extra:
        print(f"   false: {claim.text!r} ({claim.what})")


if __name__ == "__main__":
    sys.exit(main())
