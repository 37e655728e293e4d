"""Shapes of what people write: outlet files, topic files, counterclaim.toml. Unknown keys and wrong values are errors.

Every loader collects all faults of a file and raises one `ConfigError` whose problems name file, line, key and what was
allowed.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from schemas.errors import ConfigError, ConfigProblem
from schemas.records import Grade, SourceType

__all__ = [
    "Expect",
    "Outlet",
    "Section",
    "SourceSpec",
    "Topic",
    "TopicFigure",
    "fault_message",
    "load_outlet",
    "load_topic",
    "load_yaml",
]

M = TypeVar("M", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _http_url(value: str) -> str:
    try:
        named = urlsplit(value).hostname  # a bracket that nothing closes: ValueError
    except ValueError:
        named = None
    if not named or not re.match(r"https?://[^\s/]+", value):
        raise ValueError(f"{value!r} is not an http or https address")
    return value


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zone_names():
        raise ValueError(f"{value!r} is not an IANA time zone, such as Europe/London")
    return value


def _days(value: Any) -> Any:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+)\s*(?:d|days?)", value.strip())):
        return int(match.group(1))
    return value


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_http_url)]
Pattern = Annotated[str, AfterValidator(_regex)]
Days = Annotated[int, BeforeValidator(_days), Field(ge=0, le=3660)]
Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Section(_Strict):
    """A section page: its address, which links on it are articles, and how the next (older) page is found."""

    url: Url
    links: Pattern | None = None  # regular expression on the absolute address of a link
    next: str | None = None  # CSS selector of the link to the next page, or an address with {page}
    pages: int = Field(1, ge=1, le=200)  # at most so many pages when paging back


class Expect(_Strict):
    """What an outlet is expected to give; less is an alarm."""

    articles_per_day: int = Field(1, ge=0)
    silent_days: int = Field(2, ge=1)


class Outlet(_Strict):
    """One outlet file. `id` is `<country>/<file name>`, given by the loader."""

    id: str = ""
    path: str = ""
    name: str
    country: str = Field(pattern=r"^[a-z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2}$")
    timezone: Annotated[str, AfterValidator(_zone)]
    kind: Literal["newspaper", "broadcaster", "agency", "state_agency", "tabloid", "regional", "online", "other"] = (
        "newspaper"
    )
    home: Url
    feeds: tuple[Url, ...] = ()
    sitemaps: tuple[Url, ...] = ()
    sections: tuple[Section, ...] = ()
    allow: tuple[Pattern, ...] = ()  # an article's address must match one of these, where given
    deny: tuple[Pattern, ...] = ()
    aliases: tuple[str, ...] = ()  # other names of the outlet in texts ("the Beeb")
    hints: dict[Literal["title", "authors", "published", "body", "remove"], str] = Field(
        default_factory=dict
    )  # XPath or CSS
    delay: float = Field(1.0, ge=0, le=60)  # seconds between two requests
    expect: Expect = Expect()
    verified: date | Literal["never"] = "never"
    seen: str | None = None  # where a feed's or sitemap's address was seen
    spider: str | None = None  # dotted name of a spider class, where YAML cannot say it

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's time zone."""
        return ZoneInfo(self.timezone)

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Outlet:
        if not (self.feeds or self.sitemaps or self.sections):
            raise ValueError("needs at least one of feeds, sitemaps, sections")
        return self


class SourceSpec(_Strict):
    """Names that mean one source."""

    names: Words
    type: SourceType | None = None
    grade: Grade | None = None


class TopicFigure(_Strict):
    """A figure that somebody follows: head words of what is counted, lemmas of the event, place, kind, links."""

    what: Words = ()
    event: Words = ()
    place: str | None = None
    kind: Literal["cumulative", "level", "event"] = "cumulative"
    part_of: str | None = None
    same_thing: str | None = None
    unit: str = "count"
    per: str | None = None  # "day" of vehicles a day
    aspect: Literal["level", "change"] = "level"
    title: str | None = None
    not_words: Words = ()  # a claim whose sentence has one of these is not of this figure


class Topic(_Strict):
    """One topic file."""

    path: str = ""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    match: tuple[Words, ...] = Field(min_length=1)
    since: date | None = None
    breaking: bool = False  # asked for every hour, in feeds
    sources: dict[str, SourceSpec] = Field(default_factory=dict)
    figures: dict[str, TopicFigure] = Field(default_factory=dict)
    window: Days = 3
    jump: float = Field(2.0, gt=1)
    notify: Words = ()
    min_outlets: int = Field(1, ge=1)
    severity: Literal["high", "low"] = "low"  # the least severity that is sent

    @model_validator(mode="after")
    def _links_exist(self) -> Topic:
        for name, figure in self.figures.items():
            if figure.part_of is not None and figure.part_of not in self.figures:
                raise ValueError(
                    f"figures.{name}.part_of: no figure {figure.part_of!r} in this topic; there are "
                    f"{', '.join(self.figures)}"
                )
        return self


def load_yaml(path: Path) -> CommentedMap:
    """The mapping in a YAML file, with line numbers kept. Raises ConfigError where it is no YAML mapping."""
    try:
        text = path.read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [ConfigProblem(str(path), None, "", f"cannot be read: {getattr(error, 'strerror', None) or error}")]
        ) from error
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(
            [
                ConfigProblem(
                    str(path), mark.line + 1 if mark else None, "", f"is not YAML: {error.problem or error.context}"
                )
            ]
        ) from error
    except YAMLError as error:
        raise ConfigError([ConfigProblem(str(path), None, "", f"is not YAML: {str(error).splitlines()[0]}")]) from error
    if not isinstance(data, CommentedMap):
        raise ConfigError([ConfigProblem(str(path), 1, "", "must be a mapping of keys to values")])
    return data


def _line(data: Any, loc: tuple[Any, ...]) -> int | None:
    """Line (from 1) of the deepest part of `loc` that the file has."""
    line = None
    for key in loc:
        try:
            if isinstance(data, CommentedMap) and key in data:
                line = data.lc.key(key)[0] + 1
            elif isinstance(data, CommentedSeq) and isinstance(key, int) and key < len(data):
                line = data.lc.item(key)[0] + 1
            else:
                break
            data = data[key]
        except (KeyError, TypeError, AttributeError):
            break
    return line


def fault_message(fault: Any) -> str:
    """What is wrong, with the value where it is short: "Input should be a valid number, not 'abc'"."""
    if fault["type"] == "extra_forbidden":
        return "unknown key"
    text: str = fault["msg"].removeprefix("Value error, ")
    given = fault.get("input")
    return (
        f"{text}, not {given!r}"
        if isinstance(given, str | int | float) and repr(given) not in text and len(repr(given)) <= 80
        else text
    )


def _allowed(model: type[BaseModel], error: Any) -> str:
    if error["type"] == "extra_forbidden":
        current: Any = model
        for key in error["loc"][:-1]:
            fields = getattr(current, "model_fields", None)
            if fields is None or key not in fields:
                break
            current = next((c for c in _classes(fields[key].annotation)), None)
        fields = getattr(current, "model_fields", {})
        return ", ".join(name for name in fields if name not in ("id", "path"))
    return ""


def _classes(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [c for part in getattr(annotation, "__args__", ()) for c in _classes(part)]


def validate(model: type[M], data: CommentedMap, path: Path, /, **given: Any) -> M:
    """The model that the mapping describes. Raises ConfigError that lists every fault with its line."""
    for key in given:
        if key in data:
            raise ConfigError([ConfigProblem(str(path), _line(data, (key,)), key, "is not a key of this file")])
    try:
        return model.model_validate({**_plain(data), **given})
    except ValidationError as error:
        problems = []
        for fault in error.errors():
            loc = tuple(k for k in fault["loc"])
            key = ".".join(str(k) for k in loc)
            problems.append(
                ConfigProblem(str(path), _line(data, loc), key, fault_message(fault), _allowed(model, fault))
            )
        raise ConfigError(problems) from error


def _plain(data: Any) -> Any:
    if isinstance(data, CommentedMap):
        return {str(k): _plain(v) for k, v in data.items()}
    if isinstance(data, CommentedSeq):
        return tuple(_plain(v) for v in data)
    return data


def load_outlet(path: Path) -> Outlet:
    """The outlet that a YAML file describes; its id is `<folder>/<stem>`. Raises ConfigError."""
    return validate(Outlet, load_yaml(path), path, id=f"{path.parent.name}/{path.stem}", path=str(path))


def load_topic(path: Path) -> Topic:
    """The topic that a YAML file describes. Raises ConfigError."""
    return validate(Topic, load_yaml(path), path, path=str(path))
