"""The unit and the rate that a bare number takes from a measure before it, also from the sentence before: "A hive gives
me 22 kilos. My grandmother was content with nine", "petrol cost 89 roubles a litre; by Friday it was 104".

What a gap or "from a to b" shares stands in `left_out`; here the number is in a clause of its own, whose subject says
that the same is measured: a pronoun, a noun that only repeats ("the record", "its rival"), the same noun or verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processing.claims.counted.arguments import VERBS
from processing.claims.counted.left_out import factor_of, in_unit_of, stands_bare
from processing.claims.counted.noun_phrase import find_group, head_lemma, word_set
from processing.measures import dimension

if TYPE_CHECKING:
    from processing.claims.counted.noun_phrase import Group
    from processing.claims.document.tree import Doc, Token
    from schemas.records import Quantity

__all__ = ["Base", "carry_measures"]

_NO_MEASURE = ("count", "times", "magnitude")
_WIDEST = 12.0  # how far apart two numbers of one unit may lie
_DEPTH = 5
_SUBJECTS = ("nsubj", "nsubjpass")


@dataclass(frozen=True, slots=True)
class Base:
    """A measure before: in which parsed sentence, and the quantity."""

    doc: Doc
    quantity: Quantity


def carry_measures(doc: Doc, quantities: Sequence[Quantity], before: Sequence[Base] = ()) -> list[Quantity]:
    """The quantities with the units and rates that they take from measures before them, in this sentence or in
    `before` (those of the sentences before, in text order)."""
    made: list[Quantity] = []
    bases = [b for b in before if _is_base(b.quantity)]
    for index, quantity in enumerate(quantities):
        if quantity.not_claim is None and quantity.conversion_of is None:
            if quantity.unit == "count":
                quantity = _with_unit(doc, quantity, bases, nearest=_nearest(made, before))
            quantity = _with_rate(doc, quantity, bases, quantities[index + 1 : index + 2])
            if _is_base(quantity):
                bases.append(Base(doc, quantity))
        made.append(quantity)
    return made


def _is_base(quantity: Quantity) -> bool:
    return quantity.not_claim is None and quantity.conversion_of is None and quantity.unit not in _NO_MEASURE


def _nearest(made: Sequence[Quantity], before: Sequence[Base]) -> Quantity | None:
    """The claim right before, of which a bare number is most likely one more."""
    here = next((q for q in reversed(made) if q.not_claim is None and q.conversion_of is None), None)
    return here if here is not None else next((b.quantity for b in reversed(before)), None)


# ---------------------------------------------------------------- units


def _with_unit(doc: Doc, quantity: Quantity, bases: Sequence[Base], nearest: Quantity | None) -> Quantity:
    """The bare count in the unit of the measure before; as it is where it takes none."""
    group = find_group(doc, quantity)
    if group is None or not bases or quantity.approx == "vague" or not _is_bare(doc, group):
        return quantity
    sum_before = _sum_before(doc, group, bases)
    if sum_before is not None:
        return replace(in_unit_of(quantity, sum_before.quantity), per=sum_before.quantity.per)
    base = bases[-1]
    if base.quantity is not nearest or not _of_one_size(base.quantity, quantity):
        return quantity
    if not _same_is_measured(group, base):
        return quantity
    return replace(in_unit_of(quantity, base.quantity), per=quantity.per or base.quantity.per)


def _is_bare(doc: Doc, group: Group) -> bool:
    """Whether no noun of its own stands at the number, and no name or ordinal."""
    after = doc[group.last + 1] if group.last + 1 < len(doc) else None
    return stands_bare(after) and group.top.tag_ in ("CD", "JJ", "NN") and group.quantity.rule != "zero"


def _of_one_size(base: Quantity, quantity: Quantity) -> bool:
    x, y = base.low or base.high, quantity.low or quantity.high
    if not x or not y:
        return False
    return 1 / _WIDEST <= abs(y * factor_of(base) / x) <= _WIDEST


def _sum_before(doc: Doc, group: Group, bases: Sequence[Base]) -> Base | None:
    """ "Sales slipped to 2.02 billion": an amount of money in a scale, where the text has spoken of money."""
    if not set(group.quantity.text.lower().split()) & word_set("carried", "scales"):
        return None
    lemmas = {t.lemma_.lower() for t in doc[max(0, group.first - 12) : group.first]}
    if not lemmas & word_set("carried", "sums"):
        return None
    return next((b for b in reversed(bases) if dimension(b.quantity.unit) == "money"), None)


# ---------------------------------------------------------------- rates


def _with_rate(doc: Doc, quantity: Quantity, bases: Sequence[Base], behind: Sequence[Quantity]) -> Quantity:
    """An amount with the rate of the amount that it is compared with: "sells for $35" behind "$275 a vial"; "74 cents
    lower at $78.05 a barrel" before it."""
    if quantity.per is not None or quantity.unit in (*_NO_MEASURE, "share", "percentage_point"):
        return quantity
    for after in behind:
        led = quantity.aspect == "change" and after.per is not None and after.unit == quantity.unit
        if led and doc.text[quantity.end : after.start].split()[-1:] == ["at"]:
            return replace(quantity, per=after.per)
    base = bases[-1] if bases else None
    if base is None or base.quantity.per is None or base.quantity.unit != quantity.unit:
        return quantity
    between = doc.text[base.quantity.end : quantity.start] if base.doc is doc else ""
    if base.quantity.aspect == "change" and between.rstrip(" ,").endswith(" to"):
        return replace(quantity, per=base.quantity.per)
    group = find_group(doc, quantity)
    if group is None or not _of_one_size(base.quantity, quantity) or not _same_is_measured(group, base):
        return quantity
    return replace(quantity, per=base.quantity.per)


# ---------------------------------------------------------------- the same measured again


def _same_is_measured(group: Group, base: Base) -> bool:
    """Whether the clause of a number measures again what was measured before."""
    verb = _clause(group.top)
    if verb is None:
        return False
    subject = _subject(verb)
    base_group = find_group(base.doc, base.quantity)
    other = _clause(base_group.top) if base_group is not None else None
    if subject is None:
        return False
    if not _takes_numbers(verb, group):
        return False
    if subject.lower_ in word_set("carried", "pronouns") or head_lemma(subject) in word_set("carried", "subjects"):
        return True
    again = other is not None and other.lemma_.lower() == verb.lemma_.lower() and verb.lemma_ != "be"
    if again or _is_content(group):
        return True
    if subject.lower_ in word_set("carried", "persons"):
        return verb.lemma_.lower() in word_set("carried", "verbs")
    first = _subject(other) if other is not None else None
    return first is not None and head_lemma(first) == head_lemma(subject) and subject.pos_ == "NOUN"


def _clause(token: Token) -> Token | None:
    for _ in range(_DEPTH):
        if token.pos_ in VERBS:
            return token
        if token.head is token:
            return None
        token = token.head
    return None


def _subject(verb: Token) -> Token | None:
    token = verb
    for _ in range(_DEPTH):
        found = next((t for t in token.children if t.dep_ in _SUBJECTS), None)
        if found is not None and found.tag_ in ("WDT", "WP") and token.dep_ == "relcl":
            return token.head
        if found is not None:
            return found
        if token.dep_ not in ("conj", "xcomp", "aux") or token.head.pos_ not in VERBS:
            return None
        token = token.head
    return None


def _takes_numbers(verb: Token, group: Group) -> bool:
    """Whether the number is what the verb says of its subject, or how far it moved: "was 104", "fell by 2", "manages
    580"."""
    lemma, top = verb.lemma_.lower(), group.top
    if lemma in word_set("people", "harm") | word_set("measured", "agents"):
        return False
    if top.dep_ in ("attr", "acomp"):
        return lemma == "be"
    if top.dep_ == "pobj":
        return _is_content(group) or (
            top.head.lower_ in word_set("measured", "carried_prepositions") and lemma in word_set("change", "verbs")
        )
    return lemma in word_set("carried", "verbs") | word_set("measured", "subject_of_money")


def _is_content(group: Group) -> bool:
    """ "Was content with nine"."""
    preposition = group.top.head
    return preposition.lower_ == "with" and preposition.head.lower_ in word_set("carried", "contents")
