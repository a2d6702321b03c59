"""What the front page says of appeals: which wait for a check that the viewer may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.rules import Permission
from vaern.node.victims.appeals import queries
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.victims.models import Appeal


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for people who may check appeals."""
    if not viewer.may(Permission.APPEAL_APPROVE):
        return []
    found = queries.to_check(viewer)
    return items_of(rows_of(found), _to_check, _("Appeals that wait for a check"), reverse("victims:appeals"))


def _to_check(appeal: Appeal) -> Item:
    return Item(
        name=_("Appeal %(code)s") % {"code": appeal.code},
        what=_("It waits for your check before it is published."),
        button=Button(_("Check"), reverse("victims:appeal", args=[appeal.pk])),
        about=f"appeal/{appeal.pk}",
        tone="warning",
        since=appeal.made_at,
    )
