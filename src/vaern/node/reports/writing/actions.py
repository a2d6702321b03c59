"""Changes of this room: a report that a person wrote arrives like every other, once, with one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction

from vaern.node.base.scope import viewing
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.public.actions import give_receipt
from vaern.node.web import codes

if TYPE_CHECKING:
    from vaern.arrivals import Arrival
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report
    from vaern.node.reports.public.tokens import FormToken


class Written(NamedTuple):
    """A report that was written down, and the code that is read to the caller; "" where none was asked for."""

    report: Report
    code: str = ""


@transaction.atomic
def write_down(viewer: Viewer, reason: Reason, token: FormToken, arrival: Arrival, *, receipt: bool) -> Written:
    """Take in what came by telephone, by letter, by mail or at the door, for the viewer's own desk.

    Raises:
        Refusal: it cannot be taken, or this form was sent before with other content; the message says why.
    """
    report, made = intake.receive(
        viewer, reason, viewer.organisation, arrival, synthetic=settings.CONFIGURATION.synthetic
    )
    if not receipt:
        return Written(report)
    if made:
        give_receipt(report, token)
    return Written(report, codes.grouped(token.code))


def send(viewer: Viewer, reason: Reason, desk: Organisation, arrival: Arrival) -> Report:
    """Send a report that a person wrote to the desk of another organisation; the same again is the same report.

    Raises:
        Refusal: it cannot be taken; the message says why.
    """
    with viewing(desk.id):
        report, _made = intake.receive(
            viewer,
            reason,
            desk,
            arrival,
            sender=viewer.organisation,
            synthetic=settings.CONFIGURATION.synthetic,
        )
    return report
