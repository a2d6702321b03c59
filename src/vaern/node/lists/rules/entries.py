"""The life of an entry of a hash list: what may happen to it, and in which states it is matched against."""

from __future__ import annotations

import enum
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from vaern.node.base.transitions import Step
from vaern.node.base.transitions import after as after_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.records import Signal


class EntryState(enum.StrEnum):
    """How it is with an entry."""

    LIVE = "live"
    DISPUTED = "disputed"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    ENDED = "ended"


class EntryEvent(enum.StrEnum):
    """What happens to an entry."""

    VOTE = "vote"
    DISPUTE = "dispute"
    SETTLE = "settle"
    QUARANTINE = "quarantine"
    LET_GO = "let_go"
    RECALL = "recall"
    REINSTATE = "reinstate"
    END = "end"


_S, _E = EntryState, EntryEvent
TRANSITIONS: dict[tuple[EntryState, EntryEvent], Step[EntryState, enum.StrEnum]] = {
    (_S.LIVE, _E.VOTE): Step(_S.LIVE),
    (_S.DISPUTED, _E.VOTE): Step(_S.DISPUTED),
    (_S.QUARANTINED, _E.VOTE): Step(_S.QUARANTINED),
    (_S.LIVE, _E.DISPUTE): Step(_S.DISPUTED),
    (_S.DISPUTED, _E.SETTLE): Step(_S.LIVE, says_why=True),
    (_S.LIVE, _E.QUARANTINE): Step(_S.QUARANTINED),
    (_S.DISPUTED, _E.QUARANTINE): Step(_S.QUARANTINED),
    (_S.QUARANTINED, _E.LET_GO): Step(_S.LIVE, says_why=True),
    (_S.LIVE, _E.RECALL): Step(_S.RECALLED, says_why=True),
    (_S.DISPUTED, _E.RECALL): Step(_S.RECALLED, says_why=True),
    (_S.QUARANTINED, _E.RECALL): Step(_S.RECALLED, says_why=True),
    (_S.RECALLED, _E.REINSTATE): Step(_S.LIVE, says_why=True),
    (_S.LIVE, _E.END): Step(_S.ENDED),
    (_S.DISPUTED, _E.END): Step(_S.ENDED),
    (_S.QUARANTINED, _E.END): Step(_S.ENDED),
    (_S.RECALLED, _E.END): Step(_S.ENDED),
}
"""The state machine: (state, event) → state. What is not in it is refused."""

MATCHED = frozenset({EntryState.LIVE, EntryState.DISPUTED})
"""The states in which an entry is matched against. A disputed one is, and what it is worth, the verdict says."""

TO_DECIDE = (EntryState.DISPUTED, EntryState.QUARANTINED)
"""The states in which an entry waits for a person."""

_ENTRIES = UUID("6f6c5b0e-5f5a-5d5c-9c0d-0f2c4f1a7e10")
"""The namespace of the ids by which the ledger knows entries: a list has millions, and its rows no id but a number."""


def after(state: EntryState, event: EntryEvent) -> EntryState:
    """Return the state after an event.

    Raises:
        StateRefusal: the event cannot happen in this state.
    """
    return after_step(TRANSITIONS, "an entry", state, event)


def ledger_id(list_id: UUID, ident: str) -> UUID:
    """Return the id under which the ledger knows an entry: the same whenever it is computed, on every node."""
    return uuid5(_ENTRIES, f"{list_id} {ident}")


def mark_of(signals: Iterable[Signal]) -> int:
    """Return 64 bits, as a signed number, that differ where signals do: in which order they stand does not count.

    What a signal is matched by counts, its kind and its value. Two sets meet by chance once in 1.8e19; that would hide
    a change from the page that compares releases, and nothing else.
    """
    said = sorted({_head(one.kind, len(one.value)) + one.value for one in signals})
    return int.from_bytes(hashlib.blake2b(b"".join(said), digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=1024)
def _head(kind: str, length: int) -> bytes:
    return f"{kind} {length} ".encode()


def is_disputed(negative: int) -> bool:
    """Whether a person has to look: somebody says no, and that it is on the list is itself a yes.

    Args:
        negative: how many say no, and nobody has settled it.
    """
    return negative > 0


def held(state: EntryState, negative: int) -> EntryState:
    """Return in which state an entry is that was to be in one: none that somebody says no to is simply live."""
    return after(state, EntryEvent.DISPUTE) if state is EntryState.LIVE and is_disputed(negative) else state
