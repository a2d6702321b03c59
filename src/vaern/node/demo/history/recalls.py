"""The police acknowledge what hotlines recalled: a copy on which nobody has worked goes, one in use is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.casework.recalls import actions, queries
from vaern.node.demo.history.police import INVESTIGATES
from vaern.node.demo.history.world import at_desk, chance
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.models import Report
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.node.casework.models import Release
    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story

EVERY = timedelta(days=3)
NOT_USED = Reason(Why.INVESTIGATION)
KEEP = Reason(Why.INVESTIGATION, "the case that was opened from it goes on")


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield the round of each police desk."""
    for host in INVESTIGATES:
        yield world.begins, _acknowledge(world, host)


def _acknowledge(world: World, host: str) -> Story:
    """Twice a week somebody looks at what was recalled."""
    draw, investigator = chance("recalls", host), world.someone(host, Role.INVESTIGATOR)
    while True:
        yield at_desk(draw, EVERY)
        with viewing(investigator.organisation.id):
            for release in list(queries.to_acknowledge(investigator, [Report.KIND])):
                keep = _is_in_use(release)
                reason = KEEP if keep else NOT_USED
                actions.acknowledge(investigator, reason, release.pk, release.kind, keep=keep)


def _is_in_use(release: Release) -> bool:
    """Whether somebody has worked on the recipient's copy."""
    copies = Report.objects.filter(forwarded_by__release=release, organisation=release.recipient)
    return copies.exclude(state=State.ARRIVED.value).exists()
