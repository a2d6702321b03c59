"""Queries of intake: organisations, and whether one accepts reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.sql import find
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission

if TYPE_CHECKING:
    from uuid import UUID


def organisation(id: UUID) -> Organisation | None:
    """Return an organisation of the directory, which every signed-in person may read."""
    return find(Organisation, id)


def takes_reports(found: Organisation) -> bool:
    """Whether an organisation is active and has people who may assess reports."""
    kind = OrganisationKind(found.kind)
    return found.active and any(
        kind in rule.kinds and Permission.REPORT_ASSESS in rule.permissions for rule in ROLES.values()
    )
