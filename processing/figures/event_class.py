"""What happens to what a number counts: the event of the lexicon, by the counted noun, the reader's verb and the words
around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from processing.figures.lexicon import Lexicon, Selection, scope_words, stem
from processing.figures.sentences import Token, clause_of, token_at, tokens_of
from processing.measures import dimension
from schemas.records import Claim

__all__ = ["STRICKEN", "Spot", "harm_before", "read_event", "struck_times"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A number in its sentence: offsets there, its tokens (`at` the first, `after` the first behind), and the clause
    around it."""

    claim: Claim
    start: int
    end: int
    tokens: tuple[Token, ...]
    at: int
    after: int
    first: int
    last: int

    @classmethod
    def of(cls, claim: Claim) -> Spot:
        """Where the claim's number stands."""
        start, end = claim.start - claim.sentence_start, claim.end - claim.sentence_start
        tokens = tokens_of(claim.sentence)
        return cls(
            claim,
            start,
            end,
            tokens,
            token_at(tokens, start),
            token_at(tokens, end),
            *clause_of(claim.sentence, start, end),
        )


def read_event(spot: Spot, thing: str | None, dim: str, lists: Lexicon) -> str | None:
    """The event of a number of `thing`s of a dimension; the verb's stem where no list has it, None where nothing says
    what happens."""
    if dim == "count" and (struck := struck_times(spot, lists)) is not None:
        return struck[1]
    if dim == "count" and _ALLOWS.search(spot.claim.sentence[: spot.start].lower()):
        return "capacity"
    if dim == "count" and STRICKEN.match(spot.claim.sentence[spot.end :].lower()):
        return "hit"
    if (named := _amount(spot, dim, lists)) is not None:
        return named
    phrasal = lists.events.get(_phrasal(spot, lists) or "") if dim == "count" else None
    if phrasal is not None and phrasal.harm:
        return phrasal.name  # "300 nurses have fallen ill"
    return _selected(spot, (thing or "", f"of {dim}"), lists) or _settled(_event(spot, lists), spot, thing, dim, lists)


def struck_times(spot: Spot, lists: Lexicon) -> tuple[str, str] | None:
    """What "fired 11 times", "shot him seven times", "stabbed 17 times" counts, and its event: shots fired, bullets
    that hit, wounds; None elsewhere."""
    if not spot.claim.text.lower().endswith("times"):
        return None
    before = reversed(spot.tokens[max(0, spot.at - 7) : spot.at])
    return next((struck for token in before if (struck := lists.struck.get(stem(token.text))) is not None), None)


def _amount(spot: Spot, dim: str, lists: Lexicon) -> str | None:
    """The event of an amount by the noun that names it, right behind, as its head or right before: "a 3 million
    deficit", "savings of 3 million". Of a count only a noun that names counts too: "a majority of 2,000"."""
    behind = [*spot.tokens[spot.after : spot.after + 3]]
    ahead = [*spot.tokens[max(0, spot.at - 4) : spot.at]][::-1]
    head = _of_what(spot.claim)
    for word in (*_named(behind, 1), *head, *_named(ahead, 2)):
        event = lists.events.get(lists.event_words.get(word, ""))
        if event is not None and event.by_noun and (dim != "count" or event.counts):
            return event.name
    return None


def _of_what(claim: Claim) -> list[str]:
    """The stems of the counted noun and of the words before it, alone and in pairs, the last first: "the city's pension
    bill"."""
    if not claim.what_head:
        return []
    words = [
        stem(word)
        for word in re.findall(
            r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.split(r" (?:of|in|at|for|from|on) ", claim.what or "")[0]
        )
    ]
    last = stem(claim.what_head)
    before = words[: words.index(last)][::-1][:1] if last in words else []
    return [*(f"{word} {last}" for word in before), last, *before]


def _named(tokens: Sequence[Token], most: int) -> list[str]:
    """The stems of the first words that may name an amount, and of pairs of them, up to the first token that is no
    word."""
    words: list[str] = []
    for i, token in enumerate(tokens):
        if not token.text[0].isalpha() or len(words) == 2 * most:
            break
        if token.lower in scope_words("joins"):
            continue
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        words += [f"{stem(token.text)} {stem(after.text)}" if after is not None else "", stem(token.text)]
    return words


# "the 12 worst-hit villages", "five badly affected districts"
STRICKEN = re.compile(
    r" (?:worst|hardest|badly|hard|heavily|severely|most)(?: ?- ?| )(?:hit|affected|stricken|struck) ([a-z]+)"
)


# ---------------------------------------------------------------- what thing and verb say together


_NEAR = 7  # words on either side in which a selection looks for its verb and its other words


def _selected(spot: Spot, keys: Sequence[str], lists: Lexicon) -> str | None:
    """The event that a verb has only with certain things ("cut 400 jobs", "won 30 seats"), or with a word beside it
    ("lost their lives")."""
    rows = [row for key in keys for row in lists.selections.get(key, ())]
    if not rows:
        return None
    verb = stem(spot.claim.event.split()[0]) if spot.claim.event else None
    around = [t for t in spot.tokens[max(0, spot.at - _NEAR) : spot.after + _NEAR] if spot.first <= t.start < spot.last]
    near = {stem(t.text) for t in around}
    return next((row.event for row in rows if _fits(row, verb, near, lists)), None)


def _fits(row: Selection, verb: str | None, near: set[str], lists: Lexicon) -> bool:
    if row.near and not row.near & near:
        return False
    if verb in row.verbs:
        return True
    told = lists.events.get(lists.event_words.get(verb or "", ""))
    if told is not None and told.harm:
        return False  # "claimed two lives and injured 13 firefighters"
    silent = (
        verb is None or verb in lists.light or verb in lists.thing_words
    )  # the reader has no verb, or one that says nothing
    return (silent or bool(row.near)) and bool(row.verbs & near)


# ---------------------------------------------------------------- what the words say


_TOLLS = ("kill", "injure", "casualty")


def _first_event(words: Iterable[str], lists: Lexicon) -> str | None:
    return next((event for word in words if (event := lists.event_words.get(stem(word))) is not None), None)


def _event_of_head(claim: Claim, lists: Lexicon) -> str | None:
    """The event that the counted noun names, or, where it counts nothing itself, the last word before it that names
    one: "vaccination coverage"."""
    head = stem(claim.what_head or "")
    event = None if head in lists.only_verbs else lists.event_of(claim.what_head)
    if event is None and head in lists.hollow:
        return _first_event(reversed(re.findall(r"[^\W\d_]+", claim.what or "")), lists)
    return event


def _event(spot: Spot, lists: Lexicon) -> str | None:
    """The event of the lexicon: what the counted noun itself says of people ("80 hurt"), the reader's verb, the nearest
    word; else the verb's stem."""
    claim = spot.claim
    if (told := _predicate(spot, lists) or _phrase_behind(spot, lists) or _phrasal(spot, lists)) is not None:
        return told
    if (told := _of_crowd(spot, lists)) is not None:
        return told
    before = claim.sentence[: spot.start].lower()
    if _BODIES_OF.search(before):
        return "kill"
    if _DEATHS_AMONG.search(before):
        return lists.event_of(claim.what_head)  # "2,600 deaths among 5,300 patients" counts patients
    if (whole := _WHOLE.match(claim.sentence[spot.end :].lower())) is not None and before.endswith(_OF_THE):
        return _first_event(whole[1].split(), lists)  # "of the 3,500 police deployed, 14"
    by_head = _event_of_head(claim, lists)
    if (harm := harm_before(spot, lists)) is not None:
        return harm  # "Kills 10; 80 hurt"
    if (suffered := _adjective(spot, lists)) is not None:
        return suffered
    by_verb = None if _moves(spot) else lists.event_of(claim.event)
    if (event := _of_those_who(spot, lists)) is not None:
        return event
    if by_head is not None and stem(claim.what_head or "") in lists.who:
        return _of_named_people(spot, by_verb, by_head, lists)
    if by_head is not None and lists.events[by_head].harm:
        state = by_head not in _TOLLS and by_verb is not None and lists.events[by_verb].harm
        return by_verb if state else by_head  # "58 prisoners were killed" counts the killed
    if _COUNTS_PEOPLE.search(claim.sentence[: spot.start].lower()):
        return "live"
    plain, near = _plain_event(claim, lists), _near_event(spot, lists)
    if by_head == "live":  # "31 residents sought help" says nothing of how many live there
        return by_verb or plain or (near if claim.event not in (None, "have", "be") else None) or by_head
    # the verb that the reader finds for an amount is often another one's: "drove a car into the store and grabbed
    # jewels worth"
    return by_verb or by_head or ((near or plain) if dimension(claim.unit) == "money" else (plain or near))


def _phrase_behind(spot: Spot, lists: Lexicon) -> str | None:
    """The event that two words right behind the number name: "27,000 are still without power"; None where there are
    none such."""
    if _OF_WHOLE.search(spot.claim.sentence[: spot.start]):
        return None  # "30 of the 80 wounded remained in hospital"
    words: list[str] = []
    for token in spot.tokens[spot.after : spot.after + 8]:
        if (not token.text[0].isalpha() and words[-1:] != ["the"]) or token.lower == "and":
            break
        words.append(stem(token.text))
    for i, pair in enumerate(pairwise(words)):
        event = lists.event_words.get(" ".join(pair))
        if event in _STATES and i < 5 and (event != _BEDS or "hospital" in pair):
            return event
        if pair == ("on", "board") and not _harm_in(words[i + 2 : i + 4], lists):
            return "aboard"
        if pair == ("to", "hospital") and "admit" in words:
            return _BEDS  # "19 of whom had to be admitted to hospital"
        if lists.event_words.get(pair[0]) == "kill":
            return None  # "three died in hospital"
    return None


def _harm_in(words: Sequence[str], lists: Lexicon) -> bool:
    """Whether a word names harm: "25 people on board died"."""
    return any(lists.events[event].harm for word in words if (event := lists.event_words.get(word)) is not None)


_STATES = ("outage", "feared", "hospitalise", "injure", "missing", "rescue")
_BEDS = "hospitalise"
_OF_WHOLE = re.compile(
    r"\d of (?:the|its|their|those|these) "
    r"$|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen) of (?:the|its|their) $"
)


_SAID_OF = re.compile(
    r"(?: (?!and\b|or\b|who\b|that\b)[\w'’-]+){0,4}? (?:were|was|are|is|have been|has been|had "
    r"been|remain|remained|stayed)"
    r"(?: (?:also|still|now|later|slightly|seriously|badly|reportedly|already|all|being))* ([a-z]+)\b"
)
_BY = re.compile(
    r"\b([a-z]+) (?:by|of|attended by|joined by|with)(?: (?:about|around|some|nearly|almost|more than|over|at "
    r"least|up to|roughly))*\s*$",
    re.IGNORECASE,
)


def _predicate(spot: Spot, lists: Lexicon) -> str | None:
    """The harm that is said of what is counted: "60 survivors were hurt"; None where none is, or where it is said of
    another number's thing."""
    told = _SAID_OF.match(spot.claim.sentence[spot.end :].lower()) if dimension(spot.claim.unit) == "count" else None
    event = (
        lists.events.get(lists.event_words.get(stem(told[1]), ""))
        if told is not None and not re.search(r"\d", told.group())
        else None
    )
    if event is not None and event.name != "kill" and lists.event_of(spot.claim.what_head) == "kill":
        return None  # "one more body was pulled from the rubble"
    return (
        event.name
        if event is not None and event.harm and not _OF_WHOLE.search(spot.claim.sentence[: spot.start])
        else None
    )


def _of_crowd(spot: Spot, lists: Lexicon) -> str | None:
    """The event of a crowd that a noun right before names: "a march by 150,000 people"."""
    told = _BY.search(spot.claim.sentence[: spot.start])
    event = lists.events.get(lists.event_words.get(stem(told[1]), "")) if told is not None else None
    return event.name if event is not None and event.crowd else None


def _phrasal(spot: Spot, lists: Lexicon) -> str | None:
    """The event of the reader's verb with the word right behind it: "will be let go", "do away with 560 jobs"; None
    where no list has the two."""
    verb = stem(spot.claim.event.split()[0]) if spot.claim.event else None
    inside = [t for t in spot.tokens if spot.first <= t.start < spot.last]
    pairs = (f"{verb} {stem(after.text)}" for token, after in pairwise(inside) if stem(token.text) == verb)
    return next((event for pair in pairs if (event := lists.event_words.get(pair)) is not None), None)


_DEATHS_AMONG = re.compile(
    r"\b(?:deaths?|dead|fatalities|killed|died) (?:among|out of|from among)(?: "
    r"(?:the|its|some|about|nearly|more than))*\s*$"
)
_WHOLE = re.compile(r"((?: [\w'’-]+){1,5}), (?:about |some |at least |only |nearly |more than )?(?:\d|[a-z]+)")
_OF_THE = ("of the ", "of its ", "of their ", "of some ", "of about ")
_BODIES_OF = re.compile(
    r"\bbod(?:y|ies) of(?: (?:about|around|some|nearly|almost|more than|over|at least|another|the|all))*\s*$"
)


def harm_before(spot: Spot, lists: Lexicon) -> str | None:
    """The event of a verb of harm right before the number: "killing 10", "Kills 10"; None where there is none."""
    if not 0 < spot.at <= len(spot.tokens):
        return None
    word = spot.tokens[spot.at - 1]
    event = lists.event_words.get(stem(word.text))
    return event if event in ("kill", "injure") and word.lower.endswith(("s", "ing", "ed")) else None


def _near_event(spot: Spot, lists: Lexicon) -> str | None:
    """The nearest word of an event around a number, where the reader gave none."""
    best: tuple[int, str] | None = None
    tokens, at, after = spot.tokens, spot.at, spot.after
    amounts = lists.amounts if dimension(spot.claim.unit) == "count" else ()
    for step, where in [(1, range(after, min(after + 7, len(tokens)))), (2, range(at - 1, max(at - 6, -1), -1))]:
        cost = step
        for i in where:
            token = tokens[i]
            cost += (
                4
                if token.text in (";", ":") or token.text[0].isdigit()
                else 2
                if token.text in (",", "and", "but")
                else 1
            )
            pair = f"{stem(token.text)} {stem(tokens[i + 1].text)}" if i + 1 < len(tokens) else ""
            event = lists.event_words.get(pair) or _of_word(token, lists, governs=i == at - 1)
            if event is not None and event not in ("quake", "live", *amounts) and (best is None or cost < best[0]):
                best = (cost, event)
    return best[1] if best is not None and best[0] <= 9 else None


def _of_word(token: Token, lists: Lexicon, *, governs: bool) -> str | None:
    """The event of one word; of a word that names it only as a verb where it has a verb's ending or stands right before
    the number (`governs`)."""
    word = stem(token.text)
    return (
        None
        if word in lists.only_verbs and not governs and not token.lower.endswith(("ed", "ing"))
        else lists.event_words.get(word)
    )


_MOVED = re.compile(
    r"(?:drop|dip|plunge|slip|slid|sink|sank|fall|fell|fallen|climb|ris|rose|jump|soar|grow|grew|grown|swell"
    r"|reach|cut|lift)"
)
_TO = re.compile(r"\b(?:to|by|from|at)(?: (?:about|around|some|nearly|almost|over|just|only|at least|more than))*$")


def _moves(spot: Spot) -> bool:
    """Whether the verb only says that a number moved: "has dropped to 18,000"."""
    before = spot.claim.sentence[: spot.start].rstrip().lower()
    return _MOVED.match((spot.claim.event or "").lower()) is not None and _TO.search(before) is not None


def _adjective(spot: Spot, lists: Lexicon) -> str | None:
    """The event of a participle between number and noun: "two slain children", "257 damaged homes"."""
    for word in spot.claim.qualifiers:
        event = (
            lists.event_words.get(stem(word))
            if word.endswith(("ed", "en", "in", "ing")) or word in ("dead", "burnt")
            else None
        )
        if (
            event is not None
            and (lists.events[event].harm or lists.events[event].group == "damage")
            and lists.may_befall(event, lists.thing_of(spot.claim.what_head))
        ):
            return event
    return None


_WHO = re.compile(
    r"(?: [\w'’-]+){1,4}? who (?:(?:have|has|had|were|was|are|is|been|be|being|also|still|later|already|so "
    r"far|reportedly) )*([\w'-]+)((?: [\w'-]+)?)"
)


def _of_those_who(spot: Spot, lists: Lexicon) -> str | None:
    """The event of a clause on the people who are counted: "of the 238 people who have died there, 70 were never
    found"."""
    told = _WHO.match(spot.claim.sentence[spot.end :])
    if told is None:
        return None
    return lists.event_words.get(f"{stem(told[1])} {stem(told[2])}" if told[2] else "") or lists.event_words.get(
        stem(told[1])
    )


def _of_named_people(spot: Spot, by_verb: str | None, by_head: str, lists: Lexicon) -> str | None:
    """The event of people whose noun says who they are: what a verb of the lists tells of them, where the verb is light
    the words around, else the noun."""
    if by_verb is not None:
        return by_verb
    verb = _verb(spot.claim)
    told = _near_event(spot, lists) if verb is not None and verb not in ("be", "hav") and verb in lists.light else None
    if told is not None and lists.events[told].harm:
        return told
    return by_head if verb is None or verb in lists.light or by_head not in ("live", "employ") else verb


def _plain_event(claim: Claim, lists: Lexicon) -> str | None:
    """The stem of a verb of no list; None for verbs that say nothing of what happens."""
    verb = _verb(claim)
    return None if verb in lists.light else verb


def _verb(claim: Claim) -> str | None:
    """The stems of the reader's verb."""
    return " ".join(stem(w) for w in claim.event.split()) if claim.event else None


# ---------------------------------------------------------------- once the rest is known


_TREATED = re.compile(
    r"(?:\s+[\w-]+){0,3}?\s+(?:being|were|was|are|have been|had been)\s+(?:still\s+)?"
    r"(?:taken|rushed|brought|admitted|transferred|flown|treated|hospitali[sz]ed)\b"
)
_WANTED = re.compile(r"\b(?:demand|seek|sought|ask|request|recommend|urg|call)(?:s|es|ed|ing)?\b|\b(?:wants?|wanted)\b")
_NEGATED = re.compile(r"[^.,;]{0,40}?\b(?:not|never|no|yet to)\b|[^.,;]{0,40}?n['’]t\b")
_COUNTS_PEOPLE = re.compile(
    r"\b(?:home to|population of|inhabited by|city of|town of|village of)"
    r"(?: (?:about|around|some|nearly|almost|more than|over|roughly|approximately|an estimated))*\s*$"
)
_ALLOWS = re.compile(
    r"\b(?:(?:built|designed|meant|intended|licen[sc]ed|certified|permitted|allowed) (?:for|to "
    r"(?:hold|carry|house|take|accommodate|seat))"
    r"|capacity (?:of|is|was)|room for)"
    r"(?: (?:about|around|some|nearly|almost|more than|over|roughly|only|just|up to|no more than|a maximum of))*\s*$"
)
_BOTH = re.compile(
    r"\b(?:killed|dead) (?:or|and|and/or) (?:wounded|injured)\b|\b(?:wounded|injured) (?:or|and) killed\b",
    re.IGNORECASE,
)


def _settled(event: str | None, spot: Spot, thing: str | None, dim: str, lists: Lexicon) -> str | None:
    """The event once the rest is known: killed and wounded together, the wounded in hospital, amounts and boats that
    get away."""
    sentence = spot.claim.sentence
    if event is not None and dim == "count" and not lists.may_befall(event, thing):
        return None
    if event in ("kill", "injure"):
        if _TREATED.match(sentence[spot.end :].lower()):
            return "hospitalise"
        return "casualty" if _BOTH.search(sentence[spot.first : spot.last]) else event
    known_event = lists.events.get(event or "")
    if dim == "time" and known_event is not None and known_event.of_time is not None:
        event, known_event = known_event.of_time, lists.events.get(known_event.of_time)
    if (
        known_event is not None
        and known_event.wanted is not None
        and _WANTED.search(sentence[spot.first : spot.start].lower())
    ):
        return known_event.wanted
    if (
        known_event is not None
        and known_event.negated is not None
        and _NEGATED.match(sentence[spot.end : spot.last].lower())
    ):
        return known_event.negated
    if dim == "money" and known_event is not None and (told := known_event.of_money):
        return told
    if dim == "money" and event in lists.living:
        return None  # "the mayor will draw 30 million", "the state released 2 million"
    if event == "hospitalise" and thing == "hospital":
        return None  # 55 hospitals
    known = lists.things.get(thing or "")
    if event == "displace" and known is not None and not known.specific and known.name not in ("person", "refugee"):
        return "escape"
    return event
