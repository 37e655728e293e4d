"""Who wrote it: names of authors without roles, outlets and links; and the agency that is credited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processing.clean.linked import Linked
from processing.clean.page import Parsed, flat, node_text
from processing.clean.places import byline_nodes, near_heading, profile_nodes
from processing.words import load_words

__all__ = ["name_agency", "read_authors", "read_credit", "split_names"]

_META = (
    "article:author",
    "author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "cxenseparse:author",
    "article:author_name",
    "author_name",
    "dable:author",
    "rnews:author",
    "twitter:data1",
)
_CONTAINER = re.compile(
    r"\b(?:image|photo|credit|caption|social|avatar|bio|twitter|email|label|role|job|title|date|time)\b|comment",
    re.IGNORECASE,
)
_WIRE = re.compile(
    r"\b(?:newswire|(?:news|press) agency|(?:wire|news) service|wire)$", re.IGNORECASE
)  # an agency that no list names
_DATELINE = re.compile(r"^[^\n]{0,80}?[(/]\s*(?P<a>[A-Za-z][A-Za-z .-]{1,30}?)\s*[)/]\s*(?:[-–—:]|$)")
_DATELINE_2 = re.compile(r"^(?P<a>[A-Za-z][A-Za-z .-]{1,30}?)\s*[-–—|]\s*[A-Z]")
_DATELINE_3 = re.compile(
    r"^[A-Z][\w .,'’-]{1,50},?\s{1,3}(?:\w{1,20}\.?\s{1,3}\d{1,2}|\d{1,2}\s{1,3}\w{1,20}\.?)\s{0,3}(?:\((?P<a>[\w "
    r".-]{2,30})\)|[–—-]\s{0,3}(?P<b>[A-Z][\w-]{1,20})\b)"
)
_TAIL = re.compile(
    r"(?:^|[.!?”\"'’)]\s{0,3})(?:[-–—(\[©/]|Source:|Copyright\s{0,3}©?|©)\s{0,3}"
    r"(?P<a>[A-Za-z][A-Za-z .-]{1,30}?)\s{0,3}[)\]]?\s{0,3}$"
)


@dataclass(frozen=True, slots=True)
class _Byline:
    """The patterns of bylines, made from the word lists."""

    by: re.Pattern[str]
    both: re.Pattern[str]
    role: re.Pattern[str]
    glue: frozenset[str]


@lru_cache(maxsize=1)
def _byline() -> _Byline:
    words = load_words("pages")["byline"]
    either = {key: "|".join(words[key]) for key in ("by", "before_by", "and", "roles")}
    return _Byline(
        re.compile(rf"^(?:(?:{either['before_by']})\s+)?(?:{either['by']})\s+", re.IGNORECASE),
        re.compile(rf"\s{{0,3}}(?:;|\s&\s|\s\+\s|\b(?:{either['and']})\b)\s{{0,3}}", re.IGNORECASE),
        re.compile(rf"\b(?:{either['roles']})\b", re.IGNORECASE),
        frozenset(words["glue"]),
    )


def split_names(raw: str, *, strict: bool = False) -> list[str]:
    """The names in a byline, without "By", roles, places, mail addresses and links. `strict` keeps only what looks like
    a person's name."""
    text = flat(raw)
    if re.search(r"https?://|www\.|^@", text) and " " not in text:
        return []
    text = re.sub(r"https?://\S+|[^\s@]{1,100}@[^\s@]{1,200}|(?<!\w)@\w+", " ", text)
    text = _byline().by.sub("", text.strip(" .,|•·–—-\u00a0"))
    text = re.split(r"\s[|/•·]\s|\s[–—-]\s|\n|\(|\bin\s+[A-Z]|\bfor\s+[A-Z]", text)[0]
    names: list[str] = []
    for part in _byline().both.split(text):
        pieces = [
            p.strip(" .,:|-–—…0123456789") if len(p.split()) > 1 else p.strip(" ,:|-–—…") for p in part.split(",")
        ]
        for index, raw_piece in enumerate(pieces):
            piece = _byline().by.sub("", raw_piece)
            if not re.search(r"[^\W\d_]", piece):
                continue
            if strict:
                piece = _without_role(piece)
            if (strict or index) and not _is_person(piece):
                continue
            names.append(piece)
    return list(dict.fromkeys(names))


def _without_role(text: str) -> str:
    """A name without the role or agency written after it ("Ann Lee Political editor", "Ann Lee The Associated
    Press")."""
    text = _agency_names().sub("", text).strip(" ,.|–—-")
    if (role := _byline().role.search(text)) and len(text[: role.start()].split()) >= 2:
        text = text[: role.start()].strip(" ,.|–—-")
    return text


@lru_cache(maxsize=1)
def _agency_names() -> re.Pattern[str]:
    names = sorted(
        (n for names in load_words("agencies")["agencies"].values() for n in names if len(n) > 4 or n.isupper()),
        key=len,
        reverse=True,
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w).*$")


def _is_person(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 5 or _byline().role.search(text) or len(text) > 50:
        return False
    return all(w[:1].isupper() or w.lower() in _byline().glue or not w[:1].isascii() for w in words) and not any(
        any(c.isdigit() for c in w) for w in words
    )


@lru_cache(maxsize=1)
def _agencies() -> dict[str, str]:
    return {name.lower(): short for short, names in load_words("agencies")["agencies"].items() for name in names}


def name_agency(text: str | None) -> str | None:
    """The agency whose name this is, by its short name; None where it is none."""
    plain = re.sub(r"[^\w .-]", "", flat(text)).strip(" .").lower()
    return _agencies().get(plain) or _agencies().get(plain.removeprefix("the "))


def _without(names: Iterable[str], site: set[str]) -> list[str]:
    """Names that are not the outlet's own."""
    return [name for name in names if re.sub(r"\W", "", name).lower().removeprefix("the") not in site]


def _site_words(page: Parsed, linked: Linked, sitename: str | None) -> set[str]:
    names = [
        sitename or "",
        linked.text("publisher") or "",
        *page.all_meta("og:site_name", "application-name", "publisher", "dc.publisher", "copyright"),
    ]
    return {re.sub(r"\W", "", name).lower().removeprefix("the") for name in names if name}


def _linked_authors(linked: Linked) -> tuple[list[str], list[str]]:
    """Persons and other authors that JSON-LD names."""
    people: list[str] = []
    bodies: list[str] = []
    if linked.article is None:
        return people, bodies
    for key in ("author", "creator", "contributor") if not linked.article.get("author") else ("author",):
        for node in linked.nodes(linked.article.get(key)):
            kinds = str(node.get("@type", "")) if isinstance(node, dict) else ""
            for value in [node] if isinstance(node, str) else linked.names(node.get("name")):
                (bodies if "Organization" in kinds and "Person" not in kinds else people).extend(split_names(value))
    return people, bodies


def _visible(page: Parsed) -> Iterator[list[str]]:
    """Names in each byline element: its links or list items where they are names, else its text; then a line "By ..."
    near the heading; then author boxes."""
    for node in page.cached("bylines", byline_nodes):
        if not _CONTAINER.search(node.get("class") or ""):
            yield _names_in(node)
    for node in page.cached("near_heading", near_heading):
        text = node_text(node)
        if len(text) < 120 and _byline().by.match(text):
            yield split_names(text, strict=True)
        elif len(text) < 50 and text.count(",") <= 1 and name_agency(text.split(",")[0]):
            yield [text.split(",")[0].strip()]  # "AFP, MANILA"
    for node in profile_nodes(page):
        yield _names_in(node)


def _names_in(node: Any) -> list[str]:
    inner = [n for n in node.iter("a", "li") if isinstance(n.tag, str)]
    names = [name for n in inner if len(t := node_text(n)) < 60 for name in split_names(t, strict=True)]
    if len(text := node_text(node)) < 160:
        written = split_names(text, strict=True)
        names = written if not names or set(names) < set(written) else names
    return list(dict.fromkeys(names))


def read_authors(page: Parsed, linked: Linked, sitename: str | None) -> tuple[str, ...]:
    """The authors: those of JSON-LD (persons, then bodies such as an agency), of meta elements, of the visible byline.

    The outlet's own name is left out, unless it is all that the page gives as its author.
    """
    site = _site_words(page, linked, sitename)
    people, bodies = _linked_authors(linked)
    if _without(people, site) or any(name_agency(name) for name in bodies):
        return tuple(dict.fromkeys(_without([*people, *bodies], site)))
    fallback: list[str] = []
    for key in _META:
        if key == "twitter:data1" and not re.search("writ|by|author", page.meta("twitter:label1") or "", re.IGNORECASE):
            continue
        found = _without((n for v in list(page.all_meta(key))[:12] for n in split_names(v)), site)
        if persons := [n for n in found if _is_person(n) or not n.isascii()]:
            return tuple(dict.fromkeys(persons))
        fallback += [n for n in found if " " in n or name_agency(n)]
    for names in _visible(page):
        if kept := _without(names, site):
            return tuple(dict.fromkeys(kept))
    return tuple(dict.fromkeys(fallback[:1] or _without(bodies, site) or people[:1] or bodies[:1]))


def read_credit(
    text: str, authors: Iterable[str], page: Parsed | None = None, linked: Linked | None = None
) -> str | None:
    """The agency that the text is credited to: in the byline, the dateline ("PARIS (AP) —"), the closing line, or the
    metadata.

    "X contributed to this report" is no credit: the outlet wrote it.
    """
    for author in authors:
        if _WIRE.search(author):
            return author
        for part in (author, *re.split(r"\sin\s|,\s?", author)):
            if agency := name_agency(part):
                return agency
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in lines[:2]:
        for pattern in (_DATELINE, _DATELINE_3, _DATELINE_2):
            if match := pattern.match(line):
                for group in match.groupdict().values():
                    if agency := name_agency(group):
                        return agency
    for line in lines[-3:]:
        if agency := name_agency(line.strip("()[]-–—© ")):
            return agency
        if (match := _TAIL.search(line[-60:])) and (agency := name_agency(match["a"])):
            return agency
        if re.match(r"\(?(?:additional\s)?reporting by .{3,200};?\s?(?:editing|writing) by", line, re.IGNORECASE):
            return "Reuters"
    return _told_credit(page, linked)


def _told_credit(page: Parsed | None, linked: Linked | None) -> str | None:
    texts: list[Any] = []
    if linked is not None and linked.article is not None:
        for key in ("author", "creditText", "sourceOrganization", "provider", "copyrightHolder", "creator"):
            texts.extend(linked.names(linked.article.get(key)))
    if page is not None:
        texts.extend(
            page.all_meta(
                "author", "article:author", "source", "dc.source", "news_source", "article:source", "copyright", "byl"
            )
        )
        lines = [t for node in page.cached("bylines", byline_nodes)[:12] if len(t := node_text(node)) < 120]
        texts.extend(part for line in lines for part in re.split(r"\s{0,3}[|/,•·]\s{0,3}|\s[–—-]\s", line))
    for text in texts:
        for part in (text, *re.split(r"\sin\s|,\s{0,3}|\s{0,3}/\s{0,3}", text)):
            if agency := name_agency(_byline().by.sub("", part)):
                return agency
    return None
