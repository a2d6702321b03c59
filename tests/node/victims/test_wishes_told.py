"""What a survivor is told: what is online, after a look, late, in turn, nothing in a silence; and who confirms it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.cases.factories import make_case
from tests.node.factories import make_person, viewer_for
from tests.node.victims.factories import FINDING, digest, make_desk, make_series, make_specialist
from tests.node.victims.test_wishes import World

from vaern.arrivals import Arrival, File, Location
from vaern.matching import build_package
from vaern.node.base.scope import viewing
from vaern.node.cases.work.links import link_series
from vaern.node.casework.retention import actions as retention
from vaern.node.organisations.rules import Role
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.confirmations import say_same
from vaern.node.reports.assessment.retraction import undo
from vaern.node.reports.base import known
from vaern.node.reports.ending.actions import reopen
from vaern.node.reports.models import Hold, Item, Report
from vaern.node.reports.models import Location as Place
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LocationState
from vaern.node.victims.models import Confirmation, Wish
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.rules.wishes import STEPS, Telling, Told, WishState
from vaern.node.victims.sharing import outcomes
from vaern.node.victims.wishes import actions, progress, queries
from vaern.node.victims.wishes.hits import look_everywhere, look_for, spread
from vaern.records import Entry, Signal

LOOKED = Judgement(True, extent=Extent.WHOLE, files=1)
TODAY = date(2026, 11, 28)
STATES = st.sampled_from(list(LocationState))
TRUTHS = st.one_of(st.none(), st.lists(STATES, max_size=4).map(rules.truth))


@given(st.lists(STATES, max_size=5))
def test_the_truth_says_gone_only_when_all_is_gone(found: list[LocationState]) -> None:
    truth = rules.truth(found)
    there = [state for state in found if state is not LocationState.STOPPED]
    assert (truth is WishState.WATCHING) == (not there)
    if truth is WishState.GONE:
        assert set(there) == {LocationState.OFFLINE}
    if truth is WishState.NOTICES_SENT:
        assert set(there) <= rules.ASKED


@given(st.lists(TRUTHS, max_size=60), st.randoms(use_true_random=False))
def test_steps_are_told_late_and_never_run_backwards_and_a_silence_keeps_them(truths: list[Any], random: Any) -> None:
    """Each night one truth. A step is told no sooner than the fewest days after it was first true; gone begins anew."""
    draws = iter(lambda: random.randint(rules.FEWEST_DAYS, rules.MOST_DAYS), None)
    telling_, since = Telling(WishState.WATCHING, {}), {}
    for night, truth in enumerate(truths):
        today = TODAY + timedelta(days=night)
        before, telling_ = telling_, rules.told(telling_, truth, today, lambda: next(draws))
        rank = STEPS.index(truth) if truth else 0
        again = before.shown is WishState.GONE and truth not in {WishState.GONE, None}
        since = {step: since.get(step, today) for step in STEPS[1 : rank + 1]} if not again or since else {}
        if truth is None:
            assert telling_ == Telling(before.shown, {})
        if telling_.shown is not before.shown:
            assert STEPS.index(telling_.shown) > STEPS.index(before.shown) or again
            assert rank >= STEPS.index(telling_.shown), "what is told is true"
            assert (today - since[telling_.shown]).days >= rules.FEWEST_DAYS
        for step, day in telling_.days.items():
            assert before.days.get(step, day) == day, "drawn once"
            assert today < day <= today + timedelta(days=rules.MOST_DAYS)


def test_days_are_drawn_over_the_whole_span_and_never_beyond() -> None:
    assert {rules.drawn() for _ in range(2_000)} == set(range(rules.FEWEST_DAYS, rules.MOST_DAYS + 1))


@pytest.fixture
def world(db: None) -> World:
    return World()


def looked(world: World, report: Report, given: Judgement = LOOKED, viewer: Any = None) -> Report:
    with viewing(report.organisation_id):
        assess(viewer or world.ann, FINDING, report, given)
    return Report.everywhere.get(pk=report.pk)


def unlocated(world: World, *signals: Signal, url: str = "", to: Any = None) -> Report:
    """A report of one file, without a location or with one."""
    desk = to or world.hotline
    place = Location(url=url) if url else None
    with viewing(desk.pk):
        given = Arrival("api", files=(File(signals=signals, location=place),))
        return intake.receive(intake.anonymous(desk), FINDING, desk, given)[0]


def nights(wish: Wish, number: int, start: date = TODAY) -> list[WishState]:
    """What is read in the mornings after some nights."""
    found = []
    for night in range(number):
        look_everywhere()
        progress.tell(start + timedelta(days=night))
        found.append(queries.status(Wish.everywhere.get(pk=wish.pk)))
    return found


def marked(report: Report, number: int = 1) -> Item:
    return Item.everywhere.get(report=report, number=number)


@pytest.mark.once
def test_the_status_follows_the_takedown_some_days_late(world: World) -> None:
    wish = world.wish(1)
    report = world.report(1)
    assert set(nights(wish, 12)) == {WishState.WATCHING}, "nobody has looked"
    looked(world, report)
    day, last = TODAY, WishState.WATCHING
    asked = WishState.NOTICES_SENT
    steps = (("untraced", WishState.FOUND), ("notified", asked), ("blocked", asked), ("offline", WishState.GONE))
    for state, seen in steps:
        Place.everywhere.filter(report=report).update(state=state)
        read = nights(wish, 12, day)
        assert read[: rules.FEWEST_DAYS] == [last] * rules.FEWEST_DAYS
        assert read[rules.MOST_DAYS] is seen
        assert [step for step, _ in itertools.groupby(read)] in ([last, seen], [seen])
        day, last = day + timedelta(days=12), seen


@pytest.mark.once
def test_no_look_without_a_location_and_no_list_changes_what_is_told(world: World) -> None:
    wish = world.wish(1)
    report = unlocated(world, Signal("sha256", digest(1)))
    looked(world, report)
    assert marked(report).wished == "confirmed", "it spares"
    assert not Confirmation.everywhere.get().online
    other = looked(world, world.report(1), Judgement(True, basis=Basis.TEXT))
    assert Place.everywhere.filter(report=other).exists()
    assert set(nights(wish, 20)) == {WishState.WATCHING}, "nobody looked at what is online"


@pytest.mark.once
def test_a_hold_or_a_silent_case_keeps_what_was_told_last(world: World) -> None:
    police = make_desk()
    tem = viewer_for(make_person(Role.INVESTIGATOR, police))
    wish = world.wish(1)
    report = world.report(1, to=police)
    looked(world, report, viewer=tem)
    place = Place.everywhere.get(report=report)
    now = timezone.now()
    hold = Hold.everywhere.create(
        location=place,
        organisation=police,
        owner=tem.person,
        words=b"",
        started_at=now,
        ends_at=now + timedelta(days=3),
    )
    assert set(nights(wish, 12)) == {WishState.WATCHING}
    assert Wish.everywhere.get(pk=wish.pk).steps == {}, "no day is kept that the end of the hold would tell"
    hold.delete()
    assert WishState.FOUND in nights(wish, 12, TODAY + timedelta(days=12))
    with viewing(police.pk):
        case = make_case(tem, reports=[report], silent_until=timezone.localdate() + timedelta(days=40))
    Place.everywhere.filter(pk=place.pk).update(state="notified")
    assert set(nights(wish, 12, TODAY + timedelta(days=24))) == {WishState.FOUND}
    type(case).everywhere.filter(pk=case.pk).update(silent_until=None)
    assert nights(wish, 12, TODAY + timedelta(days=36))[-1] is WishState.NOTICES_SENT


@pytest.mark.once
def test_what_came_in_a_case_is_read_late_only_after_something_was_told_and_never_in_silence(world: World) -> None:
    police = make_desk()
    tem, ivo = make_specialist(police), viewer_for(make_person(Role.INVESTIGATOR, police))
    wish = actions.send(police, "9" * 20, [("sha256", digest(1))], Told.WHEN_I_LOOK)
    series = make_series(police, (1,))
    with viewing(police.pk):
        actions.note(tem, FINDING, wish, "", series)
        outcomes.identify(tem, FINDING, series, timezone.localdate(), "P-1")
        outcomes.safeguard(tem, FINDING, series, timezone.localdate())
        outcomes.late_outcome(tem, FINDING, series, Milestones.CHARGED, timezone.localdate())
    today = timezone.localdate()

    def read(after: int) -> bool:
        progress.tell(today + timedelta(days=after))
        on = Wish.everywhere.get(pk=wish.pk).later_on
        return on is not None and on <= today + timedelta(days=after)

    assert not any(read(after) for after in range(20)), "it would say that their hash is in a series"
    Wish.everywhere.update(shown="found")
    with viewing(police.pk):
        case = make_case(ivo, silent_until=today + timedelta(days=90))
        link_series(ivo, FINDING, case, series)
    assert not any(read(after) for after in range(20)), "the case is silent"
    type(case).everywhere.filter(pk=case.pk).update(silent_until=None)
    assert [read(after) for after in range(10)][:2] == [False, False]
    assert read(rules.MOST_DAYS)
    Wish.everywhere.update(later_on=today)
    assert queries.reached(Wish.everywhere.get(pk=wish.pk))


@pytest.mark.parametrize(
    "given",
    [
        Judgement(True, extent=Extent.WHOLE, files=1),
        Judgement(False, extent=Extent.WHOLE, files=1),
        Judgement(True, basis=Basis.TEXT),
    ],
)
def test_one_look_that_finds_an_offence_confirms_and_nothing_else_does(world: World, given: Judgement) -> None:
    world.wish(1, 2)
    first = looked(world, world.report(1), given)
    confirms = given.actionable and given.extent is Extent.WHOLE
    assert Confirmation.everywhere.count() == confirms
    assert known.is_confirmed(marked(first)) is confirms
    other = world.report(1, to=make_desk())
    item = marked(other)
    assert (item.wished, known.is_spared(item), known.is_known(item)) == (
        "confirmed" if confirms else "unverified",
        confirms,
        False,
    )
    assert marked(world.report(2)).wished == "unverified", "each hash by itself"


def test_a_part_of_several_confirms_none(world: World) -> None:
    world.wish(1, 2)
    looked(world, world.report(1, 2), Judgement(True, extent=Extent.PART, files=1))
    assert not Confirmation.everywhere.exists()


def test_undone_or_opened_again_it_is_unverified_and_no_longer_spared_anywhere(world: World) -> None:
    world.wish(1)
    report = looked(world, world.report(1))
    other = world.report(1, to=make_desk())
    hashes = list(Confirmation.everywhere.values_list("watched", flat=True))
    with viewing(world.hotline.pk):
        undo(world.ann, FINDING, report)
    assert not Confirmation.everywhere.exists()
    assert marked(report).wished == "unverified"
    spread(hashes)
    assert marked(other).wished == "unverified"
    report = looked(world, Report.everywhere.get(pk=report.pk))
    assert Confirmation.everywhere.exists()
    with viewing(world.hotline.pk):
        reopen(world.ann, type(FINDING)(FINDING.why, "it was another"), report)
    assert not Confirmation.everywhere.exists()


def test_a_near_one_counts_where_a_person_says_that_it_is_the_same(world: World) -> None:
    own = bytes(range(32))
    near = bytes([own[0] ^ 0b111, *own[1:]])
    wish = actions.send(world.hotline, "1" * 20, [("pdq", own)], Told.NEVER)
    look_for(wish.pk)
    report = unlocated(world, Signal("pdq", near, 90), url="https://a.example/near")
    item = marked(report)
    assert (item.wished, item.wished_by, item.wished_bits) == ("unverified", "pdq", 3)
    assert known.waits(item)
    with viewing(world.hotline.pk):
        say_same(world.ann, FINDING, report, 1, same=True)
    assert not known.is_spared(marked(report)), "nobody has looked and concluded"
    looked(world, report)
    assert known.is_confirmed(marked(report))
    again = unlocated(world, Signal("pdq", own, 90), url="https://b.example/exact", to=make_desk())
    assert marked(again).wished == "confirmed"
    assert not known.is_spared(marked(again)), "a perceptual hash says alike: a person says whether it is the same"


def test_another_near_one_confirms_nothing(world: World) -> None:
    own = bytes(range(32))
    wish = actions.send(world.hotline, "1" * 20, [("pdq", own)], Told.NEVER)
    look_for(wish.pk)
    for same in (None, False):
        report = unlocated(world, Signal("pdq", bytes([own[0] ^ 0b111, *own[1:]]), 90), url=f"https://a.example/{same}")
        if same is not None and known.waits(marked(report)):
            with viewing(world.hotline.pk):
                say_same(world.ann, FINDING, report, 1, same=same)
        looked(world, report)
    assert not Confirmation.everywhere.exists()


@pytest.mark.once
def test_a_list_at_hand_confirms_by_night_and_no_longer_without_it(world: World, settings: Any, tmp_path: Any) -> None:
    wish = world.wish(1, 2)
    report = world.report(1, to=make_desk())
    build_package(tmp_path / "first", [Entry("one", (Signal("sha256", digest(1)),))], name="A list", release="1")
    settings.LISTS = tmp_path
    look_everywhere()
    assert marked(report).wished == "confirmed"
    assert Confirmation.everywhere.get().list
    with viewing(wish.organisation_id):
        assert queries.confirmed_hashes(wish) == 1
    assert set(nights(wish, 12)) == {WishState.WATCHING}
    settings.LISTS = None
    look_everywhere()
    assert marked(report).wished == "unverified"


def test_an_ended_or_erased_wish_leaves_no_mark(world: World) -> None:
    wish, report = world.wish(1), world.report(1)
    actions.end(wish.pk)
    look_everywhere()
    assert marked(report).wished == ""
    other = world.wish(1)
    assert marked(report).wished == "unverified"
    with viewing(world.hotline.pk):
        retention.erase(world.ann, FINDING, other)
    assert marked(report).wished == ""
