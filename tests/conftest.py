"""What all tests share: no settings from outside, and parts that must not be skipped where they are required."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REQUIRED = os.environ.get("COUNTERCLAIM_REQUIRE", "").split()
EVAL = Path(os.environ.get("COUNTERCLAIM_EVAL") or Path(__file__).parents[1] / "../shared/eval").resolve()


def lack(part: str, message: str) -> None:
    """Skip a test whose part is missing here, or fail it where COUNTERCLAIM_REQUIRE names the part."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here: {message}")
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _settings_from_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("COUNTERCLAIM_") and name not in ("COUNTERCLAIM_EVAL", "COUNTERCLAIM_REQUIRE"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def eval_folder() -> Path:
    """The evaluation data beside the project, or where COUNTERCLAIM_EVAL says."""
    if not (EVAL / "score").is_dir():
        lack("eval", f"no evaluation data at {EVAL}; set COUNTERCLAIM_EVAL to its folder")
    return EVAL
