"""Deliver a sent request to the authority it is for, on this node or another, and keep it up to date there.

The other authority has a record of its own, with what was sent as it was sent: nothing that the sender does later
changes it but what a letter would have said too (what was missing, that it is withdrawn).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import acts as ours
from vaern.node.cases.assistance.across.messages import REQUESTED
from vaern.node.cases.assistance.across.messages import Said as Word
from vaern.node.cases.assistance.across.sending import send_request, tell_asked
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.incoming.locks import note
from vaern.node.cases.assistance.incoming.state import end_pauses, sealed_values, settle_due
from vaern.node.cases.models import IncomingRequest
from vaern.node.cases.rules import incoming
from vaern.node.cases.rules.assistance import Event as Ours
from vaern.node.cases.rules.incoming import Event, State, Who
from vaern.node.cases.rules.instruments import Reach
from vaern.node.casework.releases import terms
from vaern.node.casework.releases.transfers import Bounds
from vaern.node.exchange.outbox.queries import getting
from vaern.node.exchange.rules.messages import Terms as Said
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.cases.assistance.pinned_law import Pinned
    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

KEPT_FOR = timedelta(days=3 * 365)

FOLLOWS: dict[Ours, Event] = {Ours.CLARIFY: Event.COMPLETE, Ours.WITHDRAW: Event.WITHDRAW}
"""What the sender says of its request, and what that is for whoever was asked."""


def for_an_authority(law: Pinned) -> bool:
    """Whether a request under an instrument goes to an authority: not to a provider, nor inside one's own country."""
    to_provider = law.instrument.form == "direct" or any(one.withheld for one in law.form.fields)
    return law.instrument.reach in {Reach.BETWEEN, Reach.OPEN} and not to_provider


def authorities(request: AssistanceRequest, law: Pinned) -> list[Organisation]:
    """Return the central authorities that a request can be handed to: of the country it is for, here or on a peer."""
    if not for_an_authority(law):
        return []
    found = Organisation.all_nodes.filter(
        active=True,
        kind=OrganisationKind.AUTHORITY.value,
        member__code=request.holder,
        node__in=["", *getting(REQUESTED)],
    )
    return list(found.select_related("member").order_by("name"))


@dataclass(frozen=True)
class Delivery:
    """The authority, of this node or of another, that receives a sent request, and on what ground.

    Attributes:
        transfer, legal_ground: the ground on which it leaves the country, as for a release (`organisations.terms`).
    """

    to: UUID
    transfer: str = ""
    legal_ground: str = ""


def deliver(viewer: Viewer, reason: Reason, request: AssistanceRequest, law: Pinned, given: Delivery) -> None:
    """Hand a request that was just sent to an authority; inside the transaction of sending.

    Raises:
        Refusal: that is no authority to which it can go, or the ground on which it leaves does not fit.
    """
    addressee = next((one for one in authorities(request, law) if one.pk == given.to), None)
    if addressee is None:
        raise Refusal(_("That authority is not one that this request can be handed to here."))
    prospect = terms.prospect(viewer.organisation, addressee)
    said = terms.Terms(terms.Handling.AMBER_STRICT, timezone.now(), given.legal_ground, given.transfer)
    for _field, words in terms.refusals(said, [prospect], Regime(viewer.organisation.regime), Bounds()):
        raise Refusal(words)
    ground = prospect.ground(said)
    if addressee.node:
        _cross(viewer, reason, request, law, addressee, ground, given.legal_ground)
    else:
        _arrive(viewer, reason, request, addressee, ground, given.legal_ground)


def _cross(
    viewer: Viewer,
    reason: Reason,
    request: AssistanceRequest,
    law: Pinned,
    addressee: Organisation,
    ground: str,
    legal_ground: str,
) -> None:
    request.sent_to = addressee
    request.save(update_fields=["sent_to"])
    said = Said(
        handling=terms.Handling.AMBER_STRICT.value,
        transfer=ground,
        ground=legal_ground.strip(),
        from_country=request.requesting,
        to_country=request.holder,
    )
    record(
        ours.CROSSED,
        request.subject,
        viewer.actor,
        reason,
        recipient=addressee.pk,
        details=terms.details_of(ground, legal_ground, ""),
        tags={"transfer": ground or None},
    )
    send_request(viewer, reason, request, law, addressee, said)


def _arrive(
    viewer: Viewer,
    reason: Reason,
    request: AssistanceRequest,
    addressee: Organisation,
    ground: str,
    legal_ground: str,
) -> None:
    made = IncomingRequest(
        organisation=addressee,
        code=fresh_code(),
        synthetic=request.synthetic,
        sender=viewer.organisation,
        outgoing=request,
        instrument=request.instrument,
        requesting=request.requesting,
        requested=request.holder,
        data=request.data,
        urgent=request.urgent,
        pinned=request.pinned,
        sealed=bytes(request.sealed),
        asked_by=sealed_values({"authority": viewer.organisation.name, "reference": request.code}),
        language=request.language,
        received_at=timezone.now(),
        review_date=timezone.localdate() + KEPT_FOR,
    )
    settle_due(made)
    made.save(force_insert=True)
    record(
        acts.ARRIVED,
        made.subject,
        viewer.actor,
        reason,
        recipient=addressee.pk,
        details=terms.details_of(ground, legal_ground, ""),
        tags={"transfer": ground or None},
    )


def follow(viewer: Viewer, reason: Reason, request: AssistanceRequest, event: Ours, words: str) -> None:
    """Pass on to the requested authority what the sender of a locked request said; inside the sender's transaction."""
    theirs = FOLLOWS.get(event)
    if theirs is None:
        return
    if request.sent_to_id is not None:
        tell_asked(viewer, reason, request, Word(theirs.value), words)
        return
    rows = IncomingRequest.everywhere.select_for_update(of=("self",), no_key=True)
    found = rows.filter(outgoing=request).first()
    if found is not None:
        follow_here(viewer, reason, found, theirs, words)


def follow_here(viewer: Viewer, reason: Reason, found: IncomingRequest, theirs: Event, words: str) -> None:
    """Take over into a locked request what its sender, on this node or another, says of it.

    What its state does not allow any more is written down, and changes nothing.
    """
    if (State(found.state), theirs) in incoming.TRANSITIONS:
        now = timezone.now()
        found.state = incoming.after(State(found.state), theirs, Who.SENDER).value
        end_pauses(found, now)
        settle_due(found)
        found.touched_at = now
        found.save(update_fields=["state", "pauses", "due", "due_at", "touched_at"])
    note(viewer, found, theirs, words, named=False)
    record(acts.OF[theirs], found.subject, viewer.actor, reason)
