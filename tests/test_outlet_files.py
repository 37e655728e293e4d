"""Outlet files: those that ship, a user's own, and broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import ConfigError
from spiders.outlet_files import load_outlets

GOOD = "name: The Courier\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: https://courier.example/\nfeeds:\n  - https://courier.example/rss\n"


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf8")


def test_shipped_outlets_name_where_their_addresses_were_seen() -> None:
    outlets = load_outlets([])
    assert len(outlets) >= 25
    assert len({outlet.country for outlet in outlets.values()}) >= 8
    for outlet in outlets.values():
        assert outlet.seen, outlet.id
        assert outlet.verified == "never", f"{outlet.id}: only a check against the outlet makes a date"
        assert outlet.id == f"{outlet.country}/{Path(outlet.path).stem}"
        assert outlet.delay >= 1


def test_own_file_replaces_the_shipped_one_of_the_same_id(tmp_path: Path) -> None:
    put(tmp_path, "gb/bbc.yml", GOOD)
    put(tmp_path, "gb/courier.yaml", GOOD)
    outlets = load_outlets([tmp_path, tmp_path / "missing"])
    assert outlets["gb/bbc"].name == "The Courier"
    assert outlets["gb/courier"].feeds == ("https://courier.example/rss",)
    assert list(load_outlets([tmp_path], shipped=False)) == ["gb/bbc", "gb/courier"]


FAULTS = [
    ("unknown key", GOOD + "feed: x\n", r"a.yml:8: feed: unknown key \(allowed: name, country"),
    ("not yaml", GOOD + "deny: [a\n", r"a.yml:\d+: is not YAML"),
    (
        "no address",
        GOOD.replace("https://courier.example/rss", "courier.example/rss"),
        r"a.yml:7: feeds.0: .* is not an http or https address",
    ),
    (
        "file address",
        GOOD.replace("https://courier.example/rss", "file:///etc/passwd"),
        r"feeds.0: .* is not an http or https address",
    ),
    ("zone", GOOD.replace("Europe/London", "London"), r"a.yml:4: timezone: 'London' is not an IANA time zone"),
    ("pattern", GOOD + "deny:\n  - '['\n", r"a.yml:9: deny.0: '\[' is not a regular expression"),
    ("nothing to read", GOOD[: GOOD.index("feeds")], r"needs at least one of feeds, sitemaps, sections"),
    ("folder", GOOD.replace("gb", "us"), r"country: 'us' does not fit the folder 'gb'"),
]


@pytest.mark.parametrize(("text", "message"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_faults_name_file_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    put(tmp_path, "gb/a.yml", text)
    with pytest.raises(ConfigError, match=message):
        load_outlets([tmp_path], shipped=False)


def test_all_files_faults_are_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, "gb/a.yml", GOOD + "feed: x\n")
    put(tmp_path, "gb/b.yml", GOOD + "language: english\n")
    with pytest.raises(ConfigError) as caught:
        load_outlets([tmp_path], shipped=False)
    assert {Path(problem.path).name for problem in caught.value.problems} == {"a.yml", "b.yml"}
