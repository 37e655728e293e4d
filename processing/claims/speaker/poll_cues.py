"""Polls: who asked whom, and whose the shares of the sentences around are.

"The Varga Group polled 1,200 beekeepers. Half had lost hives." gives both numbers to the Varga Group. Who answers is
counted, not cited: "one in ten admitted to more than 200" has no speaker of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.document.document import Document
from processing.claims.speaker.cue import Cue, CueForm, inflected, lemma_of
from processing.claims.speaker.cue_subjects import subject_of
from processing.claims.speaker.mentions import Mention, mention_of, word_sets
from processing.claims.speaker.object_content import is_named

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["holds_poll_number", "may_tell_of_poll", "poll_cues", "poll_sentences", "read_poll_runs"]

_LONGEST = 4  # sentences on either side of the one that names the poll


def poll_cues(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """The cues with those that tell of a survey, without shares of people asked as speakers, and with the pollster
    where people "told pollster X that"."""
    told = [_of_pollster(c) for c in found]
    kept = [c for c in told if c.source is None or not _is_share(doc, c.source, offset)]
    starts = {c.start for c in kept if c.source is not None}
    more = [c for t in doc for rule in _RULES if (c := rule(t, offset)) is not None and c.start not in starts]
    return [*kept, *more]


def _of_pollster(cue: Cue) -> Cue:
    hearer = cue.hearer
    words = word_sets()
    if hearer is None or cue.lemma != "tell" or not _words(hearer.text) & (words["pollsters"] | words["surveys"]):
        return cue
    named = re.match(rf"(?:[\w’'-]+\s){{1,3}}?(?:{'|'.join(words['surveys'])})\b", hearer.text)
    if named is not None and not hearer.named:  # "told the survey they coughed"
        hearer = replace(hearer, text=named.group(), name_end=hearer.name_start + named.end())
    answering = ((cue.source.start, cue.start),) if cue.source is not None and cue.source.end <= cue.start else ()
    return replace(cue, source=hearer, hearer=None, contents=(*answering, *cue.contents))


def _words(text: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[\w-]+", text)}


def _is_share(doc: Doc, source: Mention, offset: int) -> bool:
    """Whether a mention is a share of people: "14 percent", "half of respondents", "four in ten cyclists"."""
    phrase = [t for t in doc if source.start <= offset + t.idx < source.end]
    heads = word_sets()["share_heads"]
    if source.head.lower() in heads or any(
        t.lower_ in heads and t.i + 1 < len(doc) and doc[t.i + 1].lower_ == "of" for t in phrase[:3]
    ):
        return True
    return any(
        t.lower_ in ("in", "of") and doc[t.i - 1].like_num and doc[t.i + 1].like_num
        for t in phrase[:5]
        if 0 < t.i < len(doc) - 1
    )


def _asking(verb: Token, offset: int) -> Cue | None:
    """ "The Varga Group polled 1,200 beekeepers"."""
    lemma = str(verb.lemma_).lower()
    if verb.pos_ != "VERB" or lemma not in word_sets()["survey_verbs"]:
        return None
    asked = next((c for c in verb.children if c.dep_ == "dobj" and any(t.like_num for t in c.subtree)), None)
    subject, passive = subject_of(verb)
    if asked is None or subject is None or passive:
        return None
    mention = mention_of(subject, offset, verb.i)
    surveyed = subject.dep_ != "nsubj" or subject.head != verb  # "the poll was conducted, surveying 1,001 adults"
    return _cue(verb, mention, verb, offset) if _polls(mention, lemma) and not surveyed else None


def _asked_by(verb: Token, offset: int) -> Cue | None:
    """ "Of 900 commuters surveyed by the institute, 210 were late": all of the sentence."""
    lemma = str(verb.lemma_).lower()
    if verb.tag_ != "VBN" or lemma not in word_sets()["survey_verbs"]:
        return None
    agent = next((p for c in verb.children if c.lower_ == "by" for p in c.children if p.dep_ == "pobj"), None)
    if agent is None:
        return None
    mention = mention_of(agent, offset)
    return _cue(verb, mention, None, offset) if _polls(mention, lemma) else None


def _described(verb: Token, offset: int) -> Cue | None:
    """ "The survey was carried out by Mirrin Data among 600 members", "The Verus survey has a margin of error of 2
    points": the sentence tells of the survey itself, which is named for the sentences before it."""
    words = word_sets()
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or not is_survey(subject) or verb.dep_ not in ("ROOT", "conj"):
        return None
    agent = next((p for c in verb.children if c.lower_ == "by" for p in c.children if p.dep_ == "pobj"), None)
    made = lemma_of(verb) in words["survey_made"]
    if agent is not None and made:
        return _cue(verb, mention_of(agent, offset), None, offset)
    if made or str(verb.lemma_).lower() in ("have", "ask", "question"):
        cue = _cue(verb, mention_of(subject, offset, verb.i), None, offset)
        return replace(cue, contents=())  # the outlet tells of sample and margin
    return None


def _placing(verb: Token, offset: int) -> Cue | None:
    """ "Nanook Opinion has the incumbents on 34 %": a pollster's "has", "gives", "shows"."""
    if lemma_of(verb) not in ("have", "give", "show", "put"):
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is None or not _places(verb):
        return None
    mention = mention_of(subject, offset, verb.i)
    if is_named(subject):
        mention = replace(mention, kind="body", named=True, author=None)  # "Nanook Opinion" is no opinion of Nanook
    cue = _cue(verb, mention, verb, offset)
    return replace(cue, group="report") if _words(mention.text) & word_sets()["pollsters"] else None


def _places(verb: Token) -> bool:
    """Whether a share or a place on a scale stands behind a verb: "has Labour on 34", "gives the left 40%"."""
    behind = [t for t in verb.subtree if t.i > verb.i]
    shares = word_sets()["share_heads"] | {"point", "points"}
    return any(
        t.lower_ in shares or (t.like_num and t.head.lower_ in ("on", "at") and t.dep_ == "pobj") for t in behind
    )


_RULES: tuple[Callable[[Token, int], Cue | None], ...] = (_asking, _asked_by, _described, _placing)


def is_survey(noun: Token) -> bool:
    """Whether a noun is a poll or a survey of people."""
    return noun.lemma_.lower() in word_sets()["surveys"]


def _polls(mention: Mention, lemma: str) -> bool:
    """Whether somebody who "asks" or "interviews" people does so for a survey, by the verb or by who it is."""
    words = word_sets()
    if mention.kind == "pronoun" or _words(mention.text) & words["asking_otherwise"]:
        return False
    return lemma in words["sure_survey_verbs"] or bool(_words(mention.text) & (words["pollsters"] | words["surveys"]))


def _cue(verb: Token, mention: Mention, from_: Token | None, offset: int) -> Cue:
    """A cue whose content is all of the sentence, or all from a token on."""
    low = offset + (from_.idx + len(from_) if from_ is not None else 0)
    start, end = offset + verb.idx, offset + verb.idx + len(verb)
    return Cue(
        group="show",
        lemma=str(verb.lemma_).lower(),
        start=start,
        end=end,
        source=mention,
        contents=((low, offset + len(verb.doc.text)),),
        stance="asserts",
        hedged=False,
        rule="survey of people",
        form=CueForm.SURVEY,
        inside=(start, end),
        complete=True,
    )


# ---------------------------------------------------------------- sentences around the poll


@lru_cache(maxsize=1)
def _telling() -> re.Pattern[str]:
    words = word_sets()
    forms = {f for verb in words["survey_verbs"] for f in inflected(verb)} | {f"{n}s?" for n in words["surveys"]}
    return re.compile(rf"\b(?:{'|'.join(sorted(forms | words['pollsters']))})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _polled() -> re.Pattern[str]:
    """A number such as polls give: a share, people who answer, a margin."""
    words = word_sets()
    return re.compile(
        r"%|\bpercent\b|\bper cent\b|\bpc\b|\b[\w-]+ (?:in|out of) (?:every )?(?:two|three|four|five|six|"
        rf"seven|eight|nine|ten|\d+)\b|\b(?:{'|'.join(sorted(words['answering']))})\b",
        re.IGNORECASE,
    )


def may_tell_of_poll(sentence: str) -> bool:
    """Whether a sentence may name a poll, by its words alone."""
    return _telling().search(sentence) is not None


def holds_poll_number(sentence: str) -> bool:
    """Whether a sentence holds a number such as polls give."""
    return _polled().search(sentence) is not None


def poll_sentences(document: Document, index: int) -> set[int]:
    """The sentences to parse in order to know whether the one at `index` tells a poll's numbers: those of its paragraph
    that may name the poll, and those between."""
    sentences = document.paragraphs[document.sentences[index].paragraph].sentences
    near = [i for i in sentences if abs(i - index) <= _LONGEST and i != index]
    naming = [i for i in near if may_tell_of_poll(document.sentences[i].flat)]
    if not naming:
        return set()
    return set(range(min(*naming, index), max(*naming, index) + 1))


def read_poll_runs(document: Document, cues: Callable[[int], list[Cue] | None]) -> list[tuple[int, Cue]]:
    """The bare sentences that tell a poll's numbers, with the cue that names the poll: behind it, or before a sentence
    that only tells of the survey. `cues` gives the cues of a sentence, None where it is not parsed."""
    found: dict[int, Cue] = {}
    for paragraph in document.paragraphs:
        for index in paragraph.sentences:
            poll = _poll_cue(cues(index) or [])
            if poll is None:
                continue
            behind = range(index + 1, min(index + _LONGEST, paragraph.sentences[-1]) + 1)
            before = range(index - 1, max(index - _LONGEST, paragraph.sentences[0]) - 1, -1)
            for run in (behind, before) if poll.form is CueForm.SURVEY else (behind,):
                for other in run:
                    if not _is_bare(cues(other), document.sentences[other].flat):
                        break
                    found.setdefault(other, poll)
    return sorted(found.items())


def _is_bare(cues: list[Cue] | None, sentence: str) -> bool:
    """Whether a sentence has no speaker of its own and a number such as polls give."""
    if cues is None or any(c.source is not None for c in cues) or "margin of error" in sentence.lower():
        return False
    return holds_poll_number(sentence)


def _poll_cue(cues: list[Cue]) -> Cue | None:
    """The cue that names a poll or a pollster, the sentence's only source."""
    words = word_sets()
    speaking = [c for c in cues if c.source is not None]
    polls = [
        c
        for c in speaking
        if c.source is not None
        and (
            c.form is CueForm.SURVEY
            or c.source.lemma in words["surveys"]
            or (c.group == "noun" and c.lemma in words["surveys"])
            or _words(c.source.text) & words["sure_pollsters"]
        )
    ]
    return polls[0] if polls and all(c in polls or c.group in ("plan", "think") for c in speaking) else None
