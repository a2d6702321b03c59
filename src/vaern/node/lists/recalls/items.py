"""What the front page says of recalls of entries: those that concern the viewer, and those that are overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base import labels
from vaern.node.lists.recalls import queries
from vaern.node.lists.recalls.queries import ACKNOWLEDGED_WITHIN
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.models import RecallEffect
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the recalls to acknowledge, and those of one's own that others have not acknowledged in time."""
    if not viewer.may(Permission.HASHLIST_VIEW):
        return []
    found = queries.waiting(viewer)
    items = items_of(found.mine, _mine, _("Recalls that concern you"), reverse("lists:concerning"))
    if not viewer.may(Permission.HASHLIST_WORK):
        return [*items]
    late = items_of(found.overdue, _overdue, _("Recalls not acknowledged in time"), reverse("lists:recalls"))
    return [*items, *late]


def _mine(effect: RecallEffect) -> Item:
    """Return an item of an effect; those of one recall are one line of the page."""
    if effect.kind == EffectKind.SUBSCRIBER.value:
        what = _(
            "An entry of %(list)s was recalled. You receive this list: see that your programs know, and acknowledge."
        )
    elif effect.kind == EffectKind.ACCOUNT.value:
        what = _("An entry of %(list)s was recalled. Measures against accounts still stand on it alone: lift them.")
    else:
        what = _("An entry of %(list)s was recalled, and this rested on it (%(what)s): look at it, and acknowledge.")
    said = what % {"list": effect.recall.list.title, "what": labels.EFFECTS[EffectKind(effect.kind)]}
    button = Button(_("Acknowledge"), reverse("lists:acknowledge-effect", args=[effect.pk]))
    name = effect.code or _("Recall of an entry")
    about = f"entry_recall/{effect.recall_id}"
    return Item(name, said, button, about, "bad", due_at=effect.recall.at + ACKNOWLEDGED_WITHIN)


def _overdue(effect: RecallEffect) -> Item:
    said = _("%(who)s has not acknowledged the recall in time.") % {"who": effect.organisation.name}
    button = Button(pgettext("button", "Open"), reverse("lists:recall", args=[effect.recall_id]))
    return Item(
        effect.recall.list.title,
        said,
        button,
        f"entry_recall/{effect.recall_id}",
        "bad",
        due_at=effect.recall.at + ACKNOWLEDGED_WITHIN,
    )
