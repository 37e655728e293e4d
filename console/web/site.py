"""The site: routes over the pages, security headers, and known errors as pages.

Every request opens the store anew and closes it, so that the page shows what stands there now and never holds a run up.
There are no scripts and nothing is loaded from elsewhere. What news texts hold is text: templates escape it, and links
lead to http and https only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from console.alerts import change_one
from console.tables import short_day
from console.web import pages
from processing.alert import ACTIONS
from processing.pipeline.surroundings import open_work, read_files
from processing.pipeline.work import Work
from schemas.config import Outlet, Topic
from schemas.errors import CounterclaimError, StoreError, StoreNotFound, UsageError
from schemas.records import Figure
from schemas.settings import Settings

__all__ = ["make_site"]

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PRINTED = _POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'")  # the brief carries its styles with it
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # "no-referrer" makes browsers send "Origin: null" with the site's own forms
    "cache-control": "no-store",
}
_FORM = "application/x-www-form-urlencoded"
_MOST = 20_000  # bytes of a form
_LISTED = 200  # claims on one page, where not all are asked for


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all requests share. `changes`: whether alerts can be changed from the page."""

    settings: Settings
    files: tuple[dict[str, Outlet], dict[str, Topic]]
    changes: bool
    templates: Environment = field(repr=False)

    def open(self) -> AbstractContextManager[Work]:
        return open_work(self.settings, files=self.files, catch_up=False)

    def render(self, request: Request, template: str, shown: dict[str, Any], status: int = 200) -> HTMLResponse:
        given = {"path": request.url.path, "changes": self.changes, "store": self.settings.store_url, **shown}
        return HTMLResponse(self.templates.get_template(template).render(given), status)


def _templates() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    made = Environment(
        loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(short_day=short_day, linked=_linked)
    return made


def _linked(path: str, **query: Any) -> str:
    """A path with those values of its query that are there."""
    told = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return f"{path}?{told}" if told else path


def _page(desk: _Desk, template: str, show: Callable[[Work, Request], dict[str, Any]]) -> Callable[[Request], Response]:
    """The endpoint of a page that is made of what `show` finds."""

    def endpoint(request: Request) -> Response:
        with desk.open() as work:
            return desk.render(request, template, show(work, request))

    return endpoint


def _listing(
    desk: _Desk, template: str, view: Callable[[Work, pages.Query], dict[str, Any]]
) -> Callable[[Request], Response]:
    """A page of many records, chosen by the query."""
    return _page(desk, template, lambda work, request: view(work, request.query_params))


def _single(desk: _Desk, template: str, view: Callable[[Work, str], dict[str, Any]]) -> Callable[[Request], Response]:
    """A page of one record; its lists are cut where the query does not ask for all."""
    return _page(
        desk,
        template,
        lambda work, request: {
            **view(work, request.path_params["id"]),
            "most": None if "all" in request.query_params else _LISTED,
        },
    )


def make_site(settings: Settings, *, hosts: list[str], changes: bool) -> Starlette:
    """The site over a store. `hosts`: names under which it may be asked ("*": any); `changes`: whether alerts can be
    changed from it.

    Raises: ConfigError (outlet and topic files).
    """
    desk = _Desk(settings, read_files(settings), changes, _templates())

    def picture(request: Request) -> Response:
        from processing.pipeline.picture import figure_picture

        with desk.open() as work:
            return Response(
                figure_picture(work, work.store.get(Figure, request.path_params["id"]), "svg"),
                media_type="image/svg+xml",
            )

    def brief(request: Request) -> Response:
        with desk.open() as work:
            return HTMLResponse(
                pages.brief_page(work, request.query_params), headers={"content-security-policy": _PRINTED}
            )

    async def change(request: Request) -> Response:
        """An alert is changed by a form of the site itself: a form of another site is refused."""
        if not desk.changes:
            told = "alerts cannot be changed from here; start the page with --changes, or use `counterclaim alerts`"
            return desk.render(request, "error.html", {"told": told}, 403)
        if not _of_this_site(request.headers):
            return desk.render(request, "error.html", {"told": "the form is not of this site"}, 403)
        if request.headers.get("content-type", _FORM).partition(";")[0].strip() != _FORM:
            return desk.render(request, "error.html", {"told": "what was sent is no form of this site"}, 415)
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return desk.render(request, "error.html", {"told": "the form does not say how long it is"}, 411)
        if int(length) > _MOST:
            return desk.render(request, "error.html", {"told": "the form is too long"}, 413)
        return await run_in_threadpool(_changed, desk, request, (await request.body()).decode("utf8", "replace"))

    routes = [
        Route("/", _listing(desk, "alerts.html", pages.alerts_page)),
        Route("/alerts/{id}", _single(desk, "alert.html", pages.alert_page)),
        Route("/alerts/{id}/{action}", change, methods=["POST"]),
        Route("/figures", _listing(desk, "figures.html", pages.figures_page)),
        Route("/figures/{id}.svg", picture),
        Route("/figures/{id}", _single(desk, "figure.html", pages.figure_page)),
        Route("/articles", _listing(desk, "search.html", pages.search_page)),
        Route("/articles/{id}", _single(desk, "article.html", pages.article_page)),
        Route("/claims/{id}", _single(desk, "claim.html", pages.claim_page)),
        Route("/stories", _listing(desk, "stories.html", pages.stories_page)),
        Route("/stories/{id}", _single(desk, "story.html", pages.story_page)),
        Route("/runs", _listing(desk, "runs.html", pages.runs_page)),
        Route("/runs/{id}", _single(desk, "run.html", pages.run_page)),
        Route("/brief", brief),
        Route("/style.css", _style),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
    ]

    def failed(request: Request, error: Exception) -> Response:
        status = (
            404
            if isinstance(error, StoreNotFound)
            else 400
            if isinstance(error, UsageError)
            else 503
            if isinstance(error, StoreError)
            else 500
        )
        return desk.render(request, "error.html", {"told": str(error)}, status)

    def missing(request: Request, error: Exception) -> Response:
        return desk.render(request, "error.html", {"told": f"there is no page {request.url.path}"}, 404)

    def refused(request: Request, error: Exception) -> Response:
        return desk.render(
            request, "error.html", {"told": f"{request.url.path} cannot be asked with {request.method}"}, 405
        )

    def broken(request: Request, error: Exception) -> Response:
        """A fault of the program: its traceback goes to the log of the server, not to the reader."""
        response = desk.render(request, "error.html", {"told": "a fault of this program; its log says more"}, 500)
        response.headers.update(_HEADERS)  # this one is made outside the guard
        return response

    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    middleware = [
        Middleware(BaseHTTPMiddleware, dispatch=guard),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
    ]
    return Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={CounterclaimError: failed, 404: missing, 405: refused, 500: broken},
    )


def _of_this_site(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent by a page of the site itself."""
    try:
        return "origin" in headers and urlsplit(headers["origin"]).netloc == headers.get("host")
    except ValueError:  # "http://["
        return False


def _line(given: str, name: str, most: int) -> str:
    """What somebody typed, on one line and without control characters. Raises UsageError where it is too long."""
    line = "".join(c for c in " ".join(given.split()) if c.isprintable())
    if len(line) > most:
        raise UsageError(f"{name}: {len(line)} characters are too many; at most {most}")
    return line


def _changed(desk: _Desk, request: Request, form: str) -> Response:
    given = {name: values[-1] for name, values in parse_qs(form).items()}
    id, action = request.path_params["id"], request.path_params["action"]
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is none of {', '.join(ACTIONS)}")
    with desk.open() as work:
        change_one(
            work, id, action, _line(given.get("by", ""), "your name", 80), _line(given.get("reason", ""), "why", 1000)
        )
    return RedirectResponse(f"/alerts/{id}", status_code=303)


def _style(request: Request) -> Response:
    return Response((_HERE / "style.css").read_text("utf8"), media_type="text/css")
