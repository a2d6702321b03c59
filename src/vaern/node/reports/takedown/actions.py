"""What happens to a location: it is opened, traced, told to the police, checked, given up, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.models import Item, Location

if TYPE_CHECKING:
    from vaern.node.reports.models import Report


def open_locations(report: Report) -> int:
    """Begin the takedown of each item that has a URL; return how many were begun. Doing it again begins none.

    Inside the transaction, and under the ledger entry, of what made the report actionable.
    """
    items = Item.unscoped.filter(report=report, url_key__isnull=False, location__isnull=True)
    made = Location.unscoped.bulk_create(
        (Location(item=item, report=report, organisation_id=report.organisation_id) for item in items),
        ignore_conflicts=True,
    )
    return len(made)
