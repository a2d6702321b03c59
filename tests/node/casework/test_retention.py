"""Until when something may be kept, and how the clock comes to what is past its end date, of every kind of record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.casework.retention.actions import BY_CLOCK, check_end_date, expire, node_of
from vaern.node.casework.retention.kinds import Retention
from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.reports.ending import acts
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.models import Organisation

DAYS = st.integers(-30, LONGEST_KEPT.days + 30).map(timedelta)


@given(ahead=DAYS, given_until=st.none() | DAYS)
def test_an_end_date_lies_ahead_within_five_years_and_within_what_was_given(
    ahead: timedelta, given_until: timedelta | None
) -> None:
    today = timezone.localdate()
    latest = None if given_until is None else today + given_until
    may = timedelta(0) < ahead <= LONGEST_KEPT and (given_until is None or ahead <= given_until)
    if may:
        check_end_date(today + ahead, latest)
        return
    with pytest.raises(Refusal) as refused:
        check_end_date(today + ahead, latest)
    assert refused.value.field == "until"


def past(organisation: Organisation, *days: int) -> list[Report]:
    """Make reports that ended so many days ago; 0 ends today."""
    today = timezone.localdate()
    return [make_report(organisation, review_date=today - timedelta(days=n)) for n in days]


def kind(delete: Callable[[Report], object], wait: Callable[[Organisation], object] = lambda _owner: None) -> Any:
    """Return reports as a kind that ends in a way of its own."""
    return Retention(model=Report, name="test", expired=acts.EXPIRED, wait=wait, delete=lambda one: delete(one) and 1)


@pytest.mark.django_db
def test_each_past_its_day_has_its_turn_the_longest_past_first() -> None:
    longest, today, yesterday = past(make_organisation(), 9, 0, 1)
    seen: list[Report] = []
    assert expire(kind(seen.append)) == 2
    assert seen == [longest, yesterday]
    assert today not in seen


@pytest.mark.django_db
def test_one_that_fails_stops_no_other() -> None:
    reports = past(make_organisation(), 3, 2, 1)
    seen: list[Report] = []

    def erase(one: Report) -> int:
        if one == reports[1]:
            raise LookupError
        seen.append(one)
        return 1

    with pytest.raises(LookupError):
        expire(kind(erase))
    assert seen == [reports[0], reports[2]]


@pytest.mark.django_db
def test_what_was_kept_longer_meanwhile_is_left_alone() -> None:
    first, second = past(make_organisation(), 2, 1)

    def erase(one: Report) -> int:
        Report.everywhere.filter(pk=second.pk).update(review_date=date(2100, 1, 1))
        return int(one == first)

    assert expire(kind(erase)) == 1


@pytest.mark.django_db
def test_what_has_to_be_locked_first_is_and_only_for_what_is_still_due() -> None:
    owner = make_organisation()
    (report,) = past(owner, 1)
    order: list[object] = []
    assert expire(kind(order.append, order.append)) == 1
    assert order == [owner, report]


@pytest.mark.django_db
def test_the_node_may_nothing_but_what_it_does_by_the_clock() -> None:
    owner = make_organisation()
    assert (node_of(owner).organisation, node_of(owner).permissions, node_of(owner).person) == (
        owner,
        frozenset(),
        None,
    )
    assert BY_CLOCK.why is Why.RETENTION
