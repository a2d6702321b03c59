"""Whatever fails in its turn: everything else has its own, and nothing of what failed stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation
from tests.node.reports.factories import make_report

from vaern.node.base.jobs import each
from vaern.node.casework.retention import actions as retention
from vaern.node.organisations.models import Member
from vaern.node.reports.ending.retention import RETENTION
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.casework.retention.kinds import Retention


class BrokenError(Exception):
    """What one of them ends in."""


@pytest.mark.once
@pytest.mark.django_db
@given(st.lists(st.booleans(), max_size=8), st.one_of(st.none(), st.integers(1, 4)))
def test_each_has_its_turn_and_what_failed_leaves_nothing(fails: list[bool], most: int | None) -> None:
    Member.objects.filter(code__startswith="Z").delete()

    def act(number: int) -> int:
        Member.objects.create(code=f"Z{number}", name=f"Country {number}")
        if fails[number]:
            raise BrokenError(number)
        return 1

    wanted = [number for number, failing in enumerate(fails) if not failing][: most if most is not None else None]
    reached = wanted[-1] if most is not None and len(wanted) == most else len(fails)
    last = [number for number, failing in enumerate(fails) if failing and number < reached][-1:]
    if last:
        with pytest.raises(BrokenError, match=str(last[0])):
            each("test", range(len(fails)), act, most)
    else:
        assert each("test", range(len(fails)), act, most) == len(wanted)
    kept = Member.objects.filter(code__startswith="Z").values_list("code", flat=True)
    assert sorted(kept) == [f"Z{number}" for number in wanted]


@pytest.mark.django_db
def test_a_report_that_cannot_be_erased_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _first, second, _third = (make_report(make_organisation()) for _ in range(3))
    Report.everywhere.update(review_date="2001-01-01")
    whole = retention._expire

    def expire(kind: Retention[Report], report: Report, today: date) -> bool:
        breaks = report.pk == second.pk
        done = whole(kind, report, today)
        if breaks:
            raise BrokenError
        return done

    monkeypatch.setattr(retention, "_expire", expire)
    with pytest.raises(BrokenError):
        retention.expire(RETENTION)
    assert list(Report.everywhere.values_list("pk", flat=True)) == [second.pk]
