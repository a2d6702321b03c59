"""Retention: every case ends, and persons of some categories before it. By the clock, or by a person with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict
from vaern.node.cases.assistance import expiry as assistance
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import changed, locked
from vaern.node.cases.models import Case, Party, Said
from vaern.node.cases.rules import case as rules
from vaern.node.cases.rules.case import Event, State, Who
from vaern.node.cases.work import acts
from vaern.node.cases.work.handover_queries import latest_day
from vaern.node.casework.retention.actions import BY_CLOCK
from vaern.node.casework.retention.kinds import Number, Retention
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Actor
    from vaern.node.organisations.viewers import Viewer


def erase_people(today: date | None = None) -> int:
    """Erase every reference to a person whose end date has passed; return how many went."""
    today = today or timezone.localdate()
    people = Party.everywhere.filter(kept_until__lt=today).order_by("kept_until", "pk").values_list("pk", flat=True)
    return each("persons.expire", people, lambda pk: _expire_party(pk, today))


def _expire_party(pk: UUID, today: date) -> bool:
    party = Party.everywhere.select_for_update(of=("self",)).filter(pk=pk, kept_until__lt=today).first()
    if party is None:
        return False
    subject, number = party.case.subject, party.number
    party.delete()
    record(acts.PARTY_EXPIRED, subject, NODE, BY_CLOCK, count=number)
    return True


def _rows() -> QuerySet[Case]:
    """Return the cases that end by themselves: what was absorbed ends with what absorbed it."""
    return Case.everywhere.exclude(state=State.MERGED.value)


def _locked(viewer: Viewer, case: Case) -> Case:
    return locked(viewer, case, Event.ERASE, Who.ERASER)  # in every state; who may is the caller's permission


def _may_erase(case: Case, by: Actor) -> None:
    if State(case.state) is State.MERGED:
        raise Conflict(_("It belongs to the case that absorbed it: separate it first, or erase that."))
    rules.after(State(case.state), Event.ERASE, Who.NODE if by is NODE else Who.ERASER)


def _keep(case: Case, until: date) -> None:
    changed(case, review_date=until)


def _numbers(case: Case) -> Iterator[Number]:
    day = timezone.localtime(case.opened_at).date()
    yield Number(day, "case")
    for code in sorted(set(Said.of(case=case).values_list("outcome", flat=True))):
        yield Number(day, f"case.{code}")


def _let_go(case: Case, by: Actor) -> None:
    crosscheck.withdraw(case, by=by)
    assistance.before_it_goes(case)


def _delete(case: Case) -> int:
    return case.delete()[0]  # type: ignore[no-any-return]


RETENTION = Retention(
    model=Case,
    name="cases",
    expired=acts.EXPIRED,
    erased=acts.ERASED,
    prolonged=acts.PROLONGED,
    rows=_rows,
    locked=_locked,
    may_erase=_may_erase,
    latest=latest_day,
    keep=_keep,
    whole=lambda case: list(reversed(whole(case))),
    numbers=_numbers,
    let_go=_let_go,
    delete=_delete,
)
