"""What becomes of the entry of a survivor's wish, by what may be kept of the wish now. Pure; no Django."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from vaern.node.lists.rules.entries import EntryState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.records import Signal


class Step(enum.StrEnum):
    """What is done to an entry."""

    NOTHING = "nothing"
    ADD = "add"
    CHANGE = "change"
    RECALL = "recall"
    REINSTATE = "reinstate"
    END = "end"


def signals_now(
    confirmed: Sequence[Signal], before: Sequence[Signal] = (), *, silent: bool = False
) -> tuple[Signal, ...]:
    """Return the signals that an entry has from now on: what is confirmed; in silence, of that what it has already.

    Args:
        confirmed: what stands for what a person looked at, in the order in which it was sent.
        before: what the entry has.
        silent: nothing new may be told. What is no longer confirmed goes in silence, too.
    """
    return tuple(one for one in confirmed if not silent or one in before)


def step(
    state: EntryState | None,
    signals: Sequence[Signal],
    *,
    gone: bool = False,
    recalled_here: bool = False,
    same: bool = False,
) -> Step:
    """Return what is done to the entry of a wish.

    Args:
        state: of the entry; None where there is none.
        signals: that it has from now on.
        gone: the wish ended, or was erased: of its entry nothing is kept.
        recalled_here: a person recalled the entry, who alone takes that back.
        same: the entry says this already.
    """
    if state is None:
        return Step.ADD if signals and not gone else Step.NOTHING
    if state is EntryState.ENDED:
        return Step.NOTHING
    if gone:
        return Step.END
    if not signals and state is not EntryState.RECALLED:
        return Step.RECALL
    if signals and state is EntryState.RECALLED and not recalled_here:
        return Step.REINSTATE
    return Step.NOTHING if same else Step.CHANGE
