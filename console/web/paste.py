"""Paste a text, a page or a file: its claims at once, marked, and where they contradict the archive."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.app import moment
from console.tables import who
from console.web.desk import Desk
from console.web.forms import refused
from console.web.shown import Axis, Side, marked_text, pair_axis, side_of
from processing.pipeline.paste import Against, Pasted, paste
from schemas.errors import CounterclaimError
from schemas.records import FINDINGS, Claim

__all__ = ["paste_routes", "warm_up"]

_MOST = 5_000_000  # bytes
_BESIDE = 5  # contradictions shown of one claim


@dataclass(frozen=True, slots=True)
class _Beside:
    """A pasted claim, and what of the archive contradicts it: shown as, the sentence of it, the other side, both on one
    axis, the figure as the archive has it (None: it has none yet)."""

    claim: Side
    against: Sequence[tuple[str, str | None, str, Side, Axis | None]]
    more: int


def paste_routes(desk: Desk) -> list[Route]:
    """The form, and what it answers."""

    def empty(request: Request) -> Response:
        return desk.render(request, "paste.html", {"done": None, "given": "", "outlet": "", "published": ""})

    async def endpoint(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        told = refused(desk, request, most=_MOST, changes=False, kinds=("multipart/form-data",))
        if told:
            return desk.render(request, "error.html", {"told": told[1]}, told[0])
        assert kind
        async with request.form(max_files=1, max_fields=10, max_part_size=_MOST) as form:
            values, data = await _read(form)
        return await run_in_threadpool(_answer, desk, request, values, data)

    answer: Callable[[Request], Coroutine[Any, Any, Response]] = endpoint
    return [Route("/paste", empty), Route("/paste", answer, methods=["POST"])]


async def _read(form: FormData) -> tuple[dict[str, str], bytes]:
    """The typed values, and the file's bytes."""
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    upload = form.get("file")
    data = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
    return values, data


def _answer(desk: Desk, request: Request, values: Mapping[str, str], data: bytes) -> Response:
    text, outlet, day = values.get("text", ""), values.get("outlet", "").strip()[:80], values.get("published", "")
    shown: dict[str, Any] = {"given": text, "outlet": outlet, "published": day}
    given: str | bytes = data or text
    if looks_like_page(given):
        given = given if isinstance(given, bytes) else given.encode()
    elif isinstance(given, bytes):
        given = given.decode("utf-8-sig", "replace")
    try:
        with desk.open() as work:
            done = paste(work, given, outlet=outlet, published=moment(day or None, "published"))
    except CounterclaimError as error:
        return desk.render(request, "paste.html", {**shown, "done": None, "told": str(error)}, 400)
    return desk.render(request, "paste.html", {**shown, **_shown(done)})


def looks_like_page(given: str | bytes) -> bool:
    """Whether what was given is HTML, plain or packed."""
    head = given[:2000].lower() if isinstance(given, str) else given[:2000].decode("latin-1").lower()
    return given[:2] == b"\x1f\x8b" or any(
        mark in head for mark in ("<!doctype html", "<html", "<head", "<body", "<p>")
    )


def _shown(done: Pasted) -> dict[str, Any]:
    claims = sorted(done.reading.claims, key=lambda c: (c.field != "title", c.start))
    by_claim = sorted(done.against, key=lambda a: (a.claim.field != "title", a.claim.start, a.claim.id))
    beside = [_beside(list(group)) for _, group in groupby(by_claim, key=lambda a: a.claim.id)]
    return {
        "done": done,
        "paragraphs": marked_text(done.article, claims),
        "claims": [(c, who(c)) for c in claims],
        "beside": beside,
        "names": FINDINGS,
    }


def _beside(group: list[Against]) -> _Beside:
    claim = side_of(group[0].claim)
    assert claim is not None
    rows = []
    for one in sorted(group, key=lambda a: (a.finding.severity != "high", a.finding.severity is None))[:_BESIDE]:
        other = side_of(one.other)
        if other is not None:
            axis = pair_axis(one.other, one.claim) if isinstance(one.other, Claim) else None
            rows.append((one.finding.finding, one.finding.severity, one.finding.text, other, axis))
    return _Beside(claim, rows, len(group) - len(rows))


def warm_up() -> None:
    """Load the model, so that the first text that somebody pastes is read as fast as the second."""
    from processing.claims import read_text

    read_text("Floods killed 12 people, the police said.", file="warm-up")
