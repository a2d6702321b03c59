"""Those who can be notified: the organisation's own list of hosts, owners and registrars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.reports.models import Host, Location, Notice
from vaern.node.reports.takedown import acts
from vaern.node.reports.takedown.locking import TakedownError

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from vaern.node.organisations.viewers import Viewer

TO_REMOVE = Reason(Why.REMOVAL)
KEPT_UNUSED = timedelta(days=365)
FIELDS = ("kind", "name", "abuse", "language", "country", "network")


@transaction.atomic
def hosts(viewer: Viewer) -> list[Host]:
    """Return the organisation's hosts, the first 1,000 by name; recorded."""
    found = list(Host.objects.order_by("name", "kind", "id")[:1000])
    record(acts.HOSTS_LISTED, subject(viewer), viewer.actor, TO_REMOVE, count=len(found))
    return found


def find(viewer: Viewer, id: int) -> Host | None:
    """Return a host of the viewer's organisation, to change it; shows nothing, so records nothing."""
    found: Host | None = Host.objects.filter(pk=id, organisation=viewer.organisation).first()
    return found


@transaction.atomic
def keep(viewer: Viewer, host: Host | None, **given: Any) -> Host:
    """Add a host, or change one.

    Raises:
        TakedownError: there is one of that kind and name already.
    """
    made = host is None
    found = host or Host(organisation=viewer.organisation)
    for name in FIELDS:
        if name in given:
            setattr(found, name, given[name])
    found.used_at = timezone.now()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise TakedownError(_("There is one of that kind and name already.")) from None
    record(acts.HOST_MADE if made else acts.HOST_EDITED, subject(viewer), viewer.actor, TO_REMOVE)
    return found


def erase_unused(now: datetime | None = None) -> int:
    """Erase the hosts that nobody notified or changed for a year, and on which nothing hangs; return how many."""
    before = (now or timezone.now()) - KEPT_UNUSED
    held = Location.unscoped.filter(Q(host=OuterRef("pk")) | Q(owner=OuterRef("pk")) | Q(registrar=OuterRef("pk")))
    notified = Notice.unscoped.filter(host=OuterRef("pk"))
    unused = Host.unscoped.filter(~Exists(held), ~Exists(notified), used_at__lt=before)
    return int(unused.delete()[0])


def subject(viewer: Viewer) -> Subject:
    """Return how the ledger names hosts: their numbers are small, so it names the list."""
    return Subject("host", None, viewer.organisation.id)
