"""Licences of everything that an installation pulls in; one that forbids commercial use, or that nobody knows, fails.

python bench/licences.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

ALLOWED = re.compile(
    r"apache|mit|bsd|isc|mpl|mozilla|python software foundation|psf|zlib|unlicense|public "
    r"domain|cc0|lgpl|lesser general|hpnd|cnri|zpl"
    r"|gpl.*linking exception|artistic",
    re.IGNORECASE,
)
# Looked up by hand: packages whose metadata name no licence, with what their files say.
KNOWN: dict[str, str] = {"axe-playwright-python": "MIT"}  # its licences/LICENSE
# Copyleft used as separate programs or only while developing, never linked into what ships.
TOOLS: dict[str, str] = {}


def main() -> int:
    """Print what is not allowed; 1 where there is any."""
    told = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    bad, seen = [], 0
    for package in json.loads(told):
        name, licence = package["Name"], package["License"]
        seen += 1
        if name == "counterclaim" or name in TOOLS or ALLOWED.search(KNOWN.get(name, licence)):
            continue
        bad.append(f"{name} {package['Version']}: {licence}")
    print(
        f"{seen} packages; "
        + ("all under licences that allow what we do" if not bad else "not allowed or unknown:\n  " + "\n  ".join(bad))
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
