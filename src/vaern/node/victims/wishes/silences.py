"""Who asks for silence about a report or a series: an app above this one says whether a case of theirs does.

silences.register(is_silenced)      # in the app's `ready()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


class Silence(Protocol):
    """What an app says."""

    def __call__(self, reports: Collection[UUID], series: Collection[UUID]) -> bool:
        """Return whether nothing may be told that comes of one of these reports or series."""


_SILENCES: list[Silence] = []


def register(silence: Silence) -> None:
    """Let somebody ask for silence."""
    if silence not in _SILENCES:
        _SILENCES.append(silence)


def asked(reports: Collection[UUID], series: Collection[UUID]) -> bool:
    """Return whether somebody asks for silence about one of these reports or series."""
    return any(silence(reports, series) for silence in _SILENCES)
