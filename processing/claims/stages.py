"""A reading room by room: what each of them made of every sentence with a number. For people who change a rule, and for
docs/architecture.md, which walks one sentence through."""

from __future__ import annotations

from collections.abc import Iterator

from processing.claims.assemble import read_text
from processing.claims.counted.counted import read_counted
from processing.claims.document.document import Document, Parses, Sentence, read_document
from processing.claims.quantity.quantities import read_quantities
from processing.claims.speaker.speaker import read_attributions
from processing.claims.stated_durations import select_claims
from schemas.records import Claim, Quantity

__all__ = ["show_stages"]


def show_stages(text: str, *, country: str | None = None, outlet: str | None = None) -> str:
    """What document, quantity, counted and speaker made of each sentence that holds a number, and the claims that came
    of it, as lines of text. `country` (two letters) and `outlet` as in `read_text`. A text without numbers says so."""
    document = read_document(text)
    parses = Parses(document)
    claims = read_text(text, file="text", country=country, outlet=outlet).claims
    parts = ["\n".join(_sentence(document, parses, s, claims, country)) for s in document.sentences]
    shown = [part for part in parts if part]
    return "\n\n".join(shown) if shown else "No sentence holds a number."


def _sentence(
    document: Document, parses: Parses, sentence: Sentence, claims: tuple[Claim, ...], country: str | None
) -> Iterator[str]:
    quantities = read_quantities(sentence.flat, country=country)
    if not quantities:
        return
    doc = parses[sentence.index]
    yield sentence.flat
    kind = ", a headline" if document.paragraphs[sentence.paragraph].heading else ""
    yield f"  document  paragraph {sentence.paragraph}, sentence {sentence.index}{kind}"
    yield "            " + " ".join(f"{t.text}/{t.tag_}/{t.dep_}" for t in doc)
    for quantity in quantities:
        yield f"  quantity  {_quantity(quantity)}"
    chosen = select_claims(quantities, doc)
    for quantity, counted in zip(chosen, read_counted(doc, chosen), strict=True):
        what = counted.what or "nothing named"
        event = f", event {counted.event}" if counted.event else ""
        yield f"  counted   {quantity.text}: {what}{event} ({counted.rule})"
    spans = [(sentence.start + q.number_start, sentence.start + q.end) for q in chosen]
    for told in read_attributions(document, parses, spans) if spans else ():
        if any(told.holds(start) for start, _ in spans):
            source = told.source.text if told.source is not None else "nobody named"
            yield f"  speaker   {source}: {document.text[slice(*told.cue)]!r}, {told.stance} ({told.rule})"
    for claim in claims:
        if claim.field == "text" and sentence.start <= claim.start < sentence.end:
            who = claim.source or "the outlet"
            yield f"  claim     {who}: {claim.text} {claim.what or ''}".rstrip()


def _quantity(quantity: Quantity) -> str:
    """ "at least 1,000: 1000 and more, count", or why a number is no claim."""
    if quantity.not_claim is not None:
        return f"{quantity.text}: no claim ({quantity.not_claim})"
    low, high = quantity.low, quantity.high
    value = f"{low:g}" if low == high and low is not None else f"{_end(low)} to {_end(high)}"
    per = f" per {quantity.per}" if quantity.per else ""
    return f"{quantity.text}: {value} {quantity.unit}{per}, {quantity.approx}, {quantity.aspect}"


def _end(value: float | None) -> str:
    return "open" if value is None else f"{value:g}"
