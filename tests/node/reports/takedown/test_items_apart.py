"""Items are judged apart: of one that is nothing nobody is told, however grave the others of its report are."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_person, viewer_for
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.factories import make_report
from tests.node.reports.takedown.worlds import HOUR, REASON, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.base.keys import key_of
from vaern.node.crosscheck.models import Enrolment
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base.addresses import url_key
from vaern.node.reports.base.precedents import decided, is_nothing, nothing
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.models import Item, Location, Notice, Report
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import actions, blocks, corrections, notices, queries
from vaern.node.reports.takedown.tracers import Traced
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from tests.node.inbox import Inbox

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
ASSESSING = Reason(Why.ASSESSMENT, "it was read again")
LOOKED: dict[str, Any] = {"extent": Extent.WHOLE, "files": 1}
REFUSED = "Of this item it was concluded that nothing is to be done"


@pytest.fixture
def world() -> World:
    found = make_world()
    found.report = make_report(found.organisation, [f"https://two.example/{n}" for n in (1, 2)])
    with scope(found):
        yield found


def judge(world: World, *acts: bool, by: Viewer | None = None, **given: Any) -> None:
    """Conclude of each item apart."""
    for number, offence in enumerate(acts, 1):
        report = Report.everywhere.get(pk=world.report.pk)
        assess(by or world.viewer, ASSESSING, report, Judgement(offence, items=(number,), **LOOKED, **given))


def judge_anew(world: World, *acts: bool) -> None:
    closing.reopen(world.viewer, ASSESSING, Report.everywhere.get(pk=world.report.pk))
    judge(world, *acts)


def place(world: World, number: int) -> Location:
    found: Location = Location.everywhere.select_related("report", "item", "host", "owner", "registrar").get(
        report=world.report, item__number=number
    )
    return found


def traced(world: World, number: int) -> Location:
    found = Traced("192.0.2.1", "AS64496", "AA", evidence="who")
    actions.trace(world.viewer, REASON, place(world, number), found, host=world.hosts["host"])
    actions.tell_police(world.viewer, REASON, place(world, number))
    return place(world, number)


def notified(world: World, number: int) -> Notice:
    return notices.notify(world.viewer, REASON, traced(world, number))


def test_no_takedown_begins_of_what_is_nothing(world: World) -> None:
    judge(world, True, False)
    assert Report.everywhere.get(pk=world.report.pk).state == State.IN_ACTION
    assert [one.item.number for one in Location.everywhere.filter(report=world.report)] == [1]
    assert actions.open_locations(world.report) == 0, "nor later"


@pytest.mark.once
def test_no_notice_goes_out_on_what_became_nothing(client: Client, world: World) -> None:
    judge(world, True, True)
    for number in (1, 2):
        traced(world, number)
    judge_anew(world, True, False)
    with pytest.raises(Refusal, match=REFUSED):
        notices.notify(world.viewer, REASON, place(world, 2))
    assert notices.notify(world.viewer, REASON, place(world, 1)).location_id == place(world, 1).pk
    assert Notice.everywhere.count() == 1
    opened(client, world.person, world.report)
    shown = client.get(reverse("reports:location", args=[world.report.pk, place(world, 2).pk])).content.decode()
    assert REFUSED in shown
    assert f'href="{reverse("reports:notify", args=[world.report.pk, place(world, 2).pk])}"' not in shown
    assert f'href="{reverse("reports:stop", args=[world.report.pk, place(world, 2).pk])}"' in shown


STEPS: dict[str, Callable[[World, Location], object]] = {
    "remind": lambda world, found: notices.remind(world.viewer, REASON, found),
    "escalate": lambda world, found: notices.escalate(world.viewer, REASON, found),
    "follow": lambda world, found: actions.follow(world.viewer, REASON, found, "https://three.example/"),
    "block": lambda world, found: blocks.block(
        world.viewer, REASON, found, "It helped nothing (synthetic)", timezone.localdate() + timedelta(days=9)
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("step", STEPS)
def test_nothing_follows_a_notice_whose_item_became_nothing(world: World, step: str) -> None:
    judge(world, True, True)
    for number in (1, 2):
        notified(world, number)
    judge_anew(world, True, False)
    state = LocationState.MOVED if step == "follow" else LocationState.NOTIFIED
    level = Level.POLICE if step == "block" else Level.HOST
    Location.everywhere.filter(report=world.report).update(state=state.value, level=level)
    with pytest.raises(Refusal, match=REFUSED):
        STEPS[step](world, place(world, 2))
    STEPS[step](world, place(world, 1))


@pytest.mark.once
def test_the_node_takes_no_step_of_its_own(world: World) -> None:
    judge(world, True, True)
    for number in (1, 2):
        notified(world, number)
    judge_anew(world, True, False)
    Location.everywhere.filter(report=world.report).update(next_step_at=timezone.now() - HOUR)
    assert notices.step_due() == 1
    assert [Notice.everywhere.get(location=place(world, number)).reminded for number in (1, 2)] == [1, 0]


@pytest.mark.once
def test_a_notice_is_taken_back_of_the_item_that_became_nothing_and_of_no_other(
    client: Client, world: World, inbox: Inbox
) -> None:
    judge(world, True, True)
    for number in (1, 2):
        notified(world, number)
    own = Location.everywhere.filter(report=world.report)
    assert not corrections.any_fallen(Report.everywhere.get(pk=world.report.pk))
    judge_anew(world, True, False)
    assert corrections.any_fallen(Report.everywhere.get(pk=world.report.pk))
    assert [corrections.fallen(place(world, number)).count() for number in (1, 2)] == [0, 1]
    assert list(queries.waits_for(own, "to_correct")) == [place(world, 2)]
    assert queries.waiting(world.viewer).locations["to_correct"].count == 1
    opened(client, world.person, world.report)
    words = "conclusion that does not stand"
    of_items = [client.get(reverse("reports:location", args=[world.report.pk, place(world, n).pk])) for n in (1, 2)]
    assert [words in page.content.decode() for page in of_items] == [False, True]
    assert words in client.get(reverse("reports:report", args=[world.report.pk])).content.decode()
    with pytest.raises(Refusal, match="conclusion stands"):
        corrections.correct(world.viewer, ASSESSING, place(world, 1))
    corrections.correct(world.viewer, ASSESSING, place(world, 2))
    assert [place(world, number).state for number in (1, 2)] == [LocationState.NOTIFIED, LocationState.STOPPED]
    assert not queries.waits_for(own, "to_correct").exists()
    assert not corrections.any_fallen(Report.everywhere.get(pk=world.report.pk))
    send_waiting()
    assert "The conclusion on which the notice rested does not stand" in inbox.mails[-1].get_content()


def test_an_item_that_came_after_the_conclusion_follows_its_report(world: World) -> None:
    judge(world, True, True)
    notified(world, 2)
    Location.everywhere.filter(pk=place(world, 2).pk).update(state="moved")
    moved = actions.follow(world.viewer, REASON, place(world, 2), "https://three.example/")
    assert not is_nothing(moved.item)
    assert notified(world, moved.item.number).location_id == moved.pk


@pytest.mark.once
@pytest.mark.parametrize(
    ("rounds", "says"),
    [
        ([[(True, False)]], (True, False)),
        ([[(True, False), (True, False)]], (True, False)),
        ([[(True, False), (False, True), (True, True)]], (True, True)),
        ([[(True, True), (False, True), (False, True)]], (False, True)),
        ([[(True, True)], [(False, True)]], (False, True)),
        ([[(False, True)], [(True, False)]], (True, False)),
        ([[(True, False), (True, True), (True, False)], [(True, True), (True, True)]], (True, True)),
        ([[(False, False)]], (False, False)),
    ],
)
def test_what_is_concluded_of_an_item_is_what_the_last_view_of_the_last_round_says(
    world: World, rounds: list[list[tuple[bool, ...]]], says: tuple[bool, ...]
) -> None:
    people = [world.viewer, *(viewer_for(make_person("investigator", world.organisation)) for _ in range(2))]
    for number, views in enumerate(rounds):
        if number:
            closing.reopen(people[len(rounds[number - 1]) - 1], ASSESSING, Report.everywhere.get(pk=world.report.pk))
        for view, acts in enumerate(views):
            judge(world, *acts, by=people[view], ask=len(views) > 1 and not view)
    items = list(Item.everywhere.filter(report=world.report).order_by("number"))
    found = decided(items)
    assert tuple(found[item.pk].actionable for item in items) == says
    assert tuple(not is_nothing(item) for item in items) == says
    assert set(Item.everywhere.filter(nothing("pk"), report=world.report)) == {
        item for item, acts in zip(items, says, strict=True) if not acts
    }


# What programs read of it ---------------------------------------------------------------------------------------------


def test_the_xarf_of_a_notice_says_what_its_own_item_is(world: World, inbox: Inbox) -> None:
    def one(number: int, **given: Any) -> None:
        report = Report.everywhere.get(pk=world.report.pk)
        assess(world.viewer, ASSESSING, report, Judgement(True, items=(number,), **given))

    one(1, baseline=False, **LOOKED)
    one(2, baseline=True, **LOOKED)
    for number in (1, 2):
        notified(world, number)
    mails = {mail_about(mail): mail for mail in inbox.to("abuse@host.example")}
    assert mails[1].get_content_type() == "text/plain", "XARF has no word for what is not of the baseline"
    document = json.loads(list(mails[2].iter_parts())[2].get_payload(decode=True))
    assert (document["url"], document["classification"]) == ("https://two.example/2", "baseline")


def mail_about(mail: Any) -> int:
    text = mail.get_body(("plain",)).get_content()
    return next(number for number in (1, 2) if f"https://two.example/{number}" in text)


@pytest.mark.parametrize("acts", [(True, False), (False, True)])
def test_what_became_nothing_is_compared_with_nobody(world: World, acts: tuple[bool, bool]) -> None:
    judge(world, *acts)
    compared = registry.keys_of(Enrolment.everywhere.get(record=world.report.pk))
    of_items = [key_of("url", url_key(f"https://two.example/{n}")) for n in (1, 2)]
    assert tuple(key in compared for key in of_items) == acts
