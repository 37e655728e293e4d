"""What a desk does with figures: correct the machine, adopt a value, follow a found figure, a brief, a picture, a
replay of the alerts."""

from __future__ import annotations

import getpass
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from console.alerts import figures_app, find_figure
from console.app import Json, day, known_errors, moment, open_work, out, print_json, say, styled
from console.ids import whole_id, whole_ids
from console.tables import number, records_table, short_day
from schemas.errors import UsageError
from schemas.records import FINDINGS, Alert, Claim, Correction

if TYPE_CHECKING:
    from processing.pipeline.replay import Sent
    from processing.pipeline.work import Work

__all__ = ["register", "value_ends"]

By = Annotated[str, typer.Option("--by", help="Your name; kept with it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]
FigureId = Annotated[str, typer.Argument(help="The figure's id or its beginning, or topic/name.")]
Topic = Annotated[str | None, typer.Option("--topic", help="Only this topic.")]

correct_app = typer.Typer(
    name="correct",
    help="Correct the machine: claims, figures, sources. Survives re-processing; list and undo.",
    no_args_is_help=True,
)
correct_figures_app = typer.Typer(name="figures", help="Which claims are one figure.", no_args_is_help=True)


# ---------------------------------------------------------------- corrections


def _signed(by: str, reason: str) -> None:
    for name, value in (("--by", by), ("--reason", reason)):
        if not value.strip():
            raise UsageError(f"{name} must say {'who' if name == '--by' else 'why'}")


def _keep(work: Work, correction: Correction) -> None:
    from processing.pipeline.desk import add_correction
    from processing.pipeline.people import audit

    told = f"{correction.kind} {correction.target}: {_told(correction.changes)}; {correction.reason}"
    audit(work, f"{correction.author} (command)", "correct", correction.id, told)
    _redo(work, f"correction {correction.id} kept", add_correction(work, correction))


def _redo(work: Work, told: str, scopes: list[str]) -> None:
    """Apply what waits, and say what became of it."""
    from processing.pipeline.desk import apply_now

    before = {a.id: (a.state, a.severity) for a in work.store.find(Alert)}
    if not apply_now(work):
        out.print(f"{told}; another run is at work: applied by it, or by the next `counterclaim run --no-fetch`")
        return
    changed = [a for a in work.store.find(Alert) if before.get(a.id) != (a.state, a.severity)]
    out.print(f"{told}; topics and stories made anew: {len(scopes)}; alerts changed: {len(changed)}")
    for alert in changed:
        out.print(Text.assemble(f"  {alert.state}: ", alert.text, ("  " + alert.id, "dim")))


def _value(field: str, text: str) -> Any:
    """A field's value as typed: JSON where it is JSON, else plain text; days as DAY or DAY..DAY."""
    import orjson

    if field in ("as_of", "period") and (match := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?", text)):
        return [match.group(1), match.group(2) or match.group(1)]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _changes(settings: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for setting in settings:
        field, sign, text = setting.partition("=")
        if not sign or not field:
            raise UsageError(f"--set {setting!r}: write field=value, such as low=300 or source='the army'")
        changes[field.strip()] = _value(field.strip(), text.strip())
    if "as_of" in changes and "as_of_guess" not in changes:
        changes["as_of_guess"] = False
    return changes


@correct_app.command("claim")
@known_errors
def correct_claim(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The claim's id.")],
    by: By,
    reason: Why,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="field=value, as JSON or plain text; can be repeated. null: not known."),
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="It is no claim; leave it out of everything.")] = False,
) -> None:
    """Set fields of a claim, or drop it."""
    from processing.corrections import make_correction

    _signed(by, reason)
    if bool(settings) == drop:
        raise UsageError("give either --set field=value, once or more, or --drop")
    changes = {"drop": True} if drop else _changes(settings or [])
    with open_work(ctx) as work:
        claim = work.store.get(Claim, whole_id(work, Claim, id))
        _keep(work, make_correction("claim", claim.id, changes, author=by, reason=reason, at=work.now()))


@correct_figures_app.command("merge")
@known_errors
def merge(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="Two or more figures that are one.")],
    by: By,
    reason: Why,
) -> None:
    """Make one figure of several."""
    from processing.pipeline.desk import merge_figures

    _signed(by, reason)
    if len(ids) < 2:
        raise UsageError("give two or more figures")
    with open_work(ctx) as work:
        first, *others = (find_figure(work, id) for id in ids)
        _keep(work, merge_figures(work, first, others, by, reason))


@correct_figures_app.command("split")
@known_errors
def split(
    ctx: typer.Context,
    id: FigureId,
    claims: Annotated[list[str], typer.Argument(help="Claims that are a figure of their own.")],
    by: By,
    reason: Why,
    title: Annotated[str | None, typer.Option("--title", help="What the new figure is called.")] = None,
) -> None:
    """Make some claims of a figure a figure of their own."""
    from processing.pipeline.desk import split_figure

    _signed(by, reason)
    with open_work(ctx) as work:
        _keep(work, split_figure(work, find_figure(work, id), whole_ids(work, Claim, claims), title, by, reason))


@correct_app.command("source")
@known_errors
def correct_source(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="A name as texts cite it, such as 'the spy agency'.")],
    by: By,
    reason: Why,
    is_: Annotated[
        str, typer.Option("--is", help="The id of the source that it means, as `counterclaim export claims` gives it.")
    ],
) -> None:
    """Say which source a name means."""
    from processing.corrections import make_correction

    _signed(by, reason)
    with open_work(ctx) as work:
        correction = make_correction(
            "source", name.strip(), {"source_id": is_.strip()}, author=by, reason=reason, at=work.now()
        )
        _keep(work, correction)


@correct_app.command("list")
@known_errors
def list_corrections(ctx: typer.Context, as_json: Json = False) -> None:
    """All corrections, also those that were taken back: what, who, when, why."""
    with open_work(ctx) as work:
        found = list(work.store.find(Correction, order="-at"))
    if as_json:
        for correction in found:
            print_json(correction)
        return
    rows = [
        {
            "when": f"{c.at:%Y-%m-%d %H:%M}",
            "what": f"{c.kind} {c.target}",
            "changes": _told(c.changes),
            "by": c.author,
            "why": c.reason,
            "state": "in force" if c.undone is None else f"undone by {c.undone.by}: {c.undone.reason}",
            "id": c.id,
        }
        for c in found
    ]
    table = records_table(rows, out.width, "what")
    out.print(table if found else "no correction yet")


def _told(changes: dict[str, Any]) -> str:
    """Changes in words; the claims by which a figure is known are left out."""
    parts = [key if value is True else f"{key}={value}" for key, value in changes.items() if key != "claims"]
    return ", ".join(parts)


@correct_app.command("undo")
@known_errors
def undo(
    ctx: typer.Context, id: Annotated[str, typer.Argument(help="The correction's id.")], by: By, reason: Why
) -> None:
    """Take a correction back. It stays on the list."""
    from processing.pipeline.desk import undo_correction
    from processing.pipeline.people import audit

    _signed(by, reason)
    with open_work(ctx) as work:
        id = whole_id(work, Correction, id)
        audit(work, f"{by} (command)", "take a correction back", id, reason)
        _redo(work, f"correction {id} taken back", undo_correction(work, id, by, reason))


# ---------------------------------------------------------------- desk figures, following


def value_ends(text: str) -> tuple[float | None, float | None]:
    """The ends of a value as typed: 300, 1,000, 31%, 300-400, 300+ (at least), -400 (at most). Raises UsageError."""
    plain = text.replace(",", "").replace(" ", "")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)?(%?)(?:(-|\.\.|–|\+)(\d+(?:\.\d+)?)?(%?))?", plain)
    first, sign, second = (match.group(1), match.group(3), match.group(4)) if match else (None, None, None)
    if (
        (first is None and second is None)
        or (sign == "+" and second is not None)
        or (sign not in (None, "+") and second is None)
    ):
        raise UsageError(f"VALUE {text!r}: write 300, 31%, 300-400, 300+ for at least, or -400 for at most")
    part = 0.01 if "%" in plain else 1
    low = None if first is None else float(first) * part
    high = None if sign == "+" else low if sign is None else None if second is None else float(second) * part
    if low is not None and high is not None and low > high:
        raise UsageError(f"VALUE {text!r}: the first number must be the lower one")
    return low, high


@figures_app.command("adopt", context_settings={"ignore_unknown_options": True})
@known_errors
def adopt(
    ctx: typer.Context,
    id: FigureId,
    value: Annotated[str, typer.Argument(help="300, 31%, 300-400, 300+ or -400.")],
    by: By,
    reason: Why,
) -> None:
    """Adopt a value as the desk's own; an alert says when a later claim overtakes it."""
    from processing.pipeline.desk import adopt as adopt_value

    _signed(by, reason)
    low, high = value_ends(value)
    with open_work(ctx) as work:
        figure = find_figure(work, id)
        _keep(work, adopt_value(work, figure, low, high, by, reason))
        out.print(
            f"{figure.title}: the desk puts it at "
            f"{number(low) if low == high else f'{number(low)} to {number(high)}'} ({figure.unit})"
        )


@figures_app.command("follow")
@known_errors
def follow(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The id of a figure that was found.")],
    name: Annotated[
        str | None, typer.Option("--name", help="What it is called in the topic file; default: made of its title.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", help="The topic that it joins; default: a topic file of its own.")
    ] = None,
) -> None:
    """Follow a found figure from now on: writes it into a topic file and matches all articles to it."""
    from processing.pipeline.follow import follow_figure, name_for
    from processing.pipeline.people import audit

    with open_work(ctx) as work:
        figure = find_figure(work, id)
        name = name or name_for(work, figure)
        work, done = follow_figure(work, figure, name, topic)
        audit(work, f"{getpass.getuser()} (command)", "follow a figure", figure.id, f"{done.topic.name}/{name}")
        out.print(
            f"{done.path} written: {done.claims} of {done.of_claims} claims, {done.articles} of "
            f"{done.of_articles} articles",
            soft_wrap=True,
        )
        _redo(work, f"followed as {done.topic.name}/{name}", [f"topic:{done.topic.name}"])


# ---------------------------------------------------------------- brief, chart, replay


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    say.print(f"{output} written, {len(data):,} bytes", soft_wrap=True)


def _format(given: str | None, output: Path | None, allowed: tuple[str, ...], default: str | None) -> str:
    found = given or (output.suffix.removeprefix(".") if output and output.suffix else None) or default
    if found not in allowed:
        raise UsageError(f"{'--format' if given else 'format'} {found!r}: allowed are {', '.join(allowed)}")
    return found


@known_errors
def brief(
    ctx: typer.Context,
    topic: Topic = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="What became known after this day or time; default: the last 24 hours."),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", "-f", help="md, html or docx; default: by the file's name, else md.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: standard output (not docx).")
    ] = None,
) -> None:
    """What changed: figures before and now, open disputes, silent outlets, what was not read; every number cited."""
    from processing.brief import FORMATS, render
    from processing.pipeline.briefing import morning_brief

    chosen = _format(format, output, FORMATS, "md")
    if chosen == "docx" and output is None:
        raise UsageError("--format docx needs a file: -o brief.docx")
    with open_work(ctx) as work:
        data = render(morning_brief(work, topic, moment(since, "--since")), chosen)
    _write(data, output)


@known_errors
def chart(
    ctx: typer.Context,
    id: FigureId,
    output: Annotated[Path, typer.Option("--output", "-o", help="file.svg, file.png or file.html.")],
) -> None:
    """A figure as a picture: claims over time, low / central / high, the desk's figure, alerts."""
    from processing.chart import FORMATS
    from processing.pipeline.picture import figure_picture

    chosen = _format(None, output, FORMATS, None)
    with open_work(ctx) as work:
        picture = figure_picture(work, find_figure(work, id), chosen)
    _write(picture, output)


@known_errors
def replay(
    ctx: typer.Context,
    start: Annotated[str, typer.Option("--from", help="First day, such as 2025-01-20.")],
    end: Annotated[str, typer.Option("--to", help="Last day.")],
    topic: Topic = None,
    as_json: Json = False,
) -> None:
    """What today's rules would have sent when, over the stored archive, and how that differs from what was sent."""
    from processing.pipeline.desk import replay_archive

    first, last = day(start, "--from"), day(end, "--to")
    assert first is not None
    assert last is not None
    with open_work(ctx) as work:
        done = replay_archive(work, first, last, topic)
    if as_json:
        for s in done.sent:
            print_json({"sent": s.day, "why": s.why, "to": done.receivers[s.alert.id, s.day], "alert": s.alert})
        for kind, alerts in (("added", done.difference.added), ("gone", done.difference.gone)):
            for alert in alerts:
                print_json({"difference": kind, "alert": alert})
        for old, new in done.difference.changed:
            print_json({"difference": "changed", "was": old.severity, "now": new.severity, "alert": new})
        return
    out.print(_sent_table(done.sent, done.receivers) if done.sent else "nothing would have been sent")
    difference = done.difference
    if not (difference.added or difference.gone or difference.changed):
        out.print("the same as was sent")
    for alert in difference.added:
        out.print(styled("[green]would be sent, was not:[/] {text}", text=alert.text))
    for alert in difference.gone:
        out.print(styled("[red]was sent, would not be:[/] {text} [dim]{id}[/]", text=alert.text, id=alert.id))
    for old, new in difference.changed:
        out.print(styled("[yellow]{old} -> {new}:[/] {text}", old=old.severity, new=new.severity, text=new.text))


def _sent_table(sent: tuple[Sent, ...], receivers: dict[tuple[str, date], tuple[str, ...]]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        title=f"{len(sent)} alerts would have been sent",
        title_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    for column in ("day", "why", "severity", "finding", "text", "to"):
        table.add_column(column, overflow="fold")
    for s in sent:
        to = ", ".join(receivers[s.alert.id, s.day])
        table.add_row(
            short_day(s.day), s.why, s.alert.severity, FINDINGS[s.alert.finding], s.alert.text, to or "nobody"
        )
    return table


def register(app: typer.Typer) -> None:
    """Add the commands; those of figures join the group of console.alerts."""
    correct_app.add_typer(correct_figures_app)
    app.add_typer(correct_app, rich_help_panel="Desk")
    app.command("brief", rich_help_panel="Desk")(brief)
    app.command("chart", rich_help_panel="Desk")(chart)
    app.command("replay", rich_help_panel="Desk")(replay)
