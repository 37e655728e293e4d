"""What the sentence of a claim says beside the quantity: where the number stands, of which incident, whose it is, how
much of the whole it covers, whether it is done or only offered, planned, foretold.

The facets are read once, where the sentence is parsed (`processing.claims.facets`), and stored with the claim. Each
is None or empty where the sentence does not say it; none is a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["MODALITIES", "Facets", "Incident", "Modality", "Role", "Scope", "Severity", "Tense", "Zone"]

Zone = Literal["title", "lead", "body"]
Incident = Literal["own", "other"]
Role = Literal["agent", "patient"]
Scope = Literal["all", "part"]
Severity = Literal["serious", "slight"]
Tense = Literal["past", "past perfect", "perfect", "present", "future"]
Modality = Literal[
    "done",
    "offered",
    "asked",
    "planned",
    "forecast",
    "capacity",
    "threshold",
    "needed",
    "target",
    "hypothetical",
]
MODALITIES: tuple[Modality, ...] = (
    "done",
    "offered",
    "asked",
    "planned",
    "forecast",
    "capacity",
    "threshold",
    "needed",
    "target",
    "hypothetical",
)


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of one claim. Names and words are lower case; a name is the tuple of its words ("social",
    "democrats") without titles, articles and possessive endings.

    **Where it stands.** `sentence`, `paragraph`: 0 is the title, the text's first is 1; page furniture counts for
    nothing. `zone`: "lead" is the text's first paragraph that is no cross-head. `rank`: the number's place among the
    article's claims in reading order, from 1, the title's first; `rank_in_unit`: among those of its dimension (counts,
    money, shares, lengths ...). `first_rank`: the place of the first claim of the article that gives the same interval
    and unit, so that a number repeated further down keeps the rank of the headline.

    **Which incident.** `incident`: "own" where the claim is told as the story's own (in title or lead, or of a day near
    publication, and nothing says otherwise), "other" where the clause dates, names or compares another one; None where
    nothing says it. `incident_marks`: what says so ("year", "month", "date", "phrase", "another", "compared", "habit",
    "past perfect", "goes on"). `incident_years` (2019), `incident_months` ("2019-05"), `incident_names`: by which the
    other one is known.

    **Whose number.** `holder`: the phrase as written; `holder_head`: its head's lemma ("party"); `holder_names`: the
    words of its proper name, empty for a description; `holder_rule`: "possessor", "by", "for", "label", "beside",
    "object", "subject", "speaker", "modifier", "of". A pronoun is replaced by what it stands for, else the
    holder is None.
    `role`: whether what is counted does the event ("agent": eight officers arrested him) or suffers it ("patient": two
    were arrested, 12 died).

    **How much of the whole.** `scope`: "part" where the sentence says that the number is some of a larger one ("of
    them", "including"), "all" where it says that it is the whole; `scope_marks` say by what. `places`: the words of the
    name of the place or institution nearest to the number in its clause; `place_beside`: whether it stands right at the
    number ("190 in Tarn"). `institution`: its noun ("hospital", "school"), None where it is none of those. `groups`:
    the groups of people that the counted noun names ("child", "woman", "officer", "staff"; "person" for people at
    large), empty where it names none. `severity` of the harm. `times`: the stretch of time that it is limited to
    ("overnight", "first quarter", "so far this year"), "each day", "each year" for a rate.

    **Done or not.** `modality`; `modality_word`: the word that says it. "done" where the verb tells a fact.
    `tense`: of the clause's verb. `clause`: offsets in the claim's sentence (start, end) of the clause that holds the
    number."""

    sentence: int
    paragraph: int
    zone: Zone
    rank: int
    rank_in_unit: int
    first_rank: int
    incident: Incident | None = None
    incident_marks: tuple[str, ...] = ()
    incident_years: tuple[int, ...] = ()
    incident_months: tuple[str, ...] = ()
    incident_names: tuple[str, ...] = ()
    holder: str | None = None
    holder_head: str | None = None
    holder_names: tuple[str, ...] = ()
    holder_rule: str | None = None
    role: Role | None = None
    scope: Scope | None = None
    scope_marks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    place_beside: bool = False
    institution: str | None = None
    groups: tuple[str, ...] = ()
    severity: Severity | None = None
    times: tuple[str, ...] = ()
    modality: Modality | None = None
    modality_word: str | None = None
    tense: Tense | None = None
    clause: tuple[int, int] | None = None
