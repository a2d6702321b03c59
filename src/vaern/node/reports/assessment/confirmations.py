"""Confirm or reject near hits: one person looks once, so that nobody has to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.assessment import acts
from vaern.node.reports.base import known, registration, watches
from vaern.node.reports.base.claims import claimed_or_refuse
from vaern.node.reports.models import Item, Report
from vaern.node.reports.triage.actions import score

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def say_same(viewer: Viewer, reason: Reason, report: Report, number: int, *, same: bool) -> Item:
    """Store whether an item is the same as its near hit; it is then spared from viewing, or stays new.

    Raises:
        Refusal: the viewer is no person, there is no such item or near hit, or another person works on the report.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    found = claimed_or_refuse(viewer, report)
    item = Item.of(report=found).filter(number=number).first()
    if item is None or not known.waits(item):
        raise Refusal(_("Nobody has to say this of that item: it was said, or it is near to nothing."))
    item.same, item.same_by, item.same_at = same, viewer.person, timezone.now()
    item.save(update_fields=["same", "same_by", "same_at"])
    items = Item.of(report=found)
    found.items_known = items.filter(known.KNOWN).count()
    found.items_seen = items.filter(known.SEEN).count()
    found.save(update_fields=["items_known", "items_seen"])
    watches.judged(found)
    score(found)
    registration.follow(found)
    record(acts.SAME if same else acts.ANOTHER, found.subject, viewer.actor, reason)
    return item
