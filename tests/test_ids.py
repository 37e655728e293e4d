"""Ids as a screen shows them and as a command takes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.ids import find_any, short_ids, whole_id
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.errors import StoreNotFound, UsageError
from schemas.records import Alert, Claim
from schemas.settings import Settings
from tests.support.records import make_alert, make_article, make_claim

FIRST, SECOND, OTHER = "abcdef0123456789aaaa", "abcdef0123ffffffffff", "0123456789abcdef0123"


@pytest.fixture
def work(tmp_path: Path) -> Work:
    store = open_store(f"sqlite:{tmp_path / 'store.db'}")
    claims = (make_claim(id=id) for id in (FIRST, SECOND, OTHER))
    store.apply(Batch(put=[replace(make_article(), id="a1.1"), *claims, make_alert(id=OTHER)]))
    return Work(store, Settings(home=tmp_path), {}, {})


def test_a_screen_shows_what_is_unique(work: Work) -> None:
    assert short_ids(work.store, Claim, [FIRST, OTHER]) == {FIRST: "abcdef01234", OTHER: "01234567"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (FIRST, FIRST),
        ("0123", OTHER),
        ("abcdef01234", FIRST),
        ("abcd", "claim 'abcd' is the beginning of abcdef0123456789aaaa, abcdef0123ffffffffff; write more of it"),
        ("012", "no claim '012': none has that id, nor one that begins so"),  # too short to mean one
        ("ffff", "no claim 'ffff': none has that id, nor one that begins so"),
        ("", "no claim '': none has that id, nor one that begins so"),
    ],
)
def test_a_command_takes_a_beginning(work: Work, given: str, expected: str) -> None:
    try:
        told = whole_id(work, Claim, given)
    except (UsageError, StoreNotFound) as error:
        told = str(error)
    assert told == expected


def test_whatever_it_is(work: Work) -> None:
    assert find_any(work, OTHER) == (Alert, OTHER)  # the whole id of two records: the first kind that has it
    assert find_any(work, "abcdef01234") == (Claim, FIRST)
    assert find_any(work, "ffff") is None
    with pytest.raises(UsageError, match=f"alert {OTHER}, claim {OTHER}"):
        find_any(work, "0123")
