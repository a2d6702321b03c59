"""Who is and was a member. Open to everybody who is signed in; no personal data beyond who endorsed in office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from vaern.node.alliance.models import Backing, Membership
from vaern.node.organisations.models import Member

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer


def memberships(_viewer: Viewer) -> QuerySet[Membership]:
    """Return every membership, those of now first, by the name of the country."""
    backings = Prefetch("backings", Backing.objects.order_by("date", "pk"))
    return Membership.objects.select_related("member").prefetch_related(backings).order_by("-left", "member__name")


def of_country(viewer: Viewer, id: UUID) -> list[Membership]:
    """Return the memberships of a country, the latest first; none for a country that never joined."""
    return list(memberships(viewer).filter(member=id).order_by("-joined"))


def active(member: UUID | None) -> Membership | None:
    """Return the membership of a country now; None if it has none."""
    return Membership.objects.select_related("member").filter(member=member, left=None).first() if member else None


def could_join(_viewer: Viewer) -> QuerySet[Member]:
    """Return the countries of the directory that are no members now."""
    return Member.objects.exclude(memberships__in=Membership.objects.filter(left=None)).order_by("name")
