"""Rows of law by what people see and post: verified by a second person, corrected, withdrawn, whole lists at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance.register import REGISTER
from vaern.node.cases.rules.instruments import Party
from vaern.node.law import actions
from vaern.node.law.data import newest, verified_ids
from vaern.node.law.models import LawRow, Verification
from vaern.node.law.queries import Chosen, to_verify
from vaern.node.law.records import Basis
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.templatetags.components import ICONS

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
WHY = {"why": "legal_assistance", "words": "synthetic"}
REASON = Reason(Why.LEGAL_ASSISTANCE, "synthetic")


def keeper() -> Person:
    return make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY, member=make_member("XA")))


def party(country: str = "XA", treaty: str = "budapest", since: date = date(2020, 1, 1), **more: Any) -> Party:
    return Party(
        country=country,
        treaty=treaty,
        since=since,
        basis=Basis.READ,
        source="A fictional treaty series",
        day=date(2026, 11, 28),
        **more,
    )


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    answer = client.post(reverse(name, args=args), {**WHY, **data})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer


@pytest.mark.once
def test_a_row_is_filtered_exported_verified_corrected_and_withdrawn(client: Client) -> None:
    lex, other = keeper(), keeper()
    make_member("XV")
    row = actions.add(viewer_for(other), REASON, "party", party("XV"))
    sign_in(client, lex)
    shown = client.get(reverse("law:rows", args=["instruments"]), {"table": "party", "country": "DK"}).content.decode()
    assert "stays out of" in shown
    out = client.get(reverse("law:export", args=["instruments"]), {"table": "party", "country": "DK"})
    assert len(out.content.decode().splitlines()) == 1 + sum(one.country == "DK" for one in newest(["party"]))
    post(client, "law:verify", row.pk, document="Fictional Gazette 7, read on a Monday")
    assert Verification.objects.get(row=row).person == lex
    post(client, "law:correct", row.pk, bound="on", since="2021-05-01", until="", source="Gazette 8", read="2026-11-27")
    again = LawRow.objects.filter(table="party", key=row.key).order_by("version")
    assert [one.version for one in again] == [1, 2]
    assert again[0].content == row.content
    late = client.post(reverse("law:verify", args=[row.pk]), {**WHY, "document": "Gazette 7"})
    assert late.status_code == 409
    shown = client.get(reverse("law:row", args=[again[1].pk])).content.decode()
    assert "Version 1" in shown
    assert "Version 2" in shown
    assert "Read there on 27 November 2026" in shown
    post(client, "law:withdraw", again[1].pk)
    assert not [one for one in newest(["party"]) if one.key == row.key]
    post(
        client,
        "law:add",
        "instruments",
        "party",
        country="XV",
        treaty="budapest",
        bound="on",
        since="2020-01-01",
        until="",
        source="Gazette 9",
        read="2026-11-27",
    )
    assert [one.version for one in newest(["party"]) if one.key == row.key] == [4]


def test_a_country_of_the_node_stands_in_the_list_by_its_name(client: Client) -> None:
    lex = keeper()
    name = make_member("XA").name
    actions.add(viewer_for(lex), REASON, "party", party())
    sign_in(client, lex)
    shown = client.get(reverse("law:rows", args=["instruments"]), {"table": "party", "country": "XA"}).content.decode()
    assert f"{name} is bound by" in shown
    assert f">{name}</option>" in shown


def test_a_register_has_one_sign_for_all_that_nobody_read_and_its_rows_have_none(client: Client) -> None:
    lex, other = keeper(), keeper()
    for since in (date(2001, 1, 1), date(2002, 1, 1)):
        content = msgspec.structs.replace(party(since=since), basis=Basis.RECALLED)
        actions.add(viewer_for(other), REASON, "party", content)
    sign_in(client, lex)
    page, asked = reverse("law:rows", args=["instruments"]), {"table": "party", "country": "XA"}
    shown = client.get(page, asked).content.decode()
    assert "2 of 2 rows stand from memory" in shown
    assert shown.count(ICONS["warning"]) == 1
    ids = [row.pk for row in newest(["party"]) if row.country == "XA"]
    actions.verify_list(viewer_for(lex), REASON, REGISTER, ids, "The depositary's list of a Monday")
    shown = client.get(page, asked).content.decode()
    assert ("stand from memory" in shown, shown.count(ICONS["warning"])) == (False, 0)


def test_nobody_verifies_what_they_recorded_themselves(client: Client) -> None:
    lex = keeper()
    row = actions.add(viewer_for(lex), REASON, "party", party())
    with pytest.raises(Refusal, match="yourself"):
        actions.verify(viewer_for(lex), REASON, row, "Gazette 7")
    with pytest.raises(Refusal, match="yourself"):
        actions.verify_list(viewer_for(lex), REASON, REGISTER, [row.pk], "Gazette 7")
    assert not Verification.objects.exists()
    sign_in(client, lex)
    assert reverse("law:verify", args=[row.pk]) not in client.get(reverse("law:row", args=[row.pk])).content.decode()
    page = client.get(reverse("law:verify-list", args=["instruments"]), {"table": "party", "country": "XA"})
    assert "left to somebody else" in page.content.decode()


def test_whoever_keeps_no_law_changes_none(client: Client) -> None:
    desk = make_organisation(OrganisationKind.POLICE)
    sign_in(client, make_person(Role.INVESTIGATOR, desk))
    row = newest(["party"])[0]
    assert client.get(reverse("law:row", args=[row.pk])).status_code == 200
    for name in ("law:verify", "law:correct", "law:withdraw"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 403
    assert client.get(reverse("law:verify-list", args=["instruments"])).status_code == 403


@pytest.mark.once
@given(
    treaty=st.sampled_from(["", "budapest", "eio", "coe-1959"]),
    country=st.sampled_from(["", "DK", "DE"]),
    table=st.sampled_from(["party", "treaty", "instrument"]),
)
def test_a_whole_list_is_verified_at_once_and_nothing_beside_it(treaty: str, country: str, table: str) -> None:
    with transaction.atomic():
        _verify_whole(Chosen(table=table, country=country, about=treaty))
        transaction.set_rollback(True)


def _verify_whole(chosen: Chosen) -> None:
    viewer = viewer_for(keeper())
    own = actions.add(viewer, REASON, "party", party())
    before = verified_ids()
    shown, left = to_verify(viewer, REGISTER, chosen)
    expected = {
        row.pk
        for row in newest(REGISTER.codes)
        if row.table == chosen.table and chosen.country in {"", row.country} and chosen.about in {"", row.about}
    }
    assert {one.row.pk for one in shown} == expected - {own.pk}
    assert left == (own.pk in expected)
    if not shown:
        return
    entries = Entry.objects.count()
    count = actions.verify_list(viewer, REASON, REGISTER, [one.row.pk for one in shown], "Depositary list of a Monday")
    assert count == len(shown)
    assert verified_ids() - before == {one.row.pk for one in shown}
    assert Entry.objects.count() == entries + 1
    assert actions.verify_list(viewer, REASON, REGISTER, [one.row.pk for one in shown], "the same") == 0


@pytest.mark.once
def test_a_list_of_which_a_row_was_corrected_meanwhile_is_verified_in_no_row(client: Client) -> None:
    lex, other = keeper(), keeper()
    rows = [actions.add(viewer_for(other), REASON, "party", party(since=date(year, 1, 1))) for year in (2001, 2002)]
    sign_in(client, lex)
    page = reverse("law:verify-list", args=["instruments"]) + "?table=party&country=XA"
    shown = client.get(page).context["form"].initial["shown"]
    assert set(shown.split(",")) == {str(row.pk) for row in rows}
    actions.correct(viewer_for(other), REASON, rows[0], source="Another gazette")
    answer = client.post(page, {**WHY, "document": "Gazette 7", "shown": shown})
    assert answer.status_code == 409
    assert "corrected meanwhile" in answer.content.decode()
    assert not Verification.objects.exists()
    assert client.post(page, {**WHY, "document": "Gazette 7", "shown": "1,x"}).status_code == 422


def test_what_a_table_does_not_take_is_refused_in_words_of_ours_at_its_field() -> None:
    viewer = viewer_for(keeper())
    row = actions.add(viewer, REASON, "party", party())
    with pytest.raises(Refusal) as refused:
        actions.correct(viewer, REASON, row, since="no day")
    assert refused.value.field == "since"
    assert "msgspec" not in str(refused.value)
    assert "$" not in str(refused.value)
    with pytest.raises(Refusal) as refused:
        actions.correct(viewer, REASON, row, nothing_of_it=1)
    assert refused.value.field == ""
