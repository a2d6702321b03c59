"""The law of one day over many reports says of each what the law says of it alone, and is asked once of alike ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation
from tests.node.reports.factories import make_report

from vaern.node.reports.law import grounds
from vaern.node.reports.law.bases import Law, basis
from vaern.node.reports.models import LegalGround, Report

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 1)
ACTIONS = ("report", "notify", "block")

days = st.integers(0, 5).map(lambda n: FIRST + timedelta(days=n))
provisions = st.tuples(
    st.sampled_from(["detect", *ACTIONS]),
    st.sampled_from(["a", "b"]),
    days,
    st.none() | st.integers(0, 3),
    st.sampled_from([[], ["platform"], ["police"]]),
)
arrived = st.tuples(
    st.sampled_from(["platform", "hotline", None]),
    st.sampled_from(["api", "forward"]),
    st.sampled_from(["", "a", "b"]),
    st.none() | days,
    days,
)


def lacks_alone(action: str, report: Report, on: date) -> bool:
    try:
        grounds.check_act(action, report, on)
    except grounds.GroundMissing:
        return True
    return False


def basis_of(report: Report) -> object:
    begun = report.incident_at or report.created_at
    return basis(report.organisation, report.sender, report.document, report.legal_ground, begun)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001 - made aware here


@pytest.mark.once
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(provisions, max_size=6, unique_by=lambda row: row[:3]), st.lists(arrived, min_size=1, max_size=6), days)
def test_it_says_what_the_law_says_of_each_alone(law: list[tuple], came: list[tuple], on: date) -> None:
    LegalGround.objects.all().delete()
    country = make_member()
    desk = make_organisation("police", member=country)
    senders: dict[str | None, Organisation | None] = {
        kind: make_organisation(kind, member=country) if kind else None for kind in ("platform", "hotline", None)
    }
    for action, code, begins, length, kinds in law:
        LegalGround.objects.create(
            code=code,
            action=action,
            country=country.code,
            kinds=kinds,
            name={"en": code},
            valid_from=begins,
            valid_to=None if length is None else begins + timedelta(days=length),
        )
    today = Law(on)
    for number, (kind, document, ground, incident, created) in enumerate(came):
        report = make_report(
            desk,
            [f"https://host.example/{number}"],
            sender=senders[kind],
            document=document,
            legal_ground=ground,
            incident_at=incident and noon(incident),
            created_at=noon(created),
        )
        for action in ACTIONS:
            assert today.lacks(action, basis_of(report)) == lacks_alone(action, report, on)


def test_alike_ones_are_asked_of_once() -> None:
    desk, platform = make_organisation("police"), make_organisation("platform")
    senders = enumerate((platform, None, platform, None, platform))
    reports = [make_report(desk, [f"https://host.example/{n}"], sender=sender) for n, sender in senders]
    under = [basis_of(report) for report in reports]
    today = Law(timezone.localdate())
    for at, most in ((0, 2), (1, 1), (2, 0), (3, 0), (4, 0)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            today.lacks("block", under[at])
        assert len(asked) <= most
