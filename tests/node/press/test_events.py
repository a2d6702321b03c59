# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""Events: the table of their states, the clock, the deadline that only becomes later, and the form in local time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.press.factories import change, make_event, make_officer, plan, shift

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.press.base import events, labels
from vaern.node.press.events import actions, queries
from vaern.node.press.models import PressEvent
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import EVENT, REGISTRATION, EventState, Move, State, Who

if TYPE_CHECKING:
    from django.test import Client

AT = st.datetimes(datetime(2012, 1, 1), datetime(2013, 1, 1), timezones=st.just(UTC))


@given(st.sampled_from(EventState), AT, st.integers(1, 10**7), st.lists(st.integers(0, 10**7), max_size=4))
def test_the_clock_comes_to_the_same_state_however_often_it_is_looked_at(
    state: EventState, ends: datetime, before: int, looks: list[int]
) -> None:
    deadline, last = ends - timedelta(seconds=before), ends + timedelta(seconds=10**7)
    step_by_step = state
    for seconds in sorted(looks):
        step_by_step = rules.state_at(step_by_step, deadline, ends, ends + timedelta(seconds=seconds - 5 * 10**6))
    assert rules.state_at(step_by_step, deadline, ends, last) == rules.state_at(state, deadline, ends, last)
    assert rules.state_at(state, deadline, ends, last) is EventState.DESTROYED


def test_every_state_is_reached_and_every_problem_has_words() -> None:
    assert {step.after for step in EVENT.values()} | {EventState.PLANNED} == set(EventState)
    assert {step.after for step in REGISTRATION.values()} | {State.UNCONFIRMED} == set(State)
    assert set(labels.PROBLEMS) == set(rules.PROBLEMS)
    assert not [step for step in EVENT.values() if step.is_for(Who.JOURNALIST)]


def test_an_event_closes_at_its_deadline_and_ends_by_itself(db: None) -> None:
    event = make_event()
    assert event.now is EventState.OPEN
    assert actions.tick(event.deadline) == 0  # the second of the deadline is still in time
    assert actions.tick(event.deadline + timedelta(seconds=1)) == 1
    event.refresh_from_db()
    assert event.state == EventState.CLOSED.value
    assert [found.pk for found in events.public_events()] == [event.pk]  # a late registration is recorded
    assert actions.tick(event.ends + timedelta(seconds=1)) == 1
    assert events.public_event(event.name) is None
    assert list(Entry.objects.filter(subject=event.pk, act="press.event.clock").values_list("tags", flat=True)) == [
        "step=close",
        "step=end",
    ]


def test_a_deadline_only_becomes_later_once_registration_was_open(db: None) -> None:
    officer = make_officer()
    event = make_event(officer)
    earlier = plan(name=event.name, deadline=event.deadline - timedelta(seconds=1))
    with pytest.raises(Refusal, match="later"):
        change(officer, event, earlier)
    later = plan(name=event.name, deadline=event.deadline + timedelta(days=1))
    assert change(officer, event, later).deadline == later.deadline
    with pytest.raises(Refusal):
        change(officer, event, plan(name="another-name", deadline=later.deadline))


def test_what_is_over_is_neither_changed_nor_opened(db: None) -> None:
    officer = make_officer()
    past = timezone.now() - timedelta(days=1)
    event = shift(make_event(officer), begins=past - timedelta(hours=2), deadline=past - timedelta(days=2), ends=past)
    assert event.now is EventState.OVER
    for act in (
        lambda: change(officer, event, plan(name=event.name)),
        lambda: actions.take_step(officer, event, Move.REOPEN),
        lambda: actions.take_step(officer, event, Move.DESTROY),
    ):
        with pytest.raises(Refusal):
            act()


FORM: dict[str, Any] = {
    "title": "Informal meeting of ministers (synthetic)",
    "name": "Meeting-2012",
    "place": "Nordhavia",
    "zone": "Europe/Copenhagen",
    "begins": "2040-06-21T09:00",
    "ends": "2040-06-21T18:30",
    "capacity": "40",
    "deadline": "2040-06-20T17:00:00",
    "which": "",
    "contact": "press@ministry.example",
    "about": "",
}


@pytest.mark.once
def test_an_officer_plans_in_the_time_of_the_place(client: Client, db: None) -> None:
    officer = make_officer()
    assert officer.person
    sign_in(client, officer.person)
    asked = "Do clocks show one of these times twice"
    assert asked not in client.get(reverse("press:new-event")).content.decode()
    answer = client.post(reverse("press:new-event"), {**FORM, "deadline": "2040-03-25T02:30:00"})
    assert asked not in answer.content.decode()
    assert answer.status_code == 422
    assert "set forward from 02:00 to 03:00" in answer.content.decode()
    answer = client.post(reverse("press:new-event"), {**FORM, "begins": "2040-10-28T02:30", "ends": "2040-10-28T09:00"})
    assert answer.status_code == 422
    assert "choose which is meant" in answer.content.decode()
    assert asked in answer.content.decode()
    answer = client.post(reverse("press:new-event"), FORM)
    event = PressEvent.everywhere.get()
    assert answer["Location"] == reverse("press:event", args=[event.pk])
    assert (event.name, event.deadline) == ("meeting-2012", datetime(2040, 6, 20, 15, tzinfo=UTC))
    page = client.get(answer["Location"]).content.decode()
    assert "17:00 (Copenhagen, CEST)" in page  # a deadline at a whole minute
    assert "17:00:00" not in page
    assert "09:00 (Copenhagen, CEST)" in page
    assert "Europe/Copenhagen" not in page
    client.post(reverse("press:step", args=[event.pk]), {"step": "open"})
    event.refresh_from_db()
    assert event.state == "open"
    for nothing in ({"step": "?"}, {}):
        answer = client.post(reverse("press:step", args=[event.pk]), nothing, follow=True)
        assert "No step was chosen" in answer.content.decode()
    assert client.get(reverse("press:events")).status_code == 200
    change = client.get(reverse("press:change-event", args=[event.pk])).content.decode()
    assert 'value="2040-06-20T17:00"' in change


def test_another_organisation_sees_nothing_of_it(client: Client, db: None) -> None:
    event, other = make_event(), make_officer()
    with viewing(other.organisation.pk):
        assert events.find(other, event.pk) is None
        assert queries.events(other, {}).rows == []


def test_two_who_change_an_event_at_once_lose_nothing_of_each_other(db: None, client: Client) -> None:
    officer = make_officer()
    event = make_event(officer)
    assert officer.person
    sign_in(client, officer.person)
    page = reverse("press:change-event", args=[event.pk])
    opened = client.get(page).context
    shown = opened["form"]
    typed = {"version": opened["version"]} | {
        name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()
    }
    typed |= {name: f"{typed[name]:%Y-%m-%dT%H:%M:%S}" for name in shown.wall}
    with viewing(officer.organisation.id):
        change(officer, event, plan(name=event.name, deadline=event.deadline, place="Hall 2"))
    late = client.post(page, {**typed, "about": "The first year"})
    assert late.status_code == 409
    assert "Somebody else changed this event" in late.content.decode()
    assert "The first year" in late.content.decode(), "what was typed is still there"
    assert PressEvent.everywhere.get(pk=event.pk).place == "Hall 2"
    again = {**typed, "place": "Hall 2", "about": "The first year", "version": late.context["version"]}
    assert client.post(page, again).status_code == 302
    found = PressEvent.everywhere.get(pk=event.pk)
    assert (found.place, found.about) == ("Hall 2", "The first year")
