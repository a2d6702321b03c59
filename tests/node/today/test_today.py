"""The front page: what is shown and recorded, what is set aside, and that it polls quietly."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.scope import viewing
from vaern.node.demo.visits import PART_FAILED
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import people_actions
from vaern.node.organisations.rules import ROLES, Role
from vaern.node.today import actions, presenters, queries
from vaern.node.today.models import MailWish, Seen
from vaern.node.web import items
from vaern.node.web.items import Button, Group, Item, digest_of

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db

LISTED = "today.items.listed"
WHY = Reason(Why.ADMINISTRATION)


def only(monkeypatch: pytest.MonkeyPatch, *found: Item, why: Why | None = Why.ASSESSMENT) -> None:
    """Let these items be all that waits for anybody."""
    monkeypatch.setattr(items, "_PROVIDERS", [])
    items.register("reports", "Reports", lambda _viewer: found, why=why)


NAMES = {1: "The first record", 2: "The second record"}


def news(number: int = 1) -> Item:
    return Item(NAMES[number], "answered", Button("Open", "/activity/"), f"report/{number}", news=f"n{number}")


def test_every_kind_of_item_has_its_place_among_the_filters():
    assert {kind.code for kind, _provider in items._PROVIDERS} <= set(presenters.ORDER)


@pytest.fixture
def analyst() -> Any:
    return make_person(Role.ANALYST, make_organisation("hotline"))


@pytest.fixture
def browser(client: Client, analyst: Any) -> Client:
    sign_in(client, analyst)
    return client


def test_what_names_records_is_recorded_like_a_list_and_what_names_none_is_not(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, news(1), news(2))
    assert browser.get("/").status_code == 200
    (entry,) = Entry.objects.filter(act=LISTED)
    assert (entry.count, entry.why, entry.kind, entry.subject) == (2, "assessment", "today", None)
    only(monkeypatch)
    browser.get("/")
    only(monkeypatch, Item("Keys", "end", Button("Open", "/keys/")), why=None)
    browser.get("/")
    assert Entry.objects.filter(act=LISTED).count() == 1


def test_the_page_asks_by_itself_and_shows_and_records_only_what_is_else(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, news(1))
    text = browser.get("/").content.decode()
    (mark,) = re.findall(r'id="today-mark" name="seen" value="([0-9a-f]+)"', text)
    live = reverse("today:live")
    assert f'data-hx-get="{live}"' in text
    for _poll in range(3):
        assert browser.get(live, {"seen": mark}, headers={"Vaern-Poll": "1"}).status_code == 204
    assert browser.get(reverse("today:count")).json() == {"count": 1}
    assert Entry.objects.filter(act=LISTED).count() == 1, "a poll that shows nothing is no look"
    only(monkeypatch, news(1), news(2))
    page = browser.get(live, {"seen": mark}, headers={"Vaern-Poll": "1"})
    assert "The second record" in page.content.decode()
    assert Entry.objects.filter(act=LISTED).count() == 2


def test_news_is_set_aside_for_oneself_and_comes_back_by_undo(
    browser: Client, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = make_person(Role.ANALYST, analyst.organisation)
    only(monkeypatch, news(1), news(2))
    key = digest_of("n1")
    page = browser.post(reverse("today:seen"), {"news": [key, "nonsense", key]}, follow=True)
    assert "The first record" not in page.content.decode()
    assert "The second record" in page.content.decode()
    (row,) = Seen.objects.all()
    assert (row.person, bytes(row.key).hex()) == (analyst, key), "and nothing of what it was is kept"
    assert f'name="news" value="{key}"' in page.content.decode(), "the page offers the way back"
    other = Client()
    sign_in(other, colleague)
    assert "The first record" in other.get("/").content.decode(), "a colleague has not seen it"
    other.post(reverse("today:unseen"), {"news": [key]})
    assert Seen.objects.count() == 1, "nor does a colleague bring it back"
    assert "The first record" in browser.post(reverse("today:unseen"), {"news": [key]}, follow=True).content.decode()
    assert not Seen.objects.exists()


def test_whoever_goes_on_to_news_has_seen_it_and_is_led_nowhere_else(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, news(1))
    for where, led in (("/activity/", "/activity/"), ("https://evil.example/", "/"), ("//evil.example", "/")):
        answer = browser.post(reverse("today:seen"), {"news": [digest_of("n1")], "next": where})
        assert (answer.status_code, answer["Location"]) == (302, led)
    assert "The first record" not in browser.get("/").content.decode()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 4), max_size=3)), max_size=6))
def test_seen_is_a_set_that_undo_takes_from(steps: list[tuple[bool, set[int]]]) -> None:
    viewer = viewer_for(make_person(Role.ANALYST, make_organisation("hotline")))
    wanted: set[int] = set()
    for sees, numbers in steps:
        keys = [bytes([number]) * 32 for number in numbers]
        changed = (actions.see if sees else actions.unsee)(viewer, keys)
        after = wanted | numbers if sees else wanted - numbers
        assert changed == len(after ^ wanted)
        wanted = after
        rows = Seen.objects.filter(person=viewer.person).values_list("key", flat=True)
        assert {bytes(key)[0] for key in rows} == wanted


def test_what_was_seen_is_forgotten_in_time_and_with_the_account() -> None:
    person = make_person(Role.ANALYST, make_organisation("hotline"))
    viewer = viewer_for(person)
    actions.see(viewer, [b"a" * 32, b"b" * 32])
    actions.choose_mail(viewer, daily=True, urgent=False)
    assert actions.erase_ended() == 0
    Seen.objects.filter(key=b"a" * 32).update(
        seen_at=timezone.now() - timedelta(days=61), ends_at=timezone.now() - timedelta(days=1)
    )
    assert actions.erase_ended() == 1
    administrator = make_person(Role.ADMINISTRATOR, person.organisation)
    with viewing(person.organisation_id):
        people_actions.deactivate(viewer_for(administrator), WHY, person)
        people_actions.erase_person(viewer_for(administrator), WHY, person)
    assert not Seen.objects.exists()
    assert not MailWish.objects.exists()


def test_filters_work_by_links_and_count_lines(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "_PROVIDERS", [])
    both = Item("The first record", "of a case", Button("Open", "/"), "report/1")
    items.register("reports", "Reports", lambda _viewer: [news(2), replace_about(both)])
    items.register("cases", "Cases", lambda _viewer: [both])
    page = browser.get("/?kind=cases")
    text = page.content.decode()
    assert "The first record" in text
    assert "The second record" not in text
    assert [(one["url"], one["count"], one["current"]) for one in page.context["filters"]] == [
        ("/?kind=reports", 2, False),
        ("/?kind=cases", 1, True),
    ]
    assert "The second record" in browser.get("/?kind=nothing").content.decode(), "an address is never an error"


def replace_about(item: Item) -> Item:
    return Item("The first record", "of a report", Button("Open", "/"), item.about)


def test_what_failed_is_said_and_seen_by_programs(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_viewer: Any) -> list[Item]:
        raise ValueError

    only(monkeypatch, news(1))
    items.register("cases", "Cases", broken)
    page = browser.get("/").content
    assert b"One kind of item could not be shown." in page
    assert PART_FAILED in page
    assert b"The first record" in page


@pytest.mark.once
@pytest.mark.parametrize("role", sorted(Role))
def test_nobody_reads_of_what_another_organisation_has(role: Role) -> None:
    """Whatever waits in one organisation, nobody of another reads its code, whatever they may do there."""
    here, elsewhere = make_organisation("hotline"), make_organisation(min(ROLES[role].kinds))
    report = make_report(here, urgent=True)
    own, other = Client(), Client()
    sign_in(own, make_person(Role.ANALYST, here))
    sign_in(other, make_person(role, elsewhere), second_factor=True)
    assert report.code in own.get("/").content.decode()
    assert report.code not in other.get("/").content.decode()


@pytest.mark.once
def test_who_lacks_the_permission_reads_nothing_of_it() -> None:
    here = make_organisation("hotline")
    report = make_report(here, urgent=True)
    for role in (Role.ADMINISTRATOR, Role.OVERSIGHT, Role.WELFARE):
        viewer: Viewer = viewer_for(make_person(role, here))
        with viewing(here.id):
            found = queries.board(viewer)
        assert found.failed == 0
        assert all(report.code not in str(line.item.name) for line in found.all)


def test_a_claim_from_the_front_page_is_a_claim(browser: Client, analyst: Any) -> None:
    report = make_report(analyst.organisation, urgent=True)
    page = browser.get("/")
    ((line,),) = [group["lines"] for group in page.context["groups"] if group["code"] == Group.NOW]
    button = line["item"].button
    assert (button.post, button.url) == (True, reverse("reports:claim", args=[report.pk]))
    assert browser.post(button.url).status_code == 302
    report.refresh_from_db()
    assert report.claimed_by == analyst
