"""People and the directory: what administrators change, what is recorded, and what another organisation never sees."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone
from tests.node.factories import (
    make_key,
    make_member,
    make_organisation,
    make_person,
    make_totp,
    sign_in,
    viewer_for,
)
from tests.node.organisations.signing_in import is_signed_in
from tests.node.refusals import refused

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import actions, acts, labels, people_actions, rules
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.items import waiting_items
from vaern.node.organisations.keys import key_viewer
from vaern.node.organisations.models import ApiKey, Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Permission, Regime, Role

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

WHY = Reason(Why.ADMINISTRATION)


@pytest.fixture
def hotline() -> Organisation:
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def administrator(hotline: Organisation) -> Person:
    return make_person(Role.ADMINISTRATOR, hotline)


@pytest.fixture
def analyst(hotline: Organisation) -> Person:
    return make_person(Role.ANALYST, hotline, name="Änne Ørsted (synthetic)")


def last(act: object) -> Entry:
    return Entry.objects.filter(act=act.code).latest("id")  # type: ignore[attr-defined]


# Looking --------------------------------------------------------------------------------------------------------------


def test_a_list_of_people_is_recorded_with_its_count(client: Client, administrator: Person, analyst: Person) -> None:
    sign_in(client, administrator)
    assert analyst.name in client.get("/people/").content.decode()
    entry = last(acts.PEOPLE_LISTED)
    assert (entry.person, entry.kind, entry.count, entry.owner) == (
        administrator.id,
        "person",
        2,
        analyst.organisation_id,
    )


def test_a_search_is_recorded_with_what_was_searched_for(
    client: Client, administrator: Person, analyst: Person
) -> None:
    from vaern.node.ledger.models import Note

    sign_in(client, administrator)
    for search in ("ørst", "änne ør", "ØRSTED", analyst.email, "synthetic änne"):
        assert analyst.name in client.get("/people/", {"q": search}).content.decode(), search
        entry = last(acts.PEOPLE_SEARCHED)
        assert entry.count == 1
        assert Note.objects.get(entry=entry.id).details == search
    assert analyst.name not in client.get("/people/", {"q": "nobody"}).content.decode()
    assert last(acts.PEOPLE_SEARCHED).count == 0


@pytest.mark.once
@pytest.mark.parametrize("search", ["'", "\\", "a & b", "!:*", "((", "%", "\U0001f600", "a b " * 200, "<script>"])
def test_no_search_breaks_the_list(client: Client, administrator: Person, search: str) -> None:
    sign_in(client, administrator)
    assert client.get("/people/", {"q": search}).status_code == 200
    assert client.get("/directory/", {"q": search, "kind": search, "country": search}).status_code == 200


def test_people_of_another_organisation_are_not_there(client: Client, administrator: Person) -> None:
    sign_in(client, administrator)
    stranger = make_person(Role.ANALYST)
    assert stranger.name not in client.get("/people/").content.decode()
    for path in ("", "roles/", "deactivate/", "reactivate/", "keep/", "second-factor/", "erase/"):
        url = f"/people/{stranger.id}/{path}"
        assert client.get(url).status_code == 404, url
        if path:
            assert client.post(url, {"why": "administration"}).status_code == 404, url
    missing = client.get(f"/people/{uuid4()}/")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    "role", [role for role in Role if Permission.PEOPLE_VIEW not in rules.permissions_of(frozenset({role}))]
)
def test_a_role_without_the_permission_is_told_so(client: Client, role: Role) -> None:
    sign_in(client, make_person(role))
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "/permissions/" in answer.content.decode()


def test_the_directory_is_open_and_leaves_no_entry(client: Client, analyst: Person) -> None:
    norland = make_member("NX")
    police = make_organisation(OrganisationKind.POLICE, name="Nordpolitiet (synthetic)", member=norland)
    sign_in(client, analyst)
    before = Entry.objects.count()
    for query in ({}, {"q": "nord"}, {"kind": "police"}, {"country": "NX"}, {"q": "pol", "kind": "police"}):
        assert (police.name in client.get("/directory/", query).content.decode()) == (
            query != {"q": "pol", "kind": "police"}
        )
    assert police.name not in client.get("/directory/", {"kind": "hotline"}).content.decode()
    assert client.get(f"/directory/{police.id}/").status_code == 200
    assert Entry.objects.count() == before


# Changing -------------------------------------------------------------------------------------------------------------


def test_roles_are_changed_with_a_reason(client: Client, administrator: Person, analyst: Person) -> None:
    sign_in(client, administrator)
    url = f"/people/{analyst.id}/roles/"
    assert client.post(url, {"roles": ["curator", "analyst"]}).status_code == 422
    form = {"roles": ["curator", "analyst"], "why": "administration", "words": "Keeps lists now"}
    assert "Somebody else changed this" in client.post(url, form).content.decode(), (
        "a page without a mark is an old one"
    )
    analyst.refresh_from_db()
    assert analyst.role_set == {Role.ANALYST}
    assert client.post(url, {**form, "version": client.get(url).context["version"]}).status_code == 302
    analyst.refresh_from_db()
    assert analyst.role_set == {Role.CURATOR, Role.ANALYST}
    entry = last(acts.ROLES_CHANGED)
    assert (entry.person, entry.subject, entry.verb) == (administrator.id, analyst.id, "alteration")


def test_an_older_page_gives_no_role_back_that_was_taken(
    client: Client, administrator: Person, analyst: Person
) -> None:
    Person.everybody.filter(pk=analyst.pk).update(roles=["analyst", "curator"])
    sign_in(client, administrator)
    url = f"/people/{analyst.id}/roles/"
    version = client.get(url).context["version"]
    Person.everybody.filter(pk=analyst.pk).update(roles=["analyst"])  # somebody else took it
    form = {"roles": ["analyst", "curator"], "why": "administration", "version": version}
    told = client.post(url, form)
    analyst.refresh_from_db()
    assert analyst.roles == ["analyst"]
    assert "Somebody else changed this" in told.content.decode()
    assert told.status_code == 409
    assert str(labels.ROLES[Role.CURATOR]) not in str(told.context["now"])
    assert client.post(url, {**form, "version": told.context["version"]}).status_code == 302


@pytest.mark.parametrize("roles", [["investigator"], ["administrator", "analyst"], ["nonsense"], []])
def test_forbidden_roles_are_refused_by_the_page(
    client: Client, administrator: Person, analyst: Person, roles: list[str]
) -> None:
    sign_in(client, administrator)
    form = {"roles": roles, "why": "administration", "words": ""}
    assert client.post(f"/people/{analyst.id}/roles/", form).status_code == 422
    analyst.refresh_from_db()
    assert analyst.role_set == {Role.ANALYST}


@pytest.mark.parametrize(
    "act",
    [
        people_actions.deactivate,
        people_actions.reactivate,
        people_actions.reset_second_factor,
        people_actions.keep_person,
        people_actions.erase_person,
        lambda *given: people_actions.change_roles(*given, [Role.ANALYST]),
    ],
)
def test_nobody_administers_themselves_or_strangers(administrator: Person, act: object) -> None:
    viewer = viewer_for(administrator)
    for person, problem in ((administrator, rules.OWN_ROLES), (make_person(Role.ANALYST), rules.OTHER_ORGANISATION)):
        before = Entry.objects.count()
        with refused(problem):
            act(viewer, WHY, person)  # type: ignore[operator]
        assert Entry.objects.count() == before


def test_a_closed_account_loses_sessions_and_keys(client: Client, administrator: Person, analyst: Person) -> None:
    sign_in(client, analyst)
    key, text = make_key(analyst, Permission.SCAN_VIEW)
    assert key_viewer(f"Bearer {text}")
    people_actions.deactivate(viewer_for(administrator), WHY, analyst)
    assert not is_signed_in(client)
    assert key_viewer(f"Bearer {text}") is None
    assert last(acts.PERSON_DEACTIVATED).count == 2
    people_actions.reactivate(viewer_for(administrator), WHY, analyst)
    assert key_viewer(f"Bearer {text}") is None
    key.refresh_from_db()
    assert key.revoked_at


def test_the_last_administrator_stays(administrator: Person, hotline: Organisation) -> None:
    second = make_person(Role.ADMINISTRATOR, hotline)
    people_actions.deactivate(viewer_for(administrator), WHY, second)
    third = make_person(Role.ADMINISTRATOR, hotline, is_active=False)
    with refused(rules.LAST_ADMINISTRATOR):
        people_actions.deactivate(viewer_for(third), WHY, administrator)
    with refused(rules.LAST_ADMINISTRATOR):
        people_actions.change_roles(viewer_for(third), WHY, administrator, [Role.ANALYST])


def test_a_lost_second_factor_is_reset(client: Client, administrator: Person, analyst: Person) -> None:
    sign_in(client, analyst)
    people_actions.reset_second_factor(viewer_for(administrator), WHY, analyst)
    assert not Authenticator.objects.filter(user=analyst).exists()
    assert not is_signed_in(client)


def test_erasure_keeps_the_fact_and_not_the_data(client: Client, administrator: Person, analyst: Person) -> None:
    name, email = analyst.name, analyst.email
    make_totp(analyst)
    EmailAddress.objects.create(user=analyst, email=email, verified=True, primary=True)
    sign_in(client, analyst)
    people_actions.erase_person(viewer_for(administrator), Reason(Why.DATA_SUBJECT), analyst)
    analyst.refresh_from_db()
    assert (analyst.name, analyst.email, analyst.password, analyst.is_active) == ("", "", "", False)
    assert not EmailAddress.objects.filter(user=analyst).exists()
    assert not Authenticator.objects.filter(user=analyst).exists()
    assert not is_signed_in(client)
    entry = last(acts.PERSON_ERASED)
    assert (entry.subject, entry.verb, entry.why) == (analyst.id, "erasure", "data_subject")
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s OR t::text ILIKE %s',
                [f"%{email}%", f"%{name}%"],
            )
            assert cursor.fetchone()[0] == 0, table
    people_actions.keep_person(viewer_for(administrator), WHY, analyst)
    with refused(rules.ERASED):
        people_actions.reactivate(viewer_for(administrator), WHY, analyst)


def test_accounts_to_review_wait_on_the_front_page(administrator: Person, analyst: Person) -> None:
    with viewing(administrator.organisation_id):
        assert waiting_items(viewer_for(administrator)) == []
        Person.everybody.filter(pk=analyst.pk).update(review_date=timezone.localdate() - timedelta(days=1))
        (item,) = waiting_items(viewer_for(administrator))
        assert (item.name, item.about) == (analyst.name, f"person/{analyst.pk}")
        assert waiting_items(viewer_for(analyst)) == []
        people_actions.keep_person(viewer_for(administrator), WHY, analyst)
        assert waiting_items(viewer_for(administrator)) == []


# The directory --------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("runs_node", [False, True])
def test_only_the_organisation_that_runs_the_node_changes_the_directory(
    client: Client, role: Role, runs_node: bool
) -> None:
    kind = min(rules.ROLES[role].kinds)
    person = make_person(role, make_organisation(kind, runs_node=runs_node))
    sign_in(client, person)
    form = {"name": "New (synthetic)", "kind": "police", "regime": "led", "language": "en"}
    answer = client.post("/directory/new/", form)
    allowed = runs_node and role in {Role.ADMINISTRATOR, Role.SECRETARIAT}
    assert answer.status_code == (302 if allowed else 403)
    assert Organisation.objects.filter(name="New (synthetic)").exists() == allowed


def test_an_organisation_begins_with_an_invited_administrator(client: Client) -> None:
    secretariat = make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT, runs_node=True))
    made = actions.add_organisation(
        viewer_for(secretariat),
        ADMINISTRATION,
        name="Police of Sunland (synthetic)",
        kind=OrganisationKind.POLICE,
        regime=Regime.LED,
        administrator="Sun (synthetic)",
        email="sun@police.example",
    )
    person = actions.accept_invitation(made.invitation.token, password="quite another horse staple")
    assert (person.organisation, person.role_set) == (made, {Role.ADMINISTRATOR})
    with refused(rules.NAME_TAKEN):
        actions.add_organisation(
            viewer_for(secretariat), ADMINISTRATION, name=made.name, kind=OrganisationKind.POLICE, regime=Regime.LED
        )


def test_closing_an_organisation_locks_its_people_and_keys_out(client: Client, analyst: Person) -> None:
    keeper = make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.HUB, runs_node=True))
    sign_in(client, analyst)
    _, text = make_key(analyst, Permission.SCAN_VIEW)
    actions.set_organisation_active(viewer_for(keeper), ADMINISTRATION, analyst.organisation, active=False)
    assert not is_signed_in(client)
    assert key_viewer(f"Bearer {text}") is None
    with refused(rules.RUNS_NODE):
        actions.set_organisation_active(viewer_for(keeper), ADMINISTRATION, keeper.organisation, active=False)
    assert ApiKey.everywhere.get().revoked_at is None


# Two at once ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def secretary() -> Person:
    return make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT, runs_node=True))


def test_who_saves_an_organisation_over_a_change_is_told_and_undoes_nothing(
    client: Client, secretary: Person, hotline: Organisation
) -> None:
    sign_in(client, secretary)
    url = f"/directory/{hotline.id}/change/"
    page = client.get(url).context
    actions.change_organisation(viewer_for(secretary), WHY, hotline, regime="led")
    form = {"name": "Renamed (synthetic)", "regime": "gdpr", "version": page["version"]}
    told = client.post(url, form)
    assert "Somebody else changed this" in told.content.decode()
    assert told.status_code == 409
    assert str(labels.REGIMES[Regime.LED]) in str(told.context["now"])
    assert told.context["form"]["name"].value() == "Renamed (synthetic)", "what was typed stays"
    hotline.refresh_from_db()
    assert (hotline.name, hotline.regime) == (page["form"].initial["name"], "led")
    taken = client.post(url, {**form, "name": secretary.organisation.name, "version": told.context["version"]})
    assert taken.context["form"].is_bound, "what was typed stays where only the name is taken"
    assert client.post(url, {**form, "version": told.context["version"]}).status_code == 302


def test_a_change_of_the_name_does_not_open_what_was_closed_meanwhile(secretary: Person, hotline: Organisation) -> None:
    stale = Organisation.objects.get(pk=hotline.pk)
    actions.set_organisation_active(viewer_for(secretary), WHY, hotline, active=False)
    actions.change_organisation(viewer_for(secretary), WHY, stale, name="Renamed (synthetic)")
    hotline.refresh_from_db()
    assert (hotline.active, hotline.name) == (False, "Renamed (synthetic)")


def test_who_closes_what_another_closed_meanwhile_does_not_open_it(
    client: Client, secretary: Person, hotline: Organisation
) -> None:
    sign_in(client, secretary, second_factor=True)
    url = f"/directory/{hotline.id}/active/"
    version = client.get(url).context["version"]
    assert client.post(url, {"version": version}).status_code == 302
    assert "Somebody else changed this" in client.post(url, {"version": version}).content.decode()
    hotline.refresh_from_db()
    assert not hotline.active


def test_who_saves_a_country_over_a_change_is_told(client: Client, secretary: Person) -> None:
    sign_in(client, secretary)
    member = make_member(joined_date="2026-01-01")
    url = f"/directory/countries/{member.id}/"
    version = client.get(url).context["version"]
    actions.change_member(viewer_for(secretary), WHY, member, name_da="Andet land (syntetisk)")
    form = {"code": member.code, "name": "Renamed (synthetic)", "name_da": member.name_da, "version": version}
    told = client.post(url, form)
    assert "Somebody else changed this" in told.content.decode()
    assert "Andet land (syntetisk)" in told.content.decode()
    member.refresh_from_db()
    assert (member.name != "Renamed (synthetic)", member.name_da) == (True, "Andet land (syntetisk)")
    assert client.post(url, {**form, "version": told.context["version"]}).status_code == 302
