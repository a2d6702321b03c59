"""What is held of somebody stands in reports from their arrival on: as reading each by hand would say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation
from tests.node.reports.base.test_ties import WHY, arrive, seen, suspect

from vaern.arrivals import Account, Location
from vaern.node.base.scope import viewing
from vaern.node.casework.retention.actions import erase_now
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.oversight.subject_search import held, identifiers
from vaern.node.reports.ending import acts
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db

PARTS = {
    "somebody@mail.example": suspect(emails=("Somebody@mail.example",)),
    "+45 20 12 34 56": suspect(phones=("+4520123456",)),
    "examplechat|@Some.Name": suspect(service="ExampleChat", screen_name="some.name"),
    "192.0.2.7": seen("192.0.2.7"),
    "2001:db8::7": seen("2001:db8::7", hours=None),
    "other@mail.example": suspect(emails=("other@mail.example",)),
}


def found(said: str, organisation: Organisation | None) -> set[object]:
    return {one.record for one in held(identifiers(said), organisation.pk if organisation else None)}


@pytest.mark.once
@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(sorted(PARTS)), max_size=3)), max_size=6), st.data())
def test_the_reports_that_name_somebody_are_found_before_anything_is_concluded(
    sent: list[tuple[bool, set[str]]], data: st.DataObject
) -> None:
    desks = [make_organisation(OrganisationKind.HOTLINE), make_organisation(OrganisationKind.HOTLINE)]
    reports = []
    for second, parts in sent:
        with viewing(desks[second].pk):
            reports.append((second, parts, arrive(desks[second], *(PARTS[part] for part in sorted(parts)))))
    asked = data.draw(st.sets(st.sampled_from(sorted(PARTS)), min_size=1, max_size=3))
    for whose in (None, False, True):
        expected = {one.pk for second, parts, one in reports if parts & asked and whose in (None, second)}
        there = found("\n".join(asked), None if whose is None else desks[whose])
        assert there & {one.pk for _second, _parts, one in reports} == expected
        assert whose is None or there == expected


def test_whoever_reports_is_not_found_and_what_was_erased_neither() -> None:
    desk = make_organisation(OrganisationKind.HOTLINE)
    with viewing(desk.pk):
        arrive(desk, Account("reporter", emails=("somebody@mail.example",)))
        assert found("somebody@mail.example", desk) == set()
        there = arrive(desk, places=(Location(account="somebody@mail.example", medium="email"),))
        assert found("SOMEBODY@mail.example", desk) == {there.pk}
        erase_now(Report.everywhere.get(pk=there.pk), acts.EXPIRED, NODE, WHY)
        assert found("somebody@mail.example", desk) == set()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_report_is_there_since_a_day_of_the_node(at: datetime, day: date) -> None:
    desk = make_organisation(OrganisationKind.HOTLINE)
    with viewing(desk.pk):
        there = arrive(desk, suspect(emails=("somebody@mail.example",)))
    Report.everywhere.filter(pk=there.pk).update(created_at=at)
    assert [one.day for one in held(identifiers("somebody@mail.example"), desk.pk)] == [day]
