"""Retention: every case ends, and persons of some categories before it. By the clock, or by a person with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict
from vaern.node.cases.assistance import expiry as assistance
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import locked
from vaern.node.cases.models import Case, Party, Said
from vaern.node.cases.rules import case as rules
from vaern.node.cases.rules.case import Event, State, Who
from vaern.node.cases.work import acts
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention import BY_CLOCK, count, expire, node_of
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.external.passage import forget
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Act, Actor
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def erase(viewer: Viewer, reason: Reason, case: Case) -> int:
    """Erase a case with all that hangs on it and all that it absorbed; return how many rows went.

    Raises:
        Refusal: it was absorbed by another, which has to be erased or separated, or it is not theirs.
    """
    found = locked(viewer, case, Event.ERASE, Who.ERASER)
    if State(found.state) is State.MERGED:
        raise Conflict(_("It belongs to the case that absorbed it: separate it first, or erase that."))
    return _erase_whole(viewer, found, acts.ERASED, viewer.actor, reason)


def erase_expired(today: date | None = None) -> int:
    """Erase every case, and every reference to a person, whose end date has passed; return how many cases went."""
    today = today or timezone.localdate()
    people = Party.everywhere.filter(kept_until__lt=today).order_by("kept_until", "pk").values_list("pk", flat=True)
    try:
        each("persons.expire", people, lambda pk: _expire_party(pk, today))
    finally:
        erased = expire("cases.expire", Case.everywhere.exclude(state=State.MERGED.value), _expire, today)
    return erased


def _expire(case: Case) -> int:
    _erase_whole(node_of(case.organisation), case, acts.EXPIRED, NODE, BY_CLOCK)
    return 1


def _expire_party(pk: UUID, today: date) -> bool:
    party = Party.everywhere.select_for_update(of=("self",)).filter(pk=pk, kept_until__lt=today).first()
    if party is None:
        return False
    subject, number = party.case.subject, party.number
    party.delete()
    record(acts.PARTY_EXPIRED, subject, NODE, BY_CLOCK, count=number)
    return True


def _erase_whole(viewer: Viewer, case: Case, act: Act, by: Actor, reason: Reason) -> int:
    """Erase a locked case and all that it absorbed, the leaves first."""
    rows = 0
    for one in reversed(whole(case)):
        releases.recall_all(viewer, one, reason)
        rows += erase_now(one, act, by, reason)
    return rows


def erase_now(case: Case, act: Act, by: Actor, reason: Reason) -> int:
    """Erase a case that the caller has locked, keep the numbers, and write the entry; return how many rows went."""
    rules.after(State(case.state), Event.ERASE, Who.NODE)
    day = timezone.localtime(case.opened_at).date()
    count(case.KIND, case.organisation_id, day, "case")
    for code in sorted(set(Said.everywhere.filter(case=case).values_list("outcome", flat=True))):
        count(case.KIND, case.organisation_id, day, f"case.{code}")
    crosscheck.withdraw(case, by=by)
    assistance.before_it_goes(case)
    forget(Case.KIND, case.pk)
    subject = case.subject
    rows, _each = case.delete()
    record(act, subject, by, reason, count=rows)
    return rows
