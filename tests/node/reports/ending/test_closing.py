"""A report is closed when everything is done, and opened again by a person."""

from __future__ import annotations

import pytest
from tests.node.reports.factories import make_location
from tests.node.reports.forwarding.worlds import WHY, arrive, desk, fresh, send

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.forwarding import actions
from vaern.node.reports.models import Location, Report
from vaern.node.reports.rules.locations import LOCATION_DONE, LocationState
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import State

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", sorted(LocationState))
def test_it_is_closed_only_when_each_location_is_done(state):
    a = desk()
    report = arrive(a)
    Report.everywhere.filter(pk=report.pk).update(state=State.IN_ACTION, actionable=True)
    make_location(report, state=state)
    with viewing(a.organisation.id):
        if state in LOCATION_DONE:
            closing.finish(a, WHY, report)
        else:
            with pytest.raises(Refusal):
                closing.finish(a, WHY, report)
    assert (fresh(report).state == State.CLOSED) == (state in LOCATION_DONE)
    assert Entry.objects.filter(act="reports.report.finished").count() == (state in LOCATION_DONE)


def test_whoever_forwarded_it_is_told_first():
    a, b = desk(), desk()
    (one,) = send(a, arrive(a), b)
    Report.everywhere.filter(pk=one.arrived.pk).update(state=State.IN_ACTION, actionable=True)
    Location.everywhere.filter(report=one.arrived).delete()
    with viewing(b.organisation.id):
        with pytest.raises(Refusal):
            closing.finish(b, WHY, one.arrived)
        actions.return_outcome(b, WHY, one.arrived, Outcome.MATERIAL_REMOVED)
        assert closing.finish(b, WHY, one.arrived).state == State.CLOSED
        again = closing.reopen(b, Reason(Why.ASSESSMENT, "it is online again"), one.arrived)
    assert (again.state, again.actionable, again.closed_at) == (State.ARRIVED, None, None)
