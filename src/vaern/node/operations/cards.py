"""Home page cards about the node's operation, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.operations import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def mail_that_failed(viewer: Viewer) -> list[Card]:
    """Return a card if mail of the organisation could not be sent, for those who invite people."""
    if not viewer.may(Permission.PEOPLE_MANAGE):
        return []
    count = queries.count_failed_mail(viewer)
    if not count:
        return []
    return [Card(_("Mail that could not be sent"), count, reverse("operations:failed-mail"), tone="bad")]
