"""The record that a page of this room is about, or 404: of whoever may not know of it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from vaern.node.cases.assistance import queries
from vaern.node.cases.assistance.question import side_of
from vaern.node.cases.models import AssistanceRequest
from vaern.node.casework.sheets import found_or_404
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import HeldData, KeepingClock


def acting_or_404(request: HttpRequest, id: UUID) -> AssistanceRequest:
    """Return a request on which the viewer acts, as desk or as authority."""
    found = found_or_404(AssistanceRequest, id)
    if side_of(viewer_of(request), found) is None:
        raise Http404
    return found


def held_or_404(request: HttpRequest, id: UUID) -> HeldData:
    """Return held data of the viewer's organisation."""
    found = queries.find_held(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def clock_or_404(request: HttpRequest, id: int) -> KeepingClock:
    """Return a clock of the viewer's organisation."""
    found = queries.find_clock(viewer_of(request), id)
    if found is None:
        raise Http404
    return found
