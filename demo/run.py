"""The sample newsroom played day by day through the whole pipeline."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo.pieces import Plan
from demo.server import Asked, Newsroom, serve
from demo.sites import SITES
from processing.pipeline.run import run_daily
from processing.pipeline.surroundings import open_work
from processing.pipeline.work import Report
from processing.store import open_store
from schemas.errors import CounterclaimError, UsageError
from schemas.records import Page, Run
from schemas.settings import FetchSettings, Settings

__all__ = ["Result", "newsroom_settings", "run_newsroom"]

_FIRST_PORT = 18711
_STATE = "newsroom.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What playing the newsroom gave: one record a daily run, the settings to open its store with, and the plan."""

    runs: list[Run]
    settings: Settings
    plan: Plan
    asked: tuple[Asked, ...] = ()  # every request that the newsroom answered


def newsroom_settings(home: Path, store: str | None = None) -> Settings:
    """Settings that keep the newsroom to itself, whatever the environment says: its own store and outlets, nobody is
    sent anything.

    `store`: the address of an empty store of its own to use in place of the file in `home`.
    """
    own: dict[str, Any] = {
        "home": home,
        "store": store or f"sqlite:{home / 'counterclaim.db'}",
        "outlets": (home / "newsroom" / "outlets",),
        "topics": (home / "topics",),
        "ship_outlets": False,
        "ship_topics": True,
        "allow_private_hosts": ("127.0.0.1",),
        "fetch": FetchSettings(at_once=8, timeout=120),
        "receivers": {},
        "second_reader": None,
    }
    return Settings(**own).model_copy(update=own)


def run_newsroom(
    home: Path,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
    *,
    report: Report | None = None,
    store: str | None = None,
) -> Result:
    """Serve the newsroom of `seed` and run the daily job for each of its days in turn, as on that day's evening.

    Days that `home` has played already are not played again; once all are, only the last day's job runs, and finds
    nothing new. `tell` gets a line a day, `report` the steps' progress; `store` as in `newsroom_settings`. Raises:
    UsageError where `home` or `store` holds something else than this seed's newsroom; CounterclaimError where
    one of its ports is taken."""
    state = _recall(home, seed)
    settings = newsroom_settings(home, store)
    if state.get("store") != store:  # another store begins at the first day
        state |= {"store": store, "played": 0, "begun": False}
    if store is not None and not (state["played"] or state.get("begun")):
        _refuse_others(store)
    runs: list[Run] = []
    with _serving(seed, settings, state) as newsroom:
        _remember(home, state | {"begun": True})  # a play that is killed on its first day goes on too
        last = len(newsroom.days) - 1
        for day in range(min(state["played"], last), last + 1):
            newsroom.set_day(day)
            with open_work(settings, now=lambda: newsroom.now, report=report) as work:
                runs.append(run_daily(work, since=_since(newsroom, day), trigger="sample newsroom"))
            if tell:
                tell(_line(newsroom, runs[-1]))
            state |= {"played": day + 1, "begun": True}
            _remember(home, state)
    return Result(runs, settings, newsroom.plan, tuple(newsroom.requests))


def _since(newsroom: Newsroom, day: int) -> date:
    """How far the day's job pages back: to the day before it in the plan, for weeks lie between some of them."""
    days = newsroom.plan.days
    return days[day - 1] if day else days[0] - timedelta(days=30)


def _line(newsroom: Newsroom, run: Run) -> str:
    made = {step: run.counts[step]["made"] for step in ("fetch", "claims", "alert")}
    head = f"day {newsroom.day + 1} of {len(newsroom.days)}, {newsroom.now:%d %B %Y}"
    return (
        f"{head}: {made['fetch']} new pages, {made['claims']} claims, {made['alert']} new "
        f"alert{'' if made['alert'] == 1 else 's'}"
    )


def _recall(home: Path, seed: int) -> dict[str, Any]:
    """What the folder remembers of earlier plays: seed, ports, how many days were played."""
    file = home / _STATE
    if not file.exists():
        if (home / "counterclaim.db").exists():
            raise UsageError(f"{home} holds a store that is not the sample newsroom's; name another folder with --home")
        return {"seed": seed, "ports": _free_ports(), "played": 0}
    state: dict[str, Any] = json.loads(file.read_text("utf8"))
    if state["seed"] != seed:
        raise UsageError(
            f"{home} holds the sample newsroom of seed {state['seed']}; name another folder with --home, or "
            f"delete that one"
        )
    return state


def _refuse_others(address: str) -> None:
    """Keeps the newsroom out of a store that holds pages already. Raises UsageError."""
    store = open_store(address)
    try:
        held = store.count(Page)
    finally:
        store.close()
    if held:
        raise UsageError(
            f"{address} holds {held} pages that are not this home's sample newsroom; name an empty store, such as "
            f"https://HOST:9200/demo, whose last part is a prefix of its own"
        )


def _remember(home: Path, state: dict[str, Any]) -> None:
    """Write what `_recall` reads, whole or not at all."""
    new = home / f"{_STATE}.new"
    new.write_text(json.dumps(state, indent=1) + "\n", "utf8")
    new.replace(home / _STATE)


def _free_ports() -> dict[str, int]:
    """A run of free ports, one an outlet, below those that systems hand out by themselves."""
    count = len(SITES)
    for first in range(_FIRST_PORT, _FIRST_PORT + 100 * count, count):
        if all(_is_free(first + i) for i in range(count)):
            return {outlet: first + i for i, outlet in enumerate(SITES)}
    raise CounterclaimError(
        f"no {count} free ports in a row from {_FIRST_PORT} on; the sample newsroom needs one for each outlet"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _serving(seed: int, settings: Settings, state: dict[str, Any]) -> Any:
    settings.home.mkdir(parents=True, exist_ok=True)
    taken = [port for port in state["ports"].values() if not _is_free(port)]
    if taken:
        raise CounterclaimError(
            f"port {taken[0]}, on which the sample newsroom of {settings.home} serves, is taken; end what uses "
            f"it, or take another --home"
        )
    return serve(seed, folder=settings.outlets[0], ports=state["ports"])
