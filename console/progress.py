"""Progress of a run on standard error: bars on a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from console.app import say

__all__ = ["steps_shown"]

Report = Callable[[str, int, int], None]


@contextmanager
def steps_shown(title: str = "") -> Iterator[Report]:
    """A `report(step, done, total)` that draws; the bars vanish when all is done, and begin anew when a step does."""
    if not say.is_terminal:
        yield lambda step, done, total: None
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(bar_width=40), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True) as progress:
        if title:
            progress.console.print(title, style="bold")
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step in tasks and not done and progress.tasks[progress.task_ids.index(tasks[step])].completed:
                for task in tasks.values():
                    progress.remove_task(task)
                tasks.clear()
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total or None)
            progress.update(tasks[step], completed=done, total=max(total, done))

        yield report
