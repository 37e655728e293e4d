"""Who says a number: the sentence's cues, the quotations around it and the run of one source's words, over a whole
article.

Public: `attribute_numbers` (one `Speaker` per number), `read_attributions` (source, cue and content of every
attribution that may govern a number) and `read_denials` (denials and disputes without a number). Meaning: section 4 of
docs/figures.md. Of several attributions that hold a number the innermost gives the source; those around it are relays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.document.document import Document, Parses, Sentence, flatten
from processing.claims.speaker.attribution import Attribution, Span
from processing.claims.speaker.attributions import Attributions
from processing.claims.speaker.cue import CueForm
from processing.claims.speaker.mentions import Mention, mention_of, word_sets
from processing.claims.speaker.quotations import quote_at
from processing.claims.speaker.stances import StanceRule, Stood, is_own_notice, read_stance
from schemas.records import SourceStatus, Stance

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = [
    "Attribution",
    "Denied",
    "Speaker",
    "attribute_numbers",
    "read_attributions",
    "read_denials",
    "sentences_for_denials",
    "sentences_for_numbers",
]


_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|(?:b|tr)illions?|dozens?|scores|half|double|couple|several|few|handful|no|none|one|third|quarter|fifth)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says one number. `source` is the text to cite (None where `source_status` is outlet), at offsets `words`;
    `mention` is where the cue names its source (a pronoun perhaps); `relay` is outermost first; `quote` the quoted
    words that hold the number."""

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
    stance_rule: StanceRule | None = None


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
    of_figure: bool = False  # the sentence's own figure is what is denied ("..., a toll that the army disputes")


def attribute_numbers(document: Document, parses: Parses, spans: Sequence[Span]) -> list[Speaker]:
    """Who says the number at each span (document offsets), in the order given. Parses only sentences with a number and
    those whose cue may govern one."""
    article = Attributions(document, parses, [start for start, _ in spans]).read()
    return [_speaker(article, start) for start, end in spans]


def read_attributions(document: Document, parses: Parses, spans: Sequence[Span] | None = None) -> list[Attribution]:
    """Every attribution that may govern one of the spans (None: any figure of the text), in text order."""
    starts = [m.start() for m in _FIGURE.finditer(document.text)] if spans is None else [start for start, _ in spans]
    return Attributions(document, parses, starts).read().attributions


def sentences_for_numbers(document: Document, parses: Parses, spans: Sequence[Span]) -> set[int]:
    """The sentences that `attribute_numbers` will parse for the numbers at these spans, to be parsed with those of
    other documents."""
    return Attributions(document, parses, [start for start, _ in spans]).wanted


def sentences_for_denials(document: Document, parses: Parses) -> set[int]:
    """The sentences that `read_denials` will parse."""
    wanted = _denying(document)
    return Attributions(document, parses, [at for _, at in wanted]).wanted if wanted else set()


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    words = word_sets()
    stems = "|".join(sorted({w.rstrip("ye") for w in words["deny"] | words["dispute"]}, key=len, reverse=True))
    return re.compile(rf"\b(?:{stems})\w*|\bno truth\b|\buntrue\b|\bfalse\b|\bdenials?\b", re.I)


def _denying(document: Document) -> list[tuple[Sentence, int]]:
    """The sentences with a word of denial, and where in the document it stands."""
    pattern = _denial()
    return [(s, s.start + m.start()) for s in document.sentences if (m := pattern.search(s.flat))]


def read_denials(document: Document, parses: Parses) -> list[Denied]:
    """Denials and disputes whose content holds no figure, in text order. Only sentences with a verb of denial are
    parsed."""
    wanted = _denying(document)
    if not wanted:
        return []
    article = Attributions(document, parses, [at for _, at in wanted]).read()
    found = []
    for sentence, _ in wanted:
        of_figure = _disputed_figures(article, sentence)
        found += of_figure
        for cue in article.cues(sentence.index) if not of_figure else ():
            if cue.stance == "asserts" or cue.source is None or not cue.contents:
                continue
            start, end = min(a for a, _ in cue.contents), max(b for _, b in cue.contents)
            denies = flatten(document.text[start:end]).strip(" ,.;:")
            if re.search(r"\d", denies) or len(denies.split()) < 2:
                continue
            mention, status, rule = article.resolve(cue.source)
            how = cue.rule if rule == "as written" else f"{cue.rule}, {rule}"
            relay = (_outlet_of(cue.hearer.text),) if cue.hearer is not None and _carries(cue.hearer) else ()
            found.append(
                Denied(
                    source=mention.text,
                    words=(mention.name_start, mention.name_end),
                    head=mention.head,
                    source_status=status,
                    stance=cue.stance,
                    denies=denies,
                    denies_words=(start, end),
                    start=sentence.start,
                    end=sentence.end,
                    sentence=sentence.index,
                    rule=how,
                    relay=relay,
                )
            )
    return found


def _disputed_figures(article: Attributions, sentence: Sentence) -> list[Denied]:
    """ "The war has killed 40,000 people, a figure that analysts dispute": a third party's dispute of the number before
    it."""
    doc, found = article.parses[sentence.index], []
    for verb in doc:
        stance, noun = _dispute_stance(verb), _disputed_noun(verb)
        if stance is None or noun is None:
            continue
        in_one = noun != verb.head
        who = _disputer(verb)
        start = doc[noun.i - 1].idx if in_one and noun.i else noun.left_edge.idx
        before = sentence.flat[:start].rstrip(" ,;-–—")
        if who is None or not _FIGURE.search(before):
            continue
        said = mention_of(who, sentence.start, verb.i if who.i < verb.i else None)
        if in_one:
            first = sentence.start + doc[noun.i + 1].idx
            text = sentence.flat[first - sentence.start : said.name_end - sentence.start]
            said = replace(said, start=first, name_start=first, text=text)
        mention, status, _ = article.resolve(said)
        found.append(
            Denied(
                source=mention.text,
                words=(mention.name_start, mention.name_end),
                head=mention.head,
                source_status=status,
                stance=stance,
                denies=before,
                denies_words=(sentence.start, sentence.start + len(before)),
                start=sentence.start,
                end=sentence.end,
                sentence=sentence.index,
                rule="dispute of the figure before it",
                of_figure=True,
            )
        )
    return found


def _dispute_stance(verb: Token) -> Stance | None:
    lemma, words = str(verb.lemma_).lower(), word_sets()
    return "denies" if lemma in words["deny"] else "disputes" if lemma in words["dispute"] else None


def _disputed_noun(verb: Token) -> Token | None:
    """The "figure" or "number" that a verb's clause disputes: the noun above it, or one that is parsed as one name with
    the verb's subject ("a number aid workers dispute"); None where there is none before the verb."""
    noun: Token | None = verb.head if verb.dep_ in ("relcl", "acl") else None
    if noun is None:
        subjects = (c for c in verb.children if c.dep_ == "nsubj")
        noun = next((t for c in subjects for t in c.subtree if t.dep_ == "compound" and t.i < c.i), None)
    if noun is None or noun.lemma_.lower() not in word_sets()["pointing"] or noun.i > verb.i:
        return None
    return noun


def _disputer(verb: Token) -> Token | None:
    """Who disputes: the verb's subject, or whom "by" names."""
    by = (t for t in verb.children if t.dep_ in ("agent", "prep") and t.lower_ == "by")
    agents = [c for t in by for c in t.children if c.dep_ == "pobj"]
    who = [*verb.children, *agents]
    return next((t for t in who if t.dep_ in ("nsubj", "pobj") and t.pos_ in ("NOUN", "PROPN")), None)


def _speaker(article: Attributions, start: int) -> Speaker:
    """The answer for one number."""
    around = article.around(start)
    quote = quote_at(article.quotes, start)
    quoted = article.text[quote.inner_start : quote.inner_end].strip() if quote else None
    hedged = any(a.hedged for a in around) or _doubted(article, start)
    index = article.sentence_at(start)
    stood = read_stance(article.document, index, article.parses[index], start) if article.parses.has(index) else None
    if stood is not None:
        around = [a for a in around if a.source is None or not is_own_notice(stood.rule, a.source.text)]
    around, stance = _standing(around, stood, start)
    bare = Speaker(
        None,
        None,
        None,
        None,
        "outlet",
        stance=stance,
        hedged=hedged,
        quote=quoted,
        stance_rule=stood.rule if stood is not None else None,
    )
    if not around and quote is not None and len(quoted or "") > 40 and (quoted or "")[-1] in ".!?…":
        return replace(bare, source_status="unresolved", rule="quoted, speaker unclear", sure=0.4)
    if not around:
        return bare
    inner = around[0]
    mention = inner.cited or inner.source
    if mention is None:
        return replace(bare, source_status="unresolved", rule=inner.rule, sure=0.5)
    return _named(article, bare, around, mention)


def _named(article: Attributions, bare: Speaker, around: list[Attribution], mention: Mention) -> Speaker:
    """The answer with its source as the headline or article first names it. `around`: the innermost first."""
    inner = around[0]
    found, status, how = article.resolve(mention)
    written = article.text[found.name_start : found.name_end]
    found = (
        replace(found, text=written) if written.lower() == found.text.lower() else found
    )  # as the headline writes it
    return replace(
        bare,
        source=found.text,
        words=(found.name_start, found.name_end),
        mention=(mention.start, mention.end),
        head=found.head,
        source_status=status,
        relay=_relay(article, around, found),
        rule=inner.rule if how == "as written" else f"{inner.rule}; {how}",
        sure=round(inner.sure * (1.0 if how in ("as written", "author") else 0.85), 3),
    )


def _standing(around: list[Attribution], stood: Stood | None, start: int) -> tuple[list[Attribution], Stance]:
    """The attributions with the one first that gives the number's source, and the number's stance.

    Who denies or disputes what somebody claims is the source ("the army rejected claims by rebels that 28 died"); of a
    number denied by contrast it is who says the sentence ("not the 8% the unions predict")."""
    denier = next((a for a in around if a.stance != "asserts" and a.source is not None), None)
    inner = around[0] if around else None
    own = denier is not None and inner is not None and inner.source is not None and inner.source == denier.source
    if own and inner is not denier and inner is not None and inner.stance == "asserts":
        around = [a for a in around if a is not denier]  # "denies that 30 deserted and says two did"
        denier = None
    stance: Stance = next((a.stance for a in around if a.stance != "asserts"), "asserts")
    if (
        denier is not None
        and around[0] is not denier
        and (around[0].group in ("noun", "think") or denier.holds(around[0].cue[0]))
    ):
        around = [denier, *(a for a in around if a.size > denier.size)]  # who is denied is no relay
    if stood is None:
        return around, stance
    beside = stood.outer and bool(around) and around[0].cue[0] > start
    if beside and (len(around) > 1 or around[0].group in ("think", "plan") or around[0].lemma == "predict"):
        around = around[1:]
    return around, stood.stance if stance == "asserts" else stance


def _relay(article: Attributions, around: list[Attribution], source: Mention) -> tuple[str, ...]:
    """Names through which the outlet has it, outermost first: who reports the source's words, who was told."""
    names: list[str] = []
    for attribution in around:
        if attribution.cited is not None and attribution.source is not None:
            names.append(article.resolve(attribution.source)[0].text)
        if attribution.hearer is not None and (attribution.form is CueForm.QUOTED_AS or _carries(attribution.hearer)):
            names.append(_outlet_of(attribution.hearer.text))
        if (
            attribution is not around[0]
            and attribution.source is not None
            and attribution.group in ("say", "report", "according", "colon")
        ):
            mention = article.resolve(attribution.source)[0]
            if mention.head != source.head and mention.text != source.text:
                names.append(mention.text)
    kept: list[str] = []
    for name in names:
        if name not in kept and name != source.text:
            kept.append(name)
    return tuple(reversed(kept))


_PROGRAMME = re.compile(
    r"\s(?:radio |television |TV |news |current affairs )?(?:programme|program|show|podcast|bulletin|newspaper)$"
)


def _outlet_of(hearer: str) -> str:
    """The relay behind a hearer as written: "the BBC's Today programme" is the BBC, "Sarn's Weekly Mirror programme"
    the Weekly Mirror."""
    owner, mark, own = (
        re.split(r"(['’]s )", hearer, maxsplit=1) if re.search(r"['’]s [A-Z]", hearer) else ("", "", hearer)
    )
    words = {w.lower() for w in re.findall(r"\w+", owner)}
    if mark and (words & word_sets()["carriers"] or owner.split()[-1].isupper()):
        return owner
    return _PROGRAMME.sub("", own)


def _doubted(article: Attributions, start: int) -> bool:
    sentence = article.document.sentences[article.sentence_at(start)]
    return bool(_hedges().search(sentence.flat))


@lru_cache(maxsize=1)
def _hedges() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(w) for w in word_sets()["hedges"]) + r")\b", re.I)


def _carries(mention: Mention) -> bool:
    """Whether being told makes somebody a relay: a name, not a court or a crowd."""
    words = word_sets()
    spoken = {w.lower().rstrip("s") for w in re.findall(r"\w+", mention.text)} | {
        w.lower() for w in re.findall(r"\w+", mention.text)
    }
    if _PROGRAMME.search(mention.text) and re.search(r"[A-Z]", mention.text):
        return True
    if spoken & words["carriers"] and (mention.named or len(mention.text.split()) > 1):
        return True
    if spoken & words["never"]:
        return False
    return (
        mention.named
        and not spoken & (words["hearers"] | words["titles"] | words["person"])
        and (
            mention.text.isupper()
            or mention.text.lower().startswith("the ")
            or (len(mention.text.split()) == 1 and mention.text[0].isupper())
        )
    )
