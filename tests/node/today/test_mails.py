"""The mail that says that something waits: who gets it, when, and that it says nothing of what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Role
from vaern.node.reports.base.desks import desk_of
from vaern.node.today import actions, jobs, mails, rules
from vaern.node.today.models import MailWish
from vaern.node.web import items
from vaern.node.web.items import Button, Item
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Copenhagen"))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """All that waits for anybody; a test fills it."""
    found: list[Item] = []
    monkeypatch.setattr(items, "_PROVIDERS", [])
    items.register("reports", "Reports", lambda _viewer: list(found), why=Why.ASSESSMENT)
    return found


def item(name: str = "Solicitation · MART54N4", **more: Any) -> Item:
    return Item(name, f"waits: {name}", Button("Open", "/reports/"), f"report/{name}", **more)


def asked(*, daily: bool = True, urgent: bool = False, language: str = "en") -> MailWish:
    person = make_person(Role.ANALYST, make_organisation("hotline"))
    person.language = language
    person.save(update_fields=["language"])
    actions.choose_mail(viewer_for(person), daily=daily, urgent=urgent)
    return MailWish.objects.select_related("person__organisation").get(person=person)


def sent() -> list[Any]:
    """The mails that were queued since the last call."""
    outbox.outbox.clear()
    send_waiting()
    return list(outbox.outbox)


@given(
    st.lists(
        st.tuples(st.text("ABCDEFGHJKMNPQRSTVWXYZ23456789", min_size=8, max_size=8), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mail_says_how_many_and_where_and_nothing_of_what(waiting: list[Item], codes: list[tuple[str, bool]]) -> None:
    wish = asked(urgent=True)
    texts = []
    others = [(f"OTHER{n:03}", urgent) for n, (_code, urgent) in enumerate(codes)]
    for named in (codes, others):
        waiting[:] = [item(f"{code}-{n}", urgent=urgent, tone="warning") for n, (code, urgent) in enumerate(named)]
        MailWish.objects.update(looked_on=None, told=[])
        wish.refresh_from_db()
        assert mails.send_morning(wish, MONDAY) == 1
        mails.send_urgent(wish)
        texts.append([(one.subject, one.body, one.to) for one in sent()])
    assert texts[0] == texts[1], "whatever the records are, the mail is the same"
    for subject, body, to in texts[0]:
        assert to == [wish.person.email]
        for code, _urgent in codes:
            assert code not in subject + body
    waiting.clear()


def test_in_the_readers_language_and_recorded_as_no_look(waiting: list[Item]) -> None:
    waiting.append(item(tone="warning"))
    wish = asked(language="da")
    assert mails.send_morning(wish, MONDAY) == 1
    (one,) = sent()
    assert "Her til morgen venter" in one.body
    assert not Entry.objects.filter(act="today.items.listed").exists()


def test_once_a_day_in_the_morning_of_the_desk_on_its_working_days(waiting: list[Item]) -> None:
    waiting.append(item(tone="warning"))
    wish = asked()
    desk = desk_of(wish.person.organisation)
    desk.timezone, desk.holidays = "Asia/Tokyo", ["2026-11-24"]
    desk.save()
    assert mails.send_morning(wish, MONDAY) == 0, "it is afternoon in Tokyo"
    morning = MONDAY.replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert [mails.send_morning(wish, morning + timedelta(minutes=by)) for by in (0, 15, 30)] == [1, 0, 0]
    assert mails.send_morning(wish, morning + DAY) == 0, "a holiday"
    assert mails.send_morning(wish, morning + 2 * DAY) == 1


def test_nothing_goes_to_who_is_away_or_has_nothing_or_did_not_ask(waiting: list[Item]) -> None:
    asked(daily=False, urgent=True)
    quiet = asked()
    assert mails.send_morning(quiet, MONDAY) == 0, "nothing waits"
    waiting.append(item(tone="neutral"))
    assert mails.send_morning(quiet, MONDAY + DAY) == 0, "what waits this week does not call"
    gone, closed, here = asked(), asked(), asked()
    gone.person.is_active = False
    gone.person.save()
    Organisation.objects.filter(pk=closed.person.organisation_id).update(active=False)
    assert {wish.pk for wish in mails.wishes(daily=True)} == {quiet.pk, here.pk}
    assert sent() == []


def test_what_is_urgent_is_mailed_once_and_again_when_something_else_is(waiting: list[Item]) -> None:
    wish = asked(daily=False, urgent=True)
    waiting.append(item("A", tone="bad"))
    assert mails.send_urgent(wish) == 0, "bad, and no child in danger"
    waiting.append(item("B", urgent=True))
    assert [mails.send_urgent(wish) for _poll in range(3)] == [1, 0, 0]
    waiting.append(item("C", urgent=True))
    assert jobs.urgent() == 1
    del waiting[1:]
    assert jobs.urgent() == 0, "what is done is not mailed"
    waiting.append(item("B", urgent=True))
    assert jobs.urgent() == 1, "and if it is there again, it is new"
    wish.refresh_from_db()
    assert len(wish.told) == 1
    assert len(sent()) == 3


@given(st.integers(0, 365 * 24 * 60), st.sampled_from(["Europe/Copenhagen", "Pacific/Apia"]))
@settings(max_examples=100)
def test_the_morning_is_the_desks_own(minutes: int, zone: str) -> None:
    class Desk:
        working_days, holidays, timezone = (0, 1, 2, 3, 4), ("2026-12-25",), zone

    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = at.astimezone(ZoneInfo(zone))
    works = local.weekday() < 5 and local.date().isoformat() != "2026-12-25"
    assert rules.morning_of(Desk(), at.replace(tzinfo=UTC)) == (
        local.date() if works and 7 <= local.hour < 12 else None
    )


def test_one_chooses_on_a_page_and_takes_it_back(client: Client) -> None:
    person = make_person(Role.ANALYST, make_organisation("hotline"))
    sign_in(client, person)
    here, account = reverse("today:mail"), reverse("organisations:account")
    assert here in client.get("/").content.decode()
    assert here in client.get(account).content.decode()
    assert client.post(here, {"daily": "on"})["Location"] == account
    assert list(MailWish.objects.values_list("person", "daily", "urgent")) == [(person.pk, True, False)]
    assert b"checked" in client.get(here).content
    client.post(here, {})
    assert not MailWish.objects.exists()


def test_the_job_looks_at_everybody_who_asked(waiting: list[Item], monkeypatch: pytest.MonkeyPatch) -> None:
    waiting.append(item(tone="warning"))
    asked(), asked()
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    assert jobs.morning() == 2
    assert jobs.morning() == 0
