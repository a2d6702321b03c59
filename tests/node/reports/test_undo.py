"""What is done to a report, a location or a mapping and undone at once is as it was before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.reports.domains.test_domains import BECAUSE, DEDICATED, DOMAIN, failed
from tests.node.reports.factories import make_report
from tests.node.reports.mappings.worlds import make_mapping, make_version
from tests.node.reports.takedown.worlds import make_world, scope
from tests.node.undoing import does, undone

from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.models import DomainBlock, Hold, Message, Report, SavedMapping, SavedView

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db

Act = tuple["Person", str, list[object], dict[str, Any]]


def stands() -> dict[str, object]:
    """Return what an undo has to bring back."""
    return {
        "reports": sorted(Report.everywhere.values_list("code", "state", "claimed_by", "duplicate_of", "review_date")),
        "views": sorted(SavedView.everywhere.values_list("name", "query")),
        "holds": Hold.everywhere.filter(ended_at=None).count(),
        "blocks": DomainBlock.everywhere.filter(ended_at=None).count(),
        "mappings": sorted(SavedMapping.everywhere.values_list("name", "in_use", "retired_at")),
        "unread": sorted(Message.everywhere.filter(read=False).values_list("pk", flat=True)),
    }


def _report(**fields: object) -> tuple[Person, Report]:
    person = make_person(Role.ANALYST)
    return person, make_report(person.organisation, **fields)


def _claim() -> Act:
    person, report = _report()
    return person, "reports:claim", [report.pk], {}


def _give_back() -> Act:
    person, report = _report()
    Report.everywhere.update(claimed_by=person, claimed_until=timezone.now() + timedelta(hours=1))
    return person, "reports:give-back", [report.pk], {}


def _duplicate() -> Act:
    person, report = _report()
    return person, "reports:duplicate", [report.pk], {"original": make_report(person.organisation).code}


def _keep() -> Act:
    person, report = _report()
    day = timezone.localdate() + timedelta(days=40)
    return person, "reports:keep", [report.pk], {"until": day.isoformat()}


def _save_view() -> Act:
    person = make_person(Role.ANALYST)
    return person, "reports:views", [], {"name": "Mine", "state": "arrived"}


def _hold() -> Act:
    world = make_world()
    end = timezone.localtime(timezone.now() + timedelta(hours=5))
    given = {"until": f"{end:%Y-%m-%dT%H:%M}", "why_wait": "An arrest is near (synthetic)"}
    return world.person, "reports:hold", [world.report.pk, world.location.pk], given


def _ask_domain() -> Act:
    world = failed(make_world())
    given = {"domain": DOMAIN, "because": BECAUSE, "dedicated": DEDICATED}
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    return world.person, "reports:ask-domain", [world.report.pk, world.location.pk], {**given, "review_date": day}


def _mapping() -> tuple[Person, SavedMapping]:
    person = make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.HOTLINE))
    return person, make_mapping(person).mapping


def _retire() -> Act:
    person, saved = _mapping()
    return person, "reports:retire-mapping", [saved.pk], {"why": "administration"}


def _use() -> Act:
    person, saved = _mapping()
    make_version(person, saved, 2)
    return person, "reports:use-mapping", [saved.pk, 2], {"why": "administration"}


def _resume() -> Act:
    person, saved = _mapping()
    SavedMapping.everywhere.update(retired_at=timezone.now())
    return person, "reports:resume-mapping", [saved.pk], {"why": "administration"}


def _words() -> tuple[Person, Report]:
    """Return a report whose reporter wrote three times, of which the first was read."""
    person, report = _report()
    for number in range(3):
        Message.everywhere.create(
            report=report, organisation=person.organisation, sealed=b"", at=timezone.now(), read=number == 0
        )
    return person, report


def _words_read() -> Act:
    person, report = _words()
    return person, "reports:words-read", [report.pk], {"why": "assessment"}


ACTS = [_claim, _give_back, _duplicate, _keep, _save_view, _hold, _ask_domain, _retire, _use, _words_read]


@pytest.mark.once
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_undone_at_once_is_as_before(act: Callable[[], Act]) -> None:
    undone(*act(), stands)


def test_a_mapping_that_is_used_again_is_retired_by_the_undo() -> None:
    """At its own moment: when it was retired before is said by the ledger."""
    person, name, args, given = _resume()
    client, _said, beside = does(person, name, args, given)
    assert SavedMapping.everywhere.get().retired_at is None
    client.post(beside["undo"]["url"], dict(beside["undo"]["inputs"]))
    assert SavedMapping.everywhere.get().retired_at is not None


def test_words_that_were_answered_meanwhile_wait_no_more() -> None:
    person, report = _words()
    client, _said, beside = does(person, "reports:words-read", [report.pk], {"why": "assessment"})
    Message.everywhere.create(report=report, organisation=person.organisation, sealed=b"", at=timezone.now(), by=person)
    client.post(beside["undo"]["url"], {"message": [value for _name, value in beside["undo"]["inputs"]]})
    assert not Message.everywhere.filter(by=None, read=False).exists()


def test_nobody_lets_words_wait_again_that_are_of_another_report() -> None:
    person, report = _words()
    _person, other = _words()
    Message.everywhere.update(read=True)
    client = Client()
    sign_in(client, person)
    theirs = list(Message.everywhere.filter(report=other).values_list("pk", flat=True))
    client.post(reverse("reports:words-unread", args=[report.pk]), {"message": [*theirs, "x", "9" * 40]})
    assert not Message.everywhere.filter(read=False).exists()


def test_that_the_police_know_is_not_undone() -> None:
    world = make_world()
    with scope(world):
        world.trace()
    _client, _said, beside = does(world.person, "reports:tell-police", [world.report.pk, world.location.pk], {})
    assert "undo" not in beside


def test_a_view_that_takes_the_place_of_another_is_not_undone() -> None:
    person = make_person(Role.ANALYST)
    SavedView.everywhere.create(person=person, organisation=person.organisation, name="Mine", query="state=closed")
    _client, _said, beside = does(person, "reports:views", [], {"name": "Mine", "state": "arrived"})
    assert "undo" not in beside
