"""What the front page says of received series, and of what became of those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.victims.base.labels import MILESTONES
from vaern.node.victims.base.pages import at
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing import queries
from vaern.node.web.items import NEWS_LASTS, Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.victims.models import Dissemination, Tiding


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who works on series, and what they were told."""
    if not viewer.may(Permission.SERIES_WORK):
        return []
    found, here = queries.waiting(viewer, timezone.now() - NEWS_LASTS), reverse("victims:received")
    return [
        *items_of(found.to_answer, _to_answer, _("Series that wait for our answer"), here),
        *items_of(found.stop, _stop, _("Identified elsewhere: stop"), here),
        *items_of(found.compare, _compare, _("Perhaps identified elsewhere: compare"), here),
        *items_of(found.told, _news, _("What became of series"), here),
    ]


def _to_answer(sent: Dissemination) -> Item:
    return Item(
        name=_("Series %(code)s") % {"code": sent.series.code},
        what=_("%(who)s waits for our answer: accept it, or decline.") % {"who": sent.organisation.name},
        button=Button(pgettext("button", "Open"), at(sent.series)),
        about=f"series/{sent.series_id}",
        tone="warning",
        due_at=sent.due_at,
    )


def _told(told: Tiding, what: object, **more: Any) -> Item:
    name = _("Series %(code)s") % {"code": told.series.code}
    return Item(name, what, more.pop("button"), f"series/{told.series_id}", since=told.told_at, **more)


def _stop(told: Tiding) -> Item:
    what = _("The child is known to another desk. Nobody needs to search any further.")
    return _told(told, what, tone="bad", button=Button(pgettext("button", "Open"), at(told.series)))


def _compare(told: Tiding) -> Item:
    what = _("It shares a camera or a look with a child who is known. Compare them: nothing was stopped.")
    return _told(told, what, tone="warning", button=Button(pgettext("button", "Open"), at(told.series)))


def _news(told: Tiding) -> Item:
    label, tone = MILESTONES[Milestones(told.code)]
    what = _("%(who)s: %(what)s.") % {"who": told.by.name, "what": label} if told.by else f"{label}."
    return _told(
        told, what, tone=tone, news=f"tiding/{told.pk}", button=Button(pgettext("button", "Open"), at(told.series))
    )
