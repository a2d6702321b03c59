"""An organisation's list of parties that can be notified: hosts, owners and registrars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.reports.models import Host, Location, Notice
from vaern.node.reports.takedown import acts
from vaern.node.web.sorting import Order, words
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

TO_REMOVE = Reason(Why.REMOVAL)
KEPT_UNUSED = timedelta(days=365)
FIELDS = ("kind", "name", "abuse", "language", "country", "network")


ORDER = Order(
    "name",
    "kind",
    "id",
    name=words("name"),
    kind="kind",
    abuse=words("abuse"),
    country="country",
    network=words("network"),
    language="language",
)


@transaction.atomic
def hosts(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[Host]:
    """Return a page of the organisation's hosts, by name; recorded."""
    return listings.read(
        viewer,
        Host.objects.all(),
        ORDER,
        parameters,
        act=acts.HOSTS_LISTED,
        subject=subject(viewer),
        reason=TO_REMOVE,
    )


def find(viewer: Viewer, id: int) -> Host | None:
    """Return a host of the viewer's organisation, to change it; shows nothing, so not recorded."""
    found: Host | None = Host.objects.filter(pk=id, organisation=viewer.organisation).first()
    return found


def offered() -> QuerySet[Host]:
    """Return the organisation's hosts, by name, for the choices of a form."""
    found: QuerySet[Host] = Host.objects.order_by("name", "id")
    return found


def called(name: str) -> Host | None:
    """Return the organisation's host with a name, ignoring case; None for ""."""
    found: Host | None = Host.objects.filter(kind="host", name__iexact=name).first() if name else None
    return found


@transaction.atomic
def keep(viewer: Viewer, host: Host | None, shown: str = "", **given: Any) -> Host:
    """Add or change a host; only differences are written.

    Args:
        viewer, host, given: who changes which host and how; without a host one is added.
        shown: the version mark of the host that the page showed; none for a program.

    Raises:
        Stale: it has changed since.
        Refusal: it was erased, or there is one of that kind and name already.
    """
    made = host is None
    found = Host(organisation=viewer.organisation) if host is None else _locked(viewer, host, shown)
    changed = [name for name in FIELDS if name in given and getattr(found, name) != given[name]]
    for name in changed:
        setattr(found, name, given[name])
    found.used_at = timezone.now()
    try:
        with transaction.atomic():
            found.save(update_fields=None if made else [*changed, "used_at"])
    except IntegrityError:
        raise Refusal(_("There is one of that kind and name already."), field="name") from None
    record(acts.HOST_MADE if made else acts.HOST_EDITED, subject(viewer), viewer.actor, TO_REMOVE)
    return found


def mark(host: Host) -> str:
    """Return the version mark of a host, for the page that shows it."""
    return mark_of(*(getattr(host, name) for name in FIELDS))


def _locked(viewer: Viewer, host: Host, shown: str) -> Host:
    rows = Host.everywhere.select_for_update(of=("self",), no_key=True)
    found: Host | None = rows.filter(pk=host.pk, organisation=viewer.organisation).first()
    if found is None:
        raise Refusal(_("Somebody else erased this after you opened it."))
    if shown not in {"", mark(found)}:
        raise Stale(
            _(
                "Somebody else changed this after you opened it. What you typed is still here: "
                "look at what is there now."
            )
        )
    return found


def erase_unused(now: datetime | None = None) -> int:
    """Erase hosts unused for a year to which nothing refers; return how many."""
    before = (now or timezone.now()) - KEPT_UNUSED
    held = Location.everywhere.filter(Q(host=OuterRef("pk")) | Q(owner=OuterRef("pk")) | Q(registrar=OuterRef("pk")))
    notified = Notice.of(host=OuterRef("pk"))
    return int(Host.everywhere.filter(~Exists(held), ~Exists(notified), used_at__lt=before).delete()[0])


def subject(viewer: Viewer) -> Subject:
    """Return the ledger subject of hosts: the list, not the single host."""
    return Subject("host", None, viewer.organisation.id)
