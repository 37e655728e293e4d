"""Articles into claims: the questions of this package asked in turn, and their answers put into records.

A title and its text are read as one document, so that a headline can be compared with the body; the claims' offsets
count in their own field. Of many articles, all sentences with a figure are parsed in one batch; sentences without one
never are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from processing.batches import in_batches
from processing.claims.claim_records import make_claim, make_denial
from processing.claims.counted.as_of import read_moment
from processing.claims.counted.carried import Base, carry_measures
from processing.claims.counted.counted import read_counted
from processing.claims.counted.left_out import LEFT_OUT, complete, read_left_out
from processing.claims.counted.old_value import is_old_value, old_moment
from processing.claims.counted.place import places_in, read_place
from processing.claims.counted.rates import set_rates
from processing.claims.counted.thing import Counted, as_other
from processing.claims.counted.what import What
from processing.claims.document.document import Parses, flatten, parse_together, read_document
from processing.claims.draft import Draft
from processing.claims.facets import read_facets
from processing.claims.link import link_claims, sentences_for_pronouns
from processing.claims.quantity.exclusions import leave_out_crowd
from processing.claims.quantity.quantities import read_quantities
from processing.claims.speaker.speaker import (
    attribute_numbers,
    read_denials,
    sentences_for_denials,
    sentences_for_numbers,
)
from processing.claims.speaker.stances import RULE_WORDS, StanceRule
from processing.claims.stated_durations import select_claims
from processing.claims.work import Text, Work, span_in_field, texts_of
from schemas.records import Article, Claim, Denial, Quantity, Reading, digest_id

if TYPE_CHECKING:
    pass

__all__ = ["read_many", "read_text"]

_CHUNK = 64


def read_many(articles: Sequence[Article], run: str | None = None) -> list[Reading]:
    """What each article claims, in the articles' order; an article in another language than English is skipped with the
    reason."""
    readings: list[Reading] = []
    for chunk in in_batches(articles, _CHUNK):
        english = [a for a in chunk if (a.language or "en") == "en"]
        texts = [text for a in english for text in texts_of(a, run)]
        read: dict[str, Reading] = {}
        for text, reading in zip(texts, _read_texts(texts), strict=True):
            before = read.get(text.article_id, Reading((), ()))
            read[text.article_id] = Reading(before.claims + reading.claims, before.denials + reading.denials)
        readings.extend(read.get(a.id) or Reading((), (), f"language {a.language}") for a in chunk)
    return readings


def read_text(
    text: str,
    *,
    file: str,
    published: date | datetime | None = None,
    outlet: str | None = None,
    country: str | None = None,
) -> Reading:
    """What a plain text claims; offsets count characters of `text`, whose first line may be its headline.

    `file` names it in the claims' ids; `published` is the day or time of publication (a time without zone is taken as
    UTC), `country` (ISO 3166 alpha-2) tells whose dollar a bare $ is."""
    moment, precision, day = None, None, published
    if isinstance(published, datetime):
        moment, precision, day = (
            published if published.tzinfo else published.replace(tzinfo=UTC),
            "minute",
            published.date(),
        )
    elif published is not None:
        moment, precision = datetime(published.year, published.month, published.day, tzinfo=UTC), "day"
    source = Text(file, file, 1, text, 0, None, outlet or "", outlet or "", country, file, moment, precision, day)  # type: ignore[arg-type]
    return _read_texts([source])[0]


def _read_texts(sources: Sequence[Text]) -> list[Reading]:
    """The steps of all texts in turn, so that the sentences that a step needs are parsed in one batch."""
    works = [_begin(source) for source in sources]
    parse_together((work.parses, work.quantities) for work in works)
    for work in works:
        for index in work.quantities:
            work.drafts.extend(_drafts(work, index))
    parse_together([(work.parses, sentences_for_pronouns(work.document, work.drafts)) for work in works])
    parse_together([(work.parses, sentences_for_numbers(work.document, work.parses, _spans(work))) for work in works])
    for work in works:
        _attribute(work)
    parse_together([(work.parses, sentences_for_denials(work.document, work.parses)) for work in works])
    return [
        Reading(tuple(_claims(work, link_claims(work.document, work.drafts, work.parses))), tuple(_denials(work)))
        for work in works
    ]


def _begin(source: Text) -> Work:
    """Cut the text and read the quantities of its sentences."""
    counted: set[tuple[float | None, str]] = set()
    shaken = False  # whether a magnitude was named
    document = read_document(source.text, headline=source.headline)
    quantities: dict[int, list[Quantity]] = {}
    for sentence in document.sentences:
        if not document.paragraphs[sentence.paragraph].furniture:
            found = leave_out_crowd(read_quantities(sentence.flat, country=source.country), sentence.flat)
            found = _without_back(found, sentence.flat, counted)
            found = [replace(q, unit="magnitude") if shaken and _is_magnitude(q, sentence.flat) else q for q in found]
            shaken = shaken or any(q.unit == "magnitude" for q in found)
            if any(q.not_claim is None for q in found):
                quantities[sentence.index] = found
    return Work(source, document, Parses(document), quantities, places_in(flatten(source.text)))


def _is_magnitude(quantity: Quantity, sentence: str) -> bool:
    """ "The USGS put it at 6.2", after a magnitude was named: a bare decimal behind a verb of measuring is one too."""
    small = (
        quantity.unit == "count"
        and quantity.last_digit == 0.1
        and 0 < (quantity.low or 0) < 10
        and quantity.not_claim is None
    )
    return (
        small
        and re.search(
            r"\b(?:it|quake|tremor|earthquake|strength) (?:at|to)(?: about| around)? $",
            sentence[: quantity.number_start],
        )
        is not None
    )


_SMALL = 12  # up to here "the four men" is said of men counted before
_NOUN = re.compile(r"\W*([^\W\d_]+)")


def _without_back(found: list[Quantity], sentence: str, counted: set[tuple[float | None, str]]) -> list[Quantity]:
    """The quantities, where small numbers with "the" that repeat one of `counted` (value and next word so far) only
    point back; "the five-boat convoy" says again how large it is."""
    kept: list[Quantity] = []
    for quantity in found:
        noun = _NOUN.match(sentence, quantity.end)
        key = (quantity.low, noun[1].lower() if noun else "")
        spelled = (
            quantity.unit == "count"
            and quantity.approx == "exact"
            and not quantity.text[:1].isdigit()
            and (quantity.low or 0) <= _SMALL
        )
        described = sentence[quantity.end : quantity.end + 2].strip().startswith(("-", "‑"))
        points = (
            spelled
            and key in counted
            and not described
            and re.search(r"\bthe $", sentence[: quantity.start], re.IGNORECASE)
        )
        kept.append(replace(quantity, not_claim="back") if points and quantity.not_claim is None else quantity)
        if spelled and quantity.not_claim is None:
            counted.add(key)
    return kept


def _spans(work: Work) -> list[tuple[int, int]]:
    """Where each draft's number itself stands, without its bound words."""
    return [
        (work.document.sentences[draft.sentence].start + draft.quantity.number_start, draft.end)
        for draft in work.drafts
    ]


def _attribute(work: Work) -> None:
    for draft, speaker in zip(work.drafts, attribute_numbers(work.document, work.parses, _spans(work)), strict=True):
        draft.speaker = speaker
        if speaker.stance_rule is not None:
            draft.rules["stance"] = RULE_WORDS[speaker.stance_rule]
            draft.correction = speaker.stance_rule in (StanceRule.NOTICE, StanceRule.CORRECTED)


def _drafts(work: Work, index: int) -> Iterator[Draft]:
    """The claims of one sentence, as far as the sentence itself tells."""
    sentence = work.document.sentences[index]
    paragraph = work.document.paragraphs[sentence.paragraph]
    heading = paragraph.heading
    doc, found = work.parses[index], work.quantities[index]
    found = set_rates(doc, complete(found, read_left_out(doc, found)))
    found = carry_measures(doc, found, _measures_before(work, index))
    chosen = select_claims(found, doc)
    for quantity, counted in zip(chosen, read_counted(doc, chosen), strict=True):
        counted = _carried_noun(work, index, quantity, counted)
        moment = read_moment(
            doc, quantity.start, quantity.end, counted.event, counted.event_at, work.source.published_day
        )
        if is_old_value(sentence.flat, quantity, counted):
            moment = old_moment(moment)
        place = read_place(doc, quantity.start, counted.event_at, work.places)
        of = found[quantity.conversion_of] if quantity.conversion_of is not None else None
        if counted.span is not None and counted.what == doc.text[slice(*counted.span)]:
            counted = replace(counted, what=sentence.flat[slice(*counted.span)])  # as the headline writes it
        for version in _versions(quantity, counted):
            yield Draft(
                sentence=index,
                paragraph=paragraph.index,
                heading=heading,
                start=sentence.start + quantity.start,
                end=sentence.start + quantity.end,
                quantity=quantity,
                counted=version,
                moment=moment,
                place=place,
                converts=(sentence.start + of.start, sentence.start + of.end) if of is not None else None,
            )


def _carried_noun(work: Work, index: int, quantity: Quantity, counted: Counted) -> Counted:
    """What a number counts that has its unit from the sentence before: what the measure there is of, where its own
    sentence names nothing."""
    if quantity.rule != LEFT_OUT or counted.what is not None or counted.pronoun is not None:
        return counted
    for draft in reversed(work.drafts[-12:]):
        if draft.sentence < index - _CARRIED:
            break
        if draft.sentence < index and draft.quantity.unit == quantity.unit and draft.counted.what is not None:
            return replace(as_other(draft.counted, What.CARRIED, 0.6), span=None, event=counted.event)
    return counted


_CARRIED = 2  # sentences back from which a bare number takes its unit


def _measures_before(work: Work, index: int) -> list[Base]:
    """The claims of the sentences right before, in the same paragraph or the one before it."""
    paragraph = work.document.sentences[index].paragraph
    near = [d for d in work.drafts[-12:] if index - _CARRIED <= d.sentence < index and d.paragraph >= paragraph - 1]
    return [Base(work.parses[draft.sentence], draft.quantity) for draft in near]


def _versions(quantity: Quantity, counted: Counted) -> list[Counted]:
    """ "No casualties" is zero killed and zero injured: two claims of one number."""
    if quantity.high == 0 and counted.head == "casualty":
        return [replace(counted, event=event, event_rule="no casualties") for event in ("kill", "injure")]
    return [counted]


def _claims(work: Work, drafts: Sequence[Draft]) -> Iterator[Claim]:
    source = work.source
    spans = Counter((draft.start, draft.end) for draft in drafts)
    ids = []
    for draft in drafts:
        where, start, end = span_in_field(source, draft.start, draft.end)
        twin = draft.counted.event if spans[draft.start, draft.end] > 1 else None
        ids.append(digest_id(source.article_id, where, start, end, twin))
    facets = read_facets(work.document, work.parses, drafts, source.published_day)
    for draft, id, told in zip(drafts, ids, facets, strict=True):
        yield make_claim(work, draft, id, ids, told)


def _denials(work: Work) -> Iterator[Denial]:
    """The text's denials without a number of their own."""
    for denied in read_denials(work.document, work.parses):
        first, last = denied.denies_words
        numbered = not denied.of_figure and any(first <= draft.start < last for draft in work.drafts)
        if not numbered and not work.document.paragraphs[work.document.sentences[denied.sentence].paragraph].furniture:
            yield make_denial(work, denied)
