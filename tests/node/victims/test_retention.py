"""What ends with a series: every table that hangs on it, found by reflection; nothing names it afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from tests.node.factories import make_member, make_person, terms
from tests.node.reports.factories import make_report
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention.actions import erase
from vaern.node.organisations.rules import Role
from vaern.node.victims import models as victims

KEPT = {"ledger_entry", "casework_release", "crosscheck_told"}
"""Tables in which the id of a series that is gone may stand: that it was there, and the recall that is acknowledged."""


def hanging() -> dict[type[models.Model], str]:
    """Return every table of the app with a key to a series that goes with it, and the column."""
    return {
        model: field.name
        for model in apps.get_app_config("victims").get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.model is victims.Series and model is not victims.Series
    }


def test_what_hangs_on_a_series_goes_with_it_or_lets_go() -> None:
    for model, name in hanging().items():
        field = model._meta.get_field(name)
        loose = model is victims.Wish  # a survivor's wish outlives the series that a desk linked it to
        assert field.remote_field.on_delete is (models.SET_NULL if loose else models.CASCADE), model


def where(needle: str) -> set[str]:
    """Return the tables in which an id stands in some row, as a dump of the database would show it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{needle}%"])
            if cursor.fetchone():
                found.add(table)
    return found


@pytest.mark.django_db
def test_an_erased_series_leaves_the_ledger_and_the_recall() -> None:
    here, there = make_desk("XA"), make_desk("XT")
    ada, country = make_specialist(here), make_member("XT")
    series = make_series(here, (1, 2))
    own: dict[str, Any] = {"series": series, "organisation": here}
    with viewing(here.pk):
        until = timezone.now() + timedelta(days=9)
        (release,) = releases.release(ada, series, [there.pk], FINDING, terms(Handling.RED, until))
    clue = victims.Clue.everywhere.create(
        **own, kind="other", nature="fact", confidence="low", sealed=b"x", written_by=ada.person
    )
    guess = victims.Hypothesis.everywhere.create(**own, country=country)
    victims.Dissemination.everywhere.create(
        **own, id=release.pk, recipient=there, release=release, hypothesis=guess, sent_by=ada.person, due_at=until
    )
    victims.Milestone.everywhere.create(**own, code="identified", on=timezone.localdate(), sealed=b"x")
    victims.Tiding.everywhere.create(organisation=there, series=series, code="identified")
    appeal = victims.Appeal.everywhere.create(
        **own,
        id=release.pk,
        code="ERASED01",
        sealed_da=b"x",
        sealed_en=b"x",
        author=ada.person,
        ends_on=timezone.localdate(),
    )
    appeal.clues.add(clue)
    victims.Tip.everywhere.create(appeal=appeal, organisation=here, report=make_report(here))
    wish = victims.Wish.everywhere.create(
        **own, code="ERASED02", review_date=timezone.localdate() + timedelta(days=9), told="ask_contact"
    )
    victims.Look.everywhere.create(**own, person=make_person(Role.IDENTIFIER, here))
    with viewing(here.pk):
        erase(ada, FINDING, series)
    assert where(str(series.pk)) <= KEPT
    for model in (
        victims.Clue,
        victims.Hypothesis,
        victims.Dissemination,
        victims.Milestone,
        victims.Tiding,
        victims.Appeal,
        victims.Tip,
        victims.Look,
    ):
        assert not model.everywhere.exists(), model
    assert victims.Wish.everywhere.get().series is None
    assert victims.Wish.everywhere.get() == wish
    assert Release.everywhere.get().recalled_at is not None
