"""What the front page says to administrators of a trusted flagger: last year's report is due."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base import flagger_status
from vaern.node.reports.flagging import queries
from vaern.node.reports.rules.flagger_counts import spans
from vaern.node.web.items import Button, Item


def due(viewer: Any) -> list[Item]:
    """Return the item of a past year whose report was not sent to the coordinator, or not published."""
    if not viewer.may(Permission.DESK_MANAGE):
        return []
    today, known = timezone.localdate(), flagger_status.decisions(viewer.organisation.pk)
    year = today.year - 1
    if not known or not spans(known, year, today):
        return []
    missing = {"sent", "published"} - queries.delivered(viewer, year)
    if not missing:
        return []
    return [
        Item(
            name=_("Report as a trusted flagger for %(year)s") % {"year": year},
            what=_("It goes to the coordinator that awarded the status, and is published."),
            button=Button(pgettext("button", "Open"), reverse("reports:flagger", args=[year])),
            tone="warning",
        )
    ]
