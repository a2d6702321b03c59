"""A country declares how mature one of its capabilities is; in one transaction with its entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.alliance.maturity import acts
from vaern.node.alliance.models import Maturity
from vaern.node.alliance.rules import maturity
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.actions import allow, refuse_if
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def declare(viewer: Viewer, reason: Reason, capability: int, phase: maturity.Phase, on: date, source: str) -> Maturity:
    """Declare, for one's own country, in which phase a capability is. An earlier declaration stays on record.

    Args:
        viewer: a rapporteur.
        reason: why it is declared.
        capability: its number.
        phase: in which it is.
        on: the day of the assessment.
        source: what it rests on, so that others find it.

    Raises:
        Refusal: the organisation has no country, there is no such capability, or day or source do not do.
    """
    allow(viewer, Permission.COMMITMENT_REPORT)
    member = viewer.organisation.member
    if member is None or viewer.person is None:
        raise Refusal(maturity.NO_COUNTRY)
    refuse_if(maturity.problem(capability, on, timezone.localdate(), source))
    made = Maturity.objects.create(
        member=member, capability=capability, phase=phase.value, on=on, source=source.strip(), said_by=viewer.person
    )
    record(acts.DECLARED, Subject("member", member.pk), viewer.actor, reason, count=capability)
    return made
