"""Running nodes: one for those tests that only ask it things, and copies of it for those that break it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.node import prepared
from tests.node.operations.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Not pytest's own folder: as root, the database's user must be let through, and pytest closes that anew."""
    with tempfile.TemporaryDirectory(prefix="vaern-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def fresh(folder: Path) -> Path:
    """A node that was started once and stopped: the folder that others copy."""
    return copied(prepared.started(begin), folder / "fresh")


def begin(home: Path) -> None:
    """Start a node here, and stop it."""
    made = Node(home)
    try:
        made.start()
        assert made.stop() == 0, made.log.read_text()
    finally:
        made.clean_up()


def copied(source: Path, home: Path) -> Path:
    subprocess.run(["cp", "-a", source, home], check=True)
    return home


@pytest.fixture(scope="session")
def node(folder: Path, fresh: Path) -> Iterator[Node]:
    """Shared: whoever stops it or its processes takes `own_node`."""
    made = Node(copied(fresh, folder / "shared"), VAERN_METRICS_TOKEN=TOKEN)
    try:
        made.start()
        yield made
    finally:
        made.clean_up()


@pytest.fixture
def own_node(folder: Path, fresh: Path) -> Iterator[Node]:
    made = Node(copied(fresh, Path(tempfile.mkdtemp(dir=folder)) / "home"))
    try:
        yield made
    finally:
        made.clean_up()
