"""What the tour tries for external identifiers, for requests of other countries, and for statistics of EU law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case, IncomingRequest
from vaern.node.cases.rules.incoming import Event
from vaern.node.external import actions as external
from vaern.node.external.models import ExternalIdentifier
from vaern.node.external.sealed_values import Given
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Member, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Permission
from vaern.node.reports.models import Report
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Callable

WHY = Reason(Why.INVESTIGATION)
KINDS: dict[str, tuple[Any, Permission]] = {
    "reports": (Report, Permission.REPORT_ASSESS),
    "victims": (Series, Permission.SERIES_WORK),
    "cases": (Case, Permission.CASE_WORK),
}


def withdraw_identifiers() -> None:
    """Of each kind of record, withdraw an identifier that somebody noted by mistake."""
    for model, permission in KINDS.values():
        there = ExternalIdentifier.everywhere.filter(kind=model.KIND, withdrawn_at=None)
        record = model.everywhere.filter(pk__in=there.values("record")).first()
        people = Person.everybody.filter(is_active=True, organisation=record.organisation_id)
        viewer = next(viewer for person in people if (viewer := viewer_of(person)).may(permission))
        with viewing(viewer.organisation.id):
            made = external.add(viewer, WHY, record, Given("other", "TOUR-1", holder="Another desk (synthetic)"))
            external.withdraw(viewer, WHY, record, made.pk, "it was of another record")


def _identifiers(kind: str, *, withdrawn: bool) -> Callable[[Person], list[dict[str, Any]]]:
    def of(person: Person) -> list[dict[str, Any]]:
        rows = ExternalIdentifier.everywhere.filter(
            kind=KINDS[kind][0].KIND, organisation=person.organisation, withdrawn_at__isnull=not withdrawn
        )
        return [{"id": one.record, "identifier": one.pk} for one in rows]

    return of


def _incoming(person: Person) -> list[dict[str, Any]]:
    mine = Q(organisation=person.organisation) | Q(desk=person.organisation)
    return [{"id": one.pk} for one in IncomingRequest.everywhere.filter(mine)]


def _events(person: Person) -> list[dict[str, Any]]:
    return [{**one, "event": event.value} for one in _incoming(person) for event in Event]


def _years(_person: Person) -> list[dict[str, Any]]:
    return [{"id": one.pk, "year": timezone.localdate().year} for one in Member.objects.all()]


REQUESTS: dict[str, Callable[[Person], list[dict[str, Any]]]] = {
    **{f"{kind}:correct-external": _identifiers(kind, withdrawn=False) for kind in KINDS},
    **{f"{kind}:withdraw-external": _identifiers(kind, withdrawn=False) for kind in KINDS},
    **{f"{kind}:restore-external": _identifiers(kind, withdrawn=True) for kind in KINDS},
    **dict.fromkeys(
        (
            "cases:incoming-request",
            "cases:correct-incoming",
            "cases:write-incoming",
            "cases:attach-incoming",
            "cases:pass-incoming",
            "cases:correspond-incoming",
        ),
        _incoming,
    ),
    **dict.fromkeys(("cases:incoming-event", "cases:incoming-desk-event"), _events),
    "alliance:statistics-of": _years,
    "alliance:maturity-declare": lambda _person: [{"number": 1}],
}
