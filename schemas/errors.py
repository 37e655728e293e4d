"""The error tree. Every error a user can meet is one of these; all else is a defect.

CounterclaimError
├── ConfigError          a configuration, outlet or topic file is wrong (exit 2)
├── UsageError           a command was called wrongly (exit 2)
├── ItemError            one page, article, record or outlet failed; the batch goes on (exit 1)
│   ├── PageError        a page cannot be read as an article
│   ├── IngestError      a record of an ingested file is bad
│   └── FetchError       an outlet could not be fetched
├── StoreError           the store cannot do what was asked (exit 1)
│   ├── StoreNotFound    no record with that id
│   ├── StoreConflict    the record was changed by somebody else meanwhile
│   ├── StoreLocked      another pipeline run holds the store
│   ├── StoreFull        the disk (or index) is full or read-only
│   ├── StoreRejected    the store refuses a record for what it holds; others can be written
│   └── StoreVersion     the store was written by a newer counterclaim
├── MachineError         this machine lacks what a step needs: room, memory, a program (exit 1)
├── RunStopped           a step stopped the run, or nothing could be fetched (exit 3)
└── DeliveryError        a notice could not be delivered
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "ConfigError",
    "ConfigProblem",
    "CounterclaimError",
    "DeliveryError",
    "FetchError",
    "IngestError",
    "ItemError",
    "MachineError",
    "PageError",
    "RunStopped",
    "StoreConflict",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreNotFound",
    "StoreRejected",
    "StoreVersion",
    "UsageError",
]


class CounterclaimError(Exception):
    """Root of all known errors. `exit_code` is what the command line ends with."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong in a configuration file.

    `line` counts from 1 and is None where the file has no such place (a missing file).
    `allowed` says what would have been right, empty where that is not a list.
    """

    path: str
    line: int | None
    key: str
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        tail = f" (allowed: {self.allowed})" if self.allowed else ""
        return f"{place}: {self.key}: {self.message}{tail}" if self.key else f"{place}: {self.message}{tail}"


class ConfigError(CounterclaimError):
    """A configuration, outlet or topic file is wrong. `problems` lists every fault found, not only the first."""

    exit_code = 2

    def __init__(self, problems: list[ConfigProblem] | str):
        self.problems = [ConfigProblem("", None, "", problems)] if isinstance(problems, str) else problems
        super().__init__("\n".join(str(p) if p.path else p.message for p in self.problems))


class UsageError(CounterclaimError):
    """A command was called with arguments that make no sense together."""

    exit_code = 2


class RunStopped(CounterclaimError):
    """A step stopped the run, or nothing at all could be fetched: more than some item or outlet."""

    exit_code = 3


@dataclass
class ItemError(CounterclaimError):
    """One item failed. `item` names it (URL, file, file:line, outlet); `reason` says why in one line."""

    item: str
    reason: str
    code: str = field(default="failed")

    def __str__(self) -> str:
        return f"{self.item}: {self.reason}"


class PageError(ItemError):
    """A page cannot be read as an article."""


class IngestError(ItemError):
    """A record of an ingested file is bad."""


class FetchError(ItemError):
    """An outlet could not be fetched."""


class StoreError(CounterclaimError):
    """The store cannot do what was asked. The engine's own error is the cause."""


class StoreNotFound(StoreError):
    """No record with that id."""


class StoreConflict(StoreError):
    """The record was changed by somebody else since it was read."""


class StoreLocked(StoreError):
    """Another pipeline run holds the store, or a writer did not come free in time."""


class StoreFull(StoreError):
    """The disk or index is full, or was made read-only."""


class StoreRejected(StoreError):
    """The store refuses a record for what it holds (too long, of another shape); other records can be written."""


class StoreVersion(StoreError):
    """The store was written by a newer version, or is not a counterclaim store."""


class MachineError(CounterclaimError):
    """This machine lacks what a step needs: room on the disk, memory, a program that starts."""


class DeliveryError(CounterclaimError):
    """A notice could not be delivered to its receiver."""
