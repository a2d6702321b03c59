"""Arrivals become reports: one transaction, one entry of the ledger, and the same arrival again becomes nothing new."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vaern.node.ledger.record import record
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.intake import acts, making, moments
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival, Fault
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation

ATTEMPTS = 3
LONGEST_REFERENCE = 200


class ArrivalRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """An arrival that cannot be taken; the message says why, and repeats nothing of it."""


class ReferenceReused(ArrivalRefused):
    """The sender's reference belongs to another report of theirs."""


def anonymous(organisation: Organisation) -> Viewer:
    """Return the viewer of the public form: nobody, who may do nothing but bring in a report to this desk."""
    return Viewer(organisation, frozenset())


def receive(  # noqa: PLR0913 - all that makes a report
    viewer: Viewer,
    reason: Reason,
    organisation: Organisation,
    arrival: Arrival,
    raw: bytes = b"",
    *,
    sender: Organisation | None = None,
    faults: Sequence[Fault] = (),
    synthetic: bool = False,
    urgent: bool = False,
) -> tuple[Report, bool]:
    """Take in a report; return it, and whether it was made now.

    The same again (the sender's reference, or without one the same content of the same sender) returns the first. Of
    the public each arrival is a report of its own, unless the form gave it a reference.

    Args:
        viewer: who brings it in; `anonymous(organisation)` for the public form.
        reason: why.
        organisation: whose desk it is for.
        arrival: the report.
        raw: what was sent, if that and not the arrival is what identifies the content.
        sender: the organisation that sent it; None for the public and for the desk itself.
        faults: what is wrong with it and did not stop it; kept with it.
        synthetic: it is made up.
        urgent: whoever passes it on knows that it is, whatever it says itself.

    Raises:
        ReferenceReused: the sender's reference belongs to another report of theirs.
        ArrivalRefused: it cannot be taken; the message says why.
    """
    if len(arrival.reference) > LONGEST_REFERENCE:
        raise ArrivalRefused(_("A reference has at most %(n)s characters.") % {"n": LONGEST_REFERENCE})
    digest = hashlib.sha256(raw or msgspec.json.encode(arrival)).digest()
    arrival, odd = moments.within(arrival)
    draft = making.Draft(organisation, arrival, digest, sender, (*faults, *odd), synthetic, urgent)
    for _attempt in range(ATTEMPTS):
        try:
            return _make(viewer, reason, draft), True
        except IntegrityError:  # it was sent before, or of two at once the other was first, or a code is taken
            if first := _before(draft):
                return first, False
    raise ArrivalRefused(_("The report could not be stored. Try again."))


@transaction.atomic
def _make(viewer: Viewer, reason: Reason, draft: making.Draft) -> Report:
    report = making.make(draft)
    tags = {
        "urgent": int(report.urgent), "new": report.items_new, "copy": int(report.document == "forward"),
    }  # fmt: skip
    record(acts.RECEIVED, report.subject, viewer.actor, reason, count=report.items_total, tags=tags)
    return report


def _before(draft: making.Draft) -> Report | None:
    """Return the report that this arrival made before.

    Raises:
        ReferenceReused: its reference made another.
    """
    of_sender = Report.unscoped.filter(organisation=draft.organisation, sender=draft.sender)
    if draft.arrival.reference:
        first: Report | None = of_sender.filter(sender_reference=draft.arrival.reference).first()
        if first and bytes(first.digest) != draft.digest:
            raise ReferenceReused(_("This reference belongs to another report that you sent. Nothing was stored."))
        return first
    if draft.sender is None:
        return None
    found: Report | None = of_sender.filter(sender_reference="", digest=draft.digest).first()
    return found
