"""What the tests of hashing share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hashing.pictures import landscape

if TYPE_CHECKING:
    from PIL import Image


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    return landscape()
