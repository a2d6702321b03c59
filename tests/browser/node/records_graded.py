"""What the tour tries for graded VICS that came back to a record: of each kind one that waits for a decision."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.node.casework.brought import waiting

from vaern.node.casework.workstations.kinds import kinds
from vaern.node.casework.workstations.models import GradedDocument

if TYPE_CHECKING:
    from vaern.node.organisations.models import Person


def bring_graded() -> None:
    """Let each organisation have a document that waits, for the first record of each kind that it has."""
    for kind in kinds():
        for record in kind.model.everywhere.order_by("organisation", "created_at").distinct("organisation"):
            if not GradedDocument.for_record(record.organisation_id, record).exists():
                waiting(record.organisation, kind.kind, record.pk)


def _brought(kind: str, person: Person) -> list[dict[str, Any]]:
    rows = GradedDocument.everywhere.filter(kind=kind, organisation=person.organisation, state="ready")
    return [{"id": row.record, "document": row.pk} for row in rows]


NAMES = ("graded-document", "take-graded", "reject-graded")
GRADED = {
    **{f"scans:{name}": partial(_brought, "scan") for name in NAMES},
    **{f"victims:series-{name}": partial(_brought, "series") for name in NAMES},
    **{f"lists:{name}": partial(_brought, "list") for name in NAMES},
}
