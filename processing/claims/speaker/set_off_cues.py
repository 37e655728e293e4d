"""Speakers set off by commas, told by form: "..., the survey's yearbook shows, three weeks short of normal".

The small parser hangs such a cue on whatever stands beside it. A finite verb of speech whose noun phrase begins right
behind a comma, and that a comma or the end follows, is read so whatever the parse says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.content_reach import next_speaker
from processing.claims.speaker.cue import Cue, cue_verbs, verb_forms
from processing.claims.speaker.inverted_cues import can_say, head_of_phrase, joined_contents
from processing.claims.speaker.mentions import Mention, kind_of, mention_of, plain_mention, word_sets
from processing.claims.speaker.object_content import is_named

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["set_off_cues"]

_SPEECH = ("say", "report", "deny", "dispute")
_FINITE = ("VBD", "VBZ", "VBP", "MD")
_PHRASE = ("DT", "JJ", "NN", "NNS", "NNP", "NNPS", "POS", "PRP", "PRP$", "HYPH", "CD", "IN", "CC", "VBN", "VBG", "RB")
_PRONOUNS = ("he", "she", "they", "it")
_LONGEST = 14  # words of the speaker's phrase
_LATER = 7  # words between the cue and the mark behind it: "in a statement on Monday"
_CLOSING = (",", ".", "—", "–", ";")


def set_off_cues(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """The cues with those that commas set off, which take the place of what was read of the same verb with less."""
    kept = list(found)
    for verb in doc:
        cue = _set_off(verb, offset)
        if cue is None or cue.source is None:
            continue
        if any(c.group in _SPEECH and c.source is not None and c.complete and c.end < cue.source.start for c in found):
            cue = replace(cue, contents=tuple(s for s in cue.contents if s[0] > cue.start))
        same = next((c for c in kept if c.start == cue.start), None)
        if same is None and cue.contents:
            kept.append(cue)
        elif same is not None:
            kept[kept.index(same)] = cue if _knows_less(same, cue) else joined_contents(same, cue)
    return kept


def _knows_less(read: Cue, formed: Cue) -> bool:
    """Whether the cue read from the parse has another speaker than the one beside the verb, or not what stands in front
    of the speaker."""
    if read.source is None or formed.source is None or read.stance != "asserts":
        return False
    apart = read.source.end <= formed.source.start or read.source.start >= formed.source.end
    renamed = apart and read.source.start < formed.source.start and formed.source.named and not read.source.named
    first = min((a for a, _ in formed.contents), default=None)
    return renamed or (first is not None and not any(a <= first + 1 for a, _ in read.contents))


def _set_off(verb: Token, offset: int) -> Cue | None:
    base = verb_forms().get(verb.lower_)
    group = cue_verbs().get(base or "")
    if base is None or group not in ("say", "report", "show"):
        return None
    if (verb.lower_ == base and verb.tag_ != "VBP") or verb.doc[max(verb.i - 1, 0)].like_num:
        return None  # "HuffPollster 4.3 points"
    doc, end = verb.doc, _closed(verb)
    start = _phrase_start(verb)
    if end is None or start is None:
        return None
    pronoun = doc[start] if verb.i == start + 1 and doc[start].lower_ in _PRONOUNS else None
    head = pronoun or head_of_phrase(doc, start, verb.i)
    if head is None or not (pronoun or _may_say(head, base, group)):
        return None
    led = any(t.tag_ in _FINITE for t in doc[: start - 1])
    behind = _behind(verb, end)
    if not led and not (behind and (is_named(head) or pronoun)):
        return None
    low = max((t.idx + 1 for t in doc[:start] if t.text == ";"), default=0)
    contents = [(offset + low, offset + doc[start - 1].idx)] if led or pronoun else []
    if behind is not None:
        contents.append((offset + behind[0], offset + behind[1]))
    first, last = offset + doc[start].idx, offset + verb.idx + len(verb)
    return Cue(
        "report" if group == "show" else group,
        base,
        offset + verb.idx,
        last,
        _mention(doc, start, head, verb, offset),
        tuple(contents),
        "asserts",
        False,
        f"verb {base}, set off",
        inside=(first, last),
        complete=True,
    )


def _mention(doc: Doc, start: int, head: Token, verb: Token, offset: int) -> Mention:
    """The phrase as the parse has it where that is the phrase between the comma and the verb, else its words."""
    parsed = mention_of(head, offset, verb.i)
    if parsed.start == offset + doc[start].idx:
        return parsed
    text = doc.text[doc[start].idx : head.idx + len(head)]
    kind = kind_of(head, word_sets())
    return plain_mention(
        offset + doc[start].idx, text, kind, is_named(head) and kind not in ("group", "document"), head=head.text
    )


def _phrase_start(verb: Token) -> int | None:
    """Index of the first word of the noun phrase that ends at a verb and begins behind a comma."""
    doc, at = verb.doc, verb.i
    while at > 0 and verb.i - at < _LONGEST and doc[at - 1].tag_ in _PHRASE and doc[at - 1].text != ",":
        at -= 1
    if at == verb.i or at < 2 or doc[at - 1].text not in (",", "—", "–"):
        return None
    first = doc[at]
    if first.tag_ in ("IN", "VBG", "CC", "RB", "VBN") or (first.like_num and first.i + 1 == verb.i):
        return None
    return at


def _may_say(head: Token, base: str, group: str) -> bool:
    words = word_sets()
    if head.lower_ in words["anybody"] or head.lower_ in words["times"]:
        return False
    if group == "show":
        return kind_of(head, words) == "document" or head.lower_ in words["document"]
    return can_say(head, base)


def _closed(verb: Token) -> int | None:
    """Index of the mark behind a cue, over "on Monday" or "in a statement"; the number of words where the sentence ends
    without one; None where something else follows."""
    doc = verb.doc
    first_behind = verb.i + 1
    if first_behind < len(doc) and doc[first_behind].lower_ in ("me", "us"):
        first_behind += 1
    for token in doc[first_behind : verb.i + 1 + _LATER]:
        if token.text in _CLOSING:
            return int(token.i)
        first = token.i == first_behind
        timed = token.ent_type_ in ("DATE", "TIME") if hasattr(token, "ent_type_") else False
        if first and not (token.tag_ == "IN" or timed or token.lower_ in word_sets()["times"]):
            return None
        if token.tag_ in (*_FINITE, "VBG", "VB", "TO") or token.like_num or token.lower_ in ("that", "of", "to"):
            return None
    return len(doc) if verb.i + 1 + _LATER >= len(doc) else None


def _behind(verb: Token, end: int) -> tuple[int, int] | None:
    """What goes on behind the comma that closes the cue, up to the next speaker: characters; None where it is not the
    speaker's."""
    doc = verb.doc
    if end + 2 >= len(doc) or doc[end].text != ",":
        return None
    first = doc[end + 1]
    if first.lower_ in word_sets()["not_said_behind"] or first.tag_ in ("VBG", "VBN", "WP", "WDT", "WRB", "WP$", "``"):
        return None
    last = next_speaker(verb, end + 1)
    return (first.idx, doc[last - 1].idx + len(doc[last - 1])) if last > end + 2 else None
