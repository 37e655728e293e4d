"""`claims`, `figures` and `clean` given files: no store, one JSON object a line, the fixed interfaces for other
programs."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from schemas.errors import IngestError, ItemError, UsageError
from schemas.records import Claim, Reading

__all__ = [
    "CLAIM_FIELDS",
    "claim_object",
    "clean_files",
    "figure_objects",
    "read_articles",
    "read_files",
    "read_url_map",
]

CLAIM_FIELDS = (
    "id",
    "start",
    "end",
    "text",
    "low",
    "high",
    "low_open",
    "high_open",
    "approx",
    "unit",
    "per",
    "aspect",
    "what",
    "what_head",
    "event",
    "place",
    "source",
    "source_head",
    "source_id",
    "source_status",
    "relay",
    "stance",
    "hedged",
    "correction",
    "part_of",
    "same_as",
    "as_of",
    "as_of_guess",
    "period",
    "sentence",
)


def read_files(
    paths: Iterable[Path], *, published: datetime | None = None, outlet: str | None = None, country: str | None = None
) -> Iterator[tuple[Path, str, Reading] | ItemError]:
    """Each plain text file with its reading; a file that cannot be read comes as an error, and the rest goes on."""
    from processing.claims import read_text
    from processing.claims.document.document import LONGEST_TEXT
    from processing.figures import resolve_sources

    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            yield ItemError(str(path), f"cannot be read: {error.strerror}", "unreadable")
            continue
        except UnicodeDecodeError as error:
            yield ItemError(
                str(path), f"is not UTF-8 text: byte {error.start} is 0x{error.object[error.start]:02x}", "encoding"
            )
            continue
        if len(text) > LONGEST_TEXT:
            yield ItemError(
                str(path),
                f"has {len(text):,} characters; at most {LONGEST_TEXT:,} are read at once: split it into articles",
                "too_long",
            )
            continue
        reading = read_text(text, file=str(path), published=published, outlet=outlet, country=country)
        ids = resolve_sources(list(reading.claims), [])
        yield path, text, _with_sources(reading, ids)


def _with_sources(reading: Reading, ids: dict[str, Any]) -> Reading:
    from dataclasses import replace

    return replace(reading, claims=tuple(replace(c, source_id=ids.get(c.id, c.source_id)) for c in reading.claims))


def claim_object(path: Path | str, claim: Claim) -> dict[str, Any]:
    """A claim as the fixed interface prints it; `source` and `source_head` are null where the outlet speaks."""
    shown = {name: getattr(claim, name) for name in CLAIM_FIELDS}
    if claim.source_status == "outlet":
        shown["source"] = shown["source_head"] = None
    return {"file": str(path), **shown}


def read_articles(path: Path) -> Iterator[dict[str, Any] | ItemError]:
    """Articles of a JSON lines file (gzip too): {id, url, outlet, published, title, text}; bad lines as errors with
    their number.

    Raises: UsageError where the file cannot be opened.
    """
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _article(line, f"{path}:{number}")
    except gzip.BadGzipFile as error:
        yield IngestError(str(path), f"is broken gzip: {error}", "gzip")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error


def _article(line: bytes, place: str) -> dict[str, Any] | ItemError:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return IngestError(place, f"is not JSON: {error}", "json")
    if not isinstance(data, dict):
        return IngestError(place, "is not a JSON object", "shape")
    if not isinstance(data.get("text"), str) or not data["text"].strip():
        return IngestError(place, "has no text", "shape")
    if data.get("id") is None:
        return IngestError(place, "has no id", "shape")
    for key in ("url", "outlet", "published", "title"):
        if data.get(key) is not None and not isinstance(data[key], str):
            return IngestError(place, f"{key} must be text, not {type(data[key]).__name__}", "shape")
    if data.get("published"):
        try:
            datetime.fromisoformat(data["published"].replace("Z", "+00:00"))
        except ValueError:
            return IngestError(place, f"published {data['published']!r} is no ISO 8601 date or time", "shape")
    return data


def figure_objects(
    articles: list[dict[str, Any]], *, topics: Iterable[Any] = (), one_story: bool = False
) -> list[dict[str, Any]]:
    """The objects of the fixed `figures` interface for articles in memory."""
    from processing.pipeline.archive import read_archive

    return read_archive(articles, topics=tuple(topics), one_story=one_story)


def read_url_map(path: Path) -> dict[str, str]:
    """Addresses of saved pages: a JSON object of file name to address, or to an object with a `url`. Raises
    UsageError."""
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path}: is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise UsageError(f"{path}: must be a JSON object of file names to addresses")
    return {
        name: url
        for name, entry in data.items()
        if isinstance(url := entry.get("url") if isinstance(entry, dict) else entry, str)
    }


def clean_files(
    paths: Iterable[Path], *, url: str | None = None, urls: dict[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """Each saved page as the fixed `clean` interface prints it; `reason` says why there is no article."""
    from processing.clean import clean_file

    for path in paths:
        yield clean_file(
            path, url=(urls or {}).get(path.name) or (urls or {}).get(path.name.removesuffix(".gz")) or url
        )
