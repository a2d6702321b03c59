"""The front page of whoever is not signed in: what this node offers, and nothing that it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.node.factories import make_person, sign_in
from tests.node.reports.public.worlds import make_desk

from vaern.node.organisations.rules import Role

pytestmark = pytest.mark.django_db


def _links(language: str = "en") -> set[str]:
    answer = Client(headers={"host": "localhost", "accept-language": language}).get("/")
    assert answer.status_code == 200
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return set(re.findall(r'href="([^"]*)"', main))


def test_a_node_without_a_desk_offers_no_report_and_no_receipt() -> None:
    assert _links() == {"/account/login/", "/help/"}


@pytest.mark.parametrize("language", ["en", "da"])
def test_one_desk_is_one_button_and_several_are_countries(language: str) -> None:
    first = make_desk()
    alone = _links(language)
    assert {f"/report/{first.public_name}/", "/report/receipt/", "/help/"} <= alone
    assert any(link.startswith("/wishes/") for link in alone)
    second = make_desk()
    both = _links(language)
    assert {f"/report/{first.public_name}/", f"/report/{second.public_name}/"} <= both


def test_each_link_leads_somewhere() -> None:
    make_desk()
    make_desk()
    client = Client(headers={"host": "localhost"})
    for link in _links():
        if not link.startswith("tel:"):
            assert client.get(link).status_code == 200, link


def test_finders_may_show_it_and_whoever_signs_in_sees_today(settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    client = Client(headers={"host": "localhost"})
    assert client.get("/")["X-Robots-Tag"] == "all"
    assert "Allow: /$" in client.get("/robots.txt").content.decode().splitlines()
    sign_in(client, make_person(Role.ANALYST))
    own = client.get("/")
    assert own["X-Robots-Tag"] == "noindex, nofollow"
    assert "<h1>Today</h1>" in own.content.decode()


def test_what_is_sent_there_without_a_session_is_not_taken() -> None:
    assert Client(headers={"host": "localhost"}).post("/").headers["Location"].startswith("/account/login/")
