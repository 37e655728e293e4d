"""The stories that unfold in the sample newsroom, with what is planted in them: the model case, a flood, and four
incidents.

The numbers of the model case are public: estimates of South Korea's intelligence service and joint chiefs, of the
Pentagon, of Ukraine's president and commander, of Western officials and of Britain's defence ministry, October 2024 to
September 2025. All else is made up."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from demo.pieces import Edit, Expected, Piece, Span, about, at_least, exactly
from demo.sites import SITES
from demo.texts import Names, Text, fill, read_texts, thousands
from schemas.records import FindingName, Severity

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


@dataclass(frozen=True, slots=True)
class _Told:
    """One thing that outlets report of the model case: the text, its day, and how many outlets carry it (one is
    drawn of several)."""

    text: str
    day: str
    outlets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Raised:
    """An alert of the model case. `by`: the text whose outlets stand behind the later number."""

    note: str
    finding: FindingName
    severity: Severity
    earlier: Span
    later: Span | None
    by: str
    figure: str


_KURSK = (
    _Told("nis-plan", "2024-10-18", (2,)),
    _Told("nk-denies", "2024-10-21", (1,)),
    _Told("pentagon-10", "2024-10-28", (1, 2)),
    _Told("pentagon-12", "2024-10-31", (1, 2)),
    _Told("nis-dec", "2024-12-19", (2, 3)),
    _Told("zelensky-dec", "2024-12-23", (2, 3)),
    _Told("nis-jan", "2025-01-13", (2, 3)),
    _Told("officials-jan", "2025-01-22", (2, 3)),
    _Told("commander-jan", "2025-01-23", (1, 2)),
    _Told("jcs-mar", "2025-03-27", (1, 2)),
    _Told("kcna-apr", "2025-04-28", (1, 2)),
    _Told("nis-apr", "2025-04-30", (2, 3)),
    _Told("mod-jun", "2025-06-15", (1, 2)),
    _Told("nis-sep", "2025-09-02", (2, 3)),
)
_KURSK_ALERTS = (
    _Raised("North Korea denies the deployment", "denies", "low", about(12000), None, "nk-denies", "sent"),
    _Raised(
        "The service's count of killed triples in three weeks",
        *("jumps", "low", at_least(100), exactly(300), "nis-jan", "killed"),
    ),
    _Raised(
        "Its count of wounded nearly triples",
        *("jumps", "low", about(1000), exactly(2700), "nis-jan", "wounded"),
    ),
    _Raised(
        "Western officials see far more killed nine days later",
        *("jumps", "low", exactly(300), at_least(1000), "officials-jan", "killed"),
    ),
    _Raised(
        "The service's 600 killed against the officials' at least 1,000",
        *("conflicts", "high", at_least(1000), exactly(600), "nis-apr", "killed"),
    ),
    _Raised(
        "The service's own count doubles",
        *("jumps", "low", exactly(300), exactly(600), "nis-apr", "killed"),
    ),
    _Raised(
        "Twice the casualties that Ukraine's president counted",
        *("jumps", "low", at_least(3000), at_least(6000), "mod-jun", "casualties"),
    ),
    _Raised(
        "The service's count more than triples by September",
        *("jumps", "low", exactly(600), about(2000), "nis-sep", "killed"),
    ),
)


def model_case(desk: Desk) -> None:
    """North Korean troops in Kursk, from the plan to the last estimate."""
    by: dict[str, tuple[str, ...]] = {}
    for told in _KURSK:
        count = told.outlets[0] if len(told.outlets) == 1 else desk.chance.choice(told.outlets)
        by[told.text] = desk.carry("kursk", told.text, told.day, (9, 19), _EXACT, count)
    for raised in _KURSK_ALERTS:
        numbers = (raised.earlier, raised.later)
        desk.expect(
            raised.note, raised.finding, raised.severity, *numbers, by[raised.by], "kursk-troops", raised.figure
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


def _flood_words(desk: Desk, water: _Water) -> dict[str, str]:
    """What the flood's texts leave open: towns, people, and the numbers that are told."""
    given = {name: desk.names.take("vessatown") for name in ("t1", "t2", "t3")}
    given |= {name: desk.names.take("official") for name in ("p1", "p2", "p3")}
    given |= {name: desk.names.take("woman") for name in ("w1", "w2")}
    given |= dict(zip("abc", map(str, water.dead), strict=True))
    given |= dict(zip(("m1", "m2"), map(str, water.missing), strict=True))
    given |= {"d_low": str(water.damage), "d_high": f"{water.damage / 100:g}"}
    return given | {"i": str(water.injured[0]), "e": thousands(water.evacuated[0])}


def _misquoted(desk: Desk, given: Mapping[str, str], injured: int, quoted: tuple[str, ...]) -> str:
    """One outlet that has not quoted the health minister yet gets the number wrong. Returns it."""
    used = {piece.title for piece in desk.pieces if "/injured/" in piece.id}
    rest = [
        text
        for text in read_texts("flood")
        if text.name == "injured" and fill(text, random.Random(0), desk.names, given)[0] not in used
    ]
    outlet = desk.chance.choice(tuple(outlet for outlet in _EXACT if outlet not in quoted))
    at = desk.moment(DAYS[3], 15, 18)
    desk.write(rest[0], outlet, at, f"flood/misquote/{outlet}", {**given, "i": str(injured)})
    return outlet


def vessa_flood(desk: Desk) -> tuple[str, ...]:
    """A flood in made-up places. Returns the German outlet's values for its own reports: first toll, second toll, two
    towns."""
    chance, water = desk.chance, _measure_flood(desk.chance)
    given = _flood_words(desk, water)
    local = (*_EXACT, "xb/bsa")

    def told(name: str, day: str, hours: tuple[int, int], outlets: tuple[str, ...], count: int) -> tuple[str, ...]:
        return desk.carry("flood", name, day, hours, outlets, count, given)

    def expect(note: str, finding: str, earlier: float, later: float, outlets: tuple[str, ...], figure: str) -> None:
        desk.expect(note, finding, "high", exactly(earlier), exactly(later), outlets, "vessa-flood", figure)

    told("dead-1", DAYS[2], (9, 19), local, chance.choice((2, 3)))
    told("dead-2", DAYS[3], (9, 14), local, chance.choice((2, 3)))
    fallen = told("dead-3", DAYS[4], (17, 20), local, chance.choice((1, 2)))
    told("missing-cp", DAYS[3], (8, 12), local, 1)
    searched = told("missing-rc", DAYS[3], (13, 18), _EXACT, 1)
    misquoted = _misquoted(desk, given, water.injured[1], told("injured", DAYS[3], (9, 12), _EXACT, 2))
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
    return given["a"], given["b"], given["t1"], given["t2"]


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


def _report(
    desk: Desk, name: str, day: str, hours: tuple[int, int], outlets: tuple[str, ...], count: int, **given: str
) -> tuple[str, ...]:
    """`count` of the outlets report an incident. Returns them."""
    return desk.carry("events", name, day, hours, outlets, count, given)


def _blast(desk: Desk) -> None:
    """An explosion, whose casualties a tabloid makes killed."""
    town, x = desk.names.take("town"), desk.chance.choice((43, 47, 52, 58, 61, 64, 69, 76, 83))
    serious = tuple(o for o in _EXACT if o != "gb/lantern")
    _report(desk, "blast", DAYS[1], (9, 13), serious, desk.chance.choice((1, 2)), town=town, x=str(x))
    _report(desk, "blast-killed", DAYS[1], (15, 18), ("gb/lantern",), 1, town=town, x=str(x))
    desk.expect("The tabloid makes casualties killed", "conflates", "high", exactly(x), exactly(x), ("gb/lantern",))


def _crash(desk: Desk) -> None:
    """A coach crash, with more children hurt than people."""
    town, x = desk.names.take("town"), desk.chance.choice((24, 25, 26, 34, 35, 37, 46, 47))
    _report(desk, "crash", DAYS[0], (7, 11), ("gb/fenland",), 1, town=town, x=str(x), y=str(_swapped(x)))
    desk.expect(
        "More children injured than people", "exceeds_whole", "high", exactly(x), exactly(_swapped(x)), ("gb/fenland",)
    )


def _protest(desk: Desk) -> str:
    """A protest, whose number of arrests is edited the day after. Returns the id of the article."""
    town, x = desk.names.take("town"), desk.chance.choice((52, 62, 63, 64, 72, 73, 83, 84))
    (outlet,) = _report(desk, "protest", DAYS[2], (15, 19), _EXACT, 1, town=town, x=str(x))
    piece = desk.pieces.pop()

    def change(text: str) -> str:
        return text.replace(str(x), str(_swapped(x)))

    edit = Edit(desk.moment(DAYS[3], 8, 12), change(piece.title), tuple(change(p) for p in piece.paragraphs))
    desk.pieces.append(replace(piece, edits=(edit,)))
    desk.expect(
        "A number of arrests is changed without a word", "edited", "high", exactly(x), exactly(_swapped(x)), (outlet,)
    )
    return piece.id


def _riot(desk: Desk) -> None:
    """A prison riot, whose number the service denies."""
    town, x = desk.names.take("town"), desk.chance.randrange(6, 19)
    _report(desk, "prison-union", "2025-04-29", (12, 19), _EXACT, 1, town=town, x=str(x))
    denied = _report(desk, "prison-denial", DAYS[5], (9, 18), _EXACT, 1, town=town, x=str(x))
    desk.expect("The prison service denies the union's number", "denies", "low", exactly(x), exactly(x), denied)


def incidents(desk: Desk) -> str:
    """An explosion, a coach crash, a protest, a prison riot. Returns the id of the article that is edited later."""
    _blast(desk)
    _crash(desk)
    edited = _protest(desk)
    _riot(desk)
    return edited
