"""Plain objects as what is said: "confirmed 40 deaths", "put the toll at 30"; and whether an object is a statement at
all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.speaker.content_spans import object_runs
from processing.claims.speaker.cue import lemma_of
from processing.claims.speaker.mentions import word_sets

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["is_documentary", "is_named", "is_of_which", "is_stated", "object_contents"]


def _goes_on(token: Token) -> bool:
    """Whether an adverb goes on with what an object says: "9,000 births, down 4%", not "$3bn, up from $2bn"."""
    if token.lower_ in ("ahead", "behind"):
        return True
    return token.lower_ in ("down", "up") and not any(c.lower_ == "from" for c in token.children)


def object_contents(
    verb: Token, own: set[int], group: str, direct: list[Token], subject: Token
) -> list[tuple[int, int]] | None:
    """Plain objects as content, in characters of the sentence ("confirmed 40 deaths", "put the toll at 30"); None where
    the verb is no cue with them."""
    lemma = lemma_of(verb)
    documentary = is_documentary(subject)
    if not direct and (group == "think" or not any(c.dep_ == "prep" for c in verb.children)):
        return []
    if not _may_take_object(verb, group, direct, subject) or not _states_object(verb, direct):
        return []
    if lemma in ("speak", "talk") and not any(c.lower_ == "of" for c in verb.children):
        return None
    own = own - {t.i for c in verb.children if c.dep_ == "prep" or _goes_on(c) for t in c.subtree}
    spans: list[tuple[int, int]] = []
    for child in verb.children:
        behind = child.i > verb.i and (
            _says_where(child, lemma, documentary=documentary) or child.dep_ in ("npadvmod", "prt") or _goes_on(child)
        )
        if child in direct or _second_count(child) or is_of_which(child) or behind:
            spans += object_runs(child, own)
    return spans


def _may_take_object(verb: Token, group: str, direct: list[Token], subject: Token) -> bool:
    """Whether a verb of this group says something with a plain object: "reported" and "denied" always, "disputed" where
    the clause states it, "shows" where a document or somebody named shows it, "said" where a number is the object."""
    lemma = lemma_of(verb)
    if (group == "dispute" or lemma in ("reject", "dismiss")) and not is_stated(verb):
        return False
    if group in ("report", "plan", "deny", "dispute") or lemma in word_sets()["with_object"]:
        return True
    if group in ("show", "say") and is_documentary(subject):
        return True
    if lemma == "show" and is_named(subject):
        return any(c.dep_ in ("advmod", "prep") and c.i > verb.i for c in verb.children)
    if lemma == "find" and is_named(subject):
        return any(c.lower_ in ("%", "percent", "cent") for c in direct)
    return lemma in ("say", "reply", "answer") and any(
        c.like_num or any(g.dep_ == "nummod" for g in c.children) for c in direct
    )


def _says_where(child: Token, lemma: str, *, documentary: bool) -> bool:
    """Whether a prepositional phrase belongs to what is said; "on", "in", "at", "during" mostly say when or where it
    was said."""
    if child.dep_ != "prep":
        return False
    return (
        child.lower_ not in ("on", "in", "at", "during")
        or lemma in word_sets()["at"]
        or (documentary and child.lower_ == "in")
    )


def _second_count(token: Token) -> bool:
    """ "Reported 19 dead and 35 wounded": the second number with its state, which the parser takes for a clause of its
    own."""
    return (
        token.dep_ == "conj"
        and token.tag_ in ("VBN", "VBD", "JJ")
        and any(c.like_num and c.dep_ in ("nsubj", "nsubjpass") and c.i == token.i - 1 for c in token.children)
        and not any(c.dep_ in ("aux", "auxpass", "dobj") for c in token.children)
    )


_AT = ("at", "ahead", "behind", "below", "above", "under", "over", "around")


def _states_object(verb: Token, direct: list[Token]) -> bool:
    """Whether a plain object is a statement: "released figures", not "released 30 prisoners"; "put the toll at 30", not
    "put 30 people at risk"; "claimed 300 jobs", not "claimed 30 lives"."""
    lemma, words = lemma_of(verb), word_sets()
    if lemma in ("offer", "demand", "seek") and any(
        t.is_currency or t.lower_ in words["aimed_units"] for c in direct for t in c.subtree
    ):
        return True
    if lemma == "call" and any(c.dep_ == "oprd" for c in direct):
        return True
    if lemma == "offer" and any(c.like_num for c in direct):
        return True  # "the union wants five, the district has offered two"
    if lemma == "ask" and not any(c.lower_ == "about" for c in verb.children):
        return any(t.like_num for c in verb.children if c.lower_ == "for" for t in c.subtree)
    if lemma in words["clause_only"]:
        deeds = any(
            g.lower_ == "of" and not c.like_num for c in direct for g in c.children
        )  # "ordered the evacuation of 300 homes"
        itself = all(c.lower_.endswith(("self", "selves")) for c in direct)  # "committed itself to adding 40 stops"
        return deeds or (itself and any(c.dep_ == "prep" for c in verb.children))
    if lemma in words["revising"]:
        stated = any(c.lemma_.lower() in words["nouns"] and c.lemma_.lower() not in words["aims"] for c in direct)
        return stated and any(t.like_num for c in verb.children if c.lower_ in ("to", "from", "by") for t in c.subtree)
    if lemma in words["documents_only"]:
        return any(
            c.lemma_.lower() in words["nouns"] or c.lower_ in words["nouns"] or c.lemma_.lower() in words["document"]
            for c in direct
        )
    if lemma in ("put", "peg"):
        return _puts_at(verb)
    return not (lemma == "claim" and any(c.lemma_.lower() in words["claimed"] for c in direct))


def _puts_at(verb: Token) -> bool:
    """Whether a number stands behind the "at" of "put the number of people killed in the flood at 300"."""
    placed = [c for c in verb.children if c.lower_ in ("at", "on")]
    placed += [t for t in verb.subtree if t.lower_ in _AT and t.i > verb.i]
    if not placed:
        return False
    first = min(p.i for p in placed)
    return any(t.like_num and (t.i > first or any(t in p.subtree for p in placed)) for t in verb.subtree)


def is_stated(verb: Token) -> bool:
    """Whether what is disputed is a statement or a number: "challenged the figure", not "challenged the boats"."""
    words = word_sets()
    if lemma_of(verb) in ("reject", "dismiss", "challenge", "question") and any(
        c.lemma_.lower() in words["aims"] for c in verb.children if c.dep_ in ("dobj", "nsubjpass")
    ):
        return False  # "rejected the budget" denies nothing
    things = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if not things:  # "rejected as baseless claims by rivals", parsed as one phrase
        things = [p for c in verb.children if c.lower_ == "as" for p in c.children if p.dep_ == "pobj"]
    counted = lemma_of(verb) not in (
        "question",
        "challenge",
        "contest",
        "dismiss",
    )  # "questioned 30 witnesses" disputes nothing
    return any(
        c.lemma_.lower() in words["nouns"]
        or c.lower_ in words["nouns"]
        or c.lemma_.lower() in words["document"]
        or (counted and any(g.dep_ == "nummod" for g in c.children))
        for c in things
    )


def is_of_which(clause: Token) -> bool:
    """Whether a clause taken for a complement tells of the object before it: "put it at $71m, of which $12m was
    insured"."""
    doc, first = clause.doc, clause.left_edge.i
    return (
        first + 1 < len(doc)
        and doc[first].lower_ in ("of", "including", "among")
        and doc[first + 1].lower_ in ("which", "whom", "them", "these")
    )


def is_documentary(subject: Token) -> bool:
    """Whether a subject is a document, its makers, or a pronoun that may stand for one: what shows numbers rather than
    saying them."""
    words = word_sets()
    head = subject
    if subject.lower_ in ("which", "that") and subject.head.dep_ == "relcl":
        head = subject.head.head
    if (
        head.lemma_.lower() in words["document"]
        or head.lower_ in words["document"]
        or head.lemma_.lower() in words["finders"]
    ):
        return True
    return head.lower_ in ("it", "this", "these")


def is_named(token: Token) -> bool:
    """Whether a token is part of a proper name."""
    return token.tag_ in ("NNP", "NNPS")
