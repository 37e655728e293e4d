"""Numbers, dates, differences and what is counted, in words that people use.

"$3.5 billion", "31 %", "11,000 to 12,000", "more than three times as many", "the number of people killed".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from processing.intervals import decimal, gap, interval, stated_numbers, typical
from processing.measures import currencies, dimension, plural
from processing.words import load_words
from schemas.records import Approx, Claim, Figure

__all__ = [
    "count_word",
    "in_sentence",
    "say_at",
    "say_date",
    "say_difference",
    "say_interval",
    "say_later",
    "say_number",
    "say_subject",
    "say_value",
]

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_BOUNDS: dict[Approx, str] = {
    "about": "about ",
    "nearly": "nearly ",
    "at_least": "at least ",
    "more_than": "more than ",
    "at_most": "up to ",
    "less_than": "less than ",
}
_IRREGULAR = {
    "foot": "feet",
    "stone": "stone",
    "horsepower": "horsepower",
    "bar": "bar",
    "hertz": "hertz",
    "times": "times",
    "acre-foot": "acre-feet",
}
_DEGREES = {"degree_celsius": "°C", "degree_fahrenheit": "°F", "kelvin": "K"}
_FRACTIONS = {
    2: "half",
    3: "a third",
    4: "a quarter",
    5: "a fifth",
    6: "a sixth",
    7: "a seventh",
    8: "an eighth",
    9: "a ninth",
    10: "a tenth",
}
_CLOSE = 0.02  # a ratio so near to a whole number is called by it
_PARTICIPLES = {
    "affected",
    "arrested",
    "captured",
    "damaged",
    "dead",
    "deployed",
    "destroyed",
    "detained",
    "displaced",
    "evacuated",
    "hurt",
    "infected",
    "injured",
    "killed",
    "missing",
    "rescued",
    "sent",
    "wounded",
}
_COMMON_FIRST = {
    "people",
    "persons",
    "civilians",
    "children",
    "women",
    "men",
    "soldiers",
    "troops",
    "deaths",
    "casualties",
    "damage",
    "homes",
    "houses",
}
_RATES = {
    "rate",
    "share",
    "turnout",
    "inflation",
    "growth",
    "majority",
    "margin",
    "proportion",
    "percentage",
    "offer",
    "attendance",
    "unemployment",
    "stake",
}
_PLURALS = {"people", "men", "women", "children", "police", "troops", "personnel", "dead", "casualties"}


def say_number(value: float | Decimal) -> str:
    """The number with thousands parted by commas; from a million on in words where three decimals suffice: 3,500,000 ->
    "3.5 million"."""
    number = decimal(float(value))
    for size, name in _SCALES:
        if abs(number) >= size and (number / size * 1000) % 1 == 0:
            return f"{_plain(number / size)} {name}"
    return _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count_word(count: int) -> str:
    """Small whole numbers as words, others as digits."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else say_number(count)


@lru_cache(maxsize=256)
def _sign(code: str) -> str | None:
    """The sign of a currency that only it has in English text; None for others, which go by their code."""
    return {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "ILS": "₪", "KRW": "₩", "UAH": "₴"}.get(code)


def _is_money(unit: str) -> bool:
    return unit in currencies()


def _with_unit(numbers: list[Decimal], unit: str) -> str:
    """One number or both ends of a range, in the unit."""
    if unit == "share":
        return f"{' to '.join(say_number(n * 100) for n in numbers)} %"
    if _is_money(unit):
        sign = _sign(unit)
        return " to ".join(f"{'-' if n < 0 else ''}{sign or unit + ' '}{say_number(abs(n))}" for n in numbers)
    if unit == "magnitude":  # the subject says what it is; scales are read to a tenth: 6.0
        return " to ".join(f"{n:.1f}" if n == round(n, 1) else say_number(n) for n in numbers)
    text = " to ".join(say_number(n) for n in numbers)
    if unit == "count":
        return text
    if unit in _DEGREES:
        return f"{text} {_DEGREES[unit]}"
    name = unit.replace("_", " ")
    return f"{text} {name if numbers == [1] and name != 'times' else _plural_unit(name)}"


def _plural_unit(name: str) -> str:
    """ "mile" -> "miles", "square foot" -> "square feet", "kilometre per hour" -> "kilometres per hour"."""
    head, per, rest = name.partition(" per ")
    first, _, last = head.rpartition(" ")
    return (
        " ".join(filter(None, (first, _IRREGULAR.get(last) or ("feet" if last == "foot" else plural(last)))))
        + per
        + rest
    )


def _ends(low: float | None, high: float | None, approx: Approx) -> list[Decimal]:
    if approx in ("range", "vague"):
        return list(dict.fromkeys(decimal(v) for v in (low, high) if v is not None))
    return list(stated_numbers(low, high, approx))


def say_value(claim: Claim) -> str:
    """The claim's number with its bound and unit; a vague word, and what has no number, as it was written."""
    bare = claim.text if claim.approx == "vague" or claim.low is claim.high is None else ""
    return _say_value(claim.low, claim.high, claim.approx, claim.unit, claim.per, claim.aspect, claim.change, bare)


@lru_cache(maxsize=8192)
def _say_value(
    low: float | None,
    high: float | None,
    approx: Approx,
    unit: str,
    per: str | None,
    aspect: str,
    change: str | None,
    words: str,
) -> str:
    ends = _ends(low, high, approx)
    if approx == "vague" or not ends:
        said = " ".join(words.split()).removesuffix(" of")
        return said[:1].lower() + said[1:] if said else "no number"
    bound = _BOUNDS.get(approx, "")
    if bound == "less than " and unit == "count":
        bound = "fewer than "
    if approx == "range" and len(ends) == 1:
        bound = "" if low == high else "at least " if high is None else "up to "
    text = "zero" if ends == [0] and unit == "count" else _with_unit(ends, unit)
    moved = {"up": "a rise of ", "down": "a fall of "}.get(change or "", "a change of ") if aspect == "change" else ""
    return moved + bound + text + _per(per)


def _per(per: str | None) -> str:
    if not per:
        return ""
    if per.isdigit():
        return f" per {say_number(int(per))}"
    return f" {'an' if per[0] in 'aeio' or per == 'hour' else 'a'} {per}"


@lru_cache(maxsize=4096)
def in_sentence(source: str, *, described: bool = False) -> str:
    """A source's words as they stand inside a sentence: "The prison service" -> "the prison service", "Police" ->
    "police"; names and titles stay. `described`: the words are no name, and one word alone is small: "Relatives"."""
    first, _, rest = source.partition(" ")
    known = first.casefold() in _descriptions() and not rest[:1].isupper()
    plain = first in ("The", "A", "An") or known or (described and not rest and first[1:].islower())
    return source[:1].lower() + source[1:] if plain else source


@lru_cache(maxsize=1)
def _descriptions() -> frozenset[str]:
    """Words that describe a source and are no name: "police", "doctors", "local", "captain"."""
    data = load_words("bodies")
    kinds: Mapping[str, list[str]] = data["types"]
    vague = {*data["vague"]["heads"], *data["vague"]["adjectives"], *data["titles"]["words"]}
    return frozenset(word for words in kinds.values() for word in words) | vague


def say_at(value: str) -> str:
    """ "at 50"; "at no fewer than 50" rather than "at at least 50", and "in the dozens" rather than "at dozens"."""
    if re.fullmatch(r"(?:(?:tens|hundreds) of )?(?:dozens|scores|hundreds|thousands|millions|billions)", value):
        return f"in the {value}"
    return f"at no fewer than {value.removeprefix('at least ')}" if value.startswith("at least ") else f"at {value}"


def say_interval(claim: Claim) -> str:
    """What a number is taken for, in words: "600", "1,000 or more", "more than 10", "10,800 to 13,200", "no number"."""
    low, high = claim.low, claim.high

    def said(*ends: float) -> str:
        return _with_unit([decimal(end) for end in ends], claim.unit)

    if low is not None and high is not None:
        below = " to less than " if claim.high_open else " to "
        if low == 0 and high > 0 and claim.approx in ("at_most", "less_than"):
            return f"{'less than' if claim.high_open else 'up to'} {said(high)}"
        return said(low) if low == high else said(low, high).replace(" to ", below, 1)
    if low is not None:
        return f"more than {said(low)}" if claim.low_open else f"{said(low)} or more"
    if high is not None:
        return f"{'less than' if claim.high_open else 'up to'} {said(high)}"
    return "no number"


def say_subject(figure: Figure) -> str:
    """What is counted, with an article: "the number of people killed", "the damage". A figure of a topic file is called
    as its title says; one without a title of its own ("Kursk: killed") by what it counts and its key."""
    key = (figure.name or "").replace("_", " ").replace("-", " ")
    if key and figure.title.endswith(f": {key}"):
        return _keyed(key, figure.unit, figure.what, figure.event)
    return _subject(figure.title, figure.unit)


@lru_cache(maxsize=1024)
def _keyed(key: str, unit: str, what: tuple[str, ...], event: tuple[str, ...]) -> str:
    """A figure that only its key names: "killed" -> "the number of soldiers killed"; a key that is a name of the desk's
    own ("marlfield") gives way to what is counted and what happens to it."""
    noun = _nouns(what[0]) if what else None
    if unit != "count":
        return _subject(key, unit)
    if key in _PARTICIPLES:
        return f"the number of {noun or 'people'} {key}"
    title: str | None = load_words("events")["events"].get(event[0], {}).get("title") if event else None
    if noun is None or title is None or set(key.split()) & {*what, *event, noun, title}:
        return _subject(key, unit)
    return f"the number of {noun} {title}" if title not in noun else f"the number of {noun}"


def _nouns(lemma: str) -> str:
    """The plural of a noun that is counted: "soldier" -> "soldiers", "person" -> "people"."""
    return _PEOPLE.get(lemma) or (lemma if lemma in _PLURALS else plural(lemma))


_PEOPLE = {"person": "people", "man": "men", "woman": "women", "child": "children", "serviceman": "servicemen"}


@lru_cache(maxsize=1024)
def _subject(words: str, unit: str) -> str:
    words = re.sub(r" \((?:share|[A-Z]{3}|[a-z_ ]+)\)$", "", words)
    first, _, rest = words.partition(" ")
    if first.casefold() in _COMMON_FIRST:
        words = f"{first.casefold()} {rest}".strip()
    if re.match(r"(?:the|a|an|number|change)\b", words, re.IGNORECASE):
        return words if words.casefold().startswith(("the ", "a ", "an ")) else f"the {words}"
    if words.casefold() in _PARTICIPLES:
        return f"the {words}"
    plural = any(w.casefold() in _PLURALS or re.fullmatch(r"[^\W\d_]{2,}[^s\W\d_]s", w) for w in words.split())
    if _is_money(unit) and words.casefold() in _happenings():
        return f"the sum for the {words}"  # nobody puts a strike at 12 million euros
    if dimension(unit) == "time" and plural:
        return f"the time for {words}"
    if unit == "count" and (plural or words.rpartition(" ")[2].casefold() in _PARTICIPLES):
        return f"the number of {words}"
    return (
        f"the share of {words}"
        if unit == "share" and words.rpartition(" ")[2].casefold() not in _RATES
        else f"the {words}"
    )


@lru_cache(maxsize=1)
def _happenings() -> frozenset[str]:
    """Nouns of what happens and is no amount by itself: "strike", "flood"."""
    events: Mapping[str, Mapping[str, Any]] = load_words("events")["events"]
    return frozenset(word for event in events.values() if "money" not in event for word in event.get("words", ()))


@lru_cache(maxsize=4096)
def say_date(day: date | None, *, year: bool = False) -> str:
    """ "13 Jan", with the year where asked for; "date unknown"."""
    if day is None:
        return "date unknown"
    return f"{day.day} {day:%b %Y}" if year else f"{day.day} {day:%b}"


def say_later(days: int | None) -> str:
    """ "nine days later", "the same day"; empty where the days are not known or do not order the two."""
    if days is None or days < 0:
        return ""
    if days == 0:
        return "the same day"
    if days >= 700:
        return f"about {count_word(round(days / 365.25))} years later"
    if days >= 60:
        return f"about {count_word(round(days / 30.44))} months later"
    return f"{count_word(days)} day{'' if days == 1 else 's'} later"


def say_difference(p: Claim, n: Claim) -> str:
    """By how much n stands above or below p: "more than three times as many", "20 % less", "0.4 lower". Empty where the
    two overlap as read.

    The ratio is that of the stated numbers; of ranges and vague words, that of the nearest edges.
    """
    ratio, up = _ratio(p, n)
    if ratio is None:
        return ""
    many = "many" if n.unit == "count" else "much"
    fewer = "fewer" if n.unit == "count" else "less"
    if ratio == float("inf"):
        return "a number against zero" if 0 in (p.low, p.high, n.low, n.high) else "the opposite sign"
    steps = _steps(p, n, up, fewer)
    if steps:
        return steps
    if ratio < 1 + _NEARLY:
        percent = round((ratio - 1) * 100) if up else round((1 - 1 / ratio) * 100)
        return f"{percent} % {'more' if up else fewer}" if percent else f"slightly {'more' if up else fewer}"
    vague = "vague" in (p.approx, n.approx)  # then the ratio is that of the edges that lie nearest
    open_above = up and (n.high is None or vague)
    open_below = not up and (p.high is None or vague)
    if up:
        return f"{_times(ratio, least=open_above)} as {many}"
    return f"{_fraction(ratio, most=open_below)} as {many}"


def _ratio(p: Claim, n: Claim) -> tuple[float | None, bool]:
    """The ratio of the greater to the smaller, and whether n is the greater; None where they meet."""
    first, second = interval(p), interval(n)
    if not (first.high < second.low or second.high < first.low) and gap(p, n) == 1:
        return None, False
    up = second.low > first.low if second.low != first.low else second.high > first.high
    a, b = typical(p), typical(n)
    loose = {"range", "vague"} & {p.approx, n.approx}
    if loose or a is None or b is None or a <= 0 or b <= 0:
        return gap(p, n), up
    return max(a, b) / min(a, b), up


def _steps(p: Claim, n: Claim, up: bool, fewer: str) -> str:
    """A difference that is told by itself rather than as a ratio: of magnitudes, temperatures, shares and small
    counts."""
    a, b = typical(p), typical(n)
    if a is None or b is None:
        return ""
    step = abs(decimal(b) - decimal(a))
    if n.unit == "magnitude" or dimension(n.unit) == "temperature":
        return f"{say_number(step)} {'higher' if up else 'lower'}"
    if n.unit == "share" and {p.approx, n.approx} <= {"exact", "about"}:
        points = step * 100
        return f"{say_number(points)} percentage point{'' if points == 1 else 's'} {'more' if up else 'less'}"
    close = (
        n.unit == "count"
        and {p.approx, n.approx} == {"exact"}
        and step == step.to_integral_value()
        and step <= 12
        and max(a, b) < 1.5 * min(a, b)
    )
    return f"{count_word(int(step))} {'more' if up else fewer}" if close else ""


_NEARLY = 0.65  # from here on 1.65 is "nearly twice"


def _multiple(count: int) -> str:
    return "twice" if count == 2 else f"{count_word(count)} times"


def _times(ratio: float, *, least: bool) -> str:
    whole = round(ratio)
    if whole >= 2 and abs(ratio / whole - 1) <= _CLOSE:
        return f"at least {_multiple(whole)}" if least else _multiple(whole)
    if ratio > 10:
        return f"{'at least' if least else 'about'} {say_number(whole if not least else int(ratio))} times"
    floor = int(ratio)
    rest = ratio - floor
    if rest < 0.45 and floor > 1:
        return f"more than {_multiple(floor)}"
    if rest < _NEARLY and floor > 1:
        return f"about {count_word(floor)} and a half times"
    return f"nearly {_multiple(floor + 1)}"


def _fraction(ratio: float, *, most: bool) -> str:
    whole = round(ratio)
    if whole in _FRACTIONS and abs(ratio / whole - 1) <= _CLOSE:
        return f"at most {_FRACTIONS[whole]}" if most else _FRACTIONS[whole]
    if ratio >= 100:
        return "at most a hundredth" if abs(ratio / 100 - 1) <= _CLOSE else "less than a hundredth"
    floor = int(ratio)
    if floor >= 10:
        return "less than a tenth"
    if ratio - floor < 0.5 and floor > 1:
        return f"less than {_FRACTIONS[floor]}"
    if floor == 2 and ratio - floor < _NEARLY:
        return "about two fifths"
    return f"little more than {_FRACTIONS[floor + 1]}"
