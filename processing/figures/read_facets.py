"""What a claim's own words show of the figure it belongs to: what is counted, event, which occurrence, scope, names
beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from processing.figures.belligerents import side_of
from processing.figures.ellipsis import completed, retold
from processing.figures.event_class import STRICKEN, Spot, harm_before, read_event, struck_times
from processing.figures.lexicon import Event, Lexicon, lexicon, scope_words, stem
from processing.figures.names_beside import holder_before, lands_of, names_after, names_before, role_of
from processing.figures.occurrence import MAIN, Occurrence, goes_on, read_occurrence
from processing.figures.periods import of_other_period
from processing.figures.sentences import Token, behind_number, sentence_of, tokens_of
from processing.measures import dimension
from schemas.records import Claim

__all__ = ["MAIN", "Facet", "Occurrence", "read_facets"]


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
    names: frozenset[str]  # capitalised words of the sentence
    anchors: frozenset[str]  # names right beside the number
    lands: frozenset[
        str
    ]  # countries where it happened, by the words "in <country>" of the clause and the claim's place
    words: frozenset[str]  # of the clause or sentence, without empty words
    near: frozenset[str]  # the words next to the number
    shock: float | None  # the magnitude that its sentence gives
    grows: bool  # the sentence tells of a number that changed
    mask: str  # the sentence with its numbers masked, and which of them this is
    origin: str
    clause: tuple[int, int] = (0, 0)  # offsets in its sentence
    holder: frozenset[str] = frozenset()  # whose share of a whole it is
    like: frozenset[str] = frozenset()  # events that its own says nothing else than
    side: frozenset[str] = frozenset()  # whose people or arms are counted
    wide: bool = False  # of the country or the world, beyond the story's own event
    against: str | None = None  # id of the claim that its sentence sets it against: another value of the same thing
    other_period: bool = False  # of an earlier period, which its sentence only sets beside the one that it tells of

    @property
    def values(self) -> tuple[float | None, float | None]:
        """Low and high as read."""
        return self.claim.low, self.claim.high


def read_facets(claims: Sequence[Claim]) -> list[Facet]:
    """One facet a claim, by their place in the articles.

    A number without a noun takes the one before it; an earlier event is handed on to the sentence that goes on with it.
    """
    lists = lexicon()
    order = sorted(claims, key=lambda c: (c.article_id, c.field, c.sentence_start, c.start, c.id))
    facets: list[Facet] = []
    counts: dict[tuple[str, str, int], int] = {}
    carried = False
    for claim in order:
        where = sentence_of(claim)
        counts[where] = counts.get(where, 0) + 1
        facet = _read(claim, counts[where], lists)
        if facets:
            previous, same = facets[-1], counts[where] > 1
            inherits = previous.occurrence.past and ((same and carried) or goes_on(previous.claim, claim, lists))
            carried = inherits and not facet.occurrence.past
            facet = completed(facet, previous, lists, same=same, carried=carried)
            facet = retold(facet, facets)
        facets.append(facet)
    shocks = {sentence_of(f.claim): f.claim.low for f in facets if f.unit == "magnitude" and f.event == "quake"}
    return [replace(f, shock=shocks[where]) if (where := sentence_of(f.claim)) in shocks else f for f in facets]


_COUNTS_OF = re.compile(
    r" (?:felony |criminal |misdemeanou?r )?counts(?: of (?!the\b|votes?\b)|[.,;]| -|$| and\b| for\b| in\b)"
)
_PREDICATE = re.compile(r" of (?:the|them|these|those|whom)\b[^.,;]{0,25}?\b(?:were|was|are) (?:[a-z]+ )??([a-z]+)\b")
_HARMED = re.compile(r" ([a-z]+(?:ed|ing|dead|hurt|ill))(?=[.,;]|$| (?:in|by|at|after|when|on|since|so)\b)")
_IN_WHOM = re.compile(
    r" (?:of (?:them|those|these|whom) )?(?:in|among|were|are) (?:[a-z]+ (?:and "
    r")?){0,2}?(children|toddlers|infants|babies|women|pupils|minors)\b"
)
_JOINED = re.compile(r"\s?-\s?([a-z]{3,})\b")


def _is_magnitude(claim: Claim, tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether a bare number is a magnitude: 1 to 10, before "quake", or after "magnitude of", "measuring",
    "registering" where a quake is named."""
    value = claim.low if claim.low is not None else claim.high
    if value is None or not 1 <= value < 10:
        return False
    before = [t.lower for t in tokens[max(0, at - 5) : at]]
    follows = [t.lower for t in tokens[after : after + 1]]
    decimal = bool(re.search(r"\d[.,]\d", claim.text)) or value != int(value) or claim.unit == "degree"
    if decimal and follows and (follows[0] in scope_words("quakes") or follows[0].startswith("plus")):
        return True
    if "magnitude" in before and not any(w[0].isdigit() for w in before[before.index("magnitude") :]):
        return decimal or bool(re.fullmatch(r"\W*\d", claim.text))
    named = any(t.lower in scope_words("quakes") for t in tokens)
    if (
        decimal
        and named
        and stem(claim.what_head or "") in {stem(word) for word in scope_words("magnitudes")}
        and before[-1:]
        and before[-1] in ("to", "at", "of", "was", "only")
    ):
        return True  # "revised the magnitude of the tremor to 3.8"
    return decimal and named and bool({"measuring", "measured", "registering", "registered", "richter"} & set(before))


def _after_shock(spot: Spot) -> bool:
    """Whether a magnitude is an aftershock's: one is named in its clause, and no other shock right behind the number
    ("a 7.5 shock and 23 aftershocks")."""
    follows = next(
        (t.lower for t in spot.tokens[spot.after : spot.after + 3] if t.lower in scope_words("shocks")), None
    )
    if follows is not None:
        return follows.startswith("after")
    around = {t.lower for t in spot.tokens[max(0, spot.at - 8) : spot.after + 6] if spot.first <= t.start < spot.last}
    return bool(around & {"aftershock", "aftershocks"})


def _aspect(claim: Claim, head: str | None, event: str | None, content: frozenset[str], lists: Lexicon) -> str:
    """ "Killed 10 and injured dozens more" adds nothing to an earlier number of injured: the number is a level."""
    known = lists.events.get(event or "")
    if known is not None and known.steady:
        return "level"
    if head == "body" and lists.growth.search(claim.sentence.lower()):
        return "change"  # "rose to 11 after two bodies were found"
    brings = claim.rules.get("aspect", "").startswith(
        "what brings"
    )  # "two died of their injuries, bringing the toll to 15"
    grows = brings or _BRINGS.search(behind_number(claim)) or lists.growth.search(claim.sentence.lower())
    if claim.aspect == "change" and grows:
        return "change"  # "three more died, taking the toll to 53"
    return "level" if _beside_other_harm(event, content, lists) else claim.aspect


_BRINGS = re.compile(r"\b(?:bring|tak|rais|push|lift|send|driv)ing\b[^;]{0,80}?\bto (?:\w+ ){0,2}\w*\d")


def _beside_other_harm(event: str | None, content: frozenset[str], lists: Lexicon) -> bool:
    """Whether a number of people harmed stands in one sentence with another kind of harm."""
    if event is None or event not in lists.events or not lists.events[event].harm:
        return False
    others = {lists.event_words[w] for w in content if w in lists.event_words} - {event}
    return any(lists.events[o].harm for o in others)


_EACH_SHARE = re.compile(
    r"\s*(?:in cash |in stock )?(?:a|per|for each|for every|apiece per|each) (?:common |ordinary |preferred )?share\b"
)
_SPACED = re.compile(r"\s*-\s*(year|month|week|day|hour|minute)\b")


def _as_meant(claim: Claim, lists: Lexicon) -> Claim:
    """The claim with a price of a share as one ("36.50 for each share"), and a time joined to its unit by spaced
    hyphens."""
    behind = behind_number(claim)
    if claim.per is None and _EACH_SHARE.match(behind):
        return replace(claim, per="share")
    if claim.per in lists.each and claim.unit != "count":
        claim = replace(claim, per=None)  # "75,000 a family", "75,000 for each family"
    joined = _SPACED.match(behind) if claim.unit == "count" else None
    return replace(claim, unit=joined.group(1)) if joined is not None else claim


def _thing_and_event(
    spot: Spot, head: str | None, unit: str, dim: str, lists: Lexicon
) -> tuple[str | None, str | None]:
    """The class of what is counted, and what happens to it; of a magnitude both are the shock."""
    if unit == "magnitude":
        shock = "aftershock" if _after_shock(spot) else "quake"
        return shock, shock
    thing = _thing(spot, head, lists)
    return thing, read_event(spot, thing, dim, lists)


def _read(claim: Claim, ordinal: int, lists: Lexicon) -> Facet:
    claim = _as_meant(claim, lists)
    spot = Spot.of(claim)
    tokens, at, after = spot.tokens, spot.at, spot.after
    unit = "magnitude" if claim.unit in ("count", "degree") and _is_magnitude(claim, tokens, at, after) else claim.unit
    dim, head = dimension(unit) or unit, _head(spot, lists)
    thing, event = _thing_and_event(spot, head, unit, dim, lists)
    known = lists.events.get("quake" if unit == "magnitude" else event or "")
    if claim.per == "year" and known is not None and known.yearly:
        claim = replace(claim, per=None)  # "savings of 4 million a year", "annual savings of 4 million"
    lower, content = claim.sentence.lower(), _content(tokens, lists)
    return Facet(
        claim=claim,
        unit=unit,
        aspect=_aspect(claim, head, event, content, lists),
        dimension=dim,
        thing=thing,
        head=head,
        event=event,
        role=_role(spot, dim, event, lists),
        occurrence=read_occurrence(claim, claim.sentence, spot.first, spot.last, lists),
        partial=_partial(spot, event, content, lists),
        span=any(p in lower for p in lists.span),
        words=content,
        near=_content((*tokens[max(0, at - 4) : at], *tokens[after : after + 6]), lists),
        shock=None,
        grows=bool(lists.growth.search(lower)),
        mask=f"{re.sub(r'[0-9][0-9.,]*', '#', lower)}|{ordinal}",
        origin=_origin(claim),
        clause=(spot.first, spot.last),
        like=known.like if known is not None else frozenset(),
        other_period=(known is None or not known.harm) and of_other_period(claim),
        wide=any(p in lower[max(spot.first, spot.start - _BY) : min(spot.last, spot.end + _BY)] for p in lists.wide),
        place=_capitalised(tokens_of(claim.place)) if claim.place else frozenset(),
        names=_capitalised(tokens),
        anchors=_anchors(claim, spot, event),
        lands=lands_of(claim, claim.sentence[spot.first : spot.last]),
        side=_side(claim, unit, known, lists),
        holder=_holder(claim, spot, dim, thing, lists),
    )


def _capitalised(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(stem(t.text) for t in tokens if t.text[0].isupper())


def _anchors(claim: Claim, spot: Spot, event: str | None) -> frozenset[str]:
    """The names right beside the number: those before it where it counts who lives somewhere, else those behind."""
    if event == "live":
        return names_before(claim.sentence, spot.start, claim)
    return names_after(claim.sentence, spot.tokens, spot.after, claim)


def _side(claim: Claim, unit: str, known: Event | None, lists: Lexicon) -> frozenset[str]:
    """Whose people or arms are counted, where they are harmed."""
    harmed = known is not None and (known.harm or known.name == "destroy")
    return side_of(claim, lists) if unit == "count" and harmed else frozenset()


def _holder(claim: Claim, spot: Spot, dim: str, thing: str | None, lists: Lexicon) -> frozenset[str]:
    """Whose share of a whole a share is, where it is none of people."""
    shared = dim == "share" and not _of_people(thing, lists)
    return holder_before(spot.tokens, spot.start, claim, lists) if shared else frozenset()


_BY = 40  # characters on either side in which a word says that a number is of a wider whole


def _role(spot: Spot, dim: str, event: str | None, lists: Lexicon) -> str | None:
    """Which of several measures of its dimension a number is."""
    if dim not in ("length", "area", "speed", "temperature"):
        return None
    if event == "fall":
        return "fall"
    if dim == "speed" and any(
        lists.roles.get(t.lower) == "speed" for t in spot.tokens if spot.first <= t.start < spot.last
    ):
        return "speed"  # of the wind
    if dim == "length" and any(lists.roles.get(t.lower) == "radius" for t in tokens_of(spot.claim.what or "")):
        return "radius"  # "the exclusion zone was widened to 9 km"
    role = role_of(spot.tokens, spot.at, spot.after, lists)
    return None if dim == "area" and role != "area" else role  # "a foothold of 25 sq km on the south bank"


def _content(tokens: Sequence[Token], lists: Lexicon) -> frozenset[str]:
    """The stems of words that carry a meaning."""
    return frozenset(s for t in tokens if t.text[0].isalpha() and (s := stem(t.text)) not in lists.empty)


def _of_people(thing: str | None, lists: Lexicon) -> bool:
    known = lists.things.get(thing or "")
    return thing == "person" or (known is not None and known.part_of == "person")


def _head(spot: Spot, lists: Lexicon) -> str | None:
    """The counted noun's stem; None for nouns that count nothing themselves."""
    if spot.claim.unit == "count" and (struck := struck_times(spot, lists)) is not None:
        return struck[0]
    if spot.claim.unit == "count" and _COUNTS_OF.match(spot.claim.sentence[spot.end :].lower()):
        return "charg"
    unknown = spot.claim.unit == "count" and lists.thing_of(spot.claim.what_head) is None
    harmed = _HARMED.match(spot.claim.sentence[spot.end :].lower()) if unknown else None
    if (
        harmed is not None
        and (event := lists.events.get(lists.event_words.get(stem(harmed[1]), ""))) is not None
        and event.harm
    ):
        return stem(harmed[1])  # "with nine hospitalised, officers said"
    stricken = STRICKEN.match(spot.claim.sentence[spot.end :].lower())
    if stricken is not None and spot.claim.unit == "count":
        return stem(stricken.group(1))
    joined = _JOINED.match(spot.claim.sentence[spot.end :])
    if joined is not None and spot.claim.unit == "count" and stem(joined.group(1)) in lists.thing_words:
        return stem(joined.group(1))  # "a five-boat attack" counts boats
    head = stem(spot.claim.what_head) if spot.claim.what_head else None
    if head is not None and head not in lists.thing_words and " toll" in (spot.claim.what or "").lower():
        return "toll"  # "Death toll climbs past 2,600"
    return None if head in lists.hollow else head


def _thing(spot: Spot, head: str | None, lists: Lexicon) -> str | None:
    """The class of what is counted, else its stem."""
    thing = lists.thing_words.get(_pair(spot.claim)) or lists.thing_words.get(head or "") or head
    if head is None:
        return thing
    if (
        spot.claim.unit != "count"
        and head in lists.event_words
        and (told := _NOUN.search(spot.claim.what or "")) is not None
    ):
        return lists.thing_of(told[1]) or thing  # "the wheat crop", "grain exports"
    said = _PREDICATE.match(spot.claim.sentence[spot.end :].lower()) or _IN_WHOM.match(
        spot.claim.sentence[spot.end :].lower()
    )
    narrowed = lists.things.get(lists.thing_words.get(stem(said.group(1)), "")) if said else None
    if narrowed is not None and narrowed.specific:
        return narrowed.name  # "nine of the victims were children"
    known = lists.things.get(thing or "")
    if known is None and head in lists.event_words and lists.events[lists.event_words[head]].harm:
        return "person"  # "80 hurt"
    if known is not None and known.part_of is None and harm_before(spot, lists) is not None:
        return "person"  # "Kills 10; 7 villages damaged"
    return thing


_NOUN = re.compile(r"([\w'’-]+) ([\w'’-]+)(?= (?:of|in|at|on|from|for)\b|$)")


def _pair(claim: Claim) -> str:
    """The stems of the counted noun and the word before it: "rescue workers" are no workers; empty where the noun
    stands alone."""
    told = _NOUN.search(claim.what or "")
    return (
        f"{stem(told[1])} {stem(told[2])}"
        if told is not None and claim.what_head and stem(told[2]) == stem(claim.what_head)
        else ""
    )


def _partial(spot: Spot, event: str | None, content: frozenset[str], lists: Lexicon) -> bool:
    """Whether the number is a part of another one: "15 of them", "including 4". "Killed 10 and injured another 70" is
    none."""
    tail = " ".join(t.lower for t in spot.tokens[spot.after : spot.after + 5])
    lead = " ".join(t.lower for t in spot.tokens[max(0, spot.at - 3) : spot.at])
    if not any(tail.startswith(p) or lead.endswith(p) for p in lists.partial):
        return False
    more = lead.endswith(("other", "another", "a further", "in addition"))
    return not (more and (spot.claim.aspect == "change" or _beside_other_harm(event, content, lists)))


def _origin(claim: Claim) -> str:
    id = claim.source_id if claim.source_id is not None else f"?{claim.source or ''}"
    return "+".join(id) if isinstance(id, tuple) else id
