"""One page into one article, or the reason why not."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from processing.clean.body import guess_language, letters, read_text, tidy_text, without_head
from processing.clean.dates import read_times
from processing.clean.fields import (
    canonical_address,
    heading_texts,
    read_canonical,
    read_section,
    read_sitename,
    read_title,
)
from processing.clean.linked import read_linked
from processing.clean.live import mark_updates, read_blog, read_cut
from processing.clean.page import LIMIT, parse_page
from processing.clean.people import read_authors, read_credit, split_names
from processing.clean.walls import WALLS, find_wall, is_teaser, look_around, without_copies, without_offers
from processing.moments import Moment, read_moment
from schemas.config import Outlet
from schemas.errors import PageError
from schemas.records import Article, LiveUpdate, Page, Rejection, digest_id

__all__ = ["Extract", "clean_file", "extract_page", "make_article", "unpack_page"]

_SHORT = 60  # letters; a headline with a caption has more, an article never fewer


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read from one page, with the date as the page gives it."""

    title: str | None
    text: str
    authors: tuple[str, ...]
    published: Moment | None
    modified: datetime | None
    language: str | None
    sitename: str | None
    canonical_url: str
    section: str | None
    credit: str | None
    teaser: bool = False  # only the beginning of the article is there
    updates: tuple[LiveUpdate, ...] = ()
    cut: str | None = None


def unpack_page(body: bytes, url: str) -> bytes:
    """The body with gzip taken off. Raises PageError where it is broken gzip or unpacks to more than the limit."""
    if body[:2] != b"\x1f\x8b":
        return body
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(body, LIMIT + 1)
    except zlib.error as error:
        raise PageError(url, f"the page is broken gzip: {error}", "not_html") from error
    if len(plain) > LIMIT:
        raise PageError(url, f"the page unpacks to more than {LIMIT:,} bytes", "too_large")
    if not machine.eof:
        raise PageError(url, "the page is gzip that was cut short", "not_html")
    return plain


def extract_page(
    body: bytes, url: str, *, now: datetime, content_type: str | None = None, outlet: Outlet | None = None
) -> Extract:
    """What the page holds.

    Raises PageError with a code: `empty`, `too_large`, `not_html`, one of `walls.WALLS` where something else stands in
    the article's place, or `no_article` where there is no text of an article."""
    page = parse_page(unpack_page(body, url), url, content_type)
    linked = read_linked(page.scripts, heading_texts(page))
    sitename = read_sitename(page, linked, outlet.name if outlet else None)
    title = read_title(page, linked, sitename)
    zone, country = (outlet.zone, outlet.country) if outlet else (None, None)
    published, modified = read_times(page, linked, now=now, country=country, zone=zone)
    authors = read_authors(page, linked, sitename)
    told = _Told(read_canonical(page, linked, title), read_section(page, linked), page.html_lang)
    credit_page = read_credit("", authors, page, linked)
    seen = look_around(page, linked, title)
    marked, cut = mark_updates(page, zone, country), read_cut(page)
    text, kinds = without_offers(without_copies(without_head(read_text(page, linked, title), title, authors)))
    if blog := read_blog(page, linked, text, marked, zone=zone, country=country):
        text = blog.text
    if code := find_wall(seen, text, kinds):
        raise PageError(url, WALLS[code], code)
    teaser, text = is_teaser(seen, text, kinds) if blog is None else (False, text)
    _refuse_short(url, text)
    return Extract(
        title=title,
        text=text,
        authors=authors,
        published=published,
        modified=modified,
        language=guess_language(text, told.language),
        sitename=sitename,
        canonical_url=told.canonical,
        section=told.section,
        credit=read_credit(text, ()) or credit_page,
        teaser=teaser,
        updates=blog.updates if blog else (),
        cut=cut,
    )


def _refuse_short(url: str, text: str) -> None:
    """Raises PageError for a text that is too short to be an article's."""
    if letters(text) < _SHORT:
        found = f" ({letters(text)} letters)" if text else ""
        raise PageError(url, f"no article text was found{found}", "no_article")


@dataclass(frozen=True, slots=True)
class _Told:
    canonical: str
    section: str | None
    language: str | None


def make_article(
    body: bytes, page: Page, outlet: Outlet | None, parts: Sequence[bytes] = (), *, now: datetime
) -> Article | Rejection:
    """The article of a page and of the further pages on which it goes on (`parts`: their bytes), revision 1; or the
    reason why there is none. Nothing a page holds raises."""
    try:
        if _is_record(page):
            found = _from_record(body, page)
        else:
            found = extract_page(
                body,
                page.final_url or page.url,
                now=min(now, page.fetched_at),
                content_type=page.content_type,
                outlet=outlet,
            )
            if parts or page.cut:
                found = _joined(found, page, parts, outlet, now=min(now, page.fetched_at))
    except PageError as error:
        return Rejection(page.id, page.url, page.outlet, error.code, error.reason)
    except (MemoryError, RecursionError) as error:
        return Rejection(
            page.id, page.url, page.outlet, "too_complex", f"the page is too complex to read: {type(error).__name__}"
        )
    return _assemble(found, page, outlet)


def _joined(first: Extract, page: Page, parts: Sequence[bytes], outlet: Outlet | None, *, now: datetime) -> Extract:
    """An article with what stands on its further pages: their paragraphs in order, each once; the latest change. A page
    of which nothing could be read is named in `cut`."""
    texts, cuts = [first.text], [page.cut] if page.cut else []
    teaser, modified = first.teaser, first.modified
    for part, body in zip(page.parts, parts, strict=True):
        try:
            more = extract_page(body, part.url, now=now, content_type=part.content_type, outlet=outlet)
        except PageError as error:
            cuts.append(f"{part.url}: {error.reason}")
            continue
        texts.append(more.text)
        teaser = teaser or more.teaser
        modified = max(filter(None, (modified, more.modified)), default=None)
    text = without_copies("\n\n".join(texts))
    return replace(first, text=text, teaser=teaser, modified=modified, cut="; ".join(cuts) or None)


def _assemble(found: Extract, page: Page, outlet: Outlet | None) -> Article:
    meta = page.meta
    key = digest_id(found.canonical_url)
    published = _with_listing(found.published, read_moment(_text(meta.get("published"))))
    authors = found.authors or _names(meta.get("authors"))
    moment, precision, day = _placed(published, outlet)
    title = found.title or _text(meta.get("title"))
    digest = hashlib.sha256(f"{title or ''}\n{found.text}".encode("utf8", "surrogatepass")).hexdigest()
    return Article(
        id=digest_id(key, digest),
        key=key,
        revision=1,
        page_id=page.id,
        url=page.url,
        canonical_url=found.canonical_url,
        outlet=page.outlet,
        outlet_name=outlet.name if outlet else _text(meta.get("outlet")) or found.sitename or page.outlet,
        country=outlet.country if outlet else (_text(meta.get("country")) or "").lower() or None,
        title=title,
        text=found.text,
        authors=authors,
        published=moment,
        published_precision=precision,
        published_day=day,
        modified=found.modified,
        language=found.language,
        sitename=found.sitename,
        section=found.section or _text(meta.get("section")),
        credit=found.credit,
        fetched_at=page.fetched_at,
        digest=digest,
        teaser=found.teaser,
        updates=found.updates,
        cut=found.cut,
    )


def _with_listing(page: Moment | None, listing: Moment | None) -> Moment | None:
    """The page's date; the listing's (feed or sitemap) where the page has none, or only the day of the listing's
    minute."""
    if page is None or listing is None:
        return page or listing
    near = abs((page.value.date() - listing.value.date()).days) <= 1
    return listing if page.precision == "day" and listing.precision == "minute" and near else page


def _names(given: Any) -> tuple[str, ...]:
    if isinstance(given, list | tuple):
        return tuple(str(name) for name in given if name)
    return tuple(split_names(str(given))) if given else ()


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _placed(published: Moment | None, outlet: Outlet | None) -> tuple[datetime | None, Any, date | None]:
    """Moment in UTC, precision, and day in the outlet's zone. A time without a zone, of an outlet without a known zone,
    is known to the day only."""
    if published is None:
        return None, None, None
    zone = outlet.zone if outlet else None
    value = published.value
    if published.precision == "day" or (value.tzinfo is None and zone is None):
        day = value.date()
        return datetime(day.year, day.month, day.day, tzinfo=zone or UTC).astimezone(UTC), "day", day
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC), "minute", (value.astimezone(zone) if zone else value).date()


def _is_record(page: Page) -> bool:
    kind = (page.content_type or "").split(";")[0].strip().lower()
    return kind in ("application/json", "text/plain") or "text" in page.meta


def _from_record(body: bytes, page: Page) -> Extract:
    """A ready text with what its record says: nothing is guessed but the language and the agency credit."""
    meta = page.meta
    title = _text(meta.get("title"))
    raw = _text(meta.get("text")) or body.decode("utf8", "replace")
    if title is None and "\n" in raw and len(first := raw.lstrip().split("\n", 1)[0]) < 250:
        title = first.strip()
    blocks = re.split(r"\n\s*\n", raw) if re.search(r"\n\s*\n", raw.strip()) else raw.split("\n")
    text = tidy_text("\n".join(" ".join(block.split()) for block in blocks), title)
    if not any(c.isalpha() for c in text):
        raise PageError(page.url, "the record's text is empty", "empty")
    authors = _names(meta.get("authors"))
    url = canonical_address(page.final_url or page.url)
    return Extract(
        title,
        text,
        authors,
        read_moment(_text(meta.get("published"))),
        None,
        guess_language(text, _text(meta.get("language"))),
        _text(meta.get("sitename")),
        url,
        _text(meta.get("section")),
        read_credit(text, authors),
    )


def clean_file(path: Path, url: str | None = None, *, now: datetime | None = None) -> dict[str, Any]:
    """What `counterclaim clean FILE` prints of an HTML file (gzip too): the fields, or `reason` where there is no
    article.

    `published` is as the page gives it: a day, or a time with the page's offset where it gives one. Raises nothing for
    bad content; a file that cannot be opened gives a reason too."""
    name = str(path)
    address = url or Path(path).resolve().as_uri()
    try:
        found = extract_page(Path(path).read_bytes(), address, now=now or datetime.now(UTC))
    except OSError as error:
        return _no_article(name, f"cannot be read: {error.strerror or error}")
    except PageError as error:
        return _no_article(name, error.reason)
    except (MemoryError, RecursionError, gzip.BadGzipFile) as error:
        return _no_article(name, f"the page is too complex to read: {type(error).__name__}")
    return {
        "file": name,
        "title": found.title,
        "text": found.text,
        "authors": list(found.authors),
        "published": found.published.text() if found.published else None,
        "published_precision": found.published.precision if found.published else None,
        "language": found.language,
        "sitename": found.sitename,
        "canonical_url": found.canonical_url if found.canonical_url.startswith("http") else None,
        "teaser": found.teaser,
        "reason": None,
    }


def _no_article(name: str, reason: str) -> dict[str, Any]:
    """What is printed of a file that gives no article."""
    return {
        "file": name,
        "title": None,
        "text": None,
        "authors": [],
        "published": None,
        "published_precision": None,
        "language": None,
        "sitename": None,
        "canonical_url": None,
        "teaser": False,
        "reason": reason,
    }
