"""The newest revision of each article, which is what a search finds.

The revision is no version of the document: the index remembers the version of a deleted document for a minute, and
would refuse an article that is deleted and fetched again. So what stands there is read, and what has changed since is
read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from processing.store.elastic.documents import fold
from processing.store.elastic.writing import ATTEMPTS, Action, Rejected, Written, unless_changed
from schemas.errors import StoreError
from schemas.records import Article

__all__ = ["latest_actions", "latest_document", "newest_revisions", "put_latest"]


def newest_revisions(articles: Iterable[Article]) -> dict[str, Article]:
    """The newest revision among articles, by key."""
    newest: dict[str, Article] = {}
    for article in articles:
        newest[article.key] = max(newest.get(article.key, article), article, key=lambda a: a.revision)
    return newest


def put_latest(
    index: str,
    articles: Iterable[Article],
    read: Callable[[list[str]], Mapping[str, dict[str, Any]]],
    write: Callable[[Iterable[Action]], Written],
) -> list[Rejected]:
    """Make articles searchable, each unless a newer revision is; returns what was refused.

    `read` gives the documents that there are by article key, in real time. Raises: StoreError (others write the same
    articles all the time)."""
    newest = newest_revisions(articles)
    refused: list[Rejected] = []
    for _ in range(ATTEMPTS):
        if not newest:
            return refused
        written = write(latest_actions(index, newest.values(), read(sorted(newest))))
        refused += written.rejected
        newest = {key: newest[key] for _, key in written.conflicts}
    if newest:
        raise StoreError(
            f"{index}: {len(newest)} articles were changed by others {ATTEMPTS} times, first {min(newest)}; the "
            f"work stays pending"
        )
    return refused


def latest_document(article: Article) -> dict[str, Any]:
    """What a search finds of an article; its words are indexed and not kept here."""
    return {
        "id": article.key,
        "article_id": article.id,
        "revision": article.revision,
        "title": fold(article.title or ""),
        "text": fold(article.text),
    }


def latest_actions(index: str, articles: Iterable[Article], there: Mapping[str, dict[str, Any]]) -> Iterator[Action]:
    """Writes that fail where a document has changed since it was read; none for an older revision that is put again,
    nor for what stands there: an article's id follows from its text."""
    for a in articles:
        known = there.get(a.key)
        has = known["_source"] if known else {}
        if has.get("revision", 0) <= a.revision and has.get("article_id") != a.id:
            yield unless_changed(index, a.key, latest_document(a), known)
