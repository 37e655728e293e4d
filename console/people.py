"""`counterclaim users` and `counterclaim audit`: who may use the web page, and who did what."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from console.app import Json, known_errors, open_work, out, print_json, say
from console.app import day as day_given
from schemas.errors import UsageError

if TYPE_CHECKING:
    from processing.pipeline.work import Work
    from schemas.people import User

__all__ = ["register"]

users_app = typer.Typer(
    name="users",
    help="Who may use the web page: readers look, analysts change, admins add users.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="The user's name.")]


def _ask_password() -> str:
    """A password: asked for twice on a terminal, else the first line of standard input. Raises: UsageError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise UsageError("the password was typed in two ways")
    return first


def _note(work: Work, action: str, user: User, told: str = "") -> None:
    from processing.pipeline.people import audit

    audit(work, f"{getpass.getuser()} (command)", action, user.id, f"{user.name}{f'; {told}' if told else ''}")


@users_app.command("add")
@known_errors
def add(
    ctx: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="reader, analyst or admin.")] = "reader",
    without_password: Annotated[
        bool, typer.Option("--without-password", help="Comes in by the identity provider alone.")
    ] = False,
) -> None:
    """Add a user; the password is asked for, or is the first line of standard input."""
    from processing.pipeline.people import add_user, has_users

    with open_work(ctx) as work:
        first = not has_users(work.store)
        user = add_user(work, name, role, None if without_password else _ask_password())
        _note(work, "add a user", user, user.role)
    out.print(f"{user.name}: {user.role}")
    if first:
        say.print("From now on everybody logs in to the web page, on this machine too.")


@users_app.command("list")
@known_errors
def list_users(ctx: typer.Context, as_json: Json = False) -> None:
    """All users, without their secrets."""
    from schemas.people import User

    with open_work(ctx) as work:
        users = list(work.store.find(User))
    if as_json:
        for u in users:
            print_json(replace(u, password=None))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("name", "role", "since", "comes in by", ""):
        table.add_column(name)
    for u in users:
        how = " or ".join(way for way, there in (("password", u.password), ("provider", u.subject)) if there)
        table.add_row(u.name, u.role, f"{u.created_at:%Y-%m-%d}", how or "–", "disabled" if u.disabled else "")
    out.print(table if users else "no user yet: the web page is open on this machine, and served nowhere else")


def _change(ctx: typer.Context, name: str, action: str, told: str, **changes: object) -> None:
    from processing.pipeline.people import change_user, find_user

    with open_work(ctx) as work:
        user = replace(find_user(work.store, name), **changes)  # type: ignore[arg-type]
        change_user(work, user)
        _note(work, action, user)
    out.print(f"{user.name}: {told}")


@users_app.command("passwd")
@known_errors
def passwd(ctx: typer.Context, name: Name) -> None:
    """Set a new password; the user's log-ins and tokens end."""
    from processing.pipeline.people import find_user, hash_password

    with open_work(ctx) as work:
        find_user(work.store, name)
    hashed = hash_password(_ask_password())
    _change(ctx, name, "change the password", "has a new password", password=hashed)


@users_app.command("role")
@known_errors
def role(ctx: typer.Context, name: Name, to: Annotated[str, typer.Argument(help="reader, analyst or admin.")]) -> None:
    """Give a user another role; his log-ins and tokens end."""
    from processing.pipeline.people import role_of

    _change(ctx, name, "change a user", f"is {to} now", role=role_of(to))


@users_app.command("disable")
@known_errors
def disable(ctx: typer.Context, name: Name) -> None:
    """Keep a user out from now on; what he did stays told."""
    _change(ctx, name, "disable a user", "is disabled", disabled=True)


@users_app.command("enable")
@known_errors
def enable(ctx: typer.Context, name: Name) -> None:
    """Let a user in again."""
    _change(ctx, name, "enable a user", "may come in again", disabled=False)


@users_app.command("remove")
@known_errors
def remove(ctx: typer.Context, name: Name) -> None:
    """Take a user away; what he did stays told."""
    from processing.pipeline.people import find_user, has_users, remove_user

    with open_work(ctx) as work:
        user = find_user(work.store, name)
        remove_user(work, user)
        _note(work, "remove a user", user)
        last = not has_users(work.store)
    out.print(f"{user.name}: is no user any more")
    if last:
        say.print("That was the last one: the web page is open on this machine again, and served nowhere else.")


@users_app.command("token")
@known_errors
def token(
    ctx: typer.Context,
    name: Name,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int, typer.Option(help="How long it is good for.")] = 365,
) -> None:
    """A token for a program that works in a user's name; it is told this once. `users passwd` ends it."""
    from processing.pipeline.people import find_user, new_token

    with open_work(ctx) as work:
        user = find_user(work.store, name)
        secret, login = new_token(work, user, label, days)
        _note(work, "make a token", user, label)
    out.print(secret, soft_wrap=True)
    say.print(f"Authorization: Bearer ..., until {login.expires_at:%Y-%m-%d}; it is not kept here, and not told again")


@known_errors
def audit_trail(
    ctx: typer.Context,
    by: Annotated[str | None, typer.Option(help="Only what this user did.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 200,
    as_json: Json = False,
) -> None:
    """Who did what when at the desk's page, and to its users."""
    from processing.store import Where
    from schemas.people import AuditEntry

    first = day_given(since, "--since")
    with open_work(ctx) as work:
        where = [Where("author", "=", by)] if by else []
        found = list(work.store.find(AuditEntry, *where, order="-at", limit=limit))
    found = [e for e in reversed(found) if first is None or e.at.date() >= first]
    if as_json:
        for entry in found:
            print_json(entry)
        return
    for e in found:
        parts = (
            f"{e.at:%Y-%m-%d %H:%M}",
            e.author,
            e.action,
            e.target,
            e.told,
            f"from {e.address}" if e.address else "",
        )
        out.print("  ".join(part for part in parts if part), soft_wrap=True)
    if not found:
        out.print("nobody did anything yet")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users_app, rich_help_panel="Desk")
    app.command("audit", rich_help_panel="Desk")(audit_trail)
