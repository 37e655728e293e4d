"""The units and the crontab for a machine without containers: systemd reads them, and every command in them is one of ours."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import lack
from tests.test_cli import commands

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(p.name for p in DEPLOY.glob("*.service"))
PROGRAM = "/opt/counterclaim/bin/counterclaim"


def test_there_is_a_timer_for_each_job_and_the_document_names_all() -> None:
    assert UNITS == [
        "counterclaim-metrics.service",
        "counterclaim-notify.service",
        "counterclaim-web.service",
        "counterclaim.service",
    ]
    assert {p.stem for p in DEPLOY.glob("*.timer")} == {"counterclaim", "counterclaim-notify"}
    text = (ROOT / "docs" / "deploy.md").read_text("utf8")
    assert [p.name for p in DEPLOY.iterdir() if p.name not in text] == []


@pytest.mark.parametrize("name", UNITS)
def test_systemd_reads_the_units(name: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        lack("systemd", "systemd-analyze is not here: apt-get install systemd")
    for path in DEPLOY.glob(f"{name.removesuffix('.service')}.*"):
        (tmp_path / path.name).write_text(
            path.read_text("utf8").replace(PROGRAM, str(Path(sys.executable).with_name("counterclaim"))), "utf8"
        )
        told = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", tmp_path / path.name], capture_output=True, text=True
        )
        ours = [line for line in told.stderr.splitlines() if str(tmp_path) in line or path.name in line]
        assert (told.returncode, ours) == (0, []), told.stderr


def test_the_crontab_has_times_and_commands() -> None:
    lines = [line for line in (DEPLOY / "crontab").read_text("utf8").splitlines() if re.match(r"[\d*]", line)]
    assert len(lines) == 2
    for line in lines:
        *when, command = line.split(None, 5)
        for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or all(int(n) <= most for n in field.split(",")), line
        assert "%" not in command, "cron takes it for a new line"
        assert subprocess.run(["sh", "-n", "-c", command], capture_output=True).returncode == 0


def test_every_command_is_one_of_ours() -> None:
    known = {tuple(c.split()) for c in commands()}
    found = [
        line
        for p in DEPLOY.iterdir()
        if p.is_file()
        for line in re.findall(rf"{PROGRAM} ([a-z0-9 -]+)", p.read_text("utf8"))
    ]
    assert len(found) == 6
    for line in found:
        words = shlex.split(line)
        assert any(tuple(words[: len(k)]) == k for k in known), line
