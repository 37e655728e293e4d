"""From articles to alerts with a store: any order of arrival, corrections that stay, alerts that outlive their figures, the outbox."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.corrections import make_correction
from processing.pipeline.briefing import morning_brief, queue_digests
from processing.pipeline.desk import (
    add_correction,
    adopt,
    apply_now,
    merge_figures,
    replay_archive,
    split_figure,
    undo_correction,
)
from processing.pipeline.follow import follow_figure
from processing.pipeline.run import STEPS
from processing.pipeline.scopes import load_scope, scope_of
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Work
from processing.store import Batch, Store, Where, open_store
from processing.store.sqlite import SqliteStore
from schemas.config import SourceSpec, Topic, TopicFigure
from schemas.errors import StoreFull, UsageError
from schemas.records import Alert, Article, Claim, Correction, Delivery, Figure, FigureDay, Finding, Story, digest_id
from schemas.settings import Receiver, Settings
from tests.support.records import NOON, make_article

MONDAY = datetime(2025, 1, 20, 9, 0, tzinfo=UTC)


def article(outlet: str, hours: int, title: str, text: str) -> Article:
    at = MONDAY + timedelta(hours=hours)
    url = f"https://{outlet}.example/{hours}"
    return make_article(
        url=url, canonical_url=url, outlet=f"xx/{outlet}", outlet_name=outlet.title(), title=title, text=text, published=at,
        published_day=at.date(), fetched_at=at,
    )  # fmt: skip


EARLY = article(
    "post", 0, "Police detain 100 at Kentor harbour march",
    "Police detained 100 people at a march to the harbour in Kentor on Monday, police said. Trams stood still for most of the morning while columns of "
    "dockers and students crossed the old bridge with banners.",
)  # fmt: skip
POLICE = article(
    "courier", 3, "Kentor harbour march: police detain 100",
    "Police detained 100 people at a march to Kentor harbour on Monday, police said. The protest is aimed at a cargo terminal that the town council wants "
    "to build on the eastern quay next year.",
)  # fmt: skip
UNION = article(
    "ledger", 5, "300 detained in Kentor harbour march",
    "Police in Kentor detained 300 people at a march to the harbour on Monday, the Lawyers' Union said. Its lawyers waited outside three police stations "
    "into the night and complained that nobody let them in.",
)  # fmt: skip
HURT = article(
    "lantern", 7, "Kentor harbour march: 12 injured",
    "Twelve people were injured at the march to Kentor harbour on Monday, the hospital said. Most of them had bruises and went home after an hour, a nurse "
    "told reporters in the corridor.",
)  # fmt: skip
LATE = article(
    "herald", 30, "Kentor march: 310 were detained",
    "Police in Kentor detained 310 people at Monday's march to the harbour, the prosecutor said on Tuesday. Charges would follow within the week, she "
    "added, without saying against whom.",
)  # fmt: skip
ALL = (EARLY, POLICE, UNION, HURT, LATE)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def arrive(work: Work, *articles: Article) -> None:
    """What cleaning leaves behind, and every later step but sending."""
    batch = Batch(put=list(articles))
    for a in articles:
        batch.keys.append(("topic", a.key, match_topics(a, work.topics.values())))
        batch.enqueue += [(step, a.id) for step in ("dedup", "stories", "claims")]
    work.store.apply(batch)
    for name in ("dedup", "stories", "claims", "figures", "compare", "alert"):
        STEPS[name](work)


Make = Callable[..., Work]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes work on a store of its own, with a receiver that wants everything."""
    stores: list[Store] = []

    def made(*topics: Topic, store: Store | None = None, **receiver: Any) -> Work:
        stores.append(store or open_store(f"sqlite:{tmp_path / f'{len(stores)}.db'}"))
        settings = Settings(
            home=tmp_path,
            topics=(tmp_path / "topics",),
            ship_topics=False,
            receivers={"desk": Receiver(url_env="DESK_URL", **receiver)},
        )
        return Work(stores[-1], settings, {}, {t.name: t for t in topics}, now=Clock())

    yield made
    for store in stores:
        store.close()


def only(work: Work, cls: type[Any], **fields: Any) -> Any:
    found = [r for r in work.store.find(cls) if all(getattr(r, name) == value for name, value in fields.items())]
    assert len(found) == 1, found
    return found[0]


def detained(work: Work) -> Figure:
    figure = next(f for f in work.store.find(Figure) if "detain" in f.event)
    assert len(figure.claims) > 2
    return figure


def correct(work: Work, kind: Any, target: str, **changes: Any) -> Correction:
    correction = make_correction(kind, target, changes, author="Ada", reason="misread", at=work.now())
    assert add_correction(work, correction)
    assert apply_now(work)
    return correction


def everything(work: Work) -> list[set[Any]]:
    return [set(map(repr, work.store.find(cls))) for cls in (Story, Figure, Finding, FigureDay)]


def loud(work: Work) -> set[tuple[Any, ...]]:
    return {
        (a.finding, a.severity, a.text, a.sides, a.state, a.outlets)
        for a in work.store.find(Alert)
        if a.state == "open"
    }


# ---------------------------------------------------------------- order of arrival


def orders() -> list[list[tuple[Article, ...]]]:
    one_by_one = [[(a,) for a in order] for order in itertools.islice(itertools.permutations(ALL), 0, 120, 41)]
    return [[ALL], [tuple(reversed(ALL))], *one_by_one, [(LATE, HURT), (EARLY,), (UNION, POLICE)]]


def test_any_order_of_arrival_gives_the_same(make: Make) -> None:
    results = []
    for runs in orders():
        work = make()
        for articles in runs:
            arrive(work, *articles)
        results.append((everything(work), loud(work)))
    assert [len(part) > 0 for part in results[0][0]] == [True] * 4
    assert len(results[0][1]) > 0
    for result in results[1:]:
        assert result == results[0]


# ---------------------------------------------------------------- alerts outlive figures


def test_a_late_arrival_makes_another_figure_and_keeps_the_alert(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    alert = only(work, Alert, finding="conflicts")
    arrive(work, EARLY)
    kept = only(work, Alert, finding="conflicts")
    assert kept.figure != alert.figure  # else this test says nothing
    assert not work.store.get_many(Figure, [alert.figure])
    assert (kept.id, kept.state, kept.raised_at) == (alert.id, "open", alert.raised_at)
    assert [e.action for e in kept.history] == ["raise"]
    assert only(work, Delivery, alert_id=alert.id).subject == "sources disagree: people detained"
    assert not [f for f in work.store.find(Finding) if f.figure == alert.figure]
    assert not [d for d in work.store.find(FigureDay) if d.figure == alert.figure]


def test_a_figure_that_is_gone_takes_its_findings_days_and_alerts_along(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    figure = detained(work)
    for id in figure.claims:
        correct(work, "claim", id, drop=True)
    assert not work.store.get_many(Figure, [figure.id])
    assert [list(work.store.find(cls, Where("figure", "=", figure.id))) for cls in (Finding, FigureDay)] == [[], []]
    assert [(a.state, a.history[-1].action) for a in work.store.find(Alert)] == [("closed", "withdraw")]


def test_a_topic_that_takes_the_claims_of_a_story_takes_the_alert(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    alert = only(work, Alert)
    topic = Topic(
        name="kentor",
        title="Kentor",
        match=(("Kentor",),),
        figures={"held": TopicFigure(what=("person",), event=("detain",))},
    )
    work = replace(work, topics={"kentor": topic})
    assert apply_now(work)
    moved = only(work, Alert)
    assert (moved.id, moved.topic, moved.state, len(moved.history)) == (alert.id, "kentor", "open", 1)


# ---------------------------------------------------------------- corrections


def test_a_corrected_number_withdraws_the_alert_survives_reprocessing_and_can_be_undone(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    claims = [c for c in work.store.find(Claim, Where("article_key", "=", UNION.key)) if c.low == 300]
    made = [
        make_correction("claim", c.id, {"low": 100, "high": 100}, author="Ada", reason="misread", at=work.now())
        for c in claims
    ]
    assert all(add_correction(work, correction) for correction in made)
    assert apply_now(work)
    assert only(work, Alert).state == "closed"
    for step in ("claims", "figures", "compare", "alert"):
        work.store.apply(Batch(enqueue=[("claims", POLICE.id), ("claims", UNION.id)] if step == "claims" else []))
        STEPS[step](work)
    assert only(work, Alert).state == "closed"
    scope = load_scope(work, scope_of(detained(work)))
    assert {scope.claims[c.id].low for c in claims} == {100}
    assert {work.store.get(Claim, c.id).low for c in claims} == {300}  # as read
    assert len(list(work.store.find(Delivery))) == 1

    for correction in made:
        assert undo_correction(work, correction.id, "Ben", "was right") == [scope.name]
    assert apply_now(work)
    again = only(work, Alert)
    assert (again.state, [e.action for e in again.history]) == ("open", ["raise", "withdraw", "reopen"])
    assert [d.subject for d in work.store.find(Delivery)] == [
        "sources disagree: people detained",
        "again: sources disagree: people detained",
    ]
    assert [c.undone.by for c in work.store.find(Correction) if c.undone] == ["Ben"] * len(made)
    with pytest.raises(UsageError, match="was taken back by Ben"):
        undo_correction(work, made[0].id, "Ben", "again")


def test_a_name_is_given_a_source_for_who_refers_to_it_too(make: Make) -> None:
    work = make()
    text = "Western officials said 40 people were detained in Kentor on Monday. The officials said 50 people were injured at the harbour march."
    arrive(work, article("post", 1, "Kentor harbour march", text))
    correct(work, "source", "western officials", source_id="nato")
    scope = load_scope(work, f"story:{only(work, Story).id}")
    assert {(c.source, c.source_id) for c in scope.claims.values()} == {
        ("Western officials", "nato"),
        ("The officials", "nato"),
    }
    assert set(scope.names.values()) == {"Western officials"}


def test_figures_are_merged_and_split(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION, HURT)
    held, hurt = detained(work), next(f for f in work.store.find(Figure) if "injure" in f.event)
    merged = merge_figures(work, held, [hurt], "Ada", "one count")
    add_correction(work, merged)
    apply_now(work)
    assert set(only(work, Figure).claims) == {*held.claims, *hurt.claims}
    undo_correction(work, merged.id, "Ada", "no")
    apply_now(work)
    assert {f.claims for f in work.store.find(Figure)} == {held.claims, hurt.claims}

    leave = [c.id for c in work.store.find(Claim, Where("article_key", "=", UNION.key)) if c.id in held.claims]
    add_correction(work, split_figure(work, held, leave, "people held by the army", "Ada", "another march"))
    apply_now(work)
    assert set(only(work, Figure, title="people held by the army").claims) == set(leave)
    assert {a.state for a in work.store.find(Alert)} == {"closed"}  # of the merged figure too
    with pytest.raises(UsageError, match="all its claims are to leave"):
        split_figure(work, held, held.claims, None, "Ada", "x")
    with pytest.raises(UsageError, match="does not hold nothing"):
        split_figure(work, held, ["nothing"], None, "Ada", "x")


def test_a_desk_figure_is_overtaken(make: Make) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    replace_clock(work, MONDAY + timedelta(hours=10))
    add_correction(work, adopt(work, detained(work), 100, 120, "Ada", "court lists"))
    apply_now(work)
    assert not [a for a in work.store.find(Alert) if a.finding == "updates"]
    arrive(work, LATE)
    alert = only(work, Alert, finding="updates")
    assert alert.text.startswith(
        "The desk put the number of people detained at 100 to 120 (Ada, 20 Jan: court lists); the prosecutor said 310"
    )
    arrive(work, EARLY)  # the figure is made anew
    assert only(work, Alert, finding="updates").id == alert.id
    assert morning_brief(work, since=MONDAY).figures[0].desk == "100 to 120 (Ada, 20 Jan 2025: court lists)"


def replace_clock(work: Work, at: datetime) -> None:
    assert isinstance(work.now, Clock)
    work.now.now = at


# ---------------------------------------------------------------- following, replay


def test_a_found_figure_is_followed(make: Make, tmp_path: Path) -> None:
    work = make()
    arrive(work, POLICE, UNION)
    figure, alert = detained(work), only(work, Alert)
    after, done = follow_figure(work, figure, "harbour-held")
    assert (done.path, done.claims, done.articles) == (tmp_path / "topics" / "harbour-held.yml", len(figure.claims), 2)
    assert apply_now(after)
    followed = only(after, Figure, topic="harbour-held")
    assert (followed.name, set(followed.claims)) == ("harbour-held", set(figure.claims))
    assert only(after, Alert).id == alert.id
    with pytest.raises(UsageError, match="is followed already, as harbour-held/harbour-held"):
        follow_figure(after, followed, "again")
    with pytest.raises(UsageError, match="there is a topic 'harbour-held' already"):
        follow_figure(after, figure, "harbour-held")


def test_another_figure_joins_a_topic_file_and_its_comments_stay(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "topics" / "kentor.yml"
    path.parent.mkdir()
    path.write_text(
        "# ours\nname: kentor\ntitle: Kentor\nmatch: [[Kentor]]  # the town\nfigures:\n  held: {what: person, event: detain}\n"
    )
    work = make(
        Topic(
            path=str(path),
            name="kentor",
            title="Kentor",
            match=(("Kentor",),),
            figures={"held": TopicFigure(event=("detain",))},
        )
    )
    arrive(work, POLICE, UNION, HURT)
    hurt = next(f for f in work.store.find(Figure) if "injure" in f.event)
    after, _ = follow_figure(work, hurt, "hurt", "kentor")
    assert list(after.topics["kentor"].figures) == ["held", "hurt"]
    assert path.read_text().startswith("# ours\nname: kentor\ntitle: Kentor\nmatch: [[Kentor]]  # the town\n")
    assert apply_now(after)
    assert {f.name for f in after.store.find(Figure) if f.topic == "kentor" and f.claims} == {"held", "hurt"}
    with pytest.raises(UsageError, match="has a figure 'hurt' already"):
        follow_figure(after, hurt, "hurt", "kentor")


def test_a_replay_tells_what_was_sent_and_what_a_correction_changes(make: Make) -> None:
    work = make()
    arrive(work, *ALL)
    days = (MONDAY.date(), MONDAY.date() + timedelta(days=2))
    done = replay_archive(work, *days)
    assert {s.alert.sides for s in done.sent} == {a.sides for a in work.store.find(Alert)}
    assert {done.receivers[s.alert.id, s.day] for s in done.sent} == {("desk",)}
    assert (done.difference.added, done.difference.gone, done.difference.changed) == ((), (), ())
    work.store.apply(Batch(delete=[(Alert, a.id) for a in work.store.find(Alert)]))
    assert {a.sides for a in replay_archive(work, *days).difference.added} == {s.alert.sides for s in done.sent}
    assert replay_archive(work, days[0] - timedelta(days=9), days[0] - timedelta(days=2)).sent == ()
    with pytest.raises(UsageError, match=r"--to .* lies before --from"):
        replay_archive(work, days[1], days[0])


# ---------------------------------------------------------------- the outbox


@dataclass(frozen=True)
class Watched:
    """What each transaction wrote."""

    batches: list[Sequence[Any]] = field(default_factory=list)


class Recording(SqliteStore):
    """A store that remembers its transactions, and may fail in the one that raises an alert."""

    watched = Watched()
    fails = False

    def apply(self, batch: Batch) -> int:
        if self.fails and any(isinstance(r, Alert) for r in batch.put):
            raise StoreFull("the disk is full")
        self.watched.batches.append(list(batch.put))
        return super().apply(batch)


def test_alert_and_notice_are_written_together_or_not_at_all(make: Make, tmp_path: Path) -> None:
    store = Recording(tmp_path / "watched.db")
    store.watched, store.fails = Watched(), True
    work = make(store=store)
    with pytest.raises(StoreFull):
        arrive(work, POLICE, UNION)
    assert (list(store.find(Alert)), list(store.find(Delivery)), store.waiting("alert")) == ([], [], 1)
    store.fails = False
    STEPS["alert"](work)
    (batch,) = [b for b in store.watched.batches if any(isinstance(r, Alert) for r in b)]
    assert [type(r) for r in batch] == [Alert, Delivery]
    STEPS["alert"](work)
    assert len(list(store.find(Delivery))) == 1


def test_the_brief_of_the_day_goes_to_who_asked_once_a_day(make: Make) -> None:
    work = make(digest="07:30", timezone="Europe/Berlin")
    arrive(work, POLICE, UNION)
    seen = []
    for hours in (0, 1, 10, 24, 25):  # it is an hour later in Berlin
        replace_clock(work, datetime(2025, 1, 21, 6, 0, tzinfo=UTC) + timedelta(hours=hours))
        seen.append(queue_digests(work))
    assert seen == [0, 1, 0, 0, 1]
    briefs = [d for d in work.store.find(Delivery) if d.alert_id is None]
    assert [d.id for d in briefs] == [digest_id("digest", "desk", None, day) for day in ("2025-01-21", "2025-01-22")]
    assert [(d.subject, d.markdown) for d in briefs] == [
        (f"Brief of 2025-01-{n}: all that is followed", True) for n in (21, 22)
    ]
    assert "the Lawyers' Union said 300" in briefs[0].body
    assert "From 21 Jan 2025" in briefs[1].body


def test_a_brief_of_a_topic_tells_of_that_alone(make: Make) -> None:
    topic = Topic(
        name="kentor", title="Kentor", match=(("Kentor",),), figures={"held": TopicFigure(what=("person",), event=("detain",))},
        sources={"police": SourceSpec(names=("Kentor police", "police"))},
    )  # fmt: skip
    work = make(topic)
    arrive(work, POLICE, UNION, HURT)
    told = morning_brief(work, "kentor", MONDAY)
    assert [(f.topic, f.title) for f in told.figures] == [("kentor", "Kentor: held")]
    assert {d.name for d in told.disputes} == {"sources disagree"}
    assert [f.title for f in morning_brief(work, None, MONDAY).figures] == ["Kentor: held", "people injured"]
    pages = [morning_brief(work, None, MONDAY, page=number, size=1) for number in (1, 2, 3)]
    assert [[f.title for f in page.figures] for page in pages] == [["Kentor: held"], ["people injured"], []]
    assert [page.more_figures for page in pages] == [True, False, False]
    with pytest.raises(UsageError, match="no topic 'x'"):
        morning_brief(work, "x")


def test_a_figure_names_its_claims_that_only_a_teaser_gave(make: Make) -> None:
    work = make()
    arrive(work, EARLY, replace(UNION, teaser=True))
    (figure,) = [f for f in work.store.find(Figure) if "detained" in f.title]
    claims = work.store.get_many(Claim, list(figure.claims))
    assert {claims[id].outlet for id in figure.teasers} == {UNION.outlet}
    assert {c.outlet for c in claims.values()} > {UNION.outlet}
