"""Two organisations of two countries on one node, with values in their registers, for private comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from tests.node.crosscheck.factories import make_record
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.intersection import actions, queries, readings
from vaern.node.crosscheck.registry.actions import register_keys
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
    from vaern.node.ledger.rules import Subject
    from vaern.node.organisations.models import Organisation
    from vaern.node.scans.models import Scan

WHY = Reason(Why.INVESTIGATION, "words that only our own account holds")


def value(n: int) -> str:
    return f"person{n}@mail.example"


def keys(*numbers: int) -> list[Key]:
    return [key_of("email", value(n)) for n in numbers]


class Side:
    """One organisation, with a person who asks and an administrator who switches."""

    def __init__(self, kind: OrganisationKind = OrganisationKind.POLICE) -> None:
        self.organisation: Organisation = make_organisation(kind, member=make_member())
        self.person = make_person(Role.INVESTIGATOR, self.organisation)
        self.viewer = viewer_for(self.person)
        self.keeper = viewer_for(make_person(Role.ADMINISTRATOR, self.organisation))

    @property
    def id(self) -> UUID:
        return self.organisation.pk

    def holds(self, *numbers: int) -> Scan:
        """Register a record with as many values."""
        record = make_record(self.organisation)
        with transaction.atomic():
            register_keys(record, keys(*numbers))
        return record

    def switches(self, other: Side, *, on: bool) -> ComparisonPair:
        return actions.switch(self.keeper, Reason(Why.ADMINISTRATION), other.organisation, on=on)

    def sees(self, run: ComparisonRun) -> list[Subject] | None:
        """Look at which own records are in common."""
        with viewing(self.id):
            found = queries.find_run(self.viewer, run.pk)
            assert found is not None
            return readings.own_records(self.viewer, found)


def on_for_both(one: Side, other: Side) -> ComparisonPair:
    one.switches(other, on=True)
    return other.switches(one, on=True)
