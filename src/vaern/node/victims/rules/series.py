"""The life of a series: from unknown material to a safeguarded child. Pure; no Django.

One table: states, events, who may cause them. The pages ask it what to offer, the actions what to allow, the diagram of
the documentation is drawn from it, and a walk over random events holds its law: **nothing that was identified is closed
without the child being safeguarded, unless a reason for it stands on record.** Safeguarding comes before arrest, and
arrest has no state here at all.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import timedelta

from vaern.node.base.transitions import StateRefusal, Step, by
from vaern.node.base.transitions import after as after_step


class Who(enum.StrEnum):
    """Who causes an event. The first three are permissions of the owner's people (`organisations.rules.Permission`)."""

    WORKER = "series.work"
    RELEASER = "series.release"
    ERASER = "series.erase"
    RECIPIENT = "recipient"
    NODE = "node"


class State(enum.StrEnum):
    """How far a series is, in the order of the funnel."""

    NEW = "new"
    ANALYSED = "analysed"
    COUNTRY_PROPOSED = "country_proposed"
    DISSEMINATED = "disseminated"
    ACCEPTED = "accepted"
    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"
    CLOSED = "closed"
    STOPPED = "stopped"


class Event(enum.StrEnum):
    """What happens to a series."""

    ANALYSE = "analyse"
    PROPOSE_COUNTRY = "propose_country"
    DROP_COUNTRY = "drop_country"
    DISSEMINATE = "disseminate"
    DECLINE = "decline"
    ALL_DECLINED = "all_declined"
    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    IDENTIFY = "identify"
    RETRACT = "retract"
    SAFEGUARD = "safeguard"
    CLOSE = "close"
    CLOSE_UNSAFEGUARDED = "close_unsafeguarded"
    CLOSE_UNIDENTIFIED = "close_unidentified"
    LATE_OUTCOME = "late_outcome"
    REOPEN = "reopen"
    REOPEN_IDENTIFIED = "reopen_identified"
    REOPEN_SAFEGUARDED = "reopen_safeguarded"
    IDENTIFIED_ELSEWHERE = "identified_elsewhere"
    OTHER_CHILD = "other_child"
    ERASE = "erase"


_S, _E, _W = State, Event, Who

UNIDENTIFIED = frozenset({_S.NEW, _S.ANALYSED, _S.COUNTRY_PROPOSED, _S.DISSEMINATED, _S.ACCEPTED})
"""States in which nobody knows yet who the child is, and somebody looks."""

FUNNEL = (
    _S.NEW,
    _S.ANALYSED,
    _S.COUNTRY_PROPOSED,
    _S.DISSEMINATED,
    _S.ACCEPTED,
    _S.IDENTIFIED,
    _S.SAFEGUARDED,
    _S.CLOSED,
)
"""The states that are counted as a funnel, in their order. `STOPPED` stands beside it: another desk has the child."""

TRANSITIONS: dict[tuple[State, Event], Step[State, Who]] = {
    (_S.NEW, _E.ANALYSE): Step(_S.ANALYSED, by(_W.WORKER)),
    (_S.ANALYSED, _E.PROPOSE_COUNTRY): Step(_S.COUNTRY_PROPOSED, by(_W.WORKER)),
    (_S.COUNTRY_PROPOSED, _E.PROPOSE_COUNTRY): Step(_S.COUNTRY_PROPOSED, by(_W.WORKER)),
    (_S.DISSEMINATED, _E.PROPOSE_COUNTRY): Step(_S.DISSEMINATED, by(_W.WORKER)),
    (_S.COUNTRY_PROPOSED, _E.DROP_COUNTRY): Step(_S.ANALYSED, by(_W.WORKER)),
    **{
        (state, _E.DISSEMINATE): Step(_S.DISSEMINATED, by(_W.RELEASER))
        for state in (_S.COUNTRY_PROPOSED, _S.DISSEMINATED)
    },
    (_S.DISSEMINATED, _E.DECLINE): Step(_S.DISSEMINATED, by(_W.RECIPIENT), says_why=True),
    (_S.DISSEMINATED, _E.ALL_DECLINED): Step(_S.ANALYSED, by(_W.RECIPIENT, _W.RELEASER, _W.NODE)),
    (_S.ACCEPTED, _E.DECLINE): Step(_S.ACCEPTED, by(_W.RECIPIENT), says_why=True),
    (_S.DISSEMINATED, _E.ACCEPT): Step(_S.ACCEPTED, by(_W.RECIPIENT)),
    (_S.ACCEPTED, _E.GIVE_BACK): Step(_S.ANALYSED, by(_W.RECIPIENT, _W.RELEASER, _W.NODE), says_why=True),
    **{(state, _E.IDENTIFY): Step(_S.IDENTIFIED, by(_W.WORKER)) for state in sorted(UNIDENTIFIED - {_S.ACCEPTED})},
    (_S.ACCEPTED, _E.IDENTIFY): Step(_S.IDENTIFIED, by(_W.WORKER, _W.RECIPIENT)),
    # Also when a child was made safe by then: it was another child, and this one is looked for again.
    **{
        (state, _E.RETRACT): Step(_S.ANALYSED, by(_W.WORKER, _W.RECIPIENT), says_why=True)
        for state in (_S.IDENTIFIED, _S.SAFEGUARDED)
    },
    (_S.IDENTIFIED, _E.SAFEGUARD): Step(_S.SAFEGUARDED, by(_W.WORKER, _W.RECIPIENT)),
    (_S.IDENTIFIED, _E.CLOSE_UNSAFEGUARDED): Step(_S.CLOSED, by(_W.WORKER), says_why=True),
    (_S.SAFEGUARDED, _E.CLOSE): Step(_S.CLOSED, by(_W.WORKER)),
    (_S.SAFEGUARDED, _E.LATE_OUTCOME): Step(_S.SAFEGUARDED, by(_W.WORKER, _W.RECIPIENT)),
    (_S.CLOSED, _E.LATE_OUTCOME): Step(_S.CLOSED, by(_W.WORKER, _W.RECIPIENT)),
    **{
        (state, _E.CLOSE_UNIDENTIFIED): Step(_S.CLOSED, by(_W.WORKER), says_why=True)
        for state in (_S.NEW, _S.ANALYSED, _S.COUNTRY_PROPOSED, _S.STOPPED)
    },
    (_S.CLOSED, _E.REOPEN): Step(_S.ANALYSED, by(_W.WORKER), says_why=True),
    (_S.CLOSED, _E.REOPEN_IDENTIFIED): Step(_S.IDENTIFIED, by(_W.WORKER), says_why=True),
    (_S.CLOSED, _E.REOPEN_SAFEGUARDED): Step(_S.SAFEGUARDED, by(_W.WORKER), says_why=True),
    **{(state, _E.IDENTIFIED_ELSEWHERE): Step(_S.STOPPED, by(_W.NODE)) for state in sorted(UNIDENTIFIED)},
    (_S.STOPPED, _E.OTHER_CHILD): Step(_S.ANALYSED, by(_W.WORKER), says_why=True),
    **{(state, _E.ERASE): Step(state, by(_W.ERASER, _W.NODE)) for state in sorted(State)},
}
"""(state, event) → step. What is not in it is refused. Erasing leaves no state: the row is gone."""


def after(state: State, event: Event, who: Who | None = None, why: str = "") -> State:
    """Return the state of a series after an event.

    Args:
        state: now.
        event: what happens.
        who: who causes it; None to ask only about the state.
        why: the reason in words, where the step demands one.

    Raises:
        Refusal: not in this state, not by them, or not without a reason.
    """
    found = after_step(TRANSITIONS, "a series", state, event, who)
    if who is not None and TRANSITIONS[state, event].says_why and not why.strip():
        raise StateRefusal("a series", state, event, wants_words=True)
    return found


@dataclass(frozen=True)
class Life:
    """A series as its rules see it.

    Attributes:
        state: now.
        identified: somebody knows who the child is, and nobody has taken that back.
        safeguarded: the child was made safe, and nobody has taken back who it is.
        excused: why it was closed without that, or why the identification was taken back; "" if it was not.
    """

    state: State = State.NEW
    identified: bool = False
    safeguarded: bool = False
    excused: str = ""

    def lives(self, event: Event, who: Who, why: str = "") -> Life:
        """Return the life after an event.

        Raises:
            Refusal: as `after`; or the facts do not allow it.
        """
        if event in REOPENS and event is not reopening(identified=self.identified, safeguarded=self.safeguarded):
            raise StateRefusal("a series", self.state, event)
        state = after(self.state, event, who, why)
        if event is Event.IDENTIFY:
            return replace(self, state=state, identified=True)
        if event is Event.RETRACT:
            return replace(self, state=state, identified=False, safeguarded=False, excused=why)
        if event is Event.SAFEGUARD:
            return replace(self, state=state, safeguarded=True)
        if event is Event.CLOSE_UNSAFEGUARDED:
            return replace(self, state=state, excused=why)
        return replace(self, state=state)


REOPENS = frozenset({Event.REOPEN, Event.REOPEN_IDENTIFIED, Event.REOPEN_SAFEGUARDED})


def reopening(*, identified: bool, safeguarded: bool) -> Event:
    """Return the event that reopens a closed series, to its last state: nobody searches again for a known child."""
    if not identified:
        return Event.REOPEN
    return Event.REOPEN_SAFEGUARDED if safeguarded else Event.REOPEN_IDENTIFIED


def possible(state: State, who: Who) -> list[Event]:
    """Return what somebody can do to a series in this state, in the order of the events."""
    return [event for event in Event if (step := TRANSITIONS.get((state, event))) and step.is_for(who)]


def merged(one: Life, other: Life) -> Life:
    """Return the life of a series that two were merged into: it is one child, so what is known of a half holds for all.

    An identified half stops the search in the other. A half that is stopped because another desk has the child stops
    the whole, unless it is identified here. A closed half does not close what somebody still works on.
    """
    identified, safeguarded = one.identified or other.identified, one.safeguarded or other.safeguarded
    states = {one.state, other.state}
    working = states - {State.CLOSED, State.STOPPED}
    if states == {State.CLOSED}:
        state = State.CLOSED
    elif identified:
        state = State.SAFEGUARDED if safeguarded else State.IDENTIFIED
    elif State.STOPPED in states or not working:
        state = State.STOPPED
    else:
        state = max(working, key=FUNNEL.index)
    return Life(state, identified, safeguarded, one.excused or other.excused)


KEPT_FOR = timedelta(days=730)
"""From birth to the day on which a series is erased unless a person decides before that it is still needed."""

ANSWER_WITHIN = timedelta(days=5)
"""How long a desk has to accept or decline what was disseminated to it, before that is shown as overdue."""

SAFEGUARD_WITHIN = timedelta(days=2)
"""After a child is identified: when somebody has to have said that it is safe, or the card turns red."""

MOVE_WITHIN = {
    State.NEW: timedelta(days=3),
    State.ANALYSED: timedelta(days=14),
    State.COUNTRY_PROPOSED: timedelta(days=3),
    State.ACCEPTED: timedelta(days=30),
    State.SAFEGUARDED: timedelta(days=30),
}
"""How long a series may stay in a state before its clock has run out; the states left out have clocks of their own."""


def due_after(state: State) -> timedelta | None:
    """Return the time limit of a state; None where nobody has anything to do."""
    if state is State.IDENTIFIED:
        return SAFEGUARD_WITHIN
    if state is State.DISSEMINATED:
        return ANSWER_WITHIN
    return MOVE_WITHIN.get(state)
