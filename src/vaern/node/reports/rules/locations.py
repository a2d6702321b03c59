"""The life of a location of a report: states, events, and who may cause them. Pure; compare `states`."""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step
from vaern.node.reports.rules.states import Who


class LocationState(enum.StrEnum):
    """The state of one location's takedown."""

    UNTRACED = "untraced"
    TRACED = "traced"
    HELD = "held"
    NOTIFIED = "notified"
    OFFLINE = "offline"
    MOVED = "moved"
    BLOCKED = "blocked"
    STOPPED = "stopped"


class LocationEvent(enum.StrEnum):
    """What happens to a location."""

    TRACE = "trace"
    HOLD = "hold"
    HOLD_ENDS = "hold_ends"
    NOTIFY = "notify"
    REMIND = "remind"
    ESCALATE = "escalate"
    HOST_SAYS_REMOVED = "host_says_removed"
    HOST_SAYS_MOVED = "host_says_moved"
    HOST_NEEDS_MORE = "host_needs_more"
    MISSED = "missed"
    GONE = "gone"
    THERE = "there"
    BLOCK = "block"
    UNBLOCK = "unblock"
    STOP = "stop"
    HOST_CHANGED = "host_changed"
    REAPPEAR = "reappear"
    CORRECT = "correct"


_L, _V, _W = LocationState, LocationEvent, Who
LOCATION_TRANSITIONS: dict[tuple[LocationState, LocationEvent], Step[LocationState, Who]] = {
    **{(state, _V.TRACE): Step(_L.TRACED, by(_W.TAKEDOWN)) for state in (_L.UNTRACED, _L.TRACED, _L.MOVED)},
    (_L.NOTIFIED, _V.TRACE): Step(_L.NOTIFIED, by(_W.TAKEDOWN)),
    (_L.HELD, _V.TRACE): Step(_L.HELD, by(_W.TAKEDOWN)),
    **{(state, _V.HOLD): Step(_L.HELD, by(_W.POLICE)) for state in (_L.UNTRACED, _L.TRACED, _L.MOVED)},
    (_L.HELD, _V.HOLD): Step(_L.HELD, by(_W.POLICE)),
    (_L.HELD, _V.HOLD_ENDS): Step(_L.TRACED, by(_W.POLICE, _W.NODE)),
    (_L.TRACED, _V.NOTIFY): Step(_L.NOTIFIED, by(_W.TAKEDOWN)),
    (_L.NOTIFIED, _V.REMIND): Step(_L.NOTIFIED, by(_W.TAKEDOWN, _W.NODE)),
    (_L.NOTIFIED, _V.ESCALATE): Step(_L.NOTIFIED, by(_W.TAKEDOWN, _W.NODE)),
    (_L.NOTIFIED, _V.HOST_SAYS_REMOVED): Step(_L.NOTIFIED, by(_W.HOST)),
    (_L.NOTIFIED, _V.HOST_SAYS_MOVED): Step(_L.MOVED, by(_W.HOST)),
    (_L.NOTIFIED, _V.HOST_NEEDS_MORE): Step(_L.NOTIFIED, by(_W.HOST)),
    (_L.MOVED, _V.HOST_SAYS_REMOVED): Step(_L.NOTIFIED, by(_W.HOST)),
    (_L.MOVED, _V.HOST_SAYS_MOVED): Step(_L.MOVED, by(_W.HOST)),
    (_L.MOVED, _V.HOST_NEEDS_MORE): Step(_L.NOTIFIED, by(_W.HOST)),
    **{
        (state, _V.MISSED): Step(state, by(_W.TAKEDOWN))
        for state in (_L.UNTRACED, _L.TRACED, _L.HELD, _L.NOTIFIED, _L.MOVED, _L.BLOCKED)
    },
    **{
        (state, _V.GONE): Step(_L.OFFLINE, by(_W.TAKEDOWN, _W.NODE))
        for state in (_L.UNTRACED, _L.TRACED, _L.HELD, _L.NOTIFIED, _L.MOVED, _L.BLOCKED)
    },
    **{
        (state, _V.THERE): Step(state, by(_W.TAKEDOWN))
        for state in (_L.UNTRACED, _L.TRACED, _L.HELD, _L.NOTIFIED, _L.MOVED, _L.BLOCKED)
    },
    (_L.OFFLINE, _V.REAPPEAR): Step(_L.UNTRACED, by(_W.TAKEDOWN, _W.NODE)),
    (_L.STOPPED, _V.REAPPEAR): Step(_L.UNTRACED, by(_W.TAKEDOWN, _W.NODE)),
    (_L.NOTIFIED, _V.HOST_CHANGED): Step(_L.TRACED, by(_W.TAKEDOWN, _W.NODE)),
    (_L.NOTIFIED, _V.BLOCK): Step(_L.BLOCKED, by(_W.TAKEDOWN)),
    (_L.BLOCKED, _V.UNBLOCK): Step(_L.NOTIFIED, by(_W.TAKEDOWN, _W.NODE)),
    **{
        (state, _V.STOP): Step(_L.STOPPED, by(_W.TAKEDOWN)) for state in (_L.UNTRACED, _L.TRACED, _L.NOTIFIED, _L.MOVED)
    },
    **{
        (state, _V.CORRECT): Step(_L.STOPPED, by(_W.TAKEDOWN))
        for state in (_L.UNTRACED, _L.TRACED, _L.NOTIFIED, _L.MOVED, _L.STOPPED)
    },
    (_L.OFFLINE, _V.CORRECT): Step(_L.OFFLINE, by(_W.TAKEDOWN)),
}
"""A block is kept only where notices did not help; a hold ends by itself, and holding again prolongs it; `GONE` follows
the third miss; a trace that finds another host than the one that was notified makes a new notice
necessary; a host amends its answer until the location is done; a notice whose conclusion was taken back is corrected,
and its takedown given up, but not while the police holds, nor while a block stands on it."""


LOCATION_DONE = frozenset({_L.OFFLINE, _L.BLOCKED, _L.STOPPED})
"""A report may be finished when all of its locations are in one of these."""


def location_after(state: LocationState, event: LocationEvent, who: Who | None = None) -> LocationState:
    """Return the state of a location after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(LOCATION_TRANSITIONS, "a location", state, event, who)


LONGEST_HOLD = timedelta(days=7)
"""No police hold lasts longer, whatever a desk allows; harm goes on meanwhile."""
