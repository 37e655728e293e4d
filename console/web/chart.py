"""The picture of a figure for the page: the same chart as in a report, made to be read on a screen of any width."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from importlib import metadata
from typing import Any

import platformdirs

from processing.chart import chart_spec
from processing.corrections import desk_figures
from processing.pipeline.scopes import active_corrections, load_scope, scope_of, statements_of
from processing.pipeline.work import Work
from processing.store import Where
from schemas.errors import UsageError
from schemas.records import Alert, Claim, Figure, FigureDay

__all__ = ["page_spec", "vega_bundle"]

_HEIGHT = 340
_OTHER = "#5b5b5b"


@lru_cache(maxsize=1)
def vega_bundle() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one module, out of the installed package: made once a version, which takes some
    seconds, and kept in the user's cache folder. Raises UsageError where the package is not installed."""
    try:
        import vl_convert
    except ModuleNotFoundError as error:
        raise UsageError("a chart needs vl-convert: pip install 'counterclaim[report]'") from error
    folder = platformdirs.user_cache_path("counterclaim", appauthor=False)
    kept = folder / f"vega-{metadata.version('vl-convert-python')}.js"
    if kept.is_file():
        return kept.read_bytes()
    made = str(vl_convert.javascript_bundle(None)).encode("utf8")  # type: ignore[arg-type]
    with suppress(OSError):  # a folder that cannot be written costs time, nothing else
        folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(made)
        part.replace(kept)
    return made


def page_spec(work: Work, figure: Figure, query: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a figure, of the outlet and origin that are asked for, with a second figure laid
    over it ("with"). Raises: UsageError where nothing can be drawn, or the second is of another unit; StoreError."""
    spec = _spec(work, figure, query.get("outlet"), query.get("origin"))
    main = {**spec["vconcat"][0], "width": "container", "height": _HEIGHT}
    told = _legend(main["layer"])
    main["layer"] = [_readable(layer) for layer in main["layer"] if "number" not in str(layer["encoding"].get("text"))]
    if other_id := query.get("with"):
        other = work.store.get(Figure, other_id)
        if other.unit != figure.unit:
            raise UsageError(f"{other.title} is counted in {other.unit}, {figure.title} in {figure.unit}")
        main["layer"] = [*_overlaid(_spec(work, other, None, None), other), *main["layer"]]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "padding": 4,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "usermeta": told,
        "config": {**spec["config"], "font": "system-ui, sans-serif"},
        **main,
    }


def _legend(layers: list[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """Which colour is whose number, and which shape is whose print."""
    points = next(layer["encoding"] for layer in layers if "shape" in layer["encoding"])
    scales = {"origins": points["color"]["scale"], "outlets": points["shape"]["scale"]}
    return {name: list(zip(scale["domain"], scale["range"], strict=False)) for name, scale in scales.items()}


def _spec(work: Work, figure: Figure, outlet: str | None, origin: str | None) -> dict[str, Any]:
    corrections = active_corrections(work.store)
    said = statements_of(load_scope(work, scope_of(figure), corrections), figure)
    shown = [s for s in said if _asked(s.claim, outlet, origin)]
    days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
    alerts = [
        a
        for a in work.store.find(Alert, Where("figure", "=", figure.id))
        if a.state not in ("false_positive", "closed")
    ]
    sentences = {s.claim.id: s.claim for s in shown}
    spec = chart_spec(figure, shown, days, alerts, desk_figures([figure], corrections).get(figure.id))
    for layer in spec["vconcat"][0]["layer"]:
        for row in layer["data"]["values"]:
            claim = sentences.get(row.get("id", ""))
            if claim is not None:
                row["sentence"] = " ".join(claim.sentence.split())
                row["href"] = f"/claims/{claim.id}"
    return spec


def _asked(claim: Claim, outlet: str | None, origin: str | None) -> bool:
    who = ",".join(claim.source_id) if isinstance(claim.source_id, tuple) else claim.source_id
    return (not outlet or claim.outlet == outlet) and (not origin or who == origin)


def _readable(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer with links to the claims, whole dates on its axis, and legends that fit a phone."""
    encoding = dict(layer["encoding"])
    axis = encoding["x"].get("axis") or {}
    count = f"min({_days_shown(encoding['x'])}, max(2, width / 110))"  # no day twice
    encoding["x"] = {**encoding["x"], "axis": {**axis, "format": "%-d %b %Y", "tickCount": {"expr": count}}}
    for name in ("color", "shape"):
        if "legend" in encoding.get(name, {}):
            encoding[name] = {**encoding[name], "legend": None}  # the page has its own, which wraps
    if "tooltip" in encoding and "shape" in encoding:
        encoding["href"] = {"field": "href", "type": "nominal"}
        encoding["tooltip"] = [
            {"field": name, "type": "nominal", "title": title}
            for name, title in (("says", "says"), ("sentence", "in full"), ("where", "in"))
        ]
        return {**layer, "encoding": encoding, "mark": {**layer["mark"], "cursor": "pointer"}}
    return {**layer, "encoding": encoding}


def _days_shown(x: Mapping[str, Any]) -> int:
    """How many days an axis of time spans; many where nothing says."""
    ends = (x.get("scale") or {}).get("domain") or ()
    days = [date(e["year"], e["month"], e["date"]) for e in ends if isinstance(e, Mapping)]
    days += [date.fromisoformat(e[:10]) for e in ends if isinstance(e, str)]
    return max(1, (max(days) - min(days)).days) if days else 1000


def _overlaid(spec: dict[str, Any], other: Figure) -> list[dict[str, Any]]:
    """A second figure's claims and middle line, pale, behind the first."""
    layers = []
    for layer in map(_readable, spec["vconcat"][0]["layer"]):
        mark = layer["mark"]
        if mark["type"] not in ("point", "line") or "severity" in str(layer["data"]["values"][:1]):
            continue
        encoding = {k: v for k, v in layer["encoding"].items() if k not in ("color", "shape")}
        extra = (
            {"filled": False, "color": _OTHER, "shape": "square", "stroke": _OTHER}
            if mark["type"] == "point"
            else {"strokeDash": [4, 3]}
        )
        for row in layer["data"]["values"]:
            if "says" in row:
                row["says"] = f"{other.title}: {row['says']}"
        layers.append({**layer, "encoding": encoding, "mark": {**mark, **extra, "opacity": 0.7}})
    return layers
