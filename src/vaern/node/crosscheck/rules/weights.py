"""The weights by which a country is proposed: data with a version and a validity, one file each. Pure; no Django."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from vaern.node.base.days import in_force_on

FOLDER = Path(__file__).with_name("weights")
WHOLE = 100


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of a hundred points each kind of sign can give.

    Attributes:
        version: what an answer keeps beside its lines.
        valid_from, valid_until: on which days it is used; without an end, `None`.
        note: why they are as they are.
        country: points by the code of the sign.
    """

    version: str
    valid_from: date
    valid_until: date | None
    note: str
    country: dict[str, int]


@cache
def all_weights() -> tuple[Weights, ...]:
    """Return all versions, the earliest first.

    Raises:
        ValueError: a file is not as it has to be; the message names it.
    """
    found = [read(path.read_bytes(), path.name) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(sorted(found, key=lambda weights: weights.valid_from))


def read(text: bytes, name: str) -> Weights:
    """Return the weights of one file.

    Raises:
        ValueError: not in form, or the points are not a hundred.
    """
    try:
        found = msgspec.json.decode(text, type=Weights)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    if sum(found.country.values()) != WHOLE or min(found.country.values()) < 0:
        raise ValueError(f"{name}: the points are {WHOLE} together, and none is below 0")
    return found


def weights_on(day: date) -> Weights:
    """Return the weights that hold on a day: the last that began; before the first, the first."""
    return in_force_on(all_weights(), day)
