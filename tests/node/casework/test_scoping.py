"""Scope-or-raise: a viewer sees what is theirs or was released to them, whatever is stored; without one it raises."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import models
from django.utils import timezone
from django_scopes import ScopeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.node.factories import make_organisation, make_person

from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.organisations.models import AdminSession, ApiKey, Invitation, Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans.models import Scan

if TYPE_CHECKING:
    from uuid import UUID

SCOPED = [Person, Invitation, ApiKey, AdminSession, Release, Scan]

releases = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(["valid", "expired", "recalled", "other kind"])),
    max_size=8,
)


def make_scan(organisation: Organisation) -> Scan:
    return Scan.everywhere.create(organisation=organisation, reference=uuid4().hex, review_date=timezone.localdate())


class Visibility(TestCase):
    """Random organisations, records and releases, against the definition read aloud."""

    @pytest.mark.once
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(owners=st.lists(st.integers(0, 3), min_size=1, max_size=6), given_away=releases)
    def test_a_viewer_sees_their_own_and_what_was_released(
        self, owners: list[int], given_away: list[tuple[int, int, str]]
    ) -> None:
        organisations = [make_organisation(OrganisationKind.HOTLINE) for _ in range(4)]
        releaser = make_person(Role.ANALYST, organisations[0])
        records = [make_scan(organisations[owner]) for owner in owners]
        now = timezone.now()
        seen: set[tuple[UUID, UUID]] = {(record.organisation_id, record.id) for record in records}
        made: set[tuple[UUID, UUID, str]] = set()
        for which, to, state in given_away:
            record, recipient = records[which % len(records)], organisations[to]
            kind = "another" if state == "other kind" else Scan.KIND
            if recipient.id == record.organisation_id or (record.id, recipient.id, kind) in made:
                continue
            made.add((record.id, recipient.id, kind))
            past = state == "expired"
            Release.everywhere.create(
                kind=kind,
                record=record.id,
                owner_id=record.organisation_id,
                recipient=recipient,
                released_by=releaser,
                why="investigation",
                released_at=now - timedelta(days=2),
                expires_at=now + timedelta(days=-1 if past else 1),
                recalled_at=now if state == "recalled" else None,
            )
            if state == "valid":
                seen.add((recipient.id, record.id))
        for organisation in organisations:
            with viewing(organisation.id):
                visible = set(Scan.objects.values_list("id", flat=True))
                assert visible == {record for viewer, record in seen if viewer == organisation.id}
                assert Scan.objects.filter(organisation=organisation.id).count() == owners.count(
                    organisations.index(organisation)
                )


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED)
def test_without_a_viewer_every_query_raises(model: type[models.Model]) -> None:
    """Every public method of a queryset, found by looking, not by remembering."""
    arguments: dict[str, tuple[Any, ...]] = {
        "get": (),
        "in_bulk": ([uuid4()],),
        "dates": ("id", "year"),
        "datetimes": ("id", "year"),
        "raw": ("SELECT 1",),
        "contains": (model(),),
        "update": (),
        "bulk_update": ([], ["id"]),
        "earliest": ("id",),
        "latest": ("id",),
        "extra": (),
        "union": (),
        "intersection": (model.objects.none(),),
        "difference": (model.objects.none(),),
        "update_or_create": (),
        "get_or_create": (),
    }
    harmless = {"none", "using", "create", "bulk_create", "as_manager", "resolve_expression"}
    names = [
        name
        for name, _ in inspect.getmembers(models.QuerySet, inspect.isfunction)
        if not name.startswith(("_", "a")) or name in {"aggregate", "alias", "all", "annotate"}
    ]
    assert {"filter", "exclude", "exists", "count", "delete"} <= set(names)
    for name in set(names) - harmless:
        with pytest.raises(ScopeError):
            getattr(model.objects.get_queryset(), name)(*arguments.get(name, ()))


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED)
@pytest.mark.parametrize("how", [list, len, bool, lambda found: found[0], lambda found: found[:1], iter])
def test_without_a_viewer_looking_at_a_query_raises(model: type[models.Model], how: Any) -> None:
    with pytest.raises(ScopeError):
        how(model.objects.get_queryset())


@pytest.mark.django_db
def test_a_query_without_a_viewer_is_no_part_of_another() -> None:
    with pytest.raises(ScopeError):
        list(Organisation.objects.filter(people__in=Person.objects.get_queryset()))


@pytest.mark.django_db
def test_a_scope_ends_with_its_block() -> None:
    organisation = make_organisation()
    with viewing(organisation.id):
        assert not Person.objects.exists()
    with pytest.raises(ScopeError):
        Person.objects.exists()


@pytest.mark.django_db
def test_scopes_replace_each_other() -> None:
    one, other = make_person(Role.ANALYST), make_person(Role.ANALYST)
    with viewing(one.organisation_id):
        with viewing(other.organisation_id):
            assert list(Person.objects.all()) == [other]
        assert list(Person.objects.all()) == [one]
