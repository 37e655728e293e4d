"""A made archive of news that grows by the day, the same for the same seed: events of bench/events told anew.

Every story retells one of the 160 events with names, countries, ordinary words and numbers of its own, the same
throughout the story. In sentences with a number the words that the program's lists know stay, so that the number still
means something. Sizes run
from 1 to 500 articles, most of them small; a story's articles come over days, thinning out. Some articles are wire
copies, some carry a paragraph of background that many stories carry, and some stories have a twin: the same words on
the same day, in another place, with other numbers."""

from __future__ import annotations

import calendar
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from processing.words import load_words

__all__ = ["START", "Made", "make_archive"]

START = datetime(2026, 1, 5, tzinfo=UTC)
OUTLETS = 400
LARGEST = 500
_COPIED, _BACKED, _TWINS = 0.15, 0.2, 0.06  # shares: articles that are copies, or carry background; stories with a twin
_EXCHANGED = 0.9  # of a telling's ordinary words
_BACKGROUND = 80  # paragraphs that stories share
_EVENTS = Path(__file__).parent / "events"
_MARK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]|]+)\|[^\[\]|]+\]\]")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?][\"”]? |$)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]+")
_SYLLABLES = ("ka", "lo", "ri", "ven", "mar", "tos", "bel", "dun", "os", "tir", "pel", "na", "gor", "sim", "ul", "ze")
_CALENDAR = frozenset(name.lower() for name in (*calendar.day_name, *calendar.month_name))


@dataclass(frozen=True, slots=True)
class Made:
    """One article. `story` is the truth about which event it tells, `copy_of` the number of the article that it is a
    copy of."""

    number: int
    day: int
    story: int
    outlet: str
    published: datetime
    title: str
    text: str
    copy_of: int | None = None

    def line(self) -> dict[str, Any]:
        """As the `ingest` command wants it."""
        address = f"https://{self.outlet}.example/a/{self.number}"
        told = {"id": f"x{self.number}", "url": address, "outlet": self.outlet, "published": self.published.isoformat()}
        return {**told, "title": self.title, "text": self.text}


@lru_cache(maxsize=1)
def _events() -> list[list[str]]:
    """The articles of every event, numbers still marked."""
    found = []
    for path in sorted(_EVENTS.glob("*/*.txt")):
        pieces = re.split(r"^=== .*\n", path.read_text("utf8"), flags=re.MULTILINE)[1:]
        found.append([piece.strip() for piece in pieces])
    return found


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """Words that are not exchanged, in lower case: by them the program knows events, things, units, numbers and who
    speaks, and they tell of the kind of event, which others share."""
    folder = Path(__file__).resolve().parents[1] / "processing" / "words" / "en"
    lists = (folder / f"{name}.toml" for name in ("events", "things", "units", "numbers", "bounds", "cues"))
    found = {word.lower() for file in lists for word in _WORD.findall(file.read_text("utf8"))}
    return frozenset(found | set(load_words("common")["stop"].split()))


@lru_cache(maxsize=1)
def _countries() -> list[tuple[str, str]]:
    """(name, adjective) of countries."""
    names = load_words("countries")["countries"].values()
    return [(n[0], n[1]) for n in names if len(n) > 1 and " " not in n[0] and " " not in n[1]]


@lru_cache(maxsize=1)
def _ordinary() -> list[list[str]]:
    """Words that may stand for each other: those with the same last two letters."""
    stop = set(load_words("common")["stop"].split())
    plain = {w for event in _events() for text in event for w in re.findall(r"\b[a-z]{4,}\b", text)}
    ending: dict[str, list[str]] = defaultdict(list)
    for word in sorted(plain - stop):
        ending[word[-2:]].append(word)
    return list(ending.values())


@lru_cache(maxsize=256)
def _names(event: int) -> frozenset[str]:
    """The names of an event: words that are written with a capital within sentences, and never without."""
    text = "\n".join(_events()[event])
    inside = set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b", text))
    plain = set(re.findall(r"\b[a-z]{3,}\b", text))
    lands = {name for pair in _countries() for name in pair}
    return frozenset(n for n in inside - lands if n.lower() not in plain and n.lower() not in _CALENDAR)


class Telling:
    """One story's own way of telling an event. `words`: the seed of its ordinary words, which a twin shares."""

    def __init__(self, event: int, seed: str, words: str):
        draw = random.Random(f"names {seed}")
        self._texts = _events()[event]
        self._seed = seed
        self._other: dict[str, str] = {}
        for name in sorted(_names(event)):
            made = "".join(draw.choices(_SYLLABLES, k=draw.choice((2, 2, 3)))).capitalize()
            self._other[name] = made if len(name) > 3 else name
        lands = draw.sample(_countries(), len(_countries()))
        for (name, adjective), (other, others) in zip(_countries(), lands, strict=True):
            self._other |= {name: other, adjective: others}
        change = random.Random(f"words {words}")
        for group in _ordinary():
            for word, other in zip(group, change.sample(group, len(group)), strict=True):
                if change.random() < _EXCHANGED:
                    self._other[word] = other
        self._beside = {w: o for w, o in self._other.items() if w not in _known_words()}

    def article(self, which: int, day: int) -> list[str]:
        """The paragraphs of one of the event's articles, the title first, as told `day` days after the beginning."""

        def number(mark: re.Match[str]) -> str:
            if mark[2] == "_":
                return mark[1]
            grown = random.Random(f"{self._seed} {mark[2]}").choice((0.4, 0.7, 1.3, 1.9, 2.6)) * (1 + 0.07 * day)
            return _NUMBER.sub(lambda found: _scaled(found[0], grown), mark[1])

        def told(sentence: re.Match[str]) -> str:
            other = self._beside if _MARK.search(sentence[0]) else self._other
            text = _MARK.sub(number, sentence[0])
            return _WORD.sub(lambda found: other.get(found[0], found[0]), text)

        text = _SENTENCE.sub(told, self._texts[which % len(self._texts)])
        return [part.strip() for part in text.split("\n") if part.strip()]

    def __len__(self) -> int:
        return len(self._texts)


def _scaled(text: str, by: float) -> str:
    """A number as written, times `by`, with as many significant digits."""
    plain = text.replace(",", "")
    value = float(plain) * by
    if "." in plain:
        return f"{value:.{len(plain.partition('.')[2])}f}"
    digits = max(1, len(plain.rstrip("0")))
    whole = int(float(f"{value:.{digits}g}")) or 1
    return f"{whole:,}" if "," in text or whole > 9999 else str(whole)


@lru_cache(maxsize=2)
def _background(seed: int) -> list[str]:
    made = []
    for number in range(_BACKGROUND):
        telling = Telling(number * 2 % len(_events()), f"{seed} back {number}", f"{seed} back {number}")
        parts = [p for p in telling.article(0, 0)[1:] if len(p) > 80]
        made.append(parts[0] if parts else telling.article(0, 0)[0])
    return made


@dataclass(slots=True)
class _Story:
    number: int
    began: int
    telling: Telling
    due: list[int]  # days of the articles still to come
    told: list[tuple[int, list[str]]]  # number and paragraphs of the articles so far


def _size(draw: random.Random) -> int:
    """How many articles a story has: 1 to LARGEST, half of them one or two."""
    return min(LARGEST, int(draw.paretovariate(0.85)))


def _days(draw: random.Random, began: int, size: int) -> list[int]:
    """On which days: most on the first, the fewer the later; a large story runs for up to ten days."""
    lasts = min(10, 1 + size.bit_length())
    return sorted(began + min(lasts, int(draw.expovariate(1.0 / (0.4 + lasts / 5)))) for _ in range(size))


def make_archive(days: int, a_day: int, seed: int = 1) -> Iterator[Made]:
    """Articles day by day, `a_day` each, in the order of publication within a day."""
    draw = random.Random(f"archive {seed}")
    running: list[_Story] = []
    stories, number = 0, 0
    for day in range(days):
        due: list[_Story] = [s for s in running for d in s.due if d <= day]
        draw.shuffle(due)
        due = due[:a_day]
        while len(due) < a_day:
            size = min(_size(draw), max(1, a_day // 4))
            event, words = draw.randrange(len(_events())), f"{seed} {stories}"
            for twin in range(2 if draw.random() < _TWINS else 1):
                when = _days(draw, day, max(1, size - twin * size // 2))
                running.append(_Story(stories, day, Telling(event, f"{seed} {stories}", words), when, []))
                due += [running[-1]] * min(sum(d <= day for d in when), a_day - len(due))
                stories += 1
        times = sorted(draw.randrange(24 * 3600) for _ in due)
        for story, seconds in zip(due, times, strict=True):
            story.due.pop(0)
            yield _tell(story, number, day, START + timedelta(days=day, seconds=seconds), draw, seed)
            number += 1
        running = [s for s in running if s.due]


def _tell(story: _Story, number: int, day: int, when: datetime, draw: random.Random, seed: int) -> Made:
    """The next article of a story."""
    outlet = f"out{draw.randrange(OUTLETS)}"
    if story.told and draw.random() < _COPIED:
        original, parts = draw.choice(story.told[-40:])
        kept = parts[:-1] if len(parts) > 5 and draw.random() < 0.5 else parts
        return Made(number, day, story.number, outlet, when, kept[0], "\n\n".join(kept[1:]), original)
    turn = len(story.told)
    parts = story.telling.article(turn, day - story.began)
    if turn >= len(story.telling):
        other = story.telling.article(draw.randrange(len(story.telling)), day - story.began)
        body = [p for p in parts[1:] if draw.random() < 0.7] + [p for p in other[1:] if draw.random() < 0.3]
        parts = [draw.choice((parts[0], other[0])), *(body or parts[1:])]
    if draw.random() < _BACKED:
        parts = [*parts, draw.choice(_background(seed))]
    story.told.append((number, parts))
    return Made(number, day, story.number, outlet, when, parts[0], "\n\n".join(parts[1:]))
