"""Revisions of one article: whether a page says something new, and what changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from processing.clean.fields import canonical_address
from processing.clean.live import number_updates
from processing.pagination import page_of
from schemas.records import Article, digest_id

__all__ = ["is_other_article", "next_revision", "under_own_address"]

_MOST = 400  # paragraphs that are compared one by one; longer pages (live blogs) are compared by their ends


_AGO = r"(?:\d{1,3}|an?|one|two|three|four|five|ten) (?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?) ago|just now"
# what a page says anew at each look: how long ago it was changed; alone on a line also how often it was read
_LABELLED = re.compile(
    rf"\b(?:first |last )?(?:updated|published|posted|modified|edited)\W{{0,3}}(?:{_AGO})\b", re.IGNORECASE
)
_RUNNING = re.compile(
    rf"\W{{0,3}}(?:{_AGO}|\d[\d,.]{{0,12}}[km]? (?:views?|shares?|comments?|reads?|likes?)|"
    rf"\d{{1,2}} min(?:ute)?s? read)\W{{0,3}}",
    re.IGNORECASE,
)


def _plain(article: Article) -> str:
    lines = [line for line in f"{article.title or ''}\n{article.text}".split("\n") if not _RUNNING.fullmatch(line)]
    return " ".join(_LABELLED.sub(" ", " ".join(lines)).split())


def next_revision(article: Article, earlier: Sequence[Article]) -> Article | None:
    """The article as the next revision of its key, with the difference to the last one kept; None where the last says
    the same.

    `earlier` are the revisions kept, in any order. White space alone makes no revision, nor does a time ago or a count
    of readers; of a live blog only what happens to its updates and its headline does. A text that goes back to what an
    older revision said is a revision of its own (its id carries the revision's number). The first published time that
    was known stays."""
    if not earlier:
        return article
    last = max(earlier, key=lambda a: a.revision)
    if last.digest == article.digest or _plain(last) == _plain(article):
        return None
    if article.updates:
        updates, changed = number_updates(article.updates, last.updates)
        if last.updates and not changed and last.title == article.title:
            return None  # the page around the updates alone is another
        article = replace(article, updates=updates)
    taken = {a.id for a in earlier}
    number = last.revision + 1
    id = article.id if article.id not in taken else digest_id(article.key, article.digest, number)
    changes: dict[str, object] = {
        "id": id,
        "revision": number,
        "previous_id": last.id,
        "diff": _difference(last, article),
    }
    if article.published is None and last.published is not None:
        changes.update(
            published=last.published, published_precision=last.published_precision, published_day=last.published_day
        )
    return replace(article, **changes)  # type: ignore[arg-type]


def is_other_article(article: Article, known: Sequence[Article]) -> bool:
    """Whether a page calls another article's address its own (a template's mistake), so that the two share a key and
    nothing else. `known`: the revisions under that key, in any order.

    None of them was fetched from the article's own address or from another page of it, and neither the last one's
    headline nor its text is like the article's. What a site repeats on all its pages makes no likeness."""
    if not known:
        return False
    here = canonical_address(article.url)
    for there in {canonical_address(a.url) for a in known}:
        if here == there or page_of(there, here) is not None:
            return False
    last = max(known, key=lambda a: a.revision)
    titles = _words(article.title or ""), _words(last.title or "")
    if min(map(len, titles)) and len(titles[0] & titles[1]) * 2 >= min(map(len, titles)):
        return False
    runs = _runs(article.text), _runs(last.text)
    return bool(min(map(len, runs))) and len(runs[0] & runs[1]) < _SHARED * min(map(len, runs))


def under_own_address(article: Article) -> Article:
    """The article by the address that it was fetched from instead of the one that it calls canonical. Where that is the
    same, and another article has its key, under a key of its own."""
    own = canonical_address(article.url)
    key = digest_id(own) if own != article.canonical_url else digest_id("page", own)
    return replace(article, key=key, id=digest_id(key, article.digest), canonical_url=own)


_SHARED = 0.3  # of the shorter text's runs of three words: what two versions of one article share at least
_READ = 20_000  # characters that are compared


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text[:_READ].casefold())
    return set(zip(words, words[1:], words[2:], strict=False))


def _difference(old: Article, new: Article) -> str:
    before = [old.title or "", *old.text.split("\n\n")]
    after = [new.title or "", *new.text.split("\n\n")]
    if max(len(before), len(after)) > _MOST:
        before, after = _ends(before), _ends(after)
    return "\n".join(
        difflib.unified_diff(
            before, after, f"revision {old.revision}", f"revision {old.revision + 1}", lineterm="", n=0
        )
    )


def _ends(lines: list[str]) -> list[str]:
    return (
        lines
        if len(lines) <= _MOST
        else [*lines[: _MOST // 2], f"[{len(lines) - _MOST} paragraphs left out]", *lines[-_MOST // 2 :]]
    )
