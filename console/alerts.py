"""Alerts: the list, what a desk does with them, which rule errs most; figures: what they are, day by day."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.app import Json, known_errors, nothing_yet, open_work, out, print_json
from console.cards import alert_lines, alert_panels
from console.ids import short_ids, whole_id, whole_ids
from console.tables import CHART_LEGEND, capital, days_chart, figure_list, pedigree_table, records_table, short_day
from processing.store.protocol import Where
from schemas.errors import StoreNotFound, UsageError
from schemas.records import FINDINGS, Alert, Claim, Denial, Figure, FigureDay, Finding

if TYPE_CHECKING:
    from processing.compare.pedigree import PedigreeRow
    from processing.pipeline.work import Work

__all__ = [
    "STATES",
    "alert_order",
    "alert_parts",
    "change_many",
    "change_one",
    "find_figure",
    "pedigree_of",
    "register",
    "show_alerts",
    "show_followed",
    "telling_findings",
]

STATES = ("open", "acknowledged", "reconciled", "false_positive", "closed")
alerts_app = typer.Typer(
    name="alerts",
    help="Contradictions: list them, say what came of them, see which rule errs most.",
    no_args_is_help=True,
)
figures_app = typer.Typer(name="figure", help="Figures: what is counted, its days, its pedigree.", no_args_is_help=True)


def alert_parts(work: Work, alerts: Sequence[Alert]) -> tuple[dict[str, Claim], dict[str, Finding], dict[str, Denial]]:
    """The claims (as corrected), findings and denials that alerts speak of."""
    from processing.corrections import correct_claims
    from processing.pipeline.scopes import active_corrections

    ids = sorted({id for a in alerts for id in (a.earlier, a.later)})
    findings = work.store.get_many(Finding, sorted({id for a in alerts for id in a.findings}))
    claims, _, _ = correct_claims(work.store.get_many(Claim, ids), active_corrections(work.store))
    return claims, findings, work.store.get_many(Denial, ids)


def alert_order(alert: Alert) -> tuple[Any, ...]:
    """The gravest first, then by topic and day."""
    return alert.severity != "high", alert.topic or "~", alert.day.toordinal() if alert.day else 0, alert.id


def ids_of(records: Iterable[Alert | Figure]) -> list[str]:
    """The ids of records."""
    return [record.id for record in records]


def show_alerts(work: Work, *, since: datetime | None = None, limit: int = 40) -> None:
    """Open alerts (raised since a moment, where given): the high ones whole, the low ones a line each."""
    where = [Where("state", "=", "open")] + ([Where("raised_at", ">=", since)] if since else [])
    found = sorted(work.store.find(Alert, *where), key=alert_order)
    if not found:
        out.print("no new alert" if since else nothing_yet(work) or "no open alert")
        return
    high, low = [a for a in found if a.severity == "high"], [a for a in found if a.severity == "low"]
    claims, findings, denials = alert_parts(work, high)
    ids = short_ids(work.store, Alert, ids_of([*high[:limit], *low[:limit]]))
    if high:
        out.print(
            alert_panels(
                high[:limit],
                claims,
                findings,
                denials,
                title=f"{len(high)} contradiction{'s'[: len(high) > 1]} that somebody must see",
                ids=ids,
            )
        )
    if len(high) > limit:
        out.print(f"… and {len(high) - limit} more: counterclaim alerts list --severity high")
    if low:
        out.print(alert_lines(low[:limit], title=f"\n{len(low)} more to know of", ids=ids))
    if len(low) > limit:
        out.print(f"… and {len(low) - limit} more: counterclaim alerts list --severity low")


def show_followed(work: Work) -> None:
    """low / central / high by day of every figure of a topic file."""
    figures = [f for f in work.store.find(Figure, Where("topic", "!=", None)) if f.claims]
    if figures:
        out.print()
        out.rule("figures that are followed", align="left")
        out.print(CHART_LEGEND + "\n", style="dim")
    for figure in sorted(figures, key=lambda f: (f.topic or "", f.name or "")):
        days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
        if days:
            out.print(days_chart(figure, days, room=out.width))
            out.print()


@alerts_app.command("list")
@known_errors
def list_alerts(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help=f"{', '.join(STATES)}, or all.")] = "open",
    severity: Annotated[str | None, typer.Option(help="high or low.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="With both sentences and links.")] = False,
    as_json: Json = False,
) -> None:
    """Alerts, the gravest first."""
    if state not in (*STATES, "all", None):
        raise UsageError(f"--state: {state!r} is none of {', '.join(STATES)}, all")
    if severity not in ("high", "low", None):
        raise UsageError(f"--severity: {severity!r} is neither high nor low")
    given = (("state", None if state == "all" else state), ("severity", severity), ("topic", topic))
    with open_work(ctx) as work:
        found = sorted(work.store.find(Alert, *(Where(f, "=", v) for f, v in given if v)), key=alert_order)
        if as_json:
            for alert in found:
                print_json(alert)
        elif not found:
            out.print(nothing_yet(work) or "no such alert; those with another state: --state all")
        elif whole:
            claims, findings, denials = alert_parts(work, found)
            out.print(alert_panels(found, claims, findings, denials, ids=short_ids(work.store, Alert, ids_of(found))))
        else:
            ids = short_ids(work.store, Alert, ids_of(found))
            title = f"{len(found)} alert{'' if len(found) == 1 else 's'}"
            out.print(alert_lines(found, title=title, ids=ids, state=True))


def change_many(work: Work, ids: Sequence[str], action: str, by: str, reason: str) -> list[Alert]:
    """Do something to alerts (see `processing.alert.ACTIONS`) and keep them, all or none, with the notices that are
    owed again once one is reopened.

    Raises: StoreNotFound, UsageError where the action is not possible, or lacks a name or the reason that it needs.
    """
    from processing.alert import change_alert
    from processing.notify import deliveries
    from processing.store.protocol import Batch

    alerts = [change_alert(work.store.get(Alert, id), action, by, reason, work.now()) for id in ids]
    owed = deliveries(
        alerts if action == "reopen" else [], work.settings.receivers, work.topics, work.store, now=work.now()
    )
    work.store.apply(Batch(put=[*alerts, *owed]))
    return alerts


def change_one(work: Work, id: str, action: str, by: str, reason: str) -> Alert:
    """The same for one alert."""
    return change_many(work, [id], action, by, reason)[0]


def _change(ctx: typer.Context, ids: Iterable[str], action: str, by: str | None, reason: str) -> None:
    from processing.pipeline.people import audit

    with open_work(ctx) as work:
        for id in whole_ids(work, Alert, ids):
            alert = change_one(work, id, action, by or getpass.getuser(), reason)
            audit(
                work, f"{by or getpass.getuser()} (command)", "act on an alert", id, f"{action}; {reason}".strip("; ")
            )
            out.print(f"{alert.id}: {alert.state}")


Ids = Annotated[list[str], typer.Argument(help="Ids of alerts, or their beginnings.")]
By = Annotated[str | None, typer.Option(help="Your name; default: the account's.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the alert's history.")]


def _changing(action: str, needs_reason: bool) -> Callable[..., None]:
    @known_errors
    def command(ctx: typer.Context, ids: Ids, by: By = None, reason: Why = "") -> None:
        if needs_reason and not reason.strip():
            raise UsageError("--reason must say why")
        _change(ctx, ids, action, by, reason)

    return command


@alerts_app.command("review")
@known_errors
def review(ctx: typer.Context, as_json: Json = False) -> None:
    """Which rule errs most: alerts by rule, how many people judged, how many of these were false, and why."""
    from processing.alert import review_rules

    states: dict[str, Counter[str]] = {}
    with open_work(ctx) as work:
        alerts = list(work.store.find(Alert))
        empty = None if alerts else nothing_yet(work)
    for alert in alerts:
        states.setdefault(alert.finding, Counter())[alert.state] += 1
    records = review_rules(alerts)
    if as_json:
        for r in records:
            counts = {s: states[r.finding][s] for s in STATES}
            judged = {
                "judged": r.judged,
                "false_positives": r.false_positives,
                "false_share": r.error_rate,
                "reasons": r.reasons,
            }
            print_json({"finding": r.finding, "alerts": r.alerts, **counts, **judged})
        return
    rows = [
        {
            "shown as": FINDINGS[r.finding],
            "rule": r.finding,
            "alerts": str(r.alerts),
            **{s.replace("_", " "): str(states[r.finding][s]) if states[r.finding][s] else "" for s in STATES},
            "false of judged": "" if r.error_rate is None else f"{r.error_rate:.0%} of {r.judged}",
            "why": "; ".join(r.reasons),
        }
        for r in records
    ]
    counted = ("alerts", *(s.replace("_", " ") for s in STATES))
    table = records_table(rows, out.width, "shown as", counted)
    out.print(table if records else empty or "no alert was ever raised here")


@figures_app.command("list")
@known_errors
def list_figures(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Option(help="Only this topic's.")] = None,
    least: Annotated[int, typer.Option("--least", help="At least so many claims.")] = 2,
    as_json: Json = False,
) -> None:
    """Figures with their number of claims, the most claimed first."""
    with open_work(ctx) as work:
        where = [Where("topic", "=", topic)] if topic else []
        found = sorted(
            (f for f in work.store.find(Figure, *where) if len(f.claims) >= least),
            key=lambda f: (-len(f.claims), f.title),
        )
        if as_json:
            for figure in found:
                print_json(figure)
            return
        ids = short_ids(work.store, Figure, ids_of(found))
        out.print(figure_list(found, out.width, ids) if found else nothing_yet(work) or "no figure yet")


@figures_app.command("days")
@known_errors
def show_days(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The figure's id or its beginning, or topic/name.")],
    as_json: Json = False,
) -> None:
    """low / central / high of a figure by day."""
    with open_work(ctx) as work:
        figure = find_figure(work, id)
        days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
        if as_json:
            for d in days:
                print_json(d)
        else:
            out.print(days_chart(figure, days, room=out.width) if days else f"{figure.title}: no day yet")


def find_figure(work: Work, id: str) -> Figure:
    """A figure by its id or as topic/name. Raises StoreNotFound."""
    topic, _, name = id.partition("/")
    if name:
        named = work.store.find(Figure, Where("topic", "=", topic), Where("name", "=", name))
        found = max(named, key=lambda f: (len(f.claims), f.id), default=None)
        if found is None:
            raise StoreNotFound(f"no figure {name!r} of a topic {topic!r} has a claim yet")
        return found
    return work.store.get(Figure, whole_id(work, Figure, id))


def pedigree_of(work: Work, figure: Figure) -> list[PedigreeRow]:
    """One row per origin of a figure."""
    from processing.compare import pedigree
    from processing.pipeline.scopes import load_scope, scope_of, statements_of

    return pedigree(figure, statements_of(load_scope(work, scope_of(figure)), figure))


def telling_findings(work: Work, figure: Figure) -> list[Finding]:
    """A figure's findings without those that only say that two numbers agree."""
    return [
        f
        for f in work.store.find(Finding, Where("figure", "=", figure.id))
        if f.severity or f.finding not in ("agrees", "narrows")
    ]


@figures_app.command("pedigree")
@known_errors
def show_pedigree(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The figure's id or its beginning, or topic/name.")],
    as_json: Json = False,
) -> None:
    """One row per origin: value, bound, scope, as of, who carried it, where it changed on the way, what overtook it."""
    with open_work(ctx) as work:
        figure = find_figure(work, id)
        rows = pedigree_of(work, figure)
    if as_json:
        for row in rows:
            print_json(row)
        return
    out.print(pedigree_table(capital(figure.title), [pedigree_cells(row) for row in rows], out.width))


def pedigree_cells(row: PedigreeRow) -> list[str]:
    """A row of a pedigree as cells."""
    carried = ", ".join(row.carriers) + (f" ({row.articles} articles)" if row.articles > len(row.carriers) else "")
    as_of = short_day(row.as_of) + ("?" if row.as_of and row.as_of_guess else "")
    name = row.origin_name + ("" if row.stance == "asserts" else f" ({row.stance})")
    return [name, row.text, row.scope or "", as_of, carried, "; ".join(row.changes), row.overtaken_by or ""]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, action, text, needs in (
        ("ack", "acknowledge", "Somebody looks into these alerts.", False),
        ("reconcile", "reconcile", "The numbers were reconciled; say how.", True),
        ("false-positive", "false_positive", "No contradiction; say why. The pair stays quiet from now on.", True),
        ("close", "close", "Done with these alerts.", False),
        ("reopen", "reopen", "Open them again; say why.", True),
    ):
        alerts_app.command(name, help=text)(_changing(action, needs))
    app.add_typer(alerts_app, rich_help_panel="Desk")
    app.add_typer(figures_app, rich_help_panel="Desk")
