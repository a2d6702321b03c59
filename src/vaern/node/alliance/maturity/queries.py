"""What pages read of declared maturity. Everybody who is signed in sees the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.alliance.models import Maturity, Membership
from vaern.node.alliance.rules import maturity
from vaern.node.organisations.models import Member as Country
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def may_declare(viewer: Viewer, member: UUID) -> bool:
    """Whether somebody declares for a country: its rapporteurs do."""
    return viewer.organisation.member_id == member and viewer.may(Permission.COMMITMENT_REPORT)


def country(_viewer: Viewer, id: UUID) -> Country | None:
    """Return a country of the directory that is or was a member; None if there is none."""
    return Country.objects.filter(memberships__isnull=False, pk=id).first()


def of_member(_viewer: Viewer, member: UUID) -> tuple[Mapping[int, Maturity], Mapping[int, Sequence[Maturity]]]:
    """Return what stands of each capability of a country, and what was declared of it besides, the latest first."""
    rows = list(Maturity.objects.filter(member=member).order_by("-on", "-pk"))
    stands = _standing(rows)
    earlier: dict[int, list[Maturity]] = {}
    for row in rows:
        if row != stands[row.capability]:
            earlier.setdefault(row.capability, []).append(row)
    return stands, earlier


def of_all(_viewer: Viewer) -> tuple[Sequence[Membership], Mapping[tuple[UUID, int], Maturity]]:
    """Return the members of now by their names, and what stands of each of their capabilities."""
    members = list(Membership.objects.filter(left=None).select_related("member").order_by("member__name"))
    by_member: dict[UUID, list[Maturity]] = {}
    for row in Maturity.objects.filter(member__in=[one.member_id for one in members]):
        by_member.setdefault(row.member_id, []).append(row)
    return members, {
        (member, capability): row for member, rows in by_member.items() for capability, row in _standing(rows).items()
    }


def _standing(rows: Iterable[Maturity]) -> dict[int, Maturity]:
    by_pk = {row.pk: row for row in rows}
    said = [(row.capability, row.on, row.pk) for row in by_pk.values()]
    return {capability: by_pk[pk] for capability, pk in maturity.standing(said).items()}
