"""What programs change under /api/v1: a JSON object is sent, the record that it changed comes back.

A program with a token works in its user's name; where nobody logs in, "by" says who it is. A browser can only send from
a page of this site: JSON from another one it would have to ask for first (CORS), which is not granted."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.web.desk import Desk
from console.web.operations import OPERATIONS, ActOn, Operation
from console.web.visitor import address_of, of_this_site
from processing.pipeline.people import audit
from schemas.errors import ConfigError, StoreNotFound, UsageError
from schemas.records import Alert, dump_json

__all__ = ["writing_routes"]

_MOST = 200_000  # bytes


def _fault(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the body'}: {e['msg']}" for e in error.errors()[:5])


def _refused(desk: Desk, request: Request) -> tuple[int, str] | None:
    if not desk.changes:
        return 403, "nothing can be changed from here; start the page with --changes"
    program = request.state.visitor.is_program
    if not program and "origin" in request.headers and not of_this_site(request.headers):
        return 403, "the request is not of this site"
    if not program and request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return 403, "the request is not of this site"
    if request.method == "DELETE":
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return 415, "a JSON object is wanted: content-type: application/json"
    return None


async def _body(request: Request) -> bytes | None:
    """What was sent; None where it is too long."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > _MOST:
            return None
    return data


Answer = Callable[..., Response]


def _route(desk: Desk, operation: Operation, answer: Answer) -> Route:
    def do(request: Request, data: bytes) -> Response:
        try:
            sent = operation.sent.model_validate_json(data) if data or request.method != "DELETE" else operation.sent()
        except ValidationError as error:
            return answer(request, {"error": _fault(error)}, 400)
        visitor = request.state.visitor
        by = visitor.name if visitor.name is not None else sent.by
        with desk.open() as work:
            if (match := request.headers.get("if-match")) and operation.sent is ActOn:
                now = answer(request, orjson.loads(dump_json(work.store.get(Alert, request.path_params["id"]))))
                if match not in ("*", now.headers["etag"]):
                    return answer(request, {"error": "the alert was changed since it was read"}, 412)
            made = operation.do(desk, work, request, sent, by)
            told = sent.model_dump_json(exclude={"by"}, exclude_defaults=True)
            target = str(request.path_params.get("id") or getattr(made, "id", ""))
            audit(work, by or "somebody on this machine", operation.does, target, told, address=address_of(request))
        if made is None:
            return Response(status_code=operation.status)
        return answer(request, made if isinstance(made, dict) else orjson.loads(dump_json(made)), operation.status)

    def guarded(request: Request, data: bytes) -> Response:
        try:
            return do(request, data)
        except (UsageError, ConfigError) as error:
            return answer(request, {"error": str(error)}, 400)
        except StoreNotFound as error:
            return answer(request, {"error": str(error)}, 404)

    async def endpoint(request: Request) -> Response:
        if told := _refused(desk, request):
            return answer(request, {"error": told[1]}, told[0])
        data = await _body(request)
        if data is None:
            return answer(request, {"error": f"more than {_MOST} bytes"}, 413)
        return await run_in_threadpool(guarded, request, data)

    return Route(f"/api/v1{operation.path}", endpoint, methods=[operation.method])


def writing_routes(desk: Desk, answer: Answer) -> list[Route]:
    """The addresses that change something; `answer(request, told, status)` makes the response."""
    return [_route(desk, operation, answer) for operation in OPERATIONS]
