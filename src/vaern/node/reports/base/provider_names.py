"""Names of hosting providers, stored beside the ledger, which holds only their digests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.sealing import keyed
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.reports.models import ProviderName

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.models import Host


KEPT = LONGEST_KEPT + timedelta(days=365)
"""After the last notice: a year is closed soon after its end, and a closed one keeps the names in it."""


def digest_of(host: Host) -> str:
    """Return the keyed digest of a host's name, as the ledger has it; equal for equal names."""
    return keyed(host.name, "provider of a trusted flagger").hex()[:16]


def remember(host: Host) -> None:
    """Store the name of a notified host; it outlives the list of hosts."""
    ProviderName.everywhere.update_or_create(
        organisation_id=host.organisation_id,
        digest=digest_of(host),
        defaults={"name": host.name, "used_at": timezone.now()},
    )


def names(organisation: Organisation) -> dict[str, str]:
    """Return the stored names of an organisation's providers, by digest."""
    return dict(ProviderName.of(organisation=organisation).values_list("digest", "name"))


def forget(now: datetime | None = None) -> int:
    """Erase names that no notice has used for years; return how many."""
    return int(ProviderName.everywhere.filter(used_at__lt=(now or timezone.now()) - KEPT).delete()[0])
