"""The secretariat of the demonstration releases figures to the public: what the ledger says of the days before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.publishing import actions, previews
from vaern.node.alliance.rules.releases import Scope
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance


def do(alliance: Alliance) -> None:
    """Compute the values, look at the preview, and release it."""
    while sequence_once():
        pass
    computation.refresh()
    viewer = alliance.someone("secretariat", Role.SECRETARIAT)
    year = timezone.localdate().year
    scope = Scope(year - 1, year)
    with viewing(viewer.organisation.id):
        actions.release(
            viewer,
            Reason(Why.ADMINISTRATION, "for the ministers' meeting"),
            previews.ask(viewer, scope),
            "For the ministers' meeting. The running quarter is told because everything here is made up.",
            "Til ministermødet. Det løbende kvartal vises, fordi alt her er opdigtet.",
        )
