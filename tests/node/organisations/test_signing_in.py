"""Sign-in: both factors, the lock-out, links that redirect, sessions. Each attack has its own test."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.node.factories import PASSWORD, make_organisation, make_person, make_totp, sign_in, totp_code
from tests.node.organisations.signing_in import (
    AUTHENTICATE,
    LOGIN,
    REAUTHENTICATE,
    give_code,
    give_password,
    is_signed_in,
    through_the_forms,
)

from vaern.node.ledger.models import Entry
from vaern.node.organisations import acts, sessions
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Role, sees_casework

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db

WITHOUT = [role for role in Role if not sees_casework(frozenset({role}))]
WITH = [role for role in Role if sees_casework(frozenset({role}))]


@pytest.fixture
def analyst() -> Person:
    return make_person(Role.ANALYST)


def acts_about(person: Person) -> list[str]:
    return list(Entry.objects.filter(subject=person.id).order_by("id").values_list("act", flat=True))


# Both factors ---------------------------------------------------------------------------------------------------------


def test_both_factors_sign_in(client: Client, analyst: Person) -> None:
    answer = through_the_forms(client, analyst)
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert acts.SIGNED_IN.code in acts_about(analyst)


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(client: Client, analyst: Person) -> None:
    make_totp(analyst)
    give_password(client, analyst.email)
    assert not is_signed_in(client)
    assert client.get("/people/")["Location"].startswith(LOGIN)


@pytest.mark.once
@pytest.mark.parametrize("role", WITH)
def test_without_a_second_factor_only_set_up_can_be_reached(client: Client, role: Role) -> None:
    person = make_person(role)
    give_password(client, person.email)
    for page in ("/", "/people/", "/directory/", "/keys/", "/account/", "/account/sessions/", "/permissions/"):
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/account/second-factor/set-up/"), page
    assert client.get("/account/second-factor/set-up/").status_code == 200
    # allauth wants the password once more before a factor is added, in a session that has not just given it
    answer = client.get("/account/second-factor/totp/activate/")
    assert answer.status_code == 200 or answer["Location"].startswith("/account/reauthenticate/")


@pytest.mark.parametrize("role", WITHOUT)
def test_who_sees_no_casework_may_do_without(client: Client, role: Role) -> None:
    person = make_person(role)
    give_password(client, person.email)
    assert is_signed_in(client)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_setting_up_a_factor_opens_the_work(client: Client, analyst: Person) -> None:
    give_password(client, analyst.email)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/second-factor/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert page.status_code == 200
    client.post("/account/second-factor/totp/activate/", {"code": totp_code(secret)})
    assert Authenticator.objects.filter(user=analyst, type="totp").exists()
    assert is_signed_in(client)
    assert acts.SECOND_FACTOR_ADDED.code in acts_about(analyst)


def test_the_secret_lies_encrypted_in_the_database(analyst: Person) -> None:
    secret = make_totp(analyst)
    stored = Authenticator.objects.get(user=analyst).data["secret"]
    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_a_wrong_second_factor_is_refused_and_recorded(client: Client, analyst: Person) -> None:
    secret = make_totp(analyst)
    give_password(client, analyst.email)
    wrong = f"{(int(totp_code(secret)) + 1) % 1_000_000:06}"
    assert give_code(client, wrong).status_code == 200
    assert not is_signed_in(client)
    assert acts.SECOND_FACTOR_REFUSED.code in acts_about(analyst)


def test_a_code_is_good_once(client: Client, analyst: Person) -> None:
    secret = make_totp(analyst)
    code = totp_code(secret)
    give_password(client, analyst.email)
    give_code(client, code)
    assert is_signed_in(client)
    other = Client()
    give_password(other, analyst.email)
    give_code(other, code)
    assert not is_signed_in(other)


def test_a_code_of_another_time_is_refused(client: Client, analyst: Person) -> None:
    secret = make_totp(analyst)
    give_password(client, analyst.email)
    for off in (-90, -60, 60, 90):
        give_code(client, totp_code(secret, time.time() + off))
        assert not is_signed_in(client)


def test_a_recovery_code_is_good_once(client: Client, analyst: Person) -> None:
    make_totp(analyst)
    code = RecoveryCodes.activate(analyst).generate_codes()[0]
    give_password(client, analyst.email)
    give_code(client, code)
    assert is_signed_in(client)
    other = Client()
    give_password(other, analyst.email)
    give_code(other, code)
    assert not is_signed_in(other)


def test_recovery_codes_alone_are_no_second_factor(client: Client, analyst: Person) -> None:
    RecoveryCodes.activate(analyst)
    give_password(client, analyst.email)
    assert client.get("/people/")["Location"].startswith("/account/second-factor/set-up/")


def test_the_last_factor_cannot_be_removed_by_who_needs_one(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    client.post("/account/second-factor/totp/deactivate/")
    assert Authenticator.objects.filter(user=analyst, type="totp").exists()


def test_a_session_of_before_the_factor_has_to_give_it(client: Client, analyst: Person) -> None:
    sign_in(client, analyst, second_factor=False)
    make_totp(analyst)
    assert client.get("/people/")["Location"].startswith(REAUTHENTICATE)


@pytest.mark.parametrize("page", ["recovery-codes/", "recovery-codes/download/", "totp/activate/", "webauthn/add/", ""])
def test_a_session_of_before_the_factor_neither_reads_the_codes_nor_adds_a_factor(
    client: Client, analyst: Person, page: str
) -> None:
    sign_in(client, analyst, second_factor=False)
    make_totp(analyst)
    RecoveryCodes.activate(analyst)
    for answer in (client.get(f"/account/second-factor/{page}"), client.post(f"/account/second-factor/{page}")):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, REAUTHENTICATE)


# The lock-out ---------------------------------------------------------------------------------------------------------


def lock(client: Client, person: Person) -> HttpResponse:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        give_password(client, person.email, "wrong wrong wrong")
    return give_password(client, person.email, "wrong wrong wrong")


def test_five_wrong_passwords_lock_out(client: Client, analyst: Person) -> None:
    answer = lock(client, analyst)
    assert answer.status_code == 429
    assert b"quarter" in answer.content
    assert give_password(client, analyst.email).status_code == 429  # the right one too
    assert acts_about(analyst).count(acts.PASSWORD_REFUSED.code) >= 5


def test_a_lock_out_ends_with_its_time(client: Client, analyst: Person) -> None:
    from axes.models import AccessAttempt

    lock(client, analyst)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    make_totp(analyst)
    assert give_password(client, analyst.email)["Location"] == AUTHENTICATE


def test_a_lock_out_is_of_one_place_and_one_address(client: Client, analyst: Person) -> None:
    other = make_person(Role.PRESS)
    lock(client, analyst)
    assert give_password(client, other.email).status_code == 302
    make_totp(analyst)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert give_password(elsewhere, analyst.email)["Location"] == AUTHENTICATE


@pytest.mark.once
@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda email: f" {email} "])
def test_a_lock_out_knows_other_spellings(client: Client, analyst: Person, spelling: object) -> None:
    lock(client, analyst)
    assert give_password(client, spelling(analyst.email)).status_code == 429  # type: ignore[operator]


def test_another_browser_of_the_same_place_is_locked_too(client: Client, analyst: Person) -> None:
    lock(client, analyst)
    assert give_password(Client(HTTP_USER_AGENT="another"), analyst.email).status_code == 429


def test_a_forwarded_address_that_a_stranger_wrote_unlocks_nothing(client: Client, analyst: Person) -> None:
    lock(client, analyst)
    liar = Client(HTTP_X_FORWARDED_FOR="192.0.2.99")
    assert give_password(liar, analyst.email).status_code == 429


def test_wrong_codes_lock_out_and_the_lock_holds_for_every_form(client: Client, analyst: Person) -> None:
    secret = make_totp(analyst)
    give_password(client, analyst.email)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        give_code(client, "000000" if totp_code(secret) != "000000" else "000001")
    assert give_code(client, totp_code(secret)).status_code == 429
    assert give_password(Client(), analyst.email).status_code == 429
    assert client.post(AUTHENTICATE, {"credential": "{}"}).status_code == 429
    assert not is_signed_in(client)


def test_reauthentication_cannot_be_guessed_at_either(client: Client, analyst: Person) -> None:
    sign_in(client, analyst, ago=600)
    secret = make_totp(analyst)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        give_code(client, "000000" if totp_code(secret) != "000000" else "000001", REAUTHENTICATE)
    assert give_code(client, totp_code(secret), REAUTHENTICATE).status_code == 429
    assert acts_about(analyst).count(acts.SECOND_FACTOR_REFUSED.code) == settings.AXES_FAILURE_LIMIT


def test_a_locked_session_cannot_give_its_password_again(client: Client) -> None:
    person = make_person(Role.PRESS)
    sign_in(client, person)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/account/reauthenticate/", {"password": "wrong wrong wrong"})
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 429


@pytest.mark.slow
def test_many_places_together_are_slowed_down(analyst: Person) -> None:
    make_totp(analyst)
    for n in range(60):
        give_password(Client(REMOTE_ADDR=f"198.51.100.{n}"), analyst.email, "wrong wrong wrong")
    answer = give_password(Client(REMOTE_ADDR="203.0.113.1"), analyst.email)
    assert answer.status_code == 200  # the form again: too many attempts


@pytest.mark.once
def test_one_place_that_goes_on_while_locked_out_keeps_nobody_else_out(
    client: Client, analyst: Person, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "password_failed": "8/h/key"}
    make_totp(analyst)
    lock(client, analyst)
    for _ in range(10):
        assert give_password(client, analyst.email, "wrong wrong wrong").status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert give_password(elsewhere, analyst.email)["Location"] == AUTHENTICATE


@pytest.mark.once
def test_a_success_clears_the_count(client: Client) -> None:
    person = make_person(Role.PRESS)
    for _ in range(3):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            give_password(client, person.email, "wrong wrong wrong")
        assert give_password(client, person.email).status_code == 302
        client.post("/account/logout/")


def test_nobody_learns_who_has_an_account(client: Client, analyst: Person) -> None:
    wrong = give_password(client, analyst.email, "wrong wrong wrong").content
    unknown = give_password(client, "nobody@organisation.example", "wrong wrong wrong").content
    assert wrong.replace(analyst.email.encode(), b"").count(b"error") == unknown.replace(
        b"nobody@organisation.example", b""
    ).count(b"error")


# Sessions -------------------------------------------------------------------------------------------------------------


def test_the_session_key_changes_at_sign_in(client: Client, analyst: Person) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    through_the_forms(client, analyst)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_signed_in(thief)


def test_an_idle_session_ends(client: Client, analyst: Person) -> None:
    row = sign_in(client, analyst)
    UserSession.objects.filter(pk=row.pk).update(
        last_seen_at=timezone.now() - timedelta(seconds=settings.IDLE_SECONDS + 5)
    )
    assert not is_signed_in(client)
    assert acts.SESSION_EXPIRED.code in acts_about(analyst)


def test_use_keeps_a_session_alive_but_not_beyond_a_working_day(client: Client, analyst: Person) -> None:
    row = sign_in(client, analyst)
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=timezone.now() - timedelta(minutes=20))
    assert is_signed_in(client)
    row.refresh_from_db()
    assert timezone.now() - row.last_seen_at < timedelta(minutes=1)
    UserSession.objects.filter(pk=row.pk).update(
        created_at=timezone.now() - timedelta(seconds=settings.SESSION_SECONDS + 5)
    )
    assert not is_signed_in(client)


def test_a_page_that_asks_by_itself_keeps_no_session_alive(client: Client, analyst: Person) -> None:
    row = sign_in(client, analyst)
    for minutes in (5, settings.IDLE_SECONDS // 60 - 1):
        seen = timezone.now() - timedelta(minutes=minutes)
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=seen)
        assert client.get("/", headers={sessions.BY_ITSELF: "1", "HX-Request": "true"}).status_code == 200
        row.refresh_from_db()
        assert row.last_seen_at == seen
    assert is_signed_in(client), "what the person asks for still counts"
    row.refresh_from_db()
    assert timezone.now() - row.last_seen_at < timedelta(minutes=1)
    UserSession.objects.filter(pk=row.pk).update(
        last_seen_at=timezone.now() - timedelta(seconds=settings.IDLE_SECONDS + 5)
    )
    asks = {sessions.BY_ITSELF: "1", "HX-Request": "true", "HX-Current-URL": "/reports/"}
    answer = client.get("/reports/", headers=asks)
    assert answer["HX-Redirect"].startswith(LOGIN), "the page that still asks leads to the sign-in"
    assert not is_signed_in(client)


def test_a_session_that_was_ended_elsewhere_has_ended(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    other = Client()
    ended = sign_in(other, analyst)
    client.post("/account/sessions/end/", {"only": str(ended.pk)})
    assert not is_signed_in(other)
    assert is_signed_in(client)
    # The row of the session is gone too, so that no copy of the cookie brings it back.
    assert not UserSession.objects.filter(pk=ended.pk).exists()


def test_ending_all_others_leaves_this_one(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    others = [Client(), Client()]
    for other in others:
        sign_in(other, analyst)
    client.post("/account/sessions/end/")
    assert is_signed_in(client)
    assert not any(is_signed_in(other) for other in others)


@pytest.mark.parametrize("only", ["", "x", "-1", "9" * 30, "0"])
def test_what_is_no_session_ends_none(client: Client, analyst: Person, only: str) -> None:
    sign_in(client, analyst)
    other = Client()
    sign_in(other, analyst)
    assert client.post("/account/sessions/end/", {"only": only}).status_code == 302
    assert is_signed_in(other)


def test_nobody_ends_the_session_of_somebody_else(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    other = Client()
    row = sign_in(other, make_person(Role.ANALYST, analyst.organisation))
    client.post("/account/sessions/end/", {"only": str(row.pk)})
    assert is_signed_in(other)


def test_a_closed_account_is_out_at_once(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    Person.everybody.filter(pk=analyst.pk).update(is_active=False)
    assert not is_signed_in(client)
    assert give_password(Client(), analyst.email)["Location"] == "/account/inactive/"


def test_people_of_a_closed_organisation_are_out_at_once(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    type(analyst.organisation).objects.filter(pk=analyst.organisation_id).update(active=False)
    assert not is_signed_in(client)
    assert give_password(Client(), analyst.email)["Location"] == "/account/inactive/"


def test_a_new_password_ends_every_session(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    other = Client()
    sign_in(other, analyst)
    new = "another horse battery staple"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    analyst.refresh_from_db()
    assert analyst.check_password(new)
    assert analyst.password.startswith("argon2$argon2id$")
    assert not is_signed_in(client)
    assert not is_signed_in(other)
    assert acts.PASSWORD_CHANGED.code in acts_about(analyst)


# The step-up ----------------------------------------------------------------------------------------------------------


def test_the_step_up_asks_for_the_second_factor_after_five_minutes(client: Client) -> None:
    administrator = make_person(Role.ADMINISTRATOR)
    sign_in(client, administrator, ago=settings.STEP_UP_SECONDS + 5)
    answer = client.get("/people/invite/")
    assert answer["Location"] == f"{REAUTHENTICATE}?next=%2Fpeople%2Finvite%2F"
    assert client.post("/people/invite/", {})["Location"].startswith(REAUTHENTICATE)
    answer = give_code(client, totp_code(make_totp(administrator)), answer["Location"])
    assert (answer.status_code, answer["Location"]) == (302, "/people/invite/")
    assert client.get("/people/invite/").status_code == 200


def test_the_password_is_no_step_up_for_who_has_a_second_factor(client: Client) -> None:
    administrator = make_person(Role.ADMINISTRATOR)
    sign_in(client, administrator, ago=settings.STEP_UP_SECONDS + 5)
    answer = client.post("/account/reauthenticate/?next=/people/invite/", {"password": PASSWORD})
    assert answer["Location"].startswith(REAUTHENTICATE)
    assert client.get("/people/invite/").status_code == 302


@pytest.mark.parametrize("page", ["recovery-codes/generate/", "webauthn/add/"])
def test_who_changes_their_factors_later_gives_one_again_and_no_code_by_mail(client: Client, page: str) -> None:
    """With an address that is known to be theirs, as everybody has it who came by an invitation."""
    analyst = make_person(Role.ANALYST)
    EmailAddress.objects.create(user=analyst, email=analyst.email, verified=True, primary=True)
    sign_in(client, analyst, ago=settings.STEP_UP_SECONDS + 5)
    answer = client.get(f"/account/second-factor/{page}")
    assert answer["Location"].startswith(REAUTHENTICATE)
    assert client.get(answer["Location"]).status_code == 200


def test_a_fresh_sign_in_is_a_step_up(client: Client) -> None:
    administrator = make_person(Role.ADMINISTRATOR)
    through_the_forms(client, administrator)
    assert client.get("/people/invite/").status_code == 200


# Requests that are not what they seem -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/%5Cevil.example/../..//evil.example",
        "\t//evil.example",
        "https://localhost@evil.example",
    ],
)
def test_sign_in_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    person = make_person(Role.PRESS)
    answer = give_password(client, person.email, next=elsewhere)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"].split("/")[:3]
    assert not answer["Location"].startswith(("//", "http", "javascript", "/\\", "\t"))


def test_a_stranger_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = client.get("/directory/?kind=police")
    assert answer["Location"] == "/account/login/?next=%2Fdirectory%2F%3Fkind%3Dpolice"
    person = make_person(Role.PRESS)
    answer = client.post(
        answer["Location"], {"login": person.email, "password": PASSWORD, "next": "/directory/?kind=police"}
    )
    assert answer["Location"] == "/directory/?kind=police"


def test_the_way_to_sign_in_carries_no_other_site(client: Client) -> None:
    answer = client.get("//evil.example/directory/")
    assert "next=%2F%2Fevil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "127.0.0.2"])
def test_a_forged_host_is_refused(client: Client, host: str) -> None:
    assert client.get(LOGIN, headers={"host": host}).status_code == 400


def test_a_forwarded_host_changes_nothing(client: Client) -> None:
    assert client.get(LOGIN, headers={"x-forwarded-host": "evil.example"}).status_code == 200


@pytest.mark.parametrize(
    "page", [LOGIN, "/account/password/reset/", "/people/invite/", "/keys/new/", "/account/logout/"]
)
def test_a_form_without_its_token_is_refused(page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, make_person(Role.ADMINISTRATOR))
    assert client.post(page, {"login": "x"}).status_code == 403


def test_the_cookies_are_for_this_site_and_not_for_scripts(client: Client, analyst: Person) -> None:
    through_the_forms(client, analyst)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "page",
    [
        "/account/signup/",
        "/account/email/",
        "/account/password/set/",
        "/account/confirm-email/",
        "/account/confirm-email/abc/",
        "/account/login/code/confirm/",
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_what_we_do_not_use_of_the_library_is_closed(client: Client, page: str, signed_in: bool) -> None:
    if signed_in:
        sign_in(client, make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE)))
    assert client.get(page).status_code == 404
    assert client.post(page, {"email": "new@organisation.example"}).status_code == 404


def test_the_sign_in_is_danish_and_its_code_has_the_focus(client: Client, analyst: Person) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "da"
    page = client.get(LOGIN).content.decode()
    assert "Mailadresse" in page
    assert "Email" not in page
    make_totp(analyst)
    give_password(client, analyst.email)
    assert re.search(r'name="code"[^>]* autofocus', client.get(AUTHENTICATE).content.decode())
    sign_in(client, analyst)
    assert re.search(r'name="code"[^>]* autofocus', client.get(REAUTHENTICATE).content.decode())
