"""What goes along with a release of a record, beside the record itself, line by line: other apps say so in a preview.

going_along.register(presenters.along)      # in the app's `ready()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vaern.node.casework.models import Casework


class Along(Protocol):
    """What an app provides."""

    def __call__(self, record: Casework, handling: str) -> list[tuple[str, bool]]:
        """Return each thing in a line, and whether it goes along under this label."""


_ALONG: list[Along] = []


def register(given: Along) -> None:
    """Add what says so; doing it again changes nothing."""
    if given not in _ALONG:
        _ALONG.append(given)


def lines(record: Casework, handling: str) -> list[tuple[str, bool]]:
    """Return all that is said of a record."""
    return [line for given in _ALONG for line in given(record, handling)]
