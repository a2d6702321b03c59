"""Every reading of the evidence register: takes the viewer, returns what they may see, and records that it was read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django_scopes import scopes_disabled

from vaern.formats.bagit_holdings import Zip
from vaern.formats.evidence_bag import examine_held
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.evidence import acts, chain
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.evidence.timestamps import trusted_certificates
from vaern.node.cases.models import CustodyEvent, Evidence, EvidenceBag, Handover
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.formats.custody import Break, Link
    from vaern.formats.evidence_bag import Examined
    from vaern.node.cases.evidence.facts import Facts
    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer


def of_case(case: Case) -> list[tuple[Evidence, Facts]]:
    """Return the register of a case and of those that it absorbed, for its page, where the reading is recorded."""
    rows = Evidence.objects.filter(case__in=[one.pk for one in whole(case)]).select_related("case")
    rows = rows.only("number", "kind", "facts", "held", "case__code")
    return [(one, opened(one.facts)) for one in rows.order_by("case__opened_at", "number")]


def has_any(case: Case) -> bool:
    """Whether the register of a case has anything; for what a page offers, so recorded by nobody."""
    return Evidence.objects.filter(case__in=[one.pk for one in whole(case)]).exists()


def bags_of(case: Case) -> list[EvidenceBag]:
    """Return the bags of a case, the newest first; for its page, where the reading is recorded."""
    found = EvidenceBag.objects.filter(case=case).only("case", "number", "made_at", "recipient_text", "stamping")
    return list(found.order_by("-number"))


def find(viewer: Viewer, case: UUID, id: UUID) -> Evidence | None:
    """Return evidence of a case of the viewer's own organisation, to act on it; shows nothing, so records nothing."""
    own = Evidence.objects.filter(pk=id, case=case, case__organisation=viewer.organisation.id)
    found: Evidence | None = own.select_related("case__organisation").first()
    return found


def find_bag(viewer: Viewer, case: UUID, id: UUID) -> EvidenceBag | None:
    """Return a bag of a case of the viewer's own organisation; shows nothing, so records nothing."""
    own = EvidenceBag.objects.filter(pk=id, case=case, case__organisation=viewer.organisation.id)
    found: EvidenceBag | None = own.select_related("case__organisation", "recipient", "made_by").first()
    return found


@dataclass(frozen=True)
class Sheet:
    """All that the page of a piece of evidence shows.

    Attributes:
        names: of those who recorded the events, by what the events have as `by`.
    """

    evidence: Evidence
    facts: Facts
    links: Sequence[Link]
    breaks: Sequence[Break]
    names: Mapping[str, str]


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, evidence: Evidence, reason: Reason) -> Sheet:
    """Return evidence with its chain, checked now, also against the ledger; recorded."""
    links = chain.links(evidence)
    found = Sheet(evidence, opened(evidence.facts), links, chain.breaks(evidence, links), recorders(evidence))
    record(acts.CONSULTED, evidence.case.subject, viewer.actor, reason)
    return found


def recorders(evidence: Evidence) -> dict[str, str]:
    """Return who recorded the events of evidence, by id: people of its own organisation, and else only whose they are.

    The first event of what came with a case that was handed over is the sender's; of one on another node, that is all.
    """
    ids = CustodyEvent.of(evidence=evidence).values("by")
    with scopes_disabled():
        people = list(Person.everybody.filter(pk__in=ids).select_related("organisation"))
    own = evidence.organisation_id
    senders = Handover.of(arrived=evidence.case).select_related("organisation")
    whose = {str(one.organisation_id): one.organisation.name for one in senders if one.organisation.node}
    return whose | {str(one.pk): one.name if one.organisation_id == own else one.organisation.name for one in people}


@transaction.atomic
def examined(viewer: Viewer, raw: bytes) -> Examined:
    """Verify a bag from outside, in memory; that is recorded, and nothing of the bag is kept."""
    found = examine_held(Zip(io.BytesIO(raw), "bag.zip", len(raw)), trusted_certificates())
    record(acts.BAG_VERIFIED, Subject("case"), viewer.actor, Reason(Why.INVESTIGATION))
    return found


@transaction.atomic
def bag_read(viewer: Viewer, bag: EvidenceBag, reason: Reason) -> None:
    """Record that somebody looks at a bag, as a consultation of its case."""
    record(acts.CONSULTED, bag.case.subject, viewer.actor, reason)
