"""A curator corrects the class of an entry, or says that it stays where votes contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.base import acts
from vaern.node.lists.base.changes import VOTED_ON, locked_entry, renumber, saved
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import CONTESTED
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.lists.votes.actions import settle_classes

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
    row = locked_entry(current, entry)
    check_class(row)
    if classification == row.classification:
        raise Refusal(_("It has this class already."), field="classification")
    renumber(current, row)
    row.classification, row.scheme = classification, row.scheme or current.scheme
    said = msgspec.structs.replace(row.record, classification=row.classification, scheme=row.scheme or None)
    row.body = msgspec.msgpack.encode(said)
    settle_classes(row)
    row.save(update_fields=["classification", "scheme", "body", "change", "born", *VOTED_ON])
    saved(current)
    record(acts.CLASS_CORRECTED, row.subject, viewer.actor, reason)
    return row


def check_class(entry: ListEntry) -> None:
    """Refuse to correct the class of an entry that follows a wish, or is not on the list any more.

    Raises:
        Refusal: why not.
    """
    check_by_hand(entry.list)
    if EntryState(entry.state) not in CONTESTED:
        raise Conflict(_("The entry is not on the list any more."))


def check_stays(entry: ListEntry) -> None:
    """Refuse to decide on classes that do not contradict each other.

    Raises:
        Refusal: they do not, or somebody has looked.
    """
    if entry.classes_since is None:
        raise Conflict(_("Its votes do not give it several classes of one scheme, or somebody has looked at them."))


@transaction.atomic
def keep_class(viewer: Viewer, reason: Reason, entry: ListEntry) -> ListEntry:
    """Decide that the class of an entry stays, though votes give it another one of the same scheme.

    The votes stay as they are. Who votes for another class from now on asks anew.

    Raises:
        Refusal: a key decides; the list is not theirs; votes do not contradict each other; or words are missing.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, entry.list)
    row = locked_entry(current, entry)
    check_stays(row)
    if not reason.words.strip():
        raise Refusal(_("Say why, in words: whoever reads it later was not there."), field="words")
    settle_classes(row)
    row.save(update_fields=[*VOTED_ON])
    record(acts.CLASS_STAYS, row.subject, viewer.actor, reason)
    return row
