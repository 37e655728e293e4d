"""When a page was published and changed: every place that says so, in order of trust, to the minute or only to the day.

Midnight without a zone, or exactly midnight UTC in a field made from a day, means that the time is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser as iso

from processing.clean.linked import Linked
from processing.clean.page import Parsed, node_text
from processing.clean.places import byline_nodes, date_nodes, near_heading
from processing.words import load_words
from schemas.records import Precision

__all__ = ["Moment", "read_moment", "read_times"]

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
_MONTHS = {
    name: i
    for i, names in enumerate(
        (
            "jan january januar janvier enero gennaio",
            "feb february februar février fevrier febrero febbraio",
            "mar march märz mars marzo",
            "apr april avril abril aprile",
            "may mai mayo maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august août aout agosto",
            "sep sept september septembre septiembre settembre",
            "oct october oktober octobre octubre ottobre okt",
            "nov november novembre noviembre",
            "dec december dezember décembre decembre diciembre dicembre dez",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_TEXT = (
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<m>{_MONTH})\b\.?,?\s+(?:de\s+)?(?P<y>(?:19|20)\d\d)(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)(?!\d)", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d)(?!\d)"),
)
_TIME_TEXT = re.compile(
    r"(?<![\d:./-])(?P<h>\d{1,2})(?:[:.h](?P<min>\d\d))?(?::\d\d)?\s*(?P<half>[ap]\.?m\.?)?(?![\d:])(?:\s*\(?(?P<zone>[A-Z]{2,4}|Z)\b)?"
    r"(?:\s*(?P<off>[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)
# what between a day and a time means that the time belongs to something else ("20 May 2025, updated 9:00")
_APART = re.compile(
    r"\d|\b(?!at\b|on\b|um\b|kl\b|à\b|uhr\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b)[^\W\d_]{2,}",
    re.IGNORECASE,
)
_SCRIPT_DATE = re.compile(
    r"""["'](?:datePublished|date_published|publishedAt|publishedDate|publishDate|publish_date|publishedTime|publicationDate|firstPublished|"""
    r"""published_at|pubDate|displayDate|datePublishedUtc)["']\s*:\s*["'](\d{4}-\d\d-\d\d[^"']{0,24})["']"""
)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d|[a-z]{3})[/-]?(\d\d)(?=[/_.-]|$)", re.IGNORECASE)
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as a page gives it. `value` has the page's offset, or none; `precision` "day" means that the time is
    unknown."""

    value: datetime
    precision: Precision

    def text(self) -> str:
        """ISO 8601: a day, or a time to the second with the page's offset where it gives one."""
        return self.value.date().isoformat() if self.precision == "day" else self.value.isoformat(timespec="seconds")


def _zone(name: str | None, day: date, home: tzinfo | None) -> tzinfo | None:
    """The zone that an abbreviation means on a day; the outlet's own where it uses that abbreviation."""
    if not name:
        return None
    name = name.upper()
    noon = datetime(day.year, day.month, day.day, 12)
    if home is not None and noon.replace(tzinfo=home).tzname() == name:
        return home
    words = load_words("zones")
    if summer := words["summer"].get(name):
        return timezone(noon.replace(tzinfo=ZoneInfo(summer)).utcoffset() or timedelta())
    minutes = words["offsets"].get(name)
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def read_moment(text: str | None, *, country: str | None = None, zone: tzinfo | None = None) -> Moment | None:
    """The date in a machine's or a byline's text; None where there is none. `country` decides 3/4/2025 (month first in
    the US)."""
    if not text:
        return None
    text = " ".join(text.split())
    if re.fullmatch(r"1[0-9]{9}(?:\d{3})?(?:\.\d+)?", text):  # seconds or milliseconds since 1970
        number = float(text)
        return Moment(datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC), "minute")
    if re.match(r"\d{4}-?\d\d-?\d\d(?:$|[T ]?\d|T)", text):
        moment = _iso(text)
        if moment is not None:
            return moment
    return _from_words(text[:300], country, zone)


def _iso(text: str) -> Moment | None:
    tidy = re.sub(r"(\d)\s+([+-]\d\d:?\d\d|Z)$", r"\1\2", text.strip())
    tidy = re.sub(r"\[[\w/]+\]$", "", tidy)
    if match := re.fullmatch(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?)\s*(?:UTC|GMT)", tidy):
        tidy = match.group(1) + "Z"
    tidy = re.sub(r"(?<=:\d\d)[.,](\d{1,9})", "", tidy)
    tidy = re.sub(r"([+-])(\d):(\d\d)$", r"\g<1>0\2:\3", tidy)
    try:
        value = iso.isoparse(tidy.replace(" ", "T", 1))
    except (ValueError, OverflowError):
        return None
    bare = len(re.sub(r"\D", "", tidy)) <= 8
    return Moment(value, "day" if bare or (value.tzinfo is None and _midnight(value)) else "minute")


def _midnight(value: datetime) -> bool:
    return (value.hour, value.minute, value.second) == (0, 0, 0)


def _from_words(text: str, country: str | None, zone: tzinfo | None) -> Moment | None:
    for pattern in _DAY_TEXT:
        for match in pattern.finditer(text):
            day = _day(match.groupdict(), country)
            if day is not None:
                return _with_time(day, text, match, zone)
    return None


def _day(parts: dict[str, str | None], country: str | None) -> date | None:
    if parts.get("a"):
        a, b = int(parts["a"] or 0), int(parts["b"] or 0)
        if parts["s"] == "." or country != "us":
            d, m = (a, b) if b <= 12 else (b, a)
        else:
            m, d = (a, b) if a <= 12 else (b, a)
        month = m
    else:
        raw, d = parts["m"] or "", int(parts["d"] or 0)
        month = int(raw) if raw.isdigit() else _MONTHS[raw.lower()]
    try:
        return date(int(parts["y"] or 0), month, d)
    except ValueError:
        return None


def _with_time(day: date, text: str, match: re.Match[str], zone: tzinfo | None) -> Moment:
    """The day with the time of day that stands right after or right before it."""
    midnight = datetime(day.year, day.month, day.day)
    after, before = text[match.end() : match.end() + 40], text[max(0, match.start() - 40) : match.start()]
    for piece, found in (
        (after, list(_TIME_TEXT.finditer(after))[:1]),
        (before, list(_TIME_TEXT.finditer(before))[-1:]),
    ):
        for hit in found:
            between = piece[: hit.start()] if piece is after else piece[hit.end() :]
            if (not hit["min"] and not hit["half"]) or len(between.strip(" ,.|•·–—-T")) > 12 or _APART.search(between):
                continue
            hour, minute = int(hit["h"]), int(hit["min"] or 0)
            if hit["half"]:
                hour = hour % 12 + (12 if hit["half"].lower().startswith("p") else 0)
            if hour > 23 or minute > 59:
                continue
            tz = _zone(hit["zone"], day, zone)
            if hit["off"]:
                digits = hit["off"].replace(":", "")
                tz = timezone(
                    (1 if digits[0] == "+" else -1) * timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
                )
            return Moment(midnight.replace(hour=hour, minute=minute, tzinfo=tz), "minute")
    return Moment(midnight, "day")


def _candidates(page: Parsed, linked: Linked, country: str | None, zone: tzinfo | None) -> Iterator[Moment]:
    def read(text: str | None) -> Iterator[Moment]:
        if moment := read_moment(text, country=country, zone=zone):
            yield moment

    if linked.article is not None:
        for key in ("datePublished", "dateCreated", "uploadDate"):
            for text in linked.names(linked.article.get(key)):
                yield from read(text)
    for text in page.all_meta(*_PUBLISHED):
        yield from read(text)
    if linked.page is not None:
        for text in linked.names(linked.page.get("datePublished")):
            yield from read(text)
    texts: list[str] = []
    yield from _elements(page, texts, country, zone)
    if in_address := _URL_DAY.search(page.url):
        year, month, day = in_address.groups()
        number = month if month.isdigit() else str(_MONTHS.get(month.lower(), 0)).zfill(2)
        yield from read(f"{year}-{number}-{day}")
    for text in texts:
        if moment := _from_words(text, country, zone):
            yield moment
    for node in page.tree.iter("script"):
        for match in list(_SCRIPT_DATE.finditer((node.text or "")[:500_000]))[:2]:
            yield from read(match.group(1))


def _elements(page: Parsed, texts: list[str], country: str | None, zone: tzinfo | None) -> Iterator[Moment]:
    """Dates in attributes of elements: microdata, `<time>`, data attributes. `texts` gets what is visible there and
    near the heading."""
    for node in page.cached("dates", date_nodes):
        said = node_text(node)[:200]
        if re.match(r"(?:last\s+)?(?:updated|modified|edited|aktualisiert)\b", said, re.IGNORECASE) and not re.search(
            r"publish|posted", said, re.IGNORECASE
        ):
            continue
        for name in (
            "datetime",
            "content",
            "data-timestamp",
            "data-datetime",
            "data-date",
            "data-published",
            "data-publish-date",
            "data-time",
            "data-utime",
        ):
            if moment := read_moment(node.get(name), country=country, zone=zone):
                told = _from_words(said, country, zone)
                if (
                    moment.precision == "minute"
                    and moment.value.tzinfo is None
                    and told is not None
                    and told.value.tzinfo is not None
                ):
                    moment = told
                yield moment
        if said:
            texts.append(said)
    texts += [node_text(node)[:300] for node in page.cached("bylines", byline_nodes)]
    texts += [text for node in page.cached("near_heading", near_heading) if 6 < len(text := node_text(node)) < 120]


def _plausible(moment: Moment, latest: datetime) -> bool:
    value = moment.value if moment.value.tzinfo else moment.value.replace(tzinfo=UTC)
    return moment.value.year >= _FIRST_YEAR and value <= latest + timedelta(hours=26)


def _refined(first: Moment, others: list[Moment], zone: tzinfo | None) -> Moment:
    """A time to the minute for a day that is known: of the same day, with an offset rather than without one."""
    exact = first.precision == "minute" and not (first.value.tzinfo is not None and _midnight(first.value))
    if exact and first.value.tzinfo is not None:
        return first
    for other in others:
        if other.precision != "minute" or other.value.tzinfo is None or _midnight(other.value):
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


def read_times(
    page: Parsed, linked: Linked, *, now: datetime, country: str | None = None, zone: tzinfo | None = None
) -> tuple[Moment | None, datetime | None]:
    """When the page was published (None where nothing says so, or only the future), and when it was last changed, where
    it says so.

    Nothing later than 26 hours after `now` is believed (a day's difference of time zones), nothing before 1990.
    """
    found: list[Moment] = []
    for moment in _candidates(page, linked, country, zone):
        if _plausible(moment, now):
            found.append(moment)
            if (
                len(found) == 1
                and moment.precision == "minute"
                and moment.value.tzinfo is not None
                and not _midnight(moment.value)
            ):
                break
    published = _refined(found[0], found[1:], zone) if found else _searched(page, now)
    return published, _modified(page, linked, published, now, zone)


def _searched(page: Parsed, now: datetime) -> Moment | None:
    """A last look with htmldate, which knows more languages and weighs dates in running text. Its upper bound is set
    anew each time."""
    from htmldate import find_date
    from lxml.html import fromstring, tostring

    small = fromstring(tostring(page.tree)[:400_000])
    text = find_date(
        small,
        url=page.url or None,
        original_date=True,
        outputformat="%Y-%m-%d",
        max_date=now.strftime("%Y-%m-%d"),
        deferred_url_extractor=True,
    )
    return read_moment(text)


def _modified(
    page: Parsed, linked: Linked, published: Moment | None, now: datetime, zone: tzinfo | None
) -> datetime | None:
    texts: list[Any] = []
    for node in (linked.article, linked.page):
        if node is not None:
            texts.extend(linked.names(node.get("dateModified")))
    texts.extend(page.all_meta(*_MODIFIED))
    for text in texts:
        moment = read_moment(text, zone=zone)
        if moment is not None and moment.precision == "minute" and _plausible(moment, now):
            value = moment.value if moment.value.tzinfo else moment.value.replace(tzinfo=zone or UTC)
            if published is None or published.value.tzinfo is None or value >= published.value:
                return value.astimezone(UTC)
    return None
