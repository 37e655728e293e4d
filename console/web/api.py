"""The records for other programs: /api/v1, as JSON in the shapes of schemas.records, described by OpenAPI.

Lists come in pages with a cursor; every answer carries an ETag, so that an unchanged one is not sent again. The same
conditions as in the store: `?state=open&severity=high`. What changes anything stands in console.web.api_writing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.web.api_reading import KINDS, list_records, list_topics, one_topic, search_records
from console.web.api_writing import writing_routes
from console.web.desk import Desk
from console.web.openapi import description
from processing.pipeline.work import Work
from schemas.errors import CounterclaimError, StoreNotFound, UsageError
from schemas.people import AuditEntry
from schemas.records import dump_json

__all__ = ["api_routes"]


def _answer(request: Request, told: Any, status: int = 200) -> Response:
    data = orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)
    tag = f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if status == 200 and tag in [t.strip() for t in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(data, status, media_type="application/json", headers=headers)


def _route(desk: Desk, path: str, make: Callable[[Work, Request], Any]) -> Route:
    def endpoint(request: Request) -> Response:
        try:
            with desk.open() as work:
                return _answer(request, make(work, request))
        except CounterclaimError as error:
            status = 404 if isinstance(error, StoreNotFound) else 400 if isinstance(error, UsageError) else 503
            return _answer(request, {"error": str(error)}, status)

    return Route(path, endpoint)


def api_routes(desk: Desk) -> list[Route]:
    """The addresses of /api/v1 and its description."""

    def of(cls: type) -> Callable[[Work, Request], Any]:
        return lambda work, request: list_records(work, cls, request.query_params)

    def one(cls: type) -> Callable[[Work, Request], Any]:
        return lambda work, request: orjson.loads(dump_json(work.store.get(cls, request.path_params["id"])))

    routes = [_route(desk, "/api/v1/search", lambda work, request: search_records(work, request.query_params))]
    for name, cls in KINDS.items():
        routes += [_route(desk, f"/api/v1/{name}", of(cls)), _route(desk, f"/api/v1/{name}/{{id}}", one(cls))]
    routes += [_route(desk, "/api/v1/audit", of(AuditEntry))]
    routes += [_route(desk, "/api/v1/topics", lambda work, request: list_topics(work))]
    routes += [_route(desk, "/api/v1/topics/{id}", lambda work, request: one_topic(work, request.path_params["id"]))]
    routes += writing_routes(desk, _answer)
    told = description()
    return [*routes, Route("/api/v1/openapi.json", lambda request: _answer(request, told))]
