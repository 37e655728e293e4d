"""Whether "he" or "she" can stand for a name: by its title, its given name, or the form of given name and surname.

What neither tells is left open, so that such a name fits both."""

from __future__ import annotations

import re

from processing.claims.speaker.mentions import Mention, word_sets

__all__ = ["gender_of", "has_given_name"]

_WOMEN_END = ("a", "elle", "ette", "lyn")
_MEN_IN_A = ("endra", "indra")  # "Narendra"
_SURNAMES = {"female": ("ova", "eva", "ska", "skaya"), "male": ("ov", "ev", "sky", "ski", "skiy", "ić", "ic")}


def gender_of(mention: Mention, *, forms: bool = True) -> str | None:
    """ "female" or "male" where the words of a mention tell it, else None; `forms`: also by the endings of names, which
    tell it mostly."""
    words = word_sets()
    spoken = {w.lower() for w in re.findall(r"[\w.]+", mention.text)} | set(re.findall(r"\w+", mention.also))
    if spoken & words["female"]:
        return "female"
    if spoken & words["male"]:
        return "male"
    parts = _parts(mention.text)
    if len(parts) < 2:
        return None
    given = parts[0].lower()
    known = "female" if given in words["female_names"] else "male" if given in words["male_names"] else None
    return known or (_of_given(given) or _of_surname(parts[-1].lower()) if forms else None)


def has_given_name(parts: list[str]) -> bool:
    """Whether the first of a name's words is a given name."""
    words = word_sets()
    return len(parts) in (2, 3) and parts[0].lower() in words["male_names"] | words["female_names"]


def _parts(text: str) -> list[str]:
    """The words of the proper name in a mention, behind titles and descriptions: "union leader Tom Webb"."""
    words = word_sets()
    found = [re.sub(r"['’]s?$", "", w) for w in text.split()]
    while found and (not found[0][:1].isupper() or found[0].strip(".").lower() in words["titles"] | words["opening"]):
        found = found[1:]
    return [w for w in found if w[:1].isupper()]


def _of_given(name: str) -> str | None:
    if name in word_sets()["male_in_a"] or name.endswith(_MEN_IN_A):
        return "male"
    return "female" if len(name) > 2 and name.endswith(_WOMEN_END) else None


def _of_surname(name: str) -> str | None:
    if name.endswith("ueva"):  # "Villanueva"
        return None
    return next((gender for gender, ends in _SURNAMES.items() if len(name) > 4 and name.endswith(ends)), None)
