"""What the front page says of meetings: who else works on a record, and what became of the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.casework import kinds
from vaern.node.crosscheck.base.labels import UPDATES
from vaern.node.crosscheck.registry import queries
from vaern.node.crosscheck.rules.registry import Update
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, first_of, items_of

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.models import Enrolment, Meeting, Told

WORK = (Update.IDENTIFIED.value, Update.SAFEGUARDED.value)
"""Updates after which somebody has to stop; any other is news."""


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who may see meetings, named by their own records."""
    if not viewer.may(Permission.CROSSCHECK_VIEW):
        return []
    here = reverse("crosscheck:meetings")
    told = queries.untold(viewer).only("code", "told_at", "meeting", *(f"enrolment__{one}" for one in queries.SIDE))
    work, news = first_of(told.filter(code__in=WORK)), first_of(told.exclude(code__in=WORK))
    new = queries.new_meetings(viewer)
    sides = [meeting.side_of(viewer.organisation.id) for meeting in new.first]
    sides += [one.enrolment for one in (*work.first, *news.first)]
    names = kinds.called(side.subject for side in sides)

    def updated(one: Told) -> Item:
        return _item(one.enrolment, names, UPDATES[Update(one.code)], one.meeting_id, tone="bad", since=one.told_at)

    def told_news(one: Told) -> Item:
        what, news = UPDATES[Update(one.code)], f"cross/{one.pk}"
        return _item(one.enrolment, names, what, one.meeting_id, tone="info", since=one.told_at, news=news)

    def met(one: Meeting) -> Item:
        side = one.side_of(viewer.organisation.id)
        what = _("Another organisation works on the same.")
        return _item(side, names, what, one.pk, tone="warning", since=one.met_at)

    return [
        *items_of(work, updated, _("Updates on records that yours met"), f"{here}?which=told"),
        *items_of(new, met, _("New matches"), f"{here}?which=new"),
        *items_of(news, told_news, _("Updates on records that yours met"), f"{here}?which=told"),
    ]


def _item(side: Enrolment, names: dict[UUID, str], what: object, meeting: UUID, **more: Any) -> Item:
    name = names.get(side.record) or _("A record of yours")
    button = Button(pgettext("button", "Open"), reverse("crosscheck:meeting", args=[meeting]))
    return Item(name, what, button, f"{side.kind}/{side.record}", **more)
