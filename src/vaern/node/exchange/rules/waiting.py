"""Why a message has not come to its end: what an administrator reads beside it. Pure.

The order of the tests is that of what would have to change first: an exchange that has ended says more than a peer
that does not answer, and a peer that does not answer more than what it said of the message before.
"""

from __future__ import annotations

import enum

from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State


class Waits(enum.StrEnum):
    """Why a message waits, on either side."""

    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    ENDED = "ended"
    EARLIER_STREAM = "earlier_stream"
    SILENT = "silent"
    NO_ROOM = "no_room"
    NEXT_CALL = "next_call"
    KEPT_THERE = "kept_there"
    THERE_WAITS = "there_waits"
    THERE_SET_ASIDE = "there_set_aside"
    GAP = "gap"
    NEXT = "next"
    HERE_WAITS = "here_waits"
    HERE_SET_ASIDE = "here_set_aside"


_CLOSED = {State.MET: Waits.UNCONFIRMED, State.SUSPENDED: Waits.SUSPENDED, State.ENDED: Waits.ENDED}


def why_not_out(
    state: State, *, result: Result | None, received: bool, earlier: bool, silent: bool, room: int
) -> Waits:
    """Return why a message that we wrote is not settled.

    Args:
        state: of the peer that it is for.
        result: what the peer last said of it; None for nothing.
        received: the peer has said that it keeps it.
        earlier: it has a place in a stream before the present one.
        silent: calls to the peer fail.
        room: how many messages the peer takes now.
    """
    if result is Result.SET_ASIDE:
        return Waits.THERE_SET_ASIDE
    if result is Result.WAITS:
        return Waits.THERE_WAITS
    if state in _CLOSED:
        return _CLOSED[state]
    if received:
        return Waits.SILENT if silent else Waits.KEPT_THERE
    found = ((earlier, Waits.EARLIER_STREAM), (silent, Waits.SILENT), (room <= 0, Waits.NO_ROOM))
    return next((why for applies, why in found if applies), Waits.NEXT_CALL)


def why_not_in(state: State, *, set_aside: bool, waits: bool, earlier: bool, beyond_gap: bool) -> Waits:
    """Return why a message that came is not taken in.

    Args:
        state: of the peer that sent it.
        set_aside: taking it in failed, and people decide.
        waits: it waits for something that has to come or to be done first.
        earlier: it has a place in a stream before the peer's present one.
        beyond_gap: something before it has not come.
    """
    if set_aside:
        return Waits.HERE_SET_ASIDE
    if state in _CLOSED:
        return _CLOSED[state]
    found = ((earlier, Waits.EARLIER_STREAM), (waits, Waits.HERE_WAITS), (beyond_gap, Waits.GAP))
    return next((why for applies, why in found if applies), Waits.NEXT)
