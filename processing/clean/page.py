"""Bytes into a parsed page: what charset they are in, whether they are HTML at all, and what its meta elements say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from schemas.errors import PageError

__all__ = ["LIMIT", "Parsed", "decode_page", "flat", "node_text", "parse_page", "without_markup"]

LIMIT = 20_000_000  # bytes; the largest article page seen is 1.2 MB, trafilatura's own limit is 20 MB
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE
)
_XML_CHARSET = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_:.-]{2,40})["']""", re.IGNORECASE
)
_HTTP_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these labels as the wider code page: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_WESTERN = {b"en", b"fr", b"de", b"es", b"it", b"pt", b"nl", b"da", b"sv", b"no", b"nb", b"fi"}
_MAGIC = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"PK\x03\x04": "ZIP",
    b"RIFF": "RIFF",
    b"\x1f\x8b": "gzip",
    b"\x00\x00\x00\x18ftyp": "MP4",
    b"\x00\x00\x00 ftyp": "MP4",
    b"ID3": "MP3",
    b"\x7fELF": "program",
    b"BZh": "bzip2",
}
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml|svg)[\s>]", re.IGNORECASE)
_HTML_MARK = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta|title|section|table|span|br)[\s>/]", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
# what XML forbids (https://www.w3.org/TR/xml/#charsets) and no text needs: one of these would cost the whole page
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0{0,6}(?:[0-8]|1[124-9]|2\d|3[01])|x0{0,6}(?:[0-8bcef]|1[0-9a-f])|x[dD][89a-fA-F][0-9a-fA-F]{2}|(?:5[5-7]\d{3}));?(?![0-9a-fA-F])",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Parsed:
    """A page as a tree. `metas` maps lower-case names (name, property, itemprop, http-equiv) to contents in page
    order."""

    tree: Any  # lxml element
    metas: dict[str, list[str]]
    url: str
    html_lang: str | None
    region: str | None = None  # of the language ("us" of en-US)
    scripts: list[str] = field(default_factory=list)  # JSON-LD blocks, raw
    found: dict[str, list[Any]] = field(default_factory=dict)

    def cached(self, name: str, search: Callable[[Parsed], Iterable[Any]]) -> list[Any]:
        """What a search of the page finds, searched once."""
        if name not in self.found:
            self.found[name] = list(search(self))
        return self.found[name]

    def meta(self, *names: str) -> str | None:
        """The first non-empty content under the first name that has one."""
        return next(self.all_meta(*names), None)

    def all_meta(self, *names: str) -> Iterator[str]:
        """Non-empty contents, name by name in the order asked."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    yield value


def flat(text: str | None) -> str:
    """Text with character references resolved (once more, where a page escaped twice) and white space reduced to single
    spaces."""
    if not text:
        return ""
    if "&" in text:
        text = unescape(unescape(text))
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def without_markup(text: str) -> str:
    """Text as `flat` gives it, without the tags that a field of a machine's should not have."""
    return flat(_MARKUP.sub(" ", unescape(text) if "&lt;" in text else text) if "<" in text or "&lt;" in text else text)


def node_text(node: Any) -> str:
    """All text of an element with single spaces; script and style contents left out."""
    parts = []
    for child in node.iter():
        if (
            isinstance(child.tag, str)
            and child.tag not in ("script", "style", "template", "noscript", "svg")
            and child.text
        ):
            parts.append(child.text)
        if child is not node and child.tail:
            parts.append(child.tail)
    return _SPACE.sub(" ", " ".join(parts)).strip()


def decode_page(body: bytes, content_type: str | None = None) -> str:
    """The body as text.

    A byte order mark wins; then strict UTF-8 where the bytes are valid UTF-8 with characters beyond ASCII (wrong labels
    are common, such bytes by chance are not); then the charset of HTTP, of the XML declaration, of the meta element;
    then a guess, then Windows-1252."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf8")
    except UnicodeDecodeError:
        pass
    head = body[:4096]
    named = [m.group(1) for m in [_HTTP_CHARSET.search(content_type or "")] if m]
    named += [m.group(1).decode("ascii") for m in (_XML_CHARSET.search(head), _META_CHARSET.search(head)) if m]
    for name in named:
        wide = _WIDER.get(name.lower(), name)
        try:
            text = body.decode(wide)
        except (LookupError, UnicodeDecodeError):
            continue
        return text
    if _nearly_utf8(body):
        return body.decode("utf8", "replace")
    return _guess(body)


def _nearly_utf8(body: bytes) -> bool:
    """Whether UTF-8 with a few broken bytes explains the body: far more characters beyond ASCII decode than fail."""
    text = body.decode("utf8", "replace")
    bad = text.count("\ufffd")
    good = sum(c > "\x7f" for c in text[:200_000]) - bad
    return good > 0 and (bad * 20 <= good or (bad <= 3 and len(text) > 2000))


def _guess(body: bytes) -> str:
    """Bytes that are not what they are labelled as: Windows-1252 where few are beyond ASCII (or the page says that it
    is in a western language), else by their frequencies."""
    beyond = sum(byte > 127 for byte in body[:20_000])
    lang = re.search(rb"""<html[^>]{0,300}?lang\s*=\s*["']?([A-Za-z]{2})""", body[:4096], re.IGNORECASE)
    if beyond * 20 < len(body[:20_000]) or (lang and lang.group(1).lower() in _WESTERN):
        return body.decode("cp1252", "replace")
    from charset_normalizer import from_bytes

    best = from_bytes(body[:100_000]).best()
    try:
        return body.decode(best.encoding if best else "cp1252", "replace")
    except LookupError:
        return body.decode("cp1252", "replace")


def _refuse_other_kinds(body: bytes, content_type: str | None, url: str) -> None:
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise PageError(url, "the page is empty", "empty")
    if len(body) > LIMIT:
        raise PageError(url, f"the page has {len(body):,} bytes; {LIMIT:,} is the limit", "too_large")
    for magic, name in _MAGIC.items():
        if body.startswith(magic):
            raise PageError(url, f"the page is a {name} file, not HTML", "not_html")
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind.startswith(("image/", "video/", "audio/", "font/")) or kind in (
        "application/pdf",
        "application/zip",
        "application/octet-stream",
    ):
        raise PageError(url, f"the page is {kind}, not HTML", "not_html")
    if not body.startswith(tuple(mark for mark, _ in _BOMS)) and body[:4096].count(0) > 16:
        raise PageError(url, "the page is binary data, not HTML", "not_html")


def _parser() -> Any:
    """A parser whose elements are all of one class: lxml.html's own asks Python for the class at every look at an
    element."""
    from lxml import etree
    from lxml.html import HtmlElement, HTMLParser

    parser = HTMLParser(collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True, encoding=None)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def parse_page(body: bytes, url: str, content_type: str | None = None) -> Parsed:
    """The page parsed (entities of a document type are never expanded, nothing is loaded).

    Raises PageError with code `empty`, `too_large` or `not_html`.
    """
    from lxml import etree
    from lxml.html import document_fromstring

    _refuse_other_kinds(body, content_type, url)
    text = _CONTROL.sub("", decode_page(body, content_type))
    if "&#" in text:
        text = _CONTROL_REFERENCE.sub(" ", text)
    start = text[:3000].lstrip()
    if _FEED.search(start) and not re.search(r"<(?:!doctype\s+html|html)[\s>]", start, re.IGNORECASE):
        raise PageError(url, "the page is XML (a feed, a sitemap or an image), not HTML", "not_html")
    if start[:1] in "{[":
        raise PageError(url, "the page is JSON, not HTML", "not_html")
    if not _HTML_MARK.search(text):
        raise PageError(url, "the page has no HTML elements", "not_html")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    try:
        tree = document_fromstring(text, parser=_parser())
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise PageError(url, f"the page cannot be parsed: {error}", "not_html") from error
    metas: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        content = flat(node.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := (node.get(attribute) or "").strip().lower():
                metas.setdefault(name, []).append(content)
    lang = tree.get("lang") or tree.get("xml:lang") or ""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2})\b)?", lang.strip())
    spoken, region = (found[1].lower(), (found[2] or "").lower() or None) if found else (None, None)
    return Parsed(tree, metas, url, spoken, region, _take_scripts(tree))


def _take_scripts(tree: Any) -> list[str]:
    """The JSON-LD blocks; taken out of the tree where they are large, so that nothing else parses them again."""
    raw = []
    for node in list(tree.iter("script")):
        kind = (node.get("type") or "").strip().lower()
        if kind in ("application/ld+json", "application/settings+json"):
            raw.append(node.text or "")
            parent = node.getparent()
            if parent is not None:
                if node.tail:
                    previous = node.getprevious()
                    if previous is not None:
                        previous.tail = (previous.tail or "") + node.tail
                    else:
                        parent.text = (parent.text or "") + node.tail
                parent.remove(node)
    return raw
