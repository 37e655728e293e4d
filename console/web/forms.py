"""What the page's forms do: each is of the site itself, short, and signed with a name; after it the reader is sent back
to where she was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.alerts import change_many, change_one, find_figure
from console.desk_commands import value_ends
from console.web.desk import Desk
from processing.alert import ACTIONS
from processing.corrections import make_correction
from processing.pipeline.desk import add_correction, adopt, apply_now, merge_figures, split_figure, undo_correction
from processing.pipeline.follow import follow_figure, name_for
from processing.pipeline.scopes import figures_of, scopes_of_articles
from processing.pipeline.work import Work
from schemas.errors import UsageError
from schemas.records import Claim, Correction

__all__ = ["Form", "form_routes", "refused"]

_FORM = "application/x-www-form-urlencoded"
_MOST = 40_000  # bytes of a form
_ALERTS = 200  # changed at once, at most
_A_YEAR = 365 * 24 * 3600


class Form:
    """The values of a form by name."""

    def __init__(self, body: str):
        self._values = parse_qs(body, keep_blank_values=True)

    def many(self, name: str) -> Sequence[str]:
        """All values of a name, each once."""
        return list(dict.fromkeys(self._values.get(name, [])))

    def line(self, name: str, called: str, most: int) -> str:
        """What somebody typed, on one line and without control characters; "" for nothing. Raises UsageError where it
        is too long."""
        given = self._values.get(name, [""])[-1]
        line = "".join(c for c in " ".join(given.split()) if c.isprintable())
        if len(line) > most:
            raise UsageError(f"{called}: {len(line)} characters are too many; at most {most}")
        return line

    @property
    def by(self) -> str:
        """Who does it. Raises UsageError."""
        return self.line("by", "your name", 80)

    @property
    def why(self) -> str:
        """Why. Raises UsageError."""
        return self.line("reason", "why", 1000)

    def back(self, otherwise: str) -> str:
        """The page of this site to go back to."""
        given = self._values.get("back", [""])[-1]
        safe = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
        return given if safe else otherwise


Act = Callable[[Desk, Mapping[str, str], Form], str]


def _route(desk: Desk, path: str, act: Act) -> Route:
    async def endpoint(request: Request) -> Response:
        if told := refused(desk, request):
            return desk.render(request, "error.html", {"told": told[1]}, told[0])
        form = Form((await request.body()).decode("utf8", "replace"))
        to = await run_in_threadpool(act, desk, request.path_params, form)
        answer = RedirectResponse(to, status_code=303)
        if form.by:
            answer.set_cookie(
                "name", form.by.encode("ascii", "ignore").decode(), _A_YEAR, httponly=True, samesite="strict"
            )
        return answer

    return Route(path, endpoint, methods=["POST"])


def refused(
    desk: Desk, request: Request, *, most: int = _MOST, changes: bool = True, kinds: tuple[str, ...] = ()
) -> tuple[int, str] | None:
    """Why a form is not taken, with its status; None where it is. `most`: bytes; `changes`: whether it changes
    anything; `kinds`: content types beside that of plain forms."""
    if changes and not desk.changes:
        return 403, "nothing can be changed from here; start the page with --changes, or use the command"
    if not _of_this_site(request.headers):
        return 403, "the form is not of this site"
    if request.headers.get("content-type", _FORM).partition(";")[0].strip() not in (_FORM, *kinds):
        return 415, "what was sent is no form of this site"
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "the form does not say how long it is"
    return (413, "the form is too long") if int(length) > most else None


def _of_this_site(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent by a page of the site itself."""
    try:
        return "origin" in headers and urlsplit(headers["origin"]).netloc == headers.get("host")
    except ValueError:  # "http://["
        return False


# ---------------------------------------------------------------- what forms do


def _change_alert(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    id, action = path["id"], path["action"]
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is none of {', '.join(ACTIONS)}")
    with desk.open() as work:
        change_one(work, id, action, form.by, form.why)
    return form.back(f"/alerts/{id}")


def _change_alerts(desk: Desk, path: Mapping[str, str], form: Form) -> str:
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


def _follow(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, path["id"])
        name = form.line("name", "name", 60) or name_for(work, figure)
        work, done = follow_figure(work, figure, name, form.line("topic", "topic", 60) or None)
        apply_now(work)
        followed = find_figure(work, f"{done.topic.name}/{name}")
    return f"/figures/{followed.id}"


def _adopt(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    low, high = value_ends(form.line("value", "value", 40))
    with desk.open() as work:
        figure = find_figure(work, path["id"])
        _keep(work, adopt(work, figure, low, high, form.by, form.why))
    return f"/figures/{figure.id}"


def _merge(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, path["id"])
        others = [find_figure(work, id) for id in form.many("other")]
        if not others:
            raise UsageError("no figure to merge with was chosen")
        _keep(work, merge_figures(work, figure, others, form.by, form.why))
        return _figure_of(work, figure.claims[0])


def _split(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    with desk.open() as work:
        figure = find_figure(work, path["id"])
        claims = form.many("claim")
        if not claims:
            raise UsageError("no claim to split off was chosen")
        title = form.line("title", "title", 120) or None
        _keep(work, split_figure(work, figure, claims, title, form.by, form.why))
        return _figure_of(work, claims[0])


def _correct(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    with desk.open() as work:
        claim = work.store.get(Claim, path["id"])
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


def _undo(desk: Desk, path: Mapping[str, str], form: Form) -> str:
    with desk.open() as work:
        undo_correction(work, path["id"], form.by, form.why)
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


def form_routes(desk: Desk) -> list[Route]:
    """The addresses that forms send to."""
    acts: dict[str, Act] = {
        "/alerts": _change_alerts,
        "/alerts/{id}/{action}": _change_alert,
        "/figures/{id}/follow": _follow,
        "/figures/{id}/adopt": _adopt,
        "/figures/{id}/merge": _merge,
        "/figures/{id}/split": _split,
        "/claims/{id}/correct": _correct,
        "/corrections/{id}/undo": _undo,
    }
    return [_route(desk, path, act) for path, act in acts.items()]
