"""What is compared: a claim with its copy group, and what two of them share: origin, article, sentence, quotation,
moment.

Every function here states one fact of the glossary ("Comparing two claims") and nothing else; `table.py` puts them
together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from schemas.records import Claim

__all__ = [
    "QUOTED_RUN",
    "Statement",
    "days_between",
    "end_day",
    "known_on",
    "mask_numbers",
    "one_origin",
    "one_quotation",
    "one_stated_day",
    "origins",
    "own_voice",
    "precedes",
    "slot",
    "undecided",
]

QUOTED_RUN = 5  # so many running words beside the number make two quotations one
_LAST_SECOND = timedelta(hours=24) - timedelta(seconds=1)
_DIGITS = r"[-+]?\d+(?:[.,'’\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?:st|nd|rd|th|m|bn|k)?"
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = (
    "hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens score scores"
)
_WORD = "|".join(f"{_ONES} {_TENS} {_SCALES}".split())
_IN_WORDS = rf"(?<!\w)(?:{_WORD})(?:[ -](?:and[ -])?(?:{_WORD}))*(?!\w)"
_NUMBER = re.compile(rf"(?<![\w.]){_DIGITS}(?:[ -](?:{_SCALES.replace(' ', '|')}))?(?!\w)|{_IN_WORDS}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as it is compared. `copies` is the id of its article's copy group; `masked` its sentence with the numbers
    masked; `written` the claim as it was read, where `claim` was converted to another unit."""

    claim: Claim
    copies: str | None = None
    masked: str | None = None
    written: Claim | None = None

    @property
    def shown(self) -> Claim:
        """The claim in its own unit, for people."""
        return self.written or self.claim


@lru_cache(maxsize=4096)
def mask_numbers(sentence: str) -> str:
    """The sentence with every number, in digits or words, as `#`, in lower case, with plain spaces: equal where only a
    number differs."""
    return " ".join(_NUMBER.sub("#", sentence).casefold().split())


def slot(statement: Statement) -> tuple[str, int]:
    """Where a number stands: its masked sentence, and how many numbers stand before it there."""
    claim = statement.claim
    before = claim.sentence[: max(0, claim.start - claim.sentence_start)]
    return statement.masked or mask_numbers(claim.sentence), len(_NUMBER.findall(before))


# ---------------------------------------------------------------- who


def own_voice(claim: Claim) -> bool:
    """Whether the outlet says it itself: nobody is cited."""
    return claim.source_status == "outlet"


def undecided(claim: Claim) -> bool:
    """Whether somebody is cited of whom nobody can say who it is, as an id."""
    return not own_voice(claim) and not claim.source_id


def origins(statement: Statement) -> tuple[str, ...]:
    """Keys of the claim's origins: one, or each of a joint source.

    An outlet's own voice is an origin of its own, shared by the copies of one text. A source without an id is known by
    its words (`?words`) so that its newest claim can be found; such keys make nobody one origin, see `one_origin`."""
    claim = statement.claim
    if own_voice(claim):
        return (f"copies:{statement.copies}" if statement.copies else f"outlet:{claim.outlet}",)
    if not claim.source_id:
        return ("?" + " ".join((claim.source or claim.id).casefold().split()),)
    return (claim.source_id,) if isinstance(claim.source_id, str) else tuple(sorted(claim.source_id))


def one_origin(p: Statement, n: Statement) -> bool:
    """Whether both come from one origin, as far as that is known; joint sources share each of theirs."""
    return not (undecided(p.claim) or undecided(n.claim)) and bool(set(origins(p)) & set(origins(n)))


# ---------------------------------------------------------------- when


def end_day(claim: Claim) -> date | None:
    """The day that orders a claim: the end of its as-of, else its publication day; None where neither is known."""
    if claim.as_of is not None:
        return claim.as_of[1]
    return claim.published.astimezone(UTC).date() if claim.published else None


def known_on(claim: Claim) -> date | None:
    """The day on which it could be read: its publication day (in the outlet's time zone, where a guessed as-of says
    it)."""
    if claim.as_of is not None and claim.as_of_guess:
        return claim.as_of[1]
    if claim.published is not None:
        return claim.published.astimezone(UTC).date()
    return claim.as_of[1] if claim.as_of else None


def published_span(claim: Claim) -> tuple[datetime, datetime] | None:
    """From when to when it may have been published: a moment, or all of a day where only that is known."""
    if claim.published is None:
        return None
    return claim.published, claim.published + (_LAST_SECOND if claim.published_precision == "day" else timedelta(0))


def precedes(p: Claim, n: Claim) -> bool:
    """Whether p comes before n for certain: by revision within one article, else by the end of as-of, then by
    publication.

    False where the dates do not order the two, so that `not precedes(a, b) and not precedes(b, a)` says "unordered".
    """
    if p.article_key == n.article_key and p.revision != n.revision:
        return p.revision < n.revision
    first, second = end_day(p), end_day(n)
    if first is None or second is None:
        return False
    if first != second:
        return first < second
    a, b = published_span(p), published_span(n)
    return a is not None and b is not None and a[1] < b[0]


def days_between(p: Claim, n: Claim) -> int | None:
    """Days from the end of p's as-of to the end of n's; None where one has no as-of."""
    if p.as_of is None or n.as_of is None:
        return None
    return (n.as_of[1] - p.as_of[1]).days


def one_stated_day(p: Claim, n: Claim) -> bool:
    """Whether both state one as-of themselves; a publication day orders but does not make simultaneous."""
    return (
        p.as_of is not None and n.as_of is not None and not p.as_of_guess and not n.as_of_guess and p.as_of == n.as_of
    )


# ---------------------------------------------------------------- in which words


def _around(claim: Claim) -> tuple[list[str], list[str]] | None:
    """The quoted words before the number (nearest first) and after it, numbers masked; None where it is not quoted."""
    if not claim.quote:
        return None
    quote = " ".join(claim.quote.split())
    text = " ".join(claim.text.split())
    at = quote.find(text)
    if at < 0:
        return None
    left, right = mask_numbers(quote[:at]), mask_numbers(quote[at + len(text) :])
    return re.findall(r"[\w#]+", left)[::-1], re.findall(r"[\w#]+", right)


def _shared(a: list[str], b: list[str]) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def same_quoted_words(p: Claim, n: Claim) -> bool:
    """Whether five or more running words beside the number are the same in both quotations."""
    first, second = _around(p), _around(n)
    if first is None or second is None:
        return False
    return _shared(first[0], second[0]) + _shared(first[1], second[1]) >= QUOTED_RUN


def one_relay(p: Claim, n: Claim) -> bool:
    """Whether both name the same relay."""
    return bool(p.relay) and _names(p) == _names(n)


def _names(claim: Claim) -> list[str]:
    return [re.sub(r"^the\s+", "", " ".join(name.casefold().split())) for name in claim.relay]


def one_quotation(p: Statement, n: Statement) -> bool:
    """Whether both give one utterance: the same quoted words beside the number, or one origin, relay and stated day."""
    if same_quoted_words(p.claim, n.claim):
        return True
    return one_origin(p, n) and one_relay(p.claim, n.claim) and one_stated_day(p.claim, n.claim)


_BRIEFING = re.compile(r"\b(?:briefing|(?:news|press) conference|joint statement)\b", re.IGNORECASE)


def one_briefing(p: Statement, n: Statement) -> bool:
    """Whether both come from one briefing: one quotation, or a briefing named as the relay of both on one day."""
    if one_quotation(p, n):
        return True
    a, b = p.claim, n.claim
    return one_relay(a, b) and bool(_BRIEFING.search(" ".join(a.relay))) and days_between(a, b) == 0
