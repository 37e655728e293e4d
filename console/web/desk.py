"""What all requests share: the settings, the outlet and topic files as they are now, the templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.tables import short_day
from console.web.visitor import NOBODY, Visitor
from processing.pipeline.surroundings import open_work, read_files
from processing.pipeline.work import Work
from schemas.config import Outlet, Topic
from schemas.settings import Settings

__all__ = ["Desk", "asset", "linked", "make_desk", "read_asset"]

HERE = Path(__file__).parent
PAGES = (
    ("/", "Today"),
    ("/figures", "Figures"),
    ("/stories", "Stories"),
    ("/search", "Search"),
    ("/paste", "Paste"),
    ("/findings", "Not alerted"),
    ("/outlets", "Outlets"),
    ("/runs", "Runs"),
    ("/brief", "Brief"),
)
Files = tuple[dict[str, Outlet], dict[str, Topic]]


class _Files:
    """Outlets and topics, read anew when a file of theirs was changed, added or taken away."""

    def __init__(self, settings: Settings):
        self._settings, self._lock = settings, Lock()
        self._seen, self._files = self._state(), read_files(settings)

    def _state(self) -> list[tuple[str, int]]:
        folders = (*self._settings.outlets, *self._settings.topics)
        found = [path for folder in folders if folder.is_dir() for path in folder.rglob("*.y*ml")]
        return sorted((str(path), path.stat().st_mtime_ns) for path in found)

    def current(self) -> Files:
        """Raises: ConfigError."""
        with self._lock:
            state = self._state()
            if state != self._seen:
                self._files, self._seen = read_files(self._settings), state
            return self._files


@dataclass(frozen=True, slots=True)
class Desk:
    """`changes`: whether anything can be changed from the page; `needs_users`: whether it answers nobody while there is
    no user."""

    settings: Settings
    files: _Files
    changes: bool
    templates: Environment = field(repr=False)
    needs_users: bool = False

    @property
    def oidc_name(self) -> str | None:
        """What the identity provider is called on the log-in page; None where there is none."""
        return self.settings.oidc.title if self.settings.oidc else None

    def open(self) -> AbstractContextManager[Work]:
        """The store and its surroundings, for one request. Raises: ConfigError, StoreError."""
        return self._open()

    @contextmanager
    def _open(self) -> Iterator[Work]:
        with open_work(self.settings, files=self.files.current(), catch_up=False) as work:
            yield work

    def render(self, request: Request, template: str, shown: dict[str, Any], status: int = 200) -> HTMLResponse:
        """A page of a template and what it shows."""
        visitor: Visitor = getattr(request.state, "visitor", NOBODY)
        given = {
            "path": request.url.path,
            "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            "changes": self.changes and visitor.may("analyst"),
            "visitor": visitor,
            "csrf": visitor.csrf,
            "store": self.settings.store_url,
            "my_name": request.cookies.get("name", ""),
            **shown,
        }
        return HTMLResponse(self.templates.get_template(template).render(given), status)


def make_desk(settings: Settings, *, changes: bool, needs_users: bool = False) -> Desk:
    """Raises: ConfigError (outlet and topic files)."""
    loader = FileSystemLoader(HERE / "templates")
    templates = Environment(
        loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    templates.globals.update(short_day=short_day, linked=linked, asset=asset, pages_of_site=PAGES)
    return Desk(settings, _Files(settings), changes, templates, needs_users)


def linked(path: str, **query: Any) -> str:
    """A path with those values of its query that are there."""
    told = urlencode({name: value for name, value in query.items() if value not in (None, "")}, doseq=True)
    return f"{path}?{told}" if told else path


TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@lru_cache(maxsize=32)
def read_asset(name: str) -> tuple[bytes, str] | None:
    """A file of the page's own and its digest; None where there is none of that name."""
    if name not in {file.name for file in (HERE / "assets").iterdir()}:
        return None
    data = (HERE / "assets" / name).read_bytes()
    return data, hashlib.blake2b(data, digest_size=8).hexdigest()


def asset(name: str) -> str:
    """The address of a file of the page's own; it changes with the file, so that browsers may keep it."""
    found = read_asset(name)
    return f"/assets/{name}?{found[1]}" if found else f"/assets/{name}"
