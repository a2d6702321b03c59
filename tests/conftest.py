"""What every test may ask for, and how long Hypothesis looks for a counterexample."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("VAERN_HYPOTHESIS", "quick"))


MEMORY, ENOUGH = Path("/dev/shm"), 8 * 2**30
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Databases are copied and thrown away all the time: in memory that takes an eighth of what it takes on a disk.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

BEGUN = time.monotonic()

TODAY = os.environ.setdefault("TESTS_DAY", date.today().isoformat())  # noqa: DTZ011 - any day does
"""One day for all processes of a run, also of one that goes on past midnight."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """A run that has to end: `.ci/run` gives the slow tests so long, and what is left then is named as skipped."""
    parser.addoption("--budget", type=float, default=0.0, metavar="SECONDS", help="begin no test after so long")


def has_turn(name: str, number: int, of: int) -> bool:
    """Whether this one of so many has its turn today.

    In `.ci/run`, which sets TESTS_IN_TURNS, each has it once in as many days; by hand and at night all have it.
    """
    if not os.environ.get("TESTS_IN_TURNS"):
        return True
    day = date.fromisoformat(TODAY).toordinal()
    return (day + int(hashlib.sha256(name.encode()).hexdigest(), 16)) % of == number % of


def _not_today(items: list[pytest.Item]) -> set[pytest.Item]:
    """Return those variants of one test, marked `turns`, that do not have their turn today."""
    variants: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("turns"):
            variants.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return {
        one
        for name, found in variants.items()
        for number, one in enumerate(sorted(found, key=lambda item: item.nodeid))
        if not has_turn(name, number, len(found))
    }


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks for a started node."""
    if "fresh" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.once)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take what has its turn; and where time may not be enough for all, begin every day with other files."""
    if os.environ.get("TESTS_IN_TURNS"):
        waiting = _not_today(items)
        items[:] = [item for item in items if item not in waiting]
        config.hook.pytest_deselected(items=list(waiting))
    if config.getoption("--budget"):
        items.sort(key=lambda item: hashlib.sha256(f"{TODAY} {item.path.relative_to(ROOT)}".encode()).digest())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Look for no garbage while tests are collected: what is made then lives to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Let the garbage collector forget what lives to the end: ten thousand tests, and all modules that they use."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin no test after the budget."""
    budget = item.config.getoption("--budget")
    if budget and time.monotonic() - BEGUN > budget:
        pytest.skip(f"the {budget:.0f} seconds of this run are over")


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of other people's test data, which lies beside this repository and is not part of it."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        missing(f"no published vectors at {folder}")
    return folder


def missing(what: str) -> NoReturn:
    """Skip a test for what this machine lacks; in CI, where nothing may be lacking unseen, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI has to have it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def foreign() -> Callable[..., Path]:
    """Find a program of other people's by its name: of `make conformance-setup`, or of the system.

    `foreign("python", "xarf")` is the Python that has that package.
    """

    def find(name: str, package: str = "") -> Path:
        installed = ROOT / ".conformance" / "bin" / name
        found = installed if installed.exists() else shutil.which(name)
        if found and (not package or imports(Path(found), package)):
            return Path(found)
        missing(f"{package or name} is not installed (make conformance-setup, or apt-get install, brings it)")

    return find


def imports(python: Path, package: str) -> bool:
    """Whether a Python can import a package."""
    return not subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def media() -> Path:
    """The folder of benign test media: `make media` fills it."""
    folder = Path(os.environ.get("VAERN_MEDIA") or ROOT / ".media")
    if not folder.is_dir():
        pytest.skip(f"no test media at {folder}: run `make media`")
    return folder
