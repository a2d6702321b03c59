"""Noting that a document was read by a mapping: one transaction, one entry, and nothing of what the document held."""

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
    """Note what became of the reports of one document, each of which is recorded by itself."""
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
