"""The content words that a number is about, wider than what it counts: "driving range" in "boost the driving range by
35 miles".

For an amount or measure that is what is measured and whose it is; for a count of things it is whose they are or what
they belong to: the complement with "of", the noun above, the subject of the verb, or its object where the count is the
subject. Meaning:
"referred concepts" of NewsQuant (Almasian et al., 2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import Group, right_phrase, word_set
from processing.claims.document.tokens import near
from processing.measures import dimension

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["read_concepts"]

_CONTENT = ("NOUN", "PROPN", "ADJ")
_NOUNS = ("NOUN", "PROPN")
_VERBS = ("VERB", "AUX")
_SUBJECTS = ("nsubj", "nsubjpass")


def read_concepts(doc: Doc, group: Group, span: tuple[int, int] | None) -> tuple[str, ...]:
    """The words that the quantity refers to, as written, in text order; empty where the sentence names nothing but the
    counted noun.

    `span` is where the counted or measured phrase stands in `doc.text`.
    """
    if _sets_time(group) or (
        group.quantity.not_claim == "age" and doc.text[group.quantity.end : group.quantity.end + 1] == "s"
    ):
        return ()  # "over-70s" names those who have the age
    found = _listed(doc, group) or _aged(doc, group)
    if found:
        return _as_written(found, group)
    noun = _noun(doc, group, span)
    if (
        group.quantity.unit == "share"
        and group.quantity.rule == "fraction"
        and span is not None
        and span[0] >= group.quantity.end
    ):
        return _as_written(
            _holder(noun, group), group
        )  # "a third of the flats": the counted noun is what the share is of
    if group.quantity.unit != "count" or (span is not None and span[1] <= group.quantity.start):
        own = [
            t
            for t in doc
            if span is not None and span[0] <= t.idx < span[1] and (t.pos_ in _CONTENT or t.dep_ == "amod")
        ]
        found = own or _related(group.top, group) or _related(noun, group)
        found = [*found, *_above(group.top, group), *_above(noun, group)]
    else:
        compound = (
            [noun] if group.last + 1 < len(doc) and doc[group.last + 1].text == "-" else []
        )  # "a four-cylinder engine"
        found = compound or [*_complement(noun, group), *_related(noun, group)]
    found += _holder(noun if noun != group.top and noun.i > group.last else group.top, group)
    found += _headed_list(doc, group)
    found += _meant_for(doc, group) + _gapped(doc, group)
    return _as_written(found or _nearest_left(doc, group), group)


def _noun(doc: Doc, group: Group, span: tuple[int, int] | None) -> Token:
    """The head of the counted phrase, else the number's top token."""
    if span is None:
        return group.top
    inside = [t for t in doc if span[0] <= t.idx < span[1] and t.pos_ in _NOUNS]
    return next(
        (t for t in inside if not (span[0] <= t.head.idx < span[1]) or t.head == t), inside[-1] if inside else group.top
    )


def _as_written(tokens: Iterable[Token], group: Group) -> tuple[str, ...]:
    """The words of tokens in text order, each once; a hyphenated word is one ("e-commerce"), a number is none."""
    words: dict[int, str] = {}
    for token in sorted(set(tokens), key=lambda t: t.i):
        if group.holds(token) or token.like_num or not any(c.isalpha() for c in token.text):
            continue
        doc, first, last = token.doc, token.i, token.i
        while (
            first > 1
            and doc[first - 1].text == "-"
            and not doc[first - 1].whitespace_
            and not doc[first - 2].whitespace_
        ):
            first -= 2
        while (
            last + 2 < len(doc)
            and doc[last + 1].text == "-"
            and not doc[last].whitespace_
            and not doc[last + 1].whitespace_
        ):
            last += 2
        while first < token.i and group.holds(doc[first]):
            first += 2
        words[first] = doc.between(first, last + 1).strip()
    return tuple(words.values())


# ---------------------------------------------------------------- what the sentence's form alone says


def _sets_time(group: Group) -> bool:
    """Whether a duration in front of the subject only says when: "Two years later, the bureau ...", "In the last three
    months the shop ..."."""
    if dimension(group.quantity.unit) != "time" or group.quantity.per is not None:
        return False
    token = group.top
    while token.head != token and token.pos_ not in _VERBS:
        token = token.head
    return (
        token.pos_ in _VERBS
        and token.i > group.last
        and any(t.dep_ in _SUBJECTS and t.i > group.last for t in token.children)
    )


_NAME_BEFORE = re.compile(
    r"(?:^|[%,;:)(]|\d[.:]\d+[ap]m|\s)\s*((?:[A-Z][\w&’'.]*)(?:\s+(?:[A-Z][\w&’'.]*|\d{2,4}))*)\s+$"
)


def _listed(doc: Doc, group: Group) -> list[Token]:
    """The name in front of a signed change, as market lists have it: "Dow +0.2% S&P 500 +0.3%"."""
    quantity = group.quantity
    if quantity.text[:1] not in "+-−–":
        return []
    before = _NAME_BEFORE.search(doc.text[: quantity.start])
    if before is None:
        return []
    return [t for t in doc if before.start(1) <= t.idx < before.end(1)]


def _aged(doc: Doc, group: Group) -> list[Token]:
    """Who has an age that stands behind them: "women aged 40 to 55", "children under 12"."""
    if group.quantity.not_claim != "age":
        return []
    i = next((t.i for t in doc if t.idx >= group.quantity.start), 0) - 1
    while i > 0 and doc[i].lower_ in word_set("people", "before_age"):
        i -= 1
    return [doc[i]] if i >= 0 and doc[i].tag_ == "NNS" else []


def _meant_for(doc: Doc, group: Group) -> list[Token]:
    """Whose or for what an amount is said to be, right behind it: "$52,000 for the shop and $75,000 for the bank"."""
    i = group.last + 1
    if i + 1 >= len(doc) or doc[i].lower_ != "for" or group.quantity.unit == "count":
        return []
    phrase = right_phrase(doc, i + 1)
    if phrase is None or phrase.head.lower_ in word_set("time", "words"):
        return []
    return [t for t in doc if phrase.start <= t.idx < phrase.end and t.pos_ in _CONTENT]


def _gapped(doc: Doc, group: Group) -> list[Token]:
    """The word that stands for a whole clause in front of a number: "coal supplied 29%, gas 34% and nuclear 13%"."""
    i = group.first - 1
    if (
        i < 2
        or group.quantity.unit == "count"
        or doc[i].pos_ not in _CONTENT
        or doc[i - 1].lower_ not in (",", "and", ";", "or")
    ):
        return []
    return [] if doc[i].lower_ in near("no_gap") else [doc[i]]


def _headed_list(doc: Doc, group: Group) -> list[Token]:
    """What a list gives examples of: "Properties" in "Properties including: a house, worth $5m, a flat, $2m"."""
    for token in reversed(doc[: group.first]):
        if token.tag_ in ("VBD", "VBZ", "VBP", "MD"):
            return []
        if token.lower_ == "including" and token.i > 0 and doc[token.i - 1].pos_ in _NOUNS:
            return [doc[token.i - 1]]
    return []


def _nearest_left(doc: Doc, group: Group) -> list[Token]:
    """Where the parse tells nothing of an amount, the noun phrase that stands next to the left in the clause; nothing
    for a count."""
    if group.quantity.unit == "count" and group.top.pos_ in _NOUNS:
        return []
    found: list[Token] = []
    for after, token in pairwise([doc[group.first], *reversed(doc[max(0, group.first - 14) : group.first])]):
        named = token.pos_ in _NOUNS or (token.is_upper and token.is_alpha and len(token) > 2)
        if named and token.lower_ not in word_set("time", "words") and not (token.i and doc[token.i - 1].like_num):
            found.append(token)
        elif token.text in (";", ":") or (
            found and token.pos_ != "ADJ" and token.tag_ not in ("POS", "HYPH") and after.tag_ != "POS"
        ):
            break
    return found


# ---------------------------------------------------------------- what the parse says


def _phrase(head: Token, group: Group) -> list[Token]:
    """Content words of a noun's close phrase and its complement."""
    found = [t for t in head.children if t.dep_ in ("compound", "amod", "nmod", "poss") and t.pos_ in _CONTENT]
    found += [inner for t in found if t.dep_ == "poss" for inner in t.children if inner.dep_ == "compound"]
    found.append(head)
    for preposition in head.children:
        if preposition.dep_ == "prep" and preposition.i > head.i and preposition.lower_ in ("of", "in", "for", "to"):
            found += [t for t in preposition.subtree if t.pos_ in _NOUNS and t.i - head.i < 8]
    return [t for t in found if not group.holds(t)]


def _above(token: Token, group: Group) -> list[Token]:
    """The noun that a preposition hangs the token on: "customers" in "customers with 7 million crowns in deposits"."""
    if token.dep_ == "pobj" and token.head.head.pos_ in _NOUNS and not group.holds(token.head.head):
        above = token.head.head
        return [above, *(t for t in above.children if t.dep_ in ("compound", "amod") and t.pos_ in _CONTENT)]
    return []


def _related(noun: Token, group: Group) -> list[Token]:
    """Whose or of what the counted noun is."""
    token = noun
    while token.dep_ == "conj" and token.head.pos_ in (*_NOUNS, "NUM"):
        token = token.head
    head = token.head
    if token.dep_ == "pobj":
        above = head.head
        if above.pos_ in _NOUNS and not group.holds(above):
            return _phrase(above, group)
        head, token = above, head
    if token.dep_ in ("compound", "nmod", "appos", "amod", "nummod", "poss") and head.pos_ in _NOUNS:
        return _phrase(head, group)
    return _other_argument(head, token, group) if head.pos_ in _VERBS else []


def _complement(noun: Token, group: Group) -> list[Token]:
    """ "residents of the town"."""
    for preposition in noun.children:
        if preposition.dep_ == "prep" and preposition.i == noun.i + 1 and preposition.lower_ == "of":
            for inner in preposition.children:
                if inner.dep_ == "pobj" and inner.pos_ in _NOUNS and inner.lower_ not in word_set("time", "words"):
                    return _phrase(inner, group)
    return []


def _other_argument(verb: Token, token: Token, group: Group) -> list[Token]:
    """The object of the verb whose subject the number is; for another argument nothing but the object beside it, where
    no subject is named."""
    if token.dep_ in _SUBJECTS and (token.dep_ == "nsubjpass" or any(t.dep_ == "expl" for t in verb.children)):
        return []
    if token.dep_ not in _SUBJECTS and (token.i < verb.i or _holder(token, group)):
        return []
    for child in verb.children:
        if child.dep_ in ("dobj", "attr") and child.pos_ in _NOUNS and child != token and not group.holds(child):
            return _phrase(child, group)
    return []


def _clauses(token: Token) -> Iterator[tuple[Token, Token]]:
    """The verbs above a token, each with the child through which it was reached; not those that only tell what somebody
    said."""
    child, verb = token, token.head
    for _ in range(10):
        if verb == child:
            return
        if verb.pos_ in _VERBS:
            if child.dep_ == "ccomp" and verb.lemma_.lower() in word_set("people", "telling"):
                return
            yield verb, child
        child, verb = verb, verb.head


def _holder(token: Token, group: Group) -> list[Token]:
    """The subject of the clause that the quantity stands in, or of those above it; a pronoun stands for an earlier
    subject of the sentence."""
    for verb, child in _clauses(token):
        if any(t.dep_ == "expl" for t in verb.children):
            return []
        subject = next((t for t in verb.children if t.dep_ in _SUBJECTS), None)
        if subject is None:
            continue
        if subject == child or (child.i < verb.i < subject.i):
            return []
        if subject.tag_ in ("WDT", "WP"):
            return _phrase(verb.head, group) if verb.dep_ == "relcl" and verb.head.pos_ in _NOUNS else []
        if subject.pos_ == "PRON":
            return _antecedent(subject, group)
        return _phrase(subject, group) if subject.pos_ in _CONTENT else []
    return []


def _antecedent(pronoun: Token, group: Group) -> list[Token]:
    """The nearest earlier subject that "it" or "they" can stand for; nothing for other pronouns."""
    if pronoun.lower_ not in ("it", "they"):
        return []
    for token in reversed(pronoun.doc[: pronoun.i]):
        if token.dep_ in _SUBJECTS and token.pos_ in _NOUNS and token.lower_ not in word_set("time", "words"):
            return _phrase(token, group)
    return []
