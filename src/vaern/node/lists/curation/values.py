"""A list of addresses, domains, keywords or wallets as a table: what is matched, as `vaern lists export` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vaern.formats import csv_lists_write
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.base import acts
from vaern.node.lists.base.disk import by_entry, published
from vaern.node.lists.base.queries import unseen
from vaern.node.lists.curation.workstation import matched
from vaern.node.lists.models import EntryVote, ListEntry
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.lists import Holds
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry


def check(hash_list: HashList) -> None:
    """Refuse a list of hashes: it leaves as VICS, for a workstation.

    Raises:
        Refusal: it holds hashes of files.
    """
    if Holds(hash_list.holds) is Holds.FILES:
        raise Refusal(_("This list holds hashes of files: take it to a workstation, as VICS."))


@transaction.atomic
def take_out(viewer: Viewer, hash_list: HashList, reason: Reason) -> Iterable[bytes]:
    """Return a list of what is no hash as CSV, in pieces; recorded with how many entries before the first leaves.

    Raises:
        Refusal: it holds hashes of files.
    """
    allow(viewer, Permission.HASHLIST_RELEASE)
    check(hash_list)
    rows = ListEntry.of(list=hash_list).filter(state__in=[state.value for state in MATCHED])
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    record(acts.VALUES_TAKEN_OUT, hash_list.subject, viewer.actor, reason, count=rows.count())
    return csv_lists_write.write(_entries(viewer, hash_list, last))


def _entries(viewer: Viewer, hash_list: HashList, last: int) -> Iterator[Entry]:
    """Yield what is matched; where the viewer's organisation is blind to the votes, without them and who viewed it."""
    for page in matched(hash_list, last):
        votes, blind = by_entry(EntryVote.of(entry__in=page)), unseen(viewer, page)
        for row in page:
            one = published(hash_list, row, row.record, votes.get(row.pk, ()))
            yield msgspec.structs.replace(one, votes=(), viewed_by=()) if row.pk in blind else one
