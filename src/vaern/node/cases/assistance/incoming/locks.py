"""Locking an incoming request, and its lines of correspondence: what every action on it begins and ends with.

Where it came from an organisation of this node, the request there is locked first, by both sides: so that two acts at
one moment wait for each other, and never for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict
from vaern.node.base.sealing import seal
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, IncomingRequest
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules.incoming import Who

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def side_of(viewer: Viewer, request: IncomingRequest) -> Who | None:
    """Return the side on which somebody acts on a request; None for those who only see it."""
    if request.organisation_id == viewer.organisation.id:
        return Who.AUTHORITY
    return Who.DESK if request.desk_id == viewer.organisation.id else None


def locked(viewer: Viewer, request: IncomingRequest) -> IncomingRequest:
    """Lock a request on which the viewer acts, and return it as it is now.

    Raises:
        Refusal: it is gone, or they may only look at it.
    """
    lock_outgoing(request)
    rows = IncomingRequest.objects.select_for_update(of=("self",), no_key=True).select_related("organisation", "desk")
    found: IncomingRequest | None = rows.filter(pk=request.pk).first()
    if found is None or side_of(viewer, found) is None:
        raise Conflict(_("This request belongs to another organisation, or was erased."))
    return found


def lock_outgoing(request: IncomingRequest) -> AssistanceRequest | None:
    """Lock the request of the other side, if it is of this node and still there."""
    if request.outgoing_id is None:
        return None
    rows = AssistanceRequest.everywhere.select_for_update(of=("self",), no_key=True).select_related(
        "held__case", "case"
    )
    found: AssistanceRequest | None = rows.filter(pk=request.outgoing_id).first()
    return found


def note(viewer: Viewer, request: IncomingRequest, event: str, words: str, *, named: bool = True) -> AssistanceNote:
    """Add a line to the correspondence, in the caller's transaction; it names no person of the requesting authority."""
    made: AssistanceNote = AssistanceNote.everywhere.create(
        incoming=request,
        organisation=viewer.organisation,
        event=str(event),
        by=viewer.person if named else None,
        sealed=seal(words.strip(), SEALED),
    )
    return made
