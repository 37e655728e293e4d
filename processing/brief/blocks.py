"""A brief as plain blocks (headings, paragraphs, tables, lists), which every format writes in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from processing.brief.picture import figure_picture
from processing.brief.record import Brief, BriefFigure, Citation, Dispute
from processing.compare.phrases import count_word, say_date, say_value
from processing.corrections import SAMPLE_CLAIM
from schemas.records import FigureDay

__all__ = ["Block", "Heading", "Items", "Notes", "Paragraph", "Picture", "Table", "brief_blocks", "day_text"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text; citation numbers stand in square brackets."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A bulleted list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The numbered citations."""

    notes: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG, for formats that show one."""

    svg: str
    title: str


Block = Picture | Heading | Paragraph | Items | Table | Notes


def _refs(numbers: tuple[int, ...]) -> str:
    return "".join(f" [{n}]" for n in numbers)


def _plural(count: int, word: str) -> str:
    return f"{count_word(count)} {word}{'' if count == 1 else 's'}"


def _value(number: float, unit: str) -> str:
    return say_value(replace(SAMPLE_CLAIM, low=number, high=number, unit=unit))


def day_text(day: FigureDay | None, unit: str) -> str:
    """A figure's day in words: "12 (10 to 20, three origins)"; "nothing known"."""
    if day is None or not day.origins:
        return _NOTHING

    def value(number: float) -> str:
        return _value(number, unit)

    beyond = day.high_open and (day.high is None or (day.central is not None and day.central > day.high))
    ends = [value(end) for end in (day.low, None if beyond else day.high) if end is not None]
    spread = " to ".join(dict.fromkeys(ends)) + (" and above" if day.high_open and ends else "")
    origins = _plural(day.origins, "origin")
    if day.central is None:
        return f"{spread or 'no number'} ({origins})"
    ceiling = day.central < day.low if day.low is not None else day.central == day.high
    central = f"{'up to ' if ceiling else ''}{value(day.central)}"
    inside = "" if spread in ("", value(day.central)) else f"{spread}, "
    return f"{central} ({inside}{origins})"


def brief_blocks(brief: Brief) -> list[Block]:
    """The whole brief, in reading order: what changed, open disputes, outlets that were silent, what was not read, the
    sources."""
    return [*_head(brief), *_figures(brief), *_disputes(brief), *_gaps(brief), *_notes(brief)]


def _head(brief: Brief) -> Iterator[Block]:
    yield Heading(brief.title, 1)
    since, until = (f"{say_date(t.date(), year=True)}, {t:%H:%M} UTC" for t in (brief.since, brief.until))
    fetched = f"{_plural(brief.articles, 'article')} of {_plural(brief.outlets, 'outlet')}"
    from_files = f"{_plural(brief.ingested, 'article')} from files" if brief.ingested else ""
    came = " and ".join(filter(None, (fetched if brief.articles or not from_files else "", from_files))) + " came in"
    unread = sum(count for _, count in brief.unread)
    left = f", {count_word(unread)} of them not read (see below)" if unread else ""
    yield Paragraph(
        f"From {since} to {until}. {came[0].upper()}{came[1:]}{left}; {_plural(brief.new_disputes, 'new dispute')}, "
        f"{count_word(brief.open_disputes)} open in all."
    )


def _figures(brief: Brief) -> Iterator[Block]:
    yield Heading("What changed", 2)
    if not brief.figures:
        yield Paragraph("No figure changed.")
        return
    rows = [(f.title, day_text(f.before, f.unit), day_text(f.now, f.unit)) for f in brief.figures]
    told = tuple(_row(*row) for row in rows if row[1] != row[2])  # what is as it was needs no row
    if told:
        yield Table(("Figure", "Before", "Now"), told)
    for figure in brief.figures:
        yield Heading(_capital(figure.title), 3)
        say = partial(_value, unit=figure.unit)
        svg = figure_picture(figure.days, brief.until.date(), say, figure.title)
        if svg is not None:
            yield Picture(svg, figure.title)
        yield Items(tuple(_figure_lines(figure)))
    if brief.more_figures:
        yield Paragraph("More figures changed than are told here.")


def _row(title: str, before: str, now: str) -> tuple[str, str, str]:
    """A figure that is new has no before, a level that nobody told of lately no now."""
    return (_capital(title), "new" if before == _NOTHING else before, "nothing that recent" if now == _NOTHING else now)


_NOTHING = "nothing known"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure_lines(figure: BriefFigure) -> Iterator[str]:
    for text, numbers in figure.said:
        yield f"{text[:1].upper()}{text[1:]}{_refs(numbers)}"
    if figure.more:
        yield f"And {_plural(figure.more, 'further origin')}."
    yield from figure.denied
    if figure.desk is not None:
        yield f"Desk figure: {figure.desk}"
    if figure.desk_overtaken is not None:
        text, numbers = figure.desk_overtaken
        yield f"The desk figure is overtaken: {text}{_refs(numbers)}"


def _disputes(brief: Brief) -> Iterator[Block]:
    yield Heading("Open disputes", 2)
    if not brief.open_disputes:
        yield Paragraph("None.")
        return
    for severity, title in (("high", "High"), ("low", "Low")):
        found = [d for d in brief.disputes if d.severity == severity]
        if found:
            yield Heading(title, 3)
            yield Items(tuple(_dispute_line(d) for d in found))
    if brief.open_disputes > len(brief.disputes):
        yield Paragraph(f"{len(brief.disputes)} of {brief.open_disputes:,} open disputes are told here.")


def _dispute_line(dispute: Dispute) -> str:
    facts = [
        dispute.name,
        *(["new"] if dispute.new else []),
        *([f"since {say_date(dispute.since)}"] if dispute.since else []),
    ]
    facts += [_plural(dispute.outlets, "outlet"), *([dispute.state] if dispute.state != "open" else [])]
    return f"{dispute.text}{_refs(dispute.citations)} ({'; '.join(facts)})"


def _gaps(brief: Brief) -> Iterator[Block]:
    if brief.silent:
        yield Heading("Silent outlets", 2)
        rows = tuple(
            (s.outlet, str(s.articles), "" if s.expected is None else str(s.expected), s.reason or "")
            for s in brief.silent
        )
        yield Table(("Outlet", "Articles", "Expected", "Reason"), rows)
    if brief.unread:
        yield Heading("Not read", 2)
        yield Paragraph(
            ", ".join(f"{count:,} {name} article{'' if count == 1 else 's'}" for name, count in brief.unread) + "."
        )


def _notes(brief: Brief) -> Iterator[Block]:
    if brief.citations:
        yield Heading("Sources", 2)
        yield Notes(brief.citations)
