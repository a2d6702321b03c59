"""What is personal is said of every table, and what ends with a record is gone with it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone, translation
from tests.node.factories import make_person, viewer_for

from vaern.node.base.personal import (
    Ends,
    Personal,
    Whom,
    own_models,
    people_in,
    personal_of,
    to_be_named,
)
from vaern.node.casework.models import Casework
from vaern.node.casework.retention.actions import expire
from vaern.node.casework.retention.kinds import kinds
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import LastLook, Person
from vaern.node.organisations.people_actions import erase_person
from vaern.node.organisations.rules import Role
from vaern.node.reports.models import Budget, Preference, SavedView, StationViewer, ViewingStation
from vaern.node.today.models import MailWish

MODELS = pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)


@MODELS
def test_every_column_is_said_to_be_personal_or_plain(model) -> None:
    said = personal_of(model)
    named = set(to_be_named(model))
    assert not set(said.columns) & set(said.plain)
    assert named <= set(said.columns) | set(said.plain), "say of these whether they are personal"
    assert set(said.plain) <= named, "these need not be named, or are not there"
    assert set(said.columns) <= {column.name for column in model._meta.local_concrete_fields}
    assert all(said.columns.values()), "about whom?"
    if said.columns or people_in(model):
        assert said.ends is not None, "how does it end?"


@MODELS
def test_a_record_of_casework_ends_with_itself(model) -> None:
    if issubclass(model, Casework):
        assert personal_of(model).ends is Ends.RECORD


def test_what_is_personal_ends_somehow_and_what_stays_has_a_reason() -> None:
    for wrong in (
        lambda: Personal(None, {"name": (Whom.STAFF,)}),
        lambda: Personal(Ends.KEPT),
        lambda: Personal(Ends.DATE, because="it does"),
    ):
        with pytest.raises(ValueError, match=r"ends somehow|has a reason"):
            wrong()


def test_the_reference_of_what_is_personal_is_not_stale() -> None:
    import personal_reference

    with translation.override("en"):
        assert personal_reference.PAGE.read_text("utf-8") == personal_reference.page()


def test_every_kind_of_casework_ends_by_the_clock() -> None:
    assert {kind.model for kind in kinds()} == {model for model in own_models() if issubclass(model, Casework)}


@pytest.mark.django_db
def test_what_ends_with_an_account_is_gone_when_it_is_erased() -> None:
    administrator, analyst = make_person(Role.ADMINISTRATOR), make_person(Role.ANALYST)
    analyst.organisation = administrator.organisation
    analyst.save()
    own = {"person": analyst, "organisation": analyst.organisation}
    SavedView.everywhere.create(name="mine", query="a name", **own)
    Preference.everywhere.create(**own)
    Budget.everywhere.create(**own)
    MailWish.objects.create(person=analyst, daily=True)
    LastLook.objects.create(person=analyst, list="reports", looked_at=timezone.now())
    station = ViewingStation.everywhere.create(
        name="Room 4", operator="The desk", registered_by=analyst, organisation=analyst.organisation
    )
    StationViewer.everywhere.create(station=station, pseudonym="A7", **own)
    erase_person(viewer_for(administrator), Reason(Why.DATA_SUBJECT), analyst)
    ending = {model for model in own_models() if personal_of(model).ends is Ends.ACCOUNT}
    assert ending == {Person, SavedView, Preference, Budget, StationViewer, MailWish, LastLook}
    assert not any(model._base_manager.exists() for model in ending - {Person})
    gone = Person.everybody.get(pk=analyst.pk)
    assert not any((gone.name, gone.email, gone.password))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # what is done once an act is committed is done here too
def test_nothing_that_ends_with_its_record_is_there_when_every_record_of_the_demonstration_is_gone() -> None:
    from vaern.node.demo.seed import seed
    from vaern.node.organisations.actions import begin_node

    seed(begin_node(), None, lambda _line: None)
    ends = [model for model in own_models() if personal_of(model).ends is Ends.RECORD]
    empty = {model._meta.label for model in ends if not model._base_manager.exists()}
    assert empty <= NOT_IN_THE_DEMONSTRATION
    for year in (2100, 2101):  # an urgent report is given time once
        for kind in kinds():
            expire(kind, date(year, 1, 1))
    left = {model._meta.label: model._base_manager.count() for model in ends if model._base_manager.exists()}
    assert not left


NOT_IN_THE_DEMONSTRATION = {
    "crosscheck.HeldQuestion",
    "crosscheck.HeldValue",
    "lists.ListSource",
    "lists.SourceFeedback",
    "lists.FeedbackFile",
    "lists.FileOpinion",
    "reports.Block",
    "reports.DomainAppeal",
    "reports.ItemMatch",
    "reports.LegalReview",
    "reports.NearSignal",
    "victims.Look",
}
"""Tables that end with a record and that the demonstration leaves empty."""
