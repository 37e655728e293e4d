"""Outlet files, topic files and settings: what is right is read, what is wrong is named with file, line, value and what was allowed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from processing.words import load_words
from schemas.config import Section, load_outlet, load_topic
from schemas.errors import ConfigError
from schemas.settings import FetchSettings, Receiver, SecondReader, Settings, load_settings

OUTLET = """\
name: The Courier
country: gb
language: en
timezone: Europe/London
home: https://courier.example/
feeds: [https://courier.example/rss.xml]
"""
TOPIC = """\
name: harbour
title: The harbour march
match: [[march, protest], [harbour]]
"""


def faults(error: pytest.ExceptionInfo[ConfigError], folder: Path) -> list[str]:
    """The problems without the folder that the files lie in."""
    return [line.removeprefix(f"{folder}/") for line in str(error.value).splitlines()]


# ---------------------------------------------------------------- outlets and topics


def test_an_outlet_file_with_all_that_it_can_say(tmp_path: Path) -> None:
    path = tmp_path / "gb" / "courier.yml"
    path.parent.mkdir()
    more = """\
sections:
  - {url: https://courier.example/news, links: "/news/\\\\d+", next: a.older, pages: 3}
deny: ["/sport/"]
aliases: [the Courier]
expect: {articles_per_day: 5, silent_days: 3}
verified: 2025-01-22
delay: 2.5
"""
    path.write_text(OUTLET + more)
    outlet = load_outlet(path)
    assert (outlet.id, outlet.path, outlet.verified, outlet.delay) == ("gb/courier", str(path), date(2025, 1, 22), 2.5)
    assert outlet.sections == (
        Section(url="https://courier.example/news", links=r"/news/\d+", next="a.older", pages=3),
    )
    assert (outlet.expect.articles_per_day, outlet.expect.silent_days) == (5, 3)
    assert outlet.zone.key == "Europe/London"


def test_a_topic_file_with_words_alone_and_in_lists(tmp_path: Path) -> None:
    path = tmp_path / "harbour.yml"
    path.write_text(
        TOPIC
        + "window: 5 days\nsources: {union: {names: Lawyers' Union, type: ngo}}\nfigures: {detained: {what: person, event: [detain, arrest]}}\n"
    )
    topic = load_topic(path)
    assert topic.match == (("march", "protest"), ("harbour",))
    assert topic.window == 5
    assert topic.sources["union"].names == ("Lawyers' Union",)
    assert (topic.figures["detained"].what, topic.figures["detained"].event) == (("person",), ("detain", "arrest"))


YAML_FAULTS = {
    "not YAML": ("name: [a\n", ["x.yml:2: is not YAML: expected ',' or ']', but got '<stream end>'"]),
    "a tab": ("name: a\n\ttitle: b\n", ["x.yml:2: is not YAML: found character '\\t' that cannot start any token"]),
    "a list": ("- name\n", ["x.yml:1: must be a mapping of keys to values"]),
    "nothing": ("", ["x.yml:1: must be a mapping of keys to values"]),
    "a key twice": (
        TOPIC + "title: Again\n",
        ['x.yml:4: is not YAML: found duplicate key "title" with value "Again" (original value: "The harbour march")'],
    ),
}


@pytest.mark.parametrize(("text", "expected"), YAML_FAULTS.values(), ids=YAML_FAULTS)
def test_what_is_no_yaml_mapping_is_named_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_topic(path)
    assert faults(error, tmp_path) == expected


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"x\.yml: cannot be read: 'utf-8' codec can't decode byte 0xe9"):
        load_topic(tmp_path / "x.yml")
    with pytest.raises(ConfigError, match=r"none\.yml: cannot be read: No such file or directory$"):
        load_topic(tmp_path / "none.yml")


OUTLET_FAULTS = {
    "several at once": (
        OUTLET.replace("gb", "England").replace("Europe/London", "London") + "feed: x\n",
        [
            "x.yml:2: country: String should match pattern '^[a-z]{2}$', not 'England'",
            "x.yml:4: timezone: 'London' is not an IANA time zone, such as Europe/London",
            "x.yml:7: feed: unknown key (allowed: name, country, language, timezone, kind, home, feeds, sitemaps, sections, allow, deny, aliases, hints, "
            "delay, expect, verified, seen, spider)",
        ],
    ),
    "no way in": (
        OUTLET.replace("feeds: [https://courier.example/rss.xml]\n", ""),
        ["x.yml: needs at least one of feeds, sitemaps, sections"],
    ),
    "no name": (OUTLET.replace("name: The Courier\n", ""), ["x.yml: name: Field required"]),
    "an address of another kind": (
        OUTLET.replace("[https://courier.example/rss.xml]", "[ftp://a.example/rss]"),
        ["x.yml:6: feeds.0: 'ftp://a.example/rss' is not an http or https address"],
    ),
    "inside": (
        OUTLET + "expect:\n  articles_per_day: -1\n  silent: 3\n",
        [
            "x.yml:8: expect.articles_per_day: Input should be greater than or equal to 0, not -1",
            "x.yml:9: expect.silent: unknown key (allowed: articles_per_day, silent_days)",
        ],
    ),
    "a pattern": (
        OUTLET + "deny: ['(']\n",
        ["x.yml:7: deny.0: '(' is not a regular expression: missing ), unterminated subpattern at position 0"],
    ),
    "an id of its own": (OUTLET + "id: gb/other\n", ["x.yml:7: id: is not a key of this file"]),
}


@pytest.mark.parametrize(("text", "expected"), OUTLET_FAULTS.values(), ids=OUTLET_FAULTS)
def test_every_fault_of_an_outlet_file_is_named(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_outlet(path)
    assert faults(error, tmp_path) == expected


TOPIC_FAULTS = {
    "a name with blanks": (
        TOPIC.replace("harbour\n", "the harbour\n", 1),
        ["x.yml:1: name: String should match pattern '^[a-z0-9][a-z0-9-]*$', not 'the harbour'"],
    ),
    "no words": (
        TOPIC.replace("[[march, protest], [harbour]]", "[]"),
        ["x.yml:3: match: Tuple should have at least 1 item after validation, not 0"],
    ),
    "a part of nothing": (
        TOPIC + "figures: {a: {what: man}, b: {what: man, part_of: c}}\n",
        ["x.yml: figures.b.part_of: no figure 'c' in this topic; there are a, b"],
    ),
    "a kind": (
        TOPIC + "figures:\n  a: {what: man, kind: total}\n",
        ["x.yml:5: figures.a.kind: Input should be 'cumulative', 'level' or 'event', not 'total'"],
    ),
    "a window": (
        TOPIC + "window: soon\n",
        ["x.yml:4: window: Input should be a valid integer, unable to parse string as an integer, not 'soon'"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TOPIC_FAULTS.values(), ids=TOPIC_FAULTS)
def test_every_fault_of_a_topic_file_is_named(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_topic(path)
    assert faults(error, tmp_path) == expected


# ---------------------------------------------------------------- settings


def test_defaults_where_nothing_is_said(tmp_path: Path) -> None:
    settings = load_settings(folder=tmp_path)
    assert settings == Settings()
    assert settings.home.name == "counterclaim"
    assert settings.store_url == f"sqlite:{settings.home / 'counterclaim.db'}"
    assert settings.config_path is None


def test_a_file_is_found_in_the_working_folder_and_its_paths_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "counterclaim.toml").write_text(
        'home = "data"\nstore = "sqlite:other.db"\noutlets = "mine"\ntopics = ["a", "/b"]\n[fetch]\nat_once = 8\n[receivers.desk]\nurl_env = "DESK"\n'
    )
    settings = load_settings(folder=tmp_path)
    assert (settings.home, settings.store_url) == (tmp_path / "data", f"sqlite:{tmp_path / 'other.db'}")
    assert (settings.outlets, settings.topics) == ((tmp_path / "mine",), (tmp_path / "a", Path("/b")))
    assert settings.fetch == FetchSettings(at_once=8)
    assert settings.receivers == {"desk": Receiver(url_env="DESK")}
    assert settings.config_path == tmp_path / "counterclaim.toml"


def test_an_option_beats_the_environment_which_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counterclaim.toml").write_text('log_level = "info"\nworkers = 2\n[fetch]\ntimeout = 5\nat_once = 8\n')
    assert (load_settings(folder=tmp_path).log_level, load_settings(folder=tmp_path).workers) == ("info", 2)
    monkeypatch.setenv("COUNTERCLAIM_LOG_LEVEL", "error")
    monkeypatch.setenv("COUNTERCLAIM_FETCH__TIMEOUT", "7")
    settings = load_settings(folder=tmp_path)
    assert (settings.log_level, settings.fetch.timeout, settings.fetch.at_once, settings.workers) == ("error", 7, 8, 2)
    assert load_settings(folder=tmp_path, log_level="debug").log_level == "debug"


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        load_settings(tmp_path / "none.toml")
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "other.toml"))
    with pytest.raises(ConfigError, match=r"other\.toml: cannot be read: No such file"):
        load_settings(folder=tmp_path)


ENVIRONMENT = {
    "folders": ("COUNTERCLAIM_OUTLETS", "a:b", "outlets", (Path("a"), Path("b"))),
    "folders as JSON": ("COUNTERCLAIM_TOPICS", '["a:b"]', "topics", (Path("a:b"),)),
    "hosts": (
        "COUNTERCLAIM_ALLOW_PRIVATE_HOSTS",
        "news.local, 10.0.0.0/8",
        "allow_private_hosts",
        ("news.local", "10.0.0.0/8"),
    ),
    "a truth": ("COUNTERCLAIM_ALLOW_PRIVATE_HOSTS", "yes", "allow_private_hosts", True),
    "empty is not said": ("COUNTERCLAIM_READERS", "", "readers", 2),
    "one key": ("COUNTERCLAIM_FETCH__MAX_PAGES", "9", "fetch", FetchSettings(max_pages=9)),
    "the second reader": (
        "COUNTERCLAIM_SECOND_READER",
        '{"url": "https://chat.example/v1/", "model": "small", "key_env": "READER_KEY"}',
        "second_reader",
        SecondReader(url="https://chat.example/v1", model="small", key_env="READER_KEY"),
    ),
    "an object": (
        "COUNTERCLAIM_RECEIVERS",
        '{"desk": {"url_env": "DESK"}}',
        "receivers",
        {"desk": Receiver(url_env="DESK")},
    ),
}


@pytest.mark.parametrize(("name", "value", "field", "expected"), ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_all_can_come_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(folder=tmp_path), field) == expected


WRONG_ENVIRONMENT = {
    "a number": (
        "FETCH__TIMEOUT",
        "abc",
        "FETCH__TIMEOUT: Input should be a valid number, unable to parse string as a number, not 'abc'",
    ),
    "a range": ("WORKERS", "0", "WORKERS: Input should be greater than or equal to 1, not '0'"),
    "a choice": ("LOG_LEVEL", "loud", "LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error', not 'loud'"),
    "a store": ("STORE", "mongo:x", "STORE: 'mongo:x' is no store; write sqlite:PATH or https://HOST:PORT"),
    "a store without a file": ("STORE", "sqlite:", "STORE: names no file; write sqlite:PATH, not 'sqlite:'"),
    "no object": (
        "FETCH",
        "abc",
        "FETCH: 'abc' is not JSON (allowed: a JSON object, or one variable a key, such as COUNTERCLAIM_FETCH__TIMEOUT)",
    ),
    "no list": (
        "OUTLETS",
        "[abc",
        "OUTLETS: '[abc' is no JSON list: unexpected character, expected a JSON value: line 1 column 2 (char 1)",
    ),
}


@pytest.mark.parametrize(("name", "value", "expected"), WRONG_ENVIRONMENT.values(), ids=WRONG_ENVIRONMENT)
def test_a_wrong_variable_is_named_with_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"COUNTERCLAIM_{name}", value)
    with pytest.raises(ConfigError) as error:
        load_settings(folder=tmp_path)
    assert faults(error, tmp_path) == [f"environment: COUNTERCLAIM_{expected}"]


TOML_FAULTS = {
    "syntax": ("a = 1\nb = \n", ["counterclaim.toml:2: is not TOML: Invalid value (at line 2, column 5)"]),
    "a table twice": (
        "[fetch]\n[fetch]\n",
        ["counterclaim.toml:2: is not TOML: Cannot declare ('fetch',) twice (at line 2, column 7)"],
    ),
    "keys and values": (
        'workers = "many"\n[fetch]\nat_once = 0\ntimout = 3\n[receivers.desk]\nurl_env = "https://x"\n',
        [
            "counterclaim.toml:1: workers: Input should be a valid integer, unable to parse string as an integer, not 'many'",
            "counterclaim.toml:3: fetch.at_once: Input should be greater than or equal to 1, not 0",
            "counterclaim.toml:4: fetch.timout: unknown key (allowed: timeout, memory_mb, at_once, topic_filter, revisit_days, max_pages, user_agent_url)",
            "counterclaim.toml:6: receivers.desk.url_env: String should match pattern '^[A-Z][A-Z0-9_]*$'",
        ],
    ),
}


TOML_FAULTS |= {
    "a second reader": (
        '[second_reader]\nurl = "chat.example"\nkey_env = "sk-secret"\nquestions = 0\nseconds = -1\nkey = "sk-secret"\n',
        [
            "counterclaim.toml:2: second_reader.url: 'chat.example' is no address of an API, such as http://127.0.0.1:11434/v1",
            "counterclaim.toml:1: second_reader.model: Field required",
            "counterclaim.toml:3: second_reader.key_env: String should match pattern '^[A-Z][A-Z0-9_]*$'",
            "counterclaim.toml:4: second_reader.questions: Input should be greater than or equal to 1, not 0",
            "counterclaim.toml:5: second_reader.seconds: Input should be greater than 0, not -1",
            "counterclaim.toml:6: second_reader.key: unknown key (allowed: url, model, key_env, questions, seconds, timeout)",
        ],
    ),
    **{
        f"an address with {name}": (
            f'[second_reader]\nmodel = "small"\nurl = "{url}"\n',
            [
                "counterclaim.toml:3: second_reader.url: holds more than an address; the key belongs in the variable that key_env names"
            ],
        )
        for name, url in {
            "a password": "https://me:sk-secret@chat.example/v1",
            "a key": "https://chat.example/v1?key=sk-secret",
        }.items()
    },
    **{
        f"no address: {url}": (
            f'[second_reader]\nmodel = "small"\nurl = "{url}"\n',
            [
                f"counterclaim.toml:3: second_reader.url: '{url}' is no address of an API, such as http://127.0.0.1:11434/v1"
            ],
        )
        for url in (
            "",
            "file:///v1",
            "http://",
            "http://[v1",
            "http://a:99999/v1",
            "http://a b/v1",
            "http://é.example/v1",
        )
    },
}


@pytest.mark.parametrize(("text", "expected"), TOML_FAULTS.values(), ids=TOML_FAULTS)
def test_every_fault_of_the_file_is_named_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    (tmp_path / "counterclaim.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load_settings(folder=tmp_path)
    assert faults(error, tmp_path) == expected


def test_word_lists_of_a_desk_are_not_passed_over_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match=r"COUNTERCLAIM_WORDS: .*nowhere: is not a folder"):
        load_words("units")
    (tmp_path / "unitz.toml").write_text("", "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    with pytest.raises(ConfigError, match=r"unitz\.toml: extends nothing \(allowed: .*units\.toml"):
        load_words("units")


def test_words_of_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "numbers.toml").write_text("[ones]\nelv = 11\n", "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    assert load_words("numbers", "en")["ones"]["elv"] == 11
    assert load_words("zones")["offsets"]["UTC"] == 0
    with pytest.raises(FileNotFoundError):
        load_words("numbers", "xx")
