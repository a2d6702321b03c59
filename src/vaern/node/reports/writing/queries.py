"""Queries of this room: to whom an organisation may report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.organisations.models import Organisation
from vaern.node.reports.intake.queries import takes_reports
from vaern.node.reports.law.grounds import known

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import LegalGround


def desks(viewer: Viewer) -> list[Organisation]:
    """Return the organisations that take reports of others, of the viewer's own country first."""
    found = Organisation.objects.filter(active=True).exclude(pk=viewer.organisation.pk).select_related("member")
    own = viewer.organisation.member_id
    taking = [one for one in found.order_by("name") if takes_reports(one)]
    return sorted(taking, key=lambda one: (own is None or one.member_id != own, one.kind != "hotline", one.name))


def grounds(viewer: Viewer) -> list[LegalGround]:
    """Return the grounds on which the viewer's organisation may look for material."""
    return known("detect", viewer.organisation)
