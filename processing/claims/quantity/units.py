"""The unit that stands at a number: currency signs before it, measures, shares and currencies after it, and what it is
per.

What the units are called and worth is `processing.measures`; this module finds them beside a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from processing.claims.document.tokens import Phrases, Words, near
from processing.claims.quantity.currency_by_country import currency_of_named_country
from processing.measures import all_units, currencies, dimension, plural
from processing.words import load_words

__all__ = ["Unit", "home_currency", "read_currency_before", "read_unit", "smaller_units"]

WORDLIKE = frozenset(
    {"ALL", "COP", "CUP", "GEL", "LAK", "MAD", "SDG", "SOS", "TRY"}
)  # codes that headlines write for other things ("COP28")
SHARED = "?"  # before the name of a shared currency word: "?dollar"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as found: its name ("kilometre", "USD", "share"), what the written number is multiplied by (0.01 for per
    cent and pence), and the word index after it (or, before the number, of its first word)."""

    name: str
    factor: float
    at: int


@lru_cache(maxsize=1)
def _names() -> Phrases[tuple[str, float]]:
    """Unit and currency words in lower case; of two that are written alike the later rule holds."""
    rows: dict[str, tuple[str, float]] = {}
    for unit in all_units().values():
        for name in unit.names:
            rows[name.lower()] = (unit.name, 1.0)
            if name.startswith(("square ", "cubic ")):
                rows[name.lower().replace(" ", "-")] = (unit.name, 1.0)  # "a 1,500-square-kilometre island"
    for code, row in currencies().items():
        rows |= _currency_names(code, row)
    for word in _shared_words():
        rows |= {spelled.lower(): (SHARED + word, _coin(word)) for spelled in (word, plural(word))}
    for words, value in (
        (_shares()["percent"], ("share", 0.01)),
        (_shares()["percentage_point"], ("percentage_point", 1.0)),
        (_shares()["basis_point"], ("percentage_point", 0.01)),
    ):
        rows |= {word.lower(): value for word in words}
    return Phrases(rows.items())


def _currency_names(code: str, row: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, float]]:
    """The words of one currency, its coins, and the words that several share behind its adjective ("Australian
    cents")."""
    rows: dict[str, tuple[str, float]] = {}
    for word in row.get("words", ()):
        rows[word.lower()] = rows[plural(word).lower()] = (code, 1.0)
    rows |= {word.lower(): (code, 1.0) for word in row.get("plurals", ())}
    rows |= {word.lower(): (code, 0.01) for word in row.get("minor", ())}
    for adjective in row.get("adjectives", ()):
        for word, codes in _shared_words().items():
            if code in codes:
                for spelled in (word, plural(word)):
                    rows[f"{adjective} {spelled}".lower()] = (code, _coin(word))
    return rows


def _shared_words() -> dict[str, Sequence[str]]:
    """Words (not signs) that are money of several countries, with the codes."""
    shared: dict[str, Sequence[str]] = load_words("currencies")["shared"]
    return {word: codes for word, codes in shared.items() if word.isalpha() and len(word) > 2}


def _coin(word: str) -> float:
    return 0.01 if word in ("cent", "pence") else 1.0


@lru_cache(maxsize=1)
def smaller_units() -> dict[tuple[str, str], Decimal]:
    """How many of the second unit are one of the first."""
    rows: dict[str, dict[str, int]] = load_words("units")["compound"]
    return {(unit, part): Decimal(ratio) for unit, parts in rows.items() for part, ratio in parts.items()}


def _shares() -> dict[str, list[str]]:
    found: dict[str, list[str]] = load_words("units")["shares"]
    return found


@lru_cache(maxsize=1)
def _signs() -> Phrases[tuple[str, float]]:
    """Abbreviations and signs after a number, as written."""
    rows: dict[str, tuple[str, float]] = {}
    for unit in all_units().values():
        for sign in unit.signs:
            rows.setdefault(sign, (unit.name, 1.0))
    rows |= {"kt": ("kilotonne", 1.0), "kn": ("knot", 1.0)}
    rows |= _in_capitals(rows)
    for code, row in currencies().items():
        for sign in row.get("signs", ()):
            if not sign.endswith("."):
                rows[sign] = (code, 1.0)
        if code not in WORDLIKE:
            rows[code] = (code, 1.0)
    for sign, codes in load_words("currencies")["shared"].items():
        if not sign.isalpha() or sign in ("kr",):
            rows[sign] = (SHARED + sign, 1.0)
        del codes
    rows |= {"/-": (SHARED + "shilling", 1.0), "/=": (SHARED + "shilling", 1.0)}
    rows |= {f"{scale}{code}": (code, 10.0**6) for scale in "Mm" for code in ("EUR", "USD", "GBP", "SEK", "NOK", "DKK")}
    rows |= {"¢": (SHARED + "cent", 0.01), "c": (SHARED + "cent", 0.01), "p": ("GBP", 0.01)}
    return Phrases(rows.items(), cased=True)


def _in_capitals(rows: dict[str, tuple[str, float]]) -> dict[str, tuple[str, float]]:
    """Signs in capitals ("51.2 HZ", "20 MBPS"), where no other sign has the same letters."""
    folded: dict[str, set[str]] = {}
    for sign, (name, _) in rows.items():
        folded.setdefault(sign.lower(), set()).add(name)
    return {
        sign.upper(): value
        for sign, value in rows.items()
        if sign.isalpha()
        and sign.isascii()
        and len(folded[sign.lower()]) == 1
        and (len(sign) > 2 or sign.lower() in near("signs_in_capitals"))
        and sign.lower() not in near("words_not_signs")
        and sign.upper() not in rows
    }


@lru_cache(maxsize=1)
def _money_before() -> Phrases[tuple[str, bool]]:
    """Currency signs before a number: the code or shared word, and whether the number must be glued to it."""
    data = load_words("currencies")
    rows: dict[str, tuple[str, bool]] = {}
    for code, row in data["currency"].items():
        rows[code] = (code, False)
        for sign in (*row.get("signs", ()), *(_parted(sign) for sign in row.get("signs", ()))):
            rows[sign] = (code, sign.isalpha() and len(sign) < 3 and sign not in ("RM", "Rp", "Tk", "Re", "Dh"))
        for sign in row.get("glued", ()):
            rows[sign] = (code, True)
    for word in data["shared"]:
        if word in ("R", "Rs", "kr") or not word.isalpha():
            rows[word] = (SHARED + word, word == "R")
    rows["Rs."] = (SHARED + "Rs", False)
    for bare in WORDLIKE:
        rows.pop(bare, None)
    return Phrases(rows.items(), cased=True)


def _parted(sign: str) -> str:
    """A sign as some write it: "S $1m", "HK $3.7bn"; as it is where it is another sign."""
    return f"{sign[:-1]} $" if sign.endswith("$") and sign[:-1].isalpha() and sign[:-1].isupper() else sign


@lru_cache(maxsize=64)
def home_currency(word: str, country: str | None) -> str:
    """Whose "dollar", "pound", "rupee" or "$" is meant in an outlet of this country (ISO 3166 alpha-2, or None): the
    country's own where it has one of that name, else the most traded one."""
    codes: list[str] = load_words("currencies")["shared"][word]
    for code in codes:
        if country and country.lower() in currencies()[code].get("countries", ()):
            return code
    return codes[0]


def _named(name: str, country: str | None, words: Words, i: int) -> str:
    """The unit's name, for a shared currency word at word `i` the code that it means: the outlet's money, that of a
    country named beside it, else the most traded one."""
    if not name.startswith(SHARED):
        return name
    word = name[len(SHARED) :]
    code = home_currency(word, country)
    if country and country.lower() in currencies()[code].get("countries", ()):
        return code
    return currency_of_named_country(words, i, word) or code


def read_currency_before(words: Words, i: int, country: str | None) -> tuple[Unit, bool] | None:
    """The currency sign whose last word is just before word `i` (a number), and whether it was a bare shared one ("$",
    "Rs").

    None where none stands there. `Unit.at` is the sign's first word.
    """
    found = _money_before().before(words, i)
    if found is None:
        return _home_sign(words, i, country)
    (name, must_glue), first = found
    glued = words.glued(i)
    if (must_glue and not glued) or words.start[i] - words.end[i - 1] > 1:
        return None
    sign = words.text[words.start[first] : words.end[i - 1]]
    if sign.isalpha() and words.glued(first) and words.kind[first - 1] in "wd":
        return None
    scaled = i + 1 < words.size and words.glued(i + 1) and words.low[i + 1] in near("money_scales")
    carried = words.at(first - 1) in near("code_carriers") and len(words.word[i]) < 4
    if len(sign) == 3 and sign.isalpha() and sign.isupper() and carried:
        return None  # "trail NOK 7"
    if sign in ("PS", "N", "P") and not (len(words.word[i]) >= 3 or "." in words.word[i] or scaled):
        return None  # "the P5P", "N95 masks"
    return Unit(_named(name, country, words, first), 1.0, first), name.startswith(SHARED)


@lru_cache(maxsize=64)
def _home_signs(country: str) -> dict[str, str]:
    """Signs that only outlets of a country write for its money, with the code."""
    return {
        sign: code
        for code, row in currencies().items()
        for sign in row.get("home_signs", ())
        if country in row.get("countries", ())
    }


def _home_sign(words: Words, i: int, country: str | None) -> tuple[Unit, bool] | None:
    """ "M45 000 each", in an outlet of Lesotho: a letter that elsewhere names a motorway."""
    if country is None or not words.glued(i) or words.kind[i] != "d" or (i > 1 and words.glued(i - 1)):
        return None
    code = _home_signs(country.lower()).get(words.word[i - 1])
    small = len(words.word[i]) < 3 and not ((i + 1 < words.size and words.kind[i + 1] == "d") or words.glued(i + 1))
    return None if code is None or small else (Unit(code, 1.0, i - 1), False)


# signs that are also words, letters of names or of suffixes: only where they stand glued to the digits
_GLUED_ONLY = frozenset(
    {
        "h",
        "p",
        "c",
        "A",
        "C",
        "s",
        "N",
        "B",
        "J",
        "L",
        "l",
        "K",
        "T",
        "pt",
        "ct",
        "R",
        "m2",
        "in.",
        "ha",
        "at",
        "nm",
        "sf",
        "mb",
        "db",
        "kn",
        "R$",
        "min",
    }
)
_SPACED_OK = frozenset({"min", "ha", "nm", "mb", "db", "kn", "pt", "ct", "l", "L"})
_NEVER = frozenset({"s", "t"})


@dataclass(frozen=True, slots=True)
class _Sign:
    """An abbreviation or sign that starts at word `at`, behind a number that ends before word `i`."""

    words: Words
    i: int
    at: int
    end: int
    name: str
    factor: float

    @property
    def text(self) -> str:
        return self.words.text[self.words.start[self.at] : self.words.end[self.end - 1]]

    @property
    def before_digits(self) -> bool:
        """Whether digits stand glued behind it."""
        words, end = self.words, self.end
        return end < words.size and words.glued(end) and words.kind[end] == "d"


def _no_word(sign: _Sign) -> bool:
    """ "2021 s", "5 h": signs that are words or letters too, where they do not stand glued to the digits."""
    glued, text = sign.words.glued(sign.at), sign.text
    seconds = glued and text == "s" and "." in sign.words.word[sign.i - 1]
    return (text in _NEVER and not seconds) or (text in _GLUED_ONLY and not glued and text not in _SPACED_OK)


def _of_next_number(sign: _Sign) -> bool:
    """ "$20-$30": the sign belongs to the next number."""
    money = sign.name.startswith((SHARED, "EUR", "GBP"))
    return sign.words.kind[sign.end - 1] == "s" and sign.before_digits and money


def _of_code(sign: _Sign) -> bool:
    """ "7 km2x4": letters and digits of a code."""
    return not sign.text[-1:].isspace() and sign.words.kind[sign.end - 1] == "w" and sign.before_digits


def _of_word(sign: _Sign) -> bool:
    """ "3 F-16 jets", "5 A's": one letter before a hyphen or an apostrophe; but "a 5 m-wide gap"."""
    words, end, text = sign.words, sign.end, sign.text
    tied = end < words.size and words.kind[end] == "s" and words.word[end] in "-–'’&" and words.glued(end)
    if len(text) != 1 or not text.isalpha() or not tied:
        return False
    code = words.kind[end + 1 : end + 2] == "d"
    return not words.hyphen(end) or text in "AC" or code


def _possessive(sign: _Sign) -> bool:
    """ "2021′s report"."""
    words, at = sign.words, sign.at
    return words.word[at] in ("′", "'", "’") and words.at(at + 1) == "s" and words.glued(at + 1)


_NO_SIGN = (_no_word, _of_next_number, _of_code, _of_word, _possessive)


def _sign_at(words: Words, i: int, j: int, spelled: bool) -> _Sign | None:
    """The sign of a unit at word `j`; None where none stands there or it means something else."""
    if spelled and words.kind[j] != "s" and words.word[j] not in near("spelled_signs"):
        return None
    found = _signs().after(words, j)
    if found is None:
        return None
    sign = _Sign(words, i, j, found[1], *found[0])
    return None if any(rule(sign) for rule in _NO_SIGN) else sign


def read_unit(words: Words, i: int, country: str | None, *, spelled: bool = False) -> Unit | None:
    """The unit that starts at word `i` (just after a number, perhaps behind a hyphen), None where there is none.
    `spelled`: the number is in words, which take no one-letter signs."""
    if i >= words.size:
        return None
    hyphen = words.hyphen(i) or _spaced_hyphen(words, i)
    j = i + 1 if hyphen else i
    named, sign = _names().after(words, j), _sign_at(words, i, j, spelled)
    if named and (sign is None or named[1] >= sign.end):
        (name, factor), end = named
        if not hyphen and name != "share" and _in_compound(words, i, end):
            return None
        sign = None
    elif sign is not None:
        name, factor, end = sign.name, sign.factor, sign.end
    else:
        return None
    if not _is_unit(words, i, j, hyphen, name, end):
        return None
    if name == "farad" and words.word[j] == "F" and near("capacity").isdisjoint(words.low[max(0, j - 30) : j + 30]):
        name = "degree_fahrenheit"
    rate = _sign_per_sign(words, name, factor, end) if sign is not None else None
    return rate or _as_money(words, j, country, Unit(name, factor, end), sign is None)


def _is_unit(words: Words, i: int, j: int, hyphen: bool, name: str, end: int) -> bool:
    """Whether a unit's word or sign that is something else too is a unit here."""
    if words.low[j] in near("unlikely_units") and not _likely(words, i, j, hyphen):
        return False
    letter = words.text[words.start[j] : words.end[end - 1]] == "C"
    return not (name == "degree_celsius" and letter and not words.glued(j))


def _sign_per_sign(words: Words, name: str, factor: float, end: int) -> Unit | None:
    """ "g/cm3", "mg/l"."""
    slash = end + 1 < words.size and words.word[end] == "/" and words.glued(end) == words.glued(end + 1)
    under = _signs().after(words, end + 1) if slash else None
    if under is None or under[0][0].startswith(SHARED) or dimension(under[0][0]) in ("money", None):
        return None
    return None if dimension(name) == "money" else Unit(f"{name} per {under[0][0]}", factor, under[1])


def _as_money(words: Words, j: int, country: str | None, unit: Unit, named: bool) -> Unit:
    """The unit, where a shared currency word means a country's money ("pounds", "5 dollars Canadian")."""
    name, end = unit.name, unit.at
    if (name == "pound" and named) or name == SHARED + "pound":
        return Unit(_pound(words, end, country), 1.0, end)
    dollars = name.startswith(SHARED) and name[len(SHARED) :] in ("dollar", "$")
    if dollars and words.at(end) in ("australian", "canadian"):
        end, name = end + 1, "AUD" if words.at(end) == "australian" else "CAD"
    return Unit(_named(name, country, words, j), unit.factor, end)


def _spaced_hyphen(words: Words, i: int) -> bool:
    """Whether word `i` joins number and unit though spaces stand around it ("a 28,000 - kilometre cable", as some
    agencies' texts are set)."""
    if not 0 < i < words.size - 2 or words.word[i] != "-" or words.text[words.end[i - 1] : words.start[i + 1]] != " - ":
        return False
    named = _names().after(words, i + 1)
    return (
        named is not None
        and not words.low[named[1] - 1].endswith("s")
        and named[1] < words.size
        and ((words.word[named[1] - 1].islower() and words.kind[named[1]] == "w") or words.word[named[1]] in ("(", "-"))
    )


def _in_compound(words: Words, i: int, end: int) -> bool:
    """Whether a unit's word begins a compound behind a plural number: "100 night-shift workers", "12 day-care
    centres"."""
    if not words.hyphen(end) or end + 1 >= words.size or words.kind[end + 1] != "w" or words.low[end - 1].endswith("s"):
        return False
    return words.low[i - 1] not in ("a", "an", "one", "1", "half") and words.low[end + 1] not in near("compound_sizes")


def _likely(words: Words, i: int, j: int, hyphen: bool) -> bool:
    """Whether a word that is also something else ("second", "won", "bar") is a unit here."""
    word = words.low[j]
    if word == "second":
        return (words.kind[i - 1] == "d" and not words.low[i - 1].endswith("1")) or (
            words.at(j - 1) == "a" and words.at(j - 3) in near("small_parts")
        )
    if word in ("may", "mark", "real", "sol"):
        return False
    if word == "won":
        return words.kind[i - 1] == "w" or len(words.word[i - 1]) > 3
    if word == "quarter":
        return False
    if word in ("pint", "stone", "bar") and words.at(i - 1) in ("a", "us", "of", "imperial", "half"):
        return True
    return word in ("point", "month") or hyphen or words.kind[i - 1] == "d"


def _pound(words: Words, end: int, country: str | None) -> str:
    """ "Pounds" are a weight where the words around it speak of weighing or of stuff, and in American outlets; else
    money."""
    around = set(words.low[max(0, end - 12) : end + 8])
    if around & near("mass_near") or (
        words.at(end) == "of" and not around & {"worth", "damage", "cost", "costs", "fine", "debt"}
    ):
        return "pound"
    if country and country.lower() not in ("us", "ca"):
        return home_currency("pound", country)
    return "pound" if country else "GBP" if around & near("spends") | around & near("money_near") else "pound"
