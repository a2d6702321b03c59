"""The parts of a meeting that the secretariat keeps: which table each is, and which event of `rules` changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaern.node.alliance.models import AgendaItem, Attendance, Decision, MeetingPaper, MinisterialMeeting
from vaern.node.alliance.rules.meetings import Event
from vaern.node.web.versions import mark_of


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        model: whose rows it has.
        event: what a change of it is.
        fields: of a row, that its form shows.
        grows: rows are added and removed; a discussion belongs to an item that is there.
    """

    model: type[Any]
    event: Event
    fields: tuple[str, ...]
    grows: bool = True


PARTS = {
    "agenda": Part(AgendaItem, Event.SET_AGENDA, ("title",)),
    "papers": Part(MeetingPaper, Event.ADD_PAPER, ("reference", "title", "item_id", "text", "url", "sha256")),
    "attendance": Part(
        Attendance, Event.NOTE_ATTENDANCE, ("member_id", "body", "office", "name", "how", "represented_by")
    ),
    "discussion": Part(AgendaItem, Event.NOTE_DISCUSSION, ("discussion",), grows=False),
    "decisions": Part(Decision, Event.DECIDE, ("text", "item_id")),
}
"""By the word in the address."""


def mark(part: str, row: Any) -> str:
    """Return the mark of what the form of a row shows (`web.versions`)."""
    effects = (
        row.effects.order_by("commitment_id").values_list("commitment_id", "effect") if part == "decisions" else ()
    )
    return mark_of([getattr(row, name) for name in PARTS[part].fields], list(effects))


def mark_of_plan(meeting: MinisterialMeeting) -> str:
    """Return the mark of what the form of a meeting shows."""
    return mark_of(meeting.name, meeting.place, meeting.host_id, meeting.first_day, meeting.last_day)
