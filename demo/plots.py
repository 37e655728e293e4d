"""The stories that unfold in the sample newsroom, with what is planted in them: the model case, a flood, and four
incidents.

The numbers of the model case are public: estimates of South Korea's intelligence service and joint chiefs, of the
Pentagon, of Ukraine's president and commander, of Western officials and of Britain's defence ministry, October 2024 to
September 2025. All else is made up."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from demo.pieces import Edit, Expected, Piece, about, at_least, exactly
from demo.sites import SITES
from demo.texts import Names, Text, fill, read_texts, thousands

__all__ = ["DAYS", "Desk", "incidents", "model_case", "vessa_flood"]

DAYS = ("2024-10-31", "2024-12-23", "2025-01-21", "2025-01-22", "2025-01-23", "2025-04-30", "2025-09-02")
_EXACT = ("gb/meridian", "gb/kingsgate", "gb/lantern", "us/taw", "us/ledger")  # outlets whose pages tell the minute


@dataclass(slots=True)
class Desk:
    """Where a plan is put together: the draw, the names, what was written so far."""

    seed: int
    chance: random.Random
    names: Names
    pieces: list[Piece] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)

    def write(
        self,
        text: Text,
        outlet: str,
        at: datetime,
        id: str,
        given: Mapping[str, str] | None = None,
        *,
        ordinary: bool = False,
    ) -> Piece:
        """One article from a text, dated `at`; it is kept in `pieces`."""
        title, paragraphs = fill(text, self.chance, self.names, given)
        site = SITES[outlet]
        section = text.section if text.section in site.sections else site.sections[0]
        author = self.names.take(self.chance.choice(("woman", "man")))
        piece = Piece(id, outlet, section, title, paragraphs, at, author, ordinary=ordinary)
        self.pieces.append(piece)
        return piece

    def moment(self, day: str, first: int, last: int) -> datetime:
        """A minute of the day between two hours (UTC)."""
        hour = self.chance.randrange(first, last)
        return datetime.fromisoformat(f"{day}T{hour:02d}:{self.chance.randrange(2, 58):02d}:00").replace(tzinfo=UTC)

    def carry(
        self,
        file: str,
        name: str,
        day: str,
        hours: tuple[int, int],
        outlets: tuple[str, ...],
        count: int,
        given: Mapping[str, str] | None = None,
    ) -> tuple[str, ...]:
        """`count` outlets, drawn from `outlets`, report the same thing, each in its own words. Returns them."""
        texts = [text for text in read_texts(file) if text.name == name]
        self.chance.shuffle(texts)
        chosen = self.chance.sample(outlets, count)
        for text, outlet in zip(texts, chosen, strict=False):
            self.write(text, outlet, self.moment(day, *hours), f"{file}/{name}/{outlet}", given)
        return tuple(chosen)

    def expect(self, *args: object, **given: object) -> None:
        """Note an alert that must be raised."""
        self.expected.append(Expected(*args, **given))  # type: ignore[arg-type]


def model_case(desk: Desk) -> None:
    """North Korean troops in Kursk, from the plan to the last estimate."""

    def told(name: str, day: str, count: int, hours: tuple[int, int] = (9, 19)) -> tuple[str, ...]:
        return desk.carry("kursk", name, day, hours, _EXACT, count)

    def expect(
        note: str, finding: str, severity: str, earlier: object, later: object, outlets: tuple[str, ...], figure: str
    ) -> None:
        desk.expect(note, finding, severity, earlier, later, outlets, "kursk-troops", figure)

    told("nis-plan", "2024-10-18", 2)
    denied = told("nk-denies", "2024-10-21", 1)
    told("pentagon-10", "2024-10-28", desk.chance.choice((1, 2)))
    told("pentagon-12", "2024-10-31", desk.chance.choice((1, 2)))
    told("nis-dec", "2024-12-19", desk.chance.choice((2, 3)))
    told("zelensky-dec", "2024-12-23", desk.chance.choice((2, 3)))
    january = told("nis-jan", "2025-01-13", desk.chance.choice((2, 3)))
    officials = told("officials-jan", "2025-01-22", desk.chance.choice((2, 3)))
    told("commander-jan", "2025-01-23", desk.chance.choice((1, 2)))
    told("jcs-mar", "2025-03-27", desk.chance.choice((1, 2)))
    told("kcna-apr", "2025-04-28", desk.chance.choice((1, 2)))
    april = told("nis-apr", "2025-04-30", desk.chance.choice((2, 3)))
    june = told("mod-jun", "2025-06-15", desk.chance.choice((1, 2)))
    september = told("nis-sep", "2025-09-02", desk.chance.choice((2, 3)))

    expect("North Korea denies the deployment", "denies", "low", about(12000), None, denied, "sent")
    expect(
        "The service's count of killed triples in three weeks",
        "jumps",
        "low",
        at_least(100),
        exactly(300),
        january,
        "killed",
    )
    expect("Its count of wounded nearly triples", "jumps", "low", about(1000), exactly(2700), january, "wounded")
    expect(
        "Western officials see far more killed nine days later",
        "jumps",
        "low",
        exactly(300),
        at_least(1000),
        officials,
        "killed",
    )
    expect(
        "The service's 600 killed against the officials' at least 1,000",
        "conflicts",
        "high",
        at_least(1000),
        exactly(600),
        april,
        "killed",
    )
    expect("The service's own count doubles", "jumps", "low", exactly(300), exactly(600), april, "killed")
    expect(
        "Twice the casualties that Ukraine's president counted",
        "jumps",
        "low",
        at_least(3000),
        at_least(6000),
        june,
        "casualties",
    )
    expect(
        "The service's count more than triples by September",
        "jumps",
        "low",
        exactly(600),
        about(2000),
        september,
        "killed",
    )


@dataclass(frozen=True, slots=True)
class _Water:
    """The flood's numbers of a seed."""

    dead: tuple[int, int, int]
    missing: tuple[int, int]
    injured: tuple[int, int]
    evacuated: tuple[int, int]
    damage: int  # million euros


def _swapped(value: int) -> int:
    """The number with its first two digits in the wrong order."""
    digits = str(value)
    return int(digits[1] + digits[0] + digits[2:])


def _measure_flood(chance: random.Random) -> _Water:
    first = chance.randrange(24, 39)
    risen = round(first * chance.uniform(1.6, 1.85))
    missing = chance.randrange(83, 139)
    injured = chance.choice((13, 14, 24, 25, 35)) * 10 + chance.randrange(1, 9)
    evacuated = chance.choice((42, 52, 53, 62, 64, 73, 84)) * 100 + chance.choice((10, 30, 40, 60, 70, 90))
    return _Water(
        (first, risen, round(risen / chance.uniform(1.35, 1.5))),
        (missing, round(missing * chance.uniform(2.2, 2.9))),
        (injured, _swapped(injured)),
        (evacuated, _swapped(evacuated)),
        chance.randrange(210, 490, 10),
    )


def vessa_flood(desk: Desk) -> tuple[str, ...]:
    """A flood in made-up places. Returns the German outlet's values for its own reports: first toll, second toll, two
    towns."""
    chance, water = desk.chance, _measure_flood(desk.chance)
    given = {name: desk.names.take("vessatown") for name in ("t1", "t2", "t3")}
    given |= {name: desk.names.take("official") for name in ("p1", "p2", "p3")} | {
        name: desk.names.take("woman") for name in ("w1", "w2")
    }
    a, b, c = (str(n) for n in water.dead)
    given |= {
        "a": a,
        "b": b,
        "c": c,
        "m1": str(water.missing[0]),
        "m2": str(water.missing[1]),
        "d_low": str(water.damage),
    }
    given |= {"d_high": f"{water.damage / 100:g}", "i": str(water.injured[0]), "e": thousands(water.evacuated[0])}
    local = (*_EXACT, "xb/bsa")

    def told(
        name: str, day: str, hours: tuple[int, int], outlets: tuple[str, ...], count: int, **other: str
    ) -> tuple[str, ...]:
        return desk.carry("flood", name, day, hours, outlets, count, {**given, **other})

    def expect(note: str, finding: str, earlier: float, later: float, outlets: tuple[str, ...], figure: str) -> None:
        desk.expect(note, finding, "high", exactly(earlier), exactly(later), outlets, "vessa-flood", figure)

    told("dead-1", DAYS[2], (9, 19), local, chance.choice((2, 3)))
    told("dead-2", DAYS[3], (9, 14), local, chance.choice((2, 3)))
    fallen = told("dead-3", DAYS[4], (17, 20), local, chance.choice((1, 2)))
    told("missing-cp", DAYS[3], (8, 12), local, 1)
    searched = told("missing-rc", DAYS[3], (13, 18), _EXACT, 1)
    quoted = told("injured", DAYS[3], (9, 12), _EXACT, 2)
    left = tuple(outlet for outlet in _EXACT if outlet not in quoted)
    used = {piece.title for piece in desk.pieces if "/injured/" in piece.id}
    rest = [
        text
        for text in read_texts("flood")
        if text.name == "injured" and fill(text, random.Random(0), desk.names, given)[0] not in used
    ]
    misquoted = chance.choice(left)
    desk.write(
        rest[0],
        misquoted,
        desk.moment(DAYS[3], 15, 18),
        f"flood/misquote/{misquoted}",
        {**given, "i": str(water.injured[1])},
    )
    insured = told("damage-low", DAYS[4], (9, 12), _EXACT, chance.choice((1, 2)))
    slipped = told("damage-high", DAYS[4], (14, 18), tuple(o for o in local if o not in insured), 1)
    altered = _wire(desk, water, given)

    expect("The toll falls from one day to the next", "falls", water.dead[1], water.dead[2], fallen, "dead")
    expect(
        "Civil protection and the Red Cross disagree on the missing", "conflicts", *water.missing, searched, "missing"
    )
    expect("One outlet misquotes the health minister", "misquotes", *water.injured, (misquoted,), "injured")
    expect("A wire copy with two digits swapped", "altered", *water.evacuated, (altered,), "displaced")
    expect("Millions and billions mixed up", "slips", water.damage * 1e6, water.damage * 1e7, slipped, "damage")
    return a, b, given["t1"], given["t2"]


_HEADLINES = (
    "'Ten minutes to leave': families flee swollen Vessa",
    "Second flood wave rolls down Belmora's Vessa valley",
    "Belmora empties towns along rising Vessa",
    "Tea, dry socks and worry in Vessa flood shelters",
)


def _wire(desk: Desk, water: _Water, given: Mapping[str, str]) -> str:
    """The agency's report and three copies under other headlines, one with another number. Returns the outlet that
    altered it."""
    text = next(text for text in read_texts("flood") if text.name == "evacuated")
    wire = desk.write(text, "us/taw", desk.moment(DAYS[3], 9, 10), "flood/wire/us/taw", given)
    copies = [*desk.chance.sample(("gb/kingsgate", "gb/lantern", "us/ledger"), 2), "gb/fenland"]
    right, wrong = (thousands(n) for n in water.evacuated)
    for outlet, headline, hour in zip(copies, desk.chance.sample(_HEADLINES, 3), (14, 12, 12), strict=True):
        body = tuple(p.replace(right, wrong) for p in wire.paragraphs) if outlet == copies[0] else wire.paragraphs
        at = desk.moment(DAYS[3], hour, hour + 2)
        section = SITES[outlet].sections[0]
        desk.pieces.append(
            Piece(
                f"flood/wire/{outlet}", outlet, section, headline, body, at, "Transatlantic Wire", "Transatlantic Wire"
            )
        )
    return copies[0]


def incidents(desk: Desk) -> str:
    """An explosion, a coach crash, a protest, a prison riot. Returns the id of the article that is edited later."""
    chance = desk.chance

    def told(
        name: str, day: str, hours: tuple[int, int], outlets: tuple[str, ...], count: int, **given: str
    ) -> tuple[str, ...]:
        return desk.carry("events", name, day, hours, outlets, count, given)

    town, x = desk.names.take("town"), chance.choice((43, 47, 52, 58, 61, 64, 69, 76, 83))
    serious = tuple(o for o in _EXACT if o != "gb/lantern")
    told("blast", DAYS[1], (9, 13), serious, chance.choice((1, 2)), town=town, x=str(x))
    told("blast-killed", DAYS[1], (15, 18), ("gb/lantern",), 1, town=town, x=str(x))
    desk.expect("The tabloid makes casualties killed", "conflates", "high", exactly(x), exactly(x), ("gb/lantern",))

    town, x = desk.names.take("town"), chance.choice((24, 25, 26, 34, 35, 37, 46, 47))
    told("crash", DAYS[0], (7, 11), ("gb/fenland",), 1, town=town, x=str(x), y=str(_swapped(x)))
    desk.expect(
        "More children injured than people", "exceeds_whole", "high", exactly(x), exactly(_swapped(x)), ("gb/fenland",)
    )

    town, x = desk.names.take("town"), chance.choice((52, 62, 63, 64, 72, 73, 83, 84))
    (outlet,) = told("protest", DAYS[2], (15, 19), _EXACT, 1, town=town, x=str(x))
    piece = desk.pieces.pop()

    def change(text: str) -> str:
        return text.replace(str(x), str(_swapped(x)))

    edit = Edit(desk.moment(DAYS[3], 8, 12), change(piece.title), tuple(change(p) for p in piece.paragraphs))
    desk.pieces.append(
        Piece(
            piece.id,
            piece.outlet,
            piece.section,
            piece.title,
            piece.paragraphs,
            piece.published,
            piece.author,
            edits=(edit,),
        )
    )
    desk.expect(
        "A number of arrests is changed without a word", "edited", "high", exactly(x), exactly(_swapped(x)), (outlet,)
    )

    town, x = desk.names.take("town"), chance.randrange(6, 19)
    told("prison-union", "2025-04-29", (12, 19), _EXACT, 1, town=town, x=str(x))
    denied = told("prison-denial", DAYS[5], (9, 18), _EXACT, 1, town=town, x=str(x))
    desk.expect("The prison service denies the union's number", "denies", "low", exactly(x), exactly(x), denied)
    return piece.id
