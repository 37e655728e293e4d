"""Speakers of headlines: "UN: 40,000 displaced", "40,000 displaced, says UN", "40,000 displaced – minister"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processing.claims.cue import Cue
from processing.claims.mentions import Mention, word_sets

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["headline_cues"]

_COLON = re.compile(r"^\s*(?P<source>[A-Z][\w.’'&-]*(?:\s(?:[A-Z][\w.’'&-]*|of|the|for|and|&)){0,5}|[A-Z]\w+(?:\s[a-z]+){1,2})\s?:\s+(?=\S)")

_TAIL = re.compile(
    r"(?:,\s|\s[-–—]\s)(?P<source>(?:the\s)?[A-Z][\w.’'&-]*(?:\s[\w.’'&-]+){0,5}?)"
    r"(?:\s(?P<verb>says?|said|reports?|claims?|warns?|finds?|shows?|suggests?|confirms?|estimates?))?\.?$"
    r"|(?:,|\s[-–—])\s(?P<verb2>says|say|said|finds|according to|claims|warns|reports)\s(?P<source2>[^,:]{2,60}?)\.?$"
    r"|(?:,|\s[-–—])\s(?P<source3>(?!says|say|said|finds|warns|claims|reports\s)[a-z][\w’' -]{1,40}?)"
    r"\s(?P<verb3>says?|said|finds?|shows?|claims?|warns?|reports?|suggests?)\.?$"
    r"|\s[-–—]\s(?P<source4>(?:reports?|official|officials|police|sources?|study|survey|poll|report|media|ministry|minister|government|army|military|UN|NGO)s?)\.?$"
)


_AFTER = re.compile(r":\s(?P<source>(?:[\w.’'&-]+\s?){1,4})$")


def headline_cues(doc: Doc, offset: int, headline: bool) -> list[Cue]:
    if not headline:
        return []
    words = word_sets()
    text = doc.text
    found: list[Cue] = []
    match = _COLON.match(text)
    if match and _can_speak(match.group("source"), words):
        found.append(_flat_cue(text, match.start("source"), match.end("source"), (match.end(), len(text)), offset, "headline colon"))
    tail = _TAIL.search(text) if not re.search(r"[.!?][”\"’]?$", text.strip()) else None
    after = _AFTER.search(text)
    if tail is None and after and _can_speak(after.group("source").strip().capitalize(), words):
        found.append(_flat_cue(text, after.start("source"), after.end("source"), (0, after.start()), offset, "headline colon at the end"))
    if tail:
        for name in ("source2", "source3", "source4", "source"):
            if tail.group(name) and (name != "source" or tail.group("verb") or "-" in tail.group()[:3] or "–" in tail.group()[:3] or "—" in tail.group()[:3]):
                found.append(_flat_cue(text, tail.start(name), tail.end(name), (0, tail.start()), offset, "headline tail"))
                break
    return found


def _can_speak(text: str, words: dict[str, frozenset[str]]) -> bool:
    """Whether words before a headline's colon name a speaker: a body, title, document, acronym, or a full name."""
    spoken = [w.lower().strip(".") for w in re.findall(r"[\w.’'&-]+", text)]
    if any(w in words[k] for w in spoken for k in ("body", "document", "person", "group", "titles", "carriers", "male", "female")):
        return not words["labels"] & set(spoken)
    if re.fullmatch(r"[A-Z][A-Z.]{1,6}", text):
        return True
    return len(spoken) in (1, 2, 3) and all(w[:1].isupper() for w in text.split()) and not words["labels"] & set(spoken)


def _flat_cue(text: str, start: int, end: int, content: tuple[int, int], offset: int, rule: str) -> Cue:
    words = word_sets()
    source = text[start:end].strip()
    last = source.split()[-1]
    plain = last.lower().rstrip("s")
    kind = next((k for k in ("document", "group", "body", "person") if last.lower() in words[k] or plain in words[k]), "other")
    common = kind != "other" and len(source.split()) == 1 and not source.isupper()
    mention = Mention(
        offset + start, offset + end, offset + start, offset + end, source, last, plain, kind, bool(re.search(r"[A-Z]", source)) and not common, False
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
