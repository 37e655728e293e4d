"""When a page was published and changed: every place that says so, in order of trust, to the minute or only to the day.

Midnight without a zone, or exactly midnight UTC in a field made from a day, means that the time is not known. A date
that is said to be that of a change is no date of publication; a day in an address that is part of its headline is
weaker than all others; a year alone is no day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from processing.clean.linked import Linked
from processing.clean.page import Parsed, node_text
from processing.clean.places import byline_nodes, date_nodes, elsewhere, is_apart, near_heading
from processing.moments import Moment, is_midnight, moments_in, month_number, read_moment

__all__ = ["read_times"]

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "article.published",
    "datepublished",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "published_time",
    "parsely-pub-date",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "recs:publishtime",
    "og:published_time",
    "og:pubdate",
    "rnews:datepublished",
    "sailthru.date",
    "pubdate",
    "pub_date",
    "article:post_date",
    "article_date_original",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "datecreated",
    "article:create_at",
    "citation_online_date",
    "citation_publication_date",
    "prism.publicationdate",
    "dc.date",
    "dcterms.date",
    "date",
    "dc.created",
    "cse_pubdate",
    "iso-8601-publish-date",
    "displaydate",
    "timestamp",
    "created",
    "last-published",
    "publishtime",
    "og:regdate",
    "dable:article:published",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "datemodified",
    "og:updated_time",
    "article:modified",
    "dcterms.modified",
    "dc.date.modified",
    "cxenseparse:modified_time",
    "lastmod",
    "last-modified",
    "parsely-modified-date",
    "iso-8601-modified-date",
    "updated_time",
)
_SCRIPT_DATE = re.compile(
    r"""["'](?:datePublished|date_published|publishedAt|publishedDate|publishDate|publish_date|publishedTime|publicationDate|firstPublished|"""
    r"""published_at|pubDate|displayDate|datePublishedUtc)["']\s*:\s*["'](\d{4}-\d\d-\d\d[^"']{0,24})["']"""
)
# a folder of a day ("/2025/05/20/", "/20250520/"), and a day anywhere else in the path ("/flood-2025-05-20")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)(?:/(\d\d|[a-z]{3})/(\d\d?)|-(\d\d)-(\d\d)|(\d\d)(\d\d))(?=/)", re.IGNORECASE)
_SLUG_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)(\d\d)\2(\d\d)(?!\d)")
_FIRST_YEAR = 1990
_EAST = timedelta(hours=14)  # so far is the day ahead of UTC in the east
_SKEW = timedelta(minutes=15)  # that a site's clock may go before ours


@dataclass(frozen=True, slots=True)
class _Places:
    """Where an outlet writes: what its dates and zones mean."""

    country: str | None
    zone: tzinfo | None

    def read(self, text: Any) -> Moment | None:
        """A date in a text."""
        return read_moment(text, country=self.country, zone=self.zone) if isinstance(text, str) else None

    def labelled(self, text: str) -> Iterator[tuple[str | None, Moment]]:
        """All dates in a text with what it calls them."""
        return moments_in(text, country=self.country, zone=self.zone)


@dataclass(slots=True)
class _Seen:
    """What is visible of dates on a page: texts that show them, and dates of changes."""

    texts: list[str] = field(default_factory=list)
    changed: list[Moment] = field(default_factory=list)


def _candidates(page: Parsed, linked: Linked, where: _Places, seen: _Seen) -> Iterator[Moment]:
    for text in _told(page, linked):
        if moment := where.read(text):
            yield moment
    yield from _elements(page, seen, where)
    if day := _folder_day(page.url):
        yield day
    for text in seen.texts:
        for label, moment in where.labelled(text):
            if label == "updated":
                seen.changed.append(moment)
            else:
                yield moment
                break
    for node in page.tree.iter("script"):
        for match in list(_SCRIPT_DATE.finditer((node.text or "")[:500_000]))[:2]:
            if moment := where.read(match.group(1)):
                yield moment


def _told(page: Parsed, linked: Linked) -> Iterator[str]:
    """What the page says of itself to machines: JSON-LD of the article, meta elements, JSON-LD of the page."""
    if linked.article is not None:
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield from linked.names(linked.article.get(key))
    yield from page.all_meta(*_PUBLISHED)
    if linked.page is not None:
        yield from linked.names(linked.page.get("datePublished"))


def _folder_day(url: str) -> Moment | None:
    """The day that folders of an address name ("/2025/may/20/"); None where they name none."""
    match = _URL_DAY.search(url)
    if match is None:
        return None
    year, month, day = match[1], match[2] or match[4] or match[6], match[3] or match[5] or match[7]
    number = int(month) if month.isdigit() else month_number(month) or 0
    return read_moment(f"{year}-{number:02}-{int(day):02}")


def _slug_day(url: str) -> Moment | None:
    """A day that is part of an address's last word: weak, for headlines speak of other days too."""
    match = _SLUG_DAY.search(url)
    return read_moment(f"{match[1]}-{match[3]}-{match[4]}") if match else None


_ATTRIBUTES = (
    "datetime",
    "content",
    "data-timestamp",
    "data-datetime",
    "data-date",
    "data-published",
    "data-publish-date",
    "data-time",
    "data-utime",
)


def _elements(page: Parsed, seen: _Seen, where: _Places) -> Iterator[Moment]:
    """Dates in attributes of elements: microdata, `<time>`, data attributes. `seen` gets what is visible there and near
    the heading."""
    for node in page.cached("dates", date_nodes):
        said = node_text(node)[:300]
        told = list(where.labelled(said))
        exact = [m for name in _ATTRIBUTES if (m := where.read(node.get(name)))]
        if _says_changed(said, told) or _called_changed(node):
            seen.changed.extend(exact or [moment for _, moment in told])
            continue
        for moment in exact:
            shown = told[0][1] if told else None
            naive = moment.precision == "minute" and moment.value.tzinfo is None
            yield shown if naive and shown is not None and shown.value.tzinfo is not None else moment
        if said:
            seen.texts.append(said)
    seen.texts += [node_text(node)[:300] for node in page.cached("bylines", byline_nodes)]
    seen.texts += [text for node in page.cached("near_heading", near_heading) if 6 < len(text := node_text(node)) < 160]


def _says_changed(said: str, told: list[tuple[str | None, Moment]]) -> bool:
    """Whether an element shows nothing but when the page was changed."""
    if told:
        return all(label == "updated" for label, _ in told)
    changed = re.match(r"(?:last\s)?(?:updated|modified|edited|aktualisiert)\b", said, re.IGNORECASE)
    return bool(changed) and not re.search(r"publish|posted", said, re.IGNORECASE)


def _called_changed(node: Any) -> bool:
    """Whether a line of text before an element says that its date is that of a change ("Updated: <time>")."""
    if node.tag != "time":
        return False
    previous, parent = node.getprevious(), node.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else None
    label = next((label for label, _ in moments_in(f"{(before or '')[-60:]} 1 May 2020")), None)
    return label == "updated"


def _possible(moment: Moment, latest: datetime, zone: tzinfo | None) -> Moment | None:
    """A moment that is not after `latest` nor before 1990, its day and month exchanged where only that is possible; its
    day alone where the time, in the outlet's zone, has not come yet; None where it cannot be."""
    today = (latest.astimezone(zone) if zone else latest + _EAST).date()
    for one in (moment, moment.turned()):
        value = one.value
        if value.year < _FIRST_YEAR:
            continue
        if one.precision == "minute" and (value.tzinfo or zone):
            if value.replace(tzinfo=value.tzinfo or zone) <= latest + _SKEW:
                return one
            if value.tzinfo is not None:
                continue
        if value.date() <= today:
            exact = one.precision == "minute" and zone is None
            return one if exact or one.precision == "day" else Moment(_midnight(value), "day")
    return None


def _midnight(value: datetime) -> datetime:
    return value.replace(hour=0, minute=0, second=0, microsecond=0)


def _refined(first: Moment, others: list[Moment], zone: tzinfo | None) -> Moment:
    """A time to the minute for a day that is known: of the same day, with an offset rather than without one."""
    exact = first.precision == "minute" and not (first.value.tzinfo is not None and is_midnight(first.value))
    if exact and first.value.tzinfo is not None:
        return first
    for other in others:
        if other.precision != "minute" or other.value.tzinfo is None or is_midnight(other.value):
            continue
        shown = other.value.replace(tzinfo=None)
        local = other.value.astimezone(zone).replace(tzinfo=None) if zone else shown
        if exact:
            gap = abs(first.value - other.value.astimezone(UTC).replace(tzinfo=None)).total_seconds()
            if gap <= 15 * 3600 and (gap % 900 < 60 or gap % 900 > 840):
                return (
                    Moment(first.value.replace(tzinfo=other.value.tzinfo), "minute")
                    if abs(first.value - shown).total_seconds() < 60
                    else other
                )
        elif first.value.date() in (shown.date(), local.date()):
            return other
    if not exact:
        for other in others:
            if other.precision == "minute" and other.value.tzinfo is None and other.value.date() == first.value.date():
                return other
    if exact or first.precision == "day":
        return first
    return first if first.value.utcoffset() else Moment(first.value, "day")


def _settled(first: Moment, others: list[Moment]) -> Moment:
    """The first date, its day and month exchanged where only that reading agrees with another date of the page."""
    if first.swapped is None:
        return first
    days = {other.value.date() for other in others if other.swapped is None}
    both = {day for other in others if other.swapped is not None for day in (other.value.date(), other.swapped)}
    if first.value.date() in days or first.swapped not in days | both:
        return first
    return first.turned() if first.swapped in days else first


def read_times(
    page: Parsed, linked: Linked, *, now: datetime, country: str | None = None, zone: tzinfo | None = None
) -> tuple[Moment | None, datetime | None]:
    """When the page was published (None where nothing says so, or only the future), and when it was last changed, where
    it says so.

    Nothing later than `now` (when the page was fetched) is believed, nothing before 1990.
    `country` is that of the outlet, or of the page's language where it names one (en-US)."""
    where, seen = _Places(country or page.region, zone), _Seen()
    found: list[Moment] = []
    for moment in _candidates(page, linked, where, seen):
        if (possible := _possible(moment, now, zone)) is None:
            continue
        found.append(possible)
        exact = possible.precision == "minute" and possible.value.tzinfo is not None
        if len(found) == 1 and exact and possible.swapped is None and not is_midnight(possible.value):
            break
    if found and found[0].swapped is not None:
        found += [possible for moment in _shown_days(page, where) if (possible := _possible(moment, now, zone))]
    published = _refined(_settled(found[0], found[1:]), found[1:], zone) if found else _searched(page, now)
    if not found and published is not None and published.value.date() in _changed_days(page, linked, seen, where):
        published = None  # all that is known is when it was changed
    if published is None and (weak := _slug_day(page.url)):
        published = _possible(weak, now, zone)
    return published, _modified(page, linked, published, seen, now, where)


def _shown_days(page: Parsed, where: _Places) -> Iterator[Moment]:
    """Dates in short lines anywhere on the page: they tell which of two numbers is the month."""
    for node in page.tree.iter("p", "span", "div", "li", "small", "td"):
        text = node.text or ""
        if 6 < len(text) < 80 and not elsewhere(node):
            yield from (moment for _, moment in where.labelled(text))


def _searched(page: Parsed, now: datetime) -> Moment | None:
    """A last look with htmldate, which knows more places of dates. It guesses days from years ("© 2019", "2025/26
    budget") and from numbers of cases and telephones: what it finds counts where the page shows that very day to
    readers outside its furniture. Its upper bound is set anew each time."""
    from htmldate import find_date
    from lxml.html import fromstring, tostring

    small = fromstring(tostring(page.tree)[:400_000])
    for node in list(small.iter()):
        apart = isinstance(node.tag, str) and (node.tag in ("script", "style", "form") or is_apart(node))
        if apart and node.getparent() is not None:
            node.drop_tree()
    text = find_date(
        small,
        url=None,
        original_date=True,
        outputformat="%Y-%m-%d",
        max_date=now.strftime("%Y-%m-%d"),
        extensive_search=False,
    )
    return read_moment(text)


def _changed_days(page: Parsed, linked: Linked, seen: _Seen, where: _Places) -> set[date]:
    """Days on which the page says that it was changed."""
    told = [text for node in (linked.article, linked.page) if node for text in linked.names(node.get("dateModified"))]
    read = [moment for text in (*told, *page.all_meta(*_MODIFIED)) if (moment := where.read(text))]
    return {moment.value.date() for moment in (*read, *seen.changed)}


def _modified(
    page: Parsed, linked: Linked, published: Moment | None, seen: _Seen, now: datetime, where: _Places
) -> datetime | None:
    texts: list[Any] = []
    for node in (linked.article, linked.page):
        if node is not None:
            texts.extend(linked.names(node.get("dateModified")))
    texts.extend(page.all_meta(*_MODIFIED))
    moments = [moment for text in texts if (moment := where.read(text))]
    if not moments and not seen.texts:  # the page's machines were believed at once; look at what readers see
        list(_elements(page, seen, where))
        for text in seen.texts:
            seen.changed.extend(moment for label, moment in where.labelled(text) if label == "updated")
    for moment in [*moments, *seen.changed]:
        possible = _possible(moment, now, where.zone)
        if possible is not None and possible.precision == "minute":
            value = possible.value if possible.value.tzinfo else possible.value.replace(tzinfo=where.zone or UTC)
            if published is None or published.value.tzinfo is None or value >= published.value:
                return value.astimezone(UTC)
    return None
