"""The desk of an organisation, with the settings for all its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from vaern.node.reports.models import Desk
from vaern.node.reports.models.desk import monday_to_friday
from vaern.node.reports.rules.country_days import Days, of_folder

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation


def desk_of(organisation: Organisation) -> Desk:
    """Return the desk of an organisation; created on first use, with the holidays of its country."""
    found: Desk = Desk.everywhere.get_or_create(organisation=organisation, defaults=_begins_with(organisation))[0]
    found.organisation = organisation  # the same, and read already
    return found


def _begins_with(organisation: Organisation) -> dict[str, Any]:
    """Return what the node's own law says of a desk's days; asked for only as one is made."""

    def days() -> Days | None:
        known = of_folder(settings.CONFIGURATION.law)
        return known.get(organisation.member.code) if organisation.member else None

    return {
        "working_days": lambda: list(found.working_days) if (found := days()) else monday_to_friday(),
        "holidays": lambda: [day.isoformat() for day in sorted(found.holidays)] if (found := days()) else [],
    }
