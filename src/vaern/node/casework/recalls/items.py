"""What the front page says of recalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.casework import kinds
from vaern.node.casework.recalls import queries
from vaern.node.casework.recalls.queries import ACKNOWLEDGED_WITHIN
from vaern.node.ledger.rules import Subject
from vaern.node.web.items import Button, Item, first_of, items_of

if TYPE_CHECKING:
    from vaern.node.casework.models import Release
    from vaern.node.organisations.viewers import Viewer


COLUMNS = ("kind", "record", "owner", "recalled_at")


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the recalls that a viewer acknowledges, and those that recipients should have acknowledged."""
    known = kinds.open_to(viewer)
    if not known:
        return []
    mine = [code for code, kind in known.items() if viewer.may(kind.acknowledged_by)]
    asked = first_of(queries.to_acknowledge(viewer, mine).only(*COLUMNS, "owner__name").order_by("recalled_at", "id"))
    late = first_of(queries.overdue(viewer).only(*COLUMNS, "recipient__name"))
    names = kinds.called(Subject(one.kind, one.record, one.owner_id) for one in late.first)

    def to_acknowledge(one: Release) -> Item:
        return _item(
            one,
            str(known[one.kind].label),
            _("%(who)s recalled it: acknowledge that nothing of it is used any more.") % {"who": one.owner.name},
            Button(_("Acknowledge"), reverse("casework:recalls")),
        )

    def overdue(one: Release) -> Item:
        what = _("%(who)s has not acknowledged the recall in time.") % {"who": one.recipient.name}
        button = Button(pgettext("button", "Open"), reverse("casework:overdue-recalls"))
        return _item(one, names.get(one.record) or kinds.gone(Subject(one.kind)), what, button)

    return [
        *items_of(asked, to_acknowledge, _("Recalls to acknowledge"), reverse("casework:recalls")),
        *items_of(
            late,
            overdue,
            _("Recalls that recipients have not acknowledged in time"),
            reverse("casework:overdue-recalls"),
        ),
    ]


def _item(one: Release, name: str, what: str, button: Button) -> Item:
    due = one.recalled_at + ACKNOWLEDGED_WITHIN if one.recalled_at else None
    return Item(name, what, button, f"release/{one.pk}", "bad", due_at=due)
