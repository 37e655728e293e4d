"""Verbs of speech that the tagger took for nouns: "Trump charges that", "..., the Pentagon estimates."."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.cue import Cue, cue_verbs, verb_forms
from processing.claims.speaker.mentions import Mention, kind_of, mention_of, plain_mention, word_sets
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["mistagged_cue"]


def mistagged_cue(token: Token, offset: int) -> Cue | None:
    """A verb of speech that the tagger took for a noun: "Trump charges that"."""
    doc = token.doc
    base = verb_forms()[token.lower_]
    closing = _closing(token, offset)
    if closing is not None:
        return closing
    disputing = _disputing(token, base, offset)
    if disputing is not None:
        return disputing
    if cue_verbs()[base] not in ("say", "report", "show") or token.i == 0 or token.i + 2 >= len(doc):
        return None
    if token.lower_ == base and not any(c.dep_ == "ccomp" for c in token.children):
        return None
    if doc[token.i + 1].lower_ == "that" and doc[token.i + 2].pos_ in ("VERB", "AUX"):
        return None
    before = doc[token.i - 1]
    if doc[token.i + 1].lower_ not in ("that", "there", "they", "he", "she", "it"):
        return None
    if before.pos_ not in ("PROPN", "NOUN") and before.lower_ not in word_sets()["document"]:
        return None  # "the tribunal's ruling states that"
    source = doc[token.i - 1]
    if token.lower_ == base:
        source = _speaking_noun(token) or source
    mention = mention_of(source, offset, token.i)
    return _cue(token, base, mention, (offset + doc[token.i + 1].idx, offset + len(doc.text)), offset)


def _cue(token: Token, base: str, mention: Mention, content: tuple[int, int], offset: int) -> Cue:
    start, end = offset + token.idx, offset + token.idx + len(token)
    return Cue(
        cue_verbs()[base],
        base,
        start,
        end,
        mention,
        (content,),
        "asserts",
        False,
        f"verb {base}",
        inside=(mention.start, end),
        complete=True,
    )


def _disputing(token: Token, base: str, offset: int) -> Cue | None:
    """ "Tilde questions Lind's claim that ...", whose verb was taken for a noun."""
    group = cue_verbs()[base]
    if group not in ("deny", "dispute") or token.tag_ != "NNS" or not 0 < token.i < 4 or token.dep_ != "compound":
        return None
    maker = token.head
    claim = maker.head if maker.dep_ == "poss" else maker
    source = token.doc[token.i - 1]
    if maker.dep_ != "poss" or claim.lemma_.lower() not in word_sets()["nouns"] or not source.is_title:
        return None
    last = claim.right_edge
    content = (offset + maker.left_edge.idx, offset + last.idx + len(last))
    stance: Stance = "denies" if group == "deny" else "disputes"
    cue = _cue(token, base, mention_of(source, offset, token.i), content, offset)
    first = max(content[0], offset + token.idx + len(token) + 1)
    return replace(cue, stance=stance, contents=((first, content[1]),))


def _closing(token: Token, offset: int) -> Cue | None:
    """A verb at the end of its sentence that the tagger took for a noun: ", the Pentagon estimates."."""
    doc = token.doc
    base = verb_forms()[token.lower_]
    if not token.lower_.endswith("s") or token.lower_ == base or cue_verbs()[base] not in ("say", "report", "show"):
        return None
    if any(not t.is_punct for t in doc[token.i + 1 :]):
        return None
    start = token.i
    while start > 0 and doc[start - 1].pos_ in ("DET", "ADJ", "NOUN", "PROPN", "PART") and token.i - start < 8:
        start -= 1
    if start == token.i or start < 3 or doc[start - 1].text not in (",", "”", '"'):
        return None
    source = doc[token.i - 1]
    low, high = doc[start].idx, source.idx + len(source)
    text = doc.text[low:high]
    named = source.tag_ in ("NNP", "NNPS")
    kind = kind_of(source, word_sets())
    plural = source.tag_ in ("NNS", "NNPS")
    lemma = str(source.lemma_).lower()
    mention = plain_mention(offset + low, text, kind, named, head=source.text, lemma=lemma, plural=plural)
    return _cue(token, base, mention, (offset, offset + doc[start - 1].idx), offset)


def _speaking_noun(token: Token) -> Token | None:
    """The nearest noun before a mistagged verb that can speak, within its phrase."""
    words = word_sets()
    for i in range(token.i - 1, max(-1, token.i - 9), -1):
        candidate = token.doc[i]
        if candidate.text in (",", ";", ":", "."):
            return None
        if (
            candidate.lemma_.lower() in words["document"] | words["person"] | words["finders"]
            or candidate.lower_ in words["group"] | words["document"]
        ):
            whole = next(
                (
                    t
                    for t in candidate.ancestors
                    if t.i < candidate.i
                    and t.tag_ in ("NNS", "NN")
                    and kind_of(t, words) in ("document", "group", "person")
                ),
                None,
            )
            return whole or (candidate if candidate.i + 1 == token.i or candidate.tag_ in ("NNS", "NNPS") else None)
    return None
