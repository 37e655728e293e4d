"""Finds an outlet's feeds and sitemaps and drafts its file; checks whether those that a file names still work.

Both ask through the same polite crawl process as every fetch: robots.txt, delays, limits and private addresses hold
here too."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from schemas.config import Outlet
from schemas.errors import FetchError, UsageError
from spiders.launch import run_plans, user_agent
from spiders.plan import OutletTask, Plan, read_spool
from spiders.warc import read_record

__all__ = ["Draft", "ListingCheck", "OutletCheck", "check_outlet", "check_outlets", "discover", "set_verified"]

_FEED_PATHS = ("/rss", "/rss.xml", "/feed", "/feed.xml", "/feeds", "/atom.xml", "/index.xml", "/feed.json")
_SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml")
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
_MAX_FEEDS = 12


@dataclass(frozen=True, slots=True)
class ListingCheck:
    """How one feed, sitemap or section answered. `newest` is the latest date in it (ISO 8601), `reason` None where it
    works."""

    url: str
    form: str
    status: int | None
    entries: int
    newest: str | None
    reason: str | None
    aside: tuple[str, ...] = ()  # entries that could not be read, and what else was wrong


@dataclass(frozen=True, slots=True)
class OutletCheck:
    """How an outlet's file stands against the outlet. `robots` maps host to "read", "none" or why nothing may be
    fetched."""

    outlet: str
    robots: dict[str, str]
    listings: tuple[ListingCheck, ...]
    reason: str | None = None  # why the check itself ended early

    @property
    def ok(self) -> bool:
        """Whether all listings work and at least one has entries."""
        return (
            self.reason is None
            and all(li.reason is None for li in self.listings)
            and any(li.entries for li in self.listings)
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted outlet file: its id (`<country>/<name>`), its YAML text, what a person must still look at."""

    id: str
    text: str
    notes: tuple[str, ...]


def check_outlet(
    outlet: Outlet,
    *,
    allow_private_hosts: bool | tuple[str, ...] = False,
    contact: str | None = None,
    seconds: float = 120,
) -> OutletCheck:
    """Fetch robots.txt and each listing of an outlet once, and say what works. Of a sitemap index the newest sitemap is
    read too.

    `seconds` limits the check. Raises FetchError where the crawl process itself failed.
    """
    return check_outlets([outlet], allow_private_hosts=allow_private_hosts, contact=contact, seconds=seconds)[0]


def check_outlets(
    outlets: Sequence[Outlet],
    *,
    allow_private_hosts: bool | tuple[str, ...] = False,
    contact: str | None = None,
    seconds: float = 120,
) -> list[OutletCheck]:
    """`check_outlet` for many, several at a time; `seconds` for each. Raises FetchError where the crawl process itself
    failed."""
    tasks = []
    for outlet in outlets:
        described = outlet.model_dump(
            mode="json", include={"feeds", "sitemaps", "sections", "delay", "spider", "country", "timezone"}
        )
        tasks.append(OutletTask(id=outlet.id or outlet.name, outlet=described, mode="check"))
    found = _ask(tasks, allow_private_hosts, contact, seconds) if tasks else {}
    return [
        _read_check(outlet, task.id, found[task.id].done, seconds) for outlet, task in zip(outlets, tasks, strict=True)
    ]


def _read_check(outlet: Outlet, id: str, done: dict[str, Any], seconds: float) -> OutletCheck:
    listings = tuple(_listing(line) for line in done.get("listings", ()))
    named = [*outlet.feeds, *outlet.sitemaps, *(section.url for section in outlet.sections)]
    order = {url: number for number, url in enumerate(named)}
    missing = [url for url in named if url not in {li.url for li in listings}]
    reason = done["reason"] or (f"no answer for {', '.join(missing)} in {seconds:.0f} s" if missing else None)
    return OutletCheck(
        id, done.get("robots", {}), tuple(sorted(listings, key=lambda li: order.get(li.url, len(order)))), reason
    )


def _listing(line: dict[str, Any]) -> ListingCheck:
    return ListingCheck(
        line["url"], line["form"], line["status"], line["entries"], line["newest"], line["reason"], tuple(line["aside"])
    )


@dataclass(slots=True)
class _Answer:
    """One task's last line, and its probes' final addresses and bodies by address."""

    done: dict[str, Any]
    bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def _ask(
    tasks: Sequence[OutletTask], private: bool | tuple[str, ...], contact: str | None, seconds: float
) -> dict[str, _Answer]:
    """Run tasks in a throw-away folder; answers by task id. Raises FetchError where the crawl process failed."""
    with tempfile.TemporaryDirectory(prefix="counterclaim-") as folder:
        home = Path(folder)
        plan = Plan(
            home=folder,
            spool=str(home / "check.jsonl"),
            archive="check.warc.gz",
            now=datetime.now(UTC).isoformat(),
            at_once=8,
            user_agent=user_agent(contact),
            outlets=tuple(tasks),
            allow_private_hosts=private,
            seconds=seconds,
            request_seconds=min(30.0, seconds),
        )
        ended = run_plans([plan])[0]
        lines = list(read_spool(ended.spool)) if ended.spool.exists() else []
        answers = {line["outlet"]: _Answer(line) for line in lines if line["kind"] == "done"}
        for task in tasks:
            if task.id not in answers:
                raise FetchError(task.id, f"the crawl ended with status {ended.code}: {ended.said[-300:]}", "crashed")
        for line in lines:
            if line["kind"] == "page":
                body = read_record(home / line["warc_path"], line["warc_offset"])[1]
                answers[line["outlet"]].bodies[line["url"]] = line["final_url"], body
            elif line["kind"] == "note":
                done = answers[line["outlet"]].done
                done["reason"] = done["reason"] or f"{line['url']} {line['reason']}"
        return answers


def _readable(listed: Iterable[dict[str, Any]], feeds: list[str], sitemaps: list[str]) -> tuple[list[str], list[str]]:
    """Those of the feeds and sitemaps that were fetched and list something."""
    good = {line["url"]: _listing(line) for line in listed if not line["reason"]}
    return (
        [feed for feed in feeds if feed in good and good[feed].entries],
        [s for s in sitemaps if s in good and (good[s].entries or good[s].form == "sitemap index")],
    )


def discover(
    url: str,
    *,
    allow_private_hosts: bool | tuple[str, ...] = False,
    contact: str | None = None,
    seconds: float = 180,
    delay: float = 1.0,
) -> Draft:
    """Find the feeds and sitemaps of the outlet at an address (its front page) and draft its file.

    Looks at `<link rel="alternate">`, at links that look like feeds, at robots.txt, and, where these give nothing, at
    common paths. Only what was fetched and could be read gets into the draft. Raises UsageError (no http address),
    FetchError (the page cannot be fetched, or nothing was found)."""
    if not re.match(r"https?://[^/\s]+", url):
        raise UsageError(f"{url!r} is not an http or https address")
    front = OutletTask(id="front page", outlet={"probes": [url], "delay": delay})
    answer = _ask([front], allow_private_hosts, contact, seconds)[front.id]
    done = answer.done
    if url not in answer.bodies:
        raise FetchError(url, (done["reason"] or "cannot be fetched").removeprefix(f"{url} "), "front_page")
    base, body = answer.bodies[url]
    page = _read_front(base, body)
    named_sitemaps = [s for found in done["robots_sitemaps"].values() for s in found]
    feeds = page.feeds or [urljoin(base, path) for path in _FEED_PATHS]
    sitemaps = named_sitemaps or [urljoin(base, path) for path in _SITEMAP_PATHS]
    task = OutletTask(
        id="listings",
        outlet={"feeds": feeds[:_MAX_FEEDS], "sitemaps": sitemaps[:_MAX_FEEDS], "delay": delay},
        mode="check",
    )
    listed = _ask([task], allow_private_hosts, contact, seconds)[task.id].done["listings"]
    feeds, sitemaps = _readable(listed, feeds, sitemaps)
    if not feeds and not sitemaps:
        told = f"no feed or sitemap was found that can be read (looked at {len(listed)} addresses)"
        raise FetchError(url, told, "nothing_found")
    return _draft(base, page, feeds, sitemaps, named_sitemaps)


@dataclass(frozen=True, slots=True)
class _Front:
    """What a front page says of itself."""

    name: str
    language: str | None
    region: str | None
    feeds: list[str]


def _read_front(base: str, body: bytes) -> _Front:
    from lxml import html

    tree = html.document_fromstring(body or b"<html></html>")
    feeds: dict[str, None] = {}
    for link in tree.xpath("//link[@href]"):
        if "alternate" in (link.get("rel") or "").lower() and (link.get("type") or "").lower() in _FEED_TYPES:
            feeds.setdefault(urljoin(base, link.get("href")))
    if not feeds:
        for link in tree.xpath("//a[@href]"):
            if re.search(r"(?:^|[/._-])(?:rss|atom)(?:[/._?-]|$)|/feed/?$", link.get("href")):
                feeds.setdefault(urljoin(base, link.get("href")))
    names = [*tree.xpath("//meta[@property='og:site_name']/@content"), *tree.xpath("//title/text()")]
    name = re.split(r"\s[|–—-]\s", " ".join(str(names[0]).split()))[0] if names else urlsplit(base).hostname or base
    language, _, region = str((tree.xpath("/html/@lang") or [""])[0]).replace("_", "-").partition("-")
    return _Front(name, language.lower()[:2] or None, region.lower()[:2] if len(region) == 2 else None, list(feeds))


def _country(host: str, region: str | None) -> str | None:
    """Country by top-level domain, else by the page's own region; None for .com and the like."""
    last = host.rpartition(".")[2]
    if re.fullmatch(r"[a-z]{2}", last) and last not in ("eu", "io", "tv", "me", "co", "ai"):
        return "gb" if last == "uk" else last
    return region


def _zones(country: str | None) -> list[str]:
    """IANA time zones of a country, from the time zone database's own table."""
    table = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    rows = [line.split("\t") for line in table.read_text("utf8").splitlines() if not line.startswith("#")]
    return [row[2] for row in rows if country and row[0].lower() == country]


def _draft(base: str, page: _Front, feeds: Iterable[str], sitemaps: Iterable[str], named: list[str]) -> Draft:
    parts = urlsplit(base)
    host = parts.hostname or ""
    country = _country(host, page.region)
    zones = _zones(country)
    notes = []
    if country is None:
        notes.append("country: not told by the address; set it, and put the file into the folder of that name")
    if len(zones) != 1:
        notes.append(
            "timezone: " + (f"the country has {len(zones)}; the first was taken" if zones else "not known; set it")
        )
    if page.language is None:
        notes.append("language: the page does not say; set it")
    short = re.sub(r"^(?:www|news|edition)\.", "", host).split(".")[0] or "outlet"
    lines = [
        f"name: {_quote(page.name)}",
        f"country: {country or 'xx'}",
        f"language: {page.language or 'en'}",
        f"timezone: {zones[0] if zones else 'UTC'}",
        f"home: {_quote(f'{parts.scheme}://{parts.netloc}/')}",
    ]
    for key, urls in (("feeds", list(feeds)), ("sitemaps", list(sitemaps))):
        if urls:
            lines += [f"{key}:", *(f"  - {_quote(u)}" for u in urls)]
    day = datetime.now(UTC).date().isoformat()
    where = "named by the front page" + (" and robots.txt" if named else "")
    lines += ["expect:", "  articles_per_day: 1", f"verified: {day}", f"seen: {_quote(f'{where}, fetched {day}')}"]
    return Draft(f"{country or 'xx'}/{short}", "\n".join(lines) + "\n", tuple(notes))


def _quote(text: str) -> str:
    """Text as a double-quoted YAML scalar on one line (JSON's strings are YAML's)."""
    import json

    return json.dumps(text, ensure_ascii=False)


def set_verified(path: Path, day: date) -> None:
    """Write into an outlet file that it was checked on a day; all else in the file stays as it is. Raises OSError."""
    text = path.read_text("utf8")
    line = f"verified: {day.isoformat()}"
    changed, count = re.subn(
        r"^verified:[^\n#]*",
        lambda found: line + found[0][len(found[0].rstrip()) :],
        text,
        count=1,
        flags=re.MULTILINE,
    )
    path.write_text(changed if count else text.rstrip("\n") + f"\n{line}\n", "utf8")
