"""Headline, name of the site, canonical address and section of a page."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

from processing.addresses import plain_address
from processing.clean.linked import Linked
from processing.clean.page import Parsed, flat, node_text
from processing.clean.places import headings

__all__ = ["canonical_address", "heading_texts", "read_canonical", "read_section", "read_sitename", "read_title"]

_SEPARATOR = re.compile(r"\s(?:[|•·»«:–—-]|::|\|\|)\s|\s?[|»]\s?")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("'", "").replace("’", "").replace("‘", ""))


def _size(text: str) -> int:
    """How many words a text has; where writing has no spaces between words, two characters count as one."""
    together = len(re.findall(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]", text))
    return len(_words(text)) if together < 2 else max(together // 2, len(_words(text)))


def heading_texts(page: Parsed) -> list[str]:
    """Texts of the headings of the first rank and of the titles in meta elements, for matching."""
    found = [text for node in page.cached("headings", headings) if (text := flat(node_text(node)))]
    return found[:6] + list(page.all_meta("og:title", "twitter:title"))[:2]


def read_sitename(page: Parsed, linked: Linked, given: str | None = None) -> str | None:
    """The site's name as the page gives it; `given` (the outlet file's) where it gives none."""
    for text in page.all_meta(
        "og:site_name", "application-name", "al:android:app_name", "dc.publisher", "apple-mobile-web-app-title"
    ):
        if not text.startswith(("http", "@")) and len(text) < 60:
            return text
    publisher = linked.text("publisher")
    return publisher if publisher and not publisher.startswith("http") else given


def _likeness(a: str, b: str) -> float:
    """Shared words, of the shorter one's words; 0 where either has none."""
    left, right = set(_words(a)), set(_words(b))
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def without_site(title: str, page: Parsed, sitename: str | None) -> str:
    """A title without the site's name (and section) that follows or precedes it after a separator."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.").lower()
    prefix, colon, rest = title.partition(": ")
    if colon and sitename and _words(prefix) == _words(sitename) and _size(rest) >= 2:
        return rest.strip()
    parts = list(_SEPARATOR.finditer(title))
    for match in parts:
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if _is_site(tail, sitename, host) and _size(head) >= 2:
            return head
    if parts:
        head, tail = title[: parts[0].start()].strip(), title[parts[0].end() :].strip()
        if _is_site(head, sitename, host) and _size(tail) >= 2:
            return tail
    return title


def _is_site(text: str, sitename: str | None, host: str) -> bool:
    plain, names = "".join(_words(text)), ["".join(_words(sitename or ""))]
    plain = plain.removeprefix("the")
    if not plain or len(_words(text)) > 7:
        return False
    if any(name and (name.removeprefix("the") in plain or (len(plain) >= 4 and plain in name)) for name in names):
        return True
    bare = re.sub(r"[^a-z0-9]", "", host)
    return len(plain) >= 3 and (
        plain in bare or (len(bare) > 6 and any(len(label) > 4 and label in plain for label in host.split(".")))
    )


def _differ_by_a_word(a: str, b: str) -> bool:
    """Whether two wordings of a headline differ by one word only: the page's metadata then has the outlet's own
    wording."""
    left, right = Counter(_words(a)), Counter(_words(b))
    return (
        left != right
        and min(left.total(), right.total()) >= 5
        and max((left - right).total(), (right - left).total()) == 1
    )


def read_title(page: Parsed, linked: Linked, sitename: str | None) -> str | None:
    """The headline that readers see: the first heading that agrees with what the page says of itself; else that.

    Where the page's metadata differs from it by one word, the metadata's wording. A heading that is only the site's
    name or a section's is passed over. None where the page has no title at all."""
    told = [
        without_site(text, page, sitename)
        for text in page.all_meta("og:title", "twitter:title", "sailthru.title", "dc.title", "title", "headline")
    ]
    headline = linked.text("headline", page=False)
    first = page.tree.find(".//title")
    bare = without_site(flat(node_text(first)), page, sitename) if first is not None else ""
    claimed = [text for text in (headline, *told, bare) if text]
    host = (urlsplit(page.url).hostname or "").lower()
    seen = [text for node in page.cached("headings", headings) if (text := flat(node_text(node)))]
    for text in seen:
        if (
            max((_likeness(text, other) for other in claimed), default=0) >= 0.6
            and _size(text) > 1
            and not _is_site(text, sitename, host)
        ):
            shown = without_site(text, page, sitename) if "|" in text else text
            return next((t for t in told[:1] if _differ_by_a_word(shown, t)), shown)
    if claimed:
        best = headline or claimed[0]
        alone = [text for text in seen if 4 <= _size(text) <= 40]
        return alone[0] if len(alone) == 1 and _likeness(alone[0], best) >= 0.3 else best
    return next((text for text in seen if _size(text) > 1), None)


def canonical_address(url: str) -> str:
    """An address without fragment and tracking parameters, host in lower case, so that one article has one address; as
    it is where it is none of the web."""
    if not url[:5].lower().startswith("http"):
        return url
    try:
        return plain_address(url)
    except ValueError:
        return url


def read_canonical(page: Parsed, linked: Linked, title: str | None = None) -> str:
    """The page's canonical address: link element, Open Graph, JSON-LD, else its own.

    One that leads to another site, to the front page while the page itself lies deeper, or to an article of another
    name while the page's own address names the page's headline (`title`), is a mistake of the template and passed
    over."""
    own = urlsplit(page.url)
    links = [node.get("href") for node in page.tree.xpath('//link[translate(@rel,"CANOIL","canoil")="canonical"]')[:2]]
    for raw in (
        *links,
        page.meta("og:url"),
        linked.text("url", page=False),
        linked.text("mainEntityOfPage", page=False),
    ):
        text = (raw or "").strip()
        if not text or text.startswith(("#", "javascript:", "data:")):
            continue
        try:
            url = urljoin(page.url, text)
            parts = urlsplit(url)
        except ValueError:
            continue
        if not parts.scheme.startswith("http") or not parts.hostname:
            continue
        if own.scheme.startswith("http"):
            if _site(parts.hostname) != _site(own.hostname or ""):
                continue
            if parts.path in ("", "/") and own.path not in ("", "/"):
                continue
            if _names_another(own.path, parts.path, title):
                continue
        return canonical_address(url)
    return canonical_address(page.url)


def _names_another(own: str, canonical: str, title: str | None) -> bool:
    """Whether a page's own path has the words of its headline and the canonical path none of them, nor a number or a
    word of the own path: "/world/dam-breaks" calls itself "/world/port-strike"."""
    if set(re.findall(r"\d{4,}", own)) & set(re.findall(r"\d{4,}", canonical)):
        return False
    mine, its = _slug(own), _slug(canonical)
    headline = {word for word in _words(title or "") if len(word) > 2}
    return bool(mine and its) and len(mine & headline) * 2 >= len(mine) and not its & (headline | mine)


def _slug(path: str) -> set[str]:
    """The words of the last part of a path that has any."""
    for part in reversed(path.split("/")):
        bare = re.sub(r"\.\w{2,5}$", "", part)
        if found := {word for word in _words(bare.replace("_", " ")) if len(word) > 2 and not word.isdecimal()}:
            return found
    return set()


def _site(host: str) -> str:
    labels = host.lower().split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[-2:])


def read_section(page: Parsed, linked: Linked) -> str | None:
    """The section that the article stands in, as the page names it."""
    names = ("article:section", "og:article:section", "parsely-section", "section", "cxenseparse:articlesection")
    text = page.meta(*names) or linked.text("articleSection", page=False)
    return text if text and len(text) <= 80 and not text.startswith("http") else None
