"""Whether a number is asserted: denied by contrast or negation, asked about, or taken back by a correction notice.

Every rule looks at one number in its sentence; what verbs of denial say is the cues' own stance. Meaning: section 4 of
docs/figures.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from processing.claims.document.document import Document, flatten
from processing.words import load_words
from schemas.records import Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["RULE_WORDS", "StanceRule", "Stood", "is_own_notice", "read_stance"]


class StanceRule(StrEnum):
    """Which rule took a number for one that is not asserted."""

    QUESTION = "question"
    ANSWERED_NO = "answered no"
    WHETHER = "whether"
    SUPPOSED = "supposed"
    CONTRAST = "contrast"
    FAR_FROM = "far from"
    FALSE_THAT = "false that"
    CALLED_FALSE = "called false"
    FALSELY = "falsely"
    RATED_FALSE = "rated false"
    NEGATED = "negated"
    NOTICE = "correction notice"
    CORRECTED = "corrected value"


RULE_WORDS: dict[StanceRule, str] = {
    StanceRule.QUESTION: "asked, not said",
    StanceRule.ANSWERED_NO: "asked and answered with no",
    StanceRule.WHETHER: "left open behind “whether”",
    StanceRule.SUPPOSED: "only supposed behind “if”",
    StanceRule.CONTRAST: "denied by contrast (“17, not 70”)",
    StanceRule.FAR_FROM: "denied (“nowhere near”)",
    StanceRule.FALSE_THAT: "denied (“it is not true that”)",
    StanceRule.CALLED_FALSE: "called untrue in its sentence",
    StanceRule.FALSELY: "said falsely",
    StanceRule.RATED_FALSE: "a claim that the text rates as false",
    StanceRule.NEGATED: "its verb is negated",
    StanceRule.NOTICE: "taken back by a correction notice",
    StanceRule.CORRECTED: "put right by a correction notice",
}


@dataclass(frozen=True, slots=True)
class Stood:
    """How a number stands; `outer`: its stance is that of whoever says the sentence, not of whom a clause beside the
    number names ("not the 8% the unions predict")."""

    stance: Stance
    rule: StanceRule
    outer: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A number in its sentence: `before` and `behind` are the sentence's words around it, `text` the document's."""

    before: str
    behind: str
    flat: str
    doc: Doc
    token: Token
    text: str
    paragraph: str
    lead: str  # the paragraph up to the number
    following: str  # the rest of the text behind the sentence, as far as a verdict may stand


_NEARBY = 400  # characters of the paragraph on either side of a sentence, in which a correction notice tells itself


def _either(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    words = load_words("stances")
    made = {**_untrue(words), **_set_right(words)}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in made.items()}


def _untrue(words: Mapping[str, Any]) -> dict[str, str]:
    """What says of a number beside it that it is not so."""
    bounds = r"(?:(?:about|around|some|nearly|almost|as many as|up to|the|a|an|its|those)\s)*(?:[a-z]{1,3}\$?\s)?"
    false, wrongly, no = _either(words["false"]), _either(words["falsely"]), _either(words["no"])
    return {
        "contrast": r"(?:^|[,;—–-]\s?|\band\s|\bbut\s|\bor\s)[“\"‘']?(?:not|rather than|instead of)"
        rf"(?:\s|,\s(?:as|which)\s[^,;.]{{1,60}},\s){bounds}[“\"‘']?[$£€¥₹]?$",
        "is not": rf"\b(?:is|was|are|were|isn|wasn|aren|weren)(?:\snot|n?['’]t)\s{bounds}[$£€¥₹]?$",
        "not but": r"^\W*not\s(?:the\s)?[$£€¥₹]?$",
        "far": rf"\b(?:{_either(words['far'])})\s{bounds}[$£€¥₹]?$",
        "none": r"\b(?-i:no)\s(?:[$£€¥₹]|(?-i:[A-Z]{1,3}[a-z]?)\$?\s?)$",
        "false that": rf"\b(?:{false})\s(?:\w+\s){{0,3}}that\b(?!.*\b(?:but|saying|adding)\b)[^;]*$",
        "falsely": rf"\b(?:{wrongly})\s\w+(?:\s|\b)(?!.*\b(?:but|while)\b)[^;]*$",
        "statement of": rf"\b(?:{_either(load_words('cues')['nouns'])})s?\b(?:\s[\w’'-]+){{0,6}}\s[^\w]*$",
        "branded": r"\b(?:brand|call|describ|dismiss|label|labell)(?:ed|s)\b[^,;.]{0,60}$",
        "as false": rf"^[^,;.]{{0,40}}?\s(?:as\s)?[“\"‘']?(?:{false})\b",
        "called false": rf"^[^,;.]{{0,90}}?\b(?:is|are|was|were|being)\s[“\"‘']?(?:\w+\s)?(?:{false})\b",
        "would have": r"\bif\b[^.;]*\bhad\b|\bhad\s(?:he|she|it|they|we|i)\b",
        "no": rf"^\W*(?:{no})\b",
    }


def _set_right(words: Mapping[str, Any]) -> dict[str, str]:
    """What sets a number right: an outlet's notice of a correction, its wrong and right side, a checker's verdict."""
    notices, wrongly = _either(words["notices"]), _either(words["falsely"])
    misstated = _either(words["misstated"])
    right = r"(?:correct\s|right\s|actual\s)?(?:figure|number|total|amount|toll|sum)"
    notice = rf"\b(?:an?|this|the|our)\s(?:[\w’'-]+\s){{0,2}}(?:{notices})\b"
    return {
        "notice": rf"(?:{notice}|\b(?:{notices})\b)[^.]{{0,90}}?\b(?:{misstated}|(?:{wrongly})\b)"
        rf"|\b(?:{misstated})\b",
        "told": rf"{notice}[^.]{{0,60}}?\b(?:said|stated|gave|put|reported)\b",
        "set right": rf"\bthe\s(?:{right})\s(?:is|was|should)\b|\bcorrect (?:figure|number)"
        r"|should have (?:said|read|been)",
        "to say": r"\bcorrects\b[^.;]*\bto\s(?:say|show|read)\b",
        "opened": r"^\W*(?:corrections?\W|corrected\b|corrects\b|clarification|editor['’]s note|"
        rf"this (?:{notices})\s(?:was|has been)\s(?:corrected|amended)|this (?:story|article|report) corrects)",
        "marks": rf"(?P<wrong>\b(?:{misstated})\b|(?:\b(?:{notices})(?:\s[\w’'-]+){{0,4}}?|\bit|\bwe)"
        rf"\s(?:had\s)?(?:(?:{wrongly})\s)?"
        rf"(?:said|stated|gave|put|reported|listed)\b|\b(?:{wrongly})\b|\b(?:not|rather than|instead of)\s)"
        rf"|(?P<right>\bthe\s(?:{right})\s(?:is|was|should)\b|\bshould (?:have|be|read)\b"
        r"|\bcorrected\b[^.;]*\bto\b"
        r"|\bto\s(?:say|show|read)\b|\bcorrects\b[^.;]*\bto\b|\b(?:in fact|actually)\b"
        rf"|[.;]\s(?!(?:it|we|an? [\w ]{{0,20}}|this|the (?:{notices}))\s(?:said|stated|gave|put|reported|listed)\b)"
        r"(?:(?:it|they)\s[a-z]+\b|(?:there|the \w+)\s(?:is|are|was|were|cost|should|[a-z]+ed)\b"
        r"|[a-z][^.;]{0,60}\bsaid\b))",
        "own": rf"^(?:it|we|(?:an?|this|the|our)\s(?:[\w’'-]+\s){{0,2}}(?:{notices})(?:\sof this (?:{notices}))?)$",
        "corrects": r"^\W*(?:correct(?:s|ed|ion)|clarification)\b",
        "verdict": r"\b(?:rating|verdict|ruling|conclusion|fact check)\s*:\s*(?:\w+\s)?"
        r"(?:false|fake|untrue|incorrect|wrong|misleading|fabricated)\b",
        "claim": r"^\W*claim\s*:",
    }


def _has(name: str, text: str) -> bool:
    return _patterns()[name].search(text) is not None


def _questioned(place: _Place) -> Stood | None:
    if not place.flat.rstrip("”\"'’) ").endswith("?"):
        return None
    if _has("no", place.following) and place.flat[:1] in "“\"‘'":
        return Stood("denies", StanceRule.ANSWERED_NO)
    return Stood("questions", StanceRule.QUESTION)


def _left_open(place: _Place) -> Stood | None:
    """ "It is unclear whether 500 died", "asked if 500 had died"."""
    for clause in (place.token, *place.token.ancestors):
        mark = next((c for c in clause.children if c.dep_ in ("mark", "advmod") and c.lower_ == "whether"), None)
        if mark is not None and mark.i < place.token.i:
            return Stood("questions", StanceRule.WHETHER)
    return None


def _supposed(place: _Place) -> Stood | None:
    """ "If 60 passengers had died, the morgue would be full", "would not say if 12 had died"."""
    for clause in (place.token, *place.token.ancestors):
        mark = next((c for c in clause.children if c.dep_ == "mark" and c.lower_ == "if"), None)
        if mark is None or not clause.left_edge.i <= place.token.i <= clause.right_edge.i or mark.i > place.token.i:
            continue
        subject = any(c.dep_ in ("nsubj", "nsubjpass", "expl") for c in clause.children)
        if subject and (mark.i == 0 or place.doc[mark.i - 1].lower_ != "as"):
            return Stood("questions", StanceRule.SUPPOSED)
    return None


def _in_notice(place: _Place) -> bool:
    """Whether the paragraph is a correction notice, or the sentence begins as one."""
    return (
        _has("notice", place.paragraph)
        or _has("corrects", place.paragraph)
        or _told_wrong(place)
        or (_has("opened", place.paragraph) and (_has("told", place.paragraph) or _has("to say", place.paragraph)))
        or (_has("opened", place.paragraph) and re.search(r"\bIt said\b", place.paragraph) is not None)
    )


def _told_wrong(place: _Place) -> bool:
    return _has("told", place.paragraph) and _has("set right", place.paragraph)


def _contrasted(place: _Place) -> Stood | None:
    match = _patterns()["contrast"].search(place.before)
    if match is None and not (_has("not but", place.before) and re.match(r"[^.;]{0,60}\bbut\b", place.behind)):
        if not _has("is not", place.before):
            return None
        return Stood("denies", StanceRule.NEGATED)
    if re.search(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|one)\b", place.before + place.behind) is None:
        return None  # nothing that it is set against
    if _in_notice(place):
        return Stood("withdrawn", StanceRule.NOTICE)
    return Stood("denies", StanceRule.CONTRAST, outer=True)


def _far_from(place: _Place) -> Stood | None:
    far = _has("far", place.before) or _has("none", place.before)
    return Stood("denies", StanceRule.FAR_FROM) if far else None


def _taken_back(place: _Place) -> Stood | None:
    """A number that a notice says was wrong; the one that it puts in its place is asserted. The last words before the
    number that tell the one from the other decide."""
    notice = _in_notice(place) or _has("set right", place.lead) or _has("to say", place.flat)
    if not notice or not (_in_notice(place) or _has("opened", place.paragraph)):
        return None
    marks = list(_patterns()["marks"].finditer(place.lead))
    if not marks:
        return None
    wrong = marks[-1].lastgroup == "wrong"
    return Stood("withdrawn", StanceRule.NOTICE) if wrong else Stood("asserts", StanceRule.CORRECTED)


def _false_that(place: _Place) -> Stood | None:
    return Stood("denies", StanceRule.FALSE_THAT) if _has("false that", place.before) else None


def _said_falsely(place: _Place) -> Stood | None:
    return Stood("denies", StanceRule.FALSELY) if _has("falsely", place.before) else None


def _called_false(place: _Place) -> Stood | None:
    """ "Reports of 200 deaths are pure invention": not "two grants were wrong"."""
    called = _has("statement of", place.before) and _has("called false", place.behind)
    called = called or (_has("branded", place.before) and _has("as false", place.behind))
    return Stood("denies", StanceRule.CALLED_FALSE) if called else None


def _rated_false(place: _Place) -> Stood | None:
    rated = _has("claim", place.flat) and _has("verdict", place.following)
    return Stood("denies", StanceRule.RATED_FALSE) if rated else None


_OBJECTS = ("dobj", "attr", "oprd")


def _negated(place: _Place) -> Stood | None:
    """ "Would not cut 2,400 jobs", "never invited 500 guests": the object of a negated verb, unless it is known
    otherwise ("did not find the 12")."""
    token = place.token
    noun = token
    while noun.dep_ in ("nummod", "compound", "quantmod", "amod", "nmod", "pobj", "prep") and noun.head is not noun:
        if noun.dep_ == "prep" and noun.lower_ != "of":
            return None
        noun = noun.head
    verb = noun.head
    if noun.dep_ in ("nsubj", "nsubjpass") and verb.dep_ == "ccomp" and verb.head.i < token.i:
        shown = verb.head.lemma_.lower() in load_words("stances")["evidence"] and _is_negated(verb.head)
        return Stood("denies", StanceRule.NEGATED) if shown else None
    if any(c.lower_ in ("would", "wouldn") for c in noun.head.children) and _has("would have", place.flat):
        return None  # "if it had, we would not have 355 damaged shops": there are
    if noun.dep_ not in _OBJECTS or verb.pos_ not in ("VERB", "AUX") or verb.i > token.i:
        return None
    if any(c.lower_ in ("the", "those", "these", "all", "any") for c in noun.children if c.i < token.i):
        return None
    if verb.lemma_.lower() in load_words("stances")["open"] or not _is_negated(verb):
        return None
    if re.search(
        rf"\bnot\s(?:{_either(load_words('stances')['not_alone'])})\b[^,;]*$", place.flat[verb.idx : token.idx]
    ):
        return None
    return Stood("denies", StanceRule.NEGATED, outer=True)


def _is_negated(verb: Token) -> bool:
    """Whether a verb or the one whose complement it is is negated: "has not and will not borrow", "did not plan to
    cut"."""
    if any(c.dep_ == "neg" or c.lower_ == "never" for c in verb.children):
        return True
    return verb.dep_ == "xcomp" and verb.head.pos_ == "VERB" and any(c.dep_ == "neg" for c in verb.head.children)


_RULES: tuple[Callable[[_Place], Stood | None], ...] = (
    _questioned,
    _contrasted,
    _taken_back,
    _far_from,
    _rated_false,
    _false_that,
    _said_falsely,
    _called_false,
    _left_open,
    _supposed,
    _negated,
)


def is_own_notice(rule: StanceRule, source: str) -> bool:
    """Whether what is cited in a correction notice is the outlet's own article: "an earlier version of this story"."""
    return rule in (StanceRule.NOTICE, StanceRule.CORRECTED) and _has("own", source)


def read_stance(document: Document, index: int, doc: Doc, start: int) -> Stood | None:
    """How the number at document offset `start` stands, in the sentence of this index and parse; None where nothing
    says that it is not asserted."""
    sentence = document.sentences[index]
    at = start - sentence.start
    token = next((t for t in doc if t.idx + len(t) > at), None)
    if token is None:
        return None
    paragraph = document.paragraphs[sentence.paragraph]
    flat = sentence.flat
    number = re.compile(r"[$£€¥₹]?[\w.,]*\w%?").match(flat, at)
    place = _Place(
        flat[max(0, at - _NEARBY) : at],
        flat[(end := number.end() if number else at) : end + _NEARBY],
        flat,
        doc,
        token,
        document.text,
        document.text[
            max(paragraph.start, sentence.start - _NEARBY) : min(paragraph.end, max(sentence.end, start) + _NEARBY)
        ],
        flatten(document.text[max(paragraph.start, sentence.start - _NEARBY) : start]),
        document.text[sentence.end : sentence.end + 160].strip(),
    )
    return next((stood for rule in _RULES if (stood := rule(place)) is not None), None)
