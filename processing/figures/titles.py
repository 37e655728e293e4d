"""What a found figure is called, for people: "people killed", "stolen jewellery (EUR)", "distance from Healdsburg (mile)"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from processing.figures.facets import Facet
from processing.figures.lexicon import Lexicon

__all__ = ["figure_title"]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def _when(group: Sequence[Facet]) -> str:
    """The occasion of an earlier event: " (December 2003)"."""
    if sum(f.occurrence.past for f in group) * 2 <= len(group):
        return ""
    months = Counter(m for f in group for m in f.occurrence.months)
    if months:
        year, month = sorted(months, key=lambda m: (-months[m], m))[0].split("-")
        return f" ({_MONTHS[int(month) - 1]} {year})"
    years = Counter(y for f in group for y in f.occurrence.years)
    return f" ({sorted(years, key=lambda y: (-years[y], y))[0]})" if years else " (earlier)"


def _what(group: Sequence[Facet]) -> str | None:
    phrases = Counter(f.claim.what.strip() for f in group if f.claim.what and len(f.claim.what) <= 50)
    return sorted(phrases, key=lambda w: (-phrases[w], len(w), w))[0] if phrases else None


def figure_title(group: Sequence[Facet], event: str | None, thing: str | None, lists: Lexicon) -> str:
    """A short title, made of the most frequent words of the figure's claims."""
    first = group[0]
    known = lists.events.get(event or "")
    if first.unit == "magnitude":
        return ("magnitude of the aftershock" if event == "aftershock" else "magnitude of the quake") + _when(group)
    what = _what(group)
    if known is not None and known.harm and first.unit == "count" and (what is None or thing == "person" or thing == known.name):
        return f"people {known.title}{_when(group)}"
    if first.dimension == "money" and known is not None and known.money is not None:
        what = known.money
    name = what or first.role or (known.title if known else None) or first.dimension
    if known is not None and first.unit in ("count", "share") and known.name != "quake" and known.title not in name:
        name = f"{name} {known.title}"
    if first.claim.aspect == "change":
        name = f"change: {name}"
    unit = "" if first.unit == "count" else " (share)" if first.unit == "share" else f" ({first.unit})"
    return f"{name}{unit}{_when(group)}"
