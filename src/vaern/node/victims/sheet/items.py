"""What the front page says of series: a child who is identified and not yet safe comes first."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.victims.base.labels import NEXT
from vaern.node.victims.base.pages import at
from vaern.node.victims.rules.series import SAFEGUARD_WITHIN, State, due_after
from vaern.node.victims.sheet import queries
from vaern.node.web.items import MINE, NOBODY, Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.victims.models import Series


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who works on series."""
    if not viewer.may(Permission.SERIES_WORK):
        return []
    found, here = queries.waiting(viewer), reverse("victims:series-list")

    def item(series: Series, what: object, **more: Any) -> Item:
        button = more.pop("button", None) or Button(pgettext("button", "Open"), at(series))
        name = _("Series %(code)s") % {"code": series.code}
        return Item(name, what, button, f"series/{series.pk}", whose=_whose(viewer, series), **more)

    def unsafe(series: Series) -> Item:
        what = _("The child is identified, and nobody has said yet that it is safe.")
        button = Button(_("Say that it is safe"), reverse("victims:safeguard", args=[series.pk]))
        due = series.state_since + SAFEGUARD_WITHIN
        return item(series, what, tone="bad", due_at=due, urgent=True, button=button)

    def ending(series: Series) -> Item:
        what = _("It is erased on that day unless somebody decides that it is still needed.")
        button = Button(_("Keep longer"), reverse("victims:keep-series", args=[series.pk]))
        due = timezone.make_aware(datetime.combine(series.review_date, time.max))
        return item(series, what, tone="warning", due_at=due, button=button)

    def late(series: Series) -> Item:
        state = State(series.state)
        within = due_after(state)
        due = series.state_since + within if within else None
        return item(series, NEXT[state], tone="warning", due_at=due)

    def new(series: Series) -> Item:
        return item(series, NEXT[State.NEW], tone="info", since=series.state_since)

    return [
        *items_of(found.unsafe, unsafe, _("Children identified, not yet safe"), f"{here}?state={State.IDENTIFIED}"),
        *items_of(found.ending, ending, _("Series close to their end date"), f"{here}?whose=own"),
        *items_of(found.late, late, _("Series whose clock has run out"), f"{here}?sort=since"),
        *items_of(found.new, new, _("New series to analyse"), f"{here}?state={State.NEW}"),
    ]


def _whose(viewer: Any, series: Series) -> object:
    if series.working is None:
        return NOBODY
    return MINE if viewer.person and series.working_id == viewer.person.pk else series.working.name
