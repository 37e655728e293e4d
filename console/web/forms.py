"""What the page's forms do: each is of the site itself, short, and signed with a name; after it the reader is sent back
to where she was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.alerts import change_many, change_one, find_figure
from console.desk_commands import value_ends
from console.web.desk import Desk
from console.web.visitor import Visitor, address_of, of_this_site
from processing.alert import ACTIONS
from processing.corrections import make_correction
from processing.pipeline.desk import add_correction, adopt, apply_now, merge_figures, split_figure, undo_correction
from processing.pipeline.follow import follow_figure, name_for
from processing.pipeline.people import assign, audit
from processing.pipeline.scopes import figures_of, scopes_of_articles
from processing.pipeline.work import Work
from schemas.errors import UsageError
from schemas.records import Alert, Claim, Correction

__all__ = ["Act", "Form", "form_route", "form_routes", "refused"]

_FORM = "application/x-www-form-urlencoded"
_MOST = 40_000  # bytes of a form
_ALERTS = 200  # changed at once, at most
_A_YEAR = 365 * 24 * 3600
_NOT_TOLD = ("csrf", "back", "by", "password", "old", "new", "again")


class Form:
    """The values of a form by name. `user`: who is logged in; None where he who sends it says his name."""

    def __init__(self, body: str, user: str | None = None):
        self._values, self._user = parse_qs(body, keep_blank_values=True), user

    def many(self, name: str) -> Sequence[str]:
        """All values of a name, each once."""
        return list(dict.fromkeys(self._values.get(name, [])))

    def raw(self, name: str) -> str:
        """A value as it was sent, such as a password; "" for nothing."""
        return self._values.get(name, [""])[-1]

    def line(self, name: str, called: str, most: int) -> str:
        """What somebody typed, on one line and without control characters; "" for nothing. Raises UsageError where it
        is too long."""
        line = "".join(c for c in " ".join(self.raw(name).split()) if c.isprintable())
        if len(line) > most:
            raise UsageError(f"{called}: {len(line)} characters are too many; at most {most}")
        return line

    @property
    def by(self) -> str:
        """Who does it. Raises UsageError."""
        return self._user if self._user is not None else self.line("by", "your name", 80)

    @property
    def why(self) -> str:
        """Why. Raises UsageError."""
        return self.line("reason", "why", 1000)

    @property
    def told(self) -> str:
        """What it says, for the audit trail: without secrets."""
        shown = {name: values for name, values in self._values.items() if name not in _NOT_TOLD}
        return "; ".join(
            f"{name}: {', '.join(v for v in values if v)}" for name, values in shown.items() if any(values)
        )

    def back(self, otherwise: str) -> str:
        """The page of this site to go back to."""
        given = self.raw("back")
        safe = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
        return given if safe else otherwise


Act = Callable[[Desk, Request, Form], str | Response]


def form_route(desk: Desk, path: str, act: Act, *, does: str, changes: bool = True) -> Route:
    """An address that a form sends to. `act` does what is asked and says where to go on, or answers; `does`: what the
    audit trail calls it; `changes`: whether it changes anything of the desk's work."""

    def do(request: Request, body: bytes) -> Response:
        visitor: Visitor = request.state.visitor
        form = Form(body.decode("utf8", "replace"), visitor.name)
        if visitor.csrf and not compare_digest(form.raw("csrf").encode(), visitor.csrf.encode()):
            told = "the form is not of this log-in: load its page again"
            return desk.render(request, "error.html", {"told": told}, 403)
        to = act(desk, request, form)
        with desk.open() as work:
            author = form.by or "somebody on this machine"
            target = str(request.path_params.get("id", ""))
            audit(work, author, does, target, form.told, address=address_of(request))
        if not isinstance(to, str):
            return to
        answer = RedirectResponse(to, status_code=303)
        if visitor.name is None and form.by:
            name = form.by.encode("ascii", "ignore").decode()
            answer.set_cookie("name", name, _A_YEAR, httponly=True, samesite="strict")
        return answer

    async def endpoint(request: Request) -> Response:
        if told := refused(desk, request, changes=changes):
            return desk.render(request, "error.html", {"told": told[1]}, told[0])
        return await run_in_threadpool(do, request, await request.body())

    return Route(path, endpoint, methods=["POST"])


def refused(
    desk: Desk, request: Request, *, most: int = _MOST, changes: bool = True, kinds: tuple[str, ...] = ()
) -> tuple[int, str] | None:
    """Why a form is not taken, with its status; None where it is. `most`: bytes; `changes`: whether it changes
    anything; `kinds`: content types beside that of plain forms."""
    if changes and not desk.changes:
        return 403, "nothing can be changed from here; start the page with --changes, or use the command"
    if not of_this_site(request.headers):
        return 403, "the form is not of this site"
    if request.headers.get("content-type", _FORM).partition(";")[0].strip() not in (_FORM, *kinds):
        return 415, "what was sent is no form of this site"
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "the form does not say how long it is"
    return (413, "the form is too long") if int(length[:12]) > most else None


# ---------------------------------------------------------------- what forms do


def _change_alert(desk: Desk, request: Request, form: Form) -> str:
    id, action = request.path_params["id"], request.path_params["action"]
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is none of {', '.join(ACTIONS)}")
    with desk.open() as work:
        change_one(work, id, action, form.by, form.why)
    return form.back(f"/alerts/{id}")


def _change_alerts(desk: Desk, request: Request, form: Form) -> str:
    """One alert by its own button ("close:ID"), or those that were ticked; the reader goes on at the next row."""
    action, _, one = form.line("action", "action", 100).partition(":")
    ids = [one] if one else form.many("id")
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is none of {', '.join(ACTIONS)}")
    if not ids:
        raise UsageError("no contradiction was chosen: tick one or more")
    if len(ids) > _ALERTS:
        raise UsageError(f"{len(ids)} are too many at once; at most {_ALERTS}")
    with desk.open() as work:
        change_many(work, ids, action, form.by, form.why)
    return form.back("/")


def _follow(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, request.path_params["id"])
        name = form.line("name", "name", 60) or name_for(work, figure)
        work, done = follow_figure(work, figure, name, form.line("topic", "topic", 60) or None)
        apply_now(work)
        followed = find_figure(work, f"{done.topic.name}/{name}")
    return f"/figures/{followed.id}"


def _adopt(desk: Desk, request: Request, form: Form) -> str:
    low, high = value_ends(form.line("value", "value", 40))
    with desk.open() as work:
        figure = find_figure(work, request.path_params["id"])
        _keep(work, adopt(work, figure, low, high, form.by, form.why))
    return f"/figures/{figure.id}"


def _merge(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, request.path_params["id"])
        others = [find_figure(work, id) for id in form.many("other")]
        if not others:
            raise UsageError("no figure to merge with was chosen")
        _keep(work, merge_figures(work, figure, others, form.by, form.why))
        return _figure_of(work, figure.claims[0])


def _split(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, request.path_params["id"])
        claims = form.many("claim")
        if not claims:
            raise UsageError("no claim to split off was chosen")
        title = form.line("title", "title", 120) or None
        _keep(work, split_figure(work, figure, claims, title, form.by, form.why))
        return _figure_of(work, claims[0])


def _correct(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        claim = work.store.get(Claim, request.path_params["id"])
        changes = _changes(claim, form)
        _keep(work, make_correction("claim", claim.id, changes, author=form.by, reason=form.why, at=work.now()))
    return form.back(f"/claims/{claim.id}")


def _changes(claim: Claim, form: Form) -> dict[str, Any]:
    """What a form says differently of a claim. Raises UsageError."""
    if form.line("drop", "drop", 5):
        return {"drop": True}
    changes: dict[str, Any] = {}
    for name in ("what", "event", "place", "source", "unit"):
        given = form.line(name, name, 200) or None
        if given != getattr(claim, name):
            changes[name] = given
    if value := form.line("value", "value", 40):
        low, high = value_ends(value)
        if (low, high) != (claim.low, claim.high):
            changes |= {"low": low, "high": high, "approx": "exact" if low == high else "range"}
    if not changes:
        raise UsageError("nothing was changed")
    return changes


def _undo(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        undo_correction(work, request.path_params["id"], form.by, form.why)
        apply_now(work)
    return form.back("/")


def _keep(work: Work, correction: Correction) -> None:
    add_correction(work, correction)
    apply_now(work)


def _figure_of(work: Work, claim: str) -> str:
    """The page of the figure that holds a claim now."""
    scopes = scopes_of_articles(work.store, [work.store.get(Claim, claim).article_key])
    found = (f.id for scope in scopes for f in figures_of(work.store, scope) if claim in f.claims)
    return f"/figures/{next(found, '')}".rstrip("/")


def _assign(desk: Desk, request: Request, form: Form) -> str:
    with desk.open() as work:
        alert = work.store.get(Alert, request.path_params["id"])
        assign(work, alert, form.line("user", "user", 80), form.by)
    return form.back(f"/alerts/{alert.id}")


def form_routes(desk: Desk) -> list[Route]:
    """The addresses that forms send to."""
    acts: dict[str, tuple[Act, str]] = {
        "/alerts": (_change_alerts, "act on alerts"),
        "/alerts/{id}/assign": (_assign, "assign an alert"),
        "/alerts/{id}/{action}": (_change_alert, "act on an alert"),
        "/figures/{id}/follow": (_follow, "follow a figure"),
        "/figures/{id}/adopt": (_adopt, "adopt a value"),
        "/figures/{id}/merge": (_merge, "merge figures"),
        "/figures/{id}/split": (_split, "split a figure"),
        "/claims/{id}/correct": (_correct, "correct a claim"),
        "/corrections/{id}/undo": (_undo, "take a correction back"),
    }
    return [form_route(desk, path, act, does=does) for path, (act, does) in acts.items()]
