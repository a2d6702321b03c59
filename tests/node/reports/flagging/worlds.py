"""Decisions of an invented Digital Services Coordinator, for tests of trusted flaggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.law import actions as law
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.flagger_status import TABLE
from vaern.node.reports.rules.flaggers import Decision, Step

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.law.models import LawRow
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

KEEPS = Reason(Why.ADMINISTRATION)
COORDINATOR = "Coordinator of Alphaland (invented)"
AREA = "sexual abuse of children (invented)"


def step(organisation: Organisation, decision: Decision, since: date) -> Step:
    """Return a decision about an organisation."""
    area = AREA if decision is Decision.AWARDED else ""
    return Step(
        str(organisation.pk),
        since,
        decision,
        COORDINATOR,
        "DK",
        since,
        area,
        "DSC 1/26",
        source="An invented gazette",
    )


def keepers() -> tuple[Viewer, Viewer]:
    """Return two people who keep the law."""
    authority = make_organisation(OrganisationKind.AUTHORITY)
    return viewer_for(make_person(Role.LEGAL, authority)), viewer_for(make_person(Role.LEGAL, authority))


def decide(organisation: Organisation, decision: Decision, since: date, *, verified: bool = True) -> LawRow:
    """Record a decision as somebody who keeps the law does, and let somebody else verify it."""
    one, other = keepers()
    row = law.add(one, KEEPS, TABLE, step(organisation, decision, since))
    if verified:
        law.verify(other, KEEPS, row, "An invented gazette, read today")
    return row
