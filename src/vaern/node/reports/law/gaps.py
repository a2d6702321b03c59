"""Missing legal grounds: the warning at start-up, and the item for people whose actions would be stopped.

The node checks all its organisations: everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.reports.law import grounds
from vaern.node.reports.law.labels import action_label
from vaern.node.reports.models import LegalGround
from vaern.node.web.items import Button, Item

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


WHAT_TO_DO = "acts that need one will stop: add it under Law, or to the folder VAERN_LAW (docs/how-to/your-law.md)"


def actions_without(organisation: Organisation) -> list[str]:
    """Return the actions of an organisation for which no ground is known for any day."""
    return [one for one in grounds.actions_of(organisation) if not grounds.known(one, organisation)]


def at_the_start() -> str:
    """Return one sentence about the countries of this node without a ground; "" if none is missing."""
    found: dict[str, set[str]] = {}
    seen = set()
    for one in Organisation.objects.select_related("member").order_by("id"):
        if (one.member_id, one.kind) in seen:
            continue
        seen.add((one.member_id, one.kind))
        if lacking := actions_without(one):
            found.setdefault(one.member.name if one.member else "no country", set()).update(lacking)
    if found:
        places = "; ".join(f"in {place} to {', '.join(sorted(lacking))}" for place, lacking in sorted(found.items()))
        return f"No legal ground is known {places}: {WHAT_TO_DO}."
    if not seen and not LegalGround.objects.filter(action="report", retired_at__isnull=True).exists():
        return f"No legal ground to take reports is known in any country: {WHAT_TO_DO}."
    return ""


def lacking_items(viewer: Viewer) -> list[Item]:
    """Return the item for people who work with reports, if actions will be stopped for want of a ground."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    found = actions_without(viewer.organisation)
    if not found:
        return []
    text = _("No ground is known to: %(actions)s. These acts stop until one is added.")
    return [
        Item(
            name=_("Legal grounds that are missing"),
            what=text % {"actions": ", ".join(str(action_label(one)) for one in found)},
            button=Button(pgettext("button", "Open"), reverse("reports:grounds")),
            tone="bad",
        )
    ]
