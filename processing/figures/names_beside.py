"""What stands beside a number: the names that a distance or a number of inhabitants is of, its role, the countries of
its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from processing.figures.cities import country_of_city
from processing.figures.lexicon import Lexicon, scope_words, stem
from processing.figures.names import AliasList, words_of
from processing.figures.sentences import Token, behind_number, names_in, source_at
from processing.words import load_words
from schemas.records import Claim

__all__ = ["holder_before", "lands_of", "names_after", "names_before", "role_of"]


def role_of(sentence_tokens: Sequence[Token], at: int, after: int, lists: Lexicon) -> str | None:
    """Which of several measures of one unit a number is ("depth", "distance"), by the words next to it; None where they
    do not say."""
    depth, seen = 0, 0
    for token in sentence_tokens[after:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth > 0 or token.text in "()":
            continue  # a conversion in brackets
        if role := lists.roles.get(token.lower):
            return role
        seen += 1
        if seen == 3:
            break
    return next(
        (role for i in range(at - 1, max(at - 4, -1), -1) if (role := lists.roles.get(sentence_tokens[i].lower))), None
    )


def names_after(sentence: str, tokens: Sequence[Token], after: int, claim: Claim) -> frozenset[str]:
    """The first run of names after a measure: "14 miles north of Healdsburg"; empty where there is none within 70
    characters."""
    skip = source_at(claim)
    end = tokens[after].start if after < len(tokens) else len(sentence)
    found: list[str] = []
    last = None
    for token in names_in(sentence, end, min(len(sentence), end + 70), skip):
        if last is not None and re.search(r"[,;]|\w{3,}", sentence[last : token.start]):
            break
        found.append(stem(token.text))
        last = token.start + len(token.text)
    return frozenset(found)


def holder_before(tokens: Sequence[Token], start: int, claim: Claim, lists: Lexicon) -> frozenset[str]:
    """Whose share of a whole it is: "the *firms covered* 75 per cent of the cost". The stems before a share that "of"
    follows; empty where nothing but the speaker stands there, and of shares of people, whose part is told by the
    event."""
    if not re.match(r"\s*of\b", behind_number(claim)):
        return frozenset()
    first, last = source_at(claim) or (0, 0)
    words = (
        t
        for t in tokens
        if t.start < start
        and not first <= t.start < last
        and t.text[0].isalpha()
        and t.lower not in scope_words("saying")
    )
    does = {stem(word) for word in (claim.event or "").split()}
    return frozenset(s for t in words if (s := stem(t.text)) not in lists.empty | does)


def names_before(sentence: str, start: int, claim: Claim) -> frozenset[str]:
    """Where a number of inhabitants is of: "Qeshm, home to 120,000 people" the name right before; "Qeshm, an island off
    Bandar Abbas, has a population of" the first name."""
    runs: list[list[str]] = []
    last = None
    subject = False
    for token in names_in(sentence, 0, start, source_at(claim)):
        if not runs:
            subject = not re.search(
                r"\b(?:of|from|off|near|to|in|at|on|by)\s+(?:the\s+)?(?:[\w-]+\s+){0,4}$", sentence[: token.start]
            )
        if last is None or sentence[last : token.start].strip(" -'’s"):
            runs.append([])
        runs[-1].append(stem(token.text))
        last = token.start + len(token.text)
    if not runs:
        return frozenset()
    if re.search(r"\b(?:is|are|has|have|had|with|was)\b[^,]*$", sentence[:start]):
        return frozenset(runs[0] if subject else ())
    return frozenset(runs[-1])


_IN = re.compile(
    r"\b(?:in|hit|struck|rocked|shook|across|off)\s+(?:the\s+)?((?:[a-z]+ern\s+|[a-z]+\s+)?[A-Z][\w'’]+(?:\s+[A-Z][\w'’]+)*)"
)


@lru_cache(maxsize=2)
def _countries(_loaded: int) -> AliasList:
    return AliasList.build(load_words("countries")["countries"])


def lands_of(claim: Claim, clause: str) -> frozenset[str]:
    """Countries that a clause puts its event in, by name or by a city of theirs."""
    lists = _countries(id(load_words("countries")))
    found = set()
    for phrase in (claim.place or "", *_IN.findall(clause)):
        if match := lists.find([w for w in words_of(phrase) if w.key != "the"]):
            found.add(match.id)
    city = country_of_city(claim.place) if claim.place and not found and claim.place in clause else None
    return frozenset(found | {city} if city else found)
