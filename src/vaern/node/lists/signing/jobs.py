"""Jobs: what is newest of the signed releases is said each hour that it is due, and what is due is proposed."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.lists.signing import actions, repository


@by_clock("lists.announce", "17 * * * *")
def announce() -> int:
    """Say what is newest of the signed releases, so that subscribers see a mirror that is frozen."""
    return repository.announce_due()


@by_clock("lists.propose", "27 * * * *")
def propose() -> int:
    """Propose a release of each list and subset that does so by itself and changed."""
    return actions.propose_due()
