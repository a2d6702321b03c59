"""What the front page says of intakes: those that wait for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vaern.node.lists.intake import presenters, queries
from vaern.node.lists.rules.intake import IntakeState
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.models import ListIntake
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the intakes that wait for whoever keeps lists."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    return [*items_of(queries.waiting(viewer), _item, _("Files for hash lists to decide on"), reverse("lists:lists"))]


def _item(intake: ListIntake) -> Item:
    if intake.state == IntakeState.HELD.value:
        return _held(intake)
    what = _("It was read: %(added)s added, %(changed)s changed, %(gone)s withdrawn. Nothing counts before you decide.")
    if intake.fetched and not intake.withdrawn:
        what = _(
            "It was fetched: %(added)s added, %(changed)s changed. None of that counts before you decide; what the "
            "source withdraws meanwhile is withdrawn at once."
        )
    said = what % {"added": intake.added, "changed": intake.changed, "gone": intake.withdrawn}
    name = _("File for %(list)s") % {"list": intake.list.title}
    return Item(
        name, said, Button(_("Decide"), presenters.at(intake)), f"intake/{intake.pk}", "info", since=intake.started_at
    )


def _held(intake: ListIntake) -> Item:
    what = _("It would take %(n)s entries away, more than one person may decide. A second person has to agree.")
    return Item(
        _("File for %(list)s") % {"list": intake.list.title},
        what % {"n": number_format(intake.lost, force_grouping=True)},
        Button(_("Look and agree"), presenters.at(intake)),
        f"intake/{intake.pk}",
        "warning",
        since=intake.started_at,
    )
