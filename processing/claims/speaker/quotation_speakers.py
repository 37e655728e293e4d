"""Whose a quotation is: of the cue beside it, of the quotation or the cue before it, of the name that signs it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from processing.claims.document.document import Document, Parses
from processing.claims.speaker.cue import Cue, CueForm
from processing.claims.speaker.mentions import mention_of, plain_mention
from processing.claims.speaker.quotations import Quote, quote_at

__all__ = ["SPEAKING", "own_quotes"]

SPEAKING = {"say", "report", "according", "think", "deny", "dispute", "colon", "plan", "show", "noun"}


class QuotedText(Protocol):
    """What must be known of a text to say whose its quotations are; `runs` are quotations that go on over paragraphs,
    by run."""

    document: Document
    parses: Parses
    text: str
    quotes: tuple[Quote, ...]
    runs: dict[int, list[Quote]]

    def sentence_at(self, position: int) -> int:
        """The index of the sentence that holds a document offset."""

    def cues(self, index: int) -> list[Cue]:
        """The cues of a sentence that is parsed."""


def own_quotes(article: QuotedText) -> dict[int, tuple[Cue, str, float]]:
    """For each quotation (by start) the cue that governs it, with rule and sureness."""
    owners: dict[int, tuple[Cue, str, float]] = {}
    runs: dict[int, tuple[Cue, str, float]] = {}
    for quote in article.quotes:
        owner = _signed(article, quote) or _adjacent(article, quote) or _unknown_verb(article, quote)
        if owner is not None:
            owners[quote.start] = (owner, "quoted beside the cue", 0.95)
            runs.setdefault(quote.run, (owner, "quotation over paragraphs", 0.9))
    for quote in article.quotes:
        if quote.start not in owners and quote.run in runs:
            owners[quote.start] = runs[quote.run]
    previous: Quote | None = None
    for quote in article.quotes:
        if quote.start not in owners and (
            quote.end - quote.start > 40 or article.text[quote.inner_end - 1] in ".,?!…—"
        ):
            owner2 = _inherited(article, quote, previous, owners)
            if owner2 is not None:
                owners[quote.start] = owner2
                for other in article.runs[quote.run]:
                    owners.setdefault(other.start, owner2)
        previous = quote
    for parts in article.runs.values():
        told = next(
            (owners[q.start][0].hearer for q in parts if q.start in owners and owners[q.start][0].hearer is not None),
            None,
        )
        for quote in parts if told is not None else ():
            if quote.start in owners and owners[quote.start][0].hearer is None:
                cue, rule, sure = owners[quote.start]
                owners[quote.start] = (
                    replace(cue, hearer=told),
                    rule,
                    sure,
                )  # told once, at the start of the quotation
    return owners


def _signed(article: QuotedText, quote: Quote) -> Cue | None:
    """A quotation signed by its speaker: "..." ― Jane Doe."""
    signed = re.compile(r"\s*(?:―|—|–|--|-)\s?(?P<name>[A-Z][\w.’'-]+(?:\s(?:[A-Z][\w.’'-]*|of|de|van)){1,5})").match(
        article.text, quote.end
    )
    if signed is None:
        return None
    start, end = signed.span("name")
    name = signed.group("name").rstrip(".")
    mention = plain_mention(start, name, "person", True)
    return Cue(
        "say", "―", start, end, mention, (), "asserts", False, "signed quotation", inside=(start, end), complete=True
    )


def _unknown_verb(article: QuotedText, quote: Quote) -> Cue | None:
    """A verb that no list knows, right after a quotation that ends in a comma: ("...," sighed the cook)."""
    if article.text[quote.inner_end - 1] not in ",?!":
        return None
    index = article.sentence_at(quote.end - 1)
    if not article.parses.has(index):
        return None
    offset = article.document.sentences[index].start
    for token in article.parses[index]:
        at = offset + token.idx
        if at < quote.end or token.is_space or token.is_punct:
            continue
        if at - quote.end > 60 or quote_at(article.quotes, at) is not None:
            return None
        if token.tag_ in ("VBD", "VBZ", "VBP"):
            subject = next(
                (c for c in token.children if c.dep_ in ("nsubj", "dobj", "attr") and offset + c.idx >= quote.end), None
            )
            if subject is None or subject.pos_ not in ("NOUN", "PROPN", "PRON"):
                break
            mention = mention_of(subject, offset, token.i)
            return Cue(
                "say",
                str(token.lemma_),
                at,
                at + len(token),
                mention,
                (),
                "asserts",
                False,
                "verb beside a quotation",
                inside=(min(at, mention.start), max(at + len(token), mention.end)),
                complete=True,
            )
    return _form_of_speech(article, quote)


def _form_of_speech(article: QuotedText, quote: Quote) -> Cue | None:
    """The same by its form alone, where the parse has no verb: ("...," sighed the cook Rosa Lund)."""
    named = re.compile(
        r"\s[a-z]{3,}(?:ed|s)\s(?P<who>(?:(?:the|a|an)\s)?(?:[a-z-]+\s){0,3}[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)"
    ).match(article.text, quote.end)
    if named is None:
        return None
    mention = plain_mention(named.start("who"), named["who"], "person", True)
    return Cue(
        "say",
        "beside",
        named.start(),
        named.end(),
        mention,
        (),
        "asserts",
        False,
        "verb beside a quotation",
        inside=named.span(),
        complete=True,
    )


def _adjacent(article: QuotedText, quote: Quote) -> Cue | None:
    """The cue beside a quotation: ("...," X said) after it or (X said: "...") before it, in its paragraph or at the end
    of the one before."""
    cues = _outside(article, article.sentence_at(quote.start) - 1, article.sentence_at(quote.end - 1) + 1)
    best: tuple[float, Cue] | None = None
    for cue in cues:
        gap = _gap(article, quote, cue) if cue.source is not None else None
        if gap is None:
            continue
        if cue.group in ("plan", "think", "noun", "show"):
            gap += 8
        if best is None or gap < best[0]:
            best = (gap, cue)
    return best[1] if best else None


def _gap(article: QuotedText, quote: Quote, cue: Cue) -> float | None:
    """How far a cue stands from a quotation that may be its own; None where it cannot be."""
    low, high = min(cue.inside[0], cue.start), max(cue.inside[1], cue.end)
    after, before = low - quote.end, quote.start - high
    sentence = article.sentence_at(cue.start)
    if article.document.sentences[sentence].paragraph != quote.paragraph:
        led = 0 <= before < 160 and re.search(r":\s*$", article.text[high : quote.start])
        return 10.0 + before / 100 if led else None
    if 0 <= after <= 3 and (_begins_anew(article, quote, cue) or cue.form is CueForm.SHARED):
        return None
    if 0 <= after <= 3 and "." not in article.text[quote.end : low]:
        return float(after)
    governs = any(a <= quote.start + 1 < b for a, b in cue.contents)
    if 0 <= after < 200 and governs and sentence == article.sentence_at(quote.end - 1):
        return 20.0 + after / 10
    if before < 0 or sentence != article.sentence_at(quote.start):
        return None
    between = article.text[high : quote.start]
    leads = before <= 3 or re.fullmatch(r"[^.!?]{0,160}[:,]\s*", between) or governs
    return 3.0 + before / 10 if leads else None


def _begins_anew(article: QuotedText, quote: Quote, cue: Cue) -> bool:
    """Whether the cue behind a quotation that ended with its sentence says something of its own: ('... are sick.' A vet
    said three farms ...)."""
    if article.text[quote.inner_end - 1] != "." or not cue.contents:
        return False
    return article.text[min(cue.inside[0], cue.start)].isupper() and all(a >= cue.end for a, _ in cue.contents)


def _inherited(
    article: QuotedText, quote: Quote, previous: Quote | None, owners: dict[int, tuple[Cue, str, float]]
) -> tuple[Cue, str, float] | None:
    """A quotation without a cue beside it: of the quotation before it in its paragraph, of the cue before it, of the
    paragraph before."""
    paragraph = article.document.paragraphs[quote.paragraph]
    if previous is not None and previous.paragraph == quote.paragraph and previous.start in owners:
        return owners[previous.start][0], "quotation goes on", 0.85
    lead = [
        c for c in _outside(article, paragraph.sentences[0], article.sentence_at(quote.start)) if c.end <= quote.start
    ]
    if lead:
        return lead[-1], "cue before the quotation", 0.75
    later = [
        c
        for c in _outside(article, article.sentence_at(quote.end - 1), paragraph.sentences[-1])
        if c.start >= quote.end
    ]
    if later:
        return later[0], "cue after the quotation", 0.7
    if quote.start > paragraph.start + 2 or paragraph.index == 0:
        return None
    before = article.document.paragraphs[paragraph.index - 1]
    if previous is not None and previous.paragraph == before.index and previous.start in owners:
        return owners[previous.start][0], "quotation of the paragraph before goes on", 0.75
    cues = list(_outside(article, before.sentences[0], before.sentences[-1]))
    if cues:
        return cues[-1], "speaker of the paragraph before", 0.65
    return None


def _outside(article: QuotedText, first: int, last: int) -> list[Cue]:
    """Cues with a source in some sentences (parsed only) that stand outside every quotation."""
    cues = []
    for index in range(first, last + 1):
        if 0 <= index < len(article.document.sentences) and article.parses.has(index):
            cues += [
                c
                for c in article.cues(index)
                if c.source is not None and c.group in SPEAKING and quote_at(article.quotes, c.start) is None
            ]
    return cues
