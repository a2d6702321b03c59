"""From the form to the badge: confirmed by who has the address, verified by a person, one badge, so many places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.press.factories import change, make_event, make_officer, plan, shift
from tests.node.press.journalist import (
    accredited,
    confirmed,
    link_in,
    mails_to,
    page_of,
    registered,
    says,
    verified,
)

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.press.journalists import actions, badges, decisions, queries
from vaern.node.press.journalists.tokens import WITHOUT_PROOF, FormToken
from vaern.node.press.models import Badge, PressEvent, Registration
from vaern.node.press.rules.states import Checked, How, State
from vaern.node.web.places import share

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db


def send(client: Client, event: PressEvent, **given: Any) -> HttpResponse:
    token = FormToken.give_out(0, at=datetime.now(UTC).timestamp() - 60)
    filled = {**says(), "token": token.signed(), "proof": "", **given}
    return client.post(reverse("press:register", args=[event.name]), filled)  # type: ignore[return-value]


def test_from_the_form_to_the_badge(client: Client) -> None:
    officer = make_officer()
    event = make_event(officer)
    assert event.title in client.get(reverse("press:public-events")).content.decode()
    assert client.get(reverse("press:register", args=[event.name])).status_code == 200
    answer = send(client, event)
    assert answer["Location"] == reverse("press:sent", args=[event.name])
    assert client.get(answer["Location"]).status_code == 200
    (message,) = mails_to("journalist1@paper.example")
    link = link_in(message)
    page = client.get(link).content.decode()
    assert 'value="Nordhavia Morgen"' in page
    one = Registration.everywhere.get()
    assert one.state == State.UNCONFIRMED.value  # to look at the link is not yet to confirm
    assert client.post(link, {**says(), "act": "confirm", "card": ""}).status_code == 422
    assert client.post(link, {**says(), "act": "confirm", "card": "NH-2031-119"})["Location"] == link
    one.refresh_from_db()
    assert (one.state, one.says["card"], one.says["email"]) == ("waiting", "NH-2031-119", "journalist1@paper.example")
    assert officer.person
    sign_in(client, officer.person)
    at = reverse("press:registration", args=[one.pk])
    for what in Checked:
        client.post(f"{at}check/", {"what": what.value, "how": "called_editor", "good": "yes"})
    assert "Verified" in client.get(at).content.decode()
    assert client.post(f"{at}accept/", {"words": ""}).status_code == 302
    assert "accredited" in mails_to("journalist1@paper.example")[-1].subject
    client.logout()
    badge = client.get(f"{link}badge.pdf")
    assert badge.content.startswith(b"%PDF")
    acts = Entry.objects.filter(subject=one.pk).values_list("act", flat=True)
    assert {"press.registration.came", "press.registration.accepted", "press.badge.fetched"} <= set(acts)


def test_the_deadline_of_the_source_to_the_second_for_a_registration() -> None:
    event = make_event()
    deadline = event.deadline
    assert not registered(event, 1, arrived=deadline).late
    assert not registered(event, 2, arrived=deadline + timedelta(microseconds=999_999)).late
    late = registered(event, 3, arrived=deadline + timedelta(seconds=1))
    assert late.late
    assert queries.counts(event)["late"] == 1  # recorded as late, and not lost
    assert Entry.objects.get(subject=late.pk).tags == "channel=form;late=1"
    assert "after the deadline" in mails_to("journalist3@paper.example")[0].body


def test_a_late_one_is_taken_with_words_only_and_counts_by_arrival(client: Client) -> None:
    officer = make_officer()
    event = make_event(officer)
    arrived = event.deadline - timedelta(seconds=1)
    early = registered(event, 1, arrived=arrived)
    shift(event, deadline=timezone.now() - timedelta(hours=1))
    late = verified(officer, confirmed(event, 2))
    with pytest.raises(Refusal, match="after the deadline"):
        decisions.accept(officer, late)
    assert decisions.accept(officer, late, "their train was late").state == "accepted"
    shift(event, deadline=arrived)
    early.refresh_from_db()
    assert not early.late  # confirmed later or never, it came in time


def test_nobody_is_accredited_who_was_not_verified() -> None:
    officer = make_officer()
    one = confirmed(make_event(officer))
    decisions.check(officer, one, Checked.MEDIUM, How.IMPRINT, good=True)
    with pytest.raises(Refusal, match="only accredited"):
        decisions.accept(officer, one)
    decisions.check(officer, one, Checked.CARD, How.ISSUER_REGISTER, good=True)
    decisions.check(officer, one, Checked.MEDIUM, How.CALLED_EDITOR, good=False)  # the last result counts
    with pytest.raises(Refusal, match="only accredited"):
        decisions.accept(officer, one)
    with pytest.raises(Refusal):
        decisions.check(make_officer(), one, Checked.CARD, How.KNOWN, good=True)


def test_accrediting_is_offered_once_both_were_verified_and_said_to_wait_for_it_before(client: Client) -> None:
    officer = make_officer()
    one = confirmed(make_event(officer))
    assert officer.person
    sign_in(client, officer.person)

    def offered() -> tuple[bool, bool]:
        page = client.get(reverse("press:registration", args=[one.pk])).content.decode()
        accept = f'href="{reverse("press:accept", args=[one.pk])}"'
        return accept in page, "Check the medium and the press card first" in page

    assert offered() == (False, True)
    decisions.check(officer, one, Checked.MEDIUM, How.IMPRINT, good=True)
    assert offered() == (False, True)
    decisions.check(officer, one, Checked.CARD, How.ISSUER_REGISTER, good=True)
    assert offered() == (True, False)
    decisions.check(officer, one, Checked.MEDIUM, How.CALLED_EDITOR, good=False)
    assert offered() == (False, True)
    decisions.check(officer, one, Checked.MEDIUM, How.CALLED_EDITOR, good=True)
    decisions.accept(officer, one)
    assert offered() == (False, False)


def test_the_same_address_twice_is_one_and_nothing_is_told_to_whoever_typed_it(client: Client) -> None:
    event = make_event()
    first = confirmed(event, 1)
    answers = [
        send(client, event, name="Somebody Else", email=mail)
        for mail in ("journalist1@paper.example", "JOURNALIST1@paper.example", "new@paper.example")
    ]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert Registration.everywhere.filter(event=event).count() == 2
    first.refresh_from_db()
    assert first.says["name"] == says()["name"]
    assert "registered already" in mails_to("journalist1@paper.example")[-1].body
    for _again in range(2 * actions.MOST_MAILS):
        registered(event, 1)
    assert len(mails_to("journalist1@paper.example")) == actions.MOST_MAILS


def test_the_database_itself_holds_one_registration_and_one_badge() -> None:
    officer = make_officer()
    one = accredited(officer, make_event(officer))
    copy = {
        "event": one.event,
        "organisation": one.organisation,
        "sealed": one.sealed,
        "channel": "form",
        "address": one.address,
        "arrived_at": one.arrived_at,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.everywhere.create(**copy, link=b"other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Badge.objects.create(registration=one, event=one.event, lookup=b"other", sealed=b"")


def test_the_waiting_list_moves_up_by_arrival_when_a_place_becomes_free(client: Client) -> None:
    officer = make_officer()
    event = make_event(officer, capacity=1)
    now = timezone.now()
    first = accredited(officer, event, 1)
    second = accredited(officer, event, 2, arrived=now - timedelta(minutes=1))
    third = accredited(officer, event, 3, arrived=now - timedelta(minutes=2))
    assert [one.state for one in (first, second, third)] == ["accepted", "listed", "listed"]
    assert client.post(page_of(first), {"act": "withdraw"}).status_code == 302
    assert Registration.everywhere.get(pk=third.pk).state == "accepted"  # it came before the second
    assert client.get(f"{page_of(first)}badge.pdf").status_code == 404
    with pytest.raises(Refusal, match="More journalists"):
        change(officer, event, plan(name=event.name, capacity=0, deadline=event.deadline))
    change(officer, event, plan(name=event.name, capacity=2, deadline=event.deadline))
    assert set(Registration.everywhere.exclude(pk=first.pk).values_list("state", flat=True)) == {"accepted"}
    assert Badge.objects.count() == 2


def test_a_refusal_is_told_with_its_reason_in_their_language_and_can_be_taken_up_again() -> None:
    officer = make_officer()
    one = accredited(officer, make_event(officer), language="da")
    with pytest.raises(ValueError, match="why"):
        decisions.refuse(officer, one, " ")
    decisions.refuse(officer, one, "Kortet er udløbet.")
    message = mails_to("journalist1@paper.example")[-1]
    assert "Kortet er udløbet." in message.body
    assert "Begrundelsen" in message.body
    assert not Badge.objects.exists()
    assert decisions.reconsider(officer, one).state == "waiting"
    assert decisions.accept(officer, one).state == "accepted"
    assert Badge.objects.count() == 1


def test_who_was_accredited_meanwhile_is_not_refused_by_a_form_that_was_open(client: Client) -> None:
    officer = make_officer()
    one = verified(officer, confirmed(make_event(officer)))
    assert officer.person
    sign_in(client, officer.person)
    page = reverse("press:refuse", args=[one.pk])
    typed = {"words": "No card", "version": client.get(page).context["version"]}
    decisions.accept(officer, one)
    late = client.post(page, typed)
    assert late.status_code == 409
    assert "Something was decided about this registration" in late.content.decode()
    assert Registration.everywhere.get(pk=one.pk).state == "accepted"
    assert client.post(page, {**typed, "version": client.get(page).context["version"]}).status_code == 302
    assert Registration.everywhere.get(pk=one.pk).state == "refused"


def test_programs_and_floods_are_kept_out_of_the_form(client: Client) -> None:
    event = make_event()
    assert send(client, event, homepage="x").status_code == 422
    assert send(client, event, token="x").status_code == 422
    assert send(client, event, token=FormToken.give_out(0).signed()).status_code == 422  # filled in at once
    assert send(client, event, email="a@b.example\nBcc: c@d.example").status_code == 422
    codes = [send(client, event, email=f"n{n}@paper.example").status_code for n in range(8)]
    allowed = share(WITHOUT_PROOF)
    assert codes == [302] * allowed + [429] * (8 - allowed)
    assert not Registration.everywhere.filter(event=make_event()).exists()


def test_a_link_that_is_none_leads_nowhere_and_what_is_over_changes_nothing(client: Client) -> None:
    officer = make_officer()
    event = make_event(officer)
    one = accredited(officer, event)
    assert client.get(f"/press/mine/{'0' * 40}/").status_code == 404
    past = timezone.now() - timedelta(hours=1)
    shift(event, begins=past - timedelta(hours=2), deadline=past - timedelta(days=1), ends=past)
    assert client.get(page_of(one)).status_code == 200
    assert client.post(page_of(one), {"act": "withdraw"}).status_code == 422
    assert client.get(reverse("press:register", args=[event.name])).status_code == 404
    with pytest.raises(Refusal):
        registered(event, 2)


def test_a_badge_is_the_same_each_time_and_its_code_belongs_to_it_alone() -> None:
    officer = make_officer()
    event = make_event(officer)
    one, other = accredited(officer, event, 1), accredited(officer, event, 2)
    assert badges.pdf(one) == badges.pdf(one)
    code = badges.code_of(one.pk)
    assert code != badges.code_of(other.pk)
    assert bytes(one.badge.lookup) == badges.stretched(code, event.pk)[0]
    assert says()["name"].encode() not in bytes(one.badge.sealed) + bytes(one.sealed)


@pytest.mark.parametrize("act", ["check", "accept", "refuse", "reconsider"])
def test_a_page_that_asks_says_whose_card_it_is_and_is_a_read(client: Client, act: str) -> None:
    officer = make_officer()
    event = make_event(officer)
    one = confirmed(event)
    assert officer.person
    sign_in(client, officer.person)
    before = Entry.objects.filter(act="press.registration.read", subject=one.pk).count()
    shown = str(client.get(reverse(f"press:{act}", args=[one.pk])).context["subject"])
    for words in (event.title, *(one.says[name] for name in ("name", "medium", "card", "issuer"))):
        assert words in shown
    assert Entry.objects.filter(act="press.registration.read", subject=one.pk).count() == before + 1


def test_an_address_that_is_not_confirmed_is_no_dead_end(client: Client) -> None:
    officer = make_officer()
    event = make_event(officer)
    one = registered(event)
    assert officer.person
    sign_in(client, officer.person)
    page = client.get(reverse("press:registration", args=[one.pk])).content.decode()
    assert "Nothing can be decided before the journalist confirms" in page
    assert f'class="button" href="{reverse("press:event", args=[event.pk])}"' in page


def test_a_journalist_is_spoken_to_as_you(client: Client) -> None:
    page = client.get(page_of(confirmed(make_event(), needs="An interpreter"))).content.decode()
    assert "What you need" in page
    assert "they need" not in page
