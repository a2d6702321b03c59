"""What the front page says of reporters who wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import called
from vaern.node.reports.base.pages import at
from vaern.node.reports.public import queries
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.reports.models import Report


def waiting_items(viewer: Any) -> list[Item]:
    """Return the reports with unread messages, for a desk that may answer."""
    if not viewer.may(Permission.REPORT_ASSESS):
        return []
    return items_of(queries.first_that_wait(viewer), _wrote, _("Reporters wrote"), reverse("reports:words"))


def _wrote(report: Report) -> Item:
    return Item(
        name=called(report),
        what=_("The reporter wrote, and nobody has read it."),
        button=Button(pgettext("button", "Read"), at(report)),
        about=f"report/{report.pk}",
        tone="warning",
        since=report.wrote_at,  # type: ignore[attr-defined]  # an annotation of the query
        urgent=report.urgent,
    )
