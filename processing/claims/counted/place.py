"""Where the event of a number happened (figures.md section 4): a gazetteer and the words that make a name a place.

A place counts where its phrase hangs on the event, on the counted noun or on what they hang on; places of speakers
("officials in Kyiv said") do not. None rather than a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from processing.claims.document.gazetteer import is_known_place
from processing.words import load_words

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Place", "places_in", "plain_place", "read_place"]


@dataclass(frozen=True, slots=True)
class Place:
    """`name` as written, None where the sentence does not say it surely; `sure` is 0..1."""

    name: str | None = None
    rule: str = ""
    sure: float | None = None


def _words() -> dict[str, Any]:
    return load_words("places")


def plain_place(name: str | None) -> str:
    """Without a possessor and a common noun: "Indonesia's Aceh province" is Aceh."""
    words = re.split(r"['’]s ", name or "")[-1].split()
    return " ".join(w for w in words if not w.islower()).lower()


@lru_cache(maxsize=1)
def _stated_places() -> re.Pattern[str]:
    regions = "|".join(re.escape(w) for w in _words()["regions"])
    name = r"[A-Z][\w-]+(?:\s[A-Z][\w-]+)?"
    sides = r"(?:north|south|east|west|central|upper|lower)(?:-?(?:east|west))?(?:ern)?"
    return re.compile(rf"\b{sides}\s(?P<a>{name})|\b(?P<b>{name})\s(?:{regions})\b|\b(?:{regions})\sof\s(?P<c>{name})")


def places_in(text: str) -> frozenset[str]:
    """Names that a text itself calls places: "in the western Karst", "the Karst region", "town of Vel"."""
    return frozenset(
        re.sub(r"\s+", " ", match[match.lastgroup or 0])
        for match in _stated_places().finditer(text)
        if match[match.lastgroup or 0] not in _words()["never"]
    )


def read_place(doc: Doc, at: int, event_at: int | None, local: frozenset[str] = frozenset()) -> Place:
    """The place of the number at offset `at` of a parsed sentence, whose event word stands at `event_at` (None: not
    known). `local`: names that the text itself calls places."""
    anchors = [t for t in doc if t.idx <= at < t.idx + len(t) or (event_at is not None and t.idx == event_at)]
    if not anchors:
        return Place()
    around = _around(anchors)
    words = _words()
    event = next((t for t in doc if t.idx == event_at), None)
    wanted = {
        *words["prepositions"],
        *(words["towards"] if event is not None and event.lemma_.lower() in words["moving"] else ()),
    }
    candidates = [
        (token, name, known)
        for token in doc
        if token.lower_ in wanted and token.tag_ in ("IN", "TO")
        for name, known in [_named(token, local)]
        if name
    ]
    origin = event_at if event_at is not None else at
    scored = []
    for token, name, known in candidates:
        distance = None if _of_other_part(token, at) else _closeness(token, around)
        if distance is not None and name:
            scored.append((distance, not known, abs(token.idx - origin), name))
    if scored:
        distance, unknown, _, name = min(scored)
        return Place(
            name,
            "phrase at the event" if distance == 0 else "phrase in the event's clause",
            (0.6 if unknown else 0.85) - 0.15 * distance,
        )
    front = _town_in_front(doc, anchors)
    return front if front.name is not None else _only_place(doc, at)


def _only_place(doc: Doc, at: int) -> Place:
    """The sentence's only place, known to the gazetteer and in no speaker's phrase."""
    words = _words()
    found: dict[str, bool] = {}
    for token in doc:
        moves = token.lower_ in words["towards"] and token.head.lemma_.lower() in words["moving"]
        if token.tag_ in ("IN", "TO") and (token.lower_ in words["prepositions"] or moves):
            name, known = _named(token)
            if (
                name
                and known
                and not _of_other_part(token, at)
                and _closeness(token, {t.i for t in doc if t.dep_ in ("ROOT", "ccomp", "relcl", "advcl", "conj")})
                is not None
            ):
                found[name] = True
    return Place(next(iter(found)), "only place of the sentence", 0.5) if len(found) == 1 else Place()


def _around(anchors: list[Token]) -> set[int]:
    """Indexes of the tokens that the number and its event hang on, up to the clause's verb."""
    found: set[int] = set()
    for token in anchors:
        for _ in range(8):
            found.add(token.i)
            if token.head == token or (token.pos_ in ("VERB", "AUX") and not _hangs_on(token)):
                break
            token = token.head
        found.add(token.i)
    return found


def _of_other_part(preposition: Token, at: int) -> bool:
    """Whether a place only belongs to a part that is named there: "1.2 million people in six provinces, including
    310,000 in Leyte"."""
    doc, i = preposition.doc, preposition.i - 1
    for j in range(i, max(-1, i - 6), -1):
        if doc[j].idx <= at < doc[j].idx + len(doc[j]):
            return False
        if doc[j].lower_ in ("including", "among", "them", "whom") and any(t.like_num for t in doc[j + 1 : i + 1]):
            return True
        if doc[j].lower_ in ("them", "whom", "which") and j > 1 and doc[j - 1].lower_ == "of" and doc[j - 2].like_num:
            return not doc[j - 2].idx <= at < doc[j - 2].idx + len(doc[j - 2])  # "34 deaths, 20 of them in Leyte"
    return False


def _hangs_on(verb: Token) -> bool:
    """Whether a verb shares the clause of the one above: "exploded in Kabul, killing 12"."""
    if verb.dep_ in ("xcomp", "acl"):
        return True
    return (
        verb.dep_ in ("conj", "advcl")
        and not any(t.dep_ in ("nsubj", "nsubjpass") for t in verb.children)
        and verb.head.lemma_.lower() not in _words()["speaking"]
    )


def _closeness(preposition: Token, around: set[int]) -> int | None:
    """0: hangs on the event's chain; 1: on a part of the same clause; None: elsewhere, or in a speaker's phrase."""
    token = preposition.head
    for step in range(6):
        if (
            step == 0
            and token.dep_ in ("nsubj", "nsubjpass")
            and token.pos_ == "PROPN"
            and token.lower_ not in _words()["events"]
        ):
            return None  # "the Survey in Golden put it at 6"
        if token.i in around and token.lemma_.lower() not in _words()["speaking"]:
            return 0 if step <= 1 else 1
        if (
            token.lemma_.lower() in _words()["speaking"]
            or token.dep_ in ("relcl", "ccomp", "advcl")
            or token.head == token
        ):
            return None
        if token.dep_ in ("nsubj", "nsubjpass") and token.head.lemma_.lower() in _words()["speaking"]:
            return None
        token = token.head
    return None


def _named(preposition: Token, local: frozenset[str] = frozenset()) -> tuple[str | None, bool]:
    """The place named behind a preposition, and whether it is known for one: "in the Belgorod region", "near Bila
    Tserkva"."""
    doc, words = preposition.doc, _words()
    first = preposition.i + 1
    start = _lead_end(doc, first)
    end = _name_end(doc, start)
    if end == start or (end < len(doc) - 1 and doc[end].lower_ in ("’s", "'s") and doc[end + 1].is_title):
        return None, False
    region = end < len(doc) and doc[end].lower_ in words["regions"]
    led = any(t.lower_ in words["regions"] for t in doc[first:start]) and doc[start - 1].lower_ == "of"
    inner = any(t.lower_ in words["regions"] for t in doc[start:end])
    name = _name_text(doc, start, end, region=region)
    if not region and not inner:
        name = _as_known(doc, start, end, name)
    if not _may_be_place(doc, start, end, name):
        return None, False
    last_part = name.replace("’s ", "'s ").split("'s ")[-1].strip()
    known = region or led or inner or name in local or is_known_place(name) or is_known_place(last_part)
    if not known and (
        preposition.lower_ in words["weak"] or doc[start].pos_ != "PROPN" or len(name) < 3 or name.isupper()
    ):
        return None, False
    return name, known


def _lead_end(doc: Doc, i: int) -> int:
    """Where the words end that lead to a name: "the", "eastern", "parts of"."""
    while i < len(doc) and (
        doc[i].is_space
        or _leads(doc, i, _words())
        or (doc[i].tag_ in ("DT", "JJ") and not doc[i].is_title)
        or doc[i].text in _words()["leading"]
        or doc[i].tag_ == "HYPH"
    ):
        i += 1
    return i


_JOINTS = ("of", "the", "do", "de", "al", "el", "-", "’s", "'s", "and")  # small words within the name of a place


def _name_end(doc: Doc, start: int) -> int:
    """Where the name that begins at `start` ends, without blanks behind it; `start` itself where no name stands
    there. An "and" belongs to it only where a word for a region follows soon: "the Kherson and Sumy regions"."""
    i = start
    while i < len(doc) and _is_of_name(doc, i, start):
        if doc[i].lower_ == "and" and not any(t.lower_ in _words()["regions"] for t in doc[i : i + 4]):
            break
        i += 1
    while i > start and doc[i - 1].is_space:
        i -= 1
    return i


def _is_of_name(doc: Doc, i: int, start: int) -> bool:
    """Whether a word belongs to the name that begins at `start`."""
    token = doc[i]
    if token.tag_ in ("PRP", "CD") or token.text == ",":
        return False
    if token.is_space or token.is_title or token.is_upper:
        return True
    if token.lower_ not in _JOINTS or i == start or i + 1 == len(doc):
        return False
    of_the = token.lower_ == "of" and doc[i + 1].lower_ == "the" and i + 2 < len(doc) and doc[i + 2].is_title
    return _goes_on(doc, i + 1) or of_the


def _name_text(doc: Doc, start: int, end: int, *, region: bool) -> str:
    """The name from `start` to `end` as people write it. `region`: whether the word behind it belongs to it."""
    name = doc.between(start, end)
    if doc[end - 1].lower_ in ("’s", "'s"):
        name = name.rstrip(" ’'s")
    return " ".join((f"{name} {doc[end].text}" if region else name).split())


def _as_known(doc: Doc, start: int, end: int, name: str) -> str:
    """The longest beginning of a name that is a known place, where the name itself is none; else the name."""
    if is_known_place(name):
        return name
    for stop in range(end - 1, start, -1):
        if is_known_place(shorter := doc.between(start, stop)) and doc[stop].tag_ != "POS":
            return shorter
    return name


def _may_be_place(doc: Doc, start: int, end: int, name: str) -> bool:
    """Whether a name may be a place's: neither a body's nor a day or month, nor one that never is."""
    words = _words()
    if doc[end - 1].text in words["bodies"] and not is_known_place(name):
        return False
    alone = doc[start].text in words["never"] and end - start == 1
    return not (name in words["never"] or alone or _is_calendar(name))


def _goes_on(doc: Doc, i: int) -> bool:
    """Whether the next word, past white space, is capitalised."""
    while i + 1 < len(doc) and doc[i].is_space:
        i += 1
    return bool(doc[i].is_title)


def _leads(doc: Doc, i: int, words: dict[str, Any]) -> bool:
    """Whether a capitalised adjective only leads to a common noun of place: "the Russian town of Grayvoron"."""
    return (
        i + 2 < len(doc)
        and doc[i].is_title
        and doc[i + 1].lower_ in words["regions"]
        and doc[i + 1].is_lower
        and doc[i + 2].lower_ == "of"
    )


def _is_calendar(name: str) -> bool:
    return name.split()[0].lower().rstrip(".") in _words()["calendar"]


def _town_in_front(doc: Doc, anchors: list[Token]) -> Place:
    """A known place right before an event noun: "Kyiv attack kills two", "Gaza death toll", "Aceh floods"."""
    for token in doc:
        if (
            not token.is_title
            or token.dep_ not in ("compound", "nmod", "poss", "amod")
            or not is_known_place(token.text)
        ):
            continue
        noun = token.head
        if noun.pos_ == "NOUN" and (noun.lemma_.lower() in _words()["events"] or noun in anchors):
            verb = noun.head
            if noun in anchors or any(anchor == verb or anchor.head == verb for anchor in anchors):
                return Place(token.text, "name before the event noun", 0.75)
    return Place()
