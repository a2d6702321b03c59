"""Invitations: mailed by a real SMTP server, good once, and no way around them. Also the forgotten password."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format
from tests.node.factories import (
    PASSWORD,
    make_organisation,
    make_person,
    make_totp,
    sign_in,
    totp_code,
    viewer_for,
)
from tests.node.organisations.signing_in import AUTHENTICATE, give_code, give_password, is_signed_in
from tests.node.refusals import refused

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.organisations import actions, acts, queries, rules
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.adapter import AccountAdapter
from vaern.node.organisations.models import Invitation, Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from tests.node.inbox import Inbox

NEW = "quite another horse staple"


@pytest.fixture
def administrator() -> Person:
    return make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.HOTLINE))


def invite(by: Person, email: str = "new@organisation.example", **fields: Any) -> Invitation:
    given = {"name": "New (synthetic)", "roles": [Role.ANALYST], "language": "en", **fields}
    return actions.invite(viewer_for(by), ADMINISTRATION, email=email, **given)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "has invited you"), ("da", "har inviteret")])
def test_an_invitation_comes_in_the_language_of_the_reader(
    client: Client, administrator: Person, inbox: Inbox, language: str, words: str
) -> None:
    sign_in(client, administrator)
    answer = client.post(
        "/people/invite/",
        {"name": "Nils (synthetic)", "email": "Nils@Organisation.example", "roles": ["analyst"], "language": language},
    )
    assert answer.status_code == 302
    send_waiting()
    (mail,) = inbox.mails
    assert mail["To"] == "nils@organisation.example"
    assert words in mail["Subject"]
    assert administrator.organisation.name in mail["Subject"]
    assert len(re.findall(r"/invitation/", inbox.texts()[0])) == 1
    with translation.override(language):
        last = date_format(timezone.localtime(Invitation.everywhere.get().expires_at), "DATETIME_FORMAT")
    assert last in inbox.texts()[0]
    assert {"en": "7 days", "da": "7 dage"}[language] in inbox.texts()[0]


@pytest.mark.django_db(transaction=True)
def test_from_the_mail_to_the_work(administrator: Person, inbox: Inbox) -> None:
    invite(administrator)
    send_waiting()
    client = Client()
    link = inbox.link()
    assert client.get(link).status_code == 200
    answer = client.post(link, {"password": NEW, "again": NEW})
    assert answer["Location"] == "/account/second-factor/set-up/"
    page = client.get("/account/second-factor/totp/activate/")  # no password again: it was given just now
    assert page.status_code == 200
    client.post("/account/second-factor/totp/activate/", {"code": totp_code(client.session["mfa.totp.secret"])})
    assert client.get("/people/").status_code == 200
    person = Person.everybody.get(email="new@organisation.example")
    assert person.role_set == {Role.ANALYST}
    invitation = Invitation.everywhere.get()
    assert (invitation.email, invitation.name) == ("", "")
    entry = Entry.objects.get(act=acts.INVITATION_ACCEPTED.code)
    assert (entry.person, entry.subject) == (person.id, person.id)


@pytest.mark.django_db
def test_a_link_is_good_once(client: Client, administrator: Person) -> None:
    link = f"/invitation/{invite(administrator).token}/"
    assert client.post(link, {"password": NEW, "again": NEW}).status_code == 302
    other = Client()
    assert other.get(link).status_code == 404
    assert other.post(link, {"password": NEW, "again": NEW}).status_code == 404
    assert Person.everybody.filter(email="new@organisation.example").count() == 1


@pytest.mark.django_db
def test_a_link_ends_with_its_time(client: Client, administrator: Person) -> None:
    invitation = invite(administrator)
    Invitation.everywhere.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/invitation/{invitation.token}/").status_code == 404


@pytest.mark.django_db
def test_a_withdrawn_link_is_dead_and_forgets_whom_it_was_for(client: Client, administrator: Person) -> None:
    invitation = invite(administrator)
    sign_in(client, administrator)
    client.post(f"/people/invitations/{invitation.id}/withdraw/")
    assert Client().get(f"/invitation/{invitation.token}/").status_code == 404
    invitation.refresh_from_db()
    assert invitation.email == ""


@pytest.mark.django_db
def test_sending_again_kills_the_older_link(client: Client, administrator: Person, inbox: Inbox) -> None:
    invitation = invite(administrator)
    sign_in(client, administrator)
    client.post(f"/people/invitations/{invitation.id}/resend/")
    send_waiting()
    assert Client().get(f"/invitation/{invitation.token}/").status_code == 404
    assert Client().get(inbox.link()).status_code == 200


@pytest.mark.django_db
def test_the_database_does_not_know_the_link(administrator: Person) -> None:
    invitation = invite(administrator)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(i::text, '') FROM organisations_invitation i")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(j::text, '') FROM procrastinate_jobs j")
        jobs = cursor.fetchone()[0]
    assert invitation.token not in rows
    assert invitation.token not in jobs
    assert "new@organisation.example" not in jobs


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_the_same_moment_become_one_person(administrator: Person) -> None:
    token = invite(administrator).token
    start = threading.Barrier(4)
    ends: list[str] = []

    def accept() -> None:
        start.wait()
        try:
            actions.accept_invitation(token, password=NEW)
        except Refusal as refusal:
            ends.append(refusal.code)
        else:
            ends.append("in")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["in", *[rules.LINK_DEAD] * 3]
    assert Person.everybody.filter(email="new@organisation.example").count() == 1
    assert Entry.objects.filter(act=acts.INVITATION_ACCEPTED.code).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password1234", "new@organisation.example", "123456789012345"])
def test_a_weak_password_is_refused(client: Client, administrator: Person, password: str) -> None:
    link = f"/invitation/{invite(administrator).token}/"
    assert client.post(link, {"password": password, "again": password}).status_code == 422
    assert not Person.everybody.filter(email="new@organisation.example").exists()


@pytest.mark.django_db
def test_somebody_who_is_signed_in_does_not_accept_as_themselves(client: Client, administrator: Person) -> None:
    invitation = invite(administrator)
    sign_in(client, administrator)
    client.post(f"/invitation/{invitation.token}/", {"password": NEW, "again": NEW})
    assert client.get("/people/invite/").status_code == 302  # no longer the administrator
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "problem"),
    [
        ([], rules.NO_ROLE),
        ([Role.INVESTIGATOR], rules.ROLE_NOT_HERE),
        ([Role.ANALYST, Role.ADMINISTRATOR], rules.ROLE_ALONE),
        ([Role.ANALYST, Role.OVERSIGHT], rules.ROLE_ALONE),
    ],
)
def test_roles_that_the_table_forbids_are_not_given(administrator: Person, roles: list[Role], problem: str) -> None:
    with refused(problem):
        invite(administrator, roles=roles)


@pytest.mark.django_db
def test_an_address_is_of_one_person(administrator: Person) -> None:
    other = make_person(Role.ANALYST)
    with refused(rules.ADDRESS_TAKEN):
        invite(administrator, other.email.upper())
    invite(administrator)
    with refused(rules.INVITED_ALREADY):
        invite(administrator, "NEW@organisation.example")


@pytest.mark.django_db
def test_guessing_links_is_slowed_down(client: Client) -> None:
    answers = [client.get(f"/invitation/{n}/").status_code for n in range(40)]
    assert set(answers) == {404, 429}
    assert answers[-1] == 429


# The first sign-in ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_administrator_begins_the_node(client: Client) -> None:
    assert queries.is_empty()
    path = actions.begin_node()
    assert client.get(path).status_code == 200
    form = {
        "organisation": "Hotline of Norland (synthetic)",
        "kind": "hotline",
        "regime": "gdpr",
        "name": "First (synthetic)",
        "email": "First@node.example",
        "password": NEW,
        "again": NEW,
    }
    answer = client.post(path, form)
    assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor/set-up/")
    person = Person.everybody.get()
    assert person.role_set == {Role.ADMINISTRATOR}
    assert (person.email, person.organisation.name) == ("first@node.example", form["organisation"])
    assert person.organisation.runs_node
    assert rules.Permission.DIRECTORY_MANAGE in viewer_for(person).permissions
    assert Client().post(path, {**form, "email": "second@node.example"}).status_code == 404
    assert not queries.is_empty()
    with refused(rules.NODE_HAS_PEOPLE):
        actions.begin_node()


@pytest.mark.django_db
def test_beginning_again_makes_a_new_link_and_no_second_organisation(client: Client) -> None:
    first = actions.begin_node(name="Hotline (synthetic)", kind=OrganisationKind.HOTLINE)
    second = actions.begin_node()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert Organisation.objects.get().name == "Hotline (synthetic)"


@pytest.mark.django_db
def test_the_first_link_lasts_a_day(client: Client) -> None:
    actions.begin_node()
    assert Invitation.everywhere.get().expires_at - timezone.now() <= timedelta(hours=24)


# The password that was forgotten --------------------------------------------------------------------------------------


def reset(client: Client, inbox: Inbox, email: str) -> str:
    client.post("/account/password/reset/", {"email": email})
    send_waiting()
    return inbox.link()


@pytest.mark.django_db
def test_a_new_password_does_not_replace_the_second_factor(client: Client, inbox: Inbox) -> None:
    person = make_person(Role.ANALYST)
    secret = make_totp(person)
    elsewhere = Client()
    sign_in(elsewhere, person)
    form = client.get(reset(client, inbox, person.email))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert give_password(client, person.email, NEW)["Location"] == AUTHENTICATE
    assert not is_signed_in(client)
    give_code(client, totp_code(secret))
    assert is_signed_in(client)
    assert Entry.objects.filter(act=acts.PASSWORD_RESET.code, subject=person.id).exists()


@pytest.mark.django_db
def test_of_several_requests_with_one_reset_link_at_one_moment_one_sets_the_password() -> None:
    person = make_person(Role.PRESS)
    request = RequestFactory().post("/account/password/reset/key/x/")
    both = [Person.everybody.get(pk=person.pk) for _ in range(2)]  # each has found the link to be good
    with context.request_context(request):
        AccountAdapter().set_password(both[0], NEW)
        with pytest.raises(ImmediateHttpResponse) as refused:
            AccountAdapter().set_password(both[1], "thief thief thief")
    assert refused.value.response.status_code == 409
    person.refresh_from_db()
    assert person.check_password(NEW)


@pytest.mark.django_db
def test_a_reset_link_is_good_once(client: Client, inbox: Inbox) -> None:
    person = make_person(Role.PRESS)
    link = reset(client, inbox, person.email)
    form = client.get(link)["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    thief = Client()
    answer = thief.get(link)
    assert answer.status_code == 200  # says that it no longer works
    thief.post(form, {"password1": "thief thief thief", "password2": "thief thief thief"})
    person.refresh_from_db()
    assert person.check_password(NEW)


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_a_reset_mail_leads_to_this_node_whatever_the_host(client: Client, inbox: Inbox, host: str) -> None:
    person = make_person(Role.PRESS)
    client.post("/account/password/reset/", {"email": person.email}, headers={"x-forwarded-host": host})
    assert client.post("/account/password/reset/", {"email": person.email}, headers={"host": host}).status_code == 400
    send_waiting()
    assert all("evil" not in text for text in inbox.texts())


@pytest.mark.django_db
def test_strangers_get_no_mail_and_no_different_answer(client: Client, inbox: Inbox) -> None:
    person = make_person(Role.PRESS)
    known = client.post("/account/password/reset/", {"email": person.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@organisation.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    send_waiting()
    assert [mail["To"] for mail in inbox.mails] == [person.email]


@pytest.mark.django_db
def test_every_open_invitation_is_on_some_page(client: Client, administrator: Person) -> None:
    sign_in(client, administrator)
    for n in range(120):
        Invitation.everywhere.create(
            organisation=administrator.organisation,
            roles=["analyst"],
            email=f"n{n}@organisation.example",
            name=f"Name {n}",
            digest=n.to_bytes(32),
            expires_at=timezone.now() + timedelta(days=1),
        )
    seen, address = set(), "/people/invitations/"
    while address:
        table = client.get(address).context["table"]
        seen |= {row.cells[1] for row in table.rows}
        address = f"/people/invitations/?after={table.next}" if table.next else ""
    assert len(seen) == 120
