"""Text made to stop the reader, at 10 and at 80 KB: what eight times as much of it costs.

    python bench/attacks.py [NAME ...] [--country CC]

Prints processor seconds of whole claims at both sizes and their ratio: 8 is linear, 64 would be the square. Which calls
are made is counted by tests/test_claims_linear.py, for the clock may not decide a test."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

__all__ = ["ATTACKS", "make"]

SIZES = (10_000, 80_000)
# what is said over and over: of it a text of any length is made
ATTACKS: dict[str, str] = {
    "numbers": "7 ",
    "dollars": "$1 ",
    "coordinated": "12 and ",
    "listed": "7, ",
    "bracketed": "(7) ",
    "opened": "( 7 ",
    "parts": "5 of the ",
    "shares": "5 per cent ",
    "ranges": "5 to 6 ",
    "dashes": "5-6-",
    "commas": "7,",
    "points": "1.",
    "slashes": "5/",
    "ratios": "2 to 1 ",
    "fractions": "a third of a third of ",
    "bounds": "more than at least about ",
    "spelled": "twenty two thousand and ",
    "hundreds": "hundreds of thousands of ",
    "units": "5 km per hour per ",
    "rates": "5 a day a ",
    "old and new": "from 5 to 6 from ",
    "changes": "rose by 5 fell by ",
    "dates": "on 5 May 2020 in ",
    "years": "2019 2020 ",
    "ages": "Tom Hale, 6, ",
    "names": "Boeing 737 Max ",
    "quotations": "“5 said ",
    "nested": "he said that she said that 5 ",
    "told": "5 killed, he said, ",
    "sources": "according to 5 sources ",
    "labels": "Police: 5 Mayor: ",
    "denied": "not 5 but ",
    "sentences": "The blaze killed 5 men. It burnt 7 homes. ",
    "lines": "5 dead\n",
    "paragraphs": "5 dead\n\n",
    "blanks": " \n",
    "signs": "€£$",
    "capitals": "AB 5 CD ",
    "hyphens": "five-and-a-half-",
    "noun run": "7 fire crew truck ",
}


def make(name: str, size: int) -> str:
    """The attack's text, `size` characters long."""
    said = ATTACKS[name]
    return (said * (size // len(said) + 1))[:size]


def seconds(read: Callable[[str], object], text: str) -> float:
    """Processor time that reading a text takes."""
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def main() -> int:
    """Print the table; 1 where an attack costs more than twice what its length does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--country")
    args = parser.parse_args()
    from processing.claims import read_text

    def read(text: str) -> object:
        return read_text(text, file="attack", country=args.country)

    read("Twelve people died, police said.")
    steep = 0
    print(f"{'attack':<14}" + "".join(f"{size // 1000:>7} KB" for size in SIZES) + f"{'ratio':>8}")
    for name in args.names or ATTACKS:
        small, large = (seconds(read, make(name, size)) for size in SIZES)
        ratio = large / max(small, 0.005)
        steep += ratio > 2 * SIZES[1] / SIZES[0]
        print(f"{name:<14}{small:>10.3f}{large:>10.3f}{ratio:>8.1f}", flush=True)
    return 1 if steep else 0


if __name__ == "__main__":
    sys.exit(main())
