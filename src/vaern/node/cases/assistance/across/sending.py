"""Tell an authority on another node what was asked, or what became of what it asked; in the transaction of the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.assistance.across.messages import MOVED, REQUESTED, Moved, Requested, Said
from vaern.node.cases.assistance.question import values_of
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.said_law import lines_of
from vaern.node.exchange.outbox.actions import send, send_owed

if TYPE_CHECKING:
    from vaern.node.cases.assistance.pinned_law import Pinned
    from vaern.node.cases.models import AssistanceRequest, IncomingRequest
    from vaern.node.exchange.rules.messages import Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


def send_request(
    viewer: Viewer, reason: Reason, request: AssistanceRequest, law: Pinned, to: Organisation, terms: Terms
) -> None:
    """Send a locked request to the node on which the authority lives that is asked.

    Raises:
        Refusal: that node does not get such messages, or not now.
    """
    body = Requested(
        instrument=request.instrument,
        requesting=request.requesting,
        requested=request.holder,
        data=DataKind(request.data),
        urgent=request.urgent,
        synthetic=request.synthetic,
        reference=request.code,
        language=request.language,
        values=values_of(request),
        names={one.code: one.en for one in law.form.fields},
        law=lines_of(request.pinned),
        expected=request.expected_at,
    )
    send(
        REQUESTED,
        body,
        sender=viewer.organisation,
        recipient=to,
        about=request.pk,
        by=viewer.actor,
        reason=reason,
        terms=terms,
    )


def tell_asked(viewer: Viewer, reason: Reason, request: AssistanceRequest, said: Said, words: str) -> None:
    """Tell the authority that was asked on another node what whoever asked says of a locked request."""
    assert request.sent_to is not None  # the caller has looked
    _tell(viewer, reason, request.pk, request.authority, request.sent_to, Moved(said=said, words=words.strip()))


def tell_asker(viewer: Viewer, reason: Reason, request: IncomingRequest, told: Moved) -> None:
    """Tell the authority on another node that asked what became of a locked request."""
    _tell(viewer, reason, request.about, request.organisation, request.sender, told)


def _tell(
    viewer: Viewer,
    reason: Reason,
    about: object,
    sender: Organisation | None,
    recipient: Organisation | None,
    body: Moved,
) -> None:
    send_owed(MOVED, body, sender=sender, recipient=recipient, about=about, by=viewer.actor, reason=reason)  # type: ignore[arg-type]
