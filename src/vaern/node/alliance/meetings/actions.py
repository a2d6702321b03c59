"""Every change to ministerial meetings: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from vaern.node.alliance.meetings import acts, queries
from vaern.node.alliance.meetings.parts import PARTS, mark, mark_of_plan
from vaern.node.alliance.models import AgendaItem, Decision, DecisionEffect, MinisterialMeeting, Minutes
from vaern.node.alliance.rules import meetings, minutes
from vaern.node.alliance.rules.meetings import Event, State
from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.web.versions import overtaken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import Model

    from vaern.node.alliance.rules.frame import Text
    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer

KEEPING = Reason(Why.ADMINISTRATION)
"""Why the secretariat keeps the record of a meeting; a move of its own has the reason that was given."""


@transaction.atomic
def plan(
    viewer: Viewer, name: Text, place: str, host: Member | None, first_day: date, last_day: date, topics: Sequence[str]
) -> MinisterialMeeting:
    """Plan a meeting, with topics of `rules.meetings.TOPICS` as its first agenda.

    Raises:
        Refusal: the days are reversed.
    """
    _days(first_day, last_day)
    found = MinisterialMeeting.objects.create(
        name=name,
        place=place,
        host=host,
        first_day=first_day,
        last_day=last_day,
        synthetic=settings.CONFIGURATION.synthetic,
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=found, number=number, topic=topic, title=meetings.TOPICS[topic])
        for number, topic in enumerate((one for one in meetings.TOPICS if one in topics), 1)
    )
    record(acts.PLANNED, found.subject, viewer.actor, KEEPING)
    return found


@transaction.atomic
def change(
    viewer: Viewer,
    meeting: MinisterialMeeting,
    name: Text,
    place: str,
    host: Member | None,
    first_day: date,
    last_day: date,
    shown: str = "",
) -> MinisterialMeeting:
    """Change name, place or days.

    Raises:
        Refusal: not in this state, the days are reversed, or they are others than the page showed.
    """
    found = _locked(meeting, Event.CHANGE)
    if overtaken(shown, mark_of_plan(found)):
        raise Stale(meetings.CHANGED_MEANWHILE)
    _days(first_day, last_day)
    found.name, found.place, found.host = name, place, host
    found.first_day, found.last_day = first_day, last_day
    found.save()
    record(acts.CHANGED, found.subject, viewer.actor, KEEPING)
    return found


@transaction.atomic
def put(
    viewer: Viewer, meeting: MinisterialMeeting, part: str, values: dict[str, Any], one: Any = None, shown: str = ""
) -> Any:
    """Add a row to a part of a meeting, or change one.

    Args:
        viewer: of the secretariat.
        meeting: which.
        part: one of PARTS.
        values: by the fields of its model; `position` moves an item of the agenda, and `effects` are the commitments
            that a decision makes or changes, by what it does to them.
        one: the row that is changed; None adds one.
        shown: the mark of what the page showed of it (`parts.mark`).

    Raises:
        Refusal: not in this state, it stands there already, or the row is gone or another than the page showed.
    """
    event = PARTS[part].event
    found = _locked(meeting, event)
    position, effects = values.pop("position", None), values.pop("effects", None)
    row = _now(found, part, one, shown) if one else PARTS[part].model(meeting=found)
    for name, value in values.items():
        setattr(row, name, value)
    if row.pk is None:
        _number(found, row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal(meetings.TWICE) from error
    if position is not None and isinstance(row, AgendaItem):
        _renumber(meetings.placed(list(found.agenda.all()), row, position))
    if effects is not None and isinstance(row, Decision):
        row.effects.all().delete()
        DecisionEffect.objects.bulk_create(
            DecisionEffect(decision=row, commitment=commitment, effect=effect.value)
            for effect, commitments in effects.items()
            for commitment in commitments
        )
    record(acts.OF_EVENT[event], found.subject, viewer.actor, KEEPING)
    return row


@transaction.atomic
def remove(viewer: Viewer, meeting: MinisterialMeeting, part: str, one: Model) -> None:
    """Remove a row of a part.

    Raises:
        Refusal: not in this state, or somebody else removed it.
    """
    event = PARTS[part].event
    found = _locked(meeting, event)
    _now(found, part, one).delete()
    if isinstance(one, AgendaItem):
        _renumber(list(found.agenda.all()))
    record(acts.OF_EVENT[event], found.subject, viewer.actor, KEEPING)


@transaction.atomic
def move(
    viewer: Viewer, reason: Reason, meeting: MinisterialMeeting, event: Event, read: str = ""
) -> MinisterialMeeting:
    """Take a step of a meeting: convene it, say that it was held, draft, approve or correct its minutes, cancel it.

    Args:
        viewer: of the secretariat.
        reason: why.
        meeting: which.
        event: what happens.
        read: the mark of the minutes that the approver has read (`queries.mark_of_minutes`).

    Raises:
        Refusal: why not; the minutes say something else than what was read.
    """
    found = _locked(meeting, event)
    problem = meetings.problem_with_move(event, queries.standing(found), reason.words)
    if problem:
        raise Refusal(problem)
    if event is Event.APPROVE:
        if overtaken(read, queries.mark_of_minutes(found)):
            raise Stale(meetings.CHANGED_MEANWHILE)
        _approve(viewer, found)
    found.state = meetings.after(State(found.state), event).value
    found.correcting = reason.words if event is Event.CORRECT else ""
    found.save()
    record(acts.OF_EVENT[event], found.subject, viewer.actor, reason)
    return found


def _approve(viewer: Viewer, found: MinisterialMeeting) -> None:
    """Keep the minutes as they are now, as the next version."""
    found.version += 1
    assert viewer.person is not None  # a key has no permission of this room
    Minutes.objects.create(
        meeting=found,
        version=found.version,
        content=minutes.plain(queries.content_of(found)),
        why=found.correcting,
        approved_by=viewer.person,
    )


def _locked(meeting: MinisterialMeeting, event: Event) -> MinisterialMeeting:
    """Return the meeting as it is now, held for this transaction, if its state allows the event."""
    found = MinisterialMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    meetings.after(State(found.state), event)
    found.changed_at = timezone.now()
    return found


def _now(found: MinisterialMeeting, part: str, one: Model, shown: str = "") -> Any:
    """Return a row as it is now, if it is still there and what the page showed of it."""
    row = PARTS[part].model.objects.filter(meeting=found, pk=one.pk).first()
    if row is None:
        raise Conflict(meetings.GONE)
    if overtaken(shown, mark(part, row)):
        raise Stale(meetings.CHANGED_MEANWHILE)
    return row


def _number(found: MinisterialMeeting, row: Any) -> None:
    """Give a new item of the agenda the last place, and a new decision a number that none had."""
    if isinstance(row, AgendaItem):
        row.number = found.agenda.count() + 1
    if isinstance(row, Decision):
        found.last_decision += 1
        row.number = found.last_decision
        found.save(update_fields=["last_decision", "changed_at"])


def _renumber(items: list[AgendaItem]) -> None:
    for number, item in enumerate(items, 1):
        item.number = number
    AgendaItem.objects.bulk_update(items, ["number"])


def _days(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise Refusal(meetings.DAYS_REVERSED)
