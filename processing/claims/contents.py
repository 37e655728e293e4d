"""Which words of a sentence are what a verb of speech says: complements, objects, what stands around a parenthesis.

All offsets are characters of the parsed sentence. The small parser drops coordinated clauses and misreads parentheses; the rules here
reach over what it drops.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processing.claims.cue import CLAUSE, GLYPHS, SUBJECT, cue_verbs, lemma_of
from processing.claims.mentions import word_sets

if TYPE_CHECKING:
    from processing.claims.tree import Doc, Token

__all__ = ["is_documentary", "is_named", "is_of_which", "is_stated", "object_runs", "subtree_runs", "verb_contents"]


def verb_contents(
    verb: Token, subject: Token | None, group: str, clause: list[Token], direct: list[Token], documentary: bool
) -> tuple[list[tuple[int, int]], bool] | None:
    """Stretches of the sentence (character offsets) that are what is said, and whether they are a clause; None: no cue."""
    found = _verb_contents(verb, subject, group, clause, direct, documentary)
    semicolon = verb.doc.text.find(";", verb.idx)
    if found is None or semicolon < 0 or not any(b <= verb.idx for _, b in found[0]):
        return found
    return [(a, min(b, semicolon)) for a, b in found[0] if a < semicolon], found[1]  # "..., she joked; when we sat down": no longer hers


def _verb_contents(
    verb: Token, subject: Token | None, group: str, clause: list[Token], direct: list[Token], documentary: bool
) -> tuple[list[tuple[int, int]], bool] | None:
    doc = verb.doc
    own = _own_set(verb, subject)
    if subject is not None and subject.dep_ == "appos" and subject.i < verb.i and verb.dep_ in ("conj", "ROOT") and not clause:
        beside = [t.left_edge.i for t in subject.head.children if t.dep_ == "appos" and subject.head.i < t.i <= subject.i]
        return [(doc[verb.head.left_edge.i].idx, doc[min(beside) - 1].idx)], True  # "will be sent to Russia, the agency said", parsed as two verbs
    stranded = _reduced_relative(verb, subject, group)
    if stranded is not None:
        return stranded, True
    beyond = [c for c in clause if any(t.text == ";" for t in doc[min(c.i, verb.i) : max(c.i, verb.i)])]
    clause = [c for c in clause if c not in beyond]
    spans = _clause_spans(verb, own, group, clause)
    semicolon = next((t for t in doc[verb.i + 1 :] if t.text == ";"), None)
    if beyond and not clause and semicolon is not None and semicolon.i > verb.i + 2 and beyond[0].i > verb.i:
        return [(doc[verb.i + 1].idx, semicolon.idx)], True  # what is said before the semicolon, hung on a verb behind it
    complete = any(c.dep_ in CLAUSE for c in clause) and bool(spans)
    relative = verb.dep_ == "relcl" and subject is not None and subject.lower_ not in ("who", "which", "that")
    if relative and (complete or not direct):
        spans.append((doc[verb.head.left_edge.i].idx, doc[verb.left_edge.i].idx))
        return spans, True
    if not complete:
        around = _parenthesis(verb, own, subject, group, direct)
        if around is not None:
            return around, True
    if complete:
        if (
            direct
            and group in ("deny", "say", "dispute")
            and clause[0].dep_ == "ccomp"  # not "told 300 pupils to stay"
            and len(clause) == 1
            and direct[-1].right_edge.i + 1 == clause[0].left_edge.i
            and direct[-1].i > verb.i
        ):
            spans += subtree_runs(direct[-1], own, verb)  # the clause's subject, taken for an object: "denies 900 beds were closed"
        if direct and group in ("show", "report", "plan", "think"):
            for child in [*direct, *(c for c in verb.children if direct and c.dep_ == "prep" and c.lower_ == "at" and c.i > verb.i)]:
                spans += object_runs(child, own, verb)
        if group in ("say", "report", "show", "think"):
            spans = _stretch(verb, own, spans)
            spans = _stretch_on(verb, own, clause, spans)
        return spans, True
    objects = _objects(verb, own, group, direct, documentary, subject)
    if objects is None:
        return None
    spans += objects
    if (not spans or group == "say") and subject is not None and group in ("say", "report", "think", "show"):
        loose = _loose(verb, own, subject)
        spans, complete = [*spans, *loose], bool(loose)
    if not spans and group not in ("say", "report", "think"):
        return None
    return spans, complete


def _reduced_relative(verb: Token, subject: Token | None, group: str) -> list[tuple[int, int]] | None:
    """ "The 30 people the army says it killed were farmers": all of the sentence but the cue."""
    if subject is None or group not in ("say", "report", "think"):
        return None
    doc = verb.doc
    for other in verb.children:
        if other.dep_ == "nsubj" and other != subject and other.i < subject.i and not any(t.text == "," for t in doc[other.i : subject.i]):
            return [(0, doc[subject.left_edge.i].idx), (doc[verb.i].idx + len(verb), len(doc.text))]
    return None


def _clause_spans(verb: Token, own: set[int], group: str, clause: list[Token]) -> list[tuple[int, int]]:
    """The complement clauses; of plans without participles set off by a comma."""
    spans: list[tuple[int, int]] = []
    for child in clause:
        if child.dep_ == "xcomp" and group in ("say", "report", "show") and child.tag_ == "VB" and lemma_of(verb) in ("say", "continue", "respond", "go"):
            continue
        if group == "deny" and _is_aside(child):
            continue
        if group == "deny":
            spans += object_runs(child, own, verb)  # "denied firing on the convoy, in which 31 died": they died
        else:
            spans += object_runs(child, own, verb, participles=True) if group == "plan" else subtree_runs(child, own, verb)
    return spans


def _parenthesis(verb: Token, own: set[int], subject: Token | None, group: str, direct: list[Token]) -> list[tuple[int, int]] | None:
    """A cue between commas or at the end of what it governs: "As many as 300, he said, were trapped", "as the army says"."""
    doc = verb.doc
    if direct:
        return None
    if verb.dep_ in ("parataxis", "ccomp", "advcl", "dep", "intj") and verb.head.pos_ in ("VERB", "AUX", "NOUN", "PROPN", "ADJ"):
        marked = any(c.dep_ in ("mark", "advmod") and c.lower_ == "as" for c in verb.children)
        if marked or verb.dep_ in ("parataxis", "intj", "dep") or (verb.dep_ == "ccomp" and _set_off(verb, own)):
            head = verb.head
            while head.dep_ in ("aux", "auxpass") and head.head != head:
                head = head.head
            return subtree_runs(head, own | {t.i for t in verb.subtree}, verb)
    if group in ("say", "report", "think") and subject is not None and subject.head == verb and verb.dep_ == "ROOT":
        nucleus = {verb.i, *(t.i for t in subject.subtree)}
        late = {t.i for c in verb.children if c.dep_ in ("advmod", "npadvmod") and c.i > verb.i for t in c.subtree}
        low, high = min(nucleus), max(nucleus)
        if _set_off(verb, nucleus | late) and len(doc.between(high + 1, len(doc))) > 25:
            end = _next_speaker(verb, high + 1)
            before = [] if _is_circumstance(verb, low) else [(0, doc[low].idx)]
            return [*before, (doc[high + 1].idx, doc[end - 1].idx + len(doc[end - 1]))] if end > high + 1 else before
    return None


_CIRCUMSTANCES = frozenset(["during", "when", "after", "before", "since", "while", "as", "on", "at", "throughout", "until", "once", "amid", "following"])


def _is_circumstance(verb: Token, end: int) -> bool:
    """Whether the tokens before `end` only say when somebody spoke: "During his seven years in office, he said, ..."."""
    doc = verb.doc
    first = 1 if doc[0].dep_ == "cc" else 0
    if end < 3 or doc[first].lower_ not in _CIRCUMSTANCES or doc[end - 1].text != ",":
        return False
    tops = {next((t.i for t in [token, *token.ancestors] if t.head == verb), -1) for token in doc[: end - 1]}
    return -1 not in tops and all(doc[top].dep_ in ("prep", "advcl", "npadvmod", "advmod", "cc") for top in tops)


def _objects(verb: Token, own: set[int], group: str, direct: list[Token], documentary: bool, subject: Token | None) -> list[tuple[int, int]] | None:
    """Plain objects as content ("confirmed 40 deaths", "put the toll at 30"); None where the verb is no cue with them."""
    lemma, words = lemma_of(verb), word_sets()
    if not direct and (group == "think" or not any(c.dep_ == "prep" for c in verb.children)):
        return []
    shown = lemma == "show" and subject is not None and is_named(subject) and any(c.dep_ in ("advmod", "prep") and c.i > verb.i for c in verb.children)
    shown = shown or (lemma == "find" and subject is not None and is_named(subject) and any(c.lower_ in ("%", "percent", "cent") for c in direct))
    counted = lemma in ("say", "reply", "answer") and any(c.like_num or any(g.dep_ == "nummod" for g in c.children) for c in direct)
    allowed = group in ("report", "plan", "deny", "dispute") or (group in ("show", "say") and documentary) or shown or counted or lemma in words["with_object"]
    if not allowed or (group == "dispute" and not is_stated(verb)) or (lemma in ("reject", "dismiss") and not is_stated(verb)):
        return []
    if not _states_object(verb, direct):
        return []
    if lemma in ("speak", "talk") and not any(c.lower_ == "of" for c in verb.children):
        return None
    own = own - {t.i for c in verb.children if c.dep_ == "prep" or c.lower_ in ("ahead", "behind") for t in c.subtree}
    spans: list[tuple[int, int]] = []
    for child in verb.children:
        placed = child.dep_ == "prep" and (child.lower_ not in ("on", "in", "at", "during") or lemma in words["at"] or (documentary and child.lower_ == "in"))
        if (
            child in direct
            or _second_count(child)
            or is_of_which(child)
            or (child.i > verb.i and (placed or child.dep_ in ("npadvmod", "prt") or child.lower_ in ("ahead", "behind")))
        ):
            spans += object_runs(child, own, verb)
    return spans


def _second_count(token: Token) -> bool:
    """ "Reported 19 dead and 35 wounded": the second number with its state, which the parser takes for a clause of its own."""
    return (
        token.dep_ == "conj"
        and token.tag_ in ("VBN", "VBD", "JJ")
        and any(c.like_num and c.dep_ in ("nsubj", "nsubjpass") and c.i == token.i - 1 for c in token.children)
        and not any(c.dep_ in ("aux", "auxpass", "dobj") for c in token.children)
    )


def _states_object(verb: Token, direct: list[Token]) -> bool:
    """Whether a plain object is a statement: "released figures", not "released 30 prisoners"; "put the toll at 30", not
    "put 30 people at risk"; "claimed 300 jobs", not "claimed 30 lives"."""
    lemma, words = lemma_of(verb), word_sets()
    if lemma in ("offer", "demand", "seek") and any(t.is_currency or t.lower_ in _AIMED for c in direct for t in c.subtree):
        return True
    if lemma == "call" and any(c.dep_ == "oprd" for c in direct):
        return True
    if lemma == "offer" and any(c.like_num for c in direct):
        return True  # "the union wants five, the district has offered two"
    if lemma == "ask" and not any(c.lower_ == "about" for c in verb.children):
        return any(t.like_num for c in verb.children if c.lower_ == "for" for t in c.subtree)
    if lemma in words["clause_only"]:
        deeds = any(g.lower_ == "of" and not c.like_num for c in direct for g in c.children)  # "ordered the evacuation of 300 homes"
        return deeds or (not direct and any(c.dep_ == "prep" for c in verb.children))
    if lemma in words["revising"]:
        stated = any(c.lemma_.lower() in words["nouns"] and c.lemma_.lower() not in words["aims"] for c in direct)
        return stated and any(t.like_num for c in verb.children if c.lower_ in ("to", "from", "by") for t in c.subtree)
    if lemma in words["documents_only"]:
        return any(c.lemma_.lower() in words["nouns"] or c.lower_ in words["nouns"] or c.lemma_.lower() in words["document"] for c in direct)
    if lemma in ("put", "peg"):
        placed = [c for c in verb.children if c.lower_ in ("at", "on")]
        placed += [
            t for t in verb.subtree if t.lower_ in ("at", "ahead", "behind", "below", "above", "under", "over", "around") and t.i > verb.i
        ]  # "put the number of people killed in the flood at 300"
        return any(t.like_num and (t.i > min(p.i for p in placed) or any(t in p.subtree for p in placed)) for t in verb.subtree) if placed else False
    return not (lemma == "claim" and any(c.lemma_.lower() in words["claimed"] for c in direct))


def is_named(token: Token) -> bool:
    return token.tag_ in ("NNP", "NNPS")


def is_documentary(subject: Token) -> bool:
    words = word_sets()
    head = subject
    if subject.lower_ in ("which", "that") and subject.head.dep_ == "relcl":
        head = subject.head.head
    if head.lemma_.lower() in words["document"] or head.lower_ in words["document"] or head.lemma_.lower() in words["finders"]:
        return True
    return head.lower_ in ("it", "this", "these")


def is_of_which(clause: Token) -> bool:
    """Whether a clause taken for a complement tells of the object before it: "put it at $71m, of which $12m was insured"."""
    doc, first = clause.doc, clause.left_edge.i
    return first + 1 < len(doc) and doc[first].lower_ in ("of", "including", "among") and doc[first + 1].lower_ in ("which", "whom", "them", "these")


def _is_aside(clause: Token) -> bool:
    """Whether a clause taken for a complement is a relative one behind a comma: ", in which 31 people died"."""
    doc, first = clause.doc, clause.left_edge.i
    first += doc[first].text == ","
    return 0 < first < len(doc) - 1 and doc[first - 1].text == "," and "which" in (doc[first].lower_, doc[first + 1].lower_)


def is_stated(verb: Token) -> bool:
    """Whether what is disputed is a statement or a number: "challenged the figure", not "challenged the boats"."""
    words = word_sets()
    if lemma_of(verb) in ("reject", "dismiss", "challenge", "question") and any(
        c.lemma_.lower() in words["aims"] for c in verb.children if c.dep_ in ("dobj", "nsubjpass")
    ):
        return False  # "rejected the budget" denies nothing
    things = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    counted = lemma_of(verb) not in ("question", "challenge", "contest", "dismiss")  # "questioned 30 witnesses" disputes nothing
    return any(
        c.lemma_.lower() in words["nouns"]
        or c.lower_ in words["nouns"]
        or c.lemma_.lower() in words["document"]
        or (counted and any(g.dep_ == "nummod" for g in c.children))
        for c in things
    )


def _set_off(verb: Token, own: set[int]) -> bool:
    """Whether the cue's own words stand between commas or at the end after one."""
    first, last = min(own), max(own)
    doc = verb.doc
    before = first > 0 and doc[first - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–")
    after = last + 1 >= len(doc) or doc[last + 1].text in (",", ".", ":", "—", "–", "--", ";")
    return before and after


def _own_set(verb: Token, subject: Token | None) -> set[int]:
    """Token indexes of the cue's own clause: verb, auxiliaries, subject phrase, adverbs, hearer, time."""
    own = {verb.i}
    if (subject is not None and subject.head == verb) or (subject is not None and abs(subject.i - verb.i) < 40 and subject.dep_ in SUBJECT):
        own |= {t.i for t in subject.subtree if subject.head == verb or t.i < verb.i} if subject.head == verb else set()
    for child in verb.children:
        if child.dep_ in ("aux", "auxpass", "neg", "advmod", "dative", "npadvmod", "prt", "mark", "cc"):
            if child.dep_ == "advmod" and child.pos_ != "ADV":
                continue
            own |= {t.i for t in child.subtree}
        elif child.dep_ in ("prep", "advcl") and not any(c.dep_ in CLAUSE for c in child.children) and child.i > verb.i and child.dep_ == "prep":
            own |= {t.i for t in child.subtree}
    return own


def object_runs(head: Token, own: set[int], verb: Token, participles: bool = False) -> list[tuple[int, int]]:
    """Like `subtree_runs`, without relative clauses set off by a comma: they are the outlet's own addition."""
    aside: set[int] = set()
    for token in head.subtree:
        set_off = token.dep_ == "advcl" and token.tag_ == "VBG" if participles else token.dep_ == "relcl" and token.left_edge.lower_ not in ("of", "including")
        if set_off and token.left_edge.i > 0 and head.doc[token.left_edge.i - 1].text in (",", "--", "—"):
            aside |= {t.i for t in token.subtree}
    return subtree_runs(head, own | aside, verb)


def subtree_runs(head: Token, own: set[int], verb: Token) -> list[tuple[int, int]]:
    """The subtree of a token without the cue's own words, as runs of characters that do not cross the cue."""
    keep = sorted(t.i for t in head.subtree if t.i not in own)
    doc = head.doc
    runs: list[list[int]] = []
    for i in keep:
        if runs and (i == runs[-1][1] + 1 or not any(j in own for j in range(runs[-1][1] + 1, i))):
            runs[-1][1] = i
        else:
            runs.append([i, i])
    return [(doc[a].idx, doc[b].idx + len(doc[b])) for a, b in runs]


def _stretch(verb: Token, own: set[int], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Content before a cue at the end of its sentence reaches back to the sentence's start (the small parser drops
    coordinated clauses), unless another speaker stands before it."""
    doc = verb.doc
    first = min(own)
    closing = verb.dep_ == "conj" and not any(t.is_alpha for t in doc[verb.i + 1 :])  # "a house was hit and one died, the mayor said"
    if not (verb.dep_ == "ROOT" or closing) or not spans:
        return spans
    own = own - {t.i for c in verb.children if c.dep_ == "prep" and c.i > verb.i for t in c.subtree}
    first = min(own)
    before = [s for s in spans if s[1] <= doc[first].idx + 1]
    if before and first > 0:
        start = min(a for a, _ in before)
        lead = doc.text[:start]
        spoken = closing and any(t.tag_ in ("VBD", "VBZ", "VBP") and cue_verbs().get(lemma_of(t)) in ("say", "report") for t in doc if t.idx < start)
        if start > 0 and not spoken and not re.search(r"\b(?:said|says|told|according|but|while)\b", lead, re.I) and not any(i in own for i in range(1)):
            spans = [*spans, (0, start)]
        last = max(b for _, b in before)
        if doc[first].idx > last:
            spans = [*spans, (last, doc[first].idx)]
        for match in _REMAINDER.finditer(doc.text, verb.idx):
            spans = [*spans, (match.end(), len(doc.text))]
            break
        else:
            spans = [*spans, *_goes_on(verb)]
    return spans


_JOINING = frozenset(["and", "while", "with", "leaving", "including", "but", "plus", "as", "though", "although"])


def _goes_on(verb: Token) -> list[tuple[int, int]]:
    """What goes on behind a cue between commas, up to another speaker: "40 died, the official said, and another 30 were hurt"."""
    doc = verb.doc
    comma = next((t.i for t in doc[verb.i + 1 : verb.i + 12] if t.text == "," or t.tag_ in ("VBD", "VBZ", "VBP", "MD") or t.text in GLYPHS), None)
    if comma is None or doc[comma].text != "," or comma + 2 >= len(doc) or doc[comma + 1].lower_ not in _JOINING:
        return []
    end = _next_speaker(verb, comma + 1)
    return [(doc[comma + 1].idx, doc[end - 1].idx + len(doc[end - 1]))] if end > comma + 2 else []


def _next_speaker(verb: Token, start: int) -> int:
    """Index of the token, from `start` on, at which somebody else begins to speak; the number of tokens where nobody does."""
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


_REMAINDER = re.compile(
    r"\s*,\s(?=(?:up|down|compared|versus|against|including|of (?:which|whom|them)|more than|less than|higher|lower|rising|falling|"
    r"while (?:another|\d)|with (?:another|\d|more|at least)|plus|bringing|taking|\S+ (?:more|fewer|higher|lower) than|\S+ of (?:them|whom|these|those))\b)"
)
_TRAILING = re.compile(
    r",\s(?:(?:and|then|later|including|at least|about|some|nearly|almost)\s){0,3}[$£€]?(?P<number>[\w.,]*\w)(?:\s(?:thousand|[mb]illion))?"
    r"(?:\sof\s(?:them|whom|these|those|it)\b[^.;,]*|(?=[.,;]))"
)
_AIMED = frozenset(["%", "percent", "cent", "year", "years", "month", "months"])  # what is sought, asked for or offered in words


def _stretch_on(verb: Token, own: set[int], clause: list[Token], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
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
        if child.left_edge.i > last and child.dep_ in ("conj", "advcl", "ccomp", "dep", "punct", "cc", "prep", "npadvmod", "advmod"):
            if child.dep_ == "conj" and (any(c.dep_ in SUBJECT for c in child.children) or child.tag_ == verb.tag_):
                break
            if child.text == ";" or (child.dep_ == "advcl" and child.lower_ in ("citing", "quoting", "adding", "noting", "saying")):
                break
            if child.dep_ == "ccomp":
                break
            if child.dep_ == "conj":
                end = child.right_edge.i
    return [*spans, (start, _trailing(doc, end))]


def _trailing(doc: Doc, last: int) -> int:
    """The end (characters) of what was said up to token `last`, with a part of it that the parse cut off: ", ten of them badly", ", then four"."""
    if doc[last].text == "," and last:
        last -= 1
    end = doc[last].idx + len(doc[last])
    tail = _TRAILING.match(doc.text, end)
    if tail is not None and any(t.like_num and t.idx == tail.start("number") for t in doc[last:]):
        return tail.end()
    return end


def _loose(verb: Token, own: set[int], subject: Token | None) -> list[tuple[int, int]]:
    """Where the parse gave no clause: what stands before a closing cue (", the ministry said."), or what follows the cue
    after a colon, "that" or an opening mark."""
    doc = verb.doc
    nucleus = [verb.i] + ([subject.left_edge.i, subject.i] if subject is not None and subject.head == verb else [])
    lead = min(nucleus)
    if lead > 1 and doc[lead - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–", "…"):
        shared = subject is None or subject.head != verb
        heavy = any(c.dep_ in ("dobj", "attr", "acomp") and c.i > verb.i and c != subject for c in verb.children)
        if not shared and (not heavy or lemma_of(verb) in ("tell", "ask", "inform")) and not _is_circumstance(verb, lead):
            return [(0, doc[lead].idx)]
    rest = doc.text[doc[max(nucleus)].idx + len(doc[max(nucleus)]) :]
    opened = re.match(r"\s*(?=[“\"‘„«]|'')", rest) or re.search(r"[:,]\s*(?=[“\"‘„«]|'')|:\s|^.{0,60}?\bthat\b", rest)
    if opened and opened.end() < len(rest):
        start = len(doc.text) - len(rest) + opened.end()
        return [(start, len(doc.text))]
    return []
