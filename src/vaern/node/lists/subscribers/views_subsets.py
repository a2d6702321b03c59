"""Pages of the subscribers of a subset of a list: as those of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.models import ListSubset
from vaern.node.lists.subscribers.forms import LARGEST
from vaern.node.lists.subscribers.views import end_page, enrol_page, hand_in_page
from vaern.node.lists.subsets.presenters import about
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def enrol(request: HttpRequest, id: UUID) -> HttpResponse:
    """Have a subscriber among those who are to acknowledge the releases of a subset."""
    found = own_or_404(ListSubset, id)
    return enrol_page(request, found, about(found))


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def hand_in(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take acknowledgements that subscribers of a subset sent."""
    found = own_or_404(ListSubset, id)
    return hand_in_page(request, found, about(found))


@requires(Permission.HASHLIST_RELEASE)
def end(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """End that a subscriber of a subset is expected to acknowledge."""
    found = own_or_404(ListSubset, id)
    return end_page(request, found, about(found), key)
