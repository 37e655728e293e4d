"""Whose number it is: the party, firm, club, candidate, institution, poll, bidder or model; and whether what is
counted does the event or suffers it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import head_lemma
from processing.claims.facets.names import is_calendar, name_words, phrase_text
from processing.claims.facets.spot import NOUNS, VERBS, Spot, list_of
from processing.measures import dimension
from schemas.facets import Role

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["Holder", "read_holder", "read_role"]

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_SPOKEN = ("say", "estimate", "tell")
_UP = 4  # nouns that are looked at over the number
_GAP = re.compile(
    r"(?:^|[,;:(]|\band|\bbut|\bwhile|\bwith|\bas|[-–•]) ?(?:the )?"
    r"((?:[A-Z][\w.'’&-]*)(?: (?:of|the|for|and|&|[A-Z][\w.'’&-]*)){0,5}?)"
    r"(?: ?\(| ?:| ?[-–]| ?,)?(?: (?:on|with|at|to|by|down to|up to|had|won|got|took|has|have))?"
    r"(?: (?:about|around|some|just|only|nearly|almost|a|the))* ?$"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """`holder`, `holder_head`, `holder_names`, `holder_rule` of `Facets`."""

    phrase: str | None = None
    head: str | None = None
    names: tuple[str, ...] = ()
    rule: str | None = None


NOBODY = Holder()


def read_holder(spot: Spot | None, speaker: Holder, skip: tuple[int, int] | None) -> Holder:
    """The holder of a number; `NOBODY` where the sentence names none. `speaker`: who says it, for pronouns in what they
    say; `skip`: offsets of the speaker's mention in the sentence, which holds nothing by itself."""
    if spot is None:
        return NOBODY
    for rule, token in _candidates(spot):
        if skip is not None and skip[0] <= token.idx < skip[1] and rule in ("label", "by"):
            continue
        found = (
            _stands_for(token, spot, speaker)
            if token.lower_ in list_of("holder", "pronouns")
            else _holder_of(token, rule)
        )
        if found is not None:
            return found
    return _label(spot) or NOBODY


def _holder_of(token: Token, rule: str) -> Holder | None:
    """The holder that a noun is; None for nouns that hold nothing ("the figure", "last year")."""
    named = token.pos_ in ("ADJ", "INTJ", "X") and (token.text[:1].isupper() or name_words(token))
    if (
        not (token.pos_ in NOUNS or named)
        or is_calendar(token)
        or token.like_num
        or any(c.like_num for c in token.children)
    ):
        return None
    names = name_words(token) or ((token.lower_,) if token.pos_ in ("INTJ", "X") else ())
    head = head_lemma(token)
    if not names and (head in list_of("holder", "empty") or not head.isalpha()):
        return None
    return Holder(phrase_text(token), head, names, rule)


def _candidates(spot: Spot) -> Iterator[tuple[str, Token]]:
    """Tokens that may name the holder, the surest first."""
    chain = list(_nouns_up(spot))
    yield from _told_behind(spot)
    for noun in chain:
        yield from (("possessor", c) for c in noun.children if c.dep_ == "poss")
    givers = ("by", "from") if dimension(spot.group.quantity.unit) == "money" else ("by",)
    for noun in chain:
        yield from (
            ("by", t) for t in _objects(noun, givers) if not _inside(t, spot) and (name_words(t) or givers[1:] == ())
        )
    yield from _passive_doer(spot)
    yield from _voted_for(spot, chain)
    if (label := _label_token(spot)) is not None:
        yield "label", label
    yield from (("beside", noun) for noun in chain[1:] if _named_beside(noun, spot))
    yield from _set_at(spot)
    yield from _subjects(spot)
    for noun in chain[:1]:
        yield from (("modifier", c) for c in noun.children if _is_demonym(c, spot))
        yield from (("of", t) for t in _objects(noun, ("of",)) if name_words(t) and not _inside(t, spot))


def _told_behind(spot: Spot) -> Iterator[tuple[str, Token]]:
    """Who does what is said of the number behind it: "the 5.4 billion that Teldar had offered", "the 42bn given by the
    supervisor"."""
    for verb in spot.top.children:
        if verb.dep_ not in ("relcl", "acl") or verb.i < spot.top.i or verb.lemma_.lower() in _SPOKEN:
            continue
        yield from (("subject", c) for c in verb.children if c.dep_ == "nsubj" and c.tag_ not in ("WDT", "WP"))
        yield from (("by", t) for t in _objects(verb, ("by",)))


def _passive_doer(spot: Spot) -> Iterator[tuple[str, Token]]:
    """ "34 seats were won by the Greens"; not who "confirmed" them."""
    verb = spot.verb
    if verb is None or _is_agent_phrase(spot) or verb.lemma_.lower() in list_of("holder", "telling"):
        return
    for child in verb.children:
        if child.dep_ == "agent":
            yield from (("by", t) for t in child.children if t.dep_ == "pobj" and not _inside(t, spot))


def _voted_for(spot: Spot, chain: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """ "41% for Berg", "54% voted for Berg"."""
    if spot.group.quantity.unit not in ("share", "percentage_point") and not _counts_votes(spot):
        return
    for token in (spot.group.top, *chain, *((spot.verb,) if spot.verb is not None else ())):
        yield from (("for", t) for t in _objects(token, ("for",)) if name_words(t) and not _inside(t, spot))


def _named_beside(noun: Token, spot: Spot) -> bool:
    """ "with Labour at 29", "the Greens, on 12 seats": the number hangs on a proper name."""
    through = next((t for t in (spot.top, *spot.top.ancestors) if t.head is noun), None)
    if through is None or not (name_words(noun) or noun.text[:1].isupper()) or noun.pos_ == "NOUN":
        return False
    return through.lower_ in ("at", "on", "with", "to") or through.dep_ in ("appos", "nummod", "npadvmod")


def _set_at(spot: Spot) -> Iterator[tuple[str, Token]]:
    """ "The poll puts the Greens at 12 per cent": the object of a verb of placing."""
    verb, top = spot.verb, spot.top
    if verb is None or top.dep_ != "pobj" or top.head.lower_ not in ("at", "on") or top.head.head is not verb:
        return
    yield from (("object", c) for c in verb.children if c.dep_ == "dobj" and name_words(c) and not _inside(c, spot))


def _is_demonym(token: Token, spot: Spot) -> bool:
    """ "Oskan soldiers": a capital where no sentence begins."""
    beside = token.dep_ in ("amod", "compound", "nmod") and token.text[:1].isupper() and token.i > 0
    return beside and not spot.group.holds(token) and not token.word.is_upper


def _inside(token: Token, spot: Spot) -> bool:
    """Whether a token is the number's own phrase."""
    return token is spot.top or spot.group.holds(token) or spot.group.top in token.subtree


def _nouns_up(spot: Spot) -> Iterator[Token]:
    """The counted noun, and the nouns that it hangs on: "bid" over "a bid of 5.8m"."""
    token = spot.top
    if token.pos_ in (*NOUNS, "NUM", "SYM", "ADJ", "PRON", "X"):
        yield token
    for _, above in zip(range(2 * _UP), token.ancestors, strict=False):
        if above.pos_ in VERBS:
            return
        if above.pos_ in (*NOUNS, "INTJ", "X"):
            yield above


def _objects(noun: Token, prepositions: tuple[str, ...]) -> Iterator[Token]:
    for child in noun.children:
        if child.dep_ in ("prep", "agent") and child.lower_ in prepositions and child.i > noun.i:
            yield from (t for t in child.children if t.dep_ == "pobj")


def _counts_votes(spot: Spot) -> bool:
    return spot.noun is not None and spot.noun.lemma_.lower() in ("vote", "seat", "ballot", "support")


def _is_agent_phrase(spot: Spot) -> bool:
    """Whether the number stands in the "by" phrase itself: "arrested by eight officers"."""
    return spot.top.dep_ == "pobj" and spot.top.head.dep_ == "agent"


def _subjects(spot: Spot) -> Iterator[tuple[str, Token]]:
    """The subject of the verbs over the number, or what is named beside a subject that is only an amount's noun: "the
    Norvia bid was 5.8m"."""
    verb = next((v for v in spot.verbs), None)
    seen = 0
    while verb is not None and seen < _UP:
        seen += 1
        subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
        if subject is not None:
            if _inside(subject, spot) or (spot.top.i < verb.i and spot.top.dep_ in _SUBJECTS):
                return
            if verb.lemma_.lower() in list_of("holder", "telling") and (
                spot.group.quantity.unit in ("count", "share") or _is_content(spot, verb)
            ):
                return
            if subject.tag_ in ("WDT", "WP"):
                if verb.dep_ == "relcl":
                    yield "subject", verb.head
                return
            yield from _said_of(subject)
            return
        if verb.dep_ == "acl" and verb.head.pos_ in NOUNS:
            yield "subject", verb.head
            return
        if verb.dep_ not in ("conj", "xcomp", "advcl", "pcomp") or verb.head is verb:
            return
        verb = verb.head if verb.head.pos_ in VERBS else next((a for a in verb.ancestors if a.pos_ in VERBS), None)


def _is_content(spot: Spot, verb: Token) -> bool:
    """Whether the number lies in what a verb of telling tells, not in its own object."""
    return any(c.dep_ in ("ccomp", "parataxis") and spot.group.top in c.subtree for c in verb.children)


def _said_of(subject: Token) -> Iterator[tuple[str, Token]]:
    """A subject, or for "the bid by Norvia", "Norvia's bid", "turnout in Tarn" what its noun names."""
    if subject.lower_ in list_of("holder", "pronouns") or name_words(subject) == () or subject.pos_ == "NOUN":
        for child in subject.children:
            if child.dep_ == "poss":
                yield "possessor", child
        yield from (("by", t) for t in _objects(subject, ("by",)))
        yield from (("for", t) for t in _objects(subject, ("for",)) if name_words(t))
        yield from (("of", t) for t in _objects(subject, ("of",)) if name_words(t))
    yield "subject", subject


# ---------------------------------------------------------------- labels and gaps


def _label_token(spot: Spot) -> Token | None:
    """The name right before a number without a verb of its own: "the Liberals 34", "Norvia: 12", "Berg (41%)"."""
    match = _GAP.search(spot.doc.text[: spot.start])
    if match is None:
        return None
    inside = [t for t in spot.doc if match.start(1) <= t.idx < match.end(1) and t.pos_ != "DET"]
    if not inside or any(t.pos_ in VERBS for t in inside):
        return None
    heads = [t for t in inside if t.head is t or not match.start(1) <= t.head.idx < match.end(1)]
    head = heads[0] if len(heads) == 1 else inside[-1]
    return head if head.pos_ in (*NOUNS, "ADJ") else None


def _label(spot: Spot) -> Holder | None:
    token = _label_token(spot)
    if token is None or is_calendar(token):
        return None
    names = name_words(token) or tuple(w for w in (token.lower_,) if token.text[:1].isupper() and token.i)
    return Holder(token.text, head_lemma(token), names, "label") if names else None


# ---------------------------------------------------------------- pronouns


def _stands_for(pronoun: Token, spot: Spot, speaker: Holder) -> Holder | None:
    """What a pronoun stands for: the speaker in what they say of themselves, else the sentence's nearest earlier named
    subject for "it", "its", "they", "their"."""
    word = pronoun.lower_
    if word in ("we", "our", "i", "my"):
        return speaker if speaker.head else None
    for token in reversed(spot.doc[: pronoun.i]):
        if token.dep_ in _SUBJECTS and token.pos_ in NOUNS and not is_calendar(token):
            found = _holder_of(token, "subject")
            if found is not None and (found.names or word in ("it", "its")):
                return found
            return None
    return speaker if speaker.names and word in ("it", "its", "they", "their") else None


# ---------------------------------------------------------------- role


def read_role(spot: Spot | None, event: str | None) -> Role | None:
    """Whether what is counted does the event of its clause or suffers it; None where the number is neither its subject
    nor its object. `event`: the reader's lemma."""
    if spot is None or spot.group.quantity.unit != "count":
        return None
    token = spot.top
    while token.dep_ in ("conj", "appos") and token.head.pos_ in (*NOUNS, "NUM"):
        token = token.head
    if token.dep_ == "pobj" and token.head.dep_ == "agent":
        return "agent"
    above = token.head
    if token.dep_ == "pobj" and above.lower_ == "of" and above.head.lemma_.lower() in list_of("role", "suffered"):
        return "patient"
    if above.pos_ not in VERBS:
        return "patient" if _is_suffering(token) else None
    if token.dep_ in ("dobj", "nsubjpass"):
        return "patient"
    if token.dep_ == "nsubj":
        suffered = event in list_of("role", "suffers") and event != above.lemma_.lower()
        if suffered or _suffers(above) or _is_suffering(token):
            return "patient"
        return "agent" if _acts(above) else None
    return None


def _acts(verb: Token) -> bool:
    """Whether a verb has an object that its subject does something to; "spent the night" has none."""
    return any(c.dep_ == "dobj" and not is_calendar(c) for c in verb.children)


def _is_suffering(token: Token) -> bool:
    """ "40 people killed in the blast", "nine people who were held"."""
    return any(
        (c.dep_ == "acl" and c.tag_ == "VBN") or (c.dep_ == "relcl" and any(t.dep_ == "auxpass" for t in c.children))
        for c in token.children
    )


def _suffers(verb: Token) -> bool:
    if any(c.dep_ == "auxpass" for c in verb.children) or verb.tag_ == "VBN":
        return True
    return verb.lemma_.lower() in list_of("role", "suffers")
