"""A notice claims priority where the law of its host gives it, and while the status is in force: no other one does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in, viewer_for
from tests.node.reports.flagging.worlds import AREA, COORDINATOR, KEEPS, decide, keepers, step
from tests.node.reports.takedown.test_citations import COUNTRIES, UNION, portal, sent, text_of
from tests.node.reports.takedown.worlds import REASON, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.law import actions as law
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base import flagger_status
from vaern.node.reports.flagging import register
from vaern.node.reports.models import Notice
from vaern.node.reports.rules import duties, flaggers
from vaern.node.reports.rules.flaggers import Decision, Known
from vaern.node.reports.takedown import notices
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.inbox import Inbox

DAY = date(2026, 3, 1)
SOMEBODY = Organisation(id=uuid4(), name="Somebody")
CLAIMS = {"en": "Article 22", "da": "Artikel 22"}


# What stands on a day -------------------------------------------------------------------------------------------------


def walked(known: list[Known], on: date) -> date | None:
    """The oracle: day by day from the first, by what each decision does; the day of the award that stands."""
    state: tuple[str, date | None] = ("none", None)
    day = DAY
    while day <= on:
        for one in known:
            if one.step.since != day:
                continue
            award = state[1]
            match one.step.decision:
                case Decision.AWARDED if one.verified:
                    state = ("in force", day)
                case Decision.RESTORED if one.verified and award is not None:
                    state = ("in force", award)
                case Decision.SUSPENDED:
                    state = ("suspended", award)
                case Decision.REVOKED:
                    state = ("none", None)
        day += timedelta(days=1)
    return state[1] if state[0] == "in force" else None


@st.composite
def histories(draw: st.DrawFn) -> list[Known]:
    days = draw(st.lists(st.integers(0, 9), unique=True, max_size=6))
    return [
        Known(step(SOMEBODY, draw(st.sampled_from(Decision)), DAY + timedelta(days=day)), draw(st.booleans()))
        for day in days
    ]


@given(histories(), st.integers(-1, 11).map(lambda days: DAY + timedelta(days=days)))
def test_what_stands_is_what_a_walk_through_the_days_finds(known: list[Known], on: date) -> None:
    found = flaggers.in_force(known, on)
    assert (found.step.since if found else None) == walked(known, on)


@given(histories(), st.integers(-1, 11).map(lambda days: DAY + timedelta(days=days)))
def test_doubt_never_makes_a_claim(known: list[Known], on: date) -> None:
    doubted = [replace(one, verified=False) for one in known]
    assert flaggers.in_force(doubted, on) is None
    for at, one in enumerate(known):
        if one.verified and one.step.decision in flaggers.GIVES:
            less = [*known[:at], replace(one, verified=False), *known[at + 1 :]]
            if flaggers.in_force(less, on):
                assert flaggers.in_force(known, on)


def test_a_decision_follows_from_the_one_before() -> None:
    awarded, suspended, restored, revoked = Decision
    first = {(awarded,)}
    fine = first | {
        (awarded, suspended),
        (awarded, revoked),
        (awarded, suspended, restored),
        (awarded, suspended, revoked),
        (awarded, revoked, awarded),
    }
    for size in (1, 2, 3):
        for chain in product(Decision, repeat=size):
            steps = [step(SOMEBODY, one, DAY + timedelta(days=at)) for at, one in enumerate(chain)]
            assert (not flaggers.out_of_order(steps)) == (chain in fine), chain


# What is cited gives priority, or does not ----------------------------------------------------------------------------


def test_only_the_law_of_the_union_gives_priority_and_only_to_hosts() -> None:
    for country, kind in product(["", *COUNTRIES, "XA"], ("host", "owner", "registrar")):
        found = duties.text_for(country, kind, DAY)
        assert found.flagger == (country in UNION and kind == "host"), (country, kind)
        for says in found.says.values():
            assert bool(says.priority) == found.flagger
            assert all(name in says.priority for name in ("{organisation}", "{day}", "{coordinator}", "{area}")) == (
                found.flagger
            )


# The mail, the page, the portal ---------------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return make_world()


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


AWARDED, SUSPENDED, RESTORED, REVOKED = Decision
CASES = [
    ([], False),
    ([(AWARDED, 9, True)], True),
    ([(AWARDED, 0, True)], True),
    ([(AWARDED, -1, True)], False),
    ([(AWARDED, 9, False)], False),
    ([(AWARDED, 9, True), (SUSPENDED, 0, False)], False),
    ([(AWARDED, 9, True), (SUSPENDED, -1, True)], True),
    ([(AWARDED, 9, True), (SUSPENDED, 5, True), (RESTORED, 2, False)], False),
    ([(AWARDED, 9, True), (SUSPENDED, 5, True), (RESTORED, 2, True)], True),
    ([(AWARDED, 9, True), (REVOKED, 1, False)], False),
]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("country", ["DK", "US", "XB", ""])
@pytest.mark.parametrize(("history", "stands"), CASES)
def test_priority_is_claimed_where_it_is_given_and_in_force(
    world: World, inbox: Inbox, client: Client, history: list, stands: bool, country: str
) -> None:
    for decision, days, verified in history:
        decide(world.organisation, decision, ago(days), verified=verified)
    notice = sent(world, country)
    send_waiting()
    claims = stands and country == "DK"
    assert (notice.flagger_id is not None) == claims
    for text in (text_of(inbox.mails[0]), client.get(portal(notice)).content.decode()):
        assert (CLAIMS["en"] in text) == claims
        assert (COORDINATOR in text) == claims
        assert (AREA in text) == claims
    if claims:
        days = next(days for decision, days, _verified in history if decision is AWARDED)
        assert f"awarded on {ago(days).isoformat()}" in text_of(inbox.mails[0])


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati"])
def test_a_claim_is_of_the_nodes_day_in_whatever_zone_a_page_tells_its_moments(world: World, zone: str) -> None:
    decide(world.organisation, AWARDED, ago(0))
    notice = sent(world, "DK")
    decide(world.organisation, SUSPENDED, ago(-1))
    with timezone.override(ZoneInfo(zone)):  # far in the west today has not begun, far in the east tomorrow has
        assert flagger_status.claim(notice, "en")


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", duties.LANGUAGES)
@pytest.mark.parametrize("named", [True, False])
def test_who_is_not_named_claims_nothing(
    world: World, inbox: Inbox, client: Client, language: str, named: bool
) -> None:
    decide(world.organisation, AWARDED, ago(9))
    notice = sent(world, "IE", language, named=named)
    send_waiting()
    assert (CLAIMS[language] in text_of(inbox.mails[0])) == named
    assert (CLAIMS[language] in client.get(portal(notice)).content.decode()) == named
    assert (world.organisation.name in text_of(inbox.mails[0])) == named


@pytest.mark.django_db
def test_another_organisations_status_is_not_claimed(world: World) -> None:
    decide(keepers()[0].organisation, AWARDED, ago(9))
    assert sent(world, "DK").flagger_id is None


@pytest.mark.django_db
def test_a_reminder_claims_it_while_it_stands_and_the_notice_keeps_what_it_said(world: World, inbox: Inbox) -> None:
    row = decide(world.organisation, AWARDED, ago(9))
    notice = sent(world, "DK")
    one, other = keepers()
    better = law.correct(one, KEEPS, row, area="something else (invented)")
    law.verify(other, KEEPS, better, "read")
    with scope(world):
        notices.remind(world.viewer, REASON, world.now())
    decide(world.organisation, SUSPENDED, ago(0), verified=False)
    with scope(world):
        notices.remind(world.viewer, REASON, world.now())
    send_waiting()
    texts = [text_of(mail) for mail in inbox.mails]
    assert [CLAIMS["en"] in text for text in texts] == [True, True, False]
    assert [AREA in text for text in texts] == [True, True, False]
    assert Notice.everywhere.get(pk=notice.pk).flagger_id == row.pk


@pytest.mark.once
@pytest.mark.django_db
def test_whoever_sends_it_reads_what_it_will_claim(world: World, client: Client) -> None:
    sign_in(client, world.person)
    with scope(world):
        world.trace()
        world.told()
    address = reverse("reports:notify", args=[world.report.pk, world.location.pk])
    client.post(address, {"why": "removal"})  # its reason, once
    decide(world.organisation, AWARDED, ago(9))
    for country, claims in (("DK", True), ("US", False), ("", False), ("XB", False)):
        type(world.hosts["host"]).everywhere.update(country=country)
        assert (COORDINATOR in client.get(address).content.decode()) == claims
    type(world.hosts["host"]).everywhere.update(country="DK")
    decide(world.organisation, SUSPENDED, ago(1))
    assert COORDINATOR not in client.get(address).content.decode()


# The register, and the page of the organisation -----------------------------------------------------------------------


@pytest.mark.django_db
def test_the_register_refuses_what_does_not_follow(world: World) -> None:
    one, _other = keepers()
    with pytest.raises(Refusal, match="does not follow"):
        law.add(one, KEEPS, flagger_status.TABLE, step(world.organisation, RESTORED, ago(3)))
    row = decide(world.organisation, AWARDED, ago(9))
    decide(world.organisation, SUSPENDED, ago(3))
    assert register.problems() == []
    with pytest.raises(Refusal, match="does not follow"):
        law.withdraw(one, KEEPS, row)


@pytest.mark.django_db
def test_the_form_makes_a_row_that_somebody_else_verifies(world: World, client: Client) -> None:
    one, other = keepers()
    sign_in(client, one.person)
    address = reverse("law:add", args=["flaggers", flagger_status.TABLE])
    typed = {
        "organisation": str(world.organisation.pk),
        "decision": "awarded",
        "since": ago(9).isoformat(),
        "coordinator": COORDINATOR,
        "country": "DK",
        "area": "",
        "reference": "1",
        "source": "read",
        "read": ago(1).isoformat(),
        "why": "other",
        "words": "because",
    }
    assert client.post(address, typed).status_code == 422  # an award says in which area
    assert client.post(address, typed | {"area": AREA}).status_code == 302
    page = reverse("organisations:organisation", args=[world.organisation.pk])
    assert "Not in force" in client.get(page).content.decode()
    assert "unverified" in client.get(page).content.decode()
    (known,) = flagger_status.decisions(world.organisation.pk)
    row = law.LawRow.objects.get(pk=known.row)
    with pytest.raises(Refusal):
        law.verify(one, KEEPS, row, "read")
    law.verify(other, KEEPS, row, "read")
    shown = client.get(page).content.decode()
    assert "In force" in shown
    assert AREA in shown
    correct = reverse("law:correct", args=[row.pk])
    assert f'value="{COORDINATOR}"' in client.get(correct).content.decode()


@pytest.mark.django_db
def test_an_organisation_without_a_decision_has_no_line_about_it(world: World, client: Client) -> None:
    sign_in(client, viewer_for(world.person).person)
    page = client.get(reverse("organisations:organisation", args=[world.organisation.pk])).content.decode()
    assert "Trusted flagger" not in page
