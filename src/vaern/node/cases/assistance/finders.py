"""What the search finds of legal assistance: requests of one's own country and of others, by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.incoming import labels as incoming
from vaern.node.cases.models import AssistanceRequest, IncomingRequest
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find_requests(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the requests that the viewer may see, by code."""
    found = AssistanceRequest.objects.filter(code__startswith=wanted.code)
    for one in found.only("id", "code", "state", "requesting", "holder").order_by("-touched_at", "id")[:most]:
        ways = f"{one.requesting} → {one.holder}"
        yield Hit(one.code, reverse("cases:request", args=[one.pk]), ways, labels.state(one.state))


def find_incoming(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the requests of other countries that the viewer may see, by code."""
    found = IncomingRequest.objects.filter(code__startswith=wanted.code)
    for one in found.only("id", "code", "state", "requesting", "requested").order_by("-touched_at", "id")[:most]:
        ways = f"{one.requesting} → {one.requested}"
        yield Hit(one.code, reverse("cases:incoming-request", args=[one.pk]), ways, incoming.state(one.state))


MAY = Permission.ASSISTANCE_VIEW
FINDERS = (
    Finder(
        "assistance_request",
        gettext_lazy("Requests for legal assistance"),
        MAY,
        Look.CODE,
        find_requests,
        40,
        asks=True,
    ),
    Finder(
        "incoming_request", gettext_lazy("Requests of other countries"), MAY, Look.CODE, find_incoming, 41, asks=True
    ),
)
