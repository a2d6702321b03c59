"""Find the reports that name a person, for answers to data subjects.

The search uses the keys of `ties`, which a report has from its arrival. A device, and an account whose service the
sender did not name, have no such key in the form a person would state; the keys of a concluded report
(`base.registration`) find both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.arrivals import Account, Arrival, IpEvent
from vaern.node.crosscheck.base.holders import Held
from vaern.node.crosscheck.rules.identifiers import Kind
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base.ties import digest_of
from vaern.node.reports.models import Report, Tie
from vaern.node.reports.rules.ties import tied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from vaern.node.crosscheck.rules.identifiers import Identifier


def holder(given: Iterable[Identifier], organisation: UUID | None) -> Iterator[Held]:
    """Find the reports of an organisation that hold any of the identifiers; of all organisations if none is given."""
    arrival = Arrival("public", accounts=tuple(account for one in given for account in _as_accounts(one)))
    digests = [digest_of(one) for one in tied(arrival)]
    own = [organisation] if organisation else list(Organisation.objects.values_list("pk", flat=True))
    hits = Tie.everywhere.filter(organisation__in=own, digest__in=digests).values("report")
    for id, whose, at in Report.everywhere.filter(pk__in=hits).values_list("pk", "organisation", "created_at"):
        yield Held(Report.KIND, timezone.localdate(at), whose, id)


def _as_accounts(one: Identifier) -> Iterator[Account]:
    match one.kind:
        case Kind.ACCOUNT:
            yield Account("suspect", service=one.service, identifier=one.value)
        case Kind.EMAIL:
            yield Account("suspect", emails=(one.value,))
        case Kind.PHONE:
            yield Account("suspect", phones=(one.value,))
        case Kind.ADDRESS:
            yield Account("suspect", ip_events=(IpEvent(one.value),))
