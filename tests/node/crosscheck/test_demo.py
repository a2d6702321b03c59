"""The demonstration shows a meeting, a reveal that both agreed to, one that was refused, and work for the desk."""

from __future__ import annotations

import pytest

from vaern.node.crosscheck.models import CountryQuestion, Meeting, Nudge, Reveal
from vaern.node.demo.seed import seed
from vaern.node.organisations.actions import begin_node


@pytest.mark.slow
@pytest.mark.django_db
def test_three_desks_meet() -> None:
    seed(begin_node(), None, lambda _line: None)
    assert Meeting.everywhere.filter(inside=False).count() >= 3
    assert set(Reveal.everywhere.values_list("state", flat=True)) == {"agreed", "refused"}
    assert Nudge.everywhere.count() == 1
    answered, waiting = CountryQuestion.everywhere.order_by("asked_at")
    assert answered.answered_at
    assert not waiting.answered_at
    assert waiting.proposals
