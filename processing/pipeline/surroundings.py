"""Settings into a run's surroundings: the open store, the outlets and the topics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from processing.pipeline.work import Report, Work
from processing.store import open_store
from schemas.config import Outlet, Topic, load_topic
from schemas.errors import ConfigError, ConfigProblem
from schemas.settings import Settings
from spiders.outlet_files import load_outlets

__all__ = ["load_topics", "open_work", "read_files"]


def load_topics(folders: tuple[Path, ...], *, shipped: bool = True) -> dict[str, Topic]:
    """Topics by name: those that ship and those of a user's folders; a user's own replaces a shipped one of the same
    name.

    Raises: ConfigError that lists the faults of all files.
    """
    topics: dict[str, Topic] = {}
    problems: list[ConfigProblem] = []
    own = [Path(str(resources.files("processing") / "topics"))] if shipped else []
    for folder in (*own, *folders):
        seen: dict[str, Path] = {}
        for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else []:
            try:
                topic = load_topic(path)
            except ConfigError as error:
                problems.extend(error.problems)
                continue
            if topic.name in seen:
                problems.append(
                    ConfigProblem(str(path), None, "name", f"{topic.name!r} is the name of {seen[topic.name]} already")
                )
            seen[topic.name] = path
            topics[topic.name] = topic
    if problems:
        raise ConfigError(problems)
    return topics


def read_files(settings: Settings) -> tuple[dict[str, Outlet], dict[str, Topic]]:
    """The outlets and the topics of these settings. Raises: ConfigError (every fault of every file)."""
    return dict(load_outlets(settings.outlets, shipped=settings.ship_outlets)), load_topics(
        settings.topics, shipped=settings.ship_topics
    )


@contextmanager
def open_work(
    settings: Settings,
    *,
    now: Callable[[], datetime] | None = None,
    run: str | None = None,
    report: Report | None = None,
    files: tuple[Mapping[str, Outlet], Mapping[str, Topic]] | None = None,
    catch_up: bool = True,
) -> Iterator[Work]:
    """What a step needs: the store is opened (and closed at the end), outlets and topics are read.

    `files`: outlets and topics, where they were read before. `catch_up`: see `open_store`. Raises: ConfigError (every
    fault of every file), StoreError."""
    outlets, topics = files or read_files(settings)
    store = open_store(settings.store_url, catch_up=catch_up)
    try:
        work = Work(store, settings, outlets, topics, now or (lambda: datetime.now(UTC)), run)
        yield work if report is None else replace(work, report=report)
    finally:
        store.close()
