"""The page of help, and that every public page from which somebody in need may come leads to it and to the wishes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.node.factories import make_member, make_organisation
from tests.node.reports.public.worlds import code_in, send

from vaern.node.ledger.models import Entry
from vaern.node.reports.base.desks import desk_of

if TYPE_CHECKING:
    from vaern.node.reports.models import Desk

pytestmark = pytest.mark.django_db
HELP = "/help/"


def desk_in(country: str) -> Desk:
    desk = desk_of(make_organisation(member=make_member(country)))
    desk.public_name = country.lower()
    desk.save()
    return desk


def links(page: str) -> set[str]:
    return set(re.findall(r'<a\b[^>]*\bhref="([^"]*)"', page.partition("<main")[2]))


def read(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_every_public_page_of_reports_leads_to_help_and_to_the_wishes() -> None:
    client, desk = Client(), desk_in("DK")
    sent = send(client, desk)
    opened = client.post("/report/receipt/", {"code": code_in(sent)})
    pages = {
        "form": read(client, "/report/dk/"),
        "sent": sent.content.decode(),
        "dialogue": opened.content.decode(),
        "receipt": read(client, "/report/receipt/"),
        "help": read(client, HELP),
        "held": send(client, desk, kind="sexual_extortion", words="Other words").content.decode(),
    }
    desk_in("FR")
    pages["choose"] = read(client, "/report/")
    assert "In which country are you?" in pages["choose"]
    assert "Messages</h2>" in pages["dialogue"]
    for name, page in pages.items():
        found = links(page)
        assert {"/wishes/", "/wishes/at/dk/"} & found, name
        assert name == "help" or HELP in found, name
    for url in ("/wishes/", "/wishes/at/dk/"):
        assert HELP in links(read(client, url)), url


def test_it_says_what_helps_in_each_need_and_where_to_go_on() -> None:
    desk_in("DK")
    page = read(Client(), HELP)
    assert {"/report/", "/report/receipt/", "/wishes/"} <= links(page)
    for words in ("Do not pay", "Keep the chat", "Pictures of you", "Do not search for more", "your own thoughts"):
        assert words in page
    for section in ("threatened", "spread", "seen", "thoughts"):
        assert page.count(f'id="{section}"') == 1
        assert f'href="#{section}"' in page


def test_it_names_the_help_lines_of_every_country_with_a_desk() -> None:
    for country in ("DK", "GB", "XQ"):
        desk_in(country)
    page = read(Client(), HELP)
    for number in ("116111", "08001111", "08081000900"):
        assert f'href="tel:{number}"' in page
    assert "brydcirklen.dk" in page
    assert 'href="https' not in page, "no link leads to a third party"
    assert "tel:119" not in page, "no desk is in that country"
    danish = Client(headers={"accept-language": "da"}).get(HELP).content.decode()
    assert "Det hjælper nu" in danish


def test_without_any_desk_and_any_line_it_still_says_where_to_turn() -> None:
    page = read(Client(), HELP)
    assert "Call the police of your country." in page
    assert "Talk to a doctor" in page


def test_it_is_the_same_for_everybody_and_keeps_nothing_of_who_reads() -> None:
    desk_in("DK")
    before = Entry.objects.count()
    first, second = Client(), Client(headers={"user-agent": "another", "referer": "https://elsewhere.example/"})
    answers = [first.get(HELP), second.get(HELP, {"q": "x"}), first.get(HELP)]
    assert len({re.sub(r'value="[^"]{20,}"|nonce="[^"]*"|\?q=x', "", one.content.decode()) for one in answers}) == 1
    assert not re.findall(r'<input(?![^>]*type="hidden")|<textarea', answers[0].content.decode().partition("<main")[2])
    assert first.post(HELP, {"words": "x"}).status_code == 405
    assert Entry.objects.count() == before
    assert set(first.cookies) <= {"csrf"}, "that of the choice of language above"
    assert Session.objects.count() == 0
