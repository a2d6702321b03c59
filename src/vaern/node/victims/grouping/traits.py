"""Keyed digests of a member's traits: equal for equal cameras and places, and not reversible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vaern.node.base.sealing import keyed

if TYPE_CHECKING:
    from vaern.node.scans.traits import Traits

CELL = 0.003
"""Degrees of latitude of one cell of places: some 330 metres; a cell is about as wide as it is high."""


def camera_key(traits: Traits) -> bytes | None:
    """Return the key of a camera: make and body serial (`scans.traits`) and its model; None if one is not known."""
    if traits.serial_key is None or not traits.make.strip() or not traits.model.strip():
        return None
    return keyed(traits.serial_key + _plain(traits.model).encode(), "series camera")


def camera_text(traits: Traits) -> str:
    """Return what the cross-check compares of a camera: make|model|serial."""
    return "|".join(_plain(part) for part in (traits.make, traits.model, traits.serial))


def place_key(place: tuple[float, float]) -> bytes:
    """Return the key of the cell that a place (degrees north, east) lies in."""
    return keyed(repr(_cell(*place)), "series place")


def _cell(north: float, east: float) -> tuple[int, int, int]:
    """The cell, within a band of whole degrees that share one width."""
    band = round(north)
    width = CELL / math.cos(math.radians(min(abs(band), 89)))
    return band, math.floor(north / CELL), math.floor(((east + 180) % 360) / width)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
