"""Signing in through the forms, step by step, as a browser does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.node.factories import PASSWORD, make_totp, totp_code

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from vaern.node.organisations.models import Person

LOGIN = "/account/login/"
AUTHENTICATE = "/account/second-factor/authenticate/"
REAUTHENTICATE = "/account/second-factor/reauthenticate/"


def give_password(client: Client, email: str, password: str = PASSWORD, **query: str) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password, **query})


def give_code(client: Client, code: str, url: str = AUTHENTICATE) -> HttpResponse:
    return client.post(url, {"code": code})


def through_the_forms(client: Client, person: Person) -> HttpResponse:
    """Sign in with both factors and return the last answer."""
    secret = make_totp(person)
    first = give_password(client, person.email)
    assert (first.status_code, first["Location"]) == (302, AUTHENTICATE)
    return give_code(client, totp_code(secret))


def is_signed_in(client: Client) -> bool:
    """Whether a private page answers."""
    return bool(client.get("/account/profile/").status_code == 200)
