"""The weights of clues: data with a version and a validity, one file each in `weights/`. Pure; no Django."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from vaern.node.base.days import in_force_on
from vaern.node.victims.rules.clues import ClueKind, Confidence, Nature

FOLDER = Path(__file__).with_name("weights")
WHOLE = 100


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a clue can say for or against a country.

    Attributes:
        version: what a hypothesis keeps beside its points.
        valid_from, valid_until: on which days clues are weighed with it; without an end, `None`.
        note: why they are as they are.
        kinds: points of a fact of each kind of which somebody is quite sure.
        confidence: per cent of these by how sure whoever wrote it is; the numbers that the words stand for.
        nature: per cent again, of a fact and of an assessment.
    """

    version: str
    valid_from: date
    valid_until: date | None
    note: str
    kinds: dict[ClueKind, int]
    confidence: dict[Confidence, int]
    nature: dict[Nature, int]


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
        ValueError: not in form, or a code has no weight, or one is out of its bounds.
    """
    try:
        found = msgspec.json.decode(text, type=Weights)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    for table, codes in ((found.kinds, ClueKind), (found.confidence, Confidence), (found.nature, Nature)):
        if set(table) != set(codes) or not all(0 <= number <= WHOLE for number in table.values()):
            raise ValueError(f"{name}: each code has a number from 0 to {WHOLE}")
    return found


def weights_on(day: date) -> Weights:
    """Return the weights that hold on a day: the last that began; before the first, the first."""
    return in_force_on(all_weights(), day)
