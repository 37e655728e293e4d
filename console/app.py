"""The command's frame: global options, the settings they give, errors turned into messages and exit codes.

Exit codes: 0 done, 1 an item or outlet failed, 2 wrong use or configuration, 3 a step stopped the run, or nothing could
be fetched. Contradictions are no failure.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from schemas.errors import CounterclaimError, UsageError

if TYPE_CHECKING:
    from processing.pipeline.work import Work
    from schemas.settings import Settings

__all__ = [
    "Json",
    "State",
    "fail_with",
    "known_errors",
    "moment",
    "nothing_yet",
    "open_work",
    "out",
    "print_json",
    "say",
    "settings_of",
    "styled",
]

P = ParamSpec("P")
T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

out = Console(highlight=False, markup=False, emoji=False)  # data and results; what news texts hold is never markup
say = Console(stderr=True, highlight=False, markup=False, emoji=False)  # progress, warnings, errors


def styled(template: str, **values: object) -> Text:
    """A line in rich's markup with values filled in as they are: `styled("[bold]{title}[/]", title=...)`."""
    return Text.from_markup(
        template.format(**{name: escape(str(value)) for name, value in values.items()}), emoji=False
    )


@dataclass(slots=True)
class State:
    """The global options as they were given; `settings` is read once, when a command first needs it."""

    config: Path | None = None
    home: Path | None = None
    store: str | None = None
    log_level: str | None = None
    log_format: str | None = None
    settings: Settings | None = None
    work: dict[str, Any] = field(default_factory=dict)


def version() -> str:
    """The installed version of the distribution."""
    return metadata.version("counterclaim")


def settings_of(ctx: typer.Context) -> Settings:
    """The settings: options, environment, file, defaults. Raises ConfigError."""
    from schemas.settings import load_settings

    state: State = ctx.obj
    if state.settings is None:
        given: dict[str, Any] = {
            "home": state.home,
            "store": state.store,
            "log_level": state.log_level,
            "log_format": state.log_format,
        }
        state.settings = load_settings(state.config, **given)
        _configure_logs(state.settings)
    return state.settings


def _configure_logs(settings: Settings) -> None:
    import logging

    import structlog

    level = getattr(logging, settings.log_level.upper())
    as_text = settings.log_format == "text"
    shape: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            *([_left_to_summary] if as_text and level > logging.INFO else []),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *args: structlog.PrintLogger(sys.stderr),  # the standard error of that moment
        cache_logger_on_first_use=False,
    )


def _left_to_summary(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What failed is told at the end of a command in words; it is logged too in JSON, and where somebody asks for more
    than warnings."""
    import structlog

    if event["event"] == "item failed":
        raise structlog.DropEvent
    return event


@contextmanager
def open_work(
    ctx: typer.Context, *, now: Callable[[], datetime] | None = None, run: str | None = None, report: Any = None
) -> Iterator[Work]:
    """Settings, store, outlets and topics, ready for a step. Raises ConfigError, StoreError."""
    from processing.pipeline.surroundings import open_work as make

    settings = settings_of(ctx)
    with make(settings, now=now, run=run, report=report) as work:
        yield work


def nothing_yet(work: Work) -> str | None:
    """That the store is empty, which one it is, and what to do; None where it holds an article."""
    from schemas.records import Article

    if work.store.count(Article):
        return None
    return (
        f"{work.settings.store_url} holds no article yet: `counterclaim run` fetches, `counterclaim ingest FOLDER` "
        f"takes files, `counterclaim demo` plays a sample newsroom; another desk's data: --home FOLDER, or `home` in "
        f"counterclaim.toml"
    )


def print_json(record: Any) -> None:
    """One JSON object on one line of standard output."""
    from schemas.records import dump_json

    sys.stdout.buffer.write(dump_json(record) + b"\n")


def moment(text: str | None, name: str) -> datetime | None:
    """A day or time that was given as an option, UTC where it names no zone. Raises UsageError."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise UsageError(
            f"{name}: {text!r} is no ISO date or time, such as 2025-01-22 or 2025-01-22T14:30+01:00"
        ) from error
    if not 1 < value.year < MAXYEAR:  # a day or a zone further there is no date
        raise UsageError(f"{name}: {text!r} is out of range")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def day(text: str | None, name: str) -> date | None:
    """A day that was given as an option. Raises UsageError."""
    value = moment(text, name)
    return value.date() if value else None


def fail_with(problems: int) -> None:
    """End with exit code 1 where some item failed."""
    sys.stdout.flush()
    if problems:
        raise typer.Exit(1)


_KEPT = "what was done so far is kept, and the next call goes on from there"
_TROUBLES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk cannot be read or written: it may be failing",
    errno.EMFILE: "too many open files (ulimit -n)",
    errno.ENFILE: "too many open files on this machine",
    errno.ENOMEM: "out of memory",
    errno.EFBIG: "a file would be larger than is allowed here (ulimit -f)",
}  # what the machine lacks, in words


def known_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Turn known errors into a message on standard error and their exit code; the unknown ones propagate."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except CounterclaimError as error:
            for line in str(error).splitlines() or [type(error).__name__]:
                say.print(f"counterclaim: {line}", style="red", soft_wrap=True)
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError as error:  # the reader of our output went away: `counterclaim search x | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from error
        except MemoryError as error:
            say.print(f"counterclaim: out of memory; {_KEPT}", style="red", soft_wrap=True)
            raise typer.Exit(1) from error
        except OSError as error:
            if (told := _TROUBLES.get(error.errno or 0)) is None:
                raise
            where = f"{error.filename}: " if error.filename else ""
            say.print(f"counterclaim: {where}{told}; {_KEPT}", style="red", soft_wrap=True)
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            say.print(f"counterclaim: stopped; {_KEPT}", style="yellow", soft_wrap=True)
            raise typer.Exit(130) from error

    return wrapped
