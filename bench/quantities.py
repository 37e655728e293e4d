"""Quantities of news sentences, as the NewsQuant scorer wants them: `bench/quantities.py GOLD.json OUT.json`.

Only renames: values, units, bounds and counted things are what `processing.claims` reads; here they get NewsQuant's
names (a share of 0.31 is 31 "percentage", "USD" is "dollar", "about" is "~", an old and a new value are one pair, vague
words are powers of ten)."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from processing.claims.counted.counted import read_counted
from processing.claims.counted.left_out import complete, read_left_out
from processing.claims.counted.thing import Counted
from processing.claims.counted.what import What
from processing.claims.document.document import parse_sentences
from processing.claims.quantity.quantities import read_quantities
from processing.measures import currencies
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

LEFT_OUT = {
    "date",
    "year",
    "time",
    "ordinal",
    "name",
    "law",
    "grade",
    "score",
    "address",
    "phone",
    "coordinate",
    "code",
    "idiom",
    "calibre",
}
BOUNDS = {
    "about": "~",
    "nearly": "~",
    "at_least": ">",
    "more_than": ">",
    "at_most": "<",
    "less_than": "<",
    "range": "=",
    "vague": "=",
    "exact": "=",
}
NAMES = {
    "share": "percentage",
    "percentage_point": "percentage point",
    "tonne": "metric ton",
    "gigatonne": "gigaton",
    "megatonne": "megaton",
    "kilotonne": "kiloton",
    "degree_celsius": "celsius",
    "degree_fahrenheit": "fahrenheit",
    "pound": "pound-mass",
    "part per billion": "parts-per-billion",
    "part per million": "parts-per-million",
    "part per trillion": "parts-per-trillion",
    "fluid ounce": "ounce",
    "watt-hour": "watt hour",
    "kilowatt-hour": "kilowatt hour",
    "megawatt-hour": "megawatt hour",
    "gigawatt-hour": "gigawatt hour",
    "terawatt-hour": "terawatt hour",
    "millimetre of mercury": "millimeter of mercury",
    "atmosphere": "standard atmosphere",
}
MONEY = {
    "RUB": "russian ruble",
    "BYN": "belarusian ruble",
    "SEK": "swedish krone",
    "PLN": "polish złoty",
    "AED": "united arab emirates dirham",
}
AS_WRITTEN = {
    **{("INR", text): "rupee" for text in ("rs", "rs.", "rupee", "rupees")},
    **{("millibar", text): "hectopascal" for text in ("hpa", "hectopascal", "hectopascals")},
    **{("horsepower", text): "brake horsepower" for text in ("bhp", "brake horsepower")},
}  # units that the set names as the text does
MINOR = {"p": "pence", "pence": "pence", "¢": "cent", "c": "cent"}
HUNDREDTHS = ("p", "pence", "penny", "cent", "cents", "c", "¢", "sen", "paise", "paisa")


LEADS = {"of", "the", "its", "their", "combined", "a", "-", "or", "so", "more", "further", "additional", "extra"}


def unit_name(quantity: Quantity, doc: Doc | None, thing: Counted | None = None) -> str:
    """NewsQuant's name of a quantity's unit; where a count leaves its noun out, that of the number before."""
    unit, text = quantity.unit, (quantity.unit_text or "").lower()
    if quantity.not_claim == "age":
        name = f"{unit} of age" if unit in ("day", "week", "month") else "year of age"
    elif unit in ("count", "times", "magnitude"):
        name = "count" if text == "times" or unit == "times" else noun(doc, quantity)
        if name == "-" and thing is not None and thing.by in (What.PAIR, What.GAP, What.OLD_VALUE):
            name = thing.head or name
    elif unit == "share" and quantity.unit_text is None:
        name = f"% {noun(doc, quantity)}"
    elif is_minor(quantity):
        name = MINOR.get(text.split()[-1], text.split()[-1].rstrip("s"))
    elif unit == "percentage_point" and text.startswith(("basis", "bp")):
        name = "basis point"
    elif (unit, text) in AS_WRITTEN:
        name = AS_WRITTEN[unit, text]
    elif unit.startswith("degree_") and text in ("degrees", "degree", "-degree", "°"):
        name = "degree"
    elif unit in currencies():
        name = MONEY.get(unit, str(currencies()[unit]["name"]))
    else:
        name = NAMES.get(unit, unit)
    if not quantity.per or quantity.per.isdigit() or (quantity.unit != "count" and of_something(doc, quantity)):
        return name
    return f"{name} per {quantity.per if quantity.per == 'share' else NAMES.get(quantity.per, quantity.per)}"


def of_something(doc: Doc | None, quantity: Quantity) -> bool:
    """Whether what an amount is of parts it from its rate ("127 gigatonnes of ice every year"), which NewsQuant then
    leaves out."""
    return doc is not None and doc.text[quantity.end :].startswith(" of ")


def is_minor(quantity: Quantity) -> bool:
    """Whether an amount is written in hundredths ("200p", "18 sen")."""
    text = (quantity.unit_text or "").lower().split()
    return quantity.unit in currencies() and bool(text) and text[-1] in HUNDREDTHS


def noun(doc: Doc | None, quantity: Quantity) -> str:
    """NewsQuant's unit of a bare count: the noun that follows the number, with its adjectives and compounds, singular;
    "-" where none follows."""
    if doc is None:
        return "-"
    tokens = [t for t in doc if t.idx >= quantity.end and not t.is_space]
    if tokens and tokens[0].lower_ == "a" and quantity.unit == "count":
        return "-"  # "to 1,640 a day", "from 367 a year earlier"
    tokens = list(dropwhile(lambda t: t.lower_ in LEADS, tokens))
    kept: list[str] = []
    for index, token in enumerate(tokens[:8]):
        joined = any(t.text == "-" for t in tokens[max(0, index - 1) : index + 2])
        measure = is_measure(token)
        if is_head(tokens, index) and not joined:
            return " ".join([*kept, singular(token), *of_nouns(tokens[index + 1 : index + 4])]).replace(" - ", "-")
        if token.pos_ == "ADJ" or joined or (token.pos_ in ("NOUN", "PROPN") and not measure):
            kept.append(token.lower_)
        elif ends_noun(token, measure=measure, begun=bool(kept)):
            return "-"
    return "-"


def is_measure(token: Token) -> bool:
    """Whether a word is a number of its own: "eight million 250ml bottles", "63,000 Model 3 sedans"."""
    return token.text[:1].isdigit() or token.pos_ == "NUM"


def is_head(tokens: list[Token], index: int) -> bool:
    """Whether a noun ends its phrase: no noun follows that it would be the first part of."""
    token, rest = tokens[index], tokens[index + 1 :]
    if token.pos_ not in ("NOUN", "PROPN") or is_measure(token):
        return False
    goes_on = bool(rest) and rest[0].pos_ in ("NOUN", "PROPN", "NUM")
    return not (goes_on and (token.pos_ == "PROPN" or things_follow(rest)))


def of_nouns(rest: list[Token]) -> list[str]:
    """The nouns of what the counted ones are of ("slices of pizza")."""
    if not rest or rest[0].text != "of" or rest[-1].pos_ != "NOUN":
        return []
    return [t.lemma_.lower() for t in rest[1:] if t.pos_ == "NOUN"]


def ends_noun(token: Token, *, measure: bool, begun: bool) -> bool:
    """Whether a word that is no part of a noun phrase ends it; a participle and "and" within one do not."""
    if token.pos_ == "VERB":
        return token.tag_ not in ("VBG", "VBN")
    if token.pos_ == "CCONJ":
        return not begun
    return token.pos_ not in ("NOUN", "PROPN") and not measure


def things_follow(tokens: list[Token]) -> bool:
    """Whether a run of nouns ends in a plural: "fire crews" are counted, "a 12 page document" counts pages."""
    run = list(takewhile(lambda t: t.pos_ in ("NOUN", "PROPN", "NUM"), tokens))
    return bool(run) and run[-1].tag_ in ("NNS", "NNPS")


def singular(token: Token) -> str:
    """A noun in the singular, but "people" as it is."""
    word: str = token.lower_
    if word == "people":
        return word
    if token.tag_ == "NNPS" and word.endswith("s"):
        return word[:-1]
    return str(token.lemma_).lower() if token.tag_ == "NNS" else word


def stated(quantity: Quantity) -> float | list[float] | None:
    """The number that the text states, whatever interval stands for it."""
    low, high = quantity.low, quantity.high
    written = quantity.unit == "share" and (quantity.unit_text or quantity.rule != "fraction")
    factor = 100.0 if written or is_minor(quantity) else 1.0
    if quantity.unit == "percentage_point" and (quantity.unit_text or "").lower().startswith(("basis", "bp")):
        factor = 100.0
    if quantity.approx == "range" and low is not None and high is not None:
        return [low * factor, high * factor]
    if quantity.approx == "vague":
        return vague(quantity)
    if quantity.approx == "about" and low is not None and high is not None:
        return (low + high) / 2 * factor
    value = (
        high
        if quantity.approx in ("nearly", "at_most", "less_than") and high is not None and high > 0
        else low
        if low is not None
        else high
    )
    return None if value is None else value * factor


def vague(quantity: Quantity) -> float | list[float] | None:
    """NewsQuant reads "dozens" as 12-120 and "tens of millions" as 10-100 million; it leaves "few" and "several"
    out."""
    word = quantity.text.lower()
    if any(w in word.split() for w in ("few", "several", "handful", "couple")):
        return None
    low, high = quantity.low, quantity.high
    if low is not None and low == high:
        return low
    if low is None or high is None:
        return None
    one = 12.0 if "dozens" in word else low / 2
    return [one, one * 10]


def change(quantity: Quantity, note: str | None) -> str:
    """NewsQuant's mark: a direction where a verb or sign says it, else the bound."""
    if quantity.approx == "vague" and quantity.text.lower().startswith(
        ("about ", "around ", "roughly ", "some ", "approximately ")
    ):
        return "~"  # "about a dozen"
    if (
        note in ("verb", "far verb", "sign", "reached")
        and quantity.change
        and quantity.approx != "more_than"
        and not (quantity.approx == "about" and quantity.unit != "share")
    ):
        return quantity.change
    return "<" if quantity.text.lower().startswith("just under") else BOUNDS[quantity.approx]


def parts(quantity: Quantity) -> list[Quantity]:
    """NewsQuant keeps the numbers of a measure in two units apart ("24 hours, 39 minutes")."""
    pieces = re.split(r",(?: and)? | and |(?<=[a-z]) ?(?=\d)", quantity.text)
    return [part for piece in pieces for part in read_quantities(piece)]


def tag(quantity: Quantity, name: str, thing: Counted, value: float | list[float] | None = None) -> dict[str, Any]:
    """The scorer's tag of one quantity."""
    return {
        "value": stated(quantity) if value is None else value,
        "normalized_unit": name,
        "change": change(quantity, quantity.change_by),
        "referred_concepts": list(thing.concepts) or ["-"],
    }


def tags(quantities: list[Quantity], counted: list[Counted], doc: Doc | None) -> list[dict[str, Any]]:
    """The scorer's tags of one sentence."""
    rows: list[dict[str, Any]] = []
    old = {
        q.old_of: q
        for q in quantities
        if q.old_of is not None and q.not_claim is None and q.number_start < quantities[q.old_of].number_start
    }
    for index, (quantity, thing) in enumerate(zip(quantities, counted, strict=True)):
        if quantity.not_claim in LEFT_OUT or quantity.rule == "zero" or (quantity.rule == "multiple"):
            continue
        if quantity.not_claim == "one" and not thing.what:
            continue
        if quantity.old_of is not None and quantity.old_of in old:
            continue
        if quantity.rule == "two units":
            rows += [tag(part, unit_name(part, None), thing) for part in parts(quantity)]
            continue
        value = stated(quantity)
        before = old.get(index)
        if before is not None:
            first = stated(before)
            if isinstance(first, float) and isinstance(value, float):
                value = [first, value]
        if value is None:
            continue
        rows.append(tag(quantity, unit_name(quantity, doc, thing), thing, value))
    return rows


def main() -> None:
    """Read the sentences of GOLD and write the predictions to OUT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    texts = [item["text"] for item in json.loads(given.gold.read_text("utf8"))]
    begun = time.perf_counter()
    list(parse_sentences(["Twelve people died."]))
    read_quantities("Twelve people died in 2019.")
    loaded = time.perf_counter()
    read = [read_quantities(text) for text in texts]
    wanted = [index for index, quantities in enumerate(read) if quantities]
    docs = dict(zip(wanted, parse_sentences([texts[index] for index in wanted]), strict=True))
    for index, doc in docs.items():
        read[index] = complete(read[index], read_left_out(doc, read[index]))
    counted = [read_counted(docs[index], read[index]) if index in docs else [] for index in range(len(texts))]
    items = [
        {"text": text, "tags": tags(quantities, things, docs.get(index))}
        for index, (text, quantities, things) in enumerate(zip(texts, read, counted, strict=True))
    ]
    done = time.perf_counter()
    given.out.write_text(
        json.dumps(
            {
                "system": "counterclaim",
                "version": "0.1.0",
                "seconds": done - loaded,
                "load_seconds": loaded - begun,
                "items": items,
            }
        ),
        "utf8",
    )


if __name__ == "__main__":
    main()
