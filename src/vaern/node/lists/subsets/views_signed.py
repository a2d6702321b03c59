"""Pages of signed releases of subsets: as those of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.models import ListSubset
from vaern.node.lists.signing.forms import LARGEST
from vaern.node.lists.signing.views import every_page, hand_in_page, propose_page, take_out_page
from vaern.node.lists.subsets.presenters import about
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_RELEASE)
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose a subset as it is now as its next signed release."""
    found = own_or_404(ListSubset, id)
    return propose_page(request, found, about(found))


@requires(Permission.HASHLIST_RELEASE)
def every(request: HttpRequest, id: UUID) -> HttpResponse:
    """Set how often a subset proposes a signed release by itself."""
    found = own_or_404(ListSubset, id)
    return every_page(request, found, about(found))


@requires(Permission.HASHLIST_RELEASE)
def take_out(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out the proposal that waits, to be signed elsewhere."""
    found = own_or_404(ListSubset, id)
    return take_out_page(request, found, about(found))


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def hand_in(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the signatures of a proposal that came back."""
    found = own_or_404(ListSubset, id)
    return hand_in_page(request, found, about(found))
