"""Speakers of headlines: "UN: 40,000 displaced", "40,000 displaced, says UN", "40,000 displaced – minister", "Union
says 14,000, employers 9,000"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.document.gazetteer import is_known_place
from processing.claims.speaker.cue import Cue, cue_verbs, verb_forms
from processing.claims.speaker.mentions import Mention, word_sets
from processing.measures import all_units
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["headline_cues", "speakers_in_turn"]

_COLON = re.compile(
    r"^\s*(?P<source>[A-Z][\w.’'&-]*(?:\s(?:[A-Z][\w.’'&-]*|of|the|for|and|&)){0,5}|[A-Z]\w+(?:\s[a-z]+){1,2})\s?:\s+(?=\S)"
)

_TAIL = re.compile(
    r"(?:,\s|\s[-–—]\s)(?P<source>(?:the\s)?[A-Z][\w.’'&-]*(?:\s[\w.’'&-]+){0,5}?)"
    r"(?:\s(?P<verb>says?|said|reports?|claims?|warns?|finds?|shows?|suggests?|confirms?|estimates?))?\.?$"
    r"|(?:,|\s[-–—])\s(?P<verb2>says|say|said|finds|according to|claims|warns|reports)\s(?P<source2>[^,:]{2,60}?)\.?$"
    r"|(?:,|\s[-–—])\s(?P<source3>(?!says|say|said|finds|warns|claims|reports\s)[a-z][\w’' -]{1,40}?)"
    r"\s(?P<verb3>says?|said|finds?|shows?|claims?|warns?|reports?|suggests?)\.?$"
    r"|\s[-–—]\s?(?P<source4>(?:the\s)?[\w’'&-]+(?:\s[\w’'&-]+){0,3})\.?$"
)


_AFTER = re.compile(r":\s(?P<source>(?:[\w.’'&-]+\s?){1,4})$")


def headline_cues(doc: Doc, offset: int, headline: bool) -> list[Cue]:
    if not headline:
        return []
    last = _tail_cue(doc.text, offset) if _ends_in_source(doc.text) else _colon_at_end(doc.text, offset)
    return [cue for cue in (_colon_cue(doc, offset), last) if cue is not None]


def _ends_in_source(text: str) -> bool:
    return not re.search(r"[.!?][”\"’]?$", text.strip()) and _TAIL.search(text) is not None


def _colon_cue(doc: Doc, offset: int) -> Cue | None:
    """ "Police: 40 held"."""
    text = doc.text
    match = _COLON.match(text)
    if match is None or _names_place(match["source"]) or not _can_speak(match["source"], word_sets()):
        return None
    if _names_measure(doc, match):
        return None
    return _flat_cue(text, *match.span("source"), (match.end(), len(text)), offset, "headline colon")


def _colon_at_end(text: str, offset: int) -> Cue | None:
    """ "40 held: police"."""
    match = _AFTER.search(text)
    if match is None or not _can_speak(match["source"].strip().capitalize(), word_sets()):
        return None
    return _flat_cue(text, *match.span("source"), (0, match.start()), offset, "headline colon at the end")


def _tail_cue(text: str, offset: int) -> Cue | None:
    """ "40 held, police say", "40 held - police"."""
    tail = _TAIL.search(text)
    if tail is None:
        return None
    dashed = any(dash in tail.group()[:3] for dash in "-–—")
    for name in ("source2", "source3", "source4", "source"):
        if not tail[name] or (name == "source" and not tail["verb"] and not dashed):
            continue
        if name == "source4" and not _speaking_kind(tail[name].split()[-1].lower()):
            continue
        first = max(text.rfind(";", 0, tail.start()) + 1, 0)
        return _flat_cue(text, *tail.span(name), (first, tail.start()), offset, "headline tail")
    return None


@lru_cache(maxsize=1)
def _unit_words() -> frozenset[str]:
    return frozenset(w for unit in all_units().values() for w in (*unit.names, *unit.signs))


def _names_measure(doc: Doc, match: re.Match[str]) -> bool:
    """Whether a label only says what the number behind it is of: "Rainfall: 61 mm", "Staff: 212"; not "Rossi: 40
    hurt"."""
    colon = next((t for t in doc if t.idx + len(t) >= match.end("source") + 1 and t.text == ":"), None)
    if colon is None or colon.i == 0 or colon.i + 1 >= len(doc):
        return False
    number = doc[colon.i + 2] if doc[colon.i + 1].is_currency and colon.i + 2 < len(doc) else doc[colon.i + 1]
    behind = doc[number.i + 1 : number.i + 2]
    if not number.like_num or doc[colon.i - 1].text.isupper():
        return False
    if not behind or (behind[0].text == "." and number.i + 2 >= len(doc)):
        return True
    measured = number.i != colon.i + 1 or behind[0].text in _unit_words() or behind[0].is_punct
    return measured and not _speaking_kind(doc[colon.i - 1].lower_)


def _names_place(label: str) -> bool:
    """Whether a headline's label is a place and no body: "Egypt: 12 dead in bus crash", not "UN:", "Police:"."""
    return not label.isupper() and not _speaking_kind(label.split()[-1].lower()) and is_known_place(label)


def speakers_in_turn(doc: Doc, offset: int) -> list[Cue]:
    """Of a headline with several speakers, each with the words up to the next: "Union says 14,000 walked out, employers
    say 9,000".

    Empty where fewer than two speak. The last may go without a verb ("police count 5,000, organisers 12,000").
    """
    turns = _turns(doc)
    if len(turns) < 2:
        return []
    found = []
    for number, turn in enumerate(turns):
        last = turns[number + 1].start if number + 1 < len(turns) else len(doc)
        speaker_end = turn.after - 1 if _speech_verb(doc[turn.after - 1]) else turn.after
        content = (
            doc[turn.after].idx if turn.after < len(doc) else len(doc.text),
            doc[last - 1].idx if last < len(doc) else len(doc.text),
        )
        name = (doc[turn.start].idx, doc[speaker_end - 1].idx + len(doc[speaker_end - 1]))
        cue = _flat_cue(doc.text, *name, content, offset, "headline, speakers in turn")
        stance: Stance = "denies" if turn.group == "deny" else "disputes" if turn.group == "dispute" else "asserts"
        found.append(replace(cue, stance=stance))
    return found


@dataclass(frozen=True, slots=True)
class _Turn:
    """One of several speakers of a headline: the token at which the name begins, the one after its verb (or name,
    where no verb follows), and the verb's group."""

    start: int
    after: int
    group: str


def _turns(doc: Doc) -> list[_Turn]:
    """The speakers of a headline's segments, in turn."""
    parts = (
        t.i + 1 for t in doc[:-1] if t.text in (",", ";", ":", "–", "—", "-") or t.lower_ in ("but", "while", "as")
    )
    starts = [0, *parts]
    turns: list[_Turn] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] - 1 if number + 1 < len(starts) else len(doc)
        verb = next((t for t in doc[start:end] if _speech_verb(t)), None)
        if verb is not None:
            if _is_speaker(doc, start, verb.i):
                turns.append(_Turn(start, verb.i + 1, cue_verbs()[verb_forms()[verb.lower_]]))
        elif turns and end == len(doc) and (after := _name_before_number(doc, start, end)) is not None:
            turns.append(_Turn(start, after, "say"))
    return turns


def _name_before_number(doc: Doc, start: int, end: int) -> int | None:
    """Where the name of the last speaker ends who goes without a verb ("organisers 12,000"); None for no such."""
    number = next((t.i for t in doc[start:end] if t.like_num), None)
    if number is None or end - number > 2:
        return None
    at = number - 1 if number > start and doc[number - 1].is_currency else number
    return at if _is_speaker(doc, start, at) and _speaking_kind(doc[at - 1].lower_) else None


def _speech_verb(token: Token) -> bool:
    """Whether a token is a form in which headlines use verbs of speech: "says", "claim", "admits", "put"."""
    base = verb_forms().get(token.lower_)
    return (
        base is not None
        and cue_verbs()[base] in ("say", "report", "deny")
        and token.lower_ in (base, base + "s", base + "es", base[:-1] + "ies", "said")
    )


def _is_speaker(doc: Doc, start: int, end: int) -> bool:
    """Whether one to five tokens can be the name of a speaker."""
    words = doc[start:end]
    if not 1 <= len(words) <= 5 or any(
        t.like_num or t.tag_ in ("VBD", "VBZ", "IN", "TO", "MD", "RB") or t.is_punct for t in words if t.lower_ != "of"
    ):
        return False
    last = words[-1]
    return _speaking_kind(last.lower_) or last.text[:1].isupper()


def _speaking_kind(word: str) -> bool:
    words = word_sets()
    return any(
        form in words[k]
        for form in (word, word.removesuffix("s"))
        for k in ("body", "document", "person", "group", "carriers", "counters")
    )


def _can_speak(text: str, words: dict[str, frozenset[str]]) -> bool:
    """Whether words before a headline's colon name a speaker: a body, title, document, acronym, or a full name."""
    spoken = [w.lower().strip(".") for w in re.findall(r"[\w.’'&-]+", text)]
    if any(
        w in words[k]
        for w in spoken
        for k in ("body", "document", "person", "group", "titles", "carriers", "male", "female")
    ) or _speaking_kind(spoken[-1]):
        return not words["labels"] & set(spoken)
    if re.fullmatch(r"[A-Z][A-Z.]{1,6}", text):
        return True
    return len(spoken) in (1, 2, 3) and all(w[:1].isupper() for w in text.split()) and not words["labels"] & set(spoken)


def _flat_cue(text: str, start: int, end: int, content: tuple[int, int], offset: int, rule: str) -> Cue:
    words = word_sets()
    source = text[start:end].strip()
    last = source.split()[-1]
    plain = last.lower().rstrip("s")
    kind = next(
        (k for k in ("document", "group", "body", "person") if last.lower() in words[k] or plain in words[k]), "other"
    )
    common = kind != "other" and len(source.split()) == 1 and not source.isupper()
    mention = Mention(
        offset + start,
        offset + end,
        offset + start,
        offset + end,
        source,
        last,
        plain,
        kind,
        bool(re.search(r"[A-Z]", source)) and not common,
        False,
    )
    return Cue(
        "colon",
        ":",
        offset + start,
        offset + end,
        mention,
        ((offset + content[0], offset + content[1]),),
        "asserts",
        False,
        rule,
        inside=(offset + start, offset + end),
        complete=True,
    )
