"""What one quantity counts: the record that this room answers with, and how it is made of a noun phrase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import Phrase, head_lemma
from processing.claims.counted.what import What

if TYPE_CHECKING:
    from processing.claims.counted.event import Event
    from processing.claims.document.tree import Doc, Token

__all__ = ["Counted", "as_other", "named", "people", "unnamed", "with_event"]

_NARROWING = ("JJ", "JJR", "JJS", "NN", "NNP", "NNPS", "VBN", "VBG", "NNS")
_AS_WRITTEN = ("NNP", "NNPS", "JJ", "JJR", "JJS", "VBN", "VBG")
_QUOTES = {"“": "”", "‘": "’", '"': '"'}


@dataclass(frozen=True, slots=True)
class Counted:
    """What one quantity counts. Offsets count characters of the parsed sentence.

    `what` is the noun phrase as written without the number, None where the sentence does not name it; then `implied`
    says that an earlier noun of the article is meant ("we hired 500"). `head` is its lemma in lower case, `qualifiers`
    are the lower-case words that narrow it, `event` is a lemma. `concepts` are the content words that the number is
    about. `pronoun` is what stands for the counted thing where no noun of the sentence does. `by` is the rule that
    named it, `rule` says it to people. `sure` is 0..1."""

    what: str | None = None
    span: tuple[int, int] | None = None
    head: str | None = None
    qualifiers: tuple[str, ...] = ()
    event: str | None = None
    event_at: int | None = None
    concepts: tuple[str, ...] = ()
    implied: bool = False
    pronoun: str | None = None
    by: What | None = None
    rule: str = ""
    event_rule: str = ""
    sure: float | None = None
    event_sure: float | None = None


def unnamed(by: What, sure: float | None = None, *, pronoun: str | None = None) -> Counted:
    """A number whose noun the sentence leaves out."""
    return Counted(implied=True, by=by, rule=by.value, sure=sure, pronoun=pronoun)


def people(by: What, sure: float = 0.7, *, implied: bool = True) -> Counted:
    """People, whom some events and states select where no noun is named; an earlier noun of the article may say
    more."""
    return Counted("people", None, "person", implied=implied, by=by, rule=by.value, sure=sure)


def named(doc: Doc, phrase: Phrase, by: What, sure: float, words: str = "") -> Counted:
    """The phrase as the counted thing; `words` say the rule where they say it better than its name."""
    lead = doc.text[phrase.start : phrase.end]
    phrase = Phrase(phrase.start + len(lead) - len(lead.lstrip(" |•·:–—")), phrase.end, phrase.head)
    opened = doc.text[phrase.start - 1 : phrase.start]
    if _QUOTES.get(opened, "\n") in lead:
        phrase = Phrase(phrase.start - 1, phrase.end, phrase.head)  # "“zombie” firms"
    return Counted(
        doc.text[phrase.start : phrase.end],
        (phrase.start, phrase.end),
        head_lemma(phrase.head),
        _qualifiers(phrase),
        by=by,
        rule=words or by.value,
        sure=sure,
    )


def as_other(other: Counted, by: What, sure: float | None = None) -> Counted:
    """What another number counts, by a rule that says why; as sure as it is of the other where not told."""
    return replace(other, by=by, rule=by.value, sure=other.sure if sure is None else sure)


def with_event(counted: Counted, event: Event | None) -> Counted:
    if event is None:
        return counted
    return replace(counted, event=event.lemma, event_at=event.token.idx, event_rule=event.rule, event_sure=event.sure)


def _qualifiers(phrase: Phrase) -> tuple[str, ...]:
    """What narrows the head, lower case, in text order: adjectives and nouns before it (runs of capitals as one) and
    "other"."""
    found: list[str] = []
    previous: Token | None = None
    for token in phrase.head.doc:
        if not phrase.start <= token.idx < phrase.head.idx or token.tag_ not in _NARROWING:
            continue
        word = token.lower_ if token.tag_ in _AS_WRITTEN else token.lemma_.lower()
        runs_on = previous is not None and previous.i == token.i - 1 and previous.text[:1].isupper()
        if runs_on and token.text[:1].isupper():
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
        previous = token
    if phrase.head.lower_ == "others":
        found.append("other")
    return tuple(dict.fromkeys(found))
