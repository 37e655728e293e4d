"""Outlets as OPML 2.0 (http://opml.org/spec2.opml), the list that feed readers exchange: out, and in as drafts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from lxml import etree

from schemas.config import Outlet
from schemas.errors import UsageError

__all__ = ["Draft", "outlets_as_opml", "read_opml"]

_MOST = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An outlet file to be: its id, and its text."""

    id: str
    text: str


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
        if urlsplit(address).scheme not in ("http", "https") or any(c.isspace() for c in address):
            continue
        home = outline.get("htmlUrl") or "{0.scheme}://{0.netloc}/".format(urlsplit(address))
        if urlsplit(home).scheme not in ("http", "https"):
            home = "{0.scheme}://{0.netloc}/".format(urlsplit(address))
        name = " ".join((outline.get("text") or outline.get("title") or urlsplit(home).netloc).split())
        parent = outline.getparent()
        group = (parent.get("text") or "") if parent is not None else ""
        where = group if re.fullmatch(r"[a-z]{2}", group) else country
        feeds.setdefault((where, name, home), []).append(address)
    if not feeds:
        raise UsageError("it holds no feed: no <outline> has an xmlUrl of http or https")
    return [_draft(*of, addresses, timezone) for of, addresses in feeds.items()]


def _draft(country: str, name: str, home: str, feeds: list[str], timezone: str) -> Draft:
    import orjson

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "", plain)[:40] or re.sub(r"[^a-z0-9]+", "", urlsplit(home).netloc)[:40]

    def quoted(value: str | list[str]) -> str:
        return orjson.dumps(value).decode()  # JSON is YAML

    lines = (
        "# Drafted from an OPML file; look at language, timezone and kind, then: counterclaim outlets check",
        f"name: {quoted(name)}",
        f"country: {country}",
        "language: en",
        f"timezone: {timezone}",
        f"home: {quoted(home)}",
        f"feeds: {quoted(list(dict.fromkeys(feeds)))}",
        "verified: never",
    )
    return Draft(f"{country}/{short}", "\n".join(lines) + "\n")
