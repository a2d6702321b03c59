"""What is erased each night. Nothing is kept without an end date: an app adds what ends by the clock in `ready()`.

The job that runs it is `operations.jobs.nightly`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NIGHTLY: dict[str, Callable[[], int]] = {}
"""What is erased, by name; each returns how many rows went."""


def each_night(name: str, erase: Callable[[], int]) -> None:
    """Add something that is erased each night.

    Raises:
        ValueError: something else has this name.
    """
    if NIGHTLY.setdefault(name, erase) is not erase:
        raise ValueError(f"two things that are erased are called {name}")
