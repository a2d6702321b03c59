"""Clocks on the real database: whatever people do, and however long no worker runs, nothing lapses in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.cases.assistance.worlds import DAY, REASON, make_world, scope, travel

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import acts, alarms, held_data, queries
from vaern.node.cases.models import KeepingAlarm, KeepingClock
from vaern.node.cases.rules.clocks import LOOKED_EVERY, WARNED, Alarm, Origin, Settled
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.ledger.models import Entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Clocks(RuleBasedStateMachine):
    """One set of held data with any number of clocks."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint: Any = transaction.atomic()
        self.savepoint.__enter__()
        self.works = True
        self.stood_still = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(days=st.integers(1, 60))
    def begin(self, days: int) -> None:
        self.world = make_world()
        with scope(self.world.viewer):
            self.held = held_data.add(
                self.world.viewer,
                REASON,
                self.world.case,
                label="synthetic",
                holder="XV",
                data=DataKind.TRAFFIC,
                details={},
                kept_until=timezone.now() + days * DAY,
            )

    def each(self) -> list[KeepingClock]:
        return list(KeepingClock.everywhere.order_by("id"))

    @rule(days=st.sampled_from([1, 3, 6, 7, 13, 20]))
    def time_passes(self, days: int) -> None:
        for _day in range(days):
            travel(DAY - HOUR / 2)
            if self.works:
                alarms.look_at_all()
            travel(HOUR / 2)
            if self.works:
                alarms.look_at_all()

    @rule()
    def the_worker_stops(self) -> None:
        self.works, self.stood_still = False, True

    @rule()
    def the_worker_starts(self) -> None:
        self.works = True
        alarms.look_at_all()

    @rule(days=st.integers(1, 40), which=st.integers(0, 3))
    def somebody_prolongs(self, days: int, which: int) -> None:
        rows = self.each()
        clock = rows[which % len(rows)]
        self.attempt(lambda viewer: held_data.prolong(viewer, REASON, clock, clock.ends_at + days * DAY))

    @rule(origin=st.sampled_from([Origin.ART_29, Origin.US_2703F, Origin.EPOC_PR]))
    def somebody_starts_one_more(self, origin: Origin) -> None:
        if len(self.each()) < 4:
            self.attempt(lambda viewer: held_data.start(viewer, REASON, self.held, origin, timezone.now() - HOUR))

    @rule(which=st.integers(0, 3), how=st.sampled_from(Settled))
    def somebody_stops_one(self, which: int, how: Settled) -> None:
        rows = self.each()
        others = [one for one in rows if one.ends_at > rows[which % len(rows)].ends_at]
        by = others[0] if others else None
        self.attempt(lambda viewer: held_data.settle(viewer, REASON, rows[which % len(rows)], how, by))

    def attempt(self, do: Any) -> None:
        try:
            with transaction.atomic(), scope(self.world.viewer):
                do(self.world.viewer)
        except Refusal:
            return

    @invariant()
    def what_ran_out_was_never_settled_and_is_shown(self) -> None:
        now = timezone.now()
        with scope(self.world.viewer):
            waiting = queries.waiting(self.world.viewer)
        open_ones = [one for one in self.each() if not one.settled]
        assert waiting.lapsed.count == sum(one.ends_at <= now for one in open_ones)
        assert waiting.near.count == sum(now < one.ends_at <= now + WARNED[0] for one in open_ones)
        for one in self.each():
            assert not (one.settled and one.lapsed_at)
            assert one.settled_at is None or one.settled_at < one.ends_at

    @invariant()
    def every_end_has_its_alarm_before_and_its_lapse_after(self) -> None:
        if not self.works:
            return
        lapses = 0
        for one in self.each():
            noted = dict(KeepingAlarm.everywhere.filter(clock=one, ends_at=one.ends_at).values_list("alarm", "at"))
            if not one.settled and one.ends_at <= timezone.now() - LOOKED_EVERY:
                assert Alarm.LAPSED in noted
                assert one.lapsed_at == one.ends_at
                if not self.stood_still:
                    warned = noted[Alarm.FOURTEEN]
                    assert one.ends_at - warned >= WARNED[0] or abs(warned - one.known_at) < timedelta(minutes=1)
            lapses += Alarm.LAPSED in noted
        assert Entry.objects.filter(act=acts.LAPSED.code).count() == lapses


@pytest.mark.slow
def test_nothing_lapses_in_silence() -> None:
    run_state_machine_as_test(
        Clocks,
        settings=settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.once
def test_one_life_of_a_clock() -> None:
    """The same machine by hand, so that the quick suite has one walk of it."""
    machine = Clocks()
    machine.begin(20)
    for step in (
        lambda: machine.time_passes(3),
        lambda: machine.time_passes(7),
        lambda: machine.somebody_prolongs(5, 0),
        machine.the_worker_stops,
        lambda: machine.time_passes(20),
        machine.the_worker_starts,
        lambda: machine.somebody_prolongs(5, 0),
    ):
        step()
        machine.what_ran_out_was_never_settled_and_is_shown()
        machine.every_end_has_its_alarm_before_and_its_lapse_after()
    (clock,) = machine.each()
    assert clock.lapsed_at == clock.ends_at
    machine.teardown()
