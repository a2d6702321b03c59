"""Cases for tests, by the real actions. Everything is synthetic.

case = make_case(viewer)
party, statement, held, task = furnish(viewer, case)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import terms
from tests.node.reports.forwarding.worlds import GROUND

from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import actions, handovers, identifiers, statements
from vaern.node.casework.releases.terms import Handling
from vaern.node.crosscheck.rules.identifiers import Kind, normalised
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from vaern.node.cases.models import Handover
    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.INVESTIGATION)


def make_case(viewer: Viewer, **fields: Any) -> Case:
    """Open a case."""
    with viewing(viewer.organisation.id):
        return actions.open_case(viewer, WHY, **fields)


def fresh(case: Case | None) -> Case:
    """Return a case as it is now."""
    assert case is not None
    found: Case = Case.everywhere.get(pk=case.pk)
    return found


def email(text: str = "somebody@mail.example") -> Any:
    """Return an identifier."""
    return normalised(Kind.EMAIL, text)


def furnish(viewer: Viewer, case: Case, mail: str = "somebody@mail.example") -> dict[str, Any]:
    """Add one of everything to a case: a suspect, a fact, an assessment, two identifiers, a task."""
    with viewing(viewer.organisation.id):
        party = statements.add_party(viewer, WHY, case, Category.SUSPECT, "K-2031-0042")
        fact = statements.state(
            viewer,
            WHY,
            case,
            Nature.FACT,
            "An account was made on that day.",
            source=Source.ALWAYS,
            credibility=Credibility.CERTAIN,
            party=party,
            happened_at=datetime(2031, 3, 1, 12, tzinfo=UTC),
        )
        statements.state(viewer, WHY, case, Nature.ASSESSMENT, "It is one person.", confidence=Confidence.LOW)
        held = identifiers.add(viewer, WHY, case, email(mail), party)
        identifiers.add(viewer, WHY, case, normalised(Kind.ADDRESS, "192.0.2.7"))
        assert viewer.person is not None
        task = statements.add_task(
            viewer, WHY, case, "Ask the provider", viewer.person, timezone.localdate() + timedelta(days=3)
        )
    return {"party": party, "statement": fact, "held": held, "task": task}


def inside(viewer: Viewer, act: Any, *args: Any, reason: Reason = WHY, **more: Any) -> Any:
    """Do something as somebody of an organisation."""
    with viewing(viewer.organisation.id):
        return act(viewer, reason, *args, **more)


def hand(viewer: Viewer, case: Case, to: Viewer) -> Handover:
    """Hand a case over to another desk."""
    until = timezone.now() + timedelta(days=300)
    made: Handover = inside(
        viewer,
        handovers.hand_over,
        case,
        to.organisation.id,
        terms(Handling.AMBER, until, GROUND),
        version=fresh(case).version,
    )
    return made
