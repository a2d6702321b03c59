"""Laws over the whole demonstration with its history: nothing ahead, no contradiction, and every month has a life."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.demo_lists import lists
from tests.node.factories import make_organisation
from tests.node.reports.factories import make_report

from vaern.node.alliance.models import PublicRelease, Round, RoundReply
from vaern.node.alliance.publishing import queries as released
from vaern.node.alliance.publishing.presenters import of_all
from vaern.node.alliance.rules.suppression.cells import ALL
from vaern.node.cases.models import AssistanceRequest, Case, IncomingRequest, Link, Said
from vaern.node.casework.models import Release
from vaern.node.casework.recalls.queries import ACKNOWLEDGED_WITHIN
from vaern.node.demo.__main__ import DAYS
from vaern.node.demo.alliance import COUNTRIES
from vaern.node.demo.seed import seed
from vaern.node.demo.tour import STOPS
from vaern.node.ledger.keys import signing_key
from vaern.node.ledger.models import Checkpoint, Entry
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.node.organisations.actions import begin_node
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.press.models import CheckIn, PressEvent
from vaern.node.press.rules.states import EventState
from vaern.node.reports.models import (
    Assessment,
    Check,
    Forward,
    Host,
    Location,
    Notice,
    Report,
    StationAnswer,
    ViewingStation,
)
from vaern.node.reports.models.forwarding import ANSWERED
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.locations import LOCATION_DONE
from vaern.node.reports.rules.states import State
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Series, Wish
from vaern.node.victims.rules.wishes import WishState

if TYPE_CHECKING:
    from datetime import datetime

pytest.importorskip("time_machine")

AHEAD = frozenset(
    {
        "review_date",
        "expires_at",
        "expire_date",
        "until",
        "due_at",
        "due_on",
        "due",
        "next_step_at",
        "claimed_until",
        "expected_at",
        "ends_at",
        "ends_on",
        "ends",
        "deadline",
        "closes",
        "begins",
        "kept_until",
        "silent_until",
        "first_day",
        "last_day",
        "embargo",
        "due_date",
        "valid_to",
        "valid_until",
        "limitation",
        "warn_at",
        "full_at",
        "expires",
    }
)
"""What may lie ahead: deadlines, ends, and what was convened."""

REAL = frozenset({"procrastinate", "sessions", "axes", "usersessions"})
"""Apps whose rows are of the machine."""


def ahead(now: datetime) -> list[str]:
    """Return each column with a moment that has not come, and may not lie ahead."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in REAL or not model._meta.managed:
            continue
        manager = getattr(model, "everywhere", None) or getattr(model, "everybody", None) or model._base_manager
        for field in model._meta.concrete_fields:
            if not isinstance(field, DateField) or field.name in AHEAD:
                continue
            latest = now if isinstance(field, DateTimeField) else timezone.localdate(now)
            if manager.filter(**{f"{field.attname}__gt": latest}).exists():
                found.append(f"{model._meta.label}.{field.name}")
    return found


def in_order(*moments: datetime | None) -> bool:
    """Whether those that are there rise."""
    there = [one for one in moments if one is not None]
    return there == sorted(there)


@pytest.mark.once
@pytest.mark.django_db
def test_what_lies_ahead_is_found_and_a_deadline_may() -> None:
    now = timezone.now()
    report = make_report(make_organisation(OrganisationKind.HOTLINE))
    Report.everywhere.filter(pk=report.pk).update(review_date=timezone.localdate(now) + timedelta(days=90))
    assert ahead(timezone.now()) == []
    Report.everywhere.filter(pk=report.pk).update(closed_at=timezone.now() + timedelta(minutes=1))
    assert ahead(timezone.now()) == ["reports.Report.closed_at"]


def test_moments_in_order_rise_and_what_never_came_is_passed_over() -> None:
    now = timezone.now()
    assert in_order(now, None, now, now + timedelta(seconds=1))
    assert not in_order(now, None, now - timedelta(seconds=1))


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_the_demonstration_lived_for_eighteen_months_without_a_contradiction() -> None:
    said: list[str] = []
    seed(begin_node(), None, said.append, DAYS)
    sequence_once()
    now = timezone.now()
    assert ahead(now) == []
    _chains()
    _states()
    _numbers()
    _ledger(now)
    _curves()
    _viewed(now)
    _asked_by_survivors()
    _press(now)
    _recalled(now)
    _by_day()
    _closed(now)
    lists(now)
    _tour()


def _chains() -> None:
    """Each report's story is told in the order in which it happened."""
    for one in Location.everywhere.select_related("report"):
        assert in_order(one.report.created_at, one.traced_at, one.report.closed_at), one.report.code
    for notice in Notice.everywhere.select_related("location__report"):
        at = notice.location
        assert in_order(at.report.created_at, notice.sent_at, notice.opened_at, notice.answer_at), at.report.code
        assert at.police_told_at
        assert at.police_told_at <= notice.sent_at
    early = Check.everywhere.filter(at__lt=F("location__first_notified_at"))
    assert not early.exists()
    for forward in Forward.everywhere.filter(report__isnull=False, arrived__isnull=False).select_related("report"):
        assert in_order(forward.report.created_at, forward.sent_at), forward.report.code
        assert forward.arrived.created_at >= forward.report.created_at
    for request in AssistanceRequest.everywhere.select_related("case"):
        assert in_order(request.case.opened_at, request.sent_at, request.answered_at), request.code
    for case in Case.everywhere.all():
        moments = list(Said.everywhere.filter(case=case).order_by("id").values_list("said_at", flat=True))
        assert all(a <= b for a, b in pairwise([case.opened_at, *moments])), case.reference


def _states() -> None:
    """No state contradicts another."""
    assert not Scan.everywhere.filter(outcome="not_confirmed", known__gt=0).exists()
    assert not Report.everywhere.filter(state=State.CLOSED.value, closed_at=None).exists()
    up = Location.everywhere.exclude(state__in=[state.value for state in LOCATION_DONE])
    assert not up.filter(report__state=State.CLOSED.value).exists()
    waiting = Report.everywhere.filter(urgent=True, state=State.ARRIVED.value)
    assert not waiting.filter(forwards__safeguarded=True).exists(), "a child who is safe waits for nobody"
    for series in Series.everywhere.exclude(safeguarded_on=None):
        assert series.identified_on
        assert series.identified_on <= series.safeguarded_on
        assert series.created_at.date() <= series.identified_on
    invented = {country.code for country in COUNTRIES}
    assert set(Host.everywhere.values_list("country", flat=True)) <= invented


def _numbers() -> None:
    """There is as much as the demonstration promises, and work of today for those who open it."""
    assert 220 <= Report.everywhere.count() <= 480
    assert Series.everywhere.exclude(safeguarded_on=None).count() >= 30
    assert Case.everywhere.count() >= 25
    assert IncomingRequest.everywhere.count() >= 8
    assert PublicRelease.objects.count() == 2
    assert Round.objects.count() == 4
    answered = Counter(RoundReply.objects.exclude(submitted_at=None).values_list("round__name", flat=True))
    assert sum(1 for count in answered.values() if count >= 3) >= 3
    assert Report.everywhere.filter(urgent=True, state=State.ARRIVED.value, claimed_by=None).exists()
    assert not Report.everywhere.filter(synthetic=False).exists()


def _ledger(now: datetime) -> None:
    """Its times rise, each month has its entries, and it verifies."""
    at = list(Checkpoint.objects.order_by("size").values_list("at", flat=True))
    assert at == sorted(at)
    months = Counter(f"{one:%Y-%m}" for one in Entry.objects.values_list("at", flat=True))
    assert len(months) >= 18
    assert all(count >= 40 for count in list(months.values())[1:-1]), months
    named = [one for one in Entry.objects.order_by("pk").values_list("at", "person") if one[1]]
    assert all(a[0] <= b[0] for a, b in pairwise(named))
    assert max(one[0] for one in named) <= now
    assert not verify_ledger(signing_key().verifier, processes=1).findings


def _curves() -> None:
    """What the public sees has a line for each target, and tells of growth."""
    newest = PublicRelease.objects.latest("number")
    content = released.content_of(newest)
    for code, least in (("identified_flow", 3), ("removal_72h", 3)):
        known = content.of(code, ALL)
        told = [known[period].value for period in content.periods("quarter") if period in known]
        values = [value for value in told if value is not None]
        assert len(values) >= least, (code, told)
        if code == "removal_72h":
            assert values[-1] > values[0], (code, values)
        chart = of_all(content, code)
        assert chart is not None, code
        assert not chart.nothing, code
    pages = [Client().get(reverse(name), follow=True) for name in ("alliance:public-progress", "demo:factsheet")]
    assert [page.status_code for page in pages] == [200, 200]


def _viewed(now: datetime) -> None:
    """Packages left for a station that two people stand for, were answered in their time, and one waits for a word."""
    for station in ViewingStation.everywhere.select_related("terms"):
        assert station.terms.confirmed_by_id != station.terms.asked_by_id
        assert station.registered_at <= station.terms.confirmed_at
    answers = list(StationAnswer.everywhere.select_related("packed__package__station__terms", "packed__report"))
    assert answers
    for one in answers:
        package = one.packed.package
        assert in_order(package.station.terms.confirmed_at, package.made_at, package.taken_at, one.at, one.came_at)
        assert one.came_at <= package.expires_at
        assert in_order(one.packed.report.created_at, package.made_at)
    concluded = set(Assessment.everywhere.filter(basis=Basis.STATION.value).values_list("report", flat=True))
    assert concluded
    open_now = {one.packed.report_id for one in answers if one.packed.report.state == State.ARRIVED.value}
    assert open_now
    assert not open_now & concluded


def _asked_by_survivors() -> None:
    """Wishes came over the whole time, and each but the newest was taken up by a person."""
    wishes = list(Wish.everywhere.order_by("created_at"))
    assert len({f"{one.created_at:%Y-%m}" for one in wishes}) >= 6
    assert all(one.state != WishState.RECEIVED.value for one in wishes[:-2])
    assert all(one.answered_at is None or one.created_at <= one.answered_at for one in wishes)


def _press(now: datetime) -> None:
    """Events were held, one is ahead, and whoever came was there on the day."""
    over = PressEvent.everywhere.filter(ends__lt=now)
    assert over.count() >= 3
    assert not over.exclude(state__in=[EventState.OVER.value, EventState.DESTROYED.value]).exists()
    assert PressEvent.everywhere.filter(begins__gt=now, state=EventState.CLOSED.value).exists()
    for one in CheckIn.everywhere.filter(registration__event__in=over).select_related("registration__event"):
        assert abs(one.at - one.registration.event.begins) < timedelta(hours=2)


def _recalled(now: datetime) -> None:
    """What the police were asked to give up is acknowledged within its days; one scan that a hotline has waits."""
    open_now = Release.everywhere.exclude(recalled_at=None).filter(acknowledged_at=None)
    assert open_now.filter(recalled_at__lt=now - ACKNOWLEDGED_WITHIN, kind=Report.KIND).count() == 0
    assert Release.everywhere.exclude(acknowledged_at=None).filter(kind=Report.KIND).count() >= 10


def _closed(now: datetime) -> None:
    """A report that came home, or whose case goes on, does not stand on a work list for weeks as one to look after."""
    old = Report.everywhere.filter(state=State.IN_ACTION.value, locations=None, touched_at__lt=now - timedelta(days=14))
    home = Exists(Forward.everywhere.filter(ANSWERED, report=OuterRef("pk")))
    in_case = Exists(Link.everywhere.filter(report=OuterRef("pk")))
    assert not list(old.filter(home | in_case).values_list("code", "touched_at"))


def _by_day() -> None:
    """People of desks sleep: but for what is urgent, and for takedown, nobody reads or decides at night."""
    acts = ("scans.", "cases.assistance.", "victims.", "crosscheck.")
    kept = Q()
    for act in acts:
        kept |= Q(act__startswith=act)
    nights, today = Counter[str](), timezone.localdate()  # whoever opens it finds people at work, on a Sunday, too,
    just_now = timezone.now() - timedelta(hours=3)  # and a moment after midnight
    for act, at in Entry.objects.filter(kept, at__lt=just_now).exclude(person=None).values_list("act", "at"):
        local = timezone.localtime(at)
        if local.date() != today and (local.weekday() >= 5 or not 7 <= local.hour < 19):
            nights[act] += 1
    assert not nights
    for event in PressEvent.everywhere.filter(ends__lt=timezone.now()):
        assert event.begins.weekday() < 5, event.name


def _tour() -> None:
    """Every stop of the tour has its page, and somebody who works there."""
    for number, stop in enumerate(STOPS, 1):
        assert stop.place() is not None, stop.title
        assert stop.who is None or stop.person() is not None, stop.title
        browser = Client()
        page = browser.get(browser.post(reverse("demo:tour-stop", args=[number]))["Location"])
        assert page.status_code == 200, stop.title
        assert f"{number}/{len(STOPS)}" in page.content.decode(), stop.title
