"""The numbers of made events as the program sees them, with what the gold says of each: what a matcher learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bench.events.reading import Event, read_share
from bench.events.score import placed
from processing.figures.read_facets import Facet, read_facets
from processing.figures.story_view import StoryView
from processing.pipeline.archive import Reading, read_story
from schemas.records import Claim

__all__ = ["GoldStory", "read_stories"]


@dataclass
class GoldStory:
    """One event: its facets, the view of its story, and the gold's figure of each claim by id ("single" where one
    article alone states it, None where the gold does not have it; unsure claims are left out)."""

    event: Event
    read: Reading
    facets: list[Facet]
    view: StoryView
    gold: dict[str, str | None]

    def buckets(self) -> Iterator[list[Facet]]:
        """The facets by unit, rate and aspect, those whose gold is unsure too."""
        by_unit: dict[tuple[str, str | None, str], list[Facet]] = defaultdict(list)
        for facet in self.facets:
            by_unit[(facet.unit, facet.claim.per, facet.aspect)].append(facet)
        yield from (by_unit[key] for key in sorted(by_unit, key=str))

    def same(self, a: Claim, b: Claim) -> bool | None:
        """Whether the gold has two claims in one figure; None where it is unsure."""
        if a.id not in self.gold or b.id not in self.gold:
            return None
        first, second = self.gold[a.id], self.gold[b.id]
        return first == second and first not in (None, "single")


def read_stories(share: str) -> Iterator[GoldStory]:
    """The events of a share, by name."""
    for event in read_share(share):
        yield with_gold(event, read_story(event.articles))


def with_gold(event: Event, read: Reading) -> GoldStory:
    """A story that was read, beside its gold."""
    gold: dict[str, str | None] = {}
    for id, claim in read.claims.items():
        where = read.mention(claim)
        found = "unsure" if where["start"] is None else placed(event, where)
        if found != "unsure":
            gold[id] = found[0].id if isinstance(found, tuple) else None
    facets = read_facets(list(read.claims.values()))
    return GoldStory(event, read, facets, StoryView.of(facets, read.copies), gold)
