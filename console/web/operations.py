"""What programs may change under /api/v1: what they send for it, and what is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request

from console.alerts import change_one, find_figure
from console.web.desk import Desk
from processing.corrections import make_correction
from processing.pipeline.desk import add_correction, adopt, apply_now, merge_figures, split_figure, undo_correction
from processing.pipeline.follow import checked_topic, follow_figure, name_for
from processing.pipeline.people import assign
from processing.pipeline.searches import keep_search
from processing.pipeline.work import Work
from processing.store import Batch
from schemas.errors import UsageError
from schemas.people import SavedSearch
from schemas.records import Alert, Correction, Figure

__all__ = ["OPERATIONS", "ActOn", "Operation", "Sent", "told_topic"]

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\x00-\x1f]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Sent(BaseModel):
    """What a program sends; nothing else is taken."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    by: Name = Field("", description="who does it, where nobody logs in; a token's user is known")


class _Reasoned(Sent):
    reason: Line = Field("", description="why; kept with what it changes")


class ActOn(_Reasoned):
    """Something done to an alert."""

    action: Literal["acknowledge", "reconcile", "false_positive", "close", "reopen", "note"]


class AssignTo(Sent):
    """Whose turn an alert is; "": nobody's."""

    user: Name


class Follow(Sent):
    """A found figure becomes a followed one."""

    name: Name | None = None
    topic: Name | None = None


class Adopt(_Reasoned):
    """The desk's own value of a figure; null: open."""

    low: float | None
    high: float | None


class Merge(_Reasoned):
    """Figures that are this one too."""

    others: list[Id] = Field(min_length=1, max_length=100)


class Split(_Reasoned):
    """Claims that are a figure of their own."""

    claims: list[Id] = Field(min_length=1, max_length=1000)
    title: Name | None = None


class Correct(_Reasoned):
    """A correction, as `counterclaim correct` makes it."""

    kind: Literal["claim", "figure", "source"]
    target: Id
    changes: dict[str, Any] = Field(min_length=1)


class Undo(_Reasoned):
    """A correction is taken back."""


class TopicFile(Sent):
    """A topic file, as it stands in the topics folder."""

    yaml: str = Field(min_length=1, max_length=100_000)


class Search(Sent):
    """A search to keep."""

    name: Name = Field(min_length=1)
    words: Line = Field(min_length=1)
    of: Literal["articles", "claims"] = "articles"
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One address that changes something. `do` gives the record that comes back, None for none."""

    method: Literal["POST", "PUT", "DELETE"]
    path: str
    name: str
    sent: type[Sent]
    gives: str | None
    status: int
    do: Callable[[Desk, Work, Request, Any, str], Any]
    does: str


def _act(desk: Desk, work: Work, request: Request, sent: ActOn, by: str) -> Alert:
    return change_one(work, request.path_params["id"], sent.action, by, sent.reason)


def _assign(desk: Desk, work: Work, request: Request, sent: AssignTo, by: str) -> Any:
    alert = work.store.get(Alert, request.path_params["id"])
    return assign(work, alert, sent.user, by) or {"id": alert.id, "user": None}


def _follow(desk: Desk, work: Work, request: Request, sent: Follow, by: str) -> Figure:
    figure = find_figure(work, request.path_params["id"])
    name = sent.name or name_for(work, figure)
    now, done = follow_figure(work, figure, name, sent.topic or None)
    apply_now(now)
    return find_figure(now, f"{done.topic.name}/{name}")


def _kept(work: Work, correction: Correction) -> Correction:
    add_correction(work, correction)
    apply_now(work)
    return correction


def _adopt(desk: Desk, work: Work, request: Request, sent: Adopt, by: str) -> Correction:
    figure = find_figure(work, request.path_params["id"])
    if sent.low is None and sent.high is None:
        raise UsageError("low and high are both open: that is no value")
    if sent.low is not None and sent.high is not None and sent.low > sent.high:
        raise UsageError(f"low {sent.low:g} lies above high {sent.high:g}")
    return _kept(work, adopt(work, figure, sent.low, sent.high, by, sent.reason))


def _merge(desk: Desk, work: Work, request: Request, sent: Merge, by: str) -> Correction:
    figure = find_figure(work, request.path_params["id"])
    others = [find_figure(work, id) for id in sent.others]
    return _kept(work, merge_figures(work, figure, others, by, sent.reason))


def _split(desk: Desk, work: Work, request: Request, sent: Split, by: str) -> Correction:
    figure = find_figure(work, request.path_params["id"])
    return _kept(work, split_figure(work, figure, sent.claims, sent.title or None, by, sent.reason))


def _correct(desk: Desk, work: Work, request: Request, sent: Correct, by: str) -> Correction:
    given = make_correction(sent.kind, sent.target, sent.changes, author=by, reason=sent.reason, at=work.now())
    return _kept(work, given)


def _undo(desk: Desk, work: Work, request: Request, sent: Undo, by: str) -> Correction:
    undo_correction(work, request.path_params["id"], by, sent.reason)
    apply_now(work)
    return work.store.get(Correction, request.path_params["id"])


def _put_topic(desk: Desk, work: Work, request: Request, sent: TopicFile, by: str) -> dict[str, Any]:
    name = request.path_params["id"]
    if not work.settings.topics:
        raise UsageError("no folder for topic files is named: `topics` is empty in the configuration")
    if not (name.isascii() and name.replace("-", "").isalnum() and name == name.lower() and len(name) <= 60):
        raise UsageError(f"{name!r} is no name of a topic: small letters, digits and hyphens")
    path = work.settings.topics[0] / f"{name}.yml"
    topic = checked_topic(sent.yaml, path)
    if topic.name != name:
        raise UsageError(f"the file names the topic {topic.name!r}, the address {name!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sent.yaml, "utf8")
    work.store.apply(Batch(enqueue=[("figures", f"topic:{name}")]))
    with desk.open() as now:  # with the new file
        apply_now(now)
    return told_topic(topic)


def told_topic(topic: Any) -> dict[str, Any]:
    """A topic as JSON, without where its file lies."""
    return dict(topic.model_dump(mode="json", exclude={"path"}))


def _save_search(desk: Desk, work: Work, request: Request, sent: Search, by: str) -> SavedSearch:
    return keep_search(work, sent.name, sent.words, sent.of, by, followed=sent.followed)


def _drop_search(desk: Desk, work: Work, request: Request, sent: Sent, by: str) -> None:
    search = work.store.get(SavedSearch, request.path_params["id"])
    work.store.apply(Batch(delete=[(SavedSearch, search.id)]))


OPERATIONS = (
    Operation("POST", "/alerts/{id}/actions", "act_on_alert", ActOn, "Alert", 200, _act, "act on an alert"),
    Operation("PUT", "/alerts/{id}/assignment", "assign_alert", AssignTo, None, 200, _assign, "assign an alert"),
    Operation("POST", "/figures/{id}/follow", "follow_figure", Follow, "Figure", 200, _follow, "follow a figure"),
    Operation("POST", "/figures/{id}/adopt", "adopt_value", Adopt, "Correction", 201, _adopt, "adopt a value"),
    Operation("POST", "/figures/{id}/merge", "merge_figures", Merge, "Correction", 201, _merge, "merge figures"),
    Operation("POST", "/figures/{id}/split", "split_figure", Split, "Correction", 201, _split, "split a figure"),
    Operation("POST", "/corrections", "correct", Correct, "Correction", 201, _correct, "correct"),
    Operation("POST", "/corrections/{id}/undo", "undo", Undo, "Correction", 200, _undo, "take a correction back"),
    Operation("PUT", "/topics/{id}", "put_topic", TopicFile, None, 200, _put_topic, "write a topic file"),
    Operation("POST", "/searches", "save_search", Search, "SavedSearch", 201, _save_search, "save a search"),
    Operation("DELETE", "/searches/{id}", "drop_search", Sent, None, 204, _drop_search, "drop a search"),
)
