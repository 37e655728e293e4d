"""The command `counterclaim`: what an analyst types. `counterclaim --help` lists everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.app import State, version
from console.commands import OnDemand

__all__ = ["app", "main"]

app = typer.Typer(
    name="counterclaim",
    cls=OnDemand,
    help="Reads the news of many outlets and says who claims how many of what, and where the numbers contradict "
    "each other.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"counterclaim {version()}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Configuration file; default: counterclaim.toml here.", envvar="COUNTERCLAIM_CONFIG"
        ),
    ] = None,
    home: Annotated[
        Path | None, typer.Option("--home", help="Folder that holds the store, archived pages and logs.")
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", help="sqlite:PATH or https://HOST:PORT; default: a file in the home folder."),
    ] = None,
    log_level: Annotated[str | None, typer.Option("--log-level", help="debug, info, warning or error.")] = None,
    log_format: Annotated[str | None, typer.Option("--log-format", help="text or json, on standard error.")] = None,
    show_version: Annotated[  # noqa: ARG001 its callback shows it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options that every command takes; each can also stand in counterclaim.toml or in the environment."""
    ctx.obj = State(config, home, store, log_level, log_format)


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
