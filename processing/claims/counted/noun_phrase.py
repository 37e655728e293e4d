"""Noun phrases around a number: the run of words that a number counts, its head, its lemma and what narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing.words import load_words, user_folders
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = [
    "Group",
    "Phrase",
    "behind",
    "find_group",
    "head_lemma",
    "noun_words",
    "phrase_at",
    "phrase_of",
    "right_phrase",
    "skip_hyphened",
    "word_set",
]

_MODIFIERS = {"JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "VBN", "VBG", "HYPH", "POS", "FW", "AFX", "ADD", "CD"}
_NOUNS = {"NN", "NNS", "NNP", "NNPS", "FW"}
_QUOTES = frozenset("“”\"‘’'")
_SUBJECTS = {"nsubj", "nsubjpass", "csubj"}


def noun_words() -> dict[str, Any]:
    """The data of words/en/nouns.toml."""
    return load_words("nouns")


def word_set(table: str, name: str) -> frozenset[str]:
    """A list of words/en/nouns.toml as a set."""
    return _as_set(table, name, user_folders())


@lru_cache(maxsize=64)
def _as_set(table: str, name: str, _folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(noun_words()[table][name])


@dataclass(frozen=True, slots=True)
class Group:
    """The tokens of one quantity: `first` to `last` (indexes, `last` included), and `top`, the one that hangs on the
    rest of the sentence."""

    quantity: Quantity
    first: int
    last: int
    top: Token

    def holds(self, token: Token) -> bool:
        """Whether a token is one of the quantity's own."""
        return bool(self.first <= token.i <= self.last)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: character offsets in the sentence, its head token."""

    start: int
    end: int
    head: Token


def find_group(doc: Doc, quantity: Quantity) -> Group | None:
    """The quantity's tokens; None where the offsets meet none."""
    inside = [t for t in doc if t.idx < quantity.end and quantity.start < t.idx + len(t) and not t.is_space]
    while len(inside) > 1 and inside[-1].tag_ in (",", ":", ".", "-RRB-"):
        inside.pop()
    if not inside:
        return None
    verbs = [k for k, t in enumerate(inside) if t.pos_ in ("VERB", "AUX") and t.idx < quantity.number_start]
    inside = (
        inside[verbs[-1] + 1 :] if verbs and verbs[-1] + 1 < len(inside) else inside
    )  # "nearly reached $87", "exceeded 1.5°C"
    number = [t for t in inside if t.idx < quantity.number_end and quantity.number_start < t.idx + len(t)] or inside
    first, last = inside[0].i, inside[-1].i
    outward = [t for t in inside if not first <= t.head.i <= last or t.head == t]
    units = [t for t in outward if t in number or t.i > number[-1].i]
    top = (units or outward or number)[-1]
    return Group(quantity, first, last, top)


@lru_cache(maxsize=8192)
def _singular(word: str, lemma: str) -> str:
    special: dict[str, str] = noun_words()["singular"]
    return special.get(word) or special.get(lemma) or lemma


def head_lemma(token: Token) -> str:
    """The token's lemma in lower case, irregular plurals too ("people": person)."""
    word = token.lower_
    lemma = token.lemma_.lower()
    if token.tag_ in ("NNP", "NNPS") or lemma == word:
        lemma = _strip_plural(word) if token.tag_ in ("NNS",) or (token.tag_ == "NNPS") else lemma
    return _singular(word, lemma)


def behind(doc: Doc, group: Group) -> int:
    """The index of the first token behind a quantity that is not white space (a double space is a token to the
    parser)."""
    i = group.last + 1
    while i < len(doc) and doc[i].is_space:
        i += 1
    return i


def skip_hyphened(doc: Doc, i: int) -> int:
    """Past a compound that the number makes: "five-story residential building", "20-foot-deep well", "18,000-strong
    staff"; the index of the next token, or `i` where no noun would be left."""
    j = i
    while (
        j + 1 < len(doc)
        and (doc[j].tag_ == "HYPH" or doc[j].text in ("-", "–"))
        and doc[j + 1].text.isalpha()
        and not doc[j].whitespace_
    ):
        j += 2
    if j == i or (j < len(doc) and doc[j].tag_ in (*_NOUNS, "JJ", "VBN", "VBG")):
        return j
    return i


def _strip_plural(word: str) -> str:
    for end, new in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if word.endswith(end) and len(word) > len(end) + 2 and not word.endswith(("ss", "us", "is")):
            return word[: -len(end)] + new
    return word


def _opens(token: Token) -> bool:
    """Whether a comma or conjunction inside a run of adjectives goes on to another adjective ("air, sea and
    ground-launched missiles")."""
    return token.lower_ in (",", "and", "or", "&")


def _begins_another(head: Token, noun: Token) -> bool:
    """Whether a noun behind the head of a phrase is another phrase's: a name behind a plural, or an argument of the
    verb."""
    if head.tag_ in ("NNS", "NNPS") and noun.tag_ in ("NNP", "NNPS") and noun.dep_ != "compound" and noun.head != head:
        return True
    return (
        noun.dep_ in ("npadvmod", "nsubj", "nsubjpass", "dobj")
        and head.head != noun
        and noun.head != head
        and head.dep_ not in ("compound", "nmod", "amod")
    )


def _is_behind_noun(doc: Doc, i: int, head: Token | None) -> bool:
    """Whether a number, participle or adjective stands behind the head, not before a noun of the phrase."""
    tag = doc[i].tag_
    if head is None:
        return tag in ("VBN", "VBG") and not _before_noun(doc, i, head)
    if tag == "CD":
        return doc[i - 1].tag_ not in ("POS", "CD")
    return tag in ("VBN", "VBG", "JJ", "JJR") and not _before_noun(doc, i, head)


def right_phrase(doc: Doc, start: int) -> Phrase | None:
    """The run of modifiers and nouns from token index `start` on, up to its head noun; None where no noun follows at
    once."""
    head, i = None, start
    while i < len(doc):
        token = doc[i]
        if token.is_space or (token.text in _QUOTES and i + 1 < len(doc) and _in_noun_phrase(doc, i)):
            i += 1
            continue
        if token.text in ("-", "–", "—") and i > start and doc[i - 1].whitespace_:
            break  # "Eurobond -sources", "plums - exchange"
        if token.lower_ in word_set("counted", "prefixes") and i + 2 < len(doc) and doc[i + 1].text == "-":
            i += 2  # "two co-workers" counts workers
            continue
        if token.tag_ in _NOUNS or token.lower_ in ("others", "dollars"):
            if head is not None and _begins_another(head, token):
                break
            head = token
        elif token.tag_ in _MODIFIERS:
            if _is_behind_noun(doc, i, head):
                break
        elif head is not None and _is_mistaken_noun(doc, head, i):
            head = None
        elif head is not None or i + 1 >= len(doc) or not _leads_on(doc, i, start):
            break
        i += 1
    if head is None:
        return None
    head = _shared_noun(doc, head)
    return Phrase(doc[start].idx, _with_of(head), head)


def _in_noun_phrase(doc: Doc, i: int) -> bool:
    """Whether a quotation mark stands inside a noun phrase: "40 so-called “ghost” flights"."""
    return doc[i + 1].tag_ in _MODIFIERS and (not doc[i].whitespace_ or doc[i + 1].tag_ in _NOUNS)


def _shared_noun(doc: Doc, head: Token) -> Token:
    """From the first of several modifiers to the noun that they share: "air, sea and ground-launched missiles"."""
    first = head
    while first.dep_ == "conj" and first.head.i < first.i:
        first = first.head
    noun = first.head
    between = doc[head.i + 1 : noun.i]
    if (
        first.dep_ in ("nmod", "compound", "amod")
        and noun.i > head.i
        and noun.tag_ in _NOUNS
        and len(between) <= 8
        and all(t.tag_ in _MODIFIERS or _opens(t) for t in between)
    ):
        return noun
    return head


def _leads_on(doc: Doc, i: int, start: int) -> bool:
    """Whether an adverb or a comma before the noun goes on to another modifier: "highly trained guards", "air, sea and
    land forces"."""
    token = doc[i]
    if token.tag_ in ("RB", "RBR", "RBS"):
        return doc[_past_adverb(doc, i)].tag_ in ("JJ", "VBN", "VBG") and token.head.i > i
    return _opens(token) and i > start and _list_of_modifiers(doc, _past_adverb(doc, i + 1))


def _is_mistaken_noun(doc: Doc, head: Token, i: int) -> bool:
    """Whether a noun in the singular before "and" and another modifier is an adjective that the tagger took for one:
    "150 patient and well-fed monks"."""
    if not _opens(doc[i]) or head.tag_ != "NN" or head.i != i - 1 or head.dep_ in ("compound", "nmod"):
        return False
    j = _past_adverb(doc, i + 1)
    return (
        j + 1 < len(doc)
        and doc[j].tag_ in ("JJ", "VBN", "VBG")
        and doc[j + 1].tag_ == "NNS"
        and doc[j + 1].head == head
    )


def _past_adverb(doc: Doc, i: int) -> int:
    """The index of what an adverb at `i` modifies, also over a hyphen: "highly trained", "well-trained"; else `i`."""
    while i + 1 < len(doc) and doc[i].tag_ in ("RB", "RBR", "RBS", "HYPH"):
        i += 1
    return i


def _before_noun(doc: Doc, i: int, head: Token | None) -> bool:
    """Whether the modifier at `i` stands before the noun that it modifies."""
    token = doc[i]
    governor, role = token.head, token.dep_
    while role == "conj" and governor.tag_ in ("JJ", "VBN", "VBG") and governor.i < i:
        governor, role = governor.head, governor.dep_  # "strong and well-fed men"
    if role in ("amod", "compound", "nmod", "nummod", "punct") and governor.i > i and governor.tag_ in _NOUNS:
        return True
    return token.tag_ in ("JJ", "JJR") and head is None


def _list_of_modifiers(doc: Doc, i: int) -> bool:
    token = doc[i]
    return token.tag_ in ("JJ", "JJR", "NN", "VBN", "VBG") and token.dep_ in ("conj", "amod", "compound", "nmod")


def phrase_of(token: Token, *, determiner: bool = True) -> Phrase:
    """The noun phrase of a head noun: from its leftmost close modifier to itself, with a short "of ..." behind it."""
    doc, first = token.doc, token.i
    while first > 0:
        left = doc[first - 1]
        if not (token.is_ancestor(left) and left.i < token.i) or (
            left.dep_ in ("relcl", "acl", "appos", "cc", "prep", "pobj") and left.dep_ != "pobj"
        ):
            break
        if left.dep_ in ("pobj",) or left.tag_ in (",", ":", "``", "''", "-LRB-", "-RRB-"):
            break
        first -= 1
    while first < token.i and (
        doc[first].is_punct
        or doc[first].tag_ in ("CC", "RB", "IN", ",", "TO", "CD", "$", "JJR", "RBR")
        or doc[first].dep_ == "quantmod"
        or (not determiner and doc[first].tag_ in ("DT", "PRP$"))
    ):
        first += 1
    return Phrase(doc[first].idx, _with_of(token), token)


def _with_of(head: Token) -> int:
    """Where the phrase ends: after a short complement with "of" right behind the head, else after the head."""
    doc = head.doc
    after = head.i + 1
    tied = after + 1 < len(doc) and doc[after].text == "-" and not head.whitespace_ and not doc[after].whitespace_
    if tied and doc[after + 1].tag_ in _NOUNS:
        return int(doc[after + 1].idx + len(doc[after + 1]))  # "mid-span"
    if after < len(doc) and doc[after].lower_ == "of" and doc[after].head == head:
        inner = next((t for t in doc[after].children if t.dep_ == "pobj"), None)
        if inner is not None and inner.i - after <= 6 and not any(t.like_num for t in doc[after : inner.i + 1]):
            return int(inner.idx + len(inner))
    return int(head.idx + len(head))


def phrase_at(doc: Doc, start: int) -> Phrase | None:
    """Like `right_phrase`, but skips articles, possessives and quantifiers that stand first ("of all the homes")."""
    i = start
    while i < len(doc) and (
        doc[i].tag_ in ("DT", "PRP$", "PDT", "WP$", "CD")
        or doc[i].lower_ in ("about", "some", "more", "than", "at", "least", "all", "around")
    ):
        i += 1
    while i + 1 < len(doc) and doc[i].tag_ in ("NNP", "NNPS", "NN") and any(t.tag_ == "POS" for t in doc[i : i + 4]):
        break
    return right_phrase(doc, i) if i < len(doc) else None
