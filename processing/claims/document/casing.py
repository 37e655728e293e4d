"""Headlines in title case or in capitals, put into the plain case of running text for the parser, which takes every
capital for a name.

A word loses its capital where the body writes it small, or where it is an ordinary word of the word lists; what the
body writes with a capital in mid-sentence, places and abbreviations keep it. Offsets never change."""

from __future__ import annotations

import re
from functools import lru_cache

from processing.words import load_words

__all__ = ["plain_case"]

_WORD = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)?")
_MID = re.compile(r"(?<=[a-z0-9,;] )[A-Z][a-z]+")
_SMALL = re.compile(r"\b[a-z]{2,}\b")
_SHORT = 4  # shorter words ("of", "and", "for") are small in most headlines


def _is_shouted(line: str, words: list[str]) -> bool:
    return line.isupper() and len(words) > 3


def _is_titled(words: list[str]) -> bool:
    """Whether nearly all longer words are capitalised: of four or more, three quarters, without the first."""
    long = [w for w in words[1:] if len(w) >= _SHORT]
    return len(long) > 2 and sum(w[0].isupper() for w in long) >= 0.75 * len(long)


def plain_case(line: str, body: str) -> str:
    """The line as running text would write it, of the same length; unchanged where it is neither in title case nor in
    capitals.

    `body` is the text below it, from which it is learnt which words are names.
    """
    words = _WORD.findall(line)
    shouted = _is_shouted(line, words)
    if not shouted and not _is_titled(words):
        return line
    names, small = frozenset(_MID.findall(body)), frozenset(_SMALL.findall(body))
    made, first = [], True
    last = 0
    for match in _WORD.finditer(line):
        word = match.group()
        made.append(line[last : match.start()])
        opens = first or line[: match.start()].rstrip()[-1:] in ":.?!"
        made.append(_plain_word(word, names, small, opens=opens, shouted=shouted))
        last, first = match.end(), False
    plain = "".join([*made, line[last:]])
    return plain if len(plain) == len(line) else line


def _plain_word(word: str, names: frozenset[str], small: frozenset[str], *, opens: bool, shouted: bool) -> str:
    low = word.lower()
    if word == low or (not shouted and not word[1:].islower()):
        return word
    title = low[:1].upper() + low[1:]
    named = title in names and low not in small
    if named or (low not in small and low not in _ordinary()):
        return title if shouted and (len(low) > _SHORT or named) else word
    return title if opens else low


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """Words that are no names, in the forms that headlines use: those of the lists of cues, persons, events and common
    words."""
    common, cues, persons = load_words("common"), load_words("cues"), load_words("persons")
    bare = {w for key in ("stop", "generic") for w in common[key].split()} - {"us", "may", "march"}
    for key in ("person", "body", "document"):
        bare |= set(persons[key])
    bare |= {
        w for key in ("say", "report", "show", "plan", "think", "deny", "dispute", "nouns", "hedges") for w in cues[key]
    }
    bare |= {w for entry in load_words("events")["events"].values() for w in entry["words"]}
    bare |= (
        set(load_words("nouns")["singular"].values())
        | set(load_words("nouns")["people"]["heads"])
        | set(load_words("nouns")["change"]["verbs"])
    )
    words = (
        set(persons["group"])
        | set(cues["irregular"])
        | set(load_words("nouns")["singular"])
        | set(load_words("nouns")["event"]["states"])
    )
    for word in (w.lower() for w in bare if w.isalpha()):
        words |= {word, *_forms(word)}
    return frozenset(words)


def _forms(word: str) -> set[str]:
    """The regular forms of a noun or verb."""
    stem = word[:-1] if word.endswith("e") else word
    soft = word[:-1] + "i" if re.search(r"[^aeiou]y$", word) else stem
    double = word + word[-1] if re.search(r"[^aeiou][aeiou][bdgmnprt]$", word) else stem
    third = soft + "es" if soft.endswith("i") or re.search(r"(?:s|sh|ch|x|z)$", word) else word + "s"
    return {third, soft + "ed", double + "ed", stem + "ing", double + "ing"}
