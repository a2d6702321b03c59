"""The door: a phone's list names nobody, each check-in counts once, the first one wins whoever is heard first."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.press.factories import make_event, make_officer, shift
from tests.node.press.journalist import accredited, says

from vaern.node.press.door import actions, queries
from vaern.node.press.events.retention import destroy_lists
from vaern.node.press.journalists import actions as journalists
from vaern.node.press.journalists import badges
from vaern.node.press.models import CheckIn, Registration
from vaern.node.press.rules.door import Message, Said, happened, read
from vaern.node.press.rules.states import KEPT, ON_PHONE

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent


class World:
    def __init__(self, capacity: int = 3) -> None:
        self.officer: Viewer = make_officer()
        self.event: PressEvent = make_event(self.officer, capacity=capacity)
        self.people: list[Registration] = [accredited(self.officer, self.event, n) for n in range(capacity)]

    def lookup(self, n: int) -> str:
        return badges.stretched(badges.code_of(self.people[n].pk), self.event.pk)[0].hex()


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_a_phone_holds_no_name_and_a_code_opens_its_own_alone(world: World, client: Client) -> None:
    assert world.officer.person
    sign_in(client, world.officer.person)
    answer = client.get(reverse("press:door-badges", args=[world.event.pk]))
    assert says()["name"] not in answer.content.decode()
    assert says()["medium"] not in answer.content.decode()
    found = {badge["lookup"]: base64.b64decode(badge["sealed"]) for badge in answer.json()["badges"]}
    for n, one in enumerate(world.people):
        lookup, key = badges.stretched(badges.code_of(one.pk), world.event.pk)
        data = found[lookup.hex()]
        assert json.loads(AESGCM(key).decrypt(data[:12], data[12:], None)) == {
            "name": one.says["name"],
            "medium": one.says["medium"],
        }
        assert n < len(found)
    page = client.get(reverse("press:door", args=[world.event.pk]))
    assert says()["name"] not in page.content.decode()
    assert "camera=(self)" in page["Permissions-Policy"]
    assert client.get(reverse("press:door-worker"))["Content-Type"].startswith("text/javascript")


def said(world: World, n: int, at: int) -> Said:
    return Said(uuid4(), world.lookup(n), at)


def test_what_a_phone_sends_twice_is_one_and_a_void_badge_is_said(world: World) -> None:
    now = int(timezone.now().timestamp() * 1000)
    message = Message("a", now, [said(world, 0, now - 5000), Said(uuid4(), "00" * 16, now)])
    first, again = (actions.take(world.officer, world.event, message) for _ in range(2))
    assert [(one.known, one.first) for one in first] == [(True, True), (False, False)]
    assert [(one.id, one.known, one.first) for one in again] == [(one.id, one.known, one.first) for one in first]
    assert CheckIn.everywhere.count() == 1
    journalists.withdraw(world.people[1])
    (void,) = actions.take(world.officer, world.event, Message("a", now, [said(world, 1, now)]))
    assert not void.known


def test_one_number_for_two_badges_lets_both_in_and_blocks_no_phone(world: World) -> None:
    now, same = int(timezone.now().timestamp() * 1000), uuid4()
    message = Message("a", now, [Said(same, world.lookup(n), now) for n in (0, 1)])
    for _again in range(2):
        heard = actions.take(world.officer, world.event, message)
        assert [(one.id, one.known, one.first) for one in heard] == [(same, True, True)] * 2
    assert CheckIn.everywhere.count() == 2


@pytest.mark.slow
@pytest.mark.django_db
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.integers(0, 3600)), max_size=12), st.integers(0, 99)
)
@settings(max_examples=12, deadline=None)
def test_the_first_check_in_counts_in_whatever_order_phones_are_heard(
    happened_: list[tuple[int, str, int]], seed: int
) -> None:
    with transaction.atomic():
        world, received = World(), timezone.now()
        skew = {"a": 0, "b": 86_400_000}  # the second phone's clock is a day ahead
        sent = {phone: int(received.timestamp() * 1000) + skew[phone] for phone in skew}
        kept = [(n, phone, seconds, said(world, n, sent[phone] - seconds * 1000)) for n, phone, seconds in happened_]
        Random(seed).shuffle(kept)
        for _n, phone, _seconds, one in [*kept, *kept[:3]]:  # some are sent twice
            actions.take(world.officer, world.event, Message(phone, sent[phone], [one]), received)
        for n, registration in enumerate(world.people):
            mine = [seconds for m, _phone, seconds, _one in kept if m == n]
            registration.refresh_from_db()
            expected = received - timedelta(seconds=max(mine)) if mine else None
            assert registration.came_at == expected
            assert CheckIn.everywhere.filter(registration=registration).count() == len(mine)
        transaction.set_rollback(True)


def test_a_clock_that_went_backwards_counts_as_no_time_at_all() -> None:
    received = datetime(2012, 6, 21, 9, tzinfo=UTC)
    assert happened(10_000, 4_000, received) == received
    assert happened(4_000, 10_000, received) == received - timedelta(seconds=6)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"phone":"a","now":1,"check_ins":[{"id":"x","lookup":"","at":1}]}',
        b'{"phone":"a b","now":1,"check_ins":[]}',
        b'{"phone":"a","now":1,"check_ins":[],"more":1}',
    ],
)
def test_a_message_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(body)


def test_a_phone_is_told_that_its_message_is_none(world: World, client: Client) -> None:
    assert world.officer.person
    sign_in(client, world.officer.person)
    at = reverse("press:door-sync", args=[world.event.pk])
    assert client.post(at, b"{}", content_type="application/json").status_code == 400


def test_a_phone_is_told_that_its_list_is_gone(world: World, client: Client) -> None:
    assert world.officer.person
    sign_in(client, world.officer.person)
    assert destroy_lists(world.event.ends + KEPT)  # as every event that is over for so long
    body = json.dumps({"phone": "door1", "now": 0, "check_ins": []})
    sent = client.post(reverse("press:door-sync", args=[world.event.pk]), body, content_type="application/json")
    assert sent.status_code == 410


@pytest.mark.once
def test_without_a_script_the_list_checks_in_and_shows_who_came_twice(world: World, client: Client) -> None:
    assert world.officer.person
    sign_in(client, world.officer.person)
    at = reverse("press:door-list", args=[world.event.pk])
    ids = re.findall(r'name="id" value="([^"]+)"', client.get(at).content.decode())
    assert len(set(ids)) == len(ids) > 1
    for sent in (ids[0], ids[0], ids[0], str(uuid4())):  # two clicks too many, and the page once more
        assert client.post(at, {"registration": str(world.people[0].pk), "id": sent}).status_code == 302
    page = client.get(at).content.decode()
    assert "checked in 2 times" in page
    assert client.post(at, {"registration": str(uuid4())}).status_code == 404
    for nobody in ({}, {"registration": "no id"}, {"registration": str(world.people[0].pk), "id": "none"}):
        assert "Nobody on the list was chosen." in client.post(at, nobody, follow=True).content.decode()
    assert client.get(reverse("press:doors")).content.decode().count(world.event.title) == 1


def test_the_door_closes_some_hours_after_the_event(world: World, client: Client) -> None:
    assert world.officer.person
    sign_in(client, world.officer.person)
    past = timezone.now() - ON_PHONE - timedelta(seconds=1)
    event = shift(world.event, begins=past - timedelta(hours=2), deadline=past - timedelta(days=1), ends=past)
    assert not queries.has_door(event)
    assert client.get(reverse("press:door-badges", args=[event.pk])).status_code == 404
    now = int(timezone.now().timestamp() * 1000)
    heard = actions.take(world.officer, event, Message("a", now, [said(world, 0, now)]))
    assert heard[0].known  # what a phone kept is still taken
