"""A list as a table: what is matched, with all that is said of it, as `vaern lists export --format csv` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vaern.formats import csv_lists_write
from vaern.node.base.refusals import Refusal
from vaern.node.casework.workstations.queries import disclose
from vaern.node.lists.base import acts
from vaern.node.lists.base.disk import by_entry, published
from vaern.node.lists.base.queries import unseen
from vaern.node.lists.curation.workstation import goods, matched
from vaern.node.lists.models import EntryVote, ListEntry
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.lists import Holds
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.casework.workstations.queries import Destination
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry


def check(viewer: Viewer, hash_list: HashList) -> None:
    """Refuse a list of others of what is no hash: what it holds can be read, and its recipients look it up.

    Raises:
        Refusal: it is such a list.
    """
    if hash_list.organisation_id != viewer.organisation.id and Holds(hash_list.holds) is not Holds.FILES:
        raise Refusal(_("Only who keeps a list of addresses, domains, keywords or wallets takes it out."))


@transaction.atomic
def take_out(viewer: Viewer, hash_list: HashList, reason: Reason, to: Destination) -> Iterable[bytes]:
    """Return a list as CSV, in pieces; recorded as a disclosure before the first of them leaves.

    Raises:
        Refusal: of what is no hash, and not the viewer's; or its licence does not let it leave.
    """
    allow(viewer, Permission.HASHLIST_RELEASE)
    check(viewer, hash_list)
    rows = ListEntry.of(list=hash_list).filter(state__in=[state.value for state in MATCHED])
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    disclose(viewer, hash_list, reason, acts.VALUES_TAKEN_OUT, goods(viewer, hash_list), "CSV", to)
    return csv_lists_write.write(_entries(viewer, hash_list, last))


def _entries(viewer: Viewer, hash_list: HashList, last: int) -> Iterator[Entry]:
    """Yield what is matched; where the viewer's organisation is blind to the votes, without them and who viewed it."""
    for page in matched(hash_list, last):
        votes, blind = by_entry(EntryVote.of(entry__in=page)), unseen(viewer, page)
        for row in page:
            one = published(hash_list, row, row.record, votes.get(row.pk, ()))
            yield msgspec.structs.replace(one, votes=(), viewed_by=()) if row.pk in blind else one
