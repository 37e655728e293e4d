"""By which rule it is known what a number is of, and the words for people beside each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processing.claims.counted.event import Event
    from processing.claims.document.tree import Token

__all__ = ["Measured", "What"]


class What(StrEnum):
    """A rule that names what a number counts or measures. The value is what `explain` shows; where a preposition or a
    word of the text makes it clearer, `Measured.words` says it with that word."""

    # beside the number
    NO_TOKEN = "no token"
    BEHIND = "noun after the number"
    INSIDE = "number in the noun"
    BETWEEN = "noun between the numbers"
    CHANGED = "what changed"
    OF = "of behind the number"
    COMPLEMENT = "complement behind the number"
    WORTH = "noun before worth"
    MOVED = "noun that is up or down"
    RIGHT_BEFORE = "noun right before the number"
    BEFORE = "noun before the number"
    LABEL = "label before the number"
    AS_MANY = "noun that is compared in number"
    # the whole of a part
    WHOLE = "noun of the whole"
    WHOLE_IN_FRONT = "of the whole in front"
    WHOLE_BEFORE = "whole named before"
    WHOLE_OF_SHARE = "whole of the share before"
    OF_THEM = "of them"
    BEHIND_OF_THEM = "noun behind of them"
    # what governs it
    APPOSED = "apposition"
    STANDS_WITH = "noun that it stands with"
    NOUN_WITH = "noun with a preposition"
    LIST = "noun that a list gives examples of"
    OBJECT_WITH = "object, number with a preposition"
    SUBJECT_WITH = "subject, number with a preposition"
    OBJECT_BESIDE = "object beside the number"
    OBJECT = "object of the verb"
    PURPOSE = "purpose of the verb"
    SPENT_DOING = "what the amount is spent doing"
    RECEIVER = "who receives the amount"
    SUBJECT = "subject of the verb"
    SUBJECT_TAKEN = "subject of a verb taken for a noun"
    LACKED = "what was lacking for so long"
    PREDICATE = "predicate noun"
    # people whom an event selects
    PEOPLE = "people by the event"
    PEOPLE_OF_WHOLE = "people by the state of the whole"
    PEOPLE_WITHOUT = "people without"
    PEOPLE_PUT_AT = "people by the state that is reckoned"
    # as another number
    SAME = "the same as the number before"
    IN_BRACKET = "as the number before the bracket"
    BESIDE = "as the number beside it"
    TIME_BEHIND = "as the time behind it"
    NEW_VALUE = "as the new value"
    OLD_VALUE = "as the old value"
    LED_TO = "as the change that leads to it"
    HYPHEN = "noun behind a suspended hyphen"
    PAIR = "noun of the number before"
    GAP = "noun left out"
    GAP_SUBJECT = "subject of a gap"
    CARRIED = "as the measure before"
    # somewhere earlier
    FOR_PRONOUN = "subject that a pronoun stands for"
    PRONOUN = "of a pronoun"
    SENTENCE_BEFORE = "subject of the sentence before"
    EARLIER = "old value of an earlier number"
    POINTS_BACK = "a noun that points back"
    PART_OF_EARLIER = "part of an earlier number"
    ALONE = "number alone"
    NOTHING = "nothing named"


@dataclass(frozen=True, slots=True)
class Measured:
    """The head noun of what is measured, with the rule and how sure it is (0..1).

    `token` is None where what is measured is another number's (the rule says whose) or is not said here. `words` tells
    people the rule where a word of the text makes it clearer than the rule's own name does."""

    token: Token | None
    rule: What
    sure: float
    event: Event | None = None
    words: str = ""
