"""Article texts with choices and blanks, and how one is drawn from them.

A text file holds articles under lines `== name | section | who may carry it`, then `title: ...` and paragraphs parted
by blank lines. In a text, `[a|b]` is a choice, `{12-48}` a number of that range (`/10` after it: in steps of ten),
`{12-48=x}` names it for `{x}`, and any other `{word}` is a name from `Names` or a value that the plan gives."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Names", "Text", "fill", "read_texts", "thousands"]

FOLDER = Path(__file__).parent / "texts"

_PREFIX = [
    "Brack",
    "Corl",
    "Dunder",
    "Elder",
    "Fenn",
    "Garl",
    "Hawks",
    "Kels",
    "Lorn",
    "Marl",
    "Nether",
    "Orm",
    "Pell",
    "Rusk",
    "Selw",
    "Thorn",
    "Ulver",
    "Wex",
    "Yarl",
    "Cald",
    "Tarn",
    "Bram",
    "Holl",
    "Stour",
]
_SUFFIX = ["bury", "combe", "field", "ford", "ham", "ley", "mere", "stead", "ton", "wick", "worth", "minster"]
_US_PREFIX = [
    "Cedar",
    "Maple",
    "Granite",
    "Prairie",
    "Juniper",
    "Copper",
    "Willow",
    "Summit",
    "Harlan",
    "Deer",
    "Birch",
    "Stone",
]
_US_SUFFIX = ["Falls", "Springs", "Heights", "Grove", "Junction", "Creek", "Hollow", "Bluff"]
_WOMEN = [
    "Anna",
    "Beth",
    "Carla",
    "Diane",
    "Ellen",
    "Fiona",
    "Grace",
    "Helen",
    "Irene",
    "Judith",
    "Karen",
    "Laura",
    "Maria",
    "Nadia",
    "Olivia",
    "Priya",
    "Rachel",
    "Sophie",
    "Tessa",
    "Wendy",
]
_MEN = [
    "Adam",
    "Brian",
    "Colin",
    "David",
    "Edward",
    "Felix",
    "Gareth",
    "Henry",
    "Ian",
    "James",
    "Keith",
    "Leon",
    "Martin",
    "Neil",
    "Oscar",
    "Peter",
    "Ravi",
    "Simon",
    "Thomas",
    "Victor",
]
_LAST = [
    "Abbott",
    "Barlow",
    "Crane",
    "Dempsey",
    "Ellis",
    "Farrow",
    "Gibbons",
    "Hurst",
    "Ingram",
    "Jarvis",
    "Kendall",
    "Lockett",
    "Marlow",
    "Norris",
    "Oakes",
    "Pryce",
    "Quill",
    "Rowan",
    "Salter",
    "Tanner",
    "Underhill",
    "Vaughan",
    "Whitlock",
    "Yates",
    "Ashdown",
    "Birch",
    "Calloway",
    "Draper",
    "Emery",
    "Foyle",
    "Gale",
    "Hatton",
    "Innes",
    "Judd",
    "Kersey",
    "Larkin",
    "Mundy",
    "Nettle",
    "Orchard",
    "Peel",
]
_FOREIGN = [
    "Ilvana",
    "Maresh",
    "Tovan",
    "Bresk",
    "Danilo",
    "Korda",
    "Elene",
    "Sarov",
    "Mirek",
    "Valtin",
    "Rada",
    "Osten",
    "Jovin",
    "Pelka",
    "Katya",
    "Brunn",
    "Sever",
    "Malin",
    "Lenka",
    "Dorest",
]
_FIRMS = [
    "Halden",
    "Norvik",
    "Castlegate",
    "Brightwater",
    "Ferris",
    "Langholm",
    "Oxley",
    "Pinnacle",
    "Redfern",
    "Sterling",
    "Trident",
    "Westmark",
    "Alder",
    "Beacon",
    "Corvus",
    "Dalton",
]
_VESSA = [
    "Gradek",
    "Molina",
    "Starov",
    "Tressin",
    "Lovena",
    "Karlin",
    "Brenova",
    "Dubnik",
    "Osterin",
    "Hollov",
    "Pressa",
    "Zavrin",
]


def thousands(value: int) -> str:
    """A whole number as a newspaper writes it: 1,240."""
    return f"{value:,}"


class Names:
    """Names that are handed out once each, so that no two stories of a plan share one by chance."""

    def __init__(self, chance: random.Random):
        def mixed(items: Iterator[str] | list[str]) -> list[str]:
            found = sorted(set(items))
            chance.shuffle(found)
            return found

        self._pools = {
            "town": mixed(a + b for a in _PREFIX for b in _SUFFIX),
            "uscity": mixed(f"{a} {b}" for a in _US_PREFIX for b in _US_SUFFIX),
            "woman": mixed(f"{a} {b}" for a in _WOMEN for b in _LAST),
            "man": mixed(f"{a} {b}" for a in _MEN for b in _LAST),
            "official": mixed(f"{a} {b}" for a in _FOREIGN[::2] for b in _FOREIGN[1::2]),
            "firm": mixed(
                f"{a} {b}" for a in _FIRMS for b in ("Group", "Holdings", "Industries", "Foods", "Energy", "Logistics")
            ),
            "vessatown": mixed(_VESSA),
        }

    def take(self, kind: str) -> str:
        """The next name of a kind (town, uscity, woman, man, official, firm, vessatown). Raises KeyError for another
        word."""
        return self._pools[kind].pop()


@dataclass(frozen=True, slots=True)
class Text:
    """One article as written in a text file."""

    name: str
    section: str
    carriers: str
    title: str
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=16)
def read_texts(file: str) -> tuple[Text, ...]:
    """The articles of `demo/texts/<file>.txt`, in order. Raises ValueError where an article has no title line."""
    found = []
    for block in re.split(r"^== ", (FOLDER / f"{file}.txt").read_text("utf8"), flags=re.MULTILINE)[1:]:
        head, _, rest = block.partition("\n")
        name, section, carriers = ([part.strip() for part in head.split("|")] + ["", ""])[:3]
        title, *paragraphs = [
            " ".join(part.split())
            for part in re.split(r"\n\s*\n", re.sub(r"^(title: .*)$", r"\1\n\n", rest, count=1, flags=re.MULTILINE))
        ]
        if not title.startswith("title: "):
            raise ValueError(f"{file}.txt: {name}: the first line must be its title")
        found.append(Text(name, section, carriers, title.removeprefix("title: "), tuple(p for p in paragraphs if p)))
    return tuple(found)


_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_RANGE = re.compile(r"(\d+)-(\d+)(?:/(\d+))?(?:=(\w+))?$")


def fill(
    text: Text, chance: random.Random, names: Names, given: Mapping[str, str] | None = None
) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs with every choice made and every blank filled; one blank has one value throughout the
    article.

    `{woman}` is a full name and `{woman.last}` her surname; a digit after the kind (`{town2}`) is another of that kind.
    """
    values = dict(given or {})

    def blank(match: re.Match[str]) -> str:
        word = match.group(1)
        if ranged := _RANGE.match(word):
            low, high, step, name = ranged.groups()
            value = thousands(chance.randrange(int(low), int(high) + 1, int(step or 1)))
            if name:
                values[name] = value
            return value
        key, _, part = word.partition(".")
        if key not in values:
            values[key] = names.take(key.rstrip("0123456789"))
        return values[key].split()[-1] if part == "last" else values[key]

    def drawn(line: str) -> str:
        while _CHOICE.search(line):
            line = _CHOICE.sub(lambda m: chance.choice(m.group(1).split("|")), line)
        return re.sub(r"\{([^{}]+)\}", blank, line)

    body = tuple(drawn(paragraph) for paragraph in text.paragraphs)  # the body first: it names what the title repeats
    return drawn(text.title), body
