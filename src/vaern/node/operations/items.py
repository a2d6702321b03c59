"""What the front page says of the node's operation, to administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.operations import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def mail_that_failed(viewer: Viewer) -> list[Item]:
    """Return an item if mail of the organisation could not be sent, for those who invite people."""
    if not viewer.may(Permission.PEOPLE_MANAGE):
        return []
    count = queries.count_failed_mail(viewer)
    if not count:
        return []
    return [
        Item(
            name=_("Mail that could not be sent"),
            what=_("Send it again, or let it be: somebody waits for it."),
            button=Button(pgettext("button", "Open"), reverse("operations:failed-mail")),
            tone="bad",
            count=count,
        )
    ]
