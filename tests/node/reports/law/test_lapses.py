"""A ground that lapses stops every act that rests on it, is explained, and takes no report out of people's sight."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation, make_person, terms, viewer_for
from tests.node.reports.factories import make_host, make_location, make_report

from vaern.arrivals import Arrival
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.desk import queries as desk
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.law import lapses
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import LegalGround, LegalReview, Location, Report
from vaern.node.reports.rules.states import OPEN, State
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import blocks, holds, notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
WHY = Reason(Why.REMOVAL)
DAY = timedelta(days=1)
LAPSED = date(2026, 5, 1)
"""In Nordhavia nobody may detect on this day."""


@pytest.fixture
def police() -> Viewer:
    """Somebody of a police desk, who may do all that there is."""
    return viewer_for(make_person("investigator", make_organisation("police")))


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001 - made aware here


def lapse(action: str) -> None:
    LegalGround.objects.filter(action=action).update(valid_to=timezone.localdate() - DAY)


def in_action(viewer: Viewer, **fields: Any) -> Location:
    host = make_host(viewer.organisation)
    report = make_report(viewer.organisation, state=State.IN_ACTION.value)
    given = {"state": "traced", "host": host, "traced_at": timezone.now(), "police_told_at": timezone.now()}
    return make_location(report, **{**given, **fields})


def _assess(viewer: Viewer) -> object:
    return assess(viewer, WHY, make_report(viewer.organisation), Judgement(True))


def _forward(viewer: Viewer) -> object:
    report, to = in_action(viewer).report, make_organisation("police")
    return forwarding.forward(
        viewer, WHY, report, [to.id], terms(Handling.AMBER, timezone.now() + 9 * DAY, "an accord")
    )


def _notify(viewer: Viewer) -> object:
    return notices.notify(viewer, WHY, in_action(viewer))


def _notified(viewer: Viewer) -> Location:
    with_ground = {one.pk: one.valid_to for one in LegalGround.objects.filter(action="notify")}
    LegalGround.objects.filter(action="notify").update(valid_to=None)
    location = in_action(viewer)
    notices.notify(viewer, WHY, location)
    for pk, valid_to in with_ground.items():
        LegalGround.objects.filter(pk=pk).update(valid_to=valid_to)
    return Location.everywhere.get(pk=location.pk)


def _remind(viewer: Viewer) -> object:
    return notices.remind(viewer, WHY, _notified(viewer))


def _escalate(viewer: Viewer) -> object:
    location = _notified(viewer)
    Location.everywhere.filter(pk=location.pk).update(owner=make_host(viewer.organisation, kind="owner"))
    return notices.escalate(viewer, WHY, location)


def _hold(viewer: Viewer) -> object:
    return holds.hold(viewer, WHY, in_action(viewer), timezone.now() + timedelta(hours=2), "time is needed")


def _block(viewer: Viewer) -> object:
    location = in_action(viewer, state="notified", level=Level.POLICE.value)
    return blocks.block(viewer, WHY, location, "nothing else helped", timezone.localdate() + 20 * DAY)


ACTS: dict[Callable[[Viewer], object], str] = {
    _assess: "report",
    _forward: "forward",
    _notify: "notify",
    _remind: "notify",
    _escalate: "notify",
    _hold: "hold",
    _block: "block",
}


@pytest.mark.once
@pytest.mark.parametrize("lapsed", ["", "report", "forward", "notify", "hold", "block"])
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_is_stopped_by_the_lapse_of_its_own_ground_and_of_no_other(
    police: Viewer, act: Callable[[Viewer], object], lapsed: str
) -> None:
    if lapsed:
        lapse(lapsed)
    with viewing(police.organisation.id):
        if ACTS[act] != lapsed:
            assert act(police)
            return
        with pytest.raises(GroundMissing, match="in force on") as caught:
            act(police)
    assert caught.value.action == lapsed


def test_the_node_reminds_nobody_on_a_lapsed_ground(police: Viewer) -> None:
    location = _notified(police)
    later = timezone.now() + 40 * DAY
    lapse("notify")
    assert notices.step_due(later) == 0
    LegalGround.objects.filter(action="notify").update(valid_to=None)
    assert notices.step_due(later) == 1
    assert Location.everywhere.get(pk=location.pk).level == Level.HOST.value


def brought(to: Organisation, sender: Organisation, **said: Any) -> Report:
    viewer = viewer_for(make_person("moderator", sender)) if sender.kind == "platform" else intake.anonymous(to)
    with viewing(to.id):
        return intake.receive(viewer, WHY, to, Arrival("api", **said), sender=sender, synthetic=True)[0]


@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize("named", ["", "nordhavia-detection-2021", "no-such-ground"])
def test_what_a_platform_detected_without_a_ground_arrives_and_waits_for_people_with_the_reason_why(
    named: str, urgent: bool
) -> None:
    hotline = make_organisation("hotline", member=make_member("XA"))
    platform = make_organisation("platform", member=hotline.member)
    report = brought(hotline, platform, incident_at=noon(LAPSED), legal_ground=named, danger_now=urgent, narrative="x")
    assert report.state == State.LEGAL_REVIEW.value
    assert report.urgent == urgent
    review = LegalReview.everywhere.get(report=report)
    assert (review.action, review.on, review.before, review.stopped_by) == ("detect", LAPSED, "arrived", None)
    assert review.explained
    analyst = viewer_for(make_person("analyst", hotline))
    with viewing(hotline.id):
        assert report.pk in {row.pk for row in desk.worklist(analyst, desk.Search(), {}).page.rows}


def test_what_nobody_detected_needs_no_ground_for_it() -> None:
    hotline = make_organisation("hotline", member=make_member("XA"))
    other = make_organisation("hotline", member=hotline.member)
    assert brought(hotline, other, incident_at=noon(LAPSED), narrative="x").state == State.ARRIVED.value


def test_a_report_that_is_in_no_action_is_not_stopped_for_a_notice_that_it_may_not_send() -> None:
    """It was cleared of how it was detected, and something of it is up from before it was closed and opened again."""
    hotline = make_organisation("hotline", member=make_member("XA"))
    platform, analyst = make_organisation("platform", member=hotline.member), make_person("analyst", hotline)
    report = make_report(hotline, sender=platform, incident_at=noon(date(2021, 1, 1)))
    make_location(report, state="notified")
    LegalReview.everywhere.create(
        report=report,
        organisation=hotline,
        action="detect",
        on=date(2021, 1, 1),
        before="arrived",
        explained="x",
        stopped_at=timezone.now(),
        cleared=True,
        decided_at=timezone.now(),
        decided_by=analyst,
    )
    lapse("notify")
    assert lapses.stop_lapsed() == 0
    Report.everywhere.update(state=State.IN_ACTION.value)
    assert lapses.stop_lapsed() == 1


GROUNDS = ["", "nordhavia-detection-2021", "nordhavia-detection-2026", "no-such-ground"]
DAYS = [date(2021, 1, 1), date(2025, 1, 1), LAPSED, date(2026, 9, 1)]


@pytest.mark.once
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), lapsed=st.sets(st.sampled_from(["report", "notify", "forward"])))
def test_each_night_what_lost_its_ground_is_stopped_and_nothing_else_and_all_stays_on_the_list(
    data: st.DataObject, lapsed: set[str]
) -> None:
    Report.everywhere.all().delete()
    LegalGround.objects.update(valid_to=None)
    LegalGround.objects.filter(code="nordhavia-detection-2021").update(valid_to=date(2026, 4, 3))
    hotline = make_organisation("hotline", member=make_member("XA"))
    platform = make_organisation("platform", member=hotline.member)
    analyst = make_person("analyst", hotline)
    for action in lapsed:
        LegalGround.objects.filter(action=action, country="XA").update(valid_to=timezone.localdate() - DAY)
    wanted: dict[Report, bool] = {}
    for number in range(data.draw(st.integers(1, 6))):
        state = data.draw(st.sampled_from(sorted(set(State) - {State.DUPLICATE})))
        named, day = data.draw(st.sampled_from(GROUNDS)), data.draw(st.sampled_from(DAYS))
        sender, cleared = data.draw(st.sampled_from([None, platform])), data.draw(st.booleans())
        up = data.draw(st.booleans())
        report = make_report(
            hotline,
            state=state.value,
            sender=sender,
            legal_ground=named if sender else "",
            urgent=data.draw(st.booleans()),
            incident_at=noon(day),
            closed_at=timezone.now() if state is State.CLOSED else None,
            digest=bytes([number]) * 32,
        )
        if up:
            make_location(report, state="notified")
        if cleared:
            LegalReview.everywhere.create(
                report=report,
                organisation=hotline,
                action="detect",
                on=day,
                before="arrived",
                explained="x",
                stopped_at=timezone.now(),
                cleared=True,
                decided_at=timezone.now(),
                decided_by=analyst,
            )
        begins = {"": date(2021, 8, 3), "nordhavia-detection-2021": date(2021, 8, 3)}.get(named, date(2026, 7, 15))
        detects = named != "no-such-ground" and begins <= day
        if named in {"", "nordhavia-detection-2021"} and date(2026, 4, 3) < day < date(2026, 7, 15):
            detects = False
        if named == "nordhavia-detection-2021" and day > date(2026, 4, 3):
            detects = False
        lost = "report" in lapsed or ("notify" in lapsed and state is State.IN_ACTION and up)
        lost = lost or (sender is not None and not detects and not cleared)
        wanted[report] = lost and state in OPEN - {State.LEGAL_REVIEW}
    entries = Entry.objects.count()
    assert lapses.stop_lapsed() == sum(wanted.values())
    assert Entry.objects.count() == entries + sum(wanted.values())
    with viewing(hotline.id):
        shown = {row.pk for row in desk.worklist(viewer_for(analyst), desk.Search(), {}).page.rows}
    for report, stopped in wanted.items():
        now = Report.everywhere.get(pk=report.pk)
        assert now.urgent == report.urgent
        assert now.state == (State.LEGAL_REVIEW.value if stopped else report.state)
        assert (now.pk in shown) == (State(now.state) in OPEN)
        if stopped:
            review = LegalReview.everywhere.get(report=report, cleared=None)
            assert (review.before, review.stopped_by) == (report.state, None)
            assert review.explained
    assert lapses.stop_lapsed() == 0
