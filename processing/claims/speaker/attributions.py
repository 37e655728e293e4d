"""All attributions of an article around some positions: which sentences to parse, their cues, quotations and runs of
one source's words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from processing.claims.document.document import Document, Parses, flatten
from processing.claims.speaker.attribution import Attribution, Span, attribution_of
from processing.claims.speaker.coreference import Mentions, find_names
from processing.claims.speaker.cue import Cue, CueForm, may_hold_cue
from processing.claims.speaker.cues import read_cues
from processing.claims.speaker.list_leads import lead_in, lists
from processing.claims.speaker.mentions import Mention, word_sets
from processing.claims.speaker.poll_cues import holds_poll_number, poll_sentences, read_poll_runs
from processing.claims.speaker.quotation_speakers import SPEAKING, own_quotes
from processing.claims.speaker.quotations import Quote, find_quotes, quote_at
from processing.claims.speaker.runs import read_runs, run_sentences
from processing.claims.speaker.transcript_labels import transcript_labels
from schemas.records import SourceStatus

__all__ = ["Attributions"]

_HEARD = ("say", "report", "according", "think", "deny", "dispute", "plan", "show")  # whom a pronoun may stand for


class Attributions:
    """The attributions of one document around some positions (character offsets): `wanted` are the sentences to parse,
    `read` finds them."""

    def __init__(self, document: Document, parses: Parses, positions: Iterable[int]):
        self.document, self.parses = document, parses
        kept = parses.kept.setdefault("document", {})
        if not kept:
            text = flatten(document.text)
            kept.update(enumerate((text, find_quotes(document), find_names(_plain(document, text)))))
        self.text: str = kept[0]
        self._starts = [s.start for s in document.sentences]
        self.quotes: tuple[Quote, ...] = kept[1]
        self.runs: dict[int, list[Quote]] = {}
        self._quotes_of: dict[int, list[Quote]] = {}
        for quote in self.quotes:
            self.runs.setdefault(quote.run, []).append(quote)
            self._quotes_of.setdefault(quote.paragraph, []).append(quote)
        self._cues: dict[int, list[Cue]] = parses.kept.setdefault("cues", {})
        self._cue_like: dict[int, bool] = parses.kept.setdefault("cue-like", {})
        self.wanted = self._choose(positions)
        self.mentions = Mentions(self.text, kept[2])
        self.attributions: list[Attribution] = []

    def read(self) -> Attributions:
        """Parse what is wanted and not parsed yet, and find the attributions; returns itself."""
        self.parses.want(self.wanted)
        self._hear_before()
        for index in sorted(self._cues_of_wanted()):
            for cue in sorted(self.cues(index), key=lambda c: c.source.start if c.source is not None else c.start):
                if cue.source is not None and cue.group in _HEARD:
                    self.mentions.add(cue.source)
        self.attributions = self._attribute()
        self._holding = self._by_sentence(self.attributions)
        return self

    def around(self, position: int) -> list[Attribution]:
        """The attributions whose content holds a position, the innermost first, those without a source last."""
        held = [a for a in self._holding.get(self.sentence_at(position), ()) if a.holds(position)]
        return sorted(held, key=lambda a: (a.source is None, a.size))

    def _by_sentence(self, attributions: Iterable[Attribution]) -> dict[int, list[Attribution]]:
        """Attributions by every sentence that their content touches."""
        index: dict[int, list[Attribution]] = {}
        for attribution in attributions:
            touched = {
                i for a, b in attribution.contents for i in range(self.sentence_at(a), self.sentence_at(b - 1) + 1)
            }
            for sentence in touched:
                index.setdefault(sentence, []).append(attribution)
        return index

    def sentence_at(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _choose(self, positions: Iterable[int]) -> set[int]:
        """Sentences to parse: those of the positions, and sentences with a cue that may govern them."""
        sentences, wanted = self.document.sentences, set()
        paragraphs = self.document.paragraphs
        for position in positions:
            index = self.sentence_at(position)
            wanted.add(index)
            paragraph = paragraphs[sentences[index].paragraph]
            near = {index - 1, index + 1} & set(paragraph.sentences)
            if len(near) < 2 or not all(self._may_cue(i) for i in near):
                near = set()  # only a sentence between two cues can take their source
            quote = quote_at(self.quotes, position)
            if quote is not None:
                near |= self._around(quote)
            elif paragraph.index and self.text[paragraphs[paragraph.index - 1].end - 1] == ":":
                near.add(paragraphs[paragraph.index - 1].sentences[-1])
            elif (leading := lead_in(self.document, paragraph.index)) is not None:
                near.add(leading)
            near |= run_sentences(self.document, index)
            if holds_poll_number(sentences[index].flat):
                wanted |= poll_sentences(self.document, index)
            wanted |= {i for i in near if self._may_cue(i)}
        return wanted

    def _may_cue(self, index: int) -> bool:
        """Whether a sentence may hold a cue, by its words alone."""
        known = self._cue_like.get(index)
        if known is None:
            known = self._cue_like[index] = may_hold_cue(self.document.sentences[index].flat)
        return known

    def _around(self, quote: Quote) -> set[int]:
        """Sentences whose cue may govern a quotation: at its ends, next to them, and before its paragraph."""
        near: set[int] = set()
        parts = self.runs[quote.run]
        for part in parts:
            first, last = self.sentence_at(part.start), self.sentence_at(part.end - 1)
            near |= {first, last} | {
                i
                for i in (first - 1, last + 1)
                if 0 <= i < len(self._starts) and self.document.sentences[i].paragraph == part.paragraph
            }
        near |= set(self.document.paragraphs[quote.paragraph].sentences)
        back, start = parts[0].paragraph, 0
        while back > 0 and start < 4:
            back, start = back - 1, start + 1
            near |= set(self.document.paragraphs[back].sentences[-3:])
            if not any(self._whole(q) for q in self._quotes_of.get(back, ())):
                break
        if parts[-1].paragraph + 1 < len(self.document.paragraphs):
            near |= set(self.document.paragraphs[parts[-1].paragraph + 1].sentences[:1])
        return near

    def _whole(self, quote: Quote) -> bool:
        """Whether a quotation is all of its paragraph."""
        paragraph = self.document.paragraphs[quote.paragraph]
        return quote.start <= paragraph.start + 1 and quote.end >= paragraph.end - 2

    def _cues_of_wanted(self) -> set[int]:
        return {i for i in range(len(self._starts)) if self.parses.has(i)}

    def _hear_before(self) -> None:
        """Parse the sentences with a cue that stand before a pronoun or a bare description, so that it can be
        resolved."""
        more: set[int] = set()
        for index in list(self.wanted):
            if any(
                c.source is not None and c.source.stands_for is None and _points_back(c.source)
                for c in self.cues(index)
            ):
                before = (i for i in range(index - 1, max(-1, index - 9), -1) if self._may_cue(i))
                more |= set(islice(before, 2))
        self.parses.want(more)

    def cues(self, index: int) -> list[Cue]:
        """The cues of a sentence, read once."""
        if index not in self._cues:
            sentence = self.document.sentences[index]
            paragraph = self.document.paragraphs[sentence.paragraph]
            self._cues[index] = read_cues(
                self.parses[index],
                sentence.start,
                headline=paragraph.heading or (paragraph.index == 0 and len(paragraph.sentences) < 3),
            )
        return self._cues[index]

    def _attribute(self) -> list[Attribution]:
        found: list[Attribution] = []
        for index in sorted(self._cues_of_wanted()):
            for cue in self.cues(index):
                contents = self._clip(cue)
                if cue.group == "colon" and cue.source is not None and self._is_dateline(cue.source):
                    continue
                if contents or cue.cited:
                    sure = 0.9 if cue.complete else 0.75
                    found.append(attribution_of(cue, contents, cue.rule, sure))
        found += transcript_labels(self.document, self.text)
        found += self._listed()
        owners = own_quotes(self)
        for quote in self.quotes:
            owner = owners.get(quote.start)
            if owner is not None:
                cue, rule, sure = owner
                found.append(attribution_of(cue, ((quote.start, quote.end),), rule, sure))
        found = self._prune(found)
        found += self._sandwiched()
        found += self._closed_runs()
        found += self._poll_runs()
        return sorted(found, key=lambda a: (a.cue, a.contents))

    def _prune(self, found: list[Attribution]) -> list[Attribution]:
        """Without what a speaker says of plans, beliefs and others in passing: "X said he expected", "it shows",
        "everybody knew"."""
        speaking = ("say", "report", "according", "colon", "deny", "dispute")
        outer = self._by_sentence(
            a
            for a in found
            if a.source is not None and (a.group in speaking or (a.group == "show" and a.source.kind == "document"))
        )
        kept = []
        for inner in found:
            bare = (
                inner.group == "noun" and inner.source is not None and inner.source.name_end >= inner.cue[1]
            )  # "denied reports that"
            nearby = outer.get(self.sentence_at(inner.cue[0]), ())
            around = [
                o
                for o in nearby
                if (bare or o.group not in ("deny", "dispute"))
                and o.cue != inner.cue
                and o.holds(inner.cue[0])
                and o.size > inner.size
            ]
            if around and inner.source is not None and self._in_passing(inner):
                continue
            kept.append(inner)
        return kept

    def _in_passing(self, inner: Attribution) -> bool:
        assert inner.source is not None
        if inner.form is CueForm.COMPARED or inner.stance != "asserts":
            return False
        if inner.group == "noun":
            return quote_at(self.quotes, inner.cue[0]) is not None or not (
                inner.source.named and inner.lemma in word_sets()["set_numbers"]
            )
        if inner.group in ("plan", "think") or inner.lemma in word_sets()["expecting"]:
            return True
        if inner.group == "according" and re.match(r"(?:its|his|her|their|my|our)\b", inner.source.text, re.I):
            return True
        if inner.source.kind == "pronoun" and inner.source.stands_for is None:
            return not self._told_me(inner)
        if inner.group == "show" and inner.source.kind != "document":
            return True
        return (
            quote_at(self.quotes, inner.cue[0]) is not None
            and not inner.source.named
            and inner.source.kind != "document"
            and not (_speaks_within(inner) and self._in_one_quote(inner.source.start, inner.cue[0]))
        )

    def _told_me(self, inner: Attribution) -> bool:
        """Whether a quoted speaker says that he was told: "he told me he'd buried three"."""
        heard = re.match(r"\s(?:me|us)\b", self.text[inner.cue[1] : inner.cue[1] + 4]) is not None
        assert inner.source is not None
        return heard and self._in_one_quote(inner.source.start, inner.cue[0])

    def _in_one_quote(self, first: int, second: int) -> bool:
        """Whether two positions stand in one quotation."""
        quote = quote_at(self.quotes, first)
        return quote is not None and quote == quote_at(self.quotes, second)

    def _is_dateline(self, source: Mention) -> bool:
        """Whether a label before a colon is a place by the text's own words: "Brindle: Nine ferries cancelled", where
        the body has "in Brindle"."""
        if source.kind != "other" or not source.named:
            return False
        placed = rf"\b(?:in|at|near|off|across|around|outside)\s{re.escape(source.text)}\b"
        return re.search(placed, self.text[source.end :]) is not None

    def _clip(self, cue: Cue) -> tuple[Span, ...]:
        """Contents of a cue: of one inside a quotation clipped to it, of one outside stretched over quotations it
        touches."""
        home = quote_at(self.quotes, cue.start)
        contents = []
        for start, end in cue.contents:
            if home is not None:
                start, end = max(start, home.start), min(end, home.end)
            if start < end:
                contents.append((start, end))
        return tuple(sorted(set(contents)))

    def _listed(self) -> list[Attribution]:
        """The items of lists that a speaker's sentence with a colon leads into."""
        found = []
        for index, start, end in lists(self.document):
            cues = (
                [c for c in self.cues(index) if c.source is not None and c.group in SPEAKING]
                if self.parses.has(index)
                else []
            )
            if cues:
                cue = cues[-1]
                found.append(replace(attribution_of(cue, ((start, end),), "list behind the cue", 0.8), cited=None))
        return found

    def _sandwiched(self) -> list[Attribution]:
        """A bare sentence between two sentences of one source in its paragraph belongs to that source."""
        more: list[Attribution] = []
        for paragraph in self.document.paragraphs:
            for index in paragraph.sentences[1:-1]:
                if any(
                    c.source is not None and (c.complete or c.group == "say")
                    for c in (self.cues(index) if self.parses.has(index) else [])
                ):
                    continue
                if not (self.parses.has(index - 1) and self.parses.has(index + 1)):
                    continue
                before = self._speaks(index - 1)
                after = self._speaks(index + 1)
                if before and after and before.source and after.source and self._same(before.source, after.source):
                    more.append(
                        replace(
                            attribution_of(after, (self._whole_sentence(index),), "inside one source's run", 0.8),
                            stance="asserts",
                            hedged=False,
                            hearer=None,
                            cited=None,
                        )
                    )
        return more

    def _closed_runs(self) -> list[Attribution]:
        """Bare sentences before the one that closes with its speaker."""
        sentences = self.document.sentences
        return [
            replace(
                attribution_of(
                    cue, ((sentences[index].start, sentences[index].end),), "before the cue that closes its run", 0.7
                ),
                stance="asserts",
                hedged=False,
            )
            for index, cue in read_runs(self.document, self._known_cues)
        ]

    def _poll_runs(self) -> list[Attribution]:
        """Bare sentences with the numbers of a poll that a sentence beside them names."""
        sentences = self.document.sentences
        return [
            replace(
                attribution_of(cue, ((sentences[index].start, sentences[index].end),), "numbers of a poll", 0.7),
                group="report",
                stance="asserts",
                hedged=False,
            )
            for index, cue in read_poll_runs(self.document, self._known_cues)
        ]

    def _whole_sentence(self, index: int) -> Span:
        sentence = self.document.sentences[index]
        return sentence.start, sentence.end

    def _known_cues(self, index: int) -> list[Cue] | None:
        """The cues of a sentence that is parsed or can have none; None where that is not known."""
        if self.parses.has(index):
            return self.cues(index)
        return None if self._may_cue(index) else []

    def _speaks(self, index: int) -> Cue | None:
        cues = [c for c in self.cues(index) if c.source is not None and c.complete and c.group in SPEAKING]
        return max(cues, key=lambda c: sum(b - a for a, b in c.contents)) if cues else None

    def _same(self, a: Mention, b: Mention) -> bool:
        """Whether two mentions are surely one source: one name or description ends the other ("the ministry", "the
        health ministry")."""
        one, two = (self.resolve(m)[0].text.lower().removeprefix("the ").split() for m in (a, b))
        short, long = sorted((one, two), key=len)
        return long[-len(short) :] == short or long[: len(short)] == short

    def resolve(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        return self.mentions.resolve(mention)


def _plain(document: Document, text: str) -> str:
    """The text with headlines in plain case, of the same length: in title case their verbs would pass for parts of
    names."""
    for sentence in document.sentences:
        if sentence.plain and sentence.plain != sentence.flat:
            text = text[: sentence.start] + sentence.plain + text[sentence.end :]
    return text


def _speaks_within(inner: Attribution) -> bool:
    """Whether somebody whom a quoted speaker cites says the number: "Miners told me they heard four blasts"."""
    words = word_sets()
    source = inner.source
    if source is None or inner.group not in ("say", "deny", "dispute", "report"):
        return False
    somebody = source.kind in ("person", "group", "body") or source.lemma in words["counters"]
    somebody = somebody or (source.kind == "other" and source.text.lower().startswith(("the ", "my ", "our ")))
    return somebody and source.head.lower() not in words["anybody"]


def _points_back(mention: Mention) -> bool:
    """Whether a mention needs an earlier speaker: a pronoun, or a bare "the minister"."""
    if mention.kind == "pronoun":
        return True
    return (
        mention.kind == "person"
        and not mention.named
        and len(mention.text.split()) < 4
        and mention.text.lower().startswith("the ")
    )
