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
from vaern.node.lists.curation.numbers import entry_of
from vaern.node.lists.models import NumberedEntry
from vaern.node.organisations.models import Member, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Permission
from vaern.node.reports.models import Report
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.viewers import Viewer

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
            _withdrawn(viewer, record)
    row = NumberedEntry.everywhere.select_related("list__organisation").first()
    people = Person.everybody.filter(is_active=True, organisation=row.list.organisation_id)
    curator = next(viewer for person in people if (viewer := viewer_of(person)).may(Permission.HASHLIST_WORK))
    with viewing(curator.organisation.id):
        _withdrawn(curator, entry_of(row))


def _withdrawn(viewer: Viewer, record: Any) -> None:
    made = external.add(viewer, WHY, record, Given("other", "TOUR-1", holder="Another desk (synthetic)"))
    external.withdraw(viewer, WHY, record, made.pk, "it was of another record")


def _identifiers(kind: str, *, withdrawn: bool) -> Callable[[Person], list[dict[str, Any]]]:
    def of(person: Person) -> list[dict[str, Any]]:
        rows = ExternalIdentifier.everywhere.filter(
            kind=KINDS[kind][0].KIND, organisation=person.organisation, withdrawn_at__isnull=not withdrawn
        )
        return [{"id": one.record, "identifier": one.pk} for one in rows]

    return of


def _of_entries(*, withdrawn: bool) -> Callable[[Person], list[dict[str, Any]]]:
    def of(person: Person) -> list[dict[str, Any]]:
        found = []
        for row in NumberedEntry.everywhere.filter(list__organisation=person.organisation).select_related("list"):
            entry = entry_of(row)
            noted = ExternalIdentifier.everywhere.filter(record=row.pk, withdrawn_at__isnull=not withdrawn)
            found += [{"id": row.list_id, "number": entry.pk, "identifier": one.pk} for one in noted if entry]
        return found

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
    "lists:correct-external": _of_entries(withdrawn=False),
    "lists:withdraw-external": _of_entries(withdrawn=False),
    "lists:restore-external": _of_entries(withdrawn=True),
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
