"""A disk that is really full, at many sizes: a sentence each time, nothing lost, and with room again the same as without the trouble."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import lack
from tests.test_end_to_end import COMMAND, call, contents, same, undisturbed, write_articles

SAID = re.compile(
    r"(no space left|disk is full|database or disk is full|file system is full|needs? (?:more )?room|no room)",
    re.IGNORECASE,
)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system in memory whose size a test decides."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        lack("mount", "a disk of a given size needs root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "counterclaim-test", str(folder)], capture_output=True, text=True
    )
    if made.returncode:
        lack("mount", f"no disk of a given size can be made: {made.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}k", str(disk)], check=True)


def try_on(home: Path, *args: object) -> bool:
    """Whether the command went through; where it did not, it said why in a sentence."""
    done = subprocess.run(
        [COMMAND, "--home", home, *map(str, args)], cwd=home.parent, capture_output=True, text=True, timeout=600
    )
    if done.returncode == 0:
        return True
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert SAID.search(done.stderr), done.stderr
    return False


@pytest.mark.soak
def test_a_disk_that_is_full_at_any_moment(tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    write_articles(file, 25)
    expected, _ = undisturbed(tmp_path, file)
    with small_disk(tmp_path / "disk") as disk:
        home, failed = disk / "home", 0
        for size in (60, 200, 330):  # KB that are there when the file comes in, and more when it is worked on
            resize(disk, size)
            failed += not try_on(home, "ingest", file)
        resize(disk, 200_000)
        call(home, "ingest", file)
        used = int(subprocess.run(["du", "-sk", disk], check=True, capture_output=True, text=True).stdout.split()[0])
        for more in (0, 150, 300, 500, 800):
            resize(disk, used + more)
            failed += not try_on(home, "run", "--no-fetch")
        assert failed >= 4
        resize(disk, 400_000)
        call(home, "run", "--no-fetch", codes=(0, 1))
        same(contents(home), expected)
