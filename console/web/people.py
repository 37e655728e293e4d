"""Log-in and log-out, one's own account, and for admins the users and who did what."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.web.desk import Desk
from console.web.forms import Act, Form, form_route, refused
from console.web.query import Query, Shown, page_number
from console.web.visitor import COOKIE, OPEN, Visitor, address_of
from processing.pipeline.people import (
    add_user,
    audit,
    change_user,
    check_password,
    end_logins,
    find_user,
    hash_password,
    log_in,
    new_token,
    remove_user,
    role_of,
    user_id,
)
from processing.pipeline.work import Work
from processing.store import Where
from schemas.errors import UsageError
from schemas.people import ROLES, AuditEntry, Login, User

__all__ = ["audit_page", "come_in", "login_page", "people_page", "people_routes"]

_A_PAGE = 100
_TOKEN_DAYS = 365


class _Attempts:
    """How often a log-in is tried, by name and by address: 10 and 30 times in a quarter of an hour. Kept in this
    process; `limits` forgets what is over."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._by_name, self._by_address = parse("10/15minutes"), parse("30/15minutes")

    def may(self, name: str, address: str) -> bool:
        """Whether it may be tried once more; counts the try."""
        by_address = self._limiter.hit(self._by_address, "address", address)
        return self._limiter.hit(self._by_name, "name", user_id(name)) and by_address

    def succeeded(self, name: str) -> None:
        """A name that came in has its tries again; an address has not, or one's own account would reset it."""
        self._limiter.clear(self._by_name, "name", user_id(name))


def safe_path(path: str) -> str:
    """A path of this site to go on to; the first page for all else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def come_in(work: Work, request: Request, user: User, to: str, how: str) -> Response:
    """Let a browser in and send it on. Raises: StoreError."""
    secret, login = log_in(work, user)
    audit(work, user.name, "log in", user.id, how, address=address_of(request))
    answer = RedirectResponse(quote(safe_path(to), safe="/?=&%#+:,~"), 303)
    seconds = int((login.expires_at - login.at).total_seconds())
    # "lax": a link in a mail must lead to a page, and what changes anything asks for a token of the form as well
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, secret, seconds, httponly=True, samesite="lax", secure=secure)
    return answer


def login_page(desk: Desk, request: Request, told: str = "", status: int = 200, name: str = "") -> Response:
    """The form."""
    shown = {"told": told, "to": safe_path(request.query_params.get("to", "/")), "name": name, "oidc": desk.oidc_name}
    return desk.render(request, "login.html", shown, status)


def _login_routes(desk: Desk) -> list[Route]:
    attempts = _Attempts()

    def try_it(request: Request, form: Form) -> Response:
        name, password = form.line("name", "name", 80), form.raw("password")
        if not attempts.may(name, address_of(request)):
            told = "That was tried too often. Wait a quarter of an hour."
            answer = login_page(desk, request, told, 429, name)
            answer.headers["retry-after"] = "900"
            return answer
        with desk.open() as work:
            user = check_password(work, name, password)
            if user is None:
                audit(work, name or "nobody", "failed to log in", address=address_of(request))
                return login_page(desk, request, "No user has this name and this password.", 401, name)
            attempts.succeeded(name)
            return come_in(work, request, user, form.raw("to"), "with a password")

    async def post(request: Request) -> Response:
        if told := refused(desk, request, changes=False):
            return desk.render(request, "error.html", {"told": told[1]}, told[0])
        form = Form((await request.body()).decode("utf8", "replace"))
        return await run_in_threadpool(try_it, request, form)

    return [
        Route("/login", lambda request: login_page(desk, request)),
        Route("/login", post, methods=["POST"]),
    ]


# ---------------------------------------------------------------- one's own account


def _me(work: Work, visitor: Visitor) -> User:
    if visitor.name is None:
        raise UsageError("nobody is logged in: this page has no users yet; `counterclaim users add NAME` makes one")
    return find_user(work.store, visitor.name)


def account_page(work: Work, visitor: Visitor) -> Shown:
    """One's own log-ins and tokens. Raises: UsageError where nobody is logged in."""
    user = _me(work, visitor)
    ways = sorted(work.store.find(Login, Where("user", "=", user.id)), key=lambda w: w.at, reverse=True)
    live = [w for w in ways if w.expires_at > work.now()]
    return {"me": user, "ways": live, "mine": visitor.login, "token": None, "days": _TOKEN_DAYS}


def _change_password(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        user = _me(work, request.state.visitor)
        if check_password(work, user.name, form.raw("old")) is None:
            raise UsageError("the old password is not right")
        if form.raw("new") != form.raw("again"):
            raise UsageError("the new password was typed in two ways")
        change_user(work, replace(user, password=hash_password(form.raw("new"))))
    return "/login"


def _end_way(desk: Desk, request: Request, form: Form) -> str:
    visitor: Visitor = request.state.visitor
    with desk.open() as work:
        end_logins(work, _me(work, visitor), id=request.path_params["id"])
    return "/account"


def _log_out(desk: Desk, request: Request, form: Form) -> str:
    visitor: Visitor = request.state.visitor
    with desk.open() as work:
        if visitor.login is not None:
            end_logins(work, _me(work, visitor), id=visitor.login)
    return "/login"


def _make_token(desk: Desk, request: Request, form: Form) -> Response:
    """A new token is shown once, on the page that answers."""
    visitor: Visitor = request.state.visitor
    with desk.open() as work:
        secret, _ = new_token(work, _me(work, visitor), form.line("label", "what for", 80), _TOKEN_DAYS)
        return desk.render(request, "account.html", {**account_page(work, visitor), "token": secret})


# ---------------------------------------------------------------- for admins


def people_page(work: Work, query: Query) -> Shown:
    """All users, with their last log-in."""
    users = list(work.store.find(User))
    last: dict[str, Login] = {}
    for login in work.store.find(Login, Where("kind", "=", "page")):
        last[login.user] = login
    return {"users": [(u, last.get(u.id)) for u in users], "roles": ROLES}


def audit_page(work: Work, query: Query) -> Shown:
    """Who did what, the newest first. Raises: UsageError."""
    page, author = page_number(query), query.get("author") or None
    where = [Where("author", "=", author)] if author else []
    count = work.store.count(AuditEntry, *where)
    found = list(work.store.find(AuditEntry, *where, order="-at", limit=page * _A_PAGE))
    return {
        "entries": found[(page - 1) * _A_PAGE :],
        "author": author,
        "authors": [u.name for u in work.store.find(User)],
        "page": page,
        "pages": max(1, -(-count // _A_PAGE)),
    }


def _add(desk: Desk, request: Request, form: Form) -> str:
    visitor: Visitor = request.state.visitor
    if visitor == OPEN:
        raise UsageError("the first user is made on the machine itself: counterclaim users add NAME --role admin")
    with desk.open() as work:
        add_user(work, form.line("name", "name", 80), form.line("role", "role", 20), form.raw("password") or None)
    return "/people"


def _set_role(desk: Desk, request: Request, form: Form) -> str:
    visitor: Visitor = request.state.visitor
    with desk.open() as work:
        user = work.store.get(User, request.path_params["id"])
        if user.name == visitor.name:
            raise UsageError("nobody changes the role of his own account: another admin, or the command does")
        role, disabled = role_of(form.line("role", "role", 20)), form.line("disabled", "disabled", 5) == "yes"
        change_user(work, replace(user, role=role, disabled=disabled))
    return "/people"


def _remove(desk: Desk, request: Request, form: Form) -> str:
    visitor: Visitor = request.state.visitor
    with desk.open() as work:
        user = work.store.get(User, request.path_params["id"])
        if user.name == visitor.name:
            raise UsageError("nobody removes his own account: another admin, or the command does")
        remove_user(work, user)
    return "/people"


def people_routes(desk: Desk) -> list[Route]:
    """The addresses of users."""

    def account(request: Request) -> Response:
        with desk.open() as work:
            return desk.render(request, "account.html", account_page(work, request.state.visitor))

    acts: dict[str, tuple[Act, str]] = {
        "/logout": (_log_out, "log out"),
        "/account/password": (_change_password, "change the password"),
        "/account/tokens": (_make_token, "make a token"),
        "/account/ways/{id}/end": (_end_way, "end a log-in or token"),
        "/people": (_add, "add a user"),
        "/people/{id}": (_set_role, "change a user"),
        "/people/{id}/remove": (_remove, "remove a user"),
    }
    return [
        *_login_routes(desk),
        Route("/account", account),
        *(form_route(desk, path, act, does=does, changes=False) for path, (act, does) in acts.items()),
    ]
