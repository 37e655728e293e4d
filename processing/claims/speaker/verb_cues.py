"""Verbs as cues: whether a verb says something here, who was told; passives, "quoted as saying", "issued a
statement"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.content import verb_contents
from processing.claims.speaker.content_spans import subtree_runs
from processing.claims.speaker.cue import CLAUSE, GLYPHS, Cue, CueForm, cue_verbs, lemma_of
from processing.claims.speaker.cue_subjects import counts_others, is_finite, subject_of
from processing.claims.speaker.mentions import Mention, kind_of, mention_of, word_sets
from processing.claims.speaker.object_content import is_documentary, is_named, is_of_which, is_stated
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["support_cue", "verb_cue"]


def verb_cue(verb: Token, offset: int) -> Cue | None:
    """The cue that a verb of cues.toml is, with who says what in the document's offsets; None where nobody says
    anything by it here."""
    lemma = lemma_of(verb)
    group = cue_verbs().get(lemma)
    if group is None or verb.dep_ in ("amod", "compound", "pobj"):
        return None
    if _said_as(verb):
        return _quoted_saying(verb, offset)
    if _is_deed(verb, lemma, group):
        return None
    subject, passive = subject_of(verb)
    if passive:
        return _passive(verb, lemma, group, offset)
    return None if subject is None else _active(verb, lemma, group, subject, offset)


def _active(verb: Token, lemma: str, group: str, subject: Token, offset: int) -> Cue | None:
    """ "X said that ...": the cue of a verb whose subject speaks; None where it does not speak here."""
    clause = [c for c in verb.children if c.dep_ in CLAUSE and c.i != verb.i]
    direct = [c for c in verb.children if c.dep_ in ("dobj", "attr", "oprd", "dative")]
    here = _group_here(verb, lemma, group, subject, clause, direct)
    clause = [c for c in clause if not is_of_which(c)]
    if here is None or not _may_speak(verb, here, subject) or (_is_negated(verb) and lemma in word_sets()["unsaid"]):
        return None  # "has not confirmed that": nobody says it
    if _is_dependent(verb, here, subject, clause):
        return None
    found = verb_contents(verb, subject, here, clause, direct)
    if found is None:
        return None
    contents, complete = found
    hearer = _hearer(verb)
    first, last = _own_words(verb, subject)
    return Cue(
        group=here,
        lemma=lemma,
        start=offset + verb.idx,
        end=offset + verb.idx + len(verb),
        source=_speaker(verb, subject, offset),
        contents=tuple((offset + a, offset + b) for a, b in contents),
        stance="asserts" if _is_negated(verb) else _stance(here),
        hedged=_hedged(verb),
        rule=f"verb {lemma}",
        hearer=mention_of(hearer, offset) if hearer is not None else None,
        inside=(offset + first, offset + last),
        complete=complete,
    )


def _is_deed(verb: Token, lemma: str, group: str) -> bool:
    """Whether a verb of speech does something else, by its form and what hangs on it, whoever its subject is."""
    if lemma in ("quote", "cite") and any(_said_as(g) for c in verb.children if c.lower_ == "as" for g in c.children):
        return True  # the verb behind "as" is the cue
    if lemma == "give" and not any(is_documentary(c) for c in verb.children if c.dep_ == "nsubj"):
        return True  # "a judge gave it 30 days to respond"
    if lemma in ("charge", "hear", "view", "learn", "decide") and not any(c.dep_ == "ccomp" for c in verb.children):
        return True
    alone = not any(c.dep_ in ("aux", "auxpass", "nsubj", "agent") for c in verb.children)
    if verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and alone and not is_finite(verb):
        return True  # "estimated to be worth": nobody's verb
    return (
        group in ("think", "plan") and verb.dep_ == "relcl" and _is_negated(verb)
    )  # "seven changes she was not expecting"


def _group_here(
    verb: Token, lemma: str, group: str, subject: Token, clause: list[Token], direct: list[Token]
) -> str | None:
    """The group of a verb with this subject and these complements; None where it says nothing with them."""
    words = word_sets()
    if lemma in words["count"] and group in ("report", "show"):
        if counts_others(subject) and any(t.like_num for c in direct for t in c.subtree):
            group = "report"
        elif group == "report":
            return None
    if lemma in words["foresight"] and not _foresees(verb, subject, clause, direct):
        return None
    if lemma in words["plan"] and clause and all(c.dep_ == "xcomp" and c.tag_ == "VB" for c in clause):
        group = "plan"  # "agreed to release 30", as against "agreed that"
    if lemma == "ask" and all(c.dep_ == "xcomp" for c in clause) and any(c.lower_ == "for" for c in verb.children):
        group = "plan"
    if (
        lemma == "call"
        and verb.dep_ != "acl"
        and any(c.dep_ == "oprd" for c in direct)
        and any(c.dep_ == "dobj" for c in direct)
    ):
        group = "report"  # "calls the plan a two-billion giveaway"
    if lemma == "add" and (_adds_things(verb, direct) or (direct and not clause and _is_modal(verb))):
        return None
    if lemma == "read" and direct and not clause and not is_documentary(subject):
        return None  # "a gauge read 4.6 metres"
    if group in ("say", "report") and _is_modal(verb):
        group = "plan"  # "will announce": not said yet
    return group


def _foresees(verb: Token, subject: Token, clause: list[Token], direct: list[Token]) -> bool:
    """Whether a verb of seeing is one of foresight: "the IMF sees growth of 3 %", "sees them picking up six"."""
    bodily = subject.text.isupper() or kind_of(subject, word_sets()) == "body" or counts_others(subject)
    foreseen = any(
        c.lemma_.lower() in word_sets()["foreseen"] and any(t.like_num for t in verb.subtree if t.i > verb.i)
        for c in direct
    )
    supposed = any(c.dep_ == "ccomp" and c.tag_ == "VBG" and any(t.like_num for t in c.subtree) for c in clause)
    return verb.tag_ == "VBZ" and (supposed or (bodily and foreseen))


def _may_speak(verb: Token, group: str, subject: Token) -> bool:
    """Whether a subject is somebody, or something, that speaks: not "nobody", not the number that is disputed, not who
    is quoted as "I"."""
    words = word_sets()
    if any(
        c.lower_ in ("neither", "no", "nor") and c.dep_ in ("det", "preconj") for c in subject.children
    ) or subject.lower_ in ("neither", "nothing"):
        return False  # "neither side would say how"
    if subject.text[0].isdigit() and subject.like_num:
        return False  # "300 answered"
    if subject.lower_ in words["nobody_sure"] or (subject.lower_ == "one" and subject.pos_ == "PRON"):
        return False
    if group in ("deny", "dispute"):
        if any(t.lemma_.lower() in words["pointing"] for t in subject.subtree if t.dep_ == "compound"):
            return False  # "a number aid workers dispute"
        if subject.lemma_.lower() in words["nouns"] and not any(c.dep_ == "dobj" for c in verb.children):
            return False  # "a figure analysts dispute"
    if subject.lower_ in ("i", "we", "you") and (group == "think" or _in_marks(verb)):
        return False
    return subject.lower_ not in ("what", "that", "this", "there") or subject.dep_ == "nsubj"


def _is_dependent(verb: Token, group: str, subject: Token, clause: list[Token]) -> bool:
    """Whether a verb without a tense of its own only says more of another word, and states nothing."""
    finite = is_finite(verb)
    if verb.dep_ == "xcomp" and verb.tag_ == "VB" and not clause and group in ("say", "report", "show"):
        return True
    if verb.dep_ == "acl" and not finite and not clause and not GLYPHS & set(verb.doc.text[verb.idx :]):
        return True
    if (
        verb.dep_ in ("acl", "csubj")
        and not finite
        and verb.tag_ in ("VBG", "VBN")
        and not is_named(subject)
        and kind_of(subject, word_sets()) == "other"
    ):
        return True  # "taxpayers reporting gains held for two years"
    infinitive = verb.tag_ == "VB" and any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    return infinitive and verb.dep_ in ("advcl", "ccomp", "dep", "csubj")  # "to put that number in context"


def _speaker(verb: Token, subject: Token, offset: int) -> Mention:
    """The mention of a subject; a document with who made it, where that is a second subject of the verb."""
    mention = mention_of(subject, offset, verb.i)
    others = [c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i and c != subject]
    if mention.kind == "document" and mention.author is None and others and is_named(others[-1]):
        name = mention_of(others[-1], offset, verb.i)
        return replace(mention, end=max(mention.end, name.end), author=(name.name_start, name.name_end, name.head))
    return mention


def _stance(group: str) -> Stance:
    return "denies" if group == "deny" else "disputes" if group == "dispute" else "asserts"


def _is_negated(verb: Token) -> bool:
    return any(c.dep_ == "neg" for c in verb.children)


def _is_modal(verb: Token) -> bool:
    """Whether a verb is yet to come or only possible: "will add 2Mt a year"."""
    return any(c.dep_ == "aux" and c.tag_ == "MD" for c in verb.children)


def _adds_things(verb: Token, direct: list[Token]) -> bool:
    """Whether a verb adds to a number instead of saying more: "employers added 30 jobs, above the 20 that ..."."""
    doc = verb.doc
    things = next((c for c in direct if c.i > verb.i and any(g.like_num for g in c.children)), None)
    return (
        things is not None
        and things.head == verb
        and any(t.text == "," or t.dep_ == "prep" for t in doc[things.i + 1 : things.i + 2])
    )


def _said_as(verb: Token) -> bool:
    return verb.dep_ == "pcomp" and verb.head.lower_ == "as" and lemma_of(verb.head.head) in ("quote", "cite")


def _quoted_saying(verb: Token, offset: int) -> Cue | None:
    """ "IRNA quoted the governor as saying that", "the governor was quoted by IRNA as saying": the governor says it,
    IRNA relays."""
    quoting = verb.head.head
    passive = next((c for c in quoting.children if c.dep_ == "nsubjpass"), None)
    agent = next((p for c in quoting.children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"), None)
    source = passive or next((c for c in quoting.children if c.dep_ == "dobj"), None)
    relay = agent if passive is not None else next((c for c in quoting.children if c.dep_ == "nsubj"), None)
    if source is None:
        return None
    doc = verb.doc
    own = (
        {quoting.i, verb.i, verb.head.i}
        | {t.i for t in source.subtree}
        | ({t.i for t in relay.subtree} if relay is not None else set())
    )
    own |= {c.i for c in quoting.children if c.dep_ in ("agent", "auxpass", "aux")}
    contents: list[tuple[int, int]] = []
    for child in [*quoting.children, *verb.children]:
        if child.dep_ in CLAUSE:
            contents += subtree_runs(child, own)
    if not contents:
        last = doc[verb.i + 1].idx if verb.i + 1 < len(doc) else len(doc.text)
        contents = [(last, len(doc.text))] if len(doc.text) - last > 4 else [(0, doc[min(own)].idx)]
    first, start = offset + doc[min(own)].idx, offset + verb.idx
    return Cue(
        "say",
        "say",
        start,
        start + len(verb),
        mention_of(source, offset, None if source.i > quoting.i else quoting.i),
        tuple((offset + a, offset + b) for a, b in contents if a < b),
        "asserts",
        False,
        "quoted as saying",
        form=CueForm.QUOTED_AS,
        hearer=mention_of(relay, offset, None) if relay is not None else None,
        inside=(first, start + len(verb)),
        complete=True,
    )


def _own_words(verb: Token, subject: Token) -> tuple[int, int]:
    """Offsets, in the sentence, of the verb and its own subject with all between."""
    own = [verb, *subject.subtree] if subject.head == verb else [verb]
    last = max(own, key=lambda t: t.i)
    return min(own, key=lambda t: t.i).idx, last.idx + len(last)


def _hearer(verb: Token) -> Token | None:
    """Who was told: "told the BBC", "in an interview with CNN", "said to Reuters"."""
    if verb.lemma_ in ("tell", "inform", "assure", "remind"):
        for child in verb.children:
            if child.dep_ in ("dobj", "dative") and child.pos_ in ("PROPN", "NOUN") and child.i > verb.i:
                named = [c for c in verb.children if c.dep_ == "dobj" and is_named(c) and c.left_edge.i == child.i + 1]
                return named[0] if named else child  # "told pollster Hana Insight", parsed as two objects
    for child in verb.children:
        if child.dep_ in ("dative", "prep") and child.lower_ in ("to", "in", "with", "on") and child.i > verb.i:
            for pobj in child.children:
                if pobj.dep_ == "pobj" and child.lower_ in ("to",) and pobj.pos_ == "PROPN":
                    return pobj
                if pobj.dep_ == "pobj" and pobj.lemma_ in (
                    "interview",
                    "statement",
                    "comment",
                    "remark",
                    "email",
                    "briefing",
                ):
                    for prep in pobj.children:
                        if prep.dep_ == "prep" and prep.lower_ in ("with", "to"):
                            for name in prep.children:
                                if name.dep_ == "pobj" and name.pos_ == "PROPN":
                                    return name
    return None


def _hedged(verb: Token) -> bool:
    hedges = word_sets()["hedges"]
    return any(c.lower_ in hedges for c in verb.children)


def _in_marks(verb: Token) -> bool:
    """Whether a token stands inside quotation marks within its sentence."""
    before = verb.doc.text[: verb.idx]
    opens = before.count("“") + before.count("‘") - before.count("”")
    return bool(opens > 0) or bool(before.count('"') % 2 == 1)


def _agent(verb: Token) -> Token | None:
    """Whom the "by" of a passive verb names; None where that is a number or nobody."""
    by = (c for c in verb.children if c.dep_ in ("agent", "prep") and c.lower_ == "by")
    return next((p for c in by for p in c.children if p.dep_ == "pobj" and not p.like_num), None)


def _is_hearsay(verb: Token, lemma: str, group: str) -> bool:
    """Whether a passive verb without an agent says that something is said ("is said to"), and by nobody named."""
    if lemma not in word_sets()["impersonal"] or group not in ("say", "report", "think"):
        return False
    if lemma == "tell" and not any(c.dep_ == "ccomp" for c in verb.children):
        return False  # "have been told to leave": an order
    return lemma == "report" or any(c.dep_ in CLAUSE for c in verb.children)


def _may_be_agent(verb: Token, agent: Token, lemma: str, group: str) -> bool:
    """Whether what "by" names may be who says it, not by how much or when."""
    if lemma in word_sets()["made_by"] or any(t.like_num for t in agent.subtree):
        return False
    if group in ("deny", "dispute") and not is_stated(verb):
        return False
    return agent.pos_ in ("NOUN", "PROPN", "PRON")


def _passive(verb: Token, lemma: str, group: str, offset: int) -> Cue | None:
    """ "was said by X", "were put at 30 by X"; without an agent, "is said to", "were reported" cite nobody clear."""
    doc = verb.doc
    agent = _agent(verb)
    if agent is None:
        if not _is_hearsay(verb, lemma, group):
            return None
    elif not _may_be_agent(verb, agent, lemma, group):
        return None
    own = {verb.i} | ({t.i for t in agent.head.subtree} if agent is not None else set())
    if agent is not None and verb.dep_ in ("acl", "relcl", "amod"):
        spans = [(doc[verb.head.left_edge.i].idx, doc[verb.i].idx)]
    else:
        spans = subtree_runs(verb, own)
    return Cue(
        group=group,
        lemma=lemma,
        start=offset + verb.idx,
        end=offset + verb.idx + len(verb),
        source=mention_of(agent, offset) if agent is not None else None,
        contents=tuple((offset + a, offset + b) for a, b in spans),
        stance=_stance(group),
        hedged=lemma in ("rumour", "rumor", "allege") or _hedged(verb),
        rule=f"passive {lemma}",
        inside=(offset + verb.idx, offset + verb.idx + len(verb)),
        complete=True,
    )


def _statement_object(verb: Token) -> Token | None:
    """The noun of statement that is a verb's object: "a comment", "the case"."""
    nouns = word_sets()["nouns"] | {"case", "point", "observation", "clear", "evidence"}
    return next((c for c in verb.children if c.dep_ == "dobj" and c.lemma_.lower() in nouns), None)


def _makes_clear(verb: Token) -> bool:
    """ "Made clear that", "made it clear that"."""
    clauses = (c for c in verb.children if c.dep_ == "ccomp")
    return verb.lemma_ == "make" and any(g.lower_ == "clear" for c in clauses for g in [*c.children, c])


def _goes_on_behind(noun: Token) -> bool:
    """Whether a clause behind a noun says what it holds."""
    return any(c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i for c in noun.children)


def support_cue(verb: Token, offset: int) -> Cue | None:
    """ "made the following comment: ...", "issued a statement saying", "made the case that", "made it clear that"."""
    if str(verb.lemma_).lower() not in word_sets()["support"]:
        return None
    noun, clear = _statement_object(verb), _makes_clear(verb)
    subject, passive = subject_of(verb)
    if subject is None or passive or (noun is None and not clear) or subject.lower_ in ("i", "we", "you"):
        return None
    doc = verb.doc
    last = noun if noun is not None else verb
    rest = doc[last.i + 1].idx if last.i + 1 < len(doc) else len(doc.text)
    colon = doc.text.rstrip().endswith(":")
    told = noun is None or clear or colon or ":" in doc.text[rest:] or _goes_on_behind(noun)
    if rest < len(doc.text) and not told:
        return None
    mention = mention_of(subject, offset, verb.i)
    end = offset + last.idx + len(last)
    contents = ((offset + rest, offset + len(doc.text)),) if rest < len(doc.text) else ()
    return Cue(
        "say",
        str(verb.lemma_),
        offset + verb.idx,
        end,
        mention,
        contents,
        "asserts",
        False,
        f"{verb.lemma_} {noun.lemma_ if noun is not None else 'clear'}",
        inside=(mention.start, offset + len(doc.text.rstrip()) if colon else end),
        complete=True,
    )
