"""An arrival becomes one report, once; what repeats an earlier one is found, and urgency is never hidden."""

from __future__ import annotations

import pytest
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.arrivals import Arrival, File, Location
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.intake.actions import ReferenceReused, anonymous, receive
from vaern.node.reports.intake.reading import arrival_of, item_of
from vaern.node.reports.models import Item, Report
from vaern.records import Signal

pytestmark = pytest.mark.django_db
WHY = Reason(Why.INVESTIGATION)


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def platform():
    return make_organisation(OrganisationKind.PLATFORM)


def sent(desk, platform, **fields):
    person = make_person(Role.MODERATOR, platform) if not platform.people.exists() else platform.people.first()
    return receive(viewer_for(person), WHY, desk, Arrival("api", **fields), sender=platform)


def sha(number: int) -> File:
    return File(signals=(Signal("sha256", bytes([number]) * 32),))


def test_what_was_sent_comes_back_and_is_sealed(desk, platform):
    given = {"narrative": "words", "locations": (Location(url="https://h.example/secret"),), "files": (sha(1),)}
    report, made = sent(desk, platform, **given)
    assert made
    report = Report.unscoped.get(pk=report.pk)
    assert arrival_of(report) == Arrival("api", **given)
    assert b"secret" not in bytes(report.sealed)
    contents = [item_of(item) for item in Item.unscoped.filter(report=report).order_by("number")]
    assert {content.location for content in contents} == {None, given["locations"][0]}
    assert Entry.objects.filter(subject=report.pk).count() == 1


def test_the_same_again_is_the_first(desk, platform):
    first, _ = sent(desk, platform, reference="r1", narrative="a")
    again, made = sent(desk, platform, reference="r1", narrative="a")
    assert (again.pk, made) == (first.pk, False)
    with pytest.raises(ReferenceReused):
        sent(desk, platform, reference="r1", narrative="b")
    assert Report.unscoped.count() == 1
    assert Entry.objects.filter(kind="report").count() == 1


def test_two_senders_have_their_own_references(desk, platform):
    other = make_organisation(OrganisationKind.PLATFORM)
    assert sent(desk, platform, reference="r1")[0].pk != sent(desk, other, reference="r1")[0].pk


def test_two_citizens_who_say_the_same_have_a_report_each(desk):
    arrival = Arrival("public", locations=(Location(url="https://h.example/a"),))
    first, _ = receive(anonymous(desk), WHY, desk, arrival)
    second, made = receive(anonymous(desk), WHY, desk, arrival)
    assert made
    assert second.duplicate_of_id == first.pk
    assert second.state == "duplicate"


@pytest.mark.parametrize("urgency", [{"danger_now": True}, {"ongoing": True}, {"offence": "live_abuse"}])
def test_urgency_is_never_set_aside(desk, urgency):
    places = (Location(url="https://h.example/a"),)
    receive(anonymous(desk), WHY, desk, Arrival("public", locations=places))
    report, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, **urgency))
    assert (report.state, report.urgent, report.items_seen) == ("arrived", True, 1)
    assert report.due_at is not None


def test_new_words_are_never_set_aside(desk):
    places = (Location(url="https://h.example/a"),)
    receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="One  thing"))
    new, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="Another"))
    old, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="one thing"))
    assert (new.state, old.state) == ("arrived", "duplicate")
