"""A notice cites what binds its host, and nothing that does not: by country and kind; the mail and the page agree."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.reports.takedown.worlds import REASON, World, make_world, scope

from vaern.node.organisations import unions
from vaern.node.organisations.countries import _of_all
from vaern.node.reports.models import Notice, Report
from vaern.node.reports.rules import duties
from vaern.node.reports.takedown import corrections, notices, tokens
from vaern.node.reports.takedown.labels import KINDS
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.inbox import Inbox

UNION = {
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
}
"""The 27, written by hand."""

TODAY = date(2026, 11, 28)
OF_UNION = re.compile(r"2022/2065|DSA|Digital Services|digitale tjenester|[Aa]rti(cle|kel)s? 1[68]", re.ASCII)
OF_STATES = re.compile(r"2258A|U\.S\.C|NCMEC|CyberTipline")
COUNTRIES = sorted(_of_all())


def expected(country: str, kind: str) -> str:
    """The oracle: what is cited, written as a table of its own."""
    if not country:
        return ""
    if kind == "host" and country in UNION:
        return "dsa-16"
    return "usc-18-2258a" if kind == "host" and country == "US" else "elsewhere"


@pytest.mark.parametrize("kind", KINDS)
def test_each_country_is_cited_its_own_law(kind: str) -> None:
    for country in ["", *COUNTRIES, "XA", "XB"]:
        found = duties.text_for(country, kind, TODAY)
        assert found.code == expected(country, kind), (country, kind)
        for language in duties.LANGUAGES:
            says = " ".join(vars(duties.says(found.code, language)).values())
            assert bool(OF_UNION.search(says)) == (found.code == "dsa-16"), (country, language)
            assert bool(OF_STATES.search(says)) == (found.code == "usc-18-2258a"), (country, language)


@given(st.sampled_from(["", *COUNTRIES]), st.sampled_from(sorted(KINDS)), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_there_is_always_one_and_it_is_of_its_day(country: str, kind: str, on: date) -> None:
    found = duties.text_for(country, kind, on)
    assert found.on(on)
    if found.of == "union:EU":
        assert "EU" in unions.unions_of(country, on)


def test_a_union_has_its_members_of_the_day() -> None:
    members = {code for code in COUNTRIES if "EU" in unions.unions_of(code, TODAY)}
    assert members == UNION
    assert "EU" in unions.unions_of("GB", date(2020, 1, 31))
    assert not unions.unions_of("GB", date(2020, 2, 1))
    assert not unions.unions_of("HR", date(2013, 6, 30))
    assert duties.text_for("DK", "host", date(2024, 2, 16)).code == "elsewhere"


def test_each_text_says_where_it_was_read_and_is_never_two() -> None:
    found = duties.texts()
    assert len({text.code for text in found}) == len(found)
    for text in found:
        assert text.source
        assert text.read <= TODAY + timedelta(days=3650)
        for says in text.says.values():
            assert says.heading
            assert says.unnamed
            assert all(part == part.strip() for part in vars(says).values())
    assert duties.says("dsa-16", "fr") == duties.says("dsa-16", "en")
    assert duties.says("dsa-16", "da") != duties.says("dsa-16", "en")


# The mail, the page, the correction -----------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return make_world()


def sent(world: World, country: str, language: str = "en", *, named: bool = True) -> Notice:
    host = world.hosts["host"]
    host.country, host.language = country, language
    host.save()
    with scope(world):
        world.trace()
        world.told()
        return notices.notify(world.viewer, REASON, world.now(), named=named)


def portal(notice: Notice) -> str:
    return reverse("reports:portal", args=[tokens.token_of(notice.pk, tokens.NOTICE)])


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", duties.LANGUAGES)
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("country", ["DK", "IE", "US", "GB", "XB", ""])
def test_mail_page_and_correction_cite_the_same(
    world: World, inbox: Inbox, client: Client, country: str, language: str, named: bool
) -> None:
    notice = sent(world, country, language, named=named)
    assert notice.cites == expected(country, "host")
    page = client.get(portal(notice)).content.decode()
    Report.everywhere.filter(pk=world.report.pk).update(actionable=None)
    with scope(world):
        corrections.correct(world.viewer, REASON, world.now())
    send_waiting()
    says = duties.says(notice.cites, language)
    for text in (page, *map(text_of, inbox.mails)):
        assert bool(OF_UNION.search(text)) == (notice.cites == "dsa-16")
        assert bool(OF_STATES.search(text)) == (notice.cites == "usc-18-2258a")
    first, second = map(text_of, inbox.mails)
    assert says.heading in first
    assert says.heading in second
    assert (says.unnamed in first) == (not named)
    assert says.duty in first


@pytest.mark.django_db
def test_what_was_cited_stays_though_the_host_moves(world: World, inbox: Inbox, client: Client) -> None:
    notice = sent(world, "US")
    host = world.hosts["host"]
    host.country = "DK"
    host.save()
    with scope(world):
        notices.remind(world.viewer, REASON, world.now())
    send_waiting()
    assert [bool(OF_UNION.search(text_of(mail))) for mail in inbox.mails] == [False, False]
    assert "2258A" in text_of(inbox.mails[1])
    assert "2258A" in client.get(portal(notice)).content.decode()


@pytest.mark.django_db
def test_an_owner_or_registrar_is_no_hosting_provider(world: World, inbox: Inbox) -> None:
    for host in world.hosts.values():
        host.country = "DK"
        host.save()
    with scope(world):
        world.trace(owner=world.hosts["owner"], registrar=world.hosts["registrar"])
        world.told()
        notices.notify(world.viewer, REASON, world.now())
        notices.escalate(world.viewer, REASON, world.now())
        notices.escalate(world.viewer, REASON, world.now())
    send_waiting()
    assert [bool(OF_UNION.search(text_of(mail))) for mail in inbox.mails] == [True, False, False]


@pytest.mark.django_db
def test_whoever_sends_it_reads_what_it_will_cite(world: World, client: Client) -> None:
    sign_in(client, world.person)
    with scope(world):
        world.trace()
        world.told()
    address = reverse("reports:notify", args=[world.report.pk, world.location.pk])
    client.post(address, {"why": "removal"})  # its reason, once
    for country, heading in (("DK", "2022/2065"), ("US", "2258A"), ("", "cites no law"), ("XB", "Notice of illegal")):
        type(world.hosts["host"]).everywhere.update(country=country)
        Notice.everywhere.all().delete()
        assert heading in client.get(address).content.decode()


def test_the_provision_under_which_access_is_blocked_is_that_of_the_union_alone() -> None:
    for country in ["", *COUNTRIES, "XA"]:
        for language in duties.LANGUAGES:
            assert bool(duties.blocking(country, TODAY, language)) == (country in UNION), country
    assert (
        duties.blocking("DK", TODAY, "da") != duties.blocking("DK", TODAY, "en") == duties.blocking("DK", TODAY, "fr")
    )
    assert not duties.blocking("DK", date(2013, 12, 17), "en")
