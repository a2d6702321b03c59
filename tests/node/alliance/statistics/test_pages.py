"""Who takes out which statistics, in which form; that it is recorded; that every file tells the same."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.alliance.files import statistics as files
from vaern.node.alliance.indicators import computation
from vaern.node.alliance.models import PublicRelease
from vaern.node.alliance.rules.figures import Figure, Published, stored
from vaern.node.alliance.rules.statistics import Place
from vaern.node.alliance.statistics import queries
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry, Leaf
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.proofs.tags import written

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
OUGHT = Reason(Why.OVERSIGHT, "the ministry of justice of Nordhavia")
YEAR = timezone.now().year


def _happen(organisation: Any, act: str, subject: int, **tags: Any) -> None:
    entry = Entry.objects.create(
        at=timezone.now(),
        act=act,
        verb="alteration",
        kind="report",
        why="assessment",
        count=2,
        subject=UUID(int=subject),
        owner=organisation.pk,
        organisation=organisation.pk,
        tags=written(tags),
    )
    Leaf.objects.create(position=Leaf.objects.count(), entry=entry, hash=bytes(32))


def _country(code: str) -> Any:
    """A country with seven reports and eight identified children, two of them boys."""
    desk = make_organisation(OrganisationKind.POLICE, member=make_member(code))
    first = Leaf.objects.count() + 1
    for number in range(7):
        _happen(desk, "reports.report.received", first + number, **{"from": "platform", "new": 1})
    for number in range(8):
        sex = {"girls": int(number > 1), "boys": int(number < 2), "others": 0}
        age = {"under3": 0, "under14": 0, "under18": 0, "adult": 0}
        _happen(desk, "victims.series.identified", first + 100 + number, children=1, **sex, **age)
    computation.refresh()
    return desk.member


def _release(member: Any, *codes: str) -> None:
    """Let a public release tell indicators of a member and this year."""
    told = tuple(Figure(code, member.code, str(YEAR), "computed", 8.0) for code in codes)
    hidden = (Figure("safeguarded_flow", member.code, str(YEAR), "suppressed"),)
    content = Published("2026-2", "2012", YEAR, YEAR, "years", 0, True, (), (*told, *hidden), (), ())
    by = make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT))
    PublicRelease.objects.create(
        number=PublicRelease.objects.count() + 1,
        released_by=by,
        content=stored(content),
        basis={"first": "2025-01-01", "rows": [""], "numbers": {}},
    )


def _rapporteur(member: Any) -> Any:
    return make_person(Role.RAPPORTEUR, make_organisation(OrganisationKind.MINISTRY, member=member))


def test_the_authority_gets_every_number_and_the_public_none_that_is_small() -> None:
    member = _country("XA")
    _release(member, "identified_flow")
    viewer = viewer_for(_rapporteur(member))
    full = queries.taken_out(viewer, OUGHT, member, YEAR, "full")
    assert full.number(Place("children", "sex", "boys")) == 2
    assert not full.out
    told = queries.taken_out(viewer, OUGHT, member, YEAR, "published")
    assert told.number(Place("children")) == 8
    assert told.number(Place("children", "sex", "boys")) is None
    assert told.number(Place("children", "sex", "girls")) is None  # else two would follow from eight
    assert told.number(Place("reports", "source", "platform")) == 7
    assert told.number(Place("safeguarded")) is None  # the release leaves it out
    entries = Entry.objects.filter(act="alliance.statistics.exported").order_by("id")
    assert [entry.tags for entry in entries] == [f"form=full;year={YEAR}", f"form=published;year={YEAR}"]
    assert [entry.count for entry in entries] == [len(full.numbers), len(told.numbers) - len(told.out)]
    assert {entry.subject for entry in entries} == {member.pk}


def test_what_no_release_told_is_left_out_of_the_published_form() -> None:
    member = _country("XA")
    told = queries.sheet(viewer_for(_rapporteur(member)), member, YEAR)
    assert told.number(Place("children")) is None
    assert told.number(Place("reports")) == 7


def test_a_running_year_of_real_people_is_not_published(settings: Any) -> None:
    from dataclasses import replace

    member = _country("XA")
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    viewer = viewer_for(_rapporteur(member))
    assert queries.sheet(viewer, member, YEAR).out == set(queries.sheet(viewer, member, YEAR).numbers)
    assert queries.taken_out(viewer, OUGHT, member, YEAR, "full").number(Place("reports")) == 7


def test_every_number_of_another_country_goes_to_nobody() -> None:
    member = _country("XA")
    secretariat = make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT))
    with pytest.raises(Refusal):
        queries.taken_out(viewer_for(secretariat), OUGHT, member, YEAR, "full")
    queries.taken_out(viewer_for(secretariat), OUGHT, member, YEAR, "published")
    analyst = make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE, member=member))
    with pytest.raises(PermissionDenied):
        queries.taken_out(viewer_for(analyst), OUGHT, member, YEAR, "published")


@pytest.mark.once
def test_pages_of_countries(client: Client) -> None:
    own, other = _country("XA"), _country("XT")
    at = {one: reverse("alliance:statistics-of", args=[one.pk, YEAR]) for one in (own, other)}
    sign_in(client, _rapporteur(own))
    assert client.get(reverse("alliance:statistics")).status_code == 200
    page = client.get(at[own]).content.decode()
    assert "Reports received" in page
    assert "8(1)(b)" in page
    assert client.get(at[other]).status_code == 404
    assert client.get(reverse("alliance:statistics-of", args=[own.pk, 1999])).status_code == 404
    sign_in(client, make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))
    assert client.get(at[other]).status_code == 200
    assert client.get(at[own]).status_code == 200


@pytest.mark.once
def test_a_file_is_taken_out_by_a_form(client: Client) -> None:
    member = _country("XA")
    sign_in(client, _rapporteur(member), second_factor=True)
    at = reverse("alliance:statistics-export", args=[member.pk, YEAR])
    assert "Every number" in client.get(at).content.decode()
    given = {"form": "full", "file": "csv", "to_whom": "The Commission"}
    answer = client.post(at, given)
    assert answer["Content-Disposition"] == f'attachment; filename="statistics-xa-{YEAR}-full.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    as_json = json.loads(client.post(at, {**given, "file": "json"}).content)
    told = [{name: "" if value is None else str(value) for name, value in row.items()} for row in as_json["numbers"]]
    assert rows == told
    assert {"statistic": "children", "category": "boys", "number": "2"}.items() <= next(
        row.items() for row in rows if row["category"] == "boys"
    )
    assert {one["code"] for one in as_json["definitions"]["statistics"]} == {row["statistic"] for row in rows}
    assert client.post(at, {**given, "to_whom": ""}).status_code == 422
    sign_in(client, make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)), second_factor=True)
    assert "Every number" not in client.get(at).content.decode()
    assert client.post(at, given).status_code == 422


def test_what_is_left_out_stands_in_no_file() -> None:
    member = _country("XA")
    _release(member, "identified_flow")
    told = queries.sheet(viewer_for(_rapporteur(member)), member, YEAR)
    for row in files.lines(told):
        place = Place(row["statistic"], row["breakdown"], row["category"])
        assert (row["status"] == files.SUPPRESSED) == (place in told.out) == (row["number"] is None)
