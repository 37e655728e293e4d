"""Which commands there are, and where each is: what `counterclaim --help` shows without loading any of them."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

__all__ = ["COMMANDS", "Listed", "OnDemand"]


class Listed(NamedTuple):
    """A command in the list: the module whose `register` adds it, its panel, its help."""

    module: str
    panel: str
    help: str


COMMANDS: dict[str, Listed] = {
    "demo": Listed(
        "console.running",
        "Start",
        "The sample newsroom: eight outlets on loopback, several days, every kind of contradiction; no "
        "internet needed.",
    ),
    "run": Listed(
        "console.running",
        "Start",
        "The daily job: fetch, clean, dedup, stories, claims, figures, compare, alert, notify; then the new alerts.",
    ),
    "fetch": Listed("console.running", "Steps", "Fetch what is new from the outlets, politely."),
    "ingest": Listed(
        "console.running", "Start", "Take articles that are on disk already; then `counterclaim run --no-fetch`."
    ),
    "clean": Listed(
        "console.stepping",
        "Steps",
        "Turn fetched pages into articles: title, text, authors, time, language. With files: HTML or gzipped HTML.",
    ),
    "dedup": Listed(
        "console.stepping", "Steps", "Find articles that are one text: wire copies, syndication, shortened versions."
    ),
    "stories": Listed("console.stepping", "Steps", "Group articles on one event."),
    "claims": Listed(
        "console.stepping",
        "Steps",
        "Read who says how many of what. With files: plain text, claims on standard output ('-' reads standard input).",
    ),
    "figures": Listed(
        "console.stepping",
        "Steps",
        "Group claims into figures. With files: JSON lines of articles; prints the figures that two or "
        "more articles state.",
    ),
    "compare": Listed(
        "console.stepping",
        "Steps",
        "Compare the claims of each figure; what stands against what, and low / central / high by day.",
    ),
    "alert": Listed("console.stepping", "Steps", "Decide which findings somebody must see."),
    "notify": Listed("console.stepping", "Steps", "Send the notices that wait in the outbox."),
    "brief": Listed(
        "console.desk_commands",
        "Desk",
        "What changed: figures before and now, open disputes, silent outlets, what was not read; every number cited.",
    ),
    "chart": Listed(
        "console.desk_commands",
        "Desk",
        "A figure as a picture: claims over time, low / central / high, the desk's figure, alerts.",
    ),
    "replay": Listed(
        "console.desk_commands",
        "Desk",
        "What today's rules would have sent when, over the stored archive, and how that differs from what was sent.",
    ),
    "search": Listed(
        "console.library",
        "Desk",
        "Articles or claims, by words, phrases, prefixes, ranges of numbers, source, place, event, outlet and day.",
    ),
    "show": Listed("console.library", "Desk", "One record, whole, with what belongs to it."),
    "export": Listed("console.library", "Desk", "Everything of one kind, for a spreadsheet or another program."),
    "doctor": Listed(
        "console.setup_commands",
        "Start",
        "What is installed, reachable and configured; what is missing and how to get it.",
    ),
    "verify": Listed(
        "console.care",
        "Care",
        "Whether all that is kept hangs together: page, article, claims, figures, findings, archives. "
        "Ends with 1 where something is wrong.",
    ),
    "backup": Listed(
        "console.care",
        "Care",
        "Copy the store and the archived pages, while runs go on. Settings, outlet and topic files are yours to keep.",
    ),
    "restore": Listed(
        "console.care",
        "Care",
        "Copy a backup into an empty home, after its sums were checked. A store on Elasticsearch is "
        "filled from it with `store copy`.",
    ),
    "forget": Listed(
        "console.care",
        "Care",
        "Forget an address or an outlet: pages and their bytes, articles, claims, alerts. Proof is kept "
        "in the home, in forgotten.jsonl. It is not fetched again.",
    ),
    "metrics": Listed(
        "console.metrics",
        "Set up",
        "Counts, ages and durations for monitoring (OpenMetrics), on standard output or served with --port.",
    ),
    "users": Listed(
        "console.people", "Desk", "Who may use the web page: readers look, analysts change, admins add users."
    ),
    "audit": Listed("console.people", "Desk", "Who did what when at the desk's page, and to its users."),
    "serve": Listed(
        "console.web.command",
        "Desk",
        "The web page: contradictions, figures, articles, stories, runs. On this machine alone it is open until "
        "there are users (`counterclaim users add`); beyond it everybody logs in.",
    ),
    "alerts": Listed(
        "console.alerts", "Desk", "Contradictions: list them, say what came of them, see which rule errs most."
    ),
    "figure": Listed("console.alerts", "Desk", "Figures: what is counted, its days, its pedigree."),
    "findings": Listed(
        "console.findings", "Desk", "How claims stand to each other: what contradicts and raised no alert."
    ),
    "correct": Listed(
        "console.desk_commands",
        "Desk",
        "Correct the machine: claims, figures, sources. Survives re-processing; list and undo.",
    ),
    "runs": Listed("console.library", "Desk", "Runs: what each did, by outlet."),
    "outlets": Listed("console.setup_commands", "Set up", "Outlets: list, check, draft a new one."),
    "words": Listed("console.setup_commands", "Set up", "Word lists: check."),
    "topics": Listed("console.setup_commands", "Set up", "Topics: draft one from words, check, forget."),
    "store": Listed("console.store_commands", "Set up", "The store: make it, look at it, migrate it, copy it."),
    "kibana": Listed("console.kibana", "Set up", "Kibana: dashboards, searches and alerting rules for the desk."),
    "stack": Listed(
        "console.stack_commands", "Set up", "The stack of containers: secrets, and what runs once before it starts."
    ),
}


class OnDemand(TyperGroup):
    """The group of all commands, each of which is loaded when it is called; its list is drawn from COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the table."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command as a list shows it; whole once it was loaded."""
        listed = COMMANDS.get(cmd_name)
        if listed is None or cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        shown = typer.Typer(add_completion=False)
        shown.command(cmd_name, help=listed.help, rich_help_panel=listed.panel)(_stands_for)
        return typer.main.get_command(shown)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called, then as ever."""
        if args and args[0] in COMMANDS:
            self.load(args[0])
        return super().resolve_command(ctx, args)

    def load(self, name: str) -> Any:
        """The command, whole; its module is imported now."""
        if name not in self.commands:
            holder = typer.Typer()
            holder.callback()(_stands_for)  # so that a module with one command is a group too
            importlib.import_module(COMMANDS[name].module).register(holder)
            self.commands.update(typer.main.get_group(holder).commands)
        return self.commands[name]


def _stands_for() -> None:
    """What a command does before it is loaded: nothing."""
