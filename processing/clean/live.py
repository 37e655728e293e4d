"""Live blogs: one article whose updates have each their own time, headline and address. They are read from JSON-LD
(https://schema.org/LiveBlogPosting), else from the usual markup: like-named elements each with a time of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin

from processing.clean.body import tidy_text
from processing.clean.linked import Linked
from processing.clean.page import Parsed, node_text, without_markup
from processing.clean.places import name_words
from processing.moments import Moment, read_moment
from processing.pagination import read_paging
from schemas.records import LiveUpdate

__all__ = ["Blog", "Entry", "mark_updates", "number_updates", "read_blog", "read_cut"]

_LEAST = 2  # updates of a blog in JSON-LD
_LEAST_MARKED = 3  # like-named elements of a blog that only markup tells
_MOST = 1_000
_INTRO = 3  # paragraphs before the first update that are kept
_ENTRY = re.compile(
    r"(?:^|[\s_-])(?:live-?(?:blog|text|stream|ticker|feed|story|event)?-?(?:__)?-?(?:post|entry|update|item|block|card|message)s?|"
    r"(?:lb|blog|ticker|timeline|update|key-event)-?(?:__)?-?(?:post|entry|item|block|update)|block-time|liveblog-\w{1,20}|js-live-post)(?:$|[\s_-])"
)
_BREAKS = re.compile(r"</(?:p|div|h\d|li|blockquote)>|<br\s?/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blog:
    """A live blog's text, oldest update first, and where in it each update stands."""

    text: str
    updates: tuple[LiveUpdate, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One update as a page gives it."""

    at: Moment | None
    headline: str | None
    paragraphs: tuple[str, ...]
    url: str | None


def read_blog(
    page: Parsed, linked: Linked, text: str, marked: Sequence[Entry], *, zone: tzinfo | None, country: str | None
) -> Blog | None:
    """The live blog of a page whose text was read as `text` and whose markup gave `marked` updates before that; None
    where it is none. Times without a zone are those of the outlet's `zone`."""
    entries = _told(page, linked, zone, country) or marked
    if not entries:
        return None
    return _joined(_ordered(entries, zone), text, zone)


def _told(page: Parsed, linked: Linked, zone: tzinfo | None, country: str | None) -> list[Entry]:
    node = linked.article or {}
    key = next((key for key in node if key.lower() == "liveblogupdate"), None)
    given = node.get(key) if key else None
    given = given if isinstance(given, list) else [given] if isinstance(given, dict) else []
    entries = []
    for one in given[:_MOST]:
        if not isinstance(one, dict):
            continue
        body = one.get("articleBody") or one.get("text") or one.get("description")
        times = (
            read_moment(t, country=country, zone=zone)
            for k in ("datePublished", "dateCreated", "dateModified")
            for t in linked.names(one.get(k))
        )
        headline = next(linked.names(one.get("headline") or one.get("name")), None)
        address = next((u for u in linked.names(one.get("url") or one.get("@id"))), None)
        paragraphs = _paragraphs(body) if isinstance(body, str) else ()
        if paragraphs or headline:
            entries.append(
                Entry(next((t for t in times if t), None), headline, paragraphs, _address(address, page.url))
            )
    return entries if len(entries) >= _LEAST else []


def _paragraphs(body: str) -> tuple[str, ...]:
    lines = (without_markup(line) for line in _BREAKS.sub("\n", body).split("\n"))
    return tuple(line for line in lines if line)


def _address(told: str | None, base: str) -> str | None:
    try:
        address = urljoin(base, told) if told else ""
    except ValueError:
        return None
    return address if address.startswith("http") else None


def mark_updates(page: Parsed, zone: tzinfo | None, country: str | None) -> list[Entry]:
    """Updates by markup, before the tree is used up: where at least three like-named elements have each a time and a
    text."""
    found = [
        node
        for node in page.tree.iter("article", "div", "section", "li")
        if _ENTRY.search(name_words(node)) and node.find(".//time") is not None
    ]
    outer = [node for node in found if not any(a in found for a in node.iterancestors())][:_MOST]
    entries = []
    for node in outer:
        stamp = node.find(".//time")
        at = read_moment(stamp.get("datetime") or node_text(stamp), country=country, zone=zone)
        heading = next((h for h in node.iter("h2", "h3", "h4") if node_text(h)), None)
        paragraphs = tuple(t for p in node.iter("p", "li") if (t := node_text(p)) and p is not stamp.getparent())
        link = next((a.get("href") for a in node.iter("a") if stamp in a.iter()), None) or (
            f"#{node.get('id')}" if node.get("id") else None
        )
        if at is not None and paragraphs:
            entries.append(
                Entry(at, node_text(heading) if heading is not None else None, paragraphs, _address(link, page.url))
            )
    days = {entry.at for entry in entries}
    return entries if len(entries) >= _LEAST_MARKED and len(days) > 1 else []


def _ordered(entries: Sequence[Entry], zone: tzinfo | None) -> list[Entry]:
    """The oldest first; where times lack, the page's order turned round (blogs begin with the newest)."""
    turned = list(reversed(entries))
    if any(entry.at is None for entry in entries):
        return turned
    return sorted(turned, key=lambda entry: _moment(entry.at, zone) or datetime.min.replace(tzinfo=zone))


def _moment(at: Moment | None, zone: tzinfo | None) -> datetime | None:
    if at is None:
        return None
    return (at.value if at.value.tzinfo else at.value.replace(tzinfo=zone or UTC)).astimezone(UTC)


def _joined(entries: Sequence[Entry], text: str, zone: tzinfo | None) -> Blog:
    own = {_plain(p) for entry in entries for p in (*entry.paragraphs, entry.headline or "")}
    whole = "".join(own)
    intro: list[str] = []
    for paragraph in text.split("\n\n"):
        plain = _plain(paragraph)
        if plain in own or (len(plain) > 60 and plain[:60] in whole):
            break
        if len(intro) < _INTRO:
            intro.append(paragraph)
    parts = ["\n\n".join(intro)] if intro else []
    at = len(parts[0]) + 2 if parts else 0
    updates = []
    for entry in entries:
        body = tidy_text("\n".join(entry.paragraphs), entry.headline)
        part = "\n\n".join(filter(None, (entry.headline, body)))
        if not part:
            continue
        digest = hashlib.sha256(part.encode("utf8", "surrogatepass")).hexdigest()[:20]
        moment = _moment(entry.at, zone)
        day = (moment.astimezone(zone) if zone else entry.at.value).date() if moment and entry.at else None
        updates.append(
            LiveUpdate(entry.url or digest, moment, day, entry.headline, entry.url, at, at + len(part), digest)
        )
        parts.append(part)
        at += len(part) + 2
    return Blog("\n\n".join(parts), tuple(updates))


def read_cut(page: Parsed) -> str | None:
    """Which page of an article's several this is ("page 1 of 3"), or where it goes on; None where it is all here."""
    return read_paging(page.tree, page.url).text


def number_updates(new: Sequence[LiveUpdate], old: Sequence[LiveUpdate]) -> tuple[tuple[LiveUpdate, ...], bool]:
    """The updates with their own revision numbers (one more where an update that was known says something else), and
    whether anything is new, changed or gone."""
    known = {update.id: update for update in old}
    numbered = []
    for update in new:
        before = known.get(update.id)
        revision = 1 if before is None else before.revision + (before.digest != update.digest)
        numbered.append(replace(update, revision=revision))
    same = {(u.id, u.digest) for u in new} == {(u.id, u.digest) for u in old}
    return tuple(numbered), not same


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())
