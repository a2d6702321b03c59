"""Organisations of other nodes: seen in the directory, and nowhere chosen, changed, invited to or signed in for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import (
    make_key,
    make_member,
    make_organisation,
    make_person,
    sign_in,
    terms,
    viewer_for,
)
from tests.node.route_arguments import make_scan

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import actions
from vaern.node.organisations.keys import key_viewer
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.domains import queries as domains
from vaern.node.reports.flagging import register as flagging
from vaern.node.reports.writing import queries as writing

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db

REASON = Reason(Why.ADMINISTRATION)
SOUTH = "south.example"


@pytest.fixture
def runner() -> Person:
    """The administrator of the organisation that runs the node."""
    return make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.SECRETARIAT, runs_node=True))


def foreign(kind: OrganisationKind = OrganisationKind.HOTLINE) -> Organisation:
    """An organisation of another node, in a country."""
    return make_organisation(kind, node=SOUTH, member=make_member())


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_it_is_offered_to_nobody_who_chooses_an_organisation(kind: OrganisationKind) -> None:
    there = foreign(kind)
    person = make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE, member=make_member()))
    viewer = viewer_for(person)
    assert there not in Organisation.objects.all()
    with viewing(person.organisation_id):
        scan = make_scan(person.organisation, person)
        assert there.pk not in {one.organisation.pk for one in recipients_preview(viewer, scan)}
        until = timezone.now() + timedelta(days=30)
        with pytest.raises(Refusal):
            releases.release(viewer, scan, [there.pk], REASON, terms(Handling.AMBER, until))
        assert there not in domains.others(viewer)
        assert there not in writing.desks(viewer)
        assert str(there.pk) not in dict(flagging.organisations())


def test_nothing_of_it_is_changed_here(runner: Person, client: Client) -> None:
    there, viewer = foreign(), viewer_for(runner)
    for act in (
        lambda: actions.change_organisation(viewer, REASON, there, name="Another name"),
        lambda: actions.set_organisation_active(viewer, REASON, there, active=False),
    ):
        with pytest.raises(Refusal, match="lives on another node") as refused:
            act()
        assert refused.value.conflict
    sign_in(client, runner, second_factor=True)
    for name in ("change-organisation", "organisation-active"):
        address = reverse(f"organisations:{name}", args=[there.pk])
        assert client.get(address).status_code == 302, "its page says why not"
        assert client.post(address, {"name": "Another name", "regime": "led"}).status_code in {409, 422}
    there.refresh_from_db()
    assert (there.active, there.name != "Another name") == (True, True)
    page = client.get(reverse("organisations:organisation", args=[there.pk])).content.decode()
    assert SOUTH in page
    assert reverse("organisations:change-organisation", args=[there.pk]) not in page


def test_nobody_is_invited_to_it_comes_in_for_it_or_has_a_key_of_it(client: Client) -> None:
    home = make_organisation(OrganisationKind.HOTLINE)
    administrator = make_person(Role.ADMINISTRATOR, home)
    with viewing(home.pk):
        _key, given = make_key(make_person(Role.ANALYST, home))
        invitation = actions.invite(
            viewer_for(administrator),
            REASON,
            name="N",
            email=f"{uuid4().hex[:8]}@organisation.example",
            roles=[Role.ANALYST],
            language="en",
        )
    sign_in(client, administrator, second_factor=True)
    assert client.get("/").status_code == 200
    assert key_viewer(f"Bearer {given}") is not None
    Organisation.all_nodes.filter(pk=home.pk).update(node=SOUTH)  # what no rule allows: that it moved away
    home.refresh_from_db()
    assert client.get("/directory/").status_code != 200, "their sessions end"
    assert key_viewer(f"Bearer {given}") is None
    invitation.refresh_from_db()
    assert not invitation.organisation.works_here
    administrator.refresh_from_db()
    with viewing(home.pk), pytest.raises(Refusal, match="lives on another node"):
        actions.invite(
            viewer_for(administrator),
            REASON,
            name="N",
            email=f"{uuid4().hex[:8]}@organisation.example",
            roles=[Role.ANALYST],
            language="en",
        )


def test_the_directory_says_on_which_node_each_lives(runner: Person, client: Client) -> None:
    here, there = make_organisation(OrganisationKind.POLICE), foreign(OrganisationKind.POLICE)
    sign_in(client, runner, second_factor=True)

    def named(**asked: str) -> set[str]:
        page = client.get("/directory/", asked).content.decode()
        return {one.name for one in (here, there) if one.name in page}

    assert SOUTH in client.get("/directory/").content.decode()
    assert named() == {here.name, there.name}
    assert named(node=SOUTH) == {there.name}
    assert named(node="here") == {here.name}
    assert named(node="nowhere.example") == set()


def test_its_name_is_nobody_elses(runner: Person, client: Client) -> None:
    there = foreign()
    sign_in(client, runner, second_factor=True)
    answer = client.post("/directory/new/", {"name": there.name, "kind": "police", "regime": "led", "language": "en"})
    assert answer.status_code == 422, "a form says so, and no page breaks"
