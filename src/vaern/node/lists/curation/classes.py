"""A curator corrects the class of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.base import acts
from vaern.node.lists.base.changes import locked_entry, renumber, saved
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import CONTESTED
from vaern.node.lists.survivors.following import check_by_hand

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import ListEntry
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def correct_class(viewer: Viewer, reason: Reason, entry: ListEntry, classification: str) -> ListEntry:
    """Give an entry another class, in the scheme of its list, or in the one that it was classified in.

    Raises:
        Refusal: a key decides; the list is not theirs, or follows wishes; the entry is recalled or has ended; there is
            no class, or it is the one that it has.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if not classification:
        raise Refusal(_("Say which class it has."), field="classification")
    current = releases.locked(viewer, entry.list)
    check_by_hand(current)
    row = locked_entry(current, entry)
    if EntryState(row.state) not in CONTESTED:
        raise Conflict(_("The entry is not on the list any more."))
    if classification == row.classification:
        raise Refusal(_("It has this class already."), field="classification")
    renumber(current, row)
    row.classification, row.scheme = classification, row.scheme or current.scheme
    said = msgspec.structs.replace(row.record, classification=row.classification, scheme=row.scheme or None)
    row.body = msgspec.msgpack.encode(said)
    row.save(update_fields=["classification", "scheme", "body", "change", "born"])
    saved(current)
    record(acts.CLASS_CORRECTED, row.subject, viewer.actor, reason)
    return row
