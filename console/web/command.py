"""`counterclaim serve`: the web page, until it is stopped."""

from __future__ import annotations

import ipaddress
import os
import socket
from threading import Thread
from typing import Annotated

import typer

from console.app import known_errors, out, settings_of
from schemas.errors import UsageError

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
        typer.Option(
            "--changes/--read-only", help="Whether alerts can be changed from the page; default: on this machine alone."
        ),
    ] = None,
) -> None:
    """The web page: contradictions, figures, articles, stories, runs. It knows no users: beyond this machine put a
    proxy that does before it."""
    import uvicorn

    from console.web.site import make_site
    from processing.store import open_store

    settings = settings_of(ctx)
    open_store(settings.store_url, catch_up=False).close()  # what is wrong with it is told now, not on the first page
    alone = _is_this_machine(bind)
    hosts = ["127.0.0.1", "localhost", bind, *(host or ())] if alone or host else ["*"]
    site = make_site(settings, hosts=hosts, changes=alone if changes is None else changes)
    try:
        listening = socket.create_server((bind, port), family=socket.AF_INET6 if ":" in bind else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            f"{bind}:{port}: {os.strerror(error.errno) if error.errno else error}; choose another --port or --bind"
        ) from error
    Thread(target=_warm_up, daemon=True).start()
    with listening:
        shown = f"[{bind}]" if ":" in bind else bind
        out.print(f"http://{shown}:{listening.getsockname()[1]}/  stop it with Ctrl-C", soft_wrap=True)
        uvicorn.Server(uvicorn.Config(site, log_level="warning", lifespan="off", server_header=False)).run(
            sockets=[listening]
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", rich_help_panel="Desk")(serve)
