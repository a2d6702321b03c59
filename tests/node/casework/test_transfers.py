"""To another country on a ground, and onwards on no wider terms. Everything is synthetic; the law is the table's."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation, make_person, terms, viewer_for
from tests.node.reports.forwarding.worlds import arrive, fresh, send

import vaern.node
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases import transfers
from vaern.node.casework.releases.terms import Handling, Terms, bounds
from vaern.node.casework.releases.transfers import STRICTNESS, Bounds, Code, Situation, bounds_of, codes_of, written
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Regime, Role
from vaern.node.reports.forwarding import actions

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

REAL, INVENTED = transfers.table(synthetic=False), transfers.table(synthetic=True)
TODAY = date(2026, 11, 28)
WHY = Reason(Why.ASSESSMENT)
CODES = st.frozensets(st.sampled_from(Code))
CAME = st.tuples(st.sampled_from(["", *STRICTNESS]), CODES.map(lambda codes: written(codes, always=True)), st.just(""))


@pytest.mark.parametrize(
    ("regime", "sender", "recipient", "on", "situation"),
    [
        (Regime.LED, "DK", "DK", TODAY, Situation.HOME),
        (Regime.LED, "DK", "SE", TODAY, Situation.INSIDE),
        (Regime.LED, "DK", "CH", TODAY, Situation.INSIDE),  # Schengen
        (Regime.GDPR, "DK", "CH", TODAY, Situation.ADEQUATE),
        (Regime.LED, "DK", "GB", date(2020, 12, 31), Situation.INSIDE),
        (Regime.LED, "DK", "GB", date(2021, 1, 1), Situation.BEYOND),
        (Regime.LED, "DK", "GB", TODAY, Situation.ADEQUATE),
        (Regime.LED, "DK", "GB", date(2031, 12, 28), Situation.BEYOND),
        (Regime.LED, "DK", "JP", TODAY, Situation.BEYOND),  # its decision is of the GDPR alone
        (Regime.GDPR, "DK", "JP", TODAY, Situation.ADEQUATE),
        (Regime.LED, "DK", "PH", TODAY, Situation.BEYOND),
        (Regime.LED, "US", "DK", TODAY, Situation.ABROAD),
        (Regime.LED, "DK", "", TODAY, Situation.UNKNOWN),
        (Regime.LED, "DK", "XA", TODAY, Situation.UNKNOWN),  # no country, and of no table of a real node
    ],
)
def test_how_the_law_of_a_sender_stands_to_a_country(
    regime: Regime, sender: str, recipient: str, on: date, situation: Situation
) -> None:
    assert REAL.situation(regime, sender, recipient, on) is situation


def test_invented_countries_are_known_on_synthetic_nodes_alone() -> None:
    assert INVENTED.situation(Regime.LED, "XA", "XV", TODAY) is Situation.INSIDE
    assert INVENTED.situation(Regime.LED, "XA", "XL", TODAY) is Situation.ADEQUATE
    assert INVENTED.situation(Regime.LED, "XA", "XQ", TODAY) is Situation.BEYOND
    assert REAL.situation(Regime.LED, "XA", "XV", TODAY) is Situation.UNKNOWN
    for pair in (("DK", "SE"), ("DK", "US"), ("US", "DK")):
        assert INVENTED.situation(Regime.GDPR, *pair, TODAY) is REAL.situation(Regime.GDPR, *pair, TODAY)


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("regime", Regime)
@pytest.mark.parametrize("situation", Situation)
def test_a_ground_is_of_the_sender_s_law_and_of_the_situation(
    situation: Situation, regime: Regime, kind: OrganisationKind
) -> None:
    offered = {one.code for one in REAL.offered(regime, situation, kind)}
    other = "led-" if regime is Regime.GDPR else "gdpr-"
    assert not any(code.startswith(other) for code in offered)
    if situation in {Situation.BEYOND, Situation.ABROAD}:
        assert not offered & {"led-36", "gdpr-45", "inside"}
    if situation not in {Situation.HOME, Situation.INSIDE}:
        assert "own-law" in offered
        assert REAL.grounds["own-law"].words
    if regime is Regime.LED and situation is Situation.BEYOND:
        assert ("led-39" in offered) is (kind not in transfers.AUTHORITIES)
        assert ("led-38-1-d" in offered) is (kind in transfers.AUTHORITIES)


def test_every_row_of_the_table_says_where_it_stands() -> None:
    for ground in REAL.grounds.values():
        assert ground.text.keys() == {"en", "da"}
        assert len(ground.code) <= 20
        assert ground.cites or ground.code == "own-law"
    assert {one.law for one in (*REAL.areas, *REAL.adequate)} == {"led", "gdpr"}
    assert {country for one in REAL.adequate if one.law == "led" for country in one.of} == {"GB"}


@given(st.lists(CAME, max_size=5))
def test_the_bounds_are_the_strictest_of_each(came: list[tuple[str, str, str]]) -> None:
    held = bounds_of(came)
    for label, codes, _words in came:
        assert codes_of(codes) <= held.codes
        if label:
            assert all(STRICTNESS.index(one) >= STRICTNESS.index(label) for one in held.labels)
    assert held.codes == frozenset().union(*(codes_of(codes) for _label, codes, _words in came))
    assert "red" in held.labels


@given(CODES)
def test_codes_are_read_as_they_were_written(codes: frozenset[Code]) -> None:
    assert codes_of(written(codes, always=True)) == codes_of(written(codes, always=False)) == codes
    assert len(written(codes, always=True)) <= 11


def desk_in(country: str, kind: OrganisationKind = OrganisationKind.POLICE) -> Viewer:
    """Make a desk of a country with somebody who forwards reports."""
    role = {OrganisationKind.POLICE: Role.INVESTIGATOR, OrganisationKind.HOTLINE: Role.ANALYST}[kind]
    return viewer_for(make_person(role, make_organisation(kind, member=make_member(country) if country else None)))


def forward(viewer: Viewer, report: Any, to: Viewer, given_: Terms) -> Any:
    with viewing(viewer.organisation.id):
        return actions.forward(viewer, WHY, report, [to.organisation.id], given_)[0]


def until() -> Any:
    return timezone.now() + timedelta(days=30)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("country", ["XA", "XV", "XL", "XQ", "", "ZZ"])
@pytest.mark.parametrize("ground", ["", *REAL.grounds])
def test_a_ground_is_taken_if_and_only_if_it_is_offered(country: str, ground: str) -> None:
    here, there = desk_in("XA"), desk_in(country)
    situation = INVENTED.situation(Regime.LED, "XA", country, timezone.localdate())
    offered = {one.code for one in INVENTED.offered(Regime.LED, situation, OrganisationKind.POLICE)}
    asked = situation not in {Situation.HOME, Situation.INSIDE}
    report = arrive(here)
    try:
        made = forward(here, report, there, Terms(Handling.AMBER, until(), "words", ground)).release
    except Refusal:
        assert asked
        assert ground not in offered
        return
    assert not asked or ground in offered
    assert (made.from_country, made.to_country) == ("XA", country)
    assert made.transfer == (ground if asked else "inside" if situation is Situation.INSIDE else "")
    entry = Entry.objects.get(act="organisations.release.made", subject=report.pk)
    assert (f"transfer={made.transfer}" in (entry.tags or "")) is bool(made.transfer)


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "ground"), [("XL", "led-38-1-a"), ("XQ", "led-37-1-a"), ("ZZ", "led-36")])
def test_what_has_to_be_explained_is_said_in_words(country: str, ground: str) -> None:
    here, there = desk_in("XA"), desk_in(country)
    report = arrive(here)
    with pytest.raises(Refusal, match="in words"):
        forward(here, report, there, Terms(Handling.AMBER, until(), " ", ground))
    assert forward(here, report, there, Terms(Handling.AMBER, until(), "a child is in danger", ground))


@pytest.mark.django_db
def test_the_database_refuses_a_release_across_countries_without_a_ground() -> None:
    here, there = desk_in("XA"), desk_in("XQ")
    row: dict[str, Any] = {
        "kind": "scan",
        "record": here.organisation.pk,
        "owner": here.organisation,
        "recipient": there.organisation,
        "released_by": here.person,
        "why": "assessment",
        "expires_at": until(),
        "from_country": "XA",
    }
    for country in ("XQ", ""):
        with pytest.raises(IntegrityError, match="release_across_has_ground"), transaction.atomic():
            Release.everywhere.create(**row, to_country=country)
    with pytest.raises(IntegrityError, match="release_restriction_has_words"), transaction.atomic():
        Release.everywhere.create(**row, to_country="XA", europol="H1+H3")
    assert Release.everywhere.create(**row, to_country="XQ", transfer="own-law")


@pytest.mark.once
def test_a_release_is_made_in_one_place_which_reads_both_countries() -> None:
    calls = {"Release", "Release.everywhere.create", "Release.objects.create", "Release.everywhere.bulk_create"}
    found = [
        (path.parent.relative_to(Path(vaern.node.__file__).parent).as_posix(), {one.arg for one in call.keywords})
        for path in Path(vaern.node.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in calls
    ]
    # One that an act makes, and the same on the other node, made of the message that brought it.
    assert sorted(name for name, _given in found) == ["casework/releases", "exchange/releases"]
    assert all({"from_country", "to_country", "transfer"} <= given_ for _name, given_ in found)


@pytest.mark.django_db
def test_what_was_allowed_is_asked_again_when_it_is_prolonged() -> None:
    here, there = desk_in("XA"), desk_in("XL")
    report = arrive(here)
    forward(here, report, there, Terms(Handling.AMBER, until(), "", "led-36"))
    later = timezone.now() + timedelta(days=60)
    with viewing(here.organisation.id):
        releases.prolong(here, report, there.organisation.id, later, WHY)
    member = there.organisation.member
    assert member is not None
    member.code = "XQ"  # as if the decision had ended
    member.save()
    with viewing(here.organisation.id), pytest.raises(Refusal, match="no longer holds"):
        releases.prolong(here, report, there.organisation.id, later + timedelta(days=1), WHY)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("came", list(Handling))
@pytest.mark.parametrize("goes", list(Handling))
def test_what_came_goes_on_no_wider(came: Handling, goes: Handling) -> None:
    first, second, third = desk_in("XA"), desk_in("XA"), desk_in("XA")
    report = fresh(forward(first, arrive(first), second, terms(came, until(), europol=frozenset({Code.H1}))).arrived)
    assert bounds(report) == Bounds(came.value, frozenset({Code.H1}))
    wider = STRICTNESS.index(goes.value) < STRICTNESS.index(came.value)
    asked = came in {Handling.RED, Handling.AMBER_STRICT}
    for codes, permission in (
        (frozenset(), "they"),
        ({Code.H1}, ""),
        ({Code.H1}, "they"),
        ({Code.H1, Code.H2}, "they"),
    ):
        allowed = not wider and Code.H1 in codes and bool(permission or not asked)
        with transaction.atomic():
            try:
                forward(second, report, third, terms(goes, until(), europol=frozenset(codes), permission=permission))
            except Refusal:
                assert not allowed
            else:
                assert allowed
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_chain_of_desks_never_loosens_a_code() -> None:
    desks = [desk_in("XA"), desk_in("XA"), desk_in("XA", OrganisationKind.HOTLINE), desk_in("XV"), desk_in("XA")]
    adds = [frozenset({Code.H1}), frozenset(), frozenset({Code.H3}), frozenset({Code.H2})]
    report, held, words = arrive(desks[0]), frozenset[Code](), ""
    for here, there, more in zip(desks[:-1], desks[1:], adds, strict=True):
        if held:
            with pytest.raises(Refusal, match="H1"):
                forward(here, report, there, terms(Handling.AMBER, until(), europol=more, restriction=words))
        held |= more
        words = words or ("not to be told to the press" if Code.H3 in more else "")
        if Code.H3 in held and Code.H3 not in more:
            with pytest.raises(Refusal, match="word for word"):
                forward(here, report, there, terms(Handling.AMBER, until(), europol=held, restriction="nothing"))
        made = forward(here, report, there, terms(Handling.AMBER, until(), europol=held, restriction=words))
        assert codes_of(made.release.europol) == held
        report = fresh(made.arrived)
    assert held == frozenset(Code)
    # Recalled, and kept for a reason of one's own, it is still under the terms on which it came.
    with viewing(desks[-2].organisation.id):
        actions.recall(desks[-2], WHY, made)
    assert bounds(report).codes == frozenset() or bounds(report).codes == held


@pytest.mark.django_db
def test_between_authorities_a_code_is_always_said() -> None:
    police, other = desk_in("XA"), desk_in("XA")
    hotline = desk_in("XA", OrganisationKind.HOTLINE)
    assert forward(police, arrive(police), other, terms(Handling.AMBER, until())).release.europol == "H0"
    elsewhere = arrive(police, url="https://host.example/elsewhere")
    assert forward(police, elsewhere, hotline, terms(Handling.AMBER, until())).release.europol == ""
    assert send(hotline, arrive(hotline), police)[0].release.europol == ""
