"""What the front page says of requests of other countries: to the authority that is asked, and to its desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.cases.assistance.incoming import queries
from vaern.node.cases.assistance.labels import country_here
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.cases.models import IncomingRequest


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who works with legal assistance."""
    if not viewer.may(Permission.ASSISTANCE_VIEW):
        return []
    found, here = queries.waiting(viewer), reverse("cases:incoming")

    def late(one: IncomingRequest) -> Item:
        return _item(one, _("Past its time: answer, or give notice of the delay with its reasons."), "bad")

    def new(one: IncomingRequest) -> Item:
        return _item(one, _("It has arrived: acknowledge it."), "warning", urgent=one.urgent)

    def to_answer(one: IncomingRequest) -> Item:
        return _item(one, _("It was executed: answer it."), "warning")

    def to_execute(one: IncomingRequest) -> Item:
        return _item(one, _("The central authority passed it to you: execute it."), "warning", urgent=one.urgent)

    return [
        *items_of(found.late, late, _("Requests of other countries past their time"), f"{here}?state=late"),
        *items_of(found.new, new, _("New requests of other countries"), f"{here}?state=received"),
        *items_of(found.to_answer, to_answer, _("Requests of other countries to answer"), f"{here}?state=executed"),
        *items_of(found.to_execute, to_execute, _("Requests of other countries to execute"), here),
    ]


def _item(one: IncomingRequest, what: str, tone: str, *, urgent: bool = False) -> Item:
    return Item(
        name=_("Request %(code)s from %(country)s") % {"code": one.code, "country": country_here(one.requesting)},
        what=what,
        button=Button(pgettext("button", "Open"), reverse("cases:incoming-request", args=[one.pk])),
        about=f"{one.KIND}/{one.pk}",
        tone=tone,
        due_at=one.due_at if one.due else None,
        since=one.received_at,
        urgent=urgent,
    )
