"""Commands over the store itself: make it, see what it is, bring an older layout up to date, copy it into another
one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from console.app import Json, known_errors, open_work, out, print_json, say, settings_of
from schemas.errors import StoreError, UsageError
from schemas.store_address import sqlite_path

if TYPE_CHECKING:
    from processing.store import Part, Store, StoreInfo
    from processing.store.transfer import Copied

__all__ = ["register"]

store_app = typer.Typer(name="store", help="The store: make it, look at it, migrate it, copy it.", no_args_is_help=True)


@contextmanager
def _opened(url: str, *, as_it_is: bool = False) -> Iterator[Store]:
    from processing.store import open_store

    with closing(open_store(url, as_it_is=as_it_is)) as store:
        yield store


def _tell_info(info: StoreInfo) -> None:
    out.print(f"{info.engine} {info.address}, layout {info.version}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("records")
    table.add_column("number", justify="right")
    for name, n in info.counts.items():
        table.add_row(name, f"{n:,}")
    out.print(table)
    waiting = ", ".join(f"{n:,} for {step}" for step, n in sorted(info.waiting.items()))
    out.print(f"waiting: {waiting or 'nothing'}")


@store_app.command("init")
@known_errors
def init(ctx: typer.Context) -> None:
    """Make what is missing: the file, or templates, indices, aliases and life-cycle policy. Can be repeated; changes
    nothing that is there."""
    url = settings_of(ctx).store_url
    with _opened(url) as store:
        for told in store.init():
            say.print(told, style="yellow")
        info = store.info()
    out.print(f"{info.engine} {info.address}: ready, layout {info.version}, {sum(info.counts.values()):,} records")


@store_app.command("status")
@known_errors
def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Engine, layout, records by class, waiting work; of Elasticsearch also the index behind each alias and whether it
    must be migrated."""
    url = settings_of(ctx).store_url
    with _opened(url, as_it_is=True) as store:
        parts = store.status()
    if len(parts) > 1:
        _tell_parts(parts, as_json)
    old = [part for part in parts if part.is_old]
    if not old:
        with _opened(url) as store:
            info = store.info()
        if as_json:
            print_json(
                {
                    "engine": info.engine,
                    "address": info.address,
                    "layout": info.version,
                    "counts": dict(info.counts),
                    "waiting": dict(info.waiting),
                }
            )
        else:
            _tell_info(info)
        return
    wrong = "; ".join(
        f"{s.name}: {'an older layout' if s.version != s.wanted else '; '.join(s.differs[:3])}" for s in old
    )
    raise StoreError(f"not as this program writes it: {wrong}; run `counterclaim store migrate`")


def _tell_parts(parts: Sequence[Part], as_json: bool) -> None:
    """Show the indices behind each alias."""
    if as_json:
        for s in parts:
            print_json(
                {
                    "alias": s.name,
                    "index": s.place,
                    "layout": s.version,
                    "wanted": s.wanted,
                    "documents": s.documents,
                    "differs": s.differs,
                }
            )
    else:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("alias", "index", "layout", "documents"):
            table.add_column(name, justify="right" if name == "documents" else "left")
        for s in parts:
            layout = (
                "missing"
                if s.version is None
                else str(s.version)
                if s.version == s.wanted
                else f"{s.version} (this program writes {s.wanted})"
            )
            layout += ", with another mapping" if s.is_old and s.version == s.wanted else ""
            table.add_row(s.name, s.place or "-", layout, f"{s.documents:,}")
        out.print(table)


@store_app.command("migrate")
@known_errors
def migrate(ctx: typer.Context) -> None:
    """Bring an older layout up to date, or set a mapping right. Elasticsearch: a new index beside the old one, filled,
    compared, switched to."""
    url = settings_of(ctx).store_url
    with _opened(url, as_it_is=True) as store:
        done = store.migrate(out.print)
        parts = store.status()
    if done:
        out.print("the old indices stay until you delete them")
    elif len(parts) > 1:
        out.print("every index has the layout that this program writes")
    else:
        out.print(f"{url}: layout {parts[0].wanted}, which is what this program writes")


@store_app.command("retry")
@known_errors
def retry(
    ctx: typer.Context,
    step: Annotated[str | None, typer.Option("--step", help="Only what this step set aside.")] = None,
) -> None:
    """Put what was set aside (pages, articles, stories and topics on which a step raised) on the queue again; the next
    run tries it."""
    from processing.pipeline.aside import retry_aside
    from processing.pipeline.run import STEPS

    if step is not None and step not in STEPS:
        raise UsageError(f"--step: no step {step!r}; there are {', '.join(STEPS)}")
    with _opened(settings_of(ctx).store_url) as store:
        put = retry_aside(store, step)
    told = ", ".join(f"{n:,} of {name}" for name, n in put.items())
    out.print(f"queued again: {told}; next: counterclaim run --no-fetch" if told else "nothing is set aside")


@store_app.command("tidy")
@known_errors
def tidy(
    ctx: typer.Context,
    keep_days: Annotated[
        int | None, typer.Option("--keep-days", min=1, help="Remove archived pages that are older; without: keep all.")
    ] = None,
) -> None:
    """Check the store's file, give free room back and, with --keep-days, remove old archived pages: articles and claims
    stay."""
    from processing.pipeline.schedule import tidy_up

    with open_work(ctx) as work, work.store.hold_run("tidy", work.now()):
        done = tidy_up(work, keep_days)
    for line in done["store"]:
        out.print(line)
    moved = f"{done['archives_moved']:,} archives moved away, " if done["archives_moved"] else ""
    told = f"{done['archives_removed']:,} archives removed, {done['bytes_freed'] / 1e6:,.1f} MB"
    out.print(f"{moved}{told}; the store is tidy")


def _copied(parts: Iterable[Copied]) -> Table:
    """What a copy holds, part by part; empty parts are left out."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns: dict[str, Any] = {
        "part": "left",
        "number": "right",
        "written now": "right",
        "checksum (equal in both)": "left",
    }
    for name, justify in columns.items():
        table.add_column(name, justify=justify)
    for p in parts:
        if p.count:
            table.add_row(p.part, f"{p.count:,}", f"{p.written:,}", p.checksum)
    return table


@store_app.command("copy")
@known_errors
def copy(
    source: Annotated[
        str, typer.Option("--from", help="Address of the store to read: sqlite:PATH or https://HOST:9200.")
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to", help="Address of the store to fill; it may hold what an earlier copy wrote, and nothing else."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Copy all records, keys and queues into another store, and compare counts and checksums. One that was cut off goes
    on where it was."""
    from processing.store.transfer import copy_store

    if source == to:
        raise UsageError(f"--from and --to are the same store: {to}")
    path = sqlite_path(source)
    if path is not None and not Path(path).is_file():
        raise UsageError(f"--from: no store at {path}")

    def tell(part: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            say.print(f"{part}: {done:,} of {total:,}", end="\r")

    with _opened(source) as old, _opened(to) as new:
        parts = copy_store(old, new, now=datetime.now(UTC), tell=tell)
    if as_json:
        for p in parts:
            print_json({"part": p.part, "count": p.count, "written": p.written, "checksum": p.checksum})
        return
    out.print(_copied(parts))
    out.print(f"{sum(p.count for p in parts):,} items are the same in both stores")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(store_app, rich_help_panel="Set up")
