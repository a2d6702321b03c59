"""Lists on disk that are each test's own, and a node whose list has signed releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.node.lists.house import House

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def lists_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> House:
    settings.RELEASES, settings.RELEASES_KEY = tmp_path / "releases", tmp_path / "keys" / "releases.key"
    settings.SUBSCRIBER_KEYS = tmp_path / "keys"
    return House(tmp_path, settings)
