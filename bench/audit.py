"""Known weaknesses of every package in the locks: what `make`, the developers and the image install.

python bench/audit.py    ends with 1 where there are any; where the database of advisories cannot be had, a line says so
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["LOCKS", "main", "read_answer"]

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("deploy/desk.txt", "deploy/developer.txt", "deploy/requirements.txt")
_SECONDS = 300
# Looked at by hand: an advisory that does not touch what we do, and why.
PASSED: dict[str, str] = {}


def read_answer(told: str) -> tuple[int, int, list[str]]:
    """How many packages pip-audit's JSON names, how many of them the database knew, and a sentence on each weakness.
    Raises ValueError where it is none."""
    answer: dict[str, Any] = json.loads(told)
    packages = answer["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    found = [
        f"{package['name']} {package['version']}: {fault['id']}, "
        f"mended in {', '.join(fault['fix_versions']) or 'none yet'}"
        for package in known
        for fault in package["vulns"]
        if fault["id"] not in PASSED
    ]
    return len(packages), len(known), found


def main() -> int:
    """Print what is known; 1 where there is any."""
    found: set[str] = set()
    for lock in LOCKS:
        command = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=10"]
        command += ["--require-hashes", "--disable-pip", "--requirement", lock]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS)
            total, known, faults = read_answer(done.stdout)
            found.update(faults)
            if known < total:
                print(
                    f"{lock}: {total - known} of {total} packages not audited: the database of advisories was not had"
                )
        except subprocess.TimeoutExpired:
            print(f"{lock}: not audited, the database of advisories gave no answer within {_SECONDS} s")
        except ValueError:
            reason = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1][:200]
            print(f"{lock}: not audited, the database of advisories cannot be had here: {reason}")
    print("\n".join(sorted(found)) if found else "no weakness is known of what could be audited")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
