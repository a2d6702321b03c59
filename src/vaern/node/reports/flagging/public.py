"""The public reports of trusted flaggers: each year in its newest published version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.models import FlaggerReport

if TYPE_CHECKING:
    from uuid import UUID


def published() -> list[FlaggerReport]:
    """Return the newest published version of each year of each organisation, by organisation and year."""
    rows = FlaggerReport.everywhere.filter(deliveries__what="published").select_related("organisation")
    order = ("organisation__name", "organisation", "-year", "-version")
    return list(rows.order_by(*order).distinct("organisation__name", "organisation", "year"))


def find(organisation: UUID, year: int) -> FlaggerReport | None:
    """Return the report that an organisation published for a year; None without one, or without the organisation."""
    rows = FlaggerReport.everywhere.filter(organisation=organisation, year=year, deliveries__what="published")
    return rows.order_by("-version").first()
