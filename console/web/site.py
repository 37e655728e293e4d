"""The site: routes over the pages, security headers, and known errors as pages.

Every request opens the store anew and closes it, so that the page shows what stands there now and never holds a run up.
Every page works without scripts; those that there are add keys and charts. Nothing is loaded from elsewhere. What news
texts hold is text: templates escape it, and links lead to http and https only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.alerts import find_figure
from console.web import pages
from console.web.api import api_routes
from console.web.article import article_page, article_routes
from console.web.desk import TYPES, Desk, asset, make_desk, read_asset
from console.web.exports import export_routes
from console.web.feeds import feed_routes
from console.web.figure import figure_page, figure_routes
from console.web.forms import form_routes
from console.web.oidc import oidc_middleware, oidc_routes
from console.web.outlet_import import import_routes
from console.web.paste import paste_routes
from console.web.people import audit_page, people_page, people_routes
from console.web.query import Query
from console.web.saved_searches import search_routes
from console.web.search import search_page
from console.web.standing import outlet_page, outlets_page, source_page, stories_page, topic_page
from console.web.today import last_look, today_page
from console.web.visitor import door
from processing.pipeline.people import saw
from processing.pipeline.work import Work
from schemas.errors import CounterclaimError, StoreError, StoreNotFound, UsageError
from schemas.settings import Settings

__all__ = ["make_site"]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PRINTED = _POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'").replace(
    "script-src 'self'; connect-src 'self'; ", ""
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # "no-referrer" makes browsers send "Origin: null" with the site's own forms
    "cache-control": "no-store",
}
_LISTED = 200  # claims on one page, where not all are asked for


def _page(desk: Desk, template: str, show: Callable[[Work, Request], dict[str, Any]]) -> Callable[[Request], Response]:
    """The endpoint of a page that is made of what `show` finds."""

    def endpoint(request: Request) -> Response:
        with desk.open() as work:
            return desk.render(request, template, show(work, request))

    return endpoint


def _listing(desk: Desk, template: str, view: Callable[[Work, Query], dict[str, Any]]) -> Callable[[Request], Response]:
    """A page of many records, chosen by the query."""
    return _page(desk, template, lambda work, request: view(work, request.query_params))


def _single(desk: Desk, template: str, view: Callable[[Work, str], dict[str, Any]]) -> Callable[[Request], Response]:
    """A page of one record; its lists are cut where the query does not ask for all."""
    return _page(
        desk,
        template,
        lambda work, request: {
            **view(work, request.path_params["id"]),
            "most": None if "all" in request.query_params else _LISTED,
        },
    )


def _figure(desk: Desk) -> Callable[[Request], Response]:
    def show(work: Work, request: Request) -> dict[str, Any]:
        most = None if "all" in request.query_params else _LISTED
        return {**figure_page(work, request.path_params["id"], request.query_params), "most": most}

    return _page(desk, "figure.html", show)


def _named_figure(desk: Desk) -> Callable[[Request], Response]:
    """A followed figure by topic and name, as the commands call it; leads to its page."""

    def endpoint(request: Request) -> Response:
        with desk.open() as work:
            figure = find_figure(work, f"{request.path_params['topic']}/{request.path_params['name']}")
        return RedirectResponse(f"/figures/{figure.id}")

    return endpoint


def _alert(desk: Desk) -> Callable[[Request], Response]:
    """One alert; that its reader saw it is noted once the page is sent."""

    def note(alert: str, name: str) -> None:
        with suppress(StoreError), desk.open() as work:  # a store that is busy must not hold a reader up
            saw(work, alert, name)

    def endpoint(request: Request) -> Response:
        id, visitor = request.path_params["id"], request.state.visitor
        with desk.open() as work:
            answer = desk.render(request, "alert.html", pages.alert_page(work, id))
        if visitor.name is not None:
            answer.background = BackgroundTask(note, id, visitor.name)
        return answer

    return endpoint


def _today(desk: Desk) -> Callable[[Request], Response]:
    """The first page; a cookie keeps when its reader last looked."""

    def endpoint(request: Request) -> Response:
        with desk.open() as work:
            before, cookie = last_look(request.cookies.get("looked", ""), work.now())
            answer = desk.render(
                request, "today.html", today_page(work, request.query_params, since=before.date() if before else None)
            )
        answer.set_cookie("looked", cookie, 90 * 24 * 3600, httponly=True, samesite="strict")
        return answer

    return endpoint


def make_site(settings: Settings, *, hosts: list[str], changes: bool, needs_users: bool = False) -> Starlette:
    """The site over a store. `hosts`: names under which it may be asked ("*": any); `changes`: whether alerts can be
    changed from it; `needs_users`: whether it answers nobody while the store holds no user.

    Raises: ConfigError (outlet and topic files).
    """
    desk = make_desk(settings, changes=changes, needs_users=needs_users)
    middleware = [
        Middleware(BaseHTTPMiddleware, dispatch=_guard),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
        *oidc_middleware(settings),
        Middleware(BaseHTTPMiddleware, dispatch=door(desk)),
    ]
    return Starlette(routes=_routes(desk), middleware=middleware, exception_handlers=_told_errors(desk))


def _brief(desk: Desk) -> Callable[[Request], Response]:
    """The brief as a page for print."""

    def endpoint(request: Request) -> Response:
        with desk.open() as work:
            return HTMLResponse(
                pages.brief_page(work, request.query_params), headers={"content-security-policy": _PRINTED}
            )

    return endpoint


def _routes(desk: Desk) -> list[BaseRoute]:
    """Which page answers which address."""
    return [
        *form_routes(desk),
        *paste_routes(desk),
        *import_routes(desk),
        *feed_routes(desk),
        *api_routes(desk),
        *export_routes(desk),
        *search_routes(desk),
        Route("/", _today(desk)),
        *people_routes(desk),
        *oidc_routes(desk),
        Route("/people", _listing(desk, "people.html", people_page)),
        Route("/audit", _listing(desk, "audit.html", audit_page)),
        Route("/alerts/{id}", _alert(desk)),
        Route("/findings", _listing(desk, "findings.html", pages.findings_page)),
        Route("/figures", _listing(desk, "figures.html", pages.figures_page)),
        *figure_routes(desk),
        *article_routes(desk),
        Route("/figures/{id}", _figure(desk)),
        Route("/figures/{topic}/{name}", _named_figure(desk)),
        Route("/search", _listing(desk, "search.html", search_page)),
        Route("/articles", lambda request: RedirectResponse(f"/search?{request.url.query}", 301)),
        Route("/articles/{id}", _single(desk, "article.html", article_page)),
        Route("/claims/{id}", _single(desk, "claim.html", pages.claim_page)),
        Route("/stories", _listing(desk, "stories.html", stories_page)),
        Route("/stories/{id}", _single(desk, "story.html", pages.story_page)),
        Route("/outlets", _listing(desk, "outlets.html", outlets_page)),
        Route("/outlets/{id:path}", _page(desk, "outlet.html", lambda work, r: outlet_page(work, r.path_params["id"]))),
        Route("/sources/{id:path}", _page(desk, "source.html", lambda work, r: source_page(work, r.path_params["id"]))),
        Route("/topics/{id}", _page(desk, "topic.html", lambda work, r: topic_page(work, r.path_params["id"]))),
        Route("/runs", _listing(desk, "runs.html", pages.runs_page)),
        Route("/runs/{id}", _single(desk, "run.html", pages.run_page)),
        Route("/brief", _brief(desk)),
        Route("/assets/{name}", _asset),
        Route("/favicon.ico", lambda request: RedirectResponse(asset("favicon.svg"), 301)),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
    ]


def _status(error: Exception) -> int:
    """The HTTP status of a known error."""
    for kind, status in ((StoreNotFound, 404), (UsageError, 400), (StoreError, 503)):
        if isinstance(error, kind):
            return status
    return 500


def _told_errors(desk: Desk) -> dict[Any, Callable[[Request, Exception], Response]]:
    """The pages of what goes wrong, by kind of error or HTTP status."""

    def failed(request: Request, error: Exception) -> Response:
        return desk.render(request, "error.html", {"told": str(error)}, _status(error))

    def missing(request: Request, error: Exception) -> Response:
        return desk.render(request, "error.html", {"told": f"there is no page {request.url.path}"}, 404)

    def refused(request: Request, error: Exception) -> Response:
        told = f"{request.url.path} cannot be asked with {request.method}"
        return desk.render(request, "error.html", {"told": told}, 405)

    def broken(request: Request, error: Exception) -> Response:
        """A fault of the program: its traceback goes to the log of the server, not to the reader."""
        response = desk.render(request, "error.html", {"told": "a fault of this program; its log says more"}, 500)
        response.headers.update(_HEADERS)  # this one is made outside the guard
        return response

    return {CounterclaimError: failed, 404: missing, 405: refused, 500: broken}


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer carries the headers of security."""
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _asset(request: Request) -> Response:
    """A file of the page's own; its address holds its digest, so that it may be kept."""
    name = request.path_params["name"]
    found = read_asset(name)
    if found is None:
        raise StoreNotFound(f"there is no file {name!r}")
    kept = {"cache-control": "public, max-age=31536000, immutable"} if request.url.query == found[1] else {}
    return Response(found[0], media_type=TYPES[Path(name).suffix], headers=kept)
