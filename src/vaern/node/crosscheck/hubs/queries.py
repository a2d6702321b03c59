"""What administrators see of hubs: numbers, and no record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from vaern.node.crosscheck.elsewhere import enrolling, secrets
from vaern.node.crosscheck.hub import holding
from vaern.node.crosscheck.models import Elsewhere, HeldMeeting, HeldRecord, HubRecord, SharedSecret

if TYPE_CHECKING:
    from vaern.node.exchange.models import Peer
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Told:
    """A hub of this node: how many records it was told of, of how many it still has to be told, and how many met."""

    hub: Peer
    records: int
    behind: int
    met: int


@dataclass(frozen=True)
class Held:
    """A member of this hub: how many records and keyed values are held of it, and how many matches it has."""

    member: Peer
    records: int
    values: int
    met: int


@dataclass(frozen=True)
class Overview:
    """All of the page.

    Attributes:
        told: the hubs of this node.
        held: the members of which this node is a hub.
        secret: the newest key of the members; None where there is none.
        shared_with: the nodes with which it is shared.
    """

    told: list[Told]
    held: list[Held]
    secret: SharedSecret | None
    shared_with: list[Peer]


def overview(_viewer: Viewer) -> Overview:
    """Return what administrators see."""
    ids = [one.id for one in secrets.in_force()]
    return Overview(
        [_told(hub, ids) for hub in enrolling.hubs().order_by("name")],
        [_held(member) for member in holding.members().order_by("name")],
        SharedSecret.objects.select_related("came_from").filter(ends_at=None).first(),
        list(secrets.members().order_by("name")),
    )


def _told(hub: Peer, ids: list[int]) -> Told:
    rows = HubRecord.objects.filter(hub=hub, enrolment__isnull=False)
    behind = rows.count() - rows.filter(under__contains=ids).count() if ids else rows.count()
    return Told(hub, rows.count(), behind, Elsewhere.objects.filter(mine__hub=hub).count())


def _held(member: Peer) -> Held:
    rows = HeldRecord.objects.filter(member=member).aggregate(n=Count("id"), values=Sum("size"))
    met = HeldMeeting.objects.filter(Q(one__member=member) | Q(other__member=member)).count()
    return Held(member, rows["n"], rows["values"] or 0, met)
