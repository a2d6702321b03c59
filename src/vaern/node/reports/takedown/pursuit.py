"""Trace, tell the police and notify in one: for places of one report that lie with one host.

Each place is traced, and each notice written down and recorded, as if it were done alone; what goes to the host goes in
one mail. A preview does all of it and takes it back, so that it says what would be sent, and is refused where that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.reports.takedown import actions, hosts, mails, notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Host, Location
    from vaern.node.reports.takedown.mails import NoticeMail
    from vaern.node.reports.takedown.tracers import Traced


@dataclass(frozen=True)
class NewHost:
    """A host that is not in the organisation's list yet.

    Attributes:
        name, abuse, language: as of `models.Host`.
    """

    name: str
    abuse: str
    language: str


@dataclass(frozen=True)
class Pursuit:
    """What a person says of some places.

    Attributes:
        traced: where they lie, and on what evidence.
        host: in the organisation's list, or to be added to it.
        told: the police was told, or knows already.
        named: the notice names the organisation.
    """

    traced: Traced
    host: Host | NewHost
    told: bool
    named: bool = True


def pursue(viewer: Viewer, reason: Reason, locations: Sequence[Location], given: Pursuit) -> list[NoticeMail]:
    """Trace places, note that the police was told, and notify their host; return the mails that go out.

    Raises:
        Refusal: why not, of the first place for which it cannot be done; then nothing was.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    with transaction.atomic():
        return _pursue(viewer, reason, locations, given)


def preview(viewer: Viewer, reason: Reason, locations: Sequence[Location], given: Pursuit) -> list[NoticeMail]:
    """Return the mails that would go out, and do nothing; refused as `pursue` is."""
    with transaction.atomic():
        found = _pursue(viewer, reason, locations, given)
        transaction.set_rollback(True)
    return found


def _pursue(viewer: Viewer, reason: Reason, locations: Sequence[Location], given: Pursuit) -> list[NoticeMail]:
    if not locations:
        raise Refusal(_("Choose at least one place."))
    host = given.host
    if isinstance(host, NewHost):
        host = hosts.keep(
            viewer,
            None,
            kind="host",
            name=host.name,
            abuse=host.abuse,
            language=host.language,
            country=given.traced.country,
            network=given.traced.network,
        )
    sent = []
    for location in sorted(locations, key=lambda one: one.pk):  # in one order for all, so that nobody locks up
        actions.trace(
            viewer, reason, location, given.traced, host=host, owner=location.owner, registrar=location.registrar
        )
        if given.told:
            actions.tell_police(viewer, reason, location)
        sent.append(notices.write(viewer, reason, location, named=given.named))
    return mails.send_notices(sorted(sent, key=lambda one: one[1].item.number))
