"""Speakers whose verb stands with another speaker ("Delta said 430; JetBlue, 210"), and those of a number that is only
compared with.

The latter: "above the 300 the army reported", "against the ministry's 114".
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.speaker.cue import SUBJECT, Cue, CueForm, cue_verbs, lemma_of, verb_forms
from processing.claims.speaker.mentions import Mention, kind_of, mention_of, plain_mention, word_sets
from processing.words import load_words

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["compared_cues", "gapped_cues"]

_COMPARED = "number compared with"

_FINITE = ("VBD", "VBZ", "VBP", "MD")
_LONGEST_NAME = 8  # tokens
_SPEAKING = ("person", "group", "body", "document")


@lru_cache(maxsize=1)
def _loosening() -> frozenset[str]:
    """Words that may stand between a gapped speaker and his number: those of bounds."""
    bounds = load_words("bounds")
    return frozenset(
        {"just", "only", "a", "an", "even", "the"}
        | {w for phrases in bounds["before"].values() for p in phrases for w in p.split()}
    )


def gapped_cues(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """The cues with those of speakers that share the verb of the speaker before them, whose words are taken from that
    speaker.

    "Police put the crowd at 4,000, organisers at 20,000", "The army says 12 died; the rebels, 40", "X said that ...; Y,
    that ...". Not where the number belongs to what is spoken of: "the poll puts Roth at 47, Dent at 41", "he said
    France took 12, Spain 8"."""
    commas = [
        t.i
        for t in doc
        if t.text in (",", ";") or (t.lower_ in ("and", "but", "while", "whereas") and t.dep_ in ("cc", "mark"))
    ]
    more: list[Cue] = []
    for base in found:
        verb = next((t for t in doc if offset + t.idx == base.start and t.pos_ in ("VERB", "AUX")), None)
        if verb is None or base.source is None or base.group not in ("say", "report", "plan", "think"):
            continue
        for at in commas:
            end = next(
                (c for c in commas if c > at + 1 and doc[c].text == ";"),
                len(doc) if doc[-1].text != "." else len(doc) - 1,
            )
            joined = doc[at].text not in (",", ";") and not any(t.like_num for t in doc[max(verb.i, at - 2) : at])
            if (
                at > verb.i
                and not joined
                and any(t.like_num for t in doc[verb.i : at])
                and (cue := _gapped(doc, verb, base, at, end, offset)) is not None
                and not any(c.start == cue.start for c in more)
            ):
                more.append(cue)
    return _shared_out(found, sorted(more, key=lambda c: c.start))


def _shared_out(found: list[Cue], more: list[Cue]) -> list[Cue]:
    """All cues, where each word belongs to one: those of `more` up to the next of them, those of `found` without it."""
    for number, new in enumerate(more):
        later = [c.start for c in more if c.start > new.start]
        low, high = new.inside[0], min([max(b for _, b in new.contents), *later])
        more[number] = new = replace(new, contents=((new.end, high),))
        found = [
            replace(c, contents=_cut(c.contents, low, high)) if c.start < low and c.lemma == new.lemma else c
            for c in found
        ]
    return [*found, *more]


def _cut(contents: tuple[tuple[int, int], ...], low: int, high: int) -> tuple[tuple[int, int], ...]:
    """Contents without a stretch."""
    parts = [p for a, b in contents for p in ((a, min(b, low)), (max(a, high), b))]
    return tuple((a, b) for a, b in parts if a < b)


def _gap_content(doc: Doc, verb: Token, at: int, name: int, end: int) -> tuple[int, bool] | None:
    """What a speaker without a verb, whose name ends before token `name`, says: the token of its number and False, or
    the "that" of its clause and True; None where it is neither."""
    number = _number_from(doc, name, end)
    if number is not None:
        return number, False
    link, first = doc[name], name + 1
    if link.lower_ == "that" and any(t.lower_ == "that" and t.dep_ == "mark" for t in doc[verb.i : at]):
        first = name
    if (link.text == "," or first == name) and first < end and doc[first].lower_ == "that":
        return first, True
    number = _number_from(doc, first, end)
    spoken = link.text == "," and doc[at].text == ";"
    return None if number is None or not (spoken or _placed(doc, verb, link)) else (number, False)


def _gapped(doc: Doc, verb: Token, base: Cue, at: int, end: int, offset: int) -> Cue | None:
    """The cue of a speaker without a verb who stands behind the comma, semicolon or conjunction at token `at`."""
    start = at + 1
    while start < end and doc[start].lower_ in ("and", "but", "while", "whereas"):
        start += 1
    name = _name_end(doc, start, end)
    if name is None:
        return None
    head, link = doc[name - 1], doc[name] if name < end else None
    if link is None:
        return None
    told = _gap_content(doc, verb, at, name, end)
    if told is None:
        return None
    number, clause = told
    if not clause and (
        any(t.tag_ in _FINITE and t.dep_ != "relcl" for t in doc[number:end]) or not _may_speak(doc, verb, head, at)
    ):
        return None
    kind = kind_of(head, word_sets())
    if clause and kind == "other" and head.tag_ not in ("NNP", "NNPS"):
        return None
    low, high = doc[start].idx, head.idx + len(head)
    text = doc.text[low:high]
    mention = _named_by(head, offset + low, text, kind)
    content = (offset + high, offset + doc[end - 1].idx + len(doc[end - 1]))
    return Cue(
        base.group,
        base.lemma,
        offset + low,
        offset + high,
        mention,
        (content,),
        base.stance,
        base.hedged,
        f"{base.rule}, shared",
        inside=(offset + low, offset + high),
        complete=True,
        form=CueForm.SHARED,
    )


def _named_by(head: Token, start: int, text: str, kind: str) -> Mention:
    """The mention of some words with their head, at a document offset."""
    named = head.tag_ in ("NNP", "NNPS") and kind != "group"
    plural = head.tag_ in ("NNS", "NNPS")
    return plain_mention(start, text, kind, named, head=head.text, lemma=head.lemma_.lower(), plural=plural)


def _name_end(doc: Doc, start: int, end: int) -> int | None:
    """The index after a noun phrase without numbers, verbs or prepositions that begins at `start`; None where none
    does."""
    at = start
    while (
        at < min(end, start + _LONGEST_NAME)
        and doc[at].pos_ in ("DET", "ADJ", "NOUN", "PROPN", "PART")
        and not doc[at].like_num
        and not doc[at].is_currency
    ):
        if doc[at].lower_ in ("to", "not") or (doc[at].lower_ in _loosening() and doc[at].pos_ != "DET"):
            break
        at += 1
    return at if at > start and doc[at - 1].pos_ in ("NOUN", "PROPN") else None


def _number_from(doc: Doc, start: int, end: int) -> int | None:
    """The index of a number that stands at `start`, behind nothing but words of bounds and signs of currency."""
    at = start
    while at < end and not doc[at].like_num and (doc[at].lower_ in _loosening() or doc[at].is_currency):
        at += 1
    return at if at < end and doc[at].like_num else None


def _placed(doc: Doc, verb: Token, link: Token) -> bool:
    """Whether a preposition repeats the one with which the verb has its own number: "spoke of 40, the rebels of
    200"."""
    return any(
        c.lower_ == link.lower_ and c.i > verb.i and c.i < link.i and _number_from(doc, c.i + 1, len(doc)) is not None
        for c in verb.subtree
        if c.dep_ == "prep"
    )


def _may_speak(doc: Doc, verb: Token, head: Token, at: int) -> bool:
    """Whether a noun can share a verb of speech: it can speak, and no subject or object of what is said before it is of
    its sort."""
    words = word_sets()
    named = head.tag_ in ("NNP", "NNPS")
    kind = kind_of(head, words)
    if kind not in _SPEAKING and not named and head.lemma_.lower() not in words["counters"]:
        return False
    source = next((c for c in verb.children if c.dep_ in SUBJECT), None)
    if source is not None and (kind_of(source, words) == "document") != (kind == "document"):
        return False
    for token in doc[verb.i + 1 : at]:
        if token.dep_ not in (*SUBJECT, "dobj", "pobj", "attr") or token.like_num:
            continue
        other = kind_of(token, words)
        if token.dep_ in SUBJECT or token.head == verb:
            if other != "pronoun" and (
                token.tag_ in ("NNP", "NNPS") or other == kind or token.lower_ in ("people", "men", "women", "children")
            ):
                return False
            if other == "pronoun" and token.lower_ not in ("it", "he", "she", "they", "there"):
                return False
    return True


def compared_cues(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """Speakers of a number that another is compared with: "than the 3,000 a watchdog group estimated", "against the
    ministry's 114"."""
    stated = word_sets()["stated"]
    cues = []
    for token in doc:
        if token.like_num and (cue := _reduced(doc, token, offset, stated) or _owned(doc, token, offset)) is not None:
            cues.append(cue)
    for new in cues:
        low, high = new.contents[0][0], new.end
        found = [
            c
            for c in found
            if not (c.start == new.start and c.group != "noun") and not (c.group == "say" and low <= c.start < high)
        ]
        found = [replace(c, contents=_cut(c.contents, *new.contents[0])) for c in found]
    return found + cues


def _phrase_start(doc: Doc, inner: list[Token], head: Token, number: Token) -> int:
    """Where the phrase of a speaker behind a number begins: at its article, else at the first part of its name."""
    article = next((t for t in reversed(inner) if t.pos_ == "DET"), None)
    first = int(article.i if article is not None else head.i)
    if article is not None:
        return first
    while head.tag_ in ("NNP", "NNPS") and first - 1 > number.i and doc[first - 1].tag_ in ("NNP", "NNPS"):
        first -= 1
    return first


def _reduced(doc: Doc, number: Token, offset: int, stated: frozenset[str]) -> Cue | None:
    """ "The 170,000 [jobs] economists had expected": a relative clause without its pronoun behind a number with its
    article."""
    before = number.i - 1
    while before > 0 and doc[before].is_currency:
        before -= 1
    if doc[before].lower_ not in ("the", "those"):
        return None
    verb = _verb_behind(doc, number, stated)
    if verb is None:
        return None
    head = _subject_before(verb, number)
    inner = doc[number.i + 1 : head.i + 1]
    kind = kind_of(head, word_sets())
    if not _names_speaker(head, kind) or any(
        t.is_punct or t.pos_ in ("VERB", "ADP", "AUX", "CCONJ", "SCONJ") or t.like_num
        for t in inner
        if t.lower_ not in ("%", "per")
    ):
        return None
    first = _phrase_start(doc, inner, head, number)
    low, high = offset + doc[first].idx, offset + head.idx + len(head)
    mention = _named_by(head, low, doc.text[low - offset : high - offset], kind)
    start, end = offset + verb.idx, offset + verb.idx + len(verb)
    content = (offset + doc[before].idx, low)
    lemma = lemma_of(verb)
    return Cue(
        cue_verbs().get(lemma, "report"),
        lemma,
        start,
        end,
        mention,
        (content,),
        "asserts",
        False,
        _COMPARED,
        inside=(low, end),
        form=CueForm.COMPARED,
    )


def _verb_behind(doc: Doc, number: Token, stated: frozenset[str]) -> Token | None:
    """The verb of stating a few words behind a number."""
    near = doc[number.i + 2 : number.i + 10]
    return next((t for t in near if t.lower_ != "had" and lemma_of(t) in stated and _is_predicate(t)), None)


def _subject_before(verb: Token, number: Token) -> Token:
    """The word before a verb, over its auxiliaries and adverbs, but not over the number."""
    doc, last = verb.doc, verb.i - 1
    while last > number.i and (
        doc[last].lower_ in ("had", "has", "have", "first", "originally") or doc[last].pos_ == "ADV"
    ):
        last -= 1
    return doc[last]


def _names_speaker(head: Token, kind: str) -> bool:
    """Whether a noun is somebody who states numbers: a person or body, who counts others, or a name."""
    if head.pos_ not in ("NOUN", "PROPN"):
        return False
    counts = head.lemma_.lower() in word_sets()["counters"]
    return kind in ("person", "group", "body") or counts or head.tag_ in ("NNP", "NNPS")


def _is_predicate(token: Token) -> bool:
    """Whether a form of a verb is its clause's verb; one that ends its clause may be taken for a noun ("the ministry
    forecasts.")."""
    if token.tag_ in ("VBD", "VBN", "VBZ", "VBP"):
        return True
    last = token.i + 1 >= len(token.doc) or token.doc[token.i + 1].is_punct
    return token.tag_ == "NNS" and last and token.lower_ in verb_forms()


def _owned(doc: Doc, number: Token, offset: int) -> Cue | None:
    """ "Against the ministry's 114": a body that counts others owns the number that another is compared with."""
    holder = doc[number.i - 2] if number.i > 2 and doc[number.i - 1].tag_ == "POS" else None
    words = word_sets()
    if (
        holder is None
        or (holder.lemma_.lower() not in words["counters"] and holder.lower_ not in words["group"])
        or holder.tag_ in ("NNP", "NNPS")
    ):
        return None
    after = doc[number.i + 1] if number.i + 1 < len(doc) else None
    mention = mention_of(holder, offset, None)
    before = mention.start - offset
    lead = next((t for t in reversed(doc[: holder.i]) if t.idx < before), None)
    if (
        lead is None
        or lead.lower_ not in ("against", "than", "to", "with", "from", "not", "versus")
        or not (after is None or after.is_punct or after.lower_ == "dead")
    ):
        return None
    low, high = offset + number.idx, offset + number.idx + len(number)
    return Cue(
        "noun",
        "count",
        offset + holder.idx,
        high,
        mention,
        ((low, high),),
        "asserts",
        False,
        _COMPARED,
        inside=(mention.start, low),
        complete=True,
        form=CueForm.COMPARED,
    )
