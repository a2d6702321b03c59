"""The parts of a meeting that the secretariat keeps: which table each is, and which event of `rules.py` changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaern.node.alliance.meetings.rules import Event
from vaern.node.alliance.models import AgendaItem, Attendance, Decision, MeetingPaper


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        model: whose rows it has.
        event: what a change of it is.
        grows: rows are added and removed; a discussion belongs to an item that is there.
    """

    model: type[Any]
    event: Event
    grows: bool = True


PARTS = {
    "agenda": Part(AgendaItem, Event.SET_AGENDA),
    "papers": Part(MeetingPaper, Event.ADD_PAPER),
    "attendance": Part(Attendance, Event.NOTE_ATTENDANCE),
    "discussion": Part(AgendaItem, Event.NOTE_DISCUSSION, grows=False),
    "decisions": Part(Decision, Event.DECIDE),
}
"""By the word in the address."""
