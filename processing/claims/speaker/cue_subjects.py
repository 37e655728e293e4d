"""Who is the subject of a verb: its own, the one it shares with another verb, the noun of a participle, an apposition
that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.speaker.cue import cue_verbs, lemma_of
from processing.claims.speaker.mentions import kind_of, word_sets
from processing.claims.speaker.object_content import is_documentary, is_named

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["counts_others", "is_finite", "subject_of"]


def subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The subject of a verb, its own or the one it shares or controls it, and whether the verb is passive."""
    for child in verb.children:
        if child.dep_ == "nsubjpass":
            return child, True
        if child.dep_ == "agent" and not _is_active(verb):
            return child, True
    own = [c for c in verb.children if c.dep_ == "nsubj" and not _is_object_before(c, verb)]
    if not own and (stray_subject := _mistaken_apposition(verb)) is not None:
        return stray_subject, False
    if (
        len(own) > 1
        and own[-1].i < verb.i
        and not any(t.text == "," for t in verb.doc[own[0].i : own[-1].i])
        and own[-1].left_edge.pos_ in ("DET", "PRON")
    ):
        return own[-1], False  # "the 30 people the army says it killed"
    if len(own) > 1 and _is_titled(own[0], own[-1]):
        return own[-1], False  # "grower Hemi Rata said", parsed as two subjects
    if len(own) > 1 and own[0].like_num and own[-1].i < verb.i and own[-1].pos_ in ("NOUN", "PROPN"):
        return own[-1], False  # "23 were injured, three of them badly, the chief said"
    if own:
        return own[0], False
    beside = verb.doc[verb.i - 1] if verb.i > 0 else None
    if (
        beside is not None
        and verb.tag_ in ("VBZ", "VBD")
        and beside.head == verb
        and beside.dep_ in ("compound", "nmod", "amod")
        and (beside.pos_ in ("NOUN", "PROPN") or (beside.tag_ == "JJ" and beside.is_title))
    ):
        return beside, False  # ", the Pentagon estimates." read as a compound; "Sarr disputes" as an adjective
    if verb.tag_ == "VBN" and verb.dep_ == "acl" and not any(c.dep_ == "aux" for c in verb.children):
        return (verb.head if is_finite(verb) else None), False
    if (outer := _outer_of_one_tense(verb)) is not None:
        return subject_of(outer)
    if verb.dep_ in ("conj", "xcomp", "advcl", "dep", "pcomp", "ccomp") and verb.head != verb:
        return _shared_subject(verb)
    return (verb.head if verb.dep_ == "acl" and verb.tag_ == "VBG" else None), False


def _outer_of_one_tense(verb: Token) -> Token | None:
    """The verb above a clause that a verb goes on with rather than with the clause, by their tense: "denies that 30 men
    deserted and says ..." """
    clause, tenses = verb.head, ("VBZ", "VBD")
    if verb.dep_ != "conj" or clause.dep_ != "ccomp" or verb.tag_ not in tenses or clause.tag_ not in tenses:
        return None
    return clause.head if clause.tag_ != verb.tag_ == clause.head.tag_ else None


def _is_titled(title: Token, name: Token) -> bool:
    """Whether a common noun stands right before a name as its title."""
    return title.pos_ == "NOUN" and is_named(name) and title.i + 1 == name.left_edge.i


def _is_object_before(noun: Token, verb: Token) -> bool:
    """Whether a pronoun taken for a participle's subject is the object of the verb before: "disputes that, saying"."""
    pronoun = verb.tag_ == "VBG" and noun.lower_ in ("that", "this", "it") and noun.i < verb.i
    return pronoun and noun.doc[noun.i + 1].text == ","


def _is_active(verb: Token) -> bool:
    """Whether a verb has a subject and an object of its own, so that "by ..." belongs to the object: "rejected
    claims by rebels"."""
    roles = {c.dep_ for c in verb.children}
    return {"nsubj", "dobj"} <= roles and "auxpass" not in roles


def _shared_subject(verb: Token) -> tuple[Token | None, bool]:
    """The subject that a verb shares with the verb it hangs on, or whom that verb makes do it."""
    head = verb.head.head if verb.dep_ == "pcomp" else verb.head
    if verb.dep_ == "advcl" and verb.tag_ not in ("VBG", "VB", "VBN"):
        return None, False
    if verb.dep_ == "ccomp" and verb.tag_ not in ("VBG", "VB"):
        return None, False
    if (
        verb.dep_ == "conj"
        and verb.tag_ in ("VBG", "VBN", "VB")
        and head.tag_ not in (verb.tag_, "VBD", "VBZ", "VBP")
        and head.pos_ != "VERB"
    ):
        return None, False
    if (
        verb.dep_ == "xcomp"
        and (controller := next((c for c in head.children if c.dep_ == "dobj" and c.i < verb.i), None)) is not None
    ):
        return controller, False
    if verb.dep_ == "conj":
        stray = [c for c in head.children if c.dep_ == "conj" and c.pos_ in ("NOUN", "PROPN") and head.i < c.i < verb.i]
        if stray:
            return stray[-1], False  # "A put it at 5, but B in C, D, said"
    if head.pos_ not in ("VERB", "AUX"):
        return None, False
    subject, passive = subject_of(head)
    by_agent = subject is not None and passive and subject.dep_ != "nsubjpass"
    return (None if by_agent else subject), False


def _mistaken_apposition(verb: Token) -> Token | None:
    """ "... were killed in Kursk, the agency said": an apposition that no comma closes before a finite verb of speech
    is that verb's subject."""
    doc = verb.doc
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or lemma_of(verb) not in cue_verbs() or verb.i == 0:
        return None
    noun = doc[verb.i - 1]
    if noun.text == "," and verb.i > 3 and doc[verb.i - 2].dep_ == "appos":
        name = doc[verb.i - 2]  # ", the head of the council, Ivan Lesko, wrote on Telegram."
        beside = next(
            (
                t
                for t in name.head.children
                if t.dep_ == "appos" and t.i < name.i and kind_of(t, word_sets()) == "person"
            ),
            None,
        )
        return name if beside is not None and is_named(name) else None
    while (
        noun.dep_ != "appos"
        and noun.head.i != noun.i
        and noun.head.i < verb.i
        and noun.head.i != verb.i
        and noun.dep_ in ("pobj", "prep", "compound", "poss")
    ):
        noun = noun.head
    first = noun.left_edge.i
    if (
        noun.dep_ != "appos"
        or first == 0
        or doc[first - 1].text != ","
        or any(t.text == "," for t in doc[first : verb.i])
    ):
        return None
    return noun


def is_finite(verb: Token) -> bool:
    """Whether a participle behind its sentence's topmost noun is the sentence's verb: it has an object ("UN monitors
    recorded 230 deaths")."""
    head = verb.head
    topmost = verb.tag_ == "VBN" and verb.dep_ == "acl" and head.dep_ == "ROOT" and head.pos_ in ("NOUN", "PROPN")
    placed = verb.lower_ == "put" and is_documentary(head)  # "the poll, published on Sunday, put her on 55 per cent"
    return topmost and (placed or any(c.dep_ == "dobj" for c in verb.children))


def counts_others(subject: Token) -> bool:
    """Whether a subject is a body or people that count others, or what they wrote, by its head word or, of a name, its
    look ("UNICEF") or another of its words."""
    counters = word_sets()["counters"]
    if subject.lower_ in ("which", "who", "that") and subject.head.dep_ == "relcl":
        subject = subject.head.head  # "the committee, which counted 15"
        if subject.lower_ in word_sets()["group"] - word_sets()["crowds"]:
            return True  # "villagers, who counted nine"
    if subject.lemma_.lower() in word_sets()["document"]:
        return True  # "the bulletin counts 312 cases"
    if subject.lemma_.lower() in counters or subject.lower_ in counters:
        return True
    if any(c.dep_ == "appos" and c.lemma_.lower() in counters for c in subject.children):
        return True  # "FlightAware, a tracking service, counted 15"
    named = [t for t in subject.subtree if t.i <= subject.i and t.tag_ in ("NNP", "NNPS")]
    return is_named(subject) and (
        bool({t.lower_ for t in named} & counters) or (subject.text.isupper() and len(subject) > 1)
    )
