"""Find the series of any organisation that hold a similar picture: an exact search in memory.

Each process keeps the PDQ values of all series in flat segments of the engine's kernels, and reads what is new before
each question: the memory of `reports.intake.near`, over another table. No approximate index takes part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.matching import DISTANCE
from vaern.node.base.sql import run
from vaern.node.victims.base.memories import UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_memory = UPRIGHT


def near_series(values: Sequence[bytes], distance: int = DISTANCE) -> dict[bytes, set[UUID]]:
    """Return the series that hold a value within a distance of one of these, by that value; as brute force would.

    Args:
        values: PDQ values, 32 bytes each.
        distance: the most bits, 31 as in the engine.
    """
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return {}
    _memory.refresh()
    hits = _memory.find_anywhere(wanted, distance)
    # What was erased since it was read is still in memory: the table has the last word.
    members = sorted({member for _number, member, _bits in hits})
    series = dict(run("SELECT id, series_id FROM victims_member WHERE id = ANY(%s)", [members])) if members else {}
    found: dict[bytes, set[UUID]] = {}
    for number, member, _bits in hits:
        if member in series:
            found.setdefault(wanted[number], set()).add(series[member])
    return found
