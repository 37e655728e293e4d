"""Verbs as cues: who is their subject, who was told, what they say; passives, "quoted as saying", "issued a statement"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.contents import is_documentary, is_named, is_of_which, is_stated, subtree_runs, verb_contents
from processing.claims.cue import CLAUSE, GLYPHS, Cue, cue_verbs, lemma_of, verb_forms
from processing.claims.mentions import Mention, kind_of, mention_of, word_sets
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.tree import Token

__all__ = ["mistagged_cue", "subject_of", "support_cue", "verb_cue"]

_ANYBODY = frozenset(["anyone", "anybody", "someone", "somebody", "nobody", "everyone", "everybody", "none", "'s", "whoever", "noone"])


def verb_cue(verb: Token, offset: int) -> Cue | None:
    lemma = lemma_of(verb)
    group = cue_verbs().get(lemma)
    if group is None or verb.dep_ in ("amod", "compound") or verb.dep_ == "pobj":
        return None
    if _said_as(verb):
        return _quoted_saying(verb, offset)
    if lemma in ("quote", "cite") and any(_said_as(g) for c in verb.children if c.lower_ == "as" for g in c.children):
        return None
    if lemma == "give" and not any(is_documentary(c) for c in verb.children if c.dep_ == "nsubj"):
        return None  # "a judge gave it 30 days to respond"
    if lemma in ("hear", "view", "learn") and not any(c.dep_ == "ccomp" for c in verb.children):
        return None
    finite = _is_finite(verb)
    if not finite and verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and not any(c.dep_ in ("aux", "auxpass", "nsubj", "agent") for c in verb.children):
        return None  # "estimated to be worth": nobody's verb
    negated = any(c.dep_ == "neg" for c in verb.children)
    if negated and group in ("think", "plan") and verb.dep_ == "relcl":
        return None  # "seven changes she was not expecting"
    subject, passive = subject_of(verb)
    if passive:
        return _passive(verb, lemma, group, offset)
    if lemma in ("expect", "require", "call", "need", "mean") and subject is None:
        return None
    clause = [c for c in verb.children if c.dep_ in CLAUSE and c.i != verb.i]
    direct = [c for c in verb.children if c.dep_ in ("dobj", "attr", "oprd", "dative")]
    if subject is None:
        return None
    if lemma in word_sets()["count"] and group in ("report", "show"):
        if _counts_others(subject) and any(t.like_num for c in direct for t in c.subtree):
            group = "report"
        elif group == "report":
            return None
    if lemma in word_sets()["foresight"]:
        bodily = subject.text.isupper() or kind_of(subject, word_sets()) == "body" or _counts_others(subject)
        foreseen = any(c.lemma_.lower() in word_sets()["foreseen"] and any(t.like_num for t in verb.subtree if t.i > verb.i) for c in direct)
        supposed = any(c.dep_ == "ccomp" and c.tag_ == "VBG" and any(t.like_num for t in c.subtree) for c in clause)  # "sees them picking up six"
        if verb.tag_ != "VBZ" or not (supposed or (bodily and foreseen)):
            return None
    if lemma in word_sets()["plan"] and clause and all(c.dep_ == "xcomp" and c.tag_ == "VB" for c in clause):
        group = "plan"  # "agreed to release 30", as against "agreed that"
    if lemma == "ask" and not clause and any(c.lower_ == "for" for c in verb.children):
        group = "plan"
    if lemma == "call" and verb.dep_ != "acl" and any(c.dep_ == "oprd" for c in direct) and any(c.dep_ == "dobj" for c in direct):
        group = "report"  # "calls the plan a two-billion giveaway"
    if lemma == "add" and _adds_things(verb, direct):
        return None
    clause = [c for c in clause if not is_of_which(c)]
    if any(c.lower_ in ("neither", "no", "nor") and c.dep_ in ("det", "preconj") for c in subject.children) or subject.lower_ in ("neither", "nothing"):
        return None  # "neither side would say how"
    if subject is not None and (subject.lower_ in _ANYBODY or (subject.lower_ == "one" and subject.pos_ == "PRON")):
        return None
    if group in ("deny", "dispute") and any(t.lemma_.lower() in word_sets()["pointing"] for t in subject.subtree if t.dep_ == "compound"):
        return None  # "a number aid workers dispute"
    if subject is not None and group in ("deny", "dispute") and subject.lemma_.lower() in word_sets()["nouns"]:
        return None  # "a figure analysts dispute"
    if subject is not None and subject.lower_ in ("i", "we", "you") and (group == "think" or _in_marks(verb)):
        return None
    if subject is not None and subject.lower_ in ("what", "that", "this", "there") and subject.dep_ != "nsubj":
        return None
    if negated and lemma in word_sets()["unsaid"]:
        return None  # "has not confirmed that": nobody says it
    if group in ("say", "report") and any(c.dep_ == "aux" and c.tag_ == "MD" for c in verb.children):
        group = "plan"  # "will announce": not said yet
    documentary = subject is not None and is_documentary(subject)
    if verb.dep_ == "xcomp" and verb.tag_ == "VB" and not clause and group in ("say", "report", "show"):
        return None
    if verb.dep_ == "acl" and not finite and not clause and not GLYPHS & set(verb.doc.text[verb.idx :]):
        return None
    if verb.dep_ in ("acl", "csubj") and not finite and verb.tag_ in ("VBG", "VBN") and not is_named(subject) and kind_of(subject, word_sets()) == "other":
        return None  # "taxpayers reporting gains held for two years"
    if verb.tag_ == "VB" and verb.dep_ in ("advcl", "ccomp", "dep", "csubj") and any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
        return None  # "to put that number in context"
    spans = verb_contents(verb, subject, group, clause, direct, documentary)
    if spans is None:
        return None
    contents, complete = spans
    stance: Stance = "asserts"
    if group == "deny" and not negated:
        stance = "denies"
    elif group == "dispute" and not negated:
        stance = "disputes"
    hearer = _hearer(verb)
    own = _own_words(verb, subject)
    mention = mention_of(subject, offset, verb.i) if subject is not None else None
    others = [c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i and c != subject]
    if mention is not None and mention.kind == "document" and mention.author is None and others and is_named(others[-1]):
        name = mention_of(others[-1], offset, verb.i)
        mention = replace(mention, end=max(mention.end, name.end), author=(name.name_start, name.name_end, name.head))
    return Cue(
        group=group, lemma=lemma, start=offset + verb.idx, end=offset + verb.idx + len(verb), source=mention,
        contents=tuple((offset + a, offset + b) for a, b in contents), stance=stance, hedged=_hedged(verb), rule=f"verb {lemma}",
        hearer=mention_of(hearer, offset) if hearer is not None else None,
        inside=(offset + own[0], offset + own[1]), complete=complete,
    )  # fmt: skip


def _adds_things(verb: Token, direct: list[Token]) -> bool:
    """Whether a verb adds to a number instead of saying more: "employers added 30 jobs, above the 20 that ..."."""
    doc = verb.doc
    things = next((c for c in direct if c.i > verb.i and any(g.like_num for g in c.children)), None)
    return things is not None and things.head == verb and any(t.text == "," or t.dep_ == "prep" for t in doc[things.i + 1 : things.i + 2])


def _is_finite(verb: Token) -> bool:
    """Whether a participle behind its sentence's topmost noun is the sentence's verb: it has an object ("UN monitors recorded 230 deaths")."""
    head = verb.head
    topmost = verb.tag_ == "VBN" and verb.dep_ == "acl" and head.dep_ == "ROOT" and head.pos_ in ("NOUN", "PROPN")
    placed = verb.lower_ == "put" and is_documentary(head)  # "the poll, published on Sunday, put her on 55 per cent"
    return topmost and (placed or any(c.dep_ == "dobj" for c in verb.children))


def _counts_others(subject: Token) -> bool:
    """Whether a subject is a body or people that count others, by its head word or, of a name, its look ("UNICEF") or another of its words."""
    counters = word_sets()["counters"]
    if subject.lower_ in ("which", "who", "that") and subject.head.dep_ == "relcl":
        subject = subject.head.head  # "the committee, which counted 15"
    if subject.lemma_.lower() in counters or subject.lower_ in counters:
        return True
    if any(c.dep_ == "appos" and c.lemma_.lower() in counters for c in subject.children):
        return True  # "FlightAware, a tracking service, counted 15"
    named = [t for t in subject.subtree if t.i <= subject.i and t.tag_ in ("NNP", "NNPS")]
    return is_named(subject) and (bool({t.lower_ for t in named} & counters) or (subject.text.isupper() and len(subject) > 1))


def _said_as(verb: Token) -> bool:
    return verb.dep_ == "pcomp" and verb.head.lower_ == "as" and lemma_of(verb.head.head) in ("quote", "cite")


def _quoted_saying(verb: Token, offset: int) -> Cue | None:
    """ "IRNA quoted the governor as saying that", "the governor was quoted by IRNA as saying": the governor says it, IRNA relays."""
    quoting = verb.head.head
    passive = next((c for c in quoting.children if c.dep_ == "nsubjpass"), None)
    agent = next((p for c in quoting.children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"), None)
    source = passive or next((c for c in quoting.children if c.dep_ == "dobj"), None)
    relay = agent if passive is not None else next((c for c in quoting.children if c.dep_ == "nsubj"), None)
    if source is None:
        return None
    doc = verb.doc
    own = {quoting.i, verb.i, verb.head.i} | {t.i for t in source.subtree} | ({t.i for t in relay.subtree} if relay is not None else set())
    own |= {c.i for c in quoting.children if c.dep_ in ("agent", "auxpass", "aux")}
    contents: list[tuple[int, int]] = []
    for child in [*quoting.children, *verb.children]:
        if child.dep_ in CLAUSE:
            contents += subtree_runs(child, own, quoting)
    if not contents:
        last = doc[verb.i + 1].idx if verb.i + 1 < len(doc) else len(doc.text)
        contents = [(last, len(doc.text))] if len(doc.text) - last > 4 else [(0, doc[min(own)].idx)]
    first, start = offset + doc[min(own)].idx, offset + verb.idx
    return Cue(
        "say", "say", start, start + len(verb), mention_of(source, offset, None if source.i > quoting.i else quoting.i),
        tuple((offset + a, offset + b) for a, b in contents if a < b), "asserts", False,
        "quoted as saying", hearer=mention_of(relay, offset, None) if relay is not None else None, inside=(first, start + len(verb)), complete=True,
    )  # fmt: skip


def subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The subject of a verb, its own or the one it shares or controls it, and whether the verb is passive."""
    for child in verb.children:
        if child.dep_ == "nsubjpass":
            return child, True
        if child.dep_ == "agent":
            return child, True
    own = [c for c in verb.children if c.dep_ == "nsubj"]
    if not own and (stray_subject := _mistaken_apposition(verb)) is not None:
        return stray_subject, False
    if len(own) > 1 and own[-1].i < verb.i and not any(t.text == "," for t in verb.doc[own[0].i : own[-1].i]) and own[-1].left_edge.pos_ in ("DET", "PRON"):
        return own[-1], False  # "the 30 people the army says it killed"
    if len(own) > 1 and own[0].like_num and own[-1].i < verb.i and own[-1].pos_ in ("NOUN", "PROPN"):
        return own[-1], False  # "23 were injured, three of them badly, the chief said"
    if own:
        return own[0], False
    beside = verb.doc[verb.i - 1] if verb.i > 0 else None
    if beside is not None and verb.tag_ in ("VBZ", "VBD") and beside.head == verb and beside.dep_ in ("compound", "nmod") and beside.pos_ in ("NOUN", "PROPN"):
        return beside, False  # ", the Pentagon estimates." read as a compound
    if verb.tag_ == "VBN" and verb.dep_ == "acl" and not any(c.dep_ == "aux" for c in verb.children):
        return (verb.head if _is_finite(verb) else None), False
    if verb.dep_ in ("conj", "xcomp", "advcl", "dep", "pcomp", "ccomp") and verb.head != verb:
        head = verb.head
        if verb.dep_ == "pcomp":
            head = head.head
        if verb.dep_ == "advcl" and verb.tag_ not in ("VBG", "VB", "VBN"):
            return None, False
        if verb.dep_ == "ccomp" and verb.tag_ not in ("VBG", "VB"):
            return None, False
        if verb.dep_ == "conj" and verb.tag_ in ("VBG", "VBN", "VB") and head.tag_ not in (verb.tag_, "VBD", "VBZ", "VBP") and head.pos_ != "VERB":
            return None, False
        if verb.dep_ == "xcomp" and (controller := next((c for c in head.children if c.dep_ == "dobj" and c.i < verb.i), None)) is not None:
            return controller, False
        if verb.dep_ == "conj":
            stray = [c for c in head.children if c.dep_ == "conj" and c.pos_ in ("NOUN", "PROPN") and head.i < c.i < verb.i]
            if stray:
                return stray[-1], False  # "A put it at 5, but B in C, D, said"
        if head.pos_ in ("VERB", "AUX"):
            subject, passive = subject_of(head)
            if subject is not None and passive and subject.dep_ not in ("nsubjpass",):
                return None, False
            return subject, False
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        return verb.head, False
    if verb.dep_ == "relcl":
        return None, False
    return None, False


def _mistaken_apposition(verb: Token) -> Token | None:
    """ "... were killed in Kursk, the agency said": an apposition that no comma closes before a finite verb of speech is that verb's subject."""
    doc = verb.doc
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or lemma_of(verb) not in cue_verbs() or verb.i == 0:
        return None
    noun = doc[verb.i - 1]
    if noun.text == "," and verb.i > 3 and doc[verb.i - 2].dep_ == "appos":
        name = doc[verb.i - 2]  # ", the head of the council, Ivan Lesko, wrote on Telegram."
        beside = next((t for t in name.head.children if t.dep_ == "appos" and t.i < name.i and kind_of(t, word_sets()) == "person"), None)
        return name if beside is not None and is_named(name) else None
    while (
        noun.dep_ != "appos" and noun.head.i != noun.i and noun.head.i < verb.i and noun.head.i != verb.i and noun.dep_ in ("pobj", "prep", "compound", "poss")
    ):
        noun = noun.head
    first = noun.left_edge.i
    if noun.dep_ != "appos" or first == 0 or doc[first - 1].text != "," or any(t.text == "," for t in doc[first : verb.i]):
        return None
    return noun


def _own_words(verb: Token, subject: Token | None) -> tuple[int, int]:
    indexes = {verb.i}
    if subject is not None and subject.head == verb:
        indexes |= {t.i for t in subject.subtree}
    near = sorted(i for i in indexes)
    doc = verb.doc
    return doc[near[0]].idx, doc[near[-1]].idx + len(doc[near[-1]])


def _hearer(verb: Token) -> Token | None:
    """Who was told: "told the BBC", "in an interview with CNN", "said to Reuters"."""
    if verb.lemma_ in ("tell", "inform", "assure", "remind"):
        for child in verb.children:
            if child.dep_ in ("dobj", "dative") and child.pos_ in ("PROPN", "NOUN") and child.i > verb.i:
                return child
    for child in verb.children:
        if child.dep_ in ("dative", "prep") and child.lower_ in ("to", "in", "with", "on") and child.i > verb.i:
            for pobj in child.children:
                if pobj.dep_ == "pobj" and child.lower_ in ("to",) and pobj.pos_ == "PROPN":
                    return pobj
                if pobj.dep_ == "pobj" and pobj.lemma_ in ("interview", "statement", "comment", "remark", "email", "briefing"):
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


def _passive(verb: Token, lemma: str, group: str, offset: int) -> Cue | None:
    """ "was said by X", "were put at 30 by X"; without an agent, "is said to", "were reported" cite nobody clear."""
    doc = verb.doc
    agents = [p for c in verb.children if c.dep_ in ("agent", "prep") and c.lower_ == "by" for p in c.children if p.dep_ == "pobj" and not p.like_num]
    agent = agents[0] if agents else None
    own = {verb.i} | ({t.i for t in agent.head.subtree} if agent is not None else set())
    if agent is None:
        if lemma not in word_sets()["impersonal"] or group not in ("say", "report", "think"):
            return None
        if not any(c.dep_ in CLAUSE for c in verb.children) and lemma not in ("report",):
            return None
        if lemma == "tell" and not any(c.dep_ == "ccomp" for c in verb.children):
            return None  # "have been told to leave": an order
    elif (
        lemma
        in (
            "release",
            "publish",
            "write",
            "present",
            "unveil",
            "see",
            "view",
            "read",
            "show",
            "find",
            "discover",
            "identify",
            "post",
            "list",
            "display",
            "record",
            "document",
            "register",
            "log",
            "push",
            "call",
            "rank",
            "rate",
            "understand",
            "know",
        )
        or any(t.like_num for t in agent.subtree)
        or (group in ("deny", "dispute") and not is_stated(verb))
    ):
        return None
    if agent is not None and agent.pos_ not in ("NOUN", "PROPN", "PRON"):
        return None
    if agent is not None and verb.dep_ in ("acl", "relcl", "amod"):
        spans = [(doc[verb.head.left_edge.i].idx, doc[verb.i].idx)]
    else:
        spans = subtree_runs(verb, own, verb)
    stance: Stance = "denies" if group == "deny" else "disputes" if group == "dispute" else "asserts"
    return Cue(
        group=group, lemma=lemma, start=offset + verb.idx, end=offset + verb.idx + len(verb), source=mention_of(agent, offset) if agent is not None else None,
        contents=tuple((offset + a, offset + b) for a, b in spans), stance=stance, hedged=lemma in ("rumour", "rumor", "allege") or _hedged(verb),
        rule=f"passive {lemma}", inside=(offset + verb.idx, offset + verb.idx + len(verb)), complete=True,
    )  # fmt: skip


def support_cue(verb: Token, offset: int) -> Cue | None:
    """ "made the following comment: ...", "issued a statement saying", "made the case that", "made it clear that"."""
    words = word_sets()
    if str(verb.lemma_).lower() not in words["support"]:
        return None
    noun = next(
        (
            c
            for c in verb.children
            if c.dep_ == "dobj" and (c.lemma_.lower() in words["nouns"] or c.lemma_.lower() in ("case", "point", "observation", "clear"))
        ),
        None,
    )
    clear = verb.lemma_ == "make" and any(c.dep_ == "ccomp" and any(g.lower_ == "clear" for g in [*c.children, c]) for c in verb.children)
    subject, passive = subject_of(verb)
    if subject is None or passive or (noun is None and not clear) or subject.lower_ in ("i", "we", "you"):
        return None
    doc = verb.doc
    start = (noun.i if noun is not None else verb.i) + 1
    if start >= len(doc):
        contents: tuple[tuple[int, int], ...] = ()
    elif (
        noun is not None
        and not clear
        and not any(c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i for c in noun.children)
        and not doc.text.rstrip().endswith(":")
        and ":" not in doc.text[doc[start].idx :]
    ):
        return None
    else:
        contents = ((offset + doc[start].idx, offset + len(doc.text)),)
    mention = mention_of(subject, offset, verb.i)
    at = offset + verb.idx
    end = offset + (noun.idx + len(noun) if noun is not None else verb.idx + len(verb))
    return Cue(
        "say",
        str(verb.lemma_),
        at,
        end,
        mention,
        contents,
        "asserts",
        False,
        f"{verb.lemma_} {noun.lemma_ if noun is not None else 'clear'}",
        inside=(mention.start, offset + len(doc.text.rstrip())) if doc.text.rstrip().endswith(":") else (mention.start, end),
        complete=True,
    )


def _speaking_noun(token: Token) -> Token | None:
    """The nearest noun before a mistagged verb that can speak, within its phrase."""
    words = word_sets()
    for i in range(token.i - 1, max(-1, token.i - 9), -1):
        candidate = token.doc[i]
        if candidate.text in (",", ";", ":", "."):
            return None
        if candidate.lemma_.lower() in words["document"] | words["person"] | words["finders"] or candidate.lower_ in words["group"] | words["document"]:
            whole = next(
                (t for t in candidate.ancestors if t.i < candidate.i and t.tag_ in ("NNS", "NN") and kind_of(t, words) in ("document", "group", "person")), None
            )
            return whole or (candidate if candidate.i + 1 == token.i or candidate.tag_ in ("NNS", "NNPS") else None)
    return None


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
    mention = Mention(
        offset + low, offset + high, offset + low, offset + high, text, source.text, str(source.lemma_).lower(), kind, named, source.tag_ in ("NNS", "NNPS")
    )
    at = offset + token.idx
    content = (offset, offset + doc[start - 1].idx)
    return Cue(
        cue_verbs()[base],
        base,
        at,
        at + len(token),
        mention,
        (content,),
        "asserts",
        False,
        f"verb {base}",
        inside=(mention.start, at + len(token)),
        complete=True,
    )


def mistagged_cue(token: Token, offset: int) -> Cue | None:
    """A verb of speech that the tagger took for a noun: "Trump charges that"."""
    doc = token.doc
    base = verb_forms()[token.lower_]
    closing = _closing(token, offset)
    if closing is not None:
        return closing
    if cue_verbs()[base] not in ("say", "report", "show") or token.i == 0 or token.i + 2 >= len(doc):
        return None
    if token.lower_ == base and not any(c.dep_ == "ccomp" for c in token.children):
        return None
    if doc[token.i + 1].lower_ == "that" and doc[token.i + 2].pos_ in ("VERB", "AUX"):
        return None
    if doc[token.i + 1].lower_ not in ("that", "there", "they", "he", "she", "it") or doc[token.i - 1].pos_ not in ("PROPN", "NOUN"):
        return None
    source = doc[token.i - 1]
    if token.lower_ == base:
        source = _speaking_noun(token) or source
    mention = mention_of(source, offset, token.i)
    content = (offset + doc[token.i + 1].idx, offset + len(doc.text))
    start = offset + token.idx
    return Cue(
        cue_verbs()[base],
        base,
        start,
        start + len(token),
        mention,
        (content,),
        "asserts",
        False,
        f"verb {base}",
        inside=(mention.start, start + len(token)),
        complete=True,
    )
