"""The search itself: the finders are asked in one transaction, with one entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.web.search import acts
from vaern.node.web.search.finders import MOST, Finder, asked_for, each_once
from vaern.node.web.search.looks import recognised
from vaern.proofs.tags import MOST as MOST_TAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.web.search.finders import Hit
    from vaern.node.web.search.looks import Wanted

RECORDS = Subject("record")

WORK = {
    "case.work": Why.INVESTIGATION,
    "series.work": Why.VICTIM_IDENTIFICATION,
    "assistance.work": Why.LEGAL_ASSISTANCE,
    "report.assess": Why.ASSESSMENT,
    "ledger.oversee": Why.OVERSIGHT,
}
"""Why people search, by the first of these that they may do: to find their work. What they open asks them itself."""


@dataclass(frozen=True)
class Group:
    """What was found of one kind.

    Attributes:
        more: there are more than are shown.
    """

    finder: Finder
    hits: Sequence[Hit]
    more: bool


@dataclass(frozen=True)
class Found:
    """What a search found; `groups` in the order of the finders, those that found something."""

    wanted: Wanted
    groups: Sequence[Group]

    @property
    def total(self) -> int:
        """How many are shown."""
        return sum(self.kinds.values())

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind are shown."""
        return {group.finder.kind: len(group.hits) for group in self.groups if not group.finder.offers}


def reason_of(viewer: Any) -> Reason:
    """Return why somebody searches, by what they do here."""
    return Reason(next((why for work, why in WORK.items() if work in viewer.permissions), Why.ADMINISTRATION))


@transaction.atomic
def search(viewer: Any, text: str) -> Found:
    """Return what the viewer may see and a text leads to.

    Recorded once: how many were shown, and of which kinds; never what was looked for.
    """
    wanted = recognised(text)
    groups = []
    for finder in asked_for(viewer, wanted):
        hits = each_once(finder.find(viewer, wanted, MOST + 1), MOST + 1)
        if hits:
            groups.append(Group(finder, hits[:MOST], len(hits) > MOST))
    found = Found(wanted, groups)
    if wanted.text:
        tags = dict(list(found.kinds.items())[:MOST_TAGS])
        record(acts.SEARCHED, RECORDS, viewer.actor, reason_of(viewer), count=found.total, tags=tags)
    return found
