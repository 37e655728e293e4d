"""The page of a figure, its picture and its data."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.alerts import alert_order, find_figure, pedigree_cells, telling_findings
from console.tables import why_together
from console.web.chart import page_spec, vega_bundle
from console.web.desk import Desk
from console.web.query import Query, Shown, titles
from console.web.shown import bars, short_range, side_of
from processing.chart import drawable
from processing.compare import pedigree
from processing.corrections import desk_figures
from processing.pipeline.picture import figure_picture
from processing.pipeline.scopes import active_corrections, figures_of, scope_of, told_statements
from processing.pipeline.work import Work
from processing.store import Where
from schemas.records import FINDINGS, Alert, Claim, Denial, Figure, FigureDay, Story, dump_json

__all__ = ["figure_page", "figure_routes"]

_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
_SIBLINGS = 60


def figure_page(work: Work, id: str, query: Query | None = None) -> Shown:
    """One figure: its picture, by day, by origin, claim by claim, with what contradicts what. Raises StoreNotFound."""
    query = query or {}
    figure = find_figure(work, id)
    days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
    shown, top = bars(figure, days)
    said = told_statements(work.store, figure)
    claims = {s.claim.id: s.claim for s in said}
    denials = work.store.get_many(Denial, list(figure.denials))
    alerts = sorted(work.store.find(Alert, Where("figure", "=", figure.id)), key=alert_order)
    raised = {f for a in alerts for f in a.findings}
    asked = {name: query.get(name) or None for name in ("outlet", "origin", "with")}
    kept = [c for c in (claims[i] for i in figure.claims if i in claims) if _asked(c, asked)]
    return {
        "figure": figure,
        "bars": shown,
        "top": top,
        "alerts": alerts,
        "names": FINDINGS,
        "findings": [f for f in telling_findings(work, figure) if f.id not in raised],
        "said": [side_of(c) for c in kept],
        "denials": [side_of(d) for d in denials.values()],
        "why": why_together(figure, claims),
        "pedigree": [pedigree_cells(row) for row in pedigree(figure, said)],
        "drawn": _can_draw() and bool(drawable(figure, claims.values())),
        "query": asked,
        "vega": _vega_address(),
        **_surroundings(work, figure),
        **_choices(claims.values()),
    }


def _surroundings(work: Work, figure: Figure) -> Shown:
    """What a figure stands among: its story, topic and the figures beside it; and the desk's own value."""
    story = work.store.get_many(Story, [figure.story]).get(figure.story) if figure.story else None
    desk = desk_figures([figure], active_corrections(work.store)).get(figure.id)
    siblings = [f for f in figures_of(work.store, scope_of(figure)) if f.id != figure.id and f.claims][:_SIBLINGS]
    return {
        "story": story,
        "topic": titles(work).get(figure.topic or "", figure.topic),
        "desk": None
        if desk is None
        else f"{short_range(desk.low, desk.high, figure.unit)} ({desk.author}: {desk.reason})",
        "siblings": siblings,
        "others": sorted((f for f in siblings if f.unit == figure.unit), key=lambda f: f.title),
    }


def _choices(claims: Collection[Claim]) -> Shown:
    """The outlets and origins by which the claims can be narrowed, each with its number of claims and its name."""
    return {
        "outlets": Counter(c.outlet for c in claims).most_common(),
        "outlet_names": {c.outlet: c.outlet_name for c in claims},
        "origins": Counter(o for c in claims if (o := _origin(c))).most_common(),
        "origin_names": {o: c.source for c in claims if (o := _origin(c)) and c.source},
    }


def _vega_address() -> str:
    from importlib import metadata
    from importlib.util import find_spec

    return f"/assets/vega.js?{metadata.version('vl-convert-python')}" if find_spec("vl_convert") else ""


def _origin(claim: Claim) -> str | None:
    id = claim.source_id
    return ",".join(id) if isinstance(id, tuple) else id


def _asked(claim: Claim, asked: dict[str, str | None]) -> bool:
    return (not asked["outlet"] or claim.outlet == asked["outlet"]) and (
        not asked["origin"] or _origin(claim) == asked["origin"]
    )


def _can_draw() -> bool:
    from importlib.util import find_spec

    return find_spec("vl_convert") is not None


def figure_routes(desk: Desk) -> list[Route]:
    """A figure's picture, its specification for the page's script, and its data."""

    def picture(request: Request) -> Response:
        ending = request.path_params["ending"]
        with desk.open() as work:
            figure = work.store.get(Figure, request.path_params["id"])
            if ending in _PICTURES:
                return Response(figure_picture(work, figure, ending), media_type=_PICTURES[ending])
            claims = list(work.store.get_many(Claim, list(figure.claims)).values())
            if ending == "csv":
                return _csv(claims, figure)
            days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
            told = {"figure": figure, "days": days, "claims": claims}
            return Response(_json(told), media_type="application/json")

    def spec(request: Request) -> Response:
        with desk.open() as work:
            return JSONResponse(
                page_spec(work, work.store.get(Figure, request.path_params["id"]), request.query_params)
            )

    def vega(request: Request) -> Response:
        kept = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(vega_bundle(), media_type="text/javascript", headers=kept)

    return [
        Route("/assets/vega.js", vega),
        Route("/figures/{id}/chart.json", spec),
        *(Route(f"/figures/{{id}}.{ending}", _with(picture, ending)) for ending in ("svg", "png", "csv", "json")),
    ]


def _with(endpoint: Any, ending: str) -> Any:
    def given(request: Request) -> Response:
        request.path_params["ending"] = ending
        answer: Response = endpoint(request)
        return answer

    return given


def _json(told: dict[str, Any]) -> bytes:
    parts = {
        name: orjson.loads(dump_json(v)) if not isinstance(v, list) else [orjson.loads(dump_json(r)) for r in v]
        for name, v in told.items()
    }
    return orjson.dumps(parts, option=orjson.OPT_INDENT_2)


def _csv(claims: list[Claim], figure: Figure) -> Response:
    from console.export import write_csv

    buffer = io.BytesIO()
    write_csv(claims, Claim, buffer)
    name = f"{figure.id}.csv"
    return Response(
        buffer.getvalue(), media_type="text/csv", headers={"content-disposition": f'attachment; filename="{name}"'}
    )
