"""Whatever hangs on a case goes with it, found by reflection; no table and no dump holds anything of it afterwards."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from tests.node.cases.factories import WHY, furnish, make_case
from tests.node.reports.ending.hanging import found_in
from tests.node.reports.forwarding.worlds import OrganisationKind, arrive, desk

from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case
from vaern.node.cases.work import links, merges
from vaern.node.casework.models import Statistic
from vaern.node.casework.retention import actions as retention

pytestmark = pytest.mark.django_db

MAY_STAY = {"ledger_entry", "casework_release"}
"""The account of what was done, and the release by which a recipient acknowledges: an id alone."""

NO_PART = {("Handover", "case"), ("Handover", "arrived"), ("Case", "merged_into")}
"""What names a case without being a part of it: the account of a hand-over outlives both sides; an absorbed case is
erased by itself, before the one that absorbed it."""


def columns_that_name_a_case():
    return [
        (model.__name__, field.name, field.remote_field.on_delete)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Case
    ]


def test_every_column_that_names_a_case_goes_with_it():
    for model, field, on_delete in columns_that_name_a_case():
        if (model, field) not in NO_PART:
            assert on_delete is models.CASCADE, f"{model}.{field} would outlive its case, or stop its erasure"


def test_no_table_and_no_dump_holds_anything_of_an_erased_case():
    police = desk(OrganisationKind.POLICE)
    one, two = make_case(police, reference="J-needle-7f3a", reports=[arrive(police)]), make_case(police)
    made = furnish(police, one)
    with viewing(police.organisation.id):
        links.link_case(police, WHY, one, two)
        merges.merge(police, WHY, one, two, version=one.version)
    needles = [str(one.pk), str(two.pk), one.code, two.code, "J-needle-7f3a"]
    needles += ["x" + bytes(row.sealed).hex() for row in made.values()]
    before = found_in(needles)
    named = {"cases_case", "cases_party", "cases_statement", "cases_held", "cases_task", "cases_link", "cases_said"}
    assert named <= before.keys()
    with viewing(police.organisation.id):
        retention.erase(police, WHY, two)
    left = found_in(needles)
    assert left.keys() <= MAY_STAY
    assert all(found <= {str(one.pk), str(two.pk)} for found in left.values())
    kept = dict(Statistic.everywhere.filter(organisation=police.organisation).values_list("name", "value"))
    assert (kept["case"], kept["case.opened"], kept["case.joined"]) == (2, 2, 1)
