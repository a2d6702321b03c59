"""Pages of indicators: a value says what it is made of, or why there is none; records behind it are one's own alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.alliance.indicators import computation, records
from vaern.node.alliance.models import Declared, Round, RoundReply, Value
from vaern.node.alliance.rules import definitions, frame, periods
from vaern.node.casework.models import Release
from vaern.node.ledger.models import Entry, Leaf
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.proofs.tags import written

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
OUGHT = Reason(Why.OVERSIGHT)


def happen(organisation: Any, act: str, days_ago: float, subject: int, by: Any = None, **tags: Any) -> None:
    """Let something stand in the ledger, sequenced."""
    entry = Entry.objects.create(
        at=timezone.now() - timedelta(days=days_ago),
        act=act,
        verb="alteration",
        kind="report",
        why="assessment",
        subject=UUID(int=subject),
        owner=organisation.pk,
        organisation=(by or organisation).pk,
        tags=written(tags),
    )
    Leaf.objects.create(position=Leaf.objects.count(), entry=entry, hash=bytes(32))


@pytest.fixture
def desk() -> Any:
    return make_organisation(OrganisationKind.HOTLINE, member=make_member("XA"))


def some_removals(desk: Any) -> None:
    for subject in range(1, 7):
        happen(desk, "reports.notice.sent", 30, subject, item=1, country="xv", host="aaaaaaaa" if subject < 5 else "b")
        if subject % 2:
            happen(desk, "reports.location.offline", 29.5, subject, item=1, country="xv")
    happen(desk, "reports.notice.sent", 0, 99, item=1)  # too young to be counted
    computation.refresh()


def test_a_value_is_shown_with_what_it_is_made_of(client: Client, desk: Any) -> None:
    some_removals(desk)
    sign_in(client, make_person(Role.ANALYST, desk))
    page = client.get(reverse("alliance:indicator", args=["removal_72h"]), {"period": "month"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "50.0 %" in text
    assert "3/6" in text
    assert "Known weakness" in text
    assert "XV" in text
    assert "Without its largest source, which is 66.7 % of the whole" in text
    everything = client.get(reverse("alliance:indicators"))
    assert all(str(one.name["en"]) in everything.content.decode() for one in definitions.current().indicators)


def test_before_the_first_value_the_page_says_so(client: Client, desk: Any) -> None:
    sign_in(client, make_person(Role.ANALYST, desk))
    assert "No values yet" in client.get(reverse("alliance:indicators")).content.decode()
    assert client.get(reverse("alliance:indicator", args=["no_such"])).status_code == 404


def test_records_behind_a_value_are_ones_own(desk: Any) -> None:
    some_removals(desk)
    other = make_organisation(OrganisationKind.HOTLINE, member=desk.member)
    happen(other, "reports.notice.sent", 30, 50, item=1)
    computation.refresh()
    one = definitions.current().by_code["removal_72h"]
    month = (timezone.now() - timedelta(days=30)).date().replace(day=1)
    viewer = viewer_for(make_person(Role.ANALYST, desk))
    found = records.behind(viewer, OUGHT, one, "month", month)
    assert {row.subject.int for row in found.rows} == {1, 2, 3, 4, 5, 6}
    assert sum(row.hit for row in found.rows) == 3
    assert Entry.objects.filter(act="alliance.records.listed", count=6).exists()
    press = viewer_for(make_person(Role.PRESS, desk))
    assert records.behind(press, OUGHT, one, "month", month) is None


def test_records_come_in_pages_and_others_open_none(client: Client, desk: Any) -> None:
    for subject in range(1, records.SIZE + 3):
        happen(desk, "reports.location.traced", 30, subject, item=1)
    computation.refresh()
    month = (timezone.now() - timedelta(days=30)).date().replace(day=1)
    address = reverse("alliance:behind", args=["held_share", "month", month.isoformat()])
    sign_in(client, make_person(Role.ANALYST, desk))
    session = client.session
    session["reasons"] = {f"indicator:{desk.pk}": ["oversight", ""]}
    session.save()
    whole, rest = client.get(address).content.decode(), client.get(address, {"after": records.SIZE}).content.decode()
    shown = ["/reports/" + str(UUID(int=subject)) for subject in range(1, records.SIZE + 3)]
    assert [path in whole for path in shown].count(True) == records.SIZE
    assert [path in rest for path in shown] == [path not in whole for path in shown]
    assert f"?after={records.SIZE}" in whole
    foreign = viewer_for(make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE, member=desk.member)))
    found = records.behind(foreign, OUGHT, definitions.current().by_code["held_share"], "month", month)
    assert (found.rows, found.total) == ([], 0)


def test_of_a_series_of_others_its_identifier_sees_what_is_released_to_them(desk: Any) -> None:
    police = make_organisation(OrganisationKind.POLICE, member=make_member("XT"))
    viewer = viewer_for(make_person(Role.IDENTIFIER, police))
    for subject in (1, 2):
        happen(desk, "victims.series.identified", 30, subject, by=police, children=1)
    Release.everywhere.create(
        kind="series",
        record=UUID(int=1),
        owner=desk,
        recipient=police,
        handling="amber",
        released_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
        released_by=make_person(Role.ANALYST, desk),
    )
    computation.refresh()
    month = (timezone.now() - timedelta(days=30)).date().replace(day=1)
    found = records.behind(viewer, OUGHT, definitions.current().by_code["identified_flow"], "month", month)
    assert {row.subject for row in found.rows} == {UUID(int=1), None}
    assert found.total == 2


def test_what_a_member_declares_stands_beside_what_is_computed(client: Client, desk: Any) -> None:
    some_removals(desk)
    month = (timezone.now() - timedelta(days=30)).date().replace(day=1)
    period = periods.written("month", month)
    round_ = Round.objects.create(
        name="Spring", opens=month, closes=month, period=period, frame_version=frame.declaration().version
    )
    for country, state in ((desk.member, "published"), (make_member("XV"), "published"), (make_member("XT"), "begun")):
        reply = RoundReply.objects.create(round=round_, member=country, state=state)
        said = {"value": None, "why": "no register yet"} if country.code == "XV" else {"value": 61.5}
        Declared.objects.create(reply=reply, indicator="removal_72h", period=period, source="invented", **said)
    sign_in(client, make_person(Role.ANALYST, desk))
    text = client.get(reverse("alliance:indicator", args=["removal_72h"]), {"period": "month"}).content.decode()
    assert "50.0 %" in text
    assert "Declared: 61.5" in text
    assert "no register yet" in text
    assert text.count("Declared: ") == 2  # a draft is nobody's word yet


@pytest.mark.parametrize("shown", periods.KINDS)
def test_what_members_declare_is_shown_whatever_period_is_open(client: Client, desk: Any, shown: str) -> None:
    """Also where nothing is computed: "no member declares one" would be false."""
    day = date(2024, 12, 31)
    round_ = Round.objects.create(
        name="Spring", opens=day, closes=day, period="2024", frame_version=frame.declaration().version
    )
    reply = RoundReply.objects.create(round=round_, member=desk.member, state="published")
    Declared.objects.create(reply=reply, indicator="removal_72h", period="2024", source="a register", value=61.5)
    sign_in(client, make_person(Role.ANALYST, desk))
    page = client.get(reverse("alliance:indicator", args=["removal_72h"]), {"period": shown})
    text = page.content.decode()
    assert [row.cells for row in page.context["declared"].rows] == [[str(desk.member), "2024", "61.5 %", "a register"]]
    assert "no member declares" not in text
    assert '<svg class="plot' not in text  # nothing is computed: no axes of another indicator stand in its place


@pytest.mark.once
def test_a_definition_is_in_words(client: Client, desk: Any) -> None:
    sign_in(client, make_person(Role.ANALYST, desk))
    for one in definitions.current().indicators:
        text = client.get(reverse("alliance:indicator", args=[one.code])).content.decode()
        assert not [act for act in one.source if act in text]


@pytest.mark.parametrize("start", ["2026-01-02", "yesterday", "2026-13-01"])
def test_a_period_that_is_none_is_not_found(client: Client, desk: Any, start: str) -> None:
    sign_in(client, make_person(Role.ANALYST, desk))
    assert client.get(f"/alliance/indicators/removal_72h/records/month/{start}/").status_code == 404


def test_values_are_kept_by_month_quarter_and_year(desk: Any) -> None:
    some_removals(desk)
    rows = Value.objects.filter(code="removal_72h", member=desk.member, split="")
    assert sorted(rows.values_list("period", flat=True).distinct()) == ["month", "quarter", "year"]
    assert {row.start for row in rows} <= {date(row.start.year, row.start.month, 1) for row in rows}
