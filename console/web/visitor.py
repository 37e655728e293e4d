"""Who asks, and whether he may: every request passes this door before it reaches a page.

While the store holds no user, whoever reaches a page of this machine may do everything. From the first user on
everybody logs in: a browser by a cookie that holds a random secret (the store has its digest alone, so that a log-in
can be ended there), a program by a token. What an address needs is said in one place, and an address that is not named
needs a reader to look and an analyst to change."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from processing.pipeline.people import has_users, way_in
from schemas.errors import CounterclaimError, StoreError
from schemas.people import ROLES, Role

if TYPE_CHECKING:
    from console.web.desk import Desk

__all__ = ["COOKIE", "NOBODY", "OPEN", "Visitor", "address_of", "door", "form_secret", "needed", "of_this_site"]

COOKIE = "login"
_UNGUARDED = ("/login", "/healthz", "/favicon.ico", "/assets/", "/login/")
_ADMIN = ("/people", "/audit", "/api/v1/audit")
_READER_ACTS = ("/logout", "/paste", "/account")  # what a reader may send: it changes nothing of the desk's
_MACHINES = (".atom", ".rss", ".opml", ".csv", ".jsonl", ".parquet")  # programs ask for these, by name and token


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: a user's name, or None where nobody has to say it; `login`: the id of his way in; `csrf`: what his
    forms must send along, "" where they need not."""

    name: str | None
    role: Role
    login: str | None = None
    csrf: str = ""
    is_program: bool = False

    def may(self, role: Role) -> bool:
        """Whether he may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


OPEN = Visitor(None, "admin")
NOBODY = Visitor(None, "reader")


def needed(method: str, path: str) -> Role | None:
    """The least role that may ask for an address; None where nobody need be known."""
    if path in _UNGUARDED or path.startswith(tuple(p for p in _UNGUARDED if p.endswith("/"))):
        return None
    if any(path == at or path.startswith(f"{at}/") for at in _ADMIN):
        return "admin"
    if method in ("GET", "HEAD", "OPTIONS"):
        return "reader"
    return "reader" if any(path == at or path.startswith(f"{at}/") for at in _READER_ACTS) else "analyst"


def form_secret(secret: str) -> str:
    """What the forms of a log-in must send along: made of its secret, which no other site knows."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def address_of(request: Request) -> str:
    """Where a request came from; of a proxy on this machine, what it says."""
    return request.client.host if request.client else ""


def of_this_site(headers: Mapping[str, str]) -> bool:
    """Whether a request was sent by a page of the site itself."""
    try:
        return "origin" in headers and urlsplit(headers["origin"]).netloc == headers.get("host")
    except ValueError:  # "http://["
        return False


def _given_token(request: Request) -> str | None:
    """A program's token: as a bearer, or as the password of HTTP's basic form, which feed readers know."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        with suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
    return None


def _who(desk: Desk, request: Request) -> Visitor | None:
    """Raises: StoreError; ConfigError."""
    with desk.open() as work:
        if not has_users(work.store):
            if desk.needs_users:
                raise StoreError("nobody may come in: there is no user any more; `counterclaim users add NAME`")
            return OPEN
        token = _given_token(request)
        secret = token or request.cookies.get(COOKIE)
        found = way_in(work.store, secret, work.now(), "token" if token else "page") if secret else None
    if found is None or secret is None:
        return None
    user, login = found
    return Visitor(user.name, user.role, login.id, "" if token else form_secret(secret), is_program=bool(token))


Next = Callable[[Request], Awaitable[Response]]


def door(desk: Desk) -> Callable[[Request, Next], Awaitable[Response]]:
    """The middleware: `request.state.visitor` is who asks."""

    async def dispatch(request: Request, call_next: Next) -> Response:
        role = needed(request.method, request.url.path)
        request.state.visitor = NOBODY
        if role is None:
            return await call_next(request)
        try:
            visitor = await run_in_threadpool(_who, desk, request)
        except CounterclaimError as error:
            return _refusal(desk, request, 503, str(error))
        if visitor is None:
            return _log_in_first(desk, request)
        request.state.visitor = visitor
        if not visitor.may(role):
            told = f"{visitor.name or 'you'} may not do this: it needs the role {role}, and yours is {visitor.role}"
            return _refusal(desk, request, 403, told)
        return await call_next(request)

    return dispatch


def _refusal(desk: Desk, request: Request, status: int, told: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": told}, status)
    return desk.render(request, "error.html", {"told": told}, status)


def _log_in_first(desk: Desk, request: Request) -> Response:
    path = request.url.path
    if path.startswith("/api/"):
        told = "this needs a token: Authorization: Bearer TOKEN; users make theirs under /account"
        return JSONResponse({"error": told}, 401, {"www-authenticate": 'Bearer realm="counterclaim"'})
    if path.endswith(_MACHINES) and "text/html" not in request.headers.get("accept", ""):
        asks = {"www-authenticate": 'Basic realm="counterclaim", charset="UTF-8"'}
        return JSONResponse({"error": "this needs a user's name and a token as the password"}, 401, asks)
    if request.method in ("GET", "HEAD"):
        from console.web.desk import linked

        here = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(linked("/login", to=None if here == "/" else here), 303)
    return desk.render(request, "error.html", {"told": "you are not logged in any more"}, 401)
