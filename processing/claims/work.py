"""What is read as one, and what each step has made of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from processing.claims.document.document import Document, Parses, flatten
from processing.claims.draft import Draft
from schemas.records import Article, Precision, Quantity

__all__ = ["Text", "Work", "span_in_field", "texts_of"]

_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Text:
    """What is read as one: a title (of `shift` characters with the gap behind it) and a text, with the article's
    data."""

    article_id: str
    article_key: str
    revision: int
    text: str
    shift: int
    headline: bool | None
    outlet: str
    outlet_name: str
    country: str | None
    url: str
    published: datetime | None
    published_precision: Precision | None
    published_day: date | None
    run: str | None = None
    teaser: bool = False


@dataclass(slots=True)
class Work:
    """One text on its way: its cuts, parses, and per sentence the quantities read and the drafts made of them."""

    source: Text
    document: Document
    parses: Parses
    quantities: dict[int, list[Quantity]]
    places: frozenset[str]  # names that the text itself calls places
    drafts: list[Draft] = field(default_factory=list)


def texts_of(article: Article, run: str | None) -> list[Text]:
    """What of an article is read as one: all of it; of a live blog its beginning, and each update by itself with its
    own time, so that "today" is the update's day."""
    if not article.updates:
        return [_from_article(article, run)]
    begin = replace(article, text=article.text[: article.updates[0].start].rstrip())
    texts = [_from_article(begin, run)]
    for update in article.updates:
        texts.append(
            replace(
                _from_article(replace(article, title=None, text=article.text[update.start : update.end]), run),
                shift=-update.start,
                url=update.url or article.url,
                published=update.at or article.published,
                published_precision="minute" if update.at else article.published_precision,
                published_day=update.day or article.published_day,
            )
        )
    return texts


def _from_article(article: Article, run: str | None) -> Text:
    """The title above the text; a text that begins with its title is read alone, so that no number is read twice."""
    title = flatten(article.title or "").strip()
    repeated = article.text.lstrip().startswith(title) and article.text.lstrip()[len(title) : len(title) + 1] in (
        "",
        "\n",
        "\r",
    )
    above = f"{title}{_GAP}" if title and not repeated else ""
    day = article.published_day or (article.published.date() if article.published else None)
    return Text(
        article.id,
        article.key,
        article.revision,
        above + article.text,
        len(above),
        True if title else None,
        article.outlet,
        article.outlet_name,
        article.country,
        article.url,
        article.published,
        article.published_precision,
        day,
        run,
        article.teaser,
    )


def span_in_field(source: Text, start: int, end: int) -> tuple[Literal["title", "text"], int, int]:
    """Which field a span of the document lies in, and its offsets there."""
    if source.shift and start < source.shift:
        return "title", start, end
    return "text", start - source.shift, end - source.shift
