"""Whether what a number counts is done, or offered, asked for, planned, foretold, possible, needed; and the tense."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import head_lemma
from processing.claims.facets.spot import Spot, is_finite, words_of
from processing.words import user_folders
from schemas.facets import MODALITIES, Modality, Tense

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["read_modality", "read_tense"]

_MODALS: dict[str, Modality] = {
    **dict.fromkeys(("will", "shall", "'ll", "wo"), "planned"),
    **dict.fromkeys(("would", "could", "might", "may", "should", "'d"), "hypothetical"),
    "must": "needed",
}


@lru_cache(maxsize=4)
def _classes(kind: str, _folders: tuple[Path, ...]) -> dict[str, Modality]:
    """Word -> class, of the verbs or of the nouns and adjectives."""
    table = words_of("modality")[kind]
    return {word: name for name in MODALITIES for word in table.get(name, ())}


def read_modality(spot: Spot | None, tense: Tense | None) -> tuple[Modality | None, str | None]:
    """The class and the word that says it; (None, None) where nothing does."""
    if spot is None:
        return None, None
    nouns, verbs = _classes("nouns", user_folders()), _classes("verbs", user_folders())
    for token in _nouns_over(spot):
        found = nouns.get(token.lemma_.lower()) or nouns.get(token.lower_)
        if found is not None and token.pos_ in ("NOUN", "ADJ", "PROPN", "VERB"):
            return found, token.lower_
    behind = [c for c in spot.top.children if c.dep_ in ("relcl", "acl") and c.i > spot.top.i]
    for verb in behind:
        told = _of_verb(verb, verbs)
        if told is not None and told[0] in ("offered", "asked", "planned", "forecast", "needed", "target"):
            return told
    if _is_room(spot):
        return "capacity", spot.top.head.lower_
    for verb in spot.verbs:
        told = _of_verb(verb, verbs)
        if told is not None:
            return told
        if is_finite(verb):
            break
    if any(t.lower_ in ("if", "unless") and t.dep_ == "mark" for t in spot.clause):
        return "hypothetical", "if"
    done = tense in ("past", "perfect", "past perfect") and spot.verbs
    return ("done", spot.verbs[-1].lower_) if done else (None, None)


def _is_room(spot: Spot) -> bool:
    """ "Tents for 9,000 families", "the hall holds 450 people"."""
    above, holds = spot.top.head, words_of("modality")["containers"]
    if spot.top.dep_ == "pobj" and above.lower_ == "for":
        return head_lemma(above.head) in holds and above.head.pos_ in ("NOUN", "PROPN")
    if spot.top.dep_ != "dobj" or above.lemma_.lower() not in ("hold", "seat", "sleep", "fit", "take", "house"):
        return False
    subject = next((c for c in above.children if c.dep_ == "nsubj"), None)
    return above.tag_ in ("VBZ", "VBP") and subject is not None and head_lemma(subject) in holds


def _nouns_over(spot: Spot) -> list[Token]:
    """The nouns that the number hangs on or is said of: "an offer of", "the target is", "a capacity of"."""
    found: list[Token] = []
    top = spot.top
    found += [c for c in top.children if c.dep_ in ("amod", "compound", "nmod") and not spot.group.holds(c)]
    if spot.noun is not None and spot.noun is spot.top and spot.noun is not spot.group.top:
        found.append(spot.noun)
    for above in top.ancestors:
        if above.pos_ in ("VERB", "AUX"):
            if above.dep_ in ("acl",):
                found.append(above.head)
            if above.lemma_ == "be" or above.lemma_.lower() in ("stand", "remain", "rise", "fall", "set", "have"):
                found += [
                    t
                    for c in above.children
                    if c.dep_ in ("nsubj", "nsubjpass", "attr")
                    for t in (c, *(g for g in c.children if g.dep_ in ("amod", "compound")))
                ]
            break
        if above.pos_ in ("NOUN", "PROPN"):
            found += [above, *(c for c in above.children if c.dep_ in ("amod", "compound"))]
    return found


def _of_verb(verb: Token, classes: dict[str, Modality]) -> tuple[Modality, str] | None:
    lemma = verb.lemma_.lower()
    for child in verb.children:
        if child.dep_ == "prt" and f"{lemma} {child.lower_}" in classes:
            return classes[f"{lemma} {child.lower_}"], verb.lower_
        if child.dep_ == "prep" and child.lower_ == "for" and f"{lemma} for" in classes:
            return classes[f"{lemma} for"], verb.lower_
    found = classes.get(lemma)
    modal = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ in _MODALS), None)
    can = any(c.dep_ == "aux" and c.lower_ in ("can", "could") for c in verb.children)
    if found == "capacity":
        return (found, verb.lower_) if can or lemma in ("seat", "accommodate") else None
    if found is not None:
        return found, verb.lower_
    if modal is not None:
        return _MODALS[modal.lower_], modal.lower_
    return None


def read_tense(spot: Spot | None) -> Tense | None:
    """The tense of the clause's verb; None where the clause has none."""
    if spot is None or not spot.verbs:
        return None
    verb = spot.verbs[-1]
    aux = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if aux & {"will", "shall", "'ll", "wo"}:
        return "future"
    if verb.tag_ == "VBN" or verb.tag_ == "VBD":
        if aux & {"had"}:
            return "past perfect"
        if aux & {"has", "have", "'ve", "'s"} and verb.tag_ == "VBN":
            return "perfect"
        if aux & {"was", "were"} or verb.tag_ == "VBD":
            return "past"
        return "present" if aux & {"is", "are", "be", "being"} else "past" if not aux and verb.dep_ == "ROOT" else None
    if verb.tag_ in ("VBZ", "VBP"):
        return "present"
    if verb.tag_ == "VBG":
        return "past" if aux & {"was", "were"} else "present" if aux & {"is", "are"} else None
    return None
