"""A report's keys are compared only while it is acted on, and the keys are those of what it is about."""

from __future__ import annotations

import pytest
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern import arrivals
from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.crosscheck.base.keys import key_of
from vaern.node.crosscheck.models import Enrolled, Enrolment, Meeting
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.assessment.actions import move
from vaern.node.reports.base import registration
from vaern.node.reports.base.addresses import url_key
from vaern.node.reports.base.content import sealed
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.models import Item
from vaern.node.reports.rules.states import Event

WHY = Reason(Why.ASSESSMENT, "made up for a test")
URL = "https://host.example/one"

pytestmark = pytest.mark.django_db


def concluded(organisation, **fields):
    report = make_report(organisation, [URL], **fields)
    move(report, Event.CONCLUDE_ACTIONABLE)
    return report


def test_two_desks_that_act_on_one_address_meet_and_before_that_nothing_is_compared() -> None:
    hotline, police = make_organisation(OrganisationKind.HOTLINE), make_organisation(OrganisationKind.POLICE)
    waiting = make_report(police, [URL])
    concluded(hotline)
    assert not Meeting.everywhere.exists()
    assert not Enrolment.everywhere.filter(record=waiting.pk).exists()
    move(waiting, Event.CONCLUDE_ACTIONABLE)
    (meeting,) = Meeting.everywhere.all()
    assert (meeting.kinds, meeting.inside) == (["url"], False)


def test_keys_go_when_the_report_is_assessed_anew_and_stay_while_it_is_closed_after_action() -> None:
    person = make_person(Role.ANALYST)
    viewer, report = viewer_for(person), concluded(person.organisation)
    with viewing(person.organisation_id):
        closing.finish(viewer, WHY, _claimed(report, person))
        assert Enrolment.everywhere.get(record=report.pk).state == "closed"
        closing.reopen(viewer, WHY, report)
        assert not Enrolment.everywhere.filter(record=report.pk).exists()
    report.refresh_from_db()
    move(report, Event.CONCLUDE_NOTHING)
    assert not Enrolment.everywhere.filter(record=report.pk).exists()


def _claimed(report, person):
    from datetime import timedelta

    from django.utils import timezone

    from vaern.node.reports.models import Location

    Location.everywhere.filter(report=report).update(state="stopped")
    report.claimed_by, report.claimed_until = person, timezone.now() + timedelta(minutes=5)
    report.save()
    return report


def test_an_erased_report_leaves_no_key() -> None:
    person = make_person(Role.ANALYST)
    report = concluded(person.organisation)
    with viewing(person.organisation_id):
        Item.everywhere.filter(report=report).exists()
        retention.erase(viewer_for(person), WHY, report)
    assert not Enrolled.everywhere.exists()
    assert not Enrolment.everywhere.exists()


def test_what_is_compared_is_what_the_report_is_about_and_nothing_of_the_reporter() -> None:
    account = arrivals.Account(
        role="suspect",
        service="Service",
        identifier="Someone",
        emails=("A@b.example",),
        phones=("+45 12 34 56 78",),
        ip_events=(arrivals.IpEvent("192.0.2.1"),),
    )
    reporter = arrivals.Account(role="reporter", emails=("reporter@b.example",))
    report = make_report(make_organisation(OrganisationKind.HOTLINE), [URL])
    report.sealed = sealed(arrivals.Arrival("api", accounts=(account, reporter)))
    report.save()
    found = registration.keys_of(report)
    assert sorted(key.kind for key in found) == ["account", "email", "ip_alone", "phone", "url"]
    assert key_of("url", url_key("http://HOST.example/one")) in found, "however it is written"


def test_a_file_on_a_list_of_known_material_says_nothing() -> None:
    report = make_report(make_organisation(OrganisationKind.HOTLINE), [URL])
    Item.everywhere.filter(report=report).update(sha256=b"s" * 32, known_list="a list (synthetic)")
    assert {key.kind for key in registration.keys_of(report)} == {"url"}
    Item.everywhere.filter(report=report).update(known_list="")
    assert {key.kind for key in registration.keys_of(report)} == {"url", "sha256"}
