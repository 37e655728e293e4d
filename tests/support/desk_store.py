"""A desk's store with one contradiction, a run and a group of copies: made once a process, and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from processing.pipeline.people import add_user
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.people import User
from schemas.records import CopyGroup, Run
from schemas.settings import Settings
from tests.support.records import NOON
from tests.test_pipeline import POLICE, UNION, Clock, arrive

__all__ = ["PASSWORD", "desk_settings", "opened", "people"]

PASSWORD = "correct horse"


@lru_cache(maxsize=1)
def _made() -> Path:
    home = Path(tempfile.mkdtemp(prefix="counterclaim-desk-"))
    settings = desk_settings_of(home)
    store = open_store(settings.store_url)
    arrive(Work(store, settings, {}, {}, now=Clock()), POLICE, UNION)
    run = Run("r1", NOON, NOON, "hand", {"clean": {"done": 2}}, (), ("outlet gb/x failed",))
    store.apply(Batch(put=[run, CopyGroup("g", (POLICE.id, UNION.id), POLICE.id)]))
    store.close()
    return home


def desk_settings_of(home: Path) -> Settings:
    """The settings of a home without outlets and topics."""
    return Settings(
        home=home, ship_outlets=False, ship_topics=False, topics=(home / "topics",), outlets=(home / "outlets",)
    )


def desk_settings(folder: Path) -> Settings:
    """The settings of a copy of the store in a folder."""
    home = folder / "home"
    shutil.copytree(_made(), home)
    return desk_settings_of(home)


@contextmanager
def opened(settings: Settings) -> Iterator[Work]:
    """The store of a desk, to look into or to change."""
    store = open_store(settings.store_url)
    try:
        yield Work(store, settings, {}, {})
    finally:
        store.close()


@lru_cache(maxsize=1)
def _people() -> tuple[User, ...]:
    """Hashes take time, so they are made once."""
    with opened(Settings(home=Path(tempfile.mkdtemp(prefix="counterclaim-people-")))) as work:
        return tuple(
            add_user(work, name, role, PASSWORD)
            for name, role in (("Rita", "reader"), ("Ada", "analyst"), ("Otto", "admin"))
        )


def people(settings: Settings) -> None:
    """A reader (Rita), an analyst (Ada) and an admin (Otto), each with PASSWORD."""
    with opened(settings) as work:
        work.store.apply(Batch(put=list(_people())))
