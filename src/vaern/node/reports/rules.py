"""The life of a report and of each of its locations: states, events, and who may cause them. Pure; no Django.

One table each. The pages ask it what to offer, the actions what to allow, the documentation's diagrams are drawn from
it, and a stateful test walks it. What is not in a table is refused.
"""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step


class Who(enum.StrEnum):
    """Who causes an event. The first six are permissions of people (`organisations.rules.Permission`)."""

    ASSESSOR = "report.assess"
    TAKEDOWN = "report.takedown"
    POLICE = "report.hold"
    FORWARDER = "report.forward"
    ERASER = "report.erase"
    SENDER = "report.send"
    REPORTER = "reporter"
    HOST = "host"
    NODE = "node"


class State(enum.StrEnum):
    """How far a report is."""

    ARRIVED = "arrived"
    DUPLICATE = "duplicate"
    SECOND_VIEW = "second_view"
    DISPUTED = "disputed"
    LEGAL_REVIEW = "legal_review"
    IN_ACTION = "in_action"
    CLOSED = "closed"


class Event(enum.StrEnum):
    """What happens to a report."""

    CLAIM = "claim"
    MARK_DUPLICATE = "mark_duplicate"
    SEPARATE = "separate"
    ADD_WORDS = "add_words"
    CONCLUDE_ACTIONABLE = "conclude_actionable"
    CONCLUDE_NOTHING = "conclude_nothing"
    ASK_SECOND = "ask_second"
    DIFFER = "differ"
    STOP_FOR_LAW = "stop_for_law"
    CLEAR_FOR_LAW = "clear_for_law"
    FORWARD = "forward"
    OUTCOME_CAME = "outcome_came"
    FINISH = "finish"
    REOPEN = "reopen"
    UNDO_FIRST = "undo_first"
    UNDO_SECOND = "undo_second"
    UNDO_THIRD = "undo_third"
    ERASE = "erase"


_S, _E, _W = State, Event, Who
OPEN = frozenset(set(State) - {_S.DUPLICATE, _S.CLOSED})
"""States in which somebody has something to do."""

TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    **{(state, _E.CLAIM): Step(state, by(_W.ASSESSOR)) for state in sorted(OPEN)},
    (_S.ARRIVED, _E.MARK_DUPLICATE): Step(_S.DUPLICATE, by(_W.ASSESSOR, _W.NODE)),
    (_S.DUPLICATE, _E.SEPARATE): Step(_S.ARRIVED, by(_W.ASSESSOR, _W.REPORTER, _W.NODE)),
    **{(state, _E.ADD_WORDS): Step(state, by(_W.REPORTER, _W.ASSESSOR)) for state in sorted(State)},
    (_S.ARRIVED, _E.CONCLUDE_ACTIONABLE): Step(_S.IN_ACTION, by(_W.ASSESSOR)),
    (_S.ARRIVED, _E.CONCLUDE_NOTHING): Step(_S.CLOSED, by(_W.ASSESSOR)),
    (_S.ARRIVED, _E.ASK_SECOND): Step(_S.SECOND_VIEW, by(_W.ASSESSOR)),
    (_S.SECOND_VIEW, _E.CONCLUDE_ACTIONABLE): Step(_S.IN_ACTION, by(_W.ASSESSOR)),
    (_S.SECOND_VIEW, _E.CONCLUDE_NOTHING): Step(_S.CLOSED, by(_W.ASSESSOR)),
    (_S.SECOND_VIEW, _E.DIFFER): Step(_S.DISPUTED, by(_W.ASSESSOR)),
    (_S.DISPUTED, _E.CONCLUDE_ACTIONABLE): Step(_S.IN_ACTION, by(_W.ASSESSOR)),
    (_S.DISPUTED, _E.CONCLUDE_NOTHING): Step(_S.CLOSED, by(_W.ASSESSOR)),
    **{
        (state, _E.STOP_FOR_LAW): Step(_S.LEGAL_REVIEW, by(_W.ASSESSOR, _W.NODE))
        for state in (_S.ARRIVED, _S.SECOND_VIEW, _S.DISPUTED, _S.IN_ACTION)
    },
    (_S.LEGAL_REVIEW, _E.CLEAR_FOR_LAW): Step(_S.ARRIVED, by(_W.ASSESSOR)),
    (_S.LEGAL_REVIEW, _E.CONCLUDE_NOTHING): Step(_S.CLOSED, by(_W.ASSESSOR)),
    **{(state, _E.FORWARD): Step(state, by(_W.FORWARDER)) for state in sorted(OPEN)},
    **{(state, _E.OUTCOME_CAME): Step(state, by(_W.SENDER, _W.ASSESSOR)) for state in sorted(State)},
    (_S.IN_ACTION, _E.FINISH): Step(_S.CLOSED, by(_W.ASSESSOR)),
    (_S.CLOSED, _E.REOPEN): Step(_S.ARRIVED, by(_W.ASSESSOR, _W.REPORTER, _W.NODE), says_why=True),
    **{
        (state, _E.REOPEN): Step(_S.ARRIVED, by(_W.ASSESSOR), says_why=True)
        for state in (_S.IN_ACTION, _S.SECOND_VIEW, _S.DISPUTED)
    },
    **{
        (state, _E.UNDO_FIRST): Step(_S.ARRIVED, by(_W.ASSESSOR)) for state in (_S.SECOND_VIEW, _S.IN_ACTION, _S.CLOSED)
    },
    **{
        (state, _E.UNDO_SECOND): Step(_S.SECOND_VIEW, by(_W.ASSESSOR))
        for state in (_S.DISPUTED, _S.IN_ACTION, _S.CLOSED)
    },
    **{(state, _E.UNDO_THIRD): Step(_S.DISPUTED, by(_W.ASSESSOR)) for state in (_S.IN_ACTION, _S.CLOSED)},
    **{(state, _E.ERASE): Step(state, by(_W.ERASER, _W.NODE)) for state in sorted(State)},
}
"""(state, event) → step. Erasing leaves no state: the row is gone. A conclusion is taken back from every state that one
leads to: at once, by whoever drew it and while nothing left the house (`UNDO_…`, each to where that view is taken), or
later, by anybody who assesses, with a reason in words (`REOPEN`). What a reporter adds is such words; the node opens
what is online again. What waits for a decision on the law goes on there.
"""

UNDO_WITHIN = timedelta(minutes=1)
"""How long whoever concluded can take it back as if it had not been."""


class LocationState(enum.StrEnum):
    """How far the takedown of one location is."""

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


_L, _V = LocationState, LocationEvent
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


def after(state: State, event: Event, who: Who | None = None) -> State:
    """Return the state of a report after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(TRANSITIONS, "a report", state, event, who)


def location_after(state: LocationState, event: LocationEvent, who: Who | None = None) -> LocationState:
    """Return the state of a location after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(LOCATION_TRANSITIONS, "a location", state, event, who)


CLAIM_LASTS = timedelta(minutes=30)
"""How long a claim holds without a sign of life; looking at the report renews it."""

KEPT_FOR = timedelta(days=365)
"""From birth to the day on which a report is erased unless a person decides before that it is still needed."""

LONGEST_HOLD = timedelta(days=7)
"""No police hold lasts longer, whatever a desk allows; harm goes on meanwhile."""

RAISES_HAND_AFTER = 2
"""Working days of that country without anybody's touch."""

URGENT_WITHIN = timedelta(minutes=15)
"""How soon somebody has to have touched an urgent report."""


class Wished(enum.StrEnum):
    """Whether a survivor asks for an item to be removed, by a hash of it that came through a public page.

    Such a hash is no knowledge: whoever sent it may be anybody, and may have made the file. It is confirmed once a
    person looked at what has it and concluded that it is an offence, or a list at hand has it.
    """

    UNVERIFIED = "unverified"
    CONFIRMED = "confirmed"


class Status(enum.StrEnum):
    """What a reporter or a sender sees of a report's state."""

    RECEIVED = "received"
    BEING_WORKED_ON = "being_worked_on"
    PASSED_ON = "passed_on"
    CLOSED_ACTED = "closed_acted"
    CLOSED_NOTHING = "closed_nothing"
