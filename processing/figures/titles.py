"""What a found figure is called, for people: "people killed", "stolen jewellery (EUR)", "distance from Healdsburg
(mile)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from processing.figures.lexicon import Lexicon, stem
from processing.figures.read_facets import Facet
from processing.figures.sentences import tokens_of
from processing.measures import plural
from processing.words.calendar import full_months

__all__ = ["figure_title"]


def _when(group: Sequence[Facet]) -> str:
    """The occasion of an earlier event: " (December 2003)"."""
    if sum(f.occurrence.past for f in group) * 2 <= len(group):
        return ""
    months = Counter(m for f in group for m in f.occurrence.months)
    if months:
        year, month = sorted(months, key=lambda m: (-months[m], m))[0].split("-")
        return f" ({full_months()[int(month) - 1].capitalize()} {year})"
    years = Counter(y for f in group for y in f.occurrence.years)
    return f" ({sorted(years, key=lambda y: (-years[y], y))[0]})" if years else " (earlier)"


_LEAD = re.compile(r"(?:the|an?|its|his|her|their|whose|this|that|these|those|some|all)\s+", re.IGNORECASE)


def _plain(facet: Facet, lists: Lexicon) -> str | None:
    """What a claim counts, without article; a common noun that only begins its sentence in lower case."""
    written = (facet.claim.what or "").strip()
    phrase = _LEAD.sub("", written, count=1)
    if not phrase or len(phrase) > 50:
        return None
    first = stem(phrase.split()[0])
    common = first in lists.thing_words or first in lists.event_words
    return (
        phrase[0].lower() + phrase[1:]
        if common and facet.claim.sentence.startswith(written) and not phrase[:2].isupper()
        else phrase
    )


def _what(group: Sequence[Facet], lists: Lexicon) -> str | None:
    phrases = Counter(phrase for f in group if (phrase := _plain(f, lists)))
    return sorted(phrases, key=lambda w: (w.istitle(), -phrases[w], len(w), w))[0] if phrases else None


def _several(name: str) -> str:
    """What is counted, as several: "ship" -> "ships"."""
    last = name.rpartition(" ")[2]
    many = last.endswith(("s", "men", "people", "children")) or last in _MANY
    return name if many or not (last.isalpha() and last.islower()) else plural(name)


_MANY = ("police", "personnel", "staff", "crew", "cattle", "livestock", "poultry", "sheep", "fish", "aircraft", "dead")


def _measured(group: Sequence[Facet], what: str | None, happens: str | None) -> str | None:
    """The name of a measure: "distance from Healdsburg", "depth of the quake", "area burnt", "acid leaked"; None for
    all else."""
    first = group[0]
    if first.role == "distance":
        names = Counter(
            " ".join(t.text for t in tokens_of(f.claim.sentence) if stem(t.text) in f.anchors)
            for f in group
            if f.anchors
        )
        return f"distance from {sorted(names, key=lambda n: (-names[n], n))[0]}" if names else "distance"
    if first.role is not None and first.dimension == "length" and what:
        return f"{first.role} of {what}" if what[0].isupper() or what.endswith("s") else f"{first.role} of the {what}"
    if happens is not None and first.dimension in ("area", "mass", "volume"):
        return f"area {happens}" if first.dimension == "area" else f"{what} {happens}" if what else None
    return None


def figure_title(group: Sequence[Facet], event: str | None, thing: str | None, lists: Lexicon) -> str:
    """A short title, made of the most frequent words of the figure's claims."""
    first = group[0]
    known = lists.events.get(event or "")
    if first.unit == "magnitude":
        return ("magnitude of the aftershock" if event == "aftershock" else "magnitude of the quake") + _when(group)
    what = _what(group, lists)
    if (
        known is not None
        and known.harm
        and first.unit == "count"
        and (what is None or thing == "person" or thing == known.name)
    ):
        return f"people {known.title}{_when(group)}"
    if first.dimension == "money" and known is not None and known.money is not None:
        what = known.money
    name = (
        _measured(group, what, known.title if known else None)
        or what
        or first.role
        or (known.title if known else None)
        or first.dimension
    )
    words = [lists.event_words.get(stem(w)) for w in name.split()]
    told = (
        any(words) if first.unit == "share" else known is not None and words[-1] == known.name
    )  # "turnout" says what it is
    if (
        known is not None
        and first.unit in ("count", "share")
        and known.name != "quake"
        and known.title not in name
        and not told
    ):
        name = f"{_several(name) if first.unit == 'count' else name} {known.title}"
    if first.claim.aspect == "change":
        name = f"change in {name}"
    unit = "" if first.unit == "count" else " (share)" if first.unit == "share" else f" ({first.unit})"
    return f"{name}{unit}{_when(group)}"
