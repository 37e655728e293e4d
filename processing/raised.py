"""What was raised, in one line for people."""

from __future__ import annotations

import traceback
from pathlib import Path

from schemas.errors import CounterclaimError

__all__ = ["one_line"]

_ROOT = Path(__file__).parents[1]
_LONGEST = 400  # characters of what an error says


def one_line(error: BaseException, *, kind: bool = False) -> str:
    """What an error says; of an unknown one also its kind and where in this program it was met. `kind`: the kind of
    known ones too."""
    told = " ".join(str(error).split())[:_LONGEST]
    if isinstance(error, CounterclaimError):
        return f"{type(error).__name__}: {told}" if kind else told
    places = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(_ROOT)]
    where = f" ({Path(places[-1].filename).relative_to(_ROOT)}:{places[-1].lineno})" if places else ""
    return f"{type(error).__name__}{f': {told}' if told else ''}{where}"
