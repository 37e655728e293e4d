"""`import counterclaim`: what the docstrings show is what happens, and rows become frames."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

import counterclaim
from schemas.errors import ConfigError


def test_the_examples_of_the_docstrings_are_true() -> None:
    found = doctest.testmod(counterclaim)
    assert found.attempted >= 6
    assert found.failed == 0


def test_claims_as_a_frame() -> None:
    frame = counterclaim.read("The mayor said 40 homes burnt and 3 people died.").to_frame()
    assert list(frame["low"]) == [40.0, 3.0]
    assert list(frame["source"]) == ["The mayor", "The mayor"]


def test_rows_are_a_sequence() -> None:
    rows = counterclaim.read("Nine people died. Ten were hurt. 11 are missing.")
    assert [row.low for row in rows[1:]] == [10.0, 11.0]
    assert len(rows) == len(list(rows)) == len(rows.to_dicts()) == 3


def test_a_page_and_one_that_is_not_there(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = "Rescuers found the ferry at noon on Monday, and all of the 212 people aboard were brought ashore. " * 8
    page.write_text(
        f"<html><head><title>Ferry found</title></head><body><article><p>{text}</p></article></body></html>"
    )
    assert "212 people" in counterclaim.clean(page)["text"]
    assert "cannot be read" in counterclaim.clean(tmp_path / "none.html")["reason"]


def test_a_store_is_opened_by_its_address() -> None:
    store = counterclaim.open_store("sqlite::memory:")
    assert store.waiting("claims") == 0
    store.close()
    with pytest.raises(ConfigError, match="no store address"):
        counterclaim.open_store("ftp://example.org")


def test_the_version_is_the_installed_one() -> None:
    assert counterclaim.version()[0].isdigit()
