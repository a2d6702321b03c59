"""Jobs: what is newest of the signed releases is said each hour that it is due."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.lists.signing import repository


@by_clock("lists.announce", "17 * * * *")
def announce() -> int:
    """Say what is newest of the signed releases, so that subscribers see a mirror that is frozen."""
    return repository.announce_due()
