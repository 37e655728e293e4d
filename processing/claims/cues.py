"""Who says what in one parsed sentence: verbs, "according to", nouns of statement, colons and headline tails.

A cue names its source (a token of the parse, or none where nobody is named) and the stretches of the sentence that are its
content. Which words are cues is data (words/cues.toml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.mentions import Mention, mention_of, word_sets
from processing.words import load_words
from schemas.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Cue", "cue_words", "read_cues"]

_SUBJECT = ("nsubj", "nsubjpass", "csubj")
_CLAUSE = ("ccomp", "xcomp")
_ANYBODY = frozenset("anyone anybody someone somebody nobody everyone everybody none 's whoever noone".split())
_GLYPHS = set("“”\"„«»")


@dataclass(frozen=True, slots=True)
class Cue:
    """One attribution inside a sentence; all offsets are the document's. `group` is say, report, show, plan, think, deny,
    dispute, according, noun or colon; `source` is None where nobody is named; `hearer` is who was told, `cited` whom a
    relay names as its own source ("Reuters said, citing two officials")."""

    group: str
    lemma: str
    start: int
    end: int
    source: Mention | None
    contents: tuple[tuple[int, int], ...]
    stance: Stance
    hedged: bool
    rule: str
    hearer: Mention | None = None
    cited: Mention | None = None
    inside: tuple[int, int] = (0, 0)  # the words of the cue's own clause
    complete: bool = False  # the cue has a clause of its own as content


@lru_cache(maxsize=1)
def _verbs() -> dict[str, str]:
    words = word_sets()
    groups: dict[str, str] = {}
    for name in ("think", "plan", "show", "report", "say", "dispute", "deny"):
        groups.update(dict.fromkeys(words[name], name))
    return groups


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Every inflected form of the cue verbs with its base; the lemmatiser of the small model gets some wrong ("rated": "rat")."""
    forms: dict[str, str] = dict(load_words("cues")["irregular"])
    for verb in _verbs():
        stem = verb[:-1] if verb.endswith("e") else verb
        soft = verb[:-1] + "i" if verb.endswith("y") and verb[-2] not in "aeiou" else stem
        double = verb + verb[-1] if re.search(r"[^aeiou][aeiou][bdgmnprt]$", verb) else stem
        third = soft + "es" if soft.endswith("i") else verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")
        for form in (verb, third, soft + "ed", stem + "ing", double + "ed", double + "ing"):
            forms.setdefault(form, verb)
    return forms


def lemma_of(verb: Token) -> str:
    """Base form of a verb; the cue's own table first."""
    return _forms().get(verb.lower_) or str(verb.lemma_).lower()


@lru_cache(maxsize=1)
def cue_words() -> re.Pattern[str]:
    """Finds sentences that may hold a cue, in any form of the verbs and nouns."""
    words = word_sets()
    alternatives = "|".join(sorted({*_forms(), *words["nouns"], "according", "per", "citing", "quoting"}, key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b|:|\s[-–—]\s", re.I)


def read_cues(doc: Doc, offset: int, *, headline: bool = False) -> list[Cue]:
    """All cues of a sentence; `offset` is its start in the document. `headline`: also colon speakers and tails."""
    found: list[Cue] = []
    for token in doc:
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            cue = _verb_cue(token, offset) or _support(token, offset)
            if cue:
                found.append(cue)
        if token.lower_ in ("according", "per") or token.lower_ == "as" and doc[min(token.i + 1, len(doc) - 1)].lower_ == "per":
            cue = _according(token, offset)
            if cue:
                found.append(cue)
        if token.pos_ in ("NOUN", "PROPN"):
            cue = _noun_cue(token, offset)
            if cue:
                found.append(cue)
        if _forms().get(token.lower_) and token.pos_ in ("NOUN", "PROPN"):
            cue = _mistagged(token, offset)
            if cue:
                found.append(cue)
    found += _colon(doc, offset, headline)
    found += _before_quotation(doc, offset)
    found = _citing(doc, found, offset)
    found = _share_according(found, doc, offset)
    return [_clip_according(cue, found, doc, offset) if cue.group == "according" else cue for cue in found]


def _citing(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """"Reuters reported, citing two officials, that ...": the cue's source is the relay, who is cited the source."""
    for token in doc:
        if token.lower_ not in ("citing", "quoting") or token.i == 0:
            continue
        noun = next((c for c in token.children if c.dep_ in ("dobj", "pobj")), None)
        cues = [c for c in found if c.group in ("say", "report", "colon") and c.source is not None and c.start != offset + token.idx]
        if noun is None or noun.pos_ not in ("NOUN", "PROPN", "PRON") or not cues:
            continue
        near = min(cues, key=lambda c: (abs(c.start - offset - token.idx)))
        phrase = (offset + token.idx, offset + noun.right_edge.idx + len(noun.right_edge))
        cited = mention_of(noun, offset, None)
        phrase = (phrase[0], min(phrase[1], cited.end))
        found = [c for c in found if c.start != offset + token.idx]
        found = [replace(c, cited=cited, contents=_without(c.contents, phrase)) if c is near else c for c in found]
    return found


def _without(contents: tuple[tuple[int, int], ...], gap: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in contents:
        kept += [(a, b) for a, b in ((start, min(end, gap[0])), (max(start, gap[1]), end)) if a < b]
    return tuple(kept)


def _share_according(found: list[Cue], doc: Doc, offset: int) -> list[Cue]:
    """Several "according to" in one sentence part it between them."""
    several = sorted((c for c in found if c.group == "according"), key=lambda c: c.inside)
    if len(several) < 2:
        return found
    leading = several[0].inside[0] - offset < 3
    parts: dict[int, tuple[int, int]] = {}
    for i, cue in enumerate(several):
        if leading:
            parts[cue.start] = (cue.inside[1], several[i + 1].inside[0] if i + 1 < len(several) else offset + len(doc.text))
        else:
            parts[cue.start] = (several[i - 1].inside[1] if i else offset, cue.inside[0])
    return [replace(c, contents=(parts[c.start],)) if c.group == "according" and parts[c.start][0] < parts[c.start][1] else c for c in found]


def _before_quotation(doc: Doc, offset: int) -> list[Cue]:
    """A noun of statement before a colon and a quotation: "this finding: '27 firms ...'", "a statement by X on Monday:"."""
    words = word_sets()
    for colon in doc:
        if colon.text != ":" or colon.i < 2 or (colon.i + 1 < len(doc) and doc[colon.i + 1].text not in ("“", '"', "''", "``", "‘", "'")):
            continue
        for i in range(colon.i - 1, max(-1, colon.i - 8), -1):
            noun = doc[i]
            if noun.pos_ == "VERB" and lemma_of(noun) in _verbs():
                break
            if noun.pos_ == "NOUN" and (noun.lemma_.lower() in words["nouns"] or noun.lemma_.lower() in words["document"]) and noun.head.lemma_ not in words["support"]:
                maker = next((p for c in noun.children if c.dep_ in ("prep", "agent") and c.lower_ in ("by", "from") for p in c.children if p.dep_ == "pobj"), None)
                if maker is None and not any(c.lower_ in ("this", "these") for c in noun.children):
                    break
                mention = mention_of(maker if maker is not None else noun, offset, colon.i)
                start, end = offset + noun.idx, offset + colon.idx + 1
                contents = ((end, offset + len(doc.text)),) if colon.i + 1 < len(doc) else ()
                return [Cue("say", noun.lemma_.lower(), start, start + len(noun), mention, contents, "asserts", False, f"{noun.lemma_.lower()} before a quotation", inside=(mention.start, end), complete=True)]
    return []


def _clip_according(cue: Cue, found: list[Cue], doc: Doc, offset: int) -> Cue:
    """"X reports that A died, according to Y": Y governs what X reports; and no "according to" reaches over a semicolon."""
    bounds = [(offset + a, offset + b) for a, b in _between_semicolons(doc.text) if a <= cue.start - offset < b]
    for other in found:
        if other.complete and other.group in ("say", "report") and other.start < cue.start:
            bounds += [span for span in other.contents if span[0] <= cue.start <= span[1] + 3]
    contents = cue.contents
    for low, high in bounds:
        contents = tuple((max(a, low), min(b, high)) for a, b in contents if max(a, low) < min(b, high))
    contents = tuple(_trim(doc.text, a - offset, b - offset, offset) for a, b in contents)
    return replace(cue, contents=contents)


def _trim(text: str, start: int, end: int, offset: int) -> tuple[int, int]:
    """Without "that", spaces and commas at the ends."""
    lead = re.match(r"(?:[\s,]|that\b)*", text[start:end])
    start += lead.end() if lead else 0
    while end > start and text[end - 1] in " ,":
        end -= 1
    return offset + start, offset + end


def _between_semicolons(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(m.end() for m in re.finditer(";", text)), len(text)]
    return list(zip(cuts, cuts[1:], strict=False))


def _support(verb: Token, offset: int) -> Cue | None:
    """"made the following comment: ...", "issued a statement saying", "made the case that", "made it clear that"."""
    words = word_sets()
    if str(verb.lemma_).lower() not in words["support"]:
        return None
    noun = next((c for c in verb.children if c.dep_ == "dobj" and (c.lemma_.lower() in words["nouns"] or c.lemma_.lower() in ("case", "point", "observation", "clear"))), None)
    clear = verb.lemma_ == "make" and any(c.dep_ == "ccomp" and any(g.lower_ == "clear" for g in [*c.children, c]) for c in verb.children)
    subject, passive = _subject_of(verb)
    if subject is None or passive or noun is None and not clear or subject.lower_ in ("i", "we", "you"):
        return None
    doc = verb.doc
    start = (noun.i if noun is not None else verb.i) + 1
    if start >= len(doc):
        contents: tuple[tuple[int, int], ...] = ()
    elif noun is not None and not clear and not any(c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i for c in noun.children) and not doc.text.rstrip().endswith(":") and ":" not in doc.text[doc[start].idx :]:
        return None
    else:
        contents = ((offset + doc[start].idx, offset + len(doc.text)),)
    mention = mention_of(subject, offset, verb.i)
    at = offset + verb.idx
    end = offset + (noun.idx + len(noun) if noun is not None else verb.idx + len(verb))
    return Cue("say", str(verb.lemma_), at, end, mention, contents, "asserts", False, f"{verb.lemma_} {noun.lemma_ if noun is not None else 'clear'}", inside=(mention.start, offset + len(doc.text.rstrip())) if doc.text.rstrip().endswith(":") else (mention.start, end), complete=True)


def _speaking_noun(token: Token) -> Token | None:
    """The nearest noun before a mistagged verb that can speak, within its phrase."""
    words = word_sets()
    for i in range(token.i - 1, max(-1, token.i - 9), -1):
        candidate = token.doc[i]
        if candidate.text in (",", ";", ":", "."):
            return None
        if candidate.lemma_.lower() in words["document"] | words["person"] | words["finders"] or candidate.lower_ in words["group"] | words["document"]:
            if candidate.i + 1 == token.i or candidate.tag_ in ("NNS", "NNPS"):
                return candidate
    return None


def _mistagged(token: Token, offset: int) -> Cue | None:
    """A verb of speech that the tagger took for a noun: "Trump charges that"."""
    doc = token.doc
    base = _forms()[token.lower_]
    if _verbs()[base] not in ("say", "report", "show") or token.i == 0 or token.i + 2 >= len(doc):
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
    return Cue(_verbs()[base], base, start, start + len(token), mention, (content,), "asserts", False, f"verb {base}", inside=(mention.start, start + len(token)), complete=True)


# ---------------------------------------------------------------- verbs


def _verb_cue(verb: Token, offset: int) -> Cue | None:
    lemma = lemma_of(verb)
    group = _verbs().get(lemma)
    if group is None or verb.dep_ in ("amod", "compound") or verb.dep_ == "pobj":
        return None
    if _said_as(verb):
        return _quoted_saying(verb, offset)
    if lemma in ("quote", "cite") and any(_said_as(g) for c in verb.children if c.lower_ == "as" for g in c.children):
        return None
    if lemma in ("hear", "view", "learn") and not any(c.dep_ == "ccomp" for c in verb.children):
        return None
    if verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and not any(c.dep_ in ("aux", "auxpass", "nsubj", "agent") for c in verb.children):
        return None  # "estimated to be worth": nobody's verb
    negated = any(c.dep_ == "neg" for c in verb.children)
    subject, passive = _subject_of(verb)
    if passive:
        return _passive(verb, lemma, group, offset)
    if lemma in ("expect", "require", "call", "need", "mean") and subject is None:
        return None
    clause = [c for c in verb.children if c.dep_ in _CLAUSE and c.i != verb.i]
    direct = [c for c in verb.children if c.dep_ in ("dobj", "attr", "oprd", "dative")]
    if subject is None:
        return None
    if subject is not None and (subject.lower_ in _ANYBODY or subject.lower_ == "one" and subject.pos_ == "PRON"):
        return None
    if subject is not None and subject.lower_ in ("i", "we", "you") and (group == "think" or _in_marks(verb)):
        return None
    if subject is not None and subject.lower_ in ("what", "that", "this", "there") and subject.dep_ != "nsubj":
        return None
    if negated and lemma in word_sets()["unsaid"]:
        return None  # "has not confirmed that": nobody says it
    if group in ("say", "report") and any(c.dep_ == "aux" and c.tag_ == "MD" for c in verb.children):
        group = "plan"  # "will announce": not said yet
    documentary = subject is not None and _documentary(subject)
    if verb.dep_ == "xcomp" and verb.tag_ == "VB" and not clause and group in ("say", "report", "show"):
        return None
    if verb.dep_ == "acl" and not clause and not _GLYPHS & set(verb.doc.text[verb.idx :]):
        return None
    spans = _verb_contents(verb, subject, group, clause, direct, documentary)
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
    if mention is not None and mention.kind == "document" and mention.author is None and others and _named(others[-1]):
        name = mention_of(others[-1], offset, verb.i)
        mention = replace(mention, end=max(mention.end, name.end), author=(name.name_start, name.name_end, name.head))
    return Cue(
        group=group, lemma=lemma, start=offset + verb.idx, end=offset + verb.idx + len(verb), source=mention,
        contents=tuple((offset + a, offset + b) for a, b in contents), stance=stance, hedged=_hedged(verb), rule=f"verb {lemma}",
        hearer=mention_of(hearer, offset) if hearer is not None else None, cited=_cited(verb, offset),
        inside=(offset + own[0], offset + own[1]), complete=complete,
    )  # fmt: skip


def _said_as(verb: Token) -> bool:
    return verb.dep_ == "pcomp" and verb.head.lower_ == "as" and lemma_of(verb.head.head) in ("quote", "cite")


def _quoted_saying(verb: Token, offset: int) -> Cue | None:
    """"IRNA quoted the governor as saying that", "the governor was quoted by IRNA as saying": the governor says it, IRNA relays."""
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
        if child.dep_ in _CLAUSE:
            contents += _runs(child, own, quoting)
    if not contents:
        last = doc[verb.i + 1].idx if verb.i + 1 < len(doc) else len(doc.text)
        contents = [(last, len(doc.text))] if len(doc.text) - last > 4 else [(0, doc[min(own)].idx)]
    first, start = offset + doc[min(own)].idx, offset + verb.idx
    return Cue(
        "say", "say", start, start + len(verb), mention_of(source, offset, None if source.i > quoting.i else quoting.i), tuple((offset + a, offset + b) for a, b in contents if a < b), "asserts", False,
        "quoted as saying", hearer=mention_of(relay, offset, None) if relay is not None else None, inside=(first, start + len(verb)), complete=True,
    )  # fmt: skip


def _subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The subject of a verb, its own or the one it shares or controls it, and whether the verb is passive."""
    for child in verb.children:
        if child.dep_ == "nsubjpass":
            return child, True
        if child.dep_ == "agent":
            return child, True
    own = [c for c in verb.children if c.dep_ == "nsubj"]
    if len(own) > 1 and own[-1].i < verb.i and not any(t.text == "," for t in verb.doc[own[0].i : own[-1].i]) and own[-1].left_edge.pos_ in ("DET", "PRON"):
        return own[-1], False  # "the 30 people the army says it killed"
    if own:
        return own[0], False
    if verb.tag_ == "VBN" and verb.dep_ == "acl" and not any(c.dep_ == "aux" for c in verb.children):
        return None, False
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
            subject, passive = _subject_of(head)
            if subject is not None and passive and subject.dep_ not in ("nsubjpass",):
                return None, False
            return subject, False
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        return verb.head, False
    if verb.dep_ == "relcl":
        return None, False
    return None, False


def _named(token: Token) -> bool:
    return token.tag_ in ("NNP", "NNPS")


def _documentary(subject: Token) -> bool:
    words = word_sets()
    head = subject
    if subject.lower_ in ("which", "that") and subject.head.dep_ == "relcl":
        head = subject.head.head
    if head.lemma_.lower() in words["document"] or head.lower_ in words["document"] or head.lemma_.lower() in words["finders"]:
        return True
    return head.lower_ in ("it", "this", "these")


def _verb_contents(
    verb: Token, subject: Token | None, group: str, clause: list[Token], direct: list[Token], documentary: bool
) -> tuple[list[tuple[int, int]], bool] | None:
    """Stretches of the sentence (character offsets) that are what is said, and whether they are a clause; None: no cue."""
    doc = verb.doc
    own = _own_set(verb, subject)
    lemma = lemma_of(verb)
    spans: list[tuple[int, int]] = []
    stranded = [c for c in verb.children if c.dep_ == "nsubj" and c != subject and subject is not None and c.i < subject.i and not any(t.text == "," for t in doc[c.i : subject.i])]
    if stranded and group in ("say", "report", "think"):
        return [(0, doc[subject.left_edge.i].idx), (doc[verb.i].idx + len(verb), len(doc.text))], True
    complete = False
    quoted = bool(_GLYPHS & set(doc.text)) or "''" in doc.text
    clause = [c for c in clause if not any(t.text == ";" for t in doc[min(c.i, verb.i) : max(c.i, verb.i)])]
    for child in clause:
        if child.dep_ == "xcomp" and group in ("say", "report", "show") and child.tag_ == "VB" and lemma in ("say", "continue", "respond", "go"):
            continue
        spans += _object_runs(child, own, verb, participles=True) if group == "plan" else _runs(child, own, verb)
        complete = True
    if verb.dep_ == "relcl" and not complete or verb.dep_ == "relcl" and subject is not None and subject.lower_ not in ("who", "which", "that"):
        if subject is not None and subject.lower_ not in ("who", "which", "that") and (complete or not direct):
            head = verb.head
            left = head.left_edge.i
            spans.append((doc[left].idx, doc[verb.left_edge.i].idx))
            return spans, True
    if not complete and verb.dep_ in ("parataxis", "ccomp", "advcl", "dep", "intj") and verb.head.pos_ in ("VERB", "AUX", "NOUN", "PROPN", "ADJ"):
        marked = any(c.dep_ in ("mark", "advmod") and c.lower_ == "as" for c in verb.children)
        if (marked or verb.dep_ in ("parataxis", "intj", "dep") or verb.dep_ == "ccomp" and _set_off(verb, own)) and not direct:
            head = verb.head
            while head.dep_ in ("aux", "auxpass") and head.head != head:
                head = head.head
            return _runs(head, own | {t.i for t in verb.subtree}, verb), True
    if not complete and group in ("say", "report", "think") and not direct and subject is not None and subject.head == verb and verb.dep_ == "ROOT":
        nucleus = {verb.i, *(t.i for t in subject.subtree)}
        if _set_off(verb, nucleus | {t.i for c in verb.children if c.dep_ in ("advmod", "npadvmod") and c.i > verb.i for t in c.subtree}):
            low, high = min(nucleus), max(nucleus)
            rest = doc[high + 1 :].text
            if len(rest) > 25:
                return [(0, doc[low].idx), (doc[high + 1].idx, len(doc.text))], True
    if complete and direct and group in ("show", "report", "plan", "think"):
        for child in direct:
            spans += _object_runs(child, own, verb)
    if complete:
        if group in ("say", "report", "show", "think"):
            spans = _stretch(verb, own, spans)
            spans = _stretch_on(verb, own, clause, spans)
        return spans, True
    if direct or any(c.dep_ == "prep" for c in verb.children) and group not in ("think",):
        allowed = (
            group in ("report", "plan", "deny", "dispute")
            or (group == "show" and (documentary or lemma == "show" and subject is not None and _named(subject) and any(c.dep_ in ("advmod", "prep") and c.i > verb.i for c in verb.children)))
            or (group == "say" and documentary)
            or lemma in ("say", "reply", "answer") and any(c.like_num or any(g.dep_ == "nummod" for g in c.children) for c in direct)
            or lemma in ("warn", "reveal", "disclose", "cite", "read", "outline", "mention", "tout", "repeat", "acknowledge", "admit", "determine", "calculate", "point", "state", "concede", "tally", "note", "boast", "brag", "complain", "specify", "clarify", "joke")
        )
        if allowed and group == "dispute" and not _stated(verb):
            allowed = False
        if allowed:
            own = own - {t.i for c in verb.children if c.dep_ == "prep" for t in c.subtree}
            if lemma in ("speak", "talk") and not any(c.lower_ == "of" for c in verb.children):
                return None
            for child in verb.children:
                if child in direct or child.dep_ in ("prep", "npadvmod", "prt") and child.i > verb.i and child.lower_ not in ("on", "in", "at", "during") or (
                    child.dep_ == "prep" and child.i > verb.i and lemma in ("put", "peg", "estimate", "value", "rate", "expect")
                ):
                    spans += _object_runs(child, own, verb)
    if not spans or group == "say":
        loose = _loose(verb, own, subject)
        if loose and (group in ("say", "report", "think", "show") and (subject is not None)):
            if quoted or _comma_before(verb, subject) or verb.i == max(verb.i, subject.i if subject is not None else 0):
                spans = spans + loose if spans else loose
                complete = complete or bool(loose)
    if not spans and group not in ("say", "report", "think"):
        return None
    return spans, complete


def _stated(verb: Token) -> bool:
    """Whether what is disputed is a statement or a number: "challenged the figure", not "challenged the boats"."""
    words = word_sets()
    things = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    return any(
        c.lemma_.lower() in words["nouns"] or c.lower_ in words["nouns"] or c.lemma_.lower() in words["document"] or any(g.dep_ == "nummod" for g in c.children) for c in things
    )


def _set_off(verb: Token, own: set[int]) -> bool:
    """Whether the cue's own words stand between commas or at the end after one."""
    first, last = min(own), max(own)
    doc = verb.doc
    before = first > 0 and doc[first - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–")
    after = last + 1 >= len(doc) or doc[last + 1].text in (",", ".", ":", "—", "–", "--", ";")
    return before and after


def _comma_before(verb: Token, subject: Token | None) -> bool:
    first = min(verb.left_edge.i if verb.left_edge.i <= verb.i else verb.i, verb.i)
    if subject is not None:
        first = min(first, verb.i, subject.left_edge.i)
        inner = min(verb.i, subject.left_edge.i)
        if inner > 0 and verb.doc[inner - 1].text in (",", "”", '"', "''", "?", "!"):
            return True
    return first > 0 and verb.doc[first - 1].text in (",", "”", '"', "''", "?", "!")


def _own_set(verb: Token, subject: Token | None) -> set[int]:
    """Token indexes of the cue's own clause: verb, auxiliaries, subject phrase, adverbs, hearer, time."""
    own = {verb.i}
    if subject is not None and subject.head == verb or subject is not None and abs(subject.i - verb.i) < 40 and subject.dep_ in _SUBJECT:
        own |= {t.i for t in subject.subtree if subject.head == verb or t.i < verb.i} if subject.head == verb else set()
    for child in verb.children:
        if child.dep_ in ("aux", "auxpass", "neg", "advmod", "dative", "npadvmod", "prt", "mark", "cc"):
            if child.dep_ == "advmod" and child.pos_ != "ADV":
                continue
            own |= {t.i for t in child.subtree}
        elif child.dep_ in ("prep", "advcl") and not any(c.dep_ in _CLAUSE for c in child.children) and child.i > verb.i and child.dep_ == "prep":
            own |= {t.i for t in child.subtree}
    return own


def _own_words(verb: Token, subject: Token | None) -> tuple[int, int]:
    indexes = {verb.i}
    if subject is not None and subject.head == verb:
        indexes |= {t.i for t in subject.subtree}
    near = sorted(i for i in indexes)
    doc = verb.doc
    return doc[near[0]].idx, doc[near[-1]].idx + len(doc[near[-1]])


def _object_runs(head: Token, own: set[int], verb: Token, participles: bool = False) -> list[tuple[int, int]]:
    """Like `_runs`, without relative clauses set off by a comma: they are the outlet's own addition."""
    aside: set[int] = set()
    for token in head.subtree:
        set_off = token.dep_ == "advcl" and token.tag_ == "VBG" if participles else token.dep_ == "relcl"
        if set_off and token.left_edge.i > 0 and head.doc[token.left_edge.i - 1].text in (",", "--", "—"):
            aside |= {t.i for t in token.subtree}
    return _runs(head, own | aside, verb)


def _runs(head: Token, own: set[int], verb: Token) -> list[tuple[int, int]]:
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
    if verb.dep_ != "ROOT" or not spans:
        return spans
    own = own - {t.i for c in verb.children if c.dep_ == "prep" and c.i > verb.i for t in c.subtree}
    first = min(own)
    before = [s for s in spans if s[1] <= doc[first].idx + 1]
    if before and first > 0:
        start = min(a for a, _ in before)
        lead = doc.text[:start]
        if start > 0 and not re.search(r"\b(?:said|says|told|according|but|while)\b", lead, re.I) and not any(i in own for i in range(0, 1)):
            spans = [*spans, (0, start)]
        last = max(b for _, b in before)
        if doc[first].idx > last:
            spans = [*spans, (last, doc[first].idx)]
        for match in _REMAINDER.finditer(doc.text, verb.idx):
            spans = [*spans, (match.end(), len(doc.text))]
            break
    return spans


_REMAINDER = re.compile(
    r"\s*,\s(?=(?:up|down|compared|versus|against|including|of (?:which|whom|them)|more than|less than|higher|lower|rising|falling|while (?:another|\d)|with (?:another|\d|more|at least)|plus|bringing|taking)\b)"
)


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
            if child.dep_ == "conj" and (any(c.dep_ in _SUBJECT for c in child.children) or child.tag_ == verb.tag_):
                break
            if child.text == ";" or child.dep_ == "advcl" and child.lower_ in ("citing", "quoting", "adding", "noting", "saying"):
                break
            if child.dep_ == "ccomp":
                break
            if child.dep_ == "conj":
                end = child.right_edge.i
    return [*spans, (start, doc[end].idx + len(doc[end]))]


def _loose(verb: Token, own: set[int], subject: Token | None) -> list[tuple[int, int]]:
    """Where the parse gave no clause: what stands before a closing cue (", the ministry said."), or what follows the cue
    after a colon, "that" or an opening mark."""
    doc = verb.doc
    indexes = sorted(own)
    first, last = indexes[0], indexes[-1]
    nucleus = [verb.i] + ([subject.left_edge.i, subject.i] if subject is not None and subject.head == verb else [])
    lead = min(nucleus)
    if lead > 1 and doc[lead - 1].text in (",", "”", '"', "''", "?", "!", "’", "—", "--", "–", "…"):
        shared = subject is None or subject.head != verb
        heavy = any(c.dep_ in ("dobj", "attr", "acomp") and c.i > verb.i and c != subject for c in verb.children)
        if not shared and (not heavy or lemma_of(verb) in ("tell", "ask", "inform")):
            return [(0, doc[lead].idx)]
    rest = doc.text[doc[max(nucleus)].idx + len(doc[max(nucleus)]) :]
    opened = re.search(r"[:,]?\s*(?=[“\"‘„«]|'')|:\s|\bthat\b", rest)
    if opened and opened.end() < len(rest):
        start = len(doc.text) - len(rest) + opened.end()
        return [(start, len(doc.text))]
    return [] if first > 3 or last < 0 else []


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


def _cited(verb: Token, offset: int) -> Mention | None:
    """Whom the source names as its own: ", citing two officials"."""
    for child in verb.children:
        if child.dep_ == "advcl" and child.lower_ in ("citing", "quoting"):
            for obj in child.children:
                if obj.dep_ == "dobj":
                    return mention_of(obj, offset, None)
        if child.dep_ == "prep" and child.lower_ in ("citing", "quoting"):
            for obj in child.children:
                if obj.dep_ in ("pobj", "dobj"):
                    return mention_of(obj, offset, None)
    return None


def _hedged(verb: Token) -> bool:
    hedges = word_sets()["hedges"]
    return any(c.lower_ in hedges for c in verb.children)


def _in_marks(verb: Token) -> bool:
    """Whether a token stands inside quotation marks within its sentence."""
    before = verb.doc.text[: verb.idx]
    opens = before.count("“") + before.count("‘") - before.count("”")
    return opens > 0 or before.count('"') % 2 == 1


def _passive(verb: Token, lemma: str, group: str, offset: int) -> Cue | None:
    """"was said by X", "were put at 30 by X"; without an agent, "is said to", "were reported" cite nobody clear."""
    doc = verb.doc
    agents = [p for c in verb.children if c.dep_ in ("agent", "prep") and c.lower_ == "by" for p in c.children if p.dep_ == "pobj" and not p.like_num]
    agent = agents[0] if agents else None
    own = {verb.i} | ({t.i for t in agent.head.subtree} if agent is not None else set())
    if agent is None:
        if lemma not in word_sets()["impersonal"] or group not in ("say", "report", "think"):
            return None
        if not any(c.dep_ in _CLAUSE for c in verb.children) and lemma not in ("report",):
            return None
    elif lemma in ("release", "publish", "write", "present", "unveil", "see", "view", "read", "show", "find", "discover", "identify", "post", "list", "display", "record", "document", "register", "log", "push", "call", "rank", "rate", "understand", "know"):
        return None
    elif any(t.like_num for t in agent.subtree):
        return None
    elif group in ("deny", "dispute") and not _stated(verb):
        return None
    if agent is not None and not (agent.pos_ in ("NOUN", "PROPN", "PRON")):
        return None
    if agent is not None and verb.dep_ in ("acl", "relcl", "amod"):
        spans = [(doc[verb.head.left_edge.i].idx, doc[verb.i].idx)]
    else:
        spans = _runs(verb, own, verb)
    stance: Stance = "denies" if group == "deny" else "disputes" if group == "dispute" else "asserts"
    return Cue(
        group=group, lemma=lemma, start=offset + verb.idx, end=offset + verb.idx + len(verb), source=mention_of(agent, offset) if agent is not None else None,
        contents=tuple((offset + a, offset + b) for a, b in spans), stance=stance, hedged=lemma in ("rumour", "rumor", "allege") or _hedged(verb),
        rule=f"passive {lemma}", inside=(offset + verb.idx, offset + verb.idx + len(verb)), complete=True,
    )  # fmt: skip


# ---------------------------------------------------------------- according to


def _according(token: Token, offset: int) -> Cue | None:
    doc = token.doc
    last = token
    following = doc[token.i + 1] if token.i + 1 < len(doc) else None
    if token.lower_ == "according":
        if following is None or following.lower_ != "to":
            return None
        last = following
    elif token.lower_ == "as":
        last = doc[token.i + 1]
    elif token.lower_ == "per" and not (token.i == 0 or doc[token.i - 1].text in (",", "(") or (following is not None and following.pos_ in ("PROPN", "DET"))):
        return None
    if token.lower_ == "per" and (following is None or following.pos_ not in ("PROPN", "DET") or following.lower_ in ("a", "an")):
        return None
    source = next((c for c in last.children if c.dep_ in ("pobj", "dobj")), None) or next((c for c in token.children if c.dep_ == "pobj"), None)
    if source is None:
        source = next((t for t in doc[last.i + 1 :] if t.pos_ in ("NOUN", "PROPN")), None)
        while source is not None and source.i + 1 < len(doc) and doc[source.i + 1].pos_ in ("NOUN", "PROPN"):
            source = doc[source.i + 1]
    if source is None:
        return None
    mention = mention_of(source, offset, None)
    start, end = offset + token.idx, min(mention.end, _phrase_end(doc, last, source) + offset)
    end = max(end, mention.name_end)
    limit = len(doc.text) + offset
    contents = []
    low = offset
    for ancestor in [token, *token.ancestors]:
        if ancestor.dep_ == "relcl" and ancestor.left_edge.i > 0 and doc[ancestor.left_edge.i - 1].text == "," and token.i > ancestor.i:
            low = offset + doc[ancestor.left_edge.i].idx
            break
    if start > low:
        contents.append((low, start))
    if end < limit:
        contents.append((end, limit))
    return Cue("according", "according to", start, offset + last.idx + len(last), mention, tuple(contents), "asserts", False, "according to", inside=(start, end), complete=True)


def _phrase_end(doc: Doc, last: Token, source: Token) -> int:
    """Where the phrase of an "according to" ends: at a comma when it opens the sentence."""
    end = source.right_edge
    return end.idx + len(end)


# ---------------------------------------------------------------- nouns

_SPOKEN_NOUNS = ("comment", "remark", "claim", "assertion", "admission", "allegation", "insistence", "contention", "accusation", "boast", "warning", "statement", "prediction", "emphasis", "testimony")
_REVISED = ("estimate", "forecast", "projection", "prediction", "target", "goal", "guidance", "outlook")


def _noun_cue(noun: Token, offset: int) -> Cue | None:
    """"X's estimate of 300", "a claim by X that", "under X's plan, taxpayers would"."""
    words = word_sets()
    if noun.lemma_.lower() not in words["nouns"] and noun.lower_ not in words["nouns"]:
        return None
    doc = noun.doc
    holder = next((c for c in noun.children if c.dep_ == "poss"), None)
    end_of_holder = None
    if holder is None:
        for child in noun.children:
            if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from"):
                holder = next((p for p in child.children if p.dep_ == "pobj" and p.pos_ in ("PROPN", "NOUN")), None)
                if holder is not None:
                    end_of_holder = holder.right_edge.i
    if holder is None:
        return _framed_document(noun, offset) or _named_report(noun, offset)
    own_pronoun = holder.lower_ in ("his", "her", "their", "its", "my", "our", "your")
    if own_pronoun and not (noun.dep_ == "dobj" and noun.lemma_ in _REVISED) and noun.lemma_ not in _SPOKEN_NOUNS:
        return None
    own_pronoun = own_pronoun and noun.lemma_ not in _SPOKEN_NOUNS
    mention = mention_of(holder, offset, None)
    spans: list[tuple[int, int]] = []
    start = max(noun.i, end_of_holder or 0) + 1
    right = [c for c in noun.children if c.dep_ in ("prep", "acl", "relcl", "appos", "ccomp", "nummod") and c.i > noun.i and not (c.lower_ in ("by", "from") and c.dep_ == "prep")]
    for child in right:
        spans.append((doc[child.left_edge.i].idx, doc[child.right_edge.i].idx + len(doc[child.right_edge.i])))
    if holder.i + 1 < noun.i and noun.lemma_ in ("estimate", "target", "goal", "forecast", "projection", "claim", "pledge", "promise", "prediction", "toll", "figure", "tally", "count"):
        after = holder.i + 1
        if after < len(doc) and doc[after].tag_ == "POS":
            after += 1
        if after < noun.i:
            spans.append((doc[after].idx, doc[noun.i].idx))
    complete = False
    head = noun.head
    if noun.lemma_ in _REVISED or noun.lemma_ in ("toll", "tally", "count"):
        end = head.right_edge if head.i < noun.i and head.pos_ == "VERB" else noun.right_edge
        if end.i > start and start < len(doc):
            spans.append((doc[start].idx, end.idx + len(end)))
    if holder.dep_ == "poss" and not own_pronoun:
        end = offset + noun.idx + len(noun)
        mention = replace(mention, end=max(end, mention.end))
    if own_pronoun:
        subject, passive = _subject_of(head) if head.pos_ == "VERB" else (None, False)
        if subject is None or passive:
            return None
        mention = mention_of(subject, offset, head.i)
    if noun.dep_ in ("nsubj", "nsubjpass") and head.pos_ in ("VERB", "AUX") and _verbs().get(lemma_of(head)) not in ("say", "show", "report"):
        spans.append((doc[noun.i].idx + len(noun), doc[head.right_edge.i].idx + len(doc[head.right_edge.i])))
    if noun.dep_ == "pobj" and head.lower_ in words["framing"] and head.dep_ == "prep" and (head.i == 0 or doc[head.i - 1].text in (",",) or head.i <= 1):
        spans = [(doc[start].idx, len(doc.text))] if start < len(doc) else spans
        if head.i > 1:
            spans.append((0, doc[head.i].idx))
        complete = True
    if not spans:
        return None
    return Cue(
        "noun", noun.lemma_.lower(), offset + noun.idx, offset + noun.idx + len(noun), mention, tuple((offset + a, offset + b) for a, b in spans), "asserts", False,
        f"noun {noun.lemma_.lower()}", inside=(mention.start, offset + noun.idx + len(noun)), complete=complete,
    )  # fmt: skip


def _framed_document(noun: Token, offset: int) -> Cue | None:
    """"by one estimate", "in the poll", "in a recent survey": the document itself governs the sentence."""
    doc = noun.doc
    head = noun.head
    words = word_sets()
    if noun.dep_ != "pobj" or head.lower_ not in ("by", "in", "on", "under") or noun.lemma_.lower() not in ("estimate", "poll", "survey", "study", "report", "count", "tally", "forecast", "projection", "analysis", "reckoning", "proposal"):
        return None
    if head.i > 1 and doc[head.i - 1].text != ",":
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
        "noun", noun.lemma_.lower(), offset + noun.idx, offset + noun.idx + len(noun), mention, tuple((offset + a, offset + b) for a, b in spans), "asserts", False,
        f"by {noun.lemma_.lower()}", inside=(mention.start, mention.end), complete=True,
    )  # fmt: skip


def _named_report(noun: Token, offset: int) -> Cue | None:
    """"a Courier report that the firm lost 300 million": the document says what its clause says."""
    clause = next((c for c in noun.children if c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i and any(m.lower_ == "that" and m.dep_ == "mark" for m in c.children)), None)
    named = any(c.dep_ in ("compound", "nmod", "amod") and c.tag_ in ("NNP", "NNPS") for c in noun.children)
    if clause is None or not named:
        return None
    doc = noun.doc
    mention = mention_of(noun, offset, clause.left_edge.i)
    start = offset + noun.idx
    content = (offset + doc[clause.left_edge.i].idx, offset + doc[clause.right_edge.i].idx + len(doc[clause.right_edge.i]))
    return Cue("noun", noun.lemma_.lower(), start, start + len(noun), mention, (content,), "asserts", False, f"noun {noun.lemma_.lower()}", inside=(mention.start, start + len(noun)), complete=True)


# ---------------------------------------------------------------- headlines

_COLON = re.compile(r"^\s*(?P<source>[A-Z][\w.’'&-]*(?:\s(?:[A-Z][\w.’'&-]*|of|the|for|and|&)){0,5}|[A-Z]\w+(?:\s[a-z]+){1,2})\s?:\s+(?=\S)")
_TAIL = re.compile(r"(?:,\s|\s[-–—]\s)(?P<source>(?:the\s)?[A-Z][\w.’'&-]*(?:\s[\w.’'&-]+){0,5}?)(?:\s(?P<verb>says?|said|reports?|claims?|warns?|finds?|shows?|suggests?|confirms?|estimates?))?\.?$|(?:,|\s[-–—])\s(?P<verb2>says|say|said|finds|according to|claims|warns|reports)\s(?P<source2>[^,:]{2,60}?)\.?$|(?:,|\s[-–—])\s(?P<source3>(?!says|say|said|finds|warns|claims|reports\s)[a-z][\w’' -]{1,40}?)\s(?P<verb3>says?|said|finds?|shows?|claims?|warns?|reports?|suggests?)\.?$|\s[-–—]\s(?P<source4>(?:reports?|official|officials|police|sources?|study|survey|poll|report|media|ministry|minister|government|army|military|UN|NGO)s?)\.?$")


def _colon(doc: Doc, offset: int, headline: bool) -> list[Cue]:
    if not headline:
        return []
    words = word_sets()
    text = doc.text
    found: list[Cue] = []
    match = _COLON.match(text)
    if match and _can_speak(match.group("source"), words):
        found.append(_flat_cue(text, match.start("source"), match.end("source"), (match.end(), len(text)), offset, "headline colon"))
    tail = _TAIL.search(text) if not re.search(r"[.!?][”\"’]?$", text.strip()) else None
    if tail:
        for name in ("source2", "source3", "source4", "source"):
            if tail.group(name) and (name != "source" or tail.group("verb") or "-" in tail.group()[:3] or "–" in tail.group()[:3] or "—" in tail.group()[:3]):
                found.append(_flat_cue(text, tail.start(name), tail.end(name), (0, tail.start()), offset, "headline tail"))
                break
    return found


def _can_speak(text: str, words: dict[str, frozenset[str]]) -> bool:
    """Whether words before a headline's colon name a speaker: a body, title, document, acronym, or a full name."""
    spoken = [w.lower().strip(".") for w in re.findall(r"[\w.’'&-]+", text)]
    if any(w in words[k] for w in spoken for k in ("body", "document", "person", "group", "titles", "carriers", "male", "female")):
        return not {"live", "watch", "video", "photos", "analysis", "explainer"} & set(spoken)
    if re.fullmatch(r"[A-Z][A-Z.]{1,6}", text):
        return True
    return len(spoken) in (1, 2, 3) and all(w[:1].isupper() for w in text.split()) and not {"live", "update", "updates", "breaking", "exclusive", "posted", "updated", "published", "modified", "created", "by", "source", "photo", "image", "caption", "related", "read", "topics", "tags", "share", "note", "date", "time", "where", "when", "what", "who", "why", "how", "explained", "opinion", "war", "election", "budget", "earthquake", "covid", "news"} & set(spoken)


def _flat_cue(text: str, start: int, end: int, content: tuple[int, int], offset: int, rule: str) -> Cue:
    words = word_sets()
    source = text[start:end].strip()
    last = source.split()[-1]
    plain = last.lower().rstrip("s")
    kind = next((k for k in ("document", "group", "body", "person") if last.lower() in words[k] or plain in words[k]), "other")
    common = kind != "other" and len(source.split()) == 1 and not source.isupper()
    mention = Mention(offset + start, offset + end, offset + start, offset + end, source, last, plain, kind, bool(re.search(r"[A-Z]", source)) and not common, False)
    return Cue("colon", ":", offset + start, offset + end, mention, ((offset + content[0], offset + content[1]),), "asserts", False, rule, inside=(offset + start, offset + end), complete=True)
