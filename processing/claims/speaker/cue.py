"""What a cue is, and which words are cues in which form (words/en/cues.toml).

A cue names its source (a mention, or none where nobody is named) and the stretches of the text that are its content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.speaker.mentions import Mention, word_sets
from processing.words import load_words
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = [
    "CLAUSE",
    "GLYPHS",
    "SUBJECT",
    "Cue",
    "CueForm",
    "cue_verbs",
    "inflected",
    "lemma_of",
    "may_hold_cue",
    "verb_forms",
]

SUBJECT = ("nsubj", "nsubjpass", "csubj")

CLAUSE = ("ccomp", "xcomp")

GLYPHS = set('“”"„«»')


class CueForm(StrEnum):
    """What a cue is by its construction, where something hangs on it."""

    PLAIN = "plain"
    COMPARED = "compared"  # of a number that another is compared with: "than the 3,000 a group estimated"
    SHARED = "shared"  # has its verb from another speaker: "Delta said 430; JetBlue, 210"
    SURVEY = "survey"  # tells of a survey of people
    QUOTED_AS = "quoted as"  # "IRNA quoted the governor as saying": whoever quotes is the relay


@dataclass(frozen=True, slots=True)
class Cue:
    """One attribution inside a sentence; all offsets are the document's. `group` is say, report, show, plan, think,
    deny, dispute, according, noun or colon; `source` is None where nobody is named; `hearer` is who was told, `cited`
    whom a relay names as its own source ("Reuters said, citing two officials")."""

    group: str
    lemma: str
    start: int
    end: int
    source: Mention | None
    contents: tuple[tuple[int, int], ...]
    stance: Stance
    hedged: bool
    rule: str
    hearer: Mention | None = None
    cited: Mention | None = None
    inside: tuple[int, int] = (0, 0)  # the words of the cue's own clause
    complete: bool = False  # the cue has a clause of its own as content
    form: CueForm = CueForm.PLAIN


@lru_cache(maxsize=1)
def cue_verbs() -> dict[str, str]:
    words = word_sets()
    groups: dict[str, str] = {}
    for name in ("foresight", "revising", "count", "think", "plan", "show", "report", "say", "dispute", "deny"):
        groups.update(dict.fromkeys(words[name], "report" if name in ("foresight", "count", "revising") else name))
    return groups


@lru_cache(maxsize=1)
def verb_forms() -> dict[str, str]:
    """Every inflected form of the cue verbs with its base; the lemmatiser of the small model gets some wrong ("rated":
    "rat")."""
    forms: dict[str, str] = dict(load_words("cues")["irregular"])
    for verb in cue_verbs():
        for form in inflected(verb):
            forms.setdefault(form, verb)
    return forms


def inflected(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb: "claim", "claims", "claimed", "claiming"; with doubled consonants too."""
    stem = verb[:-1] if verb.endswith("e") else verb
    soft = verb[:-1] + "i" if verb.endswith("y") and verb[-2] not in "aeiou" else stem
    double = verb + verb[-1] if re.search(r"[^aeiou][aeiou][bdgmnprt]$", verb) else stem
    third = soft + "es" if soft.endswith("i") else verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")
    return verb, third, soft + "ed", stem + "ing", double + "ed", double + "ing"


def lemma_of(verb: Token) -> str:
    """Base form of a verb; the cue's own table first."""
    return verb_forms().get(verb.lower_) or str(verb.lemma_).lower()


@lru_cache(maxsize=1)
def _cue_forms() -> frozenset[str]:
    return frozenset(
        {
            *verb_forms(),
            *(form for verb in word_sets()["manner"] for form in inflected(verb)),
            *word_sets()["nouns"],
            *word_sets()["set_by"],
            "according",
            "per",
            "citing",
            "quoting",
        }
    )


_WORD = re.compile(r"[a-z]+")
_MARK = re.compile(r":|\s[-–—―]\s")


def may_hold_cue(text: str) -> bool:
    """Whether a sentence may hold a cue, by its words alone: a form of a cue verb, a noun of statement, a colon or a
    dash."""
    return not _cue_forms().isdisjoint(_WORD.findall(text.lower())) or _MARK.search(text) is not None
