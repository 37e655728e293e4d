"""A figure's days as a small picture in SVG: the band from low to high, central as a line, in steps from day to day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import escape

from processing.compare.phrases import say_date
from schemas.records import FigureDay

__all__ = ["figure_picture"]

_WIDE, _HIGH = 560, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 120, 12, 22  # room around the plot; on the right stand the last values
_MOST = 60  # days that are drawn, the newest


def _steps(
    told: Sequence[FigureDay], last: date, x: Callable[[date], float], y: Callable[[float], float]
) -> tuple[str, str]:
    """The band from low to high and the line of the central values, a step a change, up to the last day."""
    ends = [*(x(d.day) for d in told[1:]), x(last)]
    bands, lines, before = [], [], None
    for d, end in zip(told, ends, strict=True):
        low, high = min(_known(d)), max(_known(d))
        height = max(2.0, round(y(low) - y(high), 1))
        bands.append(
            f'<rect x="{x(d.day)}" y="{y(high)}" width="{max(2.0, round(end - x(d.day), 1))}" height="{height}"/>'
        )
        if d.central is not None:
            at = y(d.central)
            lines.append(f"{'M' if before is None else 'L'}{x(d.day)} {at}L{max(end, x(d.day) + 2)} {at}")
        before = d.central
    return "".join(bands), "".join(lines)


def figure_picture(days: Sequence[FigureDay], last: date, say: Callable[[float], str], title: str) -> str | None:
    """The picture of a figure up to a day, as an `<svg>` element that takes the text's colour; None where fewer than
    two days have a number. `say`: a value in words."""
    told = [d for d in sorted(days, key=lambda d: d.day) if d.day <= last and _known(d)][-_MOST:]
    if len(told) < 2:
        return None
    drawn = (told[-1].day - told[0].day).days
    last = min(last, told[-1].day + timedelta(days=max(3, drawn // 6)))  # a figure that rests takes no room
    first, top = told[0].day, max(max(_known(d)) for d in told) or 1.0
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return round(_LEFT + (day - first).days / span * (_WIDE - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_HIGH - _BOTTOM - value / top * (_HIGH - _TOP - _BOTTOM), 1)

    bands, line = _steps(told, last, x, y)
    final = told[-1]
    value = final.central if final.central is not None else max(_known(final))
    words = f"{title}: from {say_date(first, year=True)} to {say_date(last, year=True)}, now {say(value)}"
    base = _HIGH - _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}" height="{_HIGH}" '
        f'role="img" aria-label="{escape(words, quote=True)}" font-family="sans-serif" font-size="12" '
        f'fill="currentColor">'
        f'<g fill="#4a7fb5" fill-opacity="0.3">{bands}</g>'
        f'<path d="{line}" fill="none" stroke="#2f6aa5" stroke-width="2"/>'
        f'<path d="M{_LEFT} {base}H{_WIDE - _RIGHT}" stroke="currentColor" stroke-opacity="0.4"/>'
        f'<text x="{_LEFT}" y="{_HIGH - 6}">{escape(say_date(first, year=True))}</text>'
        f'<text x="{_WIDE - _RIGHT}" y="{_HIGH - 6}" text-anchor="end">{escape(say_date(last, year=True))}</text>'
        f'<text x="{_WIDE - _RIGHT + 6}" y="{y(value) + 4}" font-weight="bold">{escape(say(value))}</text></svg>'
    )


def _known(d: FigureDay) -> list[float]:
    return [v for v in (d.low, d.central, d.high) if v is not None]
