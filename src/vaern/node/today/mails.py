"""The mails that say that something waits. They name no record, no code, no country and nobody but their reader."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from vaern.node.base.scope import viewing
from vaern.node.organisations.queries import viewer_of
from vaern.node.reports.models import Desk
from vaern.node.reports.models.desk import monday_to_friday
from vaern.node.today import queries, rules
from vaern.node.today.models import MailWish
from vaern.node.web.items import Group
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.node.organisations.models import Person
    from vaern.node.today.queries import Board

MORNING, URGENT = "today/mail/morning", "today/mail/urgent"


def _whole(person: Person) -> Board:
    """Return what waits for somebody, as their page would show it; nothing is shown, so nothing is recorded."""
    with viewing(person.organisation_id), translation.override(person.language):
        return queries.board(viewer_of(person))


def wishes(**asked: bool) -> list[MailWish]:
    """Return who asked for a mail, is here, and whose organisation is."""
    here = MailWish.objects.filter(person__is_active=True, person__erased_at=None, person__organisation__active=True)
    return list(here.filter(**asked).select_related("person__organisation").order_by("pk"))


def send_morning(wish: MailWish, now: datetime | None = None) -> int:
    """Send the morning's mail where it is morning and something waits; return how many were sent. Once a day."""
    day = rules.morning_of(_calendar(wish.person), now or timezone.now())
    if day is None or wish.looked_on == day:
        return 0
    with _locked(wish) as row:
        if row is None or row.looked_on == day:
            return 0
        row.looked_on = day
        row.save(update_fields=["looked_on"])
        found = _whole(wish.person).lines
        counts = {name: len(found[Group(name)]) for name in ("now", "today", "news")}
        if not any(counts.values()):
            return 0
        _send(wish.person, MORNING, counts)
        return 1


def send_urgent(wish: MailWish) -> int:
    """Send a mail if something urgent waits of which none spoke yet; return how many were sent."""
    urgent = {line.key for line in _whole(wish.person).lines[Group.NOW] if line.item.urgent}
    with _locked(wish) as row:
        if row is None or urgent == set(row.told):
            return 0
        is_new = bool(urgent - set(row.told))
        row.told = sorted(urgent)
        row.save(update_fields=["told"])
        if is_new:
            _send(wish.person, URGENT, {})
        return int(is_new)


@contextlib.contextmanager
def _locked(wish: MailWish) -> Iterator[MailWish | None]:
    with transaction.atomic():
        yield MailWish.objects.select_for_update().filter(pk=wish.pk).first()


def _calendar(person: Person) -> Desk:
    """Return the days and the time zone of a person's desk; of an organisation without one, the node's."""
    found: Desk | None = Desk.of(organisation=person.organisation).first()
    return found or Desk(timezone=settings.TIME_ZONE, working_days=monday_to_friday(), holidays=[])


def _send(person: Person, template: str, counts: dict[str, int]) -> None:
    link = f"{settings.CONFIGURATION.address}{reverse('home')}"
    mail = f"{settings.CONFIGURATION.address}{reverse('today:mail')}"
    context = {"name": person.name, "link": link, "choose": mail, **counts}
    defer_mail(person.email, template, context, language=person.language, organisation=person.organisation_id)
