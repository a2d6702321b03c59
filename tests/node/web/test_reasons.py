"""Reasons: what role and place suggest, and how the ledger says that it was taken over or chosen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.ledger.rules import Given, Reason, Why
from vaern.node.organisations.rules import ROLES, Permission, Role, permissions_of
from vaern.node.web.reasons import CHOOSABLE, ReasonForm, suggested

USUAL = {
    ("reports:worklist", Role.ANALYST): Why.ASSESSMENT,
    ("reports:worklist", Role.INVESTIGATOR): Why.INVESTIGATION,
    ("reports:still-up", Role.ANALYST): Why.REMOVAL,
    ("reports:still-up", Role.INVESTIGATOR): Why.REMOVAL,
    ("reports:desk", Role.ADMINISTRATOR): Why.ADMINISTRATION,
    ("cases:cases", Role.INVESTIGATOR): Why.INVESTIGATION,
    ("cases:cases", Role.LEGAL): Why.LEGAL_ASSISTANCE,
    ("cases:assistance", Role.INVESTIGATOR): Why.LEGAL_ASSISTANCE,
    ("scans:scans", Role.ANALYST): Why.ASSESSMENT,
    ("scans:scans", Role.IDENTIFIER): Why.VICTIM_IDENTIFICATION,
    ("scans:scans", Role.CURATOR): None,
    ("victims:series-list", Role.IDENTIFIER): Why.VICTIM_IDENTIFICATION,
    ("organisations:people", Role.ADMINISTRATOR): None,
    ("oversight:ledger", Role.OVERSIGHT): None,
}


def _request(route: str, role: Role) -> Any:
    viewer = SimpleNamespace(permissions=permissions_of(frozenset({role})))
    return SimpleNamespace(resolver_match=resolve(reverse(route)), viewer=viewer)


@pytest.mark.parametrize(("route", "role"), USUAL, ids=str)
def test_role_and_place_suggest_the_reason(route: str, role: Role) -> None:
    assert suggested(_request(route, role)) == USUAL[route, role]


def test_nothing_is_suggested_to_whoever_is_not_there_or_nowhere() -> None:
    match = resolve(reverse("reports:worklist"))
    assert suggested(SimpleNamespace(resolver_match=match)) is None  # type: ignore[arg-type]
    assert suggested(SimpleNamespace(resolver_match=None, viewer=None)) is None  # type: ignore[arg-type]


def test_a_page_that_apps_share_takes_the_place_of_its_route() -> None:
    match = resolve("/reports/00000000-0000-0000-0000-000000000000/keep/")
    assert not match.func.__module__.startswith("vaern.node.reports"), "no longer shared: take another page"
    viewer = SimpleNamespace(permissions=frozenset({Permission.REPORT_ASSESS}))
    assert suggested(SimpleNamespace(resolver_match=match, viewer=viewer)) is Why.ASSESSMENT  # type: ignore[arg-type]


def test_who_works_in_an_app_with_rooms_finds_a_reason_there() -> None:
    """Of each app that says which reasons are usual, somebody has one: no line is written for nobody."""
    granted = {permission for rule in ROLES.values() for permission in rule.permissions} | set(Permission)
    for app in apps.get_app_configs():
        for whys in getattr(app, "reasons", {}).values():
            assert whys
            assert all(permission in granted and why in CHOOSABLE for permission, why in whys)


POSTED = st.fixed_dictionaries(
    {},
    optional={
        "why": st.sampled_from([why.value for why in Why] + ["", "nonsense"]),
        "words": st.text(alphabet="ab \n", max_size=4),
    },
)


@given(st.sampled_from(CHOOSABLE), POSTED)
def test_a_reason_is_a_default_if_and_only_if_the_suggestion_stands_alone(why: Why, posted: dict[str, str]) -> None:
    form = ReasonForm(posted)
    form.suggest(why)
    words = posted.get("words", "").strip()
    code = posted.get("why") or why.value
    valid = code in {one.value for one in CHOOSABLE} and (code != Why.OTHER or bool(words))
    assert form.is_valid() == valid
    if valid:
        taken_over = code == why and not words
        assert form.reason == Reason(Why(code), words)
        assert form.reason.given is (Given.DEFAULT if taken_over else Given.CHOSEN)


@given(POSTED)
def test_without_a_suggestion_a_reason_has_to_be_chosen(posted: dict[str, str]) -> None:
    form = ReasonForm(posted, whys=(Why.ASSESSMENT, Why.INVESTIGATION))
    form.suggest(Why.REMOVAL)  # which the form does not offer
    assert form.suggestion is None
    assert form.line is None
    assert form.is_valid() == (posted.get("why") in {"assessment", "investigation"})
    if form.is_valid():
        assert form.reason.given is Given.CHOSEN


def test_what_is_suggested_is_folded_away_and_what_is_wrong_is_not() -> None:
    form = ReasonForm()
    form.suggest(Why.ASSESSMENT)
    assert '<details class="reason">' in form.render()
    assert ">Assessment<" in form.render()
    assert "<details" not in ReasonForm().render()
    wrong = ReasonForm({"why": "other", "words": ""})
    wrong.suggest(Why.ASSESSMENT)
    assert not wrong.is_valid()
    assert "<details" not in wrong.render()
    assert "Say the reason in words." in wrong.render()
