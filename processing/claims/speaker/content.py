"""Which words of a sentence are what a verb of speech says: its complements, its objects, or what stands around it.

All offsets are characters of the parsed sentence. `own` are the token indexes of the cue's own words, which it does not
say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processing.claims.speaker.content_reach import around_cue, loose_contents, reach_back, reach_coordinates, reach_on
from processing.claims.speaker.content_spans import object_runs, subtree_runs
from processing.claims.speaker.cue import CLAUSE, cue_verbs, lemma_of
from processing.claims.speaker.object_content import object_contents

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["verb_contents"]


def verb_contents(
    verb: Token, subject: Token, group: str, clause: list[Token], direct: list[Token]
) -> tuple[list[tuple[int, int]], bool] | None:
    """Stretches of the sentence (character offsets) that are what is said, and whether they are a clause; None: no cue.

    `clause` and `direct` are the verb's complement clauses and plain objects; `group` is that of the cue.
    """
    found = _all_contents(verb, subject, group, clause, direct)
    if found is not None and group in ("deny", "dispute"):
        return _until_answer(verb, found[0]), found[1]
    semicolon = verb.doc.text.find(";", verb.idx)
    if found is None or semicolon < 0 or not any(b <= verb.idx for _, b in found[0]):
        return found
    return [(a, min(b, semicolon)) for a, b in found[0] if a < semicolon], found[
        1
    ]  # "..., she joked; when we sat down": no longer hers


_ANSWER = re.compile(
    r";|,?\s(?:adding|saying|insisting|noting|explaining|claiming|arguing|putting|stating|but|citing)\b"
)


def _until_answer(verb: Token, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is denied or disputed, without what the speaker says in its place: "..., saying debts have doubled"."""
    answer = _ANSWER.search(verb.doc.text, verb.idx)
    if answer is None:
        return spans
    return [(a, min(b, answer.start())) for a, b in spans if a < answer.start()]


def _before_apposition(verb: Token, subject: Token) -> tuple[int, int]:
    """ "Will be sent to Russia, the agency said", parsed as two verbs: all before the subject."""
    doc, head = verb.doc, subject.head
    beside = [t.left_edge.i for t in head.children if t.dep_ == "appos" and head.i < t.i <= subject.i]
    return doc[verb.head.left_edge.i].idx, doc[min(beside) - 1].idx


def _before_semicolon(verb: Token, beyond: Token) -> tuple[int, int] | None:
    """What is said before a semicolon, where the parse hung it on a verb behind it."""
    doc = verb.doc
    semicolon = next((t for t in doc[verb.i + 1 :] if t.text == ";"), None)
    if semicolon is None or semicolon.i <= verb.i + 2 or beyond.i <= verb.i:
        return None
    return doc[verb.i + 1].idx, semicolon.idx


def _all_contents(
    verb: Token, subject: Token, group: str, clause: list[Token], direct: list[Token]
) -> tuple[list[tuple[int, int]], bool] | None:
    doc = verb.doc
    own = _own_words(verb, subject)
    if subject.dep_ == "appos" and subject.i < verb.i and verb.dep_ in ("conj", "ROOT") and not clause:
        return [_before_apposition(verb, subject)], True
    stranded = _reduced_relative(verb, subject, group)
    if stranded is not None:
        return stranded, True
    beyond = [c for c in clause if any(t.text == ";" for t in doc[min(c.i, verb.i) : max(c.i, verb.i)])]
    clause = [c for c in clause if c not in beyond]
    if beyond and not clause and (before := _before_semicolon(verb, beyond[0])) is not None:
        return [before], True
    spans = _clause_spans(verb, own, group, clause)
    complete = any(c.dep_ in CLAUSE for c in clause) and bool(spans)
    if verb.dep_ == "relcl" and subject.lower_ not in ("who", "which", "that") and (complete or not direct):
        return [*spans, (doc[verb.head.left_edge.i].idx, doc[verb.left_edge.i].idx)], True
    if complete:
        return _completed(verb, own, group, clause, direct, spans), True
    around = around_cue(verb, own, subject, group, direct)
    if around is not None:
        return around, True
    objects = object_contents(verb, own, group, direct, subject)
    if objects is None:
        return None
    spans += objects
    loose = (
        loose_contents(verb, subject)
        if (not spans or group == "say") and group in ("say", "report", "think", "show")
        else []
    )
    if not spans and not loose and group not in ("say", "report", "think"):
        return None
    return [*spans, *loose], bool(loose)


def _completed(
    verb: Token, own: set[int], group: str, clause: list[Token], direct: list[Token], spans: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Contents of complement clauses, with the objects beside them, as far as they reach."""
    if (
        direct
        and group in ("deny", "say", "dispute")
        and clause[0].dep_ == "ccomp"  # not "told 300 pupils to stay"
        and len(clause) == 1
        and direct[-1].right_edge.i + 1 == clause[0].left_edge.i
        and direct[-1].i > verb.i
    ):
        spans += subtree_runs(
            direct[-1], own
        )  # the clause's subject, taken for an object: "denies 900 beds were closed"
    if direct and group in ("show", "report", "plan", "think"):
        for child in [*direct, *(c for c in verb.children if c.dep_ == "prep" and c.lower_ == "at" and c.i > verb.i)]:
            spans += object_runs(child, own)
    if group in ("say", "report", "show", "think"):
        spans = reach_on(verb, clause, reach_back(verb, own, spans))
    return reach_coordinates(verb, spans, certain=group in ("say", "report")) if group != "plan" else spans


def _own_words(verb: Token, subject: Token) -> set[int]:
    """Token indexes of the cue's own clause: verb, auxiliaries, subject phrase, adverbs, hearer, time."""
    own = {verb.i}
    if subject.head == verb:
        own |= {t.i for t in subject.subtree}
    for child in verb.children:
        if (
            child.dep_ in ("aux", "auxpass", "neg", "dative", "npadvmod", "prt", "mark", "cc")
            or (child.dep_ == "advmod" and child.pos_ == "ADV")
            or (child.dep_ == "prep" and child.i > verb.i and not any(c.dep_ in CLAUSE for c in child.children))
        ):
            own |= {t.i for t in child.subtree}
    return own


def _reduced_relative(verb: Token, subject: Token, group: str) -> list[tuple[int, int]] | None:
    """ "The 30 people the army says it killed were farmers": all of the sentence but the cue."""
    if group not in ("say", "report", "think"):
        return None
    doc = verb.doc
    for other in verb.children:
        if (
            other.dep_ == "nsubj"
            and other != subject
            and other.i < subject.i
            and not any(t.text == "," for t in doc[other.i : subject.i])
        ):
            return [(0, doc[subject.left_edge.i].idx), (doc[verb.i].idx + len(verb), len(doc.text))]
    return None


def _clause_spans(verb: Token, own: set[int], group: str, clause: list[Token]) -> list[tuple[int, int]]:
    """The complement clauses; of plans without participles set off by a comma."""
    spans: list[tuple[int, int]] = []
    for child in clause:
        if (
            child.dep_ == "xcomp"
            and group in ("say", "report", "show")
            and child.tag_ == "VB"
            and lemma_of(verb) in ("say", "continue", "respond", "go")
        ):
            continue
        if group == "deny":
            spans += (
                [] if _is_aside(child) else object_runs(child, own)
            )  # "denied firing on the convoy, in which 31 died": they died
        elif group == "plan":
            spans += object_runs(child, own, participles=True)
        else:
            spans += subtree_runs(child, own | _said_by_others(child))
    return spans


def _said_by_others(clause: Token) -> set[int]:
    """Token indexes of clauses joined to what is said in which somebody else speaks: "she said fathers would not be
    eligible, and when pressed the mother of three replied"."""
    others: set[int] = set()
    for joined in clause.children:
        subject = next((c for c in joined.children if c.dep_ == "nsubj"), None)
        speaks = cue_verbs().get(lemma_of(joined)) == "say" and joined.tag_ in ("VBD", "VBZ")
        if joined.dep_ == "conj" and speaks and subject is not None and subject.pos_ in ("NOUN", "PROPN"):
            others |= {t.i for t in joined.subtree}
    return others


def _is_aside(clause: Token) -> bool:
    """Whether a clause taken for a complement is a relative one behind a comma: ", in which 31 people died"."""
    doc, first = clause.doc, clause.left_edge.i
    first += doc[first].text == ","
    return (
        0 < first < len(doc) - 1
        and doc[first - 1].text == ","
        and "which" in (doc[first].lower_, doc[first + 1].lower_)
    )
