"""How far what is said reaches from its cue: around a parenthesis, over clauses that the small parser drops, up to the
next speaker.

All offsets are characters of the parsed sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processing.claims.speaker.content_spans import subtree_runs
from processing.claims.speaker.cue import GLYPHS, SUBJECT, cue_verbs, lemma_of
from processing.claims.speaker.mentions import word_sets

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["around_cue", "loose_contents", "next_speaker", "reach_back", "reach_coordinates", "reach_on"]

_REMAINDER = re.compile(
    r"\s*,\s(?=(?:up|down|compared|versus|against|including|of (?:which|whom|them)|more than|less "
    r"than|higher|lower|rising|falling|easing|slowing|climbing|dropping|slipping|topping|beating|missing|exceeding|"
    r"while (?:another|\d)|with (?:another|\d|more|at least)|plus|bringing|taking|\S+ "
    r"(?:more|fewer|higher|lower) than|\S+ of (?:them|whom|these|those))\b)"
)
_TRAILING = re.compile(
    r",\s(?:(?:and|then|later|including|at "
    r"least|about|some|nearly|almost)\s){0,3}[$£€]?(?P<number>[\w.,]*\w)(?:\s(?:thousand|[mb]illion))?"
    r"(?:\sof\s(?:them|whom|these|those|it)\b[^.;,]*|(?=[.,;]))"
)


def around_cue(
    verb: Token, own: set[int], subject: Token, group: str, direct: list[Token]
) -> list[tuple[int, int]] | None:
    """What a cue between commas, or at the end of what it governs, is put into: "As many as 300, he said, were
    trapped", "as the army says". None where it stands in no such place."""
    doc = verb.doc
    if direct:
        return None
    if verb.dep_ in ("parataxis", "ccomp", "advcl", "dep", "intj") and verb.head.pos_ in (
        "VERB",
        "AUX",
        "NOUN",
        "PROPN",
        "ADJ",
    ):
        marked = any(c.dep_ in ("mark", "advmod") and c.lower_ == "as" for c in verb.children)
        if marked or verb.dep_ in ("parataxis", "intj", "dep") or (verb.dep_ == "ccomp" and _set_off(verb, own)):
            head = verb.head
            while head.dep_ in ("aux", "auxpass") and head.head != head:
                head = head.head
            return subtree_runs(head, own | {t.i for t in verb.subtree})
    if group in ("say", "report", "think") and subject.head == verb and verb.dep_ == "ROOT":
        nucleus = {verb.i, *(t.i for t in subject.subtree)}
        late = {t.i for c in verb.children if c.dep_ in ("advmod", "npadvmod") and c.i > verb.i for t in c.subtree}
        low, high = min(nucleus), max(nucleus)
        if _set_off(verb, nucleus | late) and len(doc.between(high + 1, len(doc))) > 25:
            end = next_speaker(verb, high + 1)
            before = [] if _is_circumstance(verb, low) else [(0, doc[low].idx)]
            return [*before, (doc[high + 1].idx, doc[end - 1].idx + len(doc[end - 1]))] if end > high + 1 else before
    return None


def _set_off(verb: Token, own: set[int]) -> bool:
    """Whether the cue's own words stand between commas or at the end after one."""
    first, last = min(own), max(own)
    doc = verb.doc
    before = first > 0 and doc[first - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–")
    after = last + 1 >= len(doc) or doc[last + 1].text in (",", ".", ":", "—", "–", "--", ";")
    return before and after


def _is_circumstance(verb: Token, end: int) -> bool:
    """Whether the tokens before `end` only say when somebody spoke: "During his seven years in office, he said,
    ..."."""
    doc = verb.doc
    first = 1 if doc[0].dep_ == "cc" else 0
    if end < 3 or doc[first].lower_ not in word_sets()["circumstances"] or doc[end - 1].text != ",":
        return False
    tops = {next((t.i for t in [token, *token.ancestors] if t.head == verb), -1) for token in doc[: end - 1]}
    return -1 not in tops and all(doc[top].dep_ in ("prep", "advcl", "npadvmod", "advmod", "cc") for top in tops)


def reach_back(verb: Token, own: set[int], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Content before a cue at the end of its sentence reaches back to the sentence's start (the small parser drops
    coordinated clauses), unless another speaker stands before it."""
    doc = verb.doc
    closing = verb.dep_ == "conj" and not any(
        t.is_alpha for t in doc[verb.i + 1 :]
    )  # "a house was hit and one died, the mayor said"
    if not (verb.dep_ == "ROOT" or closing) or not spans:
        return spans
    own = own - {t.i for c in verb.children if c.dep_ == "prep" and c.i > verb.i for t in c.subtree}
    first = min(own)
    before = [s for s in spans if s[1] <= doc[first].idx + 1]
    if before and first > 0:
        start = min(a for a, _ in before)
        lead = doc.text[:start]
        spoken = closing and any(
            t.tag_ in ("VBD", "VBZ", "VBP") and cue_verbs().get(lemma_of(t)) in ("say", "report")
            for t in doc
            if t.idx < start
        )
        if (
            start > 0
            and not spoken
            and not re.search(r"\b(?:said|says|told|according|but|while)\b", lead, re.I)
            and 0 not in own
        ):
            spans = [*spans, (0, start)]
        last = max(b for _, b in before)
        if doc[first].idx > last:
            spans = [*spans, (last, doc[first].idx)]
        remainder = _REMAINDER.search(doc.text, verb.idx)
        spans = [*spans, (remainder.end(), len(doc.text))] if remainder else [*spans, *_goes_on(verb)]
    return spans


def _goes_on(verb: Token) -> list[tuple[int, int]]:
    """What goes on behind a cue between commas, up to another speaker: "40 died, the official said, and another 30 were
    hurt"."""
    doc = verb.doc
    comma = next(
        (
            t.i
            for t in doc[verb.i + 1 : verb.i + 12]
            if t.text == "," or t.tag_ in ("VBD", "VBZ", "VBP", "MD") or t.text in GLYPHS
        ),
        None,
    )
    if (
        comma is None
        or doc[comma].text != ","
        or comma + 2 >= len(doc)
        or doc[comma + 1].lower_ not in word_sets()["joining"]
    ):
        return []
    end = next_speaker(verb, comma + 1)
    return [(doc[comma + 1].idx, doc[end - 1].idx + len(doc[end - 1]))] if end > comma + 2 else []


def next_speaker(verb: Token, start: int) -> int:
    """Index of the token, from `start` on, at which somebody else begins to speak; the number of tokens where nobody
    does."""
    doc = verb.doc
    for token in doc[start:]:
        if token.text == ";" or token.lower_ == "according":
            return int(token.i)
        own = next((c for c in token.children if c.dep_ == "nsubj" and start <= c.i < token.i), None)
        if (
            own is not None
            and token.tag_ in ("VBD", "VBZ", "VBP")
            and lemma_of(token) in cue_verbs()
            and cue_verbs()[lemma_of(token)] in ("say", "report", "deny")
        ):
            first = int(own.left_edge.i)
            while first > start and doc[first - 1].lower_ in (",", "and", "but", "while"):
                first -= 1
            return first
    return len(doc)


def reach_on(verb: Token, clause: list[Token], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Content after a cue reaches to the end of its sentence or its semicolon, without clauses joined to the cue that
    have a subject of their own (", but police said")."""
    doc = verb.doc
    after = [c for c in clause if c.i > verb.i]
    if not after or verb.dep_ not in ("ROOT", "conj", "ccomp"):
        return spans
    start = doc[min(c.left_edge.i for c in after)].idx
    last = max(c.right_edge.i for c in after)
    end = last
    for child in verb.children:
        if child.left_edge.i > last and child.dep_ in (
            "conj",
            "advcl",
            "ccomp",
            "dep",
            "punct",
            "cc",
            "prep",
            "npadvmod",
            "advmod",
        ):
            if child.dep_ == "conj" and (any(c.dep_ in SUBJECT for c in child.children) or child.tag_ == verb.tag_):
                break
            if child.text == ";" or (
                child.dep_ == "advcl" and child.lower_ in ("citing", "quoting", "adding", "noting", "saying")
            ):
                break
            if child.dep_ == "ccomp":
                break
            if child.dep_ == "conj":
                end = child.right_edge.i
    return [*spans, (start, _trailing(doc, end))]


def reach_coordinates(verb: Token, spans: list[tuple[int, int]], *, certain: bool) -> list[tuple[int, int]]:
    """Content of clauses behind a cue with what goes on in coordinated ones: "said that a, that b and c had", "..., but
    three would be kept"; and with numbers between the cue and its clause that the parser hung on the cue ("said between
    70 and 80 were cut off"). `certain`: the cue is one of speech, whose clauses in reported speech may follow without
    "that"."""
    doc = verb.doc
    behind = [s for s in spans if s[0] > verb.idx]
    if not behind or verb.dep_ in ("advcl", "relcl", "acl", "parataxis"):
        return spans
    first, last = min(a for a, _ in behind), max(b for _, b in behind)
    gap = [t for t in doc[verb.i + 1 :] if t.idx < first]
    numbered = any(t.like_num or t.is_currency or t.text in ("~", "≈") for t in gap)
    if numbered and not any(t.text in (",", ":", ";") or t.dep_ == "dobj" for t in gap):
        spans = [*spans, (gap[0].idx, first)]
    at = next((t.i for t in doc if t.idx >= last), len(doc))
    end = next_speaker(verb, at)
    if at < len(doc) and doc[at - 1].text == ",":
        at -= 1
    if _is_cut_off(doc, at, end):
        return [*spans, (last, doc[end - 1].idx + len(doc[end - 1]))]
    reached, listed = at, False
    while reached < end:
        joint = _joint(doc, reached, end)
        if joint is None or not (listed or doc[joint].lower_ == "that" or (certain and _is_reported(doc, joint, end))):
            break
        listed = listed or doc[joint].lower_ == "that"
        reached = next((t.i for t in doc[joint + 1 : end] if t.text == "," or t.lower_ in ("or", "and", "but")), end)
    if reached > at:
        while reached > at and (doc[reached - 1].is_punct or doc[reached - 1].lower_ in ("and", "or", "but")):
            reached -= 1
        spans = [*spans, (last, doc[reached - 1].idx + len(doc[reached - 1]))]
    return spans


def _is_cut_off(doc: Doc, at: int, end: int) -> bool:
    """Whether the parser cut a clause in two at token `at`: right behind "and", or before a bare number, with no other
    verb behind ("a pilot was lost and | 3 divers injured", "and the maker | 30 percent")."""
    if not 0 < at < end or any(t.tag_ in ("VBZ", "VBP", "MD") for t in doc[at:end]):
        return False
    joined = doc[at - 1].lower_ in ("and", "or") and doc[at].text != ","
    return joined or (doc[at].like_num and doc[at - 1].pos_ in ("NOUN", "PROPN"))


def _joint(doc: Doc, at: int, end: int) -> int | None:
    """Index of the first word behind the comma and conjunction at token `at`; None where there is neither."""
    first = at
    while at < end and (doc[at].text == "," or doc[at].lower_ in ("and", "or", "but", "nor")):
        at += 1
    return at if first < at < end else None


def _is_reported(doc: Doc, start: int, end: int) -> bool:
    """Whether the clause that begins at a token is in reported speech: its first verbs are "had", "would" and the
    like."""
    for token in doc[start : min(end, start + 9)]:
        if token.lower_ in word_sets()["backshifted"]:
            return token.i > start
        if token.tag_ in ("VBD", "VBZ", "VBP") or token.text == ",":
            return False
    return False


def _trailing(doc: Doc, last: int) -> int:
    """The end (characters) of what was said up to token `last`, with a part of it that the parse cut off: ", ten of
    them badly", ", then four"."""
    if doc[last].text == "," and last:
        last -= 1
    end = doc[last].idx + len(doc[last])
    tail = _TRAILING.match(doc.text, end)
    if tail is not None and any(t.like_num and t.idx == tail.start("number") for t in doc[last:]):
        return tail.end()
    return end


def loose_contents(verb: Token, subject: Token) -> list[tuple[int, int]]:
    """Where the parse gave no clause: what stands before a closing cue (", the ministry said."), or what follows the
    cue after a colon, "that" or an opening mark."""
    doc = verb.doc
    nucleus = [verb.i] + ([subject.left_edge.i, subject.i] if subject.head == verb else [])
    lead = min(nucleus)
    if lead > 1 and doc[lead - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–", "…"):
        shared = subject.head != verb
        heavy = any(c.dep_ in ("dobj", "attr", "acomp") and c.i > verb.i and c != subject for c in verb.children)
        if (
            not shared
            and (not heavy or lemma_of(verb) in ("tell", "ask", "inform"))
            and not _is_circumstance(verb, lead)
        ):
            return [(0, doc[lead].idx)]
    rest = doc.text[doc[max(nucleus)].idx + len(doc[max(nucleus)]) :]
    opened = re.match(r"\s*(?=[“\"‘„«]|'')", rest) or re.search(r"[:,]\s*(?=[“\"‘„«]|'')|:\s|^.{0,60}?\bthat\b", rest)
    if opened and opened.end() < len(rest):
        start = len(doc.text) - len(rest) + opened.end()
        return [(start, len(doc.text))]
    return []
