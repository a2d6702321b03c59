"""Amend an arrival with what its sender sent later: further files, or a corrected version. Pure; no Django.

Nothing is lost: existing parts keep their place, new ones follow, and a single value is replaced by the later one,
while the earlier one is preserved among the unmapped parts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.arrivals import Arrival, Fault

_ONCE = (
    "offence",
    "danger_text",
    "incident_at",
    "narrative",
    "preserved_until",
    "legal_ground",
    "contact",
    "language",
    "tip_number",
    "about",
)
_SILENT = frozenset({None, "", "unclear"})
"""What says nothing."""

_FILE = re.compile(r"fileDetails(?:\[(\d+)\])?(?=/|\Z)")


def with_files(earlier: Arrival, later: Arrival) -> Arrival:
    """Return a report with further files, from a document of their own."""
    before, new = len(earlier.files), [file for file in later.files if file not in earlier.files]
    first = [(numbered(path, 0) if before == 1 and new else path, text) for path, text in earlier.unknown]
    unknown = _together(first, [(numbered(path, before), text) for path, text in later.unknown] if new else ())
    number = earlier.tip_number or later.tip_number
    return replace(earlier, files=(*earlier.files, *new), unknown=unknown, tip_number=number)


def numbered(path: str, before: int) -> str:
    """Return a path in a document of files, renumbered by the number of files that its report already has."""
    return _FILE.sub(lambda found: f"fileDetails[{before + int(found[1] or 1)}]", path, count=1)


def amended(earlier: Arrival, later: Arrival) -> Arrival:
    """Return a report merged with a later version that has the same identifier and other content."""
    changed: dict[str, Any] = {}
    replaced: list[tuple[str, str]] = []
    for name in _ONCE:
        old, new = getattr(earlier, name), getattr(later, name)
        if new in _SILENT:
            changed[name] = old
        elif old not in _SILENT and old != new:
            replaced.append((f"before/{name}", str(old)))
    for name in ("danger_now", "ongoing"):  # once it is said that a child is in danger, nothing takes that back
        given = {getattr(earlier, name), getattr(later, name)}
        changed[name] = next((said for said in (True, False) if said in given), None)
    for name in ("locations", "files", "accounts", "annotations", "identifiers"):
        changed[name] = _together(getattr(earlier, name), getattr(later, name))
    unknown = _together(later.unknown, earlier.unknown, replaced)
    return replace(later, reference=earlier.reference, unknown=unknown, **changed)


def faults_of_files(faults: Iterable[Fault], before: int) -> list[Fault]:
    """Return the faults of a document of files, renumbered to their place among all files of the report."""
    return [replace(fault, path=numbered(fault.path, before)) for fault in faults]


def _together(*parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))
