"""Whether a number is of another period or another whole, which its sentence only sets beside the one that it tells of:
"260,000 tonnes, against 340,000 last year"."""

from __future__ import annotations

import re
from datetime import datetime

from processing.figures.sentences import before_number, behind_number
from schemas.records import Claim

__all__ = ["of_other_period"]

_BEHIND = 60  # characters behind a number in which its own period stands
_BESIDE = re.compile(
    r"\b(?:against|compared (?:with|to)|versus|(?:up|down) from|instead of|rather than|not|from|after)"
    r"(?: (?:the|an?|some|about|around|nearly|almost|just|only|over|more than|average of|peak of|record))*\s*$",
    re.IGNORECASE,
)
_SPAN = r"(?:year|season|month|quarter|decade|century|summer|autumn|fall|winter|spring|harvest|campaign|election)"
_PERIOD = re.compile(
    rf"\b(?:last|the (?:previous|preceding|past)|an?|one|two|three|five|ten) {_SPAN}s?(?: (?:ago|earlier|before))?\b"
    rf"|\bthe {_SPAN} before\b|\bbefore the (?:pandemic|war|crisis)\b|\bin the (?:(?:19|20)\d0s|\w+ties)\b"
    r"|\bin (?:(?:the )?whole of |all of |early |late |mid-)?(?:[A-Z][a-z]+ )?((?:19|20)\d\d)\b",
)
_POSSESSED = re.compile(
    rf"\b(?:last {_SPAN}|the (?:previous|preceding) {_SPAN}|(?:19|20)\d\d)['’]s?\b[^.,;:\d]{{0,50}}$", re.IGNORECASE
)
_CUT = re.compile(r"[,;:](?=\s)|\s(?:and|but|while|whereas|when|though|although)\s")


def of_other_period(claim: Claim) -> bool:
    """Whether the words right at the number give it a period of its own that lies before the one that the sentence
    tells of: behind a word that compares, or as what somebody has of last year ("last year's crop was"). A period alone
    tells nothing: the whole story may be of last year."""
    before = before_number(claim)
    if _POSSESSED.search(before):
        return True
    return _BESIDE.search(before) is not None and _is_past(behind_number(claim), claim.published)


def _is_past(behind: str, published: datetime | None) -> bool:
    own = _CUT.split(behind[:_BEHIND], maxsplit=1)[0]
    found = _PERIOD.search(own)
    if found is None:
        return False
    year = found[1]
    return year is None or published is None or int(year) < published.year
