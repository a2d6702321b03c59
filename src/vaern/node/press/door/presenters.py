"""Turn the door's queries into what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.press.base.times import in_place
from vaern.node.web.components import Chip, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.press.models import PressEvent, Registration


def doors_table(events: Iterable[PressEvent]) -> Table:
    """Return the events that have a door now."""
    return Table(
        caption=_("Doors"),
        columns=[Column(_("Press event")), Column(_("Place")), Column(_("Event begins"))],
        rows=[
            Row(
                [event.title, event.place, in_place(event.begins, event.zone)],
                url=reverse("press:door", args=[event.pk]),
            )
            for event in events
        ],
        empty=Empty(_("No door is open"), _("A door belongs to an event whose registration was opened.")),
    )


def list_table(event: PressEvent, found: Iterable[Registration], csrf: str) -> Table:
    """Return the accredited journalists, each with an idempotent form that checks them in."""
    return Table(
        caption=_("Accredited journalists"),
        columns=[Column(_("Name")), Column(_("Check in"), hidden_label=True), Column(_("Medium")), Column(_("Came"))],
        rows=[
            Row(
                [one.says["name"], _form(one, csrf), one.says["medium"], _came(event, one)],
                tone="good" if one.came_at else "",
            )
            for one in found
        ],
        empty=Empty(_("Nobody is accredited yet"), _("Accredit journalists on the page of the event.")),
    )


def _came(event: PressEvent, one: Registration) -> object:
    if one.came_at is None:
        return "–"
    times = len(one.check_ins.all())  # type: ignore[attr-defined]
    said = in_place(one.came_at, event.zone)
    if times == 1:
        return said
    words = ngettext("checked in %(n)d time", "checked in %(n)d times", times) % {"n": times}
    return format_html("{} {}", said, Chip(words, "warning"))


def _form(one: Registration, csrf: str) -> object:
    return format_html(
        '<form method="post" novalidate><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="id" value="{}"><button name="registration" value="{}">{}</button></form>',
        csrf,
        uuid4(),
        one.pk,
        _("Check in") if one.came_at is None else _("Check in again"),
    )
