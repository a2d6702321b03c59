"""How an entry differs between two releases of its list."""

from __future__ import annotations

import enum
from typing import NamedTuple

from vaern.node.lists.rules.entries import MATCHED, EntryState


class Difference(enum.StrEnum):
    """In what an entry of a later release differs from the same entry in an earlier one."""

    ADDED = "added"
    RECALLED = "recalled"
    QUARANTINED = "quarantined"
    RETURNED = "returned"
    ENDED = "ended"
    CLASS = "class"
    SIGNALS = "signals"


class Pair(NamedTuple):
    """An entry in two releases.

    Attributes:
        before, now: its state in the earlier and in the later one; "" where it was not there.
        other_class, other_signals: whether its class, or its signals, differ; only where it was there in both.
    """

    before: str
    now: str
    other_class: bool
    other_signals: bool


_GONE = frozenset({"", EntryState.ENDED.value})
_ASIDE = frozenset({EntryState.RECALLED.value, EntryState.QUARANTINED.value})


def differences(pair: Pair) -> frozenset[Difference]:
    """Return in what an entry differs: nothing where it came and went in between, or where only its votes changed.

    Every entry that is matched in one of the releases and not in the other has a difference that says so: it was added
    or returned, recalled, set aside or ended.
    """
    found = set()
    was, stands = pair.before not in _GONE, pair.now not in _GONE
    if stands and not was:
        found.add(Difference.ADDED)
    if was and not stands:
        found.add(Difference.ENDED)
    for state, difference in (
        (EntryState.RECALLED.value, Difference.RECALLED),
        (EntryState.QUARANTINED.value, Difference.QUARANTINED),
    ):
        if pair.now == state != pair.before:
            found.add(difference)
    if pair.before in _ASIDE and pair.now in {state.value for state in MATCHED}:
        found.add(Difference.RETURNED)
    if was and stands:
        found |= {Difference.CLASS} if pair.other_class else set()
        found |= {Difference.SIGNALS} if pair.other_signals else set()
    return frozenset(found)
