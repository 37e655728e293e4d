"""The records for other programs: /api/v1, as JSON in the shapes of schemas.records, described by OpenAPI.

Lists come in pages with a cursor; every answer carries an ETag, so that an unchanged one is not sent again. The same
conditions as in the store: `?state=open&severity=high`. What changes anything stands in console.web.api_writing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.app import version
from console.web.api_writing import OPERATIONS, Operation, told_topic, writing_routes
from console.web.desk import Desk
from processing.pipeline.work import Work
from processing.store import FIELDS, Query, Where, parse
from schemas.errors import CounterclaimError, StoreNotFound, UsageError
from schemas.people import AuditEntry, SavedSearch
from schemas.records import (
    Alert,
    Article,
    Claim,
    CopyGroup,
    Correction,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Run,
    Story,
    dump_json,
)

__all__ = ["KINDS", "api_routes", "conditions", "description"]

KINDS: dict[str, type] = {
    "alerts": Alert,
    "articles": Article,
    "claims": Claim,
    "copy-groups": CopyGroup,
    "corrections": Correction,
    "denials": Denial,
    "figures": Figure,
    "figure-days": FigureDay,
    "findings": Finding,
    "runs": Run,
    "searches": SavedSearch,
    "stories": Story,
}
_MOST = 200
_USUAL = 50


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit") or str(_USUAL)
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= _MOST:
        raise UsageError(f"limit: {text!r} is no number from 1 to {_MOST}")
    return int(text)


def _start(query: Mapping[str, str]) -> int:
    """Where the page begins, out of its cursor. Raises UsageError."""
    cursor = query.get("cursor")
    if not cursor:
        return 0
    try:
        told = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"cursor: {cursor!r} was not given by this service") from error
    if not (told.isdecimal() and len(told) < 9):
        raise UsageError(f"cursor: {cursor!r} was not given by this service")
    return int(told)


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode("ascii")).decode("ascii")


def conditions(cls: type, query: Mapping[str, str]) -> list[Where]:
    """Conditions on the fields that a store selects by; unknown names are refused. Raises UsageError."""
    allowed = FIELDS[cls]
    told = {name: value for name, value in query.items() if name not in ("limit", "cursor", "order")}
    if unknown := sorted(set(told) - set(allowed)):
        raise UsageError(f"{', '.join(unknown)}: unknown; allowed: limit, cursor, order, {', '.join(allowed)}")
    return [Where(name, "=", _value(name, value)) for name, value in told.items()]


def _value(name: str, value: str) -> Any:
    if name == "revision":
        if not (value.isascii() and value.isdecimal() and len(value) < 9):
            raise UsageError(f"revision: {value!r} is no number")
        return int(value)
    if name.endswith("_at") or name in ("published",):
        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone()
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{name}: {value!r} is no ISO 8601 time") from error
    return value or None


def _list(work: Work, cls: type, query: Mapping[str, str]) -> dict[str, Any]:
    limit, start = _limit(query), _start(query)
    order = query.get("order") or None
    if order is not None and order.removeprefix("-") not in FIELDS[cls]:
        raise UsageError(f"order: {order!r} is none of {', '.join(FIELDS[cls])}, each also with - before it")
    where = conditions(cls, query)
    found: list[Any] = list(work.store.find(cls, *where, order=order, limit=start + limit + 1))[start:]
    return _page(found[:limit], _cursor(start + limit) if len(found) > limit else None, work.store.count(cls, *where))


def _page(items: list[Any], following: str | None, total: int) -> dict[str, Any]:
    return {"items": [orjson.loads(dump_json(item)) for item in items], "next": following, "total": total}


def _search(work: Work, query: Mapping[str, str]) -> dict[str, Any]:
    limit, start = _limit(query), _start(query)
    kind = query.get("of") or "articles"
    if kind not in ("articles", "claims"):
        raise UsageError(f"of: {kind!r} is none of articles, claims")
    asked = parse(query.get("q") or "")
    if asked == Query():
        raise UsageError("q: has no word to search for")
    if kind == "claims":
        claims = work.store.search_claims(asked, limit=limit, offset=start)
        items, total, facets = list[Any](claims.hits), claims.total, claims.facets
    else:
        articles = work.store.search_articles(asked, limit=limit, offset=start)
        items, total, facets = [hit.article for hit in articles.hits], articles.total, articles.facets
    following = _cursor(start + limit) if start + limit < total else None
    return {**_page(items, following, total), "facets": facets}


def _topics(work: Work) -> dict[str, Any]:
    items = [told_topic(t) for _, t in sorted(work.topics.items())]
    return {"items": items, "next": None, "total": len(items)}


def _topic(work: Work, name: str) -> dict[str, Any]:
    if name not in work.topics:
        raise StoreNotFound(f"no topic {name!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    return told_topic(work.topics[name])


# ---------------------------------------------------------------- answers


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
        return lambda work, request: _list(work, cls, request.query_params)

    def one(cls: type) -> Callable[[Work, Request], Any]:
        return lambda work, request: orjson.loads(dump_json(work.store.get(cls, request.path_params["id"])))

    routes = [_route(desk, "/api/v1/search", lambda work, request: _search(work, request.query_params))]
    for name, cls in KINDS.items():
        routes += [_route(desk, f"/api/v1/{name}", of(cls)), _route(desk, f"/api/v1/{name}/{{id}}", one(cls))]
    routes += [_route(desk, "/api/v1/audit", of(AuditEntry))]
    routes += [_route(desk, "/api/v1/topics", lambda work, request: _topics(work))]
    routes += [_route(desk, "/api/v1/topics/{id}", lambda work, request: _topic(work, request.path_params["id"]))]
    routes += writing_routes(desk, _answer)
    told = description()
    return [*routes, Route("/api/v1/openapi.json", lambda request: _answer(request, told))]


# ---------------------------------------------------------------- OpenAPI


def _parameter(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": kind, **more}}


def _json(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 description, made of the records themselves."""
    schemas: dict[str, Any] = {
        "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    }
    for cls in (*KINDS.values(), AuditEntry):
        made = TypeAdapter(cls).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas.update(made.pop("$defs", {}))
        schemas[cls.__name__] = made
    schemas["Finding"]["properties"]["gap"] = {"type": ["number", "string", "null"]}  # "Infinity" against a zero
    failures = {
        str(status): _json({"$ref": "#/components/schemas/Error"}, text)
        for status, text in ((400, "What was asked is not understood"), (503, "The store cannot be read"))
    }
    paths: dict[str, Any] = {"/api/v1/search": {"get": _search_operation(failures)}}
    for name, cls in KINDS.items():
        paths[f"/api/v1/{name}"] = {"get": _list_operation(name, cls, failures)}
        paths[f"/api/v1/{name}/{{id}}"] = {"get": _one_operation(name, cls, failures)}
    paths["/api/v1/audit"] = {"get": _list_operation("audit", AuditEntry, failures)}
    paths["/api/v1/topics"] = {"get": _topic_operation("list_topics", _page_schema({"type": "object"}), failures)}
    paths["/api/v1/topics/{id}"] = {"get": _topic_operation("get_topic", {"type": "object"}, failures, one=True)}
    for operation in OPERATIONS:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _writing(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counterclaim", "version": version(), "description": "The records of a desk."},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _pages() -> list[dict[str, Any]]:
    return [_parameter("limit", "integer", minimum=1, maximum=_MOST, default=_USUAL), _parameter("cursor")]


def _page_schema(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "items": {"type": "array", "items": items},
        "next": {"type": ["string", "null"]},
        "total": {"type": "integer"},
    }
    return {"type": "object", "required": [*told, *more], "properties": {**told, **more}}


def _list_operation(name: str, cls: type, failures: dict[str, Any]) -> dict[str, Any]:
    orders = [sign + field for field in FIELDS[cls] for sign in ("", "-")]
    fields = [_parameter(field) for field in FIELDS[cls]]
    schema = _page_schema({"$ref": f"#/components/schemas/{cls.__name__}"})
    return {
        "operationId": f"list_{name.replace('-', '_')}",
        "parameters": [*_pages(), _parameter("order", enum=orders), *fields],
        "responses": {"200": _json(schema, f"A page of {name}"), "304": {"description": "Not changed"}, **failures},
    }


def _one_operation(name: str, cls: type, failures: dict[str, Any]) -> dict[str, Any]:
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    missing = {"404": _json({"$ref": "#/components/schemas/Error"}, "There is none of that id")}
    found = _json({"$ref": f"#/components/schemas/{cls.__name__}"}, "The record")
    return {
        "operationId": f"get_{name.replace('-', '_')}",
        "parameters": [id],
        "responses": {"200": found, "304": {"description": "Not changed"}, **missing, **failures},
    }


_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _topic_operation(
    name: str, schema: dict[str, Any], failures: dict[str, Any], *, one: bool = False
) -> dict[str, Any]:
    missing = {"404": _json({"$ref": "#/components/schemas/Error"}, "There is none of that name")}
    return {
        "operationId": name,
        "parameters": [_ID] if one else [],
        "responses": {
            "200": _json(schema, "Topic files"),
            "304": {"description": "Not changed"},
            **(missing if one else {}),
            **failures,
        },
    }


_FAILURES = {
    400: "What was sent is not understood, or not possible",
    403: "This user may not, or nothing can be changed from here",
    404: "There is none of that id",
    412: "It was changed since it was read",
    413: "Too long",
    415: "No JSON",
    503: "The store cannot be written",
}


def _writing(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    """One operation that changes something; its body's schema goes among the others."""
    name = operation.sent.__name__.strip("_")
    made = operation.sent.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs", {}))
    schemas[name] = made
    gives: dict[str, Any] = (
        {"$ref": f"#/components/schemas/{operation.gives}"} if operation.gives else {"type": "object"}
    )
    done = {"description": "Gone"} if operation.status == 204 else _json(gives, "What it is now")
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
    match = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}
    return {
        "operationId": operation.name,
        "summary": operation.does,
        "parameters": [*([_ID] if "{id}" in operation.path else []), *([match] if name == "ActOn" else [])],
        **({"requestBody": body} if operation.method != "DELETE" else {}),
        "responses": {
            str(operation.status): done,
            **{str(s): _json({"$ref": "#/components/schemas/Error"}, text) for s, text in _FAILURES.items()},
        },
    }


def _search_operation(failures: dict[str, Any]) -> dict[str, Any]:
    either = {"anyOf": [{"$ref": "#/components/schemas/Article"}, {"$ref": "#/components/schemas/Claim"}]}
    schema = _page_schema(either, facets={"type": "object"})
    words = {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "operationId": "search",
        "parameters": [words, _parameter("of", enum=["articles", "claims"]), *_pages()],
        "responses": {
            "200": _json(schema, "A page of what was found"),
            "304": {"description": "Not changed"},
            **failures,
        },
    }
