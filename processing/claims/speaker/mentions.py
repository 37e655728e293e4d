"""What a source is called: the phrase around a head word of the parse, its kind, and of a document its author."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.words import load_words

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Mention", "kind_of", "mention_of", "plain_mention", "without_verb", "word_sets"]


@lru_cache(maxsize=1)
def word_sets() -> dict[str, frozenset[str]]:
    """The lists of persons.toml and cues.toml as sets, by list name."""
    return {
        name: frozenset(value)
        for source in ("persons", "cues")
        for name, value in load_words(source).items()
        if isinstance(value, list)
    }


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a source. `start`/`end` cover the whole phrase, `name_start`/`name_end` the words to cite (without
    what follows a comma), all document offsets. `kind`: person, group, body, document, pronoun, other. `named`: holds a
    proper name."""

    start: int
    end: int
    name_start: int
    name_end: int
    text: str  # the words to cite
    head: str  # head word as written
    lemma: str
    kind: str
    named: bool
    plural: bool
    author: tuple[int, int, str] | None = None  # of a document: who made it (offsets, head)
    stands_for: Mention | None = None  # of "who" and "which": what they refer to
    also: str = ""  # a description beside the name, lower case: "head of the regional administration"


def plain_mention(
    start: int,
    text: str,
    kind: str,
    named: bool,
    *,
    head: str | None = None,
    lemma: str | None = None,
    plural: bool = False,
    also: str = "",
) -> Mention:
    """A mention that is all of its words: `text` at document offset `start`; its last word is the head where none is
    given."""
    last = head if head is not None else text.split()[-1]
    end = start + len(text)
    return Mention(start, end, start, end, text, last, lemma or last.lower(), kind, named, plural, also=also)


def _cite_end(head: Token, tokens: list[Token]) -> int:
    """Index (in the Doc) after the last token of the phrase that is not set off by a comma, dash or bracket."""
    allowed = {t.i for t in tokens}
    end = int(head.i) + 1
    if _is_name(head) and end < len(head.doc) and head.doc[end].text == "-" and _glued(head.doc, end):
        end += 2  # "Min Seo-ah"
    joined = {c.i for c in _conjuncts(head)}
    position = end
    while position in allowed:
        token = head.doc[position]
        if (token.text in (",", ";", "-", "--", "–", "—", "(", "―") and token.head.i <= head.i) or token.text in (
            "(",
            "―",
            "—",
            "–",
            "--",
        ):
            if token.text == "," and any(j > position for j in joined) and position + 1 in allowed:
                position += 1
                continue
            if token.text == "(" and position + 2 in allowed and head.doc[position + 2].text == ")":
                position += 3
                end = position
                continue
            break
        if token.text == "," or _counts_behind(head.doc, position):
            break
        if token.tag_ in ("MD", "VBZ", "VBP", "VBD") and token.dep_ not in ("relcl",) and token.head.i <= head.i:
            break
        position += 1
        end = position
    return end


def _counts_behind(doc: Doc, i: int) -> bool:
    """Whether "of" and a number stand here, which belong to no name: "the relief agency of 12,000 homeless"."""
    return doc[i].lower_ == "of" and i + 1 < len(doc) and doc[i + 1].like_num and doc[i + 1].text[0].isdigit()


def _glued(doc: Doc, i: int) -> bool:
    """Whether a hyphen ties two words: "Seo-ah"."""
    return 0 < i < len(doc) - 1 and not doc[i - 1].whitespace_ and not doc[i].whitespace_ and doc[i + 1].text.isalpha()


def _conjuncts(head: Token) -> list[Token]:
    found = []
    for child in head.children:
        if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN", "PRON"):
            found += [child, *_conjuncts(child)]
    return found


@dataclass(frozen=True, slots=True)
class _NamePart:
    """What of a phrase is cited as the source: from `start` up to `end` (token indices), its head word, and the words
    beside it that say who that is."""

    head: Token
    start: int
    end: int
    also: str = ""


def _kind_of_head(head: Token) -> str:
    """The kind of source; a bare "one" is a person, "some" and "many" are a group."""
    if head.lower_ in ("one", "another"):
        return "person"
    if head.lower_ in ("some", "many", "others", "both", "several"):
        return "group"
    return kind_of(head, word_sets())


def _name_part(head: Token, kind: str, first: int, end: int) -> _NamePart:
    """Of the phrase from `first` up to `end` the name in apposition, where the head is none ("the minister, Ann Lee");
    else all of it."""
    if _is_name(head):
        beside = (c for c in head.children if c.dep_ in ("appos", "compound", "nmod"))
        return _NamePart(head, first, end, " ".join(t.text.lower() for child in beside for t in child.subtree))
    if kind not in ("person", "other", "body"):
        return _NamePart(head, first, end)
    name = next((c for c in (head.children if kind == "body" else head.subtree) if _is_named_so(head, c, kind)), None)
    if name is None:
        return _NamePart(head, first, end)
    if kind == "body":
        return _NamePart(name, first, name.i + 1)
    inner = list(name.subtree)
    also = head.doc.between(first, name.i).lower()
    return _NamePart(name, _first(name, inner), _cite_end(name, inner), also)


def _is_named_so(head: Token, name: Token, kind: str) -> bool:
    """Whether a word is the name in apposition of a head; of a body only one that stands right behind it."""
    return (
        name.dep_ == "appos"
        and _is_name(name)
        and name.i > head.i
        and (name.head == head or head.doc[name.left_edge.i - 1].text == ",")
        and (kind != "body" or name.left_edge.i == head.i + 1)
    )


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """A span of tokens without the punctuation at its ends and without a possessive."""
    while end - 1 > start and doc[end - 1].is_punct and doc[end - 1].text != ")":
        end -= 1
    while start < end - 1 and (doc[start].is_punct or doc[start].is_space):
        start += 1
    if (doc[end - 1].tag_ == "POS" or doc[end - 1].text in ("'s", "’s")) and end - 1 > start:
        end -= 1
    return start, end


def _bears_name(head: Token, name_head: Token, kind: str, start: int, end: int) -> bool:
    """Whether the source is named, not only described. `start` and `end`: the tokens that are cited."""
    words = word_sets()
    if kind == "group":
        return any(_is_name(c) for c in _conjuncts(head))
    if kind == "document":
        return _is_name(head) and end - start > 1 and head.lower_ not in words["document"]
    small = (
        kind in ("person", "body")
        and _is_name(name_head)
        and name_head == head
        and head.doc.between(start, end).islower()
    )
    if _is_name(name_head) and not small:
        return True
    return kind == "body" and any(
        c.dep_ == "compound" and (c.text.isupper() or (c.lower_ in words["carriers"] and _is_name(c)))
        for c in head.children
    )  # "the ISNA news agency"


def mention_of(head: Token, offset: int, stop: int | None = None) -> Mention:
    """The mention whose head is this token; `offset` is where the sentence starts in the document, `stop` a token index
    that the phrase must not reach (the cue)."""
    tokens = sorted((t for t in head.subtree if stop is None or (t.i < stop) == (head.i < stop)), key=lambda t: t.i)
    first = _first(head, tokens)
    tokens = [t for t in tokens if t.i >= first]
    kind = _kind_of_head(head)
    part = _name_part(head, kind, first, _cite_end(head, tokens))
    name_head, doc = part.head, head.doc
    span_start, span_end = _trimmed(doc, part.start, _whole_name(name_head, part.end))
    last = max(tokens[-1].i if tokens else head.i, span_end - 1)
    whole_start = min(doc[first].idx, doc[span_start].idx)
    plural = name_head.tag_ in ("NNS", "NNPS") or bool(_conjuncts(head)) or head.lower_ in ("they", "their", "them")
    named = _bears_name(head, name_head, kind, span_start, span_end)
    return Mention(
        start=offset + whole_start,
        end=offset + doc[last].idx + len(doc[last]),
        name_start=offset + doc[span_start].idx,
        name_end=offset + doc[span_end - 1].idx + len(doc[span_end - 1]),
        text=doc.text[doc[span_start].idx : doc[span_end - 1].idx + len(doc[span_end - 1])],
        head=_whole_word(name_head),
        lemma=name_head.lemma_.lower(),
        kind=kind if name_head == head or kind == "body" else "person",
        named=named,
        plural=plural,
        author=_author(head, offset) if kind == "document" else None,
        stands_for=_antecedent(head, offset),
        also=part.also,
    )


def _whole_word(head: Token) -> str:
    """A name's last word with what a hyphen ties to it: "Seo-ah"."""
    doc, i = head.doc, head.i + 1
    return (
        f"{head.text}-{doc[i + 1].text}"
        if _is_name(head) and i < len(doc) and doc[i].text == "-" and _glued(doc, i)
        else head.text
    )


def _whole_name(head: Token, end: int) -> int:
    """Where a body's name ends that goes on with what it is for: "the Committee to Protect Journalists", "Campaign
    Against Arms Trade"."""
    doc = head.doc
    if (
        head.lower_ not in word_sets()["bodies_with_aims"]
        or not head.text[0].isupper()
        or end != head.i + 1
        or end + 1 >= len(doc)
        or doc[end].lower_ not in ("to", "against")
    ):
        return end
    while end + 1 < len(doc) and doc[end + 1].text[0].isupper():
        end += 1
    return end + 1 if doc[end].text[0].isupper() else head.i + 1


def _antecedent(head: Token, offset: int) -> Mention | None:
    """What "who", "which" and "that" stand for: the noun that their clause modifies."""
    if (
        head.lower_ in ("who", "which", "that")
        and head.dep_ in ("nsubj", "nsubjpass")
        and head.head.dep_ == "relcl"
        and head.head.head.pos_ in ("NOUN", "PROPN")
    ):
        noun = head.head.head
        root = next((t for t in noun.ancestors if t.dep_ == "ROOT"), None)
        theme = next((c for c in root.children if c.dep_ == "nsubj"), None) if root is not None else None
        words = word_sets()
        if (
            kind_of(noun, words) == "other"
            and not _is_name(noun)
            and theme is not None
            and theme != noun
            and kind_of(theme, words) == "document"
        ):
            noun = theme  # "the forecast is an improvement on last year, which showed ..."
        return mention_of(noun, offset, head.i)
    return None


def _first(head: Token, tokens: list[Token]) -> int:
    """Leftmost token of the phrase in one run with the head, without leading conjunctions, adverbs and punctuation."""
    allowed = {t.i for t in tokens}
    first = int(head.i)
    while (
        first - 1 in allowed
        and head.doc[first - 1].text not in (",", ";", ":", "—", "–", "--", "“", "”", '"', "''", "``", "-", "―")
    ) or (first - 1 in allowed and head.doc[first - 1].text == "-" and first - 2 in allowed):
        first -= 1
    while first < head.i and (
        (head.doc[first].dep_ in ("cc", "preconj", "mark", "advmod") and head.doc[first + 1].tag_ != "HYPH")
        or (head.doc[first].is_punct and head.doc[first].text != "[")
        or head.doc[first].is_space
    ):
        first += 1
    return first


def _is_name(token: Token) -> bool:
    if token.tag_ in ("NNP", "NNPS"):
        return True
    if token.tag_ == "JJ" and token.dep_ == "amod" and token.is_title and token.head.tag_ in ("VBZ", "VBD"):
        return True  # the subject of a finite verb, taken for its adjective
    return (
        token.tag_ == "NN"
        and token.i > 0
        and token.text[0].isupper()
        and token.doc[token.i - 1].text.islower()
        and len(token.doc) > 3
    )


def kind_of(head: Token, words: dict[str, frozenset[str]]) -> str:
    """person, group, body, document, pronoun or other, by the head word and what stands before it."""
    lower, lemma = head.lower_, head.lemma_.lower()
    if (
        _is_name(head)
        and head.text[0].isupper()
        and lower in words["proper"]
        and head.i > 0
        and _is_name(head.doc[head.i - 1])
    ):
        return "body"  # "Geological Survey", not "a survey"
    if lower == "people" and any(c.dep_ in ("amod", "nummod", "relcl", "acl", "compound") for c in head.children):
        return "group"  # "two people familiar with the matter"
    if lower in words["pronouns"] or head.pos_ == "PRON":
        return "pronoun"
    if lemma in words["document"] or lower in words["document"]:
        return "document"
    if lower in words["group"] and head.tag_ in ("NNS", "NNPS", "NN"):
        return "group"
    if lemma in words["body"] or lower in words["body"]:
        return "body"
    if lemma in words["person"]:
        return "group" if head.tag_ == "NNS" else "person"
    if _is_name(head):
        before = {t.lower_.rstrip(".") for t in head.doc[max(0, head.i - 4) : head.i]}
        if before & words["titles"]:
            return "person"
    return "other"


def _author(head: Token, offset: int) -> tuple[int, int, str] | None:
    """Who made a document: "the TNO report", "a report by the UN", "the bureau's figures", "data from the ministry"."""
    for child in head.children:
        maker = next((m for rule in _MAKERS if (m := rule(child)) is not None), None)
        if maker is not None:
            return _span(maker, offset, maker.i + 1 if maker.dep_ in ("poss", "appos") else None)
    return _name_in_front(head, offset)


def _owner(child: Token) -> Token | None:
    """ "The bureau's figures"."""
    words = word_sets()
    owns = child.dep_ == "poss" and child.lower_ not in words["pronouns"] | words["times"]
    return child if owns and child.pos_ in ("NOUN", "PROPN") else None


def _carrier(child: Token) -> Token | None:
    """ "A report on state news agency KCNA"."""
    if child.dep_ != "prep" or child.lower_ not in ("on", "in"):
        return None
    for noun in child.children:
        name = next((a for a in noun.children if a.dep_ == "appos" and _is_name(a)), noun)
        if noun.dep_ == "pobj" and _is_name(name) and {t.lower_ for t in noun.subtree} & word_sets()["carriers"]:
            return name
    return None


def _maker_behind(child: Token) -> Token | None:
    """ "A report by the UN", "data from the ministry"."""
    if child.dep_ not in ("prep", "agent") or child.lower_ not in ("by", "from"):
        return None
    maker = next((c for c in child.children if c.dep_ == "pobj" and c.pos_ in ("NOUN", "PROPN")), None)
    return None if maker is None else without_verb(maker)


def without_verb(noun: Token) -> Token:
    """The name inside a phrase whose head is a verb that the parser takes for a noun: "a survey by the Royal Guild
    shows"."""
    words = word_sets()
    if not noun.text.islower() or noun.lemma_.lower() not in words["show"] | words["say"]:
        return noun
    names = [c for c in noun.children if c.dep_ in ("compound", "nmod") and c.tag_ in ("NNP", "NNPS")]
    return names[-1] if names else noun


def _giver(child: Token) -> Token | None:
    """ "Accounts of officials"."""
    given = {child.head.lower_, child.head.lemma_.lower()} & word_sets()["given"]
    if child.dep_ != "prep" or child.lower_ != "of" or not given:
        return None
    return next((c for c in child.children if c.dep_ == "pobj" and _gives_account(c)), None)


def _made_by(child: Token) -> Token | None:
    """ "A survey conducted by Ipsos"."""
    if child.dep_ != "acl" or child.lemma_ not in word_sets()["making"]:
        return None
    agents = [c for c in child.children if c.dep_ in ("agent", "prep") and c.lower_ == "by"]
    return next((c for agent in agents for c in agent.children if c.dep_ == "pobj"), None)


_MAKERS: tuple[Callable[[Token], Token | None], ...] = (_owner, _carrier, _maker_behind, _giver, _made_by)


def _name_in_front(head: Token, offset: int) -> tuple[int, int, str] | None:
    """ "The TNO report": the names right before a document, unless they are a month or another document."""
    names, words = [], word_sets()
    position = head.i - 1
    while (
        position >= 0
        and head.doc[position].head.i >= position
        and head.doc[position].tag_ in ("NNP", "NNPS", "HYPH", "SYM", "CC")
    ):
        names.append(head.doc[position])
        position -= 1
    names = [t for t in names if t.tag_ in ("NNP", "NNPS")]
    beside = head.doc[head.i - 1] if head.i > 1 else None
    if not names and beside is not None and beside.tag_ == "JJ" and beside.text[0].isupper() and _polls(head):
        names = [beside]  # "a Delphi poll", taken for an adjective
    if not names or (len(names) == 1 and names[0].lower_ in words["no_authors"] | words["document"]):
        return None
    first, last = names[-1], names[0]
    return offset + first.idx, offset + last.idx + len(last), last.text


def _polls(noun: Token) -> bool:
    return noun.lemma_.lower() in word_sets()["surveys"]


def _gives_account(token: Token) -> bool:
    """Whether a noun behind "accounts of" is who gives them, not what they are of: "accounts of officials", not "of the
    dead"."""
    words = word_sets()
    return any(
        kind_of(t, words) in ("person", "group", "body") and t.lower_ not in words["crowds"]
        for t in [token, *_conjuncts(token)]
    )


def _span(head: Token, offset: int, end: int | None) -> tuple[int, int, str]:
    tokens = list(head.subtree)
    first = _first(head, tokens)
    last = end or _cite_end(head, tokens)
    doc = head.doc
    while last - 1 > first and (doc[last - 1].is_punct or doc[last - 1].tag_ == "POS"):
        last -= 1
    return offset + doc[first].idx, offset + doc[last - 1].idx + len(doc[last - 1]), head.text
