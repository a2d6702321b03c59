"""The life of registrations, at random: none is lost, nobody has two badges, never more than there are places."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.press.factories import make_event, make_officer
from tests.node.press.journalist import SAYS, says

from vaern.node.base.refusals import Refusal
from vaern.node.press.journalists import actions, decisions, places
from vaern.node.press.models import Badge, Registration
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import Checked, Event, How, State, Who

ACTS = ("register", "confirm", "check", "accept", "refuse", "reconsider", "withdraw")
CAPACITY = 2


class Life:
    """An event with two places and four people; each step is tried, and refused only where the table refuses it."""

    def __init__(self) -> None:
        self.officer = make_officer()
        self.event = make_event(self.officer, capacity=CAPACITY)
        self.model: dict[int, list[Registration]] = {}
        self.came = 0

    def last(self, n: int) -> Registration | None:
        found = self.model.get(n)
        if found:
            found[-1].refresh_from_db()
        return found[-1] if found else None

    def step(self, n: int, act: str) -> None:
        if act == "register":
            before = self.last(n)
            arrived = timezone.now() - timedelta(seconds=n)
            made = actions.register(self.event, says(n), channel="form", arrived=arrived)
            assert made.new is (before is None or before.state == State.WITHDRAWN.value)
            if made.new:
                self.model.setdefault(n, []).append(made.registration)
                self.came += 1
            return
        one = self.last(n)
        if one is None:
            return
        state, who = State(one.state), Who.JOURNALIST if act in {"confirm", "withdraw"} else Who.OFFICER
        allowed = (found := rules.REGISTRATION.get((state, Event(act)))) is not None and found.is_for(who)
        if act == "accept":
            full = places.taken(self.event) >= CAPACITY
            allowed = allowed and decisions.checked(one) == set(Checked) and not (full and state is State.LISTED)
        try:
            self.act(one, act)
        except Refusal:
            assert not allowed, (act, state)
        else:
            assert allowed, (act, state)

    def act(self, one: Registration, act: str) -> None:
        if act == "check":
            for what in Checked:
                decisions.check(self.officer, one, what, How.KNOWN, good=True)
        elif act == "confirm":
            actions.confirm(one, SAYS)
        elif act == "withdraw":
            actions.withdraw(one)
        elif act == "refuse":
            decisions.refuse(self.officer, one, "no")
        else:
            getattr(decisions, act)(self.officer, one)

    def check(self) -> None:
        """State the laws."""
        rows = list(Registration.everywhere.filter(event=self.event))
        assert len(rows) == self.came == sum(len(found) for found in self.model.values())
        accepted = [one.pk for one in rows if one.state == State.ACCEPTED.value]
        assert set(Badge.objects.filter(event=self.event).values_list("pk", flat=True)) == set(accepted)
        assert len(accepted) <= CAPACITY
        listed = [one for one in rows if one.state == State.LISTED.value]
        assert not listed or len(accepted) == CAPACITY  # nobody waits beside a free place


STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ACTS)), max_size=40)
READY = [(n, act) for n in range(4) for act in ("register", "confirm", "check")]


def live(steps: list[tuple[int, str]]) -> None:
    with transaction.atomic():
        life = Life()
        for n, act in steps:
            life.step(n, act)
            life.check()
        transaction.set_rollback(True)


@pytest.mark.once
@pytest.mark.django_db
@given(STEPS, st.booleans())
@settings(max_examples=8, deadline=None)
def test_a_life_at_random(steps: list[tuple[int, str]], ready: bool) -> None:
    live([*READY, *steps] if ready else steps)


@pytest.mark.slow
@pytest.mark.django_db
@given(STEPS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_many_lives(steps: list[tuple[int, str]], ready: bool) -> None:
    live([*READY, *steps] if ready else steps)
