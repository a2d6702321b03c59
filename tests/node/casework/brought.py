"""Graded VICS on its way back to a record, as a person brings it: sent, read by the job, taken by the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from vaern.node.base.scope import viewing
from vaern.node.casework.workstations import actions, reading, taking
from vaern.node.casework.workstations.models import GradedDocument

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.casework.models import Casework
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

REASON = {"why": "investigation", "words": "made up for a test"}


def choose(client: Client, address: str, data: bytes, **reason: str) -> Any:
    """Send a document on its page, have it read, and return the page on which it is then; or what refused it."""
    file = SimpleUploadedFile("graded.json", data, "application/json")
    answer: Any = client.post(address, {"file": file, **REASON, **reason})
    if answer.status_code != 302:
        return answer
    reading.read(GradedDocument.everywhere.latest("started_at").pk)
    return client.get(answer.url)


def taken(client: Client, page: Any, **more: str) -> Any:
    """Take what a page is about, and have the job do it; return how the decision was answered."""
    answer: Any = client.post(page.context["take"], {**REASON, **more})
    if answer.status_code == 302:
        taking.take(GradedDocument.everywhere.latest("started_at").pk)
    return answer


def waiting(organisation: Organisation, kind: str, record: Any) -> GradedDocument:
    """Make a document that was read and waits, of which nothing but its row is real."""
    made: GradedDocument = GradedDocument.everywhere.create(
        organisation=organisation,
        kind=kind,
        record=record,
        size=1,
        state="ready",
        reason="investigation",
        categories=[{"category": {"scheme": "S", "value": "1", "listed": False}, "media": 1, "same": 0, "other": 0}],
    )
    return made


def brought(viewer: Viewer, reason: Reason, record: Casework, data: bytes) -> GradedDocument:
    """Bring a document back, and have it read."""
    with viewing(viewer.organisation.id):
        document = actions.begin(viewer, reason, record, len(data))
        actions.add_piece(document, data, 0)
    reading.read(document.pk)
    document.refresh_from_db()
    return document


def grades(viewer: Viewer, reason: Reason, record: Casework, document: GradedDocument) -> GradedDocument:
    """Take all that a document says, where it says anything."""
    if document.graded:
        with viewing(viewer.organisation.id):
            actions.take(viewer, reason, record, document, dict.fromkeys(map(str, document.graded), ""))
        taking.take(document.pk)
    document.refresh_from_db()
    return document
