"""Who says what in one parsed sentence: all its cues, and how they part the sentence between them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.speaker.cue import Cue, verb_forms
from processing.claims.speaker.elliptical_cues import compared_cues, gapped_cues
from processing.claims.speaker.headline_cues import headline_cues, speakers_in_turn
from processing.claims.speaker.inverted_cues import inverted_cues
from processing.claims.speaker.mentions import mention_of, plain_mention, word_sets
from processing.claims.speaker.mistagged_cues import mistagged_cue
from processing.claims.speaker.noun_cues import according_cue, before_quotation, noun_cue, set_by_cue
from processing.claims.speaker.poll_cues import poll_cues
from processing.claims.speaker.predicate_cues import predicate_cue
from processing.claims.speaker.set_off_cues import set_off_cues
from processing.claims.speaker.verb_cues import support_cue, verb_cue

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc

__all__ = ["read_cues"]


def read_cues(doc: Doc, offset: int, *, headline: bool = False) -> list[Cue]:
    """All cues of a sentence; `offset` is its start in the document. `headline`: also colon speakers and tails."""
    found: list[Cue] = []
    for token in doc:
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            cue = verb_cue(token, offset) or support_cue(token, offset) or predicate_cue(token, offset)
            if cue:
                found.append(cue)
        if token.lower_ in ("according", "based", "per") or (
            token.lower_ == "as" and doc[min(token.i + 1, len(doc) - 1)].lower_ == "per"
        ):
            cue = according_cue(token, offset)
            if cue:
                found.append(cue)
        if token.pos_ in ("NOUN", "PROPN"):
            cue = noun_cue(token, offset)
            if cue:
                found.append(cue)
        if token.lower_ in word_sets()["set_by"] and (cue := set_by_cue(token, offset)):
            found.append(cue)
        if verb_forms().get(token.lower_) and token.pos_ in ("NOUN", "PROPN"):
            cue = mistagged_cue(token, offset)
            if cue:
                found.append(cue)
    found = set_off_cues(doc, inverted_cues(doc, found, offset), offset)
    in_turn = speakers_in_turn(doc, offset) if headline and not doc.text.rstrip().endswith(".") else []
    if in_turn:
        found = [c for c in found if c.group not in ("say", "report", "deny")] + in_turn
    else:
        found += headline_cues(doc, offset, headline)
    found += before_quotation(doc, offset)
    found = poll_cues(doc, found, offset)
    found = compared_cues(doc, gapped_cues(doc, found, offset) if not in_turn else found, offset)
    found = _citing(doc, found, offset)
    found = _carried(doc, found, offset)
    found = _parted_by_contrast(found, doc, offset)
    found = _without_half_cues(found)
    found = _over_semicolons(_share_according(found, doc, offset), doc, offset)
    return [_clip_according(cue, found, doc, offset) if cue.group == "according" else cue for cue in found]


def _citing(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """ "Reuters reported, citing two officials, that ...": the cue's source is the relay, who is cited the source."""
    for token in doc:
        if token.lower_ not in ("citing", "quoting") or (token.i and doc[token.i - 1].lower_ in ("without", "not")):
            continue
        noun = next((c for c in token.children if c.dep_ in ("dobj", "pobj")), None)
        if noun is not None and any(c.dep_ == "det" and c.lower_ == "no" for c in noun.children):
            found = [c for c in found if c.start != offset + token.idx]
            continue  # "citing no survey"
        cues = [
            c
            for c in found
            if c.group in ("say", "report", "colon") and c.source is not None and c.start != offset + token.idx
        ]
        if noun is None or noun.pos_ not in ("NOUN", "PROPN", "PRON") or not cues:
            continue
        near = min(cues, key=lambda c: abs(c.start - offset - token.idx))
        phrase = (offset + token.idx, offset + noun.right_edge.idx + len(noun.right_edge))
        cited = mention_of(noun, offset, None)
        tail = next((c.left_edge.idx for c in noun.children if c.dep_ == "relcl"), None)
        phrase = (phrase[0], min(phrase[1], cited.end, offset + tail if tail is not None else cited.end))
        found = [c for c in found if c.start != offset + token.idx]
        found = [replace(c, cited=cited, contents=_without(c.contents, phrase)) if c is near else c for c in found]
    return found


_CARRIED = re.compile(
    r"\b(?:interview (?:with|on|to|for|by)|speaking (?:to|on|with)|talking to|"
    r"(?:comments?|remarks|statement|briefing) (?:to|carried by|reported by|published by)|"
    r"(?:cited|carried|reported|published|quoted) (?:by|on|in)) (?P<who>(?:the |state "
    r")?(?:[A-Z][\w.&’'-]*\s?|(?:news|state) agency\s?){1,5})"
)


def _carried(doc: Doc, found: list[Cue], offset: int) -> list[Cue]:
    """ "In an interview with the BBC, she said", "in remarks carried by KCNA": the carrier is the relay of the
    sentence's speakers."""
    match = _CARRIED.search(doc.text)
    if match is None:
        return found
    start, end = match.start("who"), match.start("who") + len(match.group("who").rstrip(" ."))
    name = doc.text[start:end]
    if not {w.lower() for w in re.findall(r"\w+", name)} & word_sets()["carriers"]:
        return found
    carrier = plain_mention(offset + start, name, "body", True)
    return [
        replace(c, hearer=carrier)
        if c.group in ("say", "report")
        and c.hearer is None
        and c.source is not None
        and not c.source.name_start <= carrier.start < c.source.name_end
        else c
        for c in found
    ]


def _without(contents: tuple[tuple[int, int], ...], gap: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in contents:
        kept += [(a, b) for a, b in ((start, min(end, gap[0])), (max(start, gap[1]), end)) if a < b]
    return tuple(kept)


def _without_half_cues(found: list[Cue]) -> list[Cue]:
    """What one speaker says never takes in another speaker without his verb: "she said that ..., and when pressed the
    mother of three | replied"."""
    for other in found:
        if other.source is None or not other.contents or other.group not in ("say", "report"):
            continue
        if other.source.start > other.start:
            continue
        phrase = (other.source.start, other.source.end)
        found = [
            replace(c, contents=_without(c.contents, phrase))
            if c is not other and any(a <= phrase[0] and phrase[1] <= b <= other.start for a, b in c.contents)
            else c
            for c in found
        ]
    return found


def _parted_by_contrast(found: list[Cue], doc: Doc, offset: int) -> list[Cue]:
    """ "Rebels said 54 died, while the army put it at 20": what one speaker says ends where another is set against
    him."""
    contrasting = word_sets()["contrasting"]
    for other in found:
        if other.source is None or other.group not in ("say", "report", "deny", "dispute"):
            continue
        start = min(other.source.start, other.inside[0]) - offset
        mark = next((t for t in reversed(doc) if t.idx < start), None)
        if mark is None or mark.lower_ not in contrasting:
            continue
        gap = (offset + mark.idx, offset + len(doc.text))
        found = [
            replace(c, contents=_without(c.contents, gap))
            if c.start < gap[0] and c.source is not None and c.contents and c.contents[0][0] < gap[0]
            else c
            for c in found
        ]
    return found


def _over_semicolons(found: list[Cue], doc: Doc, offset: int) -> list[Cue]:
    """ "X has 310 beds, a doctor said; 26 are empty": a bare clause behind a semicolon belongs to the only speaker of
    the one before it."""
    parts = [(offset + a, offset + b) for a, b in _between_semicolons(doc.text)]
    for (start, end), (low, high) in itertools.pairwise(parts):
        speaking = [c for c in found if c.source is not None and start <= c.start < end]
        bare = not any(c for c in found if low <= c.start < high or any(b > low for _, b in c.contents))
        last = max(speaking, key=lambda c: sum(b - a for a, b in c.contents), default=None)
        if last is None or not bare or last.lemma not in word_sets()["going_on"] or last.stance != "asserts":
            continue
        if not last.complete or any(t in doc.text[low - offset : high - offset] for t in '“”"'):
            continue
        found = [replace(c, contents=(*c.contents, (low, high))) if c is last else c for c in found]
    return found


def _share_according(found: list[Cue], doc: Doc, offset: int) -> list[Cue]:
    """Several "according to" in one sentence part it between them."""
    several = sorted((c for c in found if c.group == "according"), key=lambda c: c.inside)
    if len(several) < 2:
        return found
    leading = several[0].inside[0] - offset < 3
    parts: dict[int, tuple[int, int]] = {}
    for i, cue in enumerate(several):
        if leading:
            parts[cue.start] = (
                cue.inside[1],
                several[i + 1].inside[0] if i + 1 < len(several) else offset + len(doc.text),
            )
        else:
            parts[cue.start] = (several[i - 1].inside[1] if i else offset, cue.inside[0])
    return [
        replace(c, contents=(parts[c.start],))
        if c.group == "according" and parts[c.start][0] < parts[c.start][1]
        else c
        for c in found
    ]


def _clip_according(cue: Cue, found: list[Cue], doc: Doc, offset: int) -> Cue:
    """ "X reports that A died, according to Y": Y governs what X reports; and no "according to" reaches over a
    semicolon."""
    bounds = [(offset + a, offset + b) for a, b in _between_semicolons(doc.text) if a <= cue.start - offset < b]
    for other in found:
        if other.complete and other.group in ("say", "report") and other.start < cue.start:
            bounds += [span for span in other.contents if span[0] <= cue.start <= span[1] + 3]
    contents = cue.contents
    for low, high in bounds:
        contents = tuple((max(a, low), min(b, high)) for a, b in contents if max(a, low) < min(b, high))
    contents = tuple(_trim(doc.text, a - offset, b - offset, offset) for a, b in contents)
    return replace(cue, contents=contents)


def _trim(text: str, start: int, end: int, offset: int) -> tuple[int, int]:
    """Without "that", spaces and commas at the ends."""
    lead = re.match(r"(?:[\s,]|that\b)*", text[start:end])
    start += lead.end() if lead else 0
    while end > start and text[end - 1] in " ,":
        end -= 1
    return offset + start, offset + end


def _between_semicolons(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(m.end() for m in re.finditer(";", text)), len(text)]
    return list(itertools.pairwise(cuts))
