"""Whether a country may be named is as it was before, when the decision is undone at once."""

from __future__ import annotations

import pytest
from tests.node.factories import make_organisation, make_person
from tests.node.undoing import undone

from vaern.node.crosscheck.models import Naming
from vaern.node.organisations.rules import OrganisationKind, Role


@pytest.mark.django_db
@pytest.mark.parametrize("before", [False, True])
def test_a_decision_about_naming_is_undone_by_what_stood_before(before: bool) -> None:
    person = make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.POLICE))
    Naming.everywhere.create(organisation=person.organisation, country=before)
    given = {"why": "investigation"} | ({} if before else {"country": "on"})
    undone(person, "crosscheck:naming", [], given, lambda: list(Naming.everywhere.values_list("country")))
