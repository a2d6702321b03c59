"""What ends by itself: the law under a request that is out, and the request at its end date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.alarms import WATCHED, look_at
from vaern.node.cases.assistance.data import current, party_key, zones_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import AssistanceRequest, HeldData
from vaern.node.cases.rules import assistance
from vaern.node.cases.rules.assistance import OUT
from vaern.node.cases.rules.router import day_of
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention.actions import BY_CLOCK, node_of
from vaern.node.casework.retention.kinds import Retention
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from vaern.node.cases.models import Case
    from vaern.node.cases.rules.instruments import Book


def law_ended(request: AssistanceRequest, book: Book, now: datetime) -> date | None:
    """Return the day on which what a request rests on ended while it was out; None while it holds.

    Asked of the rows as they are now: a request is sent under rows that hold, and a later version may give them an end.
    """
    if request.sent_at is None:
        return None
    pinned, zone = read(request.pinned), zones_of(request.requesting)[0]
    keys = {party_key(one) for one in pinned.parties}
    parties = tuple(one for one in book.parties if party_key(one) in keys)
    treaty = book.treaties.get(pinned.treaty.code, pinned.treaty)
    return assistance.ended_meanwhile(day_of(request.sent_at, zone), day_of(now, zone), treaty, parties)


def flag_ended(now: datetime | None = None) -> int:
    """Flag requests whose law ended while they are out, for a person to decide; return how many.

    The requests go on meanwhile.
    """
    now, book = now or timezone.now(), current()
    out = [state.value for state in OUT]

    def flag(id: UUID) -> bool:
        rows = AssistanceRequest.everywhere.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=id, state__in=out, ended_on=None).first()
        ended = law_ended(found, book, now) if found else None
        if found is None or ended is None:
            return False
        found.ended_on = ended
        found.save(update_fields=["ended_on"])
        record(acts.ENDED, found.subject, NODE, WATCHED)
        return True

    waiting = AssistanceRequest.everywhere.filter(state__in=out, ended_on=None)
    return each("assistance.law", waiting.values_list("pk", flat=True), flag)


def _delete(request: AssistanceRequest) -> None:
    request.delete()


RETENTION = Retention(model=AssistanceRequest, name="requests for assistance", expired=acts.EXPIRED, delete=_delete)


def before_it_goes(case: Case) -> None:
    """Check the clocks of a locked case, and recall its requests, before everything is erased."""
    now = timezone.now()
    for held in HeldData.of(case=case):
        look_at(held, now)
    rows = AssistanceRequest.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    for request in rows.filter(case=case).order_by("id"):
        recall_from_all(request)


def recall_from_all(request: AssistanceRequest) -> None:
    """End every sight of a locked request that is about to be erased, by itself or with its case."""
    releases.recall_all(node_of(request.organisation), request, BY_CLOCK)
