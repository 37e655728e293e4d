"""The desk's data views, saved searches and dashboards. What each is for stands in docs/elastic.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from schemas.kibana.lens import Panel, count, days, metric, percentile, ranges, terms

__all__ = ["DASHBOARDS", "SEARCHES", "VIEWS", "Dashboard", "Placed", "Search", "View"]


@dataclass(frozen=True, slots=True)
class View:
    """A data view on one alias. `links`: fields shown as links, with the address's template."""

    name: str  # of the index, without prefix
    title: str
    time: str
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search in Discover."""

    key: str
    title: str
    view: str
    columns: tuple[str, ...]
    query: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel or saved search on a dashboard: position and size on a grid 48 wide."""

    what: Panel | Search
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard. `since`: the time range it opens with, such as "now-90d"."""

    key: str
    title: str
    description: str
    since: str
    panels: tuple[Placed, ...]


def _discover(search: str, kuery: str) -> str:
    """A link from a value ({{value}}) to a saved search filtered by it, in the same space; the last ten years.

    Only of ids: Kibana leaves an apostrophe in a value as it is, and there it would end the text that it stands in."""
    state = f"_g=(time:(from:now-10y,to:now))&_a=(query:(language:kuery,query:'{kuery}'))"
    return f"../app/discover#/view/counterclaim-{search}?{state}"


PAGE = "{{rawValue}}"
VIEWS = (
    View("alert", "Alerts", "raised_at", {"figure": _discover("findings", 'figure: "{{value}}"')}),
    View("article", "Articles", "published", {"url": PAGE, "id": _discover("claims", 'article_id: "{{value}}"')}),
    View(
        "claim",
        "Claims",
        "published",
        {
            "url": PAGE,
            "source_id": _discover("claims", 'source_id: "{{value}}"'),
            "figure": _discover("claims", 'figure: "{{value}}"'),
        },
    ),
    View("coverage", "Outlets by run", "@timestamp"),
    View("delivery", "Outbox", "created_at"),
    View("figure_day", "Figures by day", "day", {"figure": _discover("claims", 'figure: "{{value}}"')}),
    View(
        "finding",
        "Findings",
        "day",
        {"earlier.url": PAGE, "later.url": PAGE, "figure": _discover("claims", 'figure: "{{value}}"')},
    ),
    View("outcome", "Outcomes", "at"),
    View("page", "Pages", "fetched_at", {"url": PAGE}),
    View("rejected", "Refused documents", "at"),
    View("run", "Runs", "started_at"),
)

CLAIMS = Search(
    "claims",
    "Claims: sentence and page",
    "claim",
    (
        "outlet_name",
        "source",
        "text",
        "central",
        "certainty",
        "unit",
        "what",
        "event_said",
        "figure_title",
        "sentence",
        "url",
    ),
    description="Who says how many of what, with the sentence and a link to the page.",
)
ALERTS = Search(
    "alerts",
    "Alerts",
    "alert",
    ("severity", "state", "shown_as", "title", "text", "outlets", "figure"),
    description="Contradictions; the figure leads to its findings with both sentences.",
)
FINDINGS = Search(
    "findings",
    "Findings: both sentences",
    "finding",
    (
        "shown_as",
        "figure_title",
        "figure",
        "text",
        "gap",
        "earlier.outlet",
        "earlier.sentence",
        "earlier.url",
        "later.outlet",
        "later.sentence",
        "later.url",
    ),
    description="How one claim stands to another, with both sentences and links to both pages.",
)
SILENT = Search(
    "silent",
    "Silent outlets",
    "coverage",
    ("outlet_name", "outlet", "reason", "fetched", "unchanged", "failed", "run"),
    "silent: true",
    "Outlets that gave nothing new for longer than they should, by run.",
)
SEARCHES = (ALERTS, CLAIMS, FINDINGS, SILENT)

NUMBERS = Dashboard(
    "numbers",
    "What the numbers say",
    "Contradictions between outlets: open alerts, figures by day, who claims what, where it comes from.",
    "now-90d",
    (
        Placed(
            Panel(
                "open-high",
                "Open, high",
                "alert",
                "metric",
                (count("high alerts open"),),
                "state: open and severity: high",
            ),
            0,
            0,
            8,
            10,
        ),
        Placed(
            Panel(
                "open",
                "Alerts open by severity",
                "alert",
                "bar_stacked",
                (terms("severity", "severity"), days("raised_at"), count("alerts")),
                "state: open",
            ),
            8,
            0,
            20,
            10,
        ),
        Placed(
            Panel(
                "open-kinds",
                "Open alerts by kind",
                "alert",
                "donut",
                (terms("shown_as", "finding", size=18), count("alerts")),
                "state: open",
            ),
            28,
            0,
            20,
            10,
        ),
        Placed(
            Panel(
                "timeline",
                "Counts by day: low, central, high (click one to see it alone)",
                "figure_day",
                "line",
                (
                    terms("figure_title", "figure", size=6, most="origins"),
                    days("day"),
                    metric("min", "low", "low"),
                    metric("max", "central", "central"),
                    metric("max", "high", "high"),
                ),
                "topic: * and unit: count",
            ),
            0,
            10,
            48,
            16,
        ),
        Placed(
            Panel(
                "disputed",
                "Most disputed figures",
                "finding",
                "table",
                (
                    terms("figure_title", "figure", size=20),
                    count("contradictions"),
                    metric("max", "gap", "times apart"),
                    metric("max", "day", "last", date=True),
                ),
                "severity: (high or low)",
            ),
            0,
            26,
            24,
            14,
        ),
        Placed(
            Panel(
                "claims",
                "Claims by origin and outlet",
                "claim",
                "bar_horizontal_stacked",
                (terms("source_id", "origin", size=15), terms("outlet_name", "outlet", size=12), count("claims")),
            ),
            24,
            26,
            24,
            14,
        ),
        Placed(
            Panel(
                "gaps",
                "How far apart",
                "finding",
                "bar_stacked",
                (ranges("gap", "times apart", (1, 1.5, 2, 5, 10)), terms("severity", "severity"), count("findings")),
                "severity: (high or low)",
            ),
            0,
            40,
            16,
            12,
        ),
        Placed(
            Panel(
                "gap-percentiles",
                "How far apart, by kind",
                "finding",
                "table",
                (
                    terms("shown_as", "finding", size=18),
                    count("findings"),
                    percentile("gap", 50, "half are under"),
                    percentile("gap", 95, "95 % are under"),
                ),
                "severity: (high or low)",
            ),
            16,
            40,
            16,
            12,
        ),
        Placed(
            Panel(
                "failures",
                "Extraction failures",
                "outcome",
                "bar_horizontal_stacked",
                (terms("code", "why", size=12), terms("outlet", "outlet", size=12), count("pages")),
                "step: clean and outcome: (rejected or failed)",
            ),
            32,
            40,
            16,
            12,
        ),
        Placed(
            Panel(
                "freshness",
                "Outlets' freshness",
                "article",
                "table",
                (
                    terms("outlet_name", "outlet", size=100, by=None),
                    metric("max", "published", "newest article", date=True),
                    metric("max", "fetched_at", "last fetched", date=True),
                    count("articles"),
                ),
            ),
            0,
            52,
            20,
            14,
        ),
        Placed(ALERTS, 20, 52, 28, 14),
        Placed(CLAIMS, 0, 66, 48, 16),
        Placed(FINDINGS, 0, 82, 48, 16),
    ),
)
OPERATIONS = Dashboard(
    "operations",
    "Operations",
    "Runs, outlets, pages and failures: whether the pipeline did its work.",
    "now-30d",
    (
        Placed(
            Panel(
                "last-run", "Last run ended", "run", "metric", (metric("max", "ended_at", "last run ended", date=True),)
            ),
            0,
            0,
            10,
            9,
        ),
        Placed(
            Panel(
                "run-seconds",
                "Seconds a run took",
                "run",
                "bar_stacked",
                (days("started_at"), metric("max", "seconds", "longest run")),
            ),
            10,
            0,
            19,
            9,
        ),
        Placed(
            Panel(
                "run-failures",
                "Failed items and outlets",
                "run",
                "bar_stacked",
                (days("started_at"), metric("sum", "failures", "failures")),
            ),
            29,
            0,
            19,
            9,
        ),
        Placed(
            Panel(
                "outlets",
                "Outlets",
                "coverage",
                "table",
                (
                    terms("outlet_name", "outlet", size=100, by=None),
                    metric("sum", "fetched", "new pages"),
                    metric("sum", "unchanged", "unchanged"),
                    metric("sum", "failed", "failed"),
                    metric("sum", "articles", "articles"),
                    metric("sum", "unread", "unread"),
                    metric("max", "@timestamp", "last run", date=True),
                ),
            ),
            0,
            9,
            26,
            14,
        ),
        Placed(SILENT, 26, 9, 22, 14),
        Placed(
            Panel(
                "pages",
                "Pages by answer",
                "page",
                "bar_stacked",
                (terms("status", "status", type="number"), days("fetched_at"), count("pages")),
            ),
            0,
            23,
            24,
            12,
        ),
        Placed(
            Panel(
                "bytes",
                "Bytes by outlet",
                "page",
                "bar_horizontal_stacked",
                (terms("outlet", "outlet", size=15, by="sum_size"), metric("sum", "size", "bytes")),
            ),
            24,
            23,
            24,
            12,
        ),
        Placed(
            Panel(
                "outcomes",
                "What became of items",
                "outcome",
                "bar_stacked",
                (terms("step", "step"), terms("outcome", "outcome"), count("items")),
            ),
            0,
            35,
            16,
            12,
        ),
        Placed(
            Panel(
                "refused",
                "Refused documents",
                "rejected",
                "table",
                (terms("index", "index", size=20), count("documents"), metric("max", "at", "last", date=True)),
            ),
            16,
            35,
            16,
            12,
        ),
        Placed(
            Panel(
                "outbox",
                "Outbox",
                "delivery",
                "table",
                (
                    terms("receiver", "receiver", size=20),
                    count("notices"),
                    metric("max", "attempts", "most attempts"),
                    metric("max", "created_at", "last", date=True),
                ),
            ),
            32,
            35,
            16,
            12,
        ),
    ),
)
_SAID = "stance: asserts and figure: * and unit: count"
FIGURES = Dashboard(
    "figures",
    "Who says how many",
    "One figure at a time: click one in the table, then see who said how many, by outlet and day. Counts only; other "
    "units have a scale of their own.",
    "now-90d",
    (
        Placed(
            Panel(
                "figures",
                "Figures (click one to see it alone)",
                "claim",
                "table",
                (
                    terms("figure_title", "figure", size=30),
                    count("claims"),
                    metric("unique_count", "outlet", "outlets"),
                    metric("unique_count", "source_id", "origins"),
                    metric("min", "central", "least"),
                    metric("max", "central", "most"),
                    metric("max", "published", "last", date=True),
                ),
                _SAID,
            ),
            0,
            0,
            48,
            14,
        ),
        Placed(
            Panel(
                "by-outlet",
                "How many, by outlet and day",
                "claim",
                "line",
                (
                    terms("outlet_name", "outlet", size=12, by="max_central"),
                    days("published"),
                    metric("max", "central", "number"),
                ),
                _SAID,
            ),
            0,
            14,
            24,
            16,
        ),
        Placed(
            Panel(
                "by-origin",
                "How many, by origin and day",
                "claim",
                "line",
                (
                    terms("source_id", "origin", size=12, by="max_central"),
                    days("published"),
                    metric("max", "central", "number"),
                ),
                _SAID,
            ),
            24,
            14,
            24,
            16,
        ),
        Placed(
            Panel(
                "said",
                "Who said how many killed, and how sure",
                "claim",
                "table",
                (
                    terms("figure_title", "figure", size=10),
                    terms("outlet_name", "outlet", size=20),
                    days("published"),
                    metric("min", "central", "least"),
                    metric("max", "central", "most"),
                    count("claims"),
                ),
                f"{_SAID} and event_said: killed",
            ),
            0,
            30,
            24,
            16,
        ),
        Placed(
            Panel(
                "sure",
                "How the number is meant",
                "claim",
                "bar_horizontal_stacked",
                (terms("outlet_name", "outlet", size=20), terms("certainty", "meant as"), count("claims")),
                _SAID,
            ),
            24,
            30,
            24,
            16,
        ),
        Placed(CLAIMS, 0, 46, 48, 18),
    ),
)
DASHBOARDS = (NUMBERS, FIGURES, OPERATIONS)


def link_formats(view: View) -> dict[str, Any]:
    """The view's links as Kibana's field formats."""
    made: dict[str, Any] = {}
    for name, template in view.links.items():
        params = {
            "type": "a",
            "urlTemplate": template,
            "labelTemplate": "{{value}}",
            "openLinkInCurrentTab": template != PAGE,
        }
        made[name] = {"id": "url", "params": params}
    return made
