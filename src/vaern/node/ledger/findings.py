"""The findings of `verify`, as sentences that name the entries. Pure; no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAMED = 300
"""How many entries one sentence names."""


@dataclass(frozen=True)
class Finding:
    """One deviation from what was signed.

    Attributes:
        text: a sentence.
        entries: the numbers of the entries concerned.
        positions: half-open range in the tree; empty if none is concerned.
    """

    text: str
    entries: tuple[int, ...] = ()
    positions: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Verified:
    """The result of reading the whole ledger.

    Attributes:
        size, root: of the tree over the stored leaves.
        checkpoints: their number.
        findings: every deviation from what was signed; empty for an intact ledger.
    """

    size: int
    root: bytes
    checkpoints: int
    findings: list[Finding] = field(default_factory=list)


def entry_removed(entry: int, position: int) -> Finding:
    """An entry is missing, but its leaf exists."""
    return Finding(f"Entry {entry} (position {position}) was removed.", (entry,), (position, position + 1))


def entry_changed(entry: int, position: int) -> Finding:
    """An entry does not match its leaf."""
    text = f"Entry {entry} (position {position}), or its leaf, was changed after it was signed."
    return Finding(text, (entry,), (position, position + 1))


def positions_empty(start: int, end: int) -> Finding:
    """Leaves are missing."""
    text = f"Position {start} is empty" if end == start + 1 else f"Positions {start} to {end - 1} are empty"
    return Finding(f"{text}: what stood there was removed.", (), (start, end))


def not_as_signed(entries: Sequence[int], start: int, end: int, why: str) -> Finding:
    """Entries between two positions were reordered, inserted, replaced or removed together with their leaves."""
    named = ", ".join(map(str, entries[:NAMED])) + (", …" if len(entries) > NAMED else "")
    where = f"position {start}" if end == start + 1 else f"positions {start} to {end - 1}"
    return Finding(
        f"What stands at {where} was reordered, replaced, put in or taken out ({why}): entries {named or '–'}.",
        tuple(entries),
        (start, end),
    )


def note_finding(entry: int, what: str) -> Finding:
    """Something is wrong with what was typed."""
    return Finding(f"The note of entry {entry} {what}.", (entry,))


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Group ascending numbers into half-open ranges."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found
