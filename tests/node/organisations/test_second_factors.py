"""Second factors that are changed in two tabs at once, and what is sent as a passkey and is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from tests.node.factories import PASSWORD, make_person, make_totp, sign_in, totp_code
from tests.node.organisations.signing_in import AUTHENTICATE, give_password, is_signed_in
from tests.node.passkeys import coded, registration
from tests.node.route_arguments import make_passkey
from tests.node.threads import at_once

from vaern.node.ledger.models import Entry
from vaern.node.organisations import acts
from vaern.node.organisations.rules import Role
from vaern.node.organisations.second_factor import FACTORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from vaern.node.organisations.models import Person

ADD = "/account/second-factor/webauthn/add/"
ALONE = "/account/second-factor/webauthn/login/"
AGAIN = "/account/second-factor/webauthn/reauthenticate/"
APP = "/account/second-factor/totp/activate/"


def statuses(*acts: Callable[[], HttpResponse]) -> list[int]:
    """Send requests that begin together; return the statuses of their answers."""
    return [answer.status_code for answer in at_once(*acts)]


def tabs_of(person: Person) -> tuple[Client, Client]:
    """Two tabs of one browser; an error in either is an answer, as it is over the net."""
    one, other = Client(raise_request_exception=False), Client(raise_request_exception=False)
    sign_in(one, person, second_factor=True)
    other.cookies = one.cookies
    return one, other


# Two tabs -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_factors_that_are_removed_at_once_leave_one_to_who_needs_one(attempt: int) -> None:
    person = make_person(Role.ANALYST)
    one, other = tabs_of(person)
    remove = reverse("mfa_remove_webauthn", args=[make_passkey(person)])
    answered = statuses(lambda: one.post(reverse("mfa_deactivate_totp")), lambda: other.post(remove))
    assert Authenticator.objects.filter(user=person, type__in=FACTORS).count() == 1
    assert max(answered) < 400
    assert Entry.objects.filter(subject=person.id, act=acts.SECOND_FACTOR_REMOVED.code).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_needs_no_factor_removes_both_at_once() -> None:
    person = make_person(Role.PRESS)
    one, other = tabs_of(person)
    remove = reverse("mfa_remove_webauthn", args=[make_passkey(person)])
    answered = statuses(lambda: one.post(reverse("mfa_deactivate_totp")), lambda: other.post(remove))
    assert not Authenticator.objects.filter(user=person).exists()
    assert max(answered) < 400


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_button_that_is_pressed_twice_sets_one_app_up_and_breaks_nothing(attempt: int) -> None:
    person = make_person(Role.ANALYST)
    one, other = Client(raise_request_exception=False), Client(raise_request_exception=False)
    give_password(one, person.email)
    assert one.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    other.cookies = one.cookies
    assert one.get(APP).status_code == 200
    code = totp_code(one.session["mfa.totp.secret"])
    answered = statuses(lambda: one.post(APP, {"code": code}), lambda: other.post(APP, {"code": code}))
    assert answered == [302, 302]
    assert Authenticator.objects.filter(user=person, type="totp").count() == 1


# What is no passkey ---------------------------------------------------------------------------------------------------


def passkey(client: Client, **changed: Any) -> dict[str, Any]:
    """What a browser sends that makes a passkey for the challenge of this session, with some of it changed."""
    whole = registration(client.session["mfa.webauthn.state"]["challenge"])
    return {**whole, "response": {**whole["response"], **changed.pop("response", {})}, **changed}


def cbor_of_nothing(client: Client, text: bytes) -> dict[str, Any]:
    return passkey(client, response={"attestationObject": coded(text)})


BROKEN: dict[str, Callable[[Client], Any]] = {
    "a list": lambda _client: [],
    "an id alone": lambda _client: {"id": "x"},
    "numbers": lambda _client: {"id": 1, "rawId": 1, "type": "public-key", "response": 1},
    "no base64": lambda client: passkey(client, id="é", rawId="é"),
    "half a byte": lambda client: passkey(client, id="A", rawId="A"),
    "client data that is a list": lambda client: passkey(client, response={"clientDataJSON": coded(b"[]")}),
    "client data that is no text": lambda client: passkey(client, response={"clientDataJSON": coded(b"\xff")}),
    "an empty map": lambda client: cbor_of_nothing(client, b"\xa0"),
    "no CBOR": lambda client: cbor_of_nothing(client, b"\0"),
    "CBOR that breaks off": lambda client: cbor_of_nothing(client, b"\xa3cfmt"),
    "a length that breaks off": lambda client: cbor_of_nothing(client, b"\xa1\x79\0"),
}


def at_the_form(address: str) -> Client:
    """Come to a form that takes a passkey, as its challenge asks."""
    client, person = Client(raise_request_exception=False), make_person(Role.ANALYST)
    if address == AUTHENTICATE:
        make_totp(person)
        give_password(client, person.email)
    elif address != ALONE:
        sign_in(client, person)
    # The form to give one again is for those who have one; the challenge of the form to add one is the same to it.
    client.get(ADD if address == AGAIN else address, headers={"X-Requested-With": "XMLHttpRequest"})
    return client


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("address", [ADD, AGAIN, ALONE, AUTHENTICATE])
def test_what_is_no_passkey_is_refused_and_breaks_nothing(address: str, broken: str) -> None:
    client = at_the_form(address)
    answer = client.post(address, {"name": "A passkey", "credential": json.dumps(BROKEN[broken](client))})
    assert answer.status_code in {200, 302}
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    assert address in {ADD, AGAIN} or not is_signed_in(client)


@pytest.mark.django_db
def test_of_a_passkey_nothing_is_kept_that_is_not_read_again(client: Client) -> None:
    person = make_person(Role.ANALYST)
    sign_in(client, person)
    client.get(ADD)
    sent = passkey(client, beside="x", clientExtensionResults={"credProps": {"rk": True, "beside": "x"}, "beside": 1})
    sent["response"]["beside"] = "x"
    assert client.post(ADD, {"name": "A passkey", "credential": json.dumps(sent)}).status_code == 302
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    assert kept.wrap().is_passwordless
    assert kept.data["credential"].keys() == {"id", "rawId", "type", "response", "clientExtensionResults"}
    assert kept.data["credential"]["response"].keys() == {"clientDataJSON", "attestationObject"}
    assert "beside" not in json.dumps(kept.data)
