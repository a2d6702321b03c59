"""Check preservation clocks: an alarm that is due is recorded once, and mailed. No page relies on that.

    look(clock, now)          # inside a transaction, the clock locked: every action on a clock begins with it
    look_at_all()             # the job, each hour
    truth(clock, now)         # what a page shows: computed, whether or not the job ran

A lapse is recorded with the end at which it happened, however late the check runs.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.data import zones_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import AssistanceRequest, HeldData, KeepingAlarm, KeepingClock
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.assistance import OPEN, OUT, State
from vaern.node.cases.rules.clocks import Alarm, Running
from vaern.node.cases.rules.instruments import Kind
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.models import Person

WATCHED = Reason(Why.LEGAL_ASSISTANCE)
OBTAINS = (Kind.DIRECT, Kind.PRODUCE, Kind.MLA)


def running(clock: KeepingClock) -> Running:
    """Return a row as the rules see it."""
    return Running(clock.ends_at, clock.known_at, clock.settled_at)


def tags_of(clock: KeepingClock) -> dict[str, str | int | None]:
    """Return the tags by which the entry of a clock's end is counted: its number within its case, and its basis.

    Clocks go only with all of their case, so that the number of one stays the same.
    """
    held = clock.held
    same = KeepingClock.of(held__case=held.case) if held.case_id else KeepingClock.of(held__incoming=held.incoming)
    number = same.filter(pk__lte=clock.pk).count()
    return {"item": number, "origin": clock.origin}


def truth(clock: KeepingClock, now: datetime, expected: datetime | None = None) -> list[Alarm]:
    """Return every alarm that a clock has to give by now, recorded or not."""
    return clocks.due(running(clock), now, expected)


def expected_for(held: HeldData, now: datetime) -> datetime | None:
    """Return when the last of the open requests for some data may be answered; None if none brings them.

    One that was not sent yet is counted as if it left now.
    """
    return expectations([held], now).get(held.pk)


def expectations(held: Collection[HeldData], now: datetime) -> dict[UUID, datetime]:
    """Return the same for several held data, by their ids."""
    found: dict[UUID, datetime] = {}
    states = [state.value for state in OPEN - {State.EXECUTED, State.EVIDENCE_RECEIVED}]
    requests = AssistanceRequest.of(held__in=held).filter(state__in=states)
    for request in requests.only("pinned", "state", "urgent", "expected_at", "holder", "held"):
        at = _expected(request, now)
        if at is not None and request.held_id is not None:
            found[request.held_id] = max(at, found.get(request.held_id, at))
    return found


def _expected(request: AssistanceRequest, now: datetime) -> datetime | None:
    law = read(request.pinned).instrument
    if law.kind not in OBTAINS:
        return None
    if State(request.state) in OUT:
        return request.expected_at
    figure = (law.emergency if request.urgent else None) or law.expects
    return clocks.end_of(now, figure.span, zones_of(request.holder)) if figure else None


def look(clock: KeepingClock, now: datetime, expected: datetime | None = None) -> list[Alarm]:
    """Record the alarms of a locked clock that are due and not recorded yet; return them. Inside a transaction."""
    if clock.lapsed_at is not None:
        return []
    raised = [
        Alarm(code)
        for code in KeepingAlarm.of(clock=clock).filter(ends_at=clock.ends_at).values_list("alarm", flat=True)
    ]
    found = clocks.to_raise(running(clock), now, raised, expected)
    if not found:
        return []
    subject, to = clock.held.needed_for.subject, clock.held.watcher
    for alarm in found:
        KeepingAlarm.everywhere.create(
            clock=clock,
            organisation_id=clock.organisation_id,
            alarm=alarm.value,
            ends_at=clock.ends_at,
            at=now,
            mailed=to is not None and to.is_active,
        )
    if Alarm.LAPSED in found:
        clock.lapsed_at = clock.ends_at
        clock.save(update_fields=["lapsed_at"])
        record(acts.of(clock.held, acts.LAPSED), subject, NODE, WATCHED, tags=tags_of(clock))
    if set(found) - {Alarm.LAPSED}:
        record(acts.of(clock.held, acts.ALARMED), subject, NODE, WATCHED)
    if to is not None and to.is_active:
        _mail(to, clock, found[-1])
    return found


def look_at(held: HeldData, now: datetime) -> None:
    """Lock and check every clock of some held data. Inside a transaction; every action on a clock begins here."""
    expected = expected_for(held, now)
    rows = KeepingClock.everywhere.select_for_update(of=("self",), no_key=True).filter(held=held).order_by("id")
    for clock in rows.select_related("held__case__lead", "held__incoming", "held__watched_by"):
        look(clock, now, expected)


def look_at_all(now: datetime | None = None) -> int:
    """Check every clock that may have an alarm due; return how many were recorded. The job's work."""
    now = now or timezone.now()
    soon = now + clocks.WARNED[0] + 2 * clocks.LOOKED_EVERY
    waiting = Q(held__requests__state__in=[state.value for state in OPEN])
    ids = (
        KeepingClock.everywhere.filter(Q(ends_at__lte=soon) | waiting, settled_at=None, lapsed_at=None)
        .order_by("ends_at", "id")
        .values_list("pk", flat=True)
        .distinct()
    )
    return each("cases.clocks", ids, lambda pk: _look_again(pk, now))


def _look_again(pk: int, now: datetime) -> int:
    clock = (
        KeepingClock.everywhere.select_for_update(of=("self",), no_key=True)
        .select_related("held__case__lead", "held__incoming", "held__watched_by")
        .filter(pk=pk, settled_at=None, lapsed_at=None)
        .first()
    )
    return len(look(clock, now, expected_for(clock.held, now))) if clock is not None else 0


def by_held(rows: Iterable[KeepingClock]) -> dict[UUID, list[KeepingClock]]:
    """Return clocks by the data that they keep."""
    found: dict[UUID, list[KeepingClock]] = defaultdict(list)
    for clock in rows:
        found[clock.held_id].append(clock)
    return found


def _mail(to: Person, clock: KeepingClock, alarm: Alarm) -> None:
    """Mail the person who watches a code and a day, and nothing of the case: mail is not sealed on its way."""
    defer_mail(
        to=to.email,
        template="cases/assistance/mail/alarm",
        context={
            "name": to.name,
            "case": str(clock.held.needed_for),
            "lapsed": alarm is Alarm.LAPSED,
            "early": alarm is Alarm.TOO_EARLY,
            "until": timezone.localtime(clock.ends_at),
            "zone": timezone.get_current_timezone_name(),
            "days": max(0, round((clock.ends_at - timezone.now()) / timedelta(days=1))),
            "link": f"{settings.CONFIGURATION.address}{reverse('cases:assistance-clocks')}",
        },
        language=to.language,
        organisation=clock.organisation_id,
    )
