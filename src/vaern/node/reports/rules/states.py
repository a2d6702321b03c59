"""The life of a report: states, events, and who may cause them. Pure; no Django.

One table: pages ask it what to offer and actions what to allow, the documentation's diagrams are drawn from it, and a
stateful test walks it. A transition that is not in the table is refused.
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
    """The state of a report."""

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


def after(state: State, event: Event, who: Who | None = None) -> State:
    """Return the state of a report after an event.

    Raises:
        Refusal: not in this state, or not by them.
    """
    return after_step(TRANSITIONS, "a report", state, event, who)


CLAIM_LASTS = timedelta(minutes=30)
"""How long a claim holds without a sign of life; looking at the report renews it."""

KEPT_FOR = timedelta(days=365)
"""From birth to the day on which a report is erased unless a person decides before that it is still needed."""


RAISES_HAND_AFTER = 2
"""Working days of that country without anybody's touch."""

URGENT_WITHIN = timedelta(minutes=15)
"""How soon somebody has to have touched an urgent report."""


class Status(enum.StrEnum):
    """What a reporter or a sender sees of a report's state."""

    RECEIVED = "received"
    BEING_WORKED_ON = "being_worked_on"
    PASSED_ON = "passed_on"
    CLOSED_ACTED = "closed_acted"
    CLOSED_NOTHING = "closed_nothing"
