"""The frozen records that steps exchange. The words are those of the project's glossary (docs/figures.md).

Times are timezone-aware UTC `datetime`; days are `date`; ids are lower-case hexadecimal digests of what identifies
the record, so that the same input always gives the same id.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

import orjson
from pydantic import TypeAdapter

from schemas.facets import Facets

__all__ = [
    "APPROX",
    "FINDINGS",
    "STOPPED",
    "Alert",
    "AlertEvent",
    "AppliedCorrection",
    "Approx",
    "Article",
    "Aspect",
    "Certainty",
    "Claim",
    "CopyGroup",
    "Correction",
    "Coverage",
    "Delivery",
    "Denial",
    "Figure",
    "FigureDay",
    "Finding",
    "FindingName",
    "Kind",
    "LiveUpdate",
    "Outcome",
    "Page",
    "PagePart",
    "Precision",
    "Quantity",
    "Reading",
    "Rejection",
    "Run",
    "Severity",
    "SourceStatus",
    "Stance",
    "Story",
    "UrlState",
    "digest_id",
    "dump_json",
    "load_json",
    "readable",
]

Approx = Literal["exact", "about", "nearly", "at_least", "more_than", "at_most", "less_than", "range", "vague"]
APPROX: tuple[Approx, ...] = (
    "exact",
    "about",
    "nearly",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "range",
    "vague",
)
Aspect = Literal["level", "change"]
Certainty = Literal["stated", "approximate", "floor", "ceiling", "range", "vague"]
Kind = Literal["cumulative", "level", "event"]
Precision = Literal["minute", "day"]
Severity = Literal["high", "low"]
SourceStatus = Literal["named", "described", "outlet", "unresolved"]
SourceType = Literal[
    "conflict_party",
    "government",
    "police",
    "court",
    "party",
    "un",
    "ngo",
    "union",
    "employer",
    "company",
    "medical",
    "hospital",
    "scientist",
    "pollster",
    "eyewitness",
    "anonymous",
    "media",
]
Grade = Literal["A", "B", "C", "D", "E", "F"]
Stance = Literal["asserts", "denies", "disputes", "questions", "withdrawn"]
FindingName = Literal[
    "denies",
    "edited",
    "altered",
    "inconsistent",
    "exceeds_whole",
    "conflates",
    "slips",
    "misquotes",
    "conflicts",
    "falls",
    "moved",
    "revises",
    "lags",
    "hardens",
    "jumps",
    "updates",
    "narrows",
    "agrees",
]
FINDINGS: dict[FindingName, str] = {
    "denies": "denied",
    "edited": "silent edit",
    "altered": "altered copy",
    "inconsistent": "contradicts itself",
    "exceeds_whole": "part exceeds whole",
    "conflates": "measure or scope mixed up",
    "slips": "order of magnitude, wrong unit",
    "misquotes": "attribution mismatch",
    "conflicts": "sources disagree",
    "falls": "revised down",
    "moved": "changed without a word",
    "revises": "revised",
    "lags": "older number",
    "hardens": "bound lost on the way",
    "jumps": "jump",
    "updates": "update",
    "narrows": "more precise",
    "agrees": "agrees",
}
STOPPED = "the run stopped: "  # begins the last error of a run that did not run through
AlertState = Literal["open", "acknowledged", "reconciled", "false_positive", "closed"]


def digest_id(*parts: object, size: int = 10) -> str:
    """Deterministic id: BLAKE2b over the parts joined by an unlikely separator; `2 * size` hexadecimal characters."""
    text = "\x1f".join("" if p is None else str(p) for p in parts)
    return hashlib.blake2b(text.encode("utf8", "surrogatepass"), digest_size=size).hexdigest()


# ---------------------------------------------------------------- pages and articles


@dataclass(frozen=True, slots=True)
class PagePart:
    """A further page on which an article goes on: archived as its first page is, and never an article of its own."""

    url: str
    digest: str  # sha256 of the body bytes
    size: int
    content_type: str | None
    warc_path: str | None
    warc_offset: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Fetched bytes: metadata here, the bytes in a WARC file. One record per distinct content of a URL."""

    id: str  # digest_id(url, digest); of an article on several pages digest_id(url, the digest of all digests)
    url: str  # as asked
    final_url: str  # after redirects
    outlet: str  # outlet id, e.g. "uk/bbc"; of files "ingest/NAME" where their paper has none, "ingest" without a paper
    fetched_at: datetime
    status: int  # HTTP status
    digest: str  # sha256 of the body bytes
    size: int  # bytes of the body
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    warc_path: str | None = None  # relative to the data home
    warc_offset: int | None = None
    run: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)  # what a feed or JSON line said: title, published, authors, text
    parts: tuple[PagePart, ...] = ()  # the article's further pages, in their order
    cut: str | None = None  # which of the article's pages could not be had, and why: "page 2 of 3: answers 404"


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    """One update of a live blog. `start` and `end` count characters of the article's text; `revision` counts the states
    of this update; `at` is UTC, None where the blog does not say."""

    id: str  # its own address, else a digest
    at: datetime | None
    day: date | None  # in the outlet's time zone
    headline: str | None
    url: str | None
    start: int
    end: int
    digest: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Article:
    """One revision of a cleaned text with its metadata.

    `key` is shared by all revisions of an article (digest_id of canonical URL); `id` = digest_id(key, content digest).
    `revision` counts from 1. `published` is UTC; `published_precision` "day" means the time of day is unknown and
    `published` is midnight of that day in the outlet's time zone (`published_day` is that day).
    """

    id: str
    key: str
    revision: int
    page_id: str | None
    url: str
    canonical_url: str
    outlet: str  # outlet id
    outlet_name: str
    country: str | None  # ISO 3166 alpha-2, lower case
    title: str | None
    text: str  # paragraphs parted by one blank line, without the title
    authors: tuple[str, ...]
    published: datetime | None
    published_precision: Precision | None
    published_day: date | None  # in the outlet's time zone
    modified: datetime | None
    language: str | None  # ISO 639-1
    sitename: str | None
    section: str | None
    credit: str | None  # agency credited: "Reuters", "AP", ...
    fetched_at: datetime
    digest: str  # of title and text
    topics: tuple[str, ...] = ()  # names of topics that it matches
    previous_id: str | None = None  # the revision before
    diff: str | None = None  # unified difference of the text to the revision before
    run: str | None = None
    updates: tuple[LiveUpdate, ...] = ()  # of a live blog, the oldest first
    cut: str | None = None  # where the article goes on: "page 1 of 3"; None where it is whole
    teaser: bool = False  # only the beginning of the article could be read: it is to be paid for, or goes on elsewhere


@dataclass(frozen=True, slots=True)
class UrlState:
    """What is known of one address: what a conditional request needs, and when it was last asked. `id` is
    digest_id(url)."""

    id: str
    url: str
    outlet: str
    etag: str | None
    last_modified: str | None
    digest: str | None  # sha256 of the last body
    checked_at: datetime
    status: int
    fetched_at: datetime | None = None  # when the last new body came
    kind: Literal["page", "listing", "off_topic"] = (
        "page"  # of a listing or what was off topic, `digest` is that of the filter
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended on one item. `outcome`: done, skipped, rejected, failed. `id` is digest_id(step, item)."""

    id: str
    step: str
    item: str
    outcome: Literal["done", "skipped", "rejected", "failed"]
    code: str
    reason: str
    outlet: str | None
    at: datetime
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that gave no article, and why. `code` is a stable word for counting, `reason` a sentence for people."""

    page_id: str | None
    url: str
    outlet: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Articles (ids) that are one text. `original` is the likely first one (earliest, or the credited agency's)."""

    id: str
    members: tuple[str, ...]  # article ids, by published
    original: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event. `started` is the earliest publication day of its members."""

    id: str
    members: tuple[str, ...]  # article ids
    title: str
    started: date | None
    ended: date | None
    terms: tuple[str, ...] = ()  # what holds it together, for people


# ---------------------------------------------------------------- quantities and claims


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value read from text.

    `start`/`end` cover the number with its bound words and its unit or currency sign, without the counted noun
    (offsets into the text that was given). `number_start`/`number_end` cover the bare number with scale words.
    `low`/`high`: None is open. `unit`: "count", "share" (31 % = 0.31), "percentage_point", "times", "magnitude", an ISO
    4217 code, or a singular English unit name ("kilometre"). `last_digit` is the unit of the last significant
    digit as written (1,000 -> 1000; 4,712 -> 1; 7.6 -> 0.1), None for vague. `not_claim` names why figures.md section 2
    keeps it out ("date", "age", "name", ...), None where it may be a claim. `rule` says which pattern read it.
    """

    start: int
    end: int
    text: str
    low: float | None
    high: float | None
    approx: Approx
    unit: str
    number_start: int
    number_end: int
    low_open: bool = False
    high_open: bool = False
    unit_text: str | None = None  # as written: "miles", "$", "per cent"
    per: str | None = None  # "day", "year", "100000", ...
    aspect: Aspect = "level"
    change: Literal["up", "down"] | None = (
        None  # direction of a change, or in which a level was reached ("climbed to 6.7%")
    )
    last_digit: float | None = None
    conversion_of: int | None = None  # index (in the list returned) of the quantity that this one converts in brackets
    not_claim: str | None = None
    rule: str = ""
    change_by: str | None = (
        # what says that it is a change: "verb", "far verb", "sign", "noun", "compared", "more"; "reached" of a level
        None
    )
    old_of: int | None = None  # index of the quantity that gives the new value to this old one ("from R11bn to R5.5bn")


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """One field of a claim that a person corrected: its value as read and as it is now (JSON values), who, why, when.
    `field` "drop": the claim is none."""

    field: str
    read: Any
    now: Any
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Source + relay + quantity + what + event + place + as-of, with the sentence and offsets.

    `start`/`end` count characters of the field's text (`field` = "title" or "text"); of a plain file, of the file.
    `sure` maps field names to 0..1 (None: not known); `rules` maps field names to the rule that gave them.
    `source_words` are offsets (start, end) of the source's mention. `quote` is the text between quotation marks that
    holds the number, None where it is not quoted. `asof_stated` is the negation of `as_of_guess`.

    From `headline` on stands what the pipeline made of it, kept with the claim so that an index, an export and a
    notebook can compare outlets: see processing.pipeline.understood. The fields before stay as they were read.
    """

    id: str
    article_id: str
    article_key: str
    revision: int
    field: Literal["title", "text"]
    start: int
    end: int
    text: str
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    approx: Approx
    unit: str
    per: str | None
    aspect: Aspect
    what: str | None
    what_head: str | None  # lemma, lower case
    event: str | None  # lemma
    place: str | None
    source: str | None
    source_head: str | None
    source_id: str | tuple[str, ...] | None  # tuple for joint sources; None where undecided
    source_status: SourceStatus
    relay: tuple[str, ...]  # names, outermost first
    stance: Stance
    hedged: bool
    correction: bool  # "an earlier version said", "corrected to", "revised"
    part_of: str | None  # claim id
    same_as: str | None  # claim id
    as_of: tuple[date, date] | None
    as_of_guess: bool
    period: tuple[date, date] | None
    sentence: str
    sentence_start: int
    sentence_end: int
    outlet: str
    outlet_name: str
    country: str | None
    url: str
    published: datetime | None
    published_precision: Precision | None
    last_digit: float | None = None
    change: Literal["up", "down"] | None = None
    source_words: tuple[int, int] | None = None
    quote: str | None = None
    unit_text: str | None = None
    qualifiers: tuple[str, ...] = ()  # lemmas that narrow `what`: ("north korean",), ("other",)
    sure: dict[str, float | None] = dataclasses.field(default_factory=dict)
    rules: dict[str, str] = dataclasses.field(default_factory=dict)
    run: str | None = None
    teaser: bool = False  # read from the beginning of an article only: what follows there may say otherwise
    facets: Facets | None = None  # None in claims that were read before facets were: process them again
    headline: str | None = None  # its article's title
    central: float | None = None  # the number as one point: as stated without its bound, the middle of a range
    certainty: Certainty | None = None  # `approx` in six words
    event_said: str | None = None  # the event as people say it: "killed" of kill and of die
    source_name: str | None = None  # what its source is called wherever it is shown; None: as the sentence has it
    source_type: SourceType | None = None  # what kind of source it is; None where unknown
    source_grade: Grade | None = None  # how reliable a topic file says it is
    topics: tuple[str, ...] = ()  # names of the topics that its article is on
    story: str | None = None  # id of its article's story
    story_title: str | None = None
    figure: str | None = None  # id of the figure that it belongs to
    figure_title: str | None = None
    topic: str | None = None  # the topic whose figure it is; None for a figure found within a story
    findings: tuple[str, ...] = ()  # how it stands to other claims of its figure
    severity: Severity | None = None  # of the gravest of them
    corrections: tuple[AppliedCorrection, ...] = ()


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial or dispute without a number of its own, kept beside the claims and shown with the figure."""

    id: str
    article_id: str
    article_key: str
    revision: int
    field: Literal["title", "text"]
    start: int
    end: int
    sentence: str
    source: str | None
    source_id: str | tuple[str, ...] | None
    stance: Stance
    denies: str  # the words that say what is denied
    event: str | None  # lemma
    place: str | None
    outlet: str
    outlet_name: str
    url: str
    published: datetime | None
    what_head: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one article gave: its claims in text order, its denials without a number, the model's name and version."""

    claims: tuple[Claim, ...]
    denials: tuple[Denial, ...]
    skipped: str | None = None  # why it was not read ("language ko"), None where it was


# ---------------------------------------------------------------- figures and findings


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing in the world that is counted or measured. `claims` are ids in the order p precedes n."""

    id: str
    title: str  # for people: "North Korean soldiers killed in Kursk"
    kind: Kind | None
    unit: str
    claims: tuple[str, ...]
    topic: str | None = None  # name of the topic file; None: found within a story
    name: str | None = None  # the figure's key in the topic file
    story: str | None = None
    part_of: str | None = None  # figure id
    same_thing: str | None = None  # group key: figures that are one thing in two units
    what: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    place: str | None = None
    harm: bool = False  # concerns people harmed, missing, displaced, detained
    alerts: bool = False  # followed, or of the list of what a desk follows unasked
    background: bool = False  # its event was over before the story began
    denials: tuple[str, ...] = ()  # ids of denials shown with it
    window_days: int = 1
    jump: float = 2.0
    why: tuple[tuple[str, str, str], ...] = ()  # (claim, the claim that it is likest to, why they are one thing)
    possibly: tuple[str, ...] = ()  # claims that are only possibly of this figure: shown as such, they alert nobody
    teasers: tuple[str, ...] = ()  # claims read from the beginning of an article only: what follows may say otherwise


@dataclass(frozen=True, slots=True)
class Finding:
    """How one claim stands to another. `earlier` and `later` are claim ids (or a denial's id as `later`)."""

    id: str  # digest_id(finding, figure ids, earlier, later)
    finding: FindingName
    figure: str
    earlier: str
    later: str
    severity: Severity | None  # None: no alert
    gap: float | None  # ratio of the nearest edges; float("inf") against a stated zero
    text: str  # one sentence an analyst can paste
    explanation: str  # rule, numbers, tolerance, chain of relays
    rule: str  # the row of the table and the branch that held
    other_figure: str | None = None  # for findings between two figures
    topic: str | None = None
    day: date | None = None  # when it could be seen: publication day of the later claim


@dataclass(frozen=True, slots=True)
class FigureDay:
    """low / central / high of one figure at the end of one day. None: nothing known; `high_open`: some origin is
    open."""

    figure: str
    day: date
    low: float | None
    central: float | None
    high: float | None
    high_open: bool
    origins: int
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One thing that was done to an alert: who, when, what, why."""

    at: datetime
    by: str
    action: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A contradiction that somebody must see; gathers all findings that repeat it. `id` is the contradiction's key."""

    id: str
    finding: FindingName
    severity: Severity
    figure: str
    title: str
    text: str
    findings: tuple[str, ...]
    earlier: str
    later: str
    state: AlertState
    raised_at: datetime
    updated_at: datetime
    day: date | None
    outlets: tuple[str, ...]
    topic: str | None = None
    history: tuple[AlertEvent, ...] = ()
    sides: tuple[
        str, ...
    ] = ()  # article, event and number of both sides: what the contradiction is known by when its figure is made anew


# ---------------------------------------------------------------- work


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's correction of the machine; a record of its own, applied anew after every re-processing."""

    id: str
    kind: Literal["claim", "figure", "source"]
    target: str
    changes: dict[str, Any]
    author: str
    reason: str
    at: datetime
    undone: AlertEvent | None = None  # who took it back, when and why; it is kept, and has no effect


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to one receiver, in the outbox until it is sent."""

    id: str
    alert_id: str | None
    receiver: str
    subject: str
    body: str
    created_at: datetime
    attempts: int = 0
    markdown: bool = False  # the body is Markdown
    severity: Severity | None = None  # of its alert; "high" of trouble too; None: news of no urgency, such as a brief
    next_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one outlet gave in one run. `name`: the outlet's, as its file had it then; empty in records that were made
    without."""

    outlet: str
    fetched: int
    unchanged: int
    failed: int
    articles: int
    unread: int
    reason: str | None
    expected: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the pipeline, by hand or by a schedule. `failed`: steps that stopped, "fetch" also where nothing could
    be fetched; items and outlets that failed beside others are told in `counts`, `outlets` and `errors` alone."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    trigger: str
    counts: dict[str, Any]
    outlets: tuple[Coverage, ...] = ()
    errors: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def stopped(self) -> str | None:
        """The error that ended the run before its time; None where it ran through, or has no end yet."""
        told = next((e for e in reversed(self.errors) if e.startswith(STOPPED)), None)
        return told.removeprefix(STOPPED) if told else None


T = TypeVar("T")
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _speakable(record: Any) -> Any:
    """JSON has no infinity: an infinite gap (against a stated zero) is written as "Infinity", which `load_json` reads
    back."""
    if isinstance(record, Finding) and record.gap is not None and math.isinf(record.gap):
        return replace(record, gap="Infinity")  # type: ignore[arg-type]
    return record


def readable(text: str) -> str:
    """The text with lone surrogates, which a file name that is not UTF-8 has in Python, written as escapes
    ("\\udcff")."""
    return text.encode("utf8", "backslashreplace").decode()


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {_readable(k): _readable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(v) for v in value]
    return (
        _readable(dataclasses.asdict(value))
        if dataclasses.is_dataclass(value) and not isinstance(value, type)
        else value
    )


def dump_json(record: Any) -> bytes:
    """A record (or list of records) as JSON bytes; dates in ISO 8601, an infinite gap as "Infinity", lone surrogates as
    escapes, bytes refused."""
    value = [_speakable(r) for r in record] if isinstance(record, list) else _speakable(record)
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
    try:
        return orjson.dumps(value, option=option)
    except TypeError as error:
        if "surrogates" not in str(error):
            raise
        return orjson.dumps(_readable(value), option=option)


def load_json(cls: type[T], data: bytes | str | dict[str, Any]) -> T:
    """The record that `dump_json` wrote. Raises pydantic.ValidationError where the data is of another shape."""
    adapter = _ADAPTERS.get(cls)
    if adapter is None:
        adapter = _ADAPTERS[cls] = TypeAdapter(cls)
    value: T = adapter.validate_python(data) if isinstance(data, dict) else adapter.validate_json(data)
    return value
