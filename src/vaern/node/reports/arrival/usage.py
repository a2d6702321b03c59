"""Record that a mapping read a document: one transaction, one entry, and nothing of the document's content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.reports.arrival import acts
from vaern.node.reports.models import SavedMappingUse

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.intake.mapped import Tally
    from vaern.node.reports.models import SavedMappingVersion


@transaction.atomic
def note(viewer: Viewer, reason: Reason, version: SavedMappingVersion, tally: Tally) -> SavedMappingUse:
    """Store the results for the reports of one document; each report has its own ledger entry."""
    use: SavedMappingUse = SavedMappingUse.everywhere.create(
        version=version,
        organisation_id=version.organisation_id,
        taken=tally.taken,
        refused=tally.refused,
        faults=tally.faults,
    )
    record(
        acts.MAPPING_USED,
        version.mapping.subject,
        viewer.actor,
        reason,
        count=tally.taken,
        tags={"version": version.number, "refused": tally.refused},
    )
    return use
