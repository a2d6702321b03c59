"""Records of three kinds with external identifiers, by the real actions. Everything is synthetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.cases.factories import make_case
from tests.node.factories import make_person, terms, viewer_for
from tests.node.reports.factories import make_report
from tests.node.victims.factories import make_desk, make_series

from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.external import actions
from vaern.node.external.sealed_values import Given
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.casework.models import Casework
    from vaern.node.casework.releases.terms import Handling
    from vaern.node.external.models import ExternalIdentifier
    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.INVESTIGATION)
GROUND = "Accord of the synthetic alliance, art. 4"


class Desk:
    """A police desk: an investigator, who works on cases and reports, and somebody who identifies victims."""

    def __init__(self) -> None:
        self.organisation = make_desk()
        self.lead = viewer_for(make_person(Role.INVESTIGATOR, self.organisation))
        self.identifier = viewer_for(make_person(Role.IDENTIFIER, self.organisation))

    def records(self) -> dict[str, Any]:
        """Make one record of each kind that carries identifiers."""
        return {
            "report": make_report(self.organisation),
            "series": make_series(self.organisation),
            "case": make_case(self.lead),
        }

    def who(self, record: Casework) -> Viewer:
        """Return who works on such a record."""
        return self.identifier if record.KIND == "series" else self.lead

    def do(self, act: Any, record: Casework, *args: Any) -> Any:
        """Do something to the identifiers of a record."""
        with viewing(self.organisation.id):
            return act(self.who(record), WHY, record, *args)

    def add(self, record: Casework, value: str, system: str = "icse_series", **more: Any) -> ExternalIdentifier:
        """Note an identifier."""
        made: ExternalIdentifier = self.do(actions.add, record, Given(system, value, **more))
        return made

    def release(self, record: Casework, to: Desk, handling: Handling) -> None:
        """Release a record to another desk."""
        with viewing(self.organisation.id):
            until = timezone.now() + timedelta(days=9)
            releases.release(self.who(record), record, [to.organisation.id], WHY, terms(handling, until, GROUND))
