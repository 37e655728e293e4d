"""Outlets into pages: plans what each crawl asks, runs the crawls, imports what they left, judges each outlet by what
it gave."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from processing.batches import in_batches
from processing.pipeline.spool import KNOWN, Tally, import_spool
from processing.pipeline.topics import topic_pattern
from processing.pipeline.work import Counts, Work, outcome
from processing.store import Batch, Number, Question, Records, Sharing, Where
from schemas.config import Outlet
from schemas.errors import UsageError
from schemas.records import Coverage, Outcome, Page, UrlState, digest_id
from spiders.launch import (
    Ended,
    drop_spool,
    hold_outlets,
    leftover_spools,
    new_plan_paths,
    own_spools,
    run_plans,
    user_agent,
)
from spiders.plan import Known, OutletTask, Plan, url_key

__all__ = ["LIMIT", "fetch"]

_PER_PROCESS = 12  # outlets for which a further process pays: a start costs a second of CPU
_RETRY_FAULT = timedelta(days=1)  # an address that answered 403 or 404 is asked again after that, while it is listed
LIMIT = "stopped at max_pages"  # how the reason of an outlet begins that has more than one run may fetch
_MANY = 3  # so many articles, and none of them fetched, are an outlet's fault
_NOT_BEFORE = "asks not to be asked before"
_MILESTONES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))  # after its last new body, if revisited at all
_Days = tuple[date | None, date | None]  # of publication, both included; None: open
_Sorted = tuple[list[Known], list[Known], list[str]]  # addresses to ask again, listings, addresses to leave alone
_PATIENCE = 4  # an article is asked again when a quarter of its age has passed since it was last asked


def fetch(
    work: Work,
    outlets: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    *,
    lift_pauses: bool = False,
) -> tuple[Counts, list[Coverage]]:
    """Fetch what is new or was revised at the outlets (ids; None: all), paging back to `since`, without what listings
    date after `until`.

    Spools that a dead run left are imported first. Returns counts (`done` outlets, `made` new pages) and what each
    outlet gave. An outlet that fails has a reason in its coverage, and the others go on. Several processes on one home
    may fetch at the same time: an outlet is asked by one of them, the others wait; spools of the living are left to
    them. Raises: UsageError (unknown outlet, a range that ends before it begins), FetchError (waited an hour for an
    outlet), StoreError, OSError."""
    chosen = list(work.outlets) if outlets is None else list(dict.fromkeys(outlets))
    if unknown := sorted(set(chosen) - set(work.outlets)):
        raise UsageError(f"no outlet {', '.join(map(repr, unknown))}; there are {', '.join(work.outlets) or 'none'}")
    if since is not None and until is not None and until < since:
        raise UsageError(f"the range ends ({until}) before it begins ({since})")
    tallies: dict[str, Tally] = {}
    for spool in leftover_spools(Path(work.home)):
        import_spool(work, spool, tallies)
        drop_spool(spool)
    for tally in tallies.values():
        tally.done = None
    with hold_outlets(Path(work.home), chosen):
        return _fetch(work, chosen, (since, until), tallies, lift_pauses)


def _fetch(
    work: Work, chosen: Sequence[str], days: _Days, tallies: dict[str, Tally], lift_pauses: bool
) -> tuple[Counts, list[Coverage]]:
    counts = Counts()
    ends: dict[str, Ended] = {}
    resting = {} if lift_pauses else _resting(work, chosen)
    asked = [id for id in chosen if id not in resting]
    settings = work.settings.fetch
    processes = max(1, min(settings.at_once, os.cpu_count() or 1, -(-len(asked) // _PER_PROCESS)))
    groups = [asked[number::processes] for number in range(processes)]
    _crawl(work, [group for group in groups if group], days, tallies, ends)
    # a crawl that crashed, hung or grew too large took its neighbours with it: each that is not done gets a process of
    # its own
    again = [id for id in asked if len(asked) > 1 and _unfinished(tallies.get(id))]
    for some in in_batches(again, settings.at_once):
        _crawl(work, [[id] for id in some], days, tallies, ends)
    coverage, ends_of = [], Batch()
    recent = _recent_pages(work, asked)
    for id in chosen:
        if id in resting:
            counts.skipped += 1
            outlet = work.outlets[id]
            coverage.append(Coverage(id, 0, 0, 0, 0, 0, resting[id], outlet.expect.articles_per_day, outlet.name))
        else:
            tally = tallies.get(id) or Tally(id)
            judged, end = _judge(work, work.outlets[id], tally, ends[id], counts, recent.get(id, 0))
            coverage.append(judged)
            ends_of.put.append(end)
    work.store.apply(ends_of)
    for id in sorted(set(tallies) - set(chosen)):  # left by a dead run
        counts.made += tallies[id].new
    return counts, coverage


def _resting(work: Work, outlets: Sequence[str]) -> dict[str, str]:
    """The outlets that are left alone now, with the reason: each asked for a pause (Retry-After) that is not over."""
    found = work.store.get_many(Outcome, [digest_id("fetch", id) for id in outlets])
    resting = {}
    for id in outlets:
        last = found.get(digest_id("fetch", id))
        if last is not None and last.code == "retry_after":
            match = re.match(rf"{_NOT_BEFORE} (\S+): ", last.reason)
            if match and work.now() < datetime.fromisoformat(match.group(1)):
                resting[id] = last.reason
    return resting


def _unfinished(tally: Tally | None) -> bool:
    return tally is None or tally.done is None or tally.done["finish_reason"] == "memory"


def _crawl(work: Work, groups: list[list[str]], days: _Days, tallies: dict[str, Tally], ends: dict[str, Ended]) -> None:
    total = len([id for group in groups for id in group])
    plans = [_make_plan(work, group, days, number, len(groups)) for number, group in enumerate(groups)]
    work.report("fetch", 0, total)
    with own_spools([Path(plan.spool) for plan in plans]):
        for group, ended in zip(
            groups, run_plans(plans, progress=lambda done: work.report("fetch", done, total)), strict=True
        ):
            ends.update((id, ended) for id in group)
            if ended.spool.exists():
                import_spool(work, ended.spool, tallies)
            drop_spool(ended.spool)
    work.report("fetch", total, total)


# ---------------------------------------------------------------- plans


def _make_plan(work: Work, group: list[str], days: _Days, number: int, of: int) -> Plan:
    settings, now = work.settings.fetch, work.now()
    patterns = (
        [[topic_pattern(words).pattern for words in topic.match] for topic in work.topics.values()]
        if settings.topic_filter != "none"
        else []
    )
    home = Path(work.home).resolve()
    # the time makes the name sort, the rest makes it unlike any other
    name = f"{now:%Y%m%dT%H%M%S}-{os.urandom(4).hex()}-{number}"
    spool, archive = new_plan_paths(home, name)
    return Plan(
        home=str(home),
        spool=str(spool),
        archive=archive,
        now=now.isoformat(),
        user_agent=user_agent(settings.user_agent_url),
        outlets=tuple(_make_tasks(work, group, days, patterns, now)),
        allow_private_hosts=work.settings.allow_private_hosts,
        at_once=-(-settings.at_once // of),
        seconds=settings.timeout,
        request_seconds=min(30.0, settings.timeout),
        memory_mb=settings.memory_mb,
        topic_filter=settings.topic_filter,
        topics=tuple(map(tuple, patterns)),
        run=work.run,
    )


def _make_tasks(
    work: Work, group: Sequence[str], days: _Days, patterns: list[list[str]], now: datetime
) -> Iterator[OutletTask]:
    digests = {id: _chosen_by(work, work.outlets[id], days, patterns) for id in group}
    questions: list[Question] = []
    for id, digest in digests.items():
        questions.append(Sharing(KNOWN, [id, f"{id} {digest}"]))
        here = Where("outlet", "=", id), Where("checked_at", ">=", now - _looked_back(work))
        questions.append(Records(UrlState, here))
    answers = work.store.ask(*questions)
    for number, (id, digest) in enumerate(digests.items()):
        known, states = answers[2 * number : 2 * number + 2]
        yield _make_task(work, work.outlets[id], days, digest, _sort_states(work, digest, now, known, states))


def _chosen_by(work: Work, outlet: Outlet, days: _Days, patterns: list[list[str]]) -> str:
    """A digest of all that decides which of an outlet's addresses are fetched."""
    described = _described(outlet)
    chosen_by = {key: value for key, value in described.items() if key not in ("delay", "country", "timezone")}
    since, until = days
    return digest_id(chosen_by, since, work.settings.fetch.topic_filter, patterns, *([until] if until else []))


def _described(outlet: Outlet) -> dict[str, Any]:
    shown = {"feeds", "sitemaps", "sections", "allow", "deny", "delay", "spider", "country", "timezone"}
    return outlet.model_dump(mode="json", include=shown)


def _make_task(work: Work, outlet: Outlet, days: _Days, digest: str, sorted_states: _Sorted) -> OutletTask:
    since, until = days
    again, listings, known = sorted_states
    return OutletTask(
        id=outlet.id,
        outlet=_described(outlet),
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        again=tuple(again),
        listings=tuple(listings),
        known=tuple(known),
        max_pages=work.settings.fetch.max_pages,
        filter=digest,
    )


def _looked_back(work: Work) -> timedelta:
    window = timedelta(days=work.settings.fetch.revisit_days)
    return max(window, _RETRY_FAULT, _MILESTONES[-1] + _RETRY_FAULT if window else timedelta())


def _sort_states(work: Work, digest: str, now: datetime, keys: Iterable[str], states: Iterable[UrlState]) -> _Sorted:
    """An outlet's known addresses: articles to ask again (newest first), listings with validators, and those to leave
    alone.

    Only records of the last days are read, so that the cost does not grow with the archive; older addresses are known
    by their keys."""
    window = timedelta(days=work.settings.fetch.revisit_days)
    again: list[tuple[datetime, Known]] = []
    listings: list[Known] = []
    known = set(keys)
    for state in states:
        if state.kind == "listing":
            if state.digest == digest:
                listings.append(Known(state.url, state.etag, state.last_modified))
        elif state.kind == "page" and state.fetched_at is None:
            if now - state.checked_at < _RETRY_FAULT:
                known.add(url_key(state.url))
        elif state.kind == "page" and _is_due(state, now, window):
            again.append((state.fetched_at or now, Known(state.url, state.etag, state.last_modified, state.digest)))
    again.sort(key=lambda pair: pair[0], reverse=True)
    return [k for _, k in again], listings, sorted(known)


def _is_due(state: UrlState, now: datetime, window: timedelta) -> bool:
    """Whether an article is asked again: within the window since its last new body, ever less often as it grows old;
    and once after an hour, a day and a week."""
    if state.fetched_at is None or state.status != 200:
        return False
    age = max(now - state.fetched_at, timedelta())
    if age <= window and (now - state.checked_at) * _PATIENCE >= age:
        return True
    marks = (state.fetched_at + mark for mark in _MILESTONES if window)
    return any(state.checked_at < mark <= now < mark + _RETRY_FAULT for mark in marks)


# ---------------------------------------------------------------- judgement


def _recent_pages(work: Work, outlets: Sequence[str]) -> dict[str, int]:
    """How many pages each outlet gave in the days in which its file expects some."""
    expecting = [id for id in outlets if work.outlets[id].expect.articles_per_day]
    asked = []
    for id in expecting:
        start = work.now() - timedelta(days=work.outlets[id].expect.silent_days)
        asked.append(Number(Page, (Where("outlet", "=", id), Where("fetched_at", ">=", start))))
    return dict(zip(expecting, work.store.ask(*asked), strict=True))


def _judge(
    work: Work, outlet: Outlet, tally: Tally, ended: Ended, counts: Counts, recent: int
) -> tuple[Coverage, Outcome]:
    """An outlet's coverage, with faults and silence, and the outcome of fetching it. `recent`: see `_recent_pages`."""
    counts.done += 1
    counts.made += tally.new
    counts.skipped += tally.unchanged + tally.off_topic
    counts.rejected += tally.rejected
    counts.failed += tally.failed
    counts.problems.extend(tally.problems)
    code, reason = _fault(tally, ended)
    if code:
        counts.failed += 1
        counts.problems.append(f"{outlet.id}: {reason}")
    elif silent := _silence(work, outlet, tally, recent):
        code, reason = "silent", silent
        counts.problems.append(f"{outlet.id}: {silent}")
    elif odd := _oddities(tally):
        reason = odd
        counts.problems.append(f"{outlet.id}: {odd}")
    what = f"{tally.pages} new, {tally.unchanged} unchanged, {tally.failed} failed"
    if limits := [t for t in (tally.done or {}).get("troubles", ()) if not reason]:
        what += f"; {limits[0]}"
    kind = "failed" if code else "done"
    end = outcome(work, "fetch", outlet.id, kind, code or "fetched", reason or what, outlet.id)
    coverage = Coverage(
        outlet=outlet.id,
        fetched=tally.pages,
        unchanged=tally.unchanged,
        failed=tally.failed,
        articles=0,
        unread=0,
        reason=reason,
        expected=outlet.expect.articles_per_day,
        name=outlet.name,
    )
    return coverage, end


def _fault(tally: Tally, ended: Ended) -> tuple[str | None, str | None]:
    """Why an outlet could not be read, or not wholly: (code, reason); (None, None) where it could."""
    done = tally.done
    if done is None:
        if ended.timed_out:
            return "time", "its crawl took too long and was ended"
        end = f"was killed by signal {-ended.code}" if ended.code < 0 else f"ended with status {ended.code}"
        last = ended.said.splitlines()[-1] if ended.said else ""
        return "crashed", f"its crawl {end}" + (f": {last}" if last else "")
    if done["finish_reason"] == "retry_after" and done["come_back"]:
        return "retry_after", f"{_NOT_BEFORE} {done['come_back']}: {done['reason']}"
    if done["finish_reason"] != "finished":
        return done["finish_reason"], done["reason"] or f"its crawl ended early ({done['finish_reason']})"
    if cut := [t for t in done.get("troubles", ()) if t.startswith(LIMIT)]:
        return "limit", f"{cut[0]}; the rest comes with the next run"
    listings = done["listings"]
    bad = [f"{listing['url']} {listing['reason']}" for listing in listings if listing["reason"]]
    if bad and len(listings) > 1:
        how = (
            "none of {} listings could be read: {}"
            if len(bad) == len(listings)
            else f"{len(bad)} of {{}} listings failed: {{}}"
        )
        return "listing", how.format(len(listings), bad[0])
    if bad:
        return "listing", bad[0]
    missed = tally.failed + tally.rejected
    if missed >= _MANY and not tally.pages and not tally.unchanged:
        return "articles", f"none of {missed} articles could be fetched: {tally.first}"
    return None, None


def _oddities(tally: Tally) -> str | None:
    """A sentence on what of an outlet's listings could not be read, and on what went wrong beside; None where nothing
    did."""
    done = tally.done or {}
    aside = [(listing["url"], reason) for listing in done.get("listings", ()) for reason in listing.get("aside", ())]
    told = [f"{url}: {reason}" for url, reason in aside] + list(done.get("faults", ()))
    if not told:
        return None
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"not wholly read: {told[0]}{more}"


def _silence(work: Work, outlet: Outlet, tally: Tally, found: int) -> str | None:
    """A sentence where an outlet gave fewer articles than its file expects; None where it gave enough."""
    expect, now = outlet.expect, work.now()
    if not expect.articles_per_day:
        return None
    start = now - timedelta(days=expect.silent_days)
    if work.settings.fetch.topic_filter != "none":
        return _stale(tally, start, expect.silent_days)
    if found >= expect.articles_per_day:
        return None
    days = f"{expect.silent_days} day{'s' if expect.silent_days > 1 else ''}"
    return f"silent: {found} new in {days}, at least {expect.articles_per_day} expected"


def _stale(tally: Tally, start: datetime, days: int) -> str | None:
    """With a topic filter, an outlet is judged by the newest date in its listings."""
    listings: Iterable[Mapping[str, Any]] = (tally.done or {}).get("listings", ())
    dates = [listing["newest"] for listing in listings if listing["newest"]]
    if not dates or max(dates)[:10] >= start.date().isoformat():
        return None
    return f"silent: its listings have nothing newer than {max(dates)[:10]}, {days} days allowed"
