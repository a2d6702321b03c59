"""The demonstration's day of reports happens, and shows each kind of thing once at least."""

from __future__ import annotations

import pytest

from vaern.node.demo.seed import seed
from vaern.node.organisations.actions import begin_node
from vaern.node.reports.domains.queries import is_in_force, judged
from vaern.node.reports.models import DomainBlock, FlaggerReport, Forward, Hold, Message, Notice, Report
from vaern.node.reports.rules.states import State


@pytest.mark.slow
@pytest.mark.django_db
def test_the_day_shows_each_kind_of_thing() -> None:
    seed(begin_node(), None, lambda _line: None)
    states = set(Report.everywhere.values_list("state", flat=True))
    assert states >= {State.ARRIVED, State.DUPLICATE, State.SECOND_VIEW, State.DISPUTED, State.IN_ACTION, State.CLOSED}
    assert Report.everywhere.filter(urgent=True, document="forward").exists()
    assert Message.everywhere.filter(by=None).exists()
    assert Message.everywhere.exclude(by=None).exists()
    assert Notice.everywhere.filter(answer="removed").exists()
    assert Notice.everywhere.filter(answer="").exists()
    assert Notice.everywhere.filter(flagger__isnull=False).exists()
    assert FlaggerReport.everywhere.filter(content__total__gte=2, deliveries=None).exists()
    assert FlaggerReport.everywhere.filter(deliveries__what="published").exists()
    assert Hold.everywhere.filter(ended_at=None).exists()
    assert Forward.everywhere.exclude(outcome="").count() >= 3
    assert [is_in_force(one) for one in judged(DomainBlock.everywhere.all())] == [True]
    assert Report.everywhere.exclude(same_as=None).exists()
    assert not Report.everywhere.filter(synthetic=False).exists()
