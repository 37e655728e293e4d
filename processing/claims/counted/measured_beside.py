"""What an amount, share or measure is of, by what stands beside it: its complement, the noun that it modifies, the noun
or the label right before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.counted.arguments import (
    NOUNS,
    VERBS,
    done_to,
    inner_noun,
    is_time,
    past_measure,
    purpose_at,
    purpose_of,
)
from processing.claims.counted.noun_phrase import behind, phrase_at, right_phrase, skip_hyphened, word_set
from processing.claims.counted.what import Measured, What
from processing.claims.document.tokens import near
from processing.measures import dimension

if TYPE_CHECKING:
    from processing.claims.counted.noun_phrase import Group
    from processing.claims.document.tree import Doc, Token

__all__ = [
    "as_many",
    "between_numbers",
    "complement",
    "in_apposition",
    "labelled",
    "moved_in_front",
    "noun_behind",
    "of_in_front",
    "placed",
    "right_before",
    "same_again",
    "whole_left_out",
    "worth",
]

_MODIFIES = ("nummod", "compound", "nmod", "amod", "quantmod", "npadvmod", "advmod", "dep", "det", "poss")


def between_numbers(doc: Doc, group: Group) -> Measured | None:
    """ "One driver in seven": the noun between the numbers of odds."""
    if group.quantity.unit != "share" or group.quantity.unit_text is not None:
        return None
    nouns = [t for t in doc[group.first : group.last + 1] if t.tag_ in ("NN", "NNS")]
    inside = nouns and group.last > nouns[0].i > group.first
    return Measured(nouns[0], What.BETWEEN, 0.9) if inside else None


def whole_left_out(doc: Doc, group: Group) -> bool:
    """Whether a share is a subject without its noun: "three quarters owed money", "11 per cent are dead"."""
    i = behind(doc, group)
    if group.quantity.unit != "share" or group.quantity.aspect == "change" or i >= len(doc):
        return False
    while i < len(doc) and doc[i].pos_ == "ADV":
        i += 1
    if i >= len(doc) or doc[i].tag_ not in ("VBD", "VBP", "VBZ", "MD"):
        return _odds_alone(doc, group)
    if doc[i].head.i < group.first and not (group.top.dep_ == "nsubj" and group.top.head == doc[i]):
        return _odds_alone(doc, group)
    before = doc[group.first - 1] if group.first else None
    verb = doc[i] if doc[i].pos_ == "VERB" else doc[i].head
    subject = next((t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass") and t.i < group.first), None)
    opens = before is None or before.pos_ in ("PUNCT", "CCONJ", "SCONJ", "ADV", "ADP", "VERB", "PROPN", "DET")
    return (group.top.dep_ in ("nsubj", "nsubjpass") or opens) and (subject is None or group.holds(subject))


def _odds_alone(doc: Doc, group: Group) -> bool:
    """ "One in eight works nights", where the parser takes the verb for a noun."""
    i = group.last + 1
    odds = group.quantity.unit_text is None and "in" in (t.lower_ for t in doc[group.first : group.last + 1])
    if not odds or group.first > 0 or i + 1 >= len(doc) or not doc[i].lower_.endswith("s"):
        return False
    return doc[i].dep_ in ("compound", "pobj", "ROOT") and not any(t.pos_ in VERBS for t in doc if t is not doc[i])


def worth(doc: Doc, group: Group) -> Measured | None:
    """ "watches worth £1.7m", "an earthquake measuring 5.6": the noun right before."""
    i = group.first - 1
    while i >= 2 and doc[i].lower_ in ("worth", "valued") and doc[i - 1].text in (",", "at"):
        i -= 1
    if i >= 1 and doc[i].text == "," and doc[i - 1].pos_ in NOUNS and doc[i + 1].lower_ in ("worth", "valued"):
        return Measured(doc[i - 1], What.WORTH, 0.8, words=f"noun before {doc[i + 1].lower_}")
    if i >= 1 and doc[i].lower_ in word_set("measured", "worth") and doc[i - 1].pos_ in (*NOUNS, "VERB"):
        return Measured(doc[i - 1], What.WORTH, 0.85, words=f"noun before {doc[i].lower_}")
    return None


def placed(doc: Doc, group: Group) -> Measured | None:
    """ "A house, located 200 metres from the site": a participle of place is said of the noun right before it."""
    if dimension(group.quantity.unit) != "length":
        return None
    i = group.first - 1
    while i > 0 and doc[i].pos_ == "ADV":
        i -= 1
    if i < 1 or doc[i].lower_ not in word_set("measured", "placed"):
        return None
    noun = doc[i - 2] if doc[i - 1].text == "," and i > 1 else doc[i - 1]
    return Measured(noun, What.RIGHT_BEFORE, 0.75) if noun.pos_ in NOUNS else None


def as_many(doc: Doc, group: Group) -> Measured | None:
    """ "Three times as many passengers", "twice the number of beds"."""
    if group.quantity.unit != "times":
        return None
    i = behind(doc, group)
    words = [t.lower_ for t in doc[i : i + 2]]
    if words[:1] == ["as"] and words[1:] and words[1] in word_set("measured", "compared_numbers"):
        phrase = right_phrase(doc, i + 2) if i + 2 < len(doc) else None
        return None if phrase is None else Measured(phrase.head, What.AS_MANY, 0.85)
    if words[:1] == ["the"]:
        phrase = right_phrase(doc, i + 1) if i + 1 < len(doc) else None
        inner = None if phrase is None else inner_noun(phrase.head)
        return None if phrase is None or inner == phrase.head or inner is None else Measured(inner, What.AS_MANY, 0.8)
    return None


def noun_behind(doc: Doc, group: Group) -> Measured | None:
    """A noun that the amount modifies: "a $5bn aid package", "a 20-foot-deep well", "an 8% drop in yields"."""
    i = behind(doc, group)
    if i >= len(doc) or doc[i].lower_ in word_set("measured", "rate_words"):
        return None
    i = skip_hyphened(doc, i)
    gap = i > behind(doc, group)
    if gap and doc[group.last].whitespace_:
        return None  # "for €190 mln -sources"
    if i < len(doc) and doc[i].text in ("-", "–", "—") and doc[group.last].whitespace_:
        return None  # "by 3 mln tonnes - grains exchange"
    phrase = right_phrase(doc, i) if i < len(doc) else None
    if phrase is None:
        return None
    head, top = phrase.head, group.top
    if (not gap and not (head.is_ancestor(top) and top.dep_ in _MODIFIES)) or (is_time(head) and not gap):
        return None
    inner = inner_noun(head)
    if inner == head and head.lemma_.lower() in word_set("measured", "moves"):
        return _of_bare_change(head, group) or Measured(head, What.BEHIND, 0.6)
    return Measured(inner, What.BEHIND if inner == head else What.CHANGED, 0.9)


def _of_bare_change(noun: Token, group: Group) -> Measured | None:
    """What a noun of change without a complement is of: "a 7% pay rise", "won a 7% raise"."""
    before = noun.doc[noun.i - 1] if noun.i else None
    if before is not None and before.pos_ == "NOUN" and not group.holds(before) and before.head == noun:
        return Measured(before, What.CHANGED, 0.85)
    return None


# ---------------------------------------------------------------- complements


def complement(doc: Doc, group: Group) -> Measured | None:
    """A complement: "35 % of homes", "R50bn in revenue", "$2m worth of goods", "40 tons (36 tonnes) of plums"."""
    i, word = _past_rate(doc, group)
    if i >= len(doc):
        return None
    if word == "in" and i > behind(doc, group) and i + 1 < len(doc) and doc[i + 1].lower_ == "the":
        return None  # "$121 a year in the west"
    kind = dimension(group.quantity.unit)
    if word == "of":
        return _of_complement(doc, group, i)
    if kind == "money" and word in word_set("measured", "money_complements"):
        return _with_preposition(doc, i, 0.75)
    if kind == "time" and (word == "for" or _confined(doc, i)):
        return _with_preposition(doc, i, 0.7)
    if kind == "money" and doc[i].tag_ == "VBN" and group.top.is_ancestor(doc[i]):
        preposition = next((t for t in doc[i].children if t.lower_ in ("for", "to", "on") and t.i > i), None)
        return (
            _with_preposition(doc, preposition.i, 0.75) if preposition is not None else None
        )  # "set aside for a roof"
    return None


def _with_preposition(doc: Doc, i: int, sure: float) -> Measured | None:
    found = purpose_at(doc, i)
    return None if found is None else Measured(found, What.COMPLEMENT, sure, words=f"{doc[i].lower_} behind the number")


def _past_rate(doc: Doc, group: Group) -> tuple[int, str]:
    """Where the complement would stand: behind "worth", a rate ("a day"), "each", "by weight" and a bracket; with its
    word."""
    i = behind(doc, group)
    for _ in range(3):
        past = _past_one(doc, i)
        if past is None:
            break
        i = past
    return i, doc[i].lower_ if i < len(doc) else ""


def _past_one(doc: Doc, i: int) -> int | None:
    """The index behind one of these at `i`; None where none stands there."""
    word, more = doc[i].lower_ if i < len(doc) else "", i + 2 < len(doc)
    if word in word_set("measured", "before_complement") and i + 1 < len(doc):
        return i + 1
    if word == "by" and more and doc[i + 1].lower_ in word_set("measured", "reckoned_by"):
        return i + 2
    if word in ("a", "an", "per") and more and doc[i + 1].pos_ == "NOUN":
        return i + 2
    if word in (")", "]"):
        return i + 1  # "60 truckloads (1,100 tonnes) of gravel"
    if word in ("(", "["):
        closing = next((t.i for t in doc[i : i + 14] if t.text in (")", "]")), None)
        return closing + 1 if closing is not None and closing + 1 < len(doc) else None
    return None


def _confined(doc: Doc, i: int) -> bool:
    """Whether "in prison" and the like follow."""
    return doc[i].lower_ == "in" and any(
        t.lemma_.lower() in word_set("measured", "confined") for t in doc[i + 1 : i + 5]
    )


def _of_complement(doc: Doc, group: Group, i: int) -> Measured | None:
    phrase = phrase_at(doc, i + 1)
    if phrase is not None:
        return Measured(past_measure(doc, phrase.head), What.OF, 0.9)
    inner = next((t for t in doc[i].children if t.dep_ in ("pobj", "pcomp")), None)
    if inner is None:
        return None
    if inner.pos_ != "PRON":
        return Measured(done_to(inner), What.OF, 0.7) if inner.pos_ in (*NOUNS, "VERB") else None
    verb = group.top.head
    if group.top.dep_ in ("nsubj", "nsubjpass") and inner.lower_ in ("that", "it", "this") and verb.pos_ in VERBS:
        purpose = purpose_of(verb, group.top)  # "£300 of that went on compost"
        if purpose is not None:
            return Measured(purpose[0], What.PURPOSE, 0.75, words=f"{purpose[1]} behind the verb")
    return Measured(None, What.OF_THEM, 0.6)


def of_in_front(_: Doc, group: Group) -> Measured | None:
    """ "Of the organisations that adopted it, 69% ...": the whole stands in front."""
    verb = group.top.head
    if group.top.dep_ not in ("nsubj", "nsubjpass") or verb.pos_ not in VERBS:
        return None
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i < group.first:
            inner = next((t for t in child.children if t.dep_ == "pobj" and t.pos_ in NOUNS), None)
            if inner is not None:
                return Measured(inner, What.WHOLE_IN_FRONT, 0.85)
    return None


# ---------------------------------------------------------------- before the number


def labelled(doc: Doc, group: Group) -> Measured | None:
    """ "Turnover: €41m", "Rainfall: 61 mm at Port Ellis": a noun that opens the sentence or its part, and a colon."""
    i = group.first - 1
    if i < 1 or doc[i].text != ":":
        return None
    first = next((k for k in range(i - 1, -1, -1) if doc[k].text in (";", ".", ":", "•", "|")), -1) + 1
    label = doc[first:i]
    named = label and len(label) <= 4 and label[-1].pos_ == "NOUN" and all(t.pos_ not in VERBS for t in label)
    return Measured(inner_noun(label[-1]), What.LABEL, 0.75) if named else None


def moved_in_front(doc: Doc, group: Group) -> Measured | None:
    """ "Layoffs down 900", "the pass rate up 3.7 points": the noun before a bare particle, as headlines write it."""
    i = group.first - 1
    if i < 1 or doc[i].lower_ not in ("up", "down") or is_time(doc[i - 1]):
        return None
    noun = doc[i - 1]
    if noun.pos_ in NOUNS or _mistaken_for_verb(doc, i - 1):
        return Measured(inner_noun(noun), What.MOVED, 0.8)
    return None


def _mistaken_for_verb(doc: Doc, i: int) -> bool:
    """Whether the parser takes a noun of a headline for a verb: "sugar output up 3%", "; headcount up 140"."""
    token = doc[i]
    if token.tag_ not in ("VB", "VBP", "VBZ") or token.pos_ == "AUX" or token.lower_ in near("phrasal"):
        return False
    before = doc[i - 1] if i else None
    return before is None or before.pos_ in (*NOUNS, "ADJ") or before.text in (";", ",", ":")


def same_again(doc: Doc, group: Group) -> Measured | None:
    """ "73 per cent of the cost, or RM4.5 million": the same thing in another unit."""
    i = group.first - 1
    if i >= 1 and doc[i].lower_ == "or" and doc[i - 1].text in (",", "(", "–", "—", "-"):
        return Measured(None, What.SAME, 0.85)
    return None


def in_apposition(doc: Doc, group: Group) -> Measured | None:
    """ "70 percent of the water, some 3.1 million cubic metres, had drained": between commas behind a share."""
    i, j = group.first - 1, group.last + 1
    if group.quantity.unit in ("count", "share", "times") or group.top.dep_ != "appos" or i < 1 or j >= len(doc):
        return None
    of_share = group.top.head.lower_ in word_set("measured", "share_words")
    return Measured(None, What.SAME, 0.8) if of_share and doc[i].text == doc[j].text == "," else None


def right_before(doc: Doc, group: Group) -> Measured | None:
    """Where nothing else is named, the common noun right before: "gusts 45 metres per second"; in a list also one that
    the parser takes for a verb ("..., snowfall 5 cm an hour")."""
    i = group.first - 1
    if i < 0 or group.quantity.unit == "count" or is_time(doc[i]):
        return None
    listed = i > 0 and doc[i].pos_ == "VERB" and doc[i].tag_ in ("VB", "VBP") and doc[i - 1].text in (",", ";", ":")
    return Measured(doc[i], What.RIGHT_BEFORE, 0.5) if doc[i].pos_ == "NOUN" or listed else None
