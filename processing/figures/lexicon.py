"""The words of events, things and scopes (events.toml, things.toml, scopes.toml), looked up by a word's stem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processing.words import load_words
from schemas.records import Kind

__all__ = ["Event", "Lexicon", "Selection", "Thing", "lexicon", "scope_words", "stem"]

_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "persons": "person",
    "died": "die",
    "dying": "die",
    "dies": "die",
    "stole": "steal",
    "stolen": "steal",
    "slain": "slay",
    "fled": "flee",
    "sent": "send",
    "sold": "sell",
    "bought": "buy",
    "paid": "pay",
    "lost": "lose",
    "hit": "hit",
    "lives": "life",
    "bodies": "body",
    "left": "leave",
    "made": "make",
    "struck": "strike",
    "shot": "shoot",
    "held": "hold",
    "took": "take",
    "taken": "take",
    "got": "get",
    "found": "find",
    "fell": "fall",
    "rose": "rise",
    "thieves": "thief",
    "wives": "wife",
    "broke": "break",
    "gave": "give",
    "won": "win",
    "led": "lead",
    "was": "be",
    "were": "be",
    "dead": "dead",
    "wounded": "wounded",
    "missing": "missing",
    "policemen": "policeman",
    "servicemen": "serviceman",
    "countries": "country",
    "series": "series",
    "species": "species",
    "news": "news",
    "jewellery": "jewelry",
    "centre": "center",
    "kilometre": "kilometer",
    "metre": "meter",
    "kilometres": "kilometer",
    "metres": "meter",
    "crewmen": "crewman",
    "burnt": "burn",
    "gunmen": "gunman",
    "firemen": "fireman",
    "fishermen": "fisherman",
    "plane": "airplane",
    "planes": "airplane",
}
_PARTICLES = {"off", "up", "out", "away", "down", "over", "in", "on"}  # "pull off" is not "pull"
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its endings, the same for "injure", "injured", "injuring"; lower case."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    for ending, rest in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            word = word[: -len(ending)] + rest
            break
    else:
        if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
        for ending in ("ing", "ed"):
            base = word[: -len(ending)]
            if word.endswith(ending) and len(base) > 2 and re.search(r"[aeiouy]", base):
                word = _DOUBLED.sub(r"\1", base)
                break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to what is counted. `part_of` is the event whose count can never be smaller."""

    name: str
    kind: Kind | None
    title: str
    harm: bool = False
    alerts: bool = False
    part_of: str | None = None
    group: str | None = None
    money: str | None = None
    crowd: bool = False
    of_money: str | None = None  # what it is of an amount of money: "400 million vanished"
    counts: bool = False  # its noun names a count too: "a majority of 2,000"
    by_noun: bool = False  # an amount's noun says more than its verb: "faces a deficit of", "closed the deficit of"
    of_time: str | None = None  # what it is of a time: "jailed for 12 years"
    wanted: str | None = None  # the event where it is only wanted: "prosecutors demanded 15 years"
    negated: str | None = None  # the event where it is denied: "85 per cent had never been vaccinated"
    yearly: bool = False  # its amounts are of a year, said or not
    like: frozenset[str] = (
        frozenset()
    )  # events that it says nothing else than: jewels worth 2 million, jewels stolen for 2 million
    exact: bool = False  # counted to the last one: numbers that lie far apart are of two things
    steady: bool = False  # its amounts are no change of something else: "cuts of 3 million", "cut by 3 million"
    one: frozenset[str] = frozenset()  # things that are one and the same to it: jobs and staff that are cut


@dataclass(frozen=True, slots=True)
class Thing:
    """A class of what is counted. A `specific` class narrows the class that it is `part_of`: a `strict` one always,
    another one only in a story that counts both."""

    name: str
    specific: bool = False
    strict: bool = False
    part_of: str | None = None
    never: frozenset[str] = frozenset()  # classes of which nobody is both: civilians are no soldiers


@dataclass(frozen=True, slots=True)
class Selection:
    """An event that some verbs have only with certain things: to cut jobs, to win seats. `near`: words one of which
    must stand close by."""

    event: str
    verbs: frozenset[str]
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists, by stem."""

    events: Mapping[str, Event]
    event_words: Mapping[str, str]  # stem (or stems joined by a space) -> event
    things: Mapping[str, Thing]
    thing_words: Mapping[str, str]
    selections: Mapping[str, tuple[Selection, ...]]  # thing, or "of <dimension>" -> the events that its verbs mean
    units: Mapping[str, Kind]
    background: frozenset[str]
    background_phrases: tuple[str, ...]
    carries: tuple[str, ...]
    records: re.Pattern[str]  # before a number: a record that was set before
    partial: tuple[str, ...]
    span: tuple[str, ...]
    wide: tuple[str, ...]
    bodies: frozenset[str]
    each: frozenset[str]  # people by whom an amount is counted: "a family"
    contrast: tuple[str, ...]  # with a blank before them
    roles: Mapping[str, str]  # word -> role
    empty: frozenset[str]
    hollow: frozenset[str]  # nouns that count nothing themselves: "worth", "total"
    light: frozenset[str]
    only_verbs: frozenset[str]  # words that name their event as verbs alone
    who: frozenset[str]  # nouns that say who people are, not what happened to them
    amounts: frozenset[str]  # events of amounts alone: duty, debt, premium
    living: frozenset[str]  # events of living beings
    alive: frozenset[str]  # things, other than people, that such an event may be of
    struck: Mapping[str, tuple[str, str]]  # verb -> what "so many times" counts behind it, and the event
    growth: re.Pattern[str]
    follow_events: frozenset[str]
    follow_things: frozenset[str]
    follow_dimensions: frozenset[str]
    follow_money: bool

    def event_of(self, word: str | None) -> str | None:
        """The canonical event that a lemma names; None for words of no list."""
        if not word:
            return None
        parts = [stem(w) for w in re.findall(r"[\w'’-]+", word)]
        whole = self.event_words.get(" ".join(parts))
        if whole is not None or (len(parts) > 1 and parts[1] in _PARTICLES):
            return whole
        return next((self.event_words[p] for p in parts[:1] if p in self.event_words), None)

    def may_befall(self, event: str, thing: str | None) -> bool:
        """Whether an event may happen to things of a class; events of living beings happen to no known thing that is
        none."""
        known = self.things.get(thing or "")
        return (
            event not in self.living
            or known is None
            or "person" in (known.name, known.part_of)
            or known.name in self.alive
        )

    def thing_of(self, word: str | None) -> str | None:
        """The class of a counted noun; None for nouns of no list."""
        return self.thing_words.get(stem(word)) if word else None


def _words(table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in table.items():
        for word in entry["words"]:
            found.setdefault(" ".join(stem(w) for w in word.split()), name)
    return found


def _selections(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Selection, ...]]:
    found: dict[str, tuple[Selection, ...]] = {}
    for row in rows:
        made = Selection(
            row["event"], frozenset(stem(w) for w in row["verbs"]), frozenset(stem(w) for w in row.get("near", ()))
        )
        for key in (
            *map(_thing_key, row.get("things", ())),
            *(f"of {dimension}" for dimension in row.get("dimensions", ())),
        ):
            found[key] = (*found.get(key, ()), made)
    return found


def _thing_key(name: str) -> str:
    """A class of things by its name, another noun by its stem."""
    return name if name in load_words("things")["things"] else stem(name)


def _event(name: str, e: Mapping[str, Any]) -> Event:
    """An event as its table says; lists become sets, what is left out stays as the class has it."""
    given: dict[str, Any] = {
        key: frozenset(map(_thing_key, value) if key == "one" else value) if key in ("one", "like") else value
        for key, value in e.items()
        if key not in ("words", "kind", "title")
    }
    return Event(name, e.get("kind"), e["title"], **given)


def scope_words(table: str) -> frozenset[str]:
    """The words of a table of scopes.toml as a set."""
    return _scope_words(table, id(load_words("scopes")))


@lru_cache(maxsize=64)
def _scope_words(table: str, _loaded: int) -> frozenset[str]:
    return frozenset(load_words("scopes")[table]["words"])


def lexicon() -> Lexicon:
    """The shipped lists with the user's own merged in, loaded once."""
    return _load(id(load_words("events")))


def event_title(lemma: str | None) -> str | None:
    """The event as people say it where people are harmed: "killed" for "kill" and "die". Else the lemma itself, for by
    its verb alone another event cannot be told ("draw" viewers, crowds, conclusions)."""
    lists = lexicon()
    known = lists.events.get(lists.event_words.get(stem(lemma), "")) if lemma else None
    return known.title if known is not None and known.harm else lemma


@lru_cache(maxsize=4)
def _load(_loaded: int) -> Lexicon:
    return Lexicon(
        **_of_events(load_words("events")),
        **_of_things(load_words("things")["things"]),
        **_of_scopes(load_words("scopes")),
        **_of_follow(load_words("follow")),
    )


def _of_events(data: Mapping[str, Any]) -> dict[str, Any]:
    """What events.toml says: the events, their words, and what verbs mean with certain things."""
    events = data["events"]
    return {
        "events": {name: _event(name, entry) for name, entry in events.items()},
        "event_words": _words(events),
        "selections": _selections(data["selections"]),
        "units": data["units"],
        "only_verbs": _stems(data["only_verbs"]["words"]),
        "who": _stems(data["who"]["words"]),
        "amounts": frozenset(
            name for name, entry in events.items() if entry.get("by_noun") and not entry.get("counts")
        ),
        "living": frozenset(data["living"]["events"]),
        "alive": frozenset(data["living"]["things"]),
        "struck": {stem(verb): (stem(row["thing"]), row["event"]) for row in data["struck"] for verb in row["verbs"]},
    }


def _of_things(things: Mapping[str, Any]) -> dict[str, Any]:
    """What things.toml says: the classes of counted things, and their words."""
    made = {
        name: Thing(
            name, t.get("specific", False), t.get("strict", False), t.get("part_of"), frozenset(t.get("never", ()))
        )
        for name, t in things.items()
    }
    return {"things": made, "thing_words": _words(things)}


def _of_scopes(scopes: Mapping[str, Any]) -> dict[str, Any]:
    """What scopes.toml says: words that tell what of an event a number is of."""
    background = scopes["background"]
    return {
        "background": frozenset(background["words"]),
        "background_phrases": tuple(background["phrases"]),
        "carries": tuple(background["carries"]),
        "records": re.compile("|".join(background["records"]), re.IGNORECASE),
        "partial": tuple(scopes["partial"]["phrases"]),
        "span": tuple(scopes["span"]["phrases"]),
        "wide": tuple(scopes["wide"]["phrases"]),
        "bodies": frozenset(scopes["sides"]["bodies"]),
        "each": frozenset(scopes["each"]["words"]),
        "contrast": tuple(f" {phrase}" for phrase in scopes["contrast"]["phrases"]),
        "roles": {word: role for role, words in scopes["roles"].items() for word in words},
        "empty": _stems(scopes["empty"]["words"]),
        "hollow": _stems(scopes["hollow"]["words"]),
        "light": frozenset(" ".join(stem(v) for v in w.split()) for w in scopes["light"]["words"]),
        "growth": re.compile(rf"\b(?:{'|'.join(map(re.escape, scopes['growth']['words']))})\b"),
    }


def _of_follow(follow: Mapping[str, Any]) -> dict[str, Any]:
    """What follow.toml says: which found figures a desk would follow."""
    return {
        "follow_events": frozenset(follow["events"]),
        "follow_things": frozenset(follow["things"]),
        "follow_dimensions": frozenset(follow["dimensions"]),
        "follow_money": follow["money"],
    }


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)
