"""Providers: which company speaks for whom, that the table cannot contradict itself, and what a desk reads of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.cases.assistance.test_pages import WHY, post, say_why
from tests.node.cases.assistance.worlds import REASON, make_world
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.node.cases.assistance.providers.forms import ProviderForm
from vaern.node.cases.assistance.providers.register import TABLE, find
from vaern.node.cases.models import HeldData
from vaern.node.cases.rules import provider_files
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.provider_files import FILE, providers
from vaern.node.cases.rules.providers import Provider, gaps, problems, speaks_for
from vaern.node.law import actions as law
from vaern.node.law.data import newest
from vaern.node.law.records import Basis
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.templatetags.components import ICONS

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from vaern.node.organisations.models import Person

DAY = date(2026, 11, 28)
_ROW = Provider(
    code="p",
    name="P",
    services=("Pictures",),
    entity="P Limited",
    country="IE",
    portal="p.example",
    preserves={},
    emergency={},
    notice={},
    basis=Basis.READ,
    source="A fictional page",
    day=date(2026, 11, 28),
    since=DAY,
)


_SERVED = st.sets(st.sampled_from(["DK", "DE"])).map(sorted)


@st.composite
def rows(draw: st.DrawFn) -> list[Provider]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        since = DAY + timedelta(days=draw(st.integers(0, 3)))
        until = draw(st.none() | st.integers(-1, 3).map(lambda days, since=since: since + timedelta(days=days)))
        found.append(
            msgspec.structs.replace(
                _ROW,
                code=draw(st.sampled_from("pq")),
                serves=tuple(draw(_SERVED)),
                country=draw(st.sampled_from(["IE", "US"])),
                since=since,
                until=until,
            )
        )
    return found


@given(found=rows(), on=st.integers(0, 6).map(lambda days: DAY + timedelta(days=days)))
def test_a_table_without_contradiction_has_one_answer_and_the_rows_that_name_a_country_come_first(
    found: list[Provider], on: date
) -> None:
    for code in "pq":
        for country in ("DK", "DE", "FR"):
            speak = [
                one
                for one in found
                if one.code == code
                and one.since <= on
                and (one.until is None or on <= one.until)
                and (not one.serves or country in one.serves)
            ]
            naming = [one for one in speak if one.serves]
            answer = speaks_for(found, code, country, on)
            assert (answer is None) == (not speak)
            assert answer is None or answer in (naming or speak)
            if not problems(found):
                assert len(naming) <= 1
                assert len(speak) - len(naming) <= 1


@given(found=rows())
def test_what_contradicts_itself_is_said(found: list[Provider]) -> None:
    both = any(
        one.code == other.code
        and (set(one.serves) & set(other.serves) or not (one.serves or other.serves))
        and any(one.covers(day) and other.covers(day) for day in (DAY + timedelta(days=days) for days in range(10)))
        for place, one in enumerate(found)
        for other in found[place + 1 :]
    )
    backwards = any(one.until is not None and one.until < one.since for one in found)
    said = problems(found)
    assert both <= bool(said)
    assert backwards <= bool(said)
    assert bool(said) <= (both or backwards)


@pytest.mark.parametrize("one", providers(), ids=lambda one: f"{one.code} {one.country}")
def test_no_cell_of_the_file_is_empty_without_saying_why(one: Provider) -> None:
    assert gaps(one) == []
    for name in ("preserves", "emergency", "notice", "addressee"):
        assert gaps(msgspec.structs.replace(one, **{name: {"en": "Only one language"}})) == [name]
    for data in DataKind:
        less = tuple(paper for paper in one.papers if paper.data is not data)
        assert gaps(msgspec.structs.replace(one, papers=less)) == [f"papers, {data.value}"]


@pytest.mark.parametrize("one", providers(), ids=lambda one: f"{one.code} {one.country}")
def test_every_row_of_the_file_can_be_corrected_on_its_page(one: Provider) -> None:
    shown = ProviderForm(content=one)
    form = ProviderForm({**{name: shown.initial.get(name) or "" for name in shown.fields}, **WHY}, content=one)
    assert form.is_valid(), form.errors
    assert {**msgspec.structs.asdict(one), **form.change, "basis": one.basis} == msgspec.structs.asdict(one)


def test_a_cell_without_words_stops_the_reading_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    path.write_text(re.sub(r"(?m)^addressee\..*\n", "", FILE.read_text("utf-8")), "utf-8")
    with pytest.raises(ValueError, match=r"providers\.toml, Meta, Meta Platforms Ireland Limited: say of addressee"):
        provider_files.providers(path)


def test_the_file__answers_every_country_of_the_union() -> None:
    for code in {one.code for one in providers()}:
        answer = speaks_for(providers(), code, "DK", DAY)
        assert answer is not None, code


@pytest.mark.django_db
class TestInANode:
    """The register with the pages of a desk."""

    def test_a_provider_is_found_by_any_of_its_names_and_nothing_is_guessed(self) -> None:
        for word in ("meta", "Instagram", " FACEBOOK "):
            found = find(word, "DK")
            assert found is not None
            assert found.content.entity == "Meta Platforms Ireland Limited"
        american = find("Instagram", "US")
        assert american is not None
        assert american.content.country == "US"
        assert find("Insta", "DK") is None
        assert find("", "DK") is None

    @pytest.mark.once
    def test_the_country_comes_from_the_table_and_what_it_says_stands_beside_the_data(self, client: Client) -> None:
        world = make_world()
        law.add(viewer_for(world.lex), REASON, TABLE, _provider("XA"))
        sign_in(client, world.ada)
        day = (timezone.localdate() + timedelta(days=40)).isoformat()
        page = reverse("cases:hold-data", args=[world.case.pk])
        assert '<option value="Pictures">' in client.get(page).content.decode()
        given = {
            **WHY,
            "label": "An account",
            "provider": "pictures",
            "identifier": "a-1",
            "data": "content",
            "kept_until": day,
        }
        post(client, "cases:hold-data", world.case.pk, **given)
        assert HeldData.everywhere.get().holder == "IE"
        unknown = client.post(page, {**given, "provider": "Nobody"})
        assert unknown.status_code == 422
        assert "does not say it" in unknown.content.decode()
        say_why(client, world.case.subject)
        sheet = client.get(reverse("cases:case", args=[world.case.pk])).content.decode()
        assert "P Limited, Ireland" in sheet
        assert "p.example" in sheet
        assert sheet.count("The table does not say it: look at its rules.") == 5, "an empty cell is never left out"

    def test_the_page_of_a_row_has_every_cell_and_says_what_was_not_read(self, client: Client) -> None:
        world = make_world()
        sign_in(client, world.lex)
        row = next(one for one in newest([TABLE]) if one.key.startswith("snap "))
        shown = client.get(reverse("law:row", args=[row.pk])).content.decode()
        assert "Addressee under Directive (EU) 2023/1544" in shown
        assert "Not read by name." in shown
        for data in ("Subscriber data", "Traffic data", "Content"):
            assert f"On what paper: {data}" in shown
        assert "less.snapchat.com/emergency" in shown

    def test_what_stands_from_memory_has_one_sign_a_page_and_its_words_at_each_row(self, client: Client) -> None:
        world = make_world()
        memory = msgspec.structs.replace(_provider("XA"), basis=Basis.RECALLED)
        rows = [
            law.add(viewer_for(world.lex), REASON, TABLE, msgspec.structs.replace(memory, code=code, services=(code,)))
            for code in ("memory-a", "memory-b")
        ]
        sign_in(client, world.ada)
        day = (timezone.localdate() + timedelta(days=40)).isoformat()
        for row in rows:
            post(
                client,
                "cases:hold-data",
                world.case.pk,
                label=row.about,
                provider=row.about,
                identifier="a-1",
                data="content",
                kept_until=day,
            )
        say_why(client, world.case.subject)
        sheet = client.get(reverse("cases:case", args=[world.case.pk])).content.decode()
        assert (sheet.count(ICONS["warning"]), sheet.count("From memory, at least in part")) == (1, 2)
        asked = {"requesting": "XA", "data": "content", "on": day, "provider": "memory-a"}
        for holder, note in (("IE", 0), ("NZ", 1)):
            shown = client.get(reverse("cases:router"), {**asked, "holder": holder}).content.decode()
            assert shown.count("nobody has verified") >= note
            assert (shown.count(ICONS["warning"]), shown.count("From memory, at least in part")) == (1, 1)
        for row in rows:
            law.verify(viewer_for(make_legal()), REASON, row, "The page of the provider, read on a Monday")
        sheet = client.get(reverse("cases:case", args=[world.case.pk])).content.decode()
        assert (sheet.count(ICONS["warning"]), sheet.count("From memory, at least in part")) == (0, 0)

    def test_a_correction_keeps_the_other_language_where_nobody_changed_the_text(self) -> None:
        row = next(one for one in newest([TABLE]) if one.about == "discord")
        content = msgspec.convert(row.content, Provider, strict=False)
        shown = ProviderForm(content=content)
        data = {**WHY, **{name: shown.initial.get(name) or "" for name in shown.fields if name not in WHY}}
        same = ProviderForm({**data, "portal": "elsewhere.example"}, content=content)
        assert same.is_valid(), same.errors
        after = msgspec.structs.replace(content, **same.change)
        assert after == msgspec.structs.replace(content, portal="elsewhere.example", basis=Basis.READ)
        new = ProviderForm({**data, "notice": "It tells nobody"}, content=content)
        assert new.is_valid(), new.errors
        assert new.change["notice"] == {"en": "It tells nobody"}

    def test_two_companies_cannot_answer_one_country(self, client: Client) -> None:
        world = make_world()
        sign_in(client, world.lex)
        given = {
            **WHY,
            "code": "meta",
            "name": "Meta",
            "services": "Facebook",
            "entity": "Another",
            "country": "FR",
            "serves": "DK",
            "portal": "p.example",
            "preserves": "no",
            "emergency": "no",
            "notice": "no",
            "since": "2026-12-01",
            "source": "A fictional page",
            "read": "2026-11-27",
        }
        page = reverse("law:add", args=["providers", TABLE])
        answer = client.post(page, given)
        assert answer.status_code == 422
        assert "both speak for DK" in answer.content.decode()
        assert client.post(page, {**given, "serves": "Denmark"}).status_code == 422
        assert client.post(page, {**given, "code": "another", "serves": "dk"}).status_code == 302


def make_legal() -> Person:
    """Somebody else who keeps the law."""
    return make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY))


def _provider(country: str) -> Provider:
    return msgspec.structs.replace(_ROW, serves=(country,))


@pytest.mark.once
@pytest.mark.django_db
def test_the_router_takes_the_country_from_the_provider_and_offers_it_where_another_was_chosen(client: Client) -> None:
    world = make_world()
    sign_in(client, world.ada)
    page, asked = reverse("cases:router"), {"requesting": "DK", "data": "subscriber", "on": "2026-11-28"}
    answer = client.get(page, {**asked, "provider": "instagram"})
    assert answer.status_code == 200
    assert "The answer for a holder in Ireland:" in answer.content.decode()
    assert "Meta Platforms Ireland Limited" in answer.content.decode()
    assert answer.context["again"] is None
    elsewhere = client.get(page, {**asked, "provider": "Instagram", "holder": "US"})
    assert "The answer for a holder in USA:" in elsewhere.content.decode()
    again = client.get(f"{page}?{elsewhere.context['again']['query']}")
    assert again.context["route"] == answer.context["route"]
    unknown = client.get(page, {**asked, "provider": "Nobody’s Pictures"})
    assert unknown.status_code == 422
    assert "the table of providers does not say it" in unknown.content.decode()
