"""The records that a reading ends in: claims, and denials without a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from processing.claims.counted.counted import read_denied
from processing.claims.draft import Draft
from processing.claims.work import Text, Work, span_in_field
from schemas.facets import Facets
from schemas.records import Claim, Denial, Quantity, digest_id

if TYPE_CHECKING:
    from processing.claims.speaker.speaker import Denied, Speaker

__all__ = ["make_claim", "make_denial"]


def make_claim(work: Work, draft: Draft, id: str, ids: Sequence[str], facets: Facets) -> Claim:
    source, quantity, counted, speaker = work.source, draft.quantity, draft.counted, draft.speaker
    assert speaker is not None
    sentence = work.document.sentences[draft.sentence]
    where, start, end = span_in_field(source, draft.start, draft.end)
    _, first, last = span_in_field(source, sentence.start, sentence.end)
    words = _source_words(source, speaker)
    return Claim(
        id=id,
        field=where,
        start=start,
        end=end,
        text=source.text[draft.start : draft.end],
        what=counted.what,
        what_head=counted.head,
        event=counted.event,
        qualifiers=counted.qualifiers,
        place=draft.place.name,
        source_words=words,
        correction=draft.correction,
        part_of=ids[draft.part_of] if draft.part_of is not None else None,
        same_as=ids[draft.same_as] if draft.same_as is not None else None,
        as_of=draft.moment.as_of,
        as_of_guess=draft.moment.guess,
        period=draft.moment.period,
        sentence=sentence.flat,
        sentence_start=first,
        sentence_end=last,
        sure=_sure(draft),
        rules=_rules(draft),
        facets=facets,
        **_of_article(source),
        **_of_number(quantity),
        **_of_speaker(speaker),
    )


def _of_article(source: Text) -> dict[str, Any]:
    """What a claim has of its article."""
    return {
        "article_id": source.article_id,
        "article_key": source.article_key,
        "revision": source.revision,
        "outlet": source.outlet,
        "outlet_name": source.outlet_name,
        "country": source.country,
        "url": source.url,
        "published": source.published,
        "published_precision": source.published_precision,
        "run": source.run,
        "teaser": source.teaser,
    }


def _of_number(quantity: Quantity) -> dict[str, Any]:
    """What a claim has of its number."""
    return {
        "low": quantity.low,
        "high": quantity.high,
        "low_open": quantity.low_open,
        "high_open": quantity.high_open,
        "approx": quantity.approx,
        "unit": quantity.unit,
        "unit_text": quantity.unit_text,
        "per": quantity.per,
        "aspect": quantity.aspect,
        "last_digit": quantity.last_digit,
        "change": quantity.change if quantity.aspect == "change" else None,
    }


def _of_speaker(speaker: Speaker) -> dict[str, Any]:
    """What a claim has of who says it."""
    return {
        "source": speaker.source,
        "source_head": speaker.head,
        "source_id": None,
        "source_status": speaker.source_status,
        "relay": tuple(speaker.relay),
        "stance": speaker.stance,
        "hedged": speaker.hedged,
        "quote": speaker.quote,
    }


def _source_words(source: Text, speaker: Speaker) -> tuple[int, int] | None:
    if speaker.words is None:
        return None
    _, first, last = span_in_field(source, *speaker.words)
    return first, last


def _sure(draft: Draft) -> dict[str, float | None]:
    counted, speaker = draft.counted, draft.speaker
    assert speaker is not None
    return {
        "quantity": 0.95,
        "what": counted.sure,
        "event": counted.event_sure,
        "source": speaker.sure,
        "place": draft.place.sure,
        "as_of": draft.moment.sure,
        **draft.sure,
    }


def _rules(draft: Draft) -> dict[str, str]:
    counted, speaker = draft.counted, draft.speaker
    assert speaker is not None
    rules = {
        "quantity": draft.quantity.rule,
        "what": counted.rule,
        "event": counted.event_rule,
        "source": speaker.rule,
        "place": draft.place.rule,
        "as_of": draft.moment.rule,
        **draft.rules,
    }
    return {name: str(rule) for name, rule in rules.items() if rule}


def make_denial(work: Work, denied: Denied) -> Denial:
    source = work.source
    sentence = work.document.sentences[denied.sentence]
    where, start, end = span_in_field(source, denied.start, denied.end)
    of = [d for d in work.drafts if denied.of_figure and denied.denies_words[0] <= d.start < denied.denies_words[1]]
    first, last = denied.denies_words
    if of:
        event, head, place = of[-1].counted.event, of[-1].counted.head, of[-1].place.name
    else:
        event, head, place = read_denied(work.parses[denied.sentence], first - sentence.start, last - sentence.start)
    return Denial(
        id=digest_id(source.article_id, "denial", where, start, end, denied.denies),
        article_id=source.article_id,
        article_key=source.article_key,
        revision=source.revision,
        field=where,
        start=start,
        end=end,
        sentence=sentence.flat,
        source=denied.source,
        source_id=None,
        stance=denied.stance,
        denies=denied.denies,
        event=event,
        place=place,
        outlet=source.outlet,
        outlet_name=source.outlet_name,
        url=source.url,
        published=source.published,
        what_head=head,
    )
