"""Commands that take care of what is kept: verify it, back it up and restore it, forget what must go, tidy up."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from console.app import Json, fail_with, known_errors, open_work, out, print_json, say, settings_of

__all__ = ["register"]

_SHOWN = 50  # faults that are named; all of them with --json


@known_errors
def verify(
    ctx: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Delete what hangs on nothing, queue what can be made anew.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read the archived bytes of every page.")] = False,
    as_json: Json = False,
) -> None:
    """Whether all that is kept hangs together: page, article, claims, figures, findings, archives. Ends with 1 where
    something is wrong."""
    from processing.pipeline.verify import verify as look

    wrong = left = 0
    with open_work(ctx) as work, work.store.hold_run("verify", work.now()) if repair else nullcontext():
        for fault in look(work, repair=repair, read_pages=not quick):
            wrong += 1
            left += not fault.done
            if as_json:
                print_json(fault)
            elif wrong <= _SHOWN:
                done = f"; {fault.done}" if fault.done else ""
                say.print(f"  {fault.part} {fault.item}: {fault.what}{done}", style="yellow", soft_wrap=True)
        total = sum(work.store.info().counts.values())
    if not as_json:
        if wrong > _SHOWN:
            say.print(f"  … and {wrong - _SHOWN:,} more: --json names all", style="yellow")
        told = f"{wrong:,} faults, {left:,} of them left" if wrong else "all of it hangs together"
        advice = "; next: counterclaim run --no-fetch" if repair and wrong else ""
        out.print(f"{total:,} records: {told}{advice}")
    fail_with(left)


@known_errors
def backup(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to; one that holds an earlier backup is brought up to date.")],
    as_json: Json = False,
) -> None:
    """Copy the store and the archived pages, while runs go on. Settings, outlet and topic files are yours to keep."""
    from processing.pipeline.backup import back_up

    with open_work(ctx) as work:
        saved = back_up(work.store, work.home, folder, now=work.now())
    _tell(saved, f"{folder}: backed up", as_json)


@known_errors
def restore(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that `backup` filled.")],
    as_json: Json = False,
) -> None:
    """Copy a backup into an empty home, after its sums were checked. A store on Elasticsearch is filled from it with
    `store copy`."""
    from processing.pipeline.backup import restore as bring_back

    home = settings_of(ctx).home
    _tell(bring_back(folder, home), f"{home}: restored; next: counterclaim verify", as_json)


def _tell(saved: Any, what: str, as_json: bool) -> None:
    if as_json:
        print_json(saved)
    else:
        out.print(f"{what}; {saved.files:,} files, {saved.size / 1e6:,.1f} MB, {saved.copied:,} copied now")


@known_errors
def forget(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="An address, or an outlet's id such as gb/bbc.", metavar="URL|OUTLET")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Forget an address or an outlet: pages and their bytes, articles, claims, alerts. Proof is kept in the home, in
    forgotten.jsonl. It is not fetched again."""
    from processing.pipeline.forget import PROOF
    from processing.pipeline.forget import forget as remove

    if not yes and not typer.confirm(f"Forget {what} for good?", err=True):
        raise typer.Exit(1)
    with open_work(ctx) as work, work.store.hold_run("forget", work.now()):
        proof = remove(work, what)
    if as_json:
        print_json(proof)
    else:
        told = ", ".join(f"{n:,} {name}" for name, n in proof.removed.items())
        out.print(f"forgotten: {told or 'addresses alone'}; {len(proof.archived):,} archived pages made empty")
        out.print(f"looked for again: {proof.left or 'nothing'} left; proof {proof.asked[:16]} in {PROOF}")
        for name in proof.elsewhere:
            say.print(f"  {name} lies outside the home and still holds its bytes", style="yellow", soft_wrap=True)
        say.print("backups that were made before still hold it", style="dim")
    fail_with(proof.left + len(proof.elsewhere))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (verify, backup, restore, forget):
        app.command(command.__name__, rich_help_panel="Care")(command)
