"""Speakers behind their verb, told by form: "..., forecasts the crop agency", "it was, grumbles Roche, 15 cents".

The small parser takes such a speaker for an object, and knows few verbs of manner; a finite verb of speech right behind
a comma, with nothing but one noun phrase up to the next mark, is read so whatever the parse says."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.speaker.cue import Cue, cue_verbs, inflected, verb_forms
from processing.claims.speaker.mentions import kind_of, mention_of, word_sets
from processing.claims.speaker.object_content import is_named

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["can_say", "head_of_phrase", "inverted_cues", "manner_forms"]

_BEFORE = frozenset([",", "”", '"', "''", "’", "?", "!", "—", "–"])
_PHRASE = frozenset(
    ["DT", "JJ", "NN", "NNS", "NNP", "NNPS", "POS", "PRP$", "HYPH", "CD", "VBG", "IN", "CC", "``", "''", "RB"]
)
_LONGEST = 14  # words of the speaker's phrase


@lru_cache(maxsize=1)
def manner_forms() -> dict[str, str]:
    """Inflected forms of the verbs of manner ("sighs", "grumbled") with their base."""
    return {form: verb for verb in word_sets()["manner"] for form in inflected(verb)}


def inverted_cues(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """The cues with those of speakers behind their verb, which take the place of what was read of the same verb."""
    more = [cue for token in doc if (cue := _inverted(token, offset)) is not None]
    read = {c.start: c for c in found if c.source is not None and c.source.start > c.start}
    starts = {c.start for c in more if c.start not in read}
    both = {c.start: c for c in more if c.start in read}
    kept = [joined_contents(c, both[c.start]) if c.start in both else c for c in found if c.start not in starts]
    return [*kept, *(c for c in more if c.start in starts)]


def joined_contents(read: Cue, formed: Cue) -> Cue:
    """A cue read from the parse with what its form adds before and behind it."""
    if read.source is None or not read.contents or read.stance != "asserts":
        return read
    low, high = min(a for a, _ in read.contents), max(b for _, b in read.contents)
    high = max(high, read.source.end)
    more = [s for s in formed.contents if s[1] <= low or s[0] >= high]
    return replace(read, contents=(*read.contents, *more))


def _inverted(verb: Token, offset: int) -> Cue | None:
    doc = verb.doc
    word = verb.lower_
    base = verb_forms().get(word) or manner_forms().get(word)
    if base is None or verb.i == 0 or verb.i + 1 >= len(doc) or doc[verb.i - 1].text not in _BEFORE:
        return None
    group = cue_verbs().get(base, "say")
    plural = word == base
    if group not in ("say", "report", "show") or base in word_sets()["addressing"]:
        return None
    end = _phrase_end(doc, verb.i + 1)
    if end is None:
        return None
    head = head_of_phrase(doc, verb.i + 1, end)
    if head is None or (plural and head.tag_ not in ("NNS", "NNPS")) or not can_say(head, base):
        return None
    if verb.tag_ not in ("VBZ", "VBD") and not is_named(head) and doc[verb.i + 1].tag_ != "DT" and not head.is_title:
        return None  # ", reported cases of measles"
    mention = mention_of(head, offset, verb.i + 1)
    low = max((t.idx + 1 for t in doc[: verb.i] if t.text == ";"), default=0)
    high = next((t.idx for t in doc[end:] if t.text == ";"), len(doc.text))
    last = max(doc[end - 1].idx + len(doc[end - 1]), min(mention.name_end - offset, len(doc.text)))
    contents = [(offset + low, offset + verb.idx)]
    if last + 3 < high:
        contents.append((offset + last, offset + high))
    start = offset + verb.idx
    return Cue(
        group if group != "show" else "report",
        base,
        start,
        start + len(verb),
        mention,
        tuple(contents),
        "asserts",
        False,
        f"verb {base}, inverted",
        inside=(start, offset + last),
        complete=True,
    )


def _phrase_end(doc: Doc, start: int) -> int | None:
    """The index after a noun phrase that begins at `start` and ends at a mark, "and" or the end; None where anything
    else stands in between."""
    at = start
    while at < len(doc) and at - start < _LONGEST:
        token = doc[at]
        if token.text in (",", ".", ";", ":", "!", "?", "—", "–", "”", '"'):
            break
        if token.lower_ in ("and", "but", "while") and not (at + 1 < len(doc) and doc[at + 1].is_title):
            break
        if token.tag_ not in _PHRASE or token.like_num:
            return None
        at += 1
    return at if at > start else None


def head_of_phrase(doc: Doc, start: int, end: int) -> Token | None:
    """The head of the phrase: the last noun before its first preposition."""
    stop = next((t.i for t in doc[start:end] if t.tag_ == "IN"), end)
    return next((t for t in reversed(doc[start:stop]) if t.pos_ in ("NOUN", "PROPN") and t.tag_ != "POS"), None)


def can_say(head: Token, base: str) -> bool:
    """Whether a noun can be who says it: somebody, or with "the" anything that is no statement and no prize."""
    words = word_sets()
    if kind_of(head, words) in ("person", "group", "body", "document") or is_named(head) or head.is_title:
        return True
    lemma = head.lemma_.lower()
    if lemma in words["counters"]:
        return True
    if base in words["manner"] and head.tag_ in ("NN", "NNS") and lemma not in words["nouns"]:
        return head.tag_ == "NNS" or head.left_edge.lower_ == "the"
    certain = cue_verbs().get(base) in ("say", "report") and base not in ("claim", "reveal", "admit", "point", "state")
    return certain and head.tag_ == "NN" and head.left_edge.lower_ == "the" and lemma not in words["nouns"]
