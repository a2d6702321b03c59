"""Submissions of platforms: open, add a file, finish, retract. Each is one transaction with its ledger entry."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.base.originals import Sent
from vaern.node.reports.models import Submission
from vaern.node.reports.rules.submissions import Code
from vaern.node.reports.submission import acts

if TYPE_CHECKING:
    from vaern.arrivals import Read
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

CONTENT_TYPE = "text/xml"


class SubmissionError(ValueError):
    """A step of a submission that is refused.

    Attributes:
        code: of the response.
        number: of the submission, if there is one.
    """

    def __init__(self, code: Code, message: str, number: int | None = None) -> None:
        super().__init__(message)
        self.code, self.number = code, number


@transaction.atomic
def open_(viewer: Viewer, reason: Reason, desk: Organisation, read: Read, body: bytes) -> Submission:
    """Take in a report and return its submission. The same document again is the same report.

    Raises:
        Refusal: it cannot be taken in.
    """
    assert read.arrival is not None
    number = 10**11 + secrets.randbelow(9 * 10**11)
    read = msgspec.structs.replace(read, arrival=msgspec.structs.replace(read.arrival, tip_number=str(number)))
    sender = None if desk.id == viewer.organisation.id else viewer.organisation
    found = intake.receive_document(viewer, reason, desk, read, Sent(CONTENT_TYPE, body), sender=sender)
    made: Submission = Submission.everywhere.get_or_create(
        report=found.report,
        defaults={
            "number": number,
            "sender": viewer.organisation,
            "organisation": found.report.organisation,
            "opened_at": timezone.now(),
        },
    )[0]
    return made


@transaction.atomic
def add_file(viewer: Viewer, reason: Reason, desk: Organisation, read: Read, body: bytes) -> Submission:
    """Take in the details of a file of an open submission.

    Raises:
        SubmissionError: there is none with that number, or it is closed.
        Refusal: it cannot be taken in.
    """
    assert read.arrival is not None
    found = _open(viewer, read.arrival.tip_number, desk)
    sender = None if desk.id == viewer.organisation.id else viewer.organisation
    intake.receive_document(viewer, reason, desk, read, Sent(CONTENT_TYPE, body), sender=sender)
    return found


@transaction.atomic
def finish(viewer: Viewer, reason: Reason, desk: Organisation, number: str) -> tuple[Submission, list[str]]:
    """Mark a submission as complete; return it with its sender's file ids.

    Raises:
        SubmissionError: as in `add_file`.
    """
    found = _open(viewer, number, desk)
    files = [file.reference for file in arrival_of(found.report).files if file.reference]
    found.finished_at = timezone.now()
    found.save(update_fields=["finished_at"])
    record(acts.FINISHED, found.report.subject, viewer.actor, reason, count=len(files))
    return found, files


@transaction.atomic
def retract(viewer: Viewer, reason: Reason, desk: Organisation, number: str) -> Submission:
    """Mark a submission as retracted by its sender. The report stays on the desk, marked: a person decides.

    Raises:
        SubmissionError: as in `add_file`.
    """
    found = _open(viewer, number, desk)
    found.retracted_at = timezone.now()
    found.save(update_fields=["retracted_at"])
    record(acts.RETRACTED, found.report.subject, viewer.actor, reason)
    return found


def _open(viewer: Viewer, number: str, desk: Organisation) -> Submission:
    """Return a submission of the viewer's organisation to this desk that takes more, locked."""
    own = Submission.everywhere.select_for_update(of=("self",)).select_related("report")
    found: Submission | None = None
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        found = own.filter(number=int(number), sender=viewer.organisation.id, organisation=desk).first()
    if found is None:
        raise SubmissionError(Code.NO_SUCH_REPORT, "There is no report of yours with this number.")
    if found.retracted_at:
        raise SubmissionError(Code.RETRACTED, "You took this report back.", found.number)
    if found.finished_at:
        raise SubmissionError(Code.FINISHED, "You finished this report; open another one.", found.number)
    return found
