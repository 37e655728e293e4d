"""One step of the pipeline in a process of its own, for being killed: says when it begins, so that whoever kills it hits the step and
not the start of Python. `python -m tests.support.killed_step HOME STEP [FILE]`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from processing.pipeline.ingest import ingest
from processing.pipeline.run import run_step
from processing.pipeline.surroundings import open_work
from schemas.settings import Receiver, Settings

__all__ = ["NOW", "settings"]

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


def settings(home: Path) -> Settings:
    """A desk with one receiver, whose address stands in `DESK_URL`."""
    return Settings(home=home, workers=1, ship_outlets=False, receivers={"desk": Receiver(url_env="DESK_URL")})


def main(home: str, step: str, file: str | None = None) -> int:
    with open_work(settings(Path(home)), now=lambda: NOW) as work:
        print("begins", flush=True)
        counts = ingest(work, [Path(file)]) if file else run_step(work, step)
        return 1 if counts.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
