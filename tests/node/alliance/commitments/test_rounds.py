"""Rounds: planned, opened, closed, and everybody who is missing written to, once on each occasion."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.alliance.commitments.factories import REASON, make_country, make_round, make_secretariat
from tests.node.factories import make_person, sign_in
from tests.node.refusals import refused

from vaern.node.alliance.commitments import mails, rounds
from vaern.node.alliance.models import Membership, Round, RoundMail, RoundReply
from vaern.node.alliance.rules import commitments, round_clocks
from vaern.node.base import transitions
from vaern.node.organisations.rules import NAME_TAKEN, Role
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

TODAY = timezone.localdate()
PLAN: dict[str, Any] = {
    "name": "Autumn (synthetic)",
    "opens": TODAY + timedelta(2),
    "closes": TODAY + timedelta(32),
    "reminders": [3, 14],
    "period": "2026",
}
days = st.dates(date(2024, 1, 1), date(2027, 1, 1))


@given(days, st.lists(st.integers(1, 60), max_size=3, unique=True), st.lists(st.integers(-80, 40), max_size=30))
def test_looking_more_often_writes_no_more(closes: date, reminders: list[int], looks: list[int]) -> None:
    """However often the job runs, the invitation comes first, and each reminder at most once and not before its day."""
    written: list[str] = []
    last: date | None = None
    for today in sorted(closes + timedelta(offset) for offset in looks):
        found = round_clocks.occasion(closes, reminders, today, last)
        if found:
            assert found not in written
            assert (found == round_clocks.INVITATION) == (last is None)
            kind, _space, due = found.partition(" ")
            assert kind == "invitation" or (last is not None and last < date.fromisoformat(due) <= today)
            written.append(found)
            last = today
            assert not round_clocks.occasion(closes, reminders, today, last)
    daily = len({closes + timedelta(n) for n in round_clocks.AFTER} | {closes - timedelta(n) for n in reminders})
    assert len(written) <= 1 + daily


@pytest.mark.django_db
def test_a_round_is_planned_opens_on_its_day_and_closes_after_its_last() -> None:
    country, secretariat = make_country(), make_secretariat()
    gone = make_country()
    Membership.objects.filter(member=gone.member).update(left=TODAY, left_why="A vote")
    with pytest.raises(PermissionDenied):
        rounds.plan(country.viewer, REASON, **PLAN)
    one = rounds.plan(secretariat, REASON, **PLAN)
    with refused(NAME_TAKEN):
        rounds.plan(secretariat, REASON, **PLAN)
    rounds.plan(secretariat, REASON, **{**PLAN, "reminders": [5]}, round=one)
    assert rounds.look_at_all(TODAY + timedelta(1)) == 0
    assert rounds.look_at_all(one.opens) == 1
    one.refresh_from_db()
    assert (one.state, one.reminders, one.frame_version) == ("open", [5], "2012")
    assert list(one.replies.values_list("member", "state")) == [(country.member.pk, "invited")]
    with pytest.raises(transitions.StateRefusal):
        rounds.plan(secretariat, REASON, **PLAN, round=one)
    with refused(commitments.BACKWARDS):
        rounds.extend(secretariat, REASON, one, one.closes)
    rounds.extend(secretariat, REASON, one, one.closes + timedelta(7))
    rounds.look_at_all(PLAN["closes"] + timedelta(1))
    one.refresh_from_db()
    assert one.state == "open"
    rounds.look_at_all(one.closes + timedelta(1))
    one.refresh_from_db()
    assert one.state == "closed"


@pytest.mark.once
@pytest.mark.django_db
def test_who_is_missing_is_written_to_once_on_each_occasion_and_who_answered_is_not(settings: SettingsWrapper) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    late, prompt, secretariat = make_country(), make_country(), make_secretariat()
    make_person(Role.RAPPORTEUR, late.viewer.organisation, is_active=False)
    make_person(Role.PRESS, late.viewer.organisation)
    one = rounds.open_now(secretariat, REASON, rounds.plan(secretariat, REASON, **PLAN))
    assert one.opens == TODAY
    RoundReply.objects.filter(member=prompt.member).update(state="submitted")
    for offset in range(-32, 30):
        for _twice in range(2):
            rounds.look_at_all(one.closes + timedelta(offset))
    send_waiting()
    assert late.viewer.person
    assert prompt.viewer.person
    to_late = [message for message in mail.outbox if message.to == [late.viewer.person.email]]
    to_prompt = [message for message in mail.outbox if message.to == [prompt.viewer.person.email]]
    assert len(mail.outbox) == len(to_late) + len(to_prompt)
    assert [message.subject for message in to_late] == [
        "Værn: your country is invited to report: Autumn (synthetic)",
        *["Værn: Autumn (synthetic) closes soon"] * 2,
        *["Værn: the reply to Autumn (synthetic) is missing"] * len(round_clocks.AFTER),
    ]
    assert "marked as late" in to_late[-1].body
    assert f"/alliance/replies/{RoundReply.objects.get(member=late.member).pk}/" in to_late[0].body
    assert [message.subject for message in to_prompt] == [to_late[0].subject]


@pytest.mark.django_db
def test_what_failed_half_way_wrote_nothing_and_is_written_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    countries = [make_country() for _ in range(3)]
    make_round("Round", *(country.member for country in countries))
    real, calls = mails.defer_mail, []

    def dies(**mail: Any) -> int:
        calls.append(mail["to"])
        if len(calls) == 2:
            raise RuntimeError("the process dies here")
        return real(**mail)

    with monkeypatch.context() as patched:
        patched.setattr(mails, "defer_mail", dies)
        with pytest.raises(RuntimeError):
            rounds.look_at_all()
    assert (RoundMail.objects.count(), waiting_mails()) == (0, 0)
    assert (rounds.look_at_all(), rounds.look_at_all()) == (3, 0)
    assert (RoundMail.objects.count(), waiting_mails()) == (3, 3)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_write_once() -> None:
    countries = [make_country() for _ in range(3)]
    make_round("Round", *(country.member for country in countries))
    barrier, counts = Barrier(2), []

    def run() -> None:
        barrier.wait()
        counts.append(rounds.look_at_all())
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 3]
    assert RoundMail.objects.count() == 3


@pytest.mark.django_db
def test_a_country_that_joins_meanwhile_is_invited() -> None:
    first = make_country()
    one = make_round("Round", first.member)
    rounds.look_at_all()
    second = make_country()
    assert rounds.look_at_all() == 1
    assert set(one.replies.values_list("member", flat=True)) == {first.member.pk, second.member.pk}
    assert Round.objects.get().state == "open"


def waiting_mails() -> int:
    """Return how many jobs hold a mail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'web.mail' AND status = 'todo'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_of_two_who_change_a_plan_at_once_the_second_is_told(client: Client) -> None:
    secretariat, today = make_secretariat(), timezone.localdate()
    one = make_round(state="planned")
    assert secretariat.person
    sign_in(client, secretariat.person)
    page = reverse("alliance:change-round", args=[one.pk])
    opened = client.get(page).context
    typed = {"version": opened["version"], **{field.name: field.value() for field in opened["form"]}}
    given = {"opens": one.opens, "closes": one.closes + timedelta(9), "reminders": [3], "period": one.period}
    rounds.plan(secretariat, REASON, name=one.name, round=one, **given)
    told = client.post(page, {**typed, "name": f"{one.name} {today}"})
    assert "Somebody changed it meanwhile" in told.content.decode()
    one.refresh_from_db()
    assert (str(today) in one.name, one.closes) == (False, given["closes"])
    typed = {"version": told.context["version"], **{field.name: field.value() for field in told.context["form"]}}
    assert told.status_code == 409
    assert str(today) in typed["name"], "what was typed stays"
    assert client.post(page, typed).status_code == 302, "and is saved by who was told"
