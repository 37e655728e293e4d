"""Outlet files: those that ship with the program, and those in a user's own folders."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path

from schemas.config import Outlet, load_outlet
from schemas.errors import ConfigError, ConfigProblem, UsageError

__all__ = ["SHIPPED", "load_outlets", "refuse_unknown"]

SHIPPED = Path(__file__).parent / "outlets"


def load_outlets(folders: Iterable[Path], shipped: bool = True) -> dict[str, Outlet]:
    """Outlets by id, from `<folder>/<country>/<name>.yml`; a file in a later folder replaces one of the same id.

    Folders that do not exist are passed over. Raises ConfigError that lists the faults of all files.
    """
    found: dict[str, Outlet] = {}
    problems: list[ConfigProblem] = []
    for folder in [*([SHIPPED] if shipped else []), *folders]:
        for path in sorted(p for p in folder.glob("*/*") if p.suffix in (".yml", ".yaml")):
            try:
                outlet = load_outlet(path)
            except ConfigError as error:
                problems.extend(error.problems)
                continue
            if outlet.country != path.parent.name:
                message = f"{outlet.country!r} does not fit the folder {path.parent.name!r}"
                problems.append(ConfigProblem(str(path), None, "country", message, path.parent.name))
            found[outlet.id] = outlet
    if problems:
        raise ConfigError(problems)
    return dict(sorted(found.items()))


def refuse_unknown(asked: Iterable[str], known: Container[str]) -> None:
    """Raises UsageError that names the ids that are asked for and not known."""
    if unknown := sorted({id for id in asked if id not in known}):
        raise UsageError(
            f"no outlet {', '.join(map(repr, unknown))}; `counterclaim outlets list` names those there are"
        )
