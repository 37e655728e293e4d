"""A figure as a picture: claims over time as intervals, the low / central / high band, the desk's figure, alerts
marked.

A Vega-Lite specification made of plain data, so that it is tested as such; vl-convert draws it without a browser or
network. Colours and shapes stay apart for readers who do not tell red from green (palette: Okabe and Ito, "Color
Universal Design", 2008)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import Any

from processing.compare.phrases import say_date, say_number, say_value
from processing.compare.sides import who
from processing.compare.statements import Statement, end_day, known_on
from processing.corrections import DeskFigure
from processing.intervals import typical
from processing.measures import currencies
from schemas.errors import UsageError
from schemas.records import FINDINGS, Alert, Claim, Figure, FigureDay

__all__ = ["FORMATS", "chart_spec", "draw"]

FORMATS = ("svg", "png", "html")
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7A5195", "#5B5B5B")
_SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right", "stroke")
_OTHERS = "others"
_WIDTH = 720  # points: with the legend as wide as a page of a report holds on its long side
_LINE = 135  # characters of a note in one line
_LOUD = {"high": "#b3001b", "low": "#b07800"}
_INK, _PALE, _GREY = "#222222", "#9aa5b1", "#8a8f98"


def _rank(names: Iterable[str], most: int) -> list[str]:
    """The most frequent names, most first; what is over goes to `others`."""
    counts = Counter(names)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return ranked if len(ranked) <= most else [*ranked[: most - 1], _OTHERS]


def _names(claims: Iterable[Claim]) -> dict[str, str]:
    """One name for each source by its id, whatever its claims call it: the most frequent, of equals the shortest."""
    called: dict[str, Counter[str]] = {}
    for claim in claims:
        if isinstance(claim.source_id, str) and claim.source_status != "outlet" and claim.source:
            called.setdefault(claim.source_id, Counter())[_inside(who(claim))] += 1
    return {id: sorted(counts, key=lambda name: (-counts[name], len(name), name))[0] for id, counts in called.items()}


def _inside(text: str) -> str:
    """A name as it stands within a sentence."""
    return f"the {text[4:]}" if text.startswith("The ") else text


def _origin(claim: Claim, names: Mapping[str, str]) -> str:
    known = names.get(claim.source_id) if isinstance(claim.source_id, str) else None
    name = known or (who(claim) if claim.source_status == "outlet" else _inside(who(claim)))
    label = f"{name} (own voice)" if claim.source_status == "outlet" else name
    return label if len(label) <= 60 else label[:59].rstrip() + "…"


def _scale(figure: Figure) -> tuple[float, str]:
    """What values are multiplied by for the axis, and the axis's title."""
    if figure.unit == "share":
        return 100.0, "per cent"
    if figure.unit == "count":
        return 1.0, ""
    return 1.0, figure.unit if figure.unit in currencies() else figure.unit.replace("_", " ")


def _height(claim: Claim) -> float | None:
    """Where a claim's mark stands: at its number; a vague word, which is no one number, at its low end, for it is a
    floor."""
    return claim.low if claim.approx == "vague" else typical(claim)


def _claim_rows(
    claims: Sequence[Claim], factor: float, origins: Sequence[str], outlets: Sequence[str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    rows = []
    for claim in claims:
        day, value = end_day(claim), _height(claim)
        if day is None or value is None:
            continue
        origin, outlet = _origin(claim, names), claim.outlet_name
        rows.append(
            {
                "day": day.isoformat(),
                "value": value * factor,
                "low": None if claim.low is None else claim.low * factor,
                "high": None if claim.high is None else claim.high * factor,
                "open": claim.high is None,
                "origin": origin if origin in origins else _OTHERS,
                "outlet": outlet if outlet in outlets else _OTHERS,
                "says": f"{who(claim)}: {say_value(claim)}",
                "where": f"{claim.outlet_name}, {say_date(known_on(claim), year=True)}",
                "id": claim.id,
            }
        )
    return sorted(rows, key=lambda r: (r["day"], r["value"], r["id"]))


def _band_rows(days: Sequence[FigureDay], factor: float, last: date) -> list[dict[str, Any]]:
    """The band as steps: one row a change, and the last one again at the end."""
    ordered = sorted(days, key=lambda d: d.day)
    if ordered and ordered[-1].day < last:
        final = ordered[-1]
        ordered.append(
            FigureDay(
                final.figure, last, final.low, final.central, final.high, final.high_open, final.origins, final.claims
            )
        )

    rows: list[dict[str, Any]] = []
    for day in ordered:
        known = [value * factor for value in (day.low, day.central, day.high) if value is not None]
        central = None if day.central is None else day.central * factor
        rows.append(
            {
                "day": day.day.isoformat(),
                "low": min(known, default=None),
                "central": central,
                "high": max(known, default=None),
            }
        )
    return rows


def _alert_rows(alerts: Iterable[Alert], claims: Mapping[str, Claim], factor: float) -> list[dict[str, Any]]:
    """The places that alerts speak of, in time, each with the numbers of its alerts and their sentences (the loudest
    ones first)."""
    places: dict[tuple[date, float], list[Alert]] = {}
    for alert in sorted(alerts, key=lambda a: (a.severity != "high", a.day or date.min, a.id)):
        later = claims.get(alert.later) or claims.get(alert.earlier)
        day, value = (end_day(later), _height(later)) if later else (None, None)
        if day is not None and value is not None:
            places.setdefault((day, value), []).append(alert)
    rows = []
    for number, ((day, value), found) in enumerate(sorted(places.items()), start=1):
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        loud = found[0]
        rows.append(
            {
                "day": day.isoformat(),
                "value": value * factor,
                "severity": loud.severity,
                "says": loud.text,
                "number": str(number),
                "note": f"{FINDINGS[loud.finding]} ({loud.severity}): {loud.text}{more}",
            }
        )
    return rows


def drawable(figure: Figure, claims: Iterable[Claim]) -> list[Claim]:
    """The claims that a picture of the figure can show: asserted, with a day and a number in the figure's unit."""
    return [
        c
        for c in claims
        if c.stance == "asserts" and end_day(c) is not None and _height(c) is not None and c.unit == figure.unit
    ]


def chart_spec(
    figure: Figure,
    claims: Iterable[Claim | Statement],
    days: Sequence[FigureDay],
    alerts: Iterable[Alert] = (),
    desk: DeskFigure | None = None,
) -> dict[str, Any]:
    """The Vega-Lite 5 specification of a figure's picture. Claims without a date or number, and denials, are left out.

    Raises: UsageError where no claim is left to draw.
    """
    drawn = drawable(figure, (c.claim if isinstance(c, Statement) else c for c in claims))
    if not drawn:
        raise UsageError(f"figure {figure.id}: no claim with a date and a number to draw")
    factor, unit = _scale(figure)
    names = _names(drawn)
    origins, outlets = (
        _rank((_origin(c, names) for c in drawn), len(_COLOURS)),
        _rank((c.outlet_name for c in drawn), len(_SHAPES)),
    )
    rows = _claim_rows(drawn, factor, origins, outlets, names)
    last = max(date.fromisoformat(row["day"]) for row in rows)
    marks = _alert_rows(alerts, {c.id: c for c in drawn}, factor)
    layers = [
        *_band(_band_rows(days, factor, last)),
        *_desk_layers(desk, factor, last),
        *_claim_layers(rows, origins, outlets),
        *_alert_layers(marks),
    ]
    return _framed(figure, rows, unit, layers, _notes(marks), desk)


# ---------------------------------------------------------------- layers

_X = {"field": "day", "type": "temporal"}


def _y(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative"}


def _band(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not any(row["central"] is not None for row in rows):
        return []
    data = {"values": rows}
    area = {"type": "area", "interpolate": "step-after", "color": "#8fb3d9", "opacity": 0.22}
    line = {"type": "line", "interpolate": "step-after", "color": _PALE, "strokeWidth": 2}
    return [
        {"data": data, "mark": area, "encoding": {"x": _X, "y": _y("low"), "y2": {"field": "high"}}},
        {"data": data, "mark": line, "encoding": {"x": _X, "y": _y("central")}},
    ]


def _desk_layers(desk: DeskFigure | None, factor: float, last: date) -> list[dict[str, Any]]:
    """The desk's own value from the day on which it was adopted."""
    ends = [] if desk is None else [end for end in dict.fromkeys((desk.low, desk.high)) if end is not None]
    if desk is None or not ends:
        return []
    start = desk.at.date()
    until = max(last, start) + timedelta(days=1)
    rows = [{"day": start.isoformat(), "until": until.isoformat(), "value": end * factor} for end in ends]
    note = f"desk: {' to '.join(say_number(end * factor) for end in ends)}"
    label = {"type": "text", "align": "left", "dy": -7, "dx": 2, "fontSize": 11, "fontWeight": "bold", "color": _INK}
    top = {"values": [{"day": start.isoformat(), "value": max(ends) * factor, "note": note}]}
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "strokeDash": [6, 3], "color": _INK, "strokeWidth": 1.5},
            "encoding": {"x": _X, "x2": {"field": "until"}, "y": _y("value")},
        },
        {"data": top, "mark": label, "encoding": {"x": _X, "y": _y("value"), "text": {"field": "note"}}},
    ]


def _claim_layers(rows: list[dict[str, Any]], origins: Sequence[str], outlets: Sequence[str]) -> list[dict[str, Any]]:
    """A point for each claim; a rule where it is an interval, an arrow where its upper end is open."""
    colour, shape = _legends(origins, outlets)
    spread = [row for row in rows if row["low"] is not None and row["high"] is not None and row["low"] != row["high"]]
    openly = [row for row in rows if row["open"]]
    tooltip = [{"field": "says", "title": "says"}, {"field": "where", "title": "in"}]
    point = {"type": "point", "filled": True, "size": 75, "opacity": 0.95, "stroke": "white", "strokeWidth": 0.8}
    return [
        {
            "data": {"values": spread},
            "mark": {"type": "rule", "strokeWidth": 2.5, "strokeCap": "round", "opacity": 0.75},
            "encoding": {"x": _X, "y": _y("low"), "y2": {"field": "high"}, "color": colour},
        },
        {  # "at least": a stalk with an arrow, for there is no upper end
            "data": {"values": openly},
            "mark": {"type": "text", "text": "↑", "fontSize": 17, "fontWeight": "bold", "dy": -14},
            "encoding": {"x": _X, "y": _y("value"), "color": colour},
        },
        {
            "data": {"values": rows},
            "mark": point,
            "encoding": {"x": _X, "y": _y("value"), "color": colour, "shape": shape, "tooltip": tooltip},
        },
    ]


def _legends(origins: Sequence[str], outlets: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Colour for who says it, shape for who prints it."""
    legend = {"labelLimit": 420, "titleFontWeight": "bold", "symbolSize": 90}
    colour = {
        "field": "origin",
        "type": "nominal",
        "scale": {"domain": list(origins), "range": list(_COLOURS[: len(origins)])},
        "legend": {**legend, "title": "Who says it", "symbolType": "circle"},
    }
    shape = {
        "field": "outlet",
        "type": "nominal",
        "scale": {"domain": list(outlets), "range": list(_SHAPES[: len(outlets)])},
        "legend": {**legend, "title": "Who prints it", "symbolStrokeColor": _INK, "symbolFillColor": "transparent"},
    }
    return colour, shape


def _alert_layers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A ring around what an alert speaks of, with the number of its note below the picture."""
    layers: list[dict[str, Any]] = []
    for severity, colour in _LOUD.items():
        here = {"values": [row for row in rows if row["severity"] == severity]}
        ring = {"type": "point", "shape": "circle", "size": 330, "filled": False, "strokeWidth": 2, "color": colour}
        number = {"type": "text", "dx": 15, "dy": -12, "fontSize": 12, "fontWeight": "bold", "color": colour}
        place = {"x": _X, "y": _y("value")}
        if here["values"]:
            layers.append(
                {"data": here, "mark": ring, "encoding": {**place, "tooltip": [{"field": "says", "title": "alert"}]}}
            )
            layers.append({"data": here, "mark": number, "encoding": {**place, "text": {"field": "number"}}})
    return layers


def _notes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The alerts' sentences under the picture, each with its number, broken into lines."""
    lines: list[dict[str, Any]] = []
    for row in rows:
        for index, line in enumerate(wrap(row["note"], _LINE)):
            lines.append(
                {
                    "line": len(lines),
                    "number": row["number"] if index == 0 else "",
                    "text": line,
                    "severity": row["severity"],
                }
            )
    if not lines:
        return []
    mark = {"type": "text", "align": "left", "fontSize": 11, "baseline": "top"}
    down = {"field": "line", "type": "ordinal", "axis": None}
    shown = {"condition": {"test": "datum.severity == 'high'", "value": _LOUD["high"]}, "value": _LOUD["low"]}
    return [
        {
            "width": _WIDTH,
            "height": {"step": 15},
            "data": {"values": lines},
            "view": {"stroke": None},
            "layer": [
                {
                    "mark": {**mark, "fontWeight": "bold"},
                    "encoding": {"x": {"value": 0}, "y": down, "text": {"field": "number"}, "color": shown},
                },
                {
                    "mark": {**mark, "color": "#333333"},
                    "encoding": {"x": {"value": 20}, "y": down, "text": {"field": "text"}},
                },
            ],
        }
    ]


def _framed(
    figure: Figure,
    rows: list[dict[str, Any]],
    unit: str,
    layers: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    desk: DeskFigure | None,
) -> dict[str, Any]:
    """The layers with title, axes and the look of print."""
    first, last = (date.fromisoformat(d) for d in (rows[0]["day"], max(r["day"] for r in rows)))
    if desk is not None:
        last = max(last, desk.at.date())
    span = (last - first).days
    pad = timedelta(days=max(1, span // 25))
    ticks: dict[str, Any] = {
        "format": "%-d %b %Y" if span <= 300 else "%b %Y",
        "labelOverlap": True,
        "grid": False,
        "title": None,
        "tickCount": min(10, span + 2),
    }
    axis = {
        "title": unit or None,
        "format": ",~r" if max(abs(r["value"]) for r in rows) < 1e6 else ",.3~s",
        "tickCount": 6,
    }
    layers = [_with_axes(layer, ticks, axis, (first - pad, last + pad)) for layer in layers]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 14,
        "title": _headed(figure, rows, first, last),
        "vconcat": [{"width": _WIDTH, "height": 400, "layer": layers}, *notes],
        "spacing": 18,
        "config": _PRINT,
    }


def _headed(figure: Figure, rows: list[dict[str, Any]], first: date, last: date) -> dict[str, Any]:
    """The title, and below it how many claims, origins and outlets are shown and from which days."""
    origins, outlets = len({r["origin"] for r in rows}), len({r["outlet"] for r in rows})
    words = (
        f"{len(rows)} claim{'' if len(rows) == 1 else 's'}, {origins} origin{'' if origins == 1 else 's'}, "
        f"{outlets} outlet{'' if outlets == 1 else 's'}"
    )
    days = say_date(first, year=True) + (f" to {say_date(last, year=True)}" if first != last else "")
    return {
        "text": figure.title[:1].upper() + figure.title[1:],
        "subtitle": f"{words}; {days}",
        "anchor": "start",
        "fontSize": 17,
        "subtitleFontSize": 12,
        "subtitleColor": "#555555",
        "offset": 14,
    }


_PRINT = {
    "font": "Helvetica, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 12,
        "gridColor": "#e3e6ea",
        "domainColor": _GREY,
        "tickColor": _GREY,
        "labelColor": "#333333",
    },
    "legend": {"labelFontSize": 11, "titleFontSize": 12, "rowPadding": 4, "orient": "right", "offset": 22},
}


def _with_axes(
    layer: dict[str, Any], ticks: dict[str, Any], axis: dict[str, Any], domain: tuple[date, date]
) -> dict[str, Any]:
    """The layer with the shared axes: numbers from zero, days with room at both ends."""
    encoding = dict(layer["encoding"])
    ends = [{"year": d.year, "month": d.month, "date": d.day} for d in domain]
    encoding["x"] = {**encoding["x"], "axis": ticks, "scale": {"domain": ends}}
    encoding["y"] = {**encoding["y"], "axis": axis, "scale": {"zero": True, "nice": True}}
    return {**layer, "encoding": encoding}


# ---------------------------------------------------------------- drawing


def draw(spec: Mapping[str, Any], format: str) -> bytes:
    """The picture as svg, png (twice the size, for print) or one html page that needs no network.

    Raises: UsageError for another format, or where vl-convert is not installed.
    """
    if format not in FORMATS:
        raise UsageError(f"format {format!r}: allowed are {', '.join(FORMATS)}")
    try:
        import vl_convert
    except ModuleNotFoundError as error:
        raise UsageError("a chart needs vl-convert: pip install 'counterclaim[report]'") from error
    given = dict(spec)
    if format == "svg":
        return str(vl_convert.vegalite_to_svg(given)).encode("utf8")
    if format == "png":
        return bytes(vl_convert.vegalite_to_png(given, scale=2))
    return str(vl_convert.vegalite_to_html(given, bundle=True)).encode("utf8")
