"""Each test begins with nothing counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    from vaern.node.web.places import PLACES

    PLACES.forget()
    yield
    PLACES.forget()
