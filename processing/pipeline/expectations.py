"""Outlets that broke: what each gave in the last days against what it ordinarily gives; and pages in quarantine (those
that gave no article), cleaned again by one command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from processing.batches import in_batches
from processing.expectations import Seen, find_drifts, learn, read_day, sum_up
from processing.pipeline.articles import clean
from processing.pipeline.work import Counts, Work
from processing.store import Batch, ById, KeysOf, Records, Where
from schemas.config import Outlet
from schemas.errors import UsageError
from schemas.records import Article, Claim, Outcome, Page, digest_id
from spiders.outlet_files import refuse_unknown

__all__ = ["clean_again", "quarantined", "refuse_fileless", "tell_drifts"]

_LEARNED = timedelta(days=42)
_LOOKED = timedelta(days=7)
_RECENT = timedelta(days=2)
_DAYS = "outlet-days"  # the key space of what each outlet gave day by day
_CHUNK = 200
_OUTLETS = 50  # whose articles of the last days are read together


def tell_drifts(work: Work) -> list[str]:
    """A sentence for each way in which an outlet that was fetched lately differs from its ordinary days, which are
    learned day by day. Raises StoreError."""
    told, batch = [], Batch()
    seen: dict[str, list[Seen]] = {}
    kept: dict[str, list[str]] = {}
    for some in in_batches(sorted(work.outlets), _OUTLETS):
        some_seen, some_kept = _seen(work, some, work.now() - _LOOKED)
        seen |= some_seen
        kept |= some_kept
    for outlet in work.outlets.values():
        pages = seen.get(outlet.id, [])
        today = work.now().astimezone(outlet.zone).date()
        line = today - _RECENT
        known = {day.day: day for day in map(read_day, kept.get(outlet.id, ()))}
        earlier = [page for page in pages if page.day < line]
        recent = [page for page in pages if page.day >= line]
        expected = learn([day for day in known.values() if day.day < line])
        if expected is not None:
            days = [line + timedelta(days=n) for n in range(_RECENT.days)]  # today is not over
            told += [f"{outlet.id}: {drift.sentence}" for drift in find_drifts(expected, earlier, recent, days)]
        # the first day of those looked at may lack its morning
        first = min((page.day for page in pages), default=today)
        known |= {day.day: day for day in sum_up(pages) if day.day > first or day.day not in known}
        if pages:
            days_kept = sorted(day for day in known if day >= today - _LEARNED)
            batch.keys.append((_DAYS, outlet.id, [known[day].text() for day in days_kept]))
    work.store.apply(batch)
    return told


def _seen(work: Work, outlets: Sequence[str], since: datetime) -> tuple[dict[str, list[Seen]], dict[str, list[str]]]:
    """What came of each outlet's pages, in the order in which they were fetched, those that wait left out; and what
    each gave day by day."""
    here = Where("outlet", "in", outlets), Where("fetched_at", ">=", since)
    pages, articles, kept = work.store.ask(Records(Page, here), Records(Article, here), KeysOf(_DAYS, outlets))
    made = {article.page_id: article for article in articles if article.page_id}
    read, ends = work.store.ask(
        Records(Claim, (Where("article_id", "in", [article.id for article in made.values()]),)),
        ById(Outcome, [digest_id("clean", page.id) for page in pages]),
    )
    claims = Counter(claim.article_id for claim in read)
    seen: dict[str, list[Seen]] = {}
    for page in pages:
        came = _came(page, work.outlets[page.outlet], made.get(page.id), ends.get(digest_id("clean", page.id)), claims)
        if came is not None:
            seen.setdefault(page.outlet, []).append(came)
    return seen, kept


def _came(
    page: Page, outlet: Outlet, article: Article | None, end: Outcome | None, claims: Mapping[str, int]
) -> Seen | None:
    """What came of a page; None where it waits."""
    day = page.fetched_at.astimezone(outlet.zone).date()
    if article is not None:
        count = claims[article.id] if (article.language or "en") == "en" else None
        length = sum(map(str.isalpha, article.text))
        return Seen(page.url, day, None, length, article.published is not None, bool(article.authors), count)
    if end is not None and end.outcome in ("rejected", "failed"):
        return Seen(page.url, day, end.code)
    return None


def quarantined(work: Work, outlet: str, since: date | None = None) -> list[Page]:
    """The pages of an outlet that gave no article and whose bytes are kept, oldest first."""
    wheres = [Where("outlet", "=", outlet)]
    ends = [
        end
        for end in work.store.find(Outcome, *wheres)
        if end.step == "clean" and end.outcome in ("rejected", "failed")
    ]
    pages = work.store.get_many(Page, [end.item for end in ends])
    kept = (page for page in pages.values() if since is None or page.fetched_at.date() >= since)
    return sorted(kept, key=lambda page: (page.fetched_at, page.id))


def refuse_fileless(work: Work, outlets: Sequence[str]) -> None:
    """Raises UsageError that names those that have no outlet file here: without its time zone and hints pages would be
    cleaned otherwise than when they came. What was ingested from files needs none."""
    lacking = sorted(id for id in set(outlets) - set(work.outlets) if id.partition("/")[0] != "ingest")
    stored = [id for id in lacking if any(True for _ in work.store.find(Page, Where("outlet", "=", id)))]
    if stored:
        raise UsageError(
            f"no file of outlet {', '.join(map(repr, stored))}, of which pages are stored: name the folder of its file "
            "as `outlets` in counterclaim.toml"
        )
    refuse_unknown(lacking, ())


def clean_again(work: Work, outlets: Sequence[str], since: date | None = None) -> Counts:
    """Clean the quarantined pages of outlets with today's rules; those that still give no article stay in quarantine.
    Raises: UsageError (unknown outlet), StoreError."""
    refuse_fileless(work, outlets)
    pages = [page for outlet in outlets for page in quarantined(work, outlet, since)]
    for some in in_batches(pages, _CHUNK):
        batch = Batch(enqueue=[("clean", page.id) for page in some])
        batch.delete = [(Outcome, digest_id("clean", page.id)) for page in some]
        work.store.apply(batch)
    return clean(work)
