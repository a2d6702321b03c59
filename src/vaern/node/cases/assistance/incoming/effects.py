"""What an event does to the columns of an incoming request besides its state; the caller saves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.cases.assistance.incoming.state import begin_pause, end_pauses
from vaern.node.cases.rules.incoming import Event, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from vaern.node.cases.models import IncomingRequest
    from vaern.node.cases.rules.terms import Duty
    from vaern.node.organisations.models import Person


@dataclass(frozen=True)
class Said:
    """The details of an event besides its words.

    Attributes:
        ground: of a refusal or a postponement, a code of the table.
        until: how long a postponement is expected to last.
        duty: of whose delay notice is given.
        since: since when data are kept, of a preservation that was executed.
        partial: not all that was asked for is there.
        limits: on what conditions whoever asked may use what is answered.
    """

    ground: str = ""
    until: date | None = None
    duty: Duty | None = None
    since: datetime | None = None
    partial: bool = False
    limits: str = ""


NOTHING = Said()


def change(request: IncomingRequest, event: Event, said: Said, before: State, by: Person | None) -> None:
    """Write what an event does to a locked request."""
    now = timezone.now()
    if event is Event.EXECUTE:
        request.executed_at, request.executed_by, request.partial = now, by, said.partial
    elif event is Event.REOPEN:
        _reopen(request, before)
    elif event in _CHANGES:
        _CHANGES[event](request, said, now)
    if event in {Event.COMPLETE, Event.RESUME, Event.REFUSE, Event.WITHDRAW}:
        end_pauses(request, now)


def _acknowledge(request: IncomingRequest, _said: Said, now: datetime) -> None:
    request.acknowledged_at = now


def _ask(request: IncomingRequest, _said: Said, now: datetime) -> None:
    begin_pause(request, now, postponed=False)


def _postpone(request: IncomingRequest, said: Said, now: datetime) -> None:
    begin_pause(request, now, postponed=True)
    request.ground, request.postponed_until = said.ground, said.until


def _resume(request: IncomingRequest, _said: Said, _now: datetime) -> None:
    request.ground, request.postponed_until = "", None


def _recognise(request: IncomingRequest, _said: Said, now: datetime) -> None:
    request.decided_at = request.decided_at or now


def _undo(request: IncomingRequest, _said: Said, _now: datetime) -> None:
    request.decided_at = None


def _extend(request: IncomingRequest, said: Said, _now: datetime) -> None:
    assert said.duty is not None  # `actions` has looked
    request.extended = [*request.extended, said.duty.value]


def _not_executed(request: IncomingRequest, _said: Said, _now: datetime) -> None:
    request.executed_at, request.executed_by = None, None


def _answer(request: IncomingRequest, _said: Said, now: datetime) -> None:
    request.answered_at = now


def _refuse(request: IncomingRequest, said: Said, now: datetime) -> None:
    request.ground, request.decided_at, request.postponed_until = said.ground, request.decided_at or now, None


def _reopen(request: IncomingRequest, before: State) -> None:
    request.answered_at, request.executed_at, request.executed_by = None, None, None
    request.ground, request.postponed_until = "", None
    if before is State.REFUSED:
        request.decided_at = None


_CHANGES: dict[Event, Callable[[IncomingRequest, Said, datetime], None]] = {
    Event.ACKNOWLEDGE: _acknowledge,
    Event.ASK: _ask,
    Event.POSTPONE: _postpone,
    Event.RESUME: _resume,
    Event.RECOGNISE: _recognise,
    Event.UNDO: _undo,
    Event.EXTEND: _extend,
    Event.NOT_YET: _not_executed,
    Event.ANSWER_PART: _not_executed,
    Event.ANSWER: _answer,
    Event.REFUSE: _refuse,
}
