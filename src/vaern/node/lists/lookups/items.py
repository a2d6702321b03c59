"""What the front page says of look-ups: that a program hits as many entries as one that enumerates a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.lookups import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.models import LookupAlarm
    from vaern.node.organisations.viewers import Viewer


def alarm_items(viewer: Viewer) -> list[Item]:
    """Return what happened with keys of the viewer's organisation, for who manages them."""
    if not viewer.may(Permission.KEYS_MANAGE):
        return []
    keys = reverse("organisations:keys")
    return [*items_of(queries.alarms(viewer), _item, _("Programs that hit too many entries"), keys)]


def _item(found: tuple[LookupAlarm, str]) -> Item:
    alarm, name = found
    if alarm.code == "stopped":
        what = _(
            "It hit far more distinct entries than a key may in a day, and is refused until midnight UTC. Whoever has "
            "it may be reading a list out: ask, and revoke it if nobody can say why."
        )
    else:
        what = _(
            "It hit more distinct entries than a key may in a day, and is told acts alone until midnight UTC. Whoever "
            "has it may be reading a list out."
        )
    return Item(
        _("Key %(name)s") % {"name": name or str(alarm.key)[:8]},
        what,
        Button(_("Look at the keys"), reverse("organisations:keys")),
        f"lookup_alarm/{alarm.pk}",
        "bad" if alarm.code == "stopped" else "warning",
        since=alarm.at,
        news=f"lookup_alarm/{alarm.pk}",
    )
