"""What an entry of the ledger says of a location beside its report: codes by which the alliance counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.sealing import keyed

if TYPE_CHECKING:
    from vaern.node.reports.models import Location


def tags_of(location: Location) -> dict[str, str | int | None]:
    """Return the number of the item within its report, the country of the last trace, and the host as a digest.

    The digest is keyed and short: equal for one host, so that numbers can be shown without the largest source; it names
    nobody.
    """
    host = location.host
    return {
        "item": location.item.number,
        "country": location.country.lower() or None,
        "host": keyed(host.name, "host tag").hex()[:8] if host else None,
    }
