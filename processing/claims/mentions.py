"""What a source is called, and which earlier name a pronoun or a description stands for.

A mention is a stretch of the text with a head word. Names stay as written; "he", "the general", "the ministry" and "it" are
resolved to the last fitting name before them, where one fits; documents are cited as the body or author that they name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.words import load_words
from schemas.records import SourceStatus

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Mention", "Mentions", "mention_of", "word_sets"]

PRONOUNS = {"he", "she", "they", "it", "him", "her", "his", "their", "its", "them", "i", "we", "you", "who", "which", "that", "this", "these", "those", "my", "our", "one", "both", "all", "some", "many", "others", "people", "everyone", "nobody", "someone", "somebody", "anyone", "everybody", "no one"}


@lru_cache(maxsize=1)
def word_sets() -> dict[str, frozenset[str]]:
    """The lists of persons.toml and cues.toml as sets, by list name."""
    return {name: frozenset(value) for source in ("persons", "cues") for name, value in load_words(source).items() if isinstance(value, list)}


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a source. `start`/`end` cover the whole phrase, `name_start`/`name_end` the words to cite (without what
    follows a comma), all document offsets. `kind`: person, group, body, document, pronoun, other. `named`: holds a proper name."""

    start: int
    end: int
    name_start: int
    name_end: int
    text: str  # the words to cite
    head: str  # head word as written
    lemma: str
    kind: str
    named: bool
    plural: bool
    author: tuple[int, int, str] | None = None  # of a document: who made it (offsets, head)
    stands_for: Mention | None = None  # of "who" and "which": what they refer to
    also: str = ""  # a description beside the name, lower case: "head of the regional administration"


def _cite_end(head: Token, tokens: list[Token]) -> int:
    """Index (in the Doc) after the last token of the phrase that is not set off by a comma, dash or bracket."""
    allowed = {t.i for t in tokens}
    end = head.i + 1
    joined = {c.i for c in _conjuncts(head)}
    position = end
    while position in allowed:
        token = head.doc[position]
        if token.text in (",", ";", "-", "--", "–", "—", "(", "―") and token.head.i <= head.i or token.text in ("(", "―", "—", "–", "--"):
            if token.text == "," and any(j > position for j in joined) and position + 1 in allowed:
                position += 1
                continue
            if token.text == "(" and position + 2 in allowed and head.doc[position + 2].text == ")":
                position += 3
                end = position
                continue
            break
        if token.text == ",":
            break
        if token.tag_ in ("MD", "VBZ", "VBP", "VBD") and token.dep_ not in ("relcl",) and token.head.i <= head.i:
            break
        position += 1
        end = position
    return end


def _conjuncts(head: Token) -> list[Token]:
    found = []
    for child in head.children:
        if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN", "PRON"):
            found += [child, *_conjuncts(child)]
    return found


def mention_of(head: Token, offset: int, stop: int | None = None) -> Mention:
    """The mention whose head is this token; `offset` is where the sentence starts in the document, `stop` a token index
    that the phrase must not reach (the cue)."""
    words = word_sets()
    tokens = sorted((t for t in head.subtree if stop is None or (t.i < stop) == (head.i < stop)), key=lambda t: t.i)
    first = _first(head, tokens)
    tokens = [t for t in tokens if t.i >= first]
    cite = _cite_end(head, tokens)
    name_head = head
    span_start, span_end = first, cite
    kind = kind_of(head, words)
    also = ""
    if head.lower_ in ("one", "some", "many", "others", "both", "another", "several"):
        kind = "person" if head.lower_ in ("one", "another") else "group"
    if not _is_name(head) and kind in ("person", "other", "body"):
        for child in head.children if kind == "body" else head.subtree:
            if child.dep_ == "appos" and _is_name(child) and child.i > head.i and (child.head == head or head.doc[child.left_edge.i - 1].text == ",") and (kind != "body" or child.left_edge.i == head.i + 1):
                if kind == "body":
                    name_head, span_end = child, child.i + 1
                    break
                name_head, also = child, head.doc[first : child.i].text.lower()
                inner = [t for t in child.subtree]
                span_start, span_end = _first(child, inner), _cite_end(child, inner)
                break
    elif _is_name(head):
        also = " ".join(t.text.lower() for child in head.children if child.dep_ in ("appos", "compound", "nmod") for t in child.subtree)
    doc = head.doc
    while span_end - 1 > span_start and doc[span_end - 1].is_punct and doc[span_end - 1].text != ")":
        span_end -= 1
    while span_start < span_end - 1 and (doc[span_start].is_punct or doc[span_start].is_space):
        span_start += 1
    if (doc[span_end - 1].tag_ == "POS" or doc[span_end - 1].text in ("'s", "’s")) and span_end - 1 > span_start:
        span_end -= 1
    last = max(tokens[-1].i if tokens else head.i, span_end - 1)
    whole_start = min(doc[first].idx, doc[span_start].idx)
    plural = name_head.tag_ in ("NNS", "NNPS") or bool(_conjuncts(head)) or head.lower_ in ("they", "their", "them")
    named = _is_name(name_head) and kind not in ("group", "document") or kind == "document" and _is_name(head) and span_end - span_start > 1 and head.lower_ not in words["document"]
    if kind in ("person", "body") and _is_name(name_head) and name_head is head and doc[span_start:span_end].text.islower():
        named = False
    if kind == "body" and not named and any(c.dep_ == "compound" and (c.text.isupper() or c.lower_ in words["carriers"] and _is_name(c)) for c in head.children):
        named = True  # "the ISNA news agency"
    if kind == "group" and any(_is_name(c) for c in _conjuncts(head)):
        named = True
    return Mention(
        start=offset + whole_start,
        end=offset + doc[last].idx + len(doc[last]),
        name_start=offset + doc[span_start].idx,
        name_end=offset + doc[span_end - 1].idx + len(doc[span_end - 1]),
        text=doc.text[doc[span_start].idx : doc[span_end - 1].idx + len(doc[span_end - 1])],
        head=name_head.text,
        lemma=name_head.lemma_.lower(),
        kind=kind if name_head is head or kind == "body" else "person",
        named=named,
        plural=plural,
        author=_author(head, offset) if kind == "document" else None,
        stands_for=_antecedent(head, offset),
        also=also,
    )


def _antecedent(head: Token, offset: int) -> Mention | None:
    """What "who", "which" and "that" stand for: the noun that their clause modifies."""
    if head.lower_ in ("who", "which", "that") and head.dep_ in ("nsubj", "nsubjpass") and head.head.dep_ == "relcl" and head.head.head.pos_ in ("NOUN", "PROPN"):
        return mention_of(head.head.head, offset, head.i)
    return None


def _first(head: Token, tokens: list[Token]) -> int:
    """Leftmost token of the phrase in one run with the head, without leading conjunctions, adverbs and punctuation."""
    allowed = {t.i for t in tokens}
    first = head.i
    while first - 1 in allowed and head.doc[first - 1].text not in (",", ";", ":", "—", "–", "--", "“", "”", '"', "''", "``", "-", "―") or (
        first - 1 in allowed and head.doc[first - 1].text == "-" and first - 2 in allowed
    ):
        first -= 1
    while first < head.i and (head.doc[first].dep_ in ("cc", "preconj", "mark", "advmod") or head.doc[first].is_punct and head.doc[first].text != "[" or head.doc[first].is_space):
        first += 1
    return first


def _is_name(token: Token) -> bool:
    if token.tag_ in ("NNP", "NNPS"):
        return True
    return token.tag_ == "NN" and token.i > 0 and token.text[0].isupper() and token.doc[token.i - 1].text.islower() and len(token.doc) > 3


def kind_of(head: Token, words: dict[str, frozenset[str]]) -> str:
    """person, group, body, document, pronoun or other, by the head word and what stands before it."""
    lower, lemma = head.lower_, head.lemma_.lower()
    if _is_name(head) and head.text[0].isupper() and lower in words["proper"] and head.i > 0 and _is_name(head.doc[head.i - 1]):
        return "body"  # "Geological Survey", not "a survey"
    if lower in PRONOUNS or head.pos_ == "PRON":
        return "pronoun"
    if lemma in words["document"] or lower in words["document"]:
        return "document"
    if lower in words["group"] and head.tag_ in ("NNS", "NNPS", "NN"):
        return "group"
    if lemma in words["body"] or lower in words["body"]:
        return "body"
    if lemma in words["person"]:
        return "group" if head.tag_ == "NNS" else "person"
    if _is_name(head):
        before = {t.lower_.rstrip(".") for t in head.doc[max(0, head.i - 4) : head.i]}
        if before & words["titles"]:
            return "person"
    return "other"


def _author(head: Token, offset: int) -> tuple[int, int, str] | None:
    """Who made a document: "the TNO report", "a report by the UN", "the bureau's figures", "data from the ministry"."""
    words = word_sets()
    for child in head.children:
        if child.dep_ == "poss" and child.lower_ not in PRONOUNS and child.pos_ in ("NOUN", "PROPN"):
            return _span(child, offset, child.i + 1)
        if child.dep_ == "prep" and child.lower_ in ("on", "in"):
            for grandchild in child.children:
                name = next((a for a in grandchild.children if a.dep_ == "appos" and _is_name(a)), grandchild)
                if grandchild.dep_ == "pobj" and _is_name(name) and {t.lower_ for t in grandchild.subtree} & words["carriers"]:
                    return _span(name, offset, name.i + 1 if name != grandchild else None)
        if child.dep_ in ("prep", "agent") and child.lower_ in ("by", "from"):
            for grandchild in child.children:
                if grandchild.dep_ == "pobj" and grandchild.pos_ in ("NOUN", "PROPN"):
                    return _span(grandchild, offset, None)
        if child.dep_ == "acl" and child.lemma_ in ("release", "publish", "issue", "produce", "compile", "conduct", "commission", "carry", "write", "prepare", "make", "file", "collect"):
            for agent in child.children:
                if agent.dep_ in ("agent", "prep") and agent.lower_ == "by":
                    for grandchild in agent.children:
                        if grandchild.dep_ == "pobj":
                            return _span(grandchild, offset, None)
    names = []
    position = head.i - 1
    while position >= 0 and head.doc[position].head.i >= position and head.doc[position].tag_ in ("NNP", "NNPS", "HYPH", "SYM", "CC") and position >= 0:
        names.append(head.doc[position])
        position -= 1
    names = [t for t in names if t.tag_ in ("NNP", "NNPS")]
    if names and not (len(names) == 1 and (names[0].ent_type_ == "DATE" or names[0].lower_ in _MONTHS or names[0].lower_ in words["document"])):
        first, last = names[-1], names[0]
        return offset + first.idx, offset + last.idx + len(last), last.text
    return None


_MONTHS = frozenset("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday telegram twitter facebook".split())


def _span(head: Token, offset: int, end: int | None) -> tuple[int, int, str]:
    tokens = list(head.subtree)
    first = _first(head, tokens)
    last = end or _cite_end(head, tokens)
    doc = head.doc
    while last - 1 > first and (doc[last - 1].is_punct or doc[last - 1].tag_ == "POS"):
        last -= 1
    return offset + doc[first].idx, offset + doc[last - 1].idx + len(doc[last - 1]), head.text


@dataclass
class Mentions:
    """Names seen so far in a document, in text order, to resolve later pronouns and descriptions against."""

    text: str
    speakers: list[Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = _find_names(self.text)

    def add(self, mention: Mention) -> None:
        """Keep a mention that was given as a source; call in text order."""
        self.speakers.append(mention)

    def resolve(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        """The mention to cite for this one, its status, and the rule: "as written", "author", "pronoun", "title", "body"."""
        if mention.stands_for is not None:
            return self.resolve(mention.stands_for)
        if mention.author is not None and mention.kind == "document":
            start, end, head = mention.author
            text = re.sub(r"['’]s?$", "", self.text[start:end])
            named = bool(re.search(r"[A-Z]", re.sub(r"^(?:The|A|An)\b", "", text)))
            made = Mention(start, end, start, start + len(text), text, head, head.lower(), "body", named, False)
            return (made, "named", "author") if named else (made, "described", "author")
        if mention.kind == "pronoun":
            return self._pronoun(mention)
        if not mention.named:
            return self._description(mention)
        return mention, "named", "as written"

    def _pronoun(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        word = mention.head.lower()
        before = [m for m in reversed(self.speakers) if m.end <= mention.start and m.kind != "pronoun"]
        if word in ("he", "she", "his", "her", "him"):
            gender = "female" if word in ("she", "her") else "male"
            return self._last_person(mention, gender, before)
        if word in ("it", "its"):
            for m in before[:3]:
                if m.kind in ("body", "document", "other") and not m.plural and not _personal(m):
                    if mention.start - m.end > 1200:
                        break
                    found, status, _ = self.resolve(m)
                    return found, status, "pronoun"
        if word in ("they", "their"):
            for m in before[:3]:
                if (m.kind == "group" or m.plural) and mention.start - m.end <= 1200:
                    found, status, _ = self.resolve(m)
                    return found, status, "pronoun"
        return mention, "unresolved", "as written"

    def _last_person(self, mention: Mention, gender: str, before: list[Mention]) -> tuple[Mention, SourceStatus, str]:
        candidates = []
        for m in before:
            if mention.start - m.end > 2500:
                break
            if m.kind in ("person", "other") and not m.plural and not _bodily(m) and _gender(m, self.text) in (gender, None):
                candidates.append(m)
        names = [n for n in self._names if n.end <= mention.start and mention.start - n.end <= 700 and n.kind == "person" and _gender(n, self.text) in (gender, None)]
        last = candidates[0] if candidates else None
        if names and (last is None or names[-1].start > last.end + 400):
            last = names[-1]
        if last is None:
            return mention, "unresolved", "as written"
        if not last.named:
            found, status, rule = self._description(last)
            return found, status, "pronoun" if rule != "as written" else "pronoun"
        return last, "named", "pronoun"

    def _description(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        if not re.match(r"(?i)(?:the|that|this)\b", mention.text) or mention.plural:
            return mention, "described", "as written"
        if len(mention.text.split()) > 3:
            return mention, "described", "as written"
        head = mention.head.lower()
        words = word_sets()
        personal = mention.lemma in words["person"]
        kind_words = {head, *_ABBREVIATED.get(head, ())}
        earlier = [m for m in [*self._names, *self.speakers] if m.end <= mention.start and m.named]
        for m in sorted(earlier, key=lambda m: -m.start):
            spoken = {w.strip(".,").lower() for w in re.findall(r"[\w.]+", m.text)} | set(re.findall(r"\w+", m.also))
            if kind_words & spoken and m.start != mention.start:
                return m, "named", "title" if personal else "body"
        if personal:
            people = {m.head: m for m in self.speakers if m.end <= mention.start and m.named and m.kind in ("person", "other") and not m.plural and not _bodily(m)}
            if len(people) == 1:
                return next(iter(people.values())), "named", "only speaker"
        return mention, "described", "as written"


_ABBREVIATED = {
    "general": ("gen", "lt-gen", "lieutenant-general"), "lieutenant": ("lt",), "colonel": ("col",), "major": ("maj",), "captain": ("capt",), "sergeant": ("sgt",), "admiral": ("adm",),
    "senator": ("sen",), "governor": ("gov",), "representative": ("rep",), "congressman": ("rep", "rep."), "congresswoman": ("rep",), "professor": ("prof",), "minister": ("ministers",), "doctor": ("dr",),
    "center": ("centre",), "centre": ("center",), "organisation": ("organization",), "organization": ("organisation",), "reverend": ("rev",), "paper": ("newspaper", "times", "post", "journal", "guardian", "telegraph"),
    "newspaper": ("times", "post", "journal", "guardian", "telegraph"), "fund": ("imf",), "alliance": ("nato",),
}  # fmt: skip


def _gender(mention: Mention, text: str) -> str | None:
    words = word_sets()
    spoken = {w.lower() for w in re.findall(r"[\w.]+", mention.text)} | set(re.findall(r"\w+", mention.also))
    if spoken & words["female"]:
        return "female"
    return "male" if spoken & words["male"] else None


def _bodily(mention: Mention) -> bool:
    words = word_sets()
    own = re.sub(r"^.*[’']s?\s", "", mention.text)
    if mention.kind == "person" or own != mention.text and re.fullmatch(r"(?:[A-Z]\w+\s?){2,3}", own):
        return False
    return mention.kind in ("body", "document", "group") or bool({w.lower() for w in re.findall(r"\w+", mention.text)} & (words["body"] | words["carriers"])) or mention.text.isupper()


def _personal(mention: Mention) -> bool:
    return mention.kind == "person"


_BODY = re.compile(r"\b(?:[A-Z][\w’'-]+\s)*(?P<kind>[A-Z][a-z]+)(?:\s(?:of|for|on|and)\s(?:the\s)?[A-Z][\w’-]+)+")
_PLACES = frozenset("new north south east west northern southern eastern western central saint san santa los las united republic city river lake mount cape port fort great federal state street".split())
_NAME = re.compile(r"\b(?:[A-Z][a-z]*\.\s)?(?:[A-Z][\w’'-]+\s(?:[A-Z]\.\s|(?:al|bin|bint|van|von|de|der|den|da|di|du|la|le|el|ben|ibn)[\s-])*)+[A-Z][\w’-]+")


def _find_names(text: str) -> list[Mention]:
    """Runs of capitalised words that look like a person's name (a title in front, or after an age, or two plain words)."""
    words = word_sets()
    found = []
    for match in _BODY.finditer(text):
        if match.group("kind").lower() in words["body"]:
            found.append(Mention(match.start(), match.end(), match.start(), match.end(), match.group(), match.group("kind"), match.group("kind").lower(), "body", True, False))
    for match in _NAME.finditer(text):
        parts = match.group().split()
        lower = [p.strip(".").lower() for p in parts]
        while parts and lower[0] in ("the", "a", "an", "in", "on", "at", "but", "and", "as", "when", "while", "if", "for", "by", "last", "this", "that"):
            parts, lower = parts[1:], lower[1:]
        if len(parts) < 2:
            continue
        start = match.end() - len(match.group()) + match.group().index(parts[0])
        titled = bool(set(lower) & words["titles"])
        bodily = bool(set(lower) & (words["body"] | words["carriers"] | words["document"])) or any(p.isupper() and len(p) > 2 for p in parts)
        opens = len(parts) in (2, 3) and not set(lower) & _PLACES and re.search(r"(?:^|[.!?”\"]\s|\n)\s*$", text[max(0, start - 3) : start]) and re.match(r"\s[a-z]+(?:ed|s)\b|\s(?:was|is|had|has|came|went|ran|stood|took|began|left|spent|lost|met|gave)\b", text[match.end() : match.end() + 20])
        kind = "body" if bodily else "person" if titled or _after_name(text, match.end()) or opens else "other"
        after = re.match(r",?\s(?:\w+,?\s)?((?:an?|the|head|chief|director)\s[^,.]{3,80}),", text[match.end() : match.end() + 120])
        found.append(Mention(start, match.end(), start, match.end(), re.sub(r"\s+", " ", text[start : match.end()]), parts[-1], parts[-1].lower(), kind, True, False, also=after.group(1).lower() if after else ""))
    return sorted(found, key=lambda m: m.start)


def _after_name(text: str, end: int) -> bool:
    return bool(re.match(r",\s(?:\d\d,|who\b|an?\s|the\s)|\s(?:said|says|told|added|who)\b", text[end : end + 8]))
