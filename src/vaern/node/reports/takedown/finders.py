"""What the search finds of takedown: locations by their address or host, and those who are notified, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.addresses import keys_of
from vaern.node.reports.models import Host, Location
from vaern.node.reports.takedown import labels
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find_locations(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the locations of the viewer's organisation at an address, and then those of its host."""
    if not viewer.may(Permission.REPORT_ASSESS):  # addresses are shown to those who assess
        return
    at, on = keys_of(wanted.address)
    ways = (({"item__url_key": at}, _("this address")), ({"item__host_key": on}, _("an address of this host")))
    own = Location.objects.select_related("report", "item")
    for having, by in ways:
        for one in own.filter(item__organisation=viewer.organisation.id, **having).order_by("-created_at", "id")[:most]:
            title = _("Item %(n)s of %(code)s") % {"n": one.item.number, "code": one.report.code}
            url = reverse("reports:location", args=[one.report_id, one.pk])
            yield Hit(title, url, by, labels.state(one.state))


def find_hosts(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return whom the viewer's organisation notifies, by a part of the name or the address of its abuse contact."""
    named = Q(name__icontains=wanted.text) | Q(abuse__iexact=wanted.text)
    for host in Host.objects.filter(named).order_by("name", "id")[:most]:
        yield Hit(host.name, reverse("reports:host", args=[host.pk]), host.abuse)


FINDERS = (
    Finder(
        "location", gettext_lazy("Locations"), Permission.REPORT_TAKEDOWN, Look.ADDRESS, find_locations, 60, asks=True
    ),
    Finder(
        "host",
        gettext_lazy("Hosts"),
        Permission.REPORT_TAKEDOWN,
        Look.WORDS | Look.MAIL | Look.ADDRESS,
        find_hosts,
        61,
    ),
)
