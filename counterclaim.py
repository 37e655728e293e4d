"""Counterclaim in a notebook or a program of your own: texts in, claims and contradictions out.

>>> import counterclaim
>>> claims = counterclaim.read("Police said 12 people were killed. The union says at least 19 died.")
>>> [(claim.source, claim.low, claim.high, claim.what) for claim in claims]
[('Police', 12.0, 12.0, 'people'), ('The union', 19.0, None, 'people')]

Everything that the command line does is built of the same parts; what the words mean is told in docs/figures.md.
`read`, `figures` and `clean` need no store and no network; `open_store` opens one that `counterclaim run` keeps.
`read` and `figures` give `Rows`: a sequence, which `.to_frame()` makes a pandas DataFrame
(`pip install 'counterclaim[notebook]'`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    import pandas

    from processing.store import Store
    from schemas.records import Claim

__all__ = ["Rows", "clean", "figures", "open_store", "read", "version"]

T = TypeVar("T")


class Rows(Sequence[T], Generic[T]):
    """What was read, in text order: records (`read`) or mappings (`figures`, `clean`)."""

    def __init__(self, rows: Iterable[T]) -> None:
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Rows[T]: ...
    def __getitem__(self, index: int | slice) -> T | Rows[T]:
        return Rows(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"Rows({list(self._rows)!r})"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a dict."""
        return [_as_dict(row) for row in self._rows]

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame, one line a row. Raises ModuleNotFoundError, saying what to install, where there is no pandas."""
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("to_frame() needs pandas: pip install 'counterclaim[notebook]'") from error
        return pandas.DataFrame(self.to_dicts())


def _as_dict(row: Any) -> dict[str, Any]:
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)


def read(
    text: str,
    *,
    published: datetime | None = None,
    outlet: str | None = None,
    country: str | None = None,
    name: str = "text",
) -> Rows[Claim]:
    """The figure claims of an English text: who says how many of what (`schemas.records.Claim`, one a number).

    `text`: plain text; blank lines part paragraphs, lines may be hard-wrapped, the first may be the headline.
    `published`: from which "yesterday" is counted. `outlet`: who is cited where nobody else is. `country`: two letters;
    whose dollar a bare $ is. `name`: part of the claims' ids. A text without claims gives no rows.

    >>> import counterclaim
    >>> counterclaim.read("About 300 jobs will go.", country="gb")[0].approx
    'about'
    """
    from processing.claims import read_text

    return Rows(read_text(text, file=name, published=published, outlet=outlet, country=country).claims)


def figures(articles: Iterable[Mapping[str, Any]], *, one_story: bool = False) -> Rows[dict[str, Any]]:
    """Which numbers of several outlets are one figure, and which clash: the objects of `counterclaim figures --json`.

    `articles`: mappings with `id`, `text`, and where known `outlet`, `published` (ISO date or date-time), `title`,
    `url`. `one_story`: take all as articles on one event, whatever they say. Raises KeyError
    where an article has no id or text.

    >>> import counterclaim
    >>> found = counterclaim.figures([
    ...     {"id": 1, "published": "2025-01-07", "text": "The quake killed 126 people, police said."},
    ...     {"id": 2, "published": "2025-01-07", "text": "The quake killed 95 people, rescuers said."},
    ... ], one_story=True)
    >>> sorted(mention["low"] for mention in found[0]["mentions"])
    [95.0, 126.0]
    """
    from processing.pipeline.archive import read_archive

    return Rows(read_archive(articles, one_story=one_story))


def clean(page: str | Path, *, url: str | None = None) -> dict[str, Any]:
    """A saved page (HTML, gzip too) as title, text, authors, time: the object of `counterclaim clean --json`.

    `url`: where it was fetched, from which its own address and language follow. `text` is None where the page holds no
    article or cannot be read, and `reason` says why."""
    from processing.clean import clean_file

    return clean_file(Path(page), url=url)


def open_store(url: str) -> Store:
    """The store of a home: `sqlite:PATH` or `https://HOST:9200`; `store.find(Claim)` gives its records.

    Raises: ConfigError for other addresses, StoreError where it cannot be opened."""
    from processing.store import open_store as opened

    return opened(url)


def version() -> str:
    """The version that is installed, as "0.2.0"."""
    return metadata.version("counterclaim")
