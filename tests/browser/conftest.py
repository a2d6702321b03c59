"""Debian's Chromium, once a process: for the report page and for the pages of a node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SHELL, WHOLE = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
CHROMIUM = SHELL if SHELL.exists() else WHOLE
"""Without the shell's window, tab strip and menus, which nobody sees here, the same engine needs a third less."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(trylast=True)  # when those that are not wanted are gone
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin each process with a part of the tour of all pages, which takes as long as all others together."""
    tours = [item for item in items if getattr(item, "originalname", "") == "test_every_page"]
    wanted = [item for item in items if item not in tours]
    for number, tour in enumerate(tours):
        wanted.insert(number * len(items) // len(tours), tour)
    items[:] = wanted


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing(f"no Chromium at {CHROMIUM} (apt-get install chromium-headless-shell, or chromium, brings it)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
