"""Passkeys in Chromium, with its own virtual authenticator: set up, second factor, sign-in without a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from tests.node.factories import PASSWORD, make_person

from vaern.node.ledger.models import Entry
from vaern.node.organisations import acts
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from vaern.node.organisations.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AUTHENTICATE = "/account/second-factor/authenticate/"


def plug_in(page: Page, *, verifies: bool = True) -> tuple[Any, str]:
    """Put an authenticator into the browser: one that knows its owner, or only that somebody touches it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def give_password(page: Page, address: str, person: Person) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def set_up(page: Page, address: str, person: Person, *, passwordless: bool = True) -> None:
    """Sign in for the first time and make a passkey the second factor, as the pages lead to it."""
    give_password(page, address, person)
    page.wait_for_url("**/account/second-factor/set-up/**")
    with page.expect_navigation():
        page.click("main a.primary")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
    page.wait_for_url("**/webauthn/add/**")
    if passwordless:
        page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")


def sign_out(page: Page, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/account/login/")


@pytest.fixture
def analyst() -> Person:
    return make_person(Role.ANALYST)


def test_a_passkey_is_set_up_and_opens_the_work(visit: Any, address: str, analyst: Person) -> None:
    page = visit().page()
    plug_in(page)
    set_up(page, address, analyst)
    assert page.goto(f"{address}/people/").status == 200
    assert Authenticator.objects.filter(user=analyst, type="webauthn").count() == 1
    assert Entry.objects.filter(subject=analyst.id, act=acts.SECOND_FACTOR_ADDED.code).exists()


def test_a_passkey_is_the_second_factor_after_the_password(visit: Any, address: str, analyst: Person) -> None:
    page = visit().page()
    plug_in(page)
    set_up(page, address, analyst, passwordless=False)
    sign_out(page, address)
    give_password(page, address, analyst)
    page.wait_for_url("**/authenticate/**")
    assert page.goto(f"{address}/people/").url.endswith(AUTHENTICATE)  # not signed in yet
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(f"{address}/")
    assert page.goto(f"{address}/people/").status == 200


def test_a_passkey_alone_signs_in_and_counts_as_both(visit: Any, address: str, analyst: Person) -> None:
    page = visit().page()
    plug_in(page)
    set_up(page, address, analyst)
    sign_out(page, address)
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/")
    assert page.goto(f"{address}/keys/new/").status == 200  # the step-up holds too
    assert "/keys/new/" in page.url


def test_an_authenticator_that_does_not_know_its_owner_signs_nobody_in(
    visit: Any, address: str, analyst: Person
) -> None:
    page = visit().page()
    devtools, key = plug_in(page)
    set_up(page, address, analyst)
    sign_out(page, address)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    with page.expect_console_message(lambda said: "NotAllowedError" in said.text):  # the script was refused
        page.click("#passkey_login")
    assert page.goto(f"{address}/people/").url.startswith(f"{address}/account/login/")


def test_another_authenticator_is_refused_and_recorded(visit: Any, address: str, analyst: Person) -> None:
    page = visit().page()
    plug_in(page)
    set_up(page, address, analyst, passwordless=False)
    thief = visit().page()
    plug_in(thief)
    give_password(thief, address, analyst)
    thief.wait_for_url("**/authenticate/**")
    # No credential of this account is in it, so the browser has nothing to offer; a made-up answer is refused.
    thief.evaluate(
        "document.querySelector('input[name=credential]').form.querySelector('input[name=credential]').value = "
        "JSON.stringify({id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {clientDataJSON: 'e30', "
        "authenticatorData: 'AAAA', signature: 'AAAA'}})"
    )
    with thief.expect_navigation():
        thief.evaluate("document.querySelector('input[name=credential]').form.submit()")
    assert thief.goto(f"{address}/people/").url.endswith(AUTHENTICATE)
    assert Entry.objects.filter(subject=analyst.id, act=acts.SECOND_FACTOR_REFUSED.code).exists()


def test_the_last_passkey_cannot_be_removed(visit: Any, address: str, analyst: Person) -> None:
    page = visit().page()
    plug_in(page)
    set_up(page, address, analyst)
    only = Authenticator.objects.get(user=analyst, type="webauthn")
    page.goto(f"{address}/account/second-factor/webauthn/keys/{only.pk}/remove/")
    assert page.url.rstrip("/").endswith("/account/second-factor")
    assert Authenticator.objects.filter(pk=only.pk).exists()
