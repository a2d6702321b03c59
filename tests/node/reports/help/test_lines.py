"""Help lines: whose a child reads, what is made up, what counts once verified, and what a desk without one is told."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.public.worlds import send

from vaern.node.base.refusals import Refusal
from vaern.node.law import data
from vaern.node.law.actions import add, correct, verify
from vaern.node.law.models import LawRow
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import unions
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.help.forms import HelpLineForm
from vaern.node.reports.help.items import missing_items
from vaern.node.reports.help.queries import for_children
from vaern.node.reports.help.register import REGISTER, current
from vaern.node.reports.law import checks
from vaern.node.reports.rules import help_files
from vaern.node.reports.rules import public_form as public
from vaern.node.reports.rules.help_lines import HelpLine, Whence, dialled, line_of

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Desk

pytestmark = pytest.mark.django_db
KEEPING, ON = Reason(Why.ADMINISTRATION), date(2026, 11, 28)
EU_NUMBER = "116 111"
ROW: dict[str, Any] = {
    "country": "XQ",
    "whom": "child",
    "at": "0100 2",
    "since": "2020-01-01",
    "read": "2026-11-28",
    "name": {"en": "Line of Qu (synthetic)", "da": "Qu-linjen (syntetisk)"},
    "source": "https://line.example",
}


def configured(monkeypatch: pytest.MonkeyPatch, *, synthetic: bool, law: Path | None = None) -> None:
    changed = dataclasses.replace(django_settings.CONFIGURATION, synthetic=synthetic, law=law)
    monkeypatch.setattr(django_settings, "CONFIGURATION", changed)


def desk_in(country: str, **fields: Any) -> Desk:
    """Return the desk of a hotline of a country, with a public form and nothing else."""
    desk = desk_of(make_organisation(member=make_member(country)))
    for name, value in {"public_name": f"in-{country.lower()}", **fields}.items():
        setattr(desk, name, value)
    desk.save()
    return desk


def receipt(desk: Desk, language: str = "en", kind: str = "sexual_extortion") -> str:
    """Return what a child in somebody's hold reads after the report was sent, before its code."""
    client = Client(headers={"accept-language": language})
    page = send(client, desk, kind=kind, about="self").content.decode().partition('class="receipt"')[0]
    return " ".join(page.split())


def keeper() -> Viewer:
    return viewer_for(make_person("legal", make_organisation("authority")))


DAYS = st.integers(-3, 3).map(lambda days: ON + timedelta(days=days))
ROWS = st.builds(
    HelpLine,
    country=st.sampled_from(["EU", "DK", "BE", "XQ"]),
    whom=st.sampled_from(["child", "thoughts"]),
    name=st.just({"en": "Line"}),
    at=st.sampled_from(["1", "2", "3"]),
    since=DAYS,
    until=st.none() | DAYS,
)


@given(st.lists(ROWS, max_size=6), st.sampled_from(["DK", "BE", "XQ", "US", ""]))
def test_the_line_of_a_country_is_its_own_of_the_day_and_else_that_of_its_union(
    rows: list[HelpLine], country: str
) -> None:
    def of(code: str) -> list[HelpLine]:
        here = [one for one in rows if one.country == code and one.whom == "child"]
        return [one for one in here if one.since <= ON and not (one.until and one.until < ON)]

    candidates = of(country) or (of("EU") if country in unions.members("EU", ON) else [])
    found = line_of(rows, country, "child", ON)
    assert (found is None) == (not candidates)
    if found:
        assert found in candidates
        assert found.since == max(one.since for one in candidates)


@pytest.mark.parametrize(
    ("at", "number"),
    [("116 111", "116111"), ("+44 1372 (847) 161", "+441372847161"), ("line.example", ""), ("chat, or 116 111", "")],
)
def test_only_what_is_a_number_is_dialled(at: str, number: str) -> None:
    assert dialled(at) == number


def test_what_ships_was_read_on_a_day_in_a_source_and_what_is_made_up_is_of_synthetic_nodes() -> None:
    synthetic, real = help_files.of_node(None, synthetic=True), help_files.of_node(None, synthetic=False)
    assert {one.country for one in synthetic if one.synthetic} == {"XA"}
    assert list(real) == [one for one in synthetic if not one.synthetic]
    for one in real:
        assert one.source
        assert one.read
        assert not one.country.startswith("X")
        assert set(one.name) == {"en", "da"}
        assert set(one.says) in ({"en", "da"}, set())
        if one.whom == "child":
            assert dialled(one.at), "a child can call it"


@pytest.mark.parametrize("kind", sorted(public.HELD))
def test_a_child_in_somebodys_hold_reads_the_line_of_the_desks_country(kind: str) -> None:
    page = receipt(desk_in("FR", help_name="Line for all", help_at="0100 1"), kind=kind)
    assert "Allô enfance en danger</strong>" in page
    assert 'href="tel:119"' in page
    assert "Free, day and night." in page
    assert "Line for all" not in page, "that one is for grown-ups"


def test_a_desks_own_line_for_children_comes_first_apart_from_that_for_grown_ups() -> None:
    desk = desk_in("FR", help_name="For all", help_at="0100 1", child_help_name="For small ones", child_help_at="99 1")
    page = receipt(desk)
    assert "<strong>For small ones</strong>" in page
    assert 'href="tel:991"' in page
    assert "tel:119" not in page
    form = Client().get(f"/report/{desk.public_name}/").content.decode()
    assert "For small ones" in form
    assert "For all" in form, "whoever saw something reads it below the form"


def test_without_a_line_of_the_country_the_number_of_the_union_is_said_and_what_to_do_if_nobody_answers() -> None:
    desk = desk_in("BE", emergency_number="112", help_name="Line for all", help_at="0100 1")
    page = receipt(desk)
    assert f'href="tel:116111">{EU_NUMBER}</a>' in page
    assert "most countries of the European Union" in page
    assert "If nobody answers there, call 112." in page
    danish = receipt(desk, "da")
    assert "de fleste lande i Den Europæiske Union" in danish
    assert "så ring 112" in danish


def test_outside_the_union_the_desks_line_for_all_is_said_and_else_whom_to_call() -> None:
    assert "Line for all</strong> 0100 1" in receipt(desk_in("XQ", help_name="Line for all", help_at="0100 1"))
    desk = desk_in("XR", emergency_number="999")
    page = receipt(desk)
    assert "If there is no grown-up whom you can tell, call 999." in page
    assert EU_NUMBER not in page
    assert "ring 999" in receipt(desk, "da")


def test_whoever_manages_a_desk_without_a_line_is_told_what_a_child_reads(client: Client) -> None:
    for country, fields, reads in (
        ("BE", {}, f"{EU_NUMBER}. Free. If nobody answers there, call 112."),
        ("XQ", {}, "If there is no grown-up whom you can tell, call 112."),
        ("XR", {"help_name": "For all", "help_at": "0100 1"}, "For all 0100 1."),
        ("FR", {}, ""),
        ("XS", {"child_help_name": "Small", "child_help_at": "1"}, ""),
        ("XT", {"public_name": ""}, ""),
    ):
        desk = desk_in(country, **fields)
        manager = make_person("administrator", desk.organisation)
        items = missing_items(viewer_for(manager))
        assert len(items) == bool(reads), country
        assert not missing_items(viewer_for(make_person("analyst", desk.organisation)))
        if reads:
            assert reads in str(items[0].what)
            sign_in(client, manager)
            home = client.get("/").content.decode()
            assert "No help line for children of your country" in home
            assert client.get(items[0].button.url).status_code == 200


def test_a_node_that_was_synthetic_and_starts_as_real_shows_nobody_an_invented_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = desk_in("XA")
    assert for_children(desk).whence is Whence.COUNTRY
    configured(monkeypatch, synthetic=False)
    assert for_children(desk).whence is Whence.NOBODY, "even before the files are read again"
    data.load(REGISTER)
    assert LawRow.objects.filter(table="help", key__startswith="XA child").order_by("-version")[0].withdrawn
    assert {one.country for one in current()} == {one.country for one in help_files.of_node(None, synthetic=False)}


def test_a_line_that_a_person_adds_is_shown_once_another_verified_it_and_a_correction_too() -> None:
    form = HelpLineForm(
        {
            "country": "XQ",
            "whom": "child",
            "name_en": "Line of Qu",
            "name_da": "Qu-linjen",
            "at": "0100 2",
            "says_en": "Free.",
            "since": "2020-01-01",
            "source": "Gazette 9",
            "read": "2026-11-01",
            "why": "administration",
        }
    )
    assert form.is_valid(), form.errors
    desk, first, second = desk_in("XQ"), keeper(), keeper()
    row = add(first, KEEPING, "help", HelpLine(**form.change))
    assert for_children(desk).whence is Whence.NOBODY
    with pytest.raises(Refusal, match="yourself"):
        verify(first, KEEPING, row, "Gazette 9")
    verify(second, KEEPING, row, "Gazette 9, read today")
    assert (for_children(desk).at, for_children(desk).says) == ("0100 2", "Free.")
    later = correct(first, KEEPING, row, at="0100 3")
    assert for_children(desk).at == "0100 2", "nobody has looked at the new number"
    verify(second, KEEPING, later, "Gazette 10, read today")
    assert for_children(desk).at == "0100 3"


def test_lines_are_listed_added_and_corrected_on_the_pages_of_the_law(client: Client) -> None:
    viewer = keeper()
    assert viewer.person is not None
    sign_in(client, viewer.person)
    assert "BørneTelefonen" in client.get(reverse("law:rows", args=["help-lines"])).content.decode()
    assert client.get(reverse("law:add", args=["help-lines", "help"])).status_code == 200
    row = LawRow.objects.filter(table="help", country="DK").order_by("-version")[0]
    page = reverse("law:correct", args=[row.pk])
    given = {name: value for name, value in client.get(page).context["form"].initial.items() if value is not None}
    answer = client.post(page, {**given, "at": "116 112", "why": "administration"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    newest = LawRow.objects.filter(table="help", key=row.key).order_by("-version")[0]
    assert (newest.content["at"], newest.content["name"]) == ("116 112", row.content["name"])


def test_the_nodes_own_folder_takes_the_place_of_what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "help-lines"
    folder.mkdir()
    danish = next(one for one in help_files.of_node(None, synthetic=False) if one.key.startswith("DK child"))
    own = ROW | {"country": "DK", "since": danish.since.isoformat(), "at": "1 2 3"}
    recalled = {**{name: value for name, value in ROW.items() if name != "read"}, "recalled": "2026-11-28"}
    (folder / "own.json").write_text(json.dumps({"lines": [own, recalled]}), "utf-8")
    configured(monkeypatch, synthetic=False, law=tmp_path)
    data.load(REGISTER)
    assert for_children(desk_in("DK")).at == "1 2 3"
    assert for_children(desk_in("XQ")).whence is Whence.NOBODY, "from memory: nobody is told it before it is verified"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"lines": [ROW | {"country": "qu"}]}, "$.lines[0].country"),
        ({"lines": [ROW | {"whom": "all"}]}, "$.lines[0].whom"),
        ({"lines": [ROW, ROW | {"source": ""}]}, "$.lines[1]"),
        ({"lines": [ROW | {"name": {"da": "Linje"}}]}, "no English name"),
        ({"lines": [ROW | {"until": "2019-01-01"}]}, "before it begins"),
        ({"lines": [ROW | {"at": ""}]}, "$.lines[0].at"),
        ({"lines": [ROW | {"read": None}]}, "$.lines[0]"),
        ({"lines": [ROW | {"recalled": "2026-11-28"}]}, "$.lines[0]"),
    ],
)
def test_what_is_wrong_in_the_folder_stops_the_start_with_its_place(tmp_path: Path, content: Any, place: str) -> None:
    (tmp_path / "help-lines").mkdir()
    (tmp_path / "help-lines" / "own.json").write_text(json.dumps(content), "utf-8")
    [said] = checks.faults(tmp_path, synthetic=False)
    assert place in said
    assert "help-lines" in said
