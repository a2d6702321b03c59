"""What is done to a report, a location or a mapping and undone at once is as it was before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from tests.node.factories import make_organisation, make_person
from tests.node.reports.domains.test_domains import BECAUSE, DEDICATED, DOMAIN, failed
from tests.node.reports.factories import make_report
from tests.node.reports.mappings.worlds import make_mapping
from tests.node.reports.takedown.worlds import make_world
from tests.node.undoing import does, undone

from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.models import DomainBlock, Hold, Report, SavedMapping, SavedView

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


ACTS = [_claim, _give_back, _duplicate, _keep, _save_view, _hold, _ask_domain, _retire]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_undone_at_once_is_as_before(act: Callable[[], Act]) -> None:
    undone(*act(), stands)


def test_a_view_that_takes_the_place_of_another_is_not_undone() -> None:
    person = make_person(Role.ANALYST)
    SavedView.everywhere.create(person=person, organisation=person.organisation, name="Mine", query="state=closed")
    _client, _said, beside = does(person, "reports:views", [], {"name": "Mine", "state": "arrived"})
    assert "undo" not in beside
