"""Settings into a run's surroundings: the open store, the outlets and the topics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from processing.pipeline.work import Report, Work
from processing.store import open_store
from schemas.config import Topic, load_topic
from schemas.errors import ConfigError, ConfigProblem
from schemas.settings import Settings
from spiders.outlet_files import load_outlets

__all__ = ["load_topics", "open_work"]


def load_topics(folders: tuple[Path, ...], *, shipped: bool = True) -> dict[str, Topic]:
    """Topics by name: those that ship and those of a user's folders; a user's own replaces a shipped one of the same name.

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
                problems.append(ConfigProblem(str(path), None, "name", f"{topic.name!r} is the name of {seen[topic.name]} already"))
            seen[topic.name] = path
            topics[topic.name] = topic
    if problems:
        raise ConfigError(problems)
    return topics


@contextmanager
def open_work(settings: Settings, *, now: Callable[[], datetime] | None = None, run: str | None = None, report: Report | None = None) -> Iterator[Work]:
    """What a step needs: the store is opened (and closed at the end), outlets and topics are read.

    Raises: ConfigError (every fault of every file), StoreError.
    """
    outlets = load_outlets(settings.outlets, shipped=settings.ship_outlets)
    topics = load_topics(settings.topics, shipped=settings.ship_topics)
    store = open_store(settings.store_url)
    try:
        work = Work(store, settings, outlets, topics, now or (lambda: datetime.now(UTC)), run)
        if report is not None:
            work = Work(store, settings, outlets, topics, work.now, run, report)
        yield work
    finally:
        store.close()
