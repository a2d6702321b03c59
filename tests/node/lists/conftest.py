"""A node whose list has signed releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.node.lists.house import House

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> House:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"
    settings.RELEASES, settings.RELEASES_KEY = tmp_path / "releases", tmp_path / "keys" / "releases.key"
    return House(tmp_path, settings)
