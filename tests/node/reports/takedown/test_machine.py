"""The life of a location against a model of it: whatever people, hosts, the police and the clock do, in any order.

What holds after each step: no hold outlives its end or the maximum; no host is notified before the police where the
desk says so, nor while the police holds; offline means three misses apart, and nothing else does; what is seen again is
never gone; nobody foreign sees or answers.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.reports.factories import make_report
from tests.node.reports.takedown.worlds import HOUR, MINUTE, REASON, URL, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.models import Block, Check, Hold, Item, Location, Notice, Report
from vaern.node.reports.takedown import actions, blocks, holds, notices, portal, queries, tokens

pytestmark = pytest.mark.django_db
LONGEST = timedelta(hours=6)
DESK = {"longest_hold_hours": 6}
MOMENTS = {
    Location: (
        "created_at",
        "traced_at",
        "police_told_at",
        "missed_at",
        "next_step_at",
        "first_notified_at",
        "offline_at",
    ),
    Notice: ("sent_at", "expires_at", "opened_at", "answer_at", "removed_at"),
    Hold: ("started_at", "ends_at", "ended_at"),
    Check: ("at",),
    Block: ("made_at", "lifted_at", "appealed_at"),
}


def age(location: Location, span: timedelta) -> None:
    """Let time pass: every moment of a location lies further back."""
    for model, names in MOMENTS.items():
        own = {"pk": location.pk} if model is Location else {"location": location}
        model.everywhere.filter(**own).update(**{name: F(name) - span for name in names})
    Block.everywhere.filter(location=location).update(review_date=F("review_date") - timedelta(days=span.days))


class Life(RuleBasedStateMachine):
    """One location, and beside it what must be true of it."""

    @initialize(police_first=st.booleans())
    def begin(self, police_first: bool) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world: World = make_world(police_first=police_first, **DESK)
        self.foreign = make_world(OrganisationKind.HOTLINE)
        self.police_first, self.told = police_first, False
        self.seen: list[tuple[timedelta, bool]] = []  # how long ago, and whether it was there
        self.notices = 0
        self.scope = scope(self.world)
        self.scope.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, act) -> bool:
        """Do it if it is allowed; what is refused must leave everything as it was."""
        before = self.world.now()
        try:
            with transaction.atomic():
                act()
        except Refusal:
            after = self.world.now()
            assert (after.state, after.level, after.misses) == (before.state, before.level, before.misses)
            return False
        return True

    # What people do --------------------------------------------------------------------------------------------------

    @rule(host=st.sampled_from(["host", "none"]), owner=st.booleans())
    def trace(self, host: str, owner: bool) -> None:
        chosen = {"host": self.world.hosts.get(host), "owner": self.world.hosts["owner"] if owner else None}
        self.attempt(lambda: self.world.trace(**chosen))

    @rule()
    def tell_police(self) -> None:
        self.world.told()
        self.told = True

    @rule(by_node=st.booleans())
    def notify(self, by_node: bool) -> None:
        before = self.world.now()
        held = self.holding()
        fresh = before.traced_at is not None and timezone.now() - before.traced_at <= 24 * HOUR
        if by_node:
            notices.step_due()
        elif self.attempt(lambda: notices.notify(self.world.viewer, REASON, before)):
            assert not held
            assert fresh
        if Notice.everywhere.filter(location=self.world.location).count() > self.notices:
            assert self.told or not self.police_first
            assert not held

    @rule()
    def work_as_people_do(self) -> None:
        """Trace, tell the police, notify: so that walks get as far as people do."""
        self.trace("host", owner=True)
        self.tell_police()
        self.notify(by_node=False)

    @rule()
    def three_misses(self) -> None:
        for ago in (20, 5, 0):
            self.check(there=False, ago=ago)

    @rule()
    def to_the_police_channel(self) -> None:
        for _step in range(3):
            self.escalate()

    @rule()
    def escalate(self) -> None:
        self.attempt(lambda: notices.escalate(self.world.viewer, REASON, self.world.now()))

    @rule(hours=st.sampled_from([0.5, 2, 4, 6, 7]))
    def hold(self, hours: float) -> None:
        before = self.held()
        until = timezone.now() + hours * HOUR
        if self.attempt(lambda: holds.hold(self.world.viewer, REASON, self.world.now(), until, "door")):
            assert hours <= 6
            assert before <= LONGEST

    @rule()
    def end_hold(self) -> None:
        self.attempt(lambda: holds.release(self.world.viewer, REASON, self.world.now()))

    @rule(there=st.booleans(), ago=st.sampled_from([0, 1, 5, 20]))
    def check(self, there: bool, ago: int) -> None:
        span = ago * MINUTE
        was = self.world.now().state
        if self.attempt(lambda: self.checked(there, span)):
            self.seen.append((span, there))
        if there and ago == 0:
            assert self.world.now().state not in {"offline", "stopped"}, f"it was seen, and is {was}"

    def checked(self, there: bool, span: timedelta) -> None:
        actions.check(self.world.viewer, REASON, self.world.now(), there, timezone.now() - span)

    @rule(known=st.booleans())
    def reported_again(self, known: bool) -> None:
        again = make_report(self.world.organisation, [URL if known else "https://other.example/"])
        gone = self.world.now().state in {"offline", "stopped"}
        back = actions.reappeared(again, Item.everywhere.get(report=again))
        assert back == (gone and known)
        if back:
            self.seen.append((timedelta(0), True))
            assert self.world.now().state == "untraced"
            assert self.world.now().report.state != "closed"

    @rule()
    def close_or_assess(self) -> None:
        report = Report.everywhere.get(pk=self.world.report.pk)
        if report.state == "in_action" and queries.all_done(report):
            report.state, report.closed_at = "closed", timezone.now()
        elif report.state == "arrived":
            report.state = "in_action"
        report.save()

    @rule()
    def block(self) -> None:
        day = timezone.localdate() + timedelta(days=1)
        self.attempt(lambda: blocks.block(self.world.viewer, REASON, self.world.now(), "Nobody answers", day))

    # What the host, a stranger and the clock do ----------------------------------------------------------------------

    @rule(said=st.sampled_from(["removed", "moved", "need_more"]))
    def host_answers(self, said: str) -> None:
        for notice in Notice.everywhere.filter(location=self.world.location):
            before = self.world.now().state
            found = portal.notice_by(tokens.token_of(notice.pk, tokens.NOTICE))
            assert (found is None) == (notice.expires_at <= timezone.now())
            if found and self.attempt(lambda n=found: portal.answer(n, said, moved_to="there", words="what?")):
                assert self.world.now().state != "offline"
                assert before not in {"offline", "blocked", "stopped"}

    @rule(text=st.text(max_size=50))
    def stranger_tries(self, text: str) -> None:
        assert portal.notice_by(text) is None
        assert blocks.block_by(text) is None
        for notice in Notice.everywhere.filter(location=self.world.location):
            assert portal.notice_by(tokens.token_of(notice.pk, tokens.BLOCK)) is None

    @rule()
    def foreign_desk_tries(self) -> None:
        viewer, now = self.foreign.viewer, self.world.now()
        with scope(self.foreign):
            assert queries.find(viewer, now.report_id, now.pk) is None
            assert queries.find_alone(viewer, now.pk) is None
        assert not self.attempt(lambda: actions.check(viewer, REASON, now, False))
        assert not self.attempt(lambda: notices.notify(viewer, REASON, now))

    @rule(span=st.sampled_from([MINUTE, 4 * MINUTE, HOUR, 5 * HOUR, 25 * HOUR, timedelta(days=3)]))
    def time_passes(self, span: timedelta) -> None:
        age(self.world.location, span)
        self.seen = [(ago + span, there) for ago, there in self.seen]
        holds.release_due()
        blocks.lift_due()

    # What holds ------------------------------------------------------------------------------------------------------

    def holding(self) -> bool:
        return Hold.everywhere.filter(
            location=self.world.location, ended_at__isnull=True, ends_at__gt=timezone.now()
        ).exists()

    def held(self) -> timedelta:
        spans = Hold.everywhere.filter(location=self.world.location).values_list("started_at", "ends_at", "ended_at")
        return sum(((ended or ends) - started for started, ends, ended in spans), timedelta(0))

    @invariant()
    def no_hold_outlives_its_end(self) -> None:
        if not hasattr(self, "world"):
            return
        now = timezone.now()
        for hold in Hold.everywhere.filter(location=self.world.location):
            assert hold.ended_at is None or hold.ended_at <= hold.ends_at
            assert hold.ended_at is not None or hold.ends_at > now - MINUTE
        assert self.held() <= LONGEST + timedelta(seconds=1)
        assert (self.world.now().state == "held") == self.holding()

    @invariant()
    def police_comes_first(self) -> None:
        if not hasattr(self, "world"):
            return
        self.notices = Notice.everywhere.filter(location=self.world.location).count()
        if self.police_first and not self.told:
            assert self.notices == 0

    @invariant()
    def offline_is_three_misses_and_nothing_else(self) -> None:
        if not hasattr(self, "world"):
            return
        count, last = 0, None  # a brute force of its own: the misses after the last sight, three minutes apart
        for ago, there in sorted(self.seen, key=lambda one: -one[0]):
            if there:
                count, last = 0, None
            elif last is None or last - ago >= 3 * MINUTE - timedelta(seconds=30):
                count, last = count + 1, ago
        state = self.world.now().state
        if state == "offline":
            assert count >= 3
            assert self.world.now().offline_at is not None
        elif state != "stopped":
            assert count < 3

    @invariant()
    def what_is_up_is_on_somebodys_desk(self) -> None:
        if not hasattr(self, "world"):
            return
        now = self.world.now()
        assert now.report.state != "closed" or now.state in {"offline", "blocked", "stopped"}
        assert (now.state == "blocked") == Block.everywhere.filter(location=now, lifted_at__isnull=True).exists()


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


@pytest.mark.once
def test_any_order_of_events_holds_every_law() -> None:
    walk(4, 25)


@pytest.mark.slow
@pytest.mark.parametrize("examples", [20, pytest.param(150, marks=pytest.mark.deep)])
def test_any_order_of_events_holds_every_law_at_length(examples: int) -> None:
    walk(examples, 60)
