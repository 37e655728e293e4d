"""A real Chromium, driven by Playwright, for tests of what people click and type."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["DESKTOP", "PHONE", "browser", "new_page"]

DESKTOP = (1280, 800)
PHONE = (390, 844)


def program() -> str | None:
    """Where Chromium is installed (Debian: `apt-get install chromium`); None where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window. Its driver holds an event loop: it is ended before tests that run their own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def new_page(
    started: Browser,
    origin: str,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    scripts: bool = True,
    heedless: bool = False,
) -> Iterator[Page]:
    """A page of the site at `origin`; what its console and its policy complain of fails the test at the end,
    but for a `heedless` one."""
    faults: list[str] = []
    context = started.new_context(
        base_url=origin,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" and "status of" not in m.text else None)
    page.set_default_timeout(30_000)
    yield page
    context.close()
    assert heedless or faults == []
