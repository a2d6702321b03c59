"""The takedown as laws: police first, never while held or on an old trace; offline is three misses; nothing is lost."""

from __future__ import annotations

import json
import re
from datetime import timedelta  # noqa: TC003
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client  # noqa: TC002
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.reports.factories import make_block, make_location, make_report
from tests.node.reports.takedown.worlds import DAY, HOUR, MINUTE, REASON, URL, World, back, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import Hold, Host, Item, LegalGround, LegalReview, Location, Notice, Report
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.takedown import PACE, Level
from vaern.node.reports.takedown import actions, block_list, blocks, holds, hosts, notices, queries
from vaern.node.reports.takedown.addresses import url_of
from vaern.node.reports.takedown.items import waiting_items
from vaern.node.web.mail import send_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = make_world()
    with scope(found):
        yield found


def notified(world: World, **chosen) -> Notice:
    world.trace(**chosen)
    world.told()
    return notices.notify(world.viewer, REASON, world.now())


def missed(world: World, *ago: timedelta, there: bool = False) -> Location:
    for span in ago:
        actions.check(world.viewer, REASON, world.now(), there, timezone.now() - span)
    return world.now()


def test_each_item_with_an_address_is_begun_once(world: World) -> None:
    report = make_report(world.organisation, ["https://a.example/1", "https://a.example/2"])
    assert not Location.everywhere.filter(report=report).exists()
    assert queries.all_done(report)
    assert (actions.open_locations(report), actions.open_locations(report)) == (2, 0)
    assert not queries.all_done(report)
    Location.everywhere.filter(report=report).update(state="offline")
    assert queries.all_done(report)


def test_every_act_is_one_entry(world: World) -> None:
    def acts() -> list[str]:
        return list(Entry.objects.filter(subject=world.report.pk).order_by("id").values_list("act", flat=True))

    notified(world)
    assert acts() == ["reports.location.traced", "reports.location.police_told", "reports.notice.sent"]
    assert Entry.objects.get(act="reports.notice.sent").verb == "disclosure"


def test_no_notice_before_the_police_knows_where_the_desk_says_so(world: World) -> None:
    world.trace()
    with pytest.raises(Refusal, match="police"):
        notices.notify(world.viewer, REASON, world.now())
    assert not Notice.everywhere.exists()
    world.told()
    notices.notify(world.viewer, REASON, world.now())


def test_at_the_same_time_where_the_desk_says_so() -> None:
    world = make_world(police_first=False)
    with scope(world):
        world.trace()
        notices.notify(world.viewer, REASON, world.now())
        assert world.now().police_told_at is None


@pytest.mark.parametrize("ago", [DAY + MINUTE, 40 * DAY])
def test_no_notice_on_an_old_trace(world: World, ago: timedelta) -> None:
    world.trace()
    world.told()
    back(world.location, traced_at=ago)
    with pytest.raises(Refusal, match="24 hours"):
        notices.notify(world.viewer, REASON, world.now())
    world.trace()
    notices.notify(world.viewer, REASON, world.now())


def test_no_notice_without_a_ground_in_force(world: World) -> None:
    world.trace()
    world.told()
    LegalGround.objects.filter(action="notify").update(valid_to=timezone.localdate() - DAY)
    with pytest.raises(GroundMissing):
        notices.notify(world.viewer, REASON, world.now())
    assert world.now().state == "traced"


@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_ACTION}))
def test_no_notice_unless_the_report_is_in_action(world: World, state: State) -> None:
    world.trace()
    world.told()
    Report.everywhere.filter(pk=world.report.pk).update(state=state.value, closed_at=timezone.now())
    with pytest.raises(Refusal, match="assessed"):
        notices.notify(world.viewer, REASON, world.now())


def test_another_host_than_the_notified_one_needs_a_new_notice(world: World) -> None:
    first = notified(world)
    world.trace(host=None)
    assert (world.now().state, world.now().level) == ("traced", Level.NOBODY)
    with pytest.raises(Refusal, match="mail address"):
        notices.notify(world.viewer, REASON, world.now())
    world.trace(host=None, owner=world.hosts["owner"])
    second = notices.notify(world.viewer, REASON, world.now())
    assert (first.host, second.host, second.level) == (world.hosts["host"], world.hosts["owner"], Level.OWNER)


# Offline ------------------------------------------------------------------------------------------------------------


def test_three_misses_far_enough_apart(world: World) -> None:
    notified(world)
    assert missed(world, 10 * MINUTE, 8 * MINUTE, 7 * MINUTE).state == "notified"
    found = missed(world, 3 * MINUTE)
    assert (found.state, found.misses) == ("offline", 3)
    assert round((timezone.now() - found.offline_at) / MINUTE) == 3
    assert queries.all_done(world.report)


def test_what_is_there_in_between_resets(world: World) -> None:
    notified(world)
    missed(world, 30 * MINUTE, 26 * MINUTE)
    missed(world, 20 * MINUTE, there=True)
    assert missed(world, 10 * MINUTE, 5 * MINUTE).state == "notified"
    assert missed(world, MINUTE).state == "offline"


def test_the_same_word_again_changes_nothing_and_another_is_refused(world: World) -> None:
    at = timezone.now() - HOUR
    for _again in range(4):
        assert actions.check(world.viewer, REASON, world.now(), False, at).misses == 1
    with pytest.raises(Refusal, match="same moment"):
        actions.check(world.viewer, REASON, world.now(), True, at)


@pytest.mark.parametrize(("ago", "why"), [(-MINUTE, "has not come yet"), (DAY + MINUTE, "within 24 hours")])
def test_a_check_is_of_now(world: World, ago: timedelta, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        missed(world, ago)


def test_something_found_there_brings_it_back_and_opens_the_report(world: World) -> None:
    notified(world)
    missed(world, 12 * MINUTE, 8 * MINUTE, 4 * MINUTE)
    Report.everywhere.filter(pk=world.report.pk).update(state="closed", closed_at=timezone.now())
    found = missed(world, MINUTE, there=True)
    assert (found.state, found.misses, found.reappeared, found.report.state) == ("untraced", 0, 1, "arrived")
    assert not queries.all_done(world.report)


def test_an_earlier_sight_that_is_told_late_counts_where_it_belongs(world: World) -> None:
    notified(world)
    missed(world, 30 * MINUTE, 20 * MINUTE, 10 * MINUTE)
    assert missed(world, HOUR, there=True).state == "offline"
    assert missed(world, 15 * MINUTE, there=True).state == "untraced"


# Reported again -----------------------------------------------------------------------------------------------------


def gone(world: World) -> None:
    missed(world, 12 * MINUTE, 8 * MINUTE, 4 * MINUTE)
    Report.everywhere.filter(pk=world.report.pk).update(state="closed", closed_at=timezone.now())


def test_the_same_address_again_reopens(world: World) -> None:
    gone(world)
    again = make_report(world.organisation, [URL])
    with transaction.atomic():
        assert actions.reappeared(again, Item.everywhere.get(report=again)) == 1
    assert (world.now().state, world.now().report.state) == ("untraced", "arrived")
    assert missed(world, MINUTE).state == "untraced"


def test_the_same_file_elsewhere_opens_the_report_and_leaves_the_place_gone(world: World) -> None:
    gone(world)
    Item.everywhere.filter(report=world.report).update(sha256=b"7" * 32)
    again = make_report(world.organisation, ["https://elsewhere.example/x"])
    Item.everywhere.filter(report=again).update(sha256=b"7" * 32)
    with transaction.atomic():
        assert actions.reappeared(again, Item.everywhere.get(report=again)) == 0
    assert (world.now().state, world.now().report.state, world.now().reappeared) == ("offline", "arrived", 1)
    Item.everywhere.filter(report=again).update(url_key=None)
    with transaction.atomic():
        assert actions.reappeared(again, Item.everywhere.get(report=again)) == 1


def test_another_organisations_location_is_not_touched(world: World) -> None:
    gone(world)
    other = make_world(OrganisationKind.HOTLINE)
    again = make_report(other.organisation, [URL])
    with transaction.atomic():
        assert actions.reappeared(again, Item.everywhere.get(report=again)) == 0
    assert world.now().state == "offline"


# Holds --------------------------------------------------------------------------------------------------------------


def hold(world: World, hours: float) -> Hold:
    return holds.hold(world.viewer, REASON, world.now(), timezone.now() + hours * HOUR, "The police is at the door")


def test_a_hold_stops_the_notice_ends_by_itself_and_is_counted(world: World) -> None:
    world.trace()
    world.told()
    made = hold(world, 2)
    with pytest.raises(Refusal, match="holds"):
        notices.notify(world.viewer, REASON, world.now())
    assert holds.release_due(made.ends_at - MINUTE) == 0
    Hold.everywhere.filter(pk=made.pk).update(started_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - HOUR)
    assert holds.release_due() == 1
    assert holds.release_due() == 0
    assert world.now().state == "traced"
    ended = Hold.everywhere.get()
    assert ended.ended_at == ended.ends_at
    counted = queries.holds_counted(world.viewer)
    assert (counted.count, counted.running, round(counted.held / MINUTE)) == (1, 0, 120)
    notices.notify(world.viewer, REASON, world.now())


def test_a_hold_that_is_over_binds_nobody_even_before_the_job_comes(world: World) -> None:
    world.trace()
    world.told()
    made = hold(world, 2)
    Hold.everywhere.filter(pk=made.pk).update(started_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - HOUR)
    notices.notify(world.viewer, REASON, world.now())
    assert Entry.objects.filter(act="reports.hold.ended").count() == 1


@pytest.mark.parametrize("hours", [-1, 0, 48.1, 1000])
def test_an_end_that_may_not_be(world: World, hours: float) -> None:
    with pytest.raises(Refusal, match="48"):
        hold(world, hours)


def test_all_holds_of_a_location_together_have_one_maximum(world: World) -> None:
    first = hold(world, 10)
    assert hold(world, 40).pk == first.pk
    with pytest.raises(Refusal):
        hold(world, 49)
    Hold.everywhere.update(started_at=timezone.now() - 30 * HOUR)
    holds.release(world.viewer, REASON, world.now())
    with pytest.raises(Refusal):
        hold(world, 19)
    hold(world, 17.9)


def test_the_rules_bound_the_desk_too() -> None:
    world = make_world(longest_hold_hours=168)
    with scope(world):
        with pytest.raises(Refusal):
            hold(world, 169)
        hold(world, 167)


def test_the_database_lets_no_hold_outlive_its_end(world: World) -> None:
    made = hold(world, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.everywhere.filter(pk=made.pk).update(ended_at=made.ends_at + MINUTE)


# Steps --------------------------------------------------------------------------------------------------------------


def due(world: World) -> int:
    back(world.location, next_step_at=MINUTE)
    return notices.step_due()


@pytest.mark.once
def test_reminders_then_each_that_can_be_reached_then_the_police_channel(world: World, mailoutbox) -> None:
    notified(world, owner=world.hosts["owner"], registrar=world.hosts["registrar"])
    levels = []
    for _step in range(20):
        world.trace(owner=world.hosts["owner"], registrar=world.hosts["registrar"])
        if world.now().next_step_at is None:
            break
        assert due(world) == 1
        levels.append(world.now().level)
    assert levels == [1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4]
    assert notices.step_due() == 0
    send_waiting()
    assert [mail.to[0] for mail in mailoutbox] == (
        ["abuse@host.example"] * 3 + ["abuse@owner.example"] * 3 + ["abuse@registrar.example"] * 6
    )
    assert len({mail.body.split("/notice/")[1][:43] for mail in mailoutbox}) == 3


def test_who_cannot_be_reached_is_left_out(world: World) -> None:
    notified(world)
    notices.escalate(world.viewer, REASON, world.now())
    assert (world.now().level, world.now().next_step_at, world.now().state) == (Level.POLICE, None, "notified")
    with pytest.raises(Refusal, match="block"):
        notices.escalate(world.viewer, REASON, world.now())


def test_the_node_does_not_escalate_on_an_old_trace_but_waits_in_sight(world: World) -> None:
    notified(world, owner=world.hosts["owner"])
    Notice.everywhere.update(reminded=2)
    back(world.location, traced_at=2 * DAY)
    assert due(world) == 0
    assert queries.waiting(world.viewer).locations["overdue"].count == 1
    world.trace(owner=world.hosts["owner"])
    assert notices.step_due() == 1
    assert world.now().level == Level.OWNER


def test_what_waits_keeps_nothing_else_from_its_turn(world: World, monkeypatch) -> None:
    monkeypatch.setattr(notices, "MOST_STEPS", 1)
    notified(world, owner=world.hosts["owner"])
    Notice.everywhere.update(reminded=2)
    back(world.location, traced_at=2 * DAY, next_step_at=2 * DAY)
    other = World(
        world.organisation,
        world.person,
        world.viewer,
        report := make_report(world.organisation, ["https://b.example/2"], state=State.IN_ACTION.value),
        make_location(report),
        world.hosts,
    )
    notified(other)
    assert due(other) == 1
    assert Notice.everywhere.get(location=other.location).reminded == 1


def test_what_fails_keeps_nothing_else_from_its_turn_and_is_not_silent(world: World) -> None:
    notified(world)
    Item.everywhere.filter(pk=world.location.item_id).update(sealed=b"cannot be unsealed")
    back(world.location, next_step_at=2 * DAY)
    report = make_report(world.organisation, ["https://b.example/2"], state=State.IN_ACTION.value)
    other = World(world.organisation, world.person, world.viewer, report, make_location(report), world.hosts)
    notified(other)
    with pytest.raises(Unsealable):
        due(other)
    assert Notice.everywhere.get(location=other.location).reminded == 1
    assert Notice.everywhere.get(location=world.location).reminded == 0
    assert Location.everywhere.get(pk=other.location.pk).next_step_at > timezone.now()


@pytest.mark.parametrize("named", [True, False])
def test_who_chose_not_to_be_named_is_not_named_to_the_next(world: World, mailoutbox, named: bool) -> None:
    world.trace(owner=world.hosts["owner"], registrar=world.hosts["registrar"])
    world.told()
    notices.notify(world.viewer, REASON, world.now(), named=named)
    notices.escalate(world.viewer, REASON, world.now())
    Notice.everywhere.update(reminded=2)
    assert due(world) == 1
    send_waiting()
    assert [mail.to[0] for mail in mailoutbox] == [
        "abuse@host.example",
        "abuse@owner.example",
        "abuse@registrar.example",
    ]
    assert {world.organisation.name in mail.body for mail in mailoutbox} == {named}


def test_the_list_of_what_is_still_up_says_for_how_long_and_which_step_is_next(client: Client, world: World) -> None:
    notified(world)
    back(world.location, created_at=5 * DAY)
    sign_in(client, world.person)
    page = reverse("reports:still-up")
    shown = client.get(page).content.decode()
    assert "5 days" in shown
    assert re.search(r"Remind: <time class=\"clock", shown)
    last = Notice.everywhere.get()
    last.reminded = PACE[Level(last.level)].reminders
    last.save()
    assert re.search(r"Escalate: <time class=\"clock", client.get(page).content.decode())


# Blocks -------------------------------------------------------------------------------------------------------------


def blocked(world: World):
    notified(world)
    notices.escalate(world.viewer, REASON, world.now())
    day = timezone.localdate() + 30 * DAY
    return blocks.block(world.viewer, REASON, world.now(), "Nobody answers", day)


def test_a_block_only_where_notices_did_not_help(world: World) -> None:
    notified(world)
    with pytest.raises(Refusal, match="escalate"):
        blocks.block(world.viewer, REASON, world.now(), "Quicker", timezone.localdate() + DAY)
    notices.escalate(world.viewer, REASON, world.now())
    for words, days in (("", 1), ("x", 0), ("x", 181)):
        with pytest.raises(Refusal):
            blocks.block(world.viewer, REASON, world.now(), words, timezone.localdate() + days * DAY)
    blocks.block(world.viewer, REASON, world.now(), "Nobody answers", timezone.localdate() + 180 * DAY)
    assert world.now().state == "blocked"


def test_a_block_is_lifted_at_its_review_date_unless_a_person_renews_it(world: World) -> None:
    made = blocked(world)
    Report.everywhere.update(state="closed", closed_at=timezone.now())
    assert blocks.lift_due(made.review_date) == 0
    blocks.renew(world.viewer, REASON, made, made.review_date + DAY)
    assert blocks.lift_due(made.review_date + DAY) == 0
    assert blocks.lift_due(made.review_date + 2 * DAY) == 1
    assert (world.now().state, world.now().report.state) == ("notified", "arrived")


def test_what_is_gone_is_not_blocked_any_longer(world: World) -> None:
    made = blocked(world)
    assert missed(world, 12 * MINUTE, 8 * MINUTE, 4 * MINUTE).state == "offline"
    made.refresh_from_db()
    assert made.lifted_at is not None


def test_an_appeal_is_decided_by_somebody_else(world: World) -> None:
    made = blocked(world)
    other = viewer_for(make_person(Role.INVESTIGATOR, world.organisation))
    with pytest.raises(Refusal, match="No appeal"):
        blocks.decide(other, REASON, made, upheld=True)
    blocks.appeal(made, "It is a museum")
    with pytest.raises(Refusal, match="before"):
        blocks.appeal(made, "Again")
    with pytest.raises(Refusal, match="Somebody else"):
        blocks.decide(world.viewer, REASON, made, upheld=True)
    blocks.decide(other, REASON, made, upheld=True)
    assert world.now().state == "notified"


def test_the_list_says_nothing_without_its_key_and_never_a_whole_host(world: World) -> None:
    blocked(world)
    one = block_list.export(world.viewer, REASON, "An access provider", "k" * 40)
    other = block_list.export(world.viewer, REASON, "Another", "l" * 40)
    assert len(one["entries"]) == 1
    assert one["entries"][0]["hmac"] != other["entries"][0]["hmac"]
    assert one["entries"][0]["hmac"] == block_list.entry(URL.replace("https", "HTTP").replace("host", "HOST"), "k" * 40)
    assert one["entries"][0]["hmac"] != block_list.entry("https://photos.tagged-host.example/", "k" * 40)
    assert "tagged" not in str(one)
    assert Entry.objects.filter(act="reports.blocks.exported", verb="disclosure").count() == 2


def test_what_rests_on_no_ground_today_is_not_handed_on_in_silence(world: World, client: Client) -> None:
    blocked(world)
    LegalGround.objects.filter(action="block").update(valid_to=timezone.localdate() - DAY)
    for without in (False, True):  # nothing else is in the list
        with pytest.raises(block_list.Groundless, match="no legal ground") as told:
            block_list.export(world.viewer, REASON, "A provider", "k" * 40, without=without)
        assert (told.value.count, told.value.others) == (1, 0)
    second = make_location(make_report(world.organisation, ["https://b.example/1"]))
    make_block(second, world.viewer.person)
    now = timezone.now()
    LegalReview.everywhere.create(
        report=second.report,
        organisation=world.organisation,
        action="block",
        on=now.date(),
        before="assessed",
        explained="",
        stopped_at=now,
        cleared=True,
        decided_at=now,
        decided_by=world.viewer.person,
    )
    sign_in(client, world.viewer.person)
    given = {"to_whom": "A provider", "key": "k" * 40, "why": "investigation", "words": ""}
    page = client.post(reverse("reports:export-blocks"), given)
    assert page.status_code == 422
    assert "1 entry may not be blocked any more" in page.content.decode()
    assert not Entry.objects.filter(act="reports.blocks.exported").exists()
    found = json.loads(client.post(reverse("reports:export-blocks"), {**given, "without": "on"}).content)
    assert (len(found["entries"]), found["left_out"]) == (1, 1)


@pytest.mark.once
def test_a_block_whose_conclusion_was_wrong_is_listed_and_neither_exported_nor_renewed(
    world: World, client: Client
) -> None:
    made = blocked(world)
    Report.everywhere.filter(pk=world.report.pk).update(actionable=False)
    assert [one.pk for one in queries.blocks(world.viewer, {}, wrong=True).rows] == [made.pk]
    lift = reverse("reports:lift-block", args=[made.pk])
    assert lift in [item.button.url for item in waiting_items(world.viewer)]
    with pytest.raises(block_list.Groundless, match="conclusion was wrong"):
        block_list.export(world.viewer, REASON, "A provider", "k" * 40)
    with pytest.raises(Refusal, match="lifted, and not renewed"):
        blocks.renew(world.viewer, REASON, made, timezone.localdate() + 30 * DAY)
    sign_in(client, world.viewer.person)
    assert "Was wrong: lift it" in client.get(f"{reverse('reports:blocks')}?conclusion=wrong").content.decode()
    here = reverse("reports:block", args=[made.pk])
    asked = {"kind": "report", "record": str(world.report.pk), "next": here, "reason-why": "investigation"}
    page = client.post("/reason/", asked, follow=True).content.decode()
    assert "nothing may be blocked for it" in page
    assert reverse("reports:renew-block", args=[made.pk]) not in page
    blocks.lift(world.viewer, REASON, made)
    assert lift not in [item.button.url for item in waiting_items(world.viewer)]


# Moves --------------------------------------------------------------------------------------------------------------


def test_following_a_move_makes_a_location_and_keeps_the_old_one(world: World) -> None:
    notified(world)
    Location.everywhere.update(state="moved")
    for wrong in (URL, "", "no address at all"):
        with pytest.raises(Refusal):
            actions.follow(world.viewer, REASON, world.now(), wrong)
    made = actions.follow(world.viewer, REASON, world.now(), "hxxps://other[.]example/synthetic")
    assert (made.state, made.item.number, world.now().state) == ("untraced", 2, "moved")
    assert "other" in url_of(made.item)
    assert world.now().report.items_total == 2


def test_giving_up_needs_words(world: World) -> None:
    with pytest.raises(Refusal, match="words"):
        actions.stop(world.viewer, REASON, world.now())


def test_nobody_foreign_acts(world: World) -> None:
    other = make_world(OrganisationKind.HOTLINE)
    make_location(make_report(other.organisation))
    for act in (
        lambda: actions.trace(other.viewer, REASON, world.location, None, host=None),
        lambda: actions.tell_police(other.viewer, REASON, world.location),
        lambda: actions.check(other.viewer, REASON, world.location, False),
        lambda: notices.notify(other.viewer, REASON, world.location),
        lambda: holds.hold(other.viewer, REASON, world.location, timezone.now() + HOUR, "x"),
    ):
        with pytest.raises(Refusal, match="not your organisation"):
            act()


def test_a_host_goes_a_year_after_its_last_use_if_nothing_hangs_on_it(world: World) -> None:
    notified(world)
    assert hosts.erase_unused(timezone.now() + 364 * DAY) == 0
    assert hosts.erase_unused(timezone.now() + 366 * DAY) == 2
    assert list(Host.everywhere.all()) == [world.hosts["host"]]


# What piles lead to ---------------------------------------------------------------------------------------------


@pytest.mark.once
def test_each_pile_counts_the_rows_of_the_list_that_it_leads_to(client: Client, world: World) -> None:
    report = make_report(world.organisation, [f"https://c.example/{n}" for n in range(40)], state=State.IN_ACTION.value)
    cases = list(product(("untraced", "traced", "notified", "moved", "offline"), ("", "removed", "need_more"), (1, 4)))
    now = timezone.now()
    for n, (state, said, level) in enumerate(cases):
        fields = {"state": state, "level": level, "next_step_at": now - HOUR if level == 1 else None}
        location = make_location(report, n + 1, **fields)
        for turn, answer in enumerate((said, "")[: 1 + (n % 4 == 3)]):
            Notice.everywhere.create(
                location=location,
                organisation=world.organisation,
                host=world.hosts["host"],
                answer=answer,
                token_digest=f"{n}.{turn}".encode(),
                sent_at=now,
                answer_at=now if answer else None,
                expires_at=now + DAY,
            )
        block = make_block(location, world.person, appealed_at=now if n % 2 else None)
        if n % 3 == 0 and n % 2:
            block.appeal_upheld = False
            block.save()
    wrong = make_report(world.organisation, [f"https://w.example/{n}" for n in range(4)], actionable=False)
    for n, state in enumerate(("notified", "offline", "offline", "untraced")):
        Notice.everywhere.create(
            location=make_location(wrong, n + 1, state=state),
            organisation=world.organisation,
            host=world.hosts["host"],
            token_digest=f"w{n}".encode(),
            sent_at=now,
            expires_at=now + DAY,
            corrected_at=now if n == 2 else None,
        )
    sign_in(client, world.person)
    waiting = queries.waiting(world.viewer)
    assert waiting.locations["to_correct"].count == 3
    here, blocks = reverse("reports:still-up"), reverse("reports:blocks")
    lists = {f"{here}?waits={need}": waiting.locations[need] for need in queries.WAITS}
    lists |= {f"{here}?state={state}": waiting.locations[state] for state in queries.OF_STATE}
    lists |= {f"{blocks}?appeal=waits": waiting.appeals, f"{blocks}?conclusion=wrong": waiting.blocks}
    assert sum(rows.count > 0 for rows in lists.values()) == 9
    for url, rows in lists.items():
        assert len(client.get(url).context["table"].rows) == rows.count, url
    piles = [item for item in waiting_items(world.viewer) if item.count > 1]
    assert {item.url: item.count for item in piles} == {
        url: rows.count for url, rows in lists.items() if rows.count > 5
    }


# The list of hosts ----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_every_host_and_every_block_is_on_some_page(client: Client, world: World) -> None:
    sign_in(client, world.person)
    Host.everywhere.bulk_create(
        Host(organisation=world.organisation, name=f"Host {n:03} (synthetic)") for n in range(120)
    )
    report = make_report(world.organisation, [f"https://b.example/{n}" for n in range(60)])
    for n in range(60):
        make_block(make_location(report, n + 1), world.person)
    for name, count in (("reports:hosts", 123), ("reports:blocks", 60)):
        seen, address = set(), reverse(name)
        while address:
            table = client.get(address).context["table"]
            seen |= {row.url for row in table.rows}
            address = f"{reverse(name)}?after={table.next}" if table.next else ""
        assert len(seen) == count


def test_who_saves_a_host_over_a_change_is_told_and_undoes_nothing(client: Client, world: World) -> None:
    sign_in(client, world.person)
    host = world.hosts["host"]
    address = reverse("reports:host", args=[host.pk])
    page = client.get(address).context
    shown = {**page["form"].initial, "version": page["version"]}
    hosts.keep(world.viewer, host, abuse="new@host.example")
    told = client.post(address, {**shown, "network": "AS64500"})
    assert (told.status_code, "Somebody else changed this" in told.content.decode()) == (409, True)
    assert 'value="AS64500"' in told.content.decode(), "what was typed is still there"
    assert "new@host.example" in told.content.decode(), "beside what is there now"
    assert told.context["form"].initial["abuse"] == "new@host.example"
    host.refresh_from_db()
    assert (host.abuse, host.network) == ("new@host.example", "")
    given = {**told.context["form"].initial, "network": "AS64500", "version": told.context["version"]}
    assert client.post(address, given).status_code == 302
    stale = Host.everywhere.get(pk=host.pk)
    hosts.keep(world.viewer, host, abuse="newer@host.example")
    hosts.keep(world.viewer, stale, country="AA")
    host.refresh_from_db()
    assert (host.abuse, host.network, host.country) == ("newer@host.example", "AS64500", "AA")
