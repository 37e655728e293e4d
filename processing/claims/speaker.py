"""Who says a number: the sentence's cues, the quotations around it and the run of one source's words, over a whole article.

Public: `attribute_numbers` (one `Speaker` per number), `read_attributions` (source, cue and content of every attribution that may
govern a number) and `read_denials` (denials and disputes without a number). Meaning: section 4 of docs/figures.md. Of several
attributions that hold a number the innermost gives the source; those around it are relays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from processing.claims.cues import Cue, cue_words, read_cues
from processing.claims.document import Document, Parses, flatten
from processing.claims.mentions import Mention, Mentions, mention_of, word_sets
from processing.claims.quotes import Quote, find_quotes, quote_at
from schemas.records import SourceStatus, Stance

__all__ = ["Attribution", "Denied", "Speaker", "attribute_numbers", "read_attributions", "read_denials"]

Span = tuple[int, int]

_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|(?:b|tr)illions?|dozens?|scores|half|double|couple|several|few|handful|no|none|one|third|quarter|fifth)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source, its cue and what it says. `source` is the mention as written at the cue, None where nobody is named;
    `contents` are document offsets; `group` is the kind of cue (say, report, show, plan, think, deny, dispute, according,
    noun, colon); `rule` says how content and source were joined; `sure` is 0..1."""

    source: Mention | None
    cue: Span
    contents: tuple[Span, ...]
    group: str
    stance: Stance
    hedged: bool
    rule: str
    sure: float
    hearer: Mention | None = None
    cited: Mention | None = None

    @property
    def size(self) -> int:
        """Characters of content; the smallest attribution around a number is the innermost."""
        return sum(b - a for a, b in self.contents)

    def holds(self, position: int) -> bool:
        """Whether a document offset lies inside the content."""
        return any(a <= position < b for a, b in self.contents)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says one number. `source` is the text to cite (None where `source_status` is outlet), at offsets `words`; `mention` is where
    the cue names its source (a pronoun perhaps); `relay` is outermost first; `quote` the quoted words that hold the number."""

    source: str | None
    words: Span | None
    mention: Span | None
    head: str | None
    source_status: SourceStatus
    relay: tuple[str, ...] = ()
    stance: Stance = "asserts"
    hedged: bool = False
    quote: str | None = None
    rule: str = "nobody cited"
    sure: float = 0.7


@dataclass(frozen=True, slots=True)
class Denied:
    """A denial or dispute without a number of its own: who, what it denies (as written), the sentence's offsets."""

    source: str | None
    words: Span | None
    head: str | None
    source_status: SourceStatus
    stance: Stance
    denies: str
    denies_words: Span
    start: int
    end: int
    sentence: int
    rule: str
    relay: tuple[str, ...] = ()


def attribute_numbers(document: Document, parses: Parses, spans: Sequence[Span]) -> list[Speaker]:
    """Who says the number at each span (document offsets), in the order given. Parses only sentences with a number and those
    whose cue may govern one."""
    article = _Article(document, parses, [start for start, _ in spans])
    return [article.speaker(start, end) for start, end in spans]


def read_attributions(document: Document, parses: Parses, spans: Sequence[Span] | None = None) -> list[Attribution]:
    """Every attribution that may govern one of the spans (None: any figure of the text), in text order."""
    starts = [m.start() for m in _FIGURE.finditer(document.text)] if spans is None else [start for start, _ in spans]
    return _Article(document, parses, starts).attributions


def read_denials(document: Document, parses: Parses) -> list[Denied]:
    """Denials and disputes whose content holds no figure, in text order. Only sentences with a verb of denial are parsed."""
    words = word_sets()
    stems = "|".join(sorted({w.rstrip("ye") for w in words["deny"] | words["dispute"]}, key=len, reverse=True))
    pattern = re.compile(rf"\b(?:{stems})\w*|\bno truth\b|\buntrue\b|\bfalse\b|\bdenials?\b", re.I)
    wanted = [s for s in document.sentences if pattern.search(s.flat)]
    article = _Article(document, parses, [s.start + m.start() for s in wanted if (m := pattern.search(s.flat))])
    found = []
    for sentence in wanted:
        for cue in article.cues(sentence.index):
            if cue.stance == "asserts" or cue.source is None or not cue.contents:
                continue
            start, end = min(a for a, _ in cue.contents), max(b for _, b in cue.contents)
            denies = flatten(document.text[start:end]).strip(" ,.;:")
            if re.search(r"\d", denies) or len(denies) < 4:
                continue
            mention, status, rule = article.resolve(cue.source)
            found.append(
                Denied(
                    mention.text, (mention.name_start, mention.name_end), mention.head, status, cue.stance, denies, (start, end), sentence.start, sentence.end,
                    sentence.index, cue.rule if rule == "as written" else f"{cue.rule}, {rule}", (cue.hearer.text,) if cue.hearer and _carries(cue.hearer) else (),
                )
            )  # fmt: skip
    return found


class _Article:
    """The attributions of one document around some positions."""

    def __init__(self, document: Document, parses: Parses, positions: Iterable[int]):
        self.document, self.parses = document, parses
        self.text = flatten(document.text)
        self._starts = [s.start for s in document.sentences]
        self.quotes = find_quotes(document)
        self._cues: dict[int, list[Cue]] = {}
        self._cue_like: dict[int, bool] = {}
        self._wanted = self._choose(positions)
        parses.want(self._wanted)
        self.mentions = Mentions(self.text)
        self._hear_before()
        for index in sorted(self._cues_of_wanted()):
            for cue in self.cues(index):
                if cue.source is not None and cue.group in ("say", "report", "according", "think", "deny", "dispute", "plan", "show"):
                    self.mentions.add(cue.source)
        self.attributions = self._attribute()

    # ------------------------------------------------ which sentences

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
            wanted |= {i for i in near if self._may_cue(i)}
        return wanted

    def _may_cue(self, index: int) -> bool:
        """Whether a sentence may hold a cue, by its words alone."""
        known = self._cue_like.get(index)
        if known is None:
            known = self._cue_like[index] = cue_words().search(self.document.sentences[index].flat) is not None
        return known

    def _around(self, quote: Quote) -> set[int]:
        """Sentences whose cue may govern a quotation: at its ends, next to them, and before its paragraph."""
        near: set[int] = set()
        parts = [q for q in self.quotes if q.run == quote.run]
        for part in parts:
            first, last = self.sentence_at(part.start), self.sentence_at(part.end - 1)
            near |= {first, last} | {i for i in (first - 1, last + 1) if 0 <= i < len(self._starts) and self.document.sentences[i].paragraph == part.paragraph}
        near |= set(self.document.paragraphs[quote.paragraph].sentences)
        back, start = parts[0].paragraph, 0
        while back > 0 and start < 4:
            back, start = back - 1, start + 1
            near |= set(self.document.paragraphs[back].sentences[-3:])
            if not any(q.paragraph == back and self._whole(q) for q in self.quotes):
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
        """Parse the sentences with a cue that stand before a pronoun or a bare description, so that it can be resolved."""
        more: set[int] = set()
        for index in list(self._wanted):
            if any(c.source is not None and c.source.stands_for is None and _points_back(c.source) for c in self.cues(index)):
                before = (i for i in range(index - 1, max(-1, index - 9), -1) if self._may_cue(i))
                more |= set(islice(before, 2))
        self.parses.want(more)

    def cues(self, index: int) -> list[Cue]:
        """The cues of a sentence, read once."""
        if index not in self._cues:
            sentence = self.document.sentences[index]
            paragraph = self.document.paragraphs[sentence.paragraph]
            self._cues[index] = read_cues(self.parses[index], sentence.start, headline=paragraph.heading or (paragraph.index == 0 and len(paragraph.sentences) < 3))
        return self._cues[index]

    # ------------------------------------------------ joining

    def _attribute(self) -> list[Attribution]:
        found: list[Attribution] = []
        for index in sorted(self._cues_of_wanted()):
            for cue in self.cues(index):
                contents = self._clip(cue)
                if contents or cue.cited:
                    sure = 0.9 if cue.complete else 0.75
                    found.append(Attribution(cue.source, (cue.start, cue.end), contents, cue.group, cue.stance, cue.hedged, cue.rule, sure, cue.hearer, cue.cited))
        found += self._labels()
        owners = self._own_quotes()
        for quote in self.quotes:
            owner = owners.get(quote.start)
            if owner is not None:
                cue, rule, sure = owner
                found.append(Attribution(cue.source, (cue.start, cue.end), ((quote.start, quote.end),), cue.group, cue.stance, cue.hedged, rule, sure, cue.hearer, cue.cited))
        found = self._prune(found)
        found += self._sandwiched(found)
        return sorted(found, key=lambda a: (a.cue, a.contents))

    def _prune(self, found: list[Attribution]) -> list[Attribution]:
        """Without what a speaker says of plans, beliefs and others in passing: "X said he expected", "it shows", "everybody knew"."""
        outer = [a for a in found if a.source is not None and a.group in ("say", "report", "according", "colon")]
        kept = []
        for inner in found:
            around = [o for o in outer if o.cue != inner.cue and o.holds(inner.cue[0]) and o.size > inner.size]
            if around and inner.source is not None and self._in_passing(inner):
                continue
            kept.append(inner)
        return kept

    def _in_passing(self, inner: Attribution) -> bool:
        assert inner.source is not None
        if inner.group == "noun":
            return not (inner.source.named and inner.rule in ("noun target", "noun goal", "noun estimate", "noun forecast"))
        if inner.group in ("plan", "think"):
            return True
        if inner.group == "according" and re.match(r"(?:its|his|her|their|my|our)\b", inner.source.text, re.I):
            return True
        if inner.source.kind == "pronoun" and inner.source.stands_for is None:
            return True
        if inner.group == "show" and inner.source.kind != "document":
            return True
        return quote_at(self.quotes, inner.cue[0]) is not None and not inner.source.named and inner.source.kind != "document"

    def _clip(self, cue: Cue) -> tuple[Span, ...]:
        """Contents of a cue: of one inside a quotation clipped to it, of one outside stretched over quotations it touches."""
        home = quote_at(self.quotes, cue.start)
        contents = []
        for start, end in cue.contents:
            if home is not None:
                start, end = max(start, home.start), min(end, home.end)
            if start < end:
                contents.append((start, end))
        return tuple(sorted(set(contents)))

    def _labels(self) -> list[Attribution]:
        """Speakers of a transcript: labels in capitals before a colon, two or more in the text."""
        label = re.compile(r"[“\"]?(?P<name>[A-Z][A-Z.’' -]{2,30}):\s")
        marks = [(p, m) for p in self.document.paragraphs if (m := label.match(self.text, p.start, p.end))]
        if len(marks) < 2 or len({m.group("name") for _, m in marks}) < 2:
            return []
        found = []
        for number, (paragraph, match) in enumerate(marks):
            last = marks[number + 1][0].start if number + 1 < len(marks) else paragraph.end
            name = match.group("name")
            mention = Mention(match.start("name"), match.end("name"), match.start("name"), match.end("name"), name, name.split()[-1], name.split()[-1].lower(), "person", True, False)
            found.append(Attribution(mention, match.span("name"), ((match.end(), max(last, paragraph.end)),), "say", "asserts", False, "transcript label", 0.85))
        return found

    def _own_quotes(self) -> dict[int, tuple[Cue, str, float]]:
        """For each quotation (by start) the cue that governs it, with rule and sureness."""
        owners: dict[int, tuple[Cue, str, float]] = {}
        runs: dict[int, tuple[Cue, str, float]] = {}
        for quote in self.quotes:
            owner = self._signed(quote) or self._adjacent(quote) or self._unknown_verb(quote)
            if owner is not None:
                owners[quote.start] = (owner, "quoted beside the cue", 0.95)
                runs.setdefault(quote.run, (owner, "quotation over paragraphs", 0.9))
        for quote in self.quotes:
            if quote.start not in owners and quote.run in runs:
                owners[quote.start] = runs[quote.run]
        previous: Quote | None = None
        for quote in self.quotes:
            if quote.start not in owners and (quote.end - quote.start > 40 or self.text[quote.inner_end - 1] in ".,?!…—"):
                owner2 = self._inherited(quote, previous, owners)
                if owner2 is not None:
                    owners[quote.start] = owner2
                    for other in self.quotes:
                        if other.run == quote.run:
                            owners.setdefault(other.start, owner2)
            previous = quote
        return owners

    def _outside(self, first: int, last: int, quote: Quote) -> list[Cue]:
        """Cues with a source in some sentences (parsed only) that stand outside the quotation and every other one."""
        cues = []
        for index in range(first, last + 1):
            if 0 <= index < len(self._starts) and self.parses.has(index):
                cues += [c for c in self.cues(index) if c.source is not None and c.group in _SPEAKING and quote_at(self.quotes, c.start) is None]
        return cues

    def _signed(self, quote: Quote) -> Cue | None:
        """A quotation signed by its speaker: "..." ― Jane Doe."""
        signed = re.compile(r"\s*(?:―|—|–|--|-)\s?(?P<name>[A-Z][\w.’'-]+(?:\s(?:[A-Z][\w.’'-]*|of|de|van)){1,5})").match(self.text, quote.end)
        if signed is None:
            return None
        start, end = signed.span("name")
        name = signed.group("name").rstrip(".")
        mention = Mention(start, start + len(name), start, start + len(name), name, name.split()[-1], name.split()[-1].lower(), "person", True, False)
        return Cue("say", "―", start, end, mention, (), "asserts", False, "signed quotation", inside=(start, end), complete=True)

    def _unknown_verb(self, quote: Quote) -> Cue | None:
        """A verb that no list knows, right after a quotation that ends in a comma: ("...," sighed the cook)."""
        if self.text[quote.inner_end - 1] not in ",?!":
            return None
        index = self.sentence_at(quote.end - 1)
        if not self.parses.has(index):
            return None
        offset = self.document.sentences[index].start
        for token in self.parses[index]:
            at = offset + token.idx
            if at < quote.end or token.is_space or token.is_punct:
                continue
            if at - quote.end > 60 or quote_at(self.quotes, at) is not None:
                return None
            if token.tag_ in ("VBD", "VBZ", "VBP"):
                subject = next((c for c in token.children if c.dep_ in ("nsubj", "dobj", "attr") and offset + c.idx >= quote.end), None)
                if subject is None or subject.pos_ not in ("NOUN", "PROPN", "PRON"):
                    break
                mention = mention_of(subject, offset, token.i)
                return Cue("say", str(token.lemma_), at, at + len(token), mention, (), "asserts", False, "verb beside a quotation", inside=(min(at, mention.start), max(at + len(token), mention.end)), complete=True)
        named = re.compile(r"\s[a-z]{3,}(?:ed|s)\s(?P<who>(?:(?:the|a|an)\s)?(?:[a-z-]+\s){0,3}[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)").match(self.text, quote.end)
        if named is None:
            return None
        start, end = named.span("who")
        head = named.group("who").split()[-1]
        mention = Mention(start, end, start, end, named.group("who"), head, head.lower(), "person", True, False)
        return Cue("say", "beside", named.start(), named.end(), mention, (), "asserts", False, "verb beside a quotation", inside=named.span(), complete=True)

    def _adjacent(self, quote: Quote) -> Cue | None:
        """The cue beside a quotation: ("...," X said) after it or (X said: "...") before it, in its paragraph or at the end of the one before."""
        cues = self._outside(self.sentence_at(quote.start) - 1, self.sentence_at(quote.end - 1) + 1, quote)
        best: tuple[float, Cue] | None = None
        for cue in cues:
            if cue.source is None:
                continue
            low, high = min(cue.inside[0], cue.start), max(cue.inside[1], cue.end)
            after, before = low - quote.end, quote.start - high
            same = self.document.sentences[self.sentence_at(cue.start)].paragraph == quote.paragraph
            if 0 <= after <= 3 and same:
                gap = float(after)
            elif same and 0 <= after < 200 and any(a <= quote.start + 1 < b for a, b in cue.contents) and self.sentence_at(cue.start) == self.sentence_at(quote.end - 1):
                gap = 20.0 + after / 10
            elif same and 0 <= before and self.sentence_at(cue.start) == self.sentence_at(quote.start):
                between = self.text[high : quote.start]
                if before <= 3 or re.fullmatch(r"[^.!?]{0,160}[:,]\s*", between) or any(a <= quote.start + 1 < b for a, b in cue.contents):
                    gap = 3.0 + before / 10
                else:
                    continue
            elif not same and 0 <= before < 160 and re.search(r":\s*$", self.text[high : quote.start]):
                gap = 10.0 + before / 100
            else:
                continue
            if cue.group in ("plan", "think", "noun", "show"):
                gap += 8
            if best is None or gap < best[0]:
                best = (gap, cue)
        return best[1] if best else None

    def _inherited(self, quote: Quote, previous: Quote | None, owners: dict[int, tuple[Cue, str, float]]) -> tuple[Cue, str, float] | None:
        """A quotation without a cue beside it: of the quotation before it in its paragraph, of the cue before it, of the
        paragraph before."""
        paragraph = self.document.paragraphs[quote.paragraph]
        if previous is not None and previous.paragraph == quote.paragraph and previous.start in owners:
            return owners[previous.start][0], "quotation goes on", 0.85
        lead = [c for c in self._outside(paragraph.sentences[0], self.sentence_at(quote.start), quote) if c.end <= quote.start]
        if lead:
            return lead[-1], "cue before the quotation", 0.75
        later = [c for c in self._outside(self.sentence_at(quote.end - 1), paragraph.sentences[-1], quote) if c.start >= quote.end]
        if later:
            return later[0], "cue after the quotation", 0.7
        if quote.start > paragraph.start + 2 or paragraph.index == 0:
            return None
        before = self.document.paragraphs[paragraph.index - 1]
        if previous is not None and previous.paragraph == before.index and previous.start in owners:
            return owners[previous.start][0], "quotation of the paragraph before goes on", 0.75
        cues = [c for c in self._outside(before.sentences[0], before.sentences[-1], quote)]
        if cues:
            return cues[-1], "speaker of the paragraph before", 0.65
        return None

    def _sandwiched(self, found: list[Attribution]) -> list[Attribution]:
        """A bare sentence between two sentences of one source in its paragraph belongs to that source."""
        more: list[Attribution] = []
        sentences = self.document.sentences
        for paragraph in self.document.paragraphs:
            for index in paragraph.sentences[1:-1]:
                if any(c.complete and c.source is not None for c in (self.cues(index) if self.parses.has(index) else [])):
                    continue
                if not (self.parses.has(index - 1) and self.parses.has(index + 1)):
                    continue
                before = self._speaks(index - 1)
                after = self._speaks(index + 1)
                if before and after and before.source and after.source and self._same(before.source, after.source):
                    sentence = sentences[index]
                    more.append(
                        Attribution(after.source, (after.start, after.end), ((sentence.start, sentence.end),), after.group, "asserts", False, "inside one source's run", 0.8)
                    )
        return more

    def _speaks(self, index: int) -> Cue | None:
        cues = [c for c in self.cues(index) if c.source is not None and c.complete and c.group in _SPEAKING]
        return max(cues, key=lambda c: sum(b - a for a, b in c.contents)) if cues else None

    def _same(self, a: Mention, b: Mention) -> bool:
        first, second = self.resolve(a)[0], self.resolve(b)[0]
        one, two = first.head.lower(), second.head.lower()
        return one == two or one in second.text.lower() or two in first.text.lower()

    # ------------------------------------------------ answers

    def resolve(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        return self.mentions.resolve(mention)

    def speaker(self, start: int, end: int) -> Speaker:
        """The answer for one number."""
        around = sorted((a for a in self.attributions if a.holds(start)), key=lambda a: (a.source is None, a.size))
        quote = quote_at(self.quotes, start)
        quoted = self.text[quote.inner_start : quote.inner_end].strip() if quote else None
        hedged = any(a.hedged for a in around) or self._doubted(start)
        if not around and quote is not None and len(quoted or "") > 40 and (quoted or "")[-1] in ".!?…":
            return Speaker(None, None, None, None, "unresolved", hedged=hedged, quote=quoted, rule="quoted, speaker unclear", sure=0.4)
        if not around:
            return Speaker(None, None, None, None, "outlet", hedged=hedged, quote=quoted)
        inner = around[0]
        stance: Stance = next((a.stance for a in around if a.stance != "asserts"), "asserts")
        if inner.source is None and inner.cited is None:
            return Speaker(None, None, None, None, "unresolved", (), stance, hedged, quoted, inner.rule, 0.5)
        mention = inner.cited or inner.source
        assert mention is not None
        found, status, how = self.resolve(mention)
        relay = self._relay(around, found)
        return Speaker(
            source=found.text, words=(found.name_start, found.name_end), mention=(mention.start, mention.end), head=found.head, source_status=status, relay=relay,
            stance=stance, hedged=hedged, quote=quoted, rule=inner.rule if how == "as written" else f"{inner.rule}; {how}",
            sure=round(inner.sure * (1.0 if how in ("as written", "author") else 0.85), 3),
        )  # fmt: skip

    def _relay(self, around: list[Attribution], source: Mention) -> tuple[str, ...]:
        """Names through which the outlet has it, outermost first: who reports the source's words, who was told."""
        names: list[str] = []
        for attribution in around:
            if attribution.cited is not None and attribution.source is not None:
                names.append(self.resolve(attribution.source)[0].text)
            if attribution.hearer is not None and (attribution.rule == "quoted as saying" or _carries(attribution.hearer)):
                names.append(attribution.hearer.text)
            if attribution is not around[0] and attribution.source is not None and attribution.group in ("say", "report", "according", "colon"):
                mention = self.resolve(attribution.source)[0]
                if mention.head != source.head and mention.text != source.text:
                    names.append(mention.text)
        kept: list[str] = []
        for name in names:
            if name not in kept and name != source.text:
                kept.append(name)
        return tuple(reversed(kept))

    def _doubted(self, start: int) -> bool:
        sentence = self.document.sentences[self.sentence_at(start)]
        return bool(_hedges().search(sentence.flat))


@lru_cache(maxsize=1)
def _hedges() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(w) for w in word_sets()["hedges"]) + r")\b", re.I)


def _points_back(mention: Mention) -> bool:
    """Whether a mention needs an earlier speaker: a pronoun, or a bare "the minister"."""
    if mention.kind == "pronoun":
        return True
    return mention.kind == "person" and not mention.named and len(mention.text.split()) < 4 and mention.text.lower().startswith("the ")


_SPEAKING = {"say", "report", "according", "think", "deny", "dispute", "colon", "plan", "show", "noun"}


def _carries(mention: Mention) -> bool:
    """Whether being told makes somebody a relay: a name, not a court or a crowd."""
    words = word_sets()
    spoken = {w.lower().rstrip("s") for w in re.findall(r"\w+", mention.text)} | {w.lower() for w in re.findall(r"\w+", mention.text)}
    if spoken & words["carriers"] and (mention.named or len(mention.text.split()) > 1):
        return True
    if spoken & words["never"]:
        return False
    return mention.named and not spoken & (words["hearers"] | words["titles"] | words["person"]) and (mention.text.isupper() or mention.text.lower().startswith("the ") or len(mention.text.split()) == 1 and mention.text[0].isupper())
