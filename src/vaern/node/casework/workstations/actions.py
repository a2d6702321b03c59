"""Every change to documents that come back from a workstation; what takes long is a job that commits with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.workstations import acts, files
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.casework.workstations.models import GradedDocument
from vaern.node.casework.workstations.reading import forget
from vaern.node.casework.workstations.rules import GradedEvent, GradedState, after
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.viewers import Viewer

OLD = Reason(Why.RETENTION)


@transaction.atomic
def begin(viewer: Viewer, reason: Reason, record: Casework, size: int) -> GradedDocument:
    """Begin to bring a document back for a record: it comes in pieces.

    One that was begun before, and never came whole, makes way.

    Raises:
        Refusal: a key brings it, it is too large, or another document of the record waits.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if not 0 < size <= files.LARGEST:
        raise Refusal(_("A file has between 1 byte and 64 GiB."), field="file")
    before = GradedDocument.for_record(viewer.organisation.id, record)
    for one in before.filter(state=GradedState.RECEIVING.value).select_for_update(no_key=True):
        _erase(one)
    document = GradedDocument(
        organisation=viewer.organisation,
        kind=record.KIND,
        record=record.pk,
        size=size,
        reason=reason.why.value,
        started_by=viewer.person,
    )
    document.save(force_insert=True)
    write(acts.BEGUN, record.subject, viewer.actor, reason)
    return document


def add_piece(document: GradedDocument, piece: bytes, at: int) -> int:
    """Add a piece of a document; return how many bytes there are. The last piece lets the reading begin.

    Raises:
        Refusal: bytes before it are missing, it reaches beyond the size that was said, it is whole already, or another
            document of the record waits.
    """
    with transaction.atomic():
        rows = GradedDocument.everywhere.select_for_update(of=("self",), no_key=True)
        current: GradedDocument = rows.get(pk=document.pk)
        after(GradedState(current.state), GradedEvent.ADD_PIECE)
        if at + len(piece) > current.size:
            raise Refusal(_("It reaches beyond the %(size)s bytes that were announced.") % {"size": current.size})
        try:
            current.received = files.append(current.pk, piece, at)
        except ValueError as error:
            raise Conflict(str(error)) from None
        if current.received == current.size:
            _read(current)
        try:
            with transaction.atomic():
                current.save(update_fields=["received", "state", "sha256"])
        except IntegrityError:
            raise Conflict(_("Another document for this record waits: take it or reject it first.")) from None
    document.state, document.received = current.state, current.received
    return current.received


def _read(document: GradedDocument) -> None:
    from vaern.node.casework.workstations.jobs import read

    document.sha256 = files.digest(document.pk)
    document.state = after(GradedState(document.state), GradedEvent.READ).value
    read.defer(document=str(document.pk))


@transaction.atomic
def take(
    viewer: Viewer, reason: Reason, record: Casework, document: GradedDocument, chosen: Mapping[str, str]
) -> GradedDocument:
    """Decide that the grades of a document count; a job takes them, by the part.

    Args:
        viewer: a person; they answer for it.
        reason: why.
        record: that the document is for.
        document: that waits.
        chosen: what each category that is taken means for the record, by its place; "" where nothing is asked.

    Raises:
        Refusal: a key decides, it is not the time, nothing is chosen, or the record does not allow it.
    """
    from vaern.node.casework.workstations.jobs import take as take_job

    kind_of(document.kind).check(viewer, record)
    current = _locked(viewer, document, GradedEvent.TAKE)
    current.chosen = {place: said for place, said in chosen.items() if int(place) in current.graded}
    if not current.chosen:
        raise Refusal(_("Nothing of it is chosen."))
    current.reason, current.words, current.why = reason.why.value, reason.words[:2_000], ""
    current.ended_by = viewer.person
    current.save(update_fields=["state", "chosen", "reason", "words", "why", "ended_by"])
    write(acts.DECIDED, record.subject, viewer.actor, reason, count=current.to_take, details=current.signature)
    take_job.defer(document=str(current.pk))
    return current


@transaction.atomic
def reject(viewer: Viewer, reason: Reason, record: Casework, document: GradedDocument) -> GradedDocument:
    """Decide that the grades of a document, or what is left of them, do not count: what was read of it is erased.

    Raises:
        Refusal: a key decides, or it is not the time.
    """
    current = _locked(viewer, document, GradedEvent.REJECT)
    current.ended_by, current.ended_at = viewer.person, timezone.now()
    current.save(update_fields=["state", "ended_by", "ended_at"])
    forget(current)
    transaction.on_commit(lambda: files.remove(current.pk), robust=True)
    write(acts.REJECTED, record.subject, viewer.actor, reason)
    return current


def _locked(viewer: Viewer, document: GradedDocument, event: GradedEvent) -> GradedDocument:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    rows = GradedDocument.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    current: GradedDocument = rows.get(pk=document.pk)
    current.state = after(GradedState(current.state), event).value
    return current


def erase_with(record: Casework) -> None:
    """Erase the documents of a record that is erased, whoever brought them."""
    for one in GradedDocument.everywhere.filter(kind=record.KIND, record=record.pk):
        _erase(one)


def erase_old(id: UUID) -> int:
    """Erase a document whose time is over; return whether one went."""
    rows = GradedDocument.everywhere.select_for_update(of=("self",), no_key=True)
    current: GradedDocument | None = rows.filter(pk=id).exclude(state=GradedState.TAKING.value).first()
    if current is None:
        return 0
    if current.state == GradedState.READY.value:
        write(acts.EXPIRED, current.subject, NODE, OLD)
    _erase(current)
    return 1


def _erase(document: GradedDocument) -> None:
    gone = document.pk
    forget(document)
    document.delete()
    transaction.on_commit(lambda: files.remove(gone), robust=True)
