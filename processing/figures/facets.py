"""What a claim's own words show of the figure it belongs to: what is counted, event, which occurrence, scope, names beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from processing.figures.lexicon import Lexicon, lexicon, stem
from processing.figures.names import AliasList, words_of
from processing.measures import dimension
from processing.words import load_words
from schemas.records import Claim

__all__ = ["MAIN", "Facet", "Occurrence", "read_facets"]

_TOKEN = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’\-][^\W\d_]+)*|[;:,()]")
_MONTHS = {
    m: i
    for i, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep", "october oct", "november nov", "december dec"), 1
    )
    for m in names.split()
}  # fmt: skip
_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Which occurrence of an event: the story's own (`past` false), or an earlier one known by month, year or names."""

    past: bool = False
    months: frozenset[str] = frozenset()  # "2003-12"
    years: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


MAIN = Occurrence()


@dataclass(frozen=True, slots=True)
class Facet:
    """What one claim's own words show. Words and names are stems in lower case."""

    claim: Claim
    unit: str  # "magnitude" also where the reader saw a bare number before "quake"
    aspect: str  # "level" also of "killed 10 and injured dozens more"
    dimension: str
    thing: str | None  # class of things.toml, or the head's stem
    head: str | None  # the head's stem
    event: str | None  # event of events.toml, or the event's stem
    role: str | None  # which of several measures of one unit
    occurrence: Occurrence
    partial: bool
    span: bool  # the number adds up more than the event at hand
    place: frozenset[str]
    anchors: frozenset[str]  # names right beside the number
    lands: frozenset[str]  # countries where it happened, by the words "in <country>" of the clause and the claim's place
    words: frozenset[str]  # of the clause or sentence, without empty words
    near: frozenset[str]  # the words next to the number
    shock: float | None  # the magnitude that its sentence gives
    grows: bool  # the sentence tells of a number that changed
    mask: str  # the sentence with its numbers masked, and which of them this is
    origin: str

    @property
    def values(self) -> tuple[float | None, float | None]:
        """Low and high as read."""
        return self.claim.low, self.claim.high


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int

    @property
    def lower(self) -> str:
        return self.text.lower()


@lru_cache(maxsize=4096)
def _tokens(sentence: str) -> tuple[_Token, ...]:
    return tuple(_Token(m.group(), m.start()) for m in _TOKEN.finditer(sentence))


def _at(tokens: Sequence[_Token], offset: int) -> int:
    """Index of the token at or after an offset."""
    return next((i for i, t in enumerate(tokens) if t.start + len(t.text) > offset), len(tokens))


_CUT = re.compile(r";|,? while |, but |, and (?=[\w',]+ (?:\w+ )?(?:was|were|are|is|had|have|put|said|died)\b)|, with (?=\d)| - - ", re.IGNORECASE)


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the clause that holds a number."""
    first, last = 0, len(sentence)
    for cut in _CUT.finditer(sentence):
        if cut.end() <= start:
            first = cut.end()
        elif cut.start() >= end:
            last = cut.start()
            break
    return first, last


def _names(sentence: str, first: int, last: int, skip: tuple[int, int] | None) -> Iterator[_Token]:
    """Capitalised words of a stretch that are no weekday, month or first word of the sentence."""
    tokens = _tokens(sentence)
    for i, token in enumerate(tokens):
        if not first <= token.start < last or not token.text[0].isupper() or len(token.text) < 2:
            continue
        if skip is not None and skip[0] <= token.start < skip[1]:
            continue
        if token.lower in _DAYS or token.lower in _MONTHS or (i == 0 and token.lower in _STARTERS):
            continue
        yield token


_STARTERS = {
    "the", "a", "an", "in", "on", "at", "it", "he", "she", "they", "this", "that", "these", "those", "after", "before", "while", "when", "but", "and", "police", "officials",
    "more", "most", "some", "several", "many", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "at", "about", "nearly", "another", "other", "there",
    "as", "by", "for", "from", "if", "its", "his", "her", "their", "no", "one", "state", "last", "according", "thieves", "since", "with", "of", "to", "we", "i", "you", "during",
}  # fmt: skip

_MONTH = "|".join(sorted((m.capitalize() for m in _MONTHS), key=len, reverse=True))
_MONTH_DATE = re.compile(rf"\b({_MONTH})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+(\d{{4}})\b)?")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b(?!\s*(?:tents|people|homes|houses|km|miles|troops|soldiers|men|yards|dollars|metres|meters))")
_SINCE = re.compile(rf"\bsince (?:early |late |mid-)?(?:(?:{_MONTH})\b\.?(?:\s+\d{{1,2}})?,?\s*)?(?:\d{{4}}\b)?", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:months?|years?|decades?)\s+after\b", re.IGNORECASE)


def _dates(stretch: str, published: date | None) -> tuple[set[str], set[int]]:
    """Months and years that a stretch names and that lie before the month of publication or the one before it by more than 20 days."""
    months: set[str] = set()
    years: set[int] = set()
    if published is None:
        return months, years
    covered: list[tuple[int, int]] = []
    stretch = _SINCE.sub(lambda m: " " * len(m.group()), stretch)
    for match in _MONTH_DATE.finditer(stretch):
        month = _MONTHS[match.group(1).lower()]
        if match.group(2) is None and match.group(1) in ("May", "March") and not re.search(r"(?:\bin|last|since|,|this|of)\s+$|^In $", stretch[: match.start()], re.IGNORECASE):
            continue
        year = int(match.group(2)) if match.group(2) else published.year if month <= published.month else published.year - 1
        covered.append(match.span())
        end = date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
        if end < published - timedelta(days=20):
            months.add(f"{year}-{month:02d}")
    for match in _YEAR.finditer(stretch):
        if not any(a <= match.start() < b for a, b in covered) and int(match.group(1)) < published.year:
            years.add(int(match.group(1)))
    if re.search(r"\blast month\b", stretch, re.IGNORECASE):
        end = published.replace(day=1) - timedelta(days=1)
        months.add(f"{end.year}-{end.month:02d}")
    if re.search(r"\blast year\b", stretch, re.IGNORECASE):
        years.add(published.year - 1)
    if match_ago := re.search(r"\b(\w+) years? ago\b", stretch, re.IGNORECASE):
        small = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
        word = match_ago.group(1).lower()
        if word in small or word.isdigit():
            years.add(published.year - (small.get(word) or int(word)))
    return months, years


def _occurrence(claim: Claim, sentence: str, first: int, last: int, lists: Lexicon) -> Occurrence:
    published = claim.published.date() if claim.published else None
    clause = sentence[first:last]
    months, years = _dates(clause, published)
    if not months and not years:
        months, years = _dates(sentence, published)
        # a date elsewhere in the sentence belongs to another number where this clause has a day of its own
        if (months or years) and any(t.lower in _DAYS or t.lower in ("today", "yesterday") for t in _tokens(clause)):
            months, years = set(), set()
    lower = clause.lower()
    before = sentence[: claim.start - claim.sentence_start]
    stated = claim.as_of if claim.as_of is not None and not claim.as_of_guess else claim.period
    past = bool(months or years) or any(p in lower for p in lists.background_phrases) or bool(_AFTER.search(before))
    if stated is not None and published is not None and stated[1] < published - timedelta(days=20):
        past = True
        if not months and not years:
            months = {f"{stated[1].year}-{stated[1].month:02d}"} if (stated[1] - stated[0]).days < 32 else set()
            years = set() if months else {stated[1].year}
    if not past:
        return MAIN
    names = frozenset(stem(t.text) for t in _names(sentence, first, last, _source_at(claim)))
    return Occurrence(True, frozenset(months), frozenset(years), names)


def _source_at(claim: Claim) -> tuple[int, int] | None:
    if claim.source_words is None:
        return None
    return claim.source_words[0] - claim.sentence_start, claim.source_words[1] - claim.sentence_start


def _near_event(tokens: Sequence[_Token], at: int, after: int, lists: Lexicon) -> str | None:
    """The nearest word of an event around a number, where the reader gave none."""
    best: tuple[int, str] | None = None
    for step, where in [(1, range(after, min(after + 7, len(tokens)))), (2, range(at - 1, max(at - 6, -1), -1))]:
        cost = step
        for i in where:
            token = tokens[i]
            cost += 4 if token.text in (";", ":") or token.text[0].isdigit() else 2 if token.text in (",", "and", "but") else 1
            pair = f"{stem(token.text)} {stem(tokens[i + 1].text)}" if i + 1 < len(tokens) else ""
            event = lists.event_words.get(pair) or lists.event_words.get(stem(token.text))
            if event is not None and event not in ("quake", "live") and (best is None or cost < best[0]):
                best = (cost, event)
    return best[1] if best is not None and best[0] <= 9 else None


def _role(sentence_tokens: Sequence[_Token], at: int, after: int, lists: Lexicon) -> str | None:
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
    return next((role for i in range(at - 1, max(at - 4, -1), -1) if (role := lists.roles.get(sentence_tokens[i].lower))), None)


def _anchors(sentence: str, tokens: Sequence[_Token], after: int, claim: Claim) -> frozenset[str]:
    """The first run of names after a measure: "14 miles north of Healdsburg"; else the last before it."""
    skip = _source_at(claim)
    end = tokens[after].start if after < len(tokens) else len(sentence)
    found: list[str] = []
    last = None
    for token in _names(sentence, end, min(len(sentence), end + 70), skip):
        if last is not None and re.search(r"[,;]|\w{3,}", sentence[last : token.start]):
            break
        found.append(stem(token.text))
        last = token.start + len(token.text)
    return frozenset(found)


def _before(sentence: str, start: int, claim: Claim) -> frozenset[str]:
    """Where a number of inhabitants is of: "Qeshm, home to 120,000 people" the name right before; "Qeshm, an island off Bandar Abbas, has a
    population of" the first name."""
    runs: list[list[str]] = []
    last = None
    subject = False
    for token in _names(sentence, 0, start, _source_at(claim)):
        if not runs:
            subject = not re.search(r"\b(?:of|from|off|near|to|in|at|on|by)\s+(?:the\s+)?(?:[\w-]+\s+){0,4}$", sentence[: token.start])
        if last is None or sentence[last : token.start].strip(" -'’s"):
            runs.append([])
        runs[-1].append(stem(token.text))
        last = token.start + len(token.text)
    if not runs:
        return frozenset()
    if re.search(r"\b(?:is|are|has|have|had|with|was)\b[^,]*$", sentence[:start]):
        return frozenset(runs[0] if subject else ())
    return frozenset(runs[-1])


def read_facets(claims: Sequence[Claim]) -> list[Facet]:
    """One facet a claim, in the order of the ids' place in their articles; a claim on an earlier event hands that on to the sentence that goes on with it."""
    lists = lexicon()
    order = sorted(claims, key=lambda c: (c.article_id, c.field, c.sentence_start, c.start, c.id))
    facets: list[Facet] = []
    counts: dict[tuple[str, str, int], int] = {}
    previous: Facet | None = None
    carried = False
    for claim in order:
        where = (claim.article_id, claim.field, claim.sentence_start)
        counts[where] = counts.get(where, 0) + 1
        facet = _read(claim, counts[where], lists)
        same = previous is not None and counts[where] > 1
        goes_on = previous is not None and previous.occurrence.past and ((same and carried) or _goes_on(previous.claim, claim, lists))
        carried = goes_on and not facet.occurrence.past
        if carried and previous is not None:
            earlier = previous.occurrence
            facet = replace(facet, occurrence=Occurrence(True, earlier.months, earlier.years, facet.occurrence.names | earlier.names))
        if previous is not None and same and previous.unit == "magnitude" and _elliptic(facet):
            facet = replace(facet, unit="magnitude", dimension="magnitude", thing=previous.thing, head=previous.head, event=previous.event)
        if previous is not None and same and previous.unit == facet.unit == "count" and previous.thing != facet.thing and _bare(facet):
            facet = replace(facet, thing=previous.thing, head=previous.head, event=previous.event)
        facets.append(facet)
        previous = facet
    shocks = {_sentence_of(f): f.claim.low for f in facets if f.unit == "magnitude" and f.event == "quake"}
    return [replace(f, shock=shocks.get(_sentence_of(f))) for f in facets]


def _sentence_of(facet: Facet) -> tuple[str, str, int]:
    return (facet.claim.article_id, facet.claim.field, facet.claim.sentence_start)


def _bare(facet: Facet) -> bool:
    """A number without a noun of its own, after another one: "killed 170,000 people in the province and 230,000 in 14 countries"."""
    claim = facet.claim
    before = claim.sentence[: claim.start - claim.sentence_start].rstrip().lower()
    rest = claim.sentence[claim.end - claim.sentence_start :].lower()
    return bool(re.match(r"\s+(?:in|across|at|near|elsewhere|more in)\b", rest)) and before.endswith((" and", ",", " plus", " or"))


def _elliptic(facet: Facet) -> bool:
    """A bare decimal at the end of a clause, after a magnitude: "put it at 5.9, but the other said it was 6.1"."""
    claim = facet.claim
    rest = claim.sentence[claim.end - claim.sentence_start :].lstrip()
    return claim.unit == "count" and bool(re.fullmatch(r"\d\.\d", claim.text.strip())) and (not rest or rest[0] in ".,;\"'”" or rest.startswith("and "))


def _goes_on(previous: Claim, claim: Claim, lists: Lexicon) -> bool:
    """Whether a sentence stands right behind another and begins as one that goes on with it."""
    if (previous.article_id, previous.field) != (claim.article_id, claim.field):
        return False
    if not 0 <= claim.sentence_start - previous.sentence_end <= 3:
        return False
    start = re.sub(r"^[\"'“‘]+", "", claim.sentence).lower()
    return any(re.match(rf"{re.escape(word)}\b", start) for word in lists.carries)


_IN = re.compile(r"\b(?:in|hit|struck|rocked|shook|across|off)\s+(?:the\s+)?((?:[a-z]+ern\s+|[a-z]+\s+)?[A-Z][\w'’]+(?:\s+[A-Z][\w'’]+)*)")


@lru_cache(maxsize=2)
def _countries(_loaded: int) -> AliasList:
    return AliasList.build(load_words("countries")["countries"])


def _lands(claim: Claim, clause: str) -> frozenset[str]:
    """Countries that a clause puts its event in."""
    lists = _countries(id(load_words("countries")))
    found = set()
    for phrase in (claim.place or "", *_IN.findall(clause)):
        if match := lists.find([w for w in words_of(phrase) if w.key != "the"]):
            found.add(match.id)
    return frozenset(found)


_JOINED = re.compile(r"\s?-\s?([a-z]{3,})\b")
_QUAKES = {"quake", "earthquake", "temblor", "tremor", "magnitude", "aftershock", "shock", "richter", "scale"}
_TREATED = re.compile(
    r"(?:\s+[\w-]+){0,3}?\s+(?:being|were|was|are|have been|had been)\s+(?:still\s+)?(?:taken|rushed|brought|admitted|transferred|flown|treated|hospitali[sz]ed)\b"
)
_COUNTS_PEOPLE = re.compile(
    r"\b(?:home to|population of|inhabited by|city of|town of|village of)(?: (?:about|around|some|nearly|almost|more than|over|roughly|approximately|an estimated))*\s*$"
)


def _is_magnitude(claim: Claim, tokens: Sequence[_Token], at: int, after: int) -> bool:
    """Whether a bare number is a magnitude: 1 to 10, right before "quake", or right after "magnitude of", "measuring", "registering" where a quake is named."""
    value = claim.low if claim.low is not None else claim.high
    if value is None or not 1 <= value < 10:
        return False
    before = [t.lower for t in tokens[max(0, at - 5) : at]]
    follows = [t.lower for t in tokens[after : after + 1]]
    decimal = bool(re.search(r"\d[.,]\d", claim.text)) or value != int(value) or claim.unit == "degree"
    if decimal and follows and (follows[0] in _QUAKES or follows[0].startswith("plus")):
        return True
    if "magnitude" in before and not any(w[0].isdigit() for w in before[before.index("magnitude") :]):
        return decimal or bool(re.fullmatch(r"\W*\d", claim.text))
    named = any(t.lower in _QUAKES for t in tokens)
    return decimal and named and bool({"measuring", "measured", "registering", "registered", "richter"} & set(before))


def _event(claim: Claim, tokens: Sequence[_Token], at: int, after: int, lists: Lexicon) -> str | None:
    """The event of the lexicon: what the counted noun itself says of people ("80 hurt"), the reader's verb, the nearest word; else the verb's stem."""
    by_head = lists.event_of(claim.what_head)
    before = _verb_before(tokens, at, lists)
    if before is not None:
        return before  # "Kills 10; 80 hurt"
    if by_head is not None and lists.events[by_head].harm:
        return by_head
    if _COUNTS_PEOPLE.search(claim.sentence[: claim.start - claim.sentence_start].lower()):
        return "live"
    plain, near = _plain_event(claim, lists), _near_event(tokens, at, after, lists)
    # the verb that the reader finds for an amount is often another one's: "drove a car into the store and grabbed jewels worth"
    return lists.event_of(claim.event) or by_head or ((near or plain) if dimension(claim.unit) == "money" else (plain or near))


def _verb_before(tokens: Sequence[_Token], at: int, lists: Lexicon) -> str | None:
    """The event of a verb of harm right before the number: "killing 10", "Kills 10"."""
    event = lists.event_words.get(stem(tokens[at - 1].text)) if 0 < at <= len(tokens) else None
    return event if event in ("kill", "injure") and tokens[at - 1].lower.endswith(("s", "ing", "ed")) else None


def _plain_event(claim: Claim, lists: Lexicon) -> str | None:
    """The stem of a verb of no list; None for verbs that say nothing of what happens."""
    word = " ".join(stem(w) for w in claim.event.split()) if claim.event else None
    return None if word in lists.light else word


def _aspect(claim: Claim, event: str | None, content: frozenset[str], lists: Lexicon) -> str:
    """"Killed 10 and injured dozens more" adds nothing to an earlier number of injured: the number is a level."""
    return "level" if claim.aspect == "change" and _beside_other_harm(event, content, lists) else claim.aspect


def _beside_other_harm(event: str | None, content: frozenset[str], lists: Lexicon) -> bool:
    """Whether a number of people harmed stands in one sentence with another kind of harm."""
    if event not in lists.events or not lists.events[event].harm:
        return False
    others = {lists.event_words[w] for w in content if w in lists.event_words} - {event}
    return any(lists.events[o].harm for o in others)


_BOTH = re.compile(r"\b(?:killed|dead) (?:or|and|and/or) (?:wounded|injured)\b|\b(?:wounded|injured) (?:or|and) killed\b", re.IGNORECASE)


def _read(claim: Claim, ordinal: int, lists: Lexicon) -> Facet:
    sentence = claim.sentence
    start, end = claim.start - claim.sentence_start, claim.end - claim.sentence_start
    tokens = _tokens(sentence)
    at, after = _at(tokens, start), _at(tokens, end)
    first, last = _clause(sentence, start, end)
    head = stem(claim.what_head) if claim.what_head and stem(claim.what_head) not in lists.hollow else None
    joined = _JOINED.match(sentence[end:])
    if joined is not None and claim.unit == "count" and stem(joined.group(1)) in lists.thing_words:
        head = stem(joined.group(1))  # "a five-boat attack" counts boats
    thing = lists.thing_words.get(head or "") or head
    event = _event(claim, tokens, at, after, lists)
    if head is not None and head in lists.event_words and lists.events[lists.event_words[head]].harm and thing not in lists.things:
        thing = "person"
    unit = "magnitude" if claim.unit in ("count", "degree") and _is_magnitude(claim, tokens, at, after) else claim.unit
    dim = dimension(unit) or unit
    role = _role(tokens, at, after, lists) if dim in ("length", "area", "speed", "temperature") else None
    if event in ("kill", "injure") and _BOTH.search(sentence[first:last]):
        event = "casualty"
    if event == "detain" and dim == "money":
        event = "steal"
    if event in ("injure", "kill") and _TREATED.match(sentence[end:].lower()):
        event = "hospitalise"
    if event == "displace" and thing not in (None, "person", "refugee") and thing in lists.things and not lists.things[thing].specific:
        event = "escape"
    if unit == "magnitude":
        around = {t.lower for t in tokens[max(0, at - 8) : after + 6] if first <= t.start < last}
        event = "aftershock" if around & {"aftershock", "aftershocks"} else "quake"
        thing = event
    tail = " ".join(t.lower for t in tokens[after : after + 5])
    lead = " ".join(t.lower for t in tokens[max(0, at - 3) : at])
    partial = any(tail.startswith(p) or lead.endswith(p) for p in lists.partial)
    lower = sentence.lower()
    if head is not None and thing in lists.things and _verb_before(tokens, at, lists) is not None and not lists.things[thing].part_of:
        thing = "person"  # "Kills 10; 7 villages damaged"
    content = frozenset(s for t in tokens if t.text[0].isalpha() and (s := stem(t.text)) not in lists.empty)
    partial = partial and not (lead.endswith(("other", "another", "a further")) and _beside_other_harm(event, content, lists))
    near = frozenset(
        s for t in (*tokens[max(0, at - 4) : at], *tokens[after : after + 6]) if t.text[0].isalpha() and (s := stem(t.text)) not in lists.empty
    )  # fmt: skip
    place = frozenset(stem(t.text) for t in _tokens(claim.place) if t.text[0].isupper()) if claim.place else frozenset()
    return Facet(
        claim, unit, _aspect(claim, event, content, lists), dim, thing, head, event, role, _occurrence(claim, sentence, first, last, lists), partial,
        any(p in lower for p in lists.span), place,
        _before(sentence, start, claim) if event == "live" else _anchors(sentence, tokens, after, claim),
        _lands(claim, sentence[first:last]), content, near, None,
        bool(lists.growth.search(lower)), f"{re.sub(r'[0-9][0-9.,]*', '#', lower)}|{ordinal}", _origin(claim),
    )  # fmt: skip


def _origin(claim: Claim) -> str:
    id = claim.source_id if claim.source_id is not None else f"?{claim.source or ''}"
    return "+".join(id) if isinstance(id, tuple) else id
