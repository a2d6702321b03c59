"""The list of domains for an access provider: the blocks in force today, law permitting, as a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.ledger.record import record
from vaern.node.reports.domains import acts, queries
from vaern.node.reports.domains.actions import domain_of
from vaern.node.reports.law import grounds, reviews
from vaern.node.reports.models import Zone
from vaern.node.reports.rules import zones
from vaern.node.reports.takedown.block_list import Groundless

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import DomainBlock


@transaction.atomic
def export(viewer: Viewer, reason: Reason, to_whom: str, stop: str, *, without: bool = False) -> str:
    """Return the zone of the domains in force; recorded as a disclosure. Its serial always exceeds the last.

    An empty list is valid: it lifts what a provider blocks by an earlier one.

    Args:
        viewer: who exports.
        reason: why.
        to_whom: the recipient in words; stored with the words of the reason.
        stop: host of the stop page (`rules.zones.answers`).
        without: leave out blocks without a legal ground today, or whose conclusion does not stand.

    Raises:
        Groundless: there are such blocks, and `without` was not set.
        zones.Unusable: the stop page would be blocked itself, or is neither a name nor addresses.
    """
    names, missing = set(), []
    for block in queries.to_export(viewer):
        why = _stopped(viewer, block)
        if why:
            missing.append(why)
        else:
            names.add(domain_of(block))
    if missing and not without:
        raise Groundless(missing[0], len(missing), len(names))
    made, _new = Zone.everywhere.get_or_create(organisation=viewer.organisation)
    found = Zone.everywhere.select_for_update().get(pk=made.pk)
    found.serial, found.made_at = zones.next_serial(found.serial, timezone.localdate()), timezone.now()
    text = zones.written(names, stop, found.serial)
    found.save(update_fields=["serial", "made_at"])
    record(acts.EXPORTED, queries.LIST, viewer.actor, reason, count=len(names), details=to_whom)
    return text


def _stopped(viewer: Viewer, block: DomainBlock) -> str:
    """Return why a domain may not leave today; "" if it may."""
    if block.wrong:
        return _("The conclusion was wrong, or was taken back.")
    if not queries.is_in_force(block):
        return _("Its review date is over.")
    if missing := reviews.stops(block.location.report, "block"):
        return str(missing)
    if block.organisation_id != viewer.organisation.pk:
        try:
            grounds.check("block", viewer.organisation, None, timezone.localdate())
        except grounds.GroundMissing as own:
            return str(own)
    return ""
