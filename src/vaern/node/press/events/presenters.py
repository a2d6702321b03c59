"""Turn events into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.press.base import labels
from vaern.node.press.base.times import in_place, short_in_place
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import EventState, Move, Who
from vaern.node.web.components import Code, Definitions, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.press.models import PressEvent
    from vaern.node.web.paging import Page


def events_table(page: Page[PressEvent]) -> Table:
    """Return the events of an organisation."""
    return Table(
        caption=_("Events for the press"),
        columns=[
            Column(_("Press event"), sort="title"),
            Column(_("State"), sort="state"),
            Column(_("Event begins"), sort="begins"),
            Column(_("Registration until"), sort="deadline"),
        ],
        rows=[
            Row(
                [
                    event.title,
                    labels.event_state(event.now),
                    short_in_place(event.begins, event.zone),
                    short_in_place(event.deadline, event.zone),
                ],
                url=reverse("press:event", args=[event.pk]),
            )
            for event in page.rows
        ],
        page=page,
        empty=Empty(
            _("No events yet"),
            _("Plan one: where, when, until when journalists register."),
            reverse("press:new-event"),
            _("Plan an event"),
        ),
    )


def officer_facts(event: PressEvent) -> Definitions:
    """Return further facts, for the officer."""
    return Definitions(
        [
            (_("Short name"), Code(event.name)),
            (_("Places"), event.capacity),
            (_("List destroyed on"), in_place(event.ends + rules.KEPT, event.zone)),
        ]
    )


def steps_of(event: PressEvent) -> list[tuple[str, Any]]:
    """Return what an officer can do to an event now: codes and words."""
    found = [(step, label) for step, label in labels.STEPS.items() if _may(event.now, step)]
    in_time = event.in_time(timezone.now())  # after the deadline nothing is opened again: change the deadline first
    return [(step.value, label) for step, label in found if in_time or step is not Move.REOPEN]


def _may(state: EventState, step: Move) -> bool:
    try:
        rules.after_step(state, step, Who.OFFICER)
    except Refusal:
        return False
    return True
