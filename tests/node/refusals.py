"""What a rule refuses is told by its code; what a person reads of it is another matter."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
