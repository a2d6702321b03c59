"""Retention: 30 days after an event all data about journalists is erased; counts and ledger entries stay.

What shows that it was done: one entry of erasure for each registration and one for the event, with how many there were;
what people had typed into the ledger about them is erased too (`ledger.actions.erase_notes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.ledger.actions import erase_notes
from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.press.events import acts
from vaern.node.press.journalists.queries import counts
from vaern.node.press.models import PressEvent, Registration, SeenMail
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import EventState, Move, Who

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

RETENTION = Reason(Why.RETENTION)


def destroy_lists(now: datetime | None = None) -> int:
    """Destroy the list of every event that ended 30 days ago or earlier, one transaction each; return how many rows."""
    now = now or timezone.now()
    due = PressEvent.everywhere.exclude(state=EventState.DESTROYED.value).filter(ends__lte=now - rules.KEPT)
    return each("press.destroy", due.values_list("pk", flat=True), lambda pk: _destroy(pk, now))


def _destroy(pk: UUID, now: datetime) -> int:
    event = PressEvent.everywhere.select_for_update(of=("self",)).get(pk=pk)
    steps = rules.owed(EventState(event.state), event.deadline, event.ends, now)
    if Move.DESTROY not in steps:
        return 0
    event.counts, event.destroyed_at = counts(event), now
    for step in steps:
        event.state = rules.after_step(EventState(event.state), step, Who.NODE).value
    found = list(Registration.of(event=event))
    for registration in found:
        record(acts.ERASED, registration.subject, NODE, RETENTION)
    noted = Entry.objects.filter(kind=Registration.KIND, subject__in=[one.pk for one in found])
    erase_notes(noted.values_list("id", flat=True), NODE, Why.RETENTION, event.subject)
    Registration.of(event=event).delete()
    SeenMail.objects.filter(event=event).delete()
    event.save()
    record(acts.DESTROYED, event.subject, NODE, RETENTION, count=len(found))
    return len(found)
