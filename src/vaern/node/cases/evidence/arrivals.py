"""Evidence of a case that is handed over: it enters the recipient's register, each piece with a chain of its own.

The first event there names the chain that it goes on from: the sender's evidence, how many events, and the hash of the
last. A bag that the sender exports has that chain, so that anybody can follow it from the beginning. What it holds lies
where it lay, until somebody writes down that it was received.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery

from vaern.node.cases.evidence import acts, chain
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.models import CustodyEvent, Evidence
from vaern.node.cases.rules.evidence import Event, Held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from vaern.node.cases.models import Case
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


def of(cases: Sequence[Case]) -> QuerySet[Evidence]:
    """Return what would go along: what is held or awaited, of a case and those that it absorbed, in their order."""
    going: QuerySet[Evidence] = Evidence.of(case__in=cases).filter(held__in=[Held.HELD.value, Held.AWAITED.value])
    return going.select_related("case").order_by("case__opened_at", "number")


def limits_of(cases: Sequence[Case]) -> list[tuple[Evidence, str]]:
    """Return the limits on use of what would go along: the sender has to keep to them too."""
    said = ((one, opened(one.facts).use_limits) for one in of(cases))
    return [(one, limits) for one, limits in said if limits]


def copy(viewer: Viewer, reason: Reason, cases: Sequence[Case], arrived: Case) -> int:
    """Enter what goes along into the register of the case that arrived; part of the caller's transaction.

    Args:
        viewer: of the sender, whose person stands in the chains.
        reason: of the hand-over.
        cases: the sender's, with all that it absorbed, locked.
        arrived: the recipient's.

    Returns:
        How many pieces.
    """
    last = CustodyEvent.of(evidence=OuterRef("pk")).order_by("-number")
    # In one statement: somebody may add an event meanwhile, and what is said here has to fit together.
    going = of(cases).annotate(events_then=Subquery(last.values("number")[:1]), head=Subquery(last.values("hash")[:1]))
    number = 0
    for number, one in enumerate(going, 1):
        made: Evidence = Evidence.everywhere.create(
            case=arrived,
            organisation_id=arrived.organisation_id,
            number=number,
            kind=one.kind,
            held=Held.AWAITED.value,
            sha256=one.sha256,
            facts=one.facts,
        )
        before = {"evidence": str(one.pk), "events": one.events_then, "hash": bytes(one.head).hex()}
        said = {"facts": opened(one.facts).hash, "before": before}
        chain.add(viewer, reason, made, Event.REGISTERED, said, acts.ARRIVED)
    return number
