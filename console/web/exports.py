"""Records as CSV, JSON lines or Parquet, streamed; outlets as OPML for a feed reader."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.export import KINDS, csv_parts, jsonl_parts, write_parquet
from console.opml import outlets_as_opml
from console.web.api_reading import conditions
from console.web.desk import Desk
from schemas.errors import UsageError

__all__ = ["export_routes"]

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
_PART = 1 << 16  # bytes


def _records(desk: Desk, cls: type, request: Request) -> Iterator[Any]:
    """The records that are asked for; the store stays open as long as they are read. Raises: UsageError, StoreError."""
    with desk.open() as work:
        yield from work.store.find(cls, *conditions(cls, request.query_params))


def _parquet(records: Iterator[Any], cls: type) -> Iterator[bytes]:
    """Parquet's footer comes last and its parts are many, so it is written to a file that has no name, then sent."""
    with tempfile.TemporaryFile() as file:
        write_parquet(records, cls, file)
        file.seek(0)
        yield from iter(lambda: _read(file), b"")


def _read(file: IO[bytes]) -> bytes:
    return file.read(_PART)


def _route(desk: Desk, kind: str, cls: type, ending: str) -> Route:
    parts: dict[str, Callable[[Iterator[Any], type], Iterator[bytes]]] = {
        "csv": csv_parts,
        "jsonl": jsonl_parts,
        "parquet": _parquet,
    }

    def endpoint(request: Request) -> Response:
        made = parts[ending](_records(desk, cls, request), cls)
        first = next(made, b"")  # what is asked wrongly is told before the first byte is sent
        headers = {"content-disposition": f'attachment; filename="{kind}.{ending}"'}
        return StreamingResponse(chain([first], made), media_type=_TYPES[ending], headers=headers)

    return Route(f"/export/{kind}.{ending}", endpoint)


def export_routes(desk: Desk) -> list[Route]:
    """/export/KIND.ENDING, narrowed by the conditions that the API has; /outlets.opml."""

    def opml(request: Request) -> Response:
        with desk.open() as work:
            data = outlets_as_opml(work.outlets.values())
        return Response(data, media_type="text/x-opml")

    def unknown(request: Request) -> Response:
        raise UsageError(f"{request.path_params['name']!r}: there are {', '.join(KINDS)} as {', '.join(_TYPES)}")

    routes = [_route(desk, kind, cls, ending) for kind, cls in KINDS.items() for ending in _TYPES]
    return [*routes, Route("/export/{name}", unknown), Route("/outlets.opml", opml)]
