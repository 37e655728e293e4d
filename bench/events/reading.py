"""Event files as articles and gold. The form is told in README.md beside this file.

`read_event` gives one event; `read_share` those of a share (train, dev, locked). Raises ValueError naming file and line
where a file is not in the form."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["SHARES", "Contradiction", "Event", "Figure", "Mention", "read_event", "read_share", "write_event"]

HERE = Path(__file__).parent
SHARES = ("train", "dev", "daily", "locked")
_MARK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]|]+)\|([^\[\]|]+)\]\]")
_NUMBER = r"n?-?\d[\d.]*(?:e\d+)?"
_VALUE = re.compile(rf"(?P<sign>>=|<=|>|<|~|\^)?(?P<low>{_NUMBER})(?:-(?P<high>{_NUMBER}))?(?P<unsure>\??)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One number of one article: `doc` the article's number, offsets in its text, its interval (figures.md 3, without
    tolerance), and `sure`: False where two careful editors could group it differently."""

    doc: int
    start: int
    end: int
    low: float | None
    high: float | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that two or more articles count; `same_thing` names the figure that is the same in another unit."""

    id: str
    kind: str
    unit: str
    what: str
    same_thing: str | None
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A pair of articles whose numbers of a figure a desk editor calls a contradiction, with the finding's name."""

    figure: str
    docs: tuple[int, int]
    finding: str
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """Articles in the form of the `figures` command, and the gold: `single` are claims that one article alone makes,
    `unsure` mentions that count for nothing."""

    name: str
    kind: str
    articles: tuple[dict[str, Any], ...]
    figures: tuple[Figure, ...]
    contradictions: tuple[Contradiction, ...]
    single: tuple[Mention, ...]
    unsure: tuple[Mention, ...]

    def gold(self) -> dict[str, Any]:
        """The gold as the scorers of clusters want it."""

        def told(m: Mention) -> dict[str, Any]:
            place = {"doc": m.doc, "start": m.start, "end": m.end}
            return {**place, "low": m.low, "high": m.high, "sure": m.sure, "value_sure": m.sure}

        return {
            "cluster": self.name,
            "figures": [
                {
                    "id": f.id,
                    "what": f.what,
                    "kind": f.kind,
                    "unit": f.unit,
                    "same_thing": f.same_thing,
                    "mentions": [told(m) for m in f.mentions],
                }
                for f in self.figures
            ],
            "unsure": [told(m) for m in self.unsure],
            "real_contradictions": [
                {"figure": c.figure, "docs": list(c.docs), "finding": c.finding, "note": c.note}
                for c in self.contradictions
            ],
        }


def _number(text: str) -> float:
    return -float(text.lstrip("n-")) if text.startswith("n") else float(text)


def read_value(text: str) -> tuple[float | None, float | None, bool]:
    """(low, high, sure) of a mark's value: "31", ">=31", ">31", "<=31", "<31", "~40", "^40", "30-40", "?" behind it
    where it is unsure."""
    found = _VALUE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"value {text!r} is none of 31, >=31, >31, <=31, <31, ~40, ^40, 30-40")
    low, sure = _number(found["low"]), not found["unsure"]
    if found["high"] is not None:
        return low, _number(found["high"]), sure
    spread = {
        None: (low, low),
        ">=": (low, None),
        ">": (low, None),
        "<=": (0.0, low),
        "<": (0.0, low),
        "~": (0.9 * low, 1.1 * low),
        "^": (0.9 * low, low),
    }[found["sign"]]
    return (*spread, sure)


def read_event(path: Path) -> Event:
    """One event file. Raises ValueError naming the file and what is not in the form."""
    head = re.match(
        r"event: (?P<name>\S+)\nkind: (?P<kind>\S+)\nfigures:\n(?P<figures>.*?)contradictions:\n(?P<pairs>.*?)"
        r"articles:\n(?P<articles>.*)",
        path.read_text("utf8"),
        re.S,
    )
    if head is None:
        raise ValueError(f"{path}: no event, kind, figures, contradictions, articles")
    articles, marks = _articles(path, head["name"], head["articles"])
    figures = []
    for line in filter(str.strip, head["figures"].splitlines()):
        key, kind, unit, what, *rest = (part.strip() for part in line.split("|"))
        same = next((r.removeprefix("same:").strip() for r in rest if r.startswith("same:")), None)
        figures.append(Figure(key, kind, unit, what, same, tuple(m for k, m in marks if k == key and m.sure)))
    known = {figure.id for figure in figures}
    if strange := {key for key, _ in marks} - known - {"_"}:
        raise ValueError(f"{path}: marks of figures that the head does not name: {', '.join(sorted(strange))}")
    return Event(
        head["name"],
        head["kind"],
        tuple(articles),
        tuple(figures),
        tuple(_contradictions(head["pairs"])),
        tuple(m for k, m in marks if k == "_" and m.sure),
        tuple(m for _, m in marks if not m.sure),
    )


def _articles(path: Path, name: str, text: str) -> tuple[list[dict[str, Any]], list[tuple[str, Mention]]]:
    """The articles with their marks taken out, and the marks: (figure's key or "_", mention)."""
    articles: list[dict[str, Any]] = []
    marks: list[tuple[str, Mention]] = []
    for piece in re.split(r"^=== ", text, flags=re.M)[1:]:
        head, _, body = piece.partition("\n")
        number, outlet, _, published = (part.strip() for part in head.split("|"))
        doc, plain, position = int(number), "", 0
        body = body.strip()
        for mark in _MARK.finditer(body):
            plain += body[position : mark.start()]
            try:
                low, high, sure = read_value(mark[3])
            except ValueError as why:
                raise ValueError(f"{path}: article {doc}: {why}") from why
            marks.append((mark[2].strip(), Mention(doc, len(plain), len(plain) + len(mark[1]), low, high, sure)))
            plain += mark[1]
            position = mark.end()
        plain += body[position:]
        articles.append(
            {
                "id": f"{name}-{doc}",
                "url": f"https://{outlet}/{name}-{doc}",
                "outlet": outlet,
                "published": published,
                "title": plain.split("\n", 1)[0],
                "text": plain,
            }
        )
    return articles, marks


def _contradictions(text: str) -> list[Contradiction]:
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) >= 3:
            first, second = (int(n) for n in re.findall(r"\d+", parts[1]))
            found.append(Contradiction(parts[0], (first, second), parts[2], " ".join(parts[3:])))
    return found


def read_share(share: str, folder: Path = HERE) -> list[Event]:
    """The events of a share (one of SHARES), by name."""
    return [read_event(path) for path in sorted((folder / share).glob("*.txt"))]


def write_event(event: Event, articles: Path, gold: Path) -> None:
    """Articles as JSON lines and the gold as JSON, for programs that read those."""
    articles.mkdir(parents=True, exist_ok=True)
    gold.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in event.articles)
    (articles / f"{event.name}.jsonl").write_text(lines, "utf8")
    (gold / f"{event.name}.json").write_text(json.dumps(event.gold(), ensure_ascii=False, indent=1), "utf8")
