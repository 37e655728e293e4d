"""`counterclaim serve`: the web page, until it is stopped."""

from __future__ import annotations

import ipaddress
import os
import socket
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from console.app import known_errors, out, settings_of
from schemas.errors import UsageError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from schemas.settings import Settings

__all__ = ["register"]


def _is_this_machine(address: str) -> bool:
    """Whether nobody but this machine's users reach an address of IPv4."""
    try:
        return address == "localhost" or ipaddress.IPv4Address(address).is_loopback
    except ValueError:
        return False


def _warm_up() -> None:
    """What takes seconds the first time is done before somebody asks for it."""
    from contextlib import suppress

    from console.web.chart import vega_bundle
    from console.web.paste import warm_up

    warm_up()
    with suppress(UsageError):  # no charts are installed
        vega_bundle()


def _has_users(settings: Settings) -> bool:
    from processing.pipeline.people import has_users
    from processing.store import open_store

    store = open_store(settings.store_url)
    try:
        return has_users(store)
    finally:
        store.close()


def _refuse_open(bind: str, host: list[str] | None, guarded: bool) -> None:
    """Raises: UsageError where everybody in the network could do everything, or no name is told."""
    if not guarded:
        raise UsageError(
            f"--bind {bind} serves the page beyond this machine, and there are no users, so that whoever reaches it "
            f"could change everything: make one first (counterclaim users add NAME --role admin); where a proxy or a "
            f"container's port asks who it is: --without-users"
        )
    if not host:
        raise UsageError(
            f"--bind {bind} needs the name under which the page is asked, or another site could ask in a reader's "
            f"browser: --host desk.example.org (several times for several names)"
        )


def _listen(bind: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError where the address cannot be had."""
    try:
        return socket.create_server((bind, port), family=socket.AF_INET6 if ":" in bind else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            f"{bind}:{port}: {os.strerror(error.errno) if error.errno else error}; choose another --port or --bind"
        ) from error


def _answer(site: Starlette, listening: socket.socket, bind: str) -> None:
    """Answer on the socket until somebody stops it."""
    import uvicorn

    from console.web.patience import patient

    with listening:
        shown = f"[{bind}]" if ":" in bind else bind
        out.print(f"http://{shown}:{listening.getsockname()[1]}/  stop it with Ctrl-C", soft_wrap=True)
        config = uvicorn.Config(site, log_level="warning", lifespan="off", server_header=False, http=patient())
        uvicorn.Server(config).run(sockets=[listening])


@known_errors
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: a free one.")] = 8571,
    bind: Annotated[str, typer.Option("--bind", help="Address to serve on.")] = "127.0.0.1",
    host: Annotated[
        list[str] | None,
        typer.Option("--host", help="A name under which it may be asked too, such as a proxy's; can be repeated."),
    ] = None,
    changes: Annotated[
        bool | None,
        typer.Option("--changes/--read-only", help="Whether anything can be changed from the page; default: yes."),
    ] = None,
    without_users: Annotated[
        bool,
        typer.Option(
            "--without-users",
            help="Beyond this machine, let in whoever reaches the address: only where something else guards it.",
        ),
    ] = False,
) -> None:
    """The web page: contradictions, figures, articles, stories, runs. On this machine alone it is open until there are
    users (`counterclaim users add`); beyond it everybody logs in."""
    from console.web.site import make_site

    settings = settings_of(ctx)
    alone = _is_this_machine(bind)
    known = _has_users(settings)  # what is wrong with the store is told now, not on the first page
    if not alone:
        _refuse_open(bind, host, known or without_users)
    hosts = ["127.0.0.1", "localhost", bind, *(host or ())] if alone or "*" not in (host or ()) else ["*"]
    may_change = (alone or known) if changes is None else changes
    site = make_site(settings, hosts=hosts, changes=may_change, needs_users=not (alone or without_users))
    listening = _listen(bind, port)
    Thread(target=_warm_up, daemon=True).start()
    _answer(site, listening, bind)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", rich_help_panel="Desk")(serve)
