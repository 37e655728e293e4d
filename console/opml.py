"""Outlets as OPML 2.0 (http://opml.org/spec2.opml), the list that feed readers exchange: out, and in as drafts."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from lxml import etree

from schemas.config import Outlet, load_outlet
from schemas.errors import ConfigError, UsageError

__all__ = ["Checked", "Draft", "checked_drafts", "keep_draft", "outlets_as_opml", "read_opml"]

_MOST = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An outlet file to be: its id, its text, what it is called, its first page, its feeds."""

    id: str
    text: str
    name: str
    home: str
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft and what is to be said of it. `state`: new (can be written), there (a file of its id is), known (all its
    feeds are those of a known outlet), faulty (would be no outlet file); `why`: "" where there is nothing to say."""

    draft: Draft
    state: Literal["new", "there", "known", "faulty"]
    why: str = ""


def outlets_as_opml(outlets: Iterable[Outlet]) -> bytes:
    """One outline a feed, grouped by country; outlets without a feed are left out."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Outlets of Counterclaim"
    body = ET.SubElement(root, "body")
    groups: dict[str, ET.Element] = {}
    for outlet in sorted(outlets, key=lambda o: (o.country, o.name)):
        for feed in outlet.feeds:
            if outlet.country not in groups:
                groups[outlet.country] = ET.SubElement(body, "outline", text=outlet.country)
            told = {"text": outlet.name, "type": "rss", "xmlUrl": str(feed), "htmlUrl": str(outlet.home)}
            ET.SubElement(groups[outlet.country], "outline", {**told, "language": outlet.language})
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def read_opml(data: bytes, country: str, timezone: str) -> list[Draft]:
    """Outlet files drafted of an OPML file: one an outlet, with all its feeds. `country`: of outlines that stand in no
    group named by one. Raises: UsageError for what is no OPML, or holds no feed."""
    if len(data) > _MOST:
        raise UsageError(f"the OPML file has {len(data)} bytes, more than {_MOST}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(f"it is no XML: {error}") from error
    if root is None or etree.QName(root).localname != "opml":
        raise UsageError("it is no OPML: the outermost element is not <opml>")
    feeds: dict[tuple[str, str, str], list[str]] = {}
    for outline in root.iter("outline"):
        address = outline.get("xmlUrl") or ""
        if not _is_web(address):
            continue
        site = outline.get("htmlUrl") or ""
        home = site if _is_web(site) else _root(address)
        name = " ".join((outline.get("text") or outline.get("title") or _host(home)).split())
        parent = outline.getparent()
        group = (parent.get("text") or "") if parent is not None else ""
        where = group if re.fullmatch(r"[a-z]{2}", group) else country
        feeds.setdefault((where, name, home), []).append(address)
    if not feeds:
        raise UsageError("it holds no feed: no <outline> has an xmlUrl of http or https")
    return _drafts(feeds, timezone)


def checked_drafts(
    data: bytes, country: str, timezone: str, known: Iterable[Outlet], folder: Path | None
) -> list[Checked]:
    """The outlets of an OPML file as drafts that were checked as their files would be. Feeds that a known outlet has
    are left out of them. `folder`: where their files would go; None: it is not said which are there.

    Raises: UsageError for what is no OPML, holds no feed, or a country or time zone that is none."""
    if not re.fullmatch("[a-z]{2}", country):
        raise UsageError(f"country: {country!r} is no two small letters, such as gb")
    owner = {_plain(str(feed)): outlet.id for outlet in known for feed in outlet.feeds}
    return [_checked(draft, owner, timezone, folder) for draft in read_opml(data, country, timezone)]


def keep_draft(draft: Draft, folder: Path) -> Path:
    """Write a draft among the outlet files of a folder. Raises: UsageError where it cannot be written."""
    path = folder / f"{draft.id}.yml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf8") as file:
            file.write(draft.text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def _is_web(address: str) -> bool:
    return re.match(r"https?://\S*$", address, re.IGNORECASE) is not None


def _host(address: str) -> str:
    """The host's name; "" where the address is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _root(address: str) -> str:
    """The first page of an address's site; an address that is none stays, and is told where it is checked."""
    return f"{address.partition(':')[0]}://{_host(address)}/" if _host(address) else address


def _plain(address: str) -> str:
    """An address for comparison: the same feed by http and https, with and without a slash at its end."""
    return address.partition("://")[2].rstrip("/").casefold()


def _checked(draft: Draft, owner: dict[str, str], timezone: str, folder: Path | None) -> Checked:
    if folder is not None and (folder / f"{draft.id}.yml").exists():
        return Checked(draft, "there", "a file of this name is there already")
    taken = {feed: owner[_plain(feed)] for feed in draft.feeds if _plain(feed) in owner}
    whose = ", ".join(sorted(set(taken.values())))
    left = [feed for feed in draft.feeds if feed not in taken]
    if not left:
        return Checked(draft, "known", f"known as {whose}")
    if taken:
        draft = _draft(draft.id, draft.name, draft.home, left, timezone)
    if fault := _fault(draft):
        return Checked(draft, "faulty", fault)
    return Checked(draft, "new", f"without {len(taken)} of its feeds: known as {whose}" if taken else "")


def _fault(draft: Draft) -> str:
    """What would be wrong with its file; "" for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{draft.id}.yml"
        path.parent.mkdir()
        path.write_text(draft.text, "utf8")
        try:
            load_outlet(path)
        except ConfigError as error:
            return "; ".join(f"{p.key}: {p.message}" if p.key else p.message for p in error.problems)
    return ""


def _drafts(feeds: dict[tuple[str, str, str], list[str]], timezone: str) -> list[Draft]:
    made: dict[str, Draft] = {}
    for (country, name, home), addresses in feeds.items():
        host = re.sub(r"[^a-z0-9]+", "", _host(home).casefold().removeprefix("www."))[:40] or "outlet"
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stems = (re.sub(r"[^a-z0-9]+", "", plain)[:40] or host, host)
        ids = [f"{country}/{stem}" for stem in stems] + [f"{country}/{stems[0]}{n}" for n in range(2, len(feeds) + 2)]
        id = next(id for id in ids if id not in made)  # two outlets may be called the same
        made[id] = _draft(id, name, home, addresses, timezone)
    return list(made.values())


def _draft(id: str, name: str, home: str, feeds: list[str], timezone: str) -> Draft:
    import orjson

    def quoted(value: str | list[str]) -> str:
        return orjson.dumps(value).decode()  # JSON is YAML

    once = list(dict.fromkeys(feeds))
    lines = (
        "# Drafted from an OPML file; look at language, timezone and kind, then: counterclaim outlets check",
        f"name: {quoted(name)}",
        f"country: {id.partition('/')[0]}",
        "language: en",
        f"timezone: {quoted(timezone)}",
        f"home: {quoted(home)}",
        f"feeds: {quoted(once)}",
        "verified: never",
    )
    return Draft(id, "\n".join(lines) + "\n", name, home, tuple(once))
