"""Statements without a listed verb of speech, told by their clause: "theorized that", "is adamant that", "the message
was that", "gave assurances that".

Whoever is the subject of a finite "that" clause thinks or says it, unless the verb is one of doing or happening
("ensured that", "means that")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.content_spans import subtree_runs
from processing.claims.speaker.cue import Cue, cue_verbs, lemma_of
from processing.claims.speaker.cue_subjects import subject_of
from processing.claims.speaker.mentions import Mention, mention_of, word_sets
from processing.claims.speaker.object_content import is_named

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["predicate_cue"]

_FINITE = ("VBD", "VBZ", "VBP", "MD")
_LINKING = ("be", "seem", "remain", "feel", "become", "sound", "appear")


def predicate_cue(verb: Token, offset: int) -> Cue | None:
    """The cue that a verb of no list is with its clause, adjective or noun; None where nobody says anything by it."""
    return next((cue for rule in _RULES if (cue := rule(verb, offset)) is not None), None)


def _unlisted(verb: Token, offset: int) -> Cue | None:
    """ "Lindt theorized that 3 million ballots were lost"."""
    words = word_sets()
    lemma = lemma_of(verb)
    clause = next((c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i), None)
    if clause is None or lemma in cue_verbs() or lemma in words["unstating"] or verb.pos_ == "AUX":
        return None
    subject, passive = subject_of(verb)
    if passive or not _is_that_clause(clause) or not _may_think(subject):
        return None
    return _cue(verb, subject, lemma, clause, offset)


def _adjective(verb: Token, offset: int) -> Cue | None:
    """ "Was adamant that 40 bridges were unsafe", "is convinced that ..."."""
    words = word_sets()
    if verb.lemma_ in _LINKING:
        state = next((c for c in verb.children if c.dep_ in ("acomp", "oprd", "attr") and c.i > verb.i), None)
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    else:
        state = verb if verb.tag_ == "VBN" else None
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    if state is None or subject is None or state.lower_ not in words["stating_states"]:
        return None
    clause = next((c for t in (state, verb) for c in t.children if c.dep_ == "ccomp" and c.i > state.i), None)
    if clause is None or not _is_that_clause(clause, bare=True) or not _may_think(subject):
        return None
    return _cue(state, subject, state.lower_, clause, offset)


def _noun_predicate(verb: Token, offset: int) -> Cue | None:
    """ "The ranger's guess is that 50 remain", "its own estimate is one in 40"."""
    words = word_sets()
    noun = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if verb.lemma_ not in ("be", "stand") or noun is None:
        return None
    if any(c.tag_ == "POS" for c in noun.children):
        return _left_out_noun(verb, noun, offset)
    if noun.lemma_.lower() not in words["predicated"]:
        return None
    holder = next((c for c in noun.children if c.dep_ == "poss"), None) or _counting_body(verb, noun)
    if holder is None or holder.lower_ in words["times"]:
        return None
    said = [c for c in verb.children if c.i > verb.i and c.dep_ in ("ccomp", "attr", "prep", "xcomp")]
    if not said or not any(c.dep_ == "ccomp" or any(t.like_num for t in c.subtree) for c in said):
        return None
    own = {verb.i, *(t.i for t in noun.subtree)}
    spans = tuple(span for c in said for span in subtree_runs(c, own))
    if holder.lower_ == "whose" and verb.dep_ == "relcl":
        holder = verb.head  # "the prefect, whose own figure is 90"
    mention = mention_of(holder, offset, noun.i if holder is verb.head else None)
    if holder.dep_ == "poss" and not is_named(holder):
        mention = replace(mention, end=max(mention.end, offset + noun.idx + len(noun)))
    return _made(noun, mention, noun.lemma_.lower(), spans, offset)


def _counting_body(verb: Token, noun: Token) -> Token | None:
    """Who counted in "the police count was 12,000"."""
    words = word_sets()
    number = any(c.like_num and c.dep_ == "attr" for c in verb.children)
    bodies = words["body"] | words["group"] | words["counters"]
    return next((c for c in noun.children if number and c.dep_ == "compound" and c.lower_ in bodies), None)


def _left_out_noun(verb: Token, holder: Token, offset: int) -> Cue | None:
    """ "The police count was 12,000; the union's was 40,000": the noun is left out behind whose it is."""
    words, doc = word_sets(), verb.doc
    number = next(
        (c for c in verb.children if c.i > verb.i and (c.like_num or any(t.like_num for t in c.children))), None
    )
    told = any(t.lemma_.lower() in words["predicated"] and t.i < holder.i for t in doc)
    if number is None or not told or holder.lower_ in words["times"]:
        return None
    spans = tuple(subtree_runs(number, {verb.i}))
    return _made(verb, mention_of(holder, offset), "its own number", spans, offset)


def _object_noun(verb: Token, offset: int) -> Cue | None:
    """ "Sent word that 20 had been freed", "gave assurances that ..."."""
    words = word_sets()
    noun = next((c for c in verb.children if c.dep_ in ("dobj", "oprd") and c.i > verb.i), None)
    if noun is None or noun.lemma_.lower() not in words["carried"] or lemma_of(verb) in words["unsaid"]:
        return None
    clause = next(
        (c for t in (noun, verb) for c in t.children if c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i), None
    )
    subject, passive = subject_of(verb)
    if clause is None or passive or not _is_that_clause(clause) or not _may_think(subject):
        return None
    return _cue(verb, subject, f"{lemma_of(verb)} {noun.lemma_.lower()}", clause, offset)


def _committed(verb: Token, offset: int) -> Cue | None:
    """ "Is committed to planting 900 trees a year"."""
    state = next((c for c in verb.children if c.dep_ in ("acomp", "oprd") and c.i > verb.i), None)
    state = state or (verb if verb.tag_ == "VBN" else None)
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if state is None or subject is None or state.lower_ not in word_sets()["committing"] or not _may_think(subject):
        return None
    deed = next((c for c in state.children if c.dep_ == "prep" and c.lower_ == "to"), None)
    return _cue(state, subject, state.lower_, deed, offset, group="plan") if deed is not None else None


_RULES: tuple[Callable[[Token, int], Cue | None], ...] = (
    _unlisted,
    _adjective,
    _noun_predicate,
    _object_noun,
    _committed,
)


def _is_that_clause(clause: Token, *, bare: bool = False) -> bool:
    """Whether a clause is finite and begins with "that"; `bare`: or has a subject and tense of its own."""
    marked = any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)
    tensed = clause.tag_ in _FINITE or any(c.dep_ in ("aux", "auxpass") and c.tag_ in _FINITE for c in clause.children)
    return tensed and (marked or (bare and any(c.dep_ in ("nsubj", "nsubjpass") for c in clause.children)))


def _may_think(subject: Token | None) -> bool:
    """Whether a subject is somebody: no "it", "this", "there", "I", nobody."""
    if subject is None or subject.like_num or subject.lower_ in word_sets()["unsaying"]:
        return False
    return not any(c.dep_ == "det" and c.lower_ in ("no", "neither") for c in subject.children)


def _cue(
    verb: Token, subject: Token | None, lemma: str, clause: Token, offset: int, *, group: str = "say"
) -> Cue | None:
    assert subject is not None
    spans = subtree_runs(clause, {verb.i})
    mention = mention_of(subject, offset, verb.i)
    negated = any(c.dep_ == "neg" for c in verb.children)
    return None if negated else replace(_made(verb, mention, lemma, tuple(spans), offset), group=group)


def _made(token: Token, mention: Mention, lemma: str, spans: tuple[tuple[int, int], ...], offset: int) -> Cue:
    start, end = offset + token.idx, offset + token.idx + len(token)
    return Cue(
        group="say",
        lemma=lemma,
        start=start,
        end=end,
        source=mention,
        contents=tuple((offset + a, offset + b) for a, b in spans),
        stance="asserts",
        hedged=False,
        rule=f"clause of {lemma}",
        inside=(min(mention.start, start), end),
        complete=True,
    )
