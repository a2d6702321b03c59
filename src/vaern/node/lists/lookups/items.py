"""What the front page says of look-ups: that a program or a person hits as many entries as if enumerating a list."""

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
    """Return what happened with keys of the viewer's organisation, for who manages them; with people, for oversight."""
    found: list[Item] = []
    if viewer.may(Permission.KEYS_MANAGE):
        keys = reverse("organisations:keys")
        found += items_of(queries.alarms(viewer), _item, _("Programs that hit too many entries"), keys)
    if viewer.may(Permission.LEDGER_OVERSEE):
        people, ledger = queries.alarms_of_people(viewer), reverse("oversight:ledger")
        found += items_of(people, _of_person, _("People who hit too many entries"), ledger)
    return found


def _of_person(alarm: LookupAlarm) -> Item:
    assert alarm.by is not None
    return Item(
        alarm.by.name or _("A person whose data was erased"),
        _(
            "Looking up by hand hit more different entries in a day than one person may, and is refused until midnight "
            "UTC. Whoever does that may be reading a list out: ask what for."
        ),
        Button(_("Look at what was done"), reverse("oversight:person", args=[alarm.by.pk])),
        f"lookup_alarm/{alarm.pk}",
        "bad" if alarm.code == "stopped" else "warning",
        since=alarm.at,
        news=f"lookup_alarm/{alarm.pk}",
    )


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
