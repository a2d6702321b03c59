"""What the front page says of help lines: children who report would see none of their country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.help.presenters import child_line
from vaern.node.reports.help.queries import desk_with_form, for_children
from vaern.node.reports.rules.help_lines import OF_ITS_OWN
from vaern.node.web.items import Button, Item

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def missing_items(viewer: Viewer) -> list[Item]:
    """Return the item for managers of a desk with a public form but no help line for children of its country."""
    if not viewer.may(Permission.DESK_MANAGE):
        return []
    desk = desk_with_form(viewer)
    if desk is None:
        return []
    found = for_children(desk)
    if found.whence in OF_ITS_OWN:
        return []
    text = _(
        "A child who is extorted reads on your form: “%(words)s” Name a help line for children at the desk, or add "
        "that of your country under Law."
    )
    words = child_line(found, desk.emergency_number)
    return [
        Item(
            name=_("No help line for children of your country"),
            what=text % {"words": words},
            button=Button(_("Name one"), reverse("reports:desk")),
            tone="warning",
        )
    ]
