"""The pictures of README.md: two pages of the sample newsroom in real Chromium, and one chart.

    python -m bench.screenshots [--home FOLDER] [--out docs/images] [--chromium /usr/bin/chromium]

Without `--home` the newsroom is played into a folder of its own first, which takes a minute."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_COMMAND = (sys.executable, "-m", "console.cli")
_FIGURE = "kursk-troops/killed"
_SIZE = {"width": 1100, "height": 720}
_PATIENCE = 60  # seconds until the page must answer


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            subprocess.run([*_COMMAND, "--home", str(home), "demo"], check=True, stdout=subprocess.DEVNULL)
        take(home, given.out, given.chromium)


def take(home: Path, out: Path, chromium: str) -> None:
    """Write today.png, figure.png and chart.svg of a home into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    call = [*_COMMAND, "--home", str(home)]
    subprocess.run([*call, "chart", _FIGURE, "-o", str(out / "chart.svg")], check=True)
    listed = subprocess.run([*call, "figure", "list", "--json"], check=True, capture_output=True, text=True).stdout
    id = next(line for line in listed.splitlines() if '"name":"killed"' in line and "kursk" in line).split('"')[3]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*call, "serve", "--port", str(port), "--read-only"])
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(base)
        _shoot(chromium, {out / "today.png": f"{base}/", out / "figure.png": f"{base}/figures/{id}"})
    finally:
        server.terminate()
        server.wait()


def _wait(address: str) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            urlopen(address).close()
            return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _shoot(chromium: str, pages: dict[Path, str]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        for path, address in pages.items():
            page.goto(address, wait_until="networkidle")
            page.screenshot(path=str(path))
        browser.close()


if __name__ == "__main__":
    main()
