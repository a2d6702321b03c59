"""Laws of the table of roles: what no combination of roles, sessions and keys can give."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.ledger.rules import acts as known_acts
from vaern.node.organisations import acts, labels, rules
from vaern.node.organisations.rules import (
    CASEWORK,
    IN_ADMIN_SESSION,
    ROLES,
    STEP_UP,
    Grant,
    OrganisationKind,
    Permission,
    Regime,
    Role,
    grant,
    key_permissions,
    permissions_of,
    problem_with_admin_session,
    problem_with_key,
    problem_with_roles,
    sees_casework,
)

role_sets = st.frozensets(st.sampled_from(Role))
permission_sets = st.frozensets(st.sampled_from(Permission))
kinds = st.sampled_from(OrganisationKind)


@given(role_sets, kinds, st.booleans())
def test_who_administers_has_no_standing_view_of_casework(
    roles: frozenset[Role], kind: OrganisationKind, runs: bool
) -> None:
    if Role.ADMINISTRATOR in roles and not problem_with_roles(roles, kind):
        assert not permissions_of(roles, runs_node=runs) & CASEWORK
        gained = permissions_of(roles, runs_node=runs, in_admin_session=True) & CASEWORK
        assert gained == IN_ADMIN_SESSION
        assert {str(permission).partition(".")[2] for permission in gained} == {"view"}


@given(role_sets, kinds)
def test_who_oversees_does_nothing_that_is_overseen(roles: frozenset[Role], kind: OrganisationKind) -> None:
    if Role.OVERSIGHT in roles and not problem_with_roles(roles, kind):
        assert not permissions_of(roles) & (CASEWORK | {Permission.PEOPLE_MANAGE, Permission.KEYS_MANAGE})


@given(role_sets)
def test_an_administrators_session_gives_nothing_to_others(roles: frozenset[Role]) -> None:
    if Role.ADMINISTRATOR not in roles:
        assert permissions_of(roles, in_admin_session=True) == permissions_of(roles)


@given(role_sets, role_sets, st.booleans(), st.booleans())
def test_more_roles_never_take_a_permission_away(
    a: frozenset[Role], b: frozenset[Role], session: bool, runs: bool
) -> None:
    whole = permissions_of(a | b, in_admin_session=session, runs_node=runs)
    assert permissions_of(a, in_admin_session=session, runs_node=runs) <= whole


@given(role_sets)
def test_whoever_comes_near_casework_needs_a_second_factor(roles: frozenset[Role]) -> None:
    near = permissions_of(roles, in_admin_session=True) & (CASEWORK | STEP_UP | {Permission.LEDGER_OVERSEE})
    if near:
        assert sees_casework(roles)


@given(permission_sets, role_sets, st.integers(-10, 800))
def test_nobody_gives_a_key_what_they_lack(scopes: frozenset[Permission], roles: frozenset[Role], days: int) -> None:
    maker = permissions_of(roles)
    problem = problem_with_key(scopes, maker, timedelta(days=days))
    if not problem:
        assert scopes
        assert scopes <= maker
        assert 0 < days <= 365
        assert not scopes & {Permission.PEOPLE_MANAGE, Permission.KEYS_MANAGE, Permission.ADMIN_SESSION}
        assert key_permissions(scopes, maker) == scopes
    assert key_permissions(scopes, maker) <= scopes & maker


@given(st.text(max_size=40), st.integers(-100, 600))
def test_an_administrators_session_is_short_and_reasoned(reason: str, minutes: int) -> None:
    if not problem_with_admin_session(reason, timedelta(minutes=minutes)):
        assert len(reason.strip()) >= 10
        assert 0 < minutes <= 240


@given(role_sets, kinds)
def test_a_set_of_roles_is_refused_by_a_sentence_of_the_list(roles: frozenset[Role], kind: OrganisationKind) -> None:
    problem = problem_with_roles(roles, kind)
    assert problem in {"", *rules.PROBLEMS}
    exists = all(kind in ROLES[role].kinds for role in roles)
    alone = not (roles & {Role.OVERSIGHT, Role.ADMINISTRATOR}) or len(roles) == 1
    assert (problem == "") == (bool(roles) and exists and alone)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_every_kind_of_organisation_can_be_administered_and_overseen(kind: OrganisationKind) -> None:
    for role in (Role.ADMINISTRATOR, Role.OVERSIGHT):
        assert not problem_with_roles(frozenset({role}), kind)


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in OrganisationKind
        if any(kind in rule.kinds and Permission.SCAN_ADD in rule.permissions for rule in ROLES.values())
    ],
)
def test_an_organisation_that_brings_scans_in_can_erase_them(kind: OrganisationKind) -> None:
    assert any(kind in rule.kinds and Permission.SCAN_ERASE in rule.permissions for rule in ROLES.values())


def test_every_permission_is_somebodys() -> None:
    assert set(Permission) == {p for p in Permission if any(grant(role, p) for role in Role)}
    assert set(Role) == set(ROLES)


LABELLED = [
    (labels.KINDS, OrganisationKind),
    (labels.REGIMES, Regime),
    (labels.ROLES, Role),
    (labels.ROLE_TEXTS, Role),
    (labels.PERMISSIONS, Permission),
    (labels.GRANTS, Grant),
    (labels.PROBLEMS, rules.PROBLEMS),
]


@pytest.mark.parametrize(("words", "codes"), LABELLED)
def test_people_read_words_for_every_code_in_both_languages(words: dict, codes: object) -> None:
    assert set(words) == set(codes)  # type: ignore[call-overload]
    texts = {}
    for language in ("en", "da"):
        with translation.override(language):
            texts[language] = [str(text[0] if isinstance(text, tuple) else text) for text in words.values()]
            assert all(texts[language])
            assert len(set(texts[language])) == len(texts[language])
    same = [a for a, b in zip(texts["en"], texts["da"], strict=True) if a == b]
    assert set(same) <= {"Hotline", "Platform", "Administrator"}


def test_every_act_is_known_and_has_a_danish_sentence() -> None:
    assert len(acts.ACTS) == len({act.code for act in acts.ACTS})
    for act in acts.ACTS:
        assert known_acts()[act.code] is act
        with translation.override("da"):
            assert translation.gettext(act.sentence) != act.sentence, act.code


def test_the_reference_of_permissions_is_not_stale() -> None:
    import permissions_reference

    with translation.override("en"):
        assert permissions_reference.PAGE.read_text("utf-8") == permissions_reference.page()
