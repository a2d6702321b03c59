"""Registry of silences: apps above this one say whether a case asks for silence about a report or series.

silences.register(is_silenced)      # in the app's `ready()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


class Silence(Protocol):
    """An app's answer."""

    def __call__(self, reports: Collection[UUID], series: Collection[UUID]) -> bool:
        """Return whether nothing may be told that comes of one of these reports or series."""


_SILENCES: list[Silence] = []


def register(silence: Silence) -> None:
    """Register an app's check."""
    if silence not in _SILENCES:
        _SILENCES.append(silence)


def asked(reports: Collection[UUID], series: Collection[UUID]) -> bool:
    """Return whether somebody asks for silence about one of these reports or series."""
    return any(silence(reports, series) for silence in _SILENCES)
