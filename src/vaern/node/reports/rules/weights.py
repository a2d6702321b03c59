"""The weights of both scores: data with a version and a validity, one file for each in `weights/`. Pure; no Django.

A node may have its own (`VAERN_LAW`); of two valid on a day, the latest to begin applies.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from vaern.node.base.days import in_force_on

FOLDER = Path(__file__).parent.parent / "data" / "weights"
FOLDERS = [FOLDER]
"""Where they lie: the folder of the node's own is added as the app starts."""

WHOLE = 100


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The points that each line can give, out of a hundred.

    Attributes:
        version: stored with a report's scores.
        valid_from, valid_until: first and last day on which it applies; None without an end.
        note: the rationale.
        priority, completeness: points by the code of the line.
        synthetic: made up for a demonstration.
    """

    version: str
    valid_from: date
    valid_until: date | None
    note: str
    priority: dict[str, int]
    completeness: dict[str, int]
    synthetic: bool = False


@cache
def all_weights() -> tuple[Weights, ...]:
    """Return all versions, the earliest first.

    Raises:
        ValueError: a file is not valid; the message names it.
    """
    found = [weights for folder in FOLDERS for weights in in_folder(folder)]
    return tuple(sorted(found, key=lambda weights: weights.valid_from))


def in_folder(folder: Path) -> list[Weights]:
    """Return the weights of one folder, by the names of their files.

    Raises:
        ValueError: a file is not valid; the message names it.
    """
    return [read(path.read_bytes(), path.name) for path in sorted(folder.glob("*.json"))]


def read(text: bytes, name: str) -> Weights:
    """Return the weights of one file.

    Raises:
        ValueError: it is not valid, or the points of a score do not add up to a hundred.
    """
    try:
        found = msgspec.json.decode(text, type=Weights)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    for score in (found.priority, found.completeness):
        if sum(score.values()) != WHOLE or min(score.values()) < 0:
            raise ValueError(f"{name}: the points of each score are {WHOLE} together, and none is below 0")
    return found


def weights_on(day: date) -> Weights:
    """Return the weights for a day: the latest to begin; before the first, the first."""
    return in_force_on(all_weights(), day)
