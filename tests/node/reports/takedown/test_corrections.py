"""A notice whose conclusion was taken back: the desk sees it, one act tells every host, once, and nothing follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.takedown.worlds import HOUR, MINUTE, REASON, URL, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.models import Location, Notice, Report
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LOCATION_TRANSITIONS, LocationEvent, LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import actions, corrections, notices, portal, tokens
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.inbox import Inbox

pytestmark = pytest.mark.django_db
WORDS = Reason(Why.ASSESSMENT, "the wrong report was open")


@pytest.fixture
def world() -> World:
    found = make_world()
    Report.everywhere.filter(pk=found.report.pk).update(state=State.ARRIVED.value)
    found.report.refresh_from_db()
    with scope(found):
        judge(found, acts=True)
        found.trace(owner=found.hosts["owner"])
        found.told()
        notices.notify(found.viewer, REASON, found.now())
        yield found


def judge(world: World, *, acts: bool) -> None:
    report = Report.everywhere.get(pk=world.report.pk)
    assess(world.viewer, Reason(Why.ASSESSMENT), report, Judgement(acts, extent=Extent.WHOLE, files=1))


def taken_back(world: World) -> None:
    closing.reopen(world.viewer, WORDS, Report.everywhere.get(pk=world.report.pk))


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def test_every_host_that_was_told_is_told_once_in_its_language(world: World, inbox: Inbox) -> None:
    host = world.hosts["host"]
    host.language = "da"
    host.save()
    notices.escalate(world.viewer, REASON, world.now())
    with pytest.raises(Refusal, match="conclusion stands"):
        corrections.correct(world.viewer, WORDS, world.now())
    taken_back(world)
    assert [one.host.name for one in corrections.fallen(world.now())] == [
        "Host One (synthetic)",
        "Owner One (synthetic)",
    ]
    send_waiting()
    before = len(inbox.mails)
    corrections.correct(world.viewer, WORDS, world.now())
    with pytest.raises(Refusal, match="Nobody is left"):
        corrections.correct(world.viewer, WORDS, world.now())
    send_waiting()
    mails = {mail["To"]: mail for mail in inbox.mails[before:]}
    assert len(inbox.mails) - before == len(mails) == 2
    for address, words in (("abuse@host.example", "trækker den tilbage"), ("abuse@owner.example", "take it back")):
        body = text_of(mails[address])
        assert words in body
        assert world.report.code in body
        assert world.organisation.name in body
        assert URL not in body
        assert world.person.name not in body
    assert Entry.objects.filter(act="reports.notice.corrected", subject=world.report.pk).count() == 1
    assert (world.now().state, world.now().next_step_at) == ("stopped", None)


@pytest.mark.parametrize("anew", [True, False])
def test_it_says_whether_it_was_concluded_anew_and_names_nobody_whom_the_notice_did_not(
    inbox: Inbox, anew: bool
) -> None:
    world = make_world()
    with scope(world):
        world.trace()
        world.told()
        notices.notify(world.viewer, REASON, world.now(), named=False)
        taken_back(world)
        if not anew:
            judge(world, acts=False)
        corrections.correct(world.viewer, WORDS, world.now())
    send_waiting()
    body = text_of(inbox.mails[-1])
    assert ("is assessed anew" in body) == anew
    assert ("does not stand" in body) != anew
    assert world.organisation.name.encode() not in inbox.raw[-1]


@pytest.mark.once
def test_nothing_follows_a_notice_that_was_taken_back(client: Client, world: World) -> None:
    notice = Notice.everywhere.get()
    address = reverse("reports:portal", args=[tokens.token_of(notice.pk, tokens.NOTICE)])
    taken_back(world)
    corrections.correct(world.viewer, WORDS, world.now())
    judge(world, acts=True)
    Location.everywhere.update(next_step_at=timezone.now() - MINUTE)
    assert notices.step_due() == 0
    actions.check(world.viewer, REASON, world.now(), there=True)
    assert world.now().state == "untraced", "found there, it begins anew"
    shown = client.get(address).content.decode()
    assert "We have taken this notice back" in shown
    assert "<form" not in shown
    notice.refresh_from_db()
    with pytest.raises(Refusal):
        portal.answer(notice, "removed")
    world.trace()
    assert notices.notify(world.viewer, REASON, world.now()).corrected_at is None
    assert not corrections.fallen(world.now()).exists()


@pytest.mark.once
def test_the_desk_sees_it_where_it_works_and_takes_it_back_there(client: Client, world: World) -> None:
    report, place = world.report, world.now()
    opened(client, world.person, report)
    there = [
        reverse("reports:report", args=[report.pk]),
        reverse("reports:location", args=[report.pk, place.pk]),
    ]
    act = reverse("reports:correct", args=[report.pk, place.pk])
    words = "conclusion that does not stand"
    assert not any(words in client.get(page).content.decode() for page in there)
    taken_back(world)
    assert all(words in client.get(page).content.decode() for page in there)
    assert f'href="{act}"' in client.get(there[1]).content.decode()
    assert "abuse@host.example" in client.get(act).content.decode()
    assert client.post(act, {"why": "removal", "words": "wrong"}).status_code == 302
    shown = [client.get(page).content.decode() for page in there]
    assert "The notice to Host One (synthetic) was taken back" in shown[0]
    assert f'href="{act}"' not in shown[1]
    judge(world, acts=True)
    assert words not in client.get(there[0]).content.decode()


@pytest.mark.once
@given(state=st.sampled_from(LocationState), stands=st.sampled_from([True, False, None]), sent=st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_goes_exactly_where_the_table_allows_and_a_notice_fell(
    world: World, state: LocationState, stands: bool | None, sent: bool
) -> None:
    now = timezone.now()
    Report.everywhere.filter(pk=world.report.pk).update(actionable=stands)
    Location.everywhere.filter(pk=world.location.pk).update(state=state.value)
    Notice.everywhere.update(corrected_at=None if sent else now)
    world.location.holds(manager="everywhere").all().delete()
    if state is LocationState.HELD:
        world.location.holds(manager="everywhere").create(
            organisation=world.organisation, owner=world.person, words=b"", started_at=now, ends_at=now + HOUR
        )
    step = LOCATION_TRANSITIONS.get((state, LocationEvent.CORRECT))
    if stands is not True and sent and step:
        corrections.correct(world.viewer, WORDS, world.now())
        assert world.now().state == step.after.value
        assert Notice.everywhere.get().corrected_at is not None
    else:
        with pytest.raises(Refusal):
            corrections.correct(world.viewer, WORDS, world.now())
        assert world.now().state == state.value


def test_nobody_foreign_takes_it_back(world: World, client: Client) -> None:
    taken_back(world)
    other = make_world(url="https://other.example/x")
    with pytest.raises(Refusal, match="not your organisation"):
        corrections.correct(other.viewer, WORDS, world.now())
    sign_in(client, other.person)
    assert client.get(reverse("reports:correct", args=[world.report.pk, world.location.pk])).status_code == 404
