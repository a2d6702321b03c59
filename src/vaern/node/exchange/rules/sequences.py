"""Places in a stream: what has come, what is missing, what is sent next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MOST_WAITING = 10_000
"""Messages of one peer that are kept and not yet taken in. What comes beyond is not kept, and comes again."""

MOST_BEYOND = 1_000
"""How far beyond a gap messages are kept."""


def contiguous(up_to: int, beyond: Collection[int]) -> int:
    """Return up to where everything has come, given what had come and what is there beyond it."""
    held = set(beyond)
    while up_to + 1 in held:
        up_to += 1
    return up_to


def is_kept(sequence: int, up_to: int, waiting: int) -> bool:
    """Whether a message is kept that comes at a place.

    Args:
        sequence: its place.
        up_to: everything up to here has come before.
        waiting: how many of that peer's are kept and not taken in.
    """
    return up_to < sequence <= up_to + MOST_BEYOND and waiting < MOST_WAITING


def to_send(unsent: Iterable[int], up_to: int, beyond: Collection[int], most: int) -> list[int]:
    """Return which places are sent next: what the receiver does not have, the lowest first.

    Args:
        unsent: places of what is not known to be settled, in their order.
        up_to: the receiver has everything up to here.
        beyond: and these.
        most: how many.
    """
    held, found = set(beyond), []
    for place in unsent:
        if place > up_to and place not in held:
            found.append(place)
            if len(found) == most:
                break
    return found
