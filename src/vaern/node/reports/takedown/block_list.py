"""Export of the blocking list for platforms, search engines and proxies: keyed hashes of addresses, law permitting.

Access providers see no addresses; they get domains (`reports/domains`).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.base.addresses import normalised
from vaern.node.reports.law import reviews
from vaern.node.reports.law.bases import Law, basis
from vaern.node.reports.takedown import acts, labels
from vaern.node.reports.takedown.addresses import url_of
from vaern.node.reports.takedown.queries import LIST, standing_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Block


class Groundless(Refusal):
    """Entries of the list lack a legal ground today, or a conclusion; the message explains the first.

    Attributes:
        count: how many.
        others: how many entries may be exported.
    """

    def __init__(self, message: str, count: int, others: int) -> None:
        super().__init__(message)
        self.count, self.others = count, others

    def __str__(self) -> str:
        return labels.groundless(self.count, self.others, self.code)


@transaction.atomic
def export(viewer: Viewer, reason: Reason, to_whom: str, key: str, *, without: bool = False) -> dict[str, Any]:
    """Return the blocking list for a recipient that sees addresses; recorded as a disclosure.

    An entry is the HMAC-SHA-256 of host and path without scheme, under a key agreed between desk and recipient:
    without the key the list reveals nothing, and no whole host is ever blocked.

    Args:
        viewer: who exports.
        reason: why.
        to_whom: the recipient in words; stored with the words of the reason.
        key: agreed beforehand; not in the list.
        without: leave out what rests on no legal ground today, or on a conclusion that was wrong; the list says how
            many.

    Raises:
        Groundless: there are such entries, and `without` was not set; or there are no others.
    """
    entries, missing = [], []
    for block, why in _each(viewer):
        if why is not None:
            missing.append(why)
        else:
            address = url_of(block.location.item)
            entries.append({"hmac": entry(address, key), "until": block.review_date.isoformat()})
    if missing and not (without and entries):
        raise Groundless(missing[0], len(missing), len(entries))
    record(acts.BLOCKS_EXPORTED, LIST, viewer.actor, reason, count=len(entries), details=to_whom)
    return {
        "format": "vaern-blocking-list",
        "version": 1,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "algorithm": "hmac-sha-256",
        "of": "normalised address without its scheme",
        "left_out": len(missing),
        "entries": entries,
    }


def _each(viewer: Viewer) -> Iterator[tuple[Block, str | None]]:
    """Give the entries, each with why it may not leave; the law is asked once of all that are alike."""
    law = Law(timezone.localdate())
    blocks = standing_blocks(viewer).order_by("id")
    for block in blocks.select_related(
        "location__item", "location__report__organisation__member", "location__report__sender__member"
    ):
        found = block.location.report
        begun = found.incident_at or found.created_at
        under = basis(found.organisation, found.sender, found.document, found.legal_ground, begun)
        if block.wrong:
            yield block, _("The conclusion was wrong.")
        else:
            stopped = reviews.stops(found, "block") if law.lacks("block", under) else None
            yield block, str(stopped) if stopped else None


def entry(url: str, key: str) -> str:
    """Return the entry of an address in a recipient's list: normalised `host/path?query` under their key."""
    place = normalised(url).url.partition("://")[2]
    return hmac.new(key.encode(), place.encode(), hashlib.sha256).hexdigest()
