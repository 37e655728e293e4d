"""What each page shows: from the store to what its template needs. Every function takes the open work and the request's
values."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

from console.alerts import alert_parts
from console.app import moment
from console.running import how_it_ended, second_reader_line, what_was_done
from console.tables import claim_fields, history_words
from console.web.desk import PAGES
from console.web.query import Query, Shown, page_number, titles
from console.web.shown import contradiction, explained, side_of, typed_value
from console.web.standing import last_bars, source_address, told_in
from processing.alert import ACTIONS, NEEDS_REASON
from processing.pipeline.people import seen_by
from processing.pipeline.silence import silent_findings
from processing.pipeline.work import Work
from processing.store.protocol import Where
from schemas.people import Assignment, User
from schemas.records import (
    FINDINGS,
    Alert,
    Article,
    Claim,
    Correction,
    Figure,
    Outcome,
    Run,
    Story,
)

__all__ = [
    "alert_page",
    "brief_page",
    "claim_page",
    "figures_page",
    "findings_page",
    "run_page",
    "runs_page",
    "story_page",
    "working",
]

_A_PAGE = 40
_STORIES = 40
_WORDS = 50
_A_BRIEF = 25  # figures, and disputes, on one page of the brief
_FOUND = 60  # figures that no topic file names, on one page


# ---------------------------------------------------------------- contradictions


def alert_page(work: Work, id: str) -> Shown:
    """One contradiction, with its explanation, history and what can be done with it. Raises StoreNotFound."""
    alert = work.store.get(Alert, id)
    claims, findings, denials = alert_parts(work, [alert])
    figure = work.store.get_many(Figure, [alert.figure]).get(alert.figure)
    one = contradiction(alert, claims, findings, denials)
    said = [*claims.values(), *work.store.get_many(Claim, list(figure.claims) if figure else []).values()]
    names = {c.outlet: c.outlet_name for c in said}
    return {
        "one": one,
        "figure": figure,
        "rule": FINDINGS[alert.finding],
        "explained": explained(one.finding.explanation) if one.finding else [],
        "actions": [
            (name, name in NEEDS_REASON)
            for name, (states, _) in ACTIONS.items()
            if alert.state in states and name != "note"
        ],
        "acts": [(e, history_words(e)) for e in alert.history if e.action != "note"],
        "comments": [e for e in alert.history if e.action == "note"],
        "assigned": work.store.get_many(Assignment, [id]).get(id),
        "people": working(work),
        "seen": seen_by(work.store, id),
        "outlets": [names.get(id, id) for id in alert.outlets],
    }


def working(work: Work) -> list[str]:
    """The names of those who can be given an alert."""
    return [u.name for u in work.store.find(User) if u.role != "reader" and not u.disabled]


def findings_page(work: Work, query: Query) -> Shown:
    """What contradicts and raised no alert, and why."""
    return {"found": silent_findings(work), "findings": FINDINGS, "empty": not work.store.count(Article)}


# ---------------------------------------------------------------- figures


def figures_page(work: Work, query: Query) -> Shown:
    """The figures of topic files, and those that the newest stories hold and several claims state."""
    followed = sorted(
        (f for f in work.store.find(Figure, Where("topic", "!=", None)) if f.claims),
        key=lambda f: (f.topic or "", f.title),
    )
    stories = [s.id for s in work.store.find(Story, order="-ended", limit=_STORIES)]
    found = (
        [f for f in work.store.find(Figure, Where("story", "in", stories)) if len(f.claims) > 1 and not f.topic]
        if stories
        else []
    )
    found = sorted(found, key=lambda f: (-len(f.claims), f.title, f.id))
    topics: dict[str, list[tuple[Figure, Any]]] = {}
    for row in last_bars(work, followed):
        topics.setdefault(row[0].topic or "", []).append(row)
    return {
        "topics": topics,
        "titles": titles(work),
        "found": last_bars(work, found[:_FOUND]),
        "more": max(0, len(found) - _FOUND),
    }


# ---------------------------------------------------------------- articles, claims, stories


def claim_page(work: Work, id: str) -> Shown:
    """One claim: each field with how sure it is and which rule gave it. Raises StoreNotFound."""
    claim = work.store.get(Claim, id)
    guess = {"as_of": " (a guess)"} if claim.as_of is not None and claim.as_of_guess else {}
    fields = [
        (name.replace("_", " "), value + guess.get(name, ""), sure, rule)
        for name, value, sure, rule in claim_fields(claim)
    ]
    corrections = list(work.store.find(Correction, Where("target", "=", claim.id), order="-at"))
    return {
        "claim": claim,
        "side": side_of(claim),
        "fields": fields,
        "value": typed_value(claim),
        "source": source_address(claim.source_id),
        "corrections": [
            {"record": c, "told": ", ".join(f"{k}: {v}" if v is not True else k for k, v in c.changes.items())}
            for c in corrections
        ],
    }


def story_page(work: Work, id: str) -> Shown:
    """One event: its figures, and how each outlet told it. Raises StoreNotFound."""
    story = work.store.get(Story, id)
    articles = sorted(
        work.store.get_many(Article, list(story.members)).values(), key=lambda a: (str(a.published or ""), a.id)
    )
    figures, alerts = told_in(work, story)
    return {
        "story": story,
        "articles": articles,
        "figures": last_bars(work, [f for f in figures if len(f.claims) > 1][:_FOUND]),
        "alerts": alerts,
        "findings": FINDINGS,
    }


# ---------------------------------------------------------------- runs, brief


def runs_page(work: Work, query: Query) -> Shown:
    """The last runs, and which outlets gave less than expected in the newest that asked them."""
    runs = list(work.store.find(Run, order="-started_at", limit=_A_PAGE))
    newest = next((r for r in runs if r.outlets), None)
    return {
        "runs": [(r, how_it_ended(r), what_was_done(r)) for r in runs],
        "newest": newest,
        "names": _outlet_names(work),
    }


def run_page(work: Work, id: str) -> Shown:
    """One run: its steps, outlets and failures. Raises StoreNotFound."""
    run = work.store.get(Run, id)
    failed = [o for o in work.store.find(Outcome, Where("run", "=", run.id)) if o.outcome == "failed"]
    return {
        "run": run,
        "failed": failed,
        "second": second_reader_line(run),
        "names": _outlet_names(work),
        "columns": ("done", "made", "rejected", "skipped", "failed", "seconds"),
    }


def _outlet_names(work: Work) -> dict[str, str]:
    return {id: o.name for id, o in work.outlets.items()}


def brief_page(work: Work, query: Query) -> bytes:
    """The brief since a day, as the command writes it; without one since the day before the newest article. Raises
    UsageError."""
    from processing.brief import render
    from processing.pipeline.briefing import morning_brief

    since = moment(query.get("since") or None, "since")
    if since is None:
        newest = next(iter(work.store.find(Article, order="-published", limit=1)), None)
        since = newest.published - timedelta(days=1) if newest is not None and newest.published else None
    number = page_number(query)
    told = morning_brief(work, query.get("topic") or None, since, page=number, size=_A_BRIEF)
    links = "".join(f' <a href="{at}">{name}</a>' for at, name in PAGES if at != "/brief")
    if number > 1:
        back = {**query, "page": str(number - 1)}
        links += f' <a rel="prev" href="/brief?{escape(urlencode(back))}">Page before</a>'
    if told.more_figures or told.open_disputes > number * _A_BRIEF:
        asked = {**query, "page": str(number + 1)}
        links += f' <a rel="next" href="/brief?{escape(urlencode(asked))}">Next page</a>'
    navigation = f'<nav aria-label="Pages" class="pages">{links}</nav>'.encode()
    return render(told, "html").replace(b"<body>", b"<body>" + navigation, 1)
