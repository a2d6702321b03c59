"""The desk's numbers equal those that counting one report after another gives; no person is counted over time."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_host, make_location, make_report

from vaern.node.base.scope import viewing
from vaern.node.casework.retention.actions import erase_now
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import CacheEntry
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base import claims
from vaern.node.reports.desk.sheet import sheet
from vaern.node.reports.ending import acts as ending
from vaern.node.reports.models import Assessment, Location, Report
from vaern.node.reports.numbers import kept, queries
from vaern.node.reports.rules import figures
from vaern.node.reports.rules.figures import Step
from vaern.node.reports.rules.repetition import source
from vaern.node.reports.rules.states import OPEN, State

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.numbers.queries import Figures, Group, Spread

pytestmark = pytest.mark.django_db
PERIOD = 4


def fill(desk: Organisation, sender: Organisation, person: Person, seed: int, count: int = 40) -> None:
    """Make reports of random lives over seven weeks, some with locations."""
    draw, now = random.Random(seed), timezone.now()
    hosts = [make_host(desk, name=f"host {number} of {seed}") for number in range(3)]

    def later(moment: datetime) -> datetime | None:
        found = moment + timedelta(hours=draw.choice([0.1, 2, 30, 100, 400]))
        return found if found < now else None

    for _ in range(count):
        arrived = now - timedelta(hours=draw.uniform(0.1, 24 * 49))
        looked = later(arrived)
        concluded = later(looked) if looked else None
        closed = later(concluded) if concluded and draw.random() < 0.7 else None
        state = State.CLOSED if closed else State.IN_ACTION if concluded else draw.choice(sorted(OPEN))
        if not looked and draw.random() < 0.3:
            state = State.DUPLICATE
        report = make_report(
            desk,
            created_at=arrived,
            looked_at=looked,
            concluded_at=concluded,
            actionable=None if concluded is None else True,
            closed_at=closed,
            state=state.value,
            urgent=draw.random() < 0.2,
            offence=draw.choice(["material", "enticement"]),
            document=draw.choice(["public", "api"]),
            sender=draw.choice([None, sender]),
            digest=draw.randbytes(32),
            due_at=draw.choice([None, now - timedelta(days=1), now + timedelta(days=1)]),
            touched_at=looked,
        )
        if concluded and (notified := later(concluded)):
            gone = later(notified)
            make_location(
                report,
                host=draw.choice(hosts),
                state="offline" if gone else "notified",
                first_notified_at=notified,
                offline_at=gone,
                next_step_at=None if gone else now + timedelta(hours=draw.choice([-5, 5])),
            )
            Assessment.everywhere.create(
                report=report,
                organisation=desk,
                person=person,
                place=draw.choice(["first", "second", "third"]),
                final=True,
                actionable=True,
                at=concluded,
            )


def monday(moment: datetime) -> date:
    day = timezone.localtime(moment).date()
    return day - timedelta(days=day.weekday())


def spread_of(times: list[timedelta]) -> tuple[int, timedelta, timedelta] | None:
    ordered = sorted(times)
    picked = [ordered[max(1, math.ceil(share * len(ordered))) - 1] for share in (0.5, 0.9)] if ordered else []
    return (len(ordered), *picked) if picked else None  # type: ignore[return-value]


def said(spread: Spread | None) -> tuple[int, timedelta, timedelta] | None:
    return (spread.count, spread.median, spread.ninetieth) if spread else None


class Oracle:
    """Everything once more, by looking at each row."""

    def __init__(self, desk: Organisation, now: datetime) -> None:
        self.now = now
        self.weeks = [monday(now) - timedelta(weeks=back) for back in range(PERIOD - 1, -1, -1)]
        self.since = timezone.make_aware(datetime.combine(self.weeks[0], time.min))
        self.reports = list(Report.everywhere.filter(organisation=desk).select_related("sender"))
        self.locations = list(Location.everywhere.filter(organisation=desk).select_related("report__sender", "host"))
        self.open = [one for one in self.reports if State(one.state) in OPEN]

    def came(self, step: Step) -> list[tuple[Report, datetime]]:
        if step in {Step.LOOK, Step.CONCLUSION}:
            name = {Step.LOOK: "looked_at", Step.CONCLUSION: "concluded_at"}[step]
            found = [(one, getattr(one, name)) for one in self.reports]
        else:
            name = {Step.NOTICE: "first_notified_at", Step.REMOVAL: "offline_at"}[step]
            found = [(one.report, getattr(one, name)) for one in self.locations]
        return [(report, at) for report, at in found if at and at >= self.since]

    def spread(self, step: Step, keep: Any = lambda _report, _at: True) -> tuple[int, timedelta, timedelta] | None:
        came = [(report, at) for report, at in self.came(step) if keep(report, at)]
        return spread_of([max(at - report.created_at, timedelta(0)) for report, at in came])

    def by_week(self, name: str, keep: Any = lambda _report: True) -> list[int]:
        found = Counter(monday(at) for one in self.reports if (at := getattr(one, name)) and keep(one))
        return [found[week] for week in self.weeks]

    def group(self, group: Group, keep: Any) -> None:
        assert group.open == sum(keep(one) for one in self.open)
        assert group.arrived == sum(keep(one) and one.created_at >= self.since for one in self.reports)
        closed = [one for one in self.reports if one.closed_at and one.closed_at >= self.since]
        assert group.closed == sum(keep(one) for one in closed)
        for step in Step:
            assert said(group.times.get(step)) == self.spread(step, lambda report, _at: keep(report)), step


def source_of(report: Report) -> str:
    return source(report.document, report.sender.kind if report.sender else "")


def not_repeated(report: Report) -> bool:
    return report.state != State.DUPLICATE.value


@pytest.fixture
def desk() -> Organisation:
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def ada(desk: Organisation) -> Person:
    return make_person(Role.ANALYST, desk)


def counted(viewer: Viewer, now: datetime, period: int = PERIOD) -> Figures:
    with viewing(viewer.organisation.id):
        return queries.count(viewer.organisation, period, now)


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_every_number_equals_that_of_counting_one_by_one(desk: Organisation, ada: Person, seed: int) -> None:
    sender, other = make_organisation(OrganisationKind.PLATFORM), make_organisation(OrganisationKind.HOTLINE)
    fill(desk, sender, ada, seed)
    fill(other, sender, make_person(Role.ANALYST, other), seed + 100, count=10)
    now = timezone.now()
    oracle, found = Oracle(desk, now), counted(viewer_for(ada), now)
    assert found.weeks == oracle.weeks
    bands = Counter((State(one.state), figures.band(now - one.created_at)) for one in oracle.open)
    shown = {(state, number): many for state, row in found.states.items() for number, many in enumerate(row)}
    assert +Counter(shown) == bands
    assert found.open == len(oracle.open)
    assert found.urgent == sum(one.urgent for one in oracle.open)
    assert found.oldest == min((one.created_at for one in oracle.open), default=None)
    assert found.arrived == oracle.by_week("created_at")
    assert found.repeated == oracle.by_week("created_at", lambda one: not not_repeated(one))
    assert found.closed == oracle.by_week("closed_at")
    ends = [timezone.make_aware(datetime.combine(week + timedelta(weeks=1), time.min)) for week in oracle.weeks]
    never = datetime.max.replace(tzinfo=UTC)
    lives = [(one.created_at, one.closed_at or never) for one in oracle.reports if not_repeated(one)]
    assert found.backlog == [sum(came < end <= went for came, went in lives) for end in ends]
    for step in Step:
        assert said(found.times.get(step)) == oracle.spread(step), step
        for week in oracle.weeks:
            expected = oracle.spread(step, lambda _report, at, week=week: monday(at) == week)
            assert said(found.by_week.get((step, week))) == expected, (step, week)
    assert set(found.sources) <= {source_of(one) for one in oracle.reports}
    for code, group in found.sources.items():
        oracle.group(group, lambda one, code=code: source_of(one) == code)
    for code, group in found.offences.items():
        oracle.group(group, lambda one, code=code: one.offence == code)
    views = Counter(row.place for row in Assessment.everywhere.filter(organisation=desk, at__gte=oracle.since))
    assert (found.seconds, found.thirds) == (views["second"], views["third"])


def test_what_is_overdue_and_which_hosts_are_slow(desk: Organisation, ada: Person) -> None:
    fill(desk, make_organisation(OrganisationKind.PLATFORM), ada, 7, count=60)
    now = timezone.now()
    oracle, found = Oracle(desk, now), counted(viewer_for(ada), now)
    assert found.overdue.due == sum(
        bool(one.due_at) and one.due_at < now and not one.concluded_at for one in oracle.open
    )
    assert found.overdue.urgent == sum(
        one.urgent and one.looked_at is None and now - one.created_at > timedelta(minutes=15) for one in oracle.open
    )
    assert found.overdue.hosts == sum(
        one.state == "notified" and bool(one.next_step_at) and one.next_step_at < now for one in oracle.locations
    )
    expected = {}
    for host in {one.host for one in oracle.locations}:
        mine = [one for one in oracle.locations if one.host == host and one.first_notified_at >= oracle.since]
        times = [one.offline_at - one.first_notified_at for one in mine if one.offline_at]
        lingering = sum(not one.offline_at and now - one.first_notified_at > timedelta(hours=72) for one in mine)
        if mine:
            expected[host.name] = (len(mine), len(times), lingering, spread_of(times))
    assert {one.name: (one.notified, one.gone, one.lingering, said(one.spread)) for one in found.hosts} == expected
    assert [one.lingering for one in found.hosts] == sorted((one.lingering for one in found.hosts), reverse=True)


def test_claims_now_are_by_name_and_nothing_else_is_counted_by_person(desk: Organisation, ada: Person) -> None:
    zoe = make_person(Role.ANALYST, desk, name="Zoe (synthetic)")
    amy = make_person(Role.ANALYST, desk, name="Amy (synthetic)")
    now = timezone.now()
    for person, many in ((zoe, 3), (amy, 1)):
        for _ in range(many):
            make_report(desk, claimed_by=person, claimed_until=now + timedelta(minutes=5))
    make_report(desk, claimed_by=ada, claimed_until=now - timedelta(minutes=5))
    make_report(desk, claimed_by=ada, claimed_until=now + timedelta(minutes=5), state="closed", closed_at=now)
    with viewing(desk.id):
        load = queries.load(now)
    assert load == [("Amy (synthetic)", 1), ("Zoe (synthetic)", 3)], "by name, not by number"
    grouped = [text for name, text in vars(queries).items() if name.isupper() and isinstance(text, str)]
    assert not any("person" in text or "claimed_by" in text for text in grouped)


def test_the_first_look_is_that_of_a_person_of_the_desk_and_stays(desk: Organisation, ada: Person) -> None:
    report = make_report(desk)
    viewer, reason = viewer_for(ada), Reason(Why.ASSESSMENT)
    with viewing(desk.id):
        sheet(viewer, Report.objects.get(pk=report.pk), reason)
        report.refresh_from_db()
        first = report.looked_at
        assert first is not None
        sheet(viewer, Report.objects.get(pk=report.pk), reason)
        claims.take(viewer, Report.objects.get(pk=report.pk))
        report.refresh_from_db()
        assert report.looked_at == first
        other = make_report(desk)
        claims.take(viewer, other)
        assert other.looked_at == other.touched_at
    stranger = make_person(Role.ANALYST)
    untouched = make_report(desk)
    claims.first_look(viewer_for(stranger), untouched)
    untouched.refresh_from_db()
    assert untouched.looked_at is None, "whoever it is released to is not its desk"


def test_what_was_erased_is_counted_by_month(desk: Organisation, ada: Person) -> None:
    now = timezone.now()
    for hours in (3, 30, 90):
        report = make_report(
            desk,
            created_at=now - timedelta(hours=hours),
            looked_at=now - timedelta(hours=1),
            concluded_at=now,
            actionable=True,
            state="closed",
            closed_at=now,
        )
        with viewing(desk.id):
            erase_now(report, ending.EXPIRED, NODE, Reason(Why.RETENTION))
    found = counted(viewer_for(ada), now, 12)
    whole: Counter[str] = Counter()
    for _month, numbers in found.erased:
        whole += numbers
    assert (whole["received"], whole["look.4"], whole["look.72"], whole["look.168"]) == (3, 1, 1, 1)
    assert (whole["conclusion.4"], whole["conclusion.72"], whole["conclusion.168"]) == (1, 1, 1)
    assert found.open == 0
    assert not any(found.arrived)


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("role", [Role.ANALYST, Role.INVESTIGATOR, Role.MODERATOR])
def test_the_page_answers_for_each_desk_and_period(client: Client, role: Role, language: str) -> None:
    person = make_person(role)
    fill(person.organisation, make_organisation(OrganisationKind.PLATFORM), person, 3, count=20)
    sign_in(client, person)
    client.cookies["django_language"] = language
    for weeks in ("", *figures.PERIODS, "7"):
        response = client.get(reverse("reports:numbers"), {"weeks": weeks})
        assert response.status_code == 200
        assert figures.VERSION in response.content.decode()
    chosen = response.context["period"]
    assert chosen == figures.USUAL_PERIOD, "an address that asks for another period gets the usual one"


def test_the_page_of_an_empty_desk(client: Client, ada: Person) -> None:
    sign_in(client, ada)
    page = client.get(reverse("reports:numbers")).content.decode()
    assert "There is no backlog now." in page
    assert "Of reports that were erased since" not in page


def test_the_number_of_statements_does_not_grow(client: Client, desk: Organisation, ada: Person) -> None:
    sign_in(client, ada)
    client.get(reverse("reports:numbers"))
    counts = []
    for seed in range(2):
        fill(desk, make_organisation(OrganisationKind.PLATFORM), ada, seed, count=15)
        with CaptureQueriesContext(connection) as asked:
            counted(viewer_for(ada), timezone.now())
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("reports:numbers"))
    assert not any(" AS times" in one["sql"] or "count(*) FILTER" in one["sql"] for one in asked), "they are kept"
    assert len(asked) <= 15


def test_what_was_looked_at_is_counted_ahead(client: Client, desk: Organisation, ada: Person) -> None:
    assert kept.count_ahead() == 0, "nobody has looked"
    sign_in(client, ada)
    client.get(reverse("reports:numbers"))
    fill(desk, make_organisation(OrganisationKind.PLATFORM), ada, 5)
    with viewing(desk.id):
        assert kept.figures_of(desk, figures.USUAL_PERIOD).open == 0, "as counted at the first look"
        assert kept.count_ahead() == 1
        now, again = counted(viewer_for(ada), timezone.now(), 12), kept.figures_of(desk, 12)
        assert replace(again, counted_at=now.counted_at) == now
        assert now.open > 0
    other = make_organisation(OrganisationKind.HOTLINE)
    with viewing(other.id):
        assert kept.figures_of(other, 12).open == 0, "each desk has its own"
    CacheEntry.objects.filter(cache_key__contains=kept.LOOKED_AT).update(expires=timezone.now())
    assert kept.count_ahead() == 0, "nobody looked for a week"


def test_a_kept_number_names_no_person(client: Client, desk: Organisation, ada: Person) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    make_report(desk, claimed_by=ada, claimed_until=soon)
    sign_in(client, ada)
    assert ada.name in client.get(reverse("reports:numbers")).content.decode()
    with viewing(desk.id):
        found = repr(kept.figures_of(desk, figures.USUAL_PERIOD))
    assert ada.name not in found
    assert str(ada.pk) not in found


def test_who_does_not_work_at_a_desk_sees_nothing(client: Client) -> None:
    for role in (Role.ADMINISTRATOR, Role.OVERSIGHT, Role.WELFARE, Role.SECRETARIAT):
        sign_in(client, make_person(role))
        assert client.get(reverse("reports:numbers")).status_code == 403
