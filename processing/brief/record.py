"""What changed since a moment, for a desk: figures before and now, open disputes, silent outlets, what was not read,
every number cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from processing.compare.desk import as_claim, overtaken
from processing.compare.phrases import say_date, say_value
from processing.compare.sides import mark, who
from processing.compare.statements import Statement, end_day, known_on
from processing.corrections import DeskFigure
from processing.words import load_words
from schemas.records import FINDINGS, Alert, Claim, Coverage, Denial, Figure, FigureDay

__all__ = ["Brief", "BriefFigure", "Citation", "Dispute", "Silence", "brief", "language_name"]

_ORIGINS = 6  # so many who-says-what entries per figure; the rest is counted


@dataclass(frozen=True, slots=True)
class Citation:
    """A number's proof: its sentence with the number between `[[` and `]]`, who printed it when, where it is and where
    it is archived."""

    number: int  # from 1, as cited
    sentence: str
    outlet: str
    published: str
    url: str
    archived: str | None


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """One figure: its day before, its day now (None: nothing was known), who said what since, with citations; the
    desk's own value."""

    figure: str
    title: str
    unit: str
    topic: str | None
    before: FigureDay | None
    now: FigureDay | None
    said: tuple[tuple[str, tuple[int, ...]], ...]  # ("police: 12 (22 Jan)", citation numbers)
    more: int  # further origins that are not listed
    denied: tuple[str, ...]
    desk: str | None
    desk_overtaken: tuple[str, tuple[int, ...]] | None
    days: tuple[FigureDay, ...] = ()  # up to now, for a picture


@dataclass(frozen=True, slots=True)
class Dispute:
    """An open alert: its sentence, what it is called, how loud, since when, whether it is new, and the citations of
    both sides."""

    alert: str
    text: str
    name: str
    severity: str
    title: str
    since: date | None
    state: str
    new: bool
    outlets: int
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """An outlet that gave less than it should: articles read, articles expected (None: not known), and the reason,
    where one was recorded."""

    outlet: str
    articles: int
    expected: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What a desk reads in the morning. `unread` counts articles by language name, most first."""

    title: str
    since: datetime
    until: datetime
    figures: tuple[BriefFigure, ...]
    disputes: tuple[Dispute, ...]
    silent: tuple[Silence, ...]
    unread: tuple[tuple[str, int], ...]
    articles: int
    outlets: int
    citations: tuple[Citation, ...]
    open_disputes: int = 0  # in all, also those that are not among `disputes`
    new_disputes: int = 0
    more_figures: bool = False  # whether further figures changed than are told
    ingested: int = 0  # articles that came from files, beside those of outlets that were asked


class _Citations:
    """Numbers citations in the order in which they are first used; one claim has one number."""

    def __init__(self, pages: Mapping[str, str]):
        self.pages = pages
        self.made: dict[str, Citation] = {}

    def of(self, *records: Claim | Denial | None) -> tuple[int, ...]:
        numbers = []
        for record in records:
            if record is None:
                continue
            if record.id not in self.made:
                self.made[record.id] = self._cite(record)
            numbers.append(self.made[record.id].number)
        return tuple(dict.fromkeys(numbers))

    def _cite(self, record: Claim | Denial) -> Citation:
        sentence = mark(record) if isinstance(record, Claim) else " ".join(record.sentence.split())
        day_only = isinstance(record, Claim) and record.published_precision == "day"
        return Citation(
            len(self.made) + 1,
            sentence,
            record.outlet_name,
            _moment(record.published, day_only=day_only),
            record.url,
            self.pages.get(record.article_id),
        )


def _moment(at: datetime | None, *, day_only: bool = False) -> str:
    if at is None:
        return "date unknown"
    local = at.astimezone(UTC)
    return say_date(local.date(), year=True) + ("" if day_only else f", {local:%H:%M} UTC")


def language_name(code: str) -> str:
    """The English name of a language by its ISO 639-1 code; the code itself where it is not known."""
    names: Mapping[str, str] = load_words("languages")["names"]
    return names.get(code.casefold(), code)


def brief(
    *,
    title: str,
    figures: Iterable[Figure],
    claims: Mapping[str, Claim],
    denials: Mapping[str, Denial],
    days: Mapping[str, Sequence[FigureDay]],
    alerts: Iterable[Alert],
    coverage: Iterable[Coverage],
    unread: Mapping[str, int],
    since: datetime,
    now: datetime,
    pages: Mapping[str, str] | None = None,
    outlet_names: Mapping[str, str] | None = None,
    desks: Mapping[str, DeskFigure] | None = None,
    disputed: tuple[int, int] | None = None,
    more_figures: bool = False,
    came: int | None = None,
) -> Brief:
    """The brief of what became known after `since`.

    `figures` are those to tell of (followed ones first come first), `days` their days by figure id, `alerts` all alerts
    of these figures, `coverage` of every run since then, `unread` articles that were not read by language code, `pages`
    where each article (id) is archived. `disputed`: how many disputes are open, and new, where `alerts` are not all;
    `more_figures`: whether `figures` are not all; `came`: articles of all these runs, those from files too."""
    cite = _Citations(pages or {})
    told = [_figure(f, claims, denials, days.get(f.id, ()), since, now, cite, (desks or {}).get(f.id)) for f in figures]
    open_alerts = [a for a in alerts if a.state in ("open", "acknowledged")]
    disputes = tuple(_dispute(a, claims, denials, since, cite) for a in sorted(open_alerts, key=_loudest))
    read, silent = _coverage(coverage, outlet_names or {})
    known = (tuple(f for f in told if f is not None), disputes, silent, _unread(unread))
    counts = disputed or (len(disputes), sum(d.new for d in disputes))
    ingested = max(0, (came or 0) - read[0])
    return Brief(title, since, now, *known, *read, tuple(cite.made.values()), *counts, more_figures, ingested)


def _unread(articles: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """How many articles were not read, by the name of their language, most first."""
    named = [(language_name(code), count) for code, count in articles.items() if count]
    return tuple(sorted(named, key=lambda item: (-item[1], item[0])))


def _loudest(alert: Alert) -> tuple[object, ...]:
    return (alert.severity != "high", -alert.raised_at.timestamp(), alert.id)


def _at(days: Sequence[FigureDay], last: date) -> FigureDay | None:
    """The state of a figure at the end of a day: the newest record up to then."""
    return max((d for d in days if d.day <= last), key=lambda d: d.day, default=None)


def _figure(
    figure: Figure,
    claims: Mapping[str, Claim],
    denials: Mapping[str, Denial],
    days: Sequence[FigureDay],
    since: datetime,
    now: datetime,
    cite: _Citations,
    desk: DeskFigure | None,
) -> BriefFigure | None:
    """What to tell of a figure; None for one of which nothing new was said, unless its desk's value is overtaken."""
    own = [claims[id] for id in figure.claims if id in claims]
    new = [c for c in own if c.published is not None and since <= c.published <= now]
    against = [denials[id] for id in figure.denials if id in denials]
    against = [d for d in against if d.published is not None and since <= d.published <= now]
    last = overtaken(desk, figure, [Statement(c) for c in own]) if desk else None
    if not new and not against and last is None:
        return None
    said = _said(new, cite)
    return BriefFigure(
        figure=figure.id,
        title=figure.title,
        unit=figure.unit,
        topic=figure.topic,
        before=_at(days, since.astimezone(UTC).date() - timedelta(days=1)),
        now=_at(days, now.astimezone(UTC).date()),
        said=tuple(said[:_ORIGINS]),
        more=max(0, len(said) - _ORIGINS),
        denied=tuple(dict.fromkeys(_denied(d, cite) for d in against)),
        desk=_desk(desk, figure),
        desk_overtaken=None if last is None else (f"{who(last.shown)}: {say_value(last.shown)}", cite.of(last.shown)),
        days=tuple(d for d in days if d.day <= now.astimezone(UTC).date()),
    )


def _said(new: Sequence[Claim], cite: _Citations) -> list[tuple[str, tuple[int, ...]]]:
    """What each source said, newest first; the outlets that carry one number share an entry."""
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in sorted(
        new,
        key=lambda c: (known_on(c) or date.min, c.published or datetime.min.replace(tzinfo=UTC), c.id),
        reverse=True,
    ):
        source = claim.outlet if claim.source_status == "outlet" else str(claim.source_id or claim.source or claim.id)
        groups.setdefault((source, say_value(claim)), []).append(claim)
    entries = []
    for (_, value), group in groups.items():
        claim = group[0]
        outlets = len({c.outlet for c in group})
        verb = {"denies": " denies", "disputes": " disputes", "questions": " asks", "withdrawn": " withdrew"}.get(
            claim.stance, ""
        )
        carried = (
            f", {outlets} outlets"
            if outlets > 1
            else ""
            if claim.source_status == "outlet"
            else f", {claim.outlet_name}"
        )
        entries.append((f"{who(claim)}{verb}: {value} ({say_date(end_day(claim))}{carried})", cite.of(*group[:3])))
    return entries


def _denied(denial: Denial, cite: _Citations) -> str:
    (number,) = cite.of(denial)
    return f"{denial.source or 'Somebody'} {denial.stance} {' '.join(denial.denies.split())} [{number}]"


def _desk(desk: DeskFigure | None, figure: Figure) -> str | None:
    own = as_claim(desk, figure) if desk else None
    if desk is None or own is None:
        return None
    return f"{say_value(own)} ({desk.author}, {_moment(desk.at, day_only=True)}: {desk.reason})"


def _dispute(
    alert: Alert, claims: Mapping[str, Claim], denials: Mapping[str, Denial], since: datetime, cite: _Citations
) -> Dispute:
    sides = (claims.get(alert.earlier), claims.get(alert.later) or denials.get(alert.later))
    return Dispute(
        alert=alert.id,
        text=alert.text,
        name=FINDINGS[alert.finding],
        severity=alert.severity,
        title=alert.title,
        since=alert.day,
        state=alert.state,
        new=alert.raised_at >= since,
        outlets=len(alert.outlets),
        citations=cite.of(*sides),
    )


def _coverage(coverage: Iterable[Coverage], names: Mapping[str, str]) -> tuple[tuple[int, int], tuple[Silence, ...]]:
    """Articles and outlets in all; which outlets gave none, or less than is expected of them."""
    articles: Counter[str] = Counter()
    expected: dict[str, int | None] = {}
    reasons: dict[str, str | None] = {}
    called = dict(names)
    for record in coverage:
        called.setdefault(record.outlet, record.name or record.outlet)
        articles[record.outlet] += record.articles
        expected[record.outlet] = record.expected if record.expected is not None else expected.get(record.outlet)
        reasons[record.outlet] = record.reason or reasons.get(record.outlet)
    silent = []
    for outlet, count in sorted(articles.items()):
        least = expected[outlet]
        if count < (1 if least is None else least):
            silent.append(Silence(called[outlet], count, least, reasons[outlet]))
    return (sum(articles.values()), sum(1 for count in articles.values() if count)), tuple(silent)
