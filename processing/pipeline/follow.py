"""A figure that was found becomes one that is followed: a topic file is drafted from what its articles say, or one more
figure joins a file."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from processing.figures import event_words, topic_figures
from processing.pipeline.scopes import load_scope, scope_of
from processing.pipeline.surroundings import load_topics
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Work, latest_articles
from processing.store import Batch
from processing.words.calendar import full_months, full_weekdays
from schemas.config import Topic, load_topic, load_yaml
from schemas.errors import UsageError
from schemas.records import Article, Claim, Figure

__all__ = [
    "Followed",
    "as_flow",
    "as_yaml",
    "checked_topic",
    "figure_entry",
    "follow_figure",
    "name_for",
    "plain_name",
]

_MOST_WORDS = 6  # in one group of a topic's `match`


@dataclass(frozen=True, slots=True)
class Followed:
    """The file that was written, its topic, and how many of the figure's claims and articles it takes."""

    path: Path
    topic: Topic
    claims: int
    of_claims: int
    articles: int
    of_articles: int


def name_for(work: Work, figure: Figure) -> str:
    """A name for a figure's topic file, from its title and place: "people-aboard-orlin"; one that no topic has yet."""
    told = f"{figure.title} {figure.place or ''}" if (figure.place or "") not in figure.title else figure.title
    name = plain_name(told)
    return next(n for i in count(1) if (n := name if i == 1 else f"{name}-{i}") not in work.topics)


def plain_name(text: str) -> str:
    """A text as the name of a file or key: small letters, digits, hyphens, at most 50; "figure" where none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-") or "figure"


def _refuse(work: Work, figure: Figure, name: str, topic: str | None) -> None:
    """Raises UsageError where a figure cannot be followed under that name, or not in that topic."""
    if figure.topic:
        raise UsageError(f"figure {figure.id} is followed already, as {figure.topic}/{figure.name}")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise UsageError(f"--name {name!r}: small letters, digits and hyphens only, such as dead or flood-dead")
    if not work.settings.topics:
        raise UsageError("no folder for topic files is named: `topics` is empty in the configuration")
    if topic is not None and topic not in work.topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    if topic is None and name in work.topics:
        raise UsageError(
            f"there is a topic {name!r} already ({work.topics[name].path}); give --topic {name} and another "
            f"--name to add a figure to it"
        )


def follow_figure(work: Work, figure: Figure, name: str, topic: str | None = None) -> tuple[Work, Followed]:
    """Follow a found figure under a name; returns the surroundings with the new topic, whose articles are matched by
    the next step.

    `topic`: the topic file that it joins (one that ships is copied into the user's folder first); None: a file of its
    own of that name. Raises: UsageError where it is followed already, the name is taken or no good one, or the topic
    would not take it."""
    _refuse(work, figure, name, topic)
    claims = [c for id, c in load_scope(work, scope_of(figure)).claims.items() if id in figure.claims]
    articles = sorted(
        latest_articles(work.store, sorted({c.article_key for c in claims})).values(), key=lambda a: a.key
    )
    path = work.settings.topics[0] / f"{topic or name}.yml"
    text = _joined(work.topics[topic], figure, name, claims) if topic else _drafted(figure, name, claims, articles)
    made = checked_topic(text, path)
    matching = {a.key for a in articles if match_topics(a, [made])}
    taken = next(f for f in topic_figures(made, [c for c in claims if c.article_key in matching], []) if f.name == name)
    if not taken.claims:
        raise UsageError(
            f"topic {made.name} would take none of the {len(claims)} claims of {figure.title!r}; follow it in a "
            f"file of its own, without --topic"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf8")
    topics = load_topics(work.settings.topics, shipped=work.settings.ship_topics)
    work.store.apply(Batch(enqueue=[("figures", f"topic:{made.name}"), ("figures", scope_of(figure))]))
    return replace(work, topics=topics), Followed(
        path, topics[made.name], len(taken.claims), len(claims), len(matching), len(articles)
    )


def checked_topic(text: str, path: Path) -> Topic:
    """The topic that a text describes, read as a file would be. Raises ConfigError."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, "utf8")
        return load_topic(draft)


def figure_entry(figure: Figure, claims: Sequence[Claim]) -> dict[str, Any]:
    """A found figure as an entry of a topic file's `figures`. `claims`: of it, at least one (unit, aspect)."""
    made: dict[str, Any] = {"what": list(figure.what), "event": event_words(figure.event, claims)}
    if figure.place:
        made["place"] = figure.place
    if figure.kind:
        made["kind"] = figure.kind
    if figure.unit != "count":
        made["unit"] = figure.unit
    per, aspect = Counter((c.per, c.aspect) for c in claims).most_common(1)[0][0]
    made |= {"per": per, "aspect": aspect if aspect != "level" else None}
    return {**{key: value for key, value in made.items() if value}, "title": figure.title}


def as_flow(data: Any) -> Any:
    """A mapping or list that `as_yaml` writes on one line."""
    made: Any = CommentedMap(data) if isinstance(data, dict) else CommentedSeq(data)
    made.fa.set_flow_style()
    return made


def as_yaml(data: Any) -> str:
    """The text of a file with these data."""
    yaml = YAML(typ="rt")
    yaml.width = 160
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _joined(topic: Topic, figure: Figure, name: str, claims: Sequence[Claim]) -> str:
    """The text of a topic's file with one more figure; its comments stay."""
    data = load_yaml(Path(topic.path))
    if "figures" not in data:
        data["figures"] = {}
    if name in data["figures"]:
        raise UsageError(f"topic {topic.name} has a figure {name!r} already: {topic.path}")
    data["figures"][name] = as_flow(figure_entry(figure, claims))
    return as_yaml(data)


def _drafted(figure: Figure, name: str, claims: Sequence[Claim], articles: Sequence[Article]) -> str:
    texts = [f"{a.title or ''}\n{a.text}" for a in articles]
    groups = [group for group in (_names(figure, texts), _events(figure, claims, texts)) if group]
    if not groups:
        raise UsageError(
            f"figure {figure.id}: its {len(articles)} articles share no words; write a topic file and name it "
            f"with --topic"
        )
    days = [a.published_day for a in articles] + [c.as_of[0] if c.as_of else None for c in claims]
    first = min((day for day in days if day), default=None)
    data: dict[str, Any] = {
        "name": name,
        "title": figure.title[:1].upper() + figure.title[1:],
        "match": [as_flow(group) for group in groups],
    }
    if first is not None:
        data["since"] = first
    window = max(1, figure.window_days)
    data |= {
        "figures": {name: as_flow(figure_entry(figure, claims))},
        "window": f"{window} day{'' if window == 1 else 's'}",
    }
    return (
        f"# Drafted from a figure that was found; look at `match`: an article is on the topic when every "
        f"group hits.\n{as_yaml(data)}"
    )


def _cover(candidates: Iterable[str], texts: Sequence[str]) -> list[str]:
    """The fewest words of which each text has one, the most frequent first; empty where they do not reach all texts."""
    has = {
        word: {i for i, text in enumerate(texts) if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)}
        for word in candidates
    }
    left, chosen = set(range(len(texts))), list[str]()
    while left and len(chosen) < _MOST_WORDS:
        best = min(has, key=lambda word: (-len(has[word] & left), -len(has[word]), -len(word), word), default=None)
        if best is None or not has[best] & left:
            return []
        chosen.append(best)
        left -= has[best]
    return [] if left else chosen


def _names(figure: Figure, texts: Sequence[str]) -> list[str]:
    """Names that hold the articles together: the figure's place where each has it, else the names within sentences that
    most of them share."""
    if figure.place and (place := _cover([figure.place], texts)):
        return place
    found: Counter[str] = Counter()
    for text in texts:
        found.update(set(re.findall(r"(?<=[a-z,] )(?:[A-Z][\w'’-]+)(?: [A-Z][\w'’-]+)*", text)))
    dates = {name.capitalize() for name in (*full_months(), *full_weekdays())}
    return _cover([name for name in found if name not in dates], texts)


def _events(figure: Figure, claims: Sequence[Claim], texts: Sequence[str]) -> list[str]:
    """The words by which the sentences name the event or the thing, as they are written."""
    stems = tuple(
        {
            word.split()[0][:4].casefold()
            for word in (*figure.event, *figure.what, *(c.event or "" for c in claims))
            if word.strip()
        }
    )
    written: Counter[str] = Counter()
    for claim in claims:
        written.update(
            {w.casefold() for w in re.findall(r"[^\W\d_]{3,}", claim.sentence) if w.casefold().startswith(stems)}
        )
    return _cover(written, texts) if stems else []
