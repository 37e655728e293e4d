"""Searches that are kept: saved from the search page, followed on the first page, as a feed, and dropped again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.web.desk import Desk, linked
from console.web.forms import Form, form_route
from processing.pipeline.searches import keep_search, looked
from processing.store import Batch
from schemas.errors import StoreError
from schemas.people import SavedSearch

__all__ = ["search_routes"]


def _path(search: SavedSearch, ending: str = "") -> str:
    of = search.of if search.of != "articles" else None
    return linked(f"/search{ending}", q=search.words, of=of)


def _save(desk: Desk, request: Request, form: Form) -> str:
    words, of = form.line("q", "search", 1000), form.line("of", "of", 10)
    with desk.open() as work:
        made = keep_search(work, form.line("name", "name", 80), words, of, form.by, followed=True)
    return _path(made)


def _follow(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        search = work.store.get(SavedSearch, request.path_params["id"])
        work.store.apply(Batch(put=[replace(search, followed=not search.followed)]))
    return "/searches"


def _drop(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        search = work.store.get(SavedSearch, request.path_params["id"])
        work.store.apply(Batch(delete=[(SavedSearch, search.id)]))
    return "/searches"


def search_routes(desk: Desk) -> list[Route]:
    """The addresses of saved searches."""

    def note(search: SavedSearch) -> None:
        with suppress(StoreError), desk.open() as work:
            looked(work, search)

    def listed(request: Request) -> Response:
        with desk.open() as work:
            shown: dict[str, Any] = {"searches": [(s, _path(s, ".atom")) for s in work.store.find(SavedSearch)]}
            return desk.render(request, "searches.html", shown)

    def one(request: Request) -> Response:
        with desk.open() as work:
            search = work.store.get(SavedSearch, request.path_params["id"])
        return RedirectResponse(_path(search), 303, background=BackgroundTask(note, search))

    def feed(request: Request) -> Response:
        with desk.open() as work:
            search = work.store.get(SavedSearch, request.path_params["id"])
        return RedirectResponse(_path(search, ".atom"), 303)

    return [
        Route("/searches", listed),
        Route("/searches/{id}.atom", feed),
        Route("/searches/{id}", one),
        form_route(desk, "/searches", _save, does="save a search"),
        form_route(desk, "/searches/{id}/follow", _follow, does="follow a search or not"),
        form_route(desk, "/searches/{id}/drop", _drop, does="drop a search"),
    ]
