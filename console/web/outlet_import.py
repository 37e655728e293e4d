"""A feed reader's list (OPML) taken in on the outlets page: its outlets as drafts that were checked, of which somebody
chooses those to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.opml import Checked, checked_drafts, keep_draft
from console.web.desk import Desk
from console.web.forms import refused
from console.web.visitor import address_of
from processing.pipeline.people import audit
from schemas.errors import UsageError

__all__ = ["import_routes"]

_MOST = 2_000_000  # bytes
_FIELDS = 5_000  # drafts chosen at once, at most


def import_routes(desk: Desk) -> list[Route]:
    """The form, and what it answers: first what the list holds, then what was kept of it."""

    def empty(request: Request) -> Response:
        return desk.render(request, "outlet_import.html", _shown({}))

    async def endpoint(request: Request) -> Response:
        if told := refused(desk, request, most=_MOST, kinds=("multipart/form-data",)):
            return desk.render(request, "error.html", {"told": told[1]}, told[0])
        async with request.form(max_files=1, max_fields=_FIELDS, max_part_size=_MOST) as form:
            values, chosen, given = await _read(form)
        return await run_in_threadpool(_answer, desk, request, values, chosen, given)

    answer: Callable[[Request], Coroutine[Any, Any, Response]] = endpoint
    return [Route("/outlets/import", empty), Route("/outlets/import", answer, methods=["POST"])]


async def _read(form: FormData) -> tuple[dict[str, str], list[str], str]:
    """The typed values, the ids of the drafts to keep, and the list."""
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    chosen = [value for value in form.getlist("keep") if isinstance(value, str)]
    upload = form.get("file")
    data = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
    return values, chosen, _text(data) if data else values.get("list", "")


def _text(data: bytes) -> str:
    """A file's text, in the encoding that it names."""
    named = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w.-]+)", data)
    try:
        return data.decode(named[1].decode() if named else "utf-8-sig", "replace")
    except LookupError:
        return data.decode("utf-8-sig", "replace")


def _shown(values: Mapping[str, str], **more: Any) -> dict[str, Any]:
    country, zone = values.get("country", "").strip().casefold(), values.get("timezone", "").strip()
    given = {"list": values.get("list", ""), "country": country, "timezone": zone or "UTC"}
    return {**given, "told": None, "drafts": (), "kept": None, **more}


def _answer(desk: Desk, request: Request, values: Mapping[str, str], chosen: Sequence[str], given: str) -> Response:
    visitor = request.state.visitor
    if visitor.csrf and not compare_digest(values.get("csrf", "").encode(), visitor.csrf.encode()):
        return desk.render(request, "error.html", {"told": "the form is not of this log-in: load its page again"}, 403)
    shown = _shown({**values, "list": given})
    try:
        drafts = _drafts(desk, shown)
        if "write" not in values:
            return desk.render(request, "outlet_import.html", {**shown, "drafts": drafts})
        return _keep(desk, request, {**shown, "drafts": drafts}, values.get("by", ""), set(chosen))
    except UsageError as error:
        return desk.render(request, "outlet_import.html", {**shown, "told": str(error)}, 400)


def _drafts(desk: Desk, shown: Mapping[str, Any]) -> list[Checked]:
    """Raises: UsageError."""
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", shown["list"])  # it is text now, whatever its bytes were
    with desk.open() as work:
        known = list(work.outlets.values())
    folder = desk.settings.outlets[0] if desk.settings.outlets else None
    return checked_drafts(plain.encode(), shown["country"], shown["timezone"], known, folder)


def _keep(desk: Desk, request: Request, shown: Mapping[str, Any], by: str, chosen: set[str]) -> Response:
    """Write the chosen drafts. Raises: UsageError."""
    if not desk.settings.outlets:
        raise UsageError("no folder for outlet files is named: `outlets` is empty in the configuration")
    able = [c.draft for c in shown["drafts"] if c.state == "new" and c.draft.id in chosen]
    if not able:
        raise UsageError("none of the drafts was chosen")
    for draft in able:
        keep_draft(draft, desk.settings.outlets[0])
    author = request.state.visitor.name or " ".join(by.split())[:80] or "somebody on this machine"
    with desk.open() as work:
        audit(work, author, "import outlets", "", ", ".join(d.id for d in able), address=address_of(request))
    return desk.render(request, "outlet_import.html", {**shown, "kept": able, "drafts": ()})
