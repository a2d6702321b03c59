"""What the search finds of series: by code, external identifier, and the hash of a file that is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.external import queries as external
from vaern.node.organisations.rules import Permission
from vaern.node.victims.base import labels
from vaern.node.victims.models import Member, NearValue, Series
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted

LOOKS = Look.CODE | Look.HASH | Look.NUMBER | Look.WORDS


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the series that the viewer may see and a text leads to."""
    if Look.CODE in wanted.looks:
        yield from _hits(Series.objects.filter(code__startswith=wanted.code), "", most)
    if wanted.looks & (Look.NUMBER | Look.WORDS):
        roots = external.roots(viewer, Series.KIND, wanted.text)
        yield from _hits(Series.objects.filter(pk__in=roots), _("an external identifier"), most)
    for kind, value in wanted.digests.items():
        received = Series.objects.received()
        for series, members in ((Series.own.all(), Member.objects.all()), (received, Member.of(series__in=received))):
            if kind in DIGEST_KINDS:
                having = members.filter(**{kind: value}).order_by().values("series")
            else:
                near = NearValue.of(member__in=members).filter(kind=kind, value=value)
                having = near.order_by().values("member__series")
            yield from _hits(series.filter(pk__in=having), _("has a file with this hash"), most)


def _hits(found: QuerySet[Series], by: str, most: int) -> Iterator[Hit]:
    for one in found.only("id", "code", "state", "changed_at").order_by("-changed_at", "id")[:most]:
        yield Hit(one.code, reverse("victims:series", args=[one.pk]), by, labels.state(one.state))


def find_check(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the page that asks all organisations of the node how a hash stands, with the hash filled in."""
    for kind, value in list(wanted.digests.items())[:1]:
        url = f"{reverse('victims:known')}?{urlencode({'hash': f'{kind}:{value.hex()}'})}"
        yield Hit(_("Check this hash"), url, _("how it stands with all organisations of this node"))


FINDERS = (
    Finder("series", gettext_lazy("Series"), Permission.SERIES_VIEW, LOOKS, find, 25, asks=True),
    Finder(
        "hash_check", gettext_lazy("Look up a hash"), Permission.SERIES_VIEW, Look.HASH, find_check, 90, offers=True
    ),
)
