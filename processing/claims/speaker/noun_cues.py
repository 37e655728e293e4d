"""Cues that are no verbs: "according to", "X's estimate of", "under X's plan", "this finding: ..."."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.content_spans import object_runs
from processing.claims.speaker.cue import Cue, cue_verbs, lemma_of
from processing.claims.speaker.cue_subjects import subject_of
from processing.claims.speaker.mentions import kind_of, mention_of, without_verb, word_sets

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["according_cue", "before_quotation", "noun_cue", "set_by_cue"]


def according_cue(token: Token, offset: int) -> Cue | None:
    """ "According to X", "per X", "as per X", "based on X's poll": all of the sentence, or of its relative clause,
    around the phrase; None where it names nobody."""
    doc = token.doc
    last = _end_of_phrase(token)
    source = _cited(token, last) if last is not None else None
    if last is None or source is None:
        return None
    if (token.lower_ == "based" and not _is_cited_basis(source)) or _is_norm(source):
        return None
    mention = mention_of(source, offset, None)
    edge = source.right_edge
    start, end = offset + token.idx, max(mention.name_end, min(mention.end, offset + edge.idx + len(edge)))
    limit = len(doc.text) + offset
    contents = []
    low = offset + _clause_start(token)
    if start > low:
        contents.append((low, start))
    if end < limit:
        contents.append((end, limit))
    return Cue(
        "according",
        "according to",
        start,
        offset + last.idx + len(last),
        mention,
        tuple(contents),
        "asserts",
        False,
        "according to",
        inside=(start, end),
        complete=True,
    )


def _end_of_phrase(token: Token) -> Token | None:
    """The last word of "according to", "as per", "per" or "based on" that begins at a token; None where none does."""
    doc = token.doc
    following = doc[token.i + 1] if token.i + 1 < len(doc) else None
    if following is None:
        return None
    if token.lower_ == "according":
        return following if following.lower_ == "to" else None
    opens = token.i == 0 or doc[token.i - 1].text in (",", "(")
    if token.lower_ == "based":
        return following if following.lower_ == "on" and opens else None
    if token.lower_ == "as":
        return following
    named = following.pos_ == "PROPN" and (opens or following.text[0].isupper())
    return token if named or (following.pos_ == "DET" and following.lower_ not in ("a", "an")) else None


def _cited(token: Token, last: Token) -> Token | None:
    """Who is cited by a phrase of two tokens, by the parse or as the next noun."""
    doc = token.doc
    source = next((c for c in last.children if c.dep_ in ("pobj", "dobj")), None)
    source = source or next((c for c in token.children if c.dep_ == "pobj"), None)
    if source is None:
        source = next((t for t in doc[last.i + 1 :] if t.pos_ in ("NOUN", "PROPN")), None)
        while source is not None and source.i + 1 < len(doc) and doc[source.i + 1].pos_ in ("NOUN", "PROPN"):
            source = doc[source.i + 1]
    return source


def _clause_start(token: Token) -> int:
    """Where (characters) the relative clause behind a comma begins in which a token stands; 0 where it stands in
    none."""
    doc = token.doc
    for clause in [token, *token.ancestors]:
        first = clause.left_edge.i
        if clause.dep_ == "relcl" and first > 0 and doc[first - 1].text == "," and token.i > clause.i:
            return int(doc[first].idx)
    return 0


def _is_norm(source: Token) -> bool:
    """Whether a bare noun is a rule or a measure, not somebody: "according to plan", "according to weight"."""
    bare = not any(c.dep_ in ("det", "poss", "compound", "nmod", "prep") for c in source.children)
    return bare and source.lemma_.lower() in word_sets()["norms"]


def _is_cited_basis(source: Token) -> bool:
    """Whether what a number is "based on" is somebody's document: "based on a Guild Institute poll", not "on 40
    tests"."""
    document = kind_of(source, word_sets()) == "document"
    made = any(c.dep_ in ("poss", "compound", "nmod") and c.tag_ in ("NNP", "NNPS", "NN") for c in source.children)
    return document and (made or any(c.lower_ in ("by", "from") for c in source.children))


def noun_cue(noun: Token, offset: int) -> Cue | None:
    """ "X's estimate of 300", "a claim by X that", "under X's plan, taxpayers would"."""
    words = word_sets()
    if noun.lemma_.lower() not in words["nouns"] and noun.lower_ not in words["nouns"]:
        return None
    holder = _holder(noun)
    if holder is None:
        return _framed_document(noun, offset) or _named_report(noun, offset)
    head = noun.head
    if holder.lower_ in ("his", "her", "their", "its", "my", "our", "your") and noun.lemma_ not in words["uttered"]:
        if noun.dep_ != "dobj" or noun.lemma_ not in words["revised"]:
            return None
        subject, passive = subject_of(head) if head.pos_ == "VERB" else (None, False)
        if subject is None or passive:
            return None
        mention = mention_of(subject, offset, head.i)
    else:
        mention = mention_of(holder, offset, None)
        if holder.dep_ == "poss":
            mention = replace(mention, end=max(offset + noun.idx + len(noun), mention.end))
    spans, complete = _noun_contents(noun, holder)
    if not spans:
        return None
    return Cue(
        "noun",
        noun.lemma_.lower(),
        offset + noun.idx,
        offset + noun.idx + len(noun),
        mention,
        tuple((offset + a, offset + b) for a, b in spans),
        "asserts",
        False,
        f"noun {noun.lemma_.lower()}",
        inside=(mention.start, offset + noun.idx + len(noun)),
        complete=complete,
    )


def _holder(noun: Token) -> Token | None:
    """Whose statement a noun is: "X's report", "a report by X"; None where nobody is named, as of "Monday's report",
    "the city's death toll"."""
    words = word_sets()
    holder = next((c for c in noun.children if c.dep_ == "poss"), None)
    if holder is None:
        for child in noun.children:
            if child.dep_ in ("prep", "agent") and (
                child.lower_ == "by" or (child.lower_ == "from" and noun.lemma_.lower() in words["from_source"])
            ):
                holder = next((p for p in child.children if p.dep_ == "pobj" and p.pos_ in ("PROPN", "NOUN")), None)
    if holder is not None:
        holder = without_verb(holder)
    elif noun.lemma_.lower() in words["held_nouns"]:
        makers = words["group"] | words["body"] | words["counters"] | words["makers_in_front"]
        holder = next((c for c in noun.children if c.dep_ in ("compound", "nmod", "amod") and c.lower_ in makers), None)
    if holder is not None and (holder.lower_ in words["times"] or "death" in {t.lower_ for t in noun.lefts}):
        return None
    return holder


def _noun_contents(noun: Token, holder: Token) -> tuple[list[tuple[int, int]], bool]:
    """Stretches of the sentence (characters) that a noun of statement with a holder says, and whether they are all of
    its clause."""
    words, doc, head = word_sets(), noun.doc, noun.head
    start = max(noun.i, holder.right_edge.i if holder.dep_ == "pobj" else 0) + 1
    spans: list[tuple[int, int]] = []
    for child in noun.children:
        maker = child.dep_ == "prep" and child.lower_ in ("by", "from")
        if child.i > noun.i and child.dep_ in ("prep", "acl", "relcl", "appos", "ccomp", "nummod") and not maker:
            spans.append((doc[child.left_edge.i].idx, doc[child.right_edge.i].idx + len(doc[child.right_edge.i])))
    if holder.i + 1 < noun.i and noun.lemma_ in words["behind_number"]:
        after = holder.i + (2 if doc[holder.i + 1].tag_ == "POS" else 1)
        if after < noun.i:
            spans.append((doc[after].idx, doc[noun.i].idx))
    if noun.lemma_ in words["revised"] or noun.lemma_ in ("toll", "tally", "count"):
        end = head.right_edge if head.i < noun.i and head.pos_ == "VERB" else noun.right_edge
        if end.i > start and start < len(doc):
            spans.append((doc[start].idx, end.idx + len(end)))
    if (
        noun.dep_ in ("nsubj", "nsubjpass")
        and head.pos_ in ("VERB", "AUX")
        and cue_verbs().get(lemma_of(head)) not in ("say", "show", "report")
    ):
        spans += [(a, b) for a, b in object_runs(head, {t.i for t in noun.subtree if t.i <= noun.i}) if b > noun.idx]
    framing = (
        noun.dep_ == "pobj"
        and head.lower_ in words["framing"]
        and head.dep_ == "prep"
        and (head.i <= 1 or doc[head.i - 1].text in (",", ";") or noun.lemma_.lower() in words["surveys"])
    )
    if framing:
        spans = [(doc[start].idx, len(doc.text))] if start < len(doc) else spans
        if head.i > 1 and doc[head.i - 1].text != ";":
            spans.append((0, head.idx))
    return spans, framing


def set_by_cue(participle: Token, offset: int) -> Cue | None:
    """ "The alliance's recommended 2 per cent of output": whose number it is stands before a participle of setting."""
    head, doc = participle.head, participle.doc
    holder = next((c for c in head.children if c.dep_ == "poss" and c.i < participle.i), None)
    if (
        participle.dep_ not in ("amod", "compound")
        or holder is None
        or holder.pos_ == "PRON"
        or holder.lower_ in word_sets()["times"]
    ):
        return None
    if not any(t.like_num for t in doc[participle.i + 1 : head.right_edge.i + 1]):
        return None
    mention = mention_of(holder, offset, None)
    start, end = offset + participle.idx, offset + participle.idx + len(participle)
    content = (end, offset + head.right_edge.idx + len(head.right_edge))
    return Cue(
        "noun",
        participle.lower_,
        start,
        end,
        mention,
        (content,),
        "asserts",
        False,
        f"noun {participle.lower_}",
        inside=(mention.start, end),
        complete=True,
    )


def _framed_document(noun: Token, offset: int) -> Cue | None:
    """ "by one estimate", "in the poll", "in a recent survey": the document itself governs the sentence."""
    doc = noun.doc
    head = noun.head
    words = word_sets()
    if (
        noun.dep_ != "pobj"
        or head.lower_ not in ("by", "in", "on", "under")
        or (noun.lemma_.lower() not in words["framed"] and not (head.i == 0 and head.lower_ == "by"))
    ):
        return None
    named = any(c.dep_ in ("compound", "nmod") and c.tag_ in ("NNP", "NNPS") for c in noun.children)
    if head.i > 1 and doc[head.i - 1].text != "," and not (named and noun.lemma_.lower() in words["surveys"]):
        return None
    if noun.lemma_.lower() not in words["document"]:
        return None
    mention = mention_of(noun, offset, None)
    last = noun.right_edge.i
    spans = []
    if head.i > 1:
        spans.append((0, head.idx))
    if last + 1 < len(doc):
        spans.append((doc[last + 1].idx, len(doc.text)))
    return Cue(
        "noun",
        noun.lemma_.lower(),
        offset + noun.idx,
        offset + noun.idx + len(noun),
        mention,
        tuple((offset + a, offset + b) for a, b in spans),
        "asserts",
        False,
        f"by {noun.lemma_.lower()}",
        inside=(mention.start, mention.end),
        complete=True,
    )


def _named_report(noun: Token, offset: int) -> Cue | None:
    """ "a Courier report that the firm lost 300 million": the document says what its clause says."""
    clause = next(
        (
            c
            for c in noun.children
            if c.dep_ in ("acl", "ccomp", "relcl")
            and c.i > noun.i
            and any(m.lower_ == "that" and m.dep_ == "mark" for m in c.children)
        ),
        None,
    )
    named = any(c.dep_ in ("compound", "nmod", "amod") and c.tag_ in ("NNP", "NNPS") for c in noun.children)
    if clause is None or not (named or noun.lemma_.lower() in word_sets()["that_nouns"]):
        return None
    doc = noun.doc
    mention = mention_of(noun, offset, clause.left_edge.i)
    start = offset + noun.idx
    content = (
        offset + doc[clause.left_edge.i].idx,
        offset + doc[clause.right_edge.i].idx + len(doc[clause.right_edge.i]),
    )
    return Cue(
        "noun",
        noun.lemma_.lower(),
        start,
        start + len(noun),
        mention,
        (content,),
        "asserts",
        False,
        f"noun {noun.lemma_.lower()}",
        inside=(mention.start, start + len(noun)),
        complete=True,
    )


def before_quotation(doc: Doc, offset: int) -> list[Cue]:
    """A noun of statement before a colon and a quotation: "this finding: '27 firms ...'", "a statement by X on
    Monday:"."""
    for colon in doc:
        noun = _statement_before(doc, colon) if _opens_quotation(doc, colon) else None
        if noun is None:
            continue
        maker = _maker(noun)
        if maker is None and not any(c.lower_ in ("this", "these") for c in noun.children):
            continue
        mention = mention_of(maker if maker is not None else noun, offset, colon.i)
        lemma = noun.lemma_.lower()
        start, end = offset + noun.idx, offset + colon.idx + 1
        return [
            Cue(
                group="say",
                lemma=lemma,
                start=start,
                end=start + len(noun),
                source=mention,
                contents=((end, offset + len(doc.text)),) if colon.i + 1 < len(doc) else (),
                stance="asserts",
                hedged=False,
                rule=f"{lemma} before a quotation",
                inside=(mention.start, end),
                complete=True,
            )
        ]
    return []


def _opens_quotation(doc: Doc, colon: Token) -> bool:
    """Whether a token is a colon that ends the sentence or stands before a quotation."""
    if colon.text != ":" or colon.i < 2:
        return False
    return colon.i + 1 == len(doc) or doc[colon.i + 1].text in ("“", '"', "''", "``", "‘", "'")


def _statement_before(doc: Doc, colon: Token) -> Token | None:
    """The noun of statement or document in the seven words before a colon; None where a verb of saying is nearer."""
    words = word_sets()
    for i in range(colon.i - 1, max(-1, colon.i - 8), -1):
        noun = doc[i]
        if noun.pos_ == "VERB" and lemma_of(noun) in cue_verbs():
            return None
        stated = noun.lemma_.lower() in words["nouns"] or noun.lemma_.lower() in words["document"]
        if noun.pos_ == "NOUN" and stated and noun.head.lemma_ not in words["support"]:
            return noun
    return None


def _maker(noun: Token) -> Token | None:
    """Who made a statement: "a statement by the union"."""
    beside = (c for c in noun.children if c.dep_ in ("prep", "agent") and c.lower_ in ("by", "from"))
    return next((p for c in beside for p in c.children if p.dep_ == "pobj"), None)
