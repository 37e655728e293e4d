"""How records are shown in the page: one side of a contradiction, a text with its numbers marked, low / central / high
as a bar."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.tables import (
    capital,
    central_words,
    changes,
    counted_words,
    day_of,
    gap_words,
    high_words,
    lead_finding,
    scale_end,
    short_day,
    short_value,
    side_names,
    split_at_number,
    stance_words,
    who,
)
from schemas.records import Alert, Article, Claim, Denial, Figure, FigureDay, Finding

__all__ = [
    "Axis",
    "Bar",
    "Contradiction",
    "Part",
    "Side",
    "bar",
    "bars",
    "contradiction",
    "explained",
    "marked_text",
    "matches",
    "outward",
    "pair_axis",
    "short_range",
    "side_of",
    "typed_value",
]

BAR_WIDTH = 220  # px, as in style.css
AXIS_WIDTH = 180


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `claim` is the id of the claim whose number it is, None for what stands around, "" for another
    mark."""

    text: str
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Who says how many of what, and where. `counted`: what stands before the number, the number, what stands behind
    it."""

    label: str
    name: str
    does: str  # "", "denies", "disputes"
    counted: tuple[str, str, str]
    sentence: tuple[str, str, str]
    outlet: str
    day: str
    url: str | None
    article: str
    claim: str | None
    outlet_id: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on an axis: its ends (px), whether each is open, and the value as text."""

    low: float
    high: float
    open_below: bool
    open_above: bool
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Two values on one axis from 0 on."""

    before: Mark
    now: Mark
    top: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An alert with both its sides. `gap`: how many times apart, in words, None where no ratio says it."""

    alert: Alert
    now: Side | None
    before: Side | None
    gap: str | None
    finding: Finding | None
    axis: Axis | None


def outward(url: str) -> str | None:
    """The address as a link to follow; None for one that is not of the web (a file that was read, a page's
    "javascript:", no address at all)."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # "http://[": brackets that hold no address of IPv6, or letters that become others in a host
        return None


def side_of(record: Claim | Denial | None, label: str = "") -> Side | None:
    """One side; None where the record is no more."""
    if record is None:
        return None
    day = day_of(record)
    url = outward(record.url)
    if isinstance(record, Denial):
        sentence = (" ".join(record.sentence.split()), "", "")
        return Side(
            label,
            capital(record.source or "somebody"),
            record.stance,
            ("", "", ""),
            sentence,
            record.outlet_name,
            day,
            url,
            record.article_id,
            None,
            record.outlet,
        )
    does = stance_words(record).strip()
    name = capital(who(record))
    return Side(
        label,
        name,
        does,
        counted_words(record),
        split_at_number(record),
        record.outlet_name,
        day,
        url,
        record.article_id,
        record.id,
        record.outlet,
    )


def typed_value(claim: Claim) -> str:
    """A claim's number as somebody would type it into a form: "300", "300-400", "300+"."""
    ends = ["" if v is None else f"{v:g}" if abs(v) < 1e6 else f"{v:.0f}" for v in (claim.low, claim.high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}+" if not ends[1] else f"{ends[0]}-{ends[1]}"


def contradiction(
    alert: Alert, claims: Mapping[str, Claim], findings: Mapping[str, Finding], denials: Mapping[str, Denial]
) -> Contradiction:
    """An alert with what it speaks of."""
    finding = lead_finding(alert, findings)
    earlier, later = claims.get(alert.earlier), claims.get(alert.later)
    before, now = side_names(alert, earlier, later)
    return Contradiction(
        alert,
        side_of(later or denials.get(alert.later), now),
        side_of(earlier, before),
        gap_words(finding),
        finding,
        pair_axis(earlier, later) if earlier is not None and later is not None else None,
    )


def pair_axis(earlier: Claim, later: Claim) -> Axis | None:
    """Both values on one axis; None where they are of two units, or nothing is known of one."""
    ends = [v for c in (earlier, later) for v in (c.low, c.high) if v is not None]
    known = all((c.low, c.high) != (None, None) for c in (earlier, later))
    if not known or (earlier.unit, earlier.per) != (later.unit, later.per) or min(ends) < 0:
        return None
    top = max(ends) or 1.0

    def place(value: float) -> float:
        return round(value / top * (AXIS_WIDTH - 24) + 8, 1)

    def mark(claim: Claim) -> Mark:
        low, high = claim.low, claim.high
        near, far = (high if low is None else low), (low if high is None else high)
        assert near is not None
        assert far is not None
        return Mark(place(near), place(far), low is None, high is None, short_range(low, high, claim.unit))

    return Axis(mark(earlier), mark(later), short_value(top, later.unit))


def short_range(low: float | None, high: float | None, unit: str) -> str:
    """ "300", "at least 1,000", "at most 50", "90 to 110"."""
    if low is None or high is None:
        return f"at least {short_value(low, unit)}" if high is None else f"at most {short_value(high, unit)}"
    return short_value(low, unit) if low == high else f"{short_value(low, unit)} to {short_value(high, unit)}"


def marked_text(article: Article, claims: Iterable[Claim]) -> list[list[Part]]:
    """The paragraphs of an article's text with the numbers of its claims marked; of two that overlap the first."""
    marks: list[Claim] = []
    for claim in sorted((c for c in claims if c.field == "text"), key=lambda c: (c.start, -c.end)):
        if not marks or claim.start >= marks[-1].end:
            marks.append(claim)
    paragraphs = []
    waiting = deque(marks)
    for found in re.finditer(r"[^\n](?:[^\n]|\n(?!\n))*", article.text):
        at, parts = found.start(), []
        while waiting and waiting[0].start < found.end():
            claim = waiting.popleft()
            if found.start() <= claim.start < claim.end <= found.end():
                parts += [Part(article.text[at : claim.start]), Part(article.text[claim.start : claim.end], claim.id)]
                at = claim.end
        paragraphs.append([p for p in (*parts, Part(article.text[at : found.end()])) if p.text])
    return paragraphs


def matches(snippet: str) -> list[Part]:
    """A search result's passage, whose matches stand between [ and ]."""
    return [Part(text, "" if i % 2 else None) for i, text in enumerate(re.split(r"\[([^\]\[]*)\]", snippet)) if text]


def explained(explanation: str) -> list[tuple[str, list[Part], str | None]]:
    """A finding's explanation line by line: what it says ("as of"), the text with its numbers marked, the address where
    it is one."""
    lines = []
    for line in explanation.splitlines():
        label, colon, rest = line.partition(": ")
        label, rest = (label.strip(), rest) if colon and len(label) < 12 else ("", line)
        parts = [Part(text, "" if i % 2 else None) for i, text in enumerate(re.split(r"\[\[(.*?)\]\]", rest)) if text]
        lines.append((label, parts, outward(rest.strip()) if label == "link" else None))
    return lines


# ---------------------------------------------------------------- low / central / high


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure on a day: values as text and their places on a bar (px); `at` is None where nothing recent is known.
    `open`: no upper end."""

    day: str
    low: str
    central: str
    high: str
    at: tuple[float, float, float] | None
    open: bool
    origins: int


def bars(figure: Figure, days: Sequence[FigureDay]) -> tuple[list[Bar], str]:
    """The days on which something changed, on one scale from 0, and the scale's end as text."""
    shown = changes(days)
    top = scale_end(shown)
    return [bar(figure, d, top) for d in shown], short_value(top, figure.unit)


def bar(figure: Figure, d: FigureDay, top: float) -> Bar:
    """One day on a scale from 0 to `top`, in the figure's unit."""
    known = [v for v in (d.low, d.central, d.high) if v is not None]
    if not d.origins or not known:
        return Bar(short_day(d.day), "–", "–", "–", None, False, d.origins)

    def place(value: float) -> float:
        return round(max(0.0, min(1.0, value / top)) * (BAR_WIDTH - 12) + 6, 1)

    central = d.central if d.central is not None else known[0]
    at = (place(min(known)), place(central), place(max(known)))
    return Bar(
        short_day(d.day),
        short_value(d.low, figure.unit),
        central_words(d, figure.unit),
        high_words(d, figure.unit),
        at,
        d.high_open,
        d.origins,
    )
