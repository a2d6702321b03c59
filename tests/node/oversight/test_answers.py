"""The answer to a data subject is complete: every table that points at a person is in it, or says why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, make_totp, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.oversight.actions import open_request, produce_answer, restrict
from vaern.node.oversight.answers import COLLECTED, NOT_COLLECTED, answer
from vaern.node.oversight.rules import Ground, Part, Restriction

if TYPE_CHECKING:
    from vaern.node.oversight.models import AccessRequest


def test_every_column_that_points_at_a_person_is_answered_for() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Person
    }
    known = COLLECTED | NOT_COLLECTED.keys()
    assert found - known == set(), (
        "a new column points at a person: collect it in oversight/answers.py, or say there why not"
    )
    assert known - found == set()


@pytest.fixture
def request_of_police() -> AccessRequest:
    police = make_organisation(OrganisationKind.POLICE)
    overseer, subject = make_person(Role.OVERSIGHT, police), make_person(Role.INVESTIGATOR, police)
    make_totp(subject)
    make_key(subject, Permission.SCAN_VIEW)
    return open_request(viewer_for(overseer), subject, timezone.localdate(), "file 1")


@pytest.mark.django_db
def test_an_answer_holds_account_records_and_entries(request_of_police: AccessRequest) -> None:
    found = answer(request_of_police)
    assert found.account is not None
    assert found.account["email"] == request_of_police.person.email
    assert "password" not in found.account
    filled = [rows for rows in found.records.values() if rows]
    assert len(filled) == 3  # the second factor, the key, and this request
    assert [entry["verb"] for entry in found.done_to or ()] == ["collection"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", list(Part))
def test_each_part_can_be_left_out_and_is_named(request_of_police: AccessRequest, part: Part) -> None:
    viewer = viewer_for(request_of_police.opened_by)
    with viewing(viewer.organisation.id):
        restrict(
            viewer,
            request_of_police,
            Restriction(frozenset({part}), Ground.PREVENTION, "", "an assessment of the case"),
        )
        document = produce_answer(viewer, request_of_police).document()
    assert len(document["left_out"]) == 1
    gone = {
        Part.ACCOUNT: document["account"] is None and document["records"] == {},
        Part.DID: document["did"] is None,
        Part.DONE_TO: document["done_to"] is None,
        Part.READERS: all("organisation" not in entry for entry in document["done_to"] or ()),
        Part.REASONS: all("why" not in entry for entry in document["done_to"] or ()),
    }
    assert gone[part]
    assert "an assessment of the case" not in str(document), "the assessment stays inside; the ground is told"
