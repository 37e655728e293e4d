"""Word classes and lemmas remembered by word, tag and role: what spaCy's attribute ruler and lemmatiser say, without
asking them again.

For nearly every token what the two say follows from its text, its fine tag and its dependency alone (and of the
dependencies only from those that the ruler's patterns name), so it is worked out once for each such triple and looked
up from then on. Where a pattern looks at the next word too ("ai n't", "there are"), the two are asked about the whole
sentence. Morphological features, which nothing here reads, are not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, LEMMA, ORTH, POS, TAG
from spacy.language import Language
from spacy.tokens import Doc

from processing.batches import in_batches

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["NAME", "Forms", "remember_forms"]

NAME = "remembered_forms"
_READ, _WRITTEN = (ORTH, TAG, DEP), (TAG, POS, LEMMA)
_OPENERS = frozenset({"ai", "gon", "got", "let", "c'm", "y", "y'"})  # first words of the ruler's patterns of two words
_MOST = 300_000
Key = tuple[int, int, int]


class Forms:
    """The pipe: sets word classes and lemmas as the attribute ruler and the lemmatiser of the same model (`steps`)
    would."""

    def __init__(self, vocab: Vocab):
        self.vocab = vocab
        self.steps: tuple[Any, ...] = ()
        self._named: dict[int, int] = {}
        self._forms: dict[Key, tuple[int, ...] | None] = {}

    def ask(self, ruler: Any, lemmatizer: Any) -> None:
        """Take the two that know. The lemmatiser's word lists become sets: it searches them word by word."""
        self.steps = (ruler, lemmatizer)
        named = {
            value
            for row in ruler.patterns
            for pattern in row["patterns"]
            for token in pattern
            for value in _values(token.get("DEP"))
        }
        self._named = {self.vocab.strings.add(value): self.vocab.strings.add(value) for value in named if value}
        index = lemmatizer.lookups.get_table("lemma_index")
        for word_class, words in list(index.items()):
            index[word_class] = dict.fromkeys(words, True)

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """The documents, each with its forms; what is new is worked out a batch at a time."""
        for batch in in_batches(stream, batch_size):
            named = self._named
            keys = [
                [(orth, tag, named.get(dep, 0)) for orth, tag, dep in doc.to_array(_READ).tolist()] for doc in batch
            ]
            missing = list(dict.fromkeys(key for row in keys for key in row if key not in self._forms))
            if missing:
                self._learn(missing)
            for doc, row in zip(batch, keys, strict=True):
                forms = [self._forms[key] for key in row]
                if None in forms:
                    self._ask(doc)
                elif forms:
                    doc.from_array(_WRITTEN, np.array(forms, dtype=np.uint64))
                yield doc
            if len(self._forms) > _MOST:
                self._forms.clear()

    def _ask(self, doc: Doc) -> Doc:
        for step in self.steps:
            doc = step(doc)
        return doc

    def _learn(self, keys: Sequence[Key]) -> None:
        """Ask about triples out of their sentences; white space and words that patterns of two words begin with are
        left to the sentence."""
        strings = self.vocab.strings
        alone = []
        for key in keys:
            word = strings[key[0]]
            if word.isspace() or word.lower() in _OPENERS or (key[2] and strings[key[2]] == "expl"):
                self._forms[key] = None
            else:
                alone.append(key)
        if not alone:
            return
        deps = [strings[dep] if dep else "dep" for _, _, dep in alone]
        words, tags = [strings[orth] for orth, _, _ in alone], [strings[tag] for _, tag, _ in alone]
        doc = self._ask(Doc(self.vocab, words=words, tags=tags, deps=deps, heads=list(range(len(alone)))))
        self._forms.update(zip(alone, map(tuple, doc.to_array(_WRITTEN).tolist()), strict=True))


def _values(condition: Any) -> list[str]:
    """The values that a token pattern names for one attribute."""
    if isinstance(condition, dict):
        return [value for values in condition.values() for value in (values if isinstance(values, list) else [values])]
    return [condition] if condition else []


def _make_forms(nlp: Language, name: str) -> Forms:  # noqa: ARG001 spaCy names the pipe
    return Forms(nlp.vocab)


Language.factory(NAME, func=_make_forms)


def remember_forms(nlp: Language) -> Language:
    """Put the remembering pipe in the place of a pipeline's attribute ruler and lemmatiser, which it asks; returns the
    pipeline."""
    ruler, lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
    for name in ("attribute_ruler", "lemmatizer"):
        nlp.disable_pipe(name)
    forms: Any = nlp.add_pipe(NAME, last=True)
    forms.ask(ruler, lemmatizer)
    return nlp
