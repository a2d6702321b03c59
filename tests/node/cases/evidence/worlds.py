"""A desk with a case and evidence, for the tests of this room."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.cases.evidence import actions
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, Evidence
from vaern.node.cases.rules.evidence import Kind
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.INVESTIGATION)
WORDS = Reason(Why.INVESTIGATION, "By decision of the prosecutor (synthetic).")
DIGEST = "ab" * 32
FACTS = Facts(
    description="Image of a drive (synthetic)",
    digests={"sha256": DIGEST, "md5": "cd" * 16},
    seized_at="2031-04-09T10:00:00+02:00",
    source="Search of a flat",
    legal_basis="Example Act, section 12",
    origin="Made with an example imager 1.0",
    use_limits="This case only",
    place="Store 4, shelf 2",
)


def desk() -> Viewer:
    """Return an investigator of a police of their own."""
    return viewer_for(make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE)))


def make_case(organisation: Organisation, **fields: Any) -> Case:
    """Make a case, straight into the table."""
    code = "-".join(["".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(4)) for _ in range(2)])
    given = {"code": code, "synthetic": True, "review_date": timezone.localdate() + timedelta(days=365)}
    made: Case = Case.everywhere.create(organisation=organisation, **{**given, **fields})
    return made


def registered(viewer: Viewer, case: Case | None = None, facts: Facts = FACTS) -> Evidence:
    """Return evidence with the first event of its chain."""
    found = case or make_case(viewer.organisation)
    return actions.register(viewer, WHY, found, Kind.IMAGE, facts)
