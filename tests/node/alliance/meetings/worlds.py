"""Meetings for tests. All of it is made up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.node.factories import make_person, viewer_for

from vaern.node.alliance.meetings import actions
from vaern.node.alliance.rules.meetings import MOVES, Event, How, State
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.alliance.models import MinisterialMeeting
    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.ADMINISTRATION, "a reason in words")
DAY = date(2020, 6, 18)
NAME = {"en": "Ministers' meeting (synthetic)", "da": "Ministermøde (syntetisk)"}
WAY = {
    State.PLANNED: (),
    State.CONVENED: (Event.CONVENE,),
    State.HELD: (Event.CONVENE, Event.HOLD),
    State.MINUTES_DRAFTED: (Event.CONVENE, Event.HOLD, Event.DRAFT_MINUTES),
    State.APPROVED: (Event.CONVENE, Event.HOLD, Event.DRAFT_MINUTES, Event.APPROVE),
    State.CANCELLED: (Event.CANCEL,),
}
"""How a meeting comes to a state."""


def secretary() -> Viewer:
    """Return somebody of a secretariat."""
    return viewer_for(make_person(Role.SECRETARIAT))


def make_meeting(viewer: Viewer, host: Member | None = None, topics: Any = ("alliance", "cybercrime")) -> Any:
    """Plan a meeting."""
    return actions.plan(viewer, NAME, "Fjordby", host, DAY, DAY, topics)


def brought(viewer: Viewer, meeting: MinisterialMeeting, state: State) -> MinisterialMeeting:
    """Bring a planned meeting to a state, with an office, a paper and a decision on the way."""
    for event in WAY[state]:
        if event is Event.HOLD:
            attends = {"body": "An observer", "office": "Observer", "how": How.PRESENT.value}
            actions.put(viewer, meeting, "attendance", attends)
            actions.put(viewer, meeting, "papers", {"reference": "P-1", "title": "A paper", "text": "Its text."})
        if event is Event.DRAFT_MINUTES:
            decided = {"text": {"en": "To go on.", "da": "At fortsætte."}, "item": meeting.agenda.first()}
            actions.put(viewer, meeting, "decisions", decided)
        meeting = actions.move(viewer, WHY, meeting, event)
    return meeting


assert {event for way in WAY.values() for event in way} | {Event.CORRECT} == set(MOVES)
