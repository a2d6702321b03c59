"""What was counted a moment ago is shown at once: to whom it was counted for, as they are, and until they act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in

from vaern.node.casework.drafts.rules import MARK
from vaern.node.organisations.rules import Role
from vaern.node.today import kept
from vaern.node.web import items
from vaern.node.web.items import Button, Item

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
MINUTES = kept.SECONDS


class Room:
    """What waits, by whose it is; and how often somebody counted."""

    def __init__(self) -> None:
        self.waits: dict[object, str] = {}
        self.asked = 0
        self.broken = False

    def __call__(self, viewer: Viewer) -> list[Item]:
        self.asked += 1
        if self.broken:
            raise ValueError
        assert viewer.person
        name = self.waits.get(viewer.person.pk, "")
        return [Item(name, "waits", Button("Open", "/activity/"), f"report/{name}")] if name else []


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    made = Room()
    monkeypatch.setattr(items, "_PROVIDERS", [])
    monkeypatch.setattr(kept, "SECONDS", MINUTES)
    items.register("reports", "Reports", made)
    return made


@pytest.fixture
def analyst(client: Client) -> Any:
    made = make_person(Role.ANALYST, make_organisation("hotline"))
    sign_in(client, made)
    return made


def shown(client: Client) -> str:
    return client.get("/").content.decode()


def test_it_is_shown_at_once_and_the_page_asks_for_what_changed(client: Client, room: Room, analyst: Any) -> None:
    room.waits[analyst.pk] = "The first"
    first = shown(client)
    assert "The first" in first
    assert 'data-hx-trigger="every 30s"' in first
    room.waits[analyst.pk] = "The second"
    again = shown(client)
    assert "The first" in again
    assert 'data-hx-trigger="load, every 30s"' in again
    assert room.asked == 1
    live = client.get(reverse("today:live"), {"seen": "something else"}).content.decode()
    assert "The second" in live
    assert "The second" in shown(client)


def test_who_did_something_sees_it_counted_anew(client: Client, room: Room, analyst: Any) -> None:
    room.waits[analyst.pk] = "The first"
    shown(client)
    room.waits[analyst.pk] = "The second"
    client.post(reverse("today:mail"), {"daily": "on"})
    assert "The second" in shown(client)


def test_typing_is_no_act(client: Client, room: Room, analyst: Any) -> None:
    shown(client)
    here = reverse("organisations:account")
    answer = client.post(reverse("drafts:keep"), {f"{MARK}page": here, f"{MARK}form": here, "name": "Ad"})
    assert answer.status_code < 400
    shown(client)
    assert room.asked == 1


def test_nobody_sees_what_was_counted_for_another(client: Client, room: Room, analyst: Any) -> None:
    colleague = make_person(Role.ANALYST, analyst.organisation)
    room.waits = {analyst.pk: "The first", colleague.pk: "The other"}
    assert "The first" in shown(client)
    sign_in(client, colleague)
    page = shown(client)
    assert "The other" in page
    assert "The first" not in page


def test_who_may_do_less_or_reads_another_language_does_not_see_what_was(
    client: Client, room: Room, analyst: Any
) -> None:
    shown(client)
    analyst.roles = [Role.MODERATOR.value]
    analyst.save()
    shown(client)
    assert room.asked == 2
    client.post(reverse("language"), {"language": "da", "next": "/"})
    shown(client)
    assert room.asked == 3


def test_what_is_old_or_could_not_be_counted_whole_is_not_shown_again(
    client: Client, room: Room, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.broken = True
    shown(client)
    room.broken = False
    room.waits[analyst.pk] = "The first"
    assert "The first" in shown(client)
    room.waits[analyst.pk] = "The second"
    monkeypatch.setattr(kept, "SECONDS", 0.0)
    assert "The second" in shown(client)


def test_a_process_remembers_the_last_alone(
    client: Client, room: Room, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    shown(client)
    sign_in(client, make_person(Role.ANALYST, analyst.organisation))
    shown(client)
    sign_in(client, analyst)
    shown(client)
    assert room.asked == 3
