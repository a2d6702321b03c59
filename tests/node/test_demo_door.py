"""The link of one click with which invented people sign in: two attackers, one who forges it and one on a real node."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.urls import reverse
from tests.node.factories import make_person
from tests.node.reports.law.test_data import configured

from vaern.node.demo.sign_in import LINK_SECONDS, SALT, NotSynthetic, link_of
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def path_of(token: str) -> str:
    return reverse("demo:sign-in", args=[token])


def signed(person: str, *, salt: str = SALT, ago: int = 0) -> str:
    with patch("django.core.signing.time.time", return_value=time.time() - ago):
        return path_of(signing.dumps(person, salt=salt, compress=False))


def is_signed_in(client: Client) -> bool:
    """Whether a session is anybody's, a second factor or not."""
    return SESSION_KEY in client.session


def test_the_link_that_the_terminal_shows_signs_in(client: Client) -> None:
    link = link_of(make_person(Role.ANALYST))
    assert client.get(f"/{link.split('/', 3)[3]}").status_code == 302
    assert is_signed_in(client)


def test_a_link_that_is_forged_old_or_of_nobody_signs_nobody_in(client: Client) -> None:
    person = make_person(Role.ANALYST)
    own = str(person.pk)
    whole = signed(own)
    forged = [
        path_of("x"),
        whole[:-3] + "xx/",
        whole.replace(":", ".", 1),
        signed(own, salt="another"),
        signed(own, ago=LINK_SECONDS + 1),
        signed("nobody"),
        signed("0" * 32),
    ]
    assert [client.get(address).status_code for address in forged] == [404] * len(forged)
    assert client.post(whole).status_code == 405
    type(person).everybody.filter(pk=person.pk).update(is_active=False)
    assert client.get(whole).status_code == 404
    assert not is_signed_in(client)


def test_a_node_that_is_not_synthetic_knows_no_link(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(Role.ANALYST)
    link = signed(str(person.pk))
    configured(monkeypatch, synthetic=False)
    assert client.get(link).status_code == 404
    assert not is_signed_in(client)
    with pytest.raises(NotSynthetic):
        link_of(person)
